"""Which devices train: those of every worker, every GPU that is there, else the CPU."""

import os

import keras

from utils.training import cluster, meeting

_joined = {}  # {cluster: its strategy}: a process can join a cluster only once
_mirrored = {}  # {names of devices: their strategy}
_said = set()


def strategy(devices=None, *, wait=meeting.WAIT):
    """The strategy for the machines, GPUs and backend that are there; says which, and why.

    TF_CONFIG, a Slurm step or a Kubernetes set: a MultiWorkerMirroredStrategy, once all workers
    are there. Two or more GPUs: a MirroredStrategy over all of them, which splits every batch.
    One GPU or none: TensorFlow's default strategy, which uses the GPU if there is one. `devices`,
    a list such as ["GPU:0", "GPU:1"], chooses among those of this machine. On the JAX backend,
    keras.distribution.DataParallel over its devices, which holds until another is chosen. Raises
    ValueError for a device that is not there and for settings that cannot be, ConnectionError
    where the workers do not meet within `wait` seconds, RuntimeError where they come too late:
    once something was computed.
    """
    if keras.backend.backend() == "jax":
        return _data_parallel(devices)
    found = cluster.find() if devices is None else None
    if found is not None:
        if found not in _joined:
            if _has_computed():
                raise RuntimeError(
                    f"{found.source} names {len(found.addresses)} workers, which have to meet "
                    f"before anything is computed: restart Python, and call training.strategy() "
                    f"before a network is built"
                )
            meeting.meet(found, wait)
            _joined[found] = _multi_worker(found)
        return _joined[found]
    return _one_machine(devices)


def _multi_worker(found):
    import tensorflow as tf

    hosts = {address.rpartition(":")[0] for address in found.addresses}
    # Workers talk to each other directly: through an http_proxy, gRPC would wait for ever. Its
    # variables are written small.
    known = [os.environ[name] for name in ("no_proxy", "no_grpc_proxy") if name in os.environ]
    os.environ |= {"no_grpc_proxy": ",".join([*known, *sorted(hosts)])}
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(found.addresses)}),
        task_type="worker",
        task_id=found.index,
        rpc_layer="grpc",
    )
    tf.get_logger().setLevel("ERROR")  # it would note every reduction
    made = tf.distribute.MultiWorkerMirroredStrategy(resolver)
    say(
        f"MultiWorkerMirroredStrategy: {found.source} names {len(found.addresses)} workers with "
        f"{made.num_replicas_in_sync} replicas; this is worker {found.index}"
    )
    return made


def _has_computed():
    """Whether TensorFlow has begun to compute; then it lets no other worker join."""
    try:
        from tensorflow.python.eager import context

        return context.context()._context_handle is not None
    except (ImportError, AttributeError):  # no public function tells
        return False


def _one_machine(devices):
    import tensorflow as tf

    there = [device.name.removeprefix("/device:") for device in tf.config.list_logical_devices()]
    devices = _named(devices)
    if devices is None:
        devices = [name for name in there if name.startswith("GPU:")]
    _check(devices, there)
    if len(devices) > 1:
        tf.get_logger().setLevel("ERROR")  # it would note every reduction
        say(f"MirroredStrategy: every batch is split over {', '.join(devices)}")
        key = tuple(devices)
        if key not in _mirrored:  # two strategies for the same devices would mix up their messages
            _mirrored[key] = tf.distribute.MirroredStrategy(devices)
        return _mirrored[key]
    if devices and devices[0] != "GPU:0":
        say(f"OneDeviceStrategy: {devices[0]}, as asked for")
        return tf.distribute.OneDeviceStrategy(devices[0])
    say(f"default strategy: {'one GPU' if devices else 'no GPU, so the CPU'}")
    return tf.distribute.get_strategy()


def _data_parallel(devices):
    there = [name.upper() for name in keras.distribution.list_devices()]
    devices = there if devices is None else _named(devices)
    _check(devices, there)
    say(f"keras.distribution.DataParallel over {', '.join(devices)}, since the backend is JAX")
    made = keras.distribution.DataParallel(devices=[name.lower() for name in devices])
    keras.distribution.set_distribution(made)  # Keras asks for it while it trains, too
    return made


def _named(devices):
    """Devices as people name them, "gpu:0", "/device:GPU:0", TensorFlow's own: as "GPU:0"."""
    if devices is None:
        return None
    devices = [devices] if isinstance(devices, str) or hasattr(devices, "name") else devices
    names = [str(getattr(device, "name", device)).upper() for device in devices]
    return [name.removeprefix("/").removeprefix("DEVICE:") for name in names]


def _check(devices, there):
    if twice := sorted({name for name in devices if devices.count(name) > 1}):
        raise ValueError(f"{', '.join(twice)} is named twice; each device takes one share")
    if missing := [name for name in devices if name not in there]:
        raise ValueError(
            f"no device {', '.join(missing)} on this machine; it has {', '.join(there)}"
        )


def say(sentence):
    """Prints a sentence, once in a process."""
    if sentence not in _said:
        _said.add(sentence)
        print(sentence)
