"""Hold a registered component to all laws of its kind in one case, which names the member and every law it breaks.

    LAWS = {"the gradient is the derivative of the value": check_gradient, ...}

    @pytest.mark.parametrize("surface", SURFACES, ids=repr)
    def test_a_surface_holds_every_law(surface):
        check_laws(surface, LAWS)

A case for each law and member would be thousands, each of which costs more to arrange than to run.

    with planted("surface", "wrong", Wrong):        # a member for the length of a block
        ...
"""

import contextlib
import warnings

import pytest

from landscape.core.batches import UserCodeWarning
from landscape.core.registry import registry


@contextlib.contextmanager
def planted(kind, name, cls):
    """A class as a member of its registry under a name, for the length of a block: what a new member would be."""
    known = registry(kind)
    assert name not in known.names(), f'the {kind} "{name}" is there already'
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserCodeWarning)  # that something is wrong with it is known
            yield known.register(name)(cls)
    finally:
        known._members.pop(name, None)


def check_laws(member, laws, *, name=None):
    """Run every law on the member; AssertionError with all that are broken, each with what it says.

    laws: what each says -> a function of the member that raises where it is broken. The first of what was raised is
    the cause, so that its traceback is shown.
    """
    broken = {}
    for law, check in laws.items():
        try:
            check(member)
        except (Exception, pytest.fail.Exception) as error:
            broken[law] = error
    if broken:
        lines = [f"  {law}: {_said(error)}" for law, error in broken.items()]
        many = f"{len(broken)} laws" if len(broken) > 1 else "a law"
        raise AssertionError("\n".join([f"{name or repr(member)} breaks {many}:", *lines])) from next(
            iter(broken.values())
        )


def _said(error):
    text = str(error).strip().replace("\n", "\n    ")
    if isinstance(error, (AssertionError, pytest.fail.Exception)):
        return text or "an assertion without a word failed"
    return f"{type(error).__name__}: {text}"
