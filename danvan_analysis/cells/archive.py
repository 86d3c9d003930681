"""Archives (.zip) of returns: their members as documents of their own, to a stated depth and within stated limits."""

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from danvan_analysis.cells.packages import BROKEN, TOO_LARGE, open_package, unpacked_size
from danvan_analysis.cells.sheet import Document, Unreadable

_EXPLAINING = {".md", ".toml", ".json", ".log"}
_UNICODE_PATH = 0x7075
_BROKEN = "Tệp trong gói nén bị hỏng. Đề nghị đơn vị gửi lại riêng tệp này."
_LOCKED = "Tệp trong gói nén có mật khẩu. Đề nghị đơn vị bỏ mật khẩu rồi gửi lại."
_DEEP = "Tệp nén nằm trong quá nhiều lớp tệp nén; phần mềm không mở. Đề nghị gửi riêng tệp này."
_MANY = "Tệp nén có quá nhiều tệp ({count}); phần mềm không mở. Đề nghị tách thành nhiều tệp nén rồi gửi lại."
_NOTHING = "Tệp nén không có tệp số liệu nào. Đề nghị đơn vị kiểm tra rồi gửi lại."


@dataclass
class Budget:
    """What may still be unpacked of one file sent: bytes, members, layers of archives."""

    size: float
    members: int
    depth: int

    @classmethod
    def of(cls, limits: dict[str, Any]) -> "Budget":
        """The whole budget of one file, from the facts."""
        return cls(limits["unpacked_megabytes"] * 1_000_000, limits["archive_members"], limits["archive_depth"])


Opener = Callable[[bytes, str, dict[str, Any], Budget], list[Document]]


def is_left_out(path: PurePosixPath) -> bool:
    """Whether intake skips a file: names that begin with "_", "." or "~$" anywhere in its path, pages of explanation."""
    return any(part.startswith(("_", ".", "~$")) for part in path.parts) or path.suffix.lower() in _EXPLAINING


def open_archive(data: bytes, limits: dict[str, Any], budget: Budget, open_member: Opener) -> list[Document]:
    """Give the documents of an archive's members; one that cannot be read carries its problem, the others are given.

    Unreadable where the archive as a whole holds too much, too many files or none, or lies too deep.
    """
    if budget.depth < 1:
        raise Unreadable(_DEEP)
    documents: list[Document] = []
    with open_package(data, {"unpacked_megabytes": budget.size / 1_000_000}) as package:
        members = _members(package)
        budget.members -= len(members)
        if budget.members < 0:
            raise Unreadable(_MANY.format(count=len(members)))
        budget.size -= unpacked_size(package)
        for path, member in members:
            below = Budget(budget.size, budget.members, budget.depth - 1)
            for document in _open_member(package, member, path, limits, below, open_member):
                document.inner = str(path / document.inner) if document.inner else str(path)
                documents.append(document)
            budget.size, budget.members = below.size, below.members
    if not documents:
        raise Unreadable(_NOTHING)
    return documents


def _open_member(
    package: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    path: PurePosixPath,
    limits: dict[str, Any],
    budget: Budget,
    open_member: Opener,
) -> list[Document]:
    if member.flag_bits & 1:
        return [Document("", b"", problem=_LOCKED)]
    try:
        data = package.read(member)
    except BROKEN:
        return [Document("", b"", problem=_BROKEN)]
    return open_member(data, path.name, limits, budget)


def spend(data: bytes, budget: Budget) -> None:
    """Take what a packed workbook or Word file inside an archive unpacks to off the archive's budget."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = unpacked_size(package)
    except BROKEN:
        return
    if size > budget.size:
        raise Unreadable(TOO_LARGE)
    budget.size -= size


def _members(package: zipfile.ZipFile) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """The files a run reads, by path; two of the same path are told apart."""
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for member in package.infolist():
        path = member_path(member)
        if member.is_dir() or not path.parts or is_left_out(path):
            continue
        twin, number = path, 1
        while twin in found:
            number += 1
            twin = path.with_name(f"{path.stem} ({number}){path.suffix}")
        found[twin] = member
    return sorted(found.items(), key=lambda item: str(item[0]))


def member_path(member: zipfile.ZipInfo) -> PurePosixPath:
    """A member's path with a readable name, and nothing in it that climbs out of the archive."""
    name = _name(member).replace("\\", "/").replace("\0", "")
    parts = [part for part in name.split("/") if part not in ("", ".", "..") and not part.endswith(":")]
    return PurePosixPath(*(unicodedata.normalize("NFC", part) for part in parts))


def _name(member: zipfile.ZipInfo) -> str:
    """Names without the Unicode flag come as cp437; Vietnamese Windows wrote them in UTF-8 or in cp1258."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for told in (_unicode_path(member.extra), raw):
        for codec in ("utf-8", "cp1258") if told is raw else ("utf-8",):
            try:
                if told:
                    return told.decode(codec)
            except UnicodeDecodeError:
                continue
    return member.filename


def _unicode_path(extra: bytes) -> bytes:
    """The UTF-8 name some programs lay beside the old one."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size]
        extra = extra[4 + size :]
    return b""
