"""What does momentum do with its speed? Position against velocity: under-damped, critically damped, no memory."""

import landscape as ls

damping = {"β = 0.9": 0.9, "β = 0.64, critical": 0.64, "β = 0": 0.0}
record = ls.simulate(
    "quadratic",
    [ls.entrant(ls.optimizer("momentum", lr=0.04, momentum=beta), label=label) for label, beta in damping.items()],
    start=(1.5, 1.0),
    steps=120,
    title="Too much momentum circles the minimum; at critical damping it slides in",
)
figure = ls.draw(record, "phase", coordinate=0)
