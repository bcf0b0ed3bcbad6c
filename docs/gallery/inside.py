"""Why does the ball overshoot? The gradient, what the rule kept from before, and the step that came of both."""

import dataclasses

import landscape as ls
from landscape.render import Inside

record = ls.simulate(
    "quadratic",
    [ls.optimizer("momentum", lr=0.05)],
    start=(1.5, 1.0),
    steps=60,
)
record = dataclasses.replace(record, title="A heavy ball goes where it went before, the gradient only bends its way")
figure = ls.draw(record, Inside(places=5))
