"""Judge derivatives of a function against one-sided differences, which know nothing of how they were made.

judged(f, p, "gradient", "reverse")     # "right", "refused: why", "no number", "no reference" or "wrong: what"

A derivative is right if it is the differences', or, at a kink, between those on either side: there is no other answer.
NaN counts as no number, and is right only where there is no derivative.
"""

import math

import numpy as np

import landscape as ls
from landscape.derivatives import NotDifferentiable

# One-sided differences of seven values: the k-th derivative from f(0), f(h), ..., f(6h), right to h^6 and h^5.
NODES = np.arange(7.0)
WEIGHTS = np.linalg.inv(np.vander(NODES, increasing=True))
STEPS = (2e-3, 5e-4)
NEAR = {1: 2e-6, 2: 2e-4}  # how near a derivative must be, relative to all around it


def sides(f, p, unit, order):
    """((left, its error), (right, its error)) of the derivative of an order along a unit; NaN where there is none."""
    found = []
    for sign in (-1.0, 1.0):
        by_step = []
        for h in STEPS:
            values = np.array([number(f, p + sign * t * h * unit) for t in NODES])
            by_step.append(math.factorial(order) * float(WEIGHTS[order] @ values) * sign**order / h**order)
            noise = 1e-14 * np.abs(values).max() / h**order
        found.append((by_step[0], abs(by_step[0] - by_step[1]) + noise))
    return found


def number(f, p):
    try:
        value = f(np.array(p))
    except (ValueError, ArithmeticError):
        return math.nan
    return float(value) if np.ndim(value) == 0 and np.isrealobj(value) else math.nan


def fits(found, f, p, unit, order):
    """True, False, or None where the differences do not tell."""
    known = [(value, error) for value, error in sides(f, p, unit, order) if error < 1e-3 * (1.0 + abs(value))]
    if not known:
        return None
    if math.isnan(found):
        return bool(len(known) < 2 or abs(known[0][0] - known[1][0]) > 1e-3 * (1.0 + abs(known[0][0])))
    if len(known) < 2 and not math.isfinite(found):
        return True
    scale = 1.0 + max(abs(value) for value, _ in known)
    slack = NEAR[order] * scale + 10.0 * max(error for _, error in known)
    lows, highs = min(value for value, _ in known), max(value for value, _ in known)
    return bool(lows - slack <= found <= highs + slack)


def directions(dim, order):
    """Units, and for second derivatives the sums of two."""
    units = list(np.eye(dim))
    return units if order == 1 else units + [units[i] + units[j] for i in range(dim) for j in range(i)]


def judged(f, p, what, method):
    """How a gradient or a Hessian of f at p (dim,) comes out: one of the words above."""
    order = 1 if what == "gradient" else 2
    if not math.isfinite(number(f, p)):
        return "no value"
    try:
        found = getattr(ls, what)(f, method=method)(p)
    except NotDifferentiable as error:
        return f"refused: {error}"
    verdicts = set()
    for unit in directions(len(p), order):
        along = float(unit @ found) if order == 1 else float(unit @ found @ unit)
        if order == 2 and not smooth(f, p, unit):  # the slope itself jumps: there is no curvature
            verdicts.add("right" if not math.isfinite(along) else "no reference")
            continue
        right = fits(along, f, p, unit, order)
        if right is False and math.isnan(along):
            verdicts.add("no number")
        elif right is False:
            seen = ", ".join(f"{value:.6g}" for value, _ in sides(f, p, unit, order))
            return f"wrong: {along:.6g} along {unit.tolist()}, differences {seen}"
        else:
            verdicts.add("no reference" if right is None else "right")
    return next(word for word in ("no number", "no reference", "right") if word in verdicts)


def smooth(f, p, unit):
    (left, left_error), (right, right_error) = sides(f, p, unit, 1)
    return abs(left - right) <= 1e-5 * (1.0 + abs(left)) + 10.0 * (left_error + right_error)


def points(dim, plain=2):
    """Points without and with ties, zeros and edges."""
    rng = np.random.default_rng(dim)
    some = [rng.uniform(-1.6, 1.6, dim) for _ in range(plain)] + [rng.uniform(0.2, 1.4, dim)]
    unit = np.eye(dim)[0]
    return [
        *some,
        np.zeros(dim),
        np.ones(dim),
        unit,
        np.arange(dim) - 1.0,
        0.5 * np.ones(dim),
        rng.uniform(0.2, 1, dim) - 0.0 * unit,
        np.where(unit > 0, 0.0, 0.7),
    ]
