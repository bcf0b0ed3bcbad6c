"""The compiled engine gives what the others give: every rule and surface that records, and what a simulation may ask.

Recordings are held without a compiler, operation by operation (`engines.py`); the compiler by a few kernels.
"""

import dataclasses
from unittest import mock

import catalogue
import drawn
import engines
import numpy as np
import pytest
from simulation_asked import ASKED, differences

import landscape as ls
from landscape.core import extras
from landscape.core.methods import Optimizer
from landscape.program.steps import Parts, recorded_step
from landscape.program.trace import NotTraceable
from landscape.simulation import numba_engine

STEPS, RUNS = 12, 3


def recordable():
    """Every surface of at most eight coordinates that has a gradient."""
    surfaces = {
        name: catalogue.made(name)
        for name in ls.surfaces.names()
        if not catalogue.optional(ls.surfaces.REGISTRY.get(name))
    }
    return {name: each for name, each in surfaces.items() if each.dim <= 8 and each.differentiable}


def records(surface, rule, noise=None):
    try:
        recorded_step(Parts(surface, rule, noise, (), RUNS, STEPS))
    except NotTraceable:
        return False
    return True


def starts(surface, *key):
    return surface.customary_start[:, None] + 0.1 * drawn.generator(*key).normal(size=(surface.dim, RUNS))


SURFACES = recordable()
RULES = dict(catalogue.rules(catalogue.made("rosenbrock")))


def test_surfaces_and_first_order_rules_are_recorded():
    sgd, rosenbrock = catalogue.usual("sgd"), catalogue.made("rosenbrock")
    assert not [name for name, surface in SURFACES.items() if not records(surface, sgd)]
    assert not [name for name, rule in RULES.items() if isinstance(rule, Optimizer) and not records(rosenbrock, rule)]


def test_what_asks_for_more_than_arithmetic_is_not():
    assert not records(catalogue.made("rosenbrock"), catalogue.usual("bfgs"))


def test_a_recorded_step_is_the_step_of_every_rule_and_surface():
    """To the last bit: a surface drawn for each rule and a rule for each surface, every other with noise."""
    random = drawn.generator(5)
    rules = {name: rule for name, rule in RULES.items() if records(catalogue.made("rosenbrock"), rule)}
    pairs = [(str(random.choice(list(SURFACES))), rule) for rule in rules]
    pairs += [(surface, str(random.choice(list(rules)))) for surface in SURFACES]
    wrong = []
    for number, (surface, rule) in enumerate(pairs):
        made, noise = SURFACES[surface], "gaussian" if number % 2 else None
        with engines.interpreted(), np.errstate(all="ignore"):
            options = {"start": starts(made, 6, number), "steps": STEPS, "noise": noise, "repeats": 2}
            found = differences(made, rules[rule], **options)
        if found:
            wrong.append(f"{rule} on {surface}, noise {noise}: {found}")
    assert not wrong, "\n".join(wrong)


def planted(step):
    """The step with its first constant a billionth larger."""
    nodes = list(step.program.nodes)
    at = next(i for i, node in step.program.operations() if any(node.constant) and node.name != "drawn")
    changed = [a * (1.0 + 1e-9) if c else a for a, c in zip(nodes[at].args, nodes[at].constant, strict=True)]
    nodes[at] = dataclasses.replace(nodes[at], args=tuple(changed))
    return dataclasses.replace(step, program=dataclasses.replace(step.program, nodes=tuple(nodes)))


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau", "rastrigin"])
def test_a_constant_that_is_a_billionth_off_is_found(name):
    wrong = mock.patch.object(numba_engine, "recorded_step", lambda parts: planted(recorded_step(parts)))
    with engines.interpreted(), wrong:
        assert differences(name, "sgd", steps=STEPS)


@pytest.mark.parametrize("asked", ASKED)
def test_a_recorded_step_does_what_a_simulation_asks(asked):
    options = {"steps": 20, **ASKED[asked]}
    with engines.interpreted():
        assert not differences(options.pop("surface"), options.pop("rule"), **options)


class Switching(Optimizer):
    """A rule of a user that takes another branch late: a recording of its first steps would be wrong."""

    lr: float = 0.01

    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (count,) = state
        return params - (lr if count < 30 else 0.1 * lr) * gradient, (count + 1,)


class Textbook(Optimizer):
    """Adam as the paper writes it, with powers of the decay rates."""

    lr: float = 0.01

    def init(self, params):
        return np.zeros_like(params), np.zeros_like(params), 0

    def apply(self, params, gradient, state, lr):
        m, v, t = state
        m, v, t = 0.9 * m + 0.1 * gradient, 0.99 * v + 0.01 * gradient * gradient, t + 1
        return params - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8), (m, v, t)


def test_a_rule_of_a_user_with_powers_of_numbers_is_recorded():
    with engines.interpreted():
        assert not differences("rosenbrock", Textbook(), steps=40, start=starts(ls.surface("rosenbrock"), 8))


class Typed(Optimizer):
    """A rule of a user that looks at its counter in a way in which no recording can take part."""

    lr: float = 0.01

    def init(self, params):
        return (0,)

    def apply(self, params, gradient, state, lr):
        (count,) = state
        late = isinstance(count, int) and count > 150
        return params - (0.1 * lr if late else lr) * gradient, (count + 1,)


@pytest.mark.parametrize("runs", [1, 3, 30])
def test_a_rule_that_looks_at_types_runs_as_it_is_written(runs):
    """Later than what is confirmed; by an own loop."""
    p = starts(catalogue.made("quadratic"), 9)[:, np.arange(runs) % RUNS]
    with engines.interpreted():
        tracks = [
            ls.simulate("quadratic", Typed(), start=p, steps=200, engine=engine).tracks[0]
            for engine in ("numba", "numpy")
        ]
    for step in range(200):
        p = p - (0.001 if step > 150 else 0.01) * catalogue.made("quadratic").gradient(p)
    for track in tracks:
        assert track.engine == "numpy"
        assert np.allclose(track.params[-1], p, rtol=1e-12)


def test_what_is_not_recorded_falls_back_without_a_word():
    with engines.interpreted():
        for rule in ("bfgs", Switching()):
            track = ls.simulate("rosenbrock", rule, steps=40, engine="numba").tracks[0]
            assert track.engine == "numpy"
            assert track == ls.simulate("rosenbrock", rule, steps=40, engine="numpy").tracks[0]


def test_engines_are_named():
    with pytest.raises(ValueError, match='engine must be "numpy", "numba" or None, got \'torch\''):
        ls.simulate("rosenbrock", "sgd", steps=1, engine="torch")


def test_an_engine_that_is_not_installed_is_said():
    missing = mock.patch.object(extras, "installed", return_value=False)
    with missing, pytest.raises(ImportError, match='engine="numba" needs numba, which is not installed: '):
        ls.simulate("rosenbrock", "sgd", steps=1, engine="numba")


def test_a_record_says_which_engine_ran(tmp_path):
    with engines.interpreted():
        record = ls.simulate("rosenbrock", ["adam", "bfgs"], steps=3, engine="numba")
    record.save(tmp_path / "record.npz")
    assert [track.engine for track in ls.load(tmp_path / "record.npz")] == ["numba", "numpy"]
