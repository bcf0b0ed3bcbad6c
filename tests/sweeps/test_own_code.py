"""A folder of a sweep keeps results of one piece of code: what other code would give is never taken from there."""

import types

import numpy as np
import pytest

import landscape as ls
from landscape.core.fingerprint import fingerprint

OVER = {"over": {"lr": [1e-3, 1e-4]}, "steps": 5, "progress": False}


def rule(factor, late=None):
    """A rule of one's own, whose lines are the same for every factor; `late` is a value of its module."""
    scope = {"ls": ls, "late": late}
    exec(
        "class Mine(ls.Optimizer):\n    lr: float = 0.1\n    def init(self, params):\n        return ()\n"
        "    def apply(self, params, gradient, state, lr):\n"
        f"        return params - {factor} * lr * gradient * (late or 1), state\n",
        scope,
    )
    return scope["Mine"](lr=0.01)


def halved(k):
    return lambda step, steps: k


helper = types.ModuleType("helper")
helper.K = 1.0


def by_helper(step, steps):
    return helper.K


def bowl(k):
    return lambda p: k * (p[0] ** 2 + 2.0 * p[1] ** 2)


def schedules(k):
    helper.K = k
    return {"schedule": by_helper, "optimizers": "sgd"}


CHANGES = {
    "a surface": (lambda k: {"surface": ls.from_function(bowl(k), dim=2), "optimizers": "sgd"}),
    "a schedule": (lambda k: {"schedule": halved(k), "optimizers": "sgd"}),
    "a schedule of an entrant": (lambda k: {"optimizers": ls.entrant("sgd", schedule=halved(k))}),
    "a schedule of another field": (
        lambda k: {"optimizers": ls.entrant("momentum", schedules={"momentum": halved(k)})}
    ),
    "a rule": (lambda k: {"optimizers": rule(k)}),
    "a rule in a wrapper": (lambda k: {"optimizers": ls.optimizer("sam", optimizer=rule(k))}),
    "a value that a rule sees": (lambda k: {"optimizers": rule(1.0, late=k)}),
    "a value of another module": schedules,
}


@pytest.mark.filterwarnings("ignore::landscape.UserCodeWarning")
@pytest.mark.parametrize("change", CHANGES)
def test_a_folder_is_refused_where_the_code_is_another(change, tmp_path):
    def make(k):
        return {"surface": "rosenbrock"} | CHANGES[change](k) | OVER

    first = ls.sweep(path=tmp_path / "j", **make(1.0))
    again = ls.sweep(path=tmp_path / "j", **make(1.0))
    assert np.array_equal(first["loss"], again["loss"])
    other = make(0.5)
    with pytest.raises(ls.SweepError):
        ls.sweep(path=tmp_path / "j", **other)
    assert not np.array_equal(ls.sweep(**other)["loss"], first["loss"])


def test_the_library_s_own_code_has_no_fingerprint():
    assert fingerprint(ls.optimizer("sam", optimizer="adam")) == ""
    assert fingerprint(ls.surface("rosenbrock")) == ""


def test_no_measure_takes_the_name_of_another_column():
    for column in ("lr", "cell", "seed", "surface", "status", ""):
        with pytest.raises(ValueError, match="measures: "):
            ls.sweep("rosenbrock", "sgd", measures={column: "loss"}, **OVER)
