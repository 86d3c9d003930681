"""What a table of rate and mix says of one whole: its parts in official order, their effects, its name."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, tables
from danvan_analysis.tables import ALL
from danvan_analysis.text import points
from danvan_analysis.wording.mix import mix_decimals

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: What the parts leave over of their whole (`part` of the table).
_REST = "con_lai"
_EFFECTS = ("change", "rate_effect", "mix_effect")


def tidy(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    by: str = "area_id",
    area_id: str | None = None,
    **slot: Any,
) -> pl.DataFrame:
    """Give what the picture shows as rows, the whole last; `slot` is year, period and nature.

    Columns `part_name`, `previous_year`, the counts of both years and `change`, `rate_effect`, `mix_effect` (shares of
    the whole; null where they are not split or the whole has a base under ten). No rows where the table has none.
    """
    area = area_id or labels.province(facts, slot["year"])[0]
    found = pl.DataFrame(rows(table, facts, indicator_id, by=by, area=area, **slot), table.schema)
    base = found.filter(part=ALL).select(pl.min_horizontal("denominator", "first_denominator")).to_series()
    small = base.len() and (base[0] or 0) < labels.SMALL_BASE
    effects = [pl.when(not small).then(pl.col(c)).alias(c) for c in _EFFECTS]
    counts = ("first_numerator", "first_denominator", "numerator", "denominator")
    return found.select("part_name", pl.col("from_year").alias("previous_year"), *counts, *effects)


def in_words(table: pl.DataFrame, facts: Facts, *, by: str = "area_id", **asked: Any) -> pl.DataFrame:
    """Give `tidy` with the effects as the picture prints them ("+2,41", điểm phần trăm), the whole's adding up."""
    found = tidy(table, facts, by=by, **asked)
    area = asked.pop("area_id", None) or labels.province(facts, asked["year"])[0]
    own = rows(table, facts, by=by, area=area, **asked)
    if found["change"].null_count():
        return found.with_columns(pl.col(_EFFECTS).cast(pl.String))
    places = decimals(own[-1]) if own else 2
    said = {c: [signed(row, c.removesuffix("_effect"), places) for row in own] for c in _EFFECTS}
    return found.with_columns(pl.Series(c, texts, pl.String) for c, texts in said.items())


def rows(
    table: pl.DataFrame, facts: Facts, indicator_id: str, *, by: str, area: str, **slot: Any
) -> list[dict[str, Any]]:
    """Give the parts in official order, what they leave of the whole after them, the whole last."""
    own = tables.rows_of(table, indicator_id=indicator_id, **slot).filter(pl.col("by") == by, pl.col("area_id") == area)
    order = {
        code: place
        for listed, key in ((facts.organisations, "organisation"), (facts.unit_types, "unit_type"))
        for code, place in listed.select(key, pl.col("order").cast(pl.Int64)).iter_rows()
    }

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        part = row["part"]
        # Areas stand in the order of their codes.
        return part == ALL, part == _REST, [(order.get(piece, 0), piece) for piece in part.split("/")]

    return sorted(own.to_dicts(), key=place)


def silent(facts: Facts, area: str, year: int) -> dict[str, Any]:
    """Stand in for a whole that the table does not have."""
    names = dict([labels.province(facts, year), *labels.districts(facts, year).select("area_id", "name").iter_rows()])
    nothing = dict.fromkeys(("change_exact", "sentence_vi", "from_year"))
    return nothing | {"part": ALL, "part_name": names.get(area, area)}


def whole_vi(facts: Facts, whole: dict[str, Any]) -> str:
    """Name the whole: its place, and the organisation and kind of unit where it is one of them."""
    organisation, kind = whole["organisation"], whole["unit_type"]
    owner = "" if organisation == ALL else labels.organisation_vi(facts, organisation)
    named = [whole["part_name"], owner, "" if kind == ALL else labels.unit_type_vi(facts, kind)]
    return ", ".join(name for name in named if name)


def decimals(whole: dict[str, Any]) -> int:
    """Give the least decimals, from two, with which a whole's printed effects add up to its printed change."""
    change, rate, mix = (Fraction(whole[f"{key}_exact"]) for key in ("change", "rate", "mix"))
    return mix_decimals(change, rate, mix)


def signed(row: dict[str, Any], key: str, places: int = 2) -> str:
    """Print an effect in điểm phần trăm with its sign, from its exact value."""
    value = Fraction(row[f"{key}_exact"])
    said = points(100 * abs(value.numerator), value.denominator, places)
    return said if said == "0" else f"{'+' if value > 0 else '−'}{said}"
