"""Surfaces with known geometry: `landscape.surface(name, ...)` builds one, `names()` lists them.

One module for each family: bowls, ravines, saddles, rugged, and sums (surfaces made of shifted copies of another).
"""

from landscape.surfaces._registry import REGISTRY, names, register
from landscape.surfaces.bowls import Quadratic
from landscape.surfaces.ravines import Beale, Rosenbrock
from landscape.surfaces.rugged import Himmelblau, Rastrigin
from landscape.surfaces.saddles import DoubleWell, HyperbolicSaddle, MonkeySaddle
from landscape.surfaces.sums import FiniteSum

__all__ = [
    "REGISTRY",
    "Beale",
    "DoubleWell",
    "FiniteSum",
    "Himmelblau",
    "HyperbolicSaddle",
    "MonkeySaddle",
    "Quadratic",
    "Rastrigin",
    "Rosenbrock",
    "names",
    "register",
]
