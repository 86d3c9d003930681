"""Opens a file by what its bytes are, not by its name, and gives its documents: the file itself, or an archive's members."""

from pathlib import PurePath
from typing import Any

from danvan_analysis.cells.sheet import Document, Sheet, Unreadable
from danvan_analysis.cells.text_files import read_text_rows
from danvan_analysis.cells.workbook import read_workbook_sheets


def open_documents(data: bytes, name: str, limits: dict[str, Any]) -> list[Document]:
    """Give the documents of a file; one that cannot be read carries its problem, the others are still given."""
    try:
        return [Document("", data, read_sheets(data, name, limits))]
    except Unreadable as error:
        return [Document("", data, problem=str(error))]


def read_sheets(data: bytes, name: str, limits: dict[str, Any]) -> list[Sheet]:
    """Give every sheet of a workbook or text file; Unreadable with a Vietnamese sentence where there is none."""
    suffix = PurePath(name).suffix.lower()
    if not data:
        raise Unreadable("Tệp rỗng. Đề nghị gửi lại tệp Excel có số liệu.")
    if data[:4] == b"%PDF" or suffix in {".pdf", ".jpg", ".jpeg", ".png", ".doc", ".docx", ".ppt", ".pptx"}:
        raise Unreadable("Tệp không phải bảng tính. Đề nghị đơn vị gửi lại bằng Excel (.xlsx, .xls, .ods hoặc .csv).")
    if data[:2] == b"PK":
        return read_workbook_sheets(data, limits)
    if data[:8] == bytes.fromhex("D0CF11E0A1B11AE1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("Tệp có mật khẩu. Đề nghị đơn vị bỏ mật khẩu rồi gửi lại.")
        return read_workbook_sheets(data, limits)
    if suffix in {".csv", ".tsv", ".txt"}:
        return [Sheet(PurePath(name).stem, read_text_rows(data))]
    raise Unreadable("Tệp không phải bảng tính Excel, hoặc đã hỏng. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại.")
