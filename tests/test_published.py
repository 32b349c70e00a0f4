"""The ledger is complete, and the networks meet it."""

import re
from functools import partial
from math import nan
from unittest.mock import patch

import keras
import pytest
from weightless import weightless

from utils import blocks, networks, published
from utils.networks.mobilenet import INVERTED, SEPARABLE
from utils.networks.registry import NETWORKS
from utils.networks.resnet import BLOCKS

LEDGER = [(name, entry) for name in published.networks() for entry in published.figures(name)]


def five_by_five(bottleneck=None):
    """The convolution whose cost the lecture notes count, directly and through a bottleneck."""
    x = image = keras.Input((28, 28, 192))
    if bottleneck:
        x = keras.layers.Conv2D(bottleneck, 1, name="bottleneck")(x)
    return keras.Model(image, keras.layers.Conv2D(32, 5, padding="same", name="conv")(x))


def layer(channels=512, pixels=14, *, separable=True):
    """One layer of MobileNet, or the convolution that it stands for."""
    image = keras.Input((pixels, pixels, channels))
    if separable:
        return keras.Model(image, blocks.depthwise_separable(image, channels, name=1))
    return keras.Model(image, _convolution(image, channels))


def mobilenet_of(table, *, separable=True):
    """MobileNet with another table, or of ordinary convolutions."""
    image = keras.Input((224, 224, 3))
    x = _convolution(image, 32, 2)
    for number, (filters, strides) in enumerate(table, start=1):
        if separable:
            x = blocks.depthwise_separable(x, filters, strides=strides, name=number)
        else:
            x = _convolution(x, filters, strides)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(1000)(x))


def resnet50_deep():
    """ResNet-50 with four times as many blocks, as EfficientNet's paper scales it."""
    with patch.dict(BLOCKS, {50: (True, (12, 16, 24, 12))}):
        return networks.resnet(50, stride_on="3x3")


def mobilenet_v2_deep(depth):
    """MobileNetV2 with so many times as many blocks of each row of its table."""
    x = image = keras.Input((224, 224, 3))
    x = _convolution(x, 32, 2)
    for row, (expansion, filters, repeats, strides) in enumerate(INVERTED):
        for i in range(repeats * depth):
            options = {"expansion": expansion, "strides": strides if i == 0 else 1}
            x = blocks.inverted_residual(x, filters, name=f"block_{row}_{i}", **options)
    x = keras.layers.Conv2D(1280, 1, use_bias=False)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(1000)(x))


def _convolution(x, filters, strides=1):
    x = keras.layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    return keras.layers.BatchNormalization()(x)


BUILD = NETWORKS | {
    "five_by_five": five_by_five,
    "five_by_five_bottleneck": partial(five_by_five, 16),
    "mobilenet_all_convolutions": partial(mobilenet_of, SEPARABLE, separable=False),
    "mobilenet_shallow": partial(mobilenet_of, SEPARABLE[:6] + SEPARABLE[11:]),
    "mobilenet_layer_ordinary": partial(layer, separable=False),
    "mobilenet_layer": layer,
    "mobilenet_layer_0.75": partial(layer, 384),
    "mobilenet_layer_0.75_small": partial(layer, 384, 10),
    "mobilenet_120_classes": partial(networks.mobilenet, classes=120),
    "mobilenet_2": partial(networks.mobilenet, width=2),
    "mobilenet_v2_2": partial(networks.mobilenet_v2, width=2),
    "mobilenet_v2_deep": partial(mobilenet_v2_deep, 4),
    "resnet50_3x3": partial(networks.resnet, 50, stride_on="3x3"),
    "resnet50_3x3_deep": resnet50_deep,
    "resnet50_3x3_wide": partial(networks.resnet, 50, stride_on="3x3", width=2),
    **{
        f"resnext50_{groups}x{channels}d": partial(
            networks.resnext, 50, groups=groups, channels=channels
        )
        for groups, channels in ((1, 64), (2, 40), (4, 24), (8, 14))
    },
    **{
        f"se_resnet50_ratio{ratio}": partial(networks.se_resnet, 50, ratio=ratio)
        for ratio in (2, 4, 8, 32)
    },
    "stochastic_depth110_cifar": partial(networks.resnet_cifar, 110, drop=0.5),
    "wide_resnet28_10_100_classes": partial(networks.wide_resnet, 28, 10, classes=100),
    "inception_v3": partial(keras.applications.InceptionV3, weights=None),
    "mobilenet_0.75_120_classes": partial(networks.mobilenet, width=0.75, classes=120),
}


@pytest.mark.parametrize("name", BUILD)
def test_every_count_comes_out_exactly(name):
    table = published.compare(weightless(BUILD[name]), name)
    for entry, (figure, row) in zip(published.figures(name), table.iterrows(), strict=True):
        if entry["status"] == "reported":
            assert row["counted"] is nan and row["note"].startswith("reported only")
        else:
            assert row["counted"] == entry["counted"], figure
            assert "should be" not in row["note"]
        if entry["status"] == "counted":
            assert row["published"] is nan and row["source"] == "", figure
        else:
            assert row["published"] == entry["published"] and row["source"] == entry["source"]
        if entry["status"] in ("exact", "counted"):
            assert row["note"] == entry["note"]
        if entry["status"] in ("rounded", "wrong"):
            difference = row["counted"] - row["published"]
            shown = f"{difference:+,}" if isinstance(difference, int) else f"{difference:+.2f}"
            assert row["note"].startswith(shown) and entry["note"] in row["note"]


def test_every_line_says_what_it_is_and_where_it_is_from():
    of_layers = {"parameters", "multiply-adds", "connections", "output shape", "neurons"}
    of_layers |= {"share of multiply-adds", "share of weights"}
    of_networks = (of_layers - {"output shape"}) | {"trainable parameters"}
    for _, entry in LEDGER:
        stated, exact = entry["published"], entry["counted"]
        assert entry["figure"] and entry["unit"]
        assert bool(entry["source"]) == (stated is not None) == (entry["status"] != "counted")
        assert "arithmetic" not in entry["source"] and "confirm" not in entry["note"]
        if entry["status"] == "reported":
            assert exact is None
        else:
            figure = re.sub(r" at (\d+)x\1$", "", entry["figure"])
            assert figure in (of_layers if entry["layer"] else of_networks)
            assert isinstance(exact, float if figure.startswith("share") else int | tuple)
        if entry["status"] == "exact":
            assert stated == exact
        if entry["status"] == "rounded":
            assert 0.9 < exact / stated < 1.1 and stated != exact
        if entry["status"] == "wrong":
            assert stated != exact and entry["note"]


def test_no_figure_stands_twice():
    keys = [(name, e["layer"], e["figure"], e["source"]) for name, e in LEDGER]
    assert len(keys) == len(set(keys))
    counts = {(name, e["layer"], e["figure"], e["counted"]) for name, e in LEDGER}
    assert len(counts) == len({key[:3] for key in keys}), "two sources, two counts"


def test_every_network_of_the_course_is_in_the_ledger():
    assert set(BUILD) == set(published.networks())
    families = set(BUILD) | {re.sub(r"\d+", "", name) for name in BUILD}
    assert all(any(f.startswith(function) for f in families) for function in networks.__all__)


def test_difference_from_a_rounded_figure_is_shown():
    table = published.compare(networks.lenet5(), "lenet5")
    assert table.loc["parameters", "published"] == 60_000
    assert table.loc["parameters", "counted"] == 61_706
    assert table.loc["parameters", "note"].startswith("+1,706")


def test_a_wrong_network_shows():
    table = published.compare(networks.lenet5(classes=11), "lenet5")
    assert table.loc["parameters", "counted"] == 61_791
    assert table.loc["parameters", "note"].startswith("+1,791; should be 61,706")
    assert table.loc["predictions parameters", "note"].startswith("should be 850")
    shape = published.compare(networks.lenet5_1998(), "lenet5_1998").loc["C1 output shape"]
    assert shape["published"] == shape["counted"] == (28, 28, 6) and shape["note"] == ""


def test_unknown_network_and_missing_layer():
    with pytest.raises(ValueError, match="lenet6.*lenet5"):
        published.figures("lenet6")
    with pytest.raises(ValueError, match="no network 'claims'"):
        published.figures("claims")
    with pytest.raises(ValueError, match="no layer 'predictions'"):
        published.compare(networks.lenet5_1998(), "lenet5")


def test_claims_take_their_numbers_from_the_figures():
    claims = published.claims()
    verdict = claims.loc["LeNet-5 has about 60k parameters", "verdict"]
    assert "60,000" in verdict and "61,706" in verdict
    assert not claims["verdict"].str.contains("{", regex=False).any()
    assert len(claims) == 7 and "open" not in set(claims["verdict"])


def test_one_value_prefers_the_exact_figure_and_says_what_there_is():
    assert published.value("five_by_five", "multiply-adds") == 120_422_400
    assert published.value("five_by_five_bottleneck", "multiply-adds") == 12_443_648
    with pytest.raises(ValueError, match="no 'neurons' of five_by_five; it has multiply-adds"):
        published.value("five_by_five", "neurons")
    assert published.value("alexnet", "parameters") == 60_965_224
    assert published.value("resnet152", "validation error, top 1") == 21.43


HEAD = ",".join(published.COLUMNS)
DAMAGED = {
    f"{HEAD}\n,parameters,60000,61706,parameters,rounded,notes": "line 2: 7 columns where 8",
    f"{HEAD}\n\n": "line 2: 0 columns",
    f"{HEAD}\n,parameters,,5,parameters,guessed,,": "line 2: status 'guessed' is none of exact",
    f"{HEAD}\n,parameters,,61k,parameters,counted,,": "line 2: counted is '61k'; it is a number",
    f"{HEAD}\nC1,output shape,,28x28x,maps,counted,,": "line 2: counted is '28x28x'.*28x28x6",
    f"{HEAD}\n,parameters,5,5,parameters,counted,,": "line 2: status counted takes counted$",
    f"{HEAD}\n,parameters,,5,parameters,exact,A,": "exact takes counted and published",
    f"{HEAD}\n,parameters,,5,parameters,counted,arithmetic,": "line 2: .*has a source",
    f"{HEAD}\n,parameters,5,5,parameters,exact,,": "line 2: .*has a source",
    f"{HEAD}\n,error,5,,%,reported,“A”,": "line 2: not in UTF-8",
    f'{HEAD}\n,parameters,,5,parameters,counted,,"5': "line 2: unexpected end of data",
    HEAD.replace(",", ";"): "line 1: the columns are not layer,figure",
    "": "line 1: the columns are not",
}


@pytest.mark.parametrize("text", DAMAGED, ids=DAMAGED.values())
def test_a_damaged_file_is_refused_with_its_line(text, tmp_path, monkeypatch):
    monkeypatch.setattr(published, "LEDGER", tmp_path)
    (tmp_path / "lenet5.csv").write_bytes(text.encode("cp1252"))
    with pytest.raises(ValueError, match=f"^lenet5.csv, .*{DAMAGED[text]}"):
        published.figures("lenet5")
