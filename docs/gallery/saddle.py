"""What happens at a saddle? The landscape and the loss side by side, in the dark theme for a projector."""

import landscape as ls

record = ls.simulate(
    "hyperbolic_saddle",
    [ls.optimizer("sgd", lr=0.02), ls.optimizer("momentum", lr=0.02), ls.optimizer("adam", lr=0.05)],
    start=(1.5, 1e-3),
    steps=200,
    title="Momentum leaves the saddle, plain descent waits",
)
figure = ls.draw(record, "race", theme="dark")
