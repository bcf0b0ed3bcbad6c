"""Shapes of Schaul, Antonoglou and Silver's unit tests for stochastic optimization (2014), alone and composed."""
