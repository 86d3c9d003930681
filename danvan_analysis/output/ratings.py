"""Counts of units by level as a document shows them: one table per scale, places in official order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from danvan_analysis.output import labels, tables
from danvan_analysis.tables import UNRATED

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts


@dataclass(frozen=True)
class Level:
    """One level of a table: its code, its words in full and in short, its rank (None for unrated units)."""

    rating: str
    label: str
    short: str
    rank: int | None


@dataclass(frozen=True)
class LevelTable:
    """Units by place and level. `counts[area_id][rating]`; a place that sent nothing has no entry."""

    organisation: str
    unit_type: str
    scale_id: str
    levels: tuple[Level, ...]
    places: tuple[tuple[str, str], ...]
    counts: dict[str, dict[str, int]]
    mixed: bool = False


def confirmed(ratings: pl.DataFrame, year: int, period: str, nature: str | None) -> pl.DataFrame:
    """Keep the confirmed ratings of a year and period, of one nature: what the indicators count."""
    return tables.of_nature(ratings, nature).filter(
        pl.col("year") == year, pl.col("period") == period, pl.col("rated_by") != "tu_xep_loai"
    )


def level_tables(
    ratings: pl.DataFrame, facts: Facts, *, year: int, unit_type: str, period: str = "nam", nature: str | None = None
) -> list[LevelTable]:
    """Give one table per organisation and scale of a kind of unit, organisations in their official order."""
    rows = confirmed(ratings, year, period, nature).filter(pl.col("unit_type") == unit_type)
    # Unrated units have no scale of their own: they stand with the scale their organisation used.
    order = dict(facts.organisations.select("organisation", "order").iter_rows())
    groups = sorted(
        {
            (str(o), str(s))
            for o, s in rows.filter(pl.col("rating") != UNRATED).select("organisation", "scale_id").rows()
        },
        key=lambda group: (order.get(group[0], 99), group),
    )
    found = []
    seen: set[str] = set()
    for organisation, scale in groups:
        own = rows.filter(pl.col("organisation") == organisation)
        keep = pl.col("scale_id") == scale
        if organisation not in seen:
            others = [s for o, s in groups if o == organisation and s != scale]
            keep |= (pl.col("rating") == UNRATED) & ~pl.col("scale_id").is_in(others)
        seen.add(organisation)
        found.append(_table(own.filter(keep), facts, year, organisation, unit_type, scale))
    return found


def shares_table(
    ratings: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    unit_type: str,
    organisation: str | None = None,
    period: str = "nam",
    nature: str | None = None,
) -> LevelTable:
    """Give one table for a chart: by level where one scale was used, else by "khá trở lên" alone.

    Levels rank only inside their own scale, so several scales are never added level by level (`mixed` says so).
    """
    rows = confirmed(ratings, year, period, nature).filter(pl.col("unit_type") == unit_type)
    if organisation is not None:
        rows = rows.filter(pl.col("organisation") == organisation)
    scales = sorted(rows.filter(pl.col("rating") != UNRATED)["scale_id"].unique())
    named = organisation or "tat_ca"
    if len(scales) == 1:
        return _table(rows, facts, year, named, unit_type, scales[0])
    said = (
        pl.when(pl.col("rating") == UNRATED)
        .then(pl.lit(UNRATED))
        .when(pl.col("fair_or_better"))
        .then(pl.lit("kha_tro_len"))
        .when(pl.col("fair_or_better").not_())
        .then(pl.lit("duoi_kha"))
        .otherwise(pl.lit("khong_ro"))
    )
    levels = (
        Level("kha_tro_len", "Từ khá trở lên", "Khá trở lên", 1),
        Level("duoi_kha", "Dưới khá", "Dưới khá", 5),
        Level("khong_ro", "Thang không cho biết", "Không rõ", None),
    )
    return _fill(rows.with_columns(rating=said), facts, year, named, unit_type, "", levels, mixed=True)


def unit_types_of(ratings: pl.DataFrame, facts: Facts, *, year: int, period: str, nature: str | None) -> list[str]:
    """Name the kinds of unit that were rated, in their official order."""
    present = set(confirmed(ratings, year, period, nature)["unit_type"].unique())
    return [u for u in facts.unit_types.sort("order")["unit_type"] if u in present]


def _table(rows: pl.DataFrame, facts: Facts, year: int, organisation: str, unit_type: str, scale: str) -> LevelTable:
    levels = tuple(
        Level(*row)
        for row in facts.scales.filter(pl.col("scale_id") == scale)
        .sort("rank")
        .select("rating", "label_vi", "short_vi", "rank")
        .rows()
    )
    return _fill(rows, facts, year, organisation, unit_type, scale, levels)


def _fill(
    rows: pl.DataFrame,
    facts: Facts,
    year: int,
    organisation: str,
    unit_type: str,
    scale: str,
    levels: tuple[Level, ...],
    mixed: bool = False,
) -> LevelTable:
    home = labels.district_of(facts, year)
    code, name = labels.province(facts, year)
    placed = rows.with_columns(
        place=pl.col("area_id").replace_strict(home, default=None, return_dtype=pl.String)
    ).drop_nulls("place")
    counts: dict[str, dict[str, int]] = {}
    summed = placed.group_by("place", "rating").agg(pl.col("count").sum()).sort("place", "rating")
    for place, rating, units in summed.iter_rows():
        counts.setdefault(place, {})[rating] = units
    known = {level.rating for level in levels}
    if mixed:
        levels = tuple(lv for lv in levels if any(lv.rating in own for own in counts.values()))
    rest = {r for own in counts.values() for r in own} - known
    levels += tuple(
        (Level(r, "Chưa xếp loại", "Chưa XL", None) if r == UNRATED else Level(r, r, r, None)) for r in sorted(rest)
    )
    places = [(p, n) for p, n in labels.districts(facts, year).select("area_id", "name").iter_rows()]
    if code in counts or not places:
        places.insert(0, (code, name))
    if set(counts) == {code}:
        places = [(code, name)]
    return LevelTable(organisation, unit_type, scale, levels, tuple(places), counts, mixed)
