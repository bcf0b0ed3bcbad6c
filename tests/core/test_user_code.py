"""Classes of one's own in scenarios: found beside them, named in every message, and found again by records."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from places import ROOT

import landscape as ls
from landscape.cli import run_command
from landscape.core import user_code as own
from landscape.core.registry import from_table, to_table
from landscape.scenario.model import Scenario
from landscape.scenario.problems import ScenarioError

RULES = '''
import numpy as np

import landscape as ls
from landscape.core.methods import Noise, Schedule
from landscape.core.surface import Surface
from landscape.core.component import PositiveHyper


class SignDescent(ls.Optimizer):
    """p <- p - lr sign(g)"""

    lr: PositiveHyper = 0.01
    damping: float = 0.0

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * (1.0 - self.damping) * np.sign(gradient), state


class Halving(Schedule):
    """factor = 2^-step"""

    def __call__(self, step, steps):
        return np.power(0.5, step)


class Upside(Noise):
    """g = -grad f"""

    def gradient(self, moment, memory=()):
        return -moment.exact, memory


class Bowl(Surface):
    """f = a |p|^2"""

    a: float = 1.0

    dim = 2
    window = ((-1.0, 1.0), (-1.0, 1.0))
    critical_points = (ls.CriticalPoint((0.0, 0.0), 0.0, "minimum"),)

    @property
    def customary_start(self):
        return np.array([0.5, 0.25])

    def _value(self, p):
        return self.a * (p[0] * p[0] + p[1] * p[1])

    def _gradient(self, p):
        return 2.0 * self.a * p

    def _hessian(self, p):
        return 2.0 * self.a * np.eye(2).reshape(2, 2, *(1,) * (p.ndim - 1)) * np.ones(p.shape[1:])


class Unfinished(ls.Optimizer):
    lr: float = 0.1


class Rateless(ls.Optimizer):
    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params, state


class Misspelt(SignDescent):
    size: "Positiv" = 1.0


number = 3
'''

TEXT = """\
title = "Mine"
steps = 20
surface = { name = "rules:Bowl", a = 2 }
noise = "rules:Upside"

[[optimizers]]
name = "rules:SignDescent"
lr = 0.02
damping = 0.5
schedule = { name = "warmup", steps = 3, then = "rules:Halving" }

[[optimizers]]
name = "sgd"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with rules.py and a scenario; the modules that a test imports are forgotten after it."""
    (tmp_path / "rules.py").write_text(RULES)
    (tmp_path / "mine.toml").write_text(TEXT)
    yield tmp_path
    for name in ("rules", "broken"):
        sys.modules.pop(name, None)
        own._files.pop(name, None)


def change(path, *changes):
    text = path.read_text()
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text)


def complaint(path):
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_file(path)
    return str(caught.value).replace(str(path.parent), "here")


def test_a_scenario_names_classes_of_a_file_beside_it(folder):
    scenario = Scenario.from_file(folder / "mine.toml")
    surface, (mine, sgd) = scenario.surface, scenario.entrants
    assert (surface.name, surface.a, mine.label) == ("rules:Bowl", 2.0, "rules:SignDescent")
    assert mine.optimizer.damping == 0.5
    assert scenario.noise.name == "rules:Upside"
    assert sgd.optimizer == ls.optimizer("sgd")
    track = scenario.simulate()["rules:SignDescent"]
    factors = [0.0, 1 / 3, 2 / 3, *(0.5 ** np.arange(18.0))]
    np.testing.assert_allclose(track.lr[:, 0], 0.02 * np.array(factors), rtol=1e-12)
    climbed = 0.01 * np.cumsum(factors)[19]
    np.testing.assert_allclose(track.params[-1, :, 0], [0.5 + climbed, 0.25 + climbed], rtol=1e-12)


def test_what_is_read_is_written_and_read_again(folder, monkeypatch):
    monkeypatch.chdir(folder)
    scenario = Scenario.from_file(folder / "mine.toml")
    assert Scenario.from_text(scenario.to_toml()) == scenario
    for kind, made in (("surface", scenario.surface), ("optimizer", scenario.entrants[0].optimizer)):
        assert from_table(kind, to_table(made)) == made


def test_python_names_them_in_the_same_way(folder, monkeypatch):
    monkeypatch.chdir(folder)
    record = ls.simulate("rules:Bowl", ["rules:SignDescent", "sgd"], steps=5, schedule="rules:Halving")
    assert record.labels == ("rules:SignDescent", "sgd")
    assert ls.optimizer("rules:SignDescent", lr=0.5) == ls.optimizer("rules:SignDescent", lr=0.5)
    with pytest.raises(ls.FieldError, match=r"rules:SignDescent: lr must be greater than 0, got -1"):
        ls.optimizer("rules:SignDescent", lr=-1)
    with pytest.raises(ls.FieldError, match="dampin is not a field"):
        ls.optimizer("rules:SignDescent", dampin=0.1)


def test_a_run_alone_equals_the_run_in_a_batch(folder, monkeypatch):
    monkeypatch.chdir(folder)
    job = {"repeats": 30, "steps": 20, "noise": "gaussian"}
    many, alone = (ls.simulate("rules:Bowl", "rules:SignDescent", **job, **more) for more in ({}, {"runs": [17]}))
    assert np.array_equal(many.tracks[0].params[..., 17], alone.tracks[0].params[..., 0])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("rules:SignDescent", "rules:SignDescend",
         'here/mine.toml:7: optimizers[0].name: "rules:SignDescend" cannot be found: here/rules.py has no '
         '"SignDescend". Did you mean "SignDescent"?'),
        ("rules:SignDescent", "rulez:SignDescent",
         'optimizers[0].name: "rulez:SignDescent" cannot be found. There is no module rulez in here and '),
        ("rules:SignDescent", "rules:number", '"rules:number" is not an optimizer'),
        ("rules:SignDescent", "rules:Halving", '"rules:Halving" is not an optimizer: it must be a class derived from'),
        ("rules:SignDescent", "rules:Unfinished", '"rules:Unfinished" does not define apply, init'),
        ("rules:SignDescent", "rules:Rateless", '"rules:Rateless" must define "lr", as a field or an attribute of'),
        ("rules:SignDescent", "rules:Misspelt", '"rules:Misspelt" has an invalid field: name \'Positiv\''),
        ("rules:SignDescent", "rules:", '"rules:" must have the form "module:name"'),
        ("rules:SignDescent", "broken:Mine",
         '"broken:Mine" fails on import: ZeroDivisionError: division by zero (line 2 of here/broken.py)'),
        ("rules:SignDescent", "broken2:Mine",
         '"broken2:Mine" fails on import: invalid syntax (line 1 of here/broken2.py)'),
        ("damping = 0.5", "dampin = 0.5",
         'mine.toml:9: optimizers[0].dampin: unknown key "dampin". Did you mean "damping"?'),
        ("damping = 0.5", "damping = true", "mine.toml:9: optimizers[0].damping: must be a number, got true"),
        ("lr = 0.02", "lr = 0", "mine.toml:8: optimizers[0].lr: must be greater than 0, got 0"),
        ("rules:Halving", "rules:Halvin", 'mine.toml:10: optimizers[0].schedule.then: "rules:Halvin" cannot be found'),
        ('"rules:Upside"', '"rules:Upsid"', 'mine.toml:4: noise: "rules:Upsid" cannot be found'),
        ("a = 2", "a = nan", "mine.toml:3: surface.a: must be a number and finite, got nan"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_the_nearest_name(folder, old, new, expected):
    (folder / "broken.py").write_text("x = 1\ny = x / 0\n")
    (folder / "broken2.py").write_text("x = = 1\n")
    path = folder / "mine.toml"
    change(path, (old, new))
    assert expected in complaint(path)


def test_all_mistakes_are_told_at_once(folder):
    path = folder / "mine.toml"
    change(path, ("lr = 0.02", "lr = 0"), ("steps = 20", "steps = 0"), ("a = 2", "b = 2"))
    assert [line.split(": ")[1] for line in complaint(path).splitlines()] == ["steps", "surface.b", "optimizers[0].lr"]


def test_a_title_with_a_colon_imports_nothing(folder):
    path = folder / "mine.toml"
    change(path, ('"Mine"', '"broken:Mine"'), ("steps = 20", "look_for = 'broken:x'\nsteps = 20"))
    (folder / "broken.py").write_text("raise SystemExit")
    assert Scenario.from_file(path).title == "broken:Mine"
    assert "broken" not in sys.modules


def test_two_scenarios_with_modules_of_one_name_each_have_their_own(folder, tmp_path_factory):
    other, third = tmp_path_factory.mktemp("other"), tmp_path_factory.mktemp("third")
    (other / "rules.py").write_text(RULES.replace("0.01", "0.07"))
    text = (folder / "mine.toml").read_text().replace("lr = 0.02\n", "")
    for place in (folder, other, third):
        (place / "mine.toml").write_text(text)
    rates = [Scenario.from_file(place / "mine.toml").entrants[0].optimizer.lr for place in (folder, other, folder)]
    assert rates == [0.01, 0.07, 0.01]
    assert "There is no module rules" in complaint(third / "mine.toml")


def third(decorator):
    return f"""
from landscape.core.methods import Schedule

{decorator}
class Third(Schedule):
    def __call__(self, step, steps):
        return 1 / 3
"""


def test_the_library_stays_what_it_is_where_a_checkout_of_it_is_the_working_folder(tmp_path):
    """Its own functions may be named too, and are installed where an environment lies beside the checkout."""
    places = tmp_path / ".venv" / "site-packages"
    places.mkdir(parents=True)
    for place in (places, tmp_path):
        (place / "landscape").symlink_to(ROOT / "landscape")
    script = """
        import sys
        sys.path[0:1] = [sys.argv[1]]
        import landscape as ls
        for _ in range(3):
            ls.surface("function")
        assert sys.modules["landscape"] is ls
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(places)]
    alone = {"PATH": "", "PYTHONPATH": str(places)}
    result = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_registered_class_of_ones_own_may_be_named_by_its_place_too(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "broken.py").write_text(
        "from landscape.schedules._registry import register\n" + third("@register('third_for_test')")
    )
    try:
        assert ls.schedule("broken:Third")(0, 1) == 1 / 3
        assert to_table(ls.schedule("third_for_test")) == {"name": "broken:Third"}
    finally:
        del ls.schedules.REGISTRY._members["third_for_test"]
    assert ls.optimizer("landscape.optimizers.descent.sgd:SGD") == ls.optimizer("sgd")


def test_a_class_made_a_dataclass_in_another_way_is_refused(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "broken.py").write_text("import dataclasses\n" + third("@dataclasses.dataclass"))
    with pytest.raises(own.NotFound, match="leave out @dataclass"):
        ls.schedule("broken:Third")


def test_the_command_line_runs_renders_and_shows_them_from_their_folder_alone(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    text = (folder / "mine.toml").read_text() + '\n[[views]]\nname = "contour"\n'
    (folder / "mine.toml").write_text(text)
    assert run_command(["run", "mine.toml", "-q"]) == 0
    assert run_command(["show", "rules:SignDescent"]) == 0
    assert "p <- p - lr sign(g)" in capsys.readouterr().out
    assert run_command(["show", "rules:Halving", "--out", "halving.png"]) == 0
    assert (folder / "halving.png").read_bytes()[:4] == b"\x89PNG"
    for name, told in (("rules:number", '"rules:number" is not a component'), ("rules:Halv", "Did you mean")):
        assert run_command(["show", name]) == 2
        assert told in capsys.readouterr().err
    record = folder / "outputs" / "mine" / "record.npz"
    assert ls.load(record)["rules:SignDescent"].optimizer == ls.optimizer("rules:SignDescent", lr=0.02, damping=0.5)
    code = "import landscape as ls, sys; print(ls.load(sys.argv[1]).labels)"
    root = str(Path(ls.__file__).parent.parent)

    def fresh(place):
        return subprocess.run([sys.executable, "-c", code, str(record)], cwd=place, capture_output=True, text=True,
                              env={"PYTHONPATH": root, "PATH": ""}, check=False)  # fmt: skip

    assert fresh(folder).stdout.strip() == "('rules:SignDescent', 'sgd')"
    assert fresh(record.parent).stdout == fresh(folder).stdout
    own = subprocess.run([sys.executable, "-c", code.replace("argv[1]", "argv[1], trust=True"), str(record)],
                         cwd=record.parent, capture_output=True, text=True, env={"PYTHONPATH": root, "PATH": ""},
                         check=False)  # fmt: skip
    assert own.stdout == fresh(folder).stdout
    assert re.search(r"UserWarning: .*record\.npz: rules:Bowl, .*cannot be found to be bound again", own.stderr)


def test_the_documentation_shows_a_rule_that_runs(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "scenarios.md").read_text()
    section = page.split("## Components of your own")[1]
    (tmp_path / "my_rules.py").write_text(section.split("```python\n")[1].split("```")[0])
    table = section.split("```toml\n")[1].split("```")[0]
    (tmp_path / "x.toml").write_text(f'title = "x"\nsteps = 200\nsurface = "sphere"\n{table}')
    track = Scenario.from_file(tmp_path / "x.toml").simulate()["my_rules:SignDescent"]
    assert track.value[-1, 0] < 0.01 * track.value[0, 0]
    sys.modules.pop("my_rules", None)
    own._files.pop("my_rules", None)
