"""Workers find each other in what the environment says; those that do not meet say why."""

import json
import threading
import time

import keras
import pytest
from local_workers import free_ports

from utils import training
from utils.training import cluster, meeting


def tf_config(addresses, index):
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    return {"TF_CONFIG": json.dumps(task)}


def described(tasks, me=("worker", 0)):
    """A TF_CONFIG of these tasks, for one of them."""
    task = {"task": dict(zip(("type", "index"), me))} if me else {}
    return {"TF_CONFIG": json.dumps({"cluster": tasks} | task)}


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


def test_a_cluster_after_something_was_computed(monkeypatch):
    keras.ops.ones(1)
    for name, value in tf_config(["127.0.0.1:1", "127.0.0.1:2"], 0).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match="TF_CONFIG names 2 workers, .*before a network is"):
        training.strategy(wait=0.1)


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
    "environment, place",
    [
        ({"TF_CONFIG": "{}"}, None),
        ({"TF_CONFIG": " "}, None),
        ({"TF_CONFIG": '{"environment": "cloud", "cluster": {}}'}, None),
        (described({"worker": ["a:1"]}, None), None),
        (described({"chief": ["a:1"]}, ("chief", 0)), None),
        (described({"chief": ["a:1"], "worker": ["b:1", "c:1"]}, ("chief", 0)), 0),
        (described({"chief": ["a:1"], "worker": ["b:1", "c:1"]}, ("worker", 1)), 2),
        (described({"chief": ["a:1"], "worker": ["b:1", "c:1"]}, ("worker", "0")), 1),
    ],
)
def test_clusters_as_clouds_describe_them(environment, place):
    found = cluster.find(environment)
    if place is None:
        assert found is None
    else:
        assert found.addresses == ("a:1", "b:1", "c:1") and found.index == place


@pytest.mark.parametrize(
    "environment, said",
    [
        ({"TF_CONFIG": "{"}, "TF_CONFIG cannot be read (JSONDecodeError"),
        ({"TF_CONFIG": "[]"}, "TF_CONFIG cannot be read (AttributeError"),
        (
            described({"worker": ["a:1", "b:1"]}, None),
            "TF_CONFIG cannot be read (KeyError: 'task')",
        ),
        (described({"chief": ["a:1", "c:1"], "worker": ["b:1"]}), "names 2 chiefs"),
        (described({"worker": ["a:1", "b:1"]}, ("chief", 0)), "chief 0; it names 0"),
        (described({"worker": ["a:1", "b:1"]}, ("evaluator", 0)), "tasks of type evaluator"),
        ({"SLURM_STEP_NUM_TASKS": "two"}, "SLURM_STEP_NUM_TASKS is 'two'"),
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
