"""Find a font that has the glyphs of a text, and say what to install where there is none.

family_for("损失", ("DejaVu Sans",))     # "Noto Sans CJK SC", or None
readable("损失", theme.fonts)             # whether every glyph of it is there
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence

# Chinese first; those for Japanese and Korean have most of its characters too. A collection of fonts in one file goes
# by the name of its first, which is the Japanese one for Noto and Source Han.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "PingFang SC", "Microsoft YaHei", "SimHei", "Noto Sans CJK JP", "Noto Sans CJK TC",
    "Noto Sans CJK KR", "Source Han Sans JP", "Source Han Sans", "Droid Sans Fallback", "Noto Sans JP",
    "Hiragino Sans", "Yu Gothic", "Meiryo", "MS Gothic", "IPAexGothic", "IPAGothic", "TakaoGothic", "Noto Sans KR",
    "Source Han Sans KR", "Apple SD Gothic Neo", "AppleGothic", "Malgun Gothic", "NanumGothic", "UnDotum",
)  # fmt: skip

PACKAGES = (
    "fonts-noto-cjk (Debian, Ubuntu), google-noto-sans-cjk-fonts (Fedora), noto-fonts-cjk (Arch) or font-noto-sans-cjk "
    "(Homebrew)"
)
INSTALL = f"For Chinese, Japanese and Korean install {PACKAGES}, and start Python again"
ADVICE = (
    "no font here has Chinese, Japanese or Korean characters, so English captions are used instead: install "
    f"{PACKAGES}, and start Python again"
)


def family_for(text: str, fonts: Sequence[str]) -> str | None:
    """The first family that has all glyphs of a text that `fonts` have not; None where there is none, or no need."""
    missing = _lacking(text, fonts)
    if not missing:
        return next((family for family in FAMILIES if family in fonts), None)
    return next((family for family in FAMILIES if missing <= glyphs(family)), None)


def families_for(text: str, fonts: Sequence[str]) -> tuple[str, ...]:
    """The families to add to `fonts` for a text: one that has all it lacks, or else those that each have more of it.

    Where no font has a character, the families for the others are found all the same.
    """
    missing = _lacking(text, fonts)
    if not missing:
        return ()
    if (family := family_for(text, fonts)) is not None:
        return (family,)
    found: list[str] = []
    for family in FAMILIES:
        if missing & glyphs(family):
            found.append(family)
            missing -= glyphs(family)
    return tuple(found)


def readable(text: str, fonts: Sequence[str]) -> bool:
    """Whether the fonts have every glyph of a text."""
    return not _lacking(text, fonts)


def _lacking(text: str, fonts: Sequence[str]) -> frozenset[str]:
    """The characters of a text that no font has, found without a set of all that fonts have: some have 60,000."""
    missing = frozenset(text) - _blank
    for font in fonts:
        missing -= glyphs(font)
    return missing


@functools.cache
def glyphs(family: str) -> frozenset[str]:
    """The characters of a family; none where it is not installed."""
    from matplotlib.font_manager import findfont, get_font

    if family not in _installed():
        return frozenset()
    path = findfont(family, fallback_to_default=False)
    return frozenset(map(chr, get_font(path).get_charmap()))


def has_bold(family: str) -> bool:
    """Whether a family has a bold face; matplotlib warns where a text is to be bold and there is none."""
    from matplotlib.font_manager import fontManager, weight_dict

    weights = [entry.weight for entry in fontManager.ttflist if entry.name == family]
    return any((weight_dict[each] if isinstance(each, str) else each) >= 600 for each in weights)


def forget() -> None:
    """Look for fonts anew, and say again what to install."""
    for remembered in (glyphs, _installed, say_what_to_install, say_unreadable):
        remembered.cache_clear()


@functools.cache
def _installed() -> frozenset[str]:
    from matplotlib.font_manager import fontManager

    return frozenset(entry.name for entry in fontManager.ttflist)


@functools.cache
def say_what_to_install() -> None:
    """A warning, the first time."""
    warnings.warn(ADVICE, stacklevel=2)


@functools.cache
def say_unreadable(text: str) -> None:
    """A warning, the first time for each text."""
    warnings.warn(f'no font here has all characters of "{text}", so it is left out. {INSTALL}', stacklevel=2)


_blank = frozenset(" \n\t\u00a0\u3000")
