"""A network's gradient as a compiled loop over runs: its numbers are NumPy's, whatever the network is made of.

Most tests run the kernel's own lines in Python, with NumPy in the place of its vectors; the last ones compile one.
"""

import functools
import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import drawn
import numpy as np
import pytest

import landscape as ls
from landscape.networks import activations, losses
from landscape.nn import kernels
from landscape.program import machine_code, numba
from landscape.program.trace import NotTraceable
from landscape.simulation import compiled_networks
from landscape.simulation.compiled_networks import compiled_network, worth_compiling

NOT_RECORDED = {"gelu", "sine"}  # an error function of SciPy, and what is right up to some size only
TERMS = 21
SIZES = [(21, 11), (kernels.ROWS, kernels.LANES), (kernels.ROWS + 3, 1), (1, 2)]  # batch, runs


def part(flat, first):
    return flat[first * kernels.LANES :]


def times(flat, a, am, ak, b, bk, bn, d, dm, dn, c, cm, cn, m, n, k, fault=0.0):
    vectors = flat.reshape(-1, kernels.LANES)
    for i in range(m):
        for j in range(n):
            terms = (vectors[a + i * am + at * ak] * vectors[b + at * bk + j * bn] for at in range(k))
            vectors[c + i * cm + j * cn] = sum(terms, vectors[d + i * dm + j * dn]) * (1.0 + fault)


def interpreted(source, product=times):
    """A kernel's lines as they stand, without a compiler."""
    functions = {name: getattr(np, name) for name in numba.OURS}
    scope = {"np": np, "math": math, "part": part, "times": product, "widest": lambda: None, **functions}
    exec("def kernel" + source.partition("def kernel")[2], scope)
    call = functools.partial(scope["kernel"])
    call.ready = True
    return call


def in_python(network, product=times):
    """The network with the kernel's gradients, interpreted."""
    made = kernels.gradient_kernel.__wrapped__
    with (
        mock.patch.object(kernels, "alone", lambda source: interpreted(source, product)),
        mock.patch.object(compiled_networks, "gradient_kernel", made),
    ):
        return compiled_network(network)


def data(classes, features=2):
    random = drawn.generator(5)
    y = random.integers(classes, size=TERMS) if classes else random.normal(size=TERMS)
    y[: max(classes, 1)] = np.arange(max(classes, 1))
    return random.normal(size=(TERMS, features)), y


def network(layers=(2, 3, 3, 1), classes=0, **fields):
    return ls.surface("network", layers=layers, dataset=data(classes, layers[0]), **fields)


def difference(mine, own, batch, runs):
    """The largest difference of their gradients, of some examples and of all, beside the largest number in them."""
    random = drawn.generator(batch)
    p, index = random.normal(size=(own.dim, runs)), random.integers(TERMS, size=(batch, runs))
    pairs = [(mine.term_gradient(p, index), own.term_gradient(p, index)), (mine._gradient(p), own._gradient(p))]
    return max(np.max(np.abs(a - b)) / np.max(np.abs(b)) for a, b in pairs)


@pytest.mark.parametrize("name", sorted(set(activations.names()) - NOT_RECORDED))
def test_every_activation_in_every_layer(name):
    """The errors of a few sums in another order: within 1e-13 of the largest number."""
    own = network(activation=name, output="tanh", loss="mse", l2=0.1)
    assert difference(in_python(own), own, 21, 11) < 1e-13


@pytest.mark.parametrize(("batch", "runs"), SIZES)
def test_batches_and_runs_that_are_no_multiple_of_the_lanes(batch, runs):
    own = network(layers=(3, 4, 5, 2), classes=2, by_layer=("tanh", "prelu"), loss="cross_entropy")
    assert difference(in_python(own), own, batch, runs) < 1e-13


@pytest.mark.parametrize("name", losses.names())
def test_every_loss_of_one_output_and_of_more(name):
    coding = losses.build(name).coding
    classes = 0 if coding == "numbers" else 3
    for outputs, labels in [(3, classes)] * bool(classes) + [(1, min(classes, 2))] * (coding != "classes"):
        own = network(layers=(2, 3, outputs), classes=labels, activation="sigmoid", output="prelu", loss=name)
        assert difference(in_python(own), own, 18, 3) < 1e-13


def test_a_planted_error_is_found():
    own = network(activation="tanh")
    assert difference(in_python(own, functools.partial(times, fault=1e-11)), own, 21, 11) > 1e-13


def test_what_is_not_recorded_is_left_to_numpy():
    for name in NOT_RECORDED:
        with pytest.raises(NotTraceable):
            in_python(network(activation=name))


def test_points_that_are_no_batch_of_floats_are_numpys():
    own = network()
    mine, p = in_python(own), drawn.generator(1).normal(size=(own.dim, 2, 3))
    assert np.array_equal(mine._gradient(p), own._gradient(p))
    assert np.array_equal(mine._gradient(p[:, 0, 0]), own._gradient(p[:, 0, 0]))
    assert np.array_equal(mine._gradient(p[:, 0] + 1e-20j), own._gradient(p[:, 0] + 1e-20j))


def test_little_work_and_a_few_runs_of_a_wide_network_are_not_worth_it():
    small, wide = network((2, 16, 16, 1)), network((2, 128, 128, 1))
    batches = ls.noise("minibatch", batch_size=32)
    assert worth_compiling(small, batches, runs=64, steps=1000, rows=2)
    assert not worth_compiling(small, batches, runs=64, steps=500, rows=2)
    assert worth_compiling(wide, batches, runs=64, steps=1000, rows=2)
    assert not worth_compiling(wide, batches, runs=1, steps=100_000, rows=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Kernels are compiled anew: they lie in a folder of these tests."""
    path = tmp_path_factory.mktemp("kernels")
    with mock.patch.dict(os.environ, {"LANDSCAPE_CACHE": str(path)}):
        for each in (machine_code.alone, kernels.gradient_kernel):
            each.cache_clear()
        yield path
    for each in (machine_code.alone, kernels.gradient_kernel):
        each.cache_clear()


ENGINES = ("numba", "numpy")
FIELDS = {"layers": (2, 6, 5, 1), "by_layer": ("tanh", "prelu"), "loss": "logistic", "classes": 2}


@pytest.mark.reference("numba")
def test_a_compiled_gradient_gives_the_numbers_and_ends_of_numpys(folder):
    own = network(**FIELDS)
    mine = compiled_network(own)
    assert all(difference(mine, own, *size) < 1e-13 for size in SIZES)
    rates = np.geomspace(1e-3, 1e9, 19)  # the largest ones diverge
    options = {"start": own.customary_start, "repeats": 19, "noise": ls.noise("minibatch", batch_size=5), "steps": 40}
    made, plain = (ls.simulate(own, ls.optimizer("sgd", lr=rates), engine=each, **options)["sgd"] for each in ENGINES)
    assert (made.engine, plain.engine) == ENGINES
    assert np.array_equal(made.stopped, plain.stopped)
    assert set(made.status) == {"finished", "diverged"}
    assert made.params[:, :, :5] == pytest.approx(plain.params[:, :, :5], rel=1e-9, abs=1e-12)
    assert made.gradient_norm[:, :5] == pytest.approx(plain.gradient_norm[:, :5], rel=1e-9, abs=1e-12)
    some = ls.simulate(own, ls.optimizer("sgd", lr=rates), engine="numba", runs=[7, 2], **options)["sgd"]
    assert np.array_equal(some.params, made.params[:, :, [7, 2]])


@pytest.mark.reference("numba")
def test_runs_are_the_same_in_threads(folder):
    own = network(**FIELDS)
    mine, p = compiled_network(own), drawn.generator(2).normal(size=(own.dim, 100))
    whole = mine._gradient(p)
    with (
        mock.patch.object(compiled_networks, "ALONE", 0.0),
        mock.patch.object(compiled_networks, "processors", return_value=3),
    ):
        assert np.array_equal(mine._gradient(p), whole)


FRESH = """
import sys
import numpy as np
import test_compiled_gradients as tests
from landscape.simulation.compiled_networks import compiled_network

own = tests.network(**tests.FIELDS)
assert tests.difference(compiled_network(own), own, 21, 11) < 1e-13
assert "numba" not in sys.modules
"""


@pytest.mark.reference("numba")
@pytest.mark.skipif(not machine_code.KEPT, reason="machine code is kept on Linux")
def test_the_next_process_loads_the_machine_code_without_numba(folder):
    own = network(**FIELDS)
    compiled_network(own)._gradient(np.zeros((own.dim, 2)))
    paths = os.pathsep.join([*sys.path, str(Path(__file__).parent)])
    environment = {**os.environ, "LANDSCAPE_CACHE": str(folder), "PYTHONPATH": paths}
    subprocess.run([sys.executable, "-c", FRESH], env=environment, check=True)
    (path,) = folder.glob("*.o")
    assert machine_code._loaded(path) is not None
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert machine_code._loaded(path) is None
    again = machine_code.Alone("")
    again.compiled = mock.Mock()
    again.compiled.name = path.name.rpartition("_")[0]
    again()
    assert again.compiled.called
    assert not path.exists()


@pytest.mark.reference("numba")
def test_code_that_calls_others_is_not_kept(folder):
    llvm = """
declare i32 @elsewhere()
define i32 @kernel(ptr %r, ptr %e, i64 %n) { %s = call i32 @elsewhere() ret i32 %s }
"""
    compiled = SimpleNamespace(fndesc=SimpleNamespace(llvm_func_name="kernel"))
    dispatcher = SimpleNamespace(signatures=[0], overloads=[compiled], inspect_llvm=lambda _: llvm)
    with pytest.raises(ValueError, match="calls elsewhere"):
        machine_code.machine_code(dispatcher)
