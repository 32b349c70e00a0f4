"""Which one slip gives an answer: the right function, or formula, with one place changed."""

import re

import numpy as np
import pytest

from utils.checks.formulas import slip_in
from utils.checks.nearly import slip_of


def work(height, width, channels, filters):
    return height * width * 9 * channels * (filters + 1)


def mean_of(values, weights):
    total = 0
    for value, weight in zip(values, weights):
        total += value * weight
    return total / sum(weights)


def rounded(pixels, stride):
    return (pixels - 1) // stride + 1


CASES = ((4, 6, 8, 16), (5, 3, 2, 7), (9, 8, 1, 4))
LISTS = (([1.0, 5.0, 2.0], [2, 1, 4]), ([3.0, 1.0], [5, 4]))
MORE = (*LISTS, ([10.0, 21.0], [1, 2]))
SIZES = ((28, 2), (15, 4), (9, 3), (30, 7))


@pytest.mark.parametrize(
    "reference, cases, wrong, said",
    [
        (work, CASES, lambda h, w, c, f: h * w * 9 * c * f + 1, "brackets are missing"),
        (work, CASES, lambda h, w, c, f: h * 9 * c * (f + 1), "not multiplied by `width`"),
        (work, CASES, lambda h, w, c, f: h * w * 9 * c * f, "`1` is not added"),
        (work, CASES, lambda h, w, c, f: h * w * 9 * f * (c + 1), "are exchanged"),
        (work, CASES, lambda h, w, c, f: h * h * 9 * c * (f + 1), "stands where `width`"),
        (work, CASES, lambda h, w, c, f: 2 * work(h, w, c, f), "2 times what it should be"),
        (work, CASES, lambda h, w, c, f: -work(h, w, c, f), "the sign is wrong"),
        (work, CASES, lambda h, w, c, f: work(h, w, 8, f), "`channels` makes no difference"),
        (work, CASES, lambda h, w, c, f: f"{work(h, w, c, f):,}", "not text"),
        (mean_of, LISTS, lambda v, w: sum(v[:-1]) * 0 + v[0] * w[0] / sum(w), "first turn"),
        (mean_of, LISTS, lambda v, w: v[-1] * w[-1] / sum(w), "last turn|set anew"),
        (mean_of, LISTS, lambda v, w: np.dot(v, w), "not divided by"),
        (mean_of, LISTS, lambda v, w: np.dot(v[1:], w[1:]) / sum(w), "first turn .* left out"),
        (mean_of, LISTS, lambda v, w: round(mean_of(v, w), 2), "rounded, to 2 places"),
        (mean_of, MORE, lambda v, w: int(mean_of(v, w)), "cut to whole numbers"),
        (rounded, SIZES, lambda p, s: (p - 1) / s + 1, "not cut to a whole number"),
        (rounded, SIZES, lambda p, s: (p - 1) // s, "1 less than it should be"),
        (rounded, SIZES, lambda p, s: p // s + 1, "`1` is not taken off"),
    ],
)
def test_one_slip_is_found(reference, cases, wrong, said):
    found = slip_of(reference, cases, [wrong(*case) for case in cases])
    assert found is not None
    assert re.search(said, found)


def test_what_no_slip_explains_is_left_alone():
    assert slip_of(work, CASES, [1, 1, 1]) is None
    assert slip_of(work, CASES, [3, 17, 1234567]) is None
    assert slip_of(work, CASES, [None, "a", [1]]) is None


def test_formulas():
    assert slip_in("9 * 64 * (128 + 1)", 9 * 64 * 128) == "`1` is not added"
    assert "brackets" in slip_in("9 * 64 * (128 + 1)", 9 * 64 * 128 + 1)
    assert "`64`" in slip_in("9 * 64 * (128 + 1)", 9 * 129)
    assert slip_in("9 * 64 * (128 + 1)", 12_345) is None
    assert slip_in("9 * 64 * 128", 9 * 63 * 128) == "there stands 63 where 64 belongs"
    assert slip_in("9 * 64 * 128", 9 * 64 * 128 + 128) == (
        "it is 128 too many: what of that does not belong?"
    )
    assert slip_in("", 5) is None
