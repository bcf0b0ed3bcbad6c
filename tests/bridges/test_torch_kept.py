"""A class of torch that keeps anything but its parameter's state and its group is refused, and no other is."""

import collections
import itertools
import random

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import FieldError

bridges = ls.bridges


def rule(torch, begin, factor, takes_closure=False):
    """A class whose step is factor(optimizer, parameter, number of the step) times that of gradient descent."""

    class Rule(torch.optim.Optimizer):
        def __init__(self, params, lr=0.003):
            torch.optim.Optimizer.__init__(self, params, {"lr": lr})
            begin(self)

        @torch.no_grad()
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    state["n"] = state.get("n", 0) + 1
                    p.add_(p.grad, alpha=-group["lr"] * float(factor(self, p, state["n"])))

    class Closed(Rule):
        def step(self, closure):
            closure()
            Rule.step(self)

    return Closed if takes_closure else Rule


def put(**made):
    """A function that gives an optimizer attributes: name = function of it."""

    def begin(optimizer):
        for name, make in made.items():
            setattr(optimizer, name, make(optimizer))

    return begin


def add(optimizer, name, value=1):
    setattr(optimizer, name, getattr(optimizer, name, 0) + value)
    return 1.0


def decaying():
    rate = 1.0
    while True:
        rate *= 0.9
        yield rate


def own(torch):
    """(what is kept, how it begins, what it does in a step, the attribute named)."""
    sgd, adam, group = torch.optim.SGD, torch.optim.Adam, lambda o: o.param_groups[0]["params"]
    zeros = put(kept=lambda o: [torch.zeros_like(p) for p in group(o)])
    yield "count", put(kept=lambda o: 0), lambda o, p, n: add(o, "kept"), "kept"
    yield "count at first", put(), lambda o, p, n: add(o, "kept"), "kept"
    yield "buffer", zeros, lambda o, p, n: o.kept[0].mul_(0.9).add_(p.grad).sum() * 0.01, "kept"
    yield "iterator", put(kept=lambda o: itertools.count()), lambda o, p, n: 1 / (1 + next(o.kept)), "kept"
    yield "generator", put(kept=lambda o: decaying()), lambda o, p, n: next(o.kept), "kept"
    yield "deque", put(kept=lambda o: collections.deque()), lambda o, p, n: o.kept.append(n) or 1.0, "kept"
    yield "inner", put(kept=lambda o: adam(group(o))), lambda o, p, n: o.kept.step() or 0.0, "kept"
    yield "momentum", put(kept=lambda o: sgd(o.param_groups, momentum=0.9)), lambda o, p, n: o.kept.step() or 0, "kept"
    yield "defaults", put(), lambda o, p, n: o.defaults.__setitem__("k", n) or 1.0, "defaults"
    yield "state of none", put(), lambda o, p, n: o.state.__setitem__("k", n) or 1.0, "state"
    yield "on the parameter", put(), lambda o, p, n: add(p, "kept"), "p.kept"
    yield "on the class", put(), lambda o, p, n: add(type(o), "kept"), "kept"
    yield "start", put(kept=lambda o: [p.detach().clone() for p in group(o)]), lambda o, p, n: o.kept[0].sum(), "kept"
    yield "rate", put(kept=lambda o: o.defaults["lr"]), lambda o, p, n: o.kept, "kept"
    numbers = put(kept=lambda o: np.random.default_rng(1))
    yield "NumPy's generator", numbers, lambda o, p, n: o.kept.random(), "kept"
    numbers = put(kept=lambda o: torch.Generator().manual_seed(1))
    yield "torch's generator", numbers, lambda o, p, n: torch.rand(1, generator=o.kept), "kept"


def drawn(torch):
    yield "torch", lambda o, p, n: torch.rand(1)
    yield "NumPy", lambda o, p, n: np.random.rand()  # noqa: NPY002
    yield "Python", lambda o, p, n: random.random()


@pytest.mark.parametrize("takes_closure", [False, True])
def test_what_a_class_keeps_on_itself_or_draws_is_refused_when_it_is_made(torch, takes_closure):
    for kind, begin, factor, name in own(torch):
        with pytest.raises(FieldError, match="optimizer cannot be carried out: ") as raised:
            bridges.torch_optimizer(rule(torch, begin, factor, takes_closure))
        assert f'"{name}' in str(raised.value), kind
        assert "self.state[p]" in str(raised.value), kind
    for kind, factor in drawn(torch):
        with pytest.raises(FieldError) as raised:
            bridges.torch_optimizer(rule(torch, put(), factor, takes_closure))
        assert "draws random numbers of its own" in str(raised.value), kind


@pytest.mark.parametrize("runs", [1, 3])
def test_what_it_keeps_from_a_later_step_on_is_refused_at_that_step(torch, runs):
    start = np.random.default_rng(0).uniform(-2.0, 2.0, (2, runs))
    for does, words in [
        (lambda o, p, n: add(o, "kept") if n > 14 else 1.0, 'Rule keeps "kept" on itself'),
        (lambda o, p, n: torch.rand(1) if n > 14 else 1.0, "Rule draws random numbers"),
    ]:
        entrant = bridges.torch_optimizer(rule(torch, put(), does))
        ls.simulate("himmelblau", entrant, start=start, steps=14)
        with pytest.raises(ValueError, match=words):
            ls.simulate("himmelblau", entrant, start=start, steps=15)


@pytest.mark.parametrize("runs", [1, 3])
def test_what_changes_nothing_of_itself_runs_as_torch_runs_it(torch, runs):
    start, surface = np.random.default_rng(0).uniform(-2.0, 2.0, (2, runs)), ls.surface("himmelblau")
    group = lambda o: o.param_groups[0]["params"]  # noqa: E731
    for begin, factor in [
        (put(), lambda o, p, n: min(1.0, n / 9)),
        (put(params=group, told=lambda o: {"a": [1, {2.0}]}), lambda o, p, n: o.told["a"][0]),
        (put(inner=lambda o: torch.optim.SGD(o.param_groups)), lambda o, p, n: o.inner.step() or 0.0),
    ]:
        cls = rule(torch, begin, factor)
        found = ls.simulate(surface, bridges.torch_optimizer(cls), start=start, steps=20).tracks[0].params[-1]
        for run in range(runs):
            p = torch.nn.Parameter(torch.tensor(start[:, run]))
            optimizer = cls([p])
            for _ in range(20):
                p.grad = torch.tensor(surface.gradient(p.detach().numpy()))
                optimizer.step()
            assert np.array_equal(found[:, run], p.detach().numpy())
