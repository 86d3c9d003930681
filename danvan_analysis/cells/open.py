"""Opens a file by what its bytes are, not by its name, and gives its documents: the file itself, or an archive's members."""

from pathlib import PurePath
from typing import Any

from danvan_analysis.cells.archive import Budget, open_archive, spend
from danvan_analysis.cells.docx_tables import read_docx
from danvan_analysis.cells.html_tables import read_html_sheets
from danvan_analysis.cells.kinds import EMPTY, REFUSALS, UNKNOWN, kind_of
from danvan_analysis.cells.legacy import convert_document
from danvan_analysis.cells.ods_parts import complete, scan_ods
from danvan_analysis.cells.sheet import Document, Sheet, Unreadable
from danvan_analysis.cells.text_files import read_text_rows
from danvan_analysis.cells.workbook import read_workbook_sheets


def open_documents(data: bytes, name: str, limits: dict[str, Any]) -> list[Document]:
    """Give the documents of a file; one that cannot be read carries its problem, the others are still given."""
    documents = _open(data, name, limits)
    for document in documents:
        convert_document(document)
    return documents


def _open(data: bytes, name: str, limits: dict[str, Any], budget: Budget | None = None) -> list[Document]:
    """Open a file, or a member of an archive that has what is left of `budget`."""
    try:
        if data and kind_of(data, name) == "zip":
            return open_archive(data, limits, budget or Budget.of(limits), _open)
        if budget and data[:2] == b"PK":
            spend(data, budget)
        return [read_document(data, name, limits)]
    except Unreadable as error:
        return [Document("", data, problem=str(error))]


def read_document(data: bytes, name: str, limits: dict[str, Any]) -> Document:
    """Give one file as a document, text as it stands; Unreadable with a Vietnamese sentence where it gives no cells."""
    if not data:
        raise Unreadable(EMPTY)
    kind = kind_of(data, name)
    if kind in REFUSALS:
        raise Unreadable(REFUSALS[kind])
    if kind == "workbook":
        return Document("", data, read_workbook_sheets(data, limits))
    if kind == "ods":
        tables = scan_ods(data, limits)
        comments = [text for table in tables for text in table.comments]
        return Document("", data, complete(read_workbook_sheets(data, limits), tables), texts=comments)
    if kind == "docx":
        return read_docx(data, limits)
    if kind == "text":
        return Document("", data, [Sheet(PurePath(name).stem, read_text_rows(data, limits))])
    if kind == "html":
        return Document("", data, read_html_sheets(data, limits))
    raise Unreadable(UNKNOWN)


def read_sheets(data: bytes, name: str, limits: dict[str, Any]) -> list[Sheet]:
    """Give every sheet of a workbook, Word or text file; Unreadable with a Vietnamese sentence where there is none."""
    document = read_document(data, name, limits)
    if document.problem:
        raise Unreadable(document.problem)
    return document.sheets
