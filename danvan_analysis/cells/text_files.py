"""Text tables (.csv, .tsv, .txt) to rows: encoding and separator are found from the bytes."""

import csv
import io
import re
import unicodedata
from collections import Counter
from typing import Any

from danvan_analysis.cells.legacy import best_reading
from danvan_analysis.cells.sheet import Unreadable

_MARKS = "\t;|,"
_NOT_A_TABLE = "Tệp văn bản không phải bảng. Đề nghị lưu lại dạng .xlsx rồi gửi lại."
_NUMBER = re.compile(r"\s*\(?-?\d[\d.,\s]*%?\)?\s*")
#: A first line by which programs tell Excel the separator; Excel does not show it as a row, nor is it counted here.
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?\s*(?:\r\n|\r|\n|$)', re.I)


def read_text_rows(data: bytes, limits: dict[str, Any]) -> list[list[Any]]:
    """Give the rows of a text table, empty cells None; Unreadable where the bytes are no such table or one too large."""
    text = decode(data)
    told = _SEPARATOR_LINE.match(text)
    if told:
        text = text[told.end() :]
    mark = told[1] if told else find_mark(text)
    rows = _parse(text, mark)
    if len(rows) > limits["rows"] or max(map(len, rows), default=0) > limits["columns"]:
        raise Unreadable("Tệp văn bản có quá nhiều dòng hoặc cột. Đề nghị tách tệp rồi gửi lại.")
    if mark == ",":
        _refuse_decimal_commas(rows)
    return [[value if value.strip() else None for value in row] for row in rows]


def decode(data: bytes) -> str:
    """Decode by mark, by the shape of the bytes, else as UTF-8; what is none of these is a Vietnamese code page.

    Bytes of TCVN3 and VNI fonts come back as the Latin letters they look like, to be converted with the other formats.
    """
    told = wide(data)
    if told:
        return data.decode(told, errors="replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:
            # Cut off within the last letter: the rest is sound.
            return data[: error.start].decode("utf-8-sig")
    latin = data.translate(_TO_LETTERS).decode("cp1252")
    try:
        vietnamese = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return latin
    return best_reading(vietnamese, latin)


#: Five bytes have no letter in cp1252; neither font has one there.
_TO_LETTERS = bytes.maketrans(b"\x81\x8d\x8f\x90\x9d", b"?????")


def wide(data: bytes) -> str | None:
    """UTF-16, with or without its mark: every other byte of digits, separators and plain letters is zero."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = data[:4096]
    pairs = len(head) // 2
    if pairs < 2:
        return None
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > 0.3 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * pairs and odd < 0.05 * pairs else None


def find_mark(text: str) -> str:
    """The separator that cuts most lines into equally many cells; titles carry none, decimals and prose only commas."""
    scores = {}
    for mark in _MARKS:
        widths = Counter(len(row) for row in _parse(text, mark) if len(row) > 1)
        scores[mark] = max(((width - 1) * lines for width, lines in widths.items()), default=0)
    return max(_MARKS, key=lambda mark: scores[mark])


def _parse(text: str, mark: str) -> list[list[str]]:
    """Cut into rows of cells; a quote that never closes is a sign like others, else it would swallow the lines after it."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        pass
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, quoting=csv.QUOTE_NONE))
    except csv.Error as error:
        raise Unreadable(_NOT_A_TABLE) from error


def _refuse_decimal_commas(rows: list[list[str]]) -> None:
    """Where a comma stands both between cells and inside numbers, rows of figures are longer than their header."""
    widths = [(_width(row), any(_NUMBER.fullmatch(value) for value in row)) for row in rows]
    # A line that is written out with empty cells at its end says how wide the table is.
    said = [len(row) for row, (width, figures) in zip(rows, widths, strict=True) if width >= 3 and not figures]
    header = max(said, default=0)
    wider = next((r for r, (width, figures) in enumerate(widths) if figures and width > header), None)
    if header and wider is not None:
        raise Unreadable(
            f"Tệp văn bản dùng dấu phẩy vừa ngăn cột vừa làm dấu thập phân (dòng {wider + 1} có {widths[wider][0]} ô,"
            f" tiêu đề có {header} ô); không rõ số nào thuộc cột nào. Đề nghị lưu lại dạng .xlsx rồi gửi lại."
        )


def _width(row: list[str]) -> int:
    return max((i + 1 for i, value in enumerate(row) if value.strip()), default=0)
