"""Experiments: what is written, measured and concluded; the weights that networks start with."""

import keras
import numpy as np
import pytest
from keras import layers

from utils.checks.experiments import Experiment, Written
from utils.checks.guard import Trouble
from utils.checks.kinds import Function
from utils.checks.models import Block
from utils.exercises import check, face


def twice(n):
    return 2 * n


EXPERIMENT = Experiment(
    writes=(Written("twice", Function(reference=twice, cases=((1,), (3,)))),),
    names=("deep", "wide"),
    within=(0, 1),
    unit="error",
    outside="an error lies between 0 and 1",
    shown="so it goes.",
)
DEEP, WIDE = [0.1, 0.12, 0.11], [0.2, 0.3, 0.15]


@pytest.mark.parametrize(
    "measured, conclusion",
    [
        ({"deep": DEEP, "wide": WIDE}, "deep"),
        ({"wide": WIDE, "deep": DEEP, "other": ["x"]}, " Deep "),
        ({"deep": WIDE, "wide": DEEP}, "wide"),
        ({"deep": np.array(DEEP), "wide": (0.1, 0.2, 0.05)}, "neither"),
        ({"deep": [*DEEP, 0.13], "wide": [np.float32(x) for x in WIDE]}, "deep"),
    ],
)
def test_a_conclusion_is_judged_by_the_numbers_handed_over(measured, conclusion):
    assert EXPERIMENT.judge((twice, measured, conclusion)).startswith(
        "so it goes. Yours, error: deep "
    )


@pytest.mark.parametrize(
    "answer, reason",
    [
        (({"deep": DEEP, "wide": [0.1, 0.3, 0.2]}, "deep"), "reach into those of another"),
        (({"deep": DEEP, "wide": WIDE}, "wide"), "every run of 'deep' lies below every other"),
        (({"deep": DEEP, "wide": DEEP}, "deep"), "have the same numbers"),
        (({"deep": DEEP, "wide": WIDE}, "deeper"), "one of 'deep', 'wide', 'neither'"),
        (({"deep": DEEP}, "deep"), "nothing was measured for 'wide'"),
        (({"deep": DEEP, "wide": [0.1]}, "deep"), "1 of 3 runs"),
        (({"deep": DEEP, "wide": 0.1}, "deep"), "list of numbers; it has 0.1"),
        (({"deep": DEEP, "wide": [0.2] * 3}, "deep"), "a seed of its own"),
        (({"deep": DEEP, "wide": [0.2, 0.3, 20]}, "deep"), "20 among its numbers: an error lies"),
        (({"deep": DEEP, "wide": [0.2, 0.3, np.nan]}, "deep"), "nan among its numbers"),
        (({"deep": DEEP, "wide": [0.2, 0.3, None]}, "deep"), "None among its numbers"),
        ((DEEP, "deep"), "should be a dict"),
    ],
)
def test_an_experiment_that_shows_nothing_is_told_why(answer, reason):
    with pytest.raises(Trouble) as told:
        EXPERIMENT.judge((twice, *answer))
    assert reason in str(told.value)


WANTED = r"the answer should be \(twice, measured, conclusion\)"


@pytest.mark.parametrize(
    "answer, reason",
    [
        (({"deep": DEEP, "wide": WIDE}, "deep"), "hand over what you wrote as well"),
        (({"deep": DEEP, "wide": WIDE}, "deep", twice), WANTED),
        ((twice, {"deep": DEEP, "wide": WIDE}), WANTED),
        ((twice, twice), WANTED),
        ({"deep": DEEP}, WANTED),
        ("deep", WANTED),
        (lambda n: n, "twice: for n = 1 it gives 1; it should be 2"),
        ((lambda n: n, {"deep": DEEP, "wide": WIDE}, "deep"), "twice: for n = 1"),
    ],
)
def test_what_is_measured_with_is_judged_before_the_numbers(answer, reason):
    with pytest.raises(Trouble, match=reason):
        EXPERIMENT.judge(answer)


def test_the_function_alone_is_the_first_step():
    for answer in (twice, (twice,), [twice]):
        assert EXPERIMENT.judge(answer) == "twice does what the text asks for. Now measure."
        assert EXPERIMENT.begun_by(answer)
    assert not EXPERIMENT.begun_by((twice, {"deep": DEEP, "wide": WIDE}, "deep"))


def test_more_may_be_better():
    most = Experiment(
        writes=EXPERIMENT.writes, names=("a", "b"), best="most", within=(0, 9), unit="", shown="s"
    )
    measured = {"a": [7, 8, 6], "b": [1, 2, 3]}
    assert most.judge((twice, measured, "a"))
    with pytest.raises(Trouble, match="every run of 'a' lies above"):
        most.judge((twice, measured, "b"))


def test_an_experiment_with_an_empty_place_is_not_attempted(monkeypatch, capsys):
    monkeypatch.setattr(face, "_find", lambda name: EXPERIMENT)
    check("01.x", (twice, {"deep": ..., "wide": ...}, ...))
    assert "not attempted yet" in capsys.readouterr().out


def narrow(x, start="he_normal", bias="zeros"):
    return layers.Dense(64, kernel_initializer=start, bias_initializer=bias)(x)


@pytest.mark.parametrize("start", ["he_normal", "identity", "zeros", "glorot_normal"])
def test_other_initializers_with_the_same_weights_are_no_mistake(start):
    block = Block(reference=lambda x: narrow(x, start), shape=(64,), starts=True)
    by_hand = {"he_normal": lambda: keras.initializers.VarianceScaling(2), "zeros": lambda: "zero"}
    block.judge(lambda x: narrow(x, by_hand.get(start, lambda: start)()))
    with pytest.raises(Trouble, match="the kernel of dense.* starts as .*; it should start as"):
        block.judge(lambda x: narrow(x, "random_normal"))
    with pytest.raises(Trouble, match="the bias of dense.* starts as 1 everywhere; .* as 0 every"):
        block.judge(lambda x: narrow(x, start, "ones"))
    Block(reference=lambda x: narrow(x, start), shape=(64,)).judge(narrow)


def test_a_seed_of_an_initializer_makes_all_runs_alike():
    block = Block(reference=lambda x: narrow(x, "he_normal"), shape=(64,), starts=True)
    with pytest.raises(Trouble, match="starts with the same numbers in each run"):
        block.judge(lambda x: narrow(x, keras.initializers.HeNormal(seed=1)))


def test_what_is_built_for_a_run_is_new_and_trained():
    def small(x, layer=None, **options):
        return (layer or layers.Dense(4, **options))(x)

    written = Written("small", Block(reference=small, shape=(3,)))
    written.judge(small)
    once = layers.Dense(4)
    with pytest.raises(Trouble, match="small: it hands out the same layers again"):
        written.judge(lambda x: small(x, once))
    with pytest.raises(Trouble, match="is frozen"):
        written.judge(lambda x: small(x, trainable=False))


class BiasFirst(layers.Layer):
    def build(self, shape):
        self.bias = self.add_weight(shape=(64,), initializer="zeros")
        self.kernel = self.add_weight(shape=(shape[-1], 64), initializer="he_normal")

    def call(self, x):
        return x @ self.kernel + self.bias


def test_weights_that_are_made_in_another_order_are_compared_by_their_shapes():
    Block(reference=narrow, shape=(64,), starts=True).judge(lambda x: BiasFirst()(x))
