"""Rows to the checked frames of `danvan_analysis.tables`."""

from typing import Any

import polars as pl

from danvan_analysis.cells import address

SHARES = {
    "area_id": pl.String, "area_name": pl.String, "year": pl.Int64, "organisation": pl.String, "unit_type": pl.String,
    "count": pl.Int64, "denominator": pl.Int64, "printed": pl.String, "how": pl.String, "base": pl.String,
    "source_cell": pl.String, "nature": pl.String, "source_file": pl.String, "source_sheet": pl.String,
}  # fmt: skip


def checked_frame(schema: Any, rows: list[dict[str, Any]], keys: list[str]) -> pl.DataFrame:
    """Rows to a checked frame, sorted by key."""
    frame = _unchecked(schema, rows)
    names = frame.columns
    keys = [*keys, *(name for name in ("period", "unit_id", "rating", "source_sheet", "source_cell") if name in names)]
    return schema.validate(frame.sort(list(dict.fromkeys(keys)), nulls_last=True), cast=False)  # type: ignore[no-any-return]


def _unchecked(schema: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = list(schema.columns())
    for row in rows:
        if "cells" in row and "source_cell" not in row:
            row["source_cell"] = ";".join(dict.fromkeys(address(*cell) for cell in row["cells"]))
    types = schema.create_empty().schema
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows], schema=types, orient="row")


def broken_rows(schema: Any, rows: list[dict[str, Any]]) -> list[int]:
    """The places of the rows that break the schema: one such row must not cost the run."""
    frame = _unchecked(schema, rows)
    if schema.is_valid(frame):
        return []
    return [i for i in range(frame.height) if not schema.is_valid(frame[i : i + 1])]
