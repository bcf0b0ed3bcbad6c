"""What some tests need beside the README's test environment, and how they say so.

    def test_a_rule_is_torchs(torch): ...       # the fixture is the library, and marks the test `reference`
    @pytest.mark.reference("torch")             # marks a case, or a test that does not touch the library itself
    @pytest.mark.kernel                         # needs what stands below

A marked test is skipped where something that it needs is missing, and says what. With `--no-skips` it fails instead, as
does anything else that skips: so runs the continuous integration where all is installed.
"""

import importlib.util
import re

# libraries that hold our laws independently: module -> package
REFERENCE = {
    "torch": "torch",
    "optax": "optax",
    "jax": "jax",
    "cma": "cma",
    "sklearn": "scikit-learn",
    "cocoex": "coco-experiment",
    "numba": "numba",
    "distributed": "distributed",
    "jsonschema": "jsonschema",
    "colorspacious": "colorspacious",
    "ipywidgets": "ipywidgets",
    "anywidget": "anywidget",
    "jupytext": "jupytext",
    "latex2mathml": "latex2mathml",
}
# marker -> module -> package
MARKERS = {
    "reference": REFERENCE,
    "browser": {"playwright": "playwright"},
    "kernel": {"nbclient": "nbclient", "ipykernel": "ipykernel"},
}


def wanted(marker, given, fixtures):
    """The modules that a test needs by one of its markers: those given to it, its fixtures', or all of the marker's."""
    known = MARKERS[marker]
    named = [name for name in known if name in {*given, *fixtures}]
    if unknown := set(given) - set(known):
        raise ValueError(f"the marker {marker} takes {', '.join(known)}, got {', '.join(sorted(unknown))}")
    return (named + ["jax"] * ("optax" in named and "jax" not in named)) or list(known)


def may_hold(text, expression):
    """Whether a file of this text may hold tests that `-m expression` chooses: it names a marker of it or a module.

    True of any expression that is not of the markers above, joined by "or".
    """
    markers = set(expression.split(" or "))
    if not markers <= MARKERS.keys():
        return True
    words = markers.union(*(MARKERS[marker] for marker in markers))
    return re.search(rf"\b({'|'.join(words)})\b", text) is not None


def missing(marker, given=(), fixtures=()):
    """Why a test with this marker cannot be run here; nothing where it can."""
    lacking = [name for name in wanted(marker, given, fixtures) if importlib.util.find_spec(name) is None]
    if not lacking:
        return ""
    packages = " and ".join(MARKERS[marker][name] for name in lacking)
    return f"needs {packages}, not installed here: CONTRIBUTING.md says how to run the tests marked {marker}"
