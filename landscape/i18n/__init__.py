"""Texts, names and numbers as pictures and reports show them, in English and in Simplified Chinese.

say("zh", "after {steps} steps", steps=60)     # "60 步之后"
number(3.12e-7)                                # "3.12×10⁻⁷"
"""

from landscape.i18n.numbers import lowered, number, percent, ten
from landscape.i18n.texts import Language, alphabet, name, say

__all__ = ["Language", "alphabet", "lowered", "name", "number", "percent", "say", "ten"]
