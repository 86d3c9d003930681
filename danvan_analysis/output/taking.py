"""A place and what it is made of, from the tables on members taking part and on meetings: rows in official order."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeGuard

import polars as pl

from danvan_analysis.output import labels, tables

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: Reasons for which no figure of a row is told, whatever else the row holds.
_WITHHELD = ("nho", "khong_tinh_gian_tiep")


def lines(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    area_id: str | None = None,
    period: str = "nam",
    nature: str | None = None,
) -> pl.DataFrame:
    """Give the row of a place, then those of its parts: the province's districts, a district's communes, the named chi bộ
    of a commune.

    Args: `table` is what `participation` gives after `withhold_small`, or `meetings`; no `area_id` is the province.
    Returns `part_name` and the table's columns; a place that the table does not have stands there with nulls.

    >>> from danvan_analysis.facts import load_facts
    >>> row = {"level": "huyen", "area_id": "866", "unit_id": "", "unit_name": None, "area_name": "Thành phố Cao Lãnh"}
    >>> table = pl.DataFrame([row | {"year": 2024, "period": "nam", "nature": "bao_cao", "base": 90}])
    >>> lines(table, load_facts(), year=2024).select("part_name", "base").rows()[:3]
    [('Toàn tỉnh', None), ('TP Cao Lãnh', 90), ('TP Sa Đéc', None)]
    """
    own = table.filter(year=year, period=period, nature=nature or tables.only_nature(table))
    code, name = labels.province(facts, year)
    area = area_id or code
    districts = dict(labels.districts(facts, year).select("area_id", "short").iter_rows())
    communes = own.filter(pl.col("level") == "xa")
    if area == code:
        level = "tinh"
        parts = [("huyen", place, "", short) for place, short in districts.items()] or _communes(communes, None)
    elif area in districts:
        home = labels.district_of(facts, year)
        level, parts = "huyen", _communes(communes, [place for place, at in home.items() if at == area])
    else:
        level, parts = "xa", _units(own.filter(pl.col("level") == "chi_bo", pl.col("area_id") == area))
    names = dict(own.select("area_id", "area_name").iter_rows()) | districts | {code: labels.place_short(name)}
    key = ["level", "area_id", "unit_id"]
    asked = pl.DataFrame(
        [(level, area, "", names.get(area, area)), *parts],
        schema=dict.fromkeys([*key, "part_name"], pl.String),
        orient="row",
    )
    return asked.join(own, on=key, how="left", maintain_order="left")


def _communes(communes: pl.DataFrame, inside: Collection[str] | None) -> list[tuple[str, str, str, str]]:
    rows = communes.sort("area_id").select("area_id", "area_name").iter_rows()
    return [("xa", place, "", name) for place, name in rows if inside is None or place in inside]


def _units(units: pl.DataFrame) -> list[tuple[str, str, str, str]]:
    """Give the named chi bộ of a commune by name, 2 before 10."""
    rows = units.select("area_id", "unit_id", "unit_name", "area_name").iter_rows()
    found = [("chi_bo", place, unit, name or area) for place, unit, name, area in rows]
    return sorted(found, key=lambda row: [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", row[3])])


def has_share(row: dict[str, Any]) -> TypeGuard[dict[str, Any]]:
    """Tell whether a row of `participation` has figures that may be told and a base to tell them on."""
    return bool(row["base"]) and row["participating"] is not None and row["reason"] not in _WITHHELD


def why_not(row: dict[str, Any], facts: Facts) -> str:
    """Say why a row of `participation` tells no figures; "" where it does."""
    reasons = facts.layout["participation"]["reasons"]
    return "" if has_share(row) else str(reasons.get(row["reason"], labels.MISSING_VI))


def tidy(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Give what a reader may see of `lines` of `participation`, as the table beside the chart.

    Columns `area_id`, `area_name` (a chi bộ's own name), `members`, `exempted`, `base`, `participating`, `not_taking`,
    `share` (0–1, null with a base under 10), `needed`, `cell_note` (why a row has no figures).
    """
    notes = [why_not(row, facts) for row in rows.iter_rows(named=True)]
    withheld = pl.col("reason").is_in(_WITHHELD).fill_null(False)
    counts = ["members", "exempted", "base", "participating", "not_taking", "share", "needed"]
    return rows.with_columns(not_taking=pl.col("base") - pl.col("participating"), share="value").select(
        "area_id",
        pl.col("part_name").alias("area_name"),
        *(pl.when(~withheld).then(pl.col(name)).alias(name) for name in counts),
        pl.Series("cell_note", notes, dtype=pl.String),
    )
