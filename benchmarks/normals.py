"""Put the normal numbers of every stream through one battery, and time them.

    python benchmarks/normals.py [--draws 100000000] [--seed 0] [--streams 1 2]

Draws are those of `Source.normals(step, 2)` for 4,096 runs. A chi-squared or Kolmogorov-Smirnov statistic is printed
with its p-value, other figures as how many standard errors they are from what they should be: a p-value below 1e-6, or
more than 5 standard errors, is marked. The time is processor time a normal, the streams in turn, the least of several.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Iterator

import numpy as np
from scipy import special, stats

from landscape.core.random import NEWEST, Seed, Source

RUNS, BLOCK = 4096, 128  # a block: so many steps of so many runs
CELLS = 1 << 20  # of the unit interval, for the Kolmogorov-Smirnov statistic and all equiprobable bins
SIDE = 64  # of the plane, for pairs
NEAR = 1000  # bins of .001 around 0
LOW = 1e-6
FAR = 5.0


class Counts:
    """What is counted of all draws of one stream."""

    def __init__(self) -> None:
        self.draws = self.zeros = 0
        self.cells = np.zeros(CELLS, dtype=np.int64)
        self.near = np.zeros(NEAR, dtype=np.int64)
        self.angles, self.squares = np.zeros(1000, dtype=np.int64), np.zeros(1000, dtype=np.int64)
        self.pairs = {name: np.zeros(SIDE * SIDE, dtype=np.int64) for name in ("of one word", "steps", "runs")}
        self.products = dict.fromkeys(self.pairs, 0.0)
        self.powers = np.zeros(5)
        self.beyond = dict.fromkeys((3.0, 4.0, 5.0), 0)
        self.nearest, self.largest = np.inf, 0.0

    def add(self, z: np.ndarray) -> None:
        """Count a block (steps, 2, runs)."""
        self.draws += z.size
        self.zeros += int(np.count_nonzero(z == 0.0))
        share = special.ndtr(z)
        self.cells += np.bincount((share * CELLS).astype(np.int64).ravel(), minlength=CELLS)
        close = np.floor(z[np.abs(z) < NEAR / 2000.0] * 1000.0).astype(np.int64) + NEAR // 2
        self.near += np.bincount(close, minlength=NEAR)
        x, y = z[:, 0], z[:, 1]
        angle = np.arctan2(y, x) / (2.0 * np.pi) + 0.5
        self.angles += np.bincount(np.minimum((angle * 1000).astype(np.int64), 999).ravel(), minlength=1000)
        square = x * x + y * y
        self.squares += np.bincount((-np.expm1(-0.5 * square) * 1000).astype(np.int64).ravel(), minlength=1000)
        self.nearest = min(self.nearest, float(np.sqrt(square.min())))
        self.largest = max(self.largest, float(np.abs(z).max()))
        square = z * z
        self.powers += [z.sum(), square.sum(), (square * z).sum(), (square * square).sum(), 0.0]
        for limit in self.beyond:
            self.beyond[limit] += int(np.count_nonzero(np.abs(z) > limit))
        side = (share * SIDE).astype(np.int64)
        couples = {
            "of one word": (np.s_[:, 0], np.s_[:, 1]),
            "steps": (np.s_[:-1], np.s_[1:]),
            "runs": (np.s_[..., :-1], np.s_[..., 1:]),
        }
        for name, (a, b) in couples.items():
            self.pairs[name] += np.bincount((side[a] * SIDE + side[b]).ravel(), minlength=SIDE * SIDE)
            self.products[name] += float(np.sum(z[a] * z[b]))


def blocks(stream: int, seed: int, draws: int) -> Iterator[np.ndarray]:
    """Blocks (steps, 2, runs) of so many draws in all."""
    source = Source(Seed(seed, stream), np.arange(RUNS), "noise")
    for first in range(0, -(-draws // (2 * RUNS)), BLOCK):
        yield source.normals(np.arange(first, first + BLOCK), 2)


def chi_squared(counts: np.ndarray, expected: np.ndarray | None = None) -> tuple[float, float]:
    """(statistic, p-value) against equal or given expectations."""
    wanted = np.full(len(counts), counts.sum() / len(counts)) if expected is None else expected
    statistic = float(np.sum((counts - wanted) ** 2 / wanted))
    return statistic, float(special.chdtrc(len(counts) - 1, statistic))


def report(counts: Counts) -> list[tuple[str, str, bool]]:
    """(what, figure, whether it is refused) of each test."""
    n = counts.draws
    rows: list[tuple[str, str, bool]] = []

    def by_chance(name: str, statistic: float, p: float) -> None:
        rows.append((name, f"{statistic:,.4g} (p {p:.2g})", p < LOW))

    def by_error(name: str, figure: float, wanted: float, error: float) -> None:
        off = (figure - wanted) / error
        rows.append((name, f"{figure:.6g} ({off:+.1f} errors)", abs(off) > FAR))

    bins = np.add.reduceat(counts.cells, (np.arange(1000) * CELLS) // 1000)
    widths = np.diff(np.append((np.arange(1000) * CELLS) // 1000, CELLS))
    by_chance("chi-squared, 1,000 equiprobable bins", *chi_squared(bins, n * widths / CELLS))
    edges = np.arange(NEAR + 1) / 1000.0 - NEAR / 2000.0
    inside = np.diff(special.ndtr(edges))
    near = np.append(counts.near, n - counts.near.sum())
    by_chance("chi-squared, bins of .001 around 0", *chi_squared(near, n * np.append(inside, 1.0 - inside.sum())))
    gap = np.max(np.abs(np.cumsum(counts.cells) / n - np.arange(1, CELLS + 1) / CELLS))
    by_chance("Kolmogorov-Smirnov, sqrt(n) D", np.sqrt(n) * gap, float(stats.kstwobign.sf(np.sqrt(n) * gap)))
    rows.append(("exactly 0", f"{counts.zeros:,} ({counts.zeros / n:.1e})", counts.zeros > 0))
    # the distance of the nearest of n/2 pairs from the origin is exponential in its square
    rows.append(
        ("nearest pair to the origin", f"{counts.nearest:.2g}", bool(np.exp(-0.25 * n * counts.nearest**2) < LOW))
    )
    first, second, third, fourth, _ = counts.powers / n
    by_error("mean", first, 0.0, 1.0 / np.sqrt(n))
    by_error("variance", second, 1.0, np.sqrt(2.0 / n))
    by_error("third moment", third, 0.0, np.sqrt(15.0 / n))
    by_error("fourth moment", fourth, 3.0, np.sqrt(96.0 / n))
    for limit, many in counts.beyond.items():
        share = 2.0 * special.ndtr(-limit)
        by_error(f"beyond {limit:g}, a million", 1e6 * many / n, 1e6 * share, 1e6 * np.sqrt(share / n))
    rows.append(("largest", f"{counts.largest:.2f}", False))
    for name, table in counts.pairs.items():
        many = int(table.sum())
        by_error(f"correlation, {name}", counts.products[name] / many, 0.0, 1.0 / np.sqrt(many))
        # successive pairs overlap, so that a statistic of theirs is compared as if its cells were independent
        by_chance(f"chi-squared, {SIDE} x {SIDE}, {name}", *chi_squared(table))
    by_chance("chi-squared, 1,000 directions of pairs", *chi_squared(counts.angles))
    by_chance("chi-squared, 1,000 radii of pairs", *chi_squared(counts.squares))
    return rows


def alike(stream: int, seed: int) -> float:
    """The largest correlation of a draw of 16 numbers in step 1 with one of 8 in step 2, as of two layers' weights."""
    source = Source(Seed(seed, stream), np.arange(20_000), "start")
    a, b = source.normals(1, 16), source.normals(2, 8)
    return float(np.max(np.abs(np.corrcoef(np.concatenate([a, b]))[:16, 16:])))


def others(stream: int, seed: int) -> list[tuple[str, str, bool]]:
    """Uniform numbers, whole numbers, bits and permutations, at 10^7 draws."""
    source = Source(Seed(seed, stream), np.arange(10_000), "noise")
    steps, rows = np.arange(500), []

    def add(name: str, counts: np.ndarray) -> None:
        statistic, p = chi_squared(counts)
        rows.append((name, f"{statistic:,.4g} (p {p:.2g})", p < LOW))

    uniforms = source.uniforms(steps, 2)
    add("uniforms, 1,000 bins", np.bincount((uniforms * 1000).astype(np.int64).ravel(), minlength=1000))
    fine = (uniforms * 2.0**20 % 1.0 * 1000).astype(np.int64)
    add("uniforms, 1,000 bins of their low bits", np.bincount(fine.ravel(), minlength=1000))
    table = (uniforms[:, 0] * SIDE).astype(np.int64) * SIDE + (uniforms[:, 1] * SIDE).astype(np.int64)
    add(f"uniforms, {SIDE} x {SIDE} pairs", np.bincount(table.ravel(), minlength=SIDE * SIDE))
    add("whole numbers below 1,000", np.bincount(source.integers(steps, 2, 1000).ravel(), minlength=1000))
    order = source.permutations(steps[:100], 5)
    codes = np.tensordot(5 ** np.arange(5), order, axes=(0, 1)).ravel()
    add("the 120 permutations of 5", np.unique(codes, return_counts=True)[1])
    return rows


def seconds(streams: list[int], runs: int, steps: int) -> dict[int, float]:
    """Processor time in seconds a normal of each stream, in blocks of so many runs."""
    best = dict.fromkeys(streams, np.inf)
    for _ in range(15):
        for stream in streams:
            source = Source(Seed(0, stream), np.arange(runs), "noise")
            began = time.process_time()
            for step in range(steps):
                source.normals(step, 2)
            best[stream] = min(best[stream], (time.process_time() - began) / (2 * runs * steps))
    return best


def main() -> None:
    """Print the battery of each stream beside the others'."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=10**8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--streams", type=int, nargs="+", default=list(range(1, NEWEST + 1)))
    given = parser.parse_args()
    machine = platform.processor() or platform.machine()
    print(f"{machine}, NumPy {np.__version__}, {given.draws:,} draws, seed {given.seed}")
    tables = []
    for stream in given.streams:
        counts = Counts()
        for block in blocks(stream, given.seed, given.draws):
            counts.add(block)
        shared = alike(stream, given.seed)
        layers = ("correlation of draws of other counts", f"{shared:.3f}", shared > FAR / np.sqrt(20_000))
        tables.append([*report(counts), layers, *others(stream, given.seed)])
    print(f"{'':42}" + "".join(f"{f'stream {stream}':>34}" for stream in given.streams))
    for row in zip(*tables, strict=True):
        cells = "".join(f"{figure + (' REFUSED' if refused else ''):>34}" for _, figure, refused in row)
        print(f"{row[0][0]:42}" + cells)
    for runs, steps in ((12_288, 40), (1000, 200), (4, 2000)):
        best = seconds(given.streams, runs, steps)
        print(f"{f'ns a normal, blocks of {runs:,} runs':42}" + "".join(f"{1e9 * best[s]:>34.2f}" for s in best))


if __name__ == "__main__":
    main()
