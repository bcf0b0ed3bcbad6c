"""Does a run fall as fast as theory says? On a quadratic the worst mode sets the contraction of each step."""

import landscape as ls

best = {"sgd": {"lr": 2 / 11}, "momentum": {"lr": 0.23, "momentum": 0.27}}
record = ls.simulate(
    "quadratic",
    [ls.optimizer(name, **fields) for name, fields in best.items()],
    start=(1.5, 1.0),
    steps=60,
    title="On a quadratic, both rules keep the rate that theory promises",
)
figure = ls.draw(record, "convergence", quantity="distance")
