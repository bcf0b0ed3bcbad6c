"""The cases that property tests draw: the same in every run, or new ones.

    pytest                                # the same cases in every run and on every machine
    LANDSCAPE_SEED=random pytest          # new ones; the closing lines say the seed
    LANDSCAPE_SEED=20938 pytest           # those of that seed again

Hypothesis draws by this seed, and so does every test that draws with `generator` or `numbers`.
"""

import os
import random
import secrets

NAME = "LANDSCAPE_SEED"


def seed():
    """The seed that was asked for, or None for the cases that are always the same."""
    asked = os.environ.get(NAME, "")
    if asked == "random":  # processes that run tests are started later, and have what is set here
        asked = os.environ[NAME] = str(secrets.randbelow(10**6))
    if asked and not asked.isdecimal():
        raise ValueError(f"{NAME} must be a whole number or random, got {asked!r}")
    return int(asked) if asked else None


def generator(*key):
    """A NumPy generator for one case; key: whole numbers that no other case of the test has."""
    import numpy as np  # once the number of its threads is set: conftest.py

    return np.random.default_rng([*key] if SEED is None else [*key, SEED])


def always(*key):
    """A generator that is the same whatever the seed, for the tests of a check."""
    import numpy as np

    return np.random.default_rng([*key])


def numbers(*key):
    """The same of the standard library."""
    return random.Random(":".join(map(str, key if SEED is None else (*key, SEED))))


SEED = seed()
