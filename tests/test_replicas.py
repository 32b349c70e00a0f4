"""Training on several devices and workers: the same weights; workers that do not meet say why."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from forks import Forks
from local_workers import free_ports

from utils.training import cluster, meeting

SCRIPT = Path(__file__).with_name("replicated.py")
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


@pytest.fixture(scope="module")
def forks():
    with closing(Forks()) as made:
        yield made


def tf_config(addresses, index):
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    return {"TF_CONFIG": json.dumps(task)}


def test_one_replica_two_devices_and_two_workers_end_alike(tmp_path, forks):
    """Exactness: weights to 1e-5 and the history, with a ragged last batch and augmentation."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    first, second = (tf_config(addresses, index) for index in range(2))
    out = {name: tmp_path / f"{name}.npz" for name in ("one", "devices", "worker 0", "worker 1")}

    def start(kind, name, **variables):
        said = tmp_path / f"{name}.said"
        return forks.start(SCRIPT, kind, out[name], said=said, **variables)

    # one that is no fork, but started as everybody starts a worker
    command = [sys.executable, str(SCRIPT), "workers", str(out["worker 1"])]
    other = subprocess.Popen(command, env=os.environ | second, stderr=subprocess.PIPE, text=True)
    worker = start("workers", "worker 0", **first)
    for script in (start("one", "one"), start("devices", "devices"), worker):
        said = script.said()
        assert script.returncode == 0, said
    _, said = other.communicate(timeout=150)
    assert other.returncode == 0, said
    found = {name: np.load(path) for name, path in out.items()}
    for other in found.values():
        np.testing.assert_allclose(other["weights"], found["one"]["weights"], atol=1e-5)
        np.testing.assert_allclose(other["history"], found["one"]["history"], atol=1e-5)


def test_two_devices_train_as_one_in_keras_fit(tmp_path, forks):
    path = tmp_path / "script.py"
    path.write_text(KERAS_FIT)
    script = forks.start(path, said=tmp_path / "said")
    said = script.said()
    assert script.returncode == 0, said


def met(clusters, wait=2):
    """What each worker says: None where it may begin."""
    said = {}

    def come(place, worker):
        try:
            said[place] = meeting.meet(worker, wait)
        except ConnectionError as error:
            said[place] = str(error)

    threads = [threading.Thread(target=come, args=(i, w)) for i, w in enumerate(clusters)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start < wait + 8
    return [said[place] for place in range(len(clusters))]


@pytest.fixture
def worker():
    addresses = tuple(f"127.0.0.1:{port}" for port in free_ports(4))

    def make(index, count=3, at=None):
        found = list(addresses[:count])
        if at is not None:
            found[index] = addresses[at]
        return cluster.Cluster(tuple(found), index, "TF_CONFIG")

    return make


def test_workers_that_are_all_there_begin(worker):
    assert met([worker(0), worker(1), worker(2)]) == [None] * 3
    assert met([worker(0, count=1)]) == [None]


def test_a_worker_that_does_not_come_is_named_to_all(worker):
    for said in met([worker(0), worker(1)]):
        assert said.startswith("worker 2 (127.0.0.1:") and "did not come within 2 s" in said
    for said in met([worker(1), worker(2)]):
        assert said.startswith("worker 0 (127.0.0.1:") and "cannot be reached within 2 s" in said


def test_two_workers_with_one_index_are_told(worker):
    said = met([worker(0), worker(1), worker(1)])
    assert any("another worker with the index 1" in text for text in said)
    said = met([worker(0), worker(1), worker(1, at=3)])
    assert all("two workers say that they are worker 1" in text for text in said)


def test_two_workers_that_cannot_reach_each_other_are_told(worker, monkeypatch):
    monkeypatch.setattr(meeting, "LOOK", 1)
    elsewhere = worker(1).addresses[:2] + worker(3, count=4).addresses[3:]
    blocked = cluster.Cluster(elsewhere, 1, "TF_CONFIG")  # where it looks for worker 2, nobody is
    for said in met([worker(0), blocked, worker(2)]):
        assert said.startswith(f"worker 1 cannot reach worker 2 ({elsewhere[2]}; ")


def test_workers_of_different_clusters_are_told(worker):
    said = met([worker(0), worker(1, count=2)])
    assert all("a worker says 1 of 2, not of 3" in text for text in said)


SLURM = {
    "SLURM_JOB_ID": "77",
    "SLURM_STEP_NUM_TASKS": "3",
    "SLURM_STEP_NODELIST": "node[08-10]",
    "SLURM_STEP_TASKS_PER_NODE": "1(x3)",
    "SLURM_PROCID": "1",
}
WITH_SERVERS = json.dumps(
    {"cluster": {"worker": ["a:1"], "ps": ["b:1"]}, "task": {"type": "worker", "index": 0}}
)
KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "WORKERS": "2", "HOSTNAME": "train-1"}


def test_the_cluster_is_found_in_the_environment(monkeypatch):
    assert cluster.find({}) is None
    assert cluster.find({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}) is None
    found = cluster.find(tf_config(["a:1", "b:2"], 1))
    assert found == cluster.Cluster(("a:1", "b:2"), 1, "TF_CONFIG")
    for name, value in SLURM.items():
        monkeypatch.setenv(name, value)
    found = cluster.find(SLURM)
    assert found.addresses == ("node08:8888", "node09:8888", "node10:8888")
    assert (found.index, found.source) == (1, "Slurm job 77")
    found = cluster.find(KUBERNETES | {"SERVICE": "peers"})
    assert found.addresses == ("train-0.peers:8888", "train-1.peers:8888") and found.index == 1


@pytest.mark.parametrize(
    "environment, said",
    [
        ({"TF_CONFIG": "{"}, "TF_CONFIG cannot be read (JSONDecodeError"),
        ({"TF_CONFIG": "{}"}, "TF_CONFIG cannot be read (KeyError: 'cluster')"),
        (tf_config(["a:1", "b:2"], "one"), "TF_CONFIG cannot be read (ValueError"),
        (tf_config(["a:1", "b:2"], 2), "this is worker 2 of 2; they count from 0"),
        (tf_config(["a:1", "a:1"], 0), "names a:1 twice"),
        (tf_config(["a:1", "b"], 0), "a worker 'b'; it should be host:port"),
        (
            {
                "TF_CONFIG": tf_config(["a:1"], 0)["TF_CONFIG"].replace(
                    '"cluster": {', '"cluster": {"ps": [], '
                )
            },
            "tasks of type ps",
        ),
        (KUBERNETES | {"HOSTNAME": "laptop"}, "hosts are called name-0"),
        (KUBERNETES | {"WORKERS": "two"}, "WORKERS is 'two'"),
    ],
)
def test_settings_that_cannot_be_are_refused(environment, said):
    with pytest.raises(ValueError) as caught:
        cluster.find(environment)
    assert said in str(caught.value)
