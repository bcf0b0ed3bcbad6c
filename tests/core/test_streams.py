"""Laws of the randomness: it belongs to a run, and it has the distribution that it says."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from landscape.core import random as streams
from landscape.core.random import CELL_BITS, DIRECTIONS, LARGEST_SEED, NEWEST, RADIUS_BITS, Seed, Source, mix_int

SEEDS = st.integers(0, LARGEST_SEED)


@given(SEEDS, st.integers(0, 2**40), st.integers(0, 10**9), st.integers(1, 5))
def test_a_runs_draws_do_not_depend_on_the_runs_beside_it(seed, run, step, dim):
    alone = Source(seed, [run], "noise")
    together = Source(seed, np.arange(max(0, run - 3), run + 4), "noise").select(slice(None))
    column = run - max(0, run - 3)
    assert np.array_equal(alone.normals(step, dim)[:, 0], together.normals(step, dim)[:, column])
    assert np.array_equal(alone.uniforms(step, dim)[:, 0], together.uniforms(step, dim)[:, column])
    assert np.array_equal(alone.permutations(step, dim)[:, 0], together.permutations(step, dim)[:, column])


@given(SEEDS, st.integers(1, 5))
def test_many_steps_at_once_are_the_steps_one_by_one(seed, dim):
    source = Source(seed, np.arange(4), "noise")
    together = source.normals(np.arange(6), dim, scale=0.3)
    assert all(np.array_equal(together[t], source.normals(t, dim, scale=0.3)) for t in range(6))


def test_seeds_runs_steps_and_purposes_give_different_draws():
    draws = [
        Source(seed, [run], purpose).words(step, 1).item()
        for seed in range(4) for run in range(40) for purpose in ("noise", "start") for step in range(40)
    ]  # fmt: skip
    assert len(set(draws)) == len(draws)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_normals_are_standard_normal_and_independent(dim):
    z = np.concatenate([Source(5, np.arange(4000), "noise").normals(t, dim) for t in range(60)], axis=1)
    # 240,000 draws: the bounds are five standard errors
    count = z.shape[1]
    assert np.all(np.abs(z.mean(axis=1)) < 5 / np.sqrt(count))
    assert np.all(np.abs(z.var(axis=1) - 1) < 5 * np.sqrt(2 / count))
    assert np.all(np.abs((z**4).mean(axis=1) - 3) < 5 * np.sqrt(96 / count))
    assert np.all(np.abs(np.atleast_2d(np.corrcoef(z))[np.triu_indices(dim, 1)]) < 5 / np.sqrt(count))
    assert all(stats.kstest(row, "norm").pvalue > 1e-4 for row in z)
    if dim > 1:
        slanted = 0.6 * z[0] + 0.8 * z[1]
        assert stats.kstest(slanted, "norm").pvalue > 1e-4


def test_successive_steps_and_neighbouring_runs_are_uncorrelated():
    z = Source(1, np.arange(2000), "noise").normals(np.arange(100), 2)
    bound = 5 / np.sqrt(z.size)
    assert abs(np.mean(z[1:] * z[:-1])) < bound
    assert abs(np.mean(z[:, :, 1:] * z[:, :, :-1])) < bound


def test_the_tail_reaches_beyond_five_standard_deviations_and_is_bounded():
    z = np.concatenate([Source(3, np.arange(100_000), "noise").normals(t, 2).ravel() for t in range(20)])
    assert 4.8 < np.abs(z).max() < 6.8
    share = np.mean(np.abs(z) > 3)
    assert abs(share - 0.0026998) < 5 * np.sqrt(0.0027 / z.size)


def test_integers_are_uniform_and_permutations_are_permutations():
    source = Source(9, np.arange(20_000), "noise")
    drawn = source.integers(0, 3, 7)
    assert drawn.min() == 0
    assert drawn.max() == 6
    assert stats.chisquare(np.bincount(drawn.ravel())).pvalue > 1e-4
    orders = source.permutations(0, 5)
    assert np.array_equal(np.sort(orders, axis=0), np.repeat(np.arange(5)[:, None], 20_000, axis=1))
    assert stats.chisquare(np.bincount(orders[0])).pvalue > 1e-4


def refusals(source, draws=3_000_000):
    """What a short battery refuses of a source's normals: they are counted in 1,000 bins by their distribution."""
    z = np.concatenate([source.normals(step, 2).ravel() for step in range(draws // (2 * len(source.keys)))])
    bins = np.bincount((special.ndtr(z) * 1000).astype(int), minlength=1000)
    near = np.histogram(z, bins=np.linspace(-0.05, 0.05, 101))[0]
    inside = np.diff(special.ndtr(np.linspace(-0.05, 0.05, 101)))
    near, inside = np.append(near, z.size - near.sum()), np.append(inside, 1 - inside.sum())
    pairs = z.reshape(-1, 2, len(source.keys))
    square = np.sum(pairs * pairs, axis=1).ravel()
    radii = np.bincount((-np.expm1(-0.5 * square) * 1000).astype(int), minlength=1000)
    angles = np.histogram(np.arctan2(pairs[:, 0], pairs[:, 1]), bins=1000, range=(-np.pi, np.pi))[0]
    found = {
        "bins": stats.chisquare(bins).pvalue < 1e-6,
        "bins near 0": stats.chisquare(near, inside * z.size).pvalue < 1e-6,
        "radii": stats.chisquare(radii).pvalue < 1e-6,
        "directions": stats.chisquare(angles).pvalue < 1e-6,
        "zeros": not np.all(z),
        "hole": np.exp(-0.5 * square.size * square.min()) < 1e-6,
        "variance": abs(np.mean(z * z) - 1.0) > 5.0 * np.sqrt(2.0 / z.size),
        "symmetry": abs(np.mean(z)) > 5.0 / np.sqrt(z.size),
    }
    return {name for name, refused in found.items() if refused}


def test_normals_pass_the_battery_that_those_of_version_1_fail():
    runs = np.arange(5000)
    assert refusals(Source(3, runs, "noise")) == set()
    refused = refusals(Source(Seed(3, 1), runs, "noise"))
    assert {"bins near 0", "radii", "directions", "zeros", "hole"} <= refused


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        (lambda levels, slopes: (levels, 1.5 * slopes), "bins"),  # lines too steep
        (lambda levels, slopes: (levels, 0.0 * slopes), "radii"),  # steps instead of lines
        (lambda levels, slopes: (np.abs(levels), slopes), "symmetry"),
        (lambda levels, slopes: (1.003 * levels, 1.003 * slopes), "variance"),
    ],
)
def test_a_fault_in_the_tables_is_found(fault, refused, monkeypatch):
    faulty = fault(*streams._lines())
    monkeypatch.setattr(streams, "_lines", lambda: faulty)
    assert refused in refusals(Source(3, np.arange(5000), "noise"))


def test_lines_follow_the_inverse_of_the_distribution():
    levels, slopes = streams._lines()
    rng = np.random.default_rng(0)
    ends = [np.arange(3000.0), 2.0**31 - np.arange(1.0, 3000.0)]
    x = 0.5 + np.concatenate([*ends, np.floor(2.0 ** rng.uniform(0, 31, 200_000))])
    x = np.concatenate([x[x < 2**31], -x[x < 2**31]])
    cells = x.astype(np.float32).view(np.uint32) >> (23 - CELL_BITS)
    z = levels[cells] + slopes[cells] * x
    wanted = -np.sign(x) * special.ndtri(np.abs(x) / 2.0**32)
    assert np.max(np.abs(z - wanted)) < 6e-7
    assert np.array_equal(z[: len(z) // 2], -z[len(z) // 2 :])
    # nothing is 0; the x next to the middle are 2^-33 of probability from it, and the line is right to 4e-10 there
    assert 0.0 < np.min(np.abs(z)) < 1e-9


def test_moments_of_the_lines_are_those_of_the_distribution():
    """By an integral over every cell: variance to 1e-12 and fourth moment to 1e-11, of the u that 32 bits reach."""
    levels, slopes = (table.reshape(2, 256, -1)[0, 126:158] for table in streams._lines())
    count = 1 << CELL_BITS
    low = np.ldexp(1 + np.arange(count) / count, np.arange(-1, 31)[:, None])
    width = np.ldexp(np.full(count, 1 / count), np.arange(-1, 31)[:, None])
    nodes, weights = np.polynomial.legendre.leggauss(8)
    x = low[..., None] + width[..., None] * (nodes + 1) / 2
    w = width[..., None] * weights / 2 / 2.0**31
    z, wanted = levels[..., None] + slopes[..., None] * x, special.ndtri(x / 2.0**32)
    assert abs(np.sum(w * (z**2 - wanted**2))) < 1e-12
    assert abs(np.sum(w * (z**4 - wanted**4))) < 1e-11


def test_draws_of_different_counts_have_nothing_in_common():
    """As the weights of a network's layers, one step each. In version 1 they share words."""
    for stream, most in ((1, 1.0), (NEWEST, 0.05)):
        source = Source(Seed(4, stream), np.arange(10_000), "start")
        together = np.concatenate([source.normals(1, 16), source.normals(2, 8)])
        correlation = np.max(np.abs(np.corrcoef(together)[:16, 16:]))
        assert correlation == pytest.approx(most, abs=1e-9) if stream == 1 else correlation < most


def test_what_is_drawn_of_a_source_is_of_its_version():
    newest, oldest = Source(0, np.arange(3), "noise"), Source(Seed(0, 1), np.arange(3), "noise")
    for first, second in (
        (newest, oldest),
        *(zip((newest.select([1]), newest.branch(2)), (oldest.select([1]), oldest.branch(2)), strict=True)),
    ):
        assert np.array_equal(first.keys, second.keys)
        assert not np.any(first.normals(1, 2) == second.normals(1, 2))
    assert np.array_equal(Source(Seed(0), np.arange(3), "noise").normals(1, 2), newest.normals(1, 2))
    kept = pickle.loads(pickle.dumps(Seed(5, 1)))
    assert (kept, kept.stream) == (5, 1)
    with pytest.raises(ValueError, match="stream must be a version from 1 to"):
        Seed(0, NEWEST + 1)


def test_the_tables_are_made_when_first_wanted():
    """To import the library costs nothing for them."""
    code = "import landscape.core.random as r; print(r._lines.cache_info().misses, r._circles.cache_info().misses)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0 0\n"


def test_radii_of_version_1_stand_for_their_cells():
    """Each cell's radius is the root of the mean of -2 ln u over it, so that all cells together give E r^2 = 2."""
    cells = 1 << RADIUS_BITS
    octaves = np.arange(-1, 32)
    low = 2.0 ** octaves[:, None] * (1 + np.arange(cells) / cells) / 2.0**32
    high = 2.0 ** octaves[:, None] * (1 + np.arange(1, cells + 1) / cells) / 2.0**32
    squares = streams._circles()[0][: low.size].reshape(low.shape) ** 2
    assert np.all((squares <= -2 * np.log(low) * (1 + 1e-12)) & (squares >= -2 * np.log(high) * (1 - 1e-9)))
    assert np.sum(squares * (high - low)) == pytest.approx(2.0, abs=1e-8)
    assert np.sum(squares**2 * (high - low)) == pytest.approx(8.0, rel=1e-6)


def test_directions_of_version_1_are_the_unit_roots():
    angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    _, cosines, sines = streams._circles()
    assert np.max(np.abs(cosines - np.cos(angles))) < 2e-15
    assert np.max(np.abs(sines - np.sin(angles))) < 2e-15


def test_the_hash_is_splitmix64():
    # the first outputs of SplitMix64 seeded with 0, as its authors publish them
    state, published = 0, [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    for expected in published:
        assert mix_int(state) == expected
        state = (state + 0x9E3779B97F4A7C15) % 2**64


def test_draws_are_pinned():
    """A changed draw changes every seeded scenario that anybody saved: it has to be meant, and said in CHANGELOG."""
    for stream, (words, normals) in PINNED.items():
        source = Source(Seed(0, stream), [0], "noise")
        assert source.words(2, 2).ravel().tolist() == words
        assert source.normals(2, 3).ravel().tolist() == normals
    assert Source(0, [0], "noise").normals(2, 3).ravel().tolist() == PINNED[NEWEST][1]


# of each version, at step 2: two words and three normals
PINNED = {
    1: ([1840655353606465190, 6139819992779391719], [-1.851690036019495, 1.0868213491869618, 0.6197203233437301]),
    2: ([10361209877838138236, 4650287882154428599], [-0.1552358511257479, -1.2259199854164957, 0.6679189812388645]),
}
