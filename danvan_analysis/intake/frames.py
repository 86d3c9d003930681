"""Rows to the checked frames of `danvan_analysis.tables`."""

from collections.abc import Callable
from typing import Any

import polars as pl

from danvan_analysis.cells import address

SHARES = {
    "area_id": pl.String, "area_name": pl.String, "year": pl.Int64, "organisation": pl.String, "unit_type": pl.String,
    "count": pl.Int64, "denominator": pl.Int64, "printed": pl.String, "how": pl.String, "base": pl.String,
    "source_cell": pl.String, "nature": pl.String, "source_file": pl.String, "source_sheet": pl.String,
}  # fmt: skip

_CHECKS = {
    "nullability": "không được để trống",
    "min": "nhỏ hơn mức cho phép",
    "max": "lớn hơn mức cho phép",
    "min_length": "quá ngắn",
    "regex": "không thuộc các giá trị cho phép",
    "nan": "không phải số",
    "inf": "không phải số",
}
_RULES: dict[str, Callable[[dict[str, Any]], str]] = {
    "named_unit_is_one": lambda row: (
        f"đơn vị “{row.get('unit_name')}” ghi {row.get('count')} đơn vị, một tên chỉ là một đơn vị"
    ),
    "unrated_has_no_rank": lambda row: f"mức “{row.get('rating')}” và thứ bậc {row.get('rank')} không đi cùng nhau",
    "value_or_score": lambda row: (
        f"số đo “{row.get('measure')}” không có số lượng và cũng không có điểm"
        if row.get("value") is None
        else f"số đo “{row.get('measure')}” ghi cả số lượng {row.get('value')} và điểm {row.get('score')}"
    ),
}


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


def broken_rows(schema: Any, rows: list[dict[str, Any]]) -> dict[int, str]:
    """The places of the rows that break the schema, each with what is wrong: one such row must not cost the run."""
    broken: dict[int, str] = {}
    _search(schema, _unchecked(schema, rows), 0, rows, broken)
    return broken


def _search(schema: Any, part: pl.DataFrame, start: int, rows: list[dict[str, Any]], broken: dict[int, str]) -> None:
    """Halve the frame until each broken row stands alone: they are few among thousands."""
    if schema.is_valid(part):
        return
    if part.height == 1:
        broken[start] = failure_vi(rows[start], list(schema.filter(part)[1].counts()))
        return
    half = part.height // 2
    _search(schema, part[:half], start, rows, broken)
    _search(schema, part[half:], start + half, rows, broken)


def failure_vi(row: dict[str, Any], rules: list[str]) -> str:
    """Say in Vietnamese which rules of a table a row breaks, with the values that break them.

    >>> failure_vi({"year": 3023}, ["year|max"])
    'cột “year” ghi 3023 (lớn hơn mức cho phép).'
    """
    said = []
    for rule in rules:
        column, _, check = rule.partition("|")
        if check:
            value = row.get(column)
            said.append(
                f"cột “{column}” {'để trống' if value is None else f'ghi {value}'} ({_CHECKS.get(check, check)})"
            )
        else:
            said.append(_RULES.get(column, lambda _, name=column: f"quy tắc {name}")(row))
    return "; ".join(said) + "."
