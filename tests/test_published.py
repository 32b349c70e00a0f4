"""The ledger is complete, and the networks meet it."""

import re
import tomllib
from functools import partial

import keras
import numpy as np
import pytest
from weightless import weightless

from utils import networks, published
from utils.networks.registry import NETWORKS

LEDGER = tomllib.loads(published.LEDGER.read_text(encoding="utf-8"))


def five_by_five(bottleneck=None):
    """The convolution whose cost the lecture notes count, directly and through a bottleneck."""
    x = image = keras.Input((28, 28, 192))
    if bottleneck:
        x = keras.layers.Conv2D(bottleneck, 1, name="bottleneck")(x)
    return keras.Model(image, keras.layers.Conv2D(32, 5, padding="same", name="conv")(x))


BUILD = NETWORKS | {
    "five_by_five": five_by_five,
    "five_by_five_bottleneck": partial(five_by_five, 16),
}


@pytest.mark.parametrize("name", BUILD)
def test_every_recomputed_figure_comes_out_exactly(name):
    table = published.compare(weightless(BUILD[name]), name)
    for entry, (figure, row) in zip(published.figures(name), table.iterrows()):
        if entry["status"] == "recomputed":
            assert row["here"] == row["published"], figure
            unconfirmed = "" if entry.get("confirmed", True) else "to be confirmed"
            assert row["note"] == entry.get("note", unconfirmed)
        if entry["status"] == "rounded":
            assert 0.9 < row["here"] / row["published"] < 1.1, figure
        if entry["status"] == "wrong":
            assert row["here"] != row["published"] and entry["note"] in row["note"]
        if entry["status"] == "reported":
            assert np.isnan(row["here"]) and row["note"].startswith("reported only")


def test_every_entry_says_what_it_is_and_where_it_is_from():
    needed = {"network", "figure", "value", "unit", "source", "status"}
    for entry in LEDGER["figures"]:
        assert needed <= set(entry) <= needed | {"layer", "confirmed", "note"}
        assert entry["status"] in {"recomputed", "rounded", "wrong", "reported"}
        if entry["status"] != "reported":
            of_layers = {"parameters", "multiply-adds", "connections", "output shape", "neurons"}
            of_networks = (of_layers - {"output shape"}) | {"trainable parameters"}
            assert entry["figure"] in (of_layers if "layer" in entry else of_networks)


def test_no_figure_stands_twice():
    keys = [(e["network"], e.get("layer"), e["figure"], e["source"]) for e in LEDGER["figures"]]
    assert len(keys) == len(set(keys))


def test_every_network_of_the_course_is_in_the_ledger():
    assert set(BUILD) == {entry["network"] for entry in LEDGER["figures"]}
    families = set(BUILD) | {re.sub(r"\d+", "", name) for name in BUILD}
    assert all(any(f.startswith(function) for f in families) for function in networks.__all__)


def test_difference_from_a_rounded_figure_is_shown():
    table = published.compare(networks.lenet5(), "lenet5")
    assert table.loc["trainable parameters", "note"].startswith("+1,706")


def test_a_wrong_network_shows():
    table = published.compare(networks.lenet5(classes=11), "lenet5")
    assert table.loc["parameters", "here"] == 61_791
    assert table.loc["parameters", "note"] == "+85"


def test_unknown_network_and_missing_layer():
    with pytest.raises(ValueError, match="lenet6.*lenet5"):
        published.figures("lenet6")
    with pytest.raises(ValueError, match="no layer 'predictions'"):
        published.compare(networks.lenet5_1998(), "lenet5")


def test_claims_take_their_numbers_from_the_figures():
    claims = published.claims()
    verdict = claims.loc["LeNet-5 has about 60k parameters", "verdict"]
    assert "60,000" in verdict and "61,706" in verdict
    assert not claims["verdict"].str.contains("{", regex=False).any()


def test_one_value_prefers_the_exact_figure_and_says_what_there_is():
    assert published.value("five_by_five", "multiply-adds") == 120_422_400
    assert published.value("five_by_five_bottleneck", "multiply-adds") == 12_443_648
    with pytest.raises(ValueError, match="no 'neurons' of five_by_five; it has multiply-adds"):
        published.value("five_by_five", "neurons")
