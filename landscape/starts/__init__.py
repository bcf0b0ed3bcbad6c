"""Say where runs begin: at points, on a grid or a ring, at random, or at initial weights of a network.

    ls.start("grid", shape=(20, 20))
    ls.start("random_ball", count=100, radius=0.1)
    ls.start("xavier", count=64)

Windows and centres left out come from the surface. A random start depends on the seed and its own number alone.
"""

from landscape.starts._registry import REGISTRY, names, register

__all__ = ["REGISTRY", "names", "register"]
