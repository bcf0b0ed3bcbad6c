"""The slides of a scenario are read, written, translated and refused as its other tables are."""

import pytest

from landscape.scenario import Scenario, ScenarioError
from landscape.scenario.keys import SLIDE
from landscape.scenario.slides import Slide

HEAD = """\
title = "t"
steps = 40
surface = "himmelblau"
optimizers = [{ name = "sgd", label = "Plain" }, { name = "lookahead", optimizer = "adam" }]
"""
WHOLE = """\
[[slides]]
title = "First"
text = "What now?"
step = 3
until = 9
show = ["Plain"]
set = { Plain = { lr = 0.02, schedule = "cosine" }, lookahead = { optimizer.lr = 0.5 } }
start = [1, 2]
view = [[-1, 1], [0, 2.5]]
noise = { sigma = 0.5 }
seed = 4
hide = "future"
predict = { optimizer = "Plain", step = 12 }
quantity = "gradient_norm"
field = true
theory = false
rates = "Plain"

[[slides]]
title = "Second"

[zh.labels]
Plain = "普通"
[zh.slides]
First = "第一"
"What now?" = "然后呢？"
"""


def complaint(written):
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_text(HEAD + written, file="x.toml")
    return caught.value.lines


def test_slides_are_what_was_written_and_are_written_again():
    scenario = Scenario.from_text(HEAD + WHOLE)
    first, second = scenario.slides
    assert second == Slide(title="Second")
    assert second.told() == {"title": "Second"}
    assert set(first.told()) == set(SLIDE) - {"relief", "repeats", "inside", "basins"}
    assert Scenario.from_text(scenario.to_toml()) == scenario
    assert set(vars(first)) == set(SLIDE)


def test_slides_in_chinese_name_the_labels_in_chinese():
    first = Scenario.from_text(HEAD + WHOLE).in_language("zh").slides[0]
    assert (first.title, first.text, first.show, first.rates) == ("第一", "然后呢？", ("普通",), "普通")
    assert first.predict == {"optimizer": "普通", "step": 12}
    assert list(first.set) == ["普通", "lookahead"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("stpe = 3", 'x.toml:7: slides[0].stpe: unknown key "stpe". Did you mean "step"?'),
        ("step = 41", "x.toml:7: slides[0].step: must be at most the number of steps, 40, got 41"),
        ("step = -1", "x.toml:7: slides[0].step: must be at least 0, got -1"),
        ("until = 0", "x.toml:7: slides[0].until: must be at least 1, got 0"),
        ("until = 41", "slides[0].until: must be after the step that is shown, 0, and at most the number of steps"),
        ('show = ["plain"]', 'x.toml:7: slides[0].show[0]: unknown label "plain". Did you mean "Plain"?'),
        ("show = [3]", "x.toml:7: slides[0].show[0]: must be text, got 3"),
        ("set = { Plaim = { lr = 1 } }", 'x.toml:7: slides[0].set.Plaim: unknown label "Plaim". Did you mean "Plain"?'),
        ("set = { Plain = { lrr = 1 } }", 'x.toml:7: slides[0].set.Plain.lrr: unknown key "lrr". Did you mean "lr"?'),
        ("set = { Plain = { lr = -1 } }", "x.toml:7: slides[0].set.Plain.lr: must be at least 0, got -1"),
        ('set = { Plain = { lr = "x" } }', 'x.toml:7: slides[0].set.Plain.lr: must be a number, got "x"'),
        ("set = { lookahead = { optimizer.lr = -1 } }", "slides[0].set.lookahead.optimizer.lr: must be at least 0"),
        ('set = { Plain = { schedule = "step" } }', 'slides[0].set.Plain.schedule: must be one of "constant"'),
        ("set = { Plain = 3 }", "slides[0].set.Plain: must be"),
        ("start = [1]", "x.toml:7: slides[0].start: must be"),
        ("start = [1, 1e12]", "slides[0].start: must be within 1e+09 of zero"),
        ("view = [[1, 0], [0, 1]]", "slides[0].view: must be two ranges, [low, high] each"),
        ("noise = { sigm = 1 }", 'slides[0].noise.sigm: unknown key "sigm". Did you mean "sigma"?'),
        ("noise = { sigma = -1 }", "slides[0].noise.sigma: must be at least 0, got -1"),
        ('hide = "all"', 'slides[0].hide: must be'),
        ('predict = { optimizer = "Plain" }', 'x.toml:7: slides[0].predict: missing key "step"'),
        ('predict = { optimizer = "Plain", stp = 3 }', 'unknown key "stp". Did you mean "step", which is required?'),
        ('predict = { optimizer = "Plain", step = 41 }', "slides[0].predict.step: must be after the step"),
        ('predict = { optimizer = "a", step = 4 }', 'slides[0].predict.optimizer: unknown label "a"'),
        ('show = ["Plain"]\nrates = "lookahead"', 'x.toml:8: slides[0].rates: "lookahead" is not shown on this slide'),
        ('[zh.slides]\nX = "x"', 'zh.slides.X: unknown title or text of a slide "X"'),
    ],
)  # fmt: skip
def test_a_slide_that_is_wrong_is_refused_with_its_line(line, text):
    (found,) = complaint(f'[[slides]]\ntitle = "T"\n{line}\n')
    assert text in found


def test_slides_are_of_a_surface_that_a_page_shows():
    text = HEAD.replace('"himmelblau"', '{ name = "rastrigin", dim = 3 }') + '[[slides]]\ntitle = "T"\n'
    with pytest.raises(ScenarioError, match="slides: are of a page, which shows two coordinates; the surface has 3"):
        Scenario.from_text(text)


def test_a_slide_that_its_page_cannot_show_is_refused_with_its_line(command, tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(
        HEAD.replace('"lookahead", optimizer = "adam"', '"bfgs"')
        + '[[slides]]\ntitle = "T"\nset = { bfgs = { lr = 2 } }\n'
    )
    code, _, err = command("explore", str(path), "--out", str(tmp_path / "out.html"))
    assert code == 2
    assert f"{path}:7: slides[0].set.bfgs.lr: has nothing to set. Played back as recorded" in err
    assert not (tmp_path / "out.html").exists()
