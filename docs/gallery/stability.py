"""Which learning rates and momentums converge, and how fast? Theory draws the dashed limit, the runs agree."""

import numpy as np

import landscape as ls

bowl = ls.surface("quadratic", condition=20.0)
across = {"lr": np.geomspace(0.004, 0.3, 110), "momentum": np.linspace(0.0, 0.99, 100)}
entrants = [ls.entrant("momentum", label="Heavy ball"), ls.entrant("nesterov", label="Nesterov")]
record = ls.stability_map(
    bowl,
    entrants,
    across=across,
    steps=300,
    title="Momentum widens the stable rates, and is fastest where it barely overshoots",
)
figure = ls.draw(record, "stability")
