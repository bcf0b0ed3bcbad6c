"""Critical points of random landscapes of many dimensions: how many, of which index, in what time.

    python benchmarks/many_dimensions.py [--dims 8 20 50] [--seeds 0 1]

A table for each landscape: `landscape.find_critical_points`, which follows an index, beside least squares on the
gradient from the same starts, both in this process. What is found is checked without the library's finder: the gradient
by central differences of the value, the index by the eigenvalues of central differences of the gradient, and that no
two are the same. The correlation of index and loss is that of Dauphin et al. 2014, figure 1.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import landscape as ls
from landscape.core.finder import find_critical_points
from landscape.core.least_squares import small_gradients
from landscape.core.time_limit import TimedSurface

STARTS = {8: 300, 20: 400, 50: 200}


def checked(surface: Any, points: np.ndarray) -> np.ndarray:
    """The index of every point (dim, n), by differences; AssertionError where one is not critical, or twice there."""
    dim, many = points.shape
    h = 1e-4
    indices = np.empty(many, dtype=int)
    for number, point in enumerate(points.T):
        shifts = point[:, None] + h * np.concatenate([np.eye(dim), -np.eye(dim)], axis=1)
        value, gradient = surface.value(shifts), surface.gradient(shifts)
        assert np.max(np.abs(value[:dim] - value[dim:])) / (2 * h) < 1e-6, "the gradient does not vanish"
        hessian = (gradient[:, :dim] - gradient[:, dim:]) / (2 * h)
        indices[number] = np.count_nonzero(np.linalg.eigvalsh((hessian + hessian.T) / 2) < 0.0)
    apart = np.linalg.norm(points[:, :, None] - points[:, None, :], axis=0) + np.eye(many)
    assert apart.min(initial=1.0) > 1e-4, "a point is listed twice"
    return indices


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dims", type=int, nargs="+", default=[8, 20, 50])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    options = parser.parse_args()
    print(" dim seed starts  found  seconds     index  minima  corr  least squares alone")
    for dim in options.dims:
        for seed in options.seeds:
            surface = ls.surface("gaussian_landscape", dim=dim, seed=seed)
            starts = STARTS.get(dim, 200)
            began = time.perf_counter()
            found = find_critical_points(surface, starts=starts)
            seconds = time.perf_counter() - began
            points = np.array([point.point for point in found]).T
            indices = checked(surface, points)
            assert [p.kind == "minimum" for p in found] == (indices == 0).tolist()
            related = np.corrcoef(indices, [point.value for point in found])[0, 1]

            (low, high), began = surface.window[0], time.perf_counter()
            begins = np.random.default_rng(seed).uniform(low, high, (dim, starts))
            ends, _ = small_gradients(TimedSurface(surface, None), begins, np.full((dim, 1), high - low))
            peer = len(np.unique(np.round(ends, 4), axis=1).T), time.perf_counter() - began
            print(
                f"{dim:4} {seed:4} {starts:6} {len(found):6} {seconds:8.1f}  {indices.min():3} to {indices.max():2}  "
                f"{np.count_nonzero(indices == 0):6}  {related:.2f}  {peer[0]} in {peer[1]:.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
