"""Networks drawn as volumes, read back from the axes."""

import keras
import numpy as np
import pytest
from keras import layers
from matplotlib.patches import FancyArrowPatch
from weightless import weightless

from utils import figures, networks
from utils.blocks import inception_block
from utils.figures.boxes import boxes
from utils.figures.style import SMALL, WIDTH


def texts(figure):
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")) if t.get_text()]


def residual_network():
    image = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(8, 3, padding="same", name="stem")(image)
    for i in range(3):
        y = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
        x = layers.Activation("relu")(layers.Add(name=f"add{i}")([x, y]))
    towers = [layers.Conv2D(4, f, padding="same")(x) for f in (1, 3)]
    x = layers.Concatenate(name="mixed")(towers)
    side = layers.Dense(2)(layers.GlobalAveragePooling2D()(x))
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, [layers.Dense(5, name="top")(x), side])


def check_layout(figure):
    """At most 8 inches wide, text of 9 points or more that lies inside and does not overlap."""
    assert figure.get_figwidth() <= WIDTH
    figure.canvas.draw()
    renderer, page = figure.canvas.get_renderer(), figure.bbox
    labels = [t for ax in figure.axes for t in ax.texts if t.get_text()]
    spans = [t.get_window_extent(renderer) for t in labels]
    assert all(t.get_fontsize() >= SMALL for t in labels)
    for i, span in enumerate(spans):
        inside = page.x0 <= span.x0 and span.x1 <= page.x1 and page.y0 <= span.y0
        assert inside and span.y1 <= page.y1, labels[i].get_text()
        for j in range(i):
            assert not span.overlaps(spans[j]), (labels[i].get_text(), labels[j].get_text())


def with_canvas(figure):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    return figure


def test_boxes_of_lenet():
    found = [(b.name, b.made_by, b.shape) for b in boxes(networks.lenet5())]
    assert found == [
        ("input", "", (32, 32, 1)),
        ("C1", "conv 5×5", (28, 28, 6)),
        ("S2", "avg pool 2×2 /2", (14, 14, 6)),
        ("C3", "conv 5×5", (10, 10, 16)),
        ("S4", "avg pool 2×2 /2", (5, 5, 16)),
        ("C5", "dense", (120,)),
        ("F6", "dense", (84,)),
        ("predictions", "dense", (10,)),
    ]


def test_branches_make_one_box_and_repeats_are_counted():
    found = [(b.name, b.times, b.shape) for b in boxes(residual_network())]
    assert found == [
        ("image", 1, (16, 16, 3)),
        ("stem", 1, (16, 16, 8)),
        ("add0–add2", 3, (16, 16, 8)),
        ("mixed", 1, (16, 16, 8)),
        ("pool", 1, (8,)),
        ("top", 1, (5,)),
    ]


def test_towers_stand_side_by_side_and_cross_where_they_meet():
    found = boxes(weightless(networks.alexnet))
    assert [b.name for b in found if b.towers == 2] == [
        "conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5"
    ]  # fmt: skip
    assert [b.name for b in found if b.crossed] == ["conv3", "fc6–fc7"]
    assert all(b.towers == 1 for b in boxes(weightless(networks.alexnet, towers=1)))


@pytest.mark.parametrize(
    "build",
    [
        networks.lenet5,
        networks.lenet5_1998,
        residual_network,
        networks.alexnet,
        networks.googlenet,
        lambda: keras.applications.VGG16(weights=None),
        lambda: keras.applications.ResNet50(weights=None),
    ],
)
def test_volumes_of_any_network_are_readable(build):
    model = weightless(build)
    figure = with_canvas(figures.volumes(model))
    check_layout(figure)
    for box in boxes(model):
        assert box.name in texts(figure) and box.below in texts(figure)


def test_volumes_shrink_and_grow():
    figure = figures.volumes(networks.lenet5())
    fronts = [p.get_xy() for p in figure.axes[0].patches if p.__class__.__name__ == "Polygon"][::3]
    heights = [np.ptp(xy[:, 1]) for xy in fronts[:5]]
    thickness = [np.ptp(xy[:, 0]) for xy in fronts[:5]]
    assert heights == sorted(heights, reverse=True) and len(set(heights)) == 5
    assert thickness == sorted(thickness)


def arrows(figure):
    return sum(isinstance(patch, FancyArrowPatch) for patch in figure.axes[0].patches)


def test_arrows_lead_from_box_to_box():
    assert arrows(figures.volumes(networks.lenet5())) == 7
    # From the input to two towers, four steps in each, a crossing at conv3, and so on: two more
    # where the row breaks.
    assert arrows(figures.volumes(weightless(networks.alexnet))) == 2 + 6 + 2 + 4 + 6 + 2 + 1


def test_branches_that_meet_are_slabs_of_one_box():
    image = keras.Input((8, 8, 4))
    model = keras.Model(image, inception_block(image, (2, 1, 6, 1, 4, 4), name="a"))
    (_, box), figure = boxes(model), figures.volumes(model)
    assert (box.name, box.parts, box.above) == ("a", (2, 6, 4, 4), "concat 2+6\n+4+4")
    fronts = [p.get_xy() for p in figure.axes[0].patches if p.__class__.__name__ == "Polygon"][::3]
    slabs = [np.ptp(xy[:, 0]) for xy in fronts[1:]]
    np.testing.assert_allclose(np.divide(slabs, slabs[0]), [1, 3, 2, 2])
    flat = layers.Concatenate(axis=1)([image, image])
    assert boxes(keras.Model(image, flat))[-1].parts == ()


def test_layers_are_labelled_with_what_they_do():
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 3, strides=2, name="first")(image)
    x = layers.SeparableConv2D(4, (3, 1), padding="same", name="second")(x)
    x = layers.Multiply(name="third")([x, layers.Dense(4)(x)])
    x = layers.GlobalMaxPooling2D(name="fourth")(x + 1)
    found = {b.name: b.made_by for b in boxes(keras.Model(image, x))}
    assert found["first"] == "conv 3×3 /2"
    assert found["second"] == "separable conv 3×1"
    assert found["third"] == "multiply"
    assert found["fourth"] == "global max pool"


def test_volumes_want_a_fixed_size_and_channels_last():
    model = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="fixed input_shape"):
        figures.volumes(model)
    first = layers.Conv2D(2, 3, data_format="channels_first", name="first")
    with pytest.raises(ValueError, match="first.*channels_first"):
        figures.volumes(keras.Sequential([keras.Input((3, 8, 8)), first]))


def test_names_say_what_the_words_above_do_not():
    found = [b.name for b in boxes(networks.resnet(50, input_shape=(64, 64, 3)))]
    assert found == ["input", "conv1", "pool1", "conv2", "conv3", "conv4", "conv5", *found[-2:]]
    found = [b.name for b in boxes(networks.plain_cifar(20))]
    assert found[1:4] == ["conv1–conv2", "conv3_block1_1", "conv3"]


def test_side_outputs_leave_from_their_block_and_are_told_below():
    network = networks.googlenet()
    leaving = {box.name: box.leaving for box in boxes(network) if box.leaving}
    assert leaving == {"inception_4a": ("aux1",), "inception_4d": ("aux2",)}
    said = texts(figures.volumes(network))
    assert {"→ aux1", "→ aux2"} < set(said)
    assert "aux1: avg pool 5×5 /3, conv 1×1, dense, dense; 1000." in said
