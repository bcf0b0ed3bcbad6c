"""Why something is played back and not computed, in words that a reader knows: names of texts of the page."""

from __future__ import annotations

from landscape.core.methods import Method
from landscape.program.trace import NotTraceable

NEEDS = {
    "line search": "reason_line_search", "residuals": "reason_residuals", "hessian": "reason_curvature",
    "product": "reason_curvature",
}  # fmt: skip
MESSAGES = {
    "operations are too many": "reason_long",
    "two recordings differ": "reason_changes",
    "permutation": "reason_shuffles",
    "words that are drawn": "reason_draws",
    "whole numbers that are drawn": "reason_draws",
}


def reason_of(rule: Method, error: NotTraceable) -> str:
    """Why a rule has no kernel."""
    told = next((text for message, text in MESSAGES.items() if message in str(error)), None)
    if told is not None:
        return told
    asked = next((text for need, text in NEEDS.items() if need in rule.needs), None)
    return "reason_arithmetic" if asked is None else asked


def reason_of_surface(error: NotTraceable) -> str:
    """Why a surface has no function."""
    return "reason_long" if "operations are too many" in str(error) else "reason_surface"
