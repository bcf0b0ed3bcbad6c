"""Is the best rule of one landscape the best of another? Six rules on four of them, each at rates that suit it."""

import dataclasses

import landscape as ls

RATES = {
    "rosenbrock": {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adagrad": 0.5, "rmsprop": 0.02, "adam": 0.1},
    "himmelblau": {"sgd": 0.01, "momentum": 0.01, "nesterov": 0.01, "adagrad": 1.0, "rmsprop": 0.02, "adam": 0.1},
    "hyperbolic_saddle": {
        "sgd": 0.05,
        "momentum": 0.02,
        "nesterov": 0.02,
        "adagrad": 0.1,
        "rmsprop": 0.01,
        "adam": 0.02,
    },
    "rastrigin": {"sgd": 2e-3, "momentum": 2e-3, "nesterov": 2e-3, "adagrad": 1.0, "rmsprop": 0.02, "adam": 0.3},
}
STARTS = {
    "rosenbrock": (-1.5, 2.0),
    "himmelblau": (-0.5, -1.0),
    "hyperbolic_saddle": (1.5, 1e-3),
    "rastrigin": (2.2, -1.7),
}

records = [
    ls.simulate(name, [ls.optimizer(rule, lr=lr) for rule, lr in rates.items()], start=STARTS[name], steps=200)
    for name, rates in RATES.items()
]
title = "No rule is the best on every landscape"
figure = ls.draw([dataclasses.replace(record, title=title) for record in records], view="multiples")
