"""Put a number on what a run did: how low, how far, how soon, and whether it got there.

    metric("gap").measure(record["adam"], record.surface)                      # (rows, runs): one figure a step
    metric("first_hit", gap=1e-3).measure(record["adam"], record.surface)      # (runs,): one figure a run

An expectation of a scenario names one of these as its `measure`, and a view of curves one with a figure a step as its
`quantity`. All of them use the noise-free loss. A step that was never reached is inf; yes or no is 1 or 0, so that a
mean over runs is a share.
"""
