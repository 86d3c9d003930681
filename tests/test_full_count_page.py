"""The page for leaders: every figure of its examples is worked out again."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from danvan_analysis.analysis import attainment, proportion_bound, proportion_difference, proportion_interval
from danvan_analysis.text import number

DOCS = Path(__file__).parents[1] / "docs"
PAGE = " ".join((DOCS / "toan-bo-sao-lai-ngau-nhien.md").read_text("utf-8").split())
METHODS = " ".join((DOCS / "phuong-phap.md").read_text("utf-8").split())


def test_the_two_years_of_the_table():
    assert attainment(46, 50, ">", 90).attained == attainment(552, 600, ">", 90).attained == "met"
    assert attainment(44, 50, ">", 90).margin_units == -2
    assert attainment(528, 600, ">", 90).margin_units == -13
    district, province = proportion_difference(44, 50, 46, 50), proportion_difference(528, 600, 552, 600)
    assert f"từ giảm {number(-100 * district[1], 1)} đến tăng {number(100 * district[2], 1)} điểm phần trăm" in PAGE
    assert f"giảm từ {number(-100 * province[2], 1)} đến {number(-100 * province[1], 1)} điểm phần trăm" in PAGE


def test_twelve_equal_districts_by_the_exact_binomial():
    of = binom(50, 0.9)
    x = np.arange(51)
    highest, lowest = (1 - of.cdf(x) ** 12).sum() / 50, (of.sf(x) ** 12).sum() / 50
    assert f"cao nhất được trung bình {number(100 * highest, 1)}%" in PAGE
    assert f"thấp nhất {number(100 * lowest, 1)}%" in PAGE
    assert f"trung bình {number(12 * of.cdf(44), 1)} huyện dưới 90%" in PAGE


def clear_either_way(n, p):
    """Give how often a verdict is called clear where the chance of a unit is the level itself, exactly."""
    x = np.arange(n + 1)
    lower, upper = proportion_interval(x, np.full(n + 1, n))
    lower = np.where(x == n, proportion_bound(n, n), lower)
    upper = np.where(x == 0, proportion_bound(0, n), upper)
    chance = binom.pmf(x, n, p)
    return chance[lower > p].sum(), chance[upper < p].sum()


def test_how_often_clear_is_wrong():
    sizes = np.array([clear_either_way(n, 0.9) for n in range(6, 301)])
    assert f"nhầm {number(100 * sizes[:, 1].mean(), 1)}% (trung bình n từ 6 đến 300; nhiều nhất" in METHODS
    assert f"nhiều nhất {number(100 * sizes[:, 1].max(), 1)}% ở n = {6 + sizes[:, 1].argmax()}" in METHODS
    assert f"không quá {number(100 * sizes[24:, 1].max() + 0.05, 1)}% từ n = 30" in METHODS
    assert f"nhầm {number(100 * sizes[:, 0].mean(), 1)}% (nhiều nhất {number(100 * sizes[:, 0].max(), 1)}%)" in METHODS
    for p in (0.7, 0.8):
        assert max(max(clear_either_way(n, p)) for n in range(6, 301)) < 0.06


@pytest.mark.parametrize(("n", "least"), [(20, None), (29, 29), (50, 50), (78, 76), (100, 96), (200, 189)])
def test_from_how_many_it_is_clear(n, least):
    lower = [proportion_interval(x, n)[0] if x < n else proportion_bound(n, n) for x in range(n + 1)]
    assert next((x for x, limit in enumerate(lower) if limit > 0.9), None) == least
    place = METHODS.split("| Rõ là trên, từ |")[1].split("*Nguồn")[0]
    assert (str(least) if least else "không thể") in place
