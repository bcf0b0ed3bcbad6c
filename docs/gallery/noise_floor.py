"""How low does a constant rate get with noisy gradients? Forty repeats, their quartiles, and the known floors."""

import landscape as ls

record = ls.simulate(
    "quadratic",
    [ls.entrant(ls.optimizer("sgd", lr=lr), label=f"rate {lr:g}") for lr in (0.1, 0.02)],
    start=(1.5, 1.0),
    steps=300,
    repeats=40,
    noise=ls.noise("gaussian", sigma=0.3),
    title="A constant rate falls to its noise floor, and no further",
)
figure = ls.draw(record, "convergence", quantity="gap")
