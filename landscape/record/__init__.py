"""Records of simulations: every run of every entrant, saved completely or not at all, and equal when loaded again.

    record = ls.simulate("rosenbrock", ["sgd", "adam"], start=(-1.5, 2.0), steps=500)
    record["adam"].params          # (rows, dim, runs)
    record.save("race.npz")
    ls.load("race.npz") == record  # True

The file is a NumPy .npz with a `metadata.json` inside: anything that reads zip files can read it. The same simulation
gives the same bytes on one machine; README.md says what may differ between processors. It is data: loading it runs
nothing that this library does not own.
"""

from landscape.record.archive import FORMAT
from landscape.record.ensemble import STATUSES, Ensemble
from landscape.record.loading import load, without_code
from landscape.record.record import Record, RecordError, Track, versions

__all__ = ["FORMAT", "STATUSES", "Ensemble", "Record", "RecordError", "Track", "load", "versions", "without_code"]
