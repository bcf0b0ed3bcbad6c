"""Laws of the randomness: it belongs to a run, and it has the distribution that it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from landscape.core import random as streams
from landscape.core.random import DIRECTIONS, LARGEST_SEED, NEWEST, RADIUS_BITS, Seed, Source, mix_int

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


def test_radii_stand_for_their_cells():
    """Each cell's radius is the root of the mean of -2 ln u over it, so that all cells together give E r^2 = 2."""
    cells = 1 << RADIUS_BITS
    octaves = np.arange(-1, 32)
    low = 2.0 ** octaves[:, None] * (1 + np.arange(cells) / cells) / 2.0**32
    high = 2.0 ** octaves[:, None] * (1 + np.arange(1, cells + 1) / cells) / 2.0**32
    squares = streams._circles()[0][: low.size].reshape(low.shape) ** 2
    assert np.all((squares <= -2 * np.log(low) * (1 + 1e-12)) & (squares >= -2 * np.log(high) * (1 - 1e-9)))
    assert np.sum(squares * (high - low)) == pytest.approx(2.0, abs=1e-8)
    assert np.sum(squares**2 * (high - low)) == pytest.approx(8.0, rel=1e-6)


def test_directions_are_the_unit_roots():
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
