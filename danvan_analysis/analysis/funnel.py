"""Funnel limits: how far a district's share may lie from its province's by chance alone, with and without over-dispersion.

Limits: inversion of the Wilson interval around the pooled share (Fingertips technical guidance). Over-dispersion:
Spiegelhalter 2005 (Statistics in Medicine 24: 1185-1202) on the arcsine-square-root scale, DerSimonian and Laird 1986.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from statistics import NormalDist, median
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from danvan_analysis.analysis.families import CARRIED, CIRCULATION, KEY, KEY_TYPES, Family, families
from danvan_analysis.facts import Facts
from danvan_analysis.wording import funnel_sentence

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[float64]

#: The levels of the contract: 95 % to look at, 99.8 % to be sure of.
LEVELS = (0.95, 0.998)


@dataclass(frozen=True, eq=False)
class Funnel:
    """A family of shares held against the share of all of them together.

    `pooled` is that share (None without a base), `phi` the mean squared winsorised z, held at 1 or more
    (`phi_observed`: as it came out; None with fewer than two bases), `tau2` the variance between districts on the angle's
    scale. `rows` has one row a district, in the order given: `numerator`, `denominator`, `value`, `z` and `z_adjusted`
    (arcsine; without and with `tau2`), `p_value` (Fisher, district against the others, two-sided), `lower95` …
    `upper998`, the same with `_adjusted`, `outside` and `outside_adjusted` (`within`, `low95`, `high95`, `low998`,
    `high998`), `changed` (the allowance for over-dispersion takes the flag away or weakens it). Null without a base.
    """

    pooled: float | None
    phi: float
    phi_observed: float | None
    tau2: float
    rows: pl.DataFrame

    @property
    def z(self) -> pl.Series:
        """The z of each district, before any allowance for over-dispersion."""
        return self.rows["z"]

    @property
    def limits(self) -> pl.DataFrame:
        """The limits of each district: `lower95`, `upper95`, `lower95_adjusted` … in the order of the rows."""
        return self.rows.select(name for name in self.rows.columns if name.startswith(("lower", "upper")))


def funnel(x: "ArrayLike", n: "ArrayLike", levels: Sequence[float] = LEVELS, *, winsorise: float = 0.1) -> Funnel:
    """Hold each share x/n against the share of all together: limits with and without over-dispersion, phi, tau2, z.

    The adjusted limits answer "is this district unusual among these", never "did it meet the target". A district is
    flagged at a level where its share lies outside the limits and the exact tail (Fisher) is as rare as the level says:
    on small bases the normal limits alone cry out too often. The adjustment only takes flags away, and none where tau2
    is 0. Shares of 0 and 1, bases of 0, a single district and identical districts are all defined.

    Raises:
        ValueError: counts that are not whole, x below 0 or above n, lengths that differ, a level not between 0 and 1.

    >>> given = funnel([46, 88, 150, 60], [50, 100, 160, 100])
    >>> given.rows["outside"].to_list()
    ['within', 'within', 'high998', 'low998']
    >>> round(given.phi, 2), round(given.tau2, 4), given.rows["outside_adjusted"].to_list()
    (6.96, 0.0212, ['within', 'within', 'within', 'within'])
    """
    import numpy as np

    xs, ns = _counts(x, n)
    based = ns > 0
    total = float(ns[based].sum())
    pooled = float(xs[based].sum()) / total if total else None
    angle = np.arcsin(np.sqrt(pooled if pooled is not None else 0.0))
    base = np.where(based, ns, np.nan)
    z = (np.arcsin(np.sqrt(np.where(based, xs, np.nan) / base)) - angle) * 2 * np.sqrt(base)
    phi, tau2 = _dispersion(z[based], ns[based], winsorise)
    columns: dict[str, Any] = {
        "numerator": xs.astype(int),
        "denominator": ns.astype(int),
        "value": xs / base,
        "z": z,
        "z_adjusted": z / (2 * np.sqrt(base)) / np.sqrt(1 / (4 * base) + tau2),
        "p_value": _tails(xs, ns),
    }
    for level in levels:
        label = _label(level)
        for name, spread in ((label, None), (f"{label}_adjusted", tau2)):
            limits = funnel_limits(pooled if pooled is not None else np.nan, base, level, tau2=spread)
            columns |= {f"lower{name}": limits[0], f"upper{name}": limits[1]}
    rows = pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))
    rows = rows.with_columns(outside=_flag(levels), outside_adjusted=_flag(levels, "_adjusted" if tau2 else ""))
    rows = rows.with_columns(changed=pl.col("outside") != pl.col("outside_adjusted"))
    return Funnel(pooled, max(1.0, phi if phi is not None else 1.0), phi, tau2, rows)


def funnel_limits(
    pooled: float, n: "ArrayLike", level: float = 0.95, *, tau2: float | None = None
) -> "tuple[Floats, Floats]":
    """Give the funnel's (lower, upper) at bases n around a pooled share, within 0-1; for the curves of a chart.

    Without `tau2`, the shares whose Wilson interval just reaches `pooled`: pooled -+ z sqrt(pooled (1 - pooled) / n).
    With it, Spiegelhalter's additive limits: the angle arcsin sqrt(pooled) -+ z sqrt(1 / 4n + tau2), held within 0 and
    pi/2, turned back into a share. Around pi/2 the sine falls again: not held, the upper limit of a share near 90 %
    would come down below 1.

    >>> [round(float(limit), 4) for limit in funnel_limits(0.9, 60, 0.998)]
    [0.7803, 1.0]
    """
    import numpy as np

    z = _z(level)
    ns = np.asarray(n, dtype=float)
    if tau2 is None:
        half = z * np.sqrt(pooled * (1 - pooled) / ns)
        return np.clip(pooled - half, 0, 1), np.clip(pooled + half, 0, 1)
    angle, reach = np.arcsin(np.sqrt(pooled)), z * np.sqrt(1 / (4 * ns) + tau2)
    lower, upper = (np.sin(np.clip(angle + side * reach, 0, pi / 2)) ** 2 for side in (-1, 1))
    return lower, upper


_TYPES = (
    KEY_TYPES
    | CARRIED
    | dict.fromkeys(("areas", "family_numerator", "family_denominator"), pl.Int64)
    | dict.fromkeys(("pooled", "phi", "phi_observed", "tau2", "z", "z_adjusted", "p_value"), pl.Float64)
    | {
        f"{side}{_}{kind}": pl.Float64
        for kind in ("", "_adjusted")
        for _ in ("95", "998")
        for side in ("lower", "upper")
    }
    | {"outside": pl.String, "outside_adjusted": pl.String, "changed": pl.Boolean, "incomplete": pl.Boolean}
    | dict.fromkeys(("method", "reason", "adjusted_reason", "circulation", "sentence_vi"), pl.String)
)


def compute_funnels(ind: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Hold every district against its province, indicator by indicator: key as `ind`, districts only, sorted by key.

    Columns: `numerator`, `denominator`, `value`; of the family `areas` (how many take part), `family_numerator`,
    `family_denominator`, `pooled`, `phi`, `phi_observed`, `tau2`; of the district `z`, `z_adjusted`, `p_value`, the limits
    and `outside`, `outside_adjusted`, `changed` as in `Funnel.rows`; `incomplete` (known units are missing), `method`,
    `reason`, `adjusted_reason`, `circulation` ("noi-bo": for the internal folder only), `sentence_vi`. Districts stand in
    official order (their code), never by share.

    `reason`: those of `families`; `mau_qua_nho` (a base under `min_base`: limits, no flag). Without an answer, the
    numbers are null. `adjusted_reason`: `it_truong_hop` where a middling district expects fewer than `min_expected` units
    on either side of the line: there the angle's variance is not 1/4n, phi is no measure of real differences (equal
    districts give 1.5 and more), and `outside_adjusted` and `changed` are null.
    """
    done = [row for family in families(ind, facts) for row in _family_rows(family, facts)]
    rows = [{name: row[name] for name in _TYPES} for row in done]
    return pl.DataFrame(rows, schema=_TYPES).sort(KEY)


def _family_rows(family: Family, facts: Facts) -> list[dict[str, Any]]:
    method = facts.methods["funnel"]
    given: dict[int, dict[str, Any]] = {}
    whole: dict[str, Any] = {"areas": len(family.used)}
    unsure = None
    if family.reason is None:
        x, n = family.counts()
        rarer = min(sum(x), sum(n) - sum(x)) / sum(n)
        unsure = "it_truong_hop" if rarer * median(n) < method["min_expected"] else None
        held = funnel(x, n, winsorise=method["winsorise"])
        given = dict(zip(family.used, held.rows.to_dicts(), strict=True))
        whole |= {"family_numerator": sum(x), "family_denominator": sum(n)}
        whole |= {name: getattr(held, name) for name in ("pooled", "phi", "phi_observed", "tau2")}
    done = []
    for place, row in enumerate(family.rows):
        reason = family.reasons[place] or family.reason
        if reason is None and row["denominator"] < method["min_base"]:
            reason = "mau_qua_nho"
            given[place] |= {"outside": None, "outside_adjusted": None, "changed": None}
        one = dict.fromkeys(_TYPES) | row | whole | given.get(place, {})
        if unsure is not None and place in given:
            one |= {"outside_adjusted": None, "changed": None, "adjusted_reason": unsure}
        one |= {"reason": reason, "incomplete": bool(row["missing"]), "circulation": CIRCULATION}
        one["method"] = "wilson_inverse;arcsine_additive" if place in given else "none"
        done.append(one | {"sentence_vi": funnel_sentence(one, facts)})
    return done


def _dispersion(z: "Floats", n: "Floats", winsorise: float) -> tuple[float | None, float]:
    """Give phi as it comes out and tau2 (DerSimonian-Laird, on the winsorised z, 0 where phi is below (k - 1) / k)."""
    import numpy as np

    k = len(z)
    if k < 2:
        return None, 0.0
    low, high = np.quantile(z, [winsorise, 1 - winsorise])
    # Sorted, so that the order of the districts changes no digit.
    phi = float(np.mean(np.clip(np.sort(z), low, high) ** 2))
    weights = 4 * n
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return phi, max(0.0, k * phi - (k - 1)) / spare


def _tails(x: "Floats", n: "Floats") -> "Floats":
    """Give the two-sided Fisher p of each share against the others together.

    The returns are a full count: given how many units pass in all, chance means that they fall on any units alike.
    """
    import numpy as np
    from scipy.stats import hypergeom

    passing, total = x.sum(), n.sum()
    tails = np.minimum(hypergeom.cdf(x, total, passing, n), hypergeom.sf(x - 1, total, passing, n))
    return np.where(n > 0, np.minimum(1.0, 2 * tails), np.nan)


def _flag(levels: Sequence[float], kind: str = "") -> pl.Expr:
    """Name the highest level whose limits leave the share outside; an adjusted flag needs the plain one too."""
    flag: pl.Expr = pl.when(pl.col("value").is_not_null()).then(pl.lit("within"))
    for level in sorted(levels):
        label = _label(level)
        rare = pl.col("p_value") <= 1 - level
        for side in ("low", "high"):
            out = rare
            for name in {label, f"{label}{kind}"}:
                edge = pl.col(f"{'lower' if side == 'low' else 'upper'}{name}")
                out = out & (pl.col("value") < edge if side == "low" else pl.col("value") > edge)
            flag = pl.when(out).then(pl.lit(f"{side}{label}")).otherwise(flag)
    return flag


def _label(level: float) -> str:
    """Name a level as the columns do: 95, 998."""
    return f"{level}".partition(".")[2]


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    return NormalDist().inv_cdf((1 + level) / 2)


def _counts(x: "ArrayLike", n: "ArrayLike") -> "tuple[Floats, Floats]":
    import numpy as np

    xs, ns = (np.atleast_1d(np.asarray(values, dtype=float)) for values in (x, n))
    if xs.shape != ns.shape or xs.ndim != 1:
        raise ValueError("x and n must be two lists of the same length")
    if not (np.all(xs == np.floor(xs)) and np.all(ns == np.floor(ns))):
        raise ValueError("x and n must be whole counts")
    if bool(np.any((xs < 0) | (xs > ns))):
        raise ValueError("need 0 <= x <= n in every place")
    return xs, ns
