"""What a reader types on a page is what Python makes of the same text: the numbers, and what is said against it."""

import ast
import copy
import json

import numpy as np
import pytest
from browser import opened

import landscape as ls
from landscape.core.component import FieldError
from landscape.i18n.texts import say
from landscape.program.formula_texts import TEXTS
from landscape.scenario import Scenario
from landscape.web import grammar, save_page
from landscape.web.accepted import accepted
from landscape.web.contents import contents
from landscape.web.settings import Settings
from landscape.web.sources import script
from landscape.web.states import kept, raced
from landscape.web.texts import page_texts

FORMULAS = [
    "x**2 - y**2 + y**4/4", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", "(1 - x)**2 + 100*(y - x**2)**2",
    "-20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20", "max(0, x)*y",
    "max(x*y, x - y) + y**3", "min(x**2, exp(y)) + max(2, 1)", "sign(x)*y**2", "max(max(x, y), x*y)", "2**x + y",
    "(1 + y**2)**x", "e**(x*y)", "erf(x)*atan(y)", "tanh(x) + sinh(y)*cosh(x)", "asin(x/5) + arccos(y/7)",
    "tan(x) + ln(3 + y)", "x**1.5 + y**(1/3) + x**-2 + y**-1.5", "abs(x) + 2*abs(y - 1)", "x**7*y**0.5/(1 + x*x)",
    "-x**2 + +y--x", "sqrt(x**2) + y**2", "x/3/y - 2*(x*3*y*4)", "1/(1 + exp(-x)) + y", "(x**3)**2 + .5e1*y",
    "log(x*x + 1)*sin(y/2)", "x1**2 + 3*x2**2", "x - x + y*y", "2*x - -y*4 - 3*(x - y)",
]  # fmt: skip
WRONG = [
    "", " ", "x +", "+ * x", ")x(", "x)", "(x", "x y", "2x", "x(y)(x)", "sin", "sin()", "sin(x, y)", "max(x)", "foo(x)",
    "x.real", "x[0]", "x^2", "x;y", "x=1", "x#y", "x\ny", "x\x00", "é + x", "x\u202ey", "x\u3000", "if",
    "lambda x: x", "class + x",
    "_x + y", "x1y + 2", "a" * 33 + "+ x", "x**65", "x**(1 + 1)", "x**2**3", "((x**64)**2)", "x**y**70", "1e101*x",
    "x**(1/0)",
    "9**9**9**9*x", "x/0", "log(0)*x", "acos(2)*x + y", "sqrt(-1)*x", "exp(exp(exp(10)))*x",
    "*".join(["99**64"] * 6) + "*x",
    "x" * 2001, "𝑥" * 2001, "(" * 300 + "x" + ")" * 300, "-" * 500 + "x", "+".join(["x"] * 60),
    "+".join(f"sin({'+'.join(['x']*20)})" for _ in range(25)), "1", "pi",
    "+".join(f"x{i}" for i in range(13)), "<img src=x onerror=alert(1)>", "x + `y`", "'text'", "x,y", "x if y else 1",
    "x < y", "x//2",
]  # fmt: skip
RULES = {
    "heavy ball": ("m = beta*m + g; p = p - lr*m", {"beta": 0.9}),
    "adam": (
        "m = beta1*m + (1 - beta1)*g\nv = beta2*v + (1 - beta2)*g**2\n"
        "p -= lr*(m/(1 - beta1**t))/(sqrt(v/(1 - beta2**t)) + eps)",
        {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    ),
    "sign": ("p = p - lr*sign(g)", {}),
    "clipped": ("p = max(min(p - lr*g, most), -most)", {"most": 1.9}),
    "powers": ("v = v*c + abs(g)**1.5; p -= lr*g/(1 + v)**(1/3) - 0*p**3", {"c": 0.5}),
    "without a rate": ("p = p - 0.001*g", {}),
    "a counter": ("k = k + 1; p = p - lr*g/sqrt(k)*tanh(k)", {}),
    "decay": ("p *= 1 - lr*decay; p -= lr*g/(1 + erf(g*g))", {"decay": 0.1}),
    "Rprop-like": ("s = s + max(g*old, 0); old = g; p = p - lr*g/(1 + ln(1 + s))", {}),
    "names of Python's": ("state = mu*state + g; np = -state**2/-2; p = p - lr*(state + 0*np) - name*0",
                          {"mu": 0.3, "name": 1.0}),
}  # fmt: skip
WRONG_RULES = [
    "", " \n ", "p", "p == g", "p = p - g; q", "m = m", "p = p", "p = lr", "m = beta*m + g; p = p - g",
    "p = p - lr*g; a = b; b = a", "a = b; b = a; p = p - g*a", "m = 0.9*m; p = p - lr*g*m", "g = p",
    "t = t + 1; p = p - g",
    "lr = 0.1; p = p - lr*g", "pi = 3; p = p - g", "sin = 3", "p = p - lr*foo(g)", "p = p - x.y*g", "p = p - g/0",
    "1 = p",
    "lambda = g; p = p - g", "p = p - lr*g;" * 21, "é = g", "p = g\t", "p = g**65", "_m = g; p = p - _m", "m1m = g",
    "p = p - lr*g" + " " * 2000, "p =", "p += ", "p **= g", "p = 1e101*g", "if = 3", "<script>alert(1)</script>",
    "p = p - lr*g*" + "(" * 50 + "g" + ")" * 50,
]  # fmt: skip
POINTS = np.random.default_rng(0).uniform(-2.0, 2.0, (2, 40))


def complaint(make):
    """What Python says against a text; None where it takes it."""
    try:
        make()
    except FieldError as error:
        return error.reason
    return None


def of_page(visit, path, asked, body):
    """What a script makes of `asked` with the module of pages."""
    head = "<!doctype html><meta charset=utf-8><title>Typed</title><script type=module>"
    given = json.dumps(asked).replace("<", "\\u003c")
    path.write_text(f"{head}{script()}\nconst given = {given};\n{body}</script>", encoding="utf-8")
    with visit(path) as page:
        return page.evaluate("window.made()")


def test_the_tables_of_the_page_are_those_of_python():
    assert grammar.FILE.read_text(encoding="utf-8") == grammar.written(), "write it: python -m landscape.web.grammar"


def test_the_table_of_slopes_has_a_fault_that_is_planted():
    slopes = grammar.grammar()["slopes"]
    assert slopes["sin"] == [{"lines": [["cos", "2"], ["multiply", "0", "3"]], "result": "4"}]
    assert slopes["cos"] != slopes["sin"]


@pytest.mark.browser
def test_formulas_have_pythons_numbers_and_refusals(visit, tmp_path):
    refused = {f"refused_{name}": text for name, text in TEXTS.items()}
    body = """window.made = () => {
      const told = (make) => { try { make(); return null; } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return said(given.texts, error); } };
      const out = new Float64Array(7);
      const all = (text) => { const { measures, hessian } = read(text, {}); return given.points.map((p) => {
        measures(p, out); const first = [...out.slice(0, 3)]; hessian(p, out); return [...first, ...out.slice(0,
        4)].map(String); }); };
      return { numbers: given.formulas.map(all), wrong: given.wrong.map((text) => told(() => read(text, {}))),
        rules: given.rules.map((text) => told(() => readRule(text))) }; };"""
    asked = {"formulas": FORMULAS, "points": POINTS.T.tolist(), "wrong": WRONG, "rules": WRONG_RULES, "texts": refused}
    found = of_page(visit, tmp_path / "typed.html", asked, body)
    for text, numbers in zip(FORMULAS, found["numbers"], strict=True):
        surface = ls.from_expression(text)
        with np.errstate(all="ignore"):
            wanted = [
                surface.value(POINTS),
                *surface.gradient(POINTS),
                *surface.hessian(POINTS).reshape(4, -1),
            ]
        np.testing.assert_allclose(np.array(numbers, dtype=float).T, wanted, rtol=1e-12, atol=1e-12, err_msg=text)
    expected = [complaint(lambda text=text: ls.from_expression(text, window=(-1.0, 1.0))) for text in WRONG]
    assert found["wrong"] == expected
    assert None not in expected, [text for text, said in zip(WRONG, expected, strict=True) if said is None]
    expected = [complaint(lambda text=text: ls.rule_from_text(text)) for text in WRONG_RULES]
    assert found["rules"] == expected
    assert None not in expected


@pytest.fixture(scope="module")
def record():
    return ls.simulate(
        "himmelblau", [ls.optimizer("momentum", lr=0.002), "bfgs", ls.optimizer("sam", optimizer="sgd")],
        start=(-1.5, 2.0), steps=30, title="A race",
    )  # fmt: skip


@pytest.fixture(scope="module")
def shared(chromium, record, tmp_path_factory):
    path = tmp_path_factory.mktemp("typed") / "race.html"
    save_page(record, path)
    with opened(chromium, path, reduced_motion="reduce") as page:
        page.get_by_text("Your own function and rule").click()
        yield page


@pytest.fixture
def page(shared):
    shared.get_by_role("button", name="As recorded").click()
    shared.get_by_label("your function of x and y").first.fill("")
    return shared


def typed_function(page, text):
    field = page.get_by_role("textbox", name="your function of x and y")
    field.fill(text)
    field.press("Enter")
    return page.locator(".wrong").first.inner_text()


def typed_rule(page, text):
    page.get_by_role("textbox", name="your rule: assignments to p").fill(text)
    page.get_by_role("button", name="Add this rule").click()
    return page.locator(".wrong").nth(1).inner_text()


def state_of(page):
    return page.evaluate("landscape.kept()")


def params_of(page, number):
    return np.reshape(page.evaluate(f"[...landscape.runs()[{number}].track.params]"), (-1, 2))


@pytest.mark.browser
def test_typed_rules_step_as_in_python_and_so_do_their_classes(page, record):
    for number, (text, parameters) in enumerate(RULES.values()):
        if number % 8 == 0:
            page.get_by_role("button", name="As recorded").click()
        assert typed_rule(page, text) == ""
        rated = "lr" in text
        values = {**({"lr": 0.003} if rated else {}), **parameters}
        assert state_of(page)["entrants"][-1]["values"].keys() == values.keys()
        page.evaluate("""(values) => { const entrants = landscape.model.get("entrants");
          entrants.at(-1).values = values; landscape.model.set("entrants", entrants); }""", values)  # fmt: skip
        made = params_of(page, len(state_of(page)["entrants"]) - 1)
        rule = ls.rule_from_text(text, **values)
        wanted = ls.simulate("himmelblau", rule, start=(-1.5, 2.0), steps=30).tracks[0].params[:, :, 0]
        assert np.isfinite(wanted).all()
        np.testing.assert_allclose(made, wanted, rtol=1e-11, atol=1e-12, err_msg=text)
        card = page.locator("#entrants .card").nth(len(state_of(page)["entrants"]) - 1)
        card.get_by_role("button", name="Copy as a Python class").click()
        source = card.locator("pre").nth(1).inner_text()
        names = {}
        exec(compile(ast.parse(source), "class", "exec"), names)
        mine = next(each for name, each in names.items() if name.startswith("Rule"))
        again = ls.simulate("himmelblau", mine(), start=(-1.5, 2.0), steps=30).tracks[0].params[:, :, 0]
        np.testing.assert_allclose(again, wanted, rtol=1e-11, atol=1e-12, err_msg=source)
        assert len(source.splitlines()) <= 22


@pytest.mark.browser
def test_a_typed_race_is_that_of_python_of_its_scenario_and_of_its_link(page, record, visit, tmp_path):
    assert typed_function(page, "x**2 + a*(y - x**2/4)**2 + sin(3*x)") == ""
    page.get_by_role("spinbutton", name="your function of x and y a").fill("2.5")
    page.get_by_role("spinbutton", name="your function of x and y a").press("Enter")
    assert typed_rule(page, RULES["adam"][0]) == ""
    page.get_by_role("spinbutton", name="gradient noise sigma").fill("0.3")
    page.get_by_role("spinbutton", name="gradient noise sigma").press("Enter")
    page.wait_for_function(
        """atob(location.hash.slice(3).replaceAll("-", "+").replaceAll("_", "/")).includes('"sigma":0.3')"""
    )
    state, address = state_of(page), page.url
    assert state["formula"] == {"text": "x**2 + a*(y - x**2/4)**2 + sin(3*x)", "parameters": {"a": 2.5}}
    made = contents(record, "en", Settings())
    assert json.loads(json.dumps(accepted(state, made))) == state
    assert page.locator("h1").inner_text() == state["formula"]["text"]

    shown = page.evaluate("landscape.runs().map((run) => run && [...run.track.params])")
    assert [each is None for each in shown] == [False, True, True, False], "what is made for its surface has no race"
    assert "Not on a function of your own" in page.locator(".card").nth(2).inner_text()
    told = {**made.state, **copy.deepcopy(state)}
    for entrant, params in zip(told["entrants"], shown, strict=True):
        entrant["shown"] = params is not None
    simulated = raced(record, told, made.added, {})
    surface = ls.from_expression(state["formula"]["text"], a=2.5)
    np.testing.assert_array_equal(simulated.surface.value(POINTS), surface.value(POINTS))
    page.evaluate("""() => { window.saved = null; const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => { blob.text().then((text) => (window.saved = text)); return make(blob); };
      HTMLAnchorElement.prototype.click = () => {}; }""")
    page.get_by_role("button", name="Save as scenario").click()
    page.wait_for_function("window.saved !== null")
    (tmp_path / "saved.toml").write_text(page.evaluate("window.saved"), encoding="utf-8")
    from_file = Scenario.from_file(tmp_path / "saved.toml").simulate()
    for params, one, other in zip((each for each in shown if each), simulated.tracks, from_file.tracks, strict=True):
        np.testing.assert_allclose(np.reshape(params, (-1, 2)), one.params[:, :, 0], rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(one.params, other.params)

    found = {round(x, 6) for x in page.evaluate("landscape.given.points.map((point) => point.x)")}
    inside = [p.point for p in simulated.surface.critical_points if np.all(np.abs(p.point) <= 5.0)]
    assert found == {round(float(point[0]), 6) for point in inside}
    with visit(address, reduced_motion="reduce") as again:
        assert state_of(again) == state
        assert again.evaluate("landscape.runs().map((run) => run && [...run.track.params])") == shown
    save_page(from_file, tmp_path / "again.html")
    with visit(tmp_path / "again.html", reduced_motion="reduce") as again:
        assert "checked against the record" in again.locator("#check").inner_text()
        again.get_by_text("Other hyper-parameters").last.click()
        field = again.get_by_role("spinbutton", name="my rule 1 beta1")
        field.fill("0.5")
        field.press("Enter")
        changed = contents(from_file, "en", Settings())
        told = {**changed.state, **state_of(again)}
        assert json.loads(json.dumps(accepted(state_of(again), changed))) == state_of(again)
        wanted = raced(from_file, told, changed.added, {}).tracks[1]
        assert wanted.optimizer.parameters["beta1"] == 0.5
        np.testing.assert_allclose(params_of(again, 1), wanted.params[:, :, 0], rtol=1e-9, atol=1e-12)
    page.get_by_role("button", name="As recorded").click()
    np.testing.assert_array_equal(params_of(page, 0), record.tracks[0].params[:, :, 0])
    assert [point["x"] for point in page.evaluate("landscape.given.points")] != list(found)


HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "x" * 1_000_000, "(" * 10_000,
           "constructor(x)", "__proto__ + x*y", "toString + x*y*a", "exp(" * 39 + "x*y" + ")" * 39,
           "x+" * 900 + "y"]  # fmt: skip


@pytest.mark.browser
def test_hostile_texts_are_refused_and_the_page_lives_on(page, record):
    before = state_of(page)
    for text in HOSTILE:
        if text not in ("toString + x*y*a", "exp(" * 39 + "x*y" + ")" * 39):
            assert typed_function(page, text).startswith("Your function ")
            assert typed_rule(page, text).startswith("Your rule ")
            assert state_of(page) == before
    assert page.locator("img").count() == 0
    assert typed_function(page, "toString*x + y*y*constructor") == ""
    np.testing.assert_allclose(page.evaluate("landscape.loss(2, 3)"), 2.0 + 9.0)
    assert typed_rule(page, "valueOf = g; p = p - lr*valueOf*hasOwn") == ""
    assert np.isfinite(params_of(page, 3)).all()
    page.get_by_role("button", name="As recorded").click()
    made = contents(record, "en", Settings())
    for told in (
        {"formula": {"text": HOSTILE[0], "parameters": {}}}, {"formula": {"text": "x + y", "parameters": {"a": 1}}},
        {"formula": {"text": "x + y*a", "parameters": {"a": "1"}}}, {"formula": {"text": "x + y*a", "parameters": {}}},
        {"formula": {"text": "x*x", "parameters": {}}}, {"formula": {"text": "x + y + z", "parameters": {}}},
        {"formula": 3}, {"formula": "x + y"}, {"rules": [HOSTILE[1]]}, {"rules": ["p = p - g"] * 9},
        {"rules": "p = p - g"},
        {"rules": [None]}, {"rules": ["p = p - g*a"], "entrants": [{**before["entrants"][0], "of": 99}]},
        {"rules": ["p = p - g*a"], "entrants": [{**before["entrants"][0], "of": len(made.given["entrants"])}]},
        {"entrants": [{**before["entrants"][0], "of": len(made.given["entrants"])}]},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="cannot be"):
            accepted({**kept(made.state), **told}, made)
        refused = "(told) => { try { landscape.take(told); return false; } catch (error) { return true; } }"
        assert page.evaluate(refused, {**before, **told}), told
        assert state_of(page) == before
        packed = page.evaluate("(told) => btoa(JSON.stringify(told)).replaceAll('=', '')", told)
        page.evaluate("(packed) => { location.hash = `s=${packed}`; }", packed)
    page.reload()
    assert page.locator("#said").inner_text() == "The address holds no state of this page, which shows its own."
    assert state_of(page) == before
    page.get_by_text("Your own function and rule").click()


def test_every_text_of_the_panel_is_chinese_in_chinese():
    english, chinese = page_texts("en"), page_texts("zh")
    assert not [name for name, text in TEXTS.items() if say("zh", text, **dict.fromkeys(BRACES, "")) == text]
    assert not [
        name for name in english if name.startswith(("own", "wrong", "refused_")) and english[name] == chinese[name]
    ]


BRACES = ("most", "count", "odd", "before", "after", "piece", "power", "given", "name", "names", "number")
