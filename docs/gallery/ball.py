"""Which dip does a ball come to rest in? Three rules on the curve of Gramacy and Lee, from the right."""

import landscape as ls

record = ls.simulate(
    "gramacy_lee",
    [ls.optimizer("sgd", lr=0.002), ls.optimizer("momentum", lr=0.002), ls.optimizer("adam", lr=0.03)],
    start=[2.2],
    steps=100,
    title="Momentum rolls through dips that hold plain descent",
)
figure = ls.draw(record, "curve")
