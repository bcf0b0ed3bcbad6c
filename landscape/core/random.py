"""Draw random numbers that belong to a run: the same alone, in a batch, in chunks, on any machine.

    source = Source(seed=0, runs=np.arange(1000), purpose="noise")
    source.normals(step=7, dim=2)          # (2, 1000)
    source.select([7]).normals(7, 2)       # the same numbers as column 7 above, bit for bit
    Source(Seed(0, stream=1), [7], "noise")     # of the streams of version 1, as 0.1.0 drew them

A draw is a pure function of (seed, purpose, run, step, position): a counter hashed by SplitMix64's finaliser (Steele,
Lea and Flood 2014, "Fast splittable pseudorandom number generators"; constants by Stafford). A draw changes no state,
so order and batching do not matter. Normals are made with + - * / and sqrt alone, which IEEE 754 fixes to the last bit.

Streams have a version, so that what was drawn once can be drawn again. A record and a scenario carry it, and so does
every component that draws by a seed of its own, as its field `stream`.

    1   0.1.0. A word is counted by step * count + position, so that draws of different counts share words. Normals by
        Box and Muller's transform on 33,000 radii and 4096 directions: none within .022 of the origin, some 0.
    2   A word is counted by its step and its position. Normals by the inverse of their distribution.
"""

from __future__ import annotations

import functools
import math
import sys
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array

NEWEST = 2
Stream = Annotated[int, Ge(1), Le(NEWEST)]

_ODD = 0x9E3779B97F4A7C15
_MUL_1, _MUL_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = (np.uint64(bits) for bits in (30, 27, 31, 32))
_MASK = (1 << 64) - 1
_HIGH = 1 if sys.byteorder == "little" else 0

LARGEST_SEED = 2**63 - 1  # that a user can give: those above are of `apart`

# Of version 2: a cell is the sign, the exponent and so many bits of the mantissa of a float32.
CELL_BITS = 8
TERMS = 30  # of the series for the middle of the normal distribution, and of the continued fraction for its tail

# Of version 1.
DIRECTIONS = 4096
RADIUS_BITS = 10  # of the mantissa of u
_FIRST_CELL = 126 << RADIUS_BITS  # the cell of 0.5, the least that u 2^32 + 1/2 can be


class Seed(int):
    """A seed with the version of its streams; a plain number means the newest."""

    stream: int

    def __new__(cls, number: int, stream: int = NEWEST) -> Seed:
        if stream not in range(1, NEWEST + 1):
            raise ValueError(f"stream must be a version from 1 to {NEWEST}, got {stream!r}")
        made = int.__new__(cls, number)
        made.stream = stream
        return made


def apart(seed: Seed) -> Seed:
    """A seed that nobody can give, another for every seed, so that what is drawn from it is never what is shown.

    The words of a purpose are hashed from a base, which differs from seed to seed, as hashing is one to one.
    """
    return Seed(LARGEST_SEED + 1 + seed, seed.stream)


class Source:
    """The randomness of a batch of runs for one purpose.

    seed: a number, or a `Seed` for streams of another version than the newest; runs: (runs,) the number of each run.
    """

    def __init__(self, seed: int, runs: Any, purpose: str) -> None:
        self._stream = seed.stream if isinstance(seed, Seed) else NEWEST
        self._base = mix_int(int.from_bytes(purpose.encode(), "little") % (1 << 61) ^ mix_int(seed))
        self._runs = np.asarray(runs)

    def _of(self, keys: Array) -> Source:
        source = object.__new__(Source)
        source._stream, source._keys = self._stream, keys
        return source

    @functools.cached_property
    def _keys(self) -> Array:
        return self._keyed(self._runs)

    def _keyed(self, runs: Array) -> Array:
        return _mix(runs.astype(np.uint64) * np.uint64(_ODD) + np.uint64(self._base))

    @property
    def stream(self) -> int:
        """The version of the streams."""
        return self._stream

    @property
    def keys(self) -> Array:
        """(runs,) uint64: what a run's draws are hashed from."""
        return self._keys

    def select(self, columns: Any) -> Source:
        """The source of some of the runs (an index array, a mask or a slice)."""
        if "_keys" in vars(self):
            return self._of(self._keys[columns])
        return self._of(self._keyed(self._runs[columns]))  # of many runs, none has keys before it is its turn

    def branch(self, number: int) -> Source:
        """Another source for the same runs, identified by `number`: draws of the two are independent."""
        return self._of(_mix(self._keys ^ np.uint64(mix_int(number))))

    def words(self, step: Any, count: int) -> Array:
        """Uniform 64-bit words: (count, runs), or (steps, count, runs) for an array of steps."""
        stride = np.uint64(count if self._stream == 1 else 1 << 32)
        counter = np.asarray(step, dtype=np.uint64)[..., None] * stride + np.arange(count, dtype=np.uint64)
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

        Two of a 64-bit word. Of version 2: with a signed 32-bit half h, x = h + 1/2 and u = |x| / 2^32, a normal is the
        inverse of the normal distribution's tail at u with the sign of x, by a straight line in each of 256 cells of
        each octave of u. A line meets the inverse at its cell's two Gauss points, so that the variance is right to
        1e-12 within the 6.34 that 32 bits reach. Normals are within 6e-7 of the inverse, their density within .2 %.
        """
        words = self.words(step, (dim + 1) // 2)
        return _polar(words, dim, scale) if self._stream == 1 else _inverse(words, dim, scale)


def mix_int(word: int) -> int:
    """SplitMix64's finaliser on a Python integer."""
    word = (word + _ODD) & _MASK
    word = ((word ^ (word >> 30)) * int(_MUL_1)) & _MASK
    word = ((word ^ (word >> 27)) * int(_MUL_2)) & _MASK
    return word ^ (word >> 31)


def _mix(z: Array) -> Array:
    """SplitMix64's finaliser, in place on an array of uint64 that the caller does not use again."""
    t = z >> _30
    z ^= t
    z *= _MUL_1
    np.right_shift(z, _27, out=t)
    z ^= t
    z *= _MUL_2
    np.right_shift(z, _31, out=t)
    z ^= t
    return z


def _inverse(words: Array, dim: int, scale: float) -> Array:
    """Normals of version 2 from words (..., (dim + 1) // 2, runs): (..., dim, runs)."""
    halves = words.view(np.int32)
    x = np.empty((*words.shape[:-2], dim, words.shape[-1]))
    x[..., 0::2, :] = halves[..., _HIGH::2]
    x[..., 1::2, :] = halves[..., : dim // 2, 1 - _HIGH :: 2]
    x += 0.5
    bits = x.astype(np.float32).view(np.uint32)
    bits >>= 23 - CELL_BITS
    cells = bits.astype(np.int64)
    levels, slopes = _lines()
    numbers = slopes.take(cells, mode="clip")
    x *= numbers
    x += levels.take(cells, mode="clip", out=numbers)
    if scale != 1.0:
        x *= scale
    return x


@functools.cache
def _lines() -> tuple[Array, Array]:
    """(levels, slopes) of each cell: a normal is levels + slopes x. By arithmetic that is the same everywhere."""
    count = 1 << CELL_BITS
    gauss = 0.5 + np.sqrt(1.0 / 12.0) * np.array([-1.0, 1.0])
    mantissas = 1.0 + (np.arange(count)[:, None] + gauss) / count
    octaves = np.arange(-1, 31)[:, None, None]  # |x| is from 1/2 to 2^31
    x = np.ldexp(mantissas, octaves)
    z = _quantiles(np.ldexp(x, -32), (32.0 - octaves) * _logarithms(np.array(2.0)) - _logarithms(mantissas))
    levels, slopes = np.zeros((2, 256, count)), np.zeros((2, 256, count))  # by sign, exponent and mantissa
    slope = (z[..., 1] - z[..., 0]) / (x[..., 1] - x[..., 0])
    level = z[..., 0] - slope * x[..., 0]
    for sign in (0, 1):
        levels[sign, 126:158], slopes[sign, 126:158] = level * (1.0 - 2.0 * sign), slope
        # a float32 may round up to 2^31, which is no octave of its own
        levels[sign, 158, 0], slopes[sign, 158, 0] = levels[sign, 157, -1], slopes[sign, 157, -1]
    return levels.ravel(), slopes.ravel()


def half_lines() -> tuple[Array, Array]:
    """(levels, slopes) of the cells of positive numbers, from the octave of 1/2 on: the others mirror them."""
    levels, slopes = (table.reshape(2, 256, -1)[0, 126:159].ravel() for table in _lines())
    return levels, slopes


def _quantiles(u: Array, minus_log: Array) -> Array:
    """z > 0 with P(Z > z) = u, given -ln u too: to 1e-10.

    A rational function that is right to 4.5e-4 (Abramowitz and Stegun 1964, 26.2.23), and from there the inverse's
    series to the third order (the same, 26.2.5, 26.2.10 and 26.2.14 for the distribution).
    """
    t = np.sqrt(2.0 * minus_log)
    above = 2.515517 + t * (0.802853 + t * 0.010328)
    z = t - above / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    square = z * z
    root = 1.0 + 0.0 * z  # exp(z^2 / 2 / 2^10), by its series
    for term in range(8, 0, -1):
        root = 1.0 + root * square / (2048.0 * term)
    for _ in range(10):
        root = root * root
    density = 1.0 / (root * math.sqrt(2.0 * math.pi))
    middle, tail = 1.0 + 0.0 * z, z
    for term in range(TERMS, 0, -1):
        middle = 1.0 + middle * square / (2.0 * term + 1.0)
        tail = z + term / tail
    share = np.where(z < 3.0, (0.5 - u) / density - z * middle, 1.0 / tail - u / density)  # (P(Z > z) - u) / density
    return z + share * (1.0 + share * (z / 2.0 + share * (1.0 + 2.0 * square) / 6.0))


def _logarithms(x: Array) -> Array:
    """ln x for x from 1 to 2: 2 atanh((x - 1) / (x + 1)), by its series."""
    s = (x - 1.0) / (x + 1.0)
    log = np.zeros_like(s)
    for power in range(39, 0, -2):
        log = log * s * s + 1.0 / power
    log *= 2.0 * s
    return log


def _polar(words: Array, dim: int, scale: float) -> Array:
    """Normals of version 1 from words (..., (dim + 1) // 2, runs): (..., dim, runs).

    Box and Muller's transform of a word to a pair, by tables: the radius sqrt(-2 ln u) of 32-bit u to its leading 10
    significant bits, one of 4096 directions. The radius of a cell is its root mean square.
    """
    radii, cosines, sines = _circles()
    radius = np.take(radii, _cells(words), mode="clip")
    if scale != 1.0:
        radius *= scale
    direction = (words & np.uint64(DIRECTIONS - 1)).view(np.int64)
    pairs = np.empty((*words.shape[:-2], 2 * words.shape[-2], words.shape[-1]))
    np.multiply(radius, np.take(cosines, direction, mode="wrap"), out=pairs[..., 0::2, :])
    np.multiply(radius, np.take(sines, direction, mode="wrap"), out=pairs[..., 1::2, :])
    return pairs[..., :dim, :]


def _cells(words: Array) -> Array:
    """Which radius belongs to the high 32 bits of a word: the leading bits of u 2^32 + 1/2 as a float32."""
    x = words.view(np.uint32)[..., _HIGH::2].astype(np.float32)
    x += np.float32(0.5)
    bits = x.view(np.int32)
    bits >>= 23 - RADIUS_BITS
    bits -= _FIRST_CELL
    return bits.astype(np.int64)


@functools.cache
def _circles() -> tuple[Array, Array, Array]:
    """(radii, cosines, sines) of version 1."""
    return _radii(), *_directions(DIRECTIONS)


def _radii() -> Array:
    """The radius of each cell, smallest u first, by arithmetic that is the same everywhere (+ - * / sqrt)."""
    count = 1 << RADIUS_BITS
    edges = 1.0 + np.arange(count + 1) / count  # of the mantissa
    log = _logarithms(edges)
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
