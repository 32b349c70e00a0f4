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
# The file that git writes last: where it is, all are. Others have a folder utils, too.
ours = ("utils/whole.py", "data/published")
root = next((p for p in places if all((p / name).exists() for name in ours)), None)
if root is None and "google.colab" in sys.modules:
    root = fetched
    if subprocess.run(["git", "clone", "--quiet", "--depth=1", ADDRESS, root]).returncode:
        way_out = f"remove it with !rm -r {root}" if root.exists() else "check the network"
        raise OSError(f"could not fetch {ADDRESS} to {root}: {way_out}, then run this cell again")
if root is None:
    raise FileNotFoundError("no course folder above this one: open the notebook inside the course")
sys.path[:] = [str(root), *(p for p in sys.path if p != str(root))]
import utils

if Path(utils.__file__).parent != root / "utils":
    raise ImportError(f"{utils.__file__} was imported as utils: restart the kernel, run this first")
