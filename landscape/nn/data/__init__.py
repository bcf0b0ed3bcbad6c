"""Data for a network to learn: made from a seed, or scikit-learn's bundled sets.

    moons = build("moons", count=200, noise=0.1, seed=3)
    moons.examples()                        # x (n, features), y (n,)
    split(moons, test=0.25, standardise=True)
    landscape.surface("network", dataset=(X, y), layers=(4, 8, 1))     # data of your own, as build("arrays", x=X, y=y)

A made set depends on its fields alone: its random numbers are `landscape.core.random`', the same everywhere, of
the version that its field `stream` says.
"""

from landscape.nn.data._base import REGISTRY, Dataset, Split, Task, build, examples, names, register, split

__all__ = ["REGISTRY", "Dataset", "Split", "Task", "build", "examples", "names", "register", "split"]
