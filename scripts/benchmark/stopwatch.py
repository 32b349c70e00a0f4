"""What the benchmarks share: networks that are ready to train, and how long their steps take."""

import itertools
import sys
import tempfile
import time
from pathlib import Path

import keras
import local_workers
import numpy as np
import train

from utils import networks, training

RANDOM = np.random.default_rng(0)
SKIPPED = 3  # steps before the clock starts: tracing, and whatever happens once


def seconds(function, times=1):
    """How long so many calls take."""
    start = time.perf_counter()
    for _ in range(times):
        function()
    return time.perf_counter() - start


def compiled(build, batch, policy="float32"):
    """A network, compiled, and a batch of random images and labels for it, on its device."""
    keras.config.set_dtype_policy(policy)
    try:
        model = build()
        model.compile("sgd", "sparse_categorical_crossentropy")
    finally:
        keras.config.set_dtype_policy("float32")
    images = RANDOM.normal(size=(batch, *model.input_shape[1:])).astype("float32")
    labels = RANDOM.integers(0, model.output_shape[-1], batch)
    return model, (keras.ops.convert_to_tensor(images), keras.ops.convert_to_tensor(labels))


def steps(build, batch, policy="float32"):
    """A candidate: three steps of a network that is already traced."""
    model, made = compiled(build, batch, policy)

    def run():
        return seconds(lambda: model.train_on_batch(*made), 3)

    run()
    return run


def torch_steps(size, batch):
    """A candidate: three steps of torchvision's ResNet-50, compiled, bfloat16 where it is safe."""
    import torch
    import torchvision

    model = torchvision.models.resnet50().cuda().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    images = torch.randn(batch, 3, size, size, device="cuda")
    images = images.to(memory_format=torch.channels_last)
    labels = torch.randint(0, 1000, (batch,), device="cuda")
    answer = torch.compile(model)

    def step():
        with torch.autocast("cuda", torch.bfloat16):
            loss = torch.nn.functional.cross_entropy(answer(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    step()
    return lambda: seconds(step, 3)


def resnets50(shape):
    """Two builders of ResNet-50: keras.applications' and ours."""
    theirs = lambda: keras.applications.ResNet50(weights=None, input_shape=shape)  # noqa: E731
    return theirs, lambda: networks.resnet(50, input_shape=shape)


def endless(images, labels):
    """One batch, again and again, in whatever the backend reads fastest."""
    if keras.backend.backend() != "tensorflow":
        return ((images, labels) for _ in itertools.count())
    import tensorflow as tf

    return tf.data.Dataset.from_tensors((images, labels)).repeat()


class Stopwatch(keras.callbacks.Callback):
    """`seconds` a step, the first ones left out."""

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 == SKIPPED:
            self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):  # metrics are read by now, so all steps are done
        self.seconds = (time.perf_counter() - self.start) / (self.params["steps"] - SKIPPED)


def step_under(strategy, batch=128):
    """Seconds that training.fit takes for a step of ResNet-20 under a strategy."""
    keras.backend.clear_session()
    count, watch = 12 * batch, Stopwatch()
    images = RANDOM.integers(0, 256, (count, 28, 28, 1), dtype="uint8")
    labels = RANDOM.integers(0, 10, count)
    with strategy.scope():
        model = networks.resnet_cifar(20, input_shape=(28, 28, 1))
        model.compile("sgd", "sparse_categorical_crossentropy")
    training.fit(model, (images, labels), batch_size=batch, callbacks=[watch], verbose=0)
    return watch.seconds


def step_of_workers(count):
    """The same for so many workers on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seconds"
        code = f"from benchmark import stopwatch; stopwatch.work({str(path)!r})"
        code = f"import sys; sys.path[:0] = {sys.path!r}; {code}"
        if local_workers.run([sys.executable, "-c", code], count):
            raise SystemExit("a worker failed")
        return float(path.read_text())


def work(path):
    """One of the workers; the chief writes what it found."""
    local_workers.leave_with_parent()
    strategy = training.strategy()
    found = step_under(strategy)
    if strategy.cluster_resolver.task_id == 0:
        Path(path).write_text(str(found))


def seconds_to(goal, command):
    """Trains as scripts/train.py would: the epoch that reached the goal, and the seconds to it."""
    options = train.parse(__doc__, command.split())
    keras.config.set_dtype_policy(options.precision)
    keras.utils.set_random_seed(options.seed)
    parts = train.load(options)
    network = train.build(options, parts["training"][0])
    with tempfile.TemporaryDirectory() as folder:
        history = train.fit(options, network, parts, folder)
    keras.config.set_dtype_policy("float32")
    reached = [value >= goal for value in history["val_accuracy"]]
    if not any(reached):
        return {"best": round(max(history["val_accuracy"]), 4)}
    epoch = reached.index(True) + 1
    return {"epoch": epoch, "seconds": round(sum(history["seconds"][:epoch]), 1)}
