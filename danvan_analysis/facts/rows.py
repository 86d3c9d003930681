"""Facts in CSV: lines with their numbers, headers checked, an office's rows laid over ours, cells read by kind."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from danvan_analysis.facts.files import Column, Kind, Table
from danvan_analysis.facts.model import Row

_TYPES: dict[str, Any] = {"int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean, "date": pl.Date}
_BOOLS = {"true": True, "false": False}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FREE = Column(required=False)
_WANTED: dict[Kind, str] = {
    "int": "một số nguyên",
    "float": "một số (dấu chấm thập phân)",
    "bool": "true hoặc false",
    "date": "một ngày dạng 2024-12-31",
}


def read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Give (line number, trimmed cells) of every line that is not blank; the first is the header.

    Excel with Vietnamese settings writes ";" between cells.

    Raises:
        UnicodeDecodeError, csv.Error: the file is not CSV in UTF-8.
    """
    text = path.read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    reader, lines, begin = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [], 1
    for cells in reader:
        if any(cells):
            lines.append((begin, [cell.strip() for cell in cells]))
        begin = reader.line_num + 1
    return lines


def header_problems(header: list[str], columns: list[str], table: Table, place: str) -> list[str]:
    """Tell of columns that are unknown, missing or there twice."""
    problems = [f'{place}: không có cột "{c}"{nearest(c, columns)}.' for c in header if c not in columns]
    needed = [c for c in columns if table.columns.get(c, Column()).required]
    problems += [f'{place}: thiếu cột "{c}".' for c in needed if c not in header]
    problems += [f'{place}: cột "{c}" có hai lần.' for c in dict.fromkeys(header) if header.count(c) > 1]
    return problems


def to_rows(lines: list[tuple[int, list[str]]], columns: list[str], place: str, problems: list[str]) -> list[Row]:
    """Name the cells of each line; columns the file leaves out are empty."""
    header, rows = lines[0][1], []
    for number, cells in lines[1:]:
        if any(cells[len(header) :]):
            problems.append(f"{place} dòng {number}: có {len(cells)} ô, tiêu đề chỉ có {len(header)} cột.")
        else:
            rows.append(Row(place, number, dict.fromkeys(columns, "") | dict(zip(header, cells, strict=False))))
    return rows


def twins(rows: list[Row], key: tuple[str, ...]) -> Iterator[str]:
    """Tell of rows of one file that share the key."""
    for first, *others in _by_key(rows, key).values():
        named = ", ".join(f"{column} = {first.values[column]}" for column in key)
        for row in others:
            yield f"{row.place}: trùng với dòng {first.line} ({named})."


def lay_over(base: list[Row], over: list[Row], key: tuple[str, ...]) -> list[Row]:
    """Replace all rows of a key by the new ones, in the old place; add the others at the end."""
    merged = _by_key(base, key) | _by_key(over, key)
    return [row for group in merged.values() for row in group]


def typed(row: Row, table: Table, problems: list[str]) -> dict[str, Any]:
    """Read the cells of a row by the kind of their columns; empty is None, what cannot be read is a problem."""
    values: dict[str, Any] = {}
    for name, text in row.values.items():
        column = table.columns.get(name, _FREE)
        values[name] = None
        if not text:
            if column.required:
                problems.append(f'{row.place}: cột "{name}" còn trống.')
            continue
        try:
            values[name] = _value(text, column.kind)
        except ValueError:
            problems.append(f'{row.place}: cột "{name}" ghi "{text}", cần {_WANTED[column.kind]}.')
    return values


def frame(rows: list[dict[str, Any]], header: list[str], table: Table) -> pl.DataFrame:
    """Give the rows as a frame, typed by kind of column."""
    schema = {name: _TYPES.get(table.columns.get(name, _FREE).kind, pl.String) for name in header}
    return pl.DataFrame({name: [row[name] for row in rows] for name in header}, schema=schema)


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the words that name the nearest known one, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f'; gần nhất: "{close[0]}"' if close else ""


def _by_key(rows: Iterable[Row], key: tuple[str, ...]) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.key(key), []).append(row)
    return groups


def _value(text: str, kind: Kind) -> object:
    if kind == "int":
        return int(text)
    if kind == "float":
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        return float(text)
    if kind == "bool":
        if text.lower() not in _BOOLS:
            raise ValueError(text)
        return _BOOLS[text.lower()]
    return date.fromisoformat(text) if kind == "date" else text
