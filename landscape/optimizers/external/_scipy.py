"""Run SciPy's minimizers one run at a time, and count their evaluations."""

from __future__ import annotations

import dataclasses
import inspect
import warnings
from typing import Any, ClassVar

import numpy as np

from landscape.core.component import Array, FieldError
from landscape.core.foreign import plain
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.playback import Playback, RecordedRun, begun, played


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Minimizer(Method):
    """A method of scipy.optimize.minimize. It is given the derivatives that it needs."""

    options: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    lr = 1.0
    method: ClassVar[str]
    matrices: ClassVar[int] = 0  # (dim, dim) that SciPy works with

    def kept(self, dim: int) -> int:
        """The simplex, the directions or the approximation of the Hessian."""
        return self.matrices * dim * dim

    def init(self, params: Array) -> Playback:
        """Nothing but the start (dim, runs)."""
        return begun(params)

    def step(self, params: Array, oracle: Oracle, state: Playback, lr: Any) -> tuple[Array, Playback]:
        """SciPy's next iterate: (dim, runs). `lr` changes nothing."""
        return played(params, oracle, state, self.minimize)

    def _check(self) -> None:
        from scipy import optimize

        object.__setattr__(self, "options", plain(self.name, "options", self.options))
        if not self.options:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", optimize.OptimizeWarning)
                warnings.simplefilter("ignore", RuntimeWarning)
                optimize.minimize(**self._arguments(_Bowl()))
        except Exception as error:
            raise FieldError(self.name, "options", f"{self.options} are refused by SciPy: {error}") from None

    def minimize(self, loss: RecordedRun) -> None:
        """Minimize one run's loss from loss.start (dim,)."""
        from scipy import optimize

        optimize.minimize(**self._arguments(loss), callback=loss.reached)

    def _arguments(self, loss: Any) -> dict[str, Any]:
        given = {"jac": "gradient", "hess": "hessian", "hessp": "product"}
        evaluated = {key: getattr(loss, kind) for key, kind in given.items() if kind in self.needs}
        return {"fun": loss.value, "x0": loss.start, "method": self.method, "options": dict(self.options), **evaluated}


class _Bowl:
    """|x|^2/2, to try options on."""

    start = np.ones(2)

    def value(self, x: Array) -> float:
        return float(0.5 * x @ x)

    def gradient(self, x: Array) -> Array:
        return x

    def product(self, x: Array, vector: Array) -> Array:
        return vector

    def hessian(self, x: Array) -> Array:
        return np.eye(2)


VALUES = frozenset({"exact", "value"})
SLOPES = VALUES | {"gradient"}


def seeded(function: Any, word: int) -> dict[str, Any]:
    """The randomness of a run, by the name that SciPy gives the argument in this version."""
    name = "rng" if "rng" in inspect.signature(function).parameters else "seed"
    return {name: np.random.default_rng(word)}


def check_arguments(rule: Any, function: Any, ours: set[str]) -> None:
    """FieldError where options are not among a function's arguments, or are those that are given here."""
    object.__setattr__(rule, "options", plain(rule.name, "options", rule.options))
    ours = ours | {"func", "args", "x0", "callback", "disp", "rng", "seed"}
    known = [name for name in inspect.signature(function).parameters if name not in ours]
    for name in rule.options:
        if name not in known:
            raise FieldError(rule.name, "options", f'"{name}" is not one of {", ".join(known)}')
