"""Where in a landscape of twenty dimensions are its saddles and its minima, and which way do runs take among them?"""

import landscape as ls

record = ls.simulate(
    ls.surface("gaussian_landscape", dim=20),
    [ls.optimizer("sgd", lr=0.02), ls.optimizer("adam", lr=0.03)],
    start=ls.start("random_ball", count=6, radius=3.0),
    steps=300,
    title="The lower a saddle lies, the fewer ways lead down from it",
)
figure = ls.draw(record, "critical_points", starts=200)
