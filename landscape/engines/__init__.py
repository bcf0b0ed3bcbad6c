"""Where the steps of a simulation are computed.

`trace` records the lines of a formula or an update rule as a straight-line program; `floats` runs such a program on
plain Python floats, for a few runs; `arrays` calls the formulas on NumPy arrays (dim, runs), for many. A run gives the
same numbers in each, to the last bit.
"""
