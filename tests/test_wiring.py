"""Blocks are drawn as their Keras graph is wired."""

import keras
import pytest
from keras import layers
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from utils import blocks, figures


def drawn(block, *arguments, shape=(8, 8, 16), **more):
    image = keras.Input(shape, name="x")
    figure = figures.wiring(keras.Model(image, block(image, *arguments, **more)))
    (ax,) = figure.axes
    return figure, ax


def boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_an_identity_block_has_one_straight_way_and_a_shortcut():
    _, ax = drawn(blocks.identity_block, 4, name="b")
    assert words(ax) == [
        *["x\n8×8×16", "conv 1×1\n8×8×4", "batch norm", "ReLU", "conv 3×3", "batch norm", "ReLU"],
        *["conv 1×1\n8×8×16", "batch norm", "+", "ReLU"],
    ]
    assert len({box.get_x() for box in boxes(ax)}) == 1
    assert len(arrows(ax)) == 11  # ten layers read one tensor, the addition a second
    assert len(ax.lines) == 2  # the shortcut out and down; its last part is an arrow


def test_a_convolutional_block_has_its_shortcut_beside_it():
    _, ax = drawn(blocks.convolutional_block, 8, strides=2, name="b")
    columns = sorted({box.get_x() for box in boxes(ax)})
    beside = [box for box in boxes(ax) if box.get_x() == columns[1]]
    assert len(columns) == 2 and len(beside) == 2
    assert "conv 1×1 /2\n4×4×32" in words(ax)


@pytest.mark.parametrize("shortcut, what", [("A", "0 pad\n4×4×32"), ("B", "conv 1×1 /2\n4×4×32")])
def test_shortcuts_are_told_apart(shortcut, what):
    block = {"strides": 2, "name": "b", "shortcut": shortcut, "bottleneck": False}
    assert what in words(drawn(blocks.convolutional_block, 32, **block)[1])


def inception(x):
    def conv(x, filters, kernel):
        return layers.Conv2D(filters, kernel, padding="same")(x)

    pooled = layers.MaxPooling2D(3, 1, "same")(x)
    branches = [conv(x, 4, 1), conv(conv(x, 2, 1), 4, 3), conv(conv(x, 2, 1), 4, 5)]
    return layers.Concatenate()([*branches, conv(pooled, 4, 1)])


def test_branches_stand_in_the_order_in_which_they_meet():
    _, ax = drawn(blocks.inception_block, (4, 2, 4, 2, 4, 4), name="b")
    middles = {text.get_text().split("\n")[0]: text.get_position()[0] for text in ax.texts}
    ends = [text for text in ax.texts if text.get_text().endswith("8×8×4")]
    order = [
        text.get_text().split("\n")[0] for text in sorted(ends, key=lambda t: t.get_position())
    ]
    assert order == ["conv 1×1", "conv 3×3", "conv 5×5", "conv 1×1"]
    assert middles["concat of 4"] == middles["conv 3×3"] == middles["x"]


def test_no_box_lies_on_another_and_all_lie_on_the_page():
    figure, ax = drawn(inception)
    corners = {(round(box.get_x(), 3), round(box.get_y(), 3)) for box in boxes(ax)}
    assert len(corners) == len(boxes(ax)) == 9
    assert len({x for x, _ in corners}) == 4
    assert figure.get_figwidth() <= 8
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    for box in boxes(ax):
        assert left < box.get_x() and box.get_x() + box.get_width() < right
        assert low < box.get_y() and box.get_y() + box.get_height() < high


def test_data_flows_one_way():
    for arrow in arrows(drawn(inception)[1]):
        (_, start), (_, end) = arrow._posA_posB
        assert end <= start
