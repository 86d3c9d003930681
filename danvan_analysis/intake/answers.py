"""Sheets of questions that come back filled in (phiếu đối chiếu số liệu): recognised by their mark, read, never applied.

An answer is about a cell of a file as it was when the question was put; what it says becomes a correction to confirm.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

from danvan_analysis.cells import Sheet, address
from danvan_analysis.facts import Correction
from danvan_analysis.facts.corrections import shown
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.corrections import position
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.records import SheetRecord
from danvan_analysis.intake.sheet_reader import Reader, SheetResult, read_workbook
from danvan_analysis.tables import QUESTIONS, question_id
from danvan_analysis.text import clean, fold

_PAIR = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})\s*[=:]\s*(.+)")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_YEAR = re.compile(r"20\d\d")
Answer = dict[str, Any]


def read_sheets(sheets: list[Sheet], path: PurePosixPath, reader: Reader) -> list[SheetResult]:
    """Read the sheets of one file, in their order; sheets of answers are no returns, the others are read as ever."""
    words = reader.facts.settings["reconciliation"]
    marks = {index: mark for index, sheet in enumerate(sheets) if (mark := _mark(sheet, words["marker"]))}
    returns = iter(read_workbook([sheet for i, sheet in enumerate(sheets) if i not in marks], path, reader))
    return [
        _read_answers(sheet, marks[index], words) if index in marks else next(returns)
        for index, sheet in enumerate(sheets)
    ]


def _mark(sheet: Sheet, marker: str) -> tuple[int, int] | None:
    """Where the mark of a sheet of questions stands, in its first rows."""
    for r in range(min(6, len(sheet.rows))):
        for c in sheet.filled(r):
            if sheet.raw(r, c) == marker:
                return r, c
    return None


def _read_answers(sheet: Sheet, mark: tuple[int, int], words: dict[str, Any]) -> SheetResult:
    out = Readout(sheet)
    out.forms.append(QUESTIONS)
    r, c = mark
    sender, _, when = sheet.text(r + 1, c).partition("/") if r + 1 < len(sheet.rows) else ("", "", "")
    year, _, period = when.partition("/")
    context = Context(year=int(year) if _YEAR.fullmatch(year) else None, period=period or "nam", sender=sender or None)
    result = SheetResult(out, context=context)
    heads = {fold(text): key for key, text in words["columns"].items()}
    for top in range(len(sheet.rows)):
        columns = {heads[fold(sheet.text(top, c))]: c for c in sheet.filled(top) if fold(sheet.text(top, c)) in heads}
        if columns.keys() >= words["columns"].keys():
            break
    else:
        message = "Phiếu đối chiếu thiếu cột hoặc tên cột đã bị sửa; chưa đọc câu trả lời. Đề nghị dùng phiếu đã gửi."
        out.note("aside", "tra_loi_chua_ro", [], message)
        return result
    for row in range(top + 1, len(sheet.rows)):
        cells = {key: sheet.text(row, c) for key, c in columns.items()}
        if cells["id"] and (cells["value"] or cells["comment"]):
            at = [(row, columns[key]) for key in ("value", "comment") if cells[key]]
            result.answers.append({**cells, "at": at})
            out.marks.update(dict.fromkeys(at, "checked"))
    return result


def settle_answers(
    sheets: Iterable[tuple[str, str, str, SheetRecord]],
    corrections: tuple[Correction, ...],
    words: dict[str, Any],
    cells_of: Callable[[str], list[Sheet]],
) -> list[dict[str, Any]]:
    """Give the rows of `answers`, each held against its source as it is now; what cannot be taken is noted in its sheet.

    `cells_of` gives the sheets of a file that was read: answers are few, so the cells are not kept for them.
    """
    known = list(sheets)
    files = {digest: path for path, digest, _, _ in reversed(known)}
    rows: list[dict[str, Any]] = []
    for path, _, _, result in known:
        for answer in result.answers:
            for row in _rows(answer, files, words, cells_of):
                row |= {
                    "source_file": path,
                    "source_sheet": result.name,
                    "source_cell": ";".join(address(*cell) for cell in answer["at"]),
                    "sender": result.sender,
                    "question_id": answer["id"],
                    "question_vi": answer["message"],
                    "comment": answer["comment"] or None,
                    "result": (result, answer["at"]),
                }
                rows.append(row)
    rows = _once(rows)
    _contradictions(rows)
    for row in rows:
        result, at = row.pop("result")
        if row["state"] == "open" and any(_holds(line, row) for line in corrections):
            row["state"] = "in_ledger"
        if row["state"] in ("stale", "unclear"):
            reason = "tra_loi_het_hieu_luc" if row["state"] == "stale" else "tra_loi_chua_ro"
            where = f"Câu trả lời ở ô {address(*at[0])} ({row['question_id']})"
            result.note("aside", reason, at, f"{where} {row['why']}")
    return rows


def _rows(
    answer: Answer, files: dict[str, str], words: dict[str, Any], cells_of: Callable[[str], list[Sheet]]
) -> list[Any]:
    """One answer as rows, one per cell it gives a value for."""
    about = {"file": answer["file"], "sha256": answer["sha256"], "sheet": answer["sheet"] or None}
    blank = {**about, "cell": None, "expected": None, "action": None, "value": None, "state": "noted", "why": ""}
    own = question_id(answer["sha256"], answer["sheet"], answer["all_cells"], answer["reason"], answer["message"])
    if own != answer["id"]:
        why = "không đọc được vì câu hỏi trong phiếu đã bị sửa. Đề nghị chỉ ghi vào hai cột trả lời của phiếu đã gửi."
        return [{**blank, "state": "unclear", "why": why}]
    if not answer["sha256"]:
        return [blank]
    path = files.get(answer["sha256"])
    if path is None:
        why = f"nói về một bản của tệp “{answer['file']}” không còn trong thư mục số liệu; không đề nghị đính chính."
        return [{**blank, "state": "stale", "why": why}]
    blank["file"] = path
    sheet = next((sheet for sheet in cells_of(path) if clean(sheet.name) == answer["sheet"]), None)
    return [{**blank, **said} for said in _said(answer, sheet, words)]


def _said(answer: Answer, sheet: Sheet | None, words: dict[str, Any]) -> list[dict[str, Any]]:
    """What an answer proposes: an action on a cell, a whole file, or nothing but words."""
    value, cells = answer["value"], _CELL.findall(answer["all_cells"])
    if answer["reason"] in words["version_reasons"] and fold(value) in map(fold, _versions(words)):
        wrong = fold(value) == fold(words["wrong_version"])
        return [{"action": "drop", "sheet": None, "state": "open"} if wrong else {"value": value}]
    if answer["reason"] in words["version_reasons"] and not value:
        return [{}]
    if sheet is None or not cells:
        why = "ghi giá trị nhưng câu hỏi không nói về ô nào. Đề nghị ghi dạng “D5 = 12”."
        return [{"state": "unclear", "why": why, "value": value}] if value and sheet is not None else [{"value": value}]
    confirmed = not value or fold(value) in map(fold, words["confirm_words"])
    if confirmed:
        return [_proposal(sheet, cells[0], "", words)]
    pairs = [_PAIR.fullmatch(part.strip()) for part in re.split(r"[;\n]", value) if part.strip()]
    if any(pairs):
        if not all(pairs):
            return [{"state": "unclear", "why": _NAME_CELLS, "value": value}]
        return [_proposal(sheet, pair[1] + pair[2], pair[3], words) for pair in pairs if pair]
    if len(cells) > 1:
        return [{"state": "unclear", "why": _NAME_CELLS, "value": value}]
    return [_proposal(sheet, cells[0], value, words)]


_NAME_CELLS = "chưa rõ cho ô nào. Câu hỏi nêu nhiều ô thì ghi rõ từng ô, thí dụ “D5 = 12; E5 = 3”."


def _proposal(sheet: Sheet, cell: str, value: str, words: dict[str, Any]) -> dict[str, Any]:
    r, c = position(cell)
    if r >= len(sheet.rows) or c >= sheet.width:
        return {"state": "unclear", "why": f"nêu ô {cell}, nằm ngoài vùng có số liệu của trang.", "value": value}
    span = sheet.span.get((r, c))
    if span:
        r, c, cell = *span[:2], address(*span[:2])
    expected = shown(sheet.faults.get((r, c)) or sheet.raw(r, c))
    common = {"cell": cell, "expected": expected, "state": "open"}
    if fold(value) in map(fold, words["drop_words"]):
        return {**common, "action": "drop"}
    if value in ("", expected):
        return {**common, "action": "flag"}
    return {**common, "action": "override", "value": value}


def _versions(words: dict[str, Any]) -> tuple[str, str]:
    return words["right_version"], words["wrong_version"]


def _contradictions(rows: list[dict[str, Any]]) -> None:
    """One place, one proposal: a value goes before mere words, two different values are both unclear."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        if row["state"] != "open":
            continue
        place = (row["sha256"], row["sheet"], row["cell"])
        other = first.setdefault(place, row)
        if other is row:
            continue
        if row["action"] == "flag" or (other["action"], other["value"]) == (row["action"], row["value"]):
            row["state"] = "noted"
        elif other["action"] == "flag":
            other["state"], first[place] = "noted", row
        else:
            why = "nói khác câu trả lời {} về cùng một chỗ. Đề nghị đơn vị thống nhất một giá trị."
            row |= {"state": "unclear", "why": why.format(other["question_id"])}
            other |= {"state": "unclear", "why": why.format(row["question_id"])}


def _holds(line: Correction, row: dict[str, Any]) -> bool:
    """Whether a line of the ledger decides the same place already."""
    if line.file not in (None, row["file"]) or line.sha256 not in (None, row["sha256"]):
        return False
    return (line.sheet and clean(line.sheet), line.cell) == (row["sheet"], row["cell"])


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same answer in two copies of one sheet counts once."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        kept.setdefault(tuple(row[key] for key in ("question_id", "cell", "action", "value", "comment")), row)
    return list(kept.values())
