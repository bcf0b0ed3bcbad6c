"""Write records of a version of this library, to be read by later ones: python tests/records/make.py FOLDER

`0.1.0/` was written by 0.1.0, whose streams of random numbers were of version 1. A record that is there is never
written again: what `tests/test_old_records.py` holds them to is that they are still what they were.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import landscape as ls
from landscape.scenario.model import Scenario

SCENARIO = """
title = "A record of a scenario"
seed = 5
steps = 30
repeats = 3
surface = { name = "finite_sum", surface = { name = "quadratic", condition = 5.0 }, terms = 12, spread = 0.5, seed = 2 }
noise = { name = "minibatch", batch_size = 4 }
start = { name = "random_ball", count = 2, radius = 0.5 }

[[optimizers]]
name = "sgd"
lr = 0.1
schedule = "cosine"

[[optimizers]]
name = "momentum"
lr = 0.05
"""

# The start components of those whose starts were drawn.
STARTS: dict[str, Any] = {
    "race": ("random_ball", {"count": 3, "radius": 0.5}),
    "quiet_race": ("random_ball", {"count": 2}),
    "network": ("xavier", {"count": 3}),
    "regression": ("he", {"count": 3}),
    "orthogonal": ("orthogonal", {"count": 2}),
    "gaussian_landscape": ("random_box", {"count": 4}),
}


def simulated(name: str) -> ls.Record:
    """The record of that name as this version makes it."""
    start = ls.start(STARTS[name][0], **STARTS[name][1]) if name in STARTS else None
    if name == "race":
        noise = ls.noise("gaussian", sigma=0.3)
        rules = ["sgd", ls.entrant(ls.optimizer("adam", lr=0.05), schedule="step", label="Adam, Übung")]
        return ls.simulate(
            ls.surface("rosenbrock", b=10.0), rules, start=start, steps=40, repeats=2, seed=7, noise=noise
        )
    if name == "quiet_race":  # what `landscape.inside` can replay
        return ls.simulate("rosenbrock", [ls.optimizer("sgd", lr=0.001), "adam"], start=start, steps=40)
    if name == "network":
        moons = ls.networks.data.build("moons", count=40, noise=0.2, seed=3)
        net = ls.surface("network", layers=(2, 4, 1), dataset=moons, test=0.25, split_seed=4)
        noise = ls.noise("minibatch", batch_size=8)
        return ls.simulate(net, ["sgd", "adam"], start=start, steps=25, seed=1, noise=noise)
    if name == "regression":
        data = ls.networks.data.build("linear_regression", count=20, features=3, seed=2)
        net = ls.surface("network", layers=(3, 3, 1), dataset=data)
        return ls.simulate(
            net, "sgd", start=start, steps=20, seed=3, noise=ls.noise("reshuffled_minibatch", batch_size=5)
        )
    if name == "orthogonal":
        data = ls.networks.data.build("blobs", count=30, features=4, classes=2, seed=5)
        net = ls.surface("network", layers=(4, 4, 1), dataset=data)
        return ls.simulate(net, "momentum", start=start, steps=20, seed=2)
    if name == "gaussian_landscape":
        land = ls.surface("gaussian_landscape", dim=4, features=16, seed=6)
        return ls.simulate(land, ["sgd", "perturbed_gd"], start=start, steps=30, seed=4)
    if name == "rules":
        rules = [ls.optimizer(each) for each in ("random_search", "solis_wets", "simulated_annealing", "sgld")]
        return ls.simulate("styblinski_tang", rules, start=(0.5, -0.5), steps=40, repeats=2, seed=9)
    if name == "function":
        wells = ls.from_function("landscape.surfaces.function:wells", dim=2, window=(-2.0, 2.0))
        return ls.simulate(wells, ["sgd", "adam"], start=(0.3, 1.2), steps=30, repeats=2, seed=1, noise="student_t")
    return Scenario.from_text(SCENARIO).simulate()


NAMES = (*STARTS, "rules", "function", "scenario")

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    for each in NAMES:
        simulated(each).save(folder / f"{each}.npz")
