"""Ratings of a place as rows to read: how many units of a kind stand in each level of their own scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.output.ratings import confirmed
from danvan_analysis.tables import UNRATED
from danvan_analysis.text import number

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: What rows may be told apart by, besides the scale.
GROUPS = ("unit_type", "organisation", "area_id")


def rating_rows(
    ratings: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    by: Sequence[str] = ("unit_type",),
    area_id: str | None = None,
    period: str = "nam",
    nature: str | None = None,
) -> pl.DataFrame:
    """Give the confirmed ratings of a place, one row for each group and scale: levels of two scales are never added.

    `by` names the groups (of unit_type, organisation, area_id); areas are the districts of the province, or the communes
    of the district `area_id`. Columns: `by` (and `area_name`), `scale_id` (null where no unit of the group was rated),
    `levels_vi` ("Xuất sắc 20 · Tốt 13", best level first), `rated`, `fair_or_better` (null where the scale does not
    tell), `unrated` (with the first scale of the group). A row of a single unit does not tell its level: `levels_vi` and
    `fair_or_better` are null. Rows in official order.

    Raises:
        ValueError: `by` is empty or names anything else.
    """
    if not by or set(by) - set(GROUPS):
        raise ValueError(f"by must be of {', '.join(GROUPS)}, not {', '.join(by) or 'nothing'}")
    home = labels.district_of(facts, year)
    code, _ = labels.province(facts, year)
    place = area_id or code
    own = confirmed(ratings, year, period, nature).with_columns(
        home=pl.col("area_id").replace_strict(home, default=None, return_dtype=pl.String)
    )
    # The province is all of its districts and what stands at the province itself.
    own = own.filter(pl.col("home").is_not_null() if place == code else (pl.col("home") == place))
    if place == code:
        own = own.with_columns(area_id="home")
    rated = own.filter(pl.col("rating") != UNRATED)
    named = rated.join(facts.scales.select("scale_id", "rating", "label_vi"), on=["scale_id", "rating"], how="left")
    levels = named.group_by(*by, "scale_id", "rank", "label_vi").agg(
        pl.col("count").sum(), pl.col("fair_or_better").first()
    )
    said = pl.col("count").map_elements(number, pl.String)
    groups = (
        levels.sort("rank", "label_vi", nulls_last=True)
        .group_by(*by, "scale_id", maintain_order=True)
        .agg(
            levels_vi=pl.format("{} {}", "label_vi", said).str.join(" · "),
            rated=pl.col("count").sum(),
            fair_or_better=pl.when(pl.col("fair_or_better").null_count() == 0).then(
                pl.col("count").filter("fair_or_better").sum()
            ),
        )
    )
    unrated = own.filter(pl.col("rating") == UNRATED).group_by(by).agg(unrated=pl.col("count").sum())
    joined = groups.join(unrated, on=by, how="full", coalesce=True).sort(*by, "scale_id")
    first = pl.int_range(pl.len()).over(by) == 0
    joined = joined.with_columns(
        # One unit alone would be named by its place and organisation.
        pl.when(pl.col("rated") > 1).then(pl.col("levels_vi", "fair_or_better")),
        pl.col("rated").fill_null(0),
        unrated=pl.when(first).then(pl.col("unrated").fill_null(0)).otherwise(0),
    )
    return _ordered(joined, facts, by, _names(facts, year, place))


def _names(facts: Facts, year: int, place: str) -> pl.DataFrame:
    """Give the names of a place and of what is right below it."""
    code, name = labels.province(facts, year)
    below = labels.below(facts, year, place).select("area_id", area_name="name")
    return pl.concat([pl.DataFrame({"area_id": [code], "area_name": [name]}), below])


def _ordered(rows: pl.DataFrame, facts: Facts, by: Sequence[str], names: pl.DataFrame) -> pl.DataFrame:
    """Sort by the order of the facts; areas, with their names, by their codes as everywhere."""
    columns, keys = [c for c in rows.columns if c not in by], []
    for group in by:
        if group == "area_id":
            rows = rows.join(names, on=group, how="left")
            keys.append(group)
            continue
        listed = facts.unit_types if group == "unit_type" else facts.organisations
        rows = rows.join(
            listed.select(group, pl.col("order").cast(pl.Int64).alias(f"{group}_order")), on=group, how="left"
        )
        keys.append(f"{group}_order")
    heads = [*by, *(["area_name"] if "area_id" in by else [])]
    return rows.sort(*keys, "scale_id", nulls_last=True).select(*heads, *columns)
