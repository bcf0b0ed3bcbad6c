"""What has changed on a picture since an inventory of it was written, in sentences.

    changes(before, now)                 # ["panel 1, trail:sgd:0 line: pen #0073b4 1.1 before, #0073b4 2.2 now"]

Numbers may differ a little, as they do from one version of matplotlib or contourpy to another; texts may not.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence

import numpy as np

NEAR = 0.7  # of a pixel, to which places are rounded here and there
SHARE = 0.005  # of the largest number of a field: contours and rounding differ
MOVED = 0.1  # the same of how far a line is moved aside: where lines lie on each other to the last pixel, rounding says
SHADE = 6  # of 255: an image may be drawn a pixel beside
ONE = 1.0  # of many points, where rounding says which is the last that is seen
PLACES = frozenset({"at", "box", "ends", "mean"})
WHERE = PLACES | {"points", "moved"}  # the fields that say where something is


def changes(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """What has changed, a sentence for each line of an inventory: what is new, gone, or other than before."""
    heads = [[_aligned_by(line) for line in lines] for lines in (before, now)]
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *heads, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs = zip(range(a, b), range(c, d), strict=True)
            found += [said for one, two in pairs if (said := _change(before, one, now, two))]
        else:
            found += [f"gone: {_panel(before, at)}{before[at].strip()}" for at in range(a, b)]
            found += [f"new: {_panel(now, at)}{now[at].strip()}" for at in range(c, d)]
    return found


def _aligned_by(line: str) -> str:
    """What lines of one artist have in common: what it is, and of a text what it says."""
    said = next((part for part in line.split("; ") if part.startswith("text ")), "")
    return f"{head_of(line)} {said}"


def head_of(line: str) -> str:
    """What a line is about."""
    return line.split("; ", maxsplit=1)[0]


def _panel(lines: Sequence[str], at: int) -> str:
    """The panel that a line belongs to, "panel 1, "."""
    if not lines[at].startswith("  "):
        return ""
    return next(f"{head_of(lines[above])}, " for above in range(at, -1, -1) if not lines[above].startswith("  "))


def _change(before: Sequence[str], one: int, now: Sequence[str], two: int) -> str:
    """How a line differs, "" where it does not."""
    if before[one] == now[two]:
        return ""
    old, new = (dict(part.partition(" ")[::2] for part in _whole(*place)) for place in ((before, one), (now, two)))
    told = [
        f"{name} {old.get(name, 'nothing')} before, {new.get(name, 'nothing')} now"
        for name in {**old, **new}
        if not _same(name, old.get(name, ""), new.get(name, ""))
    ]
    what = f"{_panel(now, two)}{head_of(now[two]).strip()} {new.get('text', '')}".strip()
    return f"{what}: {'; '.join(told)}" if told else ""


def _whole(lines: Sequence[str], at: int) -> list[str]:
    """The fields of a line, with those that say where it is."""
    parts = lines[at].split("; ")[1:]
    if not parts or not parts[0].startswith("where "):
        return parts
    named = f"  {parts[0].removeprefix('where ')}"
    [first] = [number for number, line in enumerate(lines) if head_of(line) == named]
    return [*(part for part in _whole(lines, first) if part.split(" ")[0] in WHERE), *parts[1:]]


def _same(name: str, before: str, now: str) -> bool:
    """Whether a field has the same values, but for how far numbers may differ."""
    if before == now:
        return True
    olds, news = before.split(" "), now.split(" ")
    if len(olds) != len(news) or name in ("text", "labels"):
        return False
    try:
        numbers = np.array([[float(each) for each in values] for values in (olds, news)])
    except ValueError:
        apart = SHADE if name == "shades" else 1
        return all(_alike(one, two, apart) for one, two in zip(olds, news, strict=True))
    far = np.abs(numbers[0] - numbers[1])
    share = MOVED if name == "moved" else SHARE
    most = NEAR if name in PLACES else ONE if name == "points" else share * float(np.max(np.abs(numbers)))
    return bool(np.all(far <= most))


def _alike(before: str, now: str, apart: int) -> bool:
    """Whether two words are the same, or colours at most so far apart, of 255, or numbers that are nearly the same."""
    if before == now:
        return True
    if before[:1] == now[:1] == "#" and len(before) == len(now) and "/" not in before + now:
        one, two = (np.frombuffer(bytes.fromhex(each[1:]), dtype=np.uint8).astype(int) for each in (before, now))
        return bool(np.max(np.abs(one - two)) <= apart)
    try:
        return math.isclose(float(before), float(now), rel_tol=SHARE)
    except ValueError:
        return False
