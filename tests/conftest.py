"""What holds for the whole suite."""

import os

import pytest
from browser import chromium, visit  # noqa: F401 - fixtures

# their assertions say what they compared, as those of the tests do
pytest.register_assert_rewrite("catalogue", "cells", "noise_laws", "pictures", "surface_laws")

# pytest runs a process per core: threads of the linear algebra would only fight for them
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
