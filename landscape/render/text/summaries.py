"""Say how a panel of curves sums up the runs of an entrant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from landscape.i18n.numbers import counted, percent
from landscape.i18n.texts import Language, say
from landscape.record import Record

BANDS = {
    "median": "{long}; median and quartiles of {runs} runs",
    "mean": "{long}; mean and quartiles of {runs} runs",
}
OTHER_BANDS = {
    "median": "{long}; median and {low} to {high} of {runs} runs",
    "mean": "{long}; mean and {low} to {high} of {runs} runs",
}
BRIEF = {"median": "{long}; {runs} runs", "mean": "{long}; mean of {runs} runs"}
SEVERAL = {"median": "{long}; medians of several runs", "mean": "{long}; means of several runs"}


class Summary(NamedTuple):
    """The line in the middle, the quantiles of the band, how many runs are drawn in its place, if any, and how many
    runs each entrant has."""

    middle: Literal["median", "mean"]
    quantiles: tuple[float, float]
    thin: int
    counts: Sequence[int]


def curves_of(
    record: Record, long: str, scaled: str, short: str, summary: Summary | None, language: Language
) -> tuple[str, ...]:
    """The heads of a panel from the long name of what it shows, the short one with its scale, and the short one."""
    if summary is None:
        return long, scaled, short
    middle, quantiles, thin, counts = summary
    runs = counted(max(counts))
    if max(counts) != min(counts):
        return say(language, SEVERAL[middle], long=long), long, scaled
    bands = BANDS[middle] if quantiles == (0.25, 0.75) else OTHER_BANDS[middle]
    low, high = percent(quantiles[0]), percent(quantiles[1])
    if thin:
        bands = "{long}; bold: median, thin: {thin} of {runs} runs"
    return (
        say(language, bands, long=long, runs=runs, low=low, high=high, thin=thin),
        say(language, BRIEF[middle], long=long, runs=runs),
        say(language, BRIEF[middle], long=scaled, runs=runs),
        *((say(language, BRIEF[middle], long=short, runs=runs),) if middle == "mean" else ()),
        scaled,
    )
