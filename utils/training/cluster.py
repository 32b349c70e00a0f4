"""The workers of a training on several machines: who they are, and whether all are there.

Before TensorFlow starts, each worker meets the first one over a plain socket. What TensorFlow
would wait for without end, and without a word, is an error here, within `WAIT` seconds.
"""

import json
import os
import socket
import time
from contextlib import closing
from dataclasses import dataclass

WAIT = 120  # seconds that a worker waits for the others
EXAMPLE = json.dumps(
    {"cluster": {"worker": ["a:8888", "b:8888"]}, "task": {"type": "worker", "index": 0}}
)
GREETING = "classic-networks worker"


@dataclass(frozen=True)
class Cluster:
    """The workers' addresses, host:port, which of them this is, and who says so."""

    addresses: tuple
    index: int
    source: str


def find(environment=os.environ):
    """The cluster that TF_CONFIG, a Slurm step or a Kubernetes set describes; None if none does.

    Slurm: one task a machine, on port 8888. Kubernetes: a StatefulSet with the variables WORKERS
    (how many) and SERVICE (its headless service), on port 8888. Raises ValueError for settings
    that are incomplete or contradict each other.
    """
    if "TF_CONFIG" in environment:
        return _from_tf_config(environment["TF_CONFIG"])
    if int(environment.get("SLURM_STEP_NUM_TASKS", 1)) > 1:
        return _from_slurm(environment)
    if "KUBERNETES_SERVICE_HOST" in environment and "WORKERS" in environment:
        return _from_kubernetes(environment)
    return None


def _from_tf_config(text):
    try:
        config = json.loads(text)
        workers = config["cluster"]["worker"]
        kind, index = config["task"]["type"], config["task"]["index"]
        index = int(index)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"TF_CONFIG cannot be read ({type(error).__name__}: {error}); it is like {EXAMPLE}"
        ) from None
    others = sorted(set(config["cluster"]) - {"worker"})
    if others or kind != "worker":
        raise ValueError(
            f"TF_CONFIG has tasks of type {', '.join(others) or kind}; here all are workers: "
            f"{EXAMPLE}"
        )
    return _checked(workers, index, "TF_CONFIG")


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


def meet(cluster, wait=WAIT):
    """Returns when every worker is there. Raises ConnectionError, which names who is not.

    The others come to worker 0, which tells all of them to begin, or what is wrong.
    """
    if len(cluster.addresses) == 1:
        return
    with closing(_listening(cluster)) as door:
        deadline = time.monotonic() + wait
        (_receive if cluster.index == 0 else _visit)(cluster, door, deadline, wait)


def _listening(cluster):
    """A socket on this worker's own port, which nothing else may use."""
    port = int(cluster.addresses[cluster.index].rpartition(":")[2])
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("", port))
        door.listen(len(cluster.addresses))
    except OSError as error:
        door.close()
        raise ConnectionError(
            f"worker {cluster.index} cannot use port {port} ({error.strerror}): another program, "
            f"or another worker with the index {cluster.index}, has it; give each its own"
        ) from None
    return door


def _receive(cluster, door, deadline, wait):
    """Worker 0: waits for all others, then tells them to begin."""
    missing, guests = set(range(1, len(cluster.addresses))), []
    try:
        while missing:
            door.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                guest, _ = door.accept()
                guest.settimeout(5)
                said = guest.makefile().readline().split()
            except TimeoutError:
                if time.monotonic() < deadline:
                    continue
                names = ", ".join(f"{i} ({cluster.addresses[i]})" for i in sorted(missing))
                _tell(guests, f"worker {names} did not come within {wait:g} s: is it started?")
            except OSError:
                continue
            if " ".join(said[:-2]) != GREETING:
                guest.close()
                continue
            guests.append(guest)
            index, count = int(said[-2]), int(said[-1])
            if count != len(cluster.addresses) or index not in range(1, count):
                _tell(guests, f"a worker says {index} of {count}, not of {len(cluster.addresses)}")
            if index not in missing:
                _tell(guests, f"two workers say that they are worker {index}: give each its own")
            missing.remove(index)
        for guest in guests:
            guest.sendall(b"begin\n")
    finally:
        for guest in guests:
            guest.close()


def _tell(guests, trouble):
    for guest in guests:
        try:
            guest.sendall(f"{trouble}\n".encode())
        except OSError:
            continue
    raise ConnectionError(trouble)


def _visit(cluster, door, deadline, wait):
    """Any other worker: goes to worker 0 until it answers."""
    host, _, port = cluster.addresses[0].rpartition(":")
    answer = ""
    while not answer and time.monotonic() < deadline:
        try:
            left = max(0.1, deadline - time.monotonic())
            with socket.create_connection((host, int(port)), timeout=min(5, left)) as first:
                first.sendall(f"{GREETING} {cluster.index} {len(cluster.addresses)}\n".encode())
                first.settimeout(left + 1)
                answer = first.makefile().readline().strip()
        except OSError:
            time.sleep(0.2)
    if answer != "begin":
        raise ConnectionError(
            answer
            or f"worker 0 ({cluster.addresses[0]}) cannot be reached within {wait:g} s: is it "
            f"started, and is the port open between the machines?"
        )
