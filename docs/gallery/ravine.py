"""Who gets down the valley first? Six rules on Rosenbrock's ravine, 300 steps from its left wall."""

import landscape as ls

rates = {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adagrad": 0.5, "rmsprop": 0.01, "adam": 0.05}
record = ls.simulate(
    "rosenbrock",
    [ls.optimizer(name, lr=lr) for name, lr in rates.items()],
    start=(-1.5, 2.0),
    steps=300,
    title="Momentum runs down the valley, plain descent stays where it began",
)
figure = ls.draw(record, "contour")
