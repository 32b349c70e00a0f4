"""scripts/benchmark: ratios of candidates that take turns, kept beside those already there."""

import json
from itertools import count

import pytest
from benchmark import candidates, command, machine, stopwatch

from utils import cost, data, networks, training


def test_candidates_take_turns_and_each_round_gives_one_ratio():
    order = []

    def candidate(name, *seconds):
        taken = iter(seconds)
        return lambda: order.append(name) or next(taken)

    runs = {"a": candidate("a", 1, 2, 4), "b": candidate("b", 2, 1, 2)}
    rows = command.compare(runs, {"b": 0.6}, 3)
    assert order == ["a", "b"] * 3
    assert rows["a"] == {"ratio": 1, "least": 1, "most": 1}
    assert rows["b"] == {"ratio": 0.5, "least": 0.5, "most": 2, "aim": 0.6}


def test_what_was_measured_before_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "gpu", lambda: None)
    monkeypatch.setattr(machine, "processor", lambda: "AVX2")
    path = tmp_path / "benchmark.json"
    before = {"jax": {"AVX2": {"resnet50": {}}}, "tensorflow": {"AMX": {}, "AVX2": {"share": {}}}}
    path.write_text(json.dumps(before))
    command.keep("resnet50", {"ours": {"ratio": 0.9}}, path)
    found = json.loads(path.read_text())
    assert found["jax"] == before["jax"] and found["tensorflow"]["AMX"] == {}
    assert set(found["tensorflow"]["AVX2"]) == {"share", "resnet50"}
    entry = found["tensorflow"]["AVX2"]["resnet50"]
    assert entry["rows"] == {"ours": {"ratio": 0.9}} and entry["machine"]["cores"]
    assert entry["what"] == candidates.resnet50.__doc__


@pytest.mark.parametrize(
    "flags, kind",
    [
        ("fpu avx avx2", "AVX2"),
        ("avx2 avx512f avx512_vnni avx512_bf16", "AVX512_BF16"),
        ("avx2 avx512f avx512_bf16 amx_tile", "AMX"),
        ("fp asimd bf16", "ARM, bfloat16"),
        ("sse2", "unknown"),
    ],
)
def test_a_processor_is_known_by_its_best_instructions(tmp_path, flags, kind):
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : {flags}\n")
    assert machine.processor(tmp_path / "cpuinfo") == kind
    assert machine.processor(tmp_path / "nothing") == "unknown"


def test_the_clock_starts_when_all_is_traced(monkeypatch):
    monkeypatch.setattr(stopwatch, "time", type("Clock", (), {"perf_counter": count().__next__}))
    assert stopwatch.step_under(training.strategy(), batch=1) == pytest.approx(1 / 9)


def test_seconds_end_with_the_epoch_that_reached_the_goal(monkeypatch):
    (images, labels), (x_test, y_test) = data.load("fashion_mnist")
    few = (images[:256], labels[:256]), (x_test[:100], y_test[:100])
    monkeypatch.setattr(data, "load", lambda name: few)
    found = stopwatch.seconds_to(0, "lenet5 --images 256 --epochs 2 --rate 0.01")
    assert found["epoch"] == 1 and found["seconds"] > 0
    assert set(stopwatch.seconds_to(2, "lenet5 --images 256 --epochs 1")) == {"best"}


def test_unknown_benchmarks_are_refused_before_anything_starts(capsys):
    with pytest.raises(SystemExit):
        command.main(["resnet20", "resnet21"])
    said = capsys.readouterr().err
    assert "no benchmark resnet21 here" in said and "resnet20, product, resnet50" in said


def test_every_benchmark_that_needs_no_gpu_was_measured():
    kept = json.loads(command.KEPT.read_text())["tensorflow"]
    measured = {name for processor in kept.values() for name in processor}
    assert measured >= set(candidates.BENCHMARKS) - {*candidates.GPU}
    assert {"resnet20", "resnet50", "product"} <= set(kept["AVX2"])


def test_a_step_is_held_against_as_many_multiply_adds_in_one_product(monkeypatch):
    monkeypatch.setattr(candidates, "steps", lambda build, batch: lambda: 6.0)
    monkeypatch.setattr(candidates, "seconds", lambda function: 0.5)
    runs, aims, _ = candidates.product(size=64, batch=1)
    adds = 3 * cost.multiply_adds(networks.resnet_cifar(20))
    assert runs["matrix product"]() == pytest.approx(0.5 * adds / 64**3)
    assert runs["step"]() == 2 and aims == {"step": 1.54}


@pytest.mark.parametrize("reason, count", [("", 4), ("this processor has no bfloat16", 2)])
def test_bfloat16_is_measured_where_the_hardware_has_it(monkeypatch, reason, count):
    monkeypatch.setattr(candidates, "steps", lambda *arguments: None)
    monkeypatch.setattr(candidates.precision, "no_bfloat16", lambda: reason)
    runs, aims, _ = candidates.resnet20()
    assert len(runs) == count and set(aims) < set(runs)
