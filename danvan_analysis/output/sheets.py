"""Pieces of an Excel workbook: formats, page set-up, heads and notes that every sheet of the appendix carries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

#: Vietnamese separators in LibreOffice and in Excel set to another language; Excel in Vietnamese shows them anyway.
COUNT_FORMAT = "[$-42A]#,##0"
SHARE_FORMAT = "[$-42A]0.00%"
_SHARE_HEAD = " (0–1)"
_FIXED = datetime(2021, 1, 1)
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_RULED = _FONT | {"border": 1}


class Book:
    """A workbook being written, with its formats; `add` opens a sheet ready to print."""

    def __init__(self, path: str | Path, facts: Facts, mark: str, title: str) -> None:
        """Open a workbook in which text is never a formula or a link; the same content gives the same bytes."""
        import xlsxwriter

        self.facts, self.mark = facts, mark
        self.workbook: Any = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.workbook.set_properties({"title": f"{title} ({mark})" if mark else title, "created": _FIXED})
        wrapped = {"text_wrap": True}
        styles: dict[str, dict[str, Any]] = {
            "text": _FONT | wrapped | {"valign": "top"},
            "bold": _FONT | wrapped | {"bold": True, "valign": "top"},
            "block": _FONT | {"bold": True},
            "title": _FONT | {"bold": True, "font_size": 14},
            "note": _FONT | wrapped | {"italic": True, "valign": "top"},
            "mark": _FONT | {"bold": True, "font_color": "#9C3A00"},
            "head": _RULED | wrapped | {"bold": True, "align": "center", "bg_color": "#E8EEF4"},
            "cell": _RULED | wrapped,
            "centre": _RULED | {"align": "center"},
            "count": _RULED | {"num_format": COUNT_FORMAT, "align": "right"},
            "share": _RULED | {"num_format": SHARE_FORMAT, "align": "right"},
            "integer": _RULED | {"align": "right"},
            "number": _RULED | {"align": "right", "num_format": "[$-42A]0.0000"},
            "missing": _RULED | {"italic": True, "align": "center", "font_color": "#555555"},
            "cell_bold": _RULED | wrapped | {"bold": True},
            "count_bold": _RULED | {"num_format": COUNT_FORMAT, "bold": True, "align": "right"},
            "share_bold": _RULED | {"num_format": SHARE_FORMAT, "bold": True, "align": "right"},
        }
        self.formats: dict[str, Any] = {name: self.workbook.add_format(style) for name, style in styles.items()}

    def add(self, name: str, title: str, widths: Sequence[float], *, portrait: bool = False) -> Any:
        """Open a sheet: A4 landscape, one page wide, marked head and foot, title in row 1 and the mark in row 2.

        Rows from 4 on (index 3) are free.
        """
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)
        if not portrait:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.4, top=0.75, bottom=0.6)
        sheet.set_header(f'&C&9&"Times New Roman,Bold"{self.mark.replace("&", "&&")}')
        sheet.set_footer('&L&9&"Times New Roman"&A&R&9&"Times New Roman"&P/&N')
        sheet.hide_gridlines(2)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, title, self.formats["title"])
        if self.mark:
            sheet.write_string(1, 0, self.mark, self.formats["mark"])
        return sheet

    def close(self) -> None:
        """Write the file."""
        self.workbook.close()


def write_count(sheet: Any, book: Book, row: int, column: int, value: int | None, bold: bool = False) -> None:
    """Write a count; nothing known is said in words, never as zero."""
    if value is None:
        sheet.write_string(row, column, "–", book.formats["missing"])
    else:
        sheet.write_number(row, column, value, book.formats["count_bold" if bold else "count"])


def total(sheet: Any, book: Book, first: int, last: int, row: int, column: int, value: int) -> None:
    """Write the sum of a column's rows `first` to `last` as a formula with its value stored beside it."""
    from xlsxwriter.utility import xl_col_to_name

    name = xl_col_to_name(column)
    sheet.write_formula(row, column, f"=SUM({name}{first + 1}:{name}{last + 1})", book.formats["count_bold"], value)


def share(
    sheet: Any, book: Book, row: int, column: int, above: int, below: int, units: int, base: int, bold: bool = False
) -> None:
    """Write columns `above`/`below` of the same row as a formula with its value stored beside it.

    `base` is the value in `below`; under ten a share says too much, and a dash stands instead.
    """
    if base < labels.SMALL_BASE:
        sheet.write_string(row, column, "–", book.formats["missing"])
        return
    from xlsxwriter.utility import xl_rowcol_to_cell

    formula = f"={xl_rowcol_to_cell(row, above)}/{xl_rowcol_to_cell(row, below)}"
    sheet.write_formula(row, column, formula, book.formats["share_bold" if bold else "share"], units / base)


def tidy(book: Book, name: str, title: str, table: pl.DataFrame, heads: dict[str, str] | None = None) -> Any:
    """Write a table as it stands, one column a column, with a filter and a head that stays and repeats."""
    heads = heads or {}
    # A share is written as one: 0.9416 under "Tỷ lệ (0–1)" is printed 94,16% under "Tỷ lệ".
    shares = {i for i, column in enumerate(table.columns) if column.endswith(_SHARE_HEAD)}
    widths = [_width(table[c], heads.get(c, c)) for c in table.columns]
    sheet = book.add(name, title, widths)
    for column, head in enumerate(table.columns):
        sheet.write_string(3, column, heads.get(head, head).removesuffix(_SHARE_HEAD), book.formats["head"])
    for i, line in enumerate(table.iter_rows(), 4):
        for column, value in enumerate(line):
            _write(sheet, book, i, column, value, share=column in shares)
        sheet.set_row(i, height(line, widths))
    sheet.set_row(3, 31)
    last = max(3 + table.height, 4)
    sheet.autofilter(3, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.print_area(0, 0, last, len(table.columns) - 1)
    return sheet


def _write(sheet: Any, book: Book, row: int, column: int, value: object, share: bool = False) -> None:
    if share and isinstance(value, float):
        sheet.write_number(row, column, value, book.formats["share"])
    elif value is None:
        sheet.write_blank(row, column, None, book.formats["cell"])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, book.formats["centre"])
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, book.formats["number" if isinstance(value, float) else "integer"])
    elif isinstance(value, date):
        sheet.write_string(row, column, value.strftime("%d/%m/%Y"), book.formats["centre"])
    else:
        sheet.write_string(row, column, str(value), book.formats["cell"])


def _width(column: pl.Series, head: str) -> float:
    """Give a column's width in letters: half its head (it wraps), its longest text up to a reading width."""
    if column.dtype.is_float():
        return max(9.0, len(head) / 2 + 2)
    longest = column.cast(pl.String, strict=False).str.len_chars().max() if column.len() else 0
    return min(max(len(head) / 2 + 2, float(longest or 0) + 2.5, 6.0), 70.0)  # type: ignore[arg-type]


def height(line: Sequence[object], widths: Sequence[float]) -> float:
    """Give the height that a row's longest wrapped text needs; LibreOffice does not find it itself."""
    lines = max(
        (-(-len(str(v)) // int(1.15 * w)) for v, w in zip(line, widths, strict=True) if isinstance(v, str)), default=1
    )
    return 15.5 * max(1, lines)
