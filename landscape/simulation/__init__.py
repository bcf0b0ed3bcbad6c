"""Run optimizers on surfaces, and get a Record."""
