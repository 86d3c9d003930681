from math import isnan, sqrt
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from danvan_analysis.analysis import proportion_bound, proportion_difference, proportion_interval

counts = st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# Printed in Newcombe 1998 (Statistics in Medicine 17: 857-872), table I, method 3; the paper's figures as the tests of
# other projects quote them.
@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_printed_by_newcombe(x, n, lower, upper):
    assert [round(limit, 4) for limit in proportion_interval(x, n)] == [lower, upper]


# Printed in Newcombe 1998 (Statistics in Medicine 17: 873-890), table II, examples (a) to (h), method 10. The paper's
# figures as the tests of other projects quote them; (a), (b) and (g) also as SAS PROC FREQ prints them.
TABLE_II = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0),
    ((10, 10), (0, 10), 0.6075, 1.0),
]


@pytest.mark.parametrize(("first", "second", "lower", "upper"), TABLE_II)
def test_difference_printed_by_newcombe(first, second, lower, upper):
    difference, *limits = proportion_difference(*first, *second)
    assert difference == pytest.approx(first[0] / first[1] - second[0] / second[1])
    assert [round(limit, 4) for limit in limits] == [lower, upper]


def test_difference_of_the_camis_example():
    """PSIAIMS/CAMIS#323, SAS: Newcombe -0.0361 to 0.1751, Wald -0.0271 to 0.1830 (the thread names no counts; these
    give Wald's limits too, so they are the ones)."""
    (x1, n1), (x2, n2) = (36, 154), (12, 77)
    half = 1.959964 * sqrt(x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3)
    assert x1 / n1 - x2 / n2 - half == pytest.approx(-0.0271, abs=1e-4)
    assert x1 / n1 - x2 / n2 + half == pytest.approx(0.1830, abs=1e-4)
    _, lower, upper = proportion_difference(x1, n1, x2, n2)
    assert (round(lower, 4), round(upper, 4)) == (-0.0361, 0.1751)


def test_difference_covers_as_often_as_it_says():
    """Exact coverage, every outcome counted: near 95 % on average, as table III of the same paper finds for method 10."""
    n1, n2 = 25, 40
    x1, x2 = (grid.ravel() for grid in np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij"))
    _, lower, upper = proportion_difference(x1, np.full_like(x1, n1), x2, np.full_like(x2, n2))
    covered = []
    for p1 in np.linspace(0.05, 0.95, 10):
        for p2 in np.linspace(0.08, 0.92, 8):
            chance = binom.pmf(x1, n1, p1) * binom.pmf(x2, n2, p2)
            covered.append(chance[(lower <= p1 - p2) & (p1 - p2 <= upper)].sum())
    assert 0.945 < np.mean(covered) < 0.965
    assert min(covered) > 0.92


@given(counts, st.sampled_from([0.9, 0.95, 0.998]))
def test_interval_is_the_one_of_scipy(case, level):
    found = binomtest(*case).proportion_ci(level, method="wilson")
    assert proportion_interval(*case, level) == pytest.approx((found.low, found.high), abs=1e-9)


def test_exact_bound_known_cases():
    assert round(proportion_bound(12, 12), 3) == 0.779
    assert round(proportion_bound(50, 50), 3) == 0.942
    # The rule of three: 0 of 100 leaves just under 3 %.
    assert round(proportion_bound(0, 100), 4) == 0.0295


@given(st.integers(1, 5000), st.sampled_from([0.9, 0.95, 0.99]))
def test_exact_bound_is_the_binomial_one(n, level):
    upper = binomtest(0, n, alternative="less").proportion_ci(level).high
    assert proportion_bound(0, n, level) == pytest.approx(upper, rel=1e-9)
    assert proportion_bound(n, n, level) == pytest.approx(1 - upper, rel=1e-9)


@given(counts, st.sampled_from([0.8, 0.95, 0.998]))
def test_limits_are_where_the_score_test_turns(case, level):
    x, n = case
    z = NormalDist().inv_cdf((1 + level) / 2)
    for limit in proportion_interval(x, n, level):
        if 0 < limit < 1:
            assert abs(x / n - limit) == pytest.approx(z * sqrt(limit * (1 - limit) / n), rel=1e-6, abs=1e-12)


@given(counts)
def test_limits_hold_together(case):
    x, n = case
    lower, upper = proportion_interval(x, n)
    wide = proportion_interval(x, n, 0.998)
    assert 0 <= wide[0] <= lower <= x / n <= upper <= wide[1] <= 1
    mirrored = proportion_interval(n - x, n)
    assert (lower, upper) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]), abs=1e-12)
    assert (lower == 0) == (x == 0)
    assert (upper == 1) == (x == n)
    if x < n:
        assert proportion_interval(x + 1, n)[0] > lower


@given(counts, counts)
def test_difference_swaps_and_stays_in_range(first, second):
    difference, lower, upper = proportion_difference(*first, *second)
    assert -1 - 1e-12 <= lower <= difference <= upper <= 1 + 1e-12
    back = proportion_difference(*second, *first)
    assert (-difference, -upper, -lower) == pytest.approx(back, abs=1e-12)


def test_arrays_like_numbers():
    x, n = [0, 9, 46, 0], [10, 10, 50, 0]
    for xs, ns in ((x, n), (np.array(x), np.array(n)), (pl.Series(x), pl.Series(n))):
        lower, upper = proportion_interval(xs, ns, 0.998)
        for i in range(3):
            assert (lower[i], upper[i]) == proportion_interval(x[i], n[i], 0.998)
        assert isnan(lower[3])
        assert isnan(upper[3])
    difference, lower, upper = proportion_difference([56, 10], [70, 10], [48, 0], [80, 10])
    assert (difference[1], lower[1], upper[1]) == pytest.approx(proportion_difference(10, 10, 0, 10))
    assert proportion_interval([1, 2], 4)[0][1] == proportion_interval(2, 4)[0]


@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 5), (6, 5), (float("nan"), 5), (1, -2)])
def test_impossible_counts(x, n):
    for call in (proportion_interval, proportion_bound):
        with pytest.raises(ValueError, match="0 <= x <= n"):
            call(x, n)
    with pytest.raises(ValueError, match="0 <= x <= n"):
        proportion_difference(x, n, 1, 2)
    with pytest.raises(ValueError, match="in every place"):
        proportion_interval([1, 6], [5, 5])


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_impossible_level(level):
    with pytest.raises(ValueError, match="level"):
        proportion_interval(1, 2, level)
    with pytest.raises(ValueError, match="level"):
        proportion_bound(2, 2, level)


def test_bound_only_at_the_ends():
    with pytest.raises(ValueError, match="proportion_interval"):
        proportion_bound(3, 5)
