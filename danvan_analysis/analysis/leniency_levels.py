"""Signs in the levels of one year or several: nobody below khá for years, one level for everybody."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from danvan_analysis.analysis.leniency_exact import at_least, drawn, none_dealt, same_level, smallest_share
from danvan_analysis.analysis.leniency_rows import KIND, Finding, confirmed, parts
from danvan_analysis.tables import ALL


def none_below(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether a place without a unit below khá for years could be so if the province's were dealt at random.

    Each year gives the exact chance that none of the province's units below khá falls in the place. The same units
    stand in all years, so their years say no more than the one that is least likely by itself: the smallest yearly
    chance, which holds however ratings hang together over time.
    """
    years = range(year - rules["years_none_below"] + 1, year + 1)
    frames = [_below(confirmed(rows, each), each) for each in years]
    table = pl.concat(frames)
    for place, organisation, unit_type, part in parts(table):
        if organisation == ALL:
            part = part.filter(pl.col("unit_type").is_in(rules["none_below_together"]))
        now = part.filter(pl.col("year") == year)
        n, x = int(now["n"].sum()), int(now["x"].sum())
        found: dict[str, Any] = {"n": n, "value": x / n if n else None}
        if part["year"].n_unique() < len(years):
            yield Finding("khong_duoi_kha", place, organisation, unit_type, reason="thieu_nam", **found)
            continue
        if int((now["N"] - now["n"]).sum()) < rules["least_elsewhere"]:
            yield Finding("khong_duoi_kha", place, organisation, unit_type, reason="khong_co_noi_khac", **found)
            continue
        yearly = part.group_by("year", maintain_order=True)
        chance = min(none_dealt(one.select("N", "K", "n").iter_rows()) for _, one in yearly)
        expected = float((now["K"] * now["n"] / now["N"]).sum())
        yield Finding(
            "khong_duoi_kha",
            place,
            organisation,
            unit_type,
            expected=expected / n,
            p=chance if part["x"].sum() == 0 else 1.0,
            best=chance,
            method="sieu_boi",
            seen=partial(_nearly_none, n, chance, power=rules["power"]),
            words={"k": int(now["x"].sum()), "N": n, "years": len(years), "e": round(expected)},
            **found,
        )


def _below(rated: pl.DataFrame, year: int) -> pl.DataFrame:
    """Count units and units below khá by place and kind, here (`n`, `x`) and in the whole province (`N`, `K`)."""
    # Two-level forms draw the same line as the scale they sum up, so a kind is its unit, not its scale.
    group = [*KIND[:2]]
    known = rated.filter(pl.col("fair_or_better").is_not_null())
    below = pl.col("count").filter(~pl.col("fair_or_better")).sum()
    here = known.group_by("place", *group).agg(n=pl.col("count").sum(), x=below)
    return here.with_columns(
        N=pl.col("n").sum().over(group), K=pl.col("x").sum().over(group), year=pl.lit(year, pl.Int64)
    ).sort("place", *group)


def _nearly_none(n: int, chance: float, alpha: float, power: float) -> float | None:
    """Give the highest true share below khá at which the place would still show none with this power."""
    return float(1 - power ** (1 / n)) if n and chance <= alpha else None


def one_level(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether all units of a kind share one level where the province's levels dealt at random would not.

    A kind by itself: `value` and `expected` are the shares of the commonest level, here and in the province. All kinds
    of a place together: how many of them have one level, each with its own chance. Scales of two levels ("khá trở lên")
    are left to `none_below`.
    """
    group = ["place", *KIND]
    rated = confirmed(rows, year).filter(pl.col("levels") > 2, pl.col("count") > 0)
    counts = rated.group_by(*group, "rating").agg(pl.col("count").sum())
    by_kind = counts.group_by(*KIND, "rating").agg(pl.col("count").sum()).sort(*KIND, "rating").group_by(*KIND)
    levels = {kind: part["count"].to_list() for kind, part in by_kind}
    table = counts.group_by(group).agg(n=pl.col("count").sum(), most=pl.col("count").max())
    table = table.filter(pl.col("n") >= rules["least_units"]).sort(group)
    judged = [(same_level(told, n), max(told) / sum(told)) for *kind, n, told in _with_levels(table, levels)]
    shape = {"chance": pl.Float64, "common": pl.Float64}
    table = pl.concat([table, pl.DataFrame(judged, schema=shape, orient="row")], how="horizontal")
    table = table.with_columns(compared=pl.len().over(*KIND) > 1)
    for place, organisation, unit_type, whole in parts(table):
        part = whole.filter("compared")
        if part.is_empty():
            yield Finding(
                "mot_muc", place, organisation, unit_type, n=int(whole["n"].sum()), reason="khong_co_noi_khac"
            )
            continue
        chances, same = drawn(part["chance"].to_list()), int((part["most"] == part["n"]).sum())
        alone, n = organisation != ALL and len(part) == 1, int(part["n"].sum())
        seen = partial(_nearly_all, n, float(chances[-1])) if alone else partial(smallest_share, chances)
        yield Finding(
            "mot_muc",
            place,
            organisation,
            unit_type,
            value=int(part["most"].sum()) / n if alone else same / len(part),
            expected=float(part["common" if alone else "chance"].sum()) / len(part),
            n=n,
            p=at_least(chances, same),
            best=float(chances[-1]),
            method="sieu_boi",
            seen=partial(seen, power=rules["power"]),
            words={"k": same, "N": len(part), "units": n, "m": int(part["most"].sum())},
        )


def _with_levels(table: pl.DataFrame, levels: Mapping[tuple[Any, ...], list[int]]) -> Iterator[tuple[Any, ...]]:
    for *kind, n in table.select(*KIND, "n").iter_rows():
        yield *kind, n, levels[tuple(kind)]


def _nearly_all(n: int, chance: float, alpha: float, power: float) -> float | None:
    """Give the least true share of one level at which all units of a place would still show it with this power."""
    return float(power ** (1 / n)) if chance <= alpha else None
