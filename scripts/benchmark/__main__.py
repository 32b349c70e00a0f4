"""python scripts/benchmark: see command.py."""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as in the set-up cell
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # workers need some of it, too
scripts = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(scripts), str(scripts.parent)]

from benchmark.command import main  # noqa: E402

main()
