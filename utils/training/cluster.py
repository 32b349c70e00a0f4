"""The workers of a training on several machines, and which of them this is."""

import json
import os
import socket
from dataclasses import dataclass

EXAMPLE = json.dumps(
    {"cluster": {"worker": ["a:8888", "b:8888"]}, "task": {"type": "worker", "index": 0}}
)


@dataclass(frozen=True)
class Cluster:
    """The workers' addresses, host:port, which of them this is, and who says so."""

    addresses: tuple
    index: int
    source: str


def find(environment=os.environ):
    """The cluster that TF_CONFIG, a Slurm step or a Kubernetes set describes; None if none does.

    Slurm: one task a machine, on port 8888. Kubernetes: a StatefulSet with the variables WORKERS
    (how many) and SERVICE (its headless service), on port 8888. A TF_CONFIG as clouds write it may
    name no cluster, or a single machine: None then; a chief is worker 0. Raises ValueError for
    settings that are incomplete or contradict each other.
    """
    if environment.get("TF_CONFIG", "").strip():
        return _from_tf_config(environment["TF_CONFIG"])
    tasks = environment.get("SLURM_STEP_NUM_TASKS", "1")
    if not tasks.isdigit():
        raise ValueError(f"SLURM_STEP_NUM_TASKS is {tasks!r}, not a number; start with srun")
    if int(tasks) > 1:
        return _from_slurm(environment)
    if "KUBERNETES_SERVICE_HOST" in environment and "WORKERS" in environment:
        return _from_kubernetes(environment)
    return None


def _from_tf_config(text):
    try:
        config = json.loads(text)
        tasks = config.get("cluster") or {}
        if not tasks:
            return None
        addresses = {kind: _listed(tasks[kind]) for kind in tasks}
        task = config["task"] if sum(map(len, addresses.values())) > 1 else {}
        kind, index = task.get("type", next(iter(tasks))), _whole(task.get("index", 0))
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"TF_CONFIG cannot be read ({type(error).__name__}: {error}); it is like {EXAMPLE}"
        ) from None
    if others := sorted({*addresses, kind} - {"chief", "worker"}):
        raise ValueError(
            f"TF_CONFIG has tasks of type {', '.join(others)}; here all are workers, or one of "
            f"them a chief: {EXAMPLE}"
        )
    chief, workers = addresses.get("chief", []), addresses.get("worker", [])
    if len(chief) > 1:
        raise ValueError(f"TF_CONFIG names {len(chief)} chiefs; there is one, the others workers")
    if kind == "chief" and (not chief or index):
        raise ValueError(f"TF_CONFIG says that this is chief {index}; it names {len(chief)}")
    found = _checked(
        [*chief, *workers], index + (len(chief) if kind == "worker" else 0), "TF_CONFIG"
    )
    return found if len(found.addresses) > 1 else None


def _listed(addresses):
    if not isinstance(addresses, list):
        raise TypeError(f"{addresses!r} is no list of addresses")
    return addresses


def _whole(index):
    if not str(index).isdigit():
        raise ValueError(f"{index!r} is no index")
    return int(index)


def _from_slurm(environment):
    import tensorflow as tf

    slurm = tf.distribute.cluster_resolver.SlurmClusterResolver
    try:
        resolver = slurm(gpus_per_node=1, gpus_per_task=1, auto_set_gpu=False)
        workers = resolver.cluster_spec().as_dict()["worker"]
    except (ValueError, RuntimeError, KeyError) as error:
        raise ValueError(f"the Slurm step cannot be read: {error}; start with srun") from None
    source = f"Slurm job {environment.get('SLURM_JOB_ID', '')}".strip()
    return _checked(workers, int(environment["SLURM_PROCID"]), source)


def _from_kubernetes(environment):
    name, _, ordinal = environment.get("HOSTNAME", socket.gethostname()).rpartition("-")
    if not ordinal.isdigit() or not environment["WORKERS"].isdigit():
        raise ValueError(
            f"WORKERS is {environment['WORKERS']!r} and the host is called {name}-{ordinal}; in a "
            f"StatefulSet, WORKERS is a number, and hosts are called name-0, name-1, ..."
        )
    service = environment.get("SERVICE", name)
    workers = [f"{name}-{i}.{service}:8888" for i in range(int(environment["WORKERS"]))]
    return _checked(workers, int(ordinal), f"the Kubernetes set {name}")


def _checked(workers, index, source):
    for address in workers:
        host, _, port = str(address).rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"{source} names a worker {address!r}; it should be host:port")
    twice = sorted({address for address in workers if workers.count(address) > 1})
    if twice:
        raise ValueError(f"{source} names {', '.join(twice)} twice; each worker has its own port")
    if not 0 <= index < len(workers):
        raise ValueError(
            f"{source} says that this is worker {index} of {len(workers)}; they count from 0"
        )
    return Cluster(tuple(workers), index, source)
