"""Say whether two contenders of the benchmark solved the same problem, and where they did not.

    disagreement_w1(landscape, torch)       # "" or 'rmsprop: params differs by 2.1e-03, more than 1e-09'
    disagreement_w2(landscape, optax)       # "" or 'rate 0.0001: final losses differ, medians 2.1 and 2.4'

W1 is free of noise: the paths must be the same but for rounding. In W2 each library draws its own noise: the
final losses must have the same distribution at each learning rate.
"""

from __future__ import annotations

import numpy as np
import peers
from peers import Descent, Ends
from scipy.stats import ks_2samp

TOLERANCE_W1 = 1e-9  # rounding grows to some 1e-12 on these paths, which are not chaotic
CHANCE_W2 = 1e-8  # of refusing equal distributions, over all rates together
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
    """The first rate at which final losses are not of one distribution (Kolmogorov-Smirnov), or "".

    Where one side has but a few runs at a rate, they must lie within the other's range, widened threefold.
    """
    common = np.intersect1d(a.rates, b.rates)
    if not len(common):
        return "no rate in common: another problem"
    for rate in common:
        mine, yours = sorted((a.value[a.rates == rate], b.value[b.rates == rate]), key=len)
        if not (np.all(np.isfinite(mine)) and np.all(np.isfinite(yours))):
            return f"rate {rate:.3g}: a final loss is not finite"
        if len(mine) < FEW:
            margin = np.ptp(yours)
            same = yours.min() - margin <= mine.min() and mine.max() <= yours.max() + margin
        else:
            same = ks_2samp(mine, yours, method="asymp").pvalue >= CHANCE_W2 / len(common)
        if not same:
            medians = f"{np.median(mine):.5g} and {np.median(yours):.5g}"
            return f"rate {rate:.3g}: final losses differ, medians {medians}"
    return ""
