"""What counts without names can still say of movement across the line of "khá": bounds, and no more.

Two years of counts fix the margins of a table (below, khá or better, other) by (below, khá or better, other); each cell of
such a table lies between Fréchet's bounds (Fréchet 1951; Hoeffding 1940), and both are reached by some history of the
units. Where the number of units differs, as many as the difference came or went and no others: the least turnover.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

QUANTITIES = ("moi", "phuc_hoi", "giu_nguyen")
_CELL = ["nature", "place", "organisation", "unit_type"]
_YEARS = ("from", "to")
#: Counts of a cell in a year: below, khá or better, unrated, not usable.
_PARTS = {"below": "duoi_kha", "fair": "tu_kha", "unrated": "chua_xep_loai", "unusable": "khong_dung_duoc"}


def frechet(margins: tuple[int, int, int], later: tuple[int, int, int]) -> dict[str, tuple[int, int]]:
    """Give (least, most) for units newly below, recovered and still below, from (below, khá or better, other) of two years.

    Of units rated in both years. With 5 and then 7 of 50 below "khá", at least 2 are new and at most 5 are still below:

    >>> frechet((5, 45, 0), (7, 43, 0))
    {'moi': (2, 7), 'phuc_hoi': (0, 5), 'giu_nguyen': (0, 5)}
    """
    whole = max(sum(margins), sum(later))
    pairs = {"moi": (margins[1], later[0]), "phuc_hoi": (margins[0], later[1]), "giu_nguyen": (margins[0], later[0])}
    return {name: (max(0, before + now - whole), min(before, now)) for name, (before, now) in pairs.items()}


def bound_cells(
    rows: pl.DataFrame, missing: pl.DataFrame, moved: pl.DataFrame, years: tuple[int, int], *, same_map: bool
) -> pl.DataFrame:
    """Give the bounds of every cell (nature, place, organisation, unit_type): `<quantity>_lower` and `_upper`, `reason`.

    `rows` are those of `base_rows`, `missing` counts by year and cell (null: unknown), `moved` the named units with their
    `movement`. Communes are bounded one by one where both years have them all: that is tighter. Where every unit of a
    part has a name in both years, the bounds are the count itself. `named` says that this holds for the whole cell.
    `reason`: `khong_co_nam_truoc`, `khong_co_nam_nay`, `thieu_bao_cao`, `doi_thang`, `doi_dia_gioi` (not `same_map`), each
    without bounds, and `khac_so_don_vi`, where they stand on the least turnover.
    """
    parts: dict[tuple[str, ...], dict[str, dict[str, dict[str, Any]]]] = {}
    counted = {name: pl.col("count").filter(pl.col("state") == state).sum() for name, state in _PARTS.items()}
    lines = pl.col("line").filter(pl.col("state").is_in(["duoi_kha", "tu_kha"])).fill_null("").unique()
    grouped = rows.filter(pl.col("year").is_in(years)).group_by(*_CELL, "area_id", "year")
    for part in grouped.agg(**counted, lines=lines, named=pl.col("unit_id").is_not_null().all()).iter_rows(named=True):
        cell = parts.setdefault(tuple(part[name] for name in _CELL), {"from": {}, "to": {}})
        cell[_YEARS[part["year"] == years[1]]][part["area_id"]] = part
    lost = {tuple(row[k] for k in (*_CELL, "year")): row["missing"] for row in missing.iter_rows(named=True)}
    exact = _exact(moved)
    found = [
        dict(zip(_CELL, key, strict=True)) | _bound(key, cell, [lost.get((*key, y), 0) for y in years], exact)
        for key, cell in parts.items()
    ]
    sides = {f"{quantity}_{side}": pl.Int64 for quantity in QUANTITIES for side in _SIDES}
    schema: dict[str, Any] = {**dict.fromkeys(_CELL, pl.String), **sides, "named": pl.Boolean, "reason": pl.String}
    table = pl.DataFrame(found, schema=schema).sort(_CELL)
    if same_map:
        return table
    return table.with_columns(*(pl.lit(None, pl.Int64).alias(name) for name in sides), reason=pl.lit("doi_dia_gioi"))


_SIDES = ("lower", "upper")


def _exact(moved: pl.DataFrame) -> dict[tuple[str, ...], dict[str, int]]:
    """Count the movements of named units by cell and area."""
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for *key, movement, number in moved.group_by(*_CELL, "area_id", "movement").len().iter_rows():
        counts.setdefault(tuple(key), {})[movement] = number
    return counts


def _bound(
    key: tuple[str, ...],
    cell: Mapping[str, Mapping[str, Mapping[str, Any]]],
    missing: list[int | None],
    exact: Mapping[tuple[str, ...], Mapping[str, int]],
) -> dict[str, Any]:
    before, now = cell["from"], cell["to"]
    every = [*before.values(), *now.values()]
    answer: dict[str, Any] = {f"{q}_{s}": None for q in QUANTITIES for s in _SIDES} | {"named": False, "reason": None}
    lines = {line for part in every for line in part["lines"]}
    if not before or not now:
        return answer | {"reason": "khong_co_nam_nay" if before else "khong_co_nam_truoc"}
    if None in missing:
        return answer | {"reason": "thieu_bao_cao"}
    if len(lines) > 1 or "" in lines:
        return answer | {"reason": "doi_thang"}
    sums = dict.fromkeys(answer.keys() - {"named", "reason"}, 0)
    turnover = False
    for areas in _split(before, now, missing):
        first, second = ([year[area] for area in areas if area in year] for year in (before, now))
        if all(part["named"] for part in (*first, *second)):
            known = {q: sum(exact.get((*key, area), {}).get(q, 0) for area in areas) for q in QUANTITIES}
            bounds = {quantity: (number, number) for quantity, number in known.items()}
        else:
            margins = [_margins(parts, lost or 0) for parts, lost in zip((first, second), missing, strict=True)]
            bounds = frechet(*margins)
            turnover = turnover or sum(margins[0]) != sum(margins[1])
        for quantity, pair in bounds.items():
            for side, value in zip(_SIDES, pair, strict=True):
                sums[f"{quantity}_{side}"] += value
    named = all(part["named"] for part in every)
    return answer | sums | {"named": named, "reason": "khac_so_don_vi" if turnover else None}


def _split(before: Mapping[str, Any], now: Mapping[str, Any], missing: list[int | None]) -> list[list[str]]:
    """Give the areas to be bounded together: each alone where both years have the same ones and nothing is missing."""
    if set(before) == set(now) and not any(missing):
        return [[area] for area in sorted(before)]
    return [sorted({*before, *now})]


def _margins(parts: list[Mapping[str, Any]], missing: int) -> tuple[int, int, int]:
    below, fair, unrated, unusable = (sum(part[name] for part in parts) for name in _PARTS)
    # What cannot be used is counted among the missing already, where these are known.
    return below, fair, unrated + max(unusable, missing)
