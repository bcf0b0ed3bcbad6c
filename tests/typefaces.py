"""Fonts that stand in for those with Chinese characters, whether or not such are installed: fixtures.

def test_a_picture_speaks_chinese(chinese_font): ...
def test_a_picture_without_a_font_is_in_english(no_font): ...
"""

import pytest

from landscape import i18n

FAMILY = "WenQuanYi Zen Hei"


def made_font(path, family, characters):
    """A font by the name of one that is looked for, with a glyph for each of some characters."""
    from fontTools.ttLib import TTFont
    from matplotlib import get_data_path

    font = TTFont(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    square = font.getBestCmap()[0x25A0]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({ord(glyph): square for glyph in characters if ord(glyph) > 0x2E00})
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = family
    font.save(path)
    return path


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    """A font with the characters of the captions."""
    return made_font(tmp_path_factory.mktemp("fonts") / "stand-in.ttf", FAMILY, i18n.alphabet("zh"))


@pytest.fixture
def no_font():
    """As if nothing with these characters were installed."""
    from matplotlib.font_manager import fontManager

    from landscape.render.text import fonts

    before = list(fontManager.ttflist)
    fontManager.ttflist[:] = [entry for entry in before if entry.name not in fonts.FAMILIES]
    fonts.forget()
    yield
    fontManager.ttflist[:] = before
    fonts.forget()


@pytest.fixture
def chinese_font(no_font, stand_in):
    """As if that one alone were installed."""
    from matplotlib.font_manager import fontManager

    from landscape.render.text import fonts

    fontManager.addfont(stand_in)
    fonts.forget()
    return FAMILY
