"""Say what is known of an activation, in words."""

from __future__ import annotations

from collections.abc import Callable

from landscape.nn.activations._base import INF, Activation, Learnt


def facts(phi: Activation, say: Callable[..., str] = str.format) -> dict[str, str]:
    """What is known of an activation, in words: its range, symmetry, and where its derivative is small, 0 or jumps.

    say(text, **values): puts a text in another language.
    """
    both, (low, high), alive = say(" and "), map(_number, phi.range), "on no half line: no unit dies"
    kinks = both.join(map(_number, phi.kinks))
    found = {
        "range": say("{low} to {high}", low=low, high=high),
        "zero-centred": say("yes" if phi.zero_centred else "no"),
        "derivative at most": _number(phi.largest_slope),
        "derivative tends to 0": both.join(say(f"on the {side}") for side in phi.saturates) or say("nowhere"),
        "derivative is 0": both.join(_half_line(*ends, say) for ends in phi.flat) or say(alive),
        "kinks": say("at {places}", places=kinks) if kinks else say("none"),
    } | ({"learnt": say("its slope, with the weights")} if isinstance(phi, Learnt) else {})
    return {say(name): told for name, told in found.items()}


def _half_line(low: float, high: float, say: Callable[..., str]) -> str:
    return say("for z < {z}", z=_number(high)) if low == -INF else say("for z > {z}", z=_number(low))


def _number(x: float) -> str:
    return f"{x:.4g}".replace("inf", "∞").replace("-", "−")
