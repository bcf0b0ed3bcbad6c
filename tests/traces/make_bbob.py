"""Store what the package of the BBOB suite computes: `python tests/traces/make_bbob.py` (needs coco-experiment).

The table, bbob.json, holds our functions to the suite's where the package is not installed. Its rows are (function,
dim, instance, f_opt, values); the points are `points(dim)`, in the window and around it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "bbob.json"
DIMS, INSTANCES = (2, 5, 20), (1, 2, 7)

NAMES = (
    "sphere", "ellipsoid", "rastrigin", "bueche_rastrigin", "linear_slope", "attractive_sector", "step_ellipsoid",
    "rosenbrock", "rosenbrock_rotated", "ellipsoid_rotated", "discus", "bent_cigar", "sharp_ridge", "different_powers",
    "rastrigin_rotated", "weierstrass", "schaffers_f7", "schaffers_f7_ill", "griewank_rosenbrock", "schwefel",
    "gallagher_101", "gallagher_21", "katsuura", "lunacek",
)  # fmt: skip


def points(dim):
    """(dim, 6): three random points in [-5, 5]^dim and three in [-8, 8]^dim, to three digits."""
    shares = np.random.default_rng(dim).random((dim, 6)) - 0.5
    return np.round(shares * np.array([10.0, 10.0, 10.0, 16.0, 16.0, 16.0]), 3)


def rows():
    """The table."""
    from cocoex import BareProblem

    for number in range(1, len(NAMES) + 1):
        for dim in DIMS:
            for instance in INSTANCES:
                problem = BareProblem("bbob", number, dim, instance)
                yield [number, dim, instance, problem.best_value(), [problem(p) for p in points(dim).T]]


if __name__ == "__main__":
    FILE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows()) + "\n]\n")
