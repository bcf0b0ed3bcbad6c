"""What a sweep measures of each run: measures by name, as a scenario's expectations name them, each a column.

wanted(("loss", "gap", {"name": "first_hit", "gap": 1e-6}), surfaces)    # column -> measure
wanted({"hit": {"name": "first_hit", "gap": 1e-6}}, surfaces)            # under a name of your own
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from landscape.analysis._metric import REGISTRY, Metric, StepMetric
from landscape.core.component import Array, FieldError
from landscape.core.surface import Surface
from landscape.record import Track

ALWAYS = ("status", "stopped")  # columns that every table has
OTHERS = ("surface", "entrant", "start", "seed", "cell", "diverged_share", "missing")  # and what else has a name there


def wanted(given: Any, surfaces: Iterable[Surface], fields: Iterable[str] = ()) -> dict[str, Metric]:
    """Column -> measure. ValueError where one is not known, cannot be measured on a surface, or is there twice.

    fields: the names of other columns, which no measure may have.
    """
    if isinstance(given, (str, Metric)) or (isinstance(given, Mapping) and isinstance(given.get("name"), str)):
        given = [given]
    if isinstance(given, Mapping):
        pairs = [(str(column), REGISTRY.coerce(each)) for column, each in given.items()]
    elif isinstance(given, Iterable):
        pairs = [(_column(each), REGISTRY.coerce(each)) for each in given if not _is_always(each)]
    else:
        raise TypeError(f"measures must be names of measures, got {given!r:.80}")
    found: dict[str, Metric] = {}
    for column, measure in pairs:
        if not column or column in {*OTHERS, *fields}:
            raise ValueError(f'measures: no column may be called "{column}", as another one is: take another name')
        if column in found or column in ALWAYS:
            raise ValueError(
                f'measures: two columns would be called "{column}": name them, as in '
                f'measures={{"{column}_2": {{"name": "{measure.name}", ...}}}}'
            )
        for surface in surfaces:
            try:
                measure.check_surface(surface)
            except FieldError:
                raise
            except ValueError as error:
                raise ValueError(f"measures: {error}") from None
        found[column] = measure
    return found


def _is_always(given: Any) -> bool:
    """Whether it is a column that is there in any case."""
    return isinstance(given, str) and given in ALWAYS


def _column(given: Any) -> str:
    if isinstance(given, str):
        return given
    return str(given["name"]) if isinstance(given, Mapping) and "name" in given else str(getattr(given, "name", given))


def by_path(measures: Iterable[Metric]) -> bool:
    """Whether one of the measures takes the steps between the first and the last, too."""
    return any(measure.by_path for measure in measures)


def measured(measure: Metric, track: Track, surface: Surface) -> Array:
    """The figure of each run at its end: (runs,)."""
    if isinstance(measure, StepMetric):
        return measure.rows(track, surface, slice(-1, None))[0]
    return measure.measure(track, surface)


LOWER_IS_BETTER = frozenset(
    ["loss", "gap", "distance", "distance_to", "gradient_norm", "first_hit", "late_mean", "evaluations", "diverged"]
)
HIGHER_IS_BETTER = frozenset(["reached", "accuracy", "distance_from_saddle"])
