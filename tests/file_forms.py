"""Writes the sheets of a workbook in other forms of file, by means that share nothing with the reader: see test_cells_files."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import docx
import openpyxl

# The tables of the two fonts as their makers published them, letter beside sign.
TCVN3 = dict(
    zip(
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        bytes.fromhex(
            "a1a2a3a4a5a6a7a8a9aaabacadae b5b6b7b8b9 bbbcbdbec6 c7c8c9cacb cccecfd0d1 d2d3d4d5d6 d7d8dcddde"
            "dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe"
        ).decode("latin-1"),
        strict=True,
    )
)
_SMALL = {"\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0301": "ù", "\u0323": "ï", "": ""}
_ROOF = {"\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0301": "á", "\u0323": "ä", "": "â"}
_BOWL = {"\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0301": "é", "\u0323": "ë", "": "ê"}
_ALONE = {"ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ"}


def tcvn3(text: str) -> str:
    """As typed in .VnTime; capitals with tones do not exist there: the small letter stands for them."""
    return "".join(TCVN3.get(sign) or TCVN3.get(sign.lower(), sign) for sign in unicodedata.normalize("NFC", text))


def vni(text: str) -> str:
    """As typed in VNI-Times: a letter and its mark, both capital or both small."""
    return "".join(_vni(sign) for sign in unicodedata.normalize("NFC", text))


def _vni(sign: str) -> str:
    small = sign.lower()
    if small in _ALONE:
        found = _ALONE[small]
    else:
        base, *marks = unicodedata.normalize("NFD", small)
        tone = next((mark for mark in marks if mark in _SMALL), "")
        if "\u0302" in marks:
            found = base + _ROOF[tone]
        elif "\u0306" in marks:
            found = base + _BOWL[tone]
        elif "\u031b" in marks:
            found = {"o": "ô", "u": "ö"}[base] + _SMALL[tone]
        elif marks:
            found = base + _SMALL[tone]
        else:
            return sign
    return found.upper() if sign != small else found


def cp1258(text: str) -> bytes:
    """Letters as the code page has them: â, ê, ô, ă, ơ, ư, đ whole, tones as marks after them."""
    out = b""
    for sign in unicodedata.normalize("NFC", text):
        try:
            out += sign.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", sign)
            tone = next(mark for mark in marks if mark in _SMALL)
            whole = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark != tone))
            out += (whole + tone).encode("cp1258")
    return out


@dataclass
class Plain:
    """A sheet as openpyxl gives it: name, values, merged ranges counted from 0."""

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]]


def sheets_of(path: Path) -> list[Plain]:
    """The sheets of a workbook, cached values of formulas."""
    book = openpyxl.load_workbook(path, data_only=True)
    return [
        Plain(
            sheet.title,
            [list(row) for row in sheet.iter_rows(values_only=True)],
            [(m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges],
        )
        for sheet in book.worksheets
    ]


def said(value: Any) -> str:
    """A value as a Vietnamese office shows it: decimal comma, no sign of emptiness."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    return str(value)


def csv_bytes(sheet: Plain, encode: Any, mark: str = ";") -> bytes:
    """One sheet as a text table."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows([[said(value) for value in row] for row in sheet.rows])
    return bytes(encode(out.getvalue()))


def write_docx(path: Path, sheets: Sequence[Plain]) -> None:
    """Each sheet: letterhead as a table without borders, titles as paragraphs, then the table with its merged cells."""
    document = docx.Document()
    for sheet in sheets:
        rows = [[said(value) for value in row] for row in sheet.rows]
        start = next((r for r, row in enumerate(rows) if sum(map(bool, row)) >= 3), len(rows))
        while start > 0 and any(top <= start - 1 < start <= bottom for top, _, bottom, _ in sheet.merges):
            start -= 1
        for row in rows[:start]:
            texts = [text for text in row if text]
            if len(texts) == 2:
                frame = document.add_table(1, 2)
                for cell, text in zip(frame.rows[0].cells, texts, strict=True):
                    cell.text = text
            elif texts:
                document.add_paragraph("   ".join(texts))
        end = max((r for r, row in enumerate(rows) if any(row)), default=start) + 1
        foot = end
        while foot > start and sum(map(bool, rows[foot - 1])) < 2 and not any(t.isdigit() for t in rows[foot - 1]):
            foot -= 1
        if start >= foot:
            continue
        width = len(rows[0])
        table = document.add_table(foot - start, width)
        table.style = "Table Grid"
        grid = [list(row.cells) for row in table.rows]
        for top, left, bottom, right in sheet.merges:
            if start <= top and bottom < foot:
                grid[top - start][left].merge(grid[bottom - start][right])
        for r, row in enumerate(rows[start:foot]):
            for c, text in enumerate(row):
                if text:
                    grid[r][c].text = text
        for row in rows[foot:end]:
            document.add_paragraph("   ".join(text for text in row if text))
        document.add_page_break()
    document.save(str(path))


_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:dc="urn:dc" office:version="1.2"'
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def ods_bytes(tables: str) -> bytes:
    """An .ods of hand-written table elements."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", _MIME, zipfile.ZIP_STORED)
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/></manifest:manifest>',
        )
        package.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS}><office:body><office:spreadsheet>'
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def ods_of(sheets: Sequence[Plain]) -> bytes:
    """Sheets as an office program writes them: covered cells under merged ones, endless empty rows at the end."""
    tables = ""
    for sheet in sheets:
        spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
        covered = {
            (r, c) for top, left, bottom, right in sheet.merges for r in range(top, bottom + 1)
            for c in range(left, right + 1) if (r, c) != (top, left)
        }  # fmt: skip
        rows = ""
        for r, row in enumerate(sheet.rows):
            cells = ""
            for c, value in enumerate(row):
                tag = "table:covered-table-cell" if (r, c) in covered else "table:table-cell"
                down, across = spans.get((r, c), (1, 1))
                span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
                attributes = span if down * across > 1 else ""
                shown = ""
                if isinstance(value, int | float):
                    attributes += f' office:value-type="float" office:value="{value!r}"'
                    shown = f"<text:p>{value}</text:p>"
                elif value is not None:
                    attributes += ' office:value-type="string"'
                    shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
                cells += f"<{tag}{attributes}>{shown}</{tag}>"
            rows += f"<table:table-row>{cells}</table:table-row>"
        tables += (
            f'<table:table table:name={quoteattr(sheet.name)}><table:table-column table:number-columns-repeated="1024"/>'
            f'{rows}<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
            ' table:number-columns-repeated="1024"/></table:table-row></table:table>'
        )
    return ods_bytes(tables)


def write_xlsx(path: Path, sheets: Sequence[Plain], typed: Any = str) -> None:
    """A workbook again, its texts typed by another hand (another encoding)."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(typed(sheet.name))
        for r, row in enumerate(sheet.rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None:
                    page.cell(r, c, typed(value) if isinstance(value, str) else value)
        for top, left, bottom, right in sheet.merges:
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)
