"""Zip packages (.docx, .ods, archives) opened with care: how much they unpack to, and no part that declares entities."""

import io
import re
import zipfile
import zlib
from typing import Any

from danvan_analysis.cells.sheet import Unreadable

#: What a zip that is cut off, damaged or made by hand may raise while its parts are read.
BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)
TOO_LARGE = "Tệp quá lớn sau khi giải nén; phần mềm không mở. Đề nghị đơn vị tách tệp rồi gửi lại."


def open_package(data: bytes, limits: dict[str, Any]) -> zipfile.ZipFile:
    """Open a zip of parts; Unreadable where it unpacks to more than the limit. zipfile reads no part past its stated size."""
    package = zipfile.ZipFile(io.BytesIO(data))
    if unpacked_size(package) > limits["unpacked_megabytes"] * 1_000_000:
        raise Unreadable(TOO_LARGE)
    return package


def unpacked_size(package: zipfile.ZipFile) -> int:
    """The size of all parts together, as the package itself states it."""
    return sum(part.file_size for part in package.infolist())


def read_xml(package: zipfile.ZipFile, part: str) -> bytes:
    """Give an XML part; Unreadable where it declares a document type: offices never write one, entity bombs need one."""
    xml = package.read(part)
    if _DECLARES.search(xml.replace(b"\0", b"")):
        raise Unreadable(
            "Tệp có khai báo lạ trong ruột tệp; phần mềm không mở. Đề nghị lưu lại từ Excel hoặc Word rồi gửi lại."
        )
    return xml
