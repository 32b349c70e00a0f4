"""A picture that a slider moves."""

from io import BytesIO

from utils.figures.said import listed
from utils.whole import whole


def moving(draw, **ranges):
    """Sliders above the figure that `draw` makes of their values, drawn again when one moves.

    `ranges` maps an argument of `draw` to (first, last) or (first, last, start), whole numbers.
    Returns a widget, which needs a running kernel: without one there is nothing to see, so show
    the figure itself before it, and its text says so.
    """
    from ipywidgets import Image, IntSlider, VBox  # for notebooks only

    class Moving(VBox):
        def __repr__(self):
            sliders, them = ("A slider", "it") if len(ranges) == 1 else ("Sliders", "them")
            return f"{sliders} for {listed(ranges)} and a picture: run the cell to move {them}."

    def png(figure):
        file = BytesIO()
        figure.savefig(file, format="png")
        return file.getvalue()

    def redraw(change):
        image.value = png(draw(**{name: slider.value for name, slider in sliders.items()}))

    sliders = {}
    for name, (low, high, *start) in ranges.items():
        low, high = whole(low, f"the first {name}", least=0), whole(high, f"the last {name}")
        sliders[name] = IntSlider(
            start[0] if start else low, low, high, description=name, continuous_update=False
        )
        sliders[name].observe(redraw, "value")
    image = Image(format="png", layout={"max_width": "100%"})
    redraw(None)
    return Moving([*sliders.values(), image], layout={"align_items": "flex-start"})
