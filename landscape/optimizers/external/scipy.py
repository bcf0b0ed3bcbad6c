"""SciPy's minimizers, an iteration a step: `nelder_mead`, `powell`, `scipy_bfgs`, ...

Each runs to its end in the first step, for as many iterations as there are steps, and is played back: row k of a record
is SciPy's k-th iterate, with its evaluations up to there. A run stays where SciPy has stopped.
"""

from __future__ import annotations

from landscape.optimizers._registry import register
from landscape.optimizers.external._scipy import SLOPES, VALUES, Minimizer

NAMES = (
    "nelder_mead",
    "powell",
    "cobyla",
    "scipy_cg",
    "scipy_bfgs",
    "scipy_lbfgsb",
    "tnc",
    "slsqp",
    "scipy_newton_cg",
    "scipy_dogleg",
    "scipy_trust_ncg",
    "scipy_trust_krylov",
    "scipy_trust_exact",
)


@register("nelder_mead")
class NelderMead(Minimizer):
    """Nelder and Mead's simplex, which crawls down by reflections of its worst corner: SciPy's "Nelder-Mead".

    p <- the best corner after the iteration

    options: SciPy's for this method, such as { xatol = 1e-8, fatol = 1e-8, adaptive = true }.
    Source: Nelder and Mead 1965, "A simplex method for function minimization", doi:10.1093/comjnl/7.4.308.
    Differences: SciPy's first simplex is the start and, for each coordinate, the start with that one 5 % larger.
    """

    method = "Nelder-Mead"
    matrices = 2
    needs = VALUES


@register("powell")
class Powell(Minimizer):
    """Powell's conjugate directions, by line searches without derivatives: SciPy's "Powell".

    p <- the point after a search along each direction

    options: SciPy's for this method, such as { xtol = 1e-8, ftol = 1e-8 }.
    Source: Powell 1964, "An efficient method for finding the minimum of a function of several variables without
    calculating derivatives", doi:10.1093/comjnl/7.2.155.
    """

    method = "Powell"
    matrices = 1
    needs = VALUES


@register("cobyla")
class Cobyla(Minimizer):
    """Powell's linear interpolation on a simplex: SciPy's "COBYLA", here without constraints.

    p <- the best point after the iteration

    options: SciPy's for this method, such as { rhobeg = 0.5, tol = 1e-8 }.
    Source: Powell 1994, "A direct search optimization method that models the objective and constraint functions by
    linear interpolation", doi:10.1007/978-94-015-8330-5_4.
    """

    method = "COBYLA"
    matrices = 3
    needs = VALUES


@register("scipy_cg")
class ScipyCG(Minimizer):
    """Nonlinear conjugate gradients by Polak and Ribiere with a Wolfe line search: SciPy's "CG".

    p <- p + t d,   d <- -g + max(0, beta) d

    options: SciPy's for this method, such as { gtol = 1e-10 }.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithm 5.4 with equation 5.44; Polak and Ribiere 1969.
    """

    method = "CG"
    needs = SLOPES


@register("scipy_bfgs")
class ScipyBFGS(Minimizer):
    """BFGS with a Wolfe line search: SciPy's "BFGS", the default of scipy.optimize.minimize.

    p <- p - t B g,   B the approximation of the inverse Hessian

    options: SciPy's for this method, such as { gtol = 1e-10 }.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithm 6.1.
    """

    method = "BFGS"
    matrices = 3
    needs = SLOPES


@register("scipy_lbfgsb")
class ScipyLBFGSB(Minimizer):
    """L-BFGS-B, BFGS from the last few gradients alone: SciPy's "L-BFGS-B", here without bounds.

    p <- p - t B g,   B from the last `maxcor` differences of gradients

    options: SciPy's for this method, such as { maxcor = 5, ftol = 1e-14, gtol = 1e-10 }.
    Source: Byrd, Lu, Nocedal and Zhu 1995, "A limited memory algorithm for bound constrained optimization",
    doi:10.1137/0916069.
    """

    method = "L-BFGS-B"
    needs = SLOPES


@register("tnc")
class TNC(Minimizer):
    """Nash's truncated Newton method: SciPy's "TNC", here without bounds.

    p <- p + t d,   d from a few conjugate gradient steps on H d = -g, H by differences of gradients

    options: SciPy's for this method, such as { gtol = 1e-10, maxfun = 1000 }.
    Source: Nash 1984, "Newton-type minimization via the Lanczos method", doi:10.1137/0721052.
    """

    method = "TNC"
    needs = SLOPES


@register("slsqp")
class SLSQP(Minimizer):
    """Kraft's sequential least squares: SciPy's "SLSQP", here without constraints.

    p <- p + t d,   d from the quadratic model that gradients have taught

    options: SciPy's for this method, such as { ftol = 1e-14, maxiter = 500 }.
    Source: Kraft 1988, "A software package for sequential quadratic programming", DFVLR-FB 88-28.
    """

    method = "SLSQP"
    matrices = 2
    needs = SLOPES


@register("scipy_newton_cg")
class ScipyNewtonCG(Minimizer):
    """Newton's method by conjugate gradients, from products of the Hessian with vectors: SciPy's "Newton-CG".

    p <- p + t d,   H d = -g solved as far as it pays

    options: SciPy's for this method, such as { xtol = 1e-10 }.
    Source: Nocedal and Wright 2006, "Numerical optimization", algorithm 7.1.
    """

    method = "Newton-CG"
    needs = SLOPES | {"product"}


@register("scipy_dogleg")
class ScipyDogleg(Minimizer):
    """A trust region searched along a dog leg from the steepest descent to Newton's point: SciPy's "dogleg".

    p <- p + d where the quadratic model was right enough

    options: SciPy's for this method, such as { gtol = 1e-10, max_trust_radius = 10.0 }. It needs a positive definite
    Hessian, and stops where it meets another.
    Source: Nocedal and Wright 2006, "Numerical optimization", section 4.1; Powell 1970.
    """

    method = "dogleg"
    matrices = 2
    needs = SLOPES | {"hessian"}


@register("scipy_trust_ncg")
class ScipyTrustNCG(Minimizer):
    """A trust region by conjugate gradients that end at its edge: SciPy's "trust-ncg".

    p <- p + d where the quadratic model was right enough

    options: SciPy's for this method, such as { gtol = 1e-10, initial_trust_radius = 0.5 }.
    Source: Steihaug 1983, "The conjugate gradient method and trust regions in large scale optimization",
    doi:10.1137/0720042.
    """

    method = "trust-ncg"
    needs = SLOPES | {"product"}


@register("scipy_trust_krylov")
class ScipyTrustKrylov(Minimizer):
    """A trust region solved in the Krylov space of Lanczos vectors: SciPy's "trust-krylov".

    p <- p + d where the quadratic model was right enough

    options: SciPy's for this method, such as { gtol = 1e-10, inexact = false }.
    Source: Gould, Lucidi, Roma and Toint 1999, "Solving the trust-region subproblem using the Lanczos method",
    doi:10.1137/S1052623497322735.
    """

    method = "trust-krylov"
    needs = SLOPES | {"product"}


@register("scipy_trust_exact")
class ScipyTrustExact(Minimizer):
    """A trust region solved nearly exactly, from the Hessian's factors: SciPy's "trust-exact".

    p <- p + d where the quadratic model was right enough

    options: SciPy's for this method, such as { gtol = 1e-10, initial_trust_radius = 0.5 }.
    Source: More and Sorensen 1983, "Computing a trust region step", doi:10.1137/0904038; Conn, Gould and Toint 2000,
    "Trust-region methods", section 7.3.
    """

    method = "trust-exact"
    matrices = 3
    needs = SLOPES | {"hessian"}
