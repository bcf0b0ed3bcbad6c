"""torch's rules that act on each coordinate alone step many runs in one tensor, and never any others."""

import importlib

import numpy as np
import pytest

import landscape as ls
from landscape.core.batches import UserCodeWarning

bridges = ls.bridges
# beside their defaults
FIELDS = {
    "Adam": ({"amsgrad": True, "weight_decay": 0.1}, {"foreach": True}),
    "SGD": ({"momentum": 0.9, "nesterov": True}, {"momentum": 0.9, "maximize": True, "foreach": True}),
    "RMSprop": ({"centered": True, "momentum": 0.9},),
    "Rprop": ({"foreach": True},),
}
# Rules that look at the whole parameter, by their sources: Adafactor's step is relative to its root mean square.
COUPLED = {"Adafactor"}


@pytest.fixture
def together(torch):
    return importlib.import_module("landscape.optimizers.external._torch_together")


def of_torch(torch):
    """(name, class, fields) of every rule of torch.optim that takes a vector, with several of its arguments."""
    for name, cls in vars(torch.optim).items():
        if isinstance(cls, type) and name not in ("Optimizer", "LBFGS", "SparseAdam", "Muon"):
            for fields in ({}, *FIELDS.get(name, ())):
                yield name, cls, fields


def alone_and_beside(rule, steps=12, runs=5, look=None, **more):
    """The paths of some runs alone, and among others: they must be the same to the last bit."""
    start = np.random.default_rng(5).normal(size=(3, runs))
    batch = {"start": start, "steps": steps, "seed": 3, **more}
    surface = ls.surface("rosenbrock", dim=3)
    many = ls.simulate(surface, rule, **batch).tracks[0].params
    for run in look or range(runs):
        alone = ls.simulate(surface, rule, **batch, runs=[run]).tracks[0].params
        assert np.array_equal(alone[:, :, 0], many[:, :, run], equal_nan=True), run


def test_every_rule_of_torch_gives_a_run_the_same_bits_in_one_tensor_as_alone(torch, together):
    seen = set()
    for name, cls, fields in of_torch(torch):
        rule = bridges.torch_optimizer(cls, lr=3e-3, **fields)
        assert together.together(rule) == (name not in COUPLED), (name, fields)
        if not fields:  # the trial has compared all of them
            alone_and_beside(rule, steps=4, look=(1,))
        seen.add(name)
    assert {"Adam", "AdamW", "SGD", "RMSprop", "Adagrad", "Rprop", "ASGD", "NAdam"} | COUPLED <= seen


def test_runs_of_several_rates_share_tensors_and_follow_schedules_that_read_their_loss(torch, together):
    rates = np.repeat([0.003, 0.02, 0.1], 4)[np.random.default_rng(1).permutation(12)]
    rule = bridges.torch_optimizer("ASGD", lr=rates, t0=3.0)
    assert together.begun(rule, np.ones((3, 12)), rates.tolist()) is not None
    alone_and_beside(rule, steps=40, runs=12, look=(0, 3, 7))
    falling = ls.schedule("reduce_on_plateau", patience=2, factor=0.5)
    alone_and_beside(bridges.torch_optimizer("Adam", lr=rates), 40, 12, (0, 3, 7), schedule=falling, noise="gaussian")
    assert together.begun(bridges.torch_optimizer("Adam", lr=np.arange(9.0)), np.ones((3, 9)), list(range(9))) is None


def rules(torch):
    """Rules that act on each coordinate alone for a time, and on all of them later."""

    class Late(torch.optim.Optimizer):
        def __init__(self, params, lr=0.01, after=20):
            torch.optim.Optimizer.__init__(self, params, {"lr": lr, "after": after})

        @torch.no_grad()
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    state["m"] = state.get("m", torch.zeros_like(p)).mul(0.5).add(p.grad)
                    state["step"] = state.get("step", 0) + 1
                    late = self.late(p, state["m"]) if state["step"] > group["after"] else state["m"]
                    p.sub_(late, alpha=group["lr"])

    def rule(late):
        return type("Rule", (Late,), {"late": lambda self, p, m: late(p, m)})

    return {
        "norm": rule(lambda p, m: m / (1.0 + torch.linalg.vector_norm(m))),
        "clip": rule(lambda p, m: m * min(1.0, 1.0 / float(m.norm()))),
        "sum": rule(lambda p, m: m - m.mean()),
        "branch": rule(lambda p, m: m if bool((m > 0).all()) else m.sign()),
        "sort": rule(lambda p, m: m.sort().values),
        "neighbour": rule(lambda p, m: m - 0.1 * m.roll(1)),
        "number": rule(lambda p, m: m / p.numel()),
        "shape": rule(lambda p, m: m / p.shape[0]),
        "numpy": rule(lambda p, m: m / float(np.linalg.norm(m.numpy()))),
        "list": rule(lambda p, m: m / max(map(abs, m.tolist()))),
        "one of it": rule(lambda p, m: m + m[0]),
        "matrix": rule(lambda p, m: torch.outer(m, m) @ p),
        "largest": rule(lambda p, m: m / m.abs().max()),
    }


@pytest.mark.parametrize("after", [0, 20])
def test_a_rule_that_looks_at_the_whole_parameter_is_never_batched(after, torch, together):
    for kind, cls in rules(torch).items():
        rule = bridges.torch_optimizer(cls, lr=1e-3, after=after)
        assert together.together(rule) == (after > 0), kind
        alone_and_beside(rule, steps=23, runs=4, look=(2,))
        assert not together.together(rule), kind


def test_a_rule_that_the_watch_overlooks_is_found_by_a_run_alone_and_run_again(torch, together, monkeypatch):
    monkeypatch.setattr(together, "ELEMENTWISE", together.ELEMENTWISE | {"roll"})
    rule = bridges.torch_optimizer(rules(torch)["neighbour"], lr=1e-4, after=20)
    with pytest.warns(UserCodeWarning, match="takes another step for a run beside others than for it alone"):
        alone_and_beside(rule, steps=70, runs=4)
