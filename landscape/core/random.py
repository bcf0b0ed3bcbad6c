"""Draw randomness that belongs to a run: the same numbers alone, in a batch, in chunks, on any machine.

    source = Source(seed=0, runs=np.arange(1000), purpose="noise")
    source.normals(step=7, dim=2)          # (2, 1000)
    source.select([7]).normals(7, 2)       # the same numbers as column 7 above, bit for bit

A draw is a pure function of (seed, purpose, run, step, position): a counter hashed by SplitMix64's finaliser (Steele,
Lea and Flood 2014, "Fast splittable pseudorandom number generators"; constants by Stafford). Nothing is consumed, so
order and batching cannot matter. Normals are made with + - * / and sqrt alone, which IEEE 754 fixes to the last bit.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from landscape.core.component import Array

_ODD = 0x9E3779B97F4A7C15
_MUL_1, _MUL_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = (np.uint64(bits) for bits in (30, 27, 31, 32))
_MASK = (1 << 64) - 1
_HIGH = 1 if sys.byteorder == "little" else 0

LARGEST_SEED = 2**63 - 1

DIRECTIONS = 4096
RADIUS_BITS = 10  # of the mantissa of u
_FIRST_CELL = 126 << RADIUS_BITS  # the cell of 0.5, the least that u 2^32 + 1/2 can be


class Source:
    """The randomness of a batch of runs for one purpose. `runs`: (runs,) the number of each run."""

    def __init__(self, seed: int, runs: Any, purpose: str) -> None:
        base = mix_int(int.from_bytes(purpose.encode(), "little") % (1 << 61) ^ mix_int(seed))
        numbers = np.asarray(runs).astype(np.uint64)
        self._keys = _mix(numbers * np.uint64(_ODD) + np.uint64(base))

    @classmethod
    def _of(cls, keys: Array) -> Source:
        source = object.__new__(cls)
        source._keys = keys
        return source

    @property
    def keys(self) -> Array:
        """(runs,) uint64: what a run's draws are hashed from."""
        return self._keys

    def select(self, columns: Any) -> Source:
        """The source of some of the runs (an index array, a mask or a slice)."""
        return Source._of(self._keys[columns])

    def branch(self, number: int) -> Source:
        """Another source for the same runs, told apart by `number`: draws of the two have nothing in common."""
        return Source._of(_mix(self._keys ^ np.uint64(mix_int(number))))

    def words(self, step: Any, count: int) -> Array:
        """Uniform 64-bit words: (count, runs), or (steps, count, runs) for an array of steps."""
        counter = np.asarray(step, dtype=np.uint64)[..., None] * np.uint64(count) + np.arange(count, dtype=np.uint64)
        return _mix(self._keys + (counter * np.uint64(_ODD))[..., None])

    def uniforms(self, step: Any, count: int) -> Array:
        """Uniform numbers in [0, 1), of 53 bits: (count, runs)."""
        return np.multiply(self.words(step, count) >> np.uint64(11), 2.0**-53)

    def integers(self, step: Any, count: int, below: int) -> Array:
        """Whole numbers in [0, below): (count, runs). Each is within below / 2^32 of equally likely."""
        high = self.words(step, count) >> _32
        return ((high * np.uint64(below)) >> _32).astype(np.int64)

    def permutations(self, step: Any, size: int) -> Array:
        """A permutation of 0..size-1 for each run: (size, runs)."""
        return np.argsort(self.words(step, size), axis=-2, kind="stable")

    def normals(self, step: Any, dim: int, scale: float = 1.0) -> Array:
        """Normal numbers of standard deviation `scale`: (dim, runs), or (steps, dim, runs) for an array of steps.

        Box and Muller's transform of a 64-bit word to a pair, by tables: the radius sqrt(-2 ln u) of 32-bit u to
        its leading 10 significant bits (33,000 radii up to 6.8), one of 4096 directions. Each coordinate, and each
        combination of a pair, takes 10^8 values. Radii stand for their cell by its mean square, so that the variance
        is exact and the fourth moment is right to 1e-7; the directions enter the characteristic function at t by
        Bessel terms J_4096(t r), which are below 1e-300 for |t r| < 2000.
        """
        words = self.words(step, (dim + 1) // 2)
        radius = np.take(_RADII, _cells(words), mode="clip")
        if scale != 1.0:
            radius *= scale
        direction = (words & np.uint64(DIRECTIONS - 1)).view(np.int64)
        pairs = np.empty((*words.shape[:-2], 2 * words.shape[-2], words.shape[-1]))
        np.multiply(radius, np.take(_COS, direction, mode="wrap"), out=pairs[..., 0::2, :])
        np.multiply(radius, np.take(_SIN, direction, mode="wrap"), out=pairs[..., 1::2, :])
        return pairs[..., :dim, :]


def mix_int(word: int) -> int:
    """SplitMix64's finaliser on a Python integer."""
    word = (word + _ODD) & _MASK
    word = ((word ^ (word >> 30)) * int(_MUL_1)) & _MASK
    word = ((word ^ (word >> 27)) * int(_MUL_2)) & _MASK
    return word ^ (word >> 31)


def _mix(z: Array) -> Array:
    """SplitMix64's finaliser, in place on an array of uint64 that the caller gives away."""
    t = z >> _30
    z ^= t
    z *= _MUL_1
    np.right_shift(z, _27, out=t)
    z ^= t
    z *= _MUL_2
    np.right_shift(z, _31, out=t)
    z ^= t
    return z


def _cells(words: Array) -> Array:
    """Which radius belongs to the high 32 bits of a word: the leading bits of u 2^32 + 1/2 as a float32."""
    x = words.view(np.uint32)[..., _HIGH::2].astype(np.float32)
    x += np.float32(0.5)
    bits = x.view(np.int32)
    bits >>= 23 - RADIUS_BITS
    bits -= _FIRST_CELL
    return bits.astype(np.int64)


def _radii() -> Array:
    """The radius of each cell, smallest u first, by arithmetic that is the same everywhere (+ - * / sqrt)."""
    count = 1 << RADIUS_BITS
    edges = 1.0 + np.arange(count + 1) / count  # of the mantissa
    s = (edges - 1.0) / (edges + 1.0)
    log = np.zeros_like(s)  # ln(edges) = 2 atanh(s), by its series
    for power in range(39, 0, -2):
        log = log * s * s + 1.0 / power
    log *= 2.0 * s
    ln2 = log[-1]
    # the mean of -ln over a cell, from its antiderivative u - u ln u
    mean = 1.0 - count * (edges[1:] * log[1:] - edges[:-1] * log[:-1])
    octaves = 32.0 - np.arange(-1.0, 33.0)
    return np.sqrt(2.0 * np.maximum(octaves[:, None] * ln2 + mean, 0.0)).ravel()


def _directions(count: int) -> tuple[Array, Array]:
    """(cos, sin) of `count` equally spaced angles (a power of two), from half-angle formulas: exact arithmetic only."""
    cos, sin = np.array([1.0, 0.0, -1.0, 0.0]), np.array([0.0, 1.0, 0.0, -1.0])
    c, s = 0.0, 1.0
    while len(cos) < count:
        c, s = np.sqrt((1.0 + c) / 2.0), s / (2.0 * np.sqrt((1.0 + c) / 2.0))
        cos, sin = (
            np.stack([cos, cos * c - sin * s], axis=1).ravel(),
            np.stack([sin, cos * s + sin * c], axis=1).ravel(),
        )
    return cos, sin


_COS, _SIN = _directions(DIRECTIONS)
_RADII = _radii()
