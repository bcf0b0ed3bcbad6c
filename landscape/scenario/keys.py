"""Define the keys of every table of a scenario: of each what it holds, its default and its meaning.

    DOCUMENT["steps"].holds             # Annotated[int, Ge(1), Le(10_000_000)]
    fields(Adam)["lr"].default          # 0.001

A component's keys are its annotated fields; those of the other tables stand here. `parse` reads scenarios by
them, and `landscape schema` prints them for editors.
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal, NamedTuple

from annotated_types import Ge, Le

from landscape.analysis._metric import STATISTICS
from landscape.core.component import Count, NonNegative, Positive, Real, Whole, defaults, field_hints
from landscape.core.random import LARGEST_SEED, NEWEST, Stream
from landscape.core.registry import listed_kind, nested_kind
from landscape.sweeps.values import DESIGNS

# Limits of one scenario: a larger number is a typing error, or a task for the Python interface.
MOST_STEPS = 10_000_000
MOST_OF_ANYTHING = 10_000_000

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()


class Key(NamedTuple):
    """A key of a table. holds: an annotation, or one of the classes below."""

    holds: Any
    default: Any = REQUIRED
    text: str = ""


Keys = dict[str, Key]


class Line:
    """One line of text that is not empty."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """A component of a kind, by its name or as a table. beside: the keys of that table that are none of its fields."""

    kind: str
    beside: Keys = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Items:
    """A list of what `of` is."""

    of: Any


@dataclasses.dataclass(frozen=True)
class Values:
    """A table of any keys, whose values are what `of` is."""

    of: Any


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of these keys."""

    keys: Keys


def fields(cls: type) -> Keys:
    """The keys of a component's table, beside its name."""
    known = defaults(cls)
    return {field: Key(_holds(cls, field), known.get(field, REQUIRED)) for field in field_hints(cls)}


def _holds(cls: type, field: str) -> Any:
    if kind := nested_kind(cls, field):
        return Kind(kind)
    kind = listed_kind(cls, field)
    return Items(Kind(kind)) if kind else field_hints(cls)[field]


# An entrant is an optimizer, a label and schedules.
ENTRANT: Keys = {
    "label": Key(Line, None, "how pictures and tables call it"),
    "schedule": Key(Kind("schedule"), None, "the schedule of its learning rate"),
    "schedules": Key(Values(Kind("schedule")), {}, "schedules of its other hyper-parameters, by their names"),
}

EXPECT: Keys = {
    "claim": Key(Line, text="what is claimed, in words"),
    "optimizer": Key(Line, text="the label of the optimizer"),
    "measure": Key(Kind("metric"), text="what is measured"),
    "at": Key(Whole, None, "the step, for a metric with one figure a step; default: the last"),
    "statistic": Key(Literal[tuple(STATISTICS)], "median", "how the figures of all runs are combined"),
    "start": Key(Whole, None, "the number of one start, from 0; default: all starts"),
    "relative_to": Key(Line, None, "the label of another optimizer, whose figure divides this one"),
    "above": Key(Real, None, "the figure is greater than this"),
    "below": Key(Real, None, "the figure is less than this"),
}

SWEEP_EXPECT: Keys = {
    "claim": Key(Line, text="what is claimed, in words"),
    "optimizer": Key(Line, text="the label of the optimizer, whose best setting is taken"),
    "measure": Key(Line, "", "the measure of the sweep that is judged; default: its first"),
    "statistic": Key(Literal[tuple(STATISTICS)], "median", "how the figures of a setting's runs are combined"),
    "where": Key(Values(Real), {}, "values of fields: the settings that have them; default: all"),
    "field": Key(Line, None, "the field whose value at the best setting is judged, in place of the figure there"),
    "relative_to": Key(Line, None, "the label of another optimizer, whose figure divides this one"),
    "above": Key(Real, None, "the figure is greater than this"),
    "below": Key(Real, None, "the figure is less than this"),
}

SWEEP: Keys = {
    "over": Key(Values(list | dict), text="field -> its values: a list, or a table with low, high, count and log"),
    "seeds": Key(Annotated[int, Ge(1), Le(MOST_OF_ANYTHING)], 1, "runs of each setting from each start"),
    "design": Key(Literal[DESIGNS], "grid", "every combination, or points that are drawn in the ranges"),
    "points": Key(Count, None, "how many settings are drawn, of other designs than the grid"),
    "measures": Key(Items(Kind("metric")), (), "what is measured at the end of each run; default: the loss"),
    "expect": Key(Items(Table(SWEEP_EXPECT)), (), "claims about the sweep to check"),
}

TUNE: Keys = {
    "over": Key(Values(list | dict), text='field -> its range: [low, high, "log"], or a table with low, high and log'),
    "budget": Key(Annotated[int, Ge(2), Le(MOST_OF_ANYTHING)], text="how many settings every optimizer tries"),
    "seeds": Key(Annotated[int, Ge(1), Le(MOST_OF_ANYTHING)], 10, "runs of each setting from each start"),
    "measure": Key(Kind("metric"), "loss", "what is compared at the end of the runs, by its median; default: the loss"),
    "nearby": Key(Positive, 0.1, "how far from the starts that are shown they begin, in sides of the window"),
}

RANGE = tuple[Real, Real]

PREDICT: Keys = {
    "optimizer": Key(Line, text="the label of the optimizer"),
    "step": Key(Count, text="the step at which it is asked for"),
}

SLIDE: Keys = {
    "title": Key(Line, text="the title, large"),
    "text": Key(str, "", "a sentence or two below it"),
    "step": Key(Whole, 0, "the step that is shown"),
    "until": Key(Count, None, "it plays on to this step before the next slide"),
    "show": Key(Items(Line), None, "the labels of the optimizers that are shown; default: all"),
    "set": Key(Values(dict), {}, "label -> hyper-parameter -> its value here; also schedule"),
    "start": Key(RANGE, None, "where the runs begin here"),
    "view": Key(tuple[RANGE, RANGE], None, "the part of the landscape: [[low x, high x], [low y, high y]]"),
    "noise": Key(Values(Real), {}, "field of the noise -> its value here"),
    "seed": Key(Annotated[int, Ge(0), Le(LARGEST_SEED)], None, "the seed here"),
    "hide": Key(Literal["nothing", "future", "landscape"], "nothing", "what is hidden: later steps, or all unseen"),
    "predict": Key(Table(PREDICT), None, "asks where an optimizer will be at a step"),
    "quantity": Key(Literal["loss", "gradient_norm", "distance", "step_length"], None, "what the curves show"),
    "field": Key(bool, False, "draw the gradient field"),
    "relief": Key(bool, False, "draw the landscape in 3-D"),
    "theory": Key(bool, None, "draw the lines of theory"),
    "repeats": Key(bool, False, "draw a hundred repeats"),
    "inside": Key(Line, None, "the label of the optimizer whose inside is shown"),
    "basins": Key(Line, None, "the label of the optimizer whose basins of attraction are shown"),
    "rates": Key(Line, None, "the label of the optimizer whose map of learning rates is shown"),
}

TEXTS: Keys = {
    "title": Key(Line, "", "the title in Chinese"),
    "look_for": Key(str, "", "what to look at, in Chinese"),
    "labels": Key(Values(Line), {}, "labels in Chinese, by the English ones"),
    "claims": Key(Values(Line), {}, "claims in Chinese, by the English ones"),
    "slides": Key(Values(str), {}, "titles and texts of slides in Chinese, by the English ones"),
}

DOCUMENT: Keys = {
    "title": Key(Line, text="the question or the claim, in one line"),
    "look_for": Key(str, "", "what to look at in the pictures"),
    "seed": Key(Annotated[int, Ge(0), Le(LARGEST_SEED)], 0, "the seed of everything that is random"),
    "stream": Key(Stream, NEWEST, "the version of the random numbers"),
    "steps": Key(Annotated[int, Ge(1), Le(MOST_STEPS)], text="how many steps each run makes"),
    "repeats": Key(Annotated[int, Ge(1), Le(MOST_OF_ANYTHING)], 1, "runs from each start, with other noise"),
    "every": Key(Count, 1, "record one row in so many steps, and the last step"),
    "clock": Key(bool, False, "record how long each entrant took, to draw against time"),
    "tolerance": Key(NonNegative, None, "a run stops when its gradient norm is at most this"),
    "surface": Key(Kind("surface"), text="the surface"),
    "optimizers": Key(Items(Kind("optimizer", ENTRANT)), text="the optimizers, each with its label and schedules"),
    "schedule": Key(Kind("schedule"), None, "the schedule of optimizers without their own"),
    "noise": Key(Kind("noise"), None, "the noise in the gradients that the optimizers see"),
    "start": Key(Kind("start"), None, "where runs begin: a start, a point, or a list of points"),
    "views": Key(Items(Kind("view")), None, "pictures and movies"),
    "expect": Key(Items(Table(EXPECT)), (), "claims to check"),
    "sweep": Key(Table(SWEEP), None, "what `landscape sweep` runs: a table of fields, values and seeds"),
    "tune": Key(Table(TUNE), None, "choose hyper-parameters on other seeds and starts before the runs that are shown"),
    "slides": Key(Items(Table(SLIDE)), (), "a presenter's sequence of states, on the page of `landscape explore`"),
    "zh": Key(Table(TEXTS), {}, "the texts in Simplified Chinese"),
}
