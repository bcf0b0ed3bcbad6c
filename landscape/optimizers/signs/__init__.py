"""Rules that go by the sign of the gradient."""
