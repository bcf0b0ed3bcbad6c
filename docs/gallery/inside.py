"""Why does the ball overshoot? The gradient, what the rule kept from before, and the step that came of both."""

import landscape as ls

record = ls.simulate(
    "quadratic",
    [ls.optimizer("momentum", lr=0.05)],
    start=(1.5, 1.0),
    steps=60,
    title="A heavy ball goes where it went before, the gradient only bends its way",
)
figure = ls.draw(record, "inside", places=5)
