"""How well the order of districts is known: intervals of places, and the chance of being among the lowest.

No place of its own is given to a district anywhere: only what the counts leave possible, for the internal folder.
Sources: Mogstad, Romano, Shaikh and Wilhelm 2024 (Review of Economic Studies 91: 476-518) for the interval from pairwise
comparisons; here the comparisons are Fisher's exact tests with Holm's correction, valid on small bases.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from danvan_analysis.analysis.families import CARRIED, CIRCULATION, KEY, KEY_TYPES, Family, families
from danvan_analysis.analysis.shrinkage import fit_beta_binomial
from danvan_analysis.facts import Facts
from danvan_analysis.wording import ranks_sentence

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[float64]

#: Points a district brings to the common grid of the integral.
_POINTS = 120


def rank_intervals(x: Sequence[int], n: Sequence[int], level: float = 0.95) -> tuple[list[int], list[int]]:
    """Give, for each share, the (first, last) place it may hold among all, 1 = highest; in the order given.

    For each district, every other is tested both ways by Fisher's exact test and the 2 (k - 1) tests are corrected by
    Holm; a district stands below those it is shown to be lower than and above those it is shown to be higher than. The
    interval holds its true place (with ties: all the places it may claim) with at least `level`, district by district.

    Raises:
        ValueError: a base of 0.

    >>> rank_intervals([95, 90, 60], [100, 100, 100])
    ([1, 1, 3], [2, 2, 3])
    """
    import numpy as np
    from scipy.stats import hypergeom

    xs, ns = np.asarray(x, dtype=int), np.asarray(n, dtype=int)
    if bool(np.any(ns <= 0)):
        raise ValueError("need a base above 0 in every place")
    k = len(xs)
    # lower[i, j]: how likely so low a count of i is where i is no lower than j.
    lower = hypergeom.cdf(xs[:, None], ns[:, None] + ns, xs[:, None] + xs, np.broadcast_to(ns[:, None], (k, k)))
    first, last = [], []
    for own in range(k):
        others = [place for place in range(k) if place != own]
        shown = _holm(np.concatenate([lower[own, others], lower[others, own]]), 1 - level)
        first.append(1 + int(shown[: k - 1].sum()))
        last.append(k - int(shown[k - 1 :].sum()))
    return first, last


def lowest_chance(x: Sequence[int], n: Sequence[int], lowest: int = 3) -> list[float]:
    """Give each share's chance of being among the `lowest` true ones; they add up to `lowest`.

    True shares are taken from the beta-binomial of `fit_beta_binomial`, each with its posterior; the chance is an integral
    over its own share of the chance that fewer than `lowest` others lie below it, worked out on a grid and not drawn:
    no seed, the same bytes each time, whatever the order of the districts. Where the counts do not tell the districts
    apart (full shrinkage) everybody has the same chance.

    Raises:
        ValueError: no base above 0.

    >>> [round(chance, 2) for chance in lowest_chance([95, 90, 60, 88, 93], [100] * 5, lowest=1)]
    [0.0, 0.0, 1.0, 0.0, 0.0]
    >>> lowest_chance([50] * 4, [50] * 4, lowest=1)
    [0.25, 0.25, 0.25, 0.25]
    """
    import numpy as np
    from scipy.special import betainc, betaincinv

    k, fit = len(x), fit_beta_binomial(x, n)
    if k <= lowest:
        return [1.0] * k
    if fit.full:
        return [lowest / k] * k
    # In an order of their own, so that a change of names or places changes no digit.
    order = sorted(range(k), key=lambda place: (n[place], x[place]))
    xs, ns = (np.array([values[place] for place in order], dtype=float)[:, None] for values in (x, n))
    shape = xs + fit.mean * fit.size, ns - xs + (1 - fit.mean) * fit.size
    steps = (np.arange(_POINTS) + 0.5) / _POINTS
    grid = np.unique(np.concatenate([[0.0, 1.0], betaincinv(*shape, steps).ravel()]))
    below = betainc(*shape, grid)
    chances = [0.0] * k
    for own, place in enumerate(order):
        few = _fewer_below(np.delete(below, own, axis=0), lowest)
        chances[place] = float(np.diff(below[own]) @ (few[1:] + few[:-1]) / 2)
    return chances


_TYPES = (
    KEY_TYPES
    | CARRIED
    | dict.fromkeys(("areas", "rank_lower", "rank_upper", "lowest"), pl.Int64)
    | {"chance_lowest": pl.Float64, "incomplete": pl.Boolean}
    | dict.fromkeys(("method", "reason", "circulation", "sentence_vi"), pl.String)
)


def compute_ranks(ind: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Say how well each district's place is known, indicator by indicator: key as `ind`, districts only, sorted by key.

    Columns: `numerator`, `denominator`, `value`; `areas` (how many take part); `rank_lower`, `rank_upper` (1 = highest
    share); `chance_lowest`, the chance of being among the `lowest` shares; `incomplete` (known units are missing), `method`,
    `reason`, `circulation` ("noi-bo": for the internal folder only), `sentence_vi`. Districts stand in official order,
    and no place of their own is given.

    `reason`: those of `families` and `mau_qua_nho` (a base under `min_base`), without numbers; `khong_phan_biet` (the
    counts do not tell the districts apart), with them.
    """
    done = [row for family in families(ind, facts) for row in _family_rows(family, facts)]
    return pl.DataFrame([{name: row[name] for name in _TYPES} for row in done], schema=_TYPES).sort(KEY)


def _family_rows(family: Family, facts: Facts) -> list[dict[str, Any]]:
    method = facts.methods["ranks"]
    given: dict[int, dict[str, Any]] = {}
    even = None
    x, n = family.counts()
    # Where every base is too small, nothing would be shown.
    if family.reason is None and max(n) >= method["min_base"]:
        first, last = rank_intervals(x, n, method["level"])
        chances = lowest_chance(x, n, method["lowest"])
        found = zip(first, last, chances, strict=True)
        names = ("rank_lower", "rank_upper", "chance_lowest")
        given = {place: dict(zip(names, one, strict=True)) for place, one in zip(family.used, found, strict=True)}
        even = "khong_phan_biet" if fit_beta_binomial(x, n).full else None
    done = []
    for place, row in enumerate(family.rows):
        reason = family.reasons[place] or family.reason
        if reason is None and row["denominator"] < method["min_base"]:
            reason = "mau_qua_nho"
        numbers = given[place] if reason is None else {}
        one = dict.fromkeys(_TYPES) | row | numbers
        one |= {"areas": len(family.used), "lowest": method["lowest"], "reason": reason or even}
        one |= {"incomplete": bool(row["missing"]), "circulation": CIRCULATION}
        one["method"] = "fisher_holm;beta_binomial_posterior" if numbers else "none"
        done.append(one | {"sentence_vi": ranks_sentence(one, facts)})
    return done


def _holm(p: "Floats", alpha: float) -> Any:
    """Say which hypotheses Holm's step-down procedure rejects."""
    import numpy as np

    order = np.argsort(p, kind="stable")
    passes = p[order] <= alpha / np.arange(len(p), 0, -1)
    shown = np.zeros(len(p), dtype=bool)
    shown[order] = np.logical_and.accumulate(passes)
    return shown


def _fewer_below(below: "Floats", most: int) -> "Floats":
    """Give the chance that fewer than `most` of the others lie below each point, from each one's own chance to."""
    import numpy as np

    exactly = [np.ones(below.shape[1]), *(np.zeros(below.shape[1]) for _ in range(most - 1))]
    for chance in below:
        for count in range(most - 1, -1, -1):
            exactly[count] = exactly[count] * (1 - chance) + (exactly[count - 1] * chance if count else 0)
    return np.asarray(sum(exactly))
