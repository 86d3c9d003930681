"""Workbooks: letterhead, trial mark, titles, tables, signature block; the same bytes for the same content."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .manner import Manner
from .paper import MARK, Page, Table, leaves
from .places import strip_prefix

# A fixed date keeps the bytes of two runs equal.
_CREATED = datetime(2025, 1, 15)


@dataclass(frozen=True)
class Sender:
    """Who sends: two lines of the letterhead, the place named in titles, the report's sign and who signs."""

    upper: str
    lower: str
    place: str
    report: str
    signs: str
    party: bool = True


@dataclass(frozen=True)
class Sheet:
    """A sheet: its subject (for the title and tab) and its tables."""

    tab: str
    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Fault:
    """A deliberate fault: where it stands and what it is."""

    file: str
    sheet: str
    cell: str
    what: str


def write_book(path: Path, sheets: list[Sheet], sender: Sender, manner: Manner, year: int) -> list[Fault]:
    """Write a workbook and give the deliberate faults in it."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": "Số liệu giả định", "comments": MARK, "created": _CREATED})
    formats = _formats(book, "Times New Roman" if manner.serif else "Arial")
    faults: list[Fault] = []
    for number, sheet in enumerate(sheets, start=1):
        tab = (sheet.tab, f"Biểu {number}", f"PL {number}")[manner.tabs]
        page = Page(book.add_worksheet(tab), formats, manner)
        _write_sheet(page, sheet, sender, manner, year, number)
        name = f"{path.parent.name}/{path.name}"
        faults.extend(Fault(name, tab, cell, what) for cell, what in page.faults)
    book.close()
    return faults


def _write_sheet(page: Page, sheet: Sheet, sender: Sender, manner: Manner, year: int, number: int) -> None:
    width = max(4, max(len(leaves(table.columns)) for table in sheet.tables))
    page.sheet.set_column(0, 0, 6)
    page.sheet.set_column(1, 1, 30)
    page.sheet.set_column(2, width - 1, 12)
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    if manner.helper:
        page.helper = width
        page.sheet.set_column(width, width, 8, None, {"hidden": True})
    with_head = manner.heads or number == 1
    if with_head:
        _letterhead(page, sender, width, year)
    page.line(MARK, width, "mark", plain=True)
    title = sheet.title.upper()
    page.line(f"{title} NĂM {year}" if manner.year == 0 else title, width, "title")
    if not with_head:
        page.line(sender.place.upper(), width, "title")
    if manner.year == 1:
        page.line(f"Năm {year}", width, "title")
    elif manner.year == 2:
        page.line(f"(Số liệu tính đến ngày 31/12/{year})", width, "subtitle")
    day = f"…/12/{year}" if number % 2 or manner.year != 0 else f"…/01/{year + 1}"
    page.line(f"(Kèm theo Báo cáo số …-BC/{sender.report} ngày {day})", width, "subtitle")
    for table in sheet.tables:
        page.row += 1
        page.table(table)
    page.row += 1
    middle = max(2, width // 2)
    page.put(page.row, 1, "NGƯỜI LẬP BIỂU", "letter")
    page.span(page.row, middle, page.row, width - 1, sender.signs, "letter")
    page.span(page.row + 1, middle, page.row + 1, width - 1, "(ký tên, đóng dấu)", "subtitle")


def _letterhead(page: Page, sender: Sender, width: int, year: int) -> None:
    middle = max(2, width // 2)
    country = ("ĐẢNG CỘNG SẢN VIỆT NAM", "")
    if not sender.party:
        country = ("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    lines = (
        (sender.upper, country[0]),
        (sender.lower, country[1]),
        ("*", f"{strip_prefix(sender.place)}, ngày … tháng 12 năm {year}"),
    )
    for row, (left, right) in enumerate(lines):
        page.span(row, 0, row, middle - 1, left, "letter")
        if right:
            page.span(row, middle, row, width - 1, right, "subtitle" if row == 2 else "letter")
    page.row = 4


def _formats(book: Any, font: str) -> dict[str, Any]:
    base = {"font_name": font, "font_size": 11, "valign": "vcenter"}
    cell = base | {"border": 1}
    centre, bold = {"align": "center"}, {"bold": True}
    wide = {"text_wrap": True}
    looks: dict[str, dict[str, object]] = {
        "head": cell | centre | bold | wide,
        "number_row": cell | centre | {"italic": True},
        "centre": cell | centre,
        "centre_strong": cell | centre | bold,
        "left": cell | wide,
        "left_strong": cell | bold | wide,
        "middle": cell | wide,
        "percent": cell | centre | {"num_format": "0.00%"},
        "percent_strong": cell | centre | bold | {"num_format": "0.00%"},
        "mark": base | centre | bold | {"font_color": "#9C0006"},
        "title": base | centre | bold | {"font_size": 13},
        "subtitle": base | centre | {"italic": True},
        "letter": base | centre | bold,
        "caption": base | bold,
        "note": base | {"italic": True},
    }
    return {name: book.add_format(look) for name, look in looks.items()}
