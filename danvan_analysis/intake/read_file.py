"""One file from its documents to what is kept of it; the part of reading that can be done in a process of its own."""

import hashlib
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from danvan_analysis.cells import Document, Sheet
from danvan_analysis.cells.open_file import open_file
from danvan_analysis.facts import Facts
from danvan_analysis.intake.accounting import keep, set_all_aside
from danvan_analysis.intake.answers import read_sheets
from danvan_analysis.intake.corrections import apply_ledger
from danvan_analysis.intake.door import SECRET, is_internal, is_secret
from danvan_analysis.intake.legacy_notice import say_converted
from danvan_analysis.intake.records import DocumentRecord
from danvan_analysis.intake.sheet_reader import Reader, SheetResult
from danvan_analysis.memory import without_collector
from danvan_analysis.text import fold

_INTERNAL = "Tệp ghi “LƯU HÀNH NỘI BỘ”; tài liệu lập từ số liệu này đề nghị giữ chế độ lưu hành đó."
_MIXED = "Tệp có dấu số liệu giả định nhưng nằm trong thư mục số liệu công bố; phần mềm không dùng."
Records = list[DocumentRecord]


def payload_of(facts: Facts, root: Path) -> bytes:
    """What a process needs to read the files of a folder."""
    return pickle.dumps((facts, root), pickle.HIGHEST_PROTOCOL)


def prepare(payload: bytes) -> Callable[[str, dict[str, Any]], Records]:
    """Give the function of (path, limits) that opens and reads one file of the folder in `payload`."""
    facts, root = pickle.loads(payload)
    reader = Reader.of(facts)

    def read(path: str, limits: dict[str, Any]) -> Records:
        with without_collector():
            return read_documents(open_file(path, limits), relative_to(root, Path(path)), root, reader)

    return read


def relative_to(root: Path, path: Path) -> PurePosixPath:
    """A file's path as the tables show it."""
    return PurePosixPath(path.relative_to(root).as_posix())


def read_documents(documents: list[Document], relative: PurePosixPath, root: Path, reader: Reader) -> Records:
    """Read what one file gave: a record for each document; one for the file where it bears a secrecy mark."""
    if any(is_secret(document) for document in documents):
        nature, _ = _nature(relative, (), root, reader)
        return [DocumentRecord(str(relative), "", nature, refused=("refused", "do_mat", SECRET))]
    return [
        _read_document(document, relative / document.inner if document.inner else relative, root, reader)
        for document in documents
    ]


def _read_document(document: Document, relative: PurePosixPath, root: Path, reader: Reader) -> DocumentRecord:
    digest = hashlib.sha256(document.data).hexdigest()
    corrected = apply_ledger(reader.facts.corrections, document, relative, digest)
    nature, clash = _nature(relative, () if document.problem else document.sheets, root, reader)
    record = DocumentRecord(str(relative), digest, nature, corrected.findings)
    if document.problem:
        record.digest = digest if document.data else ""
        record.refused = ("unreadable", "khong_mo_duoc", document.problem)
        return record
    results = read_sheets(corrected.sheets, relative, reader)
    if results and is_internal(document):
        results[0].readout.note("used", "luu_hanh_noi_bo", [], _INTERNAL)
    for result in results:
        say_converted(result.readout)
        if clash:
            set_all_aside(result, "ban_chat_mau_thuan", clash)
    corrected.note(results)
    record.sheets = [keep(result) for result in results]
    return record


def read_again(document: Document, relative: PurePosixPath, reader: Reader) -> list[SheetResult]:
    """The sheets of a document as they were when it was read, with their cells."""
    corrected = apply_ledger(reader.facts.corrections, document, relative, hashlib.sha256(document.data).hexdigest())
    results = read_sheets(corrected.sheets, relative, reader)
    corrected.note(results)
    return results


def _nature(relative: PurePosixPath, sheets: Iterable[Sheet], root: Path, reader: Reader) -> tuple[str, str | None]:
    settings = reader.facts.settings
    folders = {fold(part) for part in (root.name, *relative.parts[:-1])}
    mark = fold(settings["trial"]["mark"])
    texts = (text for sheet in sheets for text in (*sheet.distinct, *sheet.above) if len(text) >= len(mark) - 4)
    marked = any(mark in fold(text) for text in texts)
    published = fold(settings["published"]["folder"]) in folders
    trial = marked or fold(settings["trial"]["folder"]) in folders
    if trial and published:
        return "gia_dinh", _MIXED
    return ("gia_dinh" if trial else "cong_bo" if published else "bao_cao"), None
