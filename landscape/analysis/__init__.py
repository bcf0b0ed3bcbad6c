"""Read figures off a record, without drawing: measures, theory, projections, replays."""

from landscape.analysis._metric import REGISTRY, metric, names, register

__all__ = ["REGISTRY", "metric", "names", "register"]
