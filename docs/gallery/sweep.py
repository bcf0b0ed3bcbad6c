"""Which learning rate for which rule? 25 rates, 20 seeds of noise each; wide are those within twice the best."""

import landscape as ls

table = ls.sweep(
    "rosenbrock",
    ["sgd", "momentum", "rmsprop", "adam"],
    over={"lr": {"low": 1e-5, "high": 10.0, "count": 25, "log": True}},
    steps=200,
    seeds=20,
    noise="gaussian",
    title="Each rule wants its own learning rate, and a little too much is worse than too little",
)
figure = ls.draw(table)
