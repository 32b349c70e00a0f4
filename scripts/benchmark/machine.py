"""Which processor and GPU this is: what speed depends on most, and what a result is kept under."""

from pathlib import Path

import keras

# What oneDNN chooses its kernels by, best first, and the word for it in /proc/cpuinfo.
KINDS = {
    "AMX": "amx_tile",
    "AVX512_BF16": "avx512_bf16",
    "AVX512_VNNI": "avx512_vnni",
    "AVX512": "avx512f",
    "AVX2": "avx2",
    "ARM, bfloat16": "bf16",
    "ARM": "asimd",
}


def processor(file="/proc/cpuinfo"):
    """The kind of processor, by the best instructions that it has; "unknown" if it does not say."""
    try:
        words = set(Path(file).read_text().split())
    except OSError:  # not Linux
        return "unknown"
    return next((kind for kind, word in KINDS.items() if word in words), "unknown")


def gpu():
    """What the first GPU is called, None without one."""
    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        return device.device_kind if device.platform == "gpu" else None
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return gpus and tf.config.experimental.get_device_details(gpus[0])["device_name"] or None
