"""Signs between a unit's own rating and the confirmed one: raised more than lowered, raised more than elsewhere."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from danvan_analysis.analysis.leniency_exact import at_least, drawn, smallest_share
from danvan_analysis.analysis.leniency_rows import KIND, Finding, confirmed, parts
from danvan_analysis.analysis.leniency_years import against_others


def raised(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether ratings go up more often than down on the way to confirmation (exact sign test)."""
    for place, organisation, unit_type, part in parts(_pairs(rows, year)):
        up, down = int((part["step"] > 0).sum()), int((part["step"] < 0).sum())
        chances = drawn([0.5] * (up + down))
        yield Finding(
            "nang_muc",
            place,
            organisation,
            unit_type,
            value=up / len(part),
            # As many up as down.
            expected=(up + down) / 2 / len(part),
            n=len(part),
            p=at_least(chances, up),
            best=float(chances[-1]),
            method="dau_hieu_so",
            seen=partial(_seen, chances, (up + down) / len(part), rules["power"]),
            words={"k": up, "N": len(part), "down": down},
        )


def _seen(chances: Any, moved: float, power: float, alpha: float) -> float | None:
    """Give the least share raised that would show, with as many units moved as there were."""
    share = smallest_share(chances, alpha, power)
    return None if share is None else share * moved


def raised_more(rows: pl.DataFrame, year: int, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask whether ratings are raised more often than elsewhere, among units of one kind and one own rating."""
    pairs = _pairs(rows, year).with_columns(stratum=pl.col("rating_own"))
    up = (pl.col("step") > 0).sum()
    table = pairs.group_by("place", *KIND, "stratum").agg(n=pl.len().cast(pl.Int64), x=up)
    # A unit that gave itself the best level cannot be raised.
    best = rows.filter(pl.col("rank") == 1).select("scale_id", stratum="rating").unique()
    yield from against_others("nang_muc_hon_noi_khac", table.join(best, on=["scale_id", "stratum"], how="anti"), rules)


def _pairs(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """Give the named units with both ratings on one scale; `step` is the number of levels gained."""
    key = ["place", *KIND, "unit"]
    given = confirmed(rows, year).filter(pl.col("unit").is_not_null()).unique(key, keep="none")
    own = rows.filter(pl.col("year") == year, pl.col("own"), pl.col("unit").is_not_null(), pl.col("rank").is_not_null())
    own = own.unique(key, keep="none").select(*key, "rating", "rank")
    return given.join(own, on=key, suffix="_own").with_columns(step=pl.col("rank_own") - pl.col("rank")).sort(key)
