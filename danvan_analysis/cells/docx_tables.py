"""Tables of a Word file (.docx) to sheets: "Bảng 1", "Bảng 2" … in the order of the document.

A cell is named as in Excel, counted within its own table: C5 of "Bảng 2" is the third column, the fifth row of the second
table; a merged cell counts as all the columns and rows it covers. The lines above a table have no cell: they stand in
`Sheet.above`. A frame of text only ("ĐẢNG BỘ … | ĐẢNG CỘNG SẢN VIỆT NAM") is no table: its lines are lines above the next.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from danvan_analysis.cells.packages import BROKEN, open_package, read_xml
from danvan_analysis.cells.sheet import Document, Position, Sheet, Unreadable, address
from danvan_analysis.text import clean

_DAMAGED = "Tệp Word bị hỏng hoặc gửi thiếu. Đề nghị đơn vị gửi lại."
_NO_TABLE = "Tệp Word không có bảng số liệu nào. Đề nghị đơn vị gửi biểu số liệu dạng bảng (Excel hoặc Word)."
_TOO_WIDE = "Bảng trong tệp Word khai vùng ô quá lớn. Đề nghị đơn vị gửi lại bằng Excel (.xlsx)."
#: A longer line is prose, not a title.
_LONGEST_TITLE = 250
#: So many lines nearest to a table may be its title; further ones only where they begin the document.
_MOST_TITLES = 30
_FRAME_ROWS, _FRAME_COLUMNS = 8, 3
#: Wrappers whose content stands in the text: content controls, inserted and moved-to text, links, fields.
_OPEN = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_ELSEWHERE = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml|docProps/(?:core|app|custom)\.xml")


@dataclass
class _Gathered:
    """What has been read of the document so far."""

    limits: dict[str, Any]
    sheets: list[Sheet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass
class _Cell:
    text: str
    left: int
    width: int
    joined: bool
    struck: bool
    element: Any


def read_docx(data: bytes, limits: dict[str, Any]) -> Document:
    """Give a Word file as a document; `problem` says so where it holds no table, Unreadable where it is damaged."""
    from docx.oxml.parser import parse_xml

    try:
        with open_package(data, limits) as package:
            body = next(parse_xml(read_xml(package, _main_part(package, parse_xml))).iterchildren())
            found = _Gathered(limits)
            for part in filter(_ELSEWHERE.fullmatch, package.namelist()):
                found.texts += _texts_of(parse_xml(read_xml(package, part)))
    except (*BROKEN, SyntaxError, StopIteration) as error:
        raise Unreadable(_DAMAGED) from error
    found.texts += _texts_of(body)
    _read_flow(body, found, "")
    return Document("", data, found.sheets, None if found.sheets else _NO_TABLE, found.texts)


def _main_part(package: Any, parse_xml: Any) -> str:
    for relation in parse_xml(read_xml(package, "_rels/.rels")):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target")).lstrip("/")
    return "word/document.xml"


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: Any, *path: str) -> str | None:
    """The w:val of a descendant by its tags; "" where it stands without a value, None where it is not there."""
    for name in path:
        element = next((child for child in element if _tag(child) == name), None)
        if element is None:
            return None
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == "val"), "")


def _flow(element: Any, *names: str) -> Iterator[Any]:
    """The children of these names in order, those of open wrappers too; what was deleted or moved away is not there."""
    for child in element:
        tag = _tag(child)
        if tag in names:
            yield child
        elif tag in _OPEN:
            yield from _flow(child, *names)


def _texts_of(root: Any) -> list[str]:
    """Every line of a part, wherever it stands: paragraphs, text boxes, properties."""
    lines = [
        clean("".join(node.text or "" for node in p.iter() if _tag(node) == "t")) for p in root.iter() if _tag(p) == "p"
    ]
    if not lines:
        lines = [clean(node.text) for node in root.iter() if node.text]
    return [line for line in lines if line]


def _read_flow(parent: Any, found: _Gathered, host: str) -> None:
    """Read the paragraphs and tables of a body or cell in order; `host` names the cell around them, "" for none."""
    lines: list[str] = []
    for child in _flow(parent, "p", "tbl"):
        if _tag(child) == "p":
            lines += [line for line in (clean(part) for part in _paragraph(child)[0].split("\n")) if line]
            continue
        grid, merges, struck, inner = _read_table(child, found.limits)
        name = host or f"Bảng {sum(',' not in sheet.name for sheet in found.sheets) + 1}"
        if any(sheet.name == name for sheet in found.sheets):
            name += f" ({sum(sheet.name.startswith(name) for sheet in found.sheets) + 1})"
        if _is_frame(grid):
            lines += [clean(part) for row in grid for text in row if text for part in text.split("\n") if part.strip()]
        else:
            titles = [line for line in lines if len(line) <= _LONGEST_TITLE][::-1]
            above = titles[:_MOST_TITLES] + titles[_MOST_TITLES:][-10:]
            found.sheets.append(Sheet(name, grid, merges, above=above, struck=frozenset(struck)))
            lines = []
        for (r, c), cell in inner:
            _read_flow(cell, found, f"{name}, bảng trong ô {address(r, c)}" if not _is_frame(grid) else host)


def _read_table(
    table: Any, limits: dict[str, Any]
) -> tuple[list[list[Any]], list[tuple[int, int, int, int]], set[Position], list[tuple[Position, Any]]]:
    """Give the grid of a table, its merged ranges, its struck cells, and the cells that hold tables themselves."""
    grid: list[list[Any]] = []
    spans: dict[Position, list[int]] = {}
    struck: set[Position] = set()
    inner: list[tuple[Position, Any]] = []
    open_spans: dict[int, Position] = {}
    for r, cells in enumerate(_rows(table, limits)):
        row: list[Any] = []
        still_open: dict[int, Position] = {}
        for cell in cells:
            row.extend([None] * (cell.left + cell.width - len(row)))
            origin = open_spans.get(cell.left) if cell.joined else None
            if origin is None or spans[origin][3] - spans[origin][1] + 1 != cell.width:
                # A cell that says it goes on where nothing began is a cell of its own.
                origin = (r, cell.left)
                spans[origin] = [r, cell.left, r, cell.left + cell.width - 1]
                row[cell.left] = cell.text or None
                if cell.struck:
                    struck.add(origin)
                if next(_flow(cell.element, "tbl"), None) is not None:
                    inner.append((origin, cell.element))
            elif cell.text:
                # Text left under a vertical merge is out of sight in Word; it is not lost but no figure either.
                top = grid[origin[0]]
                top[origin[1]] = f"{top[origin[1]] or ''}\n{cell.text}".strip()
            spans[origin][2] = r
            still_open[cell.left] = origin
        open_spans = still_open
        grid.append(row)
    merges = [tuple(span) for span in spans.values() if span[0] < span[2] or span[1] < span[3]]
    return grid, merges, struck, inner  # type: ignore[return-value]


def _rows(table: Any, limits: dict[str, Any]) -> Iterator[list[_Cell]]:
    count = 0
    for row in _flow(table, "tr"):
        if any(_tag(mark) == "del" for properties in row if _tag(properties) == "trPr" for mark in properties):
            continue
        count += 1
        left = _whole(_value(row, "trPr", "gridBefore"), 0)
        cells = []
        for element in _flow(row, "tc"):
            width = max(_whole(_value(element, "tcPr", "gridSpan"), 1), 1)
            if left + width > limits["columns"] or count > limits["rows"]:
                raise Unreadable(_TOO_WIDE)
            read = [_paragraph(p) for p in _flow(element, "p")]
            text = "\n".join(text for text, _ in read).strip()
            joined = _value(element, "tcPr", "vMerge") in ("", "continue")
            cells.append(_Cell(text, left, width, joined, any(struck for _, struck in read), element))
            left += width
        yield cells


def _whole(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,9}", value) else default


def _paragraph(paragraph: Any) -> tuple[str, bool]:
    """The text of a paragraph and whether some of it is struck through; struck text beside other text is withdrawn."""
    kept, withdrawn = "", ""
    for run in _flow(paragraph, "r"):
        text = "".join(map(_sign, run))
        if any(_value(run, "rPr", mark) not in (None, "0", "false", "off") for mark in ("strike", "dstrike")):
            withdrawn += text
        else:
            kept += text
    return (kept if kept.strip() else withdrawn), bool(withdrawn.strip())


def _sign(node: Any) -> str:
    tag = _tag(node)
    if tag == "t":
        return str(node.text or "")
    if tag == "sym":
        code = next((value for key, value in node.attrib.items() if key.endswith("char")), "")
        return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else "?"
    return _SIGNS.get(tag, "")


def _is_frame(grid: list[list[Any]]) -> bool:
    """Whether a table only lays out text: few rows and columns, no figure, and its lines mostly in capitals.

    One row of text is never a table: a header without rows says nothing.
    """
    texts = [text for row in grid for text in row if text]
    if len(grid) > _FRAME_ROWS or max(map(len, grid), default=0) > _FRAME_COLUMNS:
        return False
    if any(re.fullmatch(r"[\d.,\s%()/-]*\d[\d.,\s%()/-]*", text) for text in texts):
        return False
    first = [text.split("\n")[0] for text in texts]
    capitals = sum(line.isupper() for line in first)
    return sum(any(row) for row in grid) <= 1 or 2 * capitals > sum(
        any(sign.isalpha() for sign in line) for line in first
    )
