"""What is written beside a line of theory: its formula, shorter where there is less room, and whose it is."""

import numpy as np
import pytest

from landscape.analysis.theory import Prediction
from landscape.render.pages.lists import prediction_rows
from landscape.render.style.theme import LIGHT


def line(kind, label="sgd", wrong=0.0, measured=None):
    wrong = np.array([1.0, 1.0, 0.0]) * wrong
    return Prediction(label, kind, "a = b", np.arange(3), np.ones(3), wrong, measured, "mean of 4 runs")


def rows(*lines):
    return [(row.name, row.short, row.shortest, row.second) for row in prediction_rows(lines, LIGHT)]


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("rate", ("a = b", "a = b", "", "mean of 4 runs")),
        ("limit", ("stability limit a = b", "limit a = b", "a = b", "mean of 4 runs")),
        ("floor", ("noise floor a = b", "a = b", "noise floor", "mean of 4 runs")),
    ],
)
def test_a_line_says_its_formula(kind, row):
    assert rows(line(kind)) == [row]


def test_of_several_lines_of_a_kind_each_says_whose_it_is():
    assert rows(line("limit"), line("limit", "adam"), line("rate")) == [
        ("stability limit a = b (sgd)", "a = b (sgd)", "a (sgd)", "mean of 4 runs"),
        ("stability limit a = b (adam)", "a = b (adam)", "a (adam)", "mean of 4 runs"),
        ("a = b", "a = b", "", "mean of 4 runs"),
    ]
    assert rows(line("floor"), line("floor", "adam")) == [
        ("mean floor of sgd", "floor of sgd", "noise floor", "a = b"),
        ("mean floor of adam", "floor of adam", "noise floor", "a = b"),
    ]


def test_a_line_that_is_violated_says_what_was_measured():
    assert rows(line("rate", wrong=1.0, measured=0.25))[0][3] == "measured 0.25"
    assert rows(line("rate", wrong=1.0))[0][3] == "mean of 4 runs"
    assert rows(line("rate", wrong=0.0, measured=0.25))[0][3] == "mean of 4 runs"
