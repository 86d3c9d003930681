from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, fisher_exact

from danvan_analysis.analysis.ranks import compute_ranks, lowest_chance, rank_intervals
from danvan_analysis.analysis.shrinkage import fit_beta_binomial
from danvan_analysis.tables import Indicators

from .districts import CODES, district_rows, indicators
from .indicator_rows import FACTS, row

X = [219, 121, 92, 128, 139, 160, 192, 265, 191, 180, 150, 171]
N = [221, 129, 105, 130, 147, 174, 193, 267, 195, 192, 174, 171]

families = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8
)


def intervals_by_hand(x, n, level):
    """Every pair by scipy's own Fisher test, Holm step by step."""
    k, first, last = len(x), [], []
    for own in range(k):
        tests = []
        for other in range(k):
            if other != own:
                table = [[x[own], n[own] - x[own]], [x[other], n[other] - x[other]]]
                tests.append((fisher_exact(table, alternative="less").pvalue, "below"))
                tests.append((fisher_exact(table, alternative="greater").pvalue, "above"))
        shown = []
        for number, (p, side) in enumerate(sorted(tests)):
            if p > (1 - level) / (len(tests) - number):
                break
            shown.append(side)
        first.append(1 + shown.count("below"))
        last.append(k - shown.count("above"))
    return first, last


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(("x", "n"), [(X, N), ([3, 9, 30, 0], [10, 10, 30, 25])])
def test_intervals_by_hand(x, n, level):
    assert rank_intervals(x, n, level) == intervals_by_hand(x, n, level)


@settings(deadline=None, max_examples=40)
@given(families, st.randoms(use_true_random=False))
def test_intervals_hold_together(family, random):
    x, n = (list(values) for values in zip(*family, strict=True))
    first, last = rank_intervals(x, n)
    k = len(x)
    # The place that the counts themselves give lies inside, with ties from either end.
    for own in range(k):
        higher = sum(a * n[own] > x[own] * b for a, b in zip(x, n, strict=True))
        lower = sum(a * n[own] < x[own] * b for a, b in zip(x, n, strict=True))
        assert 1 <= first[own] <= 1 + higher
        assert k - lower <= last[own] <= k
    wider = rank_intervals(x, n, 0.998)
    assert all(a <= b for a, b in zip(wider[0], first, strict=True))
    assert all(a >= b for a, b in zip(wider[1], last, strict=True))
    order = list(range(k))
    random.shuffle(order)
    moved = rank_intervals([x[i] for i in order], [n[i] for i in order])
    assert moved == ([first[i] for i in order], [last[i] for i in order])
    # Counting the failures turns the order round.
    turned = rank_intervals([b - a for a, b in zip(x, n, strict=True)], n)
    assert turned == ([k + 1 - place for place in last], [k + 1 - place for place in first])


def test_a_base_of_nothing_has_no_place():
    with pytest.raises(ValueError, match="base"):
        rank_intervals([0, 3], [0, 5])


def test_chance_against_draws():
    fit = fit_beta_binomial(X, N)
    a = np.array(X) + fit.mean * fit.size
    b = np.array(N) - np.array(X) + (1 - fit.mean) * fit.size
    drawn = np.random.default_rng(20241231).beta(a, b, size=(200_000, 12))
    for lowest in (1, 3):
        among = (np.argsort(np.argsort(drawn, axis=1), axis=1) < lowest).mean(0)
        # Four standard errors of 200 000 draws at most.
        assert lowest_chance(X, N, lowest) == pytest.approx(among, abs=4 * 0.5 / 200_000**0.5)


def test_chance_of_two_against_quadrature():
    x, n = [40, 9], [50, 30]
    fit = fit_beta_binomial(x, n)
    shapes = [(a + fit.mean * fit.size, b - a + (1 - fit.mean) * fit.size) for a, b in zip(x, n, strict=True)]
    t = np.linspace(0, 1, 40_001)
    first_lower = np.trapezoid(beta.pdf(t, *shapes[0]) * beta.sf(t, *shapes[1]), t)
    assert lowest_chance(x, n, 1) == pytest.approx([first_lower, 1 - first_lower], abs=2e-5)


def test_chance_adds_up_and_knows_no_names():
    given_chances = lowest_chance(X, N)
    assert sum(given_chances) == pytest.approx(3, abs=1e-4)
    for order in list(permutations(range(4)))[1:]:
        moved = [*order, *range(4, 12)]
        again = lowest_chance([X[i] for i in moved], [N[i] for i in moved])
        assert again == [given_chances[i] for i in moved]
    twins = lowest_chance([90, 90, *X[2:]], [100, 100, *N[2:]])
    assert twins[0] == twins[1]


@pytest.mark.parametrize("x", [[50, 40, 30, 60, 50], [0] * 5])
def test_no_difference_means_the_same_chance(x):
    n = [50, 40, 30, 60, 50]
    assert rank_intervals(x, n) == ([1] * 5, [5] * 5)
    assert lowest_chance(x, n) == [3 / 5] * 5


def test_no_more_districts_than_places():
    assert lowest_chance([3, 40], [50, 50]) == [1, 1]


def test_table():
    block = row("T3", 10, 60, area_id="87-K1", area_name="Khối các cơ quan", basis="huyen-cu")
    out = compute_ranks(indicators(*district_rows(X, N), block, row("T3", sum(X), sum(N))), FACTS)
    assert out["area_id"].to_list() == list(CODES)
    assert (out["rank_lower"].to_list(), out["rank_upper"].to_list()) == rank_intervals(X, N)
    assert out["chance_lowest"].to_list() == lowest_chance(X, N)
    assert set(out["circulation"]) == {"noi-bo"}
    assert set(out["lowest"]) == {3}
    # No place of its own for any district.
    assert {name for name in out.columns if "rank" in name} == {"rank_lower", "rank_upper"}
    assert compute_ranks(Indicators.create_empty(), FACTS).schema == out.schema


def test_reasons_and_sentences():
    out = compute_ranks(indicators(*district_rows(X, N)), FACTS)
    assert out["sentence_vi"][2] == (
        "Năm 2024, xét cả dao động ngẫu nhiên, thứ tự của thành phố Hồng Ngự chỉ xác định được trong khoảng từ "
        f"{out['rank_lower'][2]} đến 12 trong 12 huyện, thành phố; khả năng thuộc nhóm 03 địa phương có tỷ lệ thấp nhất là "
        f"{round(100 * out['chance_lowest'][2])}%."
    )
    assert out["sentence_vi"][11].endswith("thấp nhất là dưới 1%.")
    alike = compute_ranks(indicators(*district_rows([50] * 12, [50] * 12)), FACTS)
    assert set(alike["reason"]) == {"khong_phan_biet"}
    assert set(alike["chance_lowest"]) == {0.25}
    assert alike["sentence_vi"][0] == (
        "Năm 2024, số liệu chưa cho phép xác định thứ tự của thành phố Cao Lãnh trong 12 huyện, thành phố; số liệu không "
        "phân biệt được các địa phương nên khả năng thuộc nhóm 03 địa phương có tỷ lệ thấp nhất như nhau (25%)."
    )
    small = compute_ranks(indicators(*district_rows([5] * 12, [6] * 12)), FACTS)
    assert set(small["reason"]) == {"mau_qua_nho"}
    assert small["rank_lower"].null_count() == small["chance_lowest"].null_count() == 12
    rows = district_rows(X, N)
    rows[0] |= {"numerator": None, "numerator_most": None, "denominator": None, "value": None}
    part = compute_ranks(indicators(*rows), FACTS)
    assert part["reason"][0] == "khong_co_so_lieu"
    assert part["rank_upper"].max() == 11
    assert "chưa có số liệu" in part["sentence_vi"][0]
    known = set(FACTS.methods["ranks"]["reasons"])
    assert set(FACTS.methods["funnel"]["reasons"]) - {"it_truong_hop"} <= known
