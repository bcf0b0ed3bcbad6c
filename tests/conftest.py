"""What holds for the whole suite."""

import os

from browser import chromium, visit  # noqa: F401 - fixtures

# pytest runs a process per core: threads of the linear algebra would only fight for them
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
