"""What a claim measures, and its limits, in words."""

import math

import pytest

from landscape.analysis import metric
from landscape.scenario.expectations import Expectation, Verdict
from landscape.scenario.sweeps import SweepExpectation


def claim(**fields):
    return Expectation(**{"claim": "it goes down", "optimizer": "sgd", "measure": metric("loss")} | fields)


@pytest.mark.parametrize(
    ("fields", "runs", "words"),
    [
        ({}, 1, "sgd: loss at the last step"),
        ({"at": 7}, 1, "sgd: loss at step 7"),
        ({}, 5, "sgd: median over 5 runs of loss at the last step"),
        ({"statistic": "max"}, 5, "sgd: max over 5 runs of loss at the last step"),
        ({"start": 0, "relative_to": "adam"}, 1, "sgd: loss at the last step from start 0, relative to adam"),
        ({"measure": metric("reached")}, 1, "sgd: reached (radius 0.1)"),
    ],
)
def test_what_is_measured_is_said(fields, runs, words):
    assert claim(**fields).words(runs) == words


@pytest.mark.parametrize(
    ("above", "below", "words"),
    [(None, None, ""), (None, 2.0, "below 2"), (1.5, None, "above 1.5"), (1e-9, 2.5, "above 1e-09 and below 2.5")],
)
def test_limits_are_said(above, below, words):
    assert claim(above=above, below=below).limits() == words


@pytest.mark.parametrize(
    ("above", "below", "measured", "passed"),
    [
        (1.0, 2.0, 1.5, True), (1.0, 2.0, 1.0, False), (1.0, 2.0, 2.0, False), (None, 2.0, 1.999, True),
        (1.0, None, math.inf, True), (None, 2.0, math.nan, False), (1.0, None, math.nan, False),
        (None, 2.0, 2.0, False),
    ],
)  # fmt: skip
def test_limits_themselves_are_not_within_them_and_no_number_is(above, below, measured, passed):
    verdict = Verdict(expectation=claim(above=above, below=below), measured=measured, runs=1)
    assert verdict.passed is passed


def test_a_verdict_says_what_was_measured_and_what_should_have_been():
    for measured, words in ((1.23456789, "is above 1"), (0.5, "should be above 1")):
        verdict = Verdict(expectation=claim(above=1.0), measured=measured, runs=3)
        assert str(verdict) == f"sgd: median over 3 runs of loss at the last step = {measured:.5g}, {words}"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "adam: best median loss"),
        ({"field": "lr"}, "adam: lr with the best median loss"),
        ({"where": {"lr": 0.5, "beta1": 0.25}}, "adam: best median loss where lr 0.5, beta1 0.25"),
        ({"field": "lr", "relative_to": "sgd", "statistic": "max"}, "adam: lr with the best max loss, relative to sgd"),
    ],
)
def test_what_is_claimed_of_a_sweep_is_said(fields, words):
    given = {"claim": "it wants more", "optimizer": "adam", "measure": "loss", "statistic": "median"} | fields
    assert SweepExpectation(**given).words() == words
    for above, below, limits in ((1.0, None, "above 1"), (None, 2.0, "below 2"), (1.0, 2.0, "above 1 and below 2")):
        assert SweepExpectation(**given, above=above, below=below).limits() == limits
