"""Families: the districts of one province whose shares of one indicator may be held side by side, and those that may not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.comparable import passing_lines, shares
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL, Indicators

KEY = tuple(Indicators.primary_key())
_FAMILY = tuple(name for name in KEY if name != "area_id")
#: What every table of comparison carries of the indicator row.
CARRIED = {
    "area_name": pl.String,
    "district_name": pl.String,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "value": pl.Float64,
}
KEY_TYPES = {name: pl.Int64 if name == "year" else pl.String for name in KEY}
#: Every row of a comparison of districts says where it may go: the internal folder, and nowhere else.
CIRCULATION = "noi-bo"


@dataclass(frozen=True)
class Family:
    """The districts of one comparison in official order; `used` are those whose counts may be compared.

    `reasons` has, for each of `rows`, why it takes no part (None where it does); `reason` why nobody is compared.
    """

    rows: tuple[dict[str, Any], ...]
    reasons: tuple[str | None, ...]
    reason: str | None

    @property
    def used(self) -> list[int]:
        """Positions of the rows that take part."""
        return [place for place, reason in enumerate(self.reasons) if reason is None]

    def counts(self) -> tuple[list[int], list[int]]:
        """Numerators and denominators of the rows that take part."""
        rows = [self.rows[place] for place in self.used]
        return [row["numerator"] for row in rows], [row["denominator"] for row in rows]


def families(ind: pl.DataFrame, facts: Facts) -> Iterator[Family]:
    """Give the families of an indicators frame: one province, indicator, year, period, basis, kind of unit and nature.

    The funnel's section of the methods says who is compared: areas of its `kinds`, so no blocks (khối, lực lượng vũ
    trang). A district takes no part without a base (`khong_co_so_lieu`), with missing units of unknown number
    (`thieu_bao_cao`), with a range only (`chi_biet_khoang`) or where the numerator is no part of the denominator
    (`khong_phai_ty_le`). Nobody is compared where fewer than `min_areas` remain (`it_dia_phuong`) or where their scales
    draw the line elsewhere (`khac_thang`).
    """
    method = facts.methods["funnel"]
    homes, lines = _districts(facts, method["kinds"]), passing_lines(facts)
    flags = dict(facts.indicators.select("indicator_id", "flag").iter_rows())
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in shares(ind).sort(KEY).to_dicts():
        province = _province(homes.get(row["area_id"], []), row["year"])
        if province is not None:
            found.setdefault((*(row[name] for name in _FAMILY), province), []).append(row)
    for rows in found.values():
        reasons = tuple(_reason(row) for row in rows)
        used = [row for row, reason in zip(rows, reasons, strict=True) if reason is None]
        line = lines.get(flags.get(rows[0]["indicator_id"]) or "", {})
        yield Family(tuple(rows), reasons, _family_reason(used, line, method["min_areas"]))


def _reason(row: Mapping[str, Any]) -> str | None:
    x, n = row["numerator"], row["denominator"]
    if x is None or not n:
        return "khong_co_so_lieu"
    if not 0 <= x <= n:
        return "khong_phai_ty_le"
    if row["missing"] is None:
        return "thieu_bao_cao"
    return None if row["numerator_most"] in (None, x) else "chi_biet_khoang"


def _family_reason(used: list[dict[str, Any]], lines: Mapping[str, str], least: int) -> str | None:
    if len(used) < least:
        return "it_dia_phuong"
    # A pool mixes scales in every district; one kind of unit in one organisation must have one line.
    if ALL not in (used[0]["organisation"], used[0]["unit_type"]):
        drawn = {frozenset(lines.get(scale, scale) for scale in (row["scales"] or "").split(";")) for row in used}
        if len(drawn) > 1:
            return "khac_thang"
    return None


def _districts(facts: Facts, kinds: list[str]) -> dict[str, list[tuple[date, date | None, str]]]:
    """Give, for each area that is a district in some era, those eras and the province it stood in."""
    known: dict[str, list[tuple[date, date | None, str]]] = {}
    areas = facts.areas.filter(pl.col("kind").is_in(kinds), pl.col("parent_id").is_not_null())
    provinces = set(facts.areas.filter(pl.col("parent_id").is_null())["area_id"])
    for area_id, begin, end, parent in areas.select("area_id", "valid_from", "valid_to", "parent_id").iter_rows():
        if parent in provinces:
            known.setdefault(area_id, []).append((begin, end, parent))
    return known


def _province(eras: list[tuple[date, date | None, str]], year: int) -> str | None:
    """Give the province an area was a district of, at any time of a year."""
    inside = [era for era in eras if era[0].year <= year and (era[1] is None or era[1].year >= year)]
    return max(inside)[2] if inside else None
