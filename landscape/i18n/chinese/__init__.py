"""Simplified Chinese: every text and name that has a translation, by its English.

What has none is shown in English. Add a text where its neighbours are, a name in `names`.
"""

from __future__ import annotations

from landscape.i18n.chinese.captions import CAPTIONS
from landscape.i18n.chinese.names import SCHEDULES, SURFACES
from landscape.i18n.chinese.pages import PAGES
from landscape.i18n.chinese.reports import REPORTS
from landscape.i18n.chinese.typed import TYPED

TEXTS = CAPTIONS | REPORTS | PAGES | TYPED
NAMES = {"surface": SURFACES, "schedule": SCHEDULES}
