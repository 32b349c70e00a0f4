"""Longer runs are read back with the rate that suited their network, all seeds of it."""

import json

import pytest

from utils import papers, results


def run(network, seed, rate, loss, errors=(0.1, 0.2), size=None):
    return {
        "options": {"network": network, "size": size, "seed": seed, "rate": rate},
        "history": {"loss": [9, loss]},
        "errors": dict(zip(("training", "test"), errors)),
        "parameters": 7,
        "multiply-adds": 70,
    }


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    made = [
        run("one", 1, 0.1, None),
        run("one", 1, 0.01, 0.5, (0.01, 0.3)),
        run("one", 2, 0.01, 0.7, (0.03, 0.1)),
        run("other", 1, 0.1, 0.2, size="20"),
        run("other", 1, 0.1, 0.3, size="56"),
    ]
    (tmp_path / "race").mkdir()
    for i, found in enumerate(made):
        (tmp_path / "race" / f"{i}.json").write_text(json.dumps(found))
    monkeypatch.setattr(results, "RESULTS", tmp_path)


def test_all_seeds_of_the_rate_that_fits_best():
    found = results.runs("race", "one")
    assert [run["options"]["seed"] for run in found] == [1, 2]
    assert results.errors(found, "test") == [0.3, 0.1]
    assert len(results.runs("race", "other", 56)) == 1


def test_held_out_images_choose_the_rate_where_there_are_some(tmp_path):
    for rate, loss, missed in [(0.1, 0.1, 0.3), (0.01, 0.2, 0.25), (0.001, 0.9, 0.4)]:
        found = run("third", 1, rate, loss)
        found["errors"]["development"] = missed
        (tmp_path / "race" / f"third{rate}.json").write_text(json.dumps(found))
    assert [found["options"]["rate"] for found in results.runs("race", "third")] == [0.01]


def test_a_race_shows_costs_and_the_spread_of_the_seeds():
    table = results.race({"the first": "one", "the second": "other"})
    assert list(table.index) == ["the first", "the second"]
    assert table.loc["the first", "test error, %"] == "20.0 (10.0 to 30.0)"
    assert table.loc["the first", "training error, %"] == "2.0 (1.0 to 3.0)"
    assert table.loc["the second", "multiply-adds"] == 70


def test_no_such_run():
    with pytest.raises(ValueError, match="data/results/race has no run of fourth"):
        results.runs("race", "fourth")
    with pytest.raises(ValueError, match="no run of other 8"):
        results.runs("race", "other", 8)


def test_blocks_take_the_rate_that_fits_best_on_average(tmp_path):
    (tmp_path / "blocks").mkdir()
    for rate, seed, missed in [(0.1, 1, 0.1), (0.1, 2, 0.9), (0.01, 1, 0.2), (0.01, 2, 0.3)]:
        found = run("", seed, rate, 1.0, (missed, missed)) | {"multiply-adds": 70}
        path = tmp_path / "blocks" / f"necks-20epochs-seed{seed}-rate{rate:g}.json"
        path.write_text(json.dumps(found))
    table = results.blocks({"mine": "necks"})
    assert table.loc["mine", "rate"] == 0.01 and table.loc["mine", "work"] == "1.00"
    assert table.loc["mine", "test error, %"] == "25.0 (20.0 to 30.0)"
    with pytest.raises(ValueError, match="data/results/blocks has no run of threes over 20 epochs"):
        results.blocks({"a": "threes"})


def test_a_race_takes_its_runs_from_every_folder_and_no_others(tmp_path):
    paper = next(paper for paper in papers.read() if paper["racer"] == "VGG-11")
    for folder, seed, more in [
        ("a", 1, ""),
        ("b", 1, ""),
        ("a", 2, ""),
        ("a", 3, ""),
        ("b", 9, "x"),
    ]:
        found = run("vgg", seed, 0.1, 1.0, (0.1, seed / 10))
        found["options"] |= {"data": "fashion_mnist"}
        command = f"python scripts/train.py {paper['fashion_mnist']} {results.BUDGET} --rate 0.1"
        command += f" --seed {seed} --note 'two words' --results data/results/{folder}"
        found["command"] = command + (" --augment 2" if more else "")
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{seed}.json").write_text(json.dumps(found))
    assert list(raced := results.raced()) == ["VGG-11"]
    assert results.errors(raced["VGG-11"], "test") == [0.1, 0.2, 0.3]
    assert results.raced("cifar10") == results.raced("light") == {}


def test_a_step_pays_where_all_runs_agree(monkeypatch):
    runs = {"old": (0.3, 0.4), "new": (0.1, 0.2), "newer": (0.15, 0.1)}
    found = {
        racer: [run("one", seed, 0.1, 0.5, (0, missed)) for seed, missed in enumerate(errors)]
        for racer, errors in runs.items()
    }
    monkeypatch.setattr(results, "raced", lambda race: found)
    pairs = [("old", "new"), ("new", "old"), ("new", "newer")]
    table = results.steps(pairs, {"clothes": "fashion_mnist"})
    assert list(table["clothes"]) == [
        "20.0 fewer (57 %)",
        "20.0 more (133 %)",
        "2.5 fewer, overlap",
    ]
    assert list(table.index) == ["old → new", "new → old", "new → newer"]
