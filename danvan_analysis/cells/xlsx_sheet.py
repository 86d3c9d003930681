"""One sheet's XML to what its values do not say: extent, hidden rows and columns, faults, struck cells, legacy fonts.

A sheet may hold hundreds of thousands of cells, so its bytes are searched for the few places that matter. Sheets written
in an unusual way (prefixed names, single quotes, cells without an address, comments) are first rewritten the usual way.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol
from xml.etree import ElementTree

from danvan_analysis.cells.sheet import Position, column_letters
from danvan_analysis.cells.xlsx_text import is_struck, local, parse

_ROW = re.compile(rb"<row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\sr="(\d+)"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"|\sht="0(?:\.0*)?"')
_COLUMN_SPAN = re.compile(rb"<col\b[^>]*>")
_NARROW = re.compile(rb'\shidden="(?:1|true)"|\swidth="0(?:\.0*)?"')
_CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,7})"([^>]*?)(/?)>')
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v(?:\s[^>]*)?(?:/>|>([^<]*)</v>))?")
_ERROR = re.compile(rb'<c r="[^>]*\st="e"[^>]*>')
_ERROR_TEXT = re.compile(rb"<v[^>]*>([^<]+)</v>")
_STYLE = re.compile(rb'<c r="[^>]*\ss="(\d+)"[^>]*>')
_SHARED = re.compile(rb'<c r="[^>]*\st="s"[^>]*>\s*<v[^>]*>\s*(\d+)\s*</v>')
_INLINE = re.compile(rb'<c r="[^>]*>\s*<is>.*?</is>', re.S)
_NOTHING_COMPUTED = "công thức chưa có giá trị"


@dataclass
class Styles:
    """The formats and texts of a workbook that matter: struck through, in a legacy font; whether its zeros are results."""

    struck: set[int] = field(default_factory=set)
    legacy: dict[int, str] = field(default_factory=dict)
    struck_texts: set[int] = field(default_factory=set)
    stale: bool = False


class Found(Protocol):
    """Where the findings of one sheet are written."""

    faults: dict[Position, str]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    struck: frozenset[Position]
    fonts: dict[Position, str]


def scan_sheet(xml: bytes, limits: dict[str, Any], styles: Styles, found: Found) -> None:
    """Write into `found` what a sheet's XML says; ValueError with a Vietnamese sentence where its extent is too large."""
    if not _usual(xml):
        xml = _rewritten(xml)
    rows, columns = _extent(xml, limits)
    if rows * columns > limits.get("cells", limits["rows"] * limits["columns"]):
        raise _too_large(f"{rows} dòng × {columns} cột")
    found.hidden_rows = frozenset(_hidden_rows(xml))
    found.hidden_columns = frozenset(_hidden_columns(xml, columns))
    found.faults = dict(_faults(xml, stale=styles.stale))
    found.struck = frozenset(_struck(xml, styles))
    found.fonts = dict(_fonts(xml, styles))


def _usual(xml: bytes) -> bool:
    """Whether every row and cell begins with its address in double quotes, as the usual programs write them."""
    cells = sum(xml.count(b"<c" + end) for end in (b" ", b">", b"/", b"\n", b"\t", b"\r"))
    rows = sum(xml.count(b"<row" + end) for end in (b" ", b">", b"/", b"\n", b"\t", b"\r"))
    odd = (b"='", b' ="', b'= "', b"<!--", b"<![CDATA[")
    return (
        cells == xml.count(b'<c r="')
        and rows == xml.count(b'<row r="')
        and b":sheetData" not in xml
        and not any(mark in xml for mark in odd)
    )


def _rewritten(xml: bytes) -> bytes:
    """The sheet in the usual writing: no prefixes, double quotes, every row and cell with its address first."""
    root = parse(xml)
    row = column = 0
    for element in root.iter():
        element.tag = local(element.tag)
        element.attrib = {local(name): value for name, value in element.attrib.items()}
        if element.tag == "row":
            number = element.get("r", "")
            row, column = (int(number) if number.isdecimal() and len(number) < 9 else row + 1), 0
            element.attrib = {"r": str(row), **{k: v for k, v in element.attrib.items() if k != "r"}}
        elif element.tag == "c":
            match = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", element.get("r", ""))
            column = _column(match[1].encode()) + 1 if match else column + 1
            address = match[0] if match else f"{column_letters(column - 1)}{row}"
            element.attrib = {"r": address, **{k: v for k, v in element.attrib.items() if k != "r"}}
    rewritten: bytes = ElementTree.tostring(root, "utf-8")
    return rewritten


def _extent(xml: bytes, limits: dict[str, Any]) -> tuple[int, int]:
    """The rows and columns a sheet claims: its last row, and the longest of what its cells' addresses can reach."""
    rows = 0
    for match in _ROW.finditer(xml):
        number = _ROW_NUMBER.search(match[1])
        rows = max(rows, int(number[1][:9])) if number else rows + 1
    # A cell may claim a row other than the one it stands in. Addresses repeat: each different part is weighed once.
    addresses = re.findall(rb'<c r="([A-Za-z]+)(\d+)"', xml)
    rows = max([rows, *(int(number[:9]) for number in {number for _, number in addresses})])
    letters = max((_column(letters[:6]), letters) for letters in {b"@", *(letters for letters, _ in addresses)})
    if letters[0] >= limits["columns"]:
        raise _too_large(f"cột {letters[1].decode()}")
    if rows > limits["rows"]:
        raise _too_large(f"dòng {rows}")
    return rows, letters[0] + 1


def _too_large(what: str) -> ValueError:
    return ValueError(f"Trang tính khai vùng ô quá lớn ({what}). Đề nghị xoá các dòng, cột thừa rồi gửi lại.")


def _hidden_rows(xml: bytes) -> list[int]:
    if b"hidden=" not in xml and b' ht="0' not in xml:
        return []
    return [int(n[1]) - 1 for m in _ROW.finditer(xml) if _HIDDEN.search(m[1]) and (n := _ROW_NUMBER.search(m[1]))]


def _hidden_columns(xml: bytes, columns: int) -> set[int]:
    head = xml[: max(xml.find(b"<sheetData"), 0)]
    if b'hidden="' not in head and b'idth="0' not in head:
        return set()
    told: set[int] = set()
    hidden: set[int] = set()
    for match in _COLUMN_SPAN.finditer(head):
        first, last = (re.search(rb"\s" + name + rb'="(\d{1,6})"', match[0]) for name in (b"min", b"max"))
        if first and last:
            span = range(int(first[1]) - 1, min(int(last[1]), columns))
            told.update(span)
            if _NARROW.search(match[0]):
                hidden.update(span)
    if re.search(rb'\sdefaultColWidth="0(?:\.0*)?"', head):
        hidden |= set(range(columns)) - told
    return hidden


def _faults(xml: bytes, *, stale: bool) -> list[tuple[Position, str]]:
    """Cells whose value cannot be trusted: errors, and formulas nobody computed."""
    found = []
    zeros: list[Position] = []
    computed = False
    if b"<f" in xml:
        for match in _FORMULA.finditer(xml):
            start, value = xml.rfind(b'<c r="', 0, match.start()), match[1]
            cell = _CELL.match(xml, start)
            if cell is None:
                continue
            # t="str" with an empty value is a text formula that came out as "".
            if not value and not (value is not None and b't="str"' in cell[3]):
                found.append((_place(cell), _NOTHING_COMPUTED))
            elif value == b"0":
                zeros.append(_place(cell))
            else:
                computed = True
    if stale and zeros and not computed:
        # Every formula of the sheet is 0 in a file that asks to be computed when opened: nobody has computed them.
        found += [(cell, _NOTHING_COMPUTED) for cell in zeros]
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            cell = _CELL.match(xml, match.start())
            value = _ERROR_TEXT.search(xml, match.end(), max(xml.find(b"</c>", match.end()), match.end()))
            if cell is not None and b't="e"' in cell[3]:
                found.append((_place(cell), value[1].decode("utf-8", "replace") if value else "#LỖI"))
    return found


def _struck(xml: bytes, styles: Styles) -> list[Position]:
    starts: list[int] = []
    if styles.struck:
        starts += [m.start() for m in _STYLE.finditer(xml) if int(m[1]) in styles.struck]
    if styles.struck_texts:
        starts += [m.start() for m in _SHARED.finditer(xml) if int(m[1]) in styles.struck_texts]
    if b"<strike" in xml:
        for match in _INLINE.finditer(xml):
            inner = match[0][match[0].index(b"<is>") :]
            if b"<strike" in inner and is_struck(parse(inner)):
                starts.append(match.start())
    return [_place(cell) for start in starts if (cell := _CELL.match(xml, start)) and not cell[4]]


def _fonts(xml: bytes, styles: Styles) -> list[tuple[Position, str]]:
    if not styles.legacy:
        return []
    found = []
    for match in _STYLE.finditer(xml):
        name, cell = styles.legacy.get(int(match[1])), _CELL.match(xml, match.start())
        if name and cell and not cell[4]:
            found.append((_place(cell), name))
    return found


def _place(cell: re.Match[bytes]) -> Position:
    return int(cell[2]) - 1, _column(cell[1])


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1
