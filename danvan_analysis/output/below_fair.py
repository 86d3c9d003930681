"""Units below "khá" arranged as rows of places and columns of organisations, every cell with what can be said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.tables import ALL

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

_NONE = {"below": None, "rated": None, "missing": None, "unrated": None, "reason": "khong_co_so_lieu"}


@dataclass(frozen=True)
class Line:
    """A place with its cells by organisation; `head` is a place whose parts follow."""

    area_id: str
    name: str
    district: str
    head: bool
    cells: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Grid:
    """The lines in official order, the organisations in theirs, and the whole that the lines are parts of."""

    lines: list[Line]
    organisations: list[str]
    area_id: str
    name: str
    own: dict[str, Any] | None
    kinds: list[tuple[str, int]]
    by_commune: bool


def state_of(cell: dict[str, Any]) -> str | None:
    """Name why a cell has no number to show; None where it has one."""
    if cell["below"] is not None and cell["rated"]:
        return None
    if cell["unrated"] and not cell["rated"]:
        return "chua_xep_loai"
    return str(cell.get("reason") or "khong_co_so_lieu")


def grid(
    table: pl.DataFrame,
    communes: pl.DataFrame | None,
    facts: Facts,
    *,
    year: int,
    period: str,
    nature: str,
    district_id: str | None = None,
) -> Grid:
    """Arrange counts by place and, with `communes`, by commune; a district stands for any commune in it.

    Raises ValueError where the table has no row of the year, period and nature.
    """
    slot = {"year": year, "period": period, "nature": nature}
    rows = table.filter(**slot)
    if rows.is_empty():
        raise ValueError(f"no row of year {year}, period {period}, nature {nature}")
    province, province_name = labels.province(facts, year)
    order = facts.organisations.sort("order")["organisation"].to_list()
    organisations = [o for o in order if o in set(rows["organisation"])]
    cells: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows.filter(unit_type=ALL).iter_rows(named=True):
        cells.setdefault(row["area_id"], {})[row["organisation"]] = row
    places = list(labels.districts(facts, year).select("area_id", "name").iter_rows())
    known = rows.filter(pl.col("area_id") != province).sort("area_id")
    places = places or list(known.select("area_id", "area_name").unique(maintain_order=True).iter_rows())
    area = labels.district_of(facts, year).get(district_id or province, district_id or province)
    inner = communes.filter(**slot) if communes is not None else None
    by_commune = inner is not None and not inner.is_empty()
    parts: dict[str, list[Line]] = {}
    if by_commune and inner is not None:
        for row in inner.sort("area_id", "organisation").iter_rows(named=True):
            own = parts.setdefault(row["district_id"], [])
            if not own or own[-1].area_id != row["area_id"]:
                own.append(Line(row["area_id"], row["area_name"], row["district_name"], False, {}))
            own[-1].cells[row["organisation"]] = row | {"missing": 0}
    names = dict([(province, province_name), *places])
    if area not in names:
        raise ValueError(f"{district_id} is no place of {year}")

    def line(place: str, *, head: bool) -> Line:
        found = cells.get(place, {})
        return Line(place, names[place], "", head, {o: found.get(o, _NONE) for o in organisations})

    lines = [line(area, head=True)]
    if area == province:
        for place, _ in places:
            lines += [line(place, head=by_commune), *(parts.get(place, []))]
    else:
        lines += parts.get(area, [])
    kinds = rows.filter(pl.col("unit_type") != ALL, area_id=area, organisation=ALL)
    by_kind = dict(kinds.select("unit_type", "below").iter_rows())
    types = facts.unit_types.sort("order").select("unit_type", "name_vi").iter_rows()
    counted = [(name, by_kind[kind]) for kind, name in types if by_kind.get(kind)]
    return Grid(lines, organisations, area, names[area], cells.get(area, {}).get(ALL), counted, by_commune)


def tidy(found: Grid, facts: Facts) -> pl.DataFrame:
    """Give the cells as rows in drawing order, each with its place, organisation, counts or the reason for none."""
    said = {name: entry["word_vi"] for name, entry in facts.palette["below_fair_state"].items()}
    short = dict(facts.organisations.select("organisation", "name_vi").iter_rows())
    rows = [
        (line.area_id, line.name, line.district or None, short[o], c["below"], c["rated"], said.get(state_of(c) or ""))
        for line, o, c in each(found.lines)
    ]
    text, number = pl.String, pl.Int64
    schema = {"area_id": text, "area_name": text, "of_district": text, "organisation": text}
    return pl.DataFrame(rows, schema={**schema, "below": number, "rated": number, "cell_note": text}, orient="row")


def each(lines: Iterable[Line]) -> Iterable[tuple[Line, str, dict[str, Any]]]:
    """Go through the cells line by line."""
    return ((line, organisation, cell) for line in lines for organisation, cell in line.cells.items())
