import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # hides most of TensorFlow's notices
# oneDNN's kernels, twice as fast, on every processor: else TensorFlow asks for AVX512_VNNI.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
ADDRESS = "https://github.com/{{repository}}"
fetched = Path.cwd() / ADDRESS.split("/")[-1]
places = [Path.cwd(), *Path.cwd().parents, fetched, *map(Path, sys.path)]
last = "utils/whole.py"  # that git writes: where it is, all are; others have a folder utils, too
root = next((p for p in places if (p / last).exists() and (p / "data/published").exists()), None)
if root is None and "google.colab" in sys.modules:
    root = fetched
    clone = ["git", "clone", "--quiet", "--depth=1", "--branch={{ref}}", ADDRESS, root]
    if subprocess.run(clone).returncode:
        way_out = f"remove it with !rm -r {root}" if root.exists() else "check the network"
        raise OSError(f"could not fetch {ADDRESS} to {root}: {way_out}, then run this cell again")
if root is None:
    raise FileNotFoundError("no course folder above this one: open the notebook inside the course")
sys.path[:] = [str(root), *(p for p in sys.path if p != str(root))]
if "utils" in sys.modules and Path(sys.modules["utils"].__file__).parent != root / "utils":
    raise ImportError("another utils was imported before this one: restart the kernel")
