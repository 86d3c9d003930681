"""Opens a file and gives cells with addresses. Knows no Vietnamese header, no year, no scale."""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from danvan_analysis.intake.prescan import prescan
from danvan_analysis.text import clean

Position = tuple[int, int]


class Unreadable(Exception):
    """The file gives no cells; the text says in Vietnamese why and what to do."""


@dataclass
class Sheet:
    """One sheet as a grid counted from 0, with merged ranges and the cells whose value cannot be trusted.

    Empty cells are None (a text of spaces is empty); rows are made equally long.
    """

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    faults: dict[Position, str] = field(default_factory=dict)
    visible: bool = True

    def __post_init__(self) -> None:
        self.width = max((len(row) for row in self.rows), default=0)
        for row in self.rows:
            row.extend([None] * (self.width - len(row)))
        self._filled = [[c for c, value in enumerate(row) if value is not None] for row in self.rows]
        for r, c in sorted(self.faults):
            if c not in self._filled[r]:
                self._filled[r] = sorted([*self._filled[r], c])
        self.span: dict[Position, tuple[int, int, int, int]] = {}
        for top, left, bottom, right in self.merges:
            for r in range(top, min(bottom, len(self.rows) - 1) + 1):
                for c in range(left, min(right, self.width - 1) + 1):
                    self.span[r, c] = (top, left, bottom, right)

    def raw(self, r: int, c: int) -> Any:
        """The value that stands in the cell itself, None when it is empty."""
        return self.rows[r][c]

    def at(self, r: int, c: int) -> Any:
        """The value a reader sees in the cell: that of its merged range, where it lies in one."""
        span = self.span.get((r, c))
        return self.rows[span[0]][span[1]] if span else self.rows[r][c]

    def text(self, r: int, c: int) -> str:
        """The cell as clean text; whole numbers without a decimal part."""
        value = self.at(r, c)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return clean(value)

    def filled(self, r: int) -> list[int]:
        """The columns of row r whose own cell holds something (an error cell holds its error)."""
        return self._filled[r]


def address(r: int, c: int) -> str:
    """Write a position as Excel does: address(6, 27) is "AB7".

    >>> address(6, 27)
    'AB7'
    """
    letters = ""
    c += 1
    while c:
        c, rest = divmod(c - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{r + 1}"


def read_sheets(data: bytes, name: str, limits: dict[str, Any]) -> list[Sheet]:
    """Give every sheet of a workbook or text file; Unreadable with a Vietnamese sentence where there is none."""
    suffix = PurePath(name).suffix.lower()
    if not data:
        raise Unreadable("Tệp rỗng. Đề nghị gửi lại tệp Excel có số liệu.")
    if data[:4] == b"%PDF" or suffix in {".pdf", ".jpg", ".jpeg", ".png", ".doc", ".docx", ".ppt", ".pptx"}:
        raise Unreadable("Tệp không phải bảng tính. Đề nghị đơn vị gửi lại bằng Excel (.xlsx, .xls, .ods hoặc .csv).")
    if data[:2] == b"PK":
        return _workbook(data, limits)
    if data[:8] == bytes.fromhex("D0CF11E0A1B11AE1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("Tệp có mật khẩu. Đề nghị đơn vị bỏ mật khẩu rồi gửi lại.")
        return _workbook(data, limits)
    if suffix in {".csv", ".tsv", ".txt"}:
        return [Sheet(PurePath(name).stem, _text_rows(data))]
    raise Unreadable("Tệp không phải bảng tính Excel, hoặc đã hỏng. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại.")


def _workbook(data: bytes, limits: dict[str, Any]) -> list[Sheet]:
    import python_calamine as calamine

    faults: dict[str, dict[Position, str]] = {}
    if data[:2] == b"PK":
        try:
            faults = prescan(data, limits)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, EOFError) as error:
            raise Unreadable("Tệp Excel bị hỏng hoặc gửi thiếu. Đề nghị đơn vị gửi lại.") from error
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        sheets = []
        for index, meta in enumerate(book.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            rows = [[_empty_to_none(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
            merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
            visible = meta.visible == calamine.SheetVisibleEnum.Visible
            sheets.append(Sheet(meta.name, rows, merges, _inside(faults.get(meta.name, {}), rows), visible))
    except (calamine.CalamineError, calamine.WorksheetNotFound, OSError, ValueError) as error:
        raise Unreadable(
            "Tệp không mở được như một bảng tính Excel. Đề nghị lưu lại dạng .xlsx rồi gửi lại."
        ) from error
    return sheets


def _inside(faults: dict[Position, str], rows: list[list[Any]]) -> dict[Position, str]:
    # An error cell at the very edge may lie outside the grid that holds values: widen the grid to keep it in sight.
    for r, c in faults:
        while len(rows) <= r:
            rows.append([])
        while len(rows[r]) <= c:
            rows[r].append(None)
    return faults


def _empty_to_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _text_rows(data: bytes) -> list[list[Any]]:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("Tệp văn bản không đọc được bảng mã. Đề nghị lưu lại dạng .xlsx rồi gửi lại.")
    # Title lines may carry no separator, and a comma may be a decimal mark: tab and ; go first where lines have them.
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = next((mark for mark in "\t;" if 2 * sum(mark in line for line in lines) >= len(lines)), "")
    delimiter = delimiter or max("\t;,", key=lambda mark: sum(mark in line for line in lines))
    try:
        return [[_empty_to_none(v) for v in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise Unreadable("Tệp văn bản không phải bảng. Đề nghị lưu lại dạng .xlsx rồi gửi lại.") from error
