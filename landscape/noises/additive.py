"""Add random numbers to the gradient: light tails, heavy tails, and a constant bias."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Le

from landscape.core.component import Array, Count, FieldError, Positive, Real
from landscape.core.elementary import total
from landscape.core.random import Source
from landscape.core.surface import Surface
from landscape.noises._registry import Additive, as_column, check_length, register

NAMES = ("gaussian", "gaussian_covariance", "uniform", "rademacher", "student_t", "alpha_stable", "cauchy", "biased")

Scale = Annotated[float | Array, Ge(0)]


@register("gaussian")
class Gaussian(Additive):
    """Gaussian gradient noise that a larger batch averages away.

    g = grad f(p) + sigma / sqrt(batch_size) * z,   z ~ N(0, I), fresh at each step.

    sigma: the standard deviation of one example's gradient, one number for all coordinates or one for each;
    batch_size: examples a step. The variance of a mean of `batch_size` independent examples is sigma^2 / batch_size.
    Source: Bottou, Curtis and Nocedal 2018, "Optimization methods for large-scale machine learning", section 4.2.
    """

    sigma: Scale = 1.0
    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """sigma must be one number, or one for each coordinate."""
        check_length(self, "sigma", surface)

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """Normal numbers: (dim, runs), or (steps, dim, runs) for an array of steps."""
        if isinstance(self.sigma, float):
            return source.normals(step, dim, self.sigma / np.sqrt(self.batch_size))
        return source.normals(step, dim) * as_column(self.sigma / np.sqrt(self.batch_size))

    def covariance(self, dim: int) -> Array:
        """sigma^2 / batch_size on the diagonal."""
        return np.eye(dim) * np.square(self.sigma) / self.batch_size


@register("gaussian_covariance")
class GaussianCovariance(Additive):
    """Gaussian gradient noise with a covariance of any shape.

    g = grad f(p) + L z / sqrt(batch_size),   z ~ N(0, I),   L L^T = covariance_matrix.

    covariance_matrix: that of one example's gradient, (dim, dim), symmetric and positive semi-definite; batch_size:
    examples a step.
    Source: Mandt, Hoffman and Blei 2017, "Stochastic gradient descent as approximate Bayesian inference",
    arXiv:1704.04289, assumptions 1 and 2.
    """

    covariance_matrix: tuple[tuple[Real, ...], ...] = ((1.0, 0.5), (0.5, 1.0))
    batch_size: Count = 1

    def _check(self) -> None:
        rows = self.covariance_matrix
        if not rows or any(len(row) != len(rows) for row in rows):
            raise FieldError(self.name, "covariance_matrix", "must have as many rows as columns")
        matrix = np.array(rows)
        if np.max(np.abs(matrix - matrix.T)) > 1e-12 * np.max(np.abs(matrix)):
            raise FieldError(self.name, "covariance_matrix", "must be symmetric")
        eigenvalues, vectors = np.linalg.eigh(matrix)
        if eigenvalues[0] < -1e-12 * max(1e-300, np.max(np.abs(eigenvalues))):
            lowest = f"its lowest eigenvalue is {eigenvalues[0]:.3g}"
            raise FieldError(self.name, "covariance_matrix", f"must be positive semi-definite, and {lowest}")
        object.__setattr__(self, "_root", vectors * np.sqrt(np.maximum(eigenvalues, 0.0)))

    def check_surface(self, surface: Surface) -> None:
        """The matrix must have a row for each coordinate."""
        if len(self.covariance_matrix) != surface.dim:
            reason = f'must have {surface.dim} rows for the surface "{surface.name}", got {len(self.covariance_matrix)}'
            raise FieldError(self.name, "covariance_matrix", reason)

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """Correlated normal numbers: (dim, runs), or (steps, dim, runs) for an array of steps."""
        z = source.normals(step, dim, 1.0 / math.sqrt(self.batch_size))
        root: Array = self._root  # type: ignore[attr-defined]
        columns = np.moveaxis(z, -2, 0)
        spread = total(np.array([root[:, j].reshape(dim, *(1,) * (z.ndim - 1)) * columns[j] for j in range(dim)]))
        return np.moveaxis(spread, 0, -2)

    def covariance(self, dim: int) -> Array:
        """The matrix that was given, over batch_size."""
        return np.array(self.covariance_matrix) / self.batch_size


@register("uniform")
class Uniform(Additive):
    """Uniform gradient noise: bounded, with the standard deviation sigma.

    g = grad f(p) + z,   z_i ~ U(-sqrt(3) sigma, sqrt(3) sigma).

    sigma: the standard deviation, one number for all coordinates or one for each.
    Source: the continuous uniform distribution, whose variance is (b - a)^2 / 12.
    """

    sigma: Scale = 1.0

    def check_surface(self, surface: Surface) -> None:
        """sigma must be one number, or one for each coordinate."""
        check_length(self, "sigma", surface)

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """Uniform numbers: (dim, runs), or (steps, dim, runs) for an array of steps."""
        # the middle of each of the 2^53 cells, so that the mean is 0
        centred = source.uniforms(step, dim) + (2.0**-54 - 0.5)
        return centred * (2.0 * math.sqrt(3.0) * as_column(self.sigma))

    def covariance(self, dim: int) -> Array:
        """sigma^2 on the diagonal."""
        return np.eye(dim) * np.square(self.sigma)


@register("rademacher")
class Rademacher(Additive):
    """Random signs: the noise of a fair coin in each coordinate.

    g = grad f(p) + sigma s,   s_i = 1 or -1, each with probability 1/2.

    sigma: the size, one number for all coordinates or one for each.
    Source: Spall 1992, "Multivariate stochastic approximation using a simultaneous perturbation gradient
    approximation", doi:10.1109/9.119632, section III, where such signs are the perturbation of choice.
    """

    sigma: Scale = 1.0

    def check_surface(self, surface: Surface) -> None:
        """sigma must be one number, or one for each coordinate."""
        check_length(self, "sigma", surface)

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """sigma or -sigma: (dim, runs), or (steps, dim, runs) for an array of steps."""
        return signs(source.words(step, dim)) * as_column(self.sigma)

    def covariance(self, dim: int) -> Array:
        """sigma^2 on the diagonal."""
        return np.eye(dim) * np.square(self.sigma)


@register("student_t")
class StudentT(Additive):
    """Heavy-tailed gradient noise whose tail is a power law.

    g = grad f(p) + scale t,   t_i ~ Student's t with dof degrees of freedom;  P(|t| > x) ~ x^-dof.

    dof: degrees of freedom: moments of lower order exist, so that up to 2 the variance is infinite and up to 1 there is
    no mean; scale: the factor on t, one number for all coordinates or one for each. With dof > 2 the variance is
    scale^2 dof / (dof - 2).
    Source: Student 1908, "The probable error of a mean"; as gradient noise Gürbüzbalaban, Simsekli and Zhu 2021, "The
    heavy-tail phenomenon in SGD", arXiv:2006.04740.
    """

    dof: Positive = 3.0
    scale: Scale = 1.0

    def check_surface(self, surface: Surface) -> None:
        """scale must be one number, or one for each coordinate."""
        check_length(self, "scale", surface)

    @property
    def tail_index(self) -> float:
        """dof."""
        return self.dof

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """t numbers by the inverse of their distribution: (dim, runs), or (steps, dim, runs) for an array of steps."""
        from scipy.special import stdtrit

        words = source.words(step, dim)
        tail = (np.multiply(words >> np.uint64(11), 2.0**-54) + 2.0**-55).clip(max=0.5)
        return signs(words) * -stdtrit(self.dof, tail) * as_column(self.scale)

    def covariance(self, dim: int) -> Array:
        """scale^2 dof / (dof - 2) on the diagonal; inf for dof up to 2."""
        variance = self.dof / (self.dof - 2.0) if self.dof > 2.0 else np.inf
        return np.diag(np.broadcast_to(np.square(self.scale) * variance, dim))


@register("alpha_stable")
class AlphaStable(Additive):
    """Symmetric alpha-stable gradient noise: what means of heavy-tailed gradients converge to.

    g = grad f(p) + scale batch_size^(1/alpha - 1) x,   E exp(i u x) = exp(-|u|^alpha).

    alpha: the tail index, above 0 and at most 2; below 2 P(|x| > r) ~ r^-alpha, and the variance is infinite. 2 is the
    Gaussian of variance 2, 1 is Cauchy's. scale: the factor on x, one number for all coordinates or one for each;
    batch_size: examples a step. Their mean is stable again; where alpha <= 1 a larger batch does not help.
    Drawn after Chambers, Mallows and Stuck 1976, "A method for simulating stable random variables".
    Source: Simsekli, Sagun and Gürbüzbalaban 2019, "A tail-index analysis of stochastic gradient noise in deep neural
    networks", arXiv:1901.06053.
    """

    alpha: Annotated[float, Gt(0), Le(2)] = 1.5
    scale: Scale = 1.0
    batch_size: Count = 1

    def check_surface(self, surface: Surface) -> None:
        """scale must be one number, or one for each coordinate."""
        check_length(self, "scale", surface)

    @property
    def tail_index(self) -> float:
        """alpha; inf for the Gaussian, alpha = 2."""
        return self.alpha if self.alpha < 2.0 else np.inf

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """Stable numbers: (dim, runs), or (steps, dim, runs) for an array of steps."""
        uniforms = np.minimum(source.uniforms(step, 2 * dim) + 2.0**-54, 1.0 - 2.0**-53)  # never 0 nor 1
        angle = np.pi * (uniforms[..., 0::2, :] - 0.5)
        if self.alpha == 1.0:
            x = np.tan(angle)
        else:
            waiting = -np.log(uniforms[..., 1::2, :])
            bent = np.cos((1.0 - self.alpha) * angle) / waiting
            x = np.sin(self.alpha * angle) / np.cos(angle) ** (1.0 / self.alpha)
            x = x * bent ** ((1.0 - self.alpha) / self.alpha)
        return x * (as_column(self.scale) * self.batch_size ** (1.0 / self.alpha - 1.0))

    def covariance(self, dim: int) -> Array:
        """2 scale^2 / batch_size on the diagonal for alpha = 2; inf below."""
        variance = 2.0 / self.batch_size if self.alpha == 2.0 else np.inf
        return np.diag(np.broadcast_to(np.square(self.scale) * variance, dim))


@register("cauchy")
class Cauchy(Additive):
    """Cauchy gradient noise: so heavy-tailed that it has no mean, and no batch averages it away.

    g = grad f(p) + scale x,   the density of x_i is 1 / (pi (1 + x_i^2)).

    scale: the median of |noise|, one number for all coordinates or one for each.
    Source: Cauchy's distribution; the mean of any number of independent draws has the distribution of one.
    """

    scale: Scale = 1.0

    def check_surface(self, surface: Surface) -> None:
        """scale must be one number, or one for each coordinate."""
        check_length(self, "scale", surface)

    @property
    def tail_index(self) -> float:
        """1."""
        return 1.0

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """Cauchy numbers: (dim, runs), or (steps, dim, runs) for an array of steps."""
        return np.tan(np.pi * (source.uniforms(step, dim) + (2.0**-54 - 0.5))) * as_column(self.scale)

    def covariance(self, dim: int) -> Array:
        """There is none: inf on the diagonal."""
        return np.diag(np.full(dim, np.inf))


@register("biased")
class Biased(Additive):
    """A gradient that is wrong by the same vector at every step.

    g = grad f(p) + bias.

    bias: one number for all coordinates or one for each. Descent settles where grad f = -bias, not at the minimum.
    Source: Ajalloeian and Stich 2020, "On the convergence of SGD with biased gradients", arXiv:2008.00051, equation 2.
    """

    bias: float | Array = 0.1

    def check_surface(self, surface: Surface) -> None:
        """bias must be one number, or one for each coordinate."""
        check_length(self, "bias", surface)

    def sample(self, source: Source, step: Any, dim: int) -> Array:
        """The bias: (dim, runs), or (steps, dim, runs) for an array of steps."""
        return np.zeros((*np.shape(step), dim, len(source.keys))) + as_column(self.bias)

    def covariance(self, dim: int) -> Array:
        """Zero: nothing is random."""
        return np.zeros((dim, dim))

    def mean(self, dim: int) -> Array:
        """The bias: (dim,)."""
        return np.broadcast_to(self.bias, dim).astype(float)


def signs(words: Array) -> Array:
    """1.0 or -1.0 by the lowest bit of each word."""
    return 1.0 - 2.0 * (words & np.uint64(1)).astype(np.float64)
