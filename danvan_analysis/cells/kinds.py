"""What a file is, by its bytes first and its name after; the sentence for each kind that holds no table to read."""

import re
from pathlib import PurePath

from danvan_analysis.cells.packages import BROKEN, open_package
from danvan_analysis.cells.sheet import Unreadable
from danvan_analysis.cells.text_files import wide

_SEND = "Đề nghị đơn vị gửi bản Excel (.xlsx) hoặc Word (.docx)"
_SAVE = "Đề nghị mở bằng Excel, chọn Lưu thành (Save As) dạng .xlsx rồi gửi lại."
EMPTY = "Tệp rỗng. Đề nghị gửi lại tệp Excel có số liệu."
LOCKED = "Tệp có mật khẩu. Đề nghị đơn vị bỏ mật khẩu rồi gửi lại."
UNKNOWN = "Tệp không phải bảng tính Excel, hoặc đã hỏng. Đề nghị mở lại, lưu dạng .xlsx rồi gửi lại."
#: Kinds that are named and left; the others are "workbook", "ods", "docx", "zip", "html", "text".
REFUSALS = {
    "pdf": f"Tệp PDF không đọc được thành bảng. {_SEND} của biểu này.",
    "picture": f"Tệp là ảnh chụp hoặc bản quét. {_SEND} của biểu này.",
    "doc": "Tệp Word đời cũ (.doc). Đề nghị mở bằng Word, lưu dạng .docx, hoặc gửi bản Excel (.xlsx).",
    "rtf": "Tệp văn bản .rtf. Đề nghị mở bằng Word, lưu dạng .docx, hoặc gửi bản Excel (.xlsx).",
    "odt": "Tệp văn bản .odt. Đề nghị lưu dạng .docx, hoặc gửi bản Excel (.xlsx).",
    "slides": f"Tệp trình chiếu (PowerPoint). {_SEND} có số liệu.",
    "mail": f"Tệp là thư điện tử. {_SEND} đính kèm thư, không gửi cả thư.",
    "rar": "Tệp nén .rar, phần mềm không mở. Đề nghị nén lại dạng .zip hoặc gửi từng tệp riêng.",
    "7z": "Tệp nén .7z, phần mềm không mở. Đề nghị nén lại dạng .zip hoặc gửi từng tệp riêng.",
    "packed": "Tệp nén không phải .zip, phần mềm không mở. Đề nghị nén lại dạng .zip hoặc gửi từng tệp riêng.",
    "web_page": f"Tệp là trang web (.mht). {_SAVE}",
    "xml_table": f"Tệp bảng tính dạng XML. {_SAVE}",
    "locked": LOCKED,
}
_STARTS = (
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\0", "picture"),
    (b"MM\0*", "picture"), (b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "packed"),
    (b"{\\rtf", "rtf"),
)  # fmt: skip
_SUFFIXES = {
    ".pdf": "pdf", ".jpg": "picture", ".jpeg": "picture", ".png": "picture", ".gif": "picture", ".bmp": "picture",
    ".tif": "picture", ".tiff": "picture", ".heic": "picture", ".webp": "picture", ".doc": "doc", ".dot": "doc",
    ".rtf": "rtf", ".odt": "odt", ".ppt": "slides", ".pptx": "slides", ".pps": "slides", ".ppsx": "slides",
    ".odp": "slides", ".eml": "mail", ".msg": "mail", ".rar": "rar", ".7z": "7z", ".gz": "packed", ".tgz": "packed",
    ".tar": "packed", ".mht": "web_page", ".mhtml": "web_page",
}  # fmt: skip
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|style|div)\b", re.I | re.S
)
_HEADERS = re.compile(
    rb"(?:[A-Za-z][A-Za-z-]*:[ \t][^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:Received|Return-Path|Delivered-To|Message-ID):[ \t]",
    re.I,
)
TEXTS = {".csv", ".tsv", ".txt"}


def kind_of(data: bytes, name: str) -> str:
    """Give the kind of a file: "workbook", "ods", "docx", "zip", "html", "text", a key of REFUSALS, or "unknown"."""
    suffix = PurePath(name).suffix.lower()
    head = data[:4096]
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == len(data):
        return "picture"
    if data[:2] == b"PK":
        return _zip_kind(data, suffix)
    if data[:8] == bytes.fromhex("D0CF11E0A1B11AE1"):
        return _ole_kind(data, suffix)
    text = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if re.match(rb"\s*MIME-Version:", text, re.I) and suffix != ".eml":
        return "web_page"
    if _HTML.match(text):
        return "html"
    if text.lstrip().startswith(b"<"):
        return "xml_table" if b"office:spreadsheet" in text or b"opendocument" in text else "unknown"
    if _HEADERS.match(text):
        return "mail"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    return "text" if suffix in TEXTS or _is_text(data) else "unknown"


def _zip_kind(data: bytes, suffix: str) -> str:
    """A package of an office program, told by its parts; any other zip is an archive of files."""
    try:
        with open_package(data, {"unpacked_megabytes": float("inf")}) as package:
            names = set(package.namelist())
            mime = package.read("mimetype")[:100] if "mimetype" in names else b""
    except BROKEN as error:
        raise Unreadable(_broken_zip(suffix)) from error
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("ppt/") for name in names) or b"opendocument.presentation" in mime:
        return "slides"
    if b"opendocument.text" in mime:
        return "odt"
    if b"opendocument.spreadsheet" in mime or suffix in {".ods", ".ots"}:
        return "ods"
    if "[Content_Types].xml" in names or suffix in {".xlsx", ".xlsm", ".xlsb"}:
        return "workbook"
    return "zip"


def _broken_zip(suffix: str) -> str:
    if suffix == ".zip":
        return "Tệp nén bị hỏng hoặc gửi thiếu. Đề nghị nén lại dạng .zip hoặc gửi từng tệp riêng."
    if suffix in {".docx", ".docm"}:
        return "Tệp Word bị hỏng hoặc gửi thiếu. Đề nghị đơn vị gửi lại."
    return "Tệp Excel bị hỏng hoặc gửi thiếu. Đề nghị đơn vị gửi lại."


def _ole_kind(data: bytes, suffix: str) -> str:
    """Old office files and encrypted new ones share one container; the names of its streams tell them apart."""
    holds = {word for word in ("EncryptedPackage", "WordDocument", "PowerPoint Document", "Workbook", "Book",
                               "__substg1.0_") if word.encode("utf-16-le") in data}  # fmt: skip
    if "EncryptedPackage" in holds:
        return "locked"
    if "__substg1.0_" in holds:
        return "mail"
    sheets = holds & {"Workbook", "Book"}
    # A report may hold a sheet, and a sheet a report: where both are there the name decides.
    if "WordDocument" in holds and (not sheets or suffix in {".doc", ".dot"}):
        return "doc"
    if "PowerPoint Document" in holds and (not sheets or suffix in {".ppt", ".pps"}):
        return "slides"
    return "workbook" if sheets else _SUFFIXES.get(suffix, "workbook")


def _is_text(data: bytes) -> bool:
    """Whether the bytes are a text table under a wrong name: no control bytes, and several lines of several cells."""
    if not wide(data) and re.search(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]", data):
        return False
    lines = [line for line in data.replace(b"\0", b"").splitlines() if line.strip()]
    return any(2 * sum(mark in line for line in lines) >= len(lines) >= 2 for mark in (b"\t", b";", b",", b"|"))
