"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods) to sheets."""

import io
import zipfile
from typing import Any

from danvan_analysis.cells.sheet import Position, Sheet, Unreadable
from danvan_analysis.cells.xlsx_parts import prescan


def read_workbook_sheets(data: bytes, limits: dict[str, Any]) -> list[Sheet]:
    """Give every worksheet of a workbook; Unreadable with a Vietnamese sentence where there is none."""
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
