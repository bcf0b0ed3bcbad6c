"""What a simulation may ask of an engine beside a surface and a rule, and how two engines differ on it."""

import numpy as np

import landscape as ls

ARRAYS = ("params", "value", "gradient_norm", "lr", "evaluations", "status", "stopped")


def differences(surface, rule, **options):
    """What differs between the track by NumPy and by the recorded step; name -> the largest difference."""
    one, other = (ls.simulate(surface, rule, engine=engine, **options).tracks[0] for engine in ("numpy", "numba"))
    assert other.engine == "numba", f"{one.label} on {surface} was not recorded"
    assert one.engine == "numpy"
    found = {}
    for name in ARRAYS:
        a, b = getattr(one, name), getattr(other, name)
        if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            found[name] = np.inf if a.dtype.kind != "f" else np.nanmax(np.abs(a - b) / np.maximum(1.0, np.abs(a)))
    return found


# what a simulation may ask of an engine beside a surface and a rule
ASKED = {
    "a number for each run": {
        "surface": "rosenbrock",
        "rule": ls.optimizer("adam", lr=np.geomspace(1e-3, 1.0, 6), beta1=np.linspace(0.0, 0.95, 6)),
        "repeats": 6,
    },
    "a rate for each run on a schedule": {
        "surface": "rosenbrock",
        "rule": ls.optimizer("adam", lr=np.geomspace(1e-3, 1.0, 4)),
        "schedule": "cosine",
        "repeats": 4,
    },
    "one in a rule inside": {
        "surface": "rosenbrock",
        "rule": ls.optimizer("clip", optimizer=ls.optimizer("momentum", lr=np.geomspace(1e-4, 1e-2, 4))),
        "repeats": 4,
    },
    "a schedule": {"surface": "himmelblau", "rule": "momentum", "schedule": "cosine"},
    "schedules of others": {
        "surface": "himmelblau",
        "rule": ls.entrant("momentum", schedules={"momentum": ls.schedule("linear", final_factor=0.5)}),
    },
    "both": {
        "surface": "himmelblau",
        "rule": ls.entrant(
            ls.optimizer("momentum", momentum=np.array([0.5, 0.9])), "cosine", schedules={"momentum": "linear"}
        ),
        "repeats": 2,
    },
    "a tolerance": {"surface": "himmelblau", "rule": ls.optimizer("sgd", lr=0.01), "tolerance": 1.0, "steps": 40},
    "one that is met at the start": {"surface": "himmelblau", "rule": "sgd", "start": (3.0, 2.0), "tolerance": 1e-9},
    "one that is met at the end": {"surface": "quadratic", "rule": "sgd", "tolerance": 1.0, "steps": 17},
    "runs that diverge": {"surface": "rosenbrock", "rule": ls.optimizer("sgd", lr=[1e-4, 1e-2, 1.0]), "repeats": 3},
    "a loss that is no number": {"surface": ls.from_expression("log(x) + y**2 - x"),
                                 "rule": ls.optimizer("sgd", lr=0.7),
                                 "start": np.array([[0.5, 2.0, 0.01], [1.0, 0.1, 1.0]])},
    "few rows": {"surface": "rosenbrock", "rule": "adam", "every": 5, "steps": 33},
    "some of the runs": {"surface": "rosenbrock", "rule": ls.optimizer("adam", lr=np.geomspace(1e-3, 1.0, 9)),
                         "repeats": 9, "runs": [7, 2, 3], "noise": "gaussian"},
    "mini-batches": {"surface": ls.surface("finite_sum", surface="himmelblau", terms=5), "rule": "adam",
                     "noise": ls.noise("minibatch", batch_size=3), "repeats": 4},
    "a memory": {"surface": "rosenbrock", "rule": "adam", "repeats": 3,
                 "noise": ls.noise("correlated", noise=ls.noise("gaussian", sigma=0.2))},
    "a memory that goes on without a gradient": {"surface": "rosenbrock", "repeats": 3, "noise": "random_walk",
                                                 "rule": ls.optimizer("central_differences", optimizer="sgd")},
    "noises of each coordinate": {"surface": "rosenbrock", "rule": "adam", "repeats": 3,
                                  "noise": ls.noise("gaussian", sigma=[0.1, 2.0])},
    "noise that fades": {"surface": "rosenbrock", "rule": "adam", "repeats": 3,
                         "noise": ls.noise("scheduled", noise="gaussian", schedule="linear")},
    "uniforms": {"surface": "rosenbrock", "rule": "adam", "repeats": 3, "noise": "masked"},
    "a rule that draws": {"surface": "himmelblau", "rule": "sgld", "repeats": 3},
    "a rule of two gradients": {"surface": "rosenbrock", "rule": ls.optimizer("sam", optimizer="momentum"),
                                "repeats": 2, "noise": "gaussian"},
    "many dimensions": {"surface": ls.surface("rastrigin", dim=7), "rule": "adam"},
    "a user's formula": {"surface": ls.from_function(lambda p: (p[0] - 1.0) ** 2 + np.cosh(p[1]), dim=2),
                         "rule": "adam"},
}  # fmt: skip
