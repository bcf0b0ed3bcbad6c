"""What happens at a saddle? The landscape and the loss side by side, in the dark theme for a projector."""

import dataclasses

import landscape as ls
from landscape.render import Race

record = ls.simulate(
    "hyperbolic_saddle",
    [ls.optimizer("sgd", lr=0.02), ls.optimizer("momentum", lr=0.02), ls.optimizer("adam", lr=0.05)],
    start=(1.5, 1e-3),
    steps=200,
)
record = dataclasses.replace(record, title="Momentum leaves the saddle, plain descent waits")
figure = ls.draw(record, Race(theme="dark"))
