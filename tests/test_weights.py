"""Weights go over by name, one for one, and never into another architecture."""

import io
import os
import pickle
import shutil
from functools import partial

import import_weights
import keras
import numpy as np
import pytest
from keras import layers

from utils import data, networks, weights

TINY = {"input_shape": (32, 32, 3)}
LARGE = [f"B{n}" for n in range(2, 8)] if os.environ.get("COURSE_ZOO") else []
NARROW = TINY | {"width": 1 / 16}


@pytest.mark.parametrize(
    "column, theirs", [("D", keras.applications.VGG16), ("E", keras.applications.VGG19)]
)
def test_with_kerass_weights_it_is_kerass_network(column, theirs):
    keras.utils.set_random_seed(0)
    reference, model = theirs(weights=None, **TINY), networks.vgg(column, **TINY)
    x = np.random.default_rng(0).normal(size=(2, 32, 32, 3)).astype("float32") * 50
    assert not np.allclose(model(x), reference(x), atol=1e-7)
    weights.transfer(reference, model)
    np.testing.assert_allclose(model(x), reference(x), atol=1e-5)
    keras.backend.clear_session()


@pytest.mark.parametrize(
    "build, theirs, width",
    [
        *((networks.mobilenet, keras.applications.MobileNet, width) for width in (0.25, 0.75)),
        *((networks.mobilenet_v2, keras.applications.MobileNetV2, w) for w in (0.35, 0.5, 1.4)),
    ],
)
def test_a_mobilenet_of_any_width_is_kerass(build, theirs, width):
    reference = theirs(weights=None, alpha=width, input_shape=(64, 96, 3))
    model = build(width=width, input_shape=(64, 96, 3))
    random = np.random.default_rng(0)
    reference.set_weights([random.uniform(0.1, 0.4, w.shape) for w in reference.weights])
    weights.transfer(reference, model)
    x = random.normal(size=(2, 64, 96, 3)).astype("float32")
    np.testing.assert_allclose(model(x), reference(x), atol=1e-5)
    with pytest.raises(ValueError, match="do not fit"):
        weights.transfer(reference, build(width=1, input_shape=(64, 96, 3)))
    keras.backend.clear_session()


@pytest.mark.parametrize(
    "build, name",
    [
        *((partial(networks.densenet, n), f"densenet{n}") for n in (121, 169, 201)),
        (networks.xception, "xception"),
    ],
)
def test_densenet_and_xception_are_kerass(build, name):
    shape = (71, 80, 3)
    reference = weights.APPLICATIONS[name](weights=None, input_shape=shape)
    model, random = build(input_shape=shape), np.random.default_rng(0)
    for weight in reference.weights:
        spread = (2 / np.prod(weight.shape[:-1])) ** 0.5 if len(weight.shape) > 1 else 0.2
        drawn = random.normal(size=weight.shape) * spread
        weight.assign(1 + abs(drawn) if "variance" in weight.path else drawn + weight.numpy())
    weights.transfer(reference, model)
    x = random.normal(size=(2, *shape)).astype("float32")
    np.testing.assert_allclose(model(x), reference(x), atol=1e-5)
    keras.backend.clear_session()


@pytest.mark.parametrize(
    "target, layer",
    [
        (lambda: networks.vgg("E", **NARROW), "block3_conv4"),
        (lambda: networks.vgg("C", **NARROW), "block3_conv3"),
        (lambda: networks.vgg("D", classes=10, **NARROW), "predictions"),
    ],
)
def test_another_architecture_is_refused_untouched(target, layer):
    reference, model = networks.vgg("D", **NARROW), target()
    before = [w.copy() for w in model.get_weights()]
    with pytest.raises(ValueError, match=f"do not fit.*{layer}"):
        weights.transfer(reference, model)
    for now, then in zip(model.get_weights(), before):
        np.testing.assert_array_equal(now, then)


def tiny(strides=2, activation="relu", epsilon=1e-3, pool=layers.MaxPooling2D, turned=False):
    x = image = keras.Input((16, 16, 3))
    stack = [
        layers.Conv2D(4, 3, strides, activation=activation, name="a"),
        layers.BatchNormalization(epsilon=epsilon, name="b"),
        pool(2, name="c"),
        layers.Conv2D(4, 3, padding="same", name="d"),
        layers.Conv2D(4, 3, padding="same", name="e"),
    ]
    for layer in [*stack[:3], *stack[:2:-1]] if turned else stack:
        x = layer(x)
    return keras.Model(image, x)


@pytest.mark.parametrize(
    "change, said",
    [
        ({"strides": 1}, r"layer 'a' has strides \[2, 2\] there and \[1, 1\] here"),
        ({"activation": "tanh"}, 'layer \'a\' has activation "relu" there and "tanh" here'),
        ({"epsilon": 1e-5}, "layer 'b' has epsilon 0.001 there and 1e-05 here"),
        ({"pool": layers.AveragePooling2D}, "layer 'c' has kind MaxPooling2D there"),
        ({"turned": True}, "wired otherwise: layer 'd' reads b there and e here"),
    ],
)
def test_weights_that_would_fit_a_network_that_computes_something_else(change, said):
    with pytest.raises(ValueError, match=said):
        weights.transfer(tiny(), tiny(**change))
    weights.transfer(tiny(), tiny())


def applications(monkeypatch, download):
    """keras.applications with small networks, of which the published one has weights of 0.01."""

    def build(weights):
        model = networks.vgg("D", **NARROW)
        if weights == "imagenet":
            download()
            model.set_weights([np.full(w.shape, 0.01) for w in model.weights])
        return model

    monkeypatch.setattr(weights, "APPLICATIONS", {"vgg16": build})


def test_imagenet_loads_the_published_weights(monkeypatch):
    applications(monkeypatch, lambda: None)
    model = networks.vgg("D", **NARROW)
    weights.load(model, "imagenet")
    assert all((w == np.float32(0.01)).all() for w in model.get_weights())


def test_offline_says_so(monkeypatch):
    def offline():
        raise Exception("URL fetch failure")

    applications(monkeypatch, offline)
    model = networks.vgg("D", **NARROW)
    before = model.get_weights()
    with pytest.raises(FileNotFoundError, match="vgg16.*URL fetch failure.*online once"):
        weights.load(model, "imagenet")
    for now, then in zip(model.get_weights(), before):
        np.testing.assert_array_equal(now, then)


def test_a_damaged_download_is_named(monkeypatch):
    def damaged():
        raise ValueError("Incomplete or corrupted file detected: vgg16.h5")

    applications(monkeypatch, damaged)
    with pytest.raises(ValueError, match="corrupted file.*vgg16.h5"):
        weights.load(networks.vgg("D", **NARROW), "imagenet")


def test_the_likeliest_classes_are_named():
    (best, second), (other, _) = weights.likeliest(np.eye(1000)[[285, 3]] * 0.9, count=2)
    assert best == ("Egyptian cat", 0.9) and second[1] == 0 and other[0] == "tiger shark"
    assert len(set(weights.classes())) == 1000
    for wrong in (np.ones(1000), np.ones((1, 10))):
        with pytest.raises(ValueError, match=r"\(images, 1000\).*got the shape"):
            weights.likeliest(wrong)


@pytest.mark.parametrize("size", ["B0", "B1", *LARGE])
def test_an_efficientnet_is_kerass(size):
    """Also with the factor that Keras puts behind the normalisation of published weights."""
    shape = {"input_shape": (64, 97, 3)}
    reference = getattr(keras.applications, f"EfficientNet{size}")(weights=None, **shape)
    model, random = networks.efficientnet(size, **shape), np.random.default_rng(0)
    draw = {"count": lambda w: np.zeros(w.shape, w.dtype)}
    reference.set_weights(
        [
            draw.get(w.name, lambda w: random.uniform(0.02, 0.2, w.shape))(w)
            for w in reference.weights
        ]
    )
    weights.transfer(reference, model)
    x = random.uniform(0, 255, (2, 64, 97, 3)).astype("float32")
    np.testing.assert_allclose(model(x), reference(x), atol=1e-5)
    keras.backend.clear_session()


def test_a_factor_behind_the_normalisation_goes_into_its_variance():
    def build(name=None, factor=None):
        x = image = keras.Input((4, 4, 3))
        x = layers.Normalization(name=name)(layers.Rescaling(1 / 255)(x))
        x = layers.Rescaling(factor)(x) if factor else x
        return keras.Model(image, layers.Conv2D(2, 1, name="conv")(x))

    reference, model = build(factor=[2.0, 0.5, 3.0]), build(name="normalization")
    reference.layers[2].adapt_mean.assign([0.4, 0.5, 0.6])
    reference.layers[2].adapt_variance.assign([0.2, 0.3, 0.4])
    reference.layers[2].finalize_state()
    weights.transfer(reference, model)
    x = np.random.default_rng(0).uniform(0, 255, (2, 4, 4, 3)).astype("float32")
    np.testing.assert_allclose(model(x), reference(x), atol=1e-5)


def test_the_weights_that_ship_know_the_photographs_that_ship():
    model = networks.efficientnet("Lite0")
    weights.load(model, "shipped")
    photos = np.stack([data.photo(name, 224) for name in ("chelsea", "coffee", "china")])
    first = [best[0][0] for best in weights.likeliest(model.predict(photos, verbose=0))]
    assert first == ["Egyptian cat", "espresso", "palace"]
    smaller = networks.efficientnet("Lite0", input_shape=(128, 96, 3), logits=True)
    weights.load(smaller, "shipped")  # of any size, with scores or probabilities


def test_weights_that_ship_go_into_no_other_network(tmp_path, monkeypatch):
    for other, said in (
        (networks.efficientnet("B0", input_shape=(32, 32, 3)), "'efficientnet_b0'.*Lite0"),
        (networks.efficientnet("Lite0", classes=10), "'predictions' has .1280, 1000. there"),
        (
            networks.efficientnet("Lite0", width=0.5, name="efficientnet_lite0"),
            "layer 'stem_conv' has",
        ),
    ):
        before = other.get_weights()
        with pytest.raises(ValueError, match=said):
            weights.load(other, "shipped")
        for now, then in zip(other.get_weights(), before):
            np.testing.assert_array_equal(now, then)


def test_a_damaged_or_missing_file_of_weights_is_named(tmp_path, monkeypatch):
    model = networks.efficientnet("Lite0", input_shape=(32, 32, 3))
    shutil.copytree(weights.shipped.FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(weights.shipped, "FOLDER", tmp_path)
    path = tmp_path / "efficientnet_lite0.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="not the official file.*git checkout"):
        weights.load(model, "shipped")
    path.unlink()
    with pytest.raises(FileNotFoundError, match="is missing.*git checkout"):
        weights.load(model, "shipped")


def test_only_tensors_are_unpickled(tmp_path):
    """The file of a package cannot run a program when its weights are imported."""

    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path}/run",)

    file = io.BytesIO(b"".join(pickle.dumps(part, 2) for part in (1, 2, {}, Evil())))
    with pytest.raises(pickle.UnpicklingError, match="system, which no weights need"):
        import_weights.tensors(file)
    assert not list(tmp_path.iterdir())


def test_another_architecture_is_not_downloaded(monkeypatch):
    applications(monkeypatch, lambda: pytest.fail("downloaded"))
    with pytest.raises(ValueError, match="predictions"):
        weights.load(networks.vgg("D", classes=10, **NARROW), "imagenet")
    with pytest.raises(ValueError, match="'lenet5'.*vgg16"):
        weights.load(networks.lenet5(), "imagenet")


def test_a_file_that_does_not_fit_leaves_the_weights(tmp_path):
    def model(*more):
        image = keras.Input((4,))
        return keras.Sequential([image, layers.Dense(3), *more])

    model().save_weights(tmp_path / "mine.weights.h5")
    other = model(layers.Dense(2))
    before = other.get_weights()
    with pytest.raises(ValueError):
        weights.load(other, tmp_path / "mine.weights.h5")
    for now, then in zip(other.get_weights(), before):
        np.testing.assert_array_equal(now, then)


def test_a_file_of_ones_own(tmp_path):
    one, other = (networks.lenet5() for _ in range(2))
    one.save_weights(tmp_path / "mine.weights.h5")
    weights.load(other, tmp_path / "mine.weights.h5")
    np.testing.assert_array_equal(one.get_weights()[0], other.get_weights()[0])
