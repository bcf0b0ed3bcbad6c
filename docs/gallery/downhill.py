"""Where does the way down lead from here? The direction of the negative gradient, and one run of plain descent."""

import numpy as np

import landscape as ls

starts = np.array([[0.0, 0.0], [-1.0, -1.2], [0.5, -1.5]]).T
record = ls.simulate(
    "himmelblau",
    ls.optimizer("sgd", lr=0.003),
    start=starts,
    steps=150,
    title="Plain descent follows the flow to the nearest minimum",
)
figure = ls.draw(record, "field")
