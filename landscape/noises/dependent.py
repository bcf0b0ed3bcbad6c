"""Make the noise depend on the gradient, on the curvature, on the position or on the step."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Gt, Le

from landscape.core.component import Array, Count, FieldError, NonNegative, Positive, Real
from landscape.core.elementary import select, total
from landscape.core.methods import Moment, Noise, Schedule
from landscape.core.surface import Surface
from landscape.noises._registry import Perturbation, as_column, check_length, register

NAMES = (
    "multiplicative",
    "gradient_proportional",
    "hessian_proportional",
    "masked",
    "quantized",
    "scheduled",
    "by_distance",
)


@register("multiplicative")
class Multiplicative(Perturbation):
    """Each coordinate of the gradient times its own random factor.

    g_i = (1 + sigma z_i) grad_i f(p),   z ~ N(0, I).

    sigma: the relative error. It vanishes where the gradient does: at a minimum that all examples share, SGD comes to
    rest.
    Source: Ma, Bassily and Belkin 2018, "The power of interpolation", arXiv:1712.06559, for noise of this kind.
    """

    sigma: NonNegative = 0.5

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs), each number times its factor."""
        factors = 1.0 + moment.source.normals(moment.step, len(gradient), self.sigma)
        return gradient * factors, memory


@register("gradient_proportional")
class GradientProportional(Perturbation):
    """Isotropic noise as long as the gradient is, up to a factor: the strong growth condition.

    g = grad f(p) + sigma |grad f(p)| z / sqrt(dim),   z ~ N(0, I);   E |g - grad f|^2 = sigma^2 |grad f|^2.

    sigma: length of the noise over that of the gradient.
    Source: Schmidt and Le Roux 2013, "Fast convergence of stochastic gradient descent under a strong growth
    condition", arXiv:1308.6370, for gradients of examples whose lengths are bounded so.
    """

    sigma: NonNegative = 0.5

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs) plus noise of a length in proportion."""
        z = moment.source.normals(moment.step, len(gradient), self.sigma / np.sqrt(len(gradient)))
        return gradient + np.sqrt(total(gradient * gradient)) * z, memory


@register("hessian_proportional")
class HessianProportional(Perturbation):
    """Gaussian noise with the shape of the Hessian: strong where the surface bends, weak along valleys.

    g = grad f(p) + sigma |H(p)|^(1/2) z / sqrt(batch_size),   z ~ N(0, I),   H = Hessian of f.

    sigma: the covariance of one example's gradient is sigma^2 |H|, |H| with the eigenvalues of H made positive;
    batch_size: examples a step. On a quadratic SGD's stationary variance along an eigenvector of eigenvalue a is
    lr sigma^2 / ((2 - lr a) batch_size): for a small learning rate lr the same in every direction.
    Source: Jastrzebski et al. 2017, "Three factors influencing minima in SGD", arXiv:1711.04623, section 2; Zhu, Wu,
    Yu, Wu and Ma 2019, "The anisotropic noise in stochastic gradient descent", arXiv:1803.00195.
    """

    sigma: NonNegative = 1.0
    batch_size: Count = 1

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs) plus noise with the Hessian's shape."""
        z = moment.source.normals(moment.step, len(gradient), self.sigma / np.sqrt(self.batch_size))
        matrices = np.moveaxis(moment.surface._hessian(moment.params), -1, 0)
        known: Array = np.all(np.isfinite(matrices), axis=(1, 2))
        eigenvalues, vectors = np.linalg.eigh(np.where(known[:, None, None], matrices, 0.0))
        # column k of `vectors` is the k-th eigenvector: (runs, dim, k) -> (k, dim, runs)
        axes = np.moveaxis(vectors, (2, 1, 0), (0, 1, 2))
        along = total(np.moveaxis(axes, 1, 0) * z[:, None])
        return gradient + total(axes * (np.sqrt(np.abs(eigenvalues.T)) * along)[:, None]), memory


@register("masked")
class Masked(Perturbation):
    """Drop coordinates of the gradient at random, and enlarge those that are left to keep the mean.

    g_i = m_i grad_i f(p) / keep_i,   m_i = 1 with probability keep_i, else 0.

    keep: the share of its steps in which a coordinate is kept, one number for all or one for each. With one for each it
    is what a sum over examples gives whose features are seldom 1: feature i in a share keep_i of them.
    Source: Nesterov 2012, "Efficiency of coordinate descent methods on huge-scale optimization problems",
    doi:10.1137/100802001; as drop-out of gradients Stich, Cordonnier and Jaggi 2018, "Sparsified SGD with memory",
    arXiv:1809.07599, definition 2.2.
    """

    keep: Annotated[float | Array, Gt(0), Le(1)] = 0.5

    def check_surface(self, surface: Surface) -> None:
        """keep must be one number, or one for each coordinate."""
        check_length(self, "keep", surface)

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs), most of its coordinates 0."""
        keep = as_column(self.keep)
        dropped = moment.source.uniforms(moment.step, len(gradient)) - keep
        return select(dropped, 0.0, gradient / keep), memory


@register("quantized")
class Quantized(Perturbation):
    """Round the gradient at random to a few levels, as workers do that send it over a network.

    g_i = |grad f| sign(grad_i f) q_i,   q_i = l/levels or (l + 1)/levels with mean |grad_i f| / |grad f|.

    levels: how many levels there are above 0. The mean is the exact gradient; the variance is at most
    min(dim / levels^2, sqrt(dim) / levels) |grad f|^2.
    Source: Alistarh, Grubic, Li, Tomioka and Vojnovic 2017, "QSGD", arXiv:1610.02132, section 3.1 and lemma 3.1.
    """

    levels: Count = 4

    def perturbed(self, gradient: Array, moment: Moment, memory: Any) -> tuple[Array, Any]:
        """gradient (dim, runs), rounded."""
        length = np.sqrt(total(gradient * gradient))
        scaled = np.abs(gradient) / np.where(length > 0.0, length, 1.0) * self.levels
        low = np.floor(scaled)
        up = moment.source.uniforms(moment.step, len(gradient)) < scaled - low
        return length * np.sign(gradient) * (low + up) / self.levels, memory


@register("scheduled")
class Scheduled(Noise):
    """Another noise whose size follows a schedule.

    g = grad f(p) + factor(t) (g_inner - grad f(p)).

    noise: the other noise; schedule: its factor at each step.
    Source: Neelakantan et al. 2015, "Adding gradient noise improves learning for very deep networks",
    arXiv:1511.06807, equation 1, whose Gaussian noise has the factor (1 + t)^-0.275.
    """

    noise: Noise
    schedule: Schedule

    def _check(self) -> None:
        if self.schedule.reads_loss:
            raise FieldError(self.name, "schedule", f'cannot be "{self.schedule.name}", which reads the loss')

    def check_surface(self, surface: Surface) -> None:
        """The surface must suit the other noise."""
        self.noise.check_surface(surface)

    def init(self, params: Array) -> Any:
        """The other noise's memory."""
        return self.noise.init(params)

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The exact gradient plus the other noise's error times the factor of this step."""
        return _stretched(self.noise, self.schedule(moment.step, moment.steps), moment, memory)

    def value(self, moment: Moment, memory: Any = ()) -> Array:
        """The exact loss plus the other noise's error times the factor of this step: (runs,)."""
        exact = moment.surface._value(moment.params)
        return exact + self.schedule(moment.step, moment.steps) * (self.noise.value(moment, memory) - exact)


@register("by_distance")
class ByDistance(Noise):
    """Another noise whose size grows with the distance from a point.

    g = grad f(p) + sqrt(1 + |p - center|^2 / length^2) (g_inner - grad f(p)).

    noise: the other noise; center: one number for each coordinate; length: the distance at which the noise has grown by
    sqrt(2). The variance is that at the centre plus a part that grows with the square of the distance.
    Source: Gladyshev 1965, "On stochastic approximation", for a variance that grows so; on a
    round bowl it is Bottou, Curtis and Nocedal 2018, "Optimization methods for large-scale machine learning",
    assumption 4.3, where it grows with the square of the gradient.
    """

    noise: Noise
    center: tuple[Real, ...] = (0.0, 0.0)
    length: Positive = 1.0

    def check_surface(self, surface: Surface) -> None:
        """The center must have a number for each coordinate, and the surface must suit the other noise."""
        if len(self.center) != surface.dim:
            reason = f'must have {surface.dim} numbers for the surface "{surface.name}", got {len(self.center)}'
            raise FieldError(self.name, "center", reason)
        self.noise.check_surface(surface)

    def init(self, params: Array) -> Any:
        """The other noise's memory."""
        return self.noise.init(params)

    def gradient(self, moment: Moment, memory: Any = ()) -> tuple[Array, Any]:
        """The exact gradient plus the other noise's error times the factor of this place."""
        way = (moment.params - np.array(self.center)[:, None]) / self.length
        return _stretched(self.noise, np.sqrt(1.0 + total(way * way)), moment, memory)


def _stretched(noise: Noise, factor: Any, moment: Moment, memory: Any) -> tuple[Array, Any]:
    noisy, memory = noise.gradient(moment, memory)
    exact = moment.exact
    return exact + factor * (noisy - exact), memory
