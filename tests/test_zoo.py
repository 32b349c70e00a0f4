"""Any functional model is counted and drawn: those of keras.applications, and wired in every way.

`make test-zoo` takes all models of keras.applications, else a few are tried.
"""

import functools
import inspect
import os

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from matplotlib.backends.backend_agg import FigureCanvasAgg
from test_volumes import check_layout
from weightless import weightless

from utils import cost, figures
from utils.figures.boxes import boxes

FEW = ["ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "MobileNetV3Small", "Xception"]
ZOO = sorted(n for n, f in vars(keras.applications).items() if inspect.isfunction(f))
# Multiply-adds in millions, as papers state them, at the size of each network's own images.
PUBLISHED = {
    "MobileNet": 569,  # Howard et al. 2017, table 4
    "MobileNetV2": 300,  # Sandler et al. 2018, table 4
    "MobileNetV3Small": 56,  # Howard et al. 2019, table 3
    "MobileNetV3Large": 219,
    "NASNetMobile": 564,  # Zoph et al. 2018, table 3
    "NASNetLarge": 23_800,
    "EfficientNetB0": 390,  # Tan and Le 2019, table 2
    "EfficientNetB7": 37_000,
    "ConvNeXtTiny": 4_500,  # Liu et al. 2022, table 1
    "ConvNeXtBase": 15_400,
}


@pytest.mark.parametrize("name", ZOO if os.environ.get("COURSE_ZOO") else FEW)
def test_models_of_keras_applications(name):
    build = getattr(keras.applications, name)
    size = 331 if name == "NASNetLarge" else 224
    shape = {"input_shape": (size, size, 3)} if "MobileNetV3" in name else {}
    model = weightless(build, weights=None, **shape)
    table = cost.table(model)
    assert table["parameters"].sum() == model.count_params()
    if name in PUBLISHED:
        assert cost.multiply_adds(model) / 1e6 == pytest.approx(PUBLISHED[name], rel=0.04)
    found = boxes(model)
    assert found[0].shape == model.input_shape[1:] and found[-1].shape == model.output_shape[1:]
    figure = figures.volumes(model)
    assert figure.get_figwidth() <= 8


def convolution(x, filters, **options):
    return layers.Conv2D(filters, 3, padding="same", **options)(x)


def u_network():
    x = image = keras.Input((32, 32, 3), name="photo")
    skips = []
    for filters in (4, 8):
        x = convolution(x, filters)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = convolution(x, 16, name="deepest")
    while skips:
        x = layers.Concatenate()([layers.UpSampling2D()(x), skips.pop()])
        x = convolution(x, 8)
    return keras.Model(image, layers.Conv2D(2, 1, name="mask")(x))


def two_by_two():
    left, depth = keras.Input((16, 16, 3), name="left"), keras.Input((16, 16, 1), name="depth")
    x = convolution(convolution(left, 4), 8)
    x = layers.Concatenate()([x, convolution(depth, 8, activation=layers.LeakyReLU(0.1))])
    partial = functools.partial(keras.activations.leaky_relu, negative_slope=0.1)
    x = layers.Activation(partial)(layers.GlobalAveragePooling2D()(x))
    x = layers.Activation(layers.LeakyReLU(0.1))(x)
    return keras.Model([left, depth], [layers.Dense(5, name="kind")(x), layers.Dense(1)(x)])


def different_blocks_of_one_shape():
    x = image = keras.Input((16, 16, 8))
    for one, other in ((2, 6), (4, 4), (4, 4)):
        x = layers.Concatenate()([layers.Conv2D(one, 1)(x), convolution(x, other)])
    return keras.Model(image, x)


def nested():
    base = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3)], name="base")
    image = keras.Input((16, 16, 3))
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(base(image))))


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_network_with_long_shortcuts_is_drawn_from_end_to_end():
    names = [box.name for box in boxes(u_network())]
    assert "deepest" in names and names[0] == "photo" and names[-1] == "mask" and len(names) == 13


def test_what_a_drawing_leaves_out_it_says():
    figure = figures.volumes(two_by_two())
    check_layout(with_canvas(figure))
    assert "Not drawn: the input depth." in texts(figure)
    assert any(text.startswith("→ dense") for text in texts(figure))
    assert not any("Not drawn" in text for text in texts(figures.volumes(u_network())))


def test_blocks_of_one_shape_are_told_apart():
    above = [box.above.replace("\n", " ") for box in boxes(different_blocks_of_one_shape())]
    assert above[1:] == ["concat 2+6", "2 × concat 4+4"]


def test_a_model_within_is_one_box_with_its_name():
    assert "base, 1 layers" in [box.made_by for box in boxes(nested())]


@pytest.mark.parametrize("model", [u_network, two_by_two, different_blocks_of_one_shape, nested])
def test_every_layer_is_wired(model):
    figure = figures.wiring(model())
    check_layout(with_canvas(figure))


def test_a_whole_network_does_not_fit_a_page():
    x = image = keras.Input((8,))
    for _ in range(70):
        x = layers.Dense(8)(x)
    with pytest.raises(ValueError, match="71 layers, and a page holds 60: draw a block"):
        figures.wiring(keras.Model(image, x))


def with_canvas(figure):
    FigureCanvasAgg(figure)
    return figure


def pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def test_figures_look_the_same_under_any_style():
    model = u_network()

    def draw():
        return [
            pixels(figures.volumes(model)),
            pixels(figures.wiring(model)),
            pixels(figures.training_losses({"plain-8": {"loss": [3, 2, 1]}})),
            pixels(figures.images(np.eye(4)[None], ["one"])),
        ]

    usual = draw()
    with plt.style.context(["dark_background", {"text.usetex": True, "font.size": 30}]):
        for one, other in zip(usual, draw()):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "draw, said",
    [
        (lambda: figures.images(np.eye(8)[:, :, None] * np.ones(3)), "pictures[None]"),
        (lambda: figures.images([]), "pictures is empty: images has nothing to draw"),
        (lambda: figures.training_losses({}), "histories is empty"),
        (lambda: figures.training_losses({"a": {"loss": []}}), "the history of 'a' has no loss"),
        (lambda: figures.training_errors({"a": {"loss": [1]}}), "has no accuracy, only loss"),
        (lambda: figures.layer_bars({}, "size"), "values is empty"),
        (lambda: figures.receptive_fields(np.eye(3), {}), "sizes is empty"),
        (lambda: figures.images(np.zeros((2, 3, 3)), ["one"]), "2 pictures and 1 titles"),
        (lambda: figures.confusion_matrix([0, -1], [0, 1], "ab"), "class -1 has no name"),
        (lambda: figures.confusion_matrix([0, 1], [0], "ab"), "2 labels and 1 guesses"),
        (lambda: figures.class_maps(np.zeros((2, 3, 3, 1)), [np.eye(3)], "ab"), "and 1 maps"),
    ],
)
def test_nothing_to_draw_is_said_in_words(draw, said):
    with pytest.raises(ValueError) as caught:
        draw()
    assert said in str(caught.value)
