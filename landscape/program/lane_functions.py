"""Elementary functions that LLVM turns into vector instructions: within three units in the last place (tan: 3.2).

A library's own sine is called number by number, and a loop that calls one is not vectorised. These are series whose
coefficients are 1 / n! and 1 / n, after a reduction of the argument by fused multiplications, which keep it exact (Cody
and Waite 1980, "Software manual for the elementary functions"). They use + - * / and fused multiply-adds alone, so that
the numbers are the same on every processor. sin, cos and tan are right for |x| below WIDE: a kernel tells of runs in
which one is beyond.

Normals, uniforms and whole numbers are those of `landscape.core.random`, to the last bit. Needs numba.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.extras import library
from landscape.core.random import CELL_BITS, half_lines

numba = library("numba", 'engine="numba"')
types, intrinsic = numba.types, library("numba.extending", 'engine="numba"').intrinsic

U, S = np.uint64, np.int64
OCTAVE = np.int64(126 << CELL_BITS)
LEVELS, SLOPES = half_lines()

ROUND = 1.5 * 2.0**52  # adding it rounds to whole numbers, which the low bits of the sum then hold
WIDE = 2.0**50
SIGN, SIZE = np.int64(-(2**63)), np.int64(2**63 - 1)  # the bits of a number's sign, and the others
HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33)
LN2 = (0.6931471805599453, 2.3190468138462996e-17)
PI_1, PI_2, PI_3 = HALF_PI
LN2_1, LN2_2 = LN2
TWO_OVER_PI, LOG2E = 1.0 / PI_1, 1.0 / LN2_1
FACTORIALS = tuple(1.0 / math.factorial(n) for n in range(22))
(F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12, F13, F14, F15, F16, F17, F18) = FACTORIALS[2:19]
F19, F21 = FACTORIALS[19], FACTORIALS[21]
ODD = tuple(2.0 / (2 * n + 1) for n in range(12))
(_, L3, L5, L7, L9, L11, L13, L15, L17, L19, L21, L23) = ODD


def inline(function: Callable[..., Any]) -> Any:
    """The function as a part of the kernels that call it: loops that call one are not vectorised."""
    return numba.njit(forceinline=True, error_model="numpy")(function)


def instruction(function: Callable[..., Any]) -> Any:
    """What numba writes an instruction of LLVM by."""
    return intrinsic(function)


@instruction
def widest(typingctx: Any) -> Any:
    """Let LLVM use vectors of 512 bits in the function that calls it: by itself it uses half of them."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # llvmlite's own `add` knows no attributes of processors
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), codegen


@instruction
def fma(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
    """a b + c, rounded once."""
    number = types.float64

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fma(*args)

    return number(number, number, number), codegen


@instruction
def bits_of(typingctx: Any, x: Any) -> Any:
    """The bits of a float64 as an int64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(types.int64))

    return types.int64(types.float64), codegen


@instruction
def float_of(typingctx: Any, bits: Any) -> Any:
    """The float64 of the bits of an int64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(types.float64))

    return types.float64(types.int64), codegen


@inline
def signed(x: Any, sign: Any) -> Any:
    """-x where the highest bit of sign is set."""
    return float_of(bits_of(x) ^ sign)


@inline
def power_of_two(n: Any) -> Any:
    """2^n of a whole number n from -1022 to 1023."""
    return float_of((bits_of(n + ROUND) + S(1023)) << S(52))


@inline
def exp_part(r: Any) -> Any:
    """(exp(r) - 1 - r) / r^2 for |r| <= ln(2)/2."""
    q: Any = fma(r, F13, F12)
    q = fma(r, q, F11)
    q = fma(r, q, F10)
    q = fma(r, q, F9)
    q = fma(r, q, F8)
    q = fma(r, q, F7)
    q = fma(r, q, F6)
    q = fma(r, q, F5)
    q = fma(r, q, F4)
    q = fma(r, q, F3)
    return fma(r, q, F2)


@inline
def exp(x: Any) -> Any:
    y = 711.0 if x > 711.0 else (-746.0 if x < -746.0 else x)
    k = fma(y, LOG2E, ROUND) - ROUND
    r = fma(-k, LN2_2, fma(-k, LN2_1, y))
    half = fma(k, 0.5, ROUND) - ROUND
    return (fma(r * r, exp_part(r), r) + 1.0) * power_of_two(half) * power_of_two(k - half)


@inline
def expm1(x: Any) -> Any:
    y = 711.0 if x > 711.0 else (-746.0 if x < -746.0 else x)
    k = fma(y, LOG2E, ROUND) - ROUND
    r = fma(-k, LN2_2, fma(-k, LN2_1, y))
    part = fma(r * r, exp_part(r), r)
    half = fma(k, 0.5, ROUND) - ROUND
    a, b = power_of_two(half), power_of_two(k - half)
    large = (part * a + (a - power_of_two(half - k))) * b
    return x if x == 0.0 else (part if k == 0.0 else large)


@inline
def log(x: Any) -> Any:
    small = x < 2.2250738585072014e-308
    y = x * 18014398509481984.0 if small else x  # 2^54
    bits = bits_of(y)
    e = float_of((bits >> S(52)) | S(0x4330000000000000)) - (4503599627370496.0 + 1023.0)
    m = float_of((bits & S(0xFFFFFFFFFFFFF)) | S(0x3FF0000000000000))
    upper = m > 1.4142135623730951
    m = 0.5 * m if upper else m
    e = e + 1.0 if upper else e
    e = e - 54.0 if small else e
    f = m - 1.0
    s = f / (m + 1.0)
    z = s * s
    q: Any = fma(z, L23, L21)
    q = fma(z, q, L19)
    q = fma(z, q, L17)
    q = fma(z, q, L15)
    q = fma(z, q, L13)
    q = fma(z, q, L11)
    q = fma(z, q, L9)
    q = fma(z, q, L7)
    q = fma(z, q, L5)
    q = z * fma(z, q, L3)
    result = fma(e, LN2_1, f - fma(s, f - q, -e * LN2_2))
    return result if (x > 0.0) & (x < np.inf) else (-np.inf if x == 0.0 else (np.nan if x < 0.0 else x))


@inline
def log1p(x: Any) -> Any:
    u = 1.0 + x
    c = (x - (u - 1.0)) / u
    return x if u == 1.0 else (log(u) + c if (u > 0.0) & (u < np.inf) else log(u))


@inline
def reduced(x: Any) -> Any:
    """(x - k pi/2, k) with k whole and the rest about pi/4 long at most: for |x| near WIDE, k may be a little off."""
    shifted = fma(x, TWO_OVER_PI, ROUND)
    k = shifted - ROUND
    return fma(-k, PI_3, fma(-k, PI_2, fma(-k, PI_1, x))), bits_of(shifted)


@inline
def wide(x: Any) -> Any:
    """Whether an argument of a sine is too large, and no infinity."""
    a = math.fabs(x)
    return (a >= WIDE) & (a < np.inf)


@inline
def sin_part(r: Any, z: Any) -> Any:
    q: Any = fma(z, F17, -F15)
    q = fma(z, q, F13)
    q = fma(z, q, -F11)
    q = fma(z, q, F9)
    q = fma(z, q, -F7)
    q = fma(z, q, F5)
    q = fma(z, q, -F3)
    return fma(r * z, q, r)


@inline
def cos_part(z: Any) -> Any:
    q: Any = fma(z, -F18, F16)
    q = fma(z, q, -F14)
    q = fma(z, q, F12)
    q = fma(z, q, -F10)
    q = fma(z, q, F8)
    q = fma(z, q, -F6)
    q = fma(z, q, F4)
    half = 0.5 * z
    w = 1.0 - half
    return w + fma(z * z, q, (1.0 - w) - half)


@inline
def sin(x: Any) -> Any:
    """By one series, on half a turn: k pi is taken off, and the sign is that of (-1)^k."""
    shifted = fma(x, 0.5 * TWO_OVER_PI, ROUND)
    k = 2.0 * (shifted - ROUND)
    r = fma(-k, PI_3, fma(-k, PI_2, fma(-k, PI_1, x)))
    z = r * r
    q: Any = fma(z, F21, -F19)
    q = fma(z, q, F17)
    q = fma(z, q, -F15)
    q = fma(z, q, F13)
    q = fma(z, q, -F11)
    q = fma(z, q, F9)
    q = fma(z, q, -F7)
    q = fma(z, q, F5)
    q = fma(z, q, -F3)
    return x if x == 0.0 else signed(fma(r * z, q, r), bits_of(shifted) << S(63))


@inline
def cos(x: Any) -> Any:
    """By two series, on a quarter of a turn, so that the cosine of 0 is 1."""
    r, k = reduced(x)
    z = r * r
    y = sin_part(r, z) if (k & S(1)) != S(0) else cos_part(z)
    return signed(y, ((k + S(1)) & S(2)) << S(62))


@inline
def tan(x: Any) -> Any:
    r, k = reduced(x)
    z = r * r
    s, c = sin_part(r, z), cos_part(z)
    return x if x == 0.0 else (-c / s if (k & S(1)) != S(0) else s / c)


@inline
def tanh(x: Any) -> Any:
    """By exp(-2 |x|) - 1, of which less is needed here than `expm1` gives: beyond 22 it is -1."""
    y = -2.0 * math.fabs(x)
    y = -44.0 if y < -44.0 else y
    shifted = fma(y, LOG2E, ROUND)
    k = shifted - ROUND
    r = fma(-k, LN2_2, fma(-k, LN2_1, y))
    scale = float_of((bits_of(shifted) + S(1023)) << S(52))
    t = fma(fma(r * r, exp_part(r), r), scale, scale - 1.0)
    return float_of((bits_of(t / (t + 2.0)) & SIZE) | (bits_of(x) & SIGN))


@inline
def mixed(z: Any) -> Any:
    """SplitMix64's finaliser."""
    z = (z ^ (z >> U(30))) * U(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> U(27))) * U(0x94D049BB133111EB)
    return z ^ (z >> U(31))


@inline
def normal(half: Any) -> Any:
    """The normal of a signed half of a word, as a float64 that is whole: `landscape.core.random._inverse`."""
    x = half + 0.5
    a = -x if x < 0.0 else x
    cell = S(np.float32(a).view(np.int32) >> np.int32(23 - CELL_BITS)) - OCTAVE
    y = a * SLOPES[cell] + LEVELS[cell]
    return -y if x < 0.0 else y


@inline
def normal_0(word: Any) -> Any:
    return normal(np.float64(np.int32(word >> U(32))))


@inline
def normal_1(word: Any) -> Any:
    return normal(np.float64(np.int32(word & U(0xFFFFFFFF))))


@inline
def uniform(word: Any) -> Any:
    return np.float64(S(word >> U(11))) * 2.0**-53


@inline
def whole(word: Any, below: Any) -> Any:
    """A whole number from 0 to below it."""
    return S(((word >> U(32)) * below) >> U(32))
