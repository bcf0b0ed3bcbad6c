"""A second look at derivatives that came out as NaN: what a value does not depend on has no part in its slope.

np.where(x > 0, np.log(x), 0.0) at x = -1, backwards: 0 times the slope of a logarithm that is not taken
p[0] ** 0.5 + p[1] along p[1], forwards: the infinite slope at p[0] = 0 times a coordinate that stays

Both are 0 times what is infinite or no number, and 0 only if the 0 stands for "not at all". Here every slope is carried
along with where it is alive. It takes twice the time, so a pass is done again like this only where NaN came out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from landscape.derivatives.rules import Elementwise, Joint, Linear, folded, shape_of

ON = False  # whether passes are careful


@contextlib.contextmanager
def carefully() -> Iterator[None]:
    global ON  # noqa: PLW0603
    before, ON = ON, True
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        ON = before


def pushed(rule: Any, i: int, part: Any, live: Any, out: Any, primals: Sequence[Any], options: Any) -> tuple[Any, Any]:
    """(the change of `out` by input i, where it is one), given `part`, as the rule says, and where the input moves."""
    shape = shape_of(out)
    if isinstance(rule, Elementwise):
        moves = np.broadcast_to(np.asarray(live), shape)
        if rule.chooses:
            moves = np.not_equal(rule.slopes[i](np.where(live, 1.0, 0.0), _plain(out), *map(_plain, primals)), 0.0)
        return np.where(moves, part, 0.0), moves
    if isinstance(rule, (Linear, Joint)):
        return part, np.not_equal(
            rule.push(i, np.where(live, 1.0, 0.0), None, [_plain(x) for x in primals], options), 0
        )
    return part, np.full(shape, bool(np.any(live)))


def pulled(tape: Sequence[Any], last: int, g: Any, p: Any) -> Any:
    """The slope along the first node of a tape for a slope g along the node `last`."""
    slopes: list[Any] = [None] * (last + 1)
    lives: list[Any] = [None] * (last + 1)
    slopes[last], lives[last] = g, np.ones(shape_of(g))
    for index in range(last, 0, -1):
        g, live = slopes[index], lives[index]
        slopes[index] = lives[index] = None
        if g is None or not np.any(live):
            continue
        node = tape[index]
        for i, arg in enumerate(node.args):
            if type(arg) is not type(node) or arg.level != node.level:
                continue
            part, alive = _back(node, i, g, live)
            at = arg.index
            slopes[at] = part if slopes[at] is None else slopes[at] + part
            lives[at] = alive if lives[at] is None else lives[at] + alive
    return np.zeros(shape_of(p)) if slopes[0] is None else slopes[0]


def _back(node: Any, i: int, g: Any, live: Any) -> tuple[Any, Any]:
    """(the slope along argument i of a node, where it is one): numbers above 0 are where."""
    rule, primals, shape = node.rule, node.primals, shape_of(node.args[i].primal)
    if isinstance(rule, Elementwise):
        if rule.chooses:
            live = np.abs(rule.slopes[i](live, _plain(node.primal), *map(_plain, primals)))
        part = np.where(live != 0.0, rule.slopes[i](g, node.primal, *primals), 0.0)
        return folded(part, shape), folded(np.broadcast_to(live, shape_of(node.primal)), shape)
    part = rule.pull(i, g, node.primal, primals, node.options)
    if isinstance(rule, (Linear, Joint)):
        return part, np.abs(rule.pull(i, live, None, [_plain(x) for x in primals], node.options))
    return part, np.ones(shape)


def _plain(x: Any) -> Any:
    while hasattr(type(x), "derived"):
        x = x.primal
    return x
