"""What the benchmark measures: candidates, each a function that returns seconds.

A benchmark returns either (candidates, aims, rounds), to be compared, or rows that are ready.
"""

from importlib.util import find_spec

import keras
import numpy as np

from benchmark import machine
from benchmark.stopwatch import (
    RANDOM,
    compiled,
    endless,
    resnets50,
    seconds,
    seconds_to,
    step_of_workers,
    step_under,
    steps,
    torch_steps,
)
from utils import cost, networks, training
from utils.augment import Cutout, Mirror, Shift
from utils.blocks import convolutions
from utils.training import precision

BFLOAT16 = "mixed_bfloat16"
# Dense bfloat16 operations a second by NVIDIA's data sheets, a multiply-add being two.
PEAKS = {"H200": 989e12, "H100": 989e12, "A100": 312e12, "L4": 121e12}


def resnet20():
    """A step of ResNet-20, 32x32, batch 128: Keras's batch normalisation, the fused kernel"""

    def stock():
        fused = convolutions.BatchNormalization
        convolutions.BatchNormalization = keras.layers.BatchNormalization
        try:
            return ours()
        finally:
            convolutions.BatchNormalization = fused

    def ours():
        return networks.resnet_cifar(20, input_shape=(32, 32, 3))

    runs = {"Keras's layer, float32": steps(stock, 128), "fused, float32": steps(ours, 128)}
    aims = {"fused, float32": 0.75}
    if not precision.no_bfloat16():
        runs["Keras's layer, bfloat16"] = steps(stock, 128, BFLOAT16)
        runs["fused, bfloat16"] = steps(ours, 128, BFLOAT16)
        aims["fused, bfloat16"] = 0.50
    return runs, aims, 9


def product(size=2048, batch=128):
    """ResNet-20, 32x32, batch 128: as many multiply-adds in one large matrix product, a step"""

    def build():
        return networks.resnet_cifar(20, input_shape=(32, 32, 3))

    adds = 3 * batch * cost.multiply_adds(build())  # forward, and twice as much backward
    matrix = keras.ops.convert_to_tensor(RANDOM.normal(size=(size, size)).astype("float32"))

    def multiplied():
        took = seconds(lambda: float(keras.ops.matmul(matrix, matrix)[0, 0]))
        return took * adds / size**3

    three = steps(build, batch)
    multiplied()
    runs = {"matrix product": multiplied, "step": lambda: three() / 3}
    return runs, {"step": round(1 / 0.65, 2)}, 9


def resnet50():
    """A step of ResNet-50, 64x64, batch 8: keras.applications, ours"""
    theirs, ours = resnets50((64, 64, 3))
    runs = {"keras.applications": steps(theirs, 8), "ours": steps(ours, 8)}
    return runs, {"ours": 0.90}, 9


def first_step():
    """The first step of ResNet-50, 32x32, batch 2, tracing included: keras.applications, ours"""

    def first(build):
        def run():
            keras.backend.clear_session()
            model, batch = compiled(build, 2)
            return seconds(lambda: model.train_on_batch(*batch))

        return run

    theirs, ours = map(first, resnets50((32, 32, 3)))
    theirs()  # what TensorFlow does once in a process
    return {"keras.applications": theirs, "ours": ours}, {"ours": 0.45}, 5


def lenet5():
    """200 steps of LeNet-5, batch 128: the same batch again and again, training.fit"""
    images = RANDOM.integers(0, 256, (200 * 128, 28, 28, 1), dtype="uint8")
    labels = RANDOM.integers(0, 10, len(images))

    def build():
        image = keras.Input(images.shape[1:])
        x = keras.layers.ZeroPadding2D(2)(keras.layers.Rescaling(1 / 255)(image))
        return keras.Model(image, networks.lenet5()(x))

    def constant():
        return seconds(lambda: one.fit(stream, steps_per_epoch=200, verbose=0))

    def ours():
        return seconds(lambda: training.fit(other, (images, labels), verbose=0))

    one, other = compiled(build, 1)[0], compiled(build, 1)[0]
    stream = endless(images[:128], labels[:128])
    for run in (constant, ours):
        run()
    return {"one batch": constant, "training.fit": ours}, {"training.fit": 1.15}, 9


def augmentation():
    """Shifting and mirroring 128 images of 32x32x3: each by itself in tf.data, a batch at a time"""
    import tensorflow as tf

    images = RANDOM.integers(0, 256, (128, 32, 32, 3), dtype="uint8")

    def shifted(image):
        padded = tf.image.resize_with_crop_or_pad(image, 40, 40)
        return tf.image.random_flip_left_right(tf.image.random_crop(padded, image.shape))

    one_by_one = tf.data.Dataset.from_tensor_slices(images).repeat()
    one_by_one = iter(one_by_one.map(shifted, tf.data.AUTOTUNE).batch(128))
    runs = {
        "each image": lambda: seconds(lambda: next(one_by_one), 20),
        "a batch": lambda: seconds(lambda: training.augmented(images, 4, RANDOM), 20),
    }
    runs["each image"]()
    return runs, {"a batch": 0.4}, 9


def share():
    """A step of ResNet-20 on 128 images of 32x32x3, and shifting and mirroring them before"""
    images = RANDOM.integers(0, 256, (128, 32, 32, 3), dtype="uint8")
    functions = [Mirror(), Shift(4), Cutout(8)]
    runs = {
        "step": steps(lambda: networks.resnet_cifar(20, input_shape=(32, 32, 3)), 128),
        "augmentation": lambda: seconds(lambda: training.augmented(images, 4, RANDOM), 3),
        "by functions": lambda: seconds(lambda: training.augmented(images, functions, RANDOM), 3),
    }
    return runs, {"augmentation": 0.03, "by functions": 0.05}, 9


def replicas():
    """A step of ResNet-20, 28x28, batch 128 in all: one replica, MirroredStrategy, two workers"""
    import tensorflow as tf

    kind = "GPU" if len(tf.config.list_physical_devices("GPU")) > 1 else "CPU"
    if kind == "CPU":
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * 2
        )
    one, two = (
        tf.distribute.MirroredStrategy([f"{kind}:{i}" for i in range(count)]) for count in (1, 2)
    )
    runs = {
        "default strategy": lambda: step_under(tf.distribute.get_strategy()),
        "MirroredStrategy, 1 replica": lambda: step_under(one),
        "MirroredStrategy, 2 replicas": lambda: step_under(two),
        "2 workers": lambda: step_of_workers(2),
    }
    return runs, {}, 5


def accuracy():
    """Seconds of training until 87 and 93 % of Fashion-MNIST's test images are right"""
    policy = training.use_mixed_precision().name
    return {
        "LeNet-5 to 87 %": seconds_to(0.87, "lenet5 --epochs 5 --rate 0.05"),
        "ResNet-20 to 93 %": seconds_to(
            0.93,
            f"resnet_cifar 20 --epochs 13 --augment 2 --weight-decay 0.002 --precision {policy}",
        ),
    }


def cifar10():
    """Seconds of training until 91.25 and 94 % of CIFAR-10's test images are right"""
    how = f"--data cifar10 --augment 4 --precision {training.use_mixed_precision().name}"
    wide = f"wide_resnet 16 --width 8 --epochs 24 --weight-decay 0.005 {how}"
    return {
        "ResNet-20 to 91.25 %": seconds_to(0.9125, f"resnet_cifar 20 --epochs 60 {how}"),
        "wide ResNet-16-8 to 94 %": seconds_to(0.94, wide),
    }


def throughput(size=224, batch=256):
    """Images a second of ResNet-50 at 224 in bfloat16, and the part of the GPU's peak"""
    peak = next((peak for name, peak in PEAKS.items() if name in (machine.gpu() or "")), None)
    adds = cost.multiply_adds(networks.resnet(50, input_shape=(size, size, 3)))
    runs = {
        "ours": steps(lambda: networks.resnet(50, input_shape=(size, size, 3)), batch, BFLOAT16)
    }
    if find_spec("torchvision"):
        runs["torch.compile"] = torch_steps(size, batch)
    rows = {}
    for name, run in runs.items():
        run()
        images = 3 * batch / np.median([run() for _ in range(9)])  # run() takes three steps
        rows[name] = {"images a second": round(float(images))}
        if peak:  # forward, and twice as much backward
            rows[name]["part of the peak"] = round(float(3 * 2 * adds * images / peak), 3)
    return rows


BENCHMARKS = {
    function.__name__: function
    for function in (
        resnet20,
        product,
        resnet50,
        first_step,
        lenet5,
        augmentation,
        share,
        replicas,
        accuracy,
        cifar10,
        throughput,
    )
}


GPU = "cifar10", "throughput"  # hours, or for ever, without one


def possible():
    """The names of the benchmarks that this backend and this machine can run."""
    without = set() if machine.gpu() else {*GPU}
    if keras.backend.backend() != "tensorflow":
        without |= {"augmentation", "replicas"}
    return [name for name in BENCHMARKS if name not in without]
