"""Answers of senders as a draft of `corrections.toml`: for the analyst to confirm line by line; nothing reads it as it is."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.text import clean

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,11})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_HEAD = """\
# Dự thảo sổ đính chính, lập từ các phiếu đối chiếu đơn vị đã trả lời. Phần mềm KHÔNG tự dùng tệp này.
# Đối chiếu từng mục; mục nào xác nhận thì chép vào corrections.toml trong thư mục danh mục riêng (--danh-muc).
"""
_ASKED = {
    "noted": "Ý kiến của đơn vị, không kèm giá trị cần sửa",
    "in_ledger": "Đã có trong sổ đính chính",
    "stale": "Câu trả lời không còn khớp: tệp gốc đã thay đổi hoặc không còn trong thư mục số liệu; không đề nghị đính chính",
    "unclear": "Câu trả lời chưa rõ; đề nghị hỏi lại đơn vị",
}


def write_corrections_draft(
    path: str | Path, *, facts: Facts, answers: pl.DataFrame, as_of: date, year: int
) -> Path | None:
    """Write the open answers as `[[correction]]` entries, the others as remarks; without any answer write nothing."""
    if answers.is_empty():
        return None
    parts = [_HEAD]
    rows = answers.sort("file", "sheet", "cell", nulls_last=True).to_dicts()
    for row in rows:
        if row["state"] == "open":
            parts.append(_entry(facts, row, as_of, year))
    for state, title in _ASKED.items():
        own = [row for row in rows if row["state"] == state]
        if own:
            parts.append("\n".join([f"# {title}:", *(f"# - {_remark(facts, row, year)}" for row in own), ""]))
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # TOML bears no control characters, not even in remarks.
    Path(path).write_text(_CONTROL.sub("", "\n".join(parts)), encoding="utf-8")
    return Path(path)


def _entry(facts: Facts, row: dict[str, Any], as_of: date, year: int) -> str:
    reason = f"Đơn vị trả lời phiếu đối chiếu (câu hỏi {row['question_id']})"
    if row["action"] == "flag":
        # A flag asks again with these words: they are all there is to it.
        reason += f": {row['comment'] or 'xác nhận số trong biểu là đúng'}"
    lines = [f"# Câu hỏi: {clean(row['question_vi'])}", f"# Trả lời tại: {_place(row)}"]
    if row["comment"]:
        lines.append(f"# Ý kiến của đơn vị: {clean(row['comment'])}")
    lines += ["[[correction]]", f"file = {_text(row['file'])}"]
    if row["cell"]:
        lines += [f"sheet = {_text(row['sheet'])}", f"cell = {_text(row['cell'])}"]
        lines.append(f"expected = {_text(row['expected'])}")
    else:
        lines.append(f"sha256 = {_text(row['sha256'])}")
    lines.append(f"action = {_text(row['action'])}")
    if row["action"] == "override":
        lines.append(f"value = {_value(row['value'])}")
    lines += [
        f"reason = {_text(reason)}",
        f"told = {_text(labels.sender_vi(facts, row['sender'], year))}",
        f"date = {as_of.isoformat()}",
        "",
    ]
    return "\n".join(lines)


def _remark(facts: Facts, row: dict[str, Any], year: int) -> str:
    said = "; ".join(
        f"{name}: {clean(row[key])}" for key, name in (("value", "giá trị"), ("comment", "ý kiến")) if row[key]
    )
    about = clean(row["question_vi"])
    return f"{labels.sender_vi(facts, row['sender'], year)}, {_place(row)}: {said or 'đã trả lời'} (câu hỏi: {about})"


def _place(row: dict[str, Any]) -> str:
    return clean(f"tệp “{row['source_file']}”, trang “{row['source_sheet']}”, ô {row['source_cell']}")


def _text(value: str) -> str:
    """A basic string of TOML; its escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)


def _value(value: str) -> str:
    # "1.030" stays text: the reader decides by its column, as in any return.
    return value if _WHOLE.fullmatch(value) else _text(value)
