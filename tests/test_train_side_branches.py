"""A start of some size, and whether the side branches' losses count."""

import json

import train_side_branches


def test_a_short_run(tmp_path):
    options = ["--factor", "0.5", "--main-only", "--images", "32", "--epochs", "1"]
    train_side_branches.main([*options, "--results", str(tmp_path)])
    (path,) = tmp_path.iterdir()
    found = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == "main-factor0.5-1epochs-seed1.json"
    assert found["command"].startswith("python scripts/train_side_branches.py --factor 0.5")
    assert 0 < found["errors"]["test"] <= 1
