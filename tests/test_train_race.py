"""The race of all networks: which rate is chosen, and what is not run again."""

import json
import shlex

import pytest
import train_options
import train_race
from weightless import weightless

from utils import cost, data, networks, papers, results

RACERS = papers.racers("fashion_mnist")


@pytest.mark.parametrize(
    "best, tried",
    [
        (0.003, {0.001, 0.003, 0.01}),
        (0.01, {0.001, 0.003, 0.01, 0.03}),
        (0.1, {0.001, 0.003, 0.01, 0.03, 0.1, 0.3}),
        (0.0001, {0.0001, 0.0003, 0.001, 0.003, 0.01}),
    ],
)
def test_the_best_rate_lies_between_others(monkeypatch, best, tried):
    asked = []

    def error(network, data, rate, seed):
        asked.append(rate)
        return abs(train_race.RATES.index(rate) - train_race.RATES.index(best))

    monkeypatch.setattr(train_race, "error", error)
    assert train_race.best_rate("LeNet-5", "fashion_mnist") == best
    assert set(asked) == tried and len(asked) == len(tried)


def test_a_run_that_is_there_is_not_run_again(monkeypatch, tmp_path):
    made = []

    def run(command, **options):
        made.append(command[1:])
        text = {
            "command": shlex.join(["python", *command[1:]]),
            "options": {"data": "cifar10", "rate": 0.01, "seed": 2},
            "errors": {"development": 0.25},
        }
        (folder / f"{len(made)}.json").write_text(json.dumps(text))

    folder = tmp_path / "data" / "results" / "all"
    folder.mkdir(parents=True)
    monkeypatch.setattr(train_race.results, "RESULTS", tmp_path / "data" / "results")
    monkeypatch.setattr(train_race.subprocess, "run", run)
    for _ in range(2):
        vgg = RACERS["VGG-11"]
        assert train_race.error(vgg, "cifar10", 0.01, 2, note="a copy, mixed") == 0.25
    assert len(made) == 1
    options = train_options.parse("", made[0][1:])
    assert (options.network, options.size, options.data) == ("vgg", "A", "cifar10")
    assert (options.rate, options.seed, options.images) == (0.01, 2, 5000)


@pytest.mark.parametrize(
    "race, least, most",
    [("fashion_mnist", 10.5e6, 13e6), ("cifar10", 9.9e6, 13e6), ("light", 2.8e5, 3.7e5)],
)
def test_all_do_about_the_same_work(race, least, most):
    shape = (*data.SHAPES[papers.RACES[race]][0], 1)[:3]
    for racer, command in papers.racers(race).items():
        model = weightless(train_options.core, train_options.parse("", command.split()), shape)
        assert least < cost.multiply_adds(model) < most, racer


def test_no_such_race():
    with pytest.raises(
        ValueError, match="no race 'mnist'; there are fashion_mnist, cifar10, light"
    ):
        papers.racers("mnist")


def test_every_family_of_the_course_takes_part():
    taking = {command.split()[0] for command in RACERS.values()}
    assert set(networks.__all__) - taking == {"lenet5_1998", "plain", "densenet"}


def test_what_each_keeps_was_counted_and_its_steps_were_timed():
    timed = json.loads((results.RESULTS / "race_steps.json").read_text())["racers"]
    assert set(timed) == set(RACERS)
    for racer, found in timed.items():
        options = train_options.parse("", RACERS[racer].split())
        model = weightless(train_options.core, options, (28, 28, 1))
        assert found["activation bytes"] == cost.table(model)["activation bytes"].sum(), racer
        assert len(found["milliseconds"]) == 7 and min(found["milliseconds"]) > 0


@pytest.mark.parametrize("race", papers.RACES)
def test_every_rate_that_was_taken_lies_between_others_that_were_tried(race):
    for racer, found in results.entered(race).items():
        tried = {run["options"]["rate"] for run in found if run["options"]["seed"] == 1}
        place = train_race.RATES.index(results.at_best_rate(found)[0]["options"]["rate"])
        beside = train_race.RATES[max(0, place - 1) : place + 2]
        assert tried >= {*beside} and len(tried) >= 3, racer


def test_the_standings_have_a_row_for_each_that_finished():
    table, light = results.standings(), results.standings("light")
    assert list(table.index) == list(results.raced()) and {"LeNet-5", "ResNet-20"} <= {*table.index}
    assert table.loc["LeNet-5", "parameters"] == 2_511_638
    assert table.loc["VGG-11", "test error, %"].startswith("16.9")
    assert list(results.standings("cifar10").index) == list(RACERS)
    assert len(light) == 5 and light.loc["LeNet-5", "parameters"] == 44_426
    assert list(results.costs().loc["LeNet-5"]) == [189, 77]
