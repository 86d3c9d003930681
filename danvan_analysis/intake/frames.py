"""Rows to the checked frames of `danvan_analysis.tables`."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

import polars as pl

from danvan_analysis.cells import Position, address

OWN_SHARES = {
    "area_id": pl.String, "area_name": pl.String, "year": pl.Int64, "organisation": pl.String, "unit_type": pl.String,
    "count": pl.Int64, "denominator": pl.Int64, "printed": pl.String, "how": pl.String, "base": pl.String,
    "source_cell": pl.String,
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


#: What all rows of a sheet share; it is added to their frame, not to each of thousands of rows.
OF_SHEET = {"nature": pl.String, "source_file": pl.String, "source_sheet": pl.String}

_AT_A_TIME = 8192
SHARES = OWN_SHARES | OF_SHEET


def checked_frame(schema: Any, rows: list[dict[str, Any]] | pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Rows to a checked frame, sorted by key."""
    frame = rows if isinstance(rows, pl.DataFrame) else columns_of(rows, schema.create_empty().schema)
    names = frame.columns
    keys = [*keys, *(name for name in ("period", "unit_id", "rating", "source_sheet", "source_cell") if name in names)]
    return schema.validate(frame.sort(list(dict.fromkeys(keys)), nulls_last=True), cast=False)  # type: ignore[no-any-return]


@lru_cache
def own_columns(schema: Any) -> dict[str, Any]:
    """The columns of a schema that are a row's own, not its sheet's."""
    return {name: kind for name, kind in schema.create_empty().schema.items() if name not in OF_SHEET}


def addressed(rows: list[dict[str, Any]], types: Mapping[str, Any]) -> pl.DataFrame:
    """Rows with their cells to a frame with the cells as addresses; what does not fit its column (a number beyond Int64) is
    null there."""
    cells = pl.Series("source_cell", [_addresses(row["cells"]) for row in rows], dtype=pl.String)
    return columns_of(rows, types).with_columns(cells)


def _addresses(cells: list[Position]) -> str:
    return address(*cells[0]) if len(cells) == 1 else ";".join(dict.fromkeys([address(*cell) for cell in cells]))


def columns_of(rows: list[dict[str, Any]], types: Mapping[str, Any]) -> pl.DataFrame:
    """Rows to a frame, column by column; some thousand rows at a time, so that no second copy of them all is needed."""
    parts = [
        pl.DataFrame(
            {name: _column(rows[start : start + _AT_A_TIME], name) for name in types},
            schema=types,
            strict=False,
        )
        for start in range(0, max(len(rows), 1), _AT_A_TIME)
    ]
    return pl.concat(parts)


def _column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        # Not every row has it.
        return [row.get(name) for row in rows]


def broken_rows(schema: Any, frame: pl.DataFrame, start: int = 0) -> dict[int, str]:
    """The places of the rows that break the schema, each with what is wrong: one such row must not cost the run.

    The frame is halved until each broken row stands alone: they are few among thousands.
    """
    if schema.is_valid(frame):
        return {}
    if frame.height == 1:
        return {start: failure_vi(frame.row(0, named=True), list(schema.filter(frame)[1].counts()))}
    half = frame.height // 2
    return broken_rows(schema, frame[:half], start) | broken_rows(schema, frame[half:], start + half)


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
