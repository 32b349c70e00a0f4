"""A block as it is wired: every layer a box, data flowing from top to bottom."""

from dataclasses import dataclass

from keras import layers
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from utils.figures.lanes import lanes
from utils.figures.said import listed, many
from utils.figures.style import SMALL, Figure, drawn
from utils.figures.words import describe
from utils.graph import calls

# In inches: a layer's box, and the distances from one to the next.
WIDE, HIGH, BESIDE, BELOW = 1.35, 0.37, 1.75, 0.54
MOST = 60  # layers
LINE = {"color": "#444444", "lw": 1.2}
PLAIN = "#eeeeee"  # layers without a kernel


@drawn
def wiring(*models):
    """Draw every layer of a functional keras.Model, of a block rather than of a whole network.

    The longest way from an input to an output runs straight down; other ways leave it sideways,
    run beside it, and come back sideways. A box tells the shape where its layer changes it.
    Several models stand side by side, their names above. Returns the figure. Raises ValueError
    for a model of more than `MOST` layers, a page's length.
    """
    plans = [_plan(model) for model in models]
    title = 0.3 if len(models) > 1 else 0
    size = sum(plan.width for plan in plans), max(plan.height for plan in plans) + title
    figure = Figure(figsize=size, layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, size[0]), ylim=(0, size[1]))
    ax.axis("off")
    start = 0
    for model, plan in zip(models, plans):
        if title:
            ax.text(
                start + plan.middle,
                size[1] - 0.05,
                model.name,
                ha="center",
                va="top",
                weight="bold",
            )
        _draw_plan(ax, plan, start, size[1] - title)
        start += plan.width
    return figure.says(" ".join(_says(model, plan) for model, plan in zip(models, plans)))


@dataclass(frozen=True)
class Plan:
    """Where the layers of a model stand: a lane and a level each, and the ways between them."""

    order: list
    reads: list
    levels: list
    lanes: list
    shortcuts: dict

    @property
    def left(self):
        return min([*self.lanes, *self.shortcuts.values()])

    @property
    def middle(self):
        """Where lane 0 is, from the left."""
        return 0.15 + WIDE / 2 - self.left * BESIDE

    @property
    def width(self):
        return (max([*self.lanes, *self.shortcuts.values()]) - self.left) * BESIDE + WIDE + 0.3

    @property
    def height(self):
        return (max(self.levels) + 1) * BELOW + 0.1


def _plan(model):
    order = calls(model, open_nested=False)
    if len(order) > MOST:
        raise ValueError(
            f"{model.name} has {len(order)} layers, and a page holds {MOST}: draw a block of it, "
            f"keras.Model(model.get_layer(first).input, model.get_layer(last).output)"
        )
    maker = {id(tensor): i for i, call in enumerate(order) for tensor in call.outputs}
    reads = [[maker[id(tensor)] for tensor in call.inputs] for call in order]
    levels = []
    for read in reads:
        levels.append(1 + max((levels[j] for j in read), default=-1))
    return Plan(order, reads, levels, *lanes(reads, levels))


def _draw_plan(ax, plan, start, top):
    """Draws a model's layers, the first at the height `top`, all to the right of `start`."""
    middle = start + plan.middle
    first = top - 0.05 - BELOW / 2
    places = [(middle + x * BESIDE, first - y * BELOW) for x, y in zip(plan.lanes, plan.levels)]
    for i, (call, reads) in enumerate(zip(plan.order, plan.reads)):
        for j in dict.fromkeys(reads):
            lane = plan.shortcuts.get((j, i))
            beside = None if lane is None else middle + lane * BESIDE
            _connect(ax, places[j], places[i], middle, beside)
        before = plan.order[reads[0]].shape if reads and plan.lanes[i] == 0 else None
        _draw(ax, *places[i], call, call.shape if call.shape != before else None)


def _says(model, plan):
    """How long the longest way is, and how many others there are."""
    straight = [call for call, lane in zip(plan.order, plan.lanes) if lane == 0]
    beside = len({lane for lane in plan.lanes if lane} | set(plan.shortcuts.values()))
    ways = many(beside, "way") if beside else "no way"
    words = (_word(call) or "input" for call in straight)
    return f"{model.name}: {listed(words)}; {ways} beside."


def _word(call):
    return "addition" if isinstance(call.layer, layers.Add) else describe(call)[0]


def _connect(ax, start, end, middle, beside):
    """An arrow straight down, or by way of another lane, leaving and entering sideways.

    `middle` is where the longest way runs, `beside` where a shortcut does, else None.
    """
    (x0, y0), (x1, y1) = start, end
    if beside is not None:
        side = WIDE / 2 if beside > middle else -WIDE / 2
        beside -= side
        path = [(x0 + side, y0), (beside, y0), (beside, y1), (x1 + side, y1)]
    elif x0 == x1:
        path = [(x0, y0 - HIGH / 2), (x1, y1 + HIGH / 2)]
    elif x0 == middle:
        side = WIDE / 2 if x1 > middle else -WIDE / 2
        path = [(x0 + side, y0), (x1, y0), (x1, y1 + HIGH / 2)]
    else:
        side = WIDE / 2 if x0 > x1 else -WIDE / 2
        path = [(x0, y0 - HIGH / 2), (x0, y1), (x1 + side, y1)]
    for here, there in zip(path[:-2], path[1:-1]):
        ax.plot(*zip(here, there), solid_capstyle="round", **LINE)
    arrow = {"arrowstyle": "-|>", "mutation_scale": 9, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(path[-2], path[-1], **arrow, **LINE))


def _draw(ax, x, y, call, shape):
    words, colour = describe(call)
    corner, rounding = (x - WIDE / 2, y - HIGH / 2), {"boxstyle": "round,pad=0,rounding_size=0.05"}
    face = colour if _weighs(call) else PLAIN
    ax.add_patch(
        FancyBboxPatch(corner, WIDE, HIGH, facecolor=face, edgecolor="#444444", **rounding)
    )
    name = "input" if call.layer.name.startswith("keras_tensor") else call.layer.name
    words = "+" if isinstance(call.layer, layers.Add) else words or name
    lines = [words, "×".join(map(str, shape))] if shape else [words]
    ax.text(x, y, "\n".join(lines), ha="center", va="center", size=SMALL, linespacing=1.1)


def _weighs(call):
    has_kernel = any("kernel" in weight.path for weight in getattr(call.layer, "weights", ()))
    return has_kernel or len(call.inputs) > 1 or hasattr(call.layer, "pool_size")
