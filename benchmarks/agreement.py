"""Say whether two contenders of the benchmark solved the same problem, and where they did not.

    disagreement_w1(landscape, torch)       # "" or 'rmsprop: params differs by 2.1e-03, more than 1e-09'
    disagreement_w2(landscape, optax)       # "" or 'rate 0.0001: final losses differ, medians 2.1 and 2.4'

W1 is free of noise: the paths must be the same but for rounding. In W2 each library draws its own noise: the
final losses must have the same distribution at each learning rate.
"""

from __future__ import annotations

import numpy as np
import peers
from peers import Array, Descent, Ends
from scipy.stats import ks_2samp, rankdata

TOLERANCE_W1 = 1e-9  # rounding grows to some 1e-12 on these paths, which are not chaotic
TOLERANCE_ENDS, SHARE_ENDS = 1e-6, 1e-3
CHANCE_W2 = 1e-8  # of refusing equal distributions
FEW = 10  # fewer runs than this at a rate are no sample to compare distributions with


def disagreement_w1(a: dict[str, Descent], b: dict[str, Descent]) -> str:
    """Where two recordings of the noise-free paths differ by more than 1e-9 (relative above 1), or ""."""
    for name in peers.SETTINGS:
        for field in Descent._fields:
            mine, yours = getattr(a[name], field), getattr(b[name], field)
            if mine.shape != yours.shape:
                return f"{name}: {field} has shape {mine.shape} against {yours.shape}"
            worst = np.max(np.abs(mine - yours) / np.maximum(1.0, np.abs(yours)))
            if not worst <= TOLERANCE_W1:
                return f"{name}: {field} differs by {worst:.1e}, more than {TOLERANCE_W1:g}"
    return ""


def disagreement_w2(a: Ends, b: Ends) -> str:
    """Where final losses are not of one distribution (Kolmogorov-Smirnov), or "".

    The losses are compared at each rate, then their ranks within each rate over all rates together: at full size
    that shows a noise a twentieth too strong. A side with but a few runs must lie within the other's range,
    widened threefold.
    """
    common = np.intersect1d(a.rates, b.rates)
    if not len(common):
        return "no rate in common: another problem"
    ranks: list[Array] = []
    for rate in common:
        mine, yours = a.value[a.rates == rate], b.value[b.rates == rate]
        if not (np.all(np.isfinite(mine)) and np.all(np.isfinite(yours))):
            return f"rate {rate:.3g}: a final loss is not finite"
        if not _alike(mine, yours, CHANCE_W2 / len(common)):
            medians = f"{np.median(mine):.5g} and {np.median(yours):.5g}"
            return f"rate {rate:.3g}: final losses differ, medians {medians}"
        if len(mine) == len(yours):
            ranks.append(rankdata(np.append(mine, yours)).reshape(2, -1))
    pooled = np.hstack(ranks) if ranks else np.empty((2, 0))
    if ranks and not _alike(pooled[0], pooled[1], CHANCE_W2):
        return "final losses spread differently, over all rates together"
    return ""


def disagreement_ends(a: Array, b: Array) -> str:
    """Where final params (dim, runs) of noise-free runs differ by more than 1e-6 in over a thousandth of them, or "".

    A run that begins on the border between two basins ends in either by its roundings. So one run may differ however
    few there are: one of W4's hundred does between any two libraries, and with itself from a start 1e-15 away.
    """
    if a.shape != b.shape:
        return f"shape {a.shape} against {b.shape}"
    apart = np.max(np.abs(a - b) / np.maximum(1.0, np.abs(b)), axis=0) > TOLERANCE_ENDS
    return f"{np.mean(apart):.1%} of the runs end elsewhere" if np.sum(apart) > max(1, SHARE_ENDS * len(apart)) else ""


def _alike(mine: Array, yours: Array, chance: float) -> bool:
    if min(len(mine), len(yours)) >= FEW:
        return bool(ks_2samp(mine, yours, method="asymp").pvalue >= chance)
    few, many = sorted((mine, yours), key=len)
    margin = np.ptp(many)
    return bool(many.min() - margin <= few.min() and few.max() <= many.max() + margin)
