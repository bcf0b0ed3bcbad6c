"""Three questions at once: where the runs go, how low they get, and how sharp the ground is under them."""

import landscape as ls

record = ls.simulate(
    "himmelblau",
    [ls.optimizer("sgd", lr=0.01), ls.optimizer("momentum", lr=0.01), ls.optimizer("adam", lr=0.1)],
    start=(0.0, 0.0),
    steps=120,
    title="Plain descent settles first; momentum rolls on into the next valley",
)
figure = ls.draw(record, "dashboard")
