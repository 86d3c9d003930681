"""Made-up truth: districts that are alike are not called unusual more often than stated, one that is weak is found."""

import importlib
from math import inf
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("compare_districts")


def at_most(rate, rounds):
    """The stated rate and three standard errors over twelve districts a round."""
    return rate + 3 * (rate * (1 - rate) / (12 * rounds)) ** 0.5


@pytest.mark.parametrize(("share", "base"), [(0.9, 30), (0.9, 400), (0.95, 10), (0.7, None)])
def test_equal_districts_are_flagged_no_more_than_stated(compare, share, base):
    rates = compare.flag_rates(share, base, 200)
    assert rates["district95"] <= at_most(0.05, 200)
    assert rates["district998"] <= at_most(0.002, 200)
    assert rates["adjusted95"] <= rates["district95"]
    if base == 400:
        # Large bases: near the stated rate, but for what a district puts into the common share itself.
        assert rates["district95"] >= 0.03


def test_a_weak_district_is_found(compare):
    # One of twelve at 80 % where the others stand at 90 %, 150 units each (docs/phuong-phap.md, part 13: 90 % and 56 %).
    rates = compare.flag_rates(0.9, 150, 150, weak=0.8)
    assert rates["low95"] == pytest.approx(0.90, abs=0.08)
    assert rates["low998"] == pytest.approx(0.56, abs=0.13)
    assert rates["adjusted_low95"] <= rates["low95"]


def test_places_and_chances_bear_out(compare):
    rates = compare.rank_rates(0.9, 50.0, 150, 80)
    assert rates["held"] >= 0.95
    for name in ("low", "middle", "high"):
        assert rates[f"came_{name}"] == pytest.approx(rates[f"stated_{name}"], abs=0.08)
    assert compare.rank_rates(0.9, inf, None, 30)["held"] >= 0.95


def test_shrunk_shares_are_nearer_the_truth(compare):
    rates = compare.shrinkage_rates(0.9, 50.0, 30, 60)
    assert rates["shrunk_error"] < 0.8 * rates["plain_error"]
    assert rates["held"] >= 0.90
    assert compare.shrinkage_rates(0.9, inf, 30, 30)["held"] >= 0.95


@pytest.mark.full
@pytest.mark.parametrize("share", [0.7, 0.9, 0.95])
@pytest.mark.parametrize("base", [10, 30, 60, 150, 400, None])
def test_equal_districts_at_length(compare, share, base):
    rates = compare.flag_rates(share, base, 1500)
    assert rates["district95"] <= 0.05
    assert rates["district998"] <= at_most(0.002, 1500)


@pytest.mark.full
@pytest.mark.parametrize("size", [inf, 200.0, 50.0, 20.0])
@pytest.mark.parametrize("base", [30, 150, None])
def test_places_and_limits_at_length(compare, size, base):
    assert compare.rank_rates(0.9, size, base, 400)["held"] >= 0.95
    assert compare.shrinkage_rates(0.9, size, base, 400)["held"] >= 0.90
