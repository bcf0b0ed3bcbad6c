"""The browser makes the steps that NumPy makes: every rule and surface that records, and what a simulation may ask.

To the last bit where only + - * / and sqrt occur; elsewhere as near as starts stay that are a rounding apart.
"""

import itertools
import re
from unittest import mock

import catalogue
import drawn
import numpy as np
import pytest
from javascript import Race, run_all, wrong

import landscape as ls
from landscape.core.methods import Optimizer
from landscape.program import javascript as javascript_backend
from landscape.program.javascript import written
from landscape.program.steps import Parts, recorded_step
from landscape.program.trace import NotTraceable, Tape
from landscape.web.kernels import recorded_kernel

STEPS = 20


def surfaces():
    """Every surface of at most eight coordinates that has a gradient."""
    found = {name: catalogue.made(name) for name in ls.surfaces.names()
             if not catalogue.optional(ls.surfaces.REGISTRY.get(name))}  # fmt: skip
    return {name: each for name, each in found.items() if each.dim <= 8 and each.differentiable}


def rules():
    """Every rule whose step on a surface of two coordinates is arithmetic, and whether it allows noise."""
    surface = catalogue.made("rosenbrock")
    noisy = dict(catalogue.rules(surface, ls.noise("gaussian")))
    found = {}
    for name, rule in catalogue.rules(surface):
        try:
            recorded_step(Parts(surface, rule, None, (), 2, STEPS))
        except NotTraceable:
            continue
        found[name] = rule, name in noisy
    return found


def drawn_races():
    """A rule for each surface, all of them by turns in an order that is drawn; every other with noise if allowed."""
    random, found = drawn.generator(25), rules()
    order = itertools.cycle(random.permutation(list(found)).tolist())
    lands = surfaces()
    assert len(lands) >= len(found)
    for number, (surface, made) in enumerate(lands.items()):
        name = next(order)
        rule, noisy = found[name]
        start = made.customary_start + 0.1 * random.normal(size=made.dim)
        noise = ls.noise("gaussian", sigma=0.2) if number % 2 and noisy else None
        yield f"{name} on {surface}", Race(made, rule, start, STEPS, noise, seed=number, run=number % 3)


@pytest.mark.browser
def test_every_rule_and_surface_steps_as_in_numpy(visit, tmp_path):
    with np.errstate(all="ignore"):
        races = dict(drawn_races())
        made = run_all(visit, tmp_path / "races.html", list(races.values()))
        assert not wrong(races, made)


ASKED = {
    "a schedule": Race("himmelblau", "momentum", schedule="cosine", steps=60),
    "schedules of others": Race("himmelblau", "momentum", schedule="linear",
                                schedules={"momentum": ls.schedule("linear", final_factor=0.5)}),
    "a schedule of a rule inside": Race("himmelblau", ls.optimizer("clip", optimizer="momentum"), schedule="linear"),
    "a tolerance": Race("himmelblau", ls.optimizer("sgd", lr=0.01), tolerance=1.0, steps=40),
    "one met at the start": Race("himmelblau", "sgd", (3.0, 2.0), tolerance=1e-9),
    "one met at the end": Race("quadratic", "sgd", tolerance=1.0, steps=17),
    "a run that diverges": Race("rosenbrock", ls.optimizer("sgd", lr=1.0)),
    "a loss that is no number": Race(ls.from_expression("log(x) + y**2 - x"), ls.optimizer("sgd", lr=0.7), (0.01, 1.0)),
    "none at the start": Race(ls.from_expression("log(x) + y**2 - x"), "sgd", (-1.0, 1.0)),
    "mini-batches": Race(ls.surface("finite_sum", surface="himmelblau", terms=5), "adam",
                         noise=ls.noise("minibatch", batch_size=3), run=2),
    "a memory": Race("rosenbrock", "adam", noise=ls.noise("correlated", noise=ls.noise("gaussian", sigma=0.2))),
    "noises of each coordinate": Race("rosenbrock", "adam", noise=ls.noise("gaussian", sigma=[0.1, 2.0]), run=1),
    "uniforms": Race("rosenbrock", "adam", noise="masked"),
    "a schedule of the noise": Race("rosenbrock", "adam",
                                    noise=ls.noise("scheduled", noise="gaussian", schedule="cosine")),
    "a rule that draws": Race("himmelblau", "sgld", run=3),
    "a rule of two gradients": Race("rosenbrock", ls.optimizer("sam", optimizer="momentum"), noise="gaussian"),
    "many dimensions": Race(ls.surface("rastrigin", dim=7), "adam"),
    "a user's formula": Race(ls.from_function(lambda p: (p[0] - 1.0) ** 2 + np.cosh(p[1]), dim=2), "adam"),
    "a large seed": Race("rosenbrock", "sgd", noise="gaussian", seed=2**63 - 1, run=1000),
    "many steps": Race("himmelblau", "adam", noise="gaussian", steps=2000),
}  # fmt: skip


@pytest.mark.browser
def test_what_a_simulation_may_ask_is_done_as_in_numpy(visit, tmp_path):
    with np.errstate(all="ignore"):
        assert not wrong(ASKED, run_all(visit, tmp_path / "races.html", list(ASKED.values())))


def planted(source):
    """The loss and its gradient with their last constant a billionth larger; a kernel as it is."""
    if source.startswith("{"):
        return source
    at = list(re.finditer(r"\((\d+\.\d+)\)", source))[-1]
    return source[: at.start()] + f"({float(at[1]) * (1.0 + 1e-9)!r})" + source[at.end() :]


@pytest.mark.browser
def test_a_constant_that_is_a_billionth_off_is_found(visit, tmp_path):
    races = {name: Race(name, "sgd", noise="gaussian") for name in ("rosenbrock", "himmelblau", "rastrigin")}
    made = run_all(visit, tmp_path / "races.html", list(races.values()), planted)
    assert wrong(races, made).keys() == races.keys()


@pytest.mark.browser
def test_a_draw_of_another_run_is_found(visit, tmp_path):
    race = Race("rosenbrock", "sgd", noise="gaussian")
    [made] = run_all(visit, tmp_path / "races.html", [Race("rosenbrock", "sgd", noise="gaussian", run=1)])
    assert wrong({"other": race}, [made])


def test_hyper_parameters_are_inputs_but_where_a_rule_decides_by_one():
    adam = recorded_kernel(ls.surface("rosenbrock"), ls.optimizer("adam"), ls.noise("gaussian", sigma=0.5))
    named = {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.0}
    assert dict(adam.inputs) == {**{(name,): value for name, value in named.items()}, ("noise", "sigma"): 0.5}
    clipped = recorded_kernel(ls.surface("rosenbrock"), ls.optimizer("clip", optimizer="momentum"))
    assert ("optimizer", "lr") in clipped.inputs
    decides = recorded_kernel(ls.surface("rosenbrock"), ls.optimizer("lookahead", optimizer="momentum"))
    assert ("alpha",) not in decides.inputs


def test_what_is_no_arithmetic_is_refused():
    for rule in ("bfgs", "armijo_gd"):
        with pytest.raises(NotTraceable):
            recorded_kernel(ls.surface("rosenbrock"), ls.optimizer(rule))


class Counting(Optimizer):
    """A rule of a user that does something else at each call: a recording of one call would be wrong."""

    lr: float = 0.01
    calls = 0

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        type(self).calls += 1
        return params - lr * gradient / type(self).calls, ()


def test_code_that_records_otherwise_at_the_second_time_is_refused():
    with pytest.raises(NotTraceable, match="two recordings differ"):
        recorded_kernel(ls.surface("rosenbrock"), Counting())


def test_a_formula_that_is_too_long_for_a_page_is_refused():
    few = mock.patch.object(javascript_backend, "MOST_OPERATIONS", 10)
    with few, pytest.raises(NotTraceable, match="operations are too many for a page"):
        recorded_kernel(ls.surface("rosenbrock"), ls.optimizer("adam"))


def test_numbers_that_are_not_finite_are_written_as_javascript_has_them():
    tape = Tape()
    (x,) = tape.inputs("x")
    text = written(tape.program([np.inf, -np.inf, np.nan, x]))
    assert [line.strip() for line in text.splitlines()[2:5]] == ["o[0]=Infinity;", "o[1]=-Infinity;", "o[2]=NaN;"]
