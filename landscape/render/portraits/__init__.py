"""Pictures of one thing: a surface, a schedule, an activation, a computation graph."""
