"""Sheets of questions (phiếu đối chiếu số liệu): one workbook per sender, to print or to fill in and send back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.facts import items
from danvan_analysis.output import labels, sheets, tables
from danvan_analysis.tables import question_id

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
_DONE = ("da_sua_theo_so_dinh_chinh", "bo_theo_so_dinh_chinh")
_SHOWN_CELLS = 6
#: A cell of Excel holds no more text than this; a question that long is cut.
_LONGEST = 4000
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
    asked = _questions(facts, set_aside, sources, year, nature)
    for sender, lines in _not_sent(facts, returned, year, period).items():
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


def _questions(
    facts: Facts, set_aside: pl.DataFrame, sources: pl.DataFrame, year: int, nature: str
) -> dict[str, list[dict[str, Any]]]:
    """The questions by sender ("" where the file does not say), each once, in the order of files, sheets and cells."""
    # Sheets of questions that came back are no returns; what is unclear in them is the analyst's to see.
    # A file that could not be read may be of any nature.
    unread = pl.col("status").is_in(["refused", "unreadable"])
    own = sources.filter((pl.col("nature") == nature) | unread, pl.col("form_id").ne_missing("phieu-doi-chieu"))
    files = own.group_by("source_file").agg(pl.col("sha256").first(), owner=pl.col("sender").drop_nulls().first())
    rows = set_aside.join(files, on="source_file", how="inner").filter(
        pl.col("year").is_null() | (pl.col("year") == year)
    )
    needed = facts.settings["reconciliation"]["needed"]
    asked: dict[str, list[dict[str, Any]]] = {}
    rows = rows.with_columns(sender=pl.coalesce("sender", "owner", pl.lit("")))
    same = ["sender", "source_file", "source_sheet", "sha256", "effect", "reason", "message_vi"]
    # The same words about several cells are one question.
    one = rows.group_by(same, maintain_order=True).agg(
        pl.col("source_cell").unique(maintain_order=True).str.join(";"),
        pl.col("found" if "found" in rows.columns else "text").drop_nulls().unique(maintain_order=True).str.join("; "),
    )
    for row in one.sort("source_file", "source_sheet", maintain_order=True).iter_rows(named=True):
        # Too many cells to keep: the answer must name its own.
        cells = ";".join(dict.fromkeys(items(row["source_cell"])))
        cells = cells if len(cells) <= _LONGEST else ""
        message = _cut(row["message_vi"])
        asked.setdefault(row["sender"], []).append({
            "group": "done" if row["reason"] in _DONE else row["effect"],
            "file": row["source_file"], "sheet": row["source_sheet"], "cells": _cells_vi(row["source_cell"]),
            "message": message, "found": _cut(row.get("found") or row.get("text") or ""),
            "needed": needed.get(row["reason"], needed.get(row["effect"], "")),
            "id": question_id(row["sha256"], row["source_sheet"], cells, row["reason"], message),
            "sha256": row["sha256"], "reason": row["reason"], "all_cells": cells,
        })  # fmt: skip
    return asked


def _not_sent(facts: Facts, returned: pl.DataFrame | None, year: int, period: str) -> dict[str, list[dict[str, Any]]]:
    """What each expected sender has not sent, one line a target."""
    asked: dict[str, list[dict[str, Any]]] = {}
    if returned is None:
        return asked
    lacking = set(returned.filter(pl.col("state") == "missing").select("sender", "target").iter_rows())
    senders = {row["sender_id"]: row for row in facts.senders.iter_rows(named=True)}
    for sender in returned["sender"].unique(maintain_order=True):
        for target in labels.targets(facts):
            if (sender, target["indicator_id"]) not in lacking:
                continue
            message = (
                f"Chưa nhận được số liệu {labels.when_vi(year, period)} của chỉ tiêu"
                f" {labels.number_of(target['indicator_id'])} ({target['title_vi']})."
            )
            reason = "chua_nhan_duoc"
            asked.setdefault(sender, []).append({
                "group": "missing", "file": "", "sheet": "", "cells": "", "message": message, "found": "",
                "needed": _wanted(facts, target["indicator_id"], senders[sender]),
                "id": question_id("", "", "", reason, message), "sha256": "", "reason": reason, "all_cells": "",
            })  # fmt: skip
    return asked


def _wanted(facts: Facts, indicator_id: str, sender: dict[str, Any]) -> str:
    """What a sender has to send for a target, in words."""
    row = facts.indicators.filter(pl.col("indicator_id") == indicator_id).row(0, named=True)
    if row["table"] == "ratings":
        own = set(items(sender["unit_types"]))
        kinds = [labels.unit_type_vi(facts, kind) for kind in items(row["unit_types"]) if kind in own]
        return f"Cần kết quả xếp loại: {', '.join(kinds)}"
    named = dict(facts.measures.select("measure", "label_vi").iter_rows())
    wanted = dict.fromkeys(m.removeprefix("-") for m in items(row["denominator"]) + items(row["numerator"]))
    return "Cần: " + "; ".join(f"{str(named[m])[0].lower()}{str(named[m])[1:]}" for m in wanted)


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


def _cells_vi(joined: str) -> str:
    cells = list(dict.fromkeys(items(joined)))
    more = f" … ({len(cells)} ô)" if len(cells) > _SHOWN_CELLS else ""
    return ", ".join(cells[:_SHOWN_CELLS]) + more


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
