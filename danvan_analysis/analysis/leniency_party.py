"""The sign between tables: ratings high against what the party's own figures say of participation and meetings."""

from collections.abc import Iterator, Mapping
from functools import partial
from math import comb, sqrt
from statistics import NormalDist
from typing import Any

import polars as pl

from danvan_analysis.analysis.cells import measure_cells
from danvan_analysis.analysis.leniency_rows import Finding, confirmed
from danvan_analysis.facts import Facts, items

_SIGN = "cao_hon_tham_gia"


def high_for_party(
    rows: pl.DataFrame, measures: Any, nature: str, year: int, rules: Mapping[str, Any], facts: Facts
) -> Iterator[Finding]:
    """Ask whether a place's units are rated higher than the participation and the meetings of its areas go with.

    Over the areas of the province (communes) the share good or better is regressed on the indicators of
    `party_indicators` (slopes of zero or more); a place shows the mean of what is left in its areas, shrunk towards none
    (one-way random effects). p: how often as many areas drawn at random from all have a mean this high (residuals
    permuted; fixed seed, drawn over the sorted residuals, so neither names nor the order of rows matter).
    Sources: Freedman and Lane 1983; ter Braak 1992; Marshall 1991.
    """
    import numpy as np

    wanted = facts.indicators.filter(pl.col("indicator_id").is_in(rules["party_indicators"]))
    given = _shares(measures, wanted, nature, year)
    rated = confirmed(rows, year).filter(pl.col("unit_type").is_in(rules["party_unit_types"]))
    rated = rated.filter(pl.col(rules["party_flag"]).is_not_null(), pl.col("area_id") != pl.col("place"))
    good = pl.col("count").filter(pl.col(rules["party_flag"])).sum() / pl.col("count").sum()
    table = rated.group_by("place", "area_id").agg(y=good).join(given, on="area_id").sort("place", "area_id")
    told = [name for name in wanted["indicator_id"] if name in given.columns]
    if len(table) < rules["least_areas"] or len(told) < len(wanted):
        yield from (
            Finding(_SIGN, str(p), n=0, reason="it_dia_ban") for p in table["place"].unique(maintain_order=True)
        )
        return
    left = _residuals(table["y"].to_numpy(), table.select(told).to_numpy())
    table = table.with_columns(left=pl.Series(left))
    sums = _random_sums(np.sort(left), rules)
    between, within = _spread(table)
    for (place,), part in table.group_by("place", maintain_order=True):
        m, mean = len(part), float(part["left"].mean())  # type: ignore[arg-type]
        if m < rules["least_areas_here"] or m == len(table):
            yield Finding(_SIGN, str(place), value=None, n=m, reason="mau_qua_nho")
            continue
        higher = int((sums[:, m - 1] >= m * mean - 1e-9).sum())
        shrunk = between / (between + within / m) if between + within else 0.0
        yield Finding(
            _SIGN,
            str(place),
            value=shrunk * mean,
            expected=0.0,
            n=m,
            p=(1 + higher) / (1 + len(sums)),
            best=max(1 / (1 + len(sums)), 1 / comb(len(table), m)),
            method="hoan_vi",
            seen=partial(_seen, m, len(table), within, rules["power"]),
            words={"n": m, "d": round(10000 * shrunk * mean)},
        )


def _shares(measures: Any, indicators: pl.DataFrame, nature: str, year: int) -> pl.DataFrame:
    """Give one row an area and one column an indicator: its share there; areas that lack a measure drop out."""
    names = {
        m.removeprefix("-") for i in indicators.to_dicts() for m in items(i["numerator"]) + items(i["denominator"])
    }
    cells = measure_cells(measures, sorted(names))
    mine = cells.filter(pl.col("nature") == nature, pl.col("year") == year, pl.col("period") == "nam")
    wide = mine.group_by("area_id", "measure").agg(pl.col("value").sum())
    if wide.is_empty():
        return pl.DataFrame(schema={"area_id": pl.String})
    wide = wide.pivot(on="measure", index="area_id", values="value")
    for indicator in indicators.to_dicts():
        sides = [items(indicator[side]) for side in ("numerator", "denominator")]
        if {m.removeprefix("-") for side in sides for m in side} - set(wide.columns):
            return pl.DataFrame(schema={"area_id": pl.String})
        above, under = (
            sum((-pl.col(m[1:]) if m.startswith("-") else pl.col(m) for m in side), pl.lit(0)) for side in sides
        )
        wide = wide.filter(under > 0).with_columns((above / under).alias(indicator["indicator_id"]))
    return wide.select("area_id", *indicators["indicator_id"]).drop_nulls()


def _residuals(y: Any, given: Any) -> Any:
    """Give what a regression with slopes of zero or more leaves; rounded, so that the order of rows cannot show.

    A place with low figures and high ratings pulls the line down towards itself and would hide behind it: better
    participation goes with better ratings or says nothing of them, never the other way.
    """
    import numpy as np
    from scipy.optimize import nnls

    centred = given - given.mean(axis=0)
    slopes, _ = nnls(centred, y - y.mean())
    return np.round(y - y.mean() - centred @ slopes, 12)


def _random_sums(residuals: Any, rules: Mapping[str, Any]) -> Any:
    """Give, for each random order of the residuals, the sums of its first 1, 2 … of them."""
    import numpy as np

    rng = np.random.default_rng(rules["seed"])
    orders = rng.permuted(np.tile(residuals, (rules["permutations"], 1)), axis=1)
    return np.cumsum(orders, axis=1)


def _spread(table: pl.DataFrame) -> tuple[float, float]:
    """Give the variance between places and within them (one-way random effects, moments; never below none)."""
    groups = table.group_by("place", maintain_order=True).agg(
        m=pl.len(), mean=pl.col("left").mean(), ss=pl.col("left").var(ddof=0) * pl.len()
    )
    total, places = len(table), len(groups)
    within = float(groups["ss"].sum()) / max(1, total - places)
    level = float(table["left"].mean())  # type: ignore[arg-type]
    among = float((groups["m"] * (groups["mean"] - level) ** 2).sum()) / max(1, places - 1)
    size = (total - float((groups["m"] ** 2).sum()) / total) / max(1, places - 1)
    return (max(0.0, (among - within) / size) if size else 0.0), within


def _seen(m: int, total: int, within: float, power: float, alpha: float) -> float:
    """Give the least mean residual that would show (normal approximation to the draw without return)."""
    normal = NormalDist()
    error = sqrt(within / m * (total - m) / max(1, total - 1))
    return (normal.inv_cdf(1 - alpha) + normal.inv_cdf(power)) * error
