"""The curves of a funnel: through the districts' own limits, the printed formula between them, nothing where unsure."""

from math import asin, pi, sin, sqrt

import polars as pl
import pytest

from danvan_analysis.analysis import compute_funnels, funnel_curves

from .districts import district_rows, indicators
from .indicator_rows import FACTS

N = [60, 80, 95, 100, 120, 150, 170, 200, 210, 240, 300, 400]
SPREAD = [40, 79, 70, 99, 100, 149, 130, 199, 170, 239, 240, 399]
EVEN = [54, 72, 85, 90, 108, 135, 153, 180, 189, 216, 270, 360]
LIMITS = [
    f"{side}{level}{kind}" for kind in ("", "_adjusted") for level in ("95", "998") for side in ("lower", "upper")
]


def table(x, n=N, **more):
    return compute_funnels(indicators(*district_rows(x, n, **more)), FACTS)


def test_curves_pass_through_the_limits_of_the_districts():
    funnels = table(SPREAD)
    at = funnel_curves(funnels).join(funnels.select("denominator", *LIMITS), on="denominator", suffix="_own")
    assert at.height == len(N)
    for name in LIMITS:
        assert at[name].to_list() == pytest.approx(at[f"{name}_own"].to_list()), name


def test_between_the_districts_the_curves_follow_the_formula():
    funnels = table(SPREAD)
    p, tau2 = sum(SPREAD) / sum(N), funnels["tau2"][0]
    for one in funnel_curves(funnels).iter_rows(named=True):
        n = one["denominator"]
        half, reach = sqrt(p * (1 - p) / n), sqrt(1 / (4 * n) + tau2)
        for label, z in (("95", 1.959963985), ("998", 3.090232306)):
            assert one[f"lower{label}"] == pytest.approx(max(0, p - z * half))
            assert one[f"upper{label}"] == pytest.approx(min(1, p + z * half))
            assert one[f"lower{label}_adjusted"] == pytest.approx(sin(max(0, asin(sqrt(p)) - z * reach)) ** 2)
            assert one[f"upper{label}_adjusted"] == pytest.approx(sin(min(pi / 2, asin(sqrt(p)) + z * reach)) ** 2)


def test_units_are_whole_and_go_beyond_the_districts():
    curves = funnel_curves(table(SPREAD), steps=40)
    units = curves["denominator"].to_list()
    assert units == sorted(set(units))
    assert (units[0], units[-1]) == (30, 600)
    assert 40 <= len(units) <= 40 + len(N)
    # Districts of one size still have a curve.
    assert funnel_curves(table([54, 55, 53, 54, 56, 54, 50, 54, 54, 54, 54, 54], [60] * 12)).height > 30


def test_no_adjusted_curve_where_the_funnel_gives_none():
    even = table(EVEN)
    few = table([10, 9, 10, 10, 9, 10, 10, 9, 10, 10, 6, 10], [10] * 12)
    assert even["tau2"][0] == 0 and few["adjusted_reason"][0] == "it_truong_hop"
    for funnels in (even, few):
        curves = funnel_curves(funnels)
        assert curves.select(pl.col("^.*_adjusted$").is_null().all()).row(0) == (True,) * 4
        assert curves["lower95"].null_count() == 0


def test_families_keep_apart_and_the_uncompared_have_no_curve():
    both = pl.concat([table(SPREAD), table(EVEN, nature="gia_dinh"), table(SPREAD[:4], indicator_id="T2")])
    curves = funnel_curves(both)
    assert set(curves["indicator_id"]) == {"T3"}
    for nature, x in (("bao_cao", SPREAD), ("gia_dinh", EVEN)):
        assert set(curves.filter(nature=nature)["pooled"]) == {sum(x) / sum(N)}
    assert curves.equals(curves.sort(*(name for name in curves.columns[:8]), "denominator"))
    nothing = funnel_curves(both.head(0))
    assert nothing.is_empty() and nothing.schema == curves.schema
