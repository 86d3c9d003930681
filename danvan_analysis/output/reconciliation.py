"""Sheets of questions (phiếu đối chiếu số liệu): one workbook per sender, to print or to fill in and send back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, sheets, tables
from danvan_analysis.output.reconciliation_lines import not_sent, questions

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

UNKNOWN = "khong-ro-don-vi"
_WIDTHS = (4.5, 20, 11, 8, 42, 12, 20, 14, 20)
_KEYS = ("file", "sheet", "cells", "message", "found", "needed", "value", "comment")
_HIDDEN = ("id", "sha256", "reason", "all_cells")
_GROUPS = {
    "missing": "Chưa nhận được số liệu",
    "aside": "Chưa đưa vào tổng hợp",
    "used": "Đã dùng, đề nghị xác nhận",
    "done": "Đã xử lý theo sổ đính chính, gửi để đơn vị biết",
}
_HOW = (
    "Đề nghị đơn vị ghi vào hai cột cuối rồi gửi lại tệp này (không đổi các cột khác). Giá trị đúng: ghi số hoặc chữ đúng"
    " của ô; câu hỏi nêu nhiều ô thì ghi rõ từng ô, thí dụ “D5 = 12; E5 = 3”; ghi “đúng” nếu số đã gửi là đúng, “bỏ” nếu"
    " không dùng số đó. Số liệu chỉ được sửa sau khi cơ quan tổng hợp xác nhận."
)
_BLANK = "…" * 30


def write_reconciliation(
    folder: str | Path,
    *,
    facts: Facts,
    set_aside: pl.DataFrame,
    sources: pl.DataFrame,
    year: int,
    period: str = "nam",
    nature: str | None = None,
    as_of: date | None = None,
    returned: pl.DataFrame | None = None,
) -> dict[Path, int]:
    """Write `<đơn vị>.xlsx` for every sender with a question, and give each file with its number of questions.

    Questions are the rows of `set_aside` of the year, or of no known year, in files of one nature; a question that
    concerns two senders stands in both sheets. With `returned` (`returns_table`), what a sender has not sent is asked
    for too. Files whose sender is not known share `khong-ro-don-vi.xlsx`. The same input gives the same bytes.
    """
    nature = nature or tables.only_nature(sources)
    asked = questions(facts, set_aside, sources, year, nature)
    for sender, lines in not_sent(facts, returned, year, period).items():
        asked.setdefault(sender, []).extend(lines)
    Path(folder).mkdir(parents=True, exist_ok=True)
    written = {}
    for sender, lines in sorted(asked.items()):
        open_lines = sum(line["group"] in ("missing", "aside", "used") for line in lines)
        if open_lines:
            path = Path(folder) / f"{sender or UNKNOWN}.xlsx"
            _write(path, facts, sender, lines, labels.when_vi(year, period), f"{year}/{period}", nature, as_of)
            written[path] = open_lines
    return written


def _write(
    path: Path, facts: Facts, sender: str, lines: list[dict[str, Any]], when: str, key: str, nature: str,
    as_of: date | None,
) -> None:  # fmt: skip
    words = facts.settings["reconciliation"]
    mark = labels.trial_mark(facts, nature)
    name = labels.sender_vi(facts, sender, int(key[:4]))
    book = sheets.Book(path, facts, mark, f"Phiếu đối chiếu số liệu: {name}, {when}")
    sheet = book.add("Đối chiếu", words["title"], _WIDTHS)
    last = len(_WIDTHS) - 1
    text, answer, free = _formats(book)
    book.formats["centre"].set_align("top")
    sheet.merge_range(0, 0, 0, last, words["title"], book.workbook.add_format(_TITLE))
    day = f"; số liệu nhận đến ngày {as_of:%d/%m/%Y}" if as_of else ""
    sheet.write_string(2, 0, f"Cơ quan tổng hợp: {_BLANK}", free)
    sheet.write_string(3, 0, f"Đơn vị: {name}", book.formats["block"])
    sheet.write_string(4, 0, f"Kỳ số liệu: {when}{day}", free)
    sheet.merge_range(5, 0, 5, last, _HOW, book.formats["note"])
    sheet.set_row(5, sheets.height([_HOW], [sum(_WIDTHS)]) + 3)
    # What a program needs to find the questions again stands beside the printed page, out of sight.
    sheet.write_string(0, last + 1, words["marker"], text)
    sheet.write_string(1, last + 1, f"{sender}/{key}", text)
    top = 6
    for column, head in enumerate(("STT", *(words["columns"][k] for k in (*_KEYS, *_HIDDEN)))):
        sheet.write_string(top, column, head, book.formats["head"])
    sheet.set_row(top, 33)
    row = top + 1
    for number, (group, title, own) in enumerate(_grouped(lines), 1):
        numeral = ("I", "II", "III", "IV")[number - 1]
        sheet.merge_range(row, 0, row, last, f"{numeral}. {title} ({len(own)})", book.workbook.add_format(_GROUP))
        sheet.set_row(row, 19)
        row += 1
        for i, line in enumerate(own, 1):
            _line(sheet, book, row, i, line, words, text, answer if group != "done" else text)
            row += 1
    row = _foot(sheet, book, row, sum(line["group"] == "dropped" for line in lines), free)
    sheet.set_column(last + 1, last + len(_HIDDEN), 14, None, {"hidden": True})
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.print_area(0, 0, row, last)
    sheet.protect("", {"format_rows": True, "format_columns": True, "select_locked_cells": True})
    book.close()


_FONT = {"font_name": "Times New Roman", "font_size": 11}
_TITLE = _FONT | {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"}
_GROUP = _FONT | {"bold": True, "border": 1, "bg_color": "#F2F2F2", "valign": "vcenter"}


def _formats(book: sheets.Book) -> tuple[Any, Any, Any]:
    """Locked text, the cells to answer in (as text: what is typed is what is read), and free lines."""
    ruled = _FONT | {"border": 1, "text_wrap": True, "valign": "top"}
    answer = ruled | {"locked": False, "num_format": "@", "bg_color": "#FFFBE6"}
    return tuple(book.workbook.add_format(f) for f in (ruled, answer, _FONT | {"locked": False}))


def _grouped(lines: list[dict[str, Any]]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    for group, title in _GROUPS.items():
        own = [line for line in lines if line["group"] == group]
        if own:
            yield group, title, own


def _line(
    sheet: Any, book: sheets.Book, row: int, number: int, line: dict[str, Any], words: dict[str, Any], text: Any,
    answer: Any,
) -> None:  # fmt: skip
    sheet.write_number(row, 0, number, book.formats["centre"])
    shown = [line.get(key, "") for key in _KEYS]
    for column, (key, value) in enumerate(zip(_KEYS, shown, strict=True), 1):
        style = answer if key in ("value", "comment") else text
        if value:
            sheet.write_string(row, column, value, style)
        else:
            sheet.write_blank(row, column, None, style)
    for column, key in enumerate(_HIDDEN, len(_WIDTHS)):
        sheet.write_string(row, column, line[key], text)
    sheet.set_row(row, max(31.0, sheets.height(["", *shown], [1.1 * w for w in _WIDTHS]) + 2))
    if answer is text:
        return
    place = 1 + _KEYS.index("value")
    if line["reason"] in words["version_reasons"]:
        choices = [words["right_version"], words["wrong_version"]]
        wrong = {"error_title": "Chọn trong danh sách", "error_message": "Đề nghị chọn một trong hai câu trả lời."}
        sheet.data_validation(row, place, row, place, {"validate": "list", "source": choices, **wrong})
    elif line["all_cells"].count(";"):
        hint = {"input_title": "Câu hỏi nêu nhiều ô", "input_message": "Ghi rõ từng ô, thí dụ: D5 = 12; E5 = 3"}
        sheet.data_validation(row, place, row, place, {"validate": "any", **hint})


def _foot(sheet: Any, book: sheets.Book, row: int, dropped: int, free: Any) -> int:
    """Write what was thrown away at the door, and where the sender signs; give the last row."""
    if dropped:
        told = f"Ngoài ra có {dropped} cột thông tin cá nhân trong các biểu; phần mềm không đọc, không lưu."
        sheet.write_string(row, 0, f"{told} Đề nghị lần sau không gửi các cột này.", free)
        row += 1
    sheet.write_string(row + 1, 5, "…………, ngày …… tháng …… năm ……", free)
    sheet.write_string(row + 2, 5, "XÁC NHẬN CỦA ĐƠN VỊ TRẢ LỜI", book.formats["block"])
    return row + 5
