"""Bowls: one minimum, round or ill-conditioned."""
