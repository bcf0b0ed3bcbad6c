"""Change an entrant's learning rate as training goes on.

    cosine = ls.schedule("cosine", final_factor=0.01)
    cosine(0, 500), cosine(250, 500)                    # 1.0, 0.505: factors on the entrant's own lr
    ls.schedule("warmup", steps=50, then=cosine)        # wraps any other

The step from row t of a record to row t + 1 uses the factor at `step` = t, so a run of `steps` uses the factors at 0,
..., steps - 1; the factor at step == steps is that of the last row, where a decay reaches its final value. torch's
schedulers and optax's schedules count in the same way.

One module for each family: decays, cycles, those that are made of others, and one that follows each run's loss. An
entrant's other hyper-parameters take schedules too: ls.entrant("momentum", schedules={"momentum": "linear"}).
"""

from landscape.schedules._registry import REGISTRY, names, register

__all__ = ["REGISTRY", "names", "register"]
