"""Trainings in processes of their own.

On several devices and workers they end alike; one that is killed goes on, and ends as if nothing
had happened, bit for bit.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import local_workers
import numpy as np
import pytest
import tensorflow as tf
from forks import Forks
from local_workers import free_ports
from test_replicas import tf_config

ROOT = Path(__file__).resolve().parent.parent
TRAINING = ROOT / "tests" / "replicated.py"
KILLS = int(os.environ.get("COURSE_KILLS", 2))  # make test-kill takes more

KERAS_FIT = """
import keras, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from replicated import network
from utils import training

def train(strategy):
    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = network()
    model.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0)
    return model.get_weights()

x = np.random.default_rng(0).integers(0, 256, (64, 12, 12, 1), dtype="uint8")
y = np.arange(64) % 10
two = training.strategy(["CPU:0", "CPU:1"])
assert isinstance(two, tf.distribute.MirroredStrategy) and two.num_replicas_in_sync == 2
for a, b in zip(train(two), train(training.strategy())):
    np.testing.assert_allclose(a, b, atol=1e-5)
assert training.strategy(["CPU:1"]).num_replicas_in_sync == 1
"""


REFUSED = """
import keras, numpy as np, tensorflow as tf
from keras import layers, ops
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from utils import training

def small(loss="mse", kind=keras.Model, **compiled):
    image = keras.Input((4,))
    model = kind(image, layers.Dense(3)(image))
    model.compile(keras.optimizers.SGD(0.1), loss, **compiled)
    return model

class Adds(keras.Model):
    def compute_loss(self, *given, **options):
        return super().compute_loss(*given, **options) + ops.sum(self.trainable_variables[0] ** 2)

def said(make, scope=True):
    two = training.strategy(["CPU:0", "/device:CPU:1"])
    if not scope:
        model = make()
    with two.scope():
        if scope:
            model = make()
        else:
            model.compile(keras.optimizers.SGD(0.1), "mse")
    before = model.get_weights()
    try:
        training.fit(model, (np.ones((8, 4), "float32"), np.zeros(8, "int32")), verbose=0)
    except ValueError as error:
        for now, then in zip(model.get_weights(), before):
            np.testing.assert_array_equal(now, then)
        return str(error)

sparse = keras.losses.SparseCategoricalCrossentropy
cases = [
    (said(lambda: small(lambda a, b: ops.mean(b**2))), "would count 2 times"),
    (said(lambda: small(lambda a, b: ops.sum(b**2))), "would count 2 times"),
    (said(lambda: small(sparse(from_logits=True), Adds)), "divides what it adds by"),
    (said(lambda: small(sparse(from_logits=True, ignore_class=3))), "leaves out places"),
    (said(lambda: small(keras.losses.MeanSquaredError("sum"))), "reduction='sum'"),
    (said(small, scope=False), "made outside strategy.scope(), on one device"),
    (said(lambda: small(lambda a, b: ops.mean(b**2, axis=-1))), None),
]
with training.strategy(["CPU:0", "CPU:1"]).scope():
    burst = small()
    burst.optimizer.learning_rate = 1e38
given = np.ones((8, 4), "float32"), np.zeros((8, 3), "float32")
stop = keras.callbacks.TerminateOnNaN()
assert len(training.fit(burst, given, epochs=5, verbose=0, callbacks=stop).epoch) < 5
for found, wanted in cases:
    assert (found is None) if wanted is None else wanted in (found or ""), (found, wanted)
"""


@pytest.fixture(scope="module")
def forks():
    with closing(Forks()) as made:
        yield made


def finished(script):
    said = script.said()
    assert script.returncode == 0, said
    return said


def test_one_replica_two_devices_and_two_workers_end_alike(tmp_path, forks):
    """Exactness: weights to 1e-5 and the history, with a ragged last batch and augmentation."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    first, second = (tf_config(addresses, index) for index in range(2))
    out = {name: tmp_path / f"{name}.npz" for name in ("one", "devices", "worker 0", "worker 1")}

    def start(kind, name, **variables):
        said = tmp_path / f"{name}.said"
        return forks.start(TRAINING, kind, out[name], said=said, **variables)

    # one that is no fork, but started as everybody starts a worker
    command = [sys.executable, str(TRAINING), "workers", str(out["worker 1"])]
    other = subprocess.Popen(command, env=os.environ | second, stderr=subprocess.PIPE, text=True)
    worker = start("workers", "worker 0", **first)
    for script in (start("one", "one"), start("devices", "devices"), worker):
        finished(script)
    _, said = other.communicate(timeout=600)
    assert other.returncode == 0, said
    found = {name: np.load(path) for name, path in out.items()}
    for other in found.values():
        np.testing.assert_allclose(other["weights"], found["one"]["weights"], atol=1e-5)
        np.testing.assert_allclose(other["history"], found["one"]["history"], atol=1e-5)


@pytest.mark.parametrize("begun", [False, True])
def test_workers_that_do_not_share_a_folder_are_told(tmp_path, forks, begun):
    """Before the first step: where one does not see the other's folder, or they differ."""
    folders = [tmp_path / "a", tmp_path / "b"]
    if begun:  # worker 0 has a checkpoint, worker 1 has none
        alone = forks.start(
            TRAINING, "one", tmp_path / "out", folders[0], 1, said=tmp_path / "said"
        )
        finished(alone)
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    workers = [
        forks.start(
            TRAINING, "workers", tmp_path / "out", folder,
            said=tmp_path / f"said {index}", **tf_config(addresses, index),
        )
        for index, folder in enumerate(folders)
    ]  # fmt: skip
    wanted = "found different checkpoints" if begun else "worker 1 does not see what worker 0 wrote"
    for worker in workers:
        said = worker.said()
        assert worker.returncode and wanted in said, said


def test_two_devices_train_as_one_in_keras_fit(tmp_path, forks):
    path = tmp_path / "script.py"
    path.write_text(KERAS_FIT)
    finished(forks.start(path, said=tmp_path / "said"))


def test_losses_that_two_devices_would_count_twice_are_refused(tmp_path, forks):
    path = tmp_path / "script.py"
    path.write_text(REFUSED)
    finished(forks.start(path, said=tmp_path / "said"))


@pytest.fixture(scope="module")
def train(forks):
    """Starts the training that keeps its checkpoints in folder/run."""

    def start(folder, *middle):
        script, out = ROOT / "tests" / "interrupted.py", folder / "out.npz"
        return forks.start(script, folder / "run", out, *middle, said=folder / "said")

    return start


@pytest.fixture(scope="module")
def whole(train, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    finished(train(folder))
    return np.load(folder / "out.npz")


def assert_alike(out, whole):
    found = np.load(out)
    np.testing.assert_array_equal(found["weights"], whole["weights"])
    np.testing.assert_array_equal(found["history"], whole["history"])


def test_killed_in_the_middle_of_a_checkpoint(tmp_path, train, whole):
    process = train(tmp_path, 9)
    process.said()
    assert process.returncode == -signal.SIGKILL and (tmp_path / "run" / "draft").exists()
    said = finished(train(tmp_path))
    assert "going on with epoch 3, after 2 steps of it" in said
    assert_alike(tmp_path / "out.npz", whole)


def test_killed_at_any_moment(tmp_path, train, whole):
    """Kills one training again and again, at random moments, until it is through."""
    kills = 0
    while kills < KILLS:
        run = tmp_path / "run"
        known = set(run.glob("step-*"))
        process = train(tmp_path)
        while process.poll() is None and set(run.glob("step-*")) <= known:
            time.sleep(0.01)
        time.sleep(random.random() / 5)
        if process.poll() is None:
            process.kill()
            kills += 1
        elif not process.returncode:  # it was through: begin another one
            assert_alike(tmp_path / "out.npz", whole)
            for file in run.glob("*"):
                file.unlink()
        process.said()
    finished(train(tmp_path))
    assert_alike(tmp_path / "out.npz", whole)


def test_one_of_two_workers_killed(tmp_path, forks):
    """The other ends with a clear error within a minute, and both go on."""

    def start(kind, name, *arguments, **variables):
        script, out = ROOT / "tests" / "replicated.py", tmp_path / f"{name}.npz"
        return forks.start(
            script, kind, out, *arguments, said=out.with_suffix(".said"), **variables
        )

    def workers(epochs):
        addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
        arguments = tmp_path / "run", epochs
        return [start("workers", i, *arguments, **tf_config(addresses, i)) for i in range(2)]

    chief, other = workers(10_000)
    while chief.poll() is None and len(list(tmp_path.glob("run/step-*"))) < 2:
        time.sleep(0.05)
    other.kill()
    began = time.monotonic()
    said = chief.said(60)
    assert time.monotonic() - began < 60 and chief.returncode
    assert "ConnectionError: another worker is gone" in said
    steps = max(int(path.stem[5:]) for path in tmp_path.glob("run/step-*"))
    epochs = steps // 5 + 2  # five steps an epoch
    for process in (*workers(epochs), start("one", "one", tmp_path / "alone", epochs)):
        finished(process)
    one = np.load(tmp_path / "one.npz")
    for i in range(2):
        found = np.load(tmp_path / f"{i}.npz")
        np.testing.assert_allclose(found["weights"], one["weights"], atol=1e-4)
        assert found["history"].shape == (4, epochs)


FAILS = "import json, os, sys, time; i = json.loads(os.environ['TF_CONFIG'])['task']['index']; "


def test_workers_end_together(capfd):
    began = time.monotonic()
    code = FAILS + "sys.exit(3) if i else time.sleep(100)"
    assert local_workers.run([sys.executable, "-c", code], 2, patience=1) == 3
    assert time.monotonic() - began < 20
    assert "worker 1 ended with exit code 3" in capfd.readouterr().err
    assert local_workers.run([sys.executable, "-c", FAILS], 2) == 0


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, ["0,1", "2,3"]),
        ("6,2,5,4", ["6,2", "5,4"]),
        ("7,3,1", ["7", "3"]),
        ("3", ["-1", "-1"]),  # two workers cannot train on one GPU
    ],
)
def test_every_worker_has_gpus_of_its_own(named, expected, monkeypatch):
    there = named.split(",") if named else range(4)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(there))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if named:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    gpus = local_workers.visible_gpus()
    assert [local_workers.share(gpus, index, 2) for index in range(2)] == expected


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_command(tmp_path, sign):
    worker = (
        "import os, time, sys; sys.path.insert(0, 'scripts'); import local_workers; "
        f"local_workers.leave_with_parent(); open(f'{tmp_path}/{{os.getpid()}}', 'w'); "
        "time.sleep(100)"
    )
    parent = (
        "import sys; sys.path.insert(0, 'scripts'); import local_workers; "
        "local_workers.visible_gpus = list; "  # which would import TensorFlow
        f"sys.exit(local_workers.run([sys.executable, '-c', {worker!r}], 2))"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    while len(list(tmp_path.iterdir())) < 2:
        time.sleep(0.05)
    process.send_signal(sign)
    process.wait(20)
    deadline = time.monotonic() + 10
    pids = [int(path.name) for path in tmp_path.iterdir()]
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
