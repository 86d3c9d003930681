"""Text tables (.csv, .tsv, .txt) to rows: encoding and separator are found from the bytes."""

import csv
import io
from typing import Any

from danvan_analysis.cells.sheet import Unreadable


def read_text_rows(data: bytes) -> list[list[Any]]:
    """Give the rows of a text table, empty cells None; Unreadable where the bytes are no such table."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("Tệp văn bản không đọc được bảng mã. Đề nghị lưu lại dạng .xlsx rồi gửi lại.")
    # Title lines may carry no separator, and a comma may be a decimal mark: tab and ; go first where lines have them.
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = next((mark for mark in "\t;" if 2 * sum(mark in line for line in lines) >= len(lines)), "")
    delimiter = delimiter or max("\t;,", key=lambda mark: sum(mark in line for line in lines))
    try:
        return [[v if v.strip() else None for v in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise Unreadable("Tệp văn bản không phải bảng. Đề nghị lưu lại dạng .xlsx rồi gửi lại.") from error
