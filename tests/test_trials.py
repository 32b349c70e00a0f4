"""Exercises in two steps, tables of one's own model, amounts in words, unusual right networks."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from utils.checks.amounts import places, scaled, summed
from utils.checks.behaviour import difference
from utils.checks.guard import Trouble
from utils.checks.kinds import Choice, Function, Number
from utils.checks.models import Block, Network
from utils.checks.trials import Fault
from utils.exercises import check, compare, face, solved


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))


def small(bias=True, activation="tanh", units=5, second="same"):
    """A network in which three places can be wrong."""

    def build():
        image = keras.Input((8, 8, 1))
        x = layers.Conv2D(4, 3, padding="same", use_bias=bias)(image)
        x = layers.Conv2D(4, 3, padding=second, activation=activation)(x)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(units)(x))

    return build


RIGHT = small()


def FAULTY():
    return small(bias=False, activation="relu", second="valid")()


FAULT = Fault(
    where=Choice(value="b", slips={"a": "it is not that", "c": "nor that"}, shown="so it is."),
    repair=Network(reference=RIGHT),
    given=FAULTY,
    shown="done",
)


def test_a_letter_comes_first_and_does_not_count_yet(monkeypatch, capsys):
    monkeypatch.setattr(face, "_find", lambda name: FAULT)
    check("01.fault", "b")
    assert capsys.readouterr().out == "✓ 01.fault: so it is. Now mend it.\n"
    check("01.fault", "a")
    assert "not 'a': it is not that" in capsys.readouterr().out
    assert solved.done() == set()
    check("01.fault", FAULTY)
    assert "not attempted yet" in capsys.readouterr().out
    check("01.fault", RIGHT)
    assert capsys.readouterr().out == "✓ 01.fault: done\n"
    assert solved.done() == {"01.fault"}


@pytest.mark.parametrize(
    "answer, reason",
    [
        (small(bias=False, activation="relu"), "2 places are not as they should be yet"),
        (small(bias=False), "one place is not as it should be yet"),
        (small(bias=False, activation="relu", second="valid", units=6), "4 places are"),
    ],
)
def test_a_repair_hears_how_many_places_are_left_and_not_where(answer, reason):
    with pytest.raises(Trouble, match=reason) as told:
        FAULT.judge(answer)
    assert "convolution" not in str(told.value) and "bias" not in str(told.value)


def test_a_function_is_repaired_without_being_told_what_is_wrong():
    def doubled(n):
        """it is doubled"""
        return 2 * n

    repair = Function(reference=lambda n: n, cases=((1,), (2,)), slips=(doubled,))
    with pytest.raises(Trouble, match="for n = 1 it gives 2; it should be 1"):
        Fault(where=Choice(value="a"), repair=repair).judge(doubled)


def pool_and_convolve(x):
    return layers.Conv2D(16, 5, activation="tanh")(layers.AveragePooling2D(2)(x))


KINDS = {
    "01.number": Number(value=3),
    "01.network": Network(reference=RIGHT),
    "01.block": Block(reference=pool_and_convolve, shape=(28, 28, 6)),
}


def test_compare_marks_the_first_difference_and_names_no_layer_of_the_reference(monkeypatch):
    monkeypatch.setattr(face, "_find", KINDS.get)

    def mine(x):
        x = layers.MaxPooling2D(2, name="pool")(x)
        return layers.Conv2D(16, 5, padding="same", activation="tanh")(x)

    table = compare("01.block", mine)
    assert list(table["yours"]) == ["max pooling", "convolution", "tanh"]
    assert list(table["output"]) == ["14×14×6", "14×14×16", "14×14×16"]
    assert list(table["reference: output"]) == ["14×14×6", "10×10×16", "10×10×16"]
    assert list(table["reference: parameters"]) == [0, 2416, 0]
    assert [place for place, mark in enumerate(table[""]) if mark] == [0]  # the mean was meant
    assert "average" not in str(table)


@pytest.mark.parametrize(
    "name, answer, reason",
    [
        ("01.number", 3, "asks for no network"),
        ("01.network", 7, "should be a keras.Model; it is 7"),
        ("01.block", lambda x: x.y, "AttributeError"),
    ],
)
def test_compare_says_why_there_is_no_table(monkeypatch, capsys, name, answer, reason):
    assert compare("01.nothing", 1) is None
    assert "there is no exercise" in capsys.readouterr().out
    monkeypatch.setattr(face, "_find", KINDS.get)
    assert compare(name, answer) is None
    assert reason in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer, reason",
    [
        (2_400, "the biases are missing"),
        (2_432, "the biases are counted twice"),
        (16, "the weights are missing"),
        (4_832, "2 times too large"),
        (604, "4 times too small"),
        (2.416, "these are thousands"),
        (-2_416, "the sign is wrong"),
        (2_420, "a little too large"),
        (24_000, "about 9.9 times too large"),
    ],
)
def test_a_wrong_number_is_told_what_it_is_of_the_right_one(answer, reason):
    with pytest.raises(Trouble, match=reason):
        Number(value=2_416, parts={"the weights": 2_400, "the biases": 16}).judge(answer)


def test_amounts_in_words():
    assert places((10, 16, 10), (10, 10, 16)).startswith("the numbers are right, and their order")
    assert places((9, 10, 16), (10, 10, 16)) == "the height is not right, the rest is"
    assert places((9, 9, 16), (10, 10, 16)).startswith("height and width are 1 too small: are")
    assert places((5, 9, 16), (10, 10, 16)) == "the height and the width are not right, the rest is"
    assert "3 times as many channels" in places((10, 10, 48), (10, 10, 16))
    assert summed(3, 10, {"a": 3, "b": 7}) == "b is missing"
    assert scaled(1, 10) == "it is about 10 times too small"


class Own(layers.Layer):
    """A dense layer of somebody's own, whose weights have no names."""

    def __init__(self, units, across=False):
        super().__init__()
        self.units, self.across = units, across

    def build(self, shape):
        size = (self.units, shape[-1]) if self.across else (shape[-1], self.units)
        self.second = self.add_weight(shape=(self.units,))
        self.first = self.add_weight(shape=size)

    def call(self, x):
        weights = ops.transpose(self.first) if self.across else self.first
        return ops.matmul(x, weights) + self.second


def dense(make, permute=False, frozen=False):
    image = keras.Input((4, 3, 2))
    x = layers.Permute((3, 1, 2))(image) if permute else image
    x = layers.ReLU()(make(6)(layers.Flatten()(x)))
    last = make(5)
    last.trainable = not frozen
    return keras.Model(image, last(x))


@pytest.mark.parametrize(
    "mine",
    [
        dense(Own),
        dense(lambda units: Own(units, across=True)),
        dense(layers.Dense, permute=True),
        dense(layers.Dense, frozen=True),
        dense(Own, permute=True, frozen=True),
    ],
)
def test_what_is_computed_counts_and_not_how_it_is_written(mine):
    frozen = [not layer.trainable for layer in mine.layers]
    before = mine.get_weights()
    assert Network(reference=REFERENCE).judge(mine) is None
    assert [not layer.trainable for layer in mine.layers] == frozen
    for a, b in zip(before, mine.get_weights()):
        np.testing.assert_array_equal(a, b)


def REFERENCE():
    return dense(layers.Dense)


def test_an_own_layer_that_computes_something_else_is_told():
    class Wrong(Own):
        def call(self, x):
            return 2 * super().call(x)

    assert "your layer Wrong" in difference(dense(Wrong), dense(layers.Dense))
