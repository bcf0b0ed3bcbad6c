"""A registry says what is wrong with a name, a class or a file, and takes what is right."""

import sys
import types

import numpy as np
import pytest

import landscape as ls
from landscape.core import registry as module
from landscape.core.component import Component, FieldError, Positive
from landscape.core.names import UnknownName
from landscape.core.registry import Registry, as_plain, from_table, kind_of, kinds, registry, to_table


@pytest.fixture
def shapes(monkeypatch):
    """A registry of its own, of a kind that there is for this test alone."""
    monkeypatch.setattr(module, "_REGISTRIES", dict(module._REGISTRIES))

    class Shape(Component):
        """The base."""

    made = Registry("shape", Shape, aliases={"old": "box"})
    made.Shape = Shape
    return made


def entered(shapes, name, module_name=__name__, base=None):
    cls = type("Box", (base or shapes.Shape,), {"__annotations__": {"side": Positive}, "side": 1.0,
                                                "__module__": module_name})  # fmt: skip
    return shapes.register(name)(cls)


def test_a_class_is_entered_found_built_and_listed(shapes):
    cls = entered(shapes, "box")
    assert shapes.names() == ["box"]
    assert shapes.get("box") is shapes.get("old") is cls
    assert shapes.members == {"box": cls}
    made = shapes.build("box", side=2.0)
    assert (made.side, made.name) == (2.0, "box")
    assert shapes.coerce(made) is made
    assert shapes.coerce("box").side == 1.0
    assert shapes.coerce({"name": "box", "side": 3.0}).side == 3.0
    assert "shape" in kinds()
    assert registry("shape") is shapes
    assert kind_of(cls) == "shape"
    assert to_table(made) == {"name": "box", "side": 2.0}
    assert from_table("shape", to_table(made)) == made


@pytest.mark.parametrize("name", ["Box", "2box", "a-b", "", "a b", "box\n"])
def test_a_name_that_is_none_is_refused(shapes, name):
    with pytest.raises(ValueError, match="the name of a shape must be lower case with underscores"):
        entered(shapes, name)


def test_a_former_name_and_a_class_of_another_base_are_refused(shapes):
    with pytest.raises(ValueError, match='the shape name "old" is a former name of "box"'):
        entered(shapes, "old")
    with pytest.raises(TypeError, match="a shape must derive from Shape, got Box"):
        entered(shapes, "box", base=Component)


def test_a_name_is_one_class_s_that_may_be_entered_again(shapes):
    entered(shapes, "box")
    again = entered(shapes, "box")  # as a cell of a notebook that is run twice
    assert shapes.get("box") is again
    with pytest.raises(ValueError, match=f'the shape name "box" is already used by {__name__}.Box'):
        entered(shapes, "box", module_name="another")


def test_what_is_unknown_is_refused_with_the_nearest(shapes):
    entered(shapes, "box")
    with pytest.raises(UnknownName, match=r'unknown shape "bax"\. Did you mean "box"'):
        shapes.get("bax")
    with pytest.raises(UnknownName, match=r'unknown kind of component "shap"\. Did you mean "shape"'):
        registry("shap")
    with pytest.raises(TypeError, match="int is not a kind of component"):
        kind_of(int)
    with pytest.raises(FieldError, match=r'sides is not a field\. Did you mean "side"'):
        shapes.build("box", sides=1.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (3, "expected a shape or its name, got 3$"),
        ({"side": 1.0}, r"expected a shape or its name, got \{'side': 1.0\}$"),
        ({"name": 3}, r"expected a shape or its name, got \{'name': 3\}$"),
        (abs, "; derive a class from landscape.Shape$"),
    ],
)
def test_what_is_no_component_is_refused(shapes, given, said):
    with pytest.raises(TypeError, match=said):
        shapes.coerce(given)
    with pytest.raises(TypeError, match=r": write Box\(\), with its fields$"):
        shapes.coerce(entered(shapes, "box"))


def test_a_field_that_is_fixed_or_in_parts_is_said_so():
    with pytest.raises(FieldError, match="dim is fixed: it has 2 coordinates"):
        ls.surface("himmelblau", dim=3)
    with pytest.raises(FieldError, match="betas is given as beta1 and beta2"):
        ls.optimizer("adam", betas=(0.9, 0.99))


def test_files_tell_their_members_and_a_file_without_its_member_is_named(shapes, tmp_path, monkeypatch):
    (tmp_path / "things").mkdir()
    (tmp_path / "things/inner").mkdir()
    (tmp_path / "things/_inner").mkdir()
    (tmp_path / "things/__init__.py").write_text("")
    (tmp_path / "things/inner/__init__.py").write_text("")
    (tmp_path / "things/several.py").write_text('"""Two."""\nNAMES = ("ball", "cone")\n')
    (tmp_path / "things/inner/cube.py").write_text("")
    (tmp_path / "things/_base.py").write_text("")
    (tmp_path / "things/_inner/hidden.py").write_text("")
    (tmp_path / "things/notes.txt").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    here = Registry("shape", shapes.Shape, package="things")
    assert here.names() == ["ball", "cone", "cube"]
    assert "things.several" not in sys.modules
    with pytest.raises(
        ValueError, match=r'cube\.py does not register the shape "cube", but nothing; a file has the name'
    ):
        here.get("cube")
    one = types.ModuleType("one")
    one.__spec__ = types.SimpleNamespace(submodule_search_locations=None, origin=str(tmp_path / "things/several.py"))
    monkeypatch.setitem(sys.modules, "one", one)
    assert Registry("shape", shapes.Shape, package="one").names() == ["ball", "cone"]  # a module by itself
    for name in ("things", "things.several", "things.inner", "things.inner.cube"):
        sys.modules.pop(name, None)


def test_values_of_fields_are_plain_data():
    rule = ls.optimizer("clip", optimizer=ls.optimizer("sgd", lr=[0.1, 0.2]))
    assert as_plain(rule) == {
        "name": "clip",
        "optimizer": {"name": "sgd", "lr": [0.1, 0.2], "weight_decay": 0.0},
        "max_norm": 1.0,
    }
    assert as_plain((np.array([1.0, 2.0]), "a", (1,))) == [[1.0, 2.0], "a", [1]]
