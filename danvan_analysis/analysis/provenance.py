"""From a printed number back to the rows, and so to the cells, that it was added up from; the sum is checked."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.cells import SLOT
from danvan_analysis.analysis.places import places_in
from danvan_analysis.facts import Facts, items
from danvan_analysis.tables import ALL, UNRATED, Data

#: What a row is to its indicator.
ROLES = ("tu_so", "mau_so", "tu_so_va_mau_so", "chua_xep_loai", "thang_khong_ro", "khong_dung_duoc")
_SOURCE = ("source_file", "source_sheet", "source_cell")
_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("area_id", "area_name"), pl.String),
    "year": pl.Int64,
    **dict.fromkeys(("organisation", "unit_type", "what", "role"), pl.String),
    **dict.fromkeys(("count", "to_numerator", "to_denominator"), pl.Int64),
    **dict.fromkeys(_SOURCE, pl.String),
}


def cells_behind(data: Data, facts: Facts, row: Mapping[str, Any]) -> pl.DataFrame:
    """Give the rows of `data` behind one row of `compute_indicators`, with the cells they were read from.

    `data` holds polars frames (what `read_raw` gives); `row` is the indicator's row as a dict. Columns `area_id`,
    `area_name`, `year`, `organisation`, `unit_type`, `what` (level or measure), `role` (`ROLES`), `count`,
    `to_numerator`, `to_denominator` (what the row adds; below 0 where it is taken off), `source_file`, `source_sheet`,
    `source_cell`. The two columns add up to the printed numerator and denominator (registrations of several years to no
    less than the upper end of their range: a body may stand in more than one year). No unit is named.

    Raises:
        ValueError: the rows do not add up to the number: it must not be printed.
    """
    indicator = next(i for i in facts.indicators.to_dicts() if i["indicator_id"] == row["indicator_id"])
    here = places_in(facts, row["year"])
    inside = [area for area, place in here.home.items() if row["area_id"] in (place, here.province)]
    same = (pl.col("nature") == row["nature"]) & (pl.col("period") == row["period"])
    if indicator["table"] == "ratings":
        found = _rated(
            data.ratings.filter(same & (pl.col("year") == row["year"]), pl.col("area_id").is_in(inside)),
            indicator,
            row,
            facts,
        )
    else:
        found = _measured(data.measures.filter(same & (pl.col("year") <= row["year"])), indicator, row, facts, inside)
    found = found.select(*_SCHEMA).cast(_SCHEMA).sort("year", "area_id", "organisation", "unit_type", "what", *_SOURCE)  # type: ignore[arg-type]
    _check(found, row, adds_up=bool(indicator["cumulative"]))
    return found


def _rated(rows: pl.DataFrame, indicator: Mapping[str, Any], row: Mapping[str, Any], facts: Facts) -> pl.DataFrame:
    """Give the ratings of the indicator's kinds of unit, each with what it adds."""
    own = items(indicator["unit_types"])
    homes = {kind: items(orgs) for kind, orgs in facts.unit_types.select("unit_type", "organisations").iter_rows()}
    foreign = [kind for kind in own if homes[kind]]
    belongs = ~pl.col("unit_type").is_in(foreign)
    for kind in foreign:
        belongs |= (pl.col("unit_type") == kind) & pl.col("organisation").is_in(homes[kind])
    for column in ("organisation", "unit_type"):
        if row[column] != ALL:
            belongs &= pl.col(column) == row[column]
    flag = pl.col(indicator["flag"])
    role = (
        pl.when(pl.col("rating") == UNRATED)
        .then(pl.lit("chua_xep_loai"))
        .when(flag.is_null())
        .then(pl.lit("thang_khong_ro"))
        .when(flag)
        .then(pl.lit("tu_so_va_mau_so"))
        .otherwise(pl.lit("mau_so"))
    )
    # A unit's own opinion of itself stands beside the confirmed rating and adds nothing.
    confirmed = pl.col("rated_by") != "tu_xep_loai"
    kept = rows.filter(pl.col("unit_type").is_in(own), belongs, confirmed).with_columns(
        role=role, what=pl.col("rating")
    )
    return kept.with_columns(
        to_numerator=pl.when(pl.col("role") == "tu_so_va_mau_so").then("count").otherwise(0),
        to_denominator=pl.when(pl.col("role").is_in(["tu_so_va_mau_so", "mau_so"])).then("count").otherwise(0),
    )


def _measured(
    rows: pl.DataFrame, indicator: Mapping[str, Any], row: Mapping[str, Any], facts: Facts, inside: list[str]
) -> pl.DataFrame:
    """Give the counts of the indicator's measures, each with what it adds; of a term, those of its years."""
    top, base = items(indicator["numerator"]), items(indicator["denominator"])
    signs = {m.removeprefix("-"): (-1 if m.startswith("-") else 1) for m in (*top, *base)}
    names = {m.removeprefix("-") for m in top}
    kept = rows.filter(
        pl.col("measure").is_in(list(signs)), pl.col("value").is_not_null(), pl.col("area_id").is_in(inside)
    )
    kept = _one_reading(kept, items(indicator["unit_types"]))
    term = (
        bool(indicator["cumulative"]) or "term" in facts.targets.filter(indicator_id=indicator["indicator_id"])["due"]
    )
    if term:
        kept = kept.filter(pl.col("year") >= int(str(facts.resolution["term_from"])[:4]))
        # What stands at the time goes by its greatest value to date; new registrations of every year add up.
        own = pl.col("measure").is_in(list(names))
        now = ~own & (pl.col("year") == row["year"])
        greatest = (
            own
            & (pl.col("value") == pl.col("value").max().over("area_id", "measure"))
            & (
                pl.col("year")
                == pl.col("year").filter(pl.col("value") == pl.col("value").max()).min().over("area_id", "measure")
            )
        )
        kept = kept.filter(now | (own if indicator["cumulative"] else greatest))
        usable = pl.lit(True)
    else:
        kept = kept.filter(pl.col("year") == row["year"])
        usable = pl.col("measure").n_unique().over("area_id", "part") == len(signs)
    sign = pl.col("measure").replace_strict(signs, return_dtype=pl.Int64)
    in_top, in_base = pl.col("measure").is_in(list(names)), pl.col("measure").is_in([m.removeprefix("-") for m in base])
    return kept.with_columns(
        count=pl.col("value"),
        what=pl.col("measure"),
        role=pl.when(~usable)
        .then(pl.lit("khong_dung_duoc"))
        .when(in_top)
        .then(pl.lit("tu_so"))
        .otherwise(pl.lit("mau_so")),
        to_numerator=pl.when(usable & in_top).then(sign * pl.col("value")).otherwise(0),
        to_denominator=pl.when(usable & in_base).then(sign * pl.col("value")).otherwise(0),
    )


def _one_reading(rows: pl.DataFrame, unit_types: list[str]) -> pl.DataFrame:
    """Keep of each area and measure what is read: the indicator's own kinds before "tat_ca", a total before its split.

    `part` is the named unit a row belongs to ("" for what is counted without a name); where one measure is given by unit
    and another for the area alone, the area is one part.
    """
    group = ("year", "area_id", "measure")
    if unit_types:
        mine = pl.col("unit_type").is_in(unit_types)
        rows = rows.filter(mine | ((pl.col("unit_type") == ALL) & ~mine.any().over(group)))
    whole = pl.col("organisation") == ALL
    rows = rows.filter(whole | ~whole.any().over(group)).with_columns(part=pl.col("unit_id").fill_null(""))
    named = (pl.col("part") != "").all().over(group)
    pooled = (pl.col("part") == "").all().over(group)
    apart = named.any().over("year", "area_id") & pooled.any().over("year", "area_id")
    only = (named | pooled).all().over("year", "area_id")
    return rows.with_columns(part=pl.when(apart & only).then(pl.lit("")).otherwise("part"))


def _check(found: pl.DataFrame, row: Mapping[str, Any], *, adds_up: bool) -> None:
    """Refuse what does not add up: a number whose cells say something else must not be printed."""
    for name, column in (("numerator", "to_numerator"), ("denominator", "to_denominator")):
        printed, total = row[name], int(found[column].sum())
        if name == "numerator" and adds_up and printed is not None and total >= row["numerator_most"]:
            # Registrations of several years: one body may stand in more than one.
            continue
        if printed is not None and total != printed:
            slot = ", ".join(str(row[key]) for key in (*SLOT, "area_id", "organisation", "unit_type"))
            raise ValueError(f"{row['indicator_id']} ({slot}): {name} {printed}, but its cells add up to {total}")
