from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_analysis.analysis import attainment

OPERATORS = [">", ">=", "="]
targets = st.one_of(st.integers(0, 100), st.sampled_from(["90.5", "33.3", "66.6667"]))
small = st.integers(0, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def holds(x, n, operator, target):
    share = Fraction(100 * x, n)
    target = Fraction(target)
    return {">": share > target, ">=": share >= target, "=": share == target}[operator]


@pytest.mark.parametrize(
    ("x", "n", "operator", "target", "attained", "margin"),
    [
        (9, 10, ">", 90, "not_met", -1),
        (46, 50, ">", 90, "met", 0),
        (45, 50, ">", 90, "not_met", -1),
        (71, 78, ">", 90, "met", 0),
        (70, 78, ">", 90, "not_met", -1),
        (8, 10, ">=", 80, "met", 0),
        (7, 10, ">=", 80, "not_met", -1),
        # Shown as 90 %: 18000 / 20001 is 89,9955 %.
        (18000, 20001, ">=", 90, "not_met", -1),
        (9001, 10001, ">", 90, "met", 0),
        (720, 720, "=", 100, "met", 0),
        (719, 720, "=", 100, "not_met", -1),
        (0, 30, ">=", 70, "not_met", -21),
        (181, 200, ">=", 90.5, "met", 0),
        (180, 200, ">=", "90.5", "not_met", -1),
    ],
)
def test_known_cases(x, n, operator, target, attained, margin):
    result = attainment(x, n, operator, target)
    assert (result.attained, result.margin_units) == (attained, margin)
    assert result.lower_bound == result.upper_bound == x / n


@given(small, st.sampled_from(OPERATORS), targets, st.integers(0, 8))
def test_verdict_is_what_every_filling_says(case, operator, target, missing):
    x, n = case
    result = attainment(x, n, operator, target, missing)
    if n + missing == 0:
        assert result.attained == "no_data"
        return
    outcomes = {holds(x + meets, n + missing, operator, target) for meets in range(missing + 1)}
    assert result.attained == {(True,): "met", (False,): "not_met"}.get(tuple(outcomes), "undecided")
    assert result.lower_bound == x / (n + missing)
    assert result.upper_bound == (x + missing) / (n + missing)


@given(small, st.integers(0, 12), st.sampled_from(OPERATORS), targets, st.integers(0, 4))
def test_open_numerator_by_every_filling(case, more, operator, target, missing):
    x, n = case
    most = min(n, x + more)
    if n + missing == 0:
        return
    outcomes = {holds(k, n + missing, operator, target) for k in range(x, most + missing + 1)}
    result = attainment(x, n, operator, target, missing, numerator_most=most)
    assert result.attained == {(True,): "met", (False,): "not_met"}.get(tuple(outcomes), "undecided")


@given(small, st.sampled_from(OPERATORS), targets)
def test_margin_leads_to_the_smallest_that_attains(case, operator, target):
    x, n = case
    margin = attainment(x, n, operator, target).margin_units
    attaining = [k for k in range(n + 1) if n and holds(k, n, operator, target)]
    assert margin == (x - min(attaining) if attaining else None)


@given(small, st.integers(0, 12), st.sampled_from(OPERATORS), st.integers(0, 100))
def test_unknown_number_missing_by_every_number(case, more, operator, target):
    x, n = case
    most = min(n, x + more)
    outcomes = set()
    for m in range(0 if n else 1, 1300):
        whole = n + m
        if operator == "=":
            fits = target * whole % 100 == 0 and x <= target * whole // 100 <= most + m
            outcomes |= {fits, False} if m or most > x else {fits}
        else:
            outcomes |= {holds(x, whole, operator, target), holds(most + m, whole, operator, target)}
    result = attainment(x, n, operator, target, missing=None, numerator_most=most)
    assert result.attained == {(True,): "met", (False,): "not_met"}.get(tuple(outcomes), "undecided")
    assert (result.lower_bound, result.upper_bound) == (0.0, 1.0)


def test_one_that_fails_settles_all_of_them():
    assert attainment(719, 720, "=", 100, missing=None).attained == "not_met"
    assert attainment(720, 720, "=", 100, missing=None).attained == "undecided"
    assert attainment(9999, 10000, ">", 90, missing=None).attained == "undecided"
    assert attainment(0, 0, ">=", 70, missing=None).attained == "undecided"


def test_nothing_received():
    assert attainment(0, 0, ">", 90).attained == "no_data"
    assert attainment(0, 0, ">", 90).margin_units is None
    waiting = attainment(0, 0, ">", 90, missing=6)
    assert (waiting.attained, waiting.lower_bound, waiting.upper_bound) == ("undecided", 0.0, 1.0)


@pytest.mark.parametrize("target", [90.1, "90.1", Decimal("90.1"), Fraction(901, 10), np.float64(90.1)])
def test_targets_are_read_as_written(target):
    assert attainment(901, 1000, ">=", target).margin_units == 0
    assert attainment(901, 1000, ">", target).margin_units == -1


def test_counts_of_other_libraries():
    assert attainment(np.int64(9), np.int32(10), ">=", np.int64(90)).attained == "met"


@pytest.mark.parametrize(
    "arguments",
    [
        (11, 10, ">", 90),
        (-1, 10, ">", 90),
        (9.0, 10, ">", 90),
        (9, True, ">", 90),
        ("9", 10, ">", 90),
        (None, 10, ">", 90),
        (9, 10, "<", 90),
        (9, 10, "≥", 90),
        (9, 10, ">", 101),
        (9, 10, ">", -1),
        (9, 10, ">", "90%"),
        (9, 10, ">", float("nan")),
        (9, 10, ">", None),
        (9, 10, ">", True),
        (9, 10, ">", 90, -1),
        (9, 10, ">", 90, 1.5),
    ],
)
def test_bad_input(arguments):
    with pytest.raises(ValueError, match=r"must|need"):
        attainment(*arguments)
