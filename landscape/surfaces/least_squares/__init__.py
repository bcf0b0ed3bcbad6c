"""Moré, Garbow and Hillstrom's test problems (1981): sums of squares."""
