"""Answers in layers of a learner's own, and on machines that take their time."""

import time

import keras
import numpy as np
import pytest
from keras import layers, ops

from utils.checks.guard import Trouble, guarded
from utils.checks.kinds import Effort, Function
from utils.exercises import check


class Unnamed(layers.Layer):
    """As Keras's own guide writes layers: weights without a name."""

    def __init__(self, units, activation=None, wrong=False):
        super().__init__()
        self.units, self.wrong = units, wrong
        self.activation = keras.activations.get(activation)

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return self.activation(ops.matmul(x, self.w) + (-1 if self.wrong else 1) * self.b)


class Convolution(layers.Layer):
    """Weights with names of the learner's own."""

    def __init__(self, filters):
        super().__init__()
        self.filters = filters

    def build(self, shape):
        size = (5, 5, shape[-1], self.filters)
        self.filter = self.add_weight(shape=size, name="filter")
        self.offset = self.add_weight(shape=(self.filters,), name="offset")

    def call(self, x):
        return ops.tanh(ops.conv(x, self.filter) + self.offset)


def lenet1(wrong=False):
    image = keras.Input((28, 28, 1))
    x = layers.AveragePooling2D(2)(Convolution(4)(image))
    x = layers.AveragePooling2D(2)(Convolution(12)(x))
    x = layers.Flatten()(x)
    return keras.Model(image, Unnamed(10, "softmax", wrong)(x))


def test_layers_of_ones_own_are_accepted(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    check("01.lenet1", lenet1)
    assert capsys.readouterr().out.startswith("✓ 01.lenet1")
    check("01.lenet1", lenet1(wrong=True))
    said = capsys.readouterr().out
    assert said.startswith("✗") and "in your layer Convolution, whose inside cannot be seen" in said


def test_a_machine_that_takes_its_time_is_no_mistake(monkeypatch):
    monkeypatch.setattr("utils.checks.guard.PATIENCE", 20)
    with guarded("your model", seconds=0.1):
        time.sleep(0.5)  # waits, and computes nothing: for a GPU that wakes up, for instance


@pytest.mark.parametrize("late, said", [("it may be right", "it may be right"), (None, "a loop")])
def test_what_is_late_is_told_from_what_never_ends(monkeypatch, late, said):
    monkeypatch.setattr("utils.checks.guard.PATIENCE", 2)
    with (
        pytest.raises(Trouble, match=f"takes more than 0.2 seconds: .*{said}"),
        guarded("your model", 0.2, *filter(None, [late])),
    ):
        time.sleep(30)


@pytest.mark.parametrize(
    "made, told",
    [
        (28, "for n = 28 it gives 28; it should be 24"),
        ("24", "for n = 28 it gives '24'; it should be 24"),
        (None, "it gives None (is there a return?); it should be 24"),
    ],
)
def test_a_function_hears_what_it_gave_and_what_it_should(made, told):
    function = Function(Effort(5, 1), "", ("", "", ""), reference=lambda n: n - 4, cases=((28,),))
    with pytest.raises(Trouble) as trouble:
        function.judge(lambda n: made)
    assert told in str(trouble.value)


def test_whole_numbers_that_are_nearly_right_are_told_apart():
    told = {"effort": Effort(5, 1), "shown": "", "hints": ("", "", "")}
    function = Function(**told, reference=lambda n: np.arange(n), cases=((100,),))
    with pytest.raises(Trouble, match=r"at \[99\] stands 99\.0000001; it should be 99"):
        function.judge(lambda n: np.arange(n) + 1e-7 * (np.arange(n) == 99))
