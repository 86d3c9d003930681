"""The corrections ledger of an office (`corrections.toml`): each line names a place, what stands there, and what to do.

What the line expects is its expiry date: a cell its present value, a whole file or sheet the file's SHA-256. Whether the
source still holds it, only reading the source can say (`danvan_analysis.intake.corrections`).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from danvan_analysis.facts.model import Correction
from danvan_analysis.facts.rows import nearest
from danvan_analysis.text import clean, fold

LEDGER = "corrections.toml"
ACTIONS = ("override", "drop", "flag")
_KEYS = ("file", "sha256", "sheet", "cell", "expected", "action", "value", "reason", "told", "date")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: A body is told, never a person.
_PERSON = re.compile(r"(?<!\w)(?:ông|bà(?! rịa)|đồng chí|đ/c)\s")
_HEAD = re.compile(r"^\s*\[\[\s*correction\s*\]\]")


def read_corrections(path: Path, problems: list[str]) -> tuple[Correction, ...]:
    """Give the lines of a ledger; every fault is added to `problems`. No file gives no lines."""
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
        page = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: không đọc được; đề nghị kiểm tra cách ghi TOML ({error}).")
        return ()
    for key in page:
        if key != "correction":
            problems.append(f'{path}: không có mục "{key}"{nearest(key, ["correction"])}.')
    rows = page.get("correction", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(f"{path}: mỗi đính chính phải mở đầu bằng một dòng [[correction]] (hai dấu ngoặc vuông).")
        return ()
    heads = [number for number, line in enumerate(text.splitlines(), 1) if _HEAD.match(line)]
    places = [f"{path} dòng {line}" for line in heads] if len(heads) == len(rows) else []
    found: list[Correction] = []
    for i, row in enumerate(rows):
        place = places[i] if places else f"{path} mục thứ {i + 1}"
        wrong = list(_row_problems(row))
        problems += [f"{place}: {problem}" for problem in wrong]
        if not wrong:
            found.append(_correction(row, place))
    problems += _contradictions(found)
    return tuple(found)


def _row_problems(row: dict[str, Any]) -> Iterator[str]:
    yield from (f'không có mục "{key}"{nearest(key, _KEYS)}.' for key in row if key not in _KEYS)
    for key in ("file", "sha256", "sheet", "cell", "action", "reason", "told"):
        if key in row and not (isinstance(row[key], str) and row[key].strip()):
            yield f'mục "{key}" phải là chữ trong ngoặc kép, không để trống.'
            return
    for key in ("action", "reason", "told", "date"):
        if key not in row:
            yield f'thiếu mục "{key}".'
    yield from _where(row)
    yield from _what(row)
    if _PERSON.search(fold(row.get("told", "")) + " "):
        yield f"told ghi “{row['told']}”; chỉ ghi tên cơ quan, đơn vị đã được thông báo, không ghi tên người."
    if "date" in row and _day(row["date"]) is None:
        yield f'date ghi "{row["date"]}", cần một ngày dạng 2025-01-20.'


def _where(row: dict[str, Any]) -> Iterator[str]:
    if "file" not in row and "sha256" not in row:
        yield 'thiếu mục "file" (đường dẫn trong thư mục số liệu) hoặc "sha256".'
    if "\\" in row.get("file", ""):
        yield f'file ghi "{row["file"]}"; đề nghị dùng dấu "/" giữa các thư mục.'
    if "sha256" in row and not _SHA256.fullmatch(row["sha256"].strip().lower()):
        yield f'sha256 ghi "{row["sha256"]}", cần 64 chữ số hệ 16 (cột sha256 của bảng sources).'
    if "cell" not in row:
        if "sha256" not in row:
            yield 'bỏ hoặc hỏi cả tệp, cả trang thì phải ghi "sha256" của bản đã xem (cột sha256 của bảng sources).'
        return
    if "sheet" not in row:
        yield 'có "cell" thì phải có "sheet" (tên trang tính).'
    if not _CELL.fullmatch(row["cell"].strip()):
        yield f'cell ghi "{row["cell"]}", cần một ô dạng D17.'
    if "expected" not in row:
        yield 'thiếu mục "expected" (giá trị đang có trong ô; ô trống ghi "").'


def _what(row: dict[str, Any]) -> Iterator[str]:
    action = row.get("action")
    if action is not None and action not in ACTIONS:
        yield f'action ghi "{action}", cần một trong: {", ".join(ACTIONS)}{nearest(action, ACTIONS)}.'
    if action == "override":
        if "cell" not in row:
            yield 'action "override" phải có "cell".'
        if "value" not in row or not shown(row["value"]):
            yield 'action "override" phải có "value" (giá trị đúng); muốn bỏ ô thì dùng action "drop".'
    elif "value" in row:
        yield f'action "{action}" không dùng mục "value".'
    if "expected" in row and "cell" not in row:
        yield 'có "expected" thì phải có "cell".'
    for key in ("expected", "value"):
        if isinstance(row.get(key), bool | list | dict):
            yield f'mục "{key}" phải là một số hoặc chữ trong ngoặc kép.'
    if action == "override" and row.get("cell") and shown(row.get("value")) == shown(row.get("expected")) != "":
        yield f"value trùng với expected (“{shown(row['value'])}”): không có gì để sửa."


def shown(value: object) -> str:
    """Write a value as the reader shows it, the form in which `expected` is compared.

    Spaces are folded, a whole number has no decimal part; nothing else is interpreted: "1.030" is not 1030.

    >>> shown(12.0) == shown("12 "), shown("1.030") == shown(1030), shown(None)
    (True, False, '')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(value)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _correction(row: dict[str, Any], place: str) -> Correction:
    return Correction(
        place=place,
        file=unicodedata.normalize("NFC", row["file"].strip()) if "file" in row else None,
        sha256=row["sha256"].strip().lower() if "sha256" in row else None,
        sheet=row.get("sheet"),
        cell=row["cell"].strip() if "cell" in row else None,
        expected=shown(row["expected"]) if "cell" in row else None,
        action=row["action"],
        value=row.get("value"),
        reason=clean(row["reason"]),
        told=clean(row["told"]),
        day=_day(row["date"]) or date.min,
    )


def _contradictions(rows: list[Correction]) -> Iterator[str]:
    """Two lines about one place; the same place named in two ways is found when the file is read."""
    first: dict[tuple[str | None, ...], Correction] = {}
    for row in rows:
        key = (row.file or row.sha256, row.sheet and clean(row.sheet), row.cell)
        other = first.setdefault(key, row)
        if other is not row:
            yield f"{row.place}: trùng chỗ với {other.place}; mỗi ô, trang hoặc tệp chỉ có một dòng đính chính."
