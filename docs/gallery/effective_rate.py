"""Why does AdaGrad stall? How far a step goes for each unit of gradient: it never forgets the steep wall."""

import landscape as ls

record = ls.simulate(
    "rosenbrock",
    [ls.optimizer(name, lr=0.02) for name in ("adagrad", "rmsprop", "adam")],
    start=(-1.5, -0.5),
    steps=2000,
    title="AdaGrad's steps shrink for good, RMSprop's and Adam's recover",
)
figure = ls.draw(record, "convergence", quantity="effective_rate")
