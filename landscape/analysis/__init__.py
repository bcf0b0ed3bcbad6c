"""Read figures off a record, without drawing: measures, theory, projections, replays."""
