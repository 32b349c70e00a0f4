"""Maps of what a network looks at: exact where the answer is known, refused where there is none."""

import keras
import numpy as np
import pytest
from keras import layers

from utils import attribution, networks

SHAPE = (64, 64, 3)
IMAGE = np.random.default_rng(0).uniform(0, 255, SHAPE).astype("float32")
AVERAGED = {
    "efficientnet": lambda: networks.efficientnet("Lite0", input_shape=SHAPE, classes=7),
    "logits": lambda: networks.efficientnet("B0", input_shape=SHAPE, classes=7, logits=True),
    "mobilenet": lambda: networks.mobilenet(input_shape=SHAPE, classes=7, width=0.25),
    "resnet": lambda: networks.resnet(18, input_shape=SHAPE, classes=7, width=0.25),
    "of keras": lambda: keras.applications.MobileNetV2(
        weights=None, input_shape=SHAPE, classes=7, alpha=0.35
    ),
}


@pytest.mark.parametrize("build", AVERAGED.values(), ids=AVERAGED)
def test_both_maps_agree_and_add_up_to_the_score(build):
    keras.utils.set_random_seed(1)
    model = build()
    for weight in model.trainable_weights:
        weight.assign(weight + 0.05 * keras.random.normal(weight.shape))
    found = attribution.class_activation(model, IMAGE, 3)
    scores = keras.Model(model.input, attribution._scores(model))(IMAGE[None])
    bias = next(layer for layer in model.layers[::-1] if layer.weights).bias[3]
    np.testing.assert_allclose(found.mean() + bias, scores[0, 3], rtol=1e-4, atol=1e-5)
    positive = np.maximum(found, 0) / found.size
    grad = attribution.grad_cam(model, IMAGE, 3)
    np.testing.assert_allclose(grad, positive, rtol=1e-3, atol=1e-4 * positive.max())


def test_grad_cam_of_a_network_with_dense_layers():
    model = networks.vgg("A", input_shape=SHAPE, classes=5, width=0.1)
    assert attribution.grad_cam(model, IMAGE, 4).shape == (2, 2)
    earlier = attribution.grad_cam(model, IMAGE, 4, layer="block3_conv2")
    assert earlier.shape == (16, 16) and (earlier >= 0).all()
    with pytest.raises(ValueError, match="vgg.*global average pooling and one dense layer"):
        attribution.class_activation(model, IMAGE, 4)
    with pytest.raises(ValueError, match="fc1 makes vectors"):
        attribution.grad_cam(model, IMAGE, 4, layer="fc1")


def test_a_layer_beside_a_shortcut_is_refused():
    model = networks.resnet(18, input_shape=SHAPE, classes=5, width=0.1)
    inside = next(layer.name for layer in model.layers if layer.name.endswith("2_1_conv"))
    with pytest.raises(ValueError, match=f"{inside}: a shortcut or another branch leads around"):
        attribution.grad_cam(model, IMAGE, 4, layer=inside)


def nested(pooling):
    inner = keras.applications.MobileNetV2(
        weights=None, input_shape=SHAPE, alpha=0.35, include_top=False, pooling=pooling
    )
    image = keras.Input(SHAPE)
    x = inner(layers.Rescaling(1 / 255)(image))
    x = x if pooling else layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(3, activation="softmax")(x))


def test_a_model_within_a_model():
    model = nested(pooling=None)
    positive = np.maximum(attribution.class_activation(model, IMAGE, 1), 0) / 4
    np.testing.assert_allclose(attribution.grad_cam(model, IMAGE, 1), positive, atol=1e-6)
    for look in (attribution.class_activation, attribution.grad_cam):
        with pytest.raises(ValueError, match="inside of mobilenetv2.*and pool behind it"):
            look(nested(pooling="avg"), IMAGE, 1)


def test_occlusion_finds_the_pixels_that_count():
    """A network that looks at the lower right quarter only."""
    image = keras.Input((32, 32, 3))
    x = layers.GlobalAveragePooling2D()(layers.Cropping2D(((16, 0), (16, 0)))(image))
    model = keras.Model(image, layers.Dense(2, activation="sigmoid", use_bias=False)(x))
    model.set_weights([np.full((3, 2), 1.0)])
    picture = np.ones((32, 32, 3))
    found = attribution.occlusion(model, picture, 0, patch=8, stride=8, value=0)
    assert found.shape == (4, 4)
    assert (
        (found[2:, 2:] > 0.01).all() and np.allclose(found[:2], 0) and np.allclose(found[:, :2], 0)
    )
    with pytest.raises(ValueError, match="a patch has 1 to 32 pixels.*got a patch of 33"):
        attribution.occlusion(model, picture, 0, patch=33)


@pytest.mark.parametrize("image", [IMAGE[None], IMAGE[:32], IMAGE[..., :1]])
def test_other_images_and_classes_are_refused(image):
    model = networks.mobilenet(input_shape=SHAPE, classes=7, width=0.25)
    for look in (attribution.class_activation, attribution.grad_cam, attribution.occlusion):
        with pytest.raises(ValueError, match=r"takes one image of shape \(64, 64, 3\); got"):
            look(model, image, 3)
        with pytest.raises(ValueError, match="has the classes 0 to 6; got (7|'cat')"):
            look(model, IMAGE, 7 if look is attribution.occlusion else "cat")
    with pytest.raises(ValueError, match="no feature maps"):
        dense = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
        attribution.grad_cam(dense, IMAGE, 0)
