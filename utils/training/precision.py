"""Half the bits where the hardware computes with them."""

from pathlib import Path

import keras

from utils.training.devices import say

BFLOAT16_CPUS = ("avx512_bf16", "amx_bf16", "bf16")  # flags in /proc/cpuinfo, x86 and ARM


def use_mixed_precision():
    """Sets Keras's policy to mixed_bfloat16 where the hardware has it, and returns the policy.

    Weights stay float32; convolutions and dense layers compute in bfloat16, which has float32's
    range, so that losses need no scaling. GPUs have it from compute capability 8 on (Ampere).
    Elsewhere the policy is float32, and a sentence says why. To be called before a network is
    built.
    """
    reason = no_bfloat16()
    name = "float32" if reason else "mixed_bfloat16"
    keras.config.set_dtype_policy(name)
    say(f"{name}: {reason or 'this hardware computes with bfloat16'}")
    return keras.config.dtype_policy()


def no_bfloat16():
    """Why bfloat16 would be slow here, in a clause; "" where the hardware computes with it."""
    gpus = _gpu_capabilities()
    if gpus:
        return "" if min(gpus) >= (8, 0) else "a GPU here has no bfloat16, and would be slower"
    try:
        words = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:  # not Linux
        words = set()
    if words.intersection(BFLOAT16_CPUS):
        return ""
    return "this processor has no bfloat16, and would be about ten times as slow"


def _gpu_capabilities():
    if keras.backend.backend() == "jax":
        import jax

        found = [device for device in jax.devices() if device.platform == "gpu"]
        return [tuple(map(int, str(device.compute_capability).split("."))) for device in found]
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    return [found.get("compute_capability", (0, 0)) for found in details]
