"""Rules that draw random numbers of their own."""
