"""Looks into the parts of an .xlsx before it is opened: extent, unpacked size, error cells, formulas without a value.

The reader of values gives '' for error cells and for formulas that were never computed, and a file of a few kilobytes
that claims the last cell of the grid ends the process; both are caught here.
"""

import io
import re
import zipfile
from typing import Any

_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>(.*?)</c>)', re.S)
_ERROR = re.compile(rb'<c\b[^>]*\bt="e"')
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


def prescan(data: bytes, limits: dict[str, Any]) -> dict[str, dict[tuple[int, int], str]]:
    """Give, per sheet name, the cells whose value cannot be trusted and what stands there.

    ValueError with a Vietnamese sentence when the file unpacks to too much or claims too large an extent; a package that
    is no xlsx workbook (ods, xlsb) gives nothing.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        unpacked = sum(part.file_size for part in package.infolist())
        if unpacked > limits["unpacked_megabytes"] * 1_000_000:
            raise ValueError("Tệp quá lớn sau khi giải nén; phần mềm không mở. Đề nghị đơn vị tách tệp rồi gửi lại.")
        names = set(package.namelist())
        if "xl/workbook.xml" not in names:
            return {}
        targets = {
            _attribute(tag, b"Id"): _attribute(tag, b"Target")
            for tag in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels"))
        }
        found = {}
        for tag in _SHEET.findall(package.read("xl/workbook.xml")):
            target = targets.get(_attribute(tag, b"r:id"), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                found[_unescape(_attribute(tag, b"name"))] = _faults(package.read(part), limits)
        return found


def _faults(xml: bytes, limits: dict[str, Any]) -> dict[tuple[int, int], str]:
    faults = {}
    for match in _CELL.finditer(xml):
        row, column = int(match[2]) - 1, _column(match[1])
        if row >= limits["rows"] or column >= limits["columns"]:
            raise ValueError(
                f"Trang tính khai vùng ô quá lớn (ô {match[1].decode()}{row + 1}). Đề nghị xoá các ô thừa rồi gửi lại."
            )
        inner = match[3] or b""
        value = _VALUE.search(inner)
        if _ERROR.match(match[0]):
            faults[row, column] = value[1].decode() if value else "#LỖI"
        elif b"<f" in inner and not (value and value[1]):
            faults[row, column] = "công thức chưa có giá trị"
    return faults


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return match[1].decode("utf-8", "replace") if match else ""


def _unescape(name: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        name = name.replace(entity, sign)
    return name
