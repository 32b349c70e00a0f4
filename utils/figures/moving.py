"""A picture that a slider moves."""

from io import BytesIO

from utils.whole import whole


def moving(draw, **ranges):
    """Sliders above the figure that `draw` makes of their values, drawn again when one moves.

    `ranges` maps an argument of `draw` to (first, last) or (first, last, start), whole numbers.
    Returns a widget, which needs a running kernel: without one there is nothing to see, so show
    the figure itself beside it. Its text is the figure's sentence.
    """
    from ipywidgets import Image, IntSlider, VBox  # for notebooks only

    class Moving(VBox):
        def __repr__(self):
            return f"A slider for {' and '.join(ranges)}, and its picture. {first.sentence}"

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
    first = draw(**{name: slider.value for name, slider in sliders.items()})
    image = Image(value=png(first), format="png", layout={"max_width": "100%"})
    return Moving([*sliders.values(), image], layout={"align_items": "flex-start"})
