"""Ten lectures on optimization for deep learning, each a notebook, in English and Chinese.

    landscape lecture                          # which there are
    landscape lecture momentum mine/           # mine/momentum.ipynb, to teach from and to change

The sources are percent scripts, `docs/lectures/NAME.py`: cells of text come once for each language, cells of code serve
both. `notebook` makes one notebook of one language from them.
"""

from landscape.lectures.catalogue import LECTURES, Lecture, lecture
from landscape.lectures.notebooks import notebook, source

__all__ = ["LECTURES", "Lecture", "lecture", "notebook", "source"]
