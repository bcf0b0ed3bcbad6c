"""Predict what a record shows, where a closed form is known: rates, stability limits, noise floors.

    for line in predictions(record, "gap"):
        line.formula, line.steps, line.values, line.wrong

Where the record violates a prediction, `wrong` is true. The surface must be a quadratic for a rate or a floor; the
stability limit of the sharpness holds on any surface.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from landscape.analysis._metric import StepMetric, metric, step_metric
from landscape.analysis.preconditioner import limit_factor
from landscape.analysis.selection import median_of
from landscape.core.component import Array
from landscape.core.methods import Noise
from landscape.core.surface import HasTerms, Surface, offers
from landscape.i18n.numbers import number
from landscape.noises.additive import Gaussian
from landscape.noises.minibatches import MiniBatch
from landscape.record import Record, Track

# How far a measured figure may lie from the predicted one, as a share of it.
RATE_SLACK, FLOOR_SLACK = 0.1, 0.5
# Powers of the contraction with which a quantity falls on a quadratic.
POWERS = {"gap": 2, "loss": 2, "distance": 1, "gradient_norm": 1}


@dataclasses.dataclass(frozen=True, eq=False)
class Prediction:
    """A line of theory. label: whose; kind: "rate", "limit" or "floor"; formula, detail: what it is; steps, values:
    (n,); wrong: (n,) whether the record violates it there; measured: what was found, where that is one number."""

    label: str
    kind: str
    formula: str
    steps: Array
    values: Array
    wrong: Array
    measured: float | None = None
    detail: str = ""

    @property
    def violated(self) -> bool:
        """Whether the record violates it for the most part."""
        return bool(np.mean(self.wrong) > 0.5)


@dataclasses.dataclass(frozen=True, eq=False)
class Rule:
    """Gradient descent, heavy ball or Nesterov: rate eta, momentum beta, and the largest eta lambda that is stable.

    eta may be an array of rates, for `contraction`.
    """

    name: str
    eta: Any
    beta: float

    @property
    def limit(self) -> float:
        """Source: Goh 2017, "Why momentum really works"; Nesterov's from the roots of its characteristic polynomial."""
        wide = 2.0 * (1.0 + self.beta)
        return wide / (1.0 + 2.0 * self.beta) if self.name == "nesterov" else wide

    @property
    def limit_formula(self) -> str:
        """The stability limit of the sharpness as a formula."""
        return {"sgd": "2/η", "momentum": "2(1+β)/η", "nesterov": "2(1+β)/((1+2β)η)"}[self.name]

    def contraction(self, eigenvalues: Array) -> Any:
        """The spectral radius of one step at each rate, the largest modulus of its roots over eigenvalues (dim,)."""
        x = np.multiply.outer(self.eta, eigenvalues)
        if self.name == "nesterov":
            trace, product = (1.0 + self.beta) * (1.0 - x), self.beta * (1.0 - x)
        else:
            trace, product = 1.0 + self.beta - x, np.full_like(x, self.beta)
        root = np.sqrt((trace * trace - 4.0 * product).astype(complex))
        return np.max(np.maximum(np.abs(trace + root), np.abs(trace - root)) / 2.0, axis=-1)


def predictions(record: Record, measure: StepMetric | str) -> list[Prediction]:
    """The lines of theory for a measure of all coordinates, each once."""
    measure = step_metric(measure)
    quantity = measure.name
    if quantity == "preconditioned_sharpness":
        return _each_once([line for track in record.tracks if (line := _preconditioned_limit(record, track))])
    makers = {"sharpness": _sharpness_limit, "learning_rate": _rate_limit}
    found: list[Prediction] = []
    if getattr(measure, "coordinate", None) is not None:
        return found
    bowl = None if quantity == "sharpness" else eigenvalues(record.surface)
    for track in record.tracks:
        # a limit moves with a schedule, while rates and floors need one rate
        rule = rule_of(track, steady=quantity not in makers)
        if rule is None or (bowl is None and quantity != "sharpness"):
            continue
        made = None
        if quantity in makers:
            made = makers[quantity](record, track, rule, bowl)
        elif quantity in POWERS and bowl is not None:
            maker = _contraction if record.noise is None else _floor
            made = maker(record, track, rule, bowl, quantity)
        if made is not None:
            found.append(made)
    return _each_once(found)


def _each_once(found: list[Prediction]) -> list[Prediction]:
    unlike = {(line.kind, line.formula, line.values.tobytes()): line for line in reversed(found)}
    return [line for line in found if unlike[line.kind, line.formula, line.values.tobytes()] is line]


def eigenvalues(surface: Surface) -> Array | None:
    """(dim,): those of the Hessian, ascending, where the surface is a strictly convex quadratic; else None.

    Its gradient is compared with H (p - p*) at corners of the window and beyond.
    """
    if len(surface.minima) != 1 or surface.dim > 200:
        return None
    p = surface.minima[0].point
    lows, highs = np.array(surface.window, dtype=np.float64).T
    spots = np.array([lows, highs, 0.7 * lows + 0.3 * highs, 1.3 * highs - 0.4 * lows, p]).T
    with np.errstate(all="ignore"):
        hessian = np.asarray(surface.hessian(p), dtype=np.float64)
        gradient = np.asarray(surface.gradient(spots), dtype=np.float64)
    linear = hessian @ (spots - p[:, None])
    if not np.isfinite(hessian).all() or not np.allclose(gradient, linear, rtol=1e-9, atol=1e-9 * np.abs(linear).max()):
        return None
    found = np.linalg.eigvalsh(hessian)
    return found if found[0] > 0.0 else None


def rule_of(track: Track, steady: bool = True) -> Rule | None:
    """The rule that an entrant follows, where there is a closed form: one rate for all runs, no weight decay.

    steady: the rate must not change either; else the rule has the first one.
    """
    name, optimizer = track.optimizer.name, track.optimizer
    uneven = np.ptp(track.lr) > 0.0 if steady else np.ptp(track.lr, axis=1).max() > 0.0
    if name not in ("sgd", "momentum", "nesterov") or uneven or not track.lr[0].min() > 0.0:
        return None
    extras = [getattr(optimizer, field, 0.0) for field in ("weight_decay", "dampening")]
    beta = np.ravel(getattr(optimizer, "momentum", 0.0))
    if any(np.any(np.asarray(extra) != 0.0) for extra in extras) or np.ptp(beta) > 0.0:
        return None
    return Rule(name, float(track.lr[0, 0]), float(beta[0]))


def _contraction(record: Record, track: Track, rule: Rule, bowl: Array, quantity: str) -> Prediction | None:
    """From the first value down as rho^(power t): what the worst eigenvalue allows."""
    power, rho = POWERS[quantity], rule.contraction(bowl)
    measured = median_of(track, step_metric(quantity), record.surface)
    if quantity == "loss" and record.surface.lowest != 0.0:
        return None
    # a line that hardly falls in all the steps there are shows nothing
    falls = 0.0 < rho < 1.0 and power * float(track.steps[-1]) * math.log(rho) < -1.0
    if not (falls and np.isfinite(measured[0]) and measured[0] > 0.0):
        return None
    steps = track.steps.astype(np.float64)
    found = _measured_rate(steps, measured, power)
    late = 0.0 if found is None else math.log(found) - math.log(rho) * (1.0 - RATE_SLACK)
    # a double root makes the decay t rho^t instead of rho^t, and plain descent has none
    root = 0.0 if rule.name == "sgd" else 2.0 / max(float(steps[-1]), 1.0)
    violated = found is not None and late > root
    detail = "ρ = max |1−ηλ|" if rule.name == "sgd" else ""
    if rule.name == "momentum" and abs(rho - math.sqrt(rule.beta)) < 1e-9:
        detail = "ρ = √β"
    raised = "ρ²ᵗ" if power == 2 else "ρᵗ"
    with np.errstate(under="ignore"):
        values = measured[0] * rho ** (power * steps)
    formula = f"{raised}, ρ = {number(rho)}"
    return Prediction(track.label, "rate", formula, steps, values, np.full(len(steps), violated), found, detail)


def _measured_rate(steps: Array, values: Array, power: int) -> float | None:
    """The contraction a step over the second half of what stands above rounding; None where too little does."""
    highest = np.maximum.accumulate(values[::-1])[::-1]
    good = np.flatnonzero((highest > 1e-14 * values[0]) & np.isfinite(highest))
    if len(good) < 20:
        return None
    first, last = good[len(good) // 2], good[-1]
    slope = (math.log(highest[last]) - math.log(highest[first])) / float(steps[last] - steps[first])
    return math.exp(slope / power)


def _floor(record: Record, track: Track, rule: Rule, bowl: Array, quantity: str) -> Prediction | None:
    """The stationary mean square of each coordinate, eta s^2 (1+beta) / (lambda (1-beta) (2(1+beta) - eta lambda)).

    s^2: the noise's variance along each eigenvector of the Hessian, (dim,), which for a sigma per coordinate is not
    that along the coordinates.
    Source: the Lyapunov equation of the linear recursion; for beta = 0 Mandt, Hoffman and Blei 2017, section 3.
    """
    surface, covariance = record.surface, noise_covariance(record.noise, record.surface)
    if covariance is None or rule.name == "nesterov" or rule.eta * bowl[-1] >= rule.limit:
        return None
    _, vectors = np.linalg.eigh(np.asarray(surface.hessian(surface.minima[0].point), dtype=np.float64))
    spread = np.diagonal(vectors.T @ covariance @ vectors)
    beta, eta = rule.beta, rule.eta
    square = eta * spread * (1.0 + beta) / (bowl * (1.0 - beta) * (2.0 * (1.0 + beta) - eta * bowl))
    level = {
        "gap": float(np.sum(bowl * square)) / 2.0,
        "loss": float(np.sum(bowl * square)) / 2.0 + (record.surface.lowest or 0.0),
        "distance": math.sqrt(float(np.sum(square))),
        "gradient_norm": math.sqrt(float(np.sum(bowl * bowl * square))),
    }[quantity]
    if not level > 0.0:
        return None
    values = metric(quantity).measure(track, record.surface)
    last = values[-max(1, len(values) // 4) :]
    root = np.sqrt(np.mean(last**2)) if POWERS[quantity] == 1 else np.mean(last)
    arrived = values[0].mean() * rule.contraction(bowl) ** (POWERS[quantity] * 0.75 * track.steps[-1]) < 0.1 * level
    ratio = float(root) / level
    enough = last.size * (1.0 - rule.contraction(bowl)) > 20.0  # independent draws
    violated = arrived and enough and not 1.0 / (1.0 + FLOOR_SLACK) < ratio < 1.0 + FLOOR_SLACK
    steps = track.steps[[0, -1]].astype(np.float64)
    formula = {"gap": "Σ ησ²/2(2−ηλ)", "loss": "Σ ησ²/2(2−ηλ)", "distance": "√Σ ησ²/λ(2−ηλ)"}.get(
        quantity, "√Σ ησ²λ/(2−ηλ)"
    )
    if beta:
        formula = f"{formula.replace('2−ηλ', '2+2β−ηλ')}·(1+β)/(1−β)"
    return Prediction(track.label, "floor", formula, steps, np.full(2, level), np.full(2, violated), float(root),
                   "on average")  # fmt: skip


def noise_covariance(noise: Noise | None, surface: Surface) -> Array | None:
    """(dim, dim): the covariance of the noise of a gradient, where that is the same at every place; else None.

    Of mini-batches drawn with replacement it is that of the terms' gradients over the size of the batch, where the
    terms differ by a shift of a quadratic: their gradients then differ by constants, which is tried at two places.
    """
    if isinstance(noise, Gaussian):
        return noise.covariance(surface.dim)
    if not isinstance(noise, MiniBatch) or not surface.minima:
        return None
    places = surface.minima[0].point, np.array(surface.window)[:, 1]
    if not offers(surface, HasTerms):
        return None
    number, found = np.arange(surface.terms), []
    for place in places:
        gradients = surface.term_gradient(np.repeat(place[:, None], surface.terms, axis=1), number[None])
        found.append(gradients - gradients.mean(axis=1, keepdims=True))
    here, there = found
    if not np.allclose(here, there, rtol=1e-9, atol=1e-9 * float(np.abs(there).max(initial=0.0))):
        return None
    return np.asarray(here @ here.T / surface.terms / noise.batch_size)


def _sharpness_limit(record: Record, track: Track, rule: Rule, bowl: Array | None) -> Prediction:
    """The largest eigenvalue at which the rate is stable. Source: Cohen et al. 2021, section 2."""
    measured = median_of(track, step_metric("sharpness"), record.surface)
    with np.errstate(divide="ignore"):
        levels = rule.limit / track.lr[:, 0]
    steps = track.steps.astype(np.float64)
    wrong = measured > levels * (1.0 + 1e-9)
    steady = np.ptp(track.lr) == 0.0
    formula = f"{rule.limit_formula} = {number(float(levels[0]))}" if steady else rule.limit_formula
    return Prediction(track.label, "limit", formula, steps, levels, wrong)


def _preconditioned_limit(record: Record, track: Track) -> Prediction | None:
    """The largest eigenvalue of D^-1 H at which a rule that divides by D is stable. Source: Cohen et al. 2022."""
    factor = limit_factor(track)
    if factor is None or np.ptp(track.lr, axis=1).max() > 0.0 or not track.lr[0].min() > 0.0:
        return None
    with np.errstate(divide="ignore"):
        levels = factor / track.lr[:, 0]
    measured = median_of(track, step_metric("preconditioned_sharpness"), record.surface)
    formula = f"{number(factor)}/η"
    if np.ptp(track.lr) == 0.0:
        formula = f"{formula} = {number(float(levels[0]))}"
    wrong = measured > levels * (1.0 + 1e-9)
    return Prediction(track.label, "limit", formula, track.steps.astype(np.float64), levels, wrong)


def _rate_limit(record: Record, track: Track, rule: Rule, bowl: Array | None) -> Prediction:
    assert bowl is not None
    level = rule.limit / float(bowl[-1])
    words = f"{rule.limit_formula.replace('η', 'λ')} = {number(level)}"
    steps, wrong = track.steps.astype(np.float64), track.lr[:, 0] > level
    return Prediction(track.label, "limit", words, steps, np.full(len(steps), level), wrong)
