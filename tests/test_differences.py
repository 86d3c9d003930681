"""Two shares: p-values, families of tests, power. Truth from printed examples, brute force and exact enumeration."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from danvan_analysis.analysis.differences import (
    detectable_difference,
    difference_p_value,
    difference_power,
    false_discovery,
)
from danvan_analysis.analysis.proportions import proportion_difference

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None, max_examples=100)
@given(COUNTS, COUNTS)
def test_the_p_value_and_the_interval_never_contradict_each_other(one, two):
    p = difference_p_value(*one, *two)
    assert 0 <= p <= 1
    assert p == pytest.approx(difference_p_value(*two, *one))
    mirrored = difference_p_value(one[1] - one[0], one[1], two[1] - two[0], two[1])
    assert p == pytest.approx(mirrored, rel=1e-6, abs=1e-12)
    for level in (0.9, 0.95, 0.998):
        _, lower, upper = proportion_difference(*one, *two, level)
        if abs(p - (1 - level)) > 1e-9:
            assert (p < 1 - level) is (lower > 0 or upper < 0)


@settings(deadline=None, max_examples=100)
@given(COUNTS, st.integers(1, 400))
def test_the_p_value_falls_as_the_shares_part(one, n):
    x, whole = one
    from_equal = [k for k in range(n + 1) if k * whole >= x * n]
    p_values = [difference_p_value(k, n, x, whole) for k in from_equal[:: max(1, len(from_equal) // 8)]]
    assert all(a >= b - 1e-9 for a, b in pairwise(p_values))


def test_false_alarms_of_one_test_stay_at_the_rate_in_our_range():
    """Exact: every pair of counts, shares of 70-99 %, bases of communes' and districts' bodies."""
    for n, m in ((30, 30), (43, 43), (60, 75), (90, 90), (200, 180)):
        for share in (0.7, 0.8, 0.9, 0.95, 0.99):
            assert chance_of_a_finding(n, share, m, share) < 0.05 * 1.05


def chance_of_a_finding(n, before, m, now):
    """Exact: the chance of every pair of counts whose 95 % interval leaves 0 out, which is p < 0.05 (tested above)."""
    x, y = np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij")
    _, lower, upper = proportion_difference(y, np.full_like(y, m), x, np.full_like(x, n))
    chance = np.outer(binom.pmf(np.arange(n + 1), n, before), binom.pmf(np.arange(m + 1), m, now))
    return chance[(lower > 0) | (upper < 0)].sum()


#: Benjamini and Hochberg 1995, section 4.1 (thrombolysis, 15 hypotheses; four are rejected at 5 %, Bonferroni's three).
BH_1995 = (
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1,
)


def by_hand(p_values):
    """The definition: for each test the least p(j) m / j over all ranks j from its own up."""
    ranked = sorted(p_values)
    m = len(ranked)
    return [min(ranked[j] * m / (j + 1) for j in range(ranked.index(p), m)) for p in p_values]


def test_the_example_of_benjamini_and_hochberg():
    q = false_discovery(BH_1995)
    assert sum(value <= 0.05 for value in q) == 4
    assert q == pytest.approx(by_hand(BH_1995))
    assert sum(p * 15 <= 0.05 for p in BH_1995) == 3


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(0, 1), max_size=14))
def test_q_values_are_those_of_the_definition_in_any_order(p_values):
    q = false_discovery(p_values)
    assert q == pytest.approx([min(1, value) for value in by_hand(p_values)])
    assert false_discovery(p_values[::-1]) == pytest.approx(q[::-1])


def test_power_as_r_prints_it():
    """R, stats::power.prop.test, examples: power = 0.740; n = 76.7 at power 0.90; p2 = 0.8026 at n = 50, power 0.90."""
    assert difference_power(0.50, 50, 0.75, 50) == pytest.approx(0.740, abs=5e-4)
    assert difference_power(0.50, 76.7, 0.75, 76.7) == pytest.approx(0.90, abs=5e-4)
    rise, _ = detectable_difference(0.50, 50, 50, power=0.90)
    assert 0.50 + rise == pytest.approx(0.8026, abs=5e-5)


@pytest.mark.parametrize(("share", "n", "m"), [(0.80, 90, 80), (0.90, 150, 150), (0.70, 60, 60), (0.50, 60, 40)])
def test_what_is_called_detectable_is_found_about_that_often(share, n, m):
    """Exact power of Newcombe's interval at the least rise and fall; the normal formula is good to some hundredths."""
    rise, fall = detectable_difference(share, n, m)
    for now in (share + rise if rise else None, share - fall):
        assert now is None or 0.70 < chance_of_a_finding(n, share, m, now) < 0.88


@settings(deadline=None, max_examples=100)
@given(st.floats(0, 1), st.integers(5, 500), st.integers(5, 500))
def test_detectable_changes_stay_inside_and_shrink_with_the_bases(share, n, m):
    pairs = zip(detectable_difference(share, n, m), detectable_difference(share, 4 * n, 4 * m), strict=True)
    for (small, large), room in zip(pairs, (1 - share, share), strict=True):
        assert small is None or 0 < small <= room
        assert small is None or (large is not None and large <= small + 1e-9)


@settings(deadline=None, max_examples=100)
@given(st.floats(0, 1), st.integers(5, 500), st.integers(5, 500))
def test_rise_and_fall_mirror_each_other(share, n, m):
    rise, fall = detectable_difference(share, n, m)
    fall_of_rest, rise_of_rest = detectable_difference(1 - share, n, m)[::-1]
    assert (rise is None) is (fall_of_rest is None) or abs((rise or fall_of_rest or 0) - (1 - share)) < 1e-6
    if rise is not None and fall_of_rest is not None:
        assert rise == pytest.approx(fall_of_rest, abs=1e-9)
    if fall is not None and rise_of_rest is not None:
        assert fall == pytest.approx(rise_of_rest, abs=1e-9)


def test_nothing_is_left_to_see_at_the_ends():
    assert detectable_difference(1.0, 50, 50)[0] is None
    assert detectable_difference(0.0, 50, 50)[1] is None
    assert detectable_difference(1.0, 50, 50)[1] == pytest.approx(detectable_difference(0.0, 50, 50)[0])
