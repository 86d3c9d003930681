"""How long a named unit has been below "khá": year by year backwards, as far as its ratings can be held together."""

from collections.abc import Mapping
from typing import Any

import polars as pl

#: A named unit is found again in another year by its own id, within one nature.
UNIT = ["nature", "unit_id"]
_READ = ("tu_kha", "duoi_kha")


def histories(named: pl.DataFrame, year: int) -> pl.DataFrame:
    """Give the named units below "khá" in a year with their past: key `nature`, `unit_id`.

    `years_below` (years in a row up to `year`), `first_year_below` (of that row), `open_start` (the year before that row
    is not known, so it may be longer), `status` and `reason`. `status`: `moi` (khá or better the year before, and never
    known below), `lap_lai` (khá or better the year before, but below in an earlier year), `hai_nam_tro_len` (below the
    year before too), `khong_ro` (the year before cannot be held against this one), the last with its `reason`.
    """
    now = named.filter(pl.col("year") == year, pl.col("state") == "duoi_kha")
    past = named.filter(pl.col("year") < year).join(now, on=UNIT, how="semi")
    known: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = {}
    for row in past.select(*UNIT, "year", "state", "line", "confirmed").iter_rows(named=True):
        known.setdefault((row["nature"], row["unit_id"]), {})[row["year"]] = row
    rows = [
        {"nature": nature, "unit_id": unit_id} | _history(known.get((nature, unit_id), {}), year, line)
        for nature, unit_id, line in now.select(*UNIT, "line").iter_rows()
    ]
    schema = {"nature": pl.String, "unit_id": pl.String, "years_below": pl.Int64, "first_year_below": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"open_start": pl.Boolean, "status": pl.String, "reason": pl.String})


def _history(known: Mapping[int, Mapping[str, Any]], year: int, line: str | None) -> dict[str, Any]:
    first = year
    while _comparable(known.get(first - 1), line) and known[first - 1]["state"] == "duoi_kha":
        first -= 1
    before = known.get(year - 1)
    past = {"years_below": year - first + 1, "first_year_below": first}
    past["open_start"] = not _comparable(known.get(first - 1), line)
    if first < year:
        return past | {"status": "hai_nam_tro_len", "reason": None}
    if not _comparable(before, line):
        return past | {"status": "khong_ro", "reason": not_comparable(before, line)}
    # A level of another scale says nothing of the line, so it is no earlier time below it either.
    again = any(_comparable(row, line) and row["state"] == "duoi_kha" for row in known.values())
    return past | {"status": "lap_lai" if again else "moi", "reason": None}


def _comparable(row: Mapping[str, Any] | None, line: str | None) -> bool:
    return row is not None and not_comparable(row, line) is None


def not_comparable(row: Mapping[str, Any] | None, line: str | None) -> str | None:
    """Say why a rating of another year cannot be held against the line of this one; None where it can."""
    if row is None:
        return "khong_co_ten_nam_truoc"
    if row["state"] == "chua_xep_loai":
        return "chua_xep_loai"
    if row["state"] not in _READ:
        return "thang_khong_noi" if row["confirmed"] else "chi_tu_xep_loai"
    return None if line is not None and row["line"] == line else "doi_thang"
