from dataclasses import replace
from math import asin, comb, pi, sin, sqrt
from statistics import NormalDist, quantiles

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.funnel import compute_funnels, funnel, funnel_limits
from danvan_analysis.tables import Indicators

from .districts import CODES, district_rows, indicators
from .indicator_rows import FACTS, row

families = st.lists(
    st.integers(1, 120).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=14
)


# ukhsa-collaboration/PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv (commit 63894a9): percent.
@pytest.mark.parametrize(
    ("n", "lower95", "upper95", "lower998", "upper998"),
    [
        (1, 3.204264, 100, 0, 100),
        (16, 61.282902, 100, 50.118675, 100),
        (18, 62.390093, 98.894803, 51.864359, 100),
        (50, 69.691035, 91.593861, 63.375595, 97.909301),
        (211, 75.311383, 85.973512, 72.237075, 89.04782),
        (1008, 78.203374, 83.081521, 76.796814, 84.488082),
        (110000, 80.408963, 80.875933, 80.274317, 81.010578),
    ],
)
def test_limits_printed_by_fingertips(n, lower95, upper95, lower998, upper998):
    # The baseline is printed to six decimals, and so are the limits.
    for level, limits in ((0.95, (lower95, upper95)), (0.998, (lower998, upper998))):
        assert [100 * float(limit) for limit in funnel_limits(0.80642448, n, level)] == pytest.approx(limits, abs=2e-6)


def test_a_share_on_the_limit_has_a_wilson_interval_that_ends_at_the_pooled_share():
    from danvan_analysis.analysis import proportion_interval

    for n in (75, 150, 400):
        for level in (0.95, 0.998):
            lower, upper = (float(limit) for limit in funnel_limits(0.7, n, level))
            assert proportion_interval(lower * n, n, level)[1] == pytest.approx(0.7)
            assert proportion_interval(upper * n, n, level)[0] == pytest.approx(0.7)


def by_hand(x, n):
    """Spiegelhalter 2005 step by step, without the library: angle, winsorised z, phi, tau2, adjusted limits."""
    target = asin(sqrt(sum(x) / sum(n)))
    z = [(asin(sqrt(a / b)) - target) * 2 * sqrt(b) for a, b in zip(x, n, strict=True)]
    tenths = quantiles(z, n=10, method="inclusive")
    held = [min(max(value, tenths[0]), tenths[-1]) for value in z]
    k, phi = len(x), sum(value**2 for value in held) / len(x)
    w = [4 * b for b in n]
    tau2 = max(0, (k * phi - (k - 1)) / (sum(w) - sum(v**2 for v in w) / sum(w)))
    limits = {}
    for level in (0.95, 0.998):
        reach = [NormalDist().inv_cdf((1 + level) / 2) * sqrt(1 / (4 * b) + tau2) for b in n]
        limits[level] = (
            [sin(max(target - r, 0)) ** 2 for r in reach],
            [sin(min(target + r, pi / 2)) ** 2 for r in reach],
        )
    return phi, tau2, z, limits


WIDE = ([10, 25, 9, 45, 8, 120, 11, 60, 4, 70, 2, 90], [200, 250, 220, 400, 150, 800, 230, 300, 120, 500, 80, 600])
NEAR_90 = ([18, 30, 33, 50, 52, 61, 70, 88, 120, 144, 190, 380], [20, 36, 36, 50, 60, 66, 80, 90, 140, 150, 220, 400])


@pytest.mark.parametrize(("x", "n"), [WIDE, NEAR_90])
def test_phi_tau2_and_adjusted_limits_step_by_step(x, n):
    phi, tau2, z, limits = by_hand(x, n)
    found = funnel(x, n)
    assert (found.phi_observed, found.tau2) == pytest.approx((phi, tau2))
    assert found.phi == max(1, found.phi_observed)
    assert tau2 > 0
    assert found.z.to_list() == pytest.approx(z)
    rows = found.limits
    assert rows.width == 8
    for label, level in (("95", 0.95), ("998", 0.998)):
        assert rows[f"lower{label}_adjusted"].to_list() == pytest.approx(limits[level][0])
        assert rows[f"upper{label}_adjusted"].to_list() == pytest.approx(limits[level][1])


def test_the_angle_does_not_pass_the_top():
    # Near 90 % the angle plus its reach passes pi/2; the sine would fall again, for the largest unit too.
    found = funnel(*NEAR_90)
    reach = [3.0902 * sqrt(1 / (4 * n) + found.tau2) + asin(sqrt(found.pooled)) for n in NEAR_90[1]]
    assert max(reach) > pi / 2
    upper = found.rows["upper998_adjusted"].to_list()
    assert all(limit == 1 for limit, angle in zip(upper, reach, strict=True) if angle >= pi / 2)
    far = funnel_limits(0.9, [6, 50, 400, 20_000], 0.998, tau2=0.05)[1]
    assert far.tolist() == [1, 1, 1, 1]


def test_near_identical_districts_are_not_told_apart():
    # A multiplicative phi that is not held at 1 comes out at a few hundredths here and flags an everyday district.
    x, n = (
        [90, 180, 91, 135, 72, 89, 181, 90, 136, 71, 90, 93],
        [100, 200, 100, 150, 80, 100, 200, 100, 150, 80, 100, 100],
    )
    found = funnel(x, n)
    assert found.phi_observed < 0.1
    assert (found.phi, found.tau2) == (1, 0)
    assert found.rows["outside"].to_list() == found.rows["outside_adjusted"].to_list() == ["within"] * 12
    assert found.rows["z_adjusted"].to_list() == pytest.approx(found.z.to_list())


def test_real_differences_take_flags_away_and_say_so():
    found = funnel(*WIDE)
    plain, adjusted = found.rows["outside"].to_list(), found.rows["outside_adjusted"].to_list()
    assert sum(flag != "within" for flag in plain) > sum(flag != "within" for flag in adjusted)
    assert found.rows["changed"].to_list() == [a != b for a, b in zip(plain, adjusted, strict=True)]


def test_without_a_spread_the_change_of_scale_takes_no_flag_away():
    # The last district lies outside the plain limits, and just inside those of the angle.
    x, n = [75, 96, 77, 39, 44, 94, 60, 96, 48, 102, 50, 78], [80, 106, 85, 44, 48, 106, 64, 105, 53, 113, 53, 93]
    found = funnel(x, n)
    last = found.rows.row(11, named=True)
    assert found.tau2 == 0
    assert last["lower95_adjusted"] < last["value"] < last["lower95"]
    assert (last["outside"], last["outside_adjusted"], last["changed"]) == ("low95", "low95", False)


def p_by_counting(x, n, place):
    """Both tails of the units falling on any districts alike, counted out."""
    passing, total = sum(x), sum(n)
    ways = [
        comb(n[place], hit) * comb(total - n[place], passing - hit) if passing >= hit else 0
        for hit in range(n[place] + 1)
    ]
    below, above = sum(ways[: x[place] + 1]), sum(ways[x[place] :])
    return min(1, 2 * min(below, above) / comb(total, passing))


@settings(deadline=None, max_examples=40)
@given(families)
def test_limits_and_flags_hold_together(family):
    x, n = (list(values) for values in zip(*family, strict=True))
    found = funnel(x, n)
    rows = found.rows
    for kind in ("", "_adjusted"):
        for outer, inner in (("lower998", "lower95"), ("upper95", "upper998")):
            assert (rows[f"{outer}{kind}"] <= rows[f"{inner}{kind}"] + 1e-12).all()
        for side in ("lower95", "lower998", "upper95", "upper998"):
            assert rows[f"{side}{kind}"].is_between(0, 1).all()
        # The larger the base, the nearer the limits.
        by_base = rows.sort("denominator")
        assert (by_base[f"lower95{kind}"].diff().drop_nulls() >= -1e-12).all()
        assert (by_base[f"upper95{kind}"].diff().drop_nulls() <= 1e-12).all()
    assert found.phi >= 1
    assert found.tau2 >= 0
    for place, one in enumerate(rows.iter_rows(named=True)):
        p = p_by_counting(x, n, place)
        assert one["p_value"] == pytest.approx(p, rel=1e-6, abs=1e-12)
        for label, level in (("95", 0.95), ("998", 0.998)):
            beyond = one["value"] < one[f"lower{label}"] or one["value"] > one[f"upper{label}"]
            flagged = one["outside"].endswith("998") or (label == "95" and one["outside"].endswith("95"))
            if abs(p - (1 - level)) > 1e-9:
                assert flagged == (beyond and p <= 1 - level)
        # The allowance only takes away.
        strength = {"within": 0, "95": 1, "998": 2}
        plain, adjusted = (
            strength[one[c].removeprefix("low").removeprefix("high")] for c in ("outside", "outside_adjusted")
        )
        assert adjusted <= plain


@settings(deadline=None, max_examples=40)
@given(families, st.randoms(use_true_random=False))
def test_other_names_and_the_other_side(family, random):
    x, n = (list(values) for values in zip(*family, strict=True))
    found = funnel(x, n)
    order = list(range(len(x)))
    random.shuffle(order)
    moved = funnel([x[i] for i in order], [n[i] for i in order])
    assert moved.rows.equals(found.rows[order])
    assert (moved.phi, moved.tau2) == (found.phi, found.tau2)
    turned = funnel([b - a for a, b in zip(x, n, strict=True)], n)
    assert (turned.phi, turned.tau2) == pytest.approx((found.phi, found.tau2), abs=1e-9)
    for label in ("95", "998", "95_adjusted", "998_adjusted"):
        assert (1 - turned.rows[f"lower{label}"]).to_list() == pytest.approx(
            found.rows[f"upper{label}"].to_list(), abs=1e-9
        )
    mirror = {"low": "high", "high": "low"}
    swapped = ["".join(mirror.get(part, part) for part in _parts(flag)) for flag in turned.rows["outside"]]
    assert swapped == found.rows["outside"].to_list()


def _parts(flag):
    for side in ("low", "high"):
        if flag.startswith(side):
            return side, flag.removeprefix(side)
    return (flag,)


@pytest.mark.parametrize("x", [[0] * 12, [50] * 12])
def test_nothing_and_everything(x):
    found = funnel(x, [50] * 12)
    assert (found.phi, found.tau2, found.pooled) == (1, 0, x[0] / 50)
    assert found.z.to_list() == [0] * 12
    assert set(found.rows["outside"]) == {"within"}
    for side in ("lower95", "upper95", "lower998", "upper998"):
        assert set(found.rows[side]) == {x[0] / 50}


def test_no_base_one_district_and_none():
    found = funnel([0, 45, 40], [0, 50, 50])
    assert found.pooled == 0.85
    empty = found.rows.row(0, named=True)
    assert {name for name, value in empty.items() if value is not None} == {"numerator", "denominator"}
    alone = funnel([45], [50])
    assert (alone.phi, alone.phi_observed, alone.tau2, alone.z.to_list()) == (1, None, 0, [0])
    assert alone.rows["outside"].to_list() == ["within"]
    nobody = funnel([], [])
    assert (nobody.pooled, nobody.rows.height) == (None, 0)
    assert nobody.rows.columns == found.rows.columns
    assert funnel([0, 0], [0, 0]).pooled is None


def test_other_levels_name_their_columns():
    rows = funnel([45, 40], [50, 50], levels=(0.9,)).rows
    assert {"lower9", "upper9", "lower9_adjusted"} <= set(rows.columns)
    assert "lower95" not in rows.columns


@pytest.mark.parametrize(
    ("x", "n", "more"),
    [
        ([3], [2], {}),
        ([-1], [2], {}),
        ([1.5], [2], {}),
        ([1, 2], [2], {}),
        ([1], [2], {"levels": (95,)}),
        ([[1]], [[2]], {}),
    ],
)
def test_refusals(x, n, more):
    with pytest.raises(ValueError):
        funnel(x, n, **more)


# Twelve districts; the sixth one stands apart.
X, N = [90, 91, 89, 90, 92, 70, 88, 90, 91, 90, 89, 92], [100] * 12


def test_a_family_is_the_districts_of_one_province():
    province = row("T3", 1062, 1200)
    block = row("T3", 10, 60, area_id="87-K1", area_name="Khối các cơ quan", basis="huyen-cu")
    out = compute_funnels(indicators(province, *district_rows(X, N), block), FACTS)
    assert out["area_id"].to_list() == list(CODES)
    assert set(out["areas"]) == {12}
    assert set(out["pooled"]) == {1062 / 1200}
    assert out["outside"].to_list() == ["within"] * 5 + ["low998"] + ["within"] * 6
    assert set(out["circulation"]) == {"noi-bo"}
    assert out.select("reason").null_count().item() == 12


def test_families_do_not_mix():
    real, trial = district_rows(X, N), district_rows(X[::-1], N, nature="gia_dinh")
    other_year = district_rows([50] * 12, N, year=2023)
    together = compute_funnels(indicators(*real, *trial, *other_year), FACTS)
    alone = compute_funnels(indicators(*real), FACTS)
    assert together.filter(nature="bao_cao", year=2024).equals(alone)
    assert together.filter(nature="gia_dinh")["outside"].to_list()[6] == "low998"


def test_reasons():
    rows = district_rows(X, N)
    rows[0] |= {"numerator": None, "numerator_most": None, "denominator": None, "value": None}
    rows[1] |= {"numerator": 0, "numerator_most": 0, "denominator": 0, "value": None}
    rows[2] |= {"missing": None}
    rows[3] |= {"numerator_most": 95}
    rows[4] |= {"numerator": 120, "numerator_most": 120, "value": 1.2}
    rows[5] |= {"numerator": 5, "numerator_most": 5, "denominator": 6}
    rows[6] |= {"missing": 4}
    out = compute_funnels(indicators(*rows), FACTS)
    wanted = (
        ["khong_co_so_lieu"] * 2 + ["thieu_bao_cao", "chi_biet_khoang", "khong_phai_ty_le", "mau_qua_nho"] + [None] * 6
    )
    assert out["reason"].to_list() == wanted
    assert set(out["areas"]) == {7}
    assert set(out["family_denominator"]) == {606}
    assert out["outside"].to_list() == [None] * 6 + ["within"] * 6
    assert out["lower95"].is_null().to_list() == [True] * 5 + [False] * 7
    assert out["incomplete"].to_list() == [False] * 6 + [True] + [False] * 5
    assert set(out["method"].head(5)) == {"none"}
    few = compute_funnels(indicators(*district_rows(X[:4], N[:4])), FACTS)
    assert set(few["reason"]) == {"it_dia_phuong"}
    # Every reason has its words.
    assert set(out["reason"].drop_nulls()) | {"it_dia_phuong", "khac_thang"} <= set(FACTS.methods["funnel"]["reasons"])


def test_lines_of_scales_that_differ():
    one = {"organisation": "phu_nu", "unit_type": "chi_hoi"}
    rows = district_rows(X, N, **one, scales="xuat_sac_tot_kha")
    rows[3]["scales"] = "kha_tro_len"
    assert set(compute_funnels(indicators(*rows), FACTS)["reason"]) == {None}
    rows[3]["scales"] = "hoan_thanh"
    assert set(compute_funnels(indicators(*rows), FACTS)["reason"]) == {"khac_thang"}


def test_too_few_on_one_side_for_a_measure_of_the_spread():
    # Ten units at 95 %: districts that are all alike give phi well above 1 on the angle's scale.
    out = compute_funnels(indicators(*district_rows([10, 9, 10, 10, 9, 10, 10, 9, 10, 10, 6, 10], [10] * 12)), FACTS)
    assert set(out["adjusted_reason"]) == {"it_truong_hop"}
    assert out["outside_adjusted"].null_count() == out["changed"].null_count() == 12
    assert out["outside"].null_count() == 0


SENTENCES = {
    "within": "Năm 2024, tỷ lệ của thành phố Cao Lãnh (90/100, 90%) nằm trong phạm vi dao động ngẫu nhiên so với mức chung "
    "của 12 huyện, thành phố trong Tỉnh (88,50%).",
    "low998": "Năm 2024, tỷ lệ của huyện Tam Nông (70/100, 70%) thấp hơn mức chung của 12 huyện, thành phố trong Tỉnh "
    "(88,50%), nằm ngoài phạm vi dao động ngẫu nhiên ở mức 99,8%. Kết quả này chỉ cho biết địa phương có khác mặt bằng chung "
    "hay không, không phải mức độ đạt chỉ tiêu.",
}


def test_sentences():
    out = compute_funnels(indicators(*district_rows(X, N)), FACTS)
    assert out["sentence_vi"][0] == SENTENCES["within"]
    assert out["sentence_vi"][5] == SENTENCES["low998"]
    spread = compute_funnels(indicators(*district_rows([60, 95, 90, 99, 70, 80, 97, 65, 92, 88, 75, 99], N)), FACTS)
    said = spread.filter("changed")["sentence_vi"]
    assert said.str.contains("; nếu tính cả mức chênh lệch chung giữa các địa phương thì nằm trong phạm vi").all()
    small = compute_funnels(indicators(*district_rows([5] * 12, [6] * 12)), FACTS)["sentence_vi"][0]
    assert (
        small == "Năm 2024, thành phố Cao Lãnh có 05/06; số lượng ít nên không so sánh tỷ lệ với các địa phương khác."
    )
    part = compute_funnels(indicators(*district_rows(X, N, missing=2)), FACTS)["sentence_vi"]
    assert part.str.contains("; tính theo số liệu đã nhận.", literal=True).all()
    for sentence in (*out["sentence_vi"], *spread["sentence_vi"], *part):
        assert "Nghị quyết" not in sentence
        assert "đạt chỉ tiêu Nghị" not in sentence


def test_empty_frames_and_columns():
    empty = compute_funnels(Indicators.create_empty(), FACTS)
    full = compute_funnels(indicators(*district_rows(X, N)), FACTS)
    assert empty.schema == full.schema
    assert full.select(Indicators.primary_key()).null_count().sum_horizontal().item() == 0
    shuffled = compute_funnels(indicators(*district_rows(X, N)[::-1]), FACTS)
    assert shuffled.equals(full)


def test_the_kinds_compared_are_facts():
    methods = FACTS.methods | {"funnel": FACTS.methods["funnel"] | {"kinds": ["huyen"]}}
    out = compute_funnels(indicators(*district_rows(X, N)), replace(FACTS, methods=methods))
    assert out["area_id"].to_list() == list(CODES[3:])


def test_counts_of_numpy_and_polars_are_taken():
    plain = funnel([45, 40, 30], [50, 50, 50]).rows
    assert funnel(np.array([45, 40, 30]), pl.Series([50, 50, 50])).rows.equals(plain)


def test_the_cans_of_orange_juice():
    """Thirty samples of 50 cans (Montgomery, Introduction to Statistical Quality Control; data `orangejuice` of R's qcc).

    The book finds samples 15 and 23 beyond its limits, 0.0524 and 0.4102 around 0.2313, and no other: ours are drawn
    otherwise (three sigma against 99.8 %), what they set apart is the same.
    """
    leaky = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22)
    leaky += (8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)
    found = funnel(leaky, [50] * 30)
    sigma = (found.pooled * (1 - found.pooled) / 50) ** 0.5
    three = (found.pooled - 3 * sigma, found.pooled, found.pooled + 3 * sigma)
    assert [round(value, 4) for value in three] == [0.0524, 0.2313, 0.4102]
    beyond = [i for i, where in enumerate(found.rows["outside"], 1) if where in ("low998", "high998")]
    assert beyond == [15, 23]
    assert found.rows["lower998"][0] == pytest.approx(three[0], abs=0.01)
    assert found.rows["upper998"][0] == pytest.approx(three[2], abs=0.01)
