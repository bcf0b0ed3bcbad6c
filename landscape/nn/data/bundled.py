"""scikit-learn's bundled sets."""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import installed, library, needs
from landscape.nn.data._base import Dataset, register

NAMES = ("iris", "wine", "breast_cancer", "digits")


@register("iris")
class Iris(Dataset):
    """Fisher's irises: 150 flowers of 3 species by 4 lengths, in centimetres.

    Source: Fisher 1936, "The use of multiple measurements in taxonomic problems"; through scikit-learn.
    """

    needs_library = "sklearn"
    features = 4
    classes = 3

    def examples(self) -> tuple[Array, Array]:
        return _bundled("iris")


@register("wine")
class Wine(Dataset):
    """178 wines of 3 growers by 13 measurements; standardise them.

    Source: Forina and others 1991, UCI machine learning repository; through scikit-learn.
    """

    needs_library = "sklearn"
    features = 13
    classes = 3

    def examples(self) -> tuple[Array, Array]:
        return _bundled("wine")


@register("breast_cancer")
class BreastCancer(Dataset):
    """569 tumours, malignant (0) or benign (1), by 30 measurements of cell nuclei; standardise them.

    Source: Wolberg, Street and Mangasarian 1995, UCI machine learning repository; through scikit-learn.
    """

    needs_library = "sklearn"
    features = 30
    classes = 2

    def examples(self) -> tuple[Array, Array]:
        return _bundled("breast_cancer")


@register("digits")
class Digits(Dataset):
    """1,797 handwritten digits of 8 x 8 pixels from 0 to 16.

    Source: Alpaydin and Kaynak 1998, UCI machine learning repository; through scikit-learn.
    """

    needs_library = "sklearn"
    features = 64
    classes = 10

    def examples(self) -> tuple[Array, Array]:
        return _bundled("digits")


def _bundled(name: str) -> tuple[Array, Array]:
    """x and y of one of scikit-learn's bundled sets."""
    if not installed("sklearn"):
        made = "there are made ones too: xor, moons, circles, spirals, blobs, noisy_sine, linear_regression"
        raise needs("sklearn", f'the dataset "{name}"', made)
    datasets = library("sklearn.datasets")
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
