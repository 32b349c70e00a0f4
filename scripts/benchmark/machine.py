"""Which kind of processor this is: what speed depends on most, and what a result is kept under."""

from pathlib import Path

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
