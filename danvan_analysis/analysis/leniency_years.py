"""Signs against last year: named units with last year's rating, groups of units with last year's counts."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from danvan_analysis.analysis.leniency_exact import at_least, dealt
from danvan_analysis.analysis.leniency_rows import KIND, Finding, confirmed, parts
from danvan_analysis.tables import UNRATED


def copied_ratings(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether named units keep last year's rating more often than such units elsewhere do.

    Good work lasts, so ratings repeat by themselves: a unit is compared with those of other places that belong to the
    same kind and stood at the same level last year. `independent` in the words is what chance alone would repeat.
    """
    key = ["place", *KIND, "unit"]
    now, before = (
        confirmed(rows, each).filter(pl.col("unit").is_not_null()).unique(key, keep="none").select(*key, "rating")
        for each in (year, year - 1)
    )
    pairs = now.join(before, on=key, suffix="_before")
    pairs = pairs.with_columns(same=pl.col("rating") == pl.col("rating_before"), stratum=pl.col("rating_before"))
    table = pairs.group_by("place", *KIND, "stratum").agg(n=pl.len().cast(pl.Int64), x=pl.col("same").sum())
    yield from against_others("lap_lai_xep_loai", table, rules)


def copied_counts(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether groups of unnamed units have last year's very counts more often than groups elsewhere do.

    A group is the units of one kind in one area as the return gives them. Groups of like size are compared, since small
    ones repeat easily.
    """
    group = ["place", *KIND, "area_id"]
    frames = []
    for each in (year, year - 1):
        mine = rows.filter(pl.col("year") == each, ~pl.col("own"), pl.col("count") > 0)
        level = pl.when(pl.col("rating") == UNRATED).then(0).otherwise(pl.col("rank"))
        levels = mine.with_columns(level=level).group_by(*group, "level").agg(pl.col("count").sum()).sort("level")
        told = pl.concat_str("level", "count", separator=":").str.join(";")
        frames.append(levels.group_by(group, maintain_order=True).agg(told=told, n=pl.col("count").sum()))
    named = rows.filter(pl.col("year") == year, pl.col("unit").is_not_null()).select(group).unique()
    both = frames[0].join(frames[1], on=group, suffix="_before").join(named, on=group, how="anti")
    both = both.filter(pl.min_horizontal("n", "n_before") >= rules["least_units"])
    # Sizes 5, 6 … 9 each by itself, then doubling: 10-19, 20-39, 40-79 …
    size = pl.when(pl.col("n") < 10).then(pl.col("n")).otherwise(10 * 2 ** (pl.col("n") / 10).log(2).floor())
    whole = pl.col("area_id") == pl.col("place")
    both = both.with_columns(
        same=pl.col("told") == pl.col("told_before"),
        stratum=pl.concat_str(size.cast(pl.Int64).cast(pl.String), whole.cast(pl.String), separator=":"),
    )
    table = both.group_by("place", *KIND, "stratum").agg(n=pl.len().cast(pl.Int64), x=pl.col("same").sum())
    yield from against_others("lap_lai_so_luong", table, rules)


def against_others(sign: str, table: pl.DataFrame, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Hold the marked units of each place (`x` of `n` by `stratum`) against those of all places dealt at random."""
    strata = [*KIND, "stratum"]
    table = table.with_columns(
        pl.col("x").cast(pl.Int64),
        N=pl.col("n").sum().over(strata).cast(pl.Int64),
        K=pl.col("x").sum().over(strata).cast(pl.Int64),
    ).sort("place", *strata)
    for place, organisation, unit_type, part in parts(table):
        n, x = int(part["n"].sum()), int(part["x"].sum())
        elsewhere = int((part["N"] - part["n"]).sum())
        if elsewhere < rules["least_elsewhere"]:
            yield Finding(sign, place, organisation, unit_type, value=x / n, n=n, reason="khong_co_noi_khac")
            continue
        chances = dealt(part.select("N", "K", "n").iter_rows())
        expected = float((part["K"] * part["n"] / part["N"]).sum())
        yield Finding(
            sign,
            place,
            organisation,
            unit_type,
            value=x / n,
            expected=expected / n,
            n=n,
            p=at_least(chances, x),
            # The marks that there are can all fall here; no more than that is possible.
            best=_least(chances),
            method="sieu_boi",
            seen=partial(_smallest_seen, part, power=rules["power"]),
            words={"k": x, "N": n, "e": round(expected)},
        )


def _smallest_seen(part: pl.DataFrame, alpha: float, power: float) -> float | None:
    """Give the least true share of marked units that would be found with this power.

    More marks here are more marks in all, which raises what chance would give: the marks elsewhere stay as they are, and
    those here are spread over the strata by size.
    """
    import numpy as np
    from scipy.special import betaincinv

    here, whole = part["n"].to_numpy(), part["N"].to_numpy()
    elsewhere, n = (part["K"] - part["x"]).to_numpy(), int(part["n"].sum())

    def chance(hits: int) -> float:
        edges = np.concatenate([[0], np.cumsum(here)]) * hits // n
        marked = elsewhere + np.diff(edges)
        return at_least(dealt(zip(whole.tolist(), marked.tolist(), here.tolist(), strict=True)), hits)

    if chance(n) > alpha:
        return None
    least = bisect_left(range(n), True, lo=1, key=lambda hits: chance(hits) <= alpha)
    return float(betaincinv(least, n - least + 1, power))


def _least(chances: Any) -> float:
    possible = [float(chance) for chance in chances if chance > 0]
    return possible[-1] if possible else 1.0
