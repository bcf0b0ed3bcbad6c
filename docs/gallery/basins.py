"""Which minimum does each start lead to? Momentum carries runs across borders that plain descent respects."""

import landscape as ls

entrants = [
    ls.entrant(ls.optimizer("sgd", lr=0.01), label="SGD"),
    ls.entrant(ls.optimizer("momentum", lr=0.003, momentum=0.95), label="Momentum"),
    ls.entrant(ls.optimizer("adam", lr=0.2), label="Adam"),
]
record = ls.basins(
    "himmelblau",
    entrants,
    steps=300,
    resolution=160,
    every=10,
    title="Where you start decides which minimum you find",
)
figure = ls.draw(record, "basins")
