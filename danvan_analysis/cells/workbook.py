"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods) to sheets."""

import io
import zipfile
import zlib
from typing import Any

from danvan_analysis.cells.sheet import Sheet, Unreadable
from danvan_analysis.cells.xlsx_parts import Findings, Prescan, prescan
from danvan_analysis.cells.xlsx_text import NotText

_DAMAGED = "Tệp Excel bị hỏng hoặc gửi thiếu. Đề nghị đơn vị gửi lại."
_UNKNOWN = "Tệp không mở được như một bảng tính Excel. Đề nghị lưu lại dạng .xlsx rồi gửi lại."
#: What damaged or odd zip packages raise, each with its own sense of what is wrong.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, NotImplementedError, NotText)


def read_workbook_sheets(data: bytes, limits: dict[str, Any]) -> list[Sheet]:
    """Give every worksheet of a workbook; Unreadable with a Vietnamese sentence where there is none."""
    scanned = Prescan()
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                scanned = prescan(package, limits)
        except _ZIP_ERRORS as error:
            raise Unreadable(_DAMAGED) from error
        except ValueError as error:
            raise Unreadable(str(error)) from error
    try:
        sheets = _sheets(data, scanned, limits)
    except BaseException as error:
        # The reader of values panics at some damaged files; its panic is no Exception, and is told by its name only.
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError, Unreadable)):
            raise
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable(_UNKNOWN) from error
    sheets[0].texts += scanned.texts
    return sheets


def _sheets(data: bytes, scanned: Prescan, limits: dict[str, Any]) -> list[Sheet]:
    import python_calamine as calamine

    book = calamine.load_workbook(io.BytesIO(data))
    metas = list(book.sheets_metadata)
    in_order = len(scanned.sheets) == len(metas)
    by_name = dict(scanned.sheets)
    sheets = []
    for index, meta in enumerate(metas):
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(index)
        # Other formats are not scanned: their extent is known only now, before the grid is made.
        if not scanned.sheets and (sheet.total_height * sheet.total_width > limits.get("cells", 5_000_000)):
            raise Unreadable("Trang tính khai vùng ô quá lớn. Đề nghị xoá các dòng, cột thừa rồi gửi lại.")
        rows = [[_empty_to_none(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
        found = scanned.sheets[index][1] if in_order else by_name.get(meta.name, Findings())
        _widen(found, rows)
        merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
        sheets.append(
            Sheet(
                meta.name,
                rows,
                merges,
                found.faults,
                visible=meta.visible == calamine.SheetVisibleEnum.Visible,
                hidden_rows=frozenset(r for r in found.hidden_rows if r < len(rows)),
                hidden_columns=found.hidden_columns,
                struck=found.struck,
                commented=found.commented,
                fonts=found.fonts,
            )
        )
    if not sheets:
        raise Unreadable("Tệp Excel không có trang tính nào. Đề nghị lưu lại dạng .xlsx rồi gửi lại.")
    return sheets


def _widen(found: Findings, rows: list[list[Any]]) -> None:
    # An error cell at the very edge may lie outside the grid that holds values: widen the grid to keep it in sight.
    for r, c in found.faults:
        while len(rows) <= r:
            rows.append([])
        while len(rows[r]) <= c:
            rows[r].append(None)


def _empty_to_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value
