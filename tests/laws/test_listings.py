"""What is too long to be said in full is cut at the length that is written here, and no sooner."""

from types import SimpleNamespace

import numpy as np
import pytest

import landscape as ls
from landscape.cli._pages import _geometry
from landscape.core.component import _brief, _shown
from landscape.core.names import hint
from landscape.record.record import _listed
from landscape.scenario.problems import named
from landscape.scenario.toml_writer import shown
from landscape.sweeps.sweep import _listed as listed_numbers
from landscape.sweeps.tune import _warn_of_edges, _warn_of_nothing


def test_texts_of_messages_are_shortened_from_one_character_more():
    assert shown("x" * 78) == f'"{"x" * 78}"'
    assert shown("x" * 79) == f'"{"x" * 76}...'
    assert _shown("x" * 78) == repr("x" * 78)
    assert _shown("x" * 79) == "'" + "x" * 76 + "..."
    assert named("x" * 160) == "--set " + "x" * 160
    assert named("x" * 161) == "--set " + "x" * 140 + "..."


def test_all_valid_names_are_listed_up_to_160_of_them():
    names = [f"q{number:03}" for number in range(161)]
    assert hint("zzz", names[:160]) == "Valid names: " + ", ".join(names[:160]) + "."
    assert hint("zzz", names) == "For all 161 names run `landscape list`."


def test_a_component_shows_six_numbers_of_an_array_and_of_more_the_range():
    assert _brief(np.arange(6.0)) == "array([0., 1., 2., 3., 4., 5.])"
    assert _brief(np.arange(7.0)) == "<array (7,) from 0 to 6>"


def test_labels_of_a_record_are_one_short_line():
    assert _listed(["adam"]) == "adam"
    assert _listed(["a" * 45, "b" * 45]) == "a" * 45 + ", " + "b" * 45
    assert _listed(["a" * 45, "b" * 46]) == "a" * 45 + " and 1 more"
    assert _listed(["a" * 60, "b" * 31, "c"]) == "a" * 60 + " and 2 more"
    assert _listed(["a" * 61]) == "a" * 59 + "…"
    assert _listed(["a  b\n c"]) == "a b c"


def test_a_page_lists_twelve_points_and_counts_the_others():
    for terms, more in ((12, None), (13, 1), (16, 4)):
        points = ls.surface("himmelblau").critical_points * 2
        surface = SimpleNamespace(
            window=((0.0, 1.0),), traits=frozenset(), customary_start=np.zeros(2), completeness="complete",
            name="x", critical_points=points[:terms], edge_minima=(), minima=points[:1], lowest=0.0,
            dim=2, saddle_index=lambda point: 1,
        )  # fmt: skip
        said = _geometry(surface).splitlines()
        assert sum("value" in line for line in said) == 12
        assert (said[-1] == f"  and {more} more") is (more is not None)


def test_a_sweep_is_described_by_ten_thousand_numbers_or_their_digest():
    assert listed_numbers(np.arange(10_000)) == list(range(10_000))
    assert listed_numbers(np.arange(10_001)).keys() == {"shape", "sha256"}


def test_a_notebook_shows_the_first_ten_rows_of_a_table():
    for count, said in ((10, "<p>10 runs</p>"), (11, "<p>11 runs, the first 10 shown</p>")):
        table = ls.sweep("sphere", "sgd", over={"lr": np.linspace(0.1, 0.2, count)}, steps=1)
        html = table._repr_html_()
        assert html.count("<tr>") == 11
        assert html.endswith(f"</table>{said}")


def test_warnings_of_a_tuning_name_six_entrants():
    def chosen(label):
        choice = SimpleNamespace(
            figure=np.inf, measure="loss", edges=("lr",), values={"lr": 1.0}, over={"lr": (0.5, 1.0)}
        )
        return SimpleNamespace(label=label, tuned=choice)

    for warn in (_warn_of_nothing, _warn_of_edges):
        for count, end in ((6, ""), (7, " and 1 more")):
            with pytest.warns(UserWarning) as caught:  # noqa: PT030
                warn({"sphere": [chosen(f"r{number}") for number in range(count)]})
            said = str(caught[0].message)
            assert [f"r{number}" in said for number in range(8)] == [True] * 6 + [False] * 2
            assert (" and 1 more" in said) is bool(end)
