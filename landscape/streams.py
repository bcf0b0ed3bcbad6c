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

from landscape.component import Array

_ODD = 0x9E3779B97F4A7C15
_MUL_1, _MUL_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = (np.uint64(bits) for bits in (30, 27, 31, 32))
_MASK = (1 << 64) - 1
_HIGH = 1 if sys.byteorder == "little" else 0

LARGEST_SEED = 2**63 - 1

DIRECTIONS = 4096
_SQRT_HALF_BITS = 0x3F3504F3
_2_LN2 = np.float32(2 * 0.6931471805599453)
# -2 ln(1 + f) = f * poly(f) on [sqrt(1/2) - 1, sqrt(2) - 1], relative error 1.7e-7, highest power first
_LOG = tuple(
    np.float32(-2.0 * c)
    for c in (
        -0.10134056955575943, 0.1623418927192688, -0.17247013747692108, 0.19898565113544464,
        -0.24970071017742157, 0.33335113525390625, -0.5000036358833313, 0.9999999403953552,
    )
)  # fmt: skip


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

        Box and Muller's transform of a 64-bit word to a pair: the radius sqrt(-2 ln u) from 32 bits in single
        precision (so |z| < 6.8), the direction one of 4096 equally spaced ones. Each coordinate, and each linear
        combination of a pair, is normal: the finite number of directions enters its characteristic function at t by
        Bessel terms J_4096(t r), which are below 1e-300 for |t r| < 2000.
        """
        words = self.words(step, (dim + 1) // 2)
        radius = _radius(words) * np.float64(scale)
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


def _radius(words: Array) -> Array:
    """sqrt(-2 ln u), u = (high 32 bits + 1/2) / 2^32, as float32."""
    x = words.view(np.uint32)[..., _HIGH::2].astype(np.float32)
    x += np.float32(0.5)
    bits = x.view(np.int32)
    bits -= _SQRT_HALF_BITS
    exponent = (bits >> 23).astype(np.float32)
    bits &= 0x7FFFFF
    bits += _SQRT_HALF_BITS
    x -= np.float32(1.0)
    square = x * _LOG[0]
    for coefficient in _LOG[1:]:
        square += coefficient
        square *= x
    np.subtract(np.float32(32.0), exponent, out=exponent)
    exponent *= _2_LN2
    square += exponent
    return np.sqrt(square, out=square)


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
