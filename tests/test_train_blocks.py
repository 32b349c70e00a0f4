"""Networks of one kind of block are trained by a command that its result names."""

import json

import pytest
import train_blocks
from build_notebooks import ROOT

from utils import cost


@pytest.mark.parametrize("kind", train_blocks.KINDS)
def test_the_results_are_of_these_networks(kind):
    paths = list((ROOT / "data" / "results" / "blocks").glob(f"{kind}-*epochs-*.json"))
    model = train_blocks.network(kind)
    assert len(paths) >= 3
    for path in paths:
        found = json.loads(path.read_text(encoding="utf-8"))
        assert found["parameters"] == model.count_params()
        assert found["multiply-adds"] == cost.multiply_adds(model)
        options = found["options"]
        seed, rate, epochs = (f"--{name} {options[name]}" for name in ("seed", "rate", "epochs"))
        assert found["command"].endswith(f"train_blocks.py {kind} {seed} {rate} {epochs}")


def test_a_short_run(tmp_path):
    options = ["threes", "--images", "256", "--epochs", "1", "--results", str(tmp_path)]
    train_blocks.main(options)
    (path,) = tmp_path.iterdir()
    found = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == "threes-1epochs-seed1-rate0.01.json"
    assert found["command"].startswith("python scripts/train_blocks.py threes --images 256")
    assert 0 < found["errors"]["test"] <= 1
