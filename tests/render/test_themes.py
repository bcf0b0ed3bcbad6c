"""Themes and languages: one geometry in three dresses, every word in two languages, never an empty box."""

import dataclasses
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from pictures import RECORDS, drawn, overlapping, view
from typefaces import made_font

import landscape as ls
from landscape.analysis.computation_graph import of_formula
from landscape.cli import run_command
from landscape.core.component import FieldError
from landscape.core.registry import registry
from landscape.derivatives.comparison import Cost
from landscape.render import draw
from landscape.render.pages.sheet import Sheet
from landscape.render.portraits import activation as activations
from landscape.render.portraits import computation_graph as graphs
from landscape.render.portraits import gradients
from landscape.render.style.theme import DARK, LIGHT, PRINT, THEMES
from landscape.render.text import fonts
from landscape.render.text.legible import legible
from landscape.render.views._base import names
from landscape.scenario.model import Scenario
from landscape.scenario.translations import translated


def able(name):
    """Whether a view can show a surface of two dimensions; others have tests of their own."""
    try:
        view(name).check_surface(RECORDS["saddle"].surface)
    except ValueError:
        return False
    return True


PLANE = [name for name in names() if able(name)]
every_theme = pytest.mark.parametrize("theme", list(THEMES.values()), ids=list(THEMES))

# sRGB seen without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1, in linear light
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def linear(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(color):
    return float(linear(color) @ (0.2126, 0.7152, 0.0722))


def contrast(a, b):
    """WCAG's ratio, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    """CIE L*a*b* of linear RGB."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = np.cbrt(xyz / (0.9505, 1.0, 1.089))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@every_theme
def test_texts_stand_out_from_the_page(theme):
    assert contrast(theme.ink, theme.paper) > 10.0
    assert contrast(theme.quiet, theme.paper) > 4.5
    assert contrast(theme.wrong, theme.paper) > 4.5


@every_theme
def test_a_landscape_is_darker_where_it_is_lower_and_quieter_than_the_runs(theme):
    ramp = [luminance(color) for color in theme.ramp]
    assert ramp == sorted(ramp)
    below = [luminance(color) for color in theme.sides[: len(theme.sides) // 2 + 1]]
    assert below == sorted(below)
    for color in (*theme.ramp, *theme.sides):
        assert np.ptp(to_rgb(color)) < 0.33
    for style in (theme.style(index) for index in range(6)):
        casing = contrast(style.color, theme.halo)
        assert max(casing, min(contrast(style.color, ground) for ground in theme.ramp)) > 2.0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", BLIND)
def test_the_first_six_runs_are_told_apart_by_the_colour_blind(theme, kind):
    seen = [lab(np.array(BLIND[kind]) @ linear(color)) for color in theme.runs[:6]]
    apart = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(apart) > 10.0


def test_print_needs_no_colour():
    colors = [getattr(PRINT, field.name) for field in dataclasses.fields(PRINT)]
    flat = [each for value in colors for each in (value if isinstance(value, tuple) else (value,))]
    for color in (each for each in flat if isinstance(each, str) and each.startswith("#")):
        assert np.ptp(to_rgb(color)) == 0.0
    styles = {PRINT.style(index) for index in range(80)}
    assert len(styles) == 80
    assert len({(style.color, style.dashes) for style in map(PRINT.style, range(8))}) == 8
    for run in PRINT.runs:
        assert luminance(run) < 0.4 * luminance(PRINT.ramp[0])


@pytest.mark.parametrize("name", PLANE)
def test_all_themes_have_one_geometry(name):
    boxes, trails = [], []
    for theme in THEMES:
        figure = draw(RECORDS["saddle"], view(name, theme=theme, width=640, height=360))
        boxes.append([ax.get_position().bounds for ax in figure.axes])
        trails.append([line.get_xydata().tolist() for line in drawn(figure, "trail:") + drawn(figure, "run:")])
        assert figure.get_facecolor()[:3] == to_rgb(THEMES[theme].paper)
    assert boxes[0] == boxes[1] == boxes[2]
    assert trails[0] == trails[1] == trails[2]


def test_a_theme_that_there_is_not_is_refused():
    with pytest.raises(FieldError, match="'light', 'dark', 'print'"):
        view("contour", theme="sepia")
    with pytest.raises(FieldError, match="'en', 'zh'"):
        view("contour", language="de")


# languages


@pytest.mark.parametrize("name", PLANE)
def test_every_view_speaks_chinese(name, chinese_font):
    for record in (RECORDS["saddle"], *([RECORDS["noisy"]] if name == "race" else [])):
        figure = draw(record, view(name, language="zh"))
        texts = [text.get_text() for text in figure.texts if text.get_text().strip()]
        assert any(any("\u4e00" <= glyph <= "\u9fff" for glyph in text) for text in texts)
        assert not {"step", "loss", "start", "saddle", "minimum"} & {word for text in texts for word in text.split()}
        assert all(fonts.readable(text, legible("light", "zh").fonts) for text in texts)
        assert not overlapping(figure)


def pictures(language):
    """A figure of each kind that is not drawn from a record, with words that it has in English alone."""
    theme = legible("light", language)
    figures = (("manual", 0.0, 9), ("central", 1e-9, 9), ("central", 1e-9, 2))
    costs = [Cost(method, dim, error, 1e-6, 2.0, passes=dim) for method, error, dim in figures]
    ways = {"costs", "manual", "coordinates", "exact", "error", "measured"}
    phi = registry("activation").build("relu")
    return [
        (draw(ls.surface("extended_rosenbrock"), language=language), {"cut", "along"}),
        (draw(ls.surface("line"), language=language), {"Line"}),
        (draw(ls.schedule("reduce_on_plateau"), language=language), {"plateau", "steps", "loss", "factor on"}),
        (gradients.picture(costs, ls.surface("sphere"), theme), ways),
        (graphs.picture(of_formula("w*x", w=2.0, x=3.0), "", theme), {"above:", "below:", "arrow:"}),
        (activations.picture([phi], "", theme), {"function", "derivative"}),
        (draw(phi, language=language), {"range", "derivative", "for z", "kinks"}),
    ]


def test_pictures_without_a_record_speak_chinese_too(chinese_font):
    for (english, told), (chinese, _) in zip(pictures("en"), pictures("zh"), strict=True):
        before, after = (" ".join(text.get_text() for text in each.texts) for each in (english, chinese))
        assert all(word in before and word not in after for word in told), after
        assert re.search("[\u4e00-\u9fff]", after)
        assert not re.search("[\u4e00-\u9fff]", before)
        assert not overlapping(chinese)
        assert all(text.get_fontfamily()[0] == chinese_font for text in chinese.texts if "$" not in text.get_text())


def test_a_language_that_there_is_not_is_refused():
    for what in (ls.surface("sphere"), ls.schedule("cosine"), RECORDS["saddle"]):
        with pytest.raises(ValueError, match=r"language.*'en'.*'zh'"):
            draw(what, language="de")


@pytest.mark.parametrize("args", [["show", "sphere"], ["backprop", "w*x", "--at", "w=1,x=2"]], ids=["show", "backprop"])
def test_the_command_draws_in_the_language_that_is_asked_for(args, chinese_font, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for language in ("en", "zh"):
        assert run_command([*args, "--out", f"{language}.png", "--language", language]) == 0
    assert (tmp_path / "en.png").read_bytes() != (tmp_path / "zh.png").read_bytes()


def test_the_command_draws_a_record_in_the_language_that_is_asked_for(chinese_font, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bowl.toml").write_text(SPOKEN.replace(', language = "zh"', ""), encoding="utf-8")
    assert run_command(["run", "bowl.toml", "--out", "zh", "--language", "zh"]) == 0
    assert capsys.readouterr().out.startswith("鞍点\n")
    assert run_command(["run", "bowl.toml", "--out", "en"]) == 0
    assert run_command(["render", "en", "--out", "again", "--language", "zh"]) == 0
    zh, en, again = ((tmp_path / name / "contour.png").read_bytes() for name in ("zh", "en", "again"))
    assert zh == again != en
    assert run_command(["render", "zh", "--out", "again"]) == 0
    assert (tmp_path / "again" / "contour.png").read_bytes() == en


def test_the_chinese_font_comes_first(chinese_font):
    figure = draw(RECORDS["saddle"], view("contour", language="zh"))
    assert all(text.get_fontfamily()[0] == chinese_font for text in figure.texts)


def test_without_a_font_the_captions_are_english_and_it_is_said_once(no_font):
    record = RECORDS["saddle"]
    with pytest.warns(UserWarning, match="install fonts-noto-cjk") as told:
        figures = [draw(record, view("contour", language="zh")) for _ in range(3)]
    assert len(told) == 1
    figure = figures[-1]
    assert any("darker is lower" in text.get_text() or "below the saddle" in text.get_text() for text in figure.texts)


def test_a_title_or_label_that_no_font_has_is_left_out(no_font):
    track = dataclasses.replace(RECORDS["brief"].tracks[0], label="优化器")
    record = dataclasses.replace(RECORDS["brief"], title="鞍点", tracks=(track,))
    with pytest.warns(UserWarning, match="so it is left out") as told:
        figures = [draw(record, view(name)) for name in ("contour", "convergence")]
    said = [str(warning.message).split('"')[1] for warning in told]
    assert sorted(said) == sorted(["鞍点", "优化器"])  # each once
    for figure in figures:
        assert not overlapping(figure)
        assert any(text.get_text() == "adam on quadratic" for text in figure.findobj(Text))


def test_a_chinese_title_is_shown_where_there_is_a_font(chinese_font):
    record = dataclasses.replace(RECORDS["brief"], title="鞍点")
    figure = draw(record, view("contour"))
    assert not overlapping(figure)
    assert any(text.get_text() == "鞍点" for text in figure.texts)


JAPANESE, KOREAN = "鞍点からの脱出", "안장점 탈출"
THEIR_FONTS = {"Yu Gothic": JAPANESE, "Malgun Gothic": KOREAN}


@pytest.fixture(scope="module")
def their_stand_ins(tmp_path_factory):
    """Two fonts, one for each text, neither of which has all of the other's."""
    folder = tmp_path_factory.mktemp("fonts")
    return {name: made_font(folder / f"{name}.ttf", name, text) for name, text in THEIR_FONTS.items()}


@pytest.mark.parametrize(("family", "text"), THEIR_FONTS.items(), ids=["japanese", "korean"])
def test_japanese_and_korean_titles_and_labels_are_shown_where_there_is_a_font(family, text, no_font, their_stand_ins):
    fontManager.addfont(their_stand_ins[family])
    fonts.forget()
    track = dataclasses.replace(RECORDS["brief"].tracks[0], label=text)
    record = dataclasses.replace(RECORDS["brief"], title=text, tracks=(track,))
    for name in ("contour", "convergence"):
        figure = draw(record, view(name))
        assert sum(each.get_text() == text for each in figure.findobj(Text)) >= 2
        assert not overlapping(figure)


def test_each_character_is_found_in_the_font_that_has_it(chinese_font, their_stand_ins):
    for path in their_stand_ins.values():
        fontManager.addfont(path)
    fonts.forget()
    for language in ("en", "zh"):
        theme = legible("light", language, [JAPANESE, KOREAN, "\U0001f9ed"])
        assert set(THEIR_FONTS) <= set(theme.fonts)
        assert len(set(theme.fonts)) == len(theme.fonts)
        assert fonts.readable(JAPANESE + KOREAN, theme.fonts)
        assert not fonts.readable("\U0001f9ed", theme.fonts)


SPOKEN = """\
title = "A bowl"
steps = 3
surface = "quadratic"
optimizers = [{ name = "sgd", label = "plain descent" }]
views = [{ name = "contour", language = "zh" }]
zh = { title = "鞍点", labels = { "plain descent" = "负梯度" } }
"""


def test_a_scenario_s_chinese_is_drawn_where_there_is_a_font(chinese_font):
    scenario = Scenario.from_text(SPOKEN)
    record = scenario.simulate()
    for given, title, label in ((scenario.views[0], "鞍点", "负梯度"), ("contour", "A bowl", "plain descent")):
        texts = [text.get_text() for text in draw(record, given).findobj(Text)]
        assert title in texts
        assert label in texts


def test_without_a_font_a_scenario_s_english_is_drawn(no_font):
    scenario = Scenario.from_text(SPOKEN)
    with pytest.warns(UserWarning, match="install fonts-noto-cjk"):
        texts = [text.get_text() for text in draw(scenario.simulate(), scenario.views[0]).findobj(Text)]
    assert "A bowl" in texts
    assert "plain descent" in texts


def test_without_a_font_a_translated_title_falls_back_to_the_english_one(no_font):
    record = translated(Scenario.from_text(SPOKEN).simulate(), "zh")
    assert record.title == "鞍点"
    for own, said in ((record, "A bowl"), (dataclasses.replace(record, scenario=""), "sgd on quadratic")):
        with pytest.warns(UserWarning, match="install fonts-noto-cjk"):
            texts = [text.get_text() for text in draw(own, "contour").findobj(Text)]
        assert said in texts, [text for text in texts if text]
        fonts.forget()


@pytest.mark.parametrize(
    ("text", "width"),
    [("损失与最低损失之差，到最近极小点的距离，有效步长", 720), ("损" * 60, 1280), ("（损）" * 24, 1280)],
    ids=["signs", "characters", "brackets"],
)
def test_a_long_chinese_title_is_broken_into_two_lines(text, width, chinese_font):
    sheet = Sheet(width, 2000 - width, legible("light", "zh"))
    sheet.heading(text, sheet.width - 28.0)
    lines = [line.get_text() for line in sheet.figure.texts]
    assert "".join(lines) == text
    assert len(lines) == 2
    assert not lines[1].startswith(("，", "）"))
    assert not overlapping(sheet.figure)


def test_every_family_that_is_looked_for_is_among_those_promised():
    for family in ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "PingFang SC", "Microsoft YaHei"):
        assert family in fonts.FAMILIES
