"""Changes of a place and of what is below it, as rows to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, tables
from danvan_analysis.output.charts import change_words
from danvan_analysis.tables import ALL

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts


def change_rows(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    year: int,
    area_id: str | None = None,
    kinds: bool = False,
    against: str = "nam_truoc",
    period: str = "nam",
    nature: str | None = None,
) -> pl.DataFrame:
    """Give a place (default: the province) and its districts, or its kinds of unit (`kinds`), one row each, in order.

    `table` is what `compute_changes` gives. Columns `area_id`, `name_vi`, `previous_vi` and `now_vi` (n/N), `share_vi`
    (this year's percentage; n/N where the base is under ten), `change_vi` ("+2,41 (tăng rõ)", or why there is none). A
    district of which the table has no row says so.
    """
    code, name = labels.province(facts, year)
    known = {code: name} | dict(labels.districts(facts, year).select("area_id", "name").iter_rows())
    place = area_id or code
    own = table.filter(pl.col("against") == against) if "against" in table.columns else table
    own = tables.of_nature(own, nature).filter(indicator_id=indicator_id, year=year, period=period, organisation=ALL)
    found = tables.by_place(own.filter(unit_type=ALL))
    told = [(place, known.get(place, place), found.get(place))]
    if kinds:
        order = facts.unit_types.select("unit_type", "name_vi", pl.col("order").cast(pl.Int64))
        listed = own.filter(area_id=place).join(order, on="unit_type").sort("order", "basis")
        told += [(place, row["name_vi"], row) for row in listed.to_dicts()]
    elif place == code:
        told += [(one, known[one], found.get(one)) for one in known if one != code]
    before = next((row["previous_year"] for row in found.values() if row["previous_year"]), year - 1)
    years = (labels.when_vi(before, period), labels.when_vi(year, period))
    columns = ("area_id", "name_vi", "previous_vi", "now_vi", "share_vi", "change_vi")
    rows = [(where, name, *_told(facts, row, years)) for where, name, row in told]
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")


def _told(facts: Facts, row: dict[str, Any] | None, years: tuple[str, str]) -> tuple[str, ...]:
    counts = row or dict.fromkeys(("numerator", "denominator", "previous_numerator", "previous_denominator"))
    before = labels.fraction(counts["previous_numerator"], counts["previous_denominator"] or None)
    now = labels.fraction(counts["numerator"], counts["denominator"] or None)
    share = labels.share(counts["numerator"], counts["denominator"])
    return (
        before,
        now,
        share,
        change_words.said(facts, row, years).removeprefix(change_words.small_vi(row) or "").strip(),
    )
