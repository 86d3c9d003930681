"""Looks into an .ods before it is opened: extent, merged ranges, hidden rows and columns, error cells, comments.

The reader of values gives none of these for .ods, and repeats cells as often as the file asks.
"""

import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from danvan_analysis.cells.packages import BROKEN, open_package, read_xml
from danvan_analysis.cells.sheet import Position, Sheet, Unreadable, address
from danvan_analysis.text import clean

_DAMAGED = "Tệp .ods bị hỏng hoặc gửi thiếu. Đề nghị đơn vị lưu lại dạng .xlsx rồi gửi lại."
_LOCKED = "Tệp có mật khẩu. Đề nghị đơn vị bỏ mật khẩu rồi gửi lại."
#: Far more cells than the longest form has; a few bytes of repeats and spans can ask for many more.
_MOST_CELLS = 5_000_000
_TOO_LARGE = "Trang tính khai vùng ô quá lớn. Đề nghị xoá các ô thừa rồi gửi lại."


@dataclass
class OdsTable:
    """What the values of one sheet do not tell."""

    name: str
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    faults: dict[Position, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    commented: set[Position] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)


def scan_ods(data: bytes, limits: dict[str, Any]) -> list[OdsTable]:
    """Give the tables of an .ods in order; Unreadable where it is damaged, locked, or claims too large an extent."""
    try:
        with open_package(data, limits) as package:
            if b"encryption-data" in package.read("META-INF/manifest.xml"):
                raise Unreadable(_LOCKED)
            xml = read_xml(package, "content.xml")
        return list(_tables(xml, limits))
    except (*BROKEN, ElementTree.ParseError) as error:
        raise Unreadable(_DAMAGED) from error


def complete(sheets: list[Sheet], tables: list[OdsTable]) -> list[Sheet]:
    """The sheets of the reader of values with what `scan_ods` saw."""
    by_name = {table.name: table for table in tables}
    whole = []
    for sheet in sheets:
        table = by_name.get(sheet.name)
        if table is None:
            whole.append(sheet)
            continue
        height, width = len(sheet.rows), sheet.width
        for r, c in table.faults:
            height, width = max(height, r + 1), max(width, c + 1)
        rows = [[*row, *[None] * (width - len(row))] for row in sheet.rows]
        rows += [[None] * width for _ in range(height - len(rows))]
        for r, c in table.faults:
            rows[r][c] = None
        merges = [merge for merge in table.merges if merge[0] < height and merge[1] < width]
        merged = sum(
            (min(down, height - 1) - top + 1) * (min(to, width - 1) - left + 1) for top, left, down, to in merges
        )
        if merged > _MOST_CELLS:
            raise Unreadable(_TOO_LARGE)
        whole.append(
            replace(
                sheet,
                rows=rows,
                merges=merges,
                faults=table.faults,
                hidden_rows=frozenset(r for r in table.hidden_rows if r < height),
                hidden_columns=frozenset(c for c in table.hidden_columns if c < width),
                commented=frozenset(table.commented),
            )
        )
    return whole


def _tables(xml: bytes, limits: dict[str, Any]) -> Iterator[OdsTable]:
    """Walk the content once; a table inside a cell's frame is no sheet, and elements are forgotten as they end."""
    table: OdsTable | None = None
    depth = r = c = columns = widest = 0
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if tag == "table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                table, r, columns, widest = OdsTable(_attribute(element, "name")), 0, 0, 0
            elif event == "end" and depth == 0 and table is not None:
                yield table
                element.clear()
        elif depth != 1 or table is None:
            continue
        elif event == "start" and tag == "table-row":
            c = 0
        elif event == "end" and tag == "table-column":
            repeated = _count(element, "number-columns-repeated")
            if _is_hidden(element):
                table.hidden_columns |= set(range(columns, min(columns + repeated, limits["columns"])))
            columns += repeated
        elif event == "end" and tag in ("table-cell", "covered-table-cell"):
            repeated = _count(element, "number-columns-repeated")
            if _says(element):
                _bound(r, c + repeated - 1, limits)
                widest = max(widest, c + repeated)
                _cell(table, element, r, c)
            c += repeated
        elif event == "end" and tag == "table-row":
            repeated = _count(element, "number-rows-repeated")
            if any(_says(cell) for cell in element):
                _bound(r + repeated - 1, 0, limits)
                if (r + repeated) * widest > _MOST_CELLS:
                    raise Unreadable(_TOO_LARGE)
            if _is_hidden(element):
                table.hidden_rows |= set(range(r, min(r + repeated, limits["rows"])))
            r += repeated
            element.clear()


def _cell(table: OdsTable, element: Any, r: int, c: int) -> None:
    down, across = _count(element, "number-rows-spanned"), _count(element, "number-columns-spanned")
    if down > 1 or across > 1:
        table.merges.append((r, c, r + down - 1, c + across - 1))
    shown = clean(" ".join("".join(p.itertext()) for p in element if p.tag.endswith("}p")))
    kinds = {value for key, value in element.attrib.items() if key.endswith("}value-type")}
    if "error" in kinds or re.fullmatch(r"#[A-Z/0!?]+!?|#N/A|Err:\d+", shown):
        table.faults[r, c] = shown or "#LỖI"
    elif _attribute(element, "formula") and not shown and not _attribute(element, "value"):
        table.faults[r, c] = "công thức chưa có giá trị"
    for note in element:
        if note.tag.endswith("}annotation"):
            table.commented.add((r, c))
            table.comments += [clean("".join(p.itertext())) for p in note.iter() if p.tag.endswith("}p")]


def _says(element: Any) -> bool:
    """Whether a cell holds anything, or reaches over others."""
    return len(element) > 0 or any(key.endswith(("}formula", "}value-type", "-spanned")) for key in element.attrib)


def _bound(r: int, c: int, limits: dict[str, Any]) -> None:
    if r >= limits["rows"] or c >= limits["columns"]:
        where = address(r, c)
        raise Unreadable(f"Trang tính khai vùng ô quá lớn (ô {where}). Đề nghị xoá các ô thừa rồi gửi lại.")


def _is_hidden(element: Any) -> bool:
    return _attribute(element, "visibility") in ("collapse", "filter")


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _count(element: Any, name: str) -> int:
    value = _attribute(element, name)
    return max(int(value), 1) if re.fullmatch(r"\d{1,9}", value) else 1
