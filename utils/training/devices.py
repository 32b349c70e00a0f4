"""Which devices train: every GPU that is there, else the CPU."""

import tensorflow as tf


def strategy(devices=None):
    """The tf.distribute strategy for this machine.

    Two or more GPUs: a MirroredStrategy over all of them, which splits every batch. One GPU or
    none: TensorFlow's default strategy, which uses the GPU if there is one. `devices`, a list
    such as ["GPU:0", "GPU:1"], chooses among them. Raises ValueError for a device that is not
    there.
    """
    there = [device.name.removeprefix("/device:") for device in tf.config.list_logical_devices()]
    if devices is None:
        devices = [name for name in there if name.startswith("GPU:")]
    missing = [name for name in devices if name not in there]
    if missing:
        raise ValueError(
            f"no device {', '.join(missing)} on this machine; it has {', '.join(there)}"
        )
    if len(devices) > 1:
        return tf.distribute.MirroredStrategy(devices)
    if devices and devices[0] != "GPU:0":
        return tf.distribute.OneDeviceStrategy(devices[0])
    return tf.distribute.get_strategy()
