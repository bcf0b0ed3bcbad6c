"""Does the start decide the end? One panel for each of four starts on Himmelblau's function."""

import numpy as np

import landscape as ls

starts = np.array([[0.0, 0.0], [-0.5, 0.5], [-1.0, -1.2], [0.5, -1.5]]).T
rules = [ls.optimizer("sgd", lr=0.01), ls.optimizer("momentum", lr=0.01), ls.optimizer("adam", lr=0.1)]
record = ls.simulate(
    "himmelblau",
    rules,
    start=starts,
    steps=150,
    title="Where you start, and how you roll, decides which minimum you find",
)
figure = ls.draw(record, "multiples", by="start")
