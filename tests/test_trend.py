"""The trend marker: printed examples, whole-number signs against a second route, power by simulation."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.trend import (
    FIRST_LAST_LEVEL,
    LEVEL,
    POWER,
    YEARS,
    chi_square_for_trend,
    trend,
    trend_power,
)

from .indicator_rows import FACTS

FIVE = list(range(2020, 2025))
SERIES = st.lists(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=5, max_size=9
)


def test_the_limits_are_those_of_the_facts():
    method = FACTS.methods["trend"]
    given_ = (method["years"], method["level"], method["first_last_level"], method["power"])
    assert given_ == (YEARS, LEVEL, FIRST_LAST_LEVEL, POWER)


@pytest.mark.parametrize(
    ("x", "n", "chi_square", "within"),
    [
        # R, stats::prop.trend.test, example smokers and patients: X-squared = 8.2249, df = 1, p-value = 0.004132.
        ([83, 90, 129, 70], [86, 93, 136, 82], 8.2249, 5e-5),
        # SAS, PROC FREQ, data set Pain (No adverse response by dose 0-4); the square of Z, worked out in fractions.
        ([26, 26, 23, 18, 9], [32, 33, 32, 32, 32], 22.961468, 1e-6),
    ],
)
def test_printed_examples(x, n, chi_square, within):
    chi, _ = chi_square_for_trend(range(len(x)), x, n)
    assert chi == pytest.approx(chi_square, abs=within)
    marker = trend(range(2001, 2001 + len(x)), x, n, length=len(x))
    assert marker.chi_square == pytest.approx(chi_square, abs=within)
    if chi_square == 8.2249:
        assert marker.p_value == pytest.approx(0.004132, abs=5e-7)


def test_rosners_sum():
    """Rosner, breast cancer and age at first birth, A = 567.16 printed; chi-square is A squared over B by its formula."""
    x, n = [320, 1206, 1011, 463, 220], [1742, 5638, 3904, 1555, 626]
    a = sum(i * k for i, k in enumerate(x, 1)) - Fraction(sum(x) * sum(i * k for i, k in enumerate(n, 1)), sum(n))
    assert float(a) == pytest.approx(567.16, abs=5e-3)
    spread = sum(i * i * k for i, k in enumerate(n, 1)) - Fraction(sum(i * k for i, k in enumerate(n, 1)) ** 2, sum(n))
    p = Fraction(sum(x), sum(n))
    assert chi_square_for_trend(range(1, 6), x, n)[0] == pytest.approx(float(a * a / (p * (1 - p) * spread)))


@pytest.mark.parametrize(
    ("x", "n", "direction"),
    [
        # Fingertips, indicator 241 (England) and 30309 (Yorkshire and the Humber), 2020-2024, with the published marker.
        (
            [3455176, 3491868, 3625401, 3774801, 3938080],
            [48783947, 49122259, 49956777, 50649129, 51441896],
            "up",
        ),
        ([57274, 55865, 53681, 51767, 53185], [61834, 60511, 59074, 57508, 59028], "down"),
    ],
)
def test_published_markers(x, n, direction):
    assert trend(FIVE, x, n).direction == direction


def test_threshold():
    """99.8 % of chi-square with one degree of freedom: 9.54953570608324 in Fingertips."""
    below = trend(FIVE, [80, 83, 86, 89, 92], [113] * 5)
    assert below.chi_square < 9.5495 and below.direction == "no_trend"
    chi, _ = chi_square_for_trend(FIVE, [40, 42, 44, 46, 48], [50] * 5)
    assert trend(FIVE, [40, 42, 44, 46, 48], [50] * 5, level=0.95).direction == ("up" if chi > 3.8415 else "no_trend")


def test_one_year_alone_makes_no_trend():
    given_ = trend(FIVE, [4050, 4700, 4700, 4700, 4700], [5000] * 5)
    assert given_.chi_square > 100
    assert (given_.direction, given_.reason) == ("no_trend", "mot_nam_chi_phoi")


@pytest.mark.parametrize(
    ("x", "direction"),
    [
        ([50] * 5, "no_trend"),
        ([0] * 5, "no_trend"),
        ([50, 50, 40, 30, 20], "down"),
        ([0, 10, 20, 40, 50], "up"),
        ([20, 30, 40, 50, 50], "up"),
        ([50, 50, 50, 50, 49], "no_trend"),
    ],
)
def test_defined_at_0_and_100_percent(x, direction):
    given_ = trend(FIVE, x, [50] * 5)
    assert given_.direction == direction
    assert 0 <= given_.p_value <= 1
    if len(set(x)) == 1:
        assert (given_.chi_square, given_.p_value, given_.reason) == (0, 1, "trong_dao_dong")


@settings(deadline=None, max_examples=100)
@given(SERIES)
def test_against_a_weighted_fit_by_another_route(series):
    """Slope and signs from numpy's weighted least squares; mirror and order change what they must and no more."""
    years = list(range(2024 - len(series) + 1, 2025))
    x, n = zip(*series, strict=True)
    given_ = trend(years, x, n)
    assert given_.years == tuple(years[-5:])
    t, p, w = np.array(years[-5:]) - 2022.0, np.array(x[-5:]) / np.array(n[-5:]), np.array(n[-5:], dtype=float)

    def slope(keep):
        centre = np.average(t[keep], weights=w[keep])
        return np.sum(w[keep] * (t[keep] - centre) * p[keep]) / np.sum(w[keep] * (t[keep] - centre) ** 2)

    if 0 < sum(x[-5:]) < sum(n[-5:]):
        assert given_.slope == pytest.approx(slope(np.arange(5)), abs=1e-9)
    left_out = [slope(np.delete(np.arange(5), i)) for i in range(5)]
    if given_.direction == "up":
        assert min(left_out) > 0 and given_.chi_square > 9.5495
    if given_.reason == "mot_nam_chi_phoi":
        assert min(left_out) < 1e-12 or max(left_out) > -1e-12
    mirrored = trend(years, [b - a for a, b in series], n)
    turned = {"up": "down", "down": "up"}.get(given_.direction, given_.direction)
    assert (mirrored.direction, mirrored.reason) == (turned, given_.reason)
    assert trend(years[::-1], x[::-1], n[::-1]) == given_


@pytest.mark.parametrize(
    ("years", "breaks", "reason", "used"),
    [
        ([2021, 2022, 2023, 2024], (), "duoi_nam_nam", (2021, 2022, 2023, 2024)),
        ([2024], (), "duoi_nam_nam", (2024,)),
        ([], (), "duoi_nam_nam", ()),
        ([2019, 2020, 2021, 2023, 2024], (), "thieu_nam", (2023, 2024)),
        ([2020, 2021, 2022, 2023, 2023], (), "trung_nam", ()),
        (FIVE, (2023,), "ngat_chuoi", (2023, 2024)),
        (FIVE, {2023: "doi_thang"}, "doi_thang", (2023, 2024)),
        ([2018, 2019, 2020, 2021, 2022, 2023, 2024], (2020,), None, tuple(FIVE)),
        (FIVE, (2020,), None, tuple(FIVE)),
        (FIVE, (2030,), None, tuple(FIVE)),
    ],
)
def test_when_no_marker_is_set(years, breaks, reason, used):
    x = [300 + 15 * i for i in range(len(years))]
    given_ = trend(years, x, [400] * len(years), breaks)
    assert given_.years == used
    if reason is None:
        assert given_.direction == "up" and given_.method == "trend_marker"
    else:
        assert (given_.direction, given_.reason) == (None, reason)
        assert given_.method == ("first_last" if len(used) > 1 else "none")
        assert (given_.difference is None) is (len(used) < 2)


def test_missing_figures_are_missing_years():
    assert trend(FIVE, [10, 10, None, 10, 10], [20] * 5).reason == "thieu_nam"
    assert trend(FIVE, [10, 10, 0, 10, 10], [20, 20, 0, 20, 20]).reason == "thieu_nam"
    assert trend(FIVE, [10, 10, float("nan"), 10, 10], [20] * 5).reason == "thieu_nam"


@pytest.mark.parametrize(
    ("years", "x", "n"),
    [([2020, 2021], [1], [2, 2]), ([2020], [3], [2]), ([2020], [-1], [2]), ([2020.5], [1], [2]), ([2020], [0.5], [2])],
)
def test_refused(years, x, n):
    with pytest.raises(ValueError):
        trend(years, x, n)


@pytest.mark.parametrize(
    ("n", "level", "published"),
    [(50, 0.998, 0.06), (50, 0.95, 0.35), (150, 0.998, 0.34), (150, 0.95, 0.78), (400, 0.998, 0.92), (400, 0.95, 0.99)],
)
def test_power_of_the_marker(n, level, published):
    """80 % to 90 % over five years: the marker itself on 700 drawn series, and the formula beside it."""
    draw = np.random.default_rng(1955).binomial(n, np.linspace(0.80, 0.90, 5), (700, 5))
    found = np.mean([trend(FIVE, row, [n] * 5, level=level).direction == "up" for row in draw.tolist()])
    assert found == pytest.approx(published, abs=0.06)
    assert trend_power(0.80, 0.90, [n] * 5, level) == pytest.approx(published, abs=0.02)


def test_what_is_called_detectable_is_found_about_that_often():
    marker = trend(FIVE, [320] * 5, [400] * 5)
    for last in (0.80 + marker.detectable_rise, 0.80 - marker.detectable_fall):
        draw = np.random.default_rng(7).binomial(400, np.linspace(0.80, last, 5), (600, 5))
        found = np.mean([trend(FIVE, row, [400] * 5).direction in ("up", "down") for row in draw.tolist()])
        assert found == pytest.approx(0.80, abs=0.05)


def test_false_alarms_stay_under_two_in_a_thousand():
    draw = np.random.default_rng(998).binomial(60, 0.92, (1500, 5))
    found = np.mean([trend(FIVE, row, [60] * 5).direction != "no_trend" for row in draw.tolist()])
    assert found < 0.002 + 3 * (0.002 / 1500) ** 0.5
