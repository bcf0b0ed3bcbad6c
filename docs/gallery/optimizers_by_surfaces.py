"""Is the best rule of one landscape the best of another? Each has the best of ten rates for it, from 0.001 to 1."""

import landscape as ls

RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
JOBS = {
    "rosenbrock": ((-1.5, 2.0), (0.002, 0.002, 0.001, 1.0, 0.5, 1.0)),
    "beale": ((1.0, 1.5), (0.02, 0.005, 0.005, 1.0, 0.2, 0.5)),
    "ackley": ((2.2, -1.7), (0.1, 0.002, 0.05, 1.0, 0.1, 0.5)),
    "matyas": ((-8.0, 6.0), (1.0, 0.1, 1.0, 1.0, 0.5, 1.0)),
}

title = "Each at its own best rate, and yet no rule wins twice"
records = []
for surface, (start, rates) in JOBS.items():
    rules = [ls.optimizer(rule, lr=lr) for rule, lr in zip(RULES, rates, strict=True)]
    records.append(ls.simulate(surface, rules, start=start, steps=200, title=title))
figure = ls.draw(records, "multiples")
