"""Pictures of one object: a surface, a schedule, an activation, a computation graph."""
