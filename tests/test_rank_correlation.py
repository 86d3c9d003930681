from itertools import permutations, product
from math import asin, factorial, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from danvan_analysis.analysis.rank_correlation import inversions, rank_correlation


def score(x, y):
    """Kendall's S, counted pair by pair."""
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    return sum(int(np.sign(x[i] - x[j]) * np.sign(y[i] - y[j])) for i, j in pairs)


def enumerated(groups):
    """Two-sided p by every arrangement of y within every group."""
    observed = abs(sum(score(x, y) for x, y in groups))
    laws = [[score(x, p) for p in permutations(y)] for x, y in groups]
    sums = [sum(parts) for parts in product(*laws)]
    return sum(abs(s) >= observed for s in sums) / len(sums)


def flat(groups):
    return (
        [v for x, _ in groups for v in x],
        [v for _, y in groups for v in y],
        [name for name, (x, _) in enumerate(groups) for _ in x],
    )


# OEIS A008302, rows 4 to 7.
@pytest.mark.parametrize(
    "row",
    [
        [1, 3, 5, 6, 5, 3, 1],
        [1, 4, 9, 15, 20, 22, 20, 15, 9, 4, 1],
        [1, 5, 14, 29, 49, 71, 90, 101, 101, 90, 71, 49, 29, 14, 5, 1],
        [1, 6, 20, 49, 98, 169, 259, 359, 455, 531, 573, 573, 531, 455, 359, 259, 169, 98, 49, 20, 6, 1],
    ],
)
def test_mahonian_numbers(row):
    n = round((1 + (1 + 8 * (len(row) - 1)) ** 0.5) / 2)
    assert sum(row) == factorial(n)
    assert inversions([1] * n) == row


@pytest.mark.parametrize("sizes", [[2, 1], [1, 2, 2], [3, 2, 1], [2, 2, 2], [4, 3], [1], []])
def test_arrangements_with_equal_values_are_counted_one_by_one(sizes):
    values = [value for value, size in enumerate(sizes) for _ in range(size)]
    found = [sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p))) for p in set(permutations(values))]
    assert inversions(sizes) == [found.count(k) for k in range(max(found, default=0) + 1)]


# Smallest S with a one-sided chance of at most alpha: Daniel, Applied Nonparametric Statistics, table of Kendall's tau,
# as printed in its Indonesian edition (1989), p. 569-570.
CRITICAL = {
    0.005: [15, 19, 22, 26, 29, 33, 38, 44, 47, 53, 58, 64, 69, 75, 80],
    0.010: [13, 17, 20, 24, 27, 31, 36, 40, 43, 49, 52, 58, 63, 67, 72],
    0.025: [13, 15, 18, 20, 23, 27, 30, 34, 37, 41, 46, 50, 53, 57, 62],
    0.050: [11, 13, 16, 18, 21, 23, 26, 28, 33, 35, 38, 42, 45, 49, 52],
    0.100: [9, 11, 12, 14, 17, 19, 20, 24, 25, 29, 30, 34, 37, 39, 42],
}


@pytest.mark.parametrize("alpha", CRITICAL)
def test_published_critical_values(alpha):
    for n, critical in enumerate(CRITICAL[alpha], start=6):
        found = rank_correlation(range(n), range(n), level=1 - 2 * alpha)
        assert found.needed * n * (n - 1) / 2 == pytest.approx(critical), n


def test_the_example_of_r():
    # R, ?cor.test (Hollander and Wolfe 1973, p. 185): "=> p=0.05972" for the greater side.
    x = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    found = rank_correlation(x, [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8])
    assert (round(found.tau, 7), round(found.p_value / 2, 5)) == (0.4444444, 0.05972)


GROUPS = [
    [([1, 2, 3, 4, 5, 6], [2, 1, 3, 6, 5, 4])],
    [([1, 1, 2, 2, 3, 3], [2, 1, 3, 6, 5, 4])],
    [([0, 0, 0, 0, 1, 2], [2, 1, 3, 6, 5, 4])],
    [([1, 2, 3, 4], [3, 1, 2, 4]), ([1, 2, 3], [3, 2, 1])],
    # Ties in one column here, in the other there.
    [([1, 1, 3, 4], [3, 1, 2, 4]), ([1, 2, 3], [3, 3, 1])],
    # A group in which a column stands still says nothing.
    [([1, 2, 3, 4], [3, 1, 2, 4]), ([1, 1, 1], [3, 3, 1])],
]


@pytest.mark.parametrize("groups", GROUPS)
def test_exact_p_is_that_of_every_arrangement(groups):
    found = rank_correlation(*flat(groups), least=2)
    assert found.method == "kendall_exact"
    assert found.p_value == pytest.approx(enumerated(groups))


@pytest.mark.parametrize(
    "groups", [[([1, 1, 2, 3, 3, 4], [1, 2, 2, 4, 3, 4])], [([1, 1, 2, 3], [2, 2, 3, 4]), ([1, 2, 2], [1, 1, 2])]]
)
def test_shuffled_p_comes_near_that_of_every_arrangement(groups):
    found = rank_correlation(*flat(groups), least=2, draws=20000)
    assert found.method == "kendall_permutation"
    assert found.p_value == pytest.approx(enumerated(groups), abs=0.012)


def test_a_shuffled_p_is_never_nothing():
    x = [0, 0, *range(1, 13)]
    found = rank_correlation(x, x, draws=99)
    assert (found.tau, found.p_value, found.lower) == (1, 0.01, None)


def test_the_interval_over_groups_leaves_each_out_in_turn():
    rng = np.random.default_rng(2)
    groups = [(rng.random(7), rng.random(7)) for _ in range(6)]
    found = rank_correlation(*flat(groups))
    scores = np.array([score(x, y) for x, y in groups])
    left = np.arctanh((scores.sum() - scores) / (5 * 21))
    error = (5 / 6 * ((left - left.mean()) ** 2).sum()) ** 0.5
    # 2.5706: t with 5 degrees of freedom, two-sided 95 % (any table).
    middle = np.arctanh(scores.sum() / (6 * 21))
    assert found.interval == "jackknife"
    assert (found.lower, found.upper) == pytest.approx(
        np.tanh([middle - 2.5706 * error, middle + 2.5706 * error]), abs=1e-4
    )


def test_the_interval_of_one_group_is_fiellers():
    found = rank_correlation(range(12), _with_score(12, 30))
    half = 1.959964 * (0.437 / 8) ** 0.5
    middle = np.arctanh(30 / 66)
    assert found.interval == "fieller"
    assert (found.lower, found.upper) == pytest.approx(np.tanh([middle - half, middle + half]))


def test_many_units_with_ties_go_by_the_normal_law():
    rng = np.random.default_rng(5)
    x = rng.integers(0, 12, 200)
    y = x + rng.integers(0, 60, 200)
    found = rank_correlation(x, y)
    assert found.method == "kendall_normal"
    other = kendalltau(x, y, method="asymptotic")
    assert found.tau == pytest.approx(other.statistic)
    assert found.p_value == pytest.approx(other.pvalue, rel=0.05)


figures = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from("abc")), min_size=6, max_size=24
).map(lambda rows: tuple(zip(*rows, strict=True)))


@settings(max_examples=60, deadline=None)
@given(figures, st.randoms(use_true_random=False))
def test_names_order_and_sign(rows, random):
    x, y, names = rows
    few = {"least": 2, "draws": 199}
    found = rank_correlation(x, y, names, **few)
    order = random.sample(range(len(x)), len(x))
    renamed = {"a": "z", "b": 7, "c": None}
    mixed = rank_correlation([x[i] for i in order], [y[i] for i in order], [renamed[names[i]] for i in order], **few)
    assert mixed == found
    swapped = rank_correlation(y, x, names, **few)
    turned = rank_correlation(x, [-v for v in y], names, **few)
    for other, sign in ((swapped, 1), (turned, -1)):
        assert (other.tau is None) == (found.tau is None)
        if found.tau is not None:
            assert other.tau == pytest.approx(sign * found.tau)
    if found.tau is not None:
        assert -1 <= found.tau <= 1
        assert 0 < found.p_value <= 1 + 1e-12
        if found.lower is not None:
            assert -1 <= found.lower <= found.tau <= found.upper <= 1
        if found.needed is not None and found.method == "kendall_exact":
            assert (abs(found.tau) >= found.needed - 1e-9) == (found.p_value <= 0.05 + 1e-9)


def test_tau_b_as_scipy_has_it():
    rng = np.random.default_rng(11)
    for _ in range(50):
        x, y = rng.integers(0, 8, 15), rng.integers(0, 8, 15)
        assert rank_correlation(x, y, draws=9).tau == pytest.approx(kendalltau(x, y).statistic)
        x, y = rng.random(12), rng.random(12)
        assert rank_correlation(x, y).p_value == pytest.approx(kendalltau(x, y, method="exact").pvalue)


def test_a_difference_between_groups_is_no_link():
    rng = np.random.default_rng(3)
    names = np.repeat(np.arange(12), 12)
    effort = rng.normal(size=12)[names] * 5
    x, y = effort + rng.normal(size=144), -effort + rng.normal(size=144)
    assert rank_correlation(x, y).tau < -0.5
    within = rank_correlation(x, y, names)
    assert abs(within.tau) < within.needed
    moved = rank_correlation(x + 100 * names, y - 7 * names, names)
    assert moved.tau == pytest.approx(within.tau)


@pytest.mark.parametrize(
    ("x", "y", "more", "reason"),
    [
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], {}, "it_dia_ban"),
        ([], [], {}, "it_dia_ban"),
        ([1] * 8, range(8), {}, "khong_co_chenh_lech"),
        (range(8), [1.0] * 8, {}, "khong_co_chenh_lech"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"least": 2}, "mau_qua_nho"),
        ([0, 0, 0, 0, 0, 0, 1], range(7), {}, "mau_qua_nho"),
    ],
)
def test_where_there_is_no_answer(x, y, more, reason):
    found = rank_correlation(x, y, **more)
    assert found.reason == reason
    assert found.needed is None
    assert (found.tau is None) is (reason != "mau_qua_nho")


def test_false_alarms_over_twelve_equal_districts():
    # S >= 30 of 66: twice the exact one-sided chance, by scipy.
    stated = kendalltau(range(12), _with_score(12, 30), method="exact").pvalue
    assert 0.04 < stated <= 0.05
    rng = np.random.default_rng(20240101)
    alarms = sum(rank_correlation(*rng.random((2, 12))).p_value <= 0.05 for _ in range(4000))
    assert alarms / 4000 == pytest.approx(stated, abs=0.011)


def _with_score(n, s):
    y = list(range(n))
    swaps = (n * (n - 1) // 2 - s) // 2
    while swaps:
        for i in range(n - 1):
            if swaps and y[i] < y[i + 1]:
                y[i], y[i + 1] = y[i + 1], y[i]
                swaps -= 1
    return y


@pytest.mark.full
def test_intervals_cover_at_the_stated_rate():
    rng = np.random.default_rng(8)
    for rho in (0.0, -0.5, -0.8):
        truth = 2 / pi * asin(rho)
        one, many = [], []
        for _ in range(1500):
            x = rng.normal(size=144)
            y = rho * x + (1 - rho**2) ** 0.5 * rng.normal(size=144)
            found = rank_correlation(x[:12], y[:12])
            if found.lower is not None:
                one.append(found.lower <= truth <= found.upper)
            found = rank_correlation(x, y, np.repeat(np.arange(12), 12))
            many.append(found.lower <= truth <= found.upper)
        # Fieller's interval is too narrow for strong links of so few: 92 % at tau = -0.59.
        assert 0.905 <= np.mean(one) <= 0.99, rho
        assert 0.92 <= np.mean(many) <= 0.98, rho
