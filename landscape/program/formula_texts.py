"""What is said of a formula, or of a rule as text, that cannot be taken: one list, which pages of the browser have too.

raise Refused("long", most=2000, count=2001)      # ValueError: must be at most 2000 characters long, got 2001
"""

from __future__ import annotations

TEXTS = {
    "long": "must be at most {most} characters long, got {count}",
    "line": "must be a formula in one line, such as x**2 + y**2",
    "letters": 'may hold only plain letters, digits and + - * / ** ( ) . ,, not "{odd}"',
    "hat": 'may hold only + - * / **, numbers, names and functions, not "^": powers are **',
    "sign": 'may hold only + - * / **, numbers, names and functions, not "{odd}"',
    "end": "is not a formula: it ends where a number, a name or a bracket should follow",
    "between": 'is not a formula: a sign is missing between "{before}" and "{after}"',
    "place": 'is not a formula: "{odd}" stands where a number, a name or a bracket should',
    "unclosed": "is not a formula: a bracket is not closed",
    "unopened": "is not a formula: a bracket is closed that was not opened",
    "deep": "is nested more than {most} deep",
    "powers": "has powers of powers beyond {most}",
    "parts": "must have at most {most} parts, got {count}",
    "one": "{name} takes one argument",
    "two": "{name} takes two arguments",
    "function": 'has no function "{name}". Functions: {names}',
    "number": "holds a number beyond {most}",
    "name": 'has the name "{name}"; names are letters and underscores, then digits, at most 32',
    "word": 'must not use the word "{name}" as a name',
    "argument": "needs an argument after {name}: {name}(x)",
    "exponent": "may have only numbers of at most {most}, and formulas with names, as powers",
    "power": "has a power of {power}, beyond {most}",
    "finite": "divides by zero, is not real, or is beyond 1e+300",
    "variables": "must hold 1 to {most} variables, got {count}",
    "plane": "must hold two variables on a page, x and y for instance, got {names}",
    "idle": 'does not hold the parameter "{name}"',
    "value": 'must be numbers up to {most}, got {given} for "{name}"',
    "meaning": 'must not be called "{name}", which has a meaning of its own',
    "operations": "has second derivatives of {count} operations; {most} are the most",
    "assignments": "must be assignments such as m = beta*m + g; p = p - lr*m",
    "assignment": 'must be assignments such as m = beta*m + g; p = p - lr*m, and "{piece}" is none',
    "rules": "is one more than the {most} that a page has",
    "many": "must have at most {most} assignments, got {count}",
    "target": 'must not assign to "{name}", which has a meaning of its own',
    "position": "must assign to p, the position",
    "gradient": "must use g, the gradient",
    "unused": 'assigns to "{name}", which p does not depend on',
    "zero": 'has "{name}", which begins at 0 and stays there',
    "unknown": 'needs a value for "{name}"',
}  # fmt: skip


class Refused(ValueError):
    """A formula, or a rule as text, that cannot be taken. kind: of what is wrong; values: what is said of it."""

    def __init__(self, kind: str, /, **values: object) -> None:
        super().__init__(TEXTS[kind].format(**values))
        self.kind, self.values = kind, values
