"""Half the bits where the hardware computes with them."""

from pathlib import Path

import keras

from utils.training.devices import say

BFLOAT16_CPUS = ("avx512_bf16", "amx_bf16", "bf16")  # flags in /proc/cpuinfo, x86 and ARM


def use_mixed_precision():
    """Sets Keras's policy to mixed_bfloat16 where the hardware has it, and returns the policy.

    Weights stay float32; convolutions and dense layers compute in bfloat16, which has float32's
    range, so that losses need no scaling. GPUs have it from compute capability 8 on (Ampere). To
    be called before a network is built.
    """
    name = "mixed_bfloat16" if _has_bfloat16() else "float32"
    keras.config.set_dtype_policy(name)
    reason = "computes with bfloat16" if name != "float32" else "does not compute with bfloat16"
    say(f"{name}: this hardware {reason}")
    return keras.config.dtype_policy()


def _has_bfloat16():
    gpus = _gpu_capabilities()
    if gpus:
        return min(gpus) >= (8, 0)
    try:
        words = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:  # not Linux
        return False
    return bool(words.intersection(BFLOAT16_CPUS))


def _gpu_capabilities():
    if keras.backend.backend() == "jax":
        import jax

        found = [device for device in jax.devices() if device.platform == "gpu"]
        return [tuple(map(int, str(device.compute_capability).split("."))) for device in found]
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    return [found.get("compute_capability", (0, 0)) for found in details]
