"""The catalogue as pages: what the index lists, links that restore states, scenarios that give the same numbers."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import landscape as ls
from landscape.i18n.texts import family as family_in
from landscape.scenario import Scenario
from landscape.web.mathml import mathml
from landscape.web.playground import index, listed, write_playground

NAMES = ["himmelblau", "beale", "shekel", "shifted", "sphere"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    entries = write_playground(folder, NAMES)
    assert [entry.name for entry in entries] == NAMES
    return folder


def test_every_surface_has_a_page_and_those_of_the_plane_a_race(site):
    assert {path.stem for path in (site / "surfaces").iterdir()} == set(NAMES)
    assert {path.stem for path in (site / "thumbnails").iterdir()} == {"himmelblau", "beale", "sphere"}
    still = (site / "surfaces" / "shekel.html").read_text()
    assert "There is no race of it here: it has 4 coordinates." in still
    assert listed("line").why == "it has one coordinate"
    assert "it is made of what you give it: surface" in (site / "surfaces" / "shifted.html").read_text()
    page = (site / "surfaces" / "beale.html").read_text()
    assert "Source: Beale 1958" in page
    shared = (site / "shared" / "common.js").read_text()
    for text in ("Add an optimizer", "applied:", "function landscapeModule"):  # what stands in files of all pages
        assert text not in page
        assert text in shared + (site / "shared" / "page.js").read_text()
    assert page.count("landscapeShared().kernels(measures)[") == 6
    assert len(page) < 50_000
    assert '<th scope="row">minimum</th><td>3</td><td>0.5</td><td>0</td>' in page
    rates = "The learning rates are those of "
    assert rates in page
    assert rates not in still


def test_every_formula_of_a_surface_is_mathml():
    for name in ls.surfaces.names():
        formula = getattr(ls.surfaces.REGISTRY.get(name), "formula", "")
        if isinstance(formula, str) and formula:
            assert ElementTree.fromstring(mathml(formula)).tag == "math", name
    beale = "".join(ElementTree.fromstring(mathml(ls.surface("beale").formula)).itertext())
    assert beale == "f(x,y)=(1.5−x+xy)2+(2.25−x+xy2)2+(2.625−x+xy3)2"
    for wrong in (r"\unknown x", r"{x", r"x}", r"\left( x"):
        with pytest.raises(ValueError, match=r"\\|brace|opened"):
            mathml(wrong)


def test_the_index_lists_every_surface_of_the_library():
    """Those that have no race say why; which these are follows from the surface."""
    for name in ls.surfaces.names():
        entry = listed(name)
        try:
            dim = ls.surface(name).dim
        except ls.FieldError:  # it has fields that must be given
            dim = None
        scalable = "scalable" in ls.surfaces.REGISTRY.get(name).traits
        assert bool(entry.why) == (dim is None or (dim != 2 and not scalable)), name


def test_in_chinese_all_but_names_and_documentation_is(tmp_path):
    entries = write_playground(tmp_path, ["beale", "shekel", "shifted"], "zh")
    assert [entry.why for entry in entries] == ["", "它有 4 个坐标", "它由给定的部分构成：surface"]
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(text in index for text in ("山谷", "多峰", "包装", "3 个函数", "按名称、类别或词语搜索"))
    assert "全部函数" in (tmp_path / "surfaces" / "beale.html").read_text(encoding="utf-8")
    assert "此处没有它的竞赛" in (tmp_path / "surfaces" / "shekel.html").read_text(encoding="utf-8")


def test_the_index_begins_with_what_lectures_begin_with():
    heads = re.findall(
        "<h2>(.*?)</h2>", index([listed(name) for name in ("bbob_discus", "ackley", "beale", "quadratic")])
    )
    assert heads == ["bowls", "valleys", "multimodal", "bbob"]


def test_every_family_has_a_chinese_name():
    families = {listed(name).family for name in ls.surfaces.names()}
    assert {family for family in families if family_in("zh", family) == family} == set()


def test_an_unknown_surface_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ls.UnknownName, match="acley"):
        write_playground(tmp_path / "site", ["beale", "acley"])
    assert not (tmp_path / "site").exists()


@pytest.mark.browser
def test_the_index_finds_surfaces_by_words(visit, site):
    with visit(site / "index.html") as page:
        assert page.locator(".card:visible").count() == len(NAMES)
        page.get_by_role("searchbox").fill("four minima")
        assert page.locator(".card:visible").all_inner_texts()[0].startswith("himmelblau")
        assert page.locator("#count").inner_text() == f"1 / {len(NAMES)} surfaces"
        page.get_by_role("searchbox").fill("nothing has this")
        assert page.get_by_text("No surface has all of these words.").is_visible()


@pytest.mark.browser
def test_a_link_restores_a_state_and_a_scenario_gives_its_numbers(visit, site, tmp_path):
    path = site / "surfaces" / "himmelblau.html"
    with visit(path, reduced_motion="reduce") as page:
        assert "equal to the last bit" in page.locator("#check").inner_text()
        page.evaluate("""() => {
          const { model } = landscape;
          model.state.entrants[0].values.lr = 0.0175;
          model.state.entrants[5].schedule = "cosine";
          model.set("entrants", model.state.entrants);
          model.set("noise", { sigma: 0.5 });
          model.set("start", [-1.25, 1.5]);
          model.set("others", [{ run: 1, start: [2, -1] }]);
          model.set("quantity", "step_length");
          model.set("seed", "9223372036854775807");
        }""")
        page.wait_for_url("**#s=*")
        address = page.url
        page.wait_for_function("landscape.runs().every((run) => run.cloud.length === 1)")
        params = page.evaluate("landscape.runs().map((run) => [run.track, ...run.cloud].map((one) => [...one.params]))")
        kept = page.evaluate("landscape.kept()")
        texts = page.evaluate("""async () => {
          const made = [];
          const create = URL.createObjectURL;
          URL.createObjectURL = (blob) => { made.push(blob.text()); return "about:blank#"; };
          HTMLAnchorElement.prototype.click = () => {};
          [...document.querySelectorAll("button")].find((each) => each.textContent === "Save as scenario").click();
          URL.createObjectURL = create;
          return Promise.all(made);
        }""")
    with visit(path, reduced_motion="reduce") as page:
        page.evaluate("(hash) => (location.hash = hash)", address.partition("#")[2])
        page.reload()
        assert page.evaluate("landscape.kept()") == kept
    record = Scenario.from_text(texts[0]).simulate()
    assert len(record.tracks) == 6
    for track, computed in zip(record.tracks, params, strict=True):
        for run, one in enumerate(computed):
            np.testing.assert_array_equal(track.params[:, :, run], np.reshape(one, (-1, 2)))


HOSTILE = [
    {"start": [1, "2"]}, {"start": [1, 1e999]}, {"start": [0, 2e9]},
    {"view": [[1, 0], [0, 1]]}, {"seed": "0x10"}, {"noise": {"sigma": -1}},
    {"entrants": [{"of": 99, "look": 0, "shown": True, "values": {}, "schedule": ""}]}, {"entrants": "x" * 1000},
    {"entrants": [{"of": 0, "look": 0, "shown": True, "values": {"lr": "<img src=x onerror=alert(1)>"}}]},
    {"quantity": "__proto__"}, {"basins": 1e9}, {"start": None},
    {"others": [{"run": -1, "start": [0, 0]}]}, {"others": [{"run": 1}]}, {"others": {}},
    {"seed": "9223372036854775808"}, {"step": -1}, {"step": 1e9}, {"step": "3"}, {"hide": "__proto__"},
    {"slide": 0}, {"slide": -2},
    {"predict": {"entrant": 0}}, {"predict": {"entrant": -1, "step": 3}}, {"predict": []}, {"predict": 3},
]  # fmt: skip


@pytest.mark.browser
def test_an_address_that_no_page_made_changes_nothing(visit, site):
    with visit(site / "surfaces" / "beale.html", reduced_motion="reduce") as page:
        first = page.evaluate("landscape.kept()")
        for told in HOSTILE:
            refused = page.evaluate(
                "(told) => { try { landscape.take(told); return false; } catch { return true; } }",
                json.loads(json.dumps(told)),
            )
            assert refused, told
            assert page.evaluate("landscape.kept()") == first
        for damaged in ("#s=%%%", "#s=AAAA", "#s=" + "A" * 30_000, "#<script>alert(1)</script>"):
            page.evaluate("(hash) => (location.hash = hash)", damaged)
            page.reload()
            assert page.evaluate("landscape.kept()") == first
