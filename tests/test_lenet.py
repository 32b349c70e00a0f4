"""LeNet-5 as lectured and as published: counts, connections, training by its own loss."""

import keras
import numpy as np
import pytest
from repeated import losses

from utils import cost, networks
from utils.layers import MAPLoss, nearest_code
from utils.networks.lenet import C3_TABLE

# The paper's list in section II.B of which maps of S2 each map of C3 reads.
READS = "012 123 234 345 450 501 0123 1234 2345 3450 4501 5012 0134 1245 0235 012345".split()


def test_lectured_counts():
    model = networks.lenet5()
    assert model.count_params() == 61_706
    assert cost.multiply_adds(model) == 416_520
    assert model.output.shape == (None, 10)


def test_published_counts():
    model = networks.lenet5_1998()
    assert sum(np.prod(w.shape) for w in model.trainable_weights) == 60_000
    assert cost.table(model, connections=True)["connections"].sum() == 340_908


def test_table_one_is_the_papers_list():
    columns = [{i for i, row in enumerate(C3_TABLE) if row[o] == "X"} for o in range(16)]
    assert columns == [{int(i) for i in maps} for maps in READS]


def test_the_published_network_trains_with_its_own_loss():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(40, 32, 32, 1)).astype("float32")
    y = np.arange(40) % 10
    model = networks.lenet5_1998()
    model.compile(keras.optimizers.Adam(5e-3), MAPLoss(), metrics=[nearest_code])
    first, *_, last = losses(model, x, y, epochs=6, steps=5)
    assert last < first / 3


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"input_shape": (28, 28, 1)}, "28x28.*C5 needs 5x5.*32x32"),
        ({"classes": 11}, "at most 10.*11"),
    ],
)
def test_the_published_network_is_for_ten_digits_of_its_size(wrong, message):
    with pytest.raises(ValueError, match=message):
        networks.lenet5_1998(**wrong)
