"""Exact chances against enumeration, against combinatorics by hand, and against what they promise."""

from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from danvan_analysis.analysis.leniency_exact import (
    at_least,
    at_most,
    dealt,
    drawn,
    none_dealt,
    same_level,
    smallest_share,
)

STRATUM = st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n)))


def by_hand(strata):
    """Deal the marks of every stratum in all possible ways."""
    whole = {0: Fraction(1)}
    for everywhere, marked, here in strata:
        ways = list(combinations(range(everywhere), here))
        one = [sum(unit < marked for unit in way) for way in ways]
        whole_next = {}
        for before, chance in whole.items():
            for hits in one:
                whole_next[before + hits] = whole_next.get(before + hits, 0) + chance / len(ways)
        whole = whole_next
    return whole


@pytest.mark.parametrize(
    "strata", [[(7, 3, 4)], [(7, 3, 4), (5, 5, 2)], [(6, 0, 3), (4, 2, 2), (5, 1, 1)], [(3, 2, 0)], []]
)
def test_dealt_against_enumeration(strata):
    expected = by_hand(strata)
    found = dealt(strata)
    assert len(found) == 1 + sum(here for *_, here in strata)
    assert found == pytest.approx([float(expected.get(k, 0)) for k in range(len(found))], abs=1e-12)
    assert none_dealt(strata) == pytest.approx(float(expected.get(0, 0)), abs=1e-12)


def test_the_lady_tasting_tea():
    """Fisher 1935: eight cups, four of each; all four right by chance in 1 of 70, three or more in 17 of 70."""
    cups = dealt([(8, 4, 4)])
    assert at_least(cups, 4) == pytest.approx(1 / 70)
    assert at_least(cups, 3) == pytest.approx(17 / 70)


def test_drawn_against_enumeration():
    chances = [0.1, 0.35, 0.5, 0.8, 1.0, 0.0]
    expected = [0.0] * 7
    for draws in product((0, 1), repeat=6):
        expected[sum(draws)] += np.prod([c if hit else 1 - c for c, hit in zip(chances, draws, strict=True)])
    assert drawn(chances) == pytest.approx(expected, abs=1e-15)


def test_small_tails_keep_their_digits():
    assert at_least(drawn([0.3] * 20), 20) == pytest.approx(0.3**20, rel=1e-12)
    # All of 60 marked units of 600, 30 marked in all: a product of 60 fractions.
    assert none_dealt([(600, 30, 60)]) == pytest.approx(comb(570, 60) / comb(600, 60), rel=1e-9)


@pytest.mark.parametrize(("levels", "here"), [((5, 5), 2), ((4, 3, 1), 3), ((2, 2, 2), 3), ((6,), 4)])
def test_same_level_against_enumeration(levels, here):
    units = [level for level, size in enumerate(levels) for _ in range(size)]
    ways = list(combinations(units, here))
    assert same_level(levels, here) == pytest.approx(sum(len(set(way)) == 1 for way in ways) / len(ways))


@given(st.lists(STRATUM, min_size=1, max_size=4))
def test_dealt_is_a_distribution(strata):
    chances = dealt(strata)
    assert chances.sum() == pytest.approx(1)
    assert (chances >= 0).all()
    tails = [at_least(chances, hits) for hits in range(len(chances))]
    # Sums are rounded in their last digit.
    assert all(more >= fewer - 1e-12 for more, fewer in pairwise(tails))
    assert at_most(chances, 0) == pytest.approx(none_dealt(strata))
    mean = sum(here * marked / everywhere for everywhere, marked, here in strata)
    assert float(np.arange(len(chances)) @ chances) == pytest.approx(mean)


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=40), st.sampled_from([0.05, 0.001]))
def test_the_smallest_share_is_found_with_the_power_it_names(chances, alpha):
    found, n = drawn(chances), len(chances)
    share = smallest_share(found, alpha, 0.8)
    critical = next((hits for hits in range(1, n + 1) if at_least(found, hits) <= alpha), None)
    if critical is None:
        assert share is None
        return
    assert share is not None
    assert binom.sf(critical - 1, n, share) == pytest.approx(0.8, abs=1e-6)
    # A stricter level asks for more.
    stricter = smallest_share(found, alpha / 100, 0.8)
    assert stricter is None or stricter >= share
