"""When is a rate too large? The largest eigenvalue of the Hessian against its limit, 2/η for plain descent."""

import landscape as ls

record = ls.simulate(
    "rosenbrock",
    [ls.entrant(ls.optimizer("sgd", lr=lr), label=f"rate {lr:g}") for lr in (0.002, 0.001)],
    start=(-1.2, 1.4),
    steps=200,
    title="Beyond its stability limit a rate does not settle: it is thrown onto flatter ground",
)
figure = ls.draw(record, "spectrum", quantity="sharpness")
