"""What every network of the registry can do, and refuses. One test, all networks.

Each says no in words. Of the sizes of a family the smallest is built, narrow, and has to run,
train and be saved; the full sizes are counted in test_published.py.
"""

import inspect
import re
from functools import partial

import keras
import numpy as np
import pytest
from weightless import weightless

from utils import blocks, networks
from utils.layers import MAPLoss
from utils.networks.registry import NETWORKS, SMALLEST

SIZES = {"depth", "column", "size"}
PAPERS = {  # the input and the classes that a paper has
    ((32, 32, 1), 10): {"lenet5", "lenet5_1998"},
    ((32, 32, 3), 10): {
        "densenet_cifar",
        "network_in_network",
        "plain_cifar",
        "resnet_cifar",
        "wide_resnet",
    },
    ((299, 299, 3), 1000): {"xception"},
    ((227, 227, 3), 1000): {"alexnet"},
    ((224, 224, 3), 1000): {
        "densenet",
        "googlenet",
        "mobilenet",
        "mobilenet_v2",
        "plain",
        "resnet",
        "resnext",
        "se_resnet",
        "vgg",
    },
    (None, 1000): {"efficientnet"},  # each size has its own
}
# Dozens of normalisations of six single pixels are chaos.
LARGER = dict.fromkeys(("mobilenet_v2", "densenet121", "se_resnet50"), (32, 32))
LARGER["resnext50"] = (64, 64)
# Whoever reads these channels of DenseNet normalises them first, so that no factor matters.
SCALED_AWAY = ("densenet121", "conv1_bn/gamma")
SHALLOW = {  # as deep as a test needs
    "densenet40_cifar": 13,
    "densenet100_cifar_24": 13,
    "densenet_bc100_cifar": 16,
    "densenet_bc250_cifar": 16,
    "preactivated110_cifar": 20,
}
FEWER = {"lenet5_1998": {"width", "logits"}}  # what else all can be told


def smallest_of_each():
    """The first of each function and of the arguments that are fixed for it."""
    found = {}
    for name, build in NETWORKS.items():
        found.setdefault((build.func, *(build.keywords.keys() - {"width"})), name)
    return list(found.values())


every = pytest.mark.parametrize("build", NETWORKS.values(), ids=NETWORKS)
tried = pytest.mark.parametrize("name", smallest_of_each())


def accepts(build, argument):
    return argument in inspect.signature(build.func).parameters


def narrow(name, /, more=(0, 0), channels=2, **options):
    """The network for its smallest image and so many pixels more, five classes."""
    build = NETWORKS[name]
    if accepts(build, "width"):
        options["width"] = 1 / 8
    if name in SHALLOW:
        options["depth"] = SHALLOW[name]
    if name == "resnext50":  # a gain before a group of one channel has no effect
        options |= {"groups": 4, "channels": 32}
    height, width = (SMALLEST[build.func] + n for n in more)
    return build(input_shape=(height, width, channels), classes=5, **options)


def images(model, count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, *model.input_shape[1:]))


def outputs(model, x):
    """A list of arrays, also of a network with one output."""
    return list(map(keras.ops.convert_to_numpy, keras.tree.flatten(model(x))))


def test_every_function_is_registered():
    assert {build.func.__name__ for build in NETWORKS.values()} == set(networks.__all__)
    assert set(SMALLEST) == {build.func for build in NETWORKS.values()}


@pytest.mark.parametrize("function", SMALLEST, ids=lambda function: function.__name__)
def test_keywords_and_defaults_are_those_of_every_network(function):
    parameters = dict(inspect.signature(function).parameters)
    by_position = [n for n, p in parameters.items() if p.kind is not p.KEYWORD_ONLY]
    assert set(by_position[:1]) <= SIZES
    assert by_position[1:] == ["width"] * (function is networks.wide_resnet)  # WRN-28-10
    wanted = {"input_shape", "classes", "name", "width", "logits"}
    assert wanted - set(parameters) == FEWER.get(function.__name__, set())
    defaults = parameters["input_shape"].default, parameters["classes"].default
    assert function.__name__ in PAPERS[defaults]


@tried
def test_an_odd_image_softmax_or_logits_and_a_name(name):
    more = {"more": (1, 2), "channels": 3}
    model = narrow(name, name="mine", **more)
    x = images(model, 2)
    found = outputs(model, x)
    assert model.name == "mine"
    assert all(y.shape == (2, 5) for y in found)
    if not accepts(NETWORKS[name], "logits"):
        return
    raw = narrow(name, logits=True, **more)
    raw.set_weights(model.get_weights())
    for scores, probabilities in zip(outputs(raw, x), found, strict=True):
        np.testing.assert_allclose(keras.ops.softmax(scores), probabilities, rtol=1e-5, atol=1e-7)


@tried
def test_one_step_lowers_the_loss_and_the_saved_network_is_the_same(name, tmp_path):
    """At the smallest image, or LARGER. The step reaches every weight."""
    keras.utils.set_random_seed(0)
    model = narrow(name, more=LARGER.get(name, (0, 0)))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0  # chance would move the loss more than one step does
    x, labels = images(model, 6), np.array([0, 1, 2, 3, 4, 4])
    loss = MAPLoss() if name == "lenet5_1998" else "sparse_categorical_crossentropy"
    several = len(model.outputs)
    # To trace a step costs TensorFlow more than to run two of them.
    eagerly = keras.backend.backend() == "tensorflow"
    model.compile(keras.optimizers.SGD(1e-4), [loss] * several, run_eagerly=eagerly)
    fit = partial(model.fit, x, [labels] * several, batch_size=6, verbose=0)
    before = model.get_weights()
    (first,), (second,) = fit().history["loss"], fit().history["loss"]
    assert second < first
    trained = {id(weight) for weight in model.trainable_weights}
    for weight, then, now in zip(model.weights, before, model.get_weights()):
        if (name, weight.path) != SCALED_AWAY:
            assert id(weight) not in trained or (then != now).any(), weight.path
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    for one, other in zip(outputs(model, x), outputs(again, x), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@every
def test_an_image_one_pixel_below_the_smallest_is_refused(build):
    least = SMALLEST[build.func]
    for height, width in ((least - 1, least + 1), (least, least - 1)):
        with pytest.raises(ValueError, match=f"{height}x{width} is .*{least}x{least}"):
            build(input_shape=(height, width, 3))


@every
@pytest.mark.parametrize(
    "wrong",
    [
        {"input_shape": (227, 227)},
        {"input_shape": (None, None, 1)},
        {"input_shape": (99.5, 99, 3)},
        {"classes": 0},
        {"classes": -1},
        {"classes": 2.5},
        {"width": 0},
        {"width": -0.5},
    ],
    ids=str,
)
def test_what_no_network_can_be_is_refused(build, wrong):
    ((argument, value),) = wrong.items()
    if not accepts(build, argument):
        return
    with pytest.raises(ValueError, match=f"{argument}.*{re.escape(str(value))}"):
        build(**wrong)


@every
def test_a_mistaken_size_is_answered_with_those_there_are(build):
    for argument in SIZES & set(build.keywords):
        with pytest.raises(ValueError, match=", .*got 17"):
            build(**{argument: 17})


def test_weightless_networks_have_shapes_and_leave_nothing_to_be_made():
    model = weightless(networks.lenet5)
    assert model.count_params() == 61_706
    assert [w.shape for w in model.weights] == [w.shape for w in networks.lenet5().weights]


SMALL = (np.uint8, np.int64, np.int32)


@pytest.mark.parametrize("kind", SMALL)
def test_numpys_whole_numbers_are_whole_numbers(kind):
    """uint8 would overflow: 4 times 64 filters are none."""
    shape = {"input_shape": (kind(32), kind(32), kind(3)), "classes": kind(9) + 1}
    model = weightless(networks.resnet_cifar, kind(20), **shape)
    assert model.output_shape == (None, 10) and model.input_shape == (None, 32, 32, 3)
    assert weightless(networks.vgg, "D", **shape).output_shape == (None, 10)
    assert weightless(networks.lenet5, **shape).output_shape == (None, 10)
    image = keras.Input((16, 16, 16))
    made = blocks.convolutional_block(image, kind(64), strides=kind(2), name="b")
    assert made.shape == (None, 8, 8, 256)
    made = blocks.inception_block(image, [kind(n) for n in (64, 8, 64, 8, 64, 64)], name="i")
    assert made.shape == (None, 16, 16, 256)


@pytest.mark.parametrize("classes", [True, 2.5, "10", None, -1, np.float32(10)])
def test_what_is_no_whole_number_is_refused(classes):
    with pytest.raises(ValueError, match="resnet20_cifar: classes is .*a positive whole number"):
        networks.resnet_cifar(20, classes=classes)
