"""Texts in other languages: one lookup, English where a translation is missing, and a list of what is missing.

python tests/i18n/test_texts.py      # prints that list; pytest -rA shows it too
"""

import ast
import string
from pathlib import Path

import pytest

import landscape as ls
from landscape import i18n
from landscape.core.registry import registry
from landscape.i18n import chinese
from landscape.render.text import captions

PACKAGE = Path(ls.__file__).parent
SOURCES = {
    str(path.relative_to(PACKAGE.parent)): path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if "i18n" not in path.parts
}


def said(source):
    """The texts that a source says by name: the literal texts in its calls of `say`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "say":
            for argument in call.args:
                choices = (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,)
                yield from (each.value for each in choices if isinstance(each, ast.Constant) and _is_text(each.value))


def _is_text(value):
    return isinstance(value, str) and value not in ("en", "zh")


def written(source):
    """The literal texts in a source, those between the braces of f-strings too."""
    return {n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def named():
    """(kind, name) of every component of the library whose name a picture shows."""
    for kind in chinese.NAMES:
        for cls in map(registry(kind).get, registry(kind).names()):
            if cls.__module__.startswith("landscape."):
                title = getattr(cls, "title", "")
                yield kind, (isinstance(title, str) and title) or cls.name.replace("_", " ")


def quantities():
    """The names, long and short, of every quantity that a curve or a sweep can show."""
    for name in (*registry("metric").names(), *captions.QUANTITIES, *captions.LAYER_FIGURES.values()):
        yield from (captions.short_name(name), captions.QUANTITIES.get(name, name.replace("_", " ")))


def missing(sources=SOURCES):
    """Lines that say which texts and names have no Chinese, and so are shown in English."""
    lines = [
        f'{file}: "{text}"'
        for file, source in sources.items()
        for text in dict.fromkeys(said(source))
        if text not in chinese.TEXTS
    ]
    lines += [f'the quantity "{name}"' for name in quantities() if name not in chinese.TEXTS]
    return lines + [f'the {kind} "{name}"' for kind, name in named() if name not in chinese.NAMES[kind]]


def test_every_quantity_has_chinese():
    assert [name for name in quantities() if name not in chinese.TEXTS] == []


def unused(texts=chinese.TEXTS, sources=SOURCES):
    """The texts with a translation that no source contains, whole or in parts: their English was changed."""
    known = {each for each in set().union(*map(written, sources.values()), quantities()) if len(each) > 1}

    def is_written(text):
        return text in known or any(text[:at] in known and is_written(text[at:]) for at in range(2, len(text) - 1))

    return [text for text in texts if not is_written(text)]


def test_what_has_no_chinese_is_listed():
    """A list, no law: a new surface or caption is shown in English until somebody translates it."""
    print("\n".join(["without Chinese:", *missing()]))


def test_a_text_that_has_chinese_keeps_it_when_its_english_changes():
    assert unused() == [], "no code says these texts: give the new English to landscape/i18n/chinese"
    names = set(named())
    stale = [(kind, name) for kind, known in chinese.NAMES.items() for name in known if (kind, name) not in names]
    assert stale == [], "there are no such components: give the new name to landscape/i18n/chinese/names.py"


def test_the_lists_find_planted_texts():
    source = 'i18n.say(language, "a new text" if x else "step"); f"on the {side}"; {"text": "by table", "side": "left"}'
    planted = {"a.py": source}
    names = missing({})  # those of components, which are no fault
    assert [line for line in missing(planted) if line not in names] == ['a.py: "a new text"']
    assert unused(["step", "on the left", "by table", "an old text"], planted) == ["an old text"]


@pytest.mark.parametrize(("english", "translated"), chinese.TEXTS.items(), ids=lambda text: text[:30])
def test_a_translation_has_the_same_places_to_fill_in(english, translated):
    assert _places(english) == _places(translated)


def _places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_text_is_translated_in_two_tables():
    assert chinese.CAPTIONS.keys() & chinese.REPORTS.keys() == set()


def test_what_is_missing_in_a_language_is_said_in_english():
    assert i18n.say("zh", "after {steps} steps", steps=60) == "60 步之后"
    assert i18n.say("zh", "no such text in {steps} tables", steps=60) == "no such text in 60 tables"
    assert i18n.name("zh", "surface", "curved valley") == "弯曲山谷"
    assert i18n.name("zh", "surface", "my {own}") == "my {own}"
    assert i18n.name("en", "surface", "curved valley") == "curved valley"


if __name__ == "__main__":
    print("\n".join(missing()))
