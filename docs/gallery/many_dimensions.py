"""What do runs in twenty dimensions look like? Their two principal components, and what that leaves out."""

import numpy as np

import landscape as ls

record = ls.simulate(
    ls.surface("rosenbrock", dim=20),
    [ls.optimizer("sgd", lr=1e-4), ls.optimizer("momentum", lr=1e-4), ls.optimizer("adam", lr=0.02)],
    start=np.linspace(-1.0, 1.3, 20),
    steps=400,
    title="Two directions hold nearly all of three runs in twenty dimensions",
)
figure = ls.draw(record, "plane", by="components")
