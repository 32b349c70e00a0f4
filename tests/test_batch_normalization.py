"""The fused batch normalisation is Keras's, number for number."""

import inspect
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import networks
from utils.layers import BatchNormalization

TOLERANCE = {"float32": 1e-5, "mixed_bfloat16": 0.02, "mixed_float16": 3e-3}

ROOT = Path(__file__).resolve().parent.parent

TWO_DEVICES = """
import keras, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from utils.layers import BatchNormalization

def train(normalization):
    keras.utils.set_random_seed(0)
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        image = x = keras.Input((6, 6, 3))
        x = keras.layers.Conv2D(4, 3)(x)
        x = normalization(momentum=0.5)(x)
        x = keras.layers.GlobalAveragePooling2D()(x)
        model = keras.Model(image, keras.layers.Dense(3)(x))
        model.compile(keras.optimizers.SGD(0.01), "mse")
    model.fit(images, targets, batch_size=8, epochs=3, shuffle=False, verbose=0)
    return model.get_weights()

random = np.random.default_rng(0)
images, targets = random.normal(size=(32, 6, 6, 3)), random.normal(size=(32, 3))
for ours, theirs in zip(train(BatchNormalization), train(keras.layers.BatchNormalization)):
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
"""


def pair(**arguments):
    return keras.layers.BatchNormalization(**arguments), BatchNormalization(**arguments)


def step(layer, x, jit=False):
    """Output, gradients and moving statistics of one training step, with the same weights."""
    layer.build(x.shape)
    random = np.random.default_rng(1)
    for weight in layer.trainable_weights:
        weight.assign(random.uniform(0.5, 1.5, weight.shape))
    slopes = random.normal(size=x.shape).astype("float32")

    @tf.function(jit_compile=jit)
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            loss = tf.reduce_mean(tf.cast(y, "float32") * slopes)
        return [y, *tape.gradient(loss, [x, *(w.value for w in layer.trainable_weights)])]

    results = run(tf.cast(x, layer.compute_dtype))
    moving = [weight.value for weight in layer.non_trainable_weights]
    return [tf.cast(result, "float32").numpy() for result in [*results, *moving]]


def agree(layers, x, jit=False):
    stock, fused = (step(layer, x, jit) for layer in layers)
    for theirs, ours in zip(stock, fused, strict=True):
        scale = max(1, np.abs(theirs).max())
        np.testing.assert_allclose(ours / scale, theirs / scale, atol=tolerance_of(layers))


def tolerance_of(layers):
    return TOLERANCE[layers[0].dtype_policy.name]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    shape=st.tuples(*(st.integers(*limits) for limits in ((1, 5), (1, 6), (1, 6), (1, 9)))),
    momentum=st.sampled_from([0.0, 0.9, 0.99]),
    epsilon=st.sampled_from([1.001e-5, 1e-3]),
    center=st.booleans(),
    scale=st.booleans(),
    dtype=st.sampled_from(list(TOLERANCE)),
)
def test_same_outputs_gradients_and_statistics(shape, momentum, epsilon, center, scale, dtype):
    x = 3 * np.random.default_rng(0).normal(size=shape).astype("float32") + 1
    if np.prod(shape[:-1]) < 4:
        epsilon = 1e-3  # few values have a variance near 0, where rounding is all there is
    agree(pair(momentum=momentum, epsilon=epsilon, center=center, scale=scale, dtype=dtype), x)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_under_xla(dtype):
    x = np.random.default_rng(0).normal(size=(4, 5, 3, 6)).astype("float32")
    agree(pair(dtype=dtype), x, jit=True)


UNFIT = [
    ({}, (5, 7)),
    ({}, (2, 3, 4, 5, 6)),
    ({"axis": 1}, (4, 3, 5, 5)),
    ({"epsilon": 1e-7}, (4, 3, 3, 2)),
]
if "renorm" in inspect.signature(keras.layers.BatchNormalization).parameters:  # not in Keras 3.13
    UNFIT.append(({"renorm": True}, (4, 3, 3, 2)))


@pytest.mark.parametrize("arguments, shape", UNFIT)
def test_what_the_kernel_cannot_take_runs_as_in_keras(arguments, shape, monkeypatch):
    monkeypatch.setattr(BatchNormalization, "_fused", None)
    agree(pair(**arguments), np.random.default_rng(0).normal(size=shape).astype("float32"))


def test_double_precision_and_masks_run_as_in_keras(monkeypatch):
    monkeypatch.setattr(BatchNormalization, "_fused", None)
    x = np.random.default_rng(0).normal(size=(2, 3, 3, 4))
    assert BatchNormalization(dtype="float64")(x, training=True).dtype == "float64"
    BatchNormalization()(x.astype("float32"), training=True, mask=np.ones((2, 3, 3), bool))


def test_under_a_mirrored_strategy():
    subprocess.run([sys.executable, "-c", TWO_DEVICES], cwd=ROOT, check=True, timeout=600)


def test_the_kernel_is_used_in_training_only(monkeypatch):
    used = []
    fused = BatchNormalization._fused
    monkeypatch.setattr(
        BatchNormalization, "_fused", lambda self, x: used.append(1) or fused(self, x)
    )
    layer, x = BatchNormalization(), np.ones((2, 3, 3, 4), "float32")
    layer(x)
    layer(x, training=False)
    assert not used
    layer(x, training=True)
    assert len(used) == 1
    layer.trainable = False
    layer(x, training=True)
    assert len(used) == 1


def test_same_weights_and_configuration(tmp_path):
    stock, ours = pair(momentum=0.8, epsilon=1e-4, scale=False)
    for layer in (stock, ours):
        layer.build((None, 4, 4, 3))
    assert [w.name for w in ours.weights] == [w.name for w in stock.weights]
    same = stock.get_config() | {"name": ours.name}
    assert ours.get_config() == same
    model = networks.resnet_cifar(8, input_shape=(8, 8, 1))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1))
    np.testing.assert_array_equal(model(x), again(x))
    assert any(type(layer) is BatchNormalization for layer in again.layers)


def test_every_deep_network_uses_it():
    for model in (
        networks.resnet(18, width=1 / 8, input_shape=(32, 32, 3)),
        networks.plain_cifar(8),
    ):
        kinds = {type(layer) for layer in model.layers}
        assert BatchNormalization in kinds and keras.layers.BatchNormalization not in kinds
