"""training.fit does what model.fit does, whatever a model is compiled with, or says that not."""

import inspect
from contextlib import closing

import drawn
import keras
import numpy as np
import pytest
from forks import Forks
from local_workers import free_ports
from test_replicas import tf_config

from utils import training
from utils.training import rules

KINDS = {
    "keras": "keras",
    "one": "one",
    "devices": "devices",
    "first": "workers",
    "second": "workers",
}
# Methods of keras.Model that its fit does not call, or that do not differ by who calls them.
APART = set(
    "call build build_from_config get_build_config compile compile_from_config get_compile_config "
    "compiled_loss compiled_metrics predict predict_step predict_on_batch make_predict_function "
    "train_on_batch test_on_batch summary save save_weights load_weights export get_layer "
    "quantize get_quantization_layer_structure to_json from_config get_config count_params loss "
    "stateless_compute_loss get_state_tree set_state_tree".split()
)


def own(kind):
    """The public methods that a class adds to those of a layer."""
    layer = set(dir(keras.layers.Layer))
    methods = {n for n in dir(kind) if not n.startswith("_") and callable(getattr(kind, n, None))}
    return methods - layer


def test_every_setting_that_keras_has_is_known():
    """A later Keras may have more: then rules.py has to say what becomes of them."""

    def arguments(function):
        return set(inspect.signature(function).parameters) - {"self", "kwargs"}

    assert arguments(keras.Model.compile) == set(rules.COMPILE)
    assert arguments(keras.optimizers.Optimizer.__init__) - {"args"} <= set(rules.OPTIMIZER)
    base = keras.optimizers.Optimizer.__mro__[-3:]
    known = {name for kind in base for name in arguments(kind.__init__)} - {"args"}
    assert known - {"name"} <= set(rules.OPTIMIZER)
    assert own(keras.Model) - APART == set(rules.OVERRIDES)
    for table in (rules.COMPILE, rules.OPTIMIZER, rules.OVERRIDES):
        refused = {name for name, rule in table.items() if rule != rules.ALWAYS}
        assert refused <= set(rules.INSTEAD)
        for name in table:
            assert name in training.fit.__doc__ or table is rules.OPTIMIZER


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """What each kind of training ended with: {kind: [{name: array}, ...]}."""
    folder = tmp_path_factory.mktemp("drawn")
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    variables = {"first": tf_config(addresses, 0), "second": tf_config(addresses, 1)}
    with closing(Forks()) as forks:
        scripts = {
            name: forks.start(
                drawn.__file__, kind, folder / name, said=folder / f"{name}.said",
                **variables.get(name, {}),
            )
            for name, kind in KINDS.items()
        }  # fmt: skip
        for script in scripts.values():
            said = script.said()
            assert script.returncode == 0, said
    return {
        name: [dict(np.load(folder / f"{name}-{seed}.npz")) for seed in range(drawn.DRAWS)]
        for name in KINDS
    }


@pytest.mark.parametrize("seed", range(drawn.DRAWS))
def test_drawn_trainings_end_alike(ends, seed):
    made = drawn.draw(seed)
    refused = drawn.REFUSED & {name for name, value in made["settings"].items() if value}
    close = 5e-6 if made["precision"] == "float32" else 4e-3
    one = ends["one"][seed]
    assert "refused" not in one, one
    for name in set(KINDS) - {"one"}:
        found = ends[name][seed]
        if refused and name != "keras":
            assert str(found["refused"]).startswith(min(refused)), found
            continue
        assert set(found) == set(one), (name, made)
        for value in one:
            np.testing.assert_allclose(
                found[value], one[value], atol=close, err_msg=f"{name}: {value} of {made}"
            )
