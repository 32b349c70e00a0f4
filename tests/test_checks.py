"""Every check accepts right answers however written, and says what is wrong with the others."""

import json
import sys
from collections import Counter
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers, ops
from planted import LESSONS, kind_of

from utils.checks.kinds import Effort, Function
from utils.checks.models import Network
from utils.exercises import check, download, face, hint, lesson01, progress, solved

TOLD = Counter()  # how many wrong answers got which kind of sentence
PLANTED = {name: answers for lesson in LESSONS for name, answers in lesson.ANSWERS.items()}


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    face._hints.clear()
    return tmp_path / "progress.json"


@pytest.fixture
def said(capsys):
    """What a call prints, as one string."""

    def run(function, *arguments):
        assert function(*arguments) is None
        return capsys.readouterr().out

    return run


# Right and wrong answers of an exercise one after the other: they share what a check remembers.
CASES = [
    pytest.param(name, answer, reason, id=f"{name}-{kind}-{i}")
    for name, answers in PLANTED.items()
    for kind, pairs in (
        ("right", [(a, None) for a in answers["right"]]),
        ("wrong", answers["wrong"]),
    )
    for i, (answer, reason) in enumerate(pairs)
]


def test_every_exercise_has_planted_answers():
    names = {name for lesson in face.lessons() for name in face.exercises(lesson)}
    assert names == set(PLANTED)
    for name, answers in PLANTED.items():
        assert len(answers["wrong"]) >= 10, name
        assert len(answers["right"]) >= 4, name


@pytest.mark.parametrize("name, answer, reason", CASES)
def test_right_answers_are_accepted_and_wrong_ones_told_why(said, name, answer, reason):
    out = said(check, name, answer)
    if reason is None:
        assert out.startswith(f"✓ {name}: "), out
        assert name in solved.done()
    else:
        assert out.startswith(f"✗ {name}: ") and reason in out, out
        assert name not in solved.done() and out.count("\n") == 1
        TOLD[kind_of(out)] += 1


def test_nearly_every_wrong_answer_is_told_what_is_wrong_and_none_in_keras_own_words():
    assert TOLD["raw"] == TOLD["right"] == 0
    assert TOLD["named"] >= 0.95 * TOLD.total()


@pytest.mark.parametrize("name", PLANTED)
def test_no_answer_and_no_hint_gives_the_solution_away(said, name):
    minutes, difficulty = face._find(name).effort.minutes, face._find(name).effort.difficulty
    stars = "●●●○○"[3 - difficulty :][:3]
    not_yet = f"{name}: not attempted yet (about {minutes} minutes, {stars})\n"
    assert said(check, name) == not_yet

    def blank(x): ...

    assert said(check, name, blank) == not_yet
    hints = [said(hint, name) for _ in range(4)]
    assert [h.split(":")[0] for h in hints[:3]] == [f"{name}, hint {i} of 3" for i in (1, 2, 3)]
    assert hints[3] == hints[2] and len(set(hints)) == 3
    value = getattr(face._find(name), "value", None)
    if isinstance(value, str):  # a letter
        value = f"{value})"
    assert value is None or all(str(value) not in h and f"{value}" not in h for h in hints)


def endless(*_):
    while True:
        pass


def swallows_everything(*_):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def loud(x):
    import matplotlib.pyplot as plt

    print("noise")
    plt.plot([1, 2])
    return layers.Dense(2)(x)


def crashing(*_):
    raise RuntimeError("of mine\nand more")


def leaving(*_):
    raise SystemExit


def forever(*_):
    return forever(*_)


def long_model():
    x = image = keras.Input((2,))
    for _ in range(1_100):
        x = layers.Activation("relu")(x)
    return keras.Model(image, x)


ODD = {
    "a crash": (
        crashing,
        "stops: RuntimeError: of mine and more, in the line `raise Runt",
    ),
    "an exit": (leaving, "exit()"),
    "no end": (endless, "more than 1 seconds"),
    "no end and no exception": (swallows_everything, "more than 1 seconds"),
    "recursion": (forever, "nests too deep"),
    "a wrong number of arguments": (lambda a, b: 1, "TypeError"),
}


@pytest.mark.parametrize("name", ["01.size_before", "01.decide_everywhere", "01.lenet1"])
@pytest.mark.parametrize("case", ODD)
def test_odd_functions_get_a_sentence(said, monkeypatch, name, case):
    monkeypatch.setattr("utils.checks.guard.SECONDS", 1)
    answer, reason = ODD[case]
    out = said(check, name, answer)
    assert reason in out and out.startswith("✗"), out


@pytest.mark.parametrize(
    "answer, reason",
    [
        (None, "None (is there a return?)"),
        ([1], "it is [1]"),
        (float("nan"), "nan"),
        (keras.Sequential([layers.Dense(2)]), "keras.Input(shape)"),
        (long_model, "thousands of layers"),
        ("lenet", "'lenet'"),
        (keras.Model, ""),
        (lambda: print(1), "None"),
    ],
)
def test_odd_networks_get_a_sentence(said, answer, reason):
    out = said(check, "01.lenet1", answer)
    assert out.startswith("✗") and reason in out, out


@pytest.mark.parametrize(
    "answer, reason",
    [
        (lambda x: print(x), "returns None"),
        (lambda x: [1, 2], "should return a tensor"),
        (lambda x: ops.ones((1, 10, 10, 16)), "tensor"),
        (lambda x: keras.Input((10, 10, 16)), "does not depend on its input"),
        (layers.Dense(2), "a Dense"),
        (7, "should be a function; it is 7"),
    ],
)
def test_odd_blocks_get_a_sentence(said, answer, reason):
    out = said(check, "01.decide_everywhere", answer)
    assert out.startswith("✗") and reason in out, out


def test_what_an_answer_prints_or_draws_is_not_shown(said):
    from matplotlib import pyplot

    out = said(check, "01.decide_everywhere", loud)
    assert "noise" not in out and pyplot.get_fignums() == []


def test_a_function_that_changes_its_input_is_told(said, monkeypatch):
    told = {"effort": Effort(2, 1), "shown": "a sum", "hints": ("a", "b", "c")}
    exercise = Function(reference=np.sum, cases=((np.ones(3),),), **told)
    monkeypatch.setattr(face, "_find", lambda name: exercise)

    def greedy(values):
        values += 1
        return 3.0

    assert "changes the data" in said(check, "01.sum", greedy)


def test_the_learners_weights_are_left_alone(said):
    mine = lesson01.lenet1()
    before = [w.copy() for w in mine.get_weights()]
    said(check, "01.lenet1", mine)
    for a, b in zip(before, mine.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_a_check_answers_in_any_notebook_and_again(said):
    for _ in range(2):  # in no order, and from no folder in particular
        assert said(check, "05.bottleneck_width", 132).startswith("✓")
        assert said(check, "01.more_filters", 1_700).startswith("✗")
    assert solved.done() == {"05.bottleneck_width"}


@pytest.mark.parametrize("effort", [(1, 1), (26, 1), (2.5, 1), ("3", 1), (3, 0), (3, 4), (3, 1.5)])
def test_an_effort_is_whole_minutes_and_one_of_three_difficulties(effort):
    with pytest.raises(ValueError):
        Effort(*effort)


def test_unknown_names_list_those_that_exist(said):
    assert "lesson 01 has 01.c3_shape, " in said(check, "01.nothing", 1)
    assert "lessons with exercises: 01" in said(hint, "77.x")
    assert "no exercises 'None'" in said(check, None, 1)


def test_a_failing_check_does_not_stop_the_notebook(said, monkeypatch):
    class Broken(Network):
        def judge(self, answer):
            raise ZeroDivisionError("ours")

    broken = Broken(effort=Effort(2, 1), shown="", hints=("", "", ""))
    monkeypatch.setattr(face, "_find", lambda name: broken)
    assert "this check failed itself, with ZeroDivisionError" in said(check, "01.x", 1)


@pytest.mark.parametrize(
    "content", ['{"done": 5}', "[]", "null", "[" * 100_000, '{"done": "x"}', ""]
)
def test_a_record_of_something_else_is_set_aside(said, own_record, content):
    own_record.write_text(content)
    assert "it is kept as progress.damaged.json" in said(solved.add, "01.lenet1")
    assert solved.done() == {"01.lenet1"}


def test_a_record_out_of_reach_costs_the_record_only(said, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "file" / "progress.json"))
    out = said(check, "01.more_filters", 1_704)
    assert out.startswith("✓") and "cannot be read" in out
    assert "0 of" in progress().axes[0].texts[0].get_text()


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("no")

    def __str__(self):
        raise RuntimeError("no")

    __hash__ = None


@pytest.mark.parametrize(
    "name", ["01.more_filters", "01.size_before", "01.lenet1", "04.factor_explained"]
)
def test_hostile_answers_do_not_stop_the_notebook(said, name):
    assert f"{name}: " in said(check, name, Hostile())


def test_progress_survives_and_a_damaged_file_is_set_aside(said, own_record):
    said(check, "01.c3_shape", (18, 14, 16))
    said(check, "01.more_filters", 1704)
    assert json.loads(own_record.read_text()) == {"done": ["01.c3_shape", "01.more_filters"]}
    ax = progress().axes[0]
    lesson = face.exercises("01").items()
    left = sum(e.effort.minutes for name, e in lesson if name not in solved.done())
    assert ax.texts[0].get_text() == f"2 of 8, {left} minutes left"
    for name, _ in lesson:
        solved.add(name)
    assert progress().axes[0].texts[0].get_text() == "8 of 8"
    own_record.write_text("{")
    assert "kept as progress.damaged.json" in said(solved.add, "01.lenet1")
    assert solved.done() == {"01.lenet1"}
    assert own_record.with_suffix(".damaged.json").read_text() == "{"


def test_the_record_can_be_downloaded_on_colab(said, own_record, monkeypatch):
    assert said(download) == "nothing is recorded yet\n"
    solved.add("01.lenet1")
    assert said(download) == f"your record is {own_record}\n"
    handed = []
    colab = SimpleNamespace(files=SimpleNamespace(download=handed.append))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    assert said(download) == "" and handed == [str(own_record)]
