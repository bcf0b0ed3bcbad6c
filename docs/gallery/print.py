"""Will it survive the photocopier? The theme for print: greys alone, runs told apart by their lines and markers."""

import landscape as ls

rates = {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adam": 0.05}
record = ls.simulate(
    "rosenbrock",
    [ls.optimizer(name, lr=lr) for name, lr in rates.items()],
    start=(-1.5, 2.0),
    steps=300,
    title="The same race in greys",
)
figure = ls.draw(record, "contour", theme="print")
