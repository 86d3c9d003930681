"""Shrunk rates: each district's share drawn towards the common level by as much as its own base leaves in doubt.

Beta-binomial by maximum likelihood in Smith's form (Applied Statistics 32 (1983): 196-204): mean `mu` and `gamma` =
1 / (alpha + beta), in which no variance between districts is the plain point gamma = 0 and not a run to infinity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, log
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from danvan_analysis.analysis.families import CARRIED, CIRCULATION, KEY, KEY_TYPES, Family, families
from danvan_analysis.facts import Facts

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[float64]

#: Points at which the weight of the common level is tried, from almost none to almost all.
_GRID = 40


@dataclass(frozen=True)
class BetaBinomial:
    """A beta-binomial fitted to shares: `mean` and `size` = alpha + beta; `size` is inf where nothing sets them apart."""

    mean: float
    size: float
    log_likelihood: float

    @property
    def full(self) -> bool:
        """Say whether the shares differ no more than by chance: every one shrinks wholly to the mean."""
        return self.size == inf


def fit_beta_binomial(x: Sequence[int], n: Sequence[int]) -> BetaBinomial:
    """Fit a beta-binomial to x out of n by maximum likelihood; bases of 0 say nothing and are left out.

    The likelihood leaves out the binomial coefficients. `size` is inf where it falls from gamma = 0 on, as it does for
    identical shares; a mean of 0 or 1 is given as such.

    Raises:
        ValueError: no base above 0.

    >>> fit = fit_beta_binomial([46, 88, 150, 60], [50, 100, 160, 100])
    >>> round(fit.mean, 3), round(fit.size, 1)
    (0.831, 9.5)
    >>> fit_beta_binomial([45, 90, 180], [50, 100, 200]).full
    True
    """
    return _fit(tuple(int(value) for value in x), tuple(int(value) for value in n))


# Families come back in several tables: the same counts give the same fit.
@lru_cache(maxsize=1024)
def _fit(x: tuple[int, ...], n: tuple[int, ...]) -> BetaBinomial:
    from scipy.optimize import minimize_scalar

    found = _Counts(x, n)
    pooled = found.passing / found.total
    flat = BetaBinomial(pooled, inf, found.log_likelihood(pooled, 0.0))
    if found.passing in (0, found.total):
        return flat
    tried = [(found.profile(gamma), gamma) for gamma in found.gammas]
    best = max(range(len(tried)), key=lambda place: tried[place])
    if found.slope_at_zero(pooled) <= 0 and tried[best][0] <= flat.log_likelihood:
        return flat
    # The grid runs from large gamma to small; beyond its last point lies gamma = 0.
    most = tried[best - 1][1] if best else tried[0][1] * 1e6
    least = tried[best + 1][1] if best + 1 < len(tried) else tried[-1][1] * 1e-6
    search = minimize_scalar(
        lambda place: -found.profile(exp(place)),
        bounds=(log(least), log(most)),
        method="bounded",
        options={"xatol": 1e-9},
    )
    gamma = exp(search.x)
    likelihood = found.profile(gamma)
    if likelihood <= flat.log_likelihood:
        return flat
    return BetaBinomial(found.mean(gamma), 1 / gamma, likelihood)


def shrink(x: Sequence[int], n: Sequence[int], level: float = 0.95) -> pl.DataFrame:
    """Give shares drawn towards their common level: one row each, in the order given.

    Columns: `shrunk` = (x + mean size) / (n + size); `lower`, `upper`; `weight` = n / (n + size), what the district's
    own share counts for; 0 with full shrinkage, and for a base of 0. The limits allow for not knowing mean and size
    (Kass and Steffey 1989: the variance given them plus that of the mean over them, size under Christiansen and Morris's
    uniform shrinkage prior), so they are no narrower where the fit happens to find no difference at all.

    Raises:
        ValueError: no base above 0.

    >>> given = shrink([4, 88, 150, 60], [4, 100, 160, 100])
    >>> [round(value, 3) for value in given["shrunk"]], [round(value, 2) for value in given["weight"]]
    ([0.883, 0.876, 0.932, 0.617], [0.33, 0.92, 0.95, 0.92])
    """
    import numpy as np
    from scipy.special import betaincinv

    fit = fit_beta_binomial(x, n)
    xs, ns = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    weight = np.zeros_like(ns) if fit.full else ns / (ns + fit.size)
    shrunk = fit.mean + weight * (xs / np.maximum(ns, 1) - fit.mean)
    mean, variance = (np.array(values) for values in _over_fits(tuple(xs.astype(int)), tuple(ns.astype(int))))
    spread = np.maximum(mean * (1 - mean) / variance - 1, 1e-9)
    lower, upper = (betaincinv(mean * spread, (1 - mean) * spread, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
    return pl.DataFrame(
        {
            "shrunk": shrunk,
            "lower": np.minimum(lower, shrunk),
            "upper": np.maximum(upper, shrunk),
            "weight": weight,
        }
    )


_TYPES = (
    KEY_TYPES
    | CARRIED
    | {"areas": pl.Int64}
    | dict.fromkeys(("mean", "size", "shrunk", "lower", "upper", "weight"), pl.Float64)
    | {"incomplete": pl.Boolean}
    | dict.fromkeys(("method", "reason", "circulation"), pl.String)
)


def compute_shrunk(ind: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Give every district's shrunk share, indicator by indicator: key as `ind`, districts only, sorted by key.

    Columns: `numerator`, `denominator`, `value`; of the family `areas`, `mean` and `size` (null = infinite: full
    shrinkage); `shrunk`, `lower`, `upper`, `weight` as in `shrink`; `incomplete`, `method`, `reason`, `circulation`
    ("noi-bo"). `reason`: those of `families`, without numbers; `co_hoan_toan` (full shrinkage), with them.
    """
    level = facts.methods["shrinkage"]["level"]
    done = [row for family in families(ind, facts) for row in _family_rows(family, level)]
    return pl.DataFrame([{name: row[name] for name in _TYPES} for row in done], schema=_TYPES).sort(KEY)


def _family_rows(family: Family, level: float) -> list[dict[str, Any]]:
    given: dict[int, dict[str, Any]] = {}
    whole: dict[str, Any] = {"areas": len(family.used)}
    full = None
    if family.reason is None:
        x, n = family.counts()
        fit = fit_beta_binomial(x, n)
        given = dict(zip(family.used, shrink(x, n, level).to_dicts(), strict=True))
        whole |= {"mean": fit.mean, "size": None if fit.full else fit.size}
        full = "co_hoan_toan" if fit.full else None
    done = []
    for place, row in enumerate(family.rows):
        own = {
            "reason": family.reasons[place] or family.reason or full,
            "incomplete": bool(row["missing"]),
            "method": "beta_binomial_ml" if place in given else "none",
            "circulation": CIRCULATION,
        }
        done.append(dict.fromkeys(_TYPES) | row | whole | given.get(place, {}) | own)
    return done


class _Counts:
    """Counts in the form the likelihood takes: at each i, how many districts have more than i passing, failing, in all."""

    def __init__(self, x: Sequence[int], n: Sequence[int]) -> None:
        import numpy as np

        xs, ns = np.asarray(x, dtype=int), np.asarray(n, dtype=int)
        self.passing, self.total = int(xs.sum()), int(ns.sum())
        if not self.total:
            raise ValueError("no base above 0")
        self.above = [_more_than(counts) for counts in (xs, ns - xs, ns)]
        middle = float(np.median(ns[ns > 0]))
        weights = (np.arange(_GRID) + 0.5) / _GRID
        #: The common level's weight in a middling district runs evenly over 0-1 (uniform shrinkage prior).
        self.gammas: list[float] = ((1 - weights) / (middle * weights)).tolist()

    def log_likelihood(self, mean: float, gamma: float) -> float:
        import numpy as np

        parts = 0.0
        for counts, start, sign in zip(self.above, (mean, 1 - mean, 1.0), (1, 1, -1), strict=True):
            if len(counts):
                parts += sign * float(counts @ np.log(start + gamma * np.arange(len(counts)))) if start else 0.0
        return parts

    def pull(self, mean: float, gamma: float) -> tuple[float, float]:
        """Give the slope of the log-likelihood in the mean, and its fall."""
        import numpy as np

        slope = fall = 0.0
        for counts, start, sign in zip(self.above[:2], (mean, 1 - mean), (1, -1), strict=True):
            terms = 1 / (start + gamma * np.arange(len(counts)))
            slope += sign * float(counts @ terms)
            fall += float(counts @ terms**2)
        return slope, fall

    def mean(self, gamma: float) -> float:
        """Give the mean that fits best at a gamma; the log-likelihood is concave in it."""
        from scipy.optimize import brentq

        if self.passing in (0, self.total):
            return self.passing / self.total
        return float(brentq(lambda mean: self.pull(mean, gamma)[0], 1e-12, 1 - 1e-12, xtol=1e-14))

    def profile(self, gamma: float) -> float:
        return self.log_likelihood(self.mean(gamma), gamma)

    def slope_at_zero(self, mean: float) -> float:
        """Give the slope in gamma at gamma = 0: above 0 where shares differ by more than chance (Tarone 1979)."""
        import numpy as np

        parts = [float(counts @ np.arange(len(counts))) for counts in self.above]
        return parts[0] / mean + parts[1] / (1 - mean) - parts[2]

    def likely_mean(self, gamma: float) -> tuple[float, float, float]:
        """Give the mean under an even prior, its variance and the log of the likelihood over it (Laplace, logit scale)."""
        from scipy.optimize import brentq

        def slope(mean: float) -> float:
            return self.pull(mean, gamma)[0] * mean * (1 - mean) + 1 - 2 * mean

        mean = float(brentq(slope, 1e-12, 1 - 1e-12, xtol=1e-14))
        first, fall = self.pull(mean, gamma)
        width = mean * (1 - mean)
        curve = fall * width**2 - first * width * (1 - 2 * mean) + 2 * width
        height = self.log_likelihood(mean, gamma) + log(width)
        return mean, width**2 / curve, height - log(curve) / 2


def _more_than(counts: Any) -> "Floats":
    import numpy as np

    at = np.bincount(counts)
    return np.asarray(at.sum() - np.cumsum(at)[:-1], dtype=float)


@lru_cache(maxsize=1024)
def _over_fits(x: tuple[int, ...], n: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """Give each share's mean and variance over all the sizes the counts leave possible."""
    import numpy as np

    found = _Counts(x, n)
    fits = [found.likely_mean(gamma) for gamma in found.gammas]
    heights = np.array([height for _, _, height in fits])
    shares = np.exp(heights - heights.max())
    # Added up row by row: a matrix product may add in another order in another column.
    shares = (shares / shares.sum())[:, None]
    size = 1 / np.array(found.gammas)[:, None]
    centre, doubt = (np.array([fit[place] for fit in fits])[:, None] for place in (0, 1))
    means = (np.array(x) + centre * size) / (np.array(n) + size)
    variances = means * (1 - means) / (np.array(n) + size + 1) + (size / (np.array(n) + size)) ** 2 * doubt
    mean = (shares * means).sum(0)
    return mean.tolist(), (shares * (variances + (means - mean) ** 2)).sum(0).tolist()
