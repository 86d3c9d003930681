from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, gammaln
from scipy.stats import betabinom

from danvan_analysis.analysis.shrinkage import compute_shrunk, fit_beta_binomial, shrink
from danvan_analysis.tables import Indicators

from .districts import CODES, district_rows, indicators
from .indicator_rows import FACTS

X = [219, 121, 92, 128, 139, 160, 192, 265, 191, 180, 150, 171]
N = [221, 129, 105, 130, 147, 174, 193, 267, 195, 192, 174, 171]

families = st.lists(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=12
)


def log_likelihood(x, n, mean, size):
    """The beta-binomial's, by the beta function; the library adds up logarithms instead."""
    x, n = np.array(x), np.array(n)
    a, b = mean * size, (1 - mean) * size
    return float((betaln(x + a, n - x + b) - betaln(a, b)).sum())


# Males among the first 12 children of 6115 families of 13 (Geissler; Sokal and Rohlf); the fit as printed in "Beta-binomial
# distribution", Wikipedia: alpha 34.09558, beta 31.5715, log L = -12492.9, AIC 24989.74.
MALES = (3, 24, 104, 286, 670, 1033, 1343, 1112, 829, 478, 181, 45, 7)


def test_fit_printed_for_the_sexes_of_children():
    x = np.repeat(np.arange(13), MALES).tolist()
    fit = fit_beta_binomial(x, [12] * 6115)
    assert fit.mean * fit.size == pytest.approx(34.09558, rel=5e-4)
    assert (1 - fit.mean) * fit.size == pytest.approx(31.5715, rel=5e-4)
    ways = sum(m * (gammaln(13) - gammaln(k + 1) - gammaln(13 - k)) for k, m in enumerate(MALES))
    whole = fit.log_likelihood + ways
    assert round(whole, 1) == -12492.9
    assert 4 - 2 * whole == pytest.approx(24989.74, abs=0.005)
    # No worse than the printed point.
    printed = betabinom.logpmf(np.arange(13), 12, 34.09558, 31.5715) @ np.array(MALES)
    assert whole >= printed


def test_fit_is_the_highest_point():
    fit = fit_beta_binomial(X, N)
    top = log_likelihood(X, N, fit.mean, fit.size)
    assert fit.log_likelihood == pytest.approx(top)
    for mean in np.linspace(0.85, 0.99, 57):
        for size in np.geomspace(1, 1e5, 60):
            assert log_likelihood(X, N, mean, size) <= top + 1e-9


@pytest.mark.parametrize("size", [30.0, 1000.0])
def test_the_true_size_is_found(size):
    # Where a fit by plain moments takes the noise of the counts for differences (69 for a truth of 1000).
    rng = np.random.default_rng(20241231)
    n = rng.integers(500, 2000, 4000)
    x = rng.binomial(n, rng.beta(0.9 * size, 0.1 * size, 4000))
    fit = fit_beta_binomial(x.tolist(), n.tolist())
    assert fit.mean == pytest.approx(0.9, abs=0.002)
    assert fit.size == pytest.approx(size, rel=0.15)


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([45, 90, 180, 46, 89], [50, 100, 200, 50, 100]),
        ([50] * 12, [50] * 12),
        ([0] * 12, [50] * 12),
        ([40], [50]),
        ([1, 1], [1, 1]),
    ],
)
def test_no_difference_is_full_shrinkage_and_no_failure(x, n):
    fit = fit_beta_binomial(x, n)
    assert (fit.full, fit.size, fit.mean) == (True, inf, sum(x) / sum(n))
    rows = shrink(x, n)
    assert set(rows["weight"]) == {0}
    assert rows["shrunk"].to_list() == pytest.approx([sum(x) / sum(n)] * len(x))
    # Not knowing is not certainty: the limits keep their width.
    assert (rows["upper"] - rows["lower"] > 0.005).all()


def test_all_or_nothing_by_district_shrinks_hardly_at_all():
    rows = shrink([0, 50, 0, 50], [50] * 4)
    assert rows["shrunk"].to_list() == pytest.approx([0, 1, 0, 1], abs=1e-6)
    assert rows["weight"].to_list() == pytest.approx([1] * 4, abs=1e-6)


def test_a_base_of_nothing_takes_the_common_level():
    rows = shrink([0, *X], [0, *N])
    assert rows["weight"][0] == 0
    assert rows["shrunk"][0] == fit_beta_binomial(X, N).mean
    assert rows["shrunk"].to_list()[1:] == shrink(X, N)["shrunk"].to_list()
    with pytest.raises(ValueError, match="base"):
        fit_beta_binomial([0], [0])


@settings(deadline=None, max_examples=25)
@given(families, st.randoms(use_true_random=False))
def test_rows_hold_together(family, random):
    x, n = (list(values) for values in zip(*family, strict=True))
    fit, rows = fit_beta_binomial(x, n), shrink(x, n)
    for (a, b), one in zip(family, rows.iter_rows(named=True), strict=True):
        low, high = sorted((a / b, fit.mean))
        assert low - 1e-9 <= one["shrunk"] <= high + 1e-9
        assert 0 <= one["lower"] <= one["shrunk"] <= one["upper"] <= 1
        assert 0 <= one["weight"] <= 1
    order = list(range(len(x)))
    random.shuffle(order)
    assert shrink([x[i] for i in order], [n[i] for i in order]).equals(rows[order])
    turned = fit_beta_binomial([b - a for a, b in family], n)
    assert turned.mean == pytest.approx(1 - fit.mean, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(turned.log_likelihood, abs=1e-6)
    # No size of a wide grid does better.
    if 0 < sum(x) < sum(n):
        for size in np.geomspace(0.05, 1e6, 40):
            assert log_likelihood(x, n, fit.mean, size) <= fit.log_likelihood + 1e-5


def test_larger_bases_weigh_more():
    rows = shrink(X, N).with_columns(n=np.array(N)).sort("n")
    assert (rows["weight"].diff().drop_nulls() > 0).sum() >= 10
    assert (rows["weight"].diff().drop_nulls() >= 0).all()


def test_table():
    out = compute_shrunk(indicators(*district_rows(X, N)), FACTS)
    assert out["area_id"].to_list() == list(CODES)
    assert out["shrunk"].to_list() == shrink(X, N)["shrunk"].to_list()
    assert set(out["reason"]) == {None}
    assert set(out["circulation"]) == {"noi-bo"}
    alike = compute_shrunk(indicators(*district_rows([45] * 12, [50] * 12)), FACTS)
    assert set(alike["reason"]) == {"co_hoan_toan"}
    assert (alike["size"].null_count(), set(alike["mean"]), set(alike["weight"])) == (12, {0.9}, {0})
    few = compute_shrunk(indicators(*district_rows(X[:3], N[:3])), FACTS)
    assert set(few["reason"]) == {"it_dia_phuong"}
    assert few["shrunk"].null_count() == 3
    assert compute_shrunk(Indicators.create_empty(), FACTS).schema == out.schema
    assert {"co_hoan_toan", "it_dia_phuong"} <= set(FACTS.methods["shrinkage"]["reasons"])
