"""What the values of an .xlsx do not say: hidden, struck, commented, faulty cells; extents; odd but legal writing."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from danvan_analysis.cells import Sheet, Unreadable, open_documents
from danvan_analysis.cells.workbook import read_workbook_sheets
from danvan_analysis.facts import load_facts

LIMITS = load_facts().settings["limits"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheets(data: bytes) -> list[Sheet]:
    return read_workbook_sheets(data, LIMITS)


def plain() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in range(1, 9):
        book.active.append([f"dòng {row}", *(10 * row + column for column in range(1, 6))])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(data: bytes, **changes: Callable[[bytes], bytes]) -> bytes:
    """Rewrite the parts whose name ends with a key (dots as in "sheet1_xml")."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in package.namelist():
            change = next((f for key, f in changes.items() if name.replace(".", "_").endswith(key)), lambda part: part)
            made.writestr(name, change(package.read(name)))
    return out.getvalue()


def by_xlsxwriter(fill: Callable[[xlsxwriter.Workbook, Any], None]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    fill(book, book.add_worksheet("Trang 1"))
    book.close()
    return out.getvalue()


def test_openpyxl_hidden_rows_columns_sheets() -> None:
    book = plain()
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.active.column_dimensions["E"].width = 0
    for name, state in (("ẩn", "hidden"), ("ẩn kín", "veryHidden")):
        book.create_sheet(name).sheet_state = state
    first, *others = sheets(saved(book))
    assert first.hidden_rows == {2}
    assert first.hidden_columns >= {2}
    assert (first.visible, *[other.visible for other in others]) == (True, False, False)


def test_xlsxwriter_hidden_rows_columns() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Any) -> None:
        for r in range(8):
            sheet.write_row(r, 0, [r, r, r, r, r])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(4, 0)
        sheet.set_column("C:D", None, None, {"hidden": True})
        sheet.autofilter("A1:E8")

    (sheet,) = sheets(by_xlsxwriter(fill))
    assert sheet.hidden_rows == {2, 4}
    assert sheet.hidden_columns == {2, 3}


def test_unused_rows_hidden_by_default_are_not_told() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.set_default_row(hide_unused_rows=True)
        sheet.write_row(0, 0, [1, 2])

    assert sheets(by_xlsxwriter(fill))[0].hidden_rows == frozenset()


def test_struck_cells_and_runs() -> None:
    book = plain()
    sheet = book.active
    sheet["B2"].font = Font(strike=True)
    sheet["B3"].font = Font(bold=True)
    struck, free = InlineFont(strike=True), InlineFont(b=True)
    sheet["B4"] = CellRichText(TextBlock(struck, "41"))
    sheet["B5"] = CellRichText(TextBlock(struck, "51"), TextBlock(free, " 52"))
    sheet["B6"] = CellRichText(TextBlock(struck, "bỏ "), TextBlock(free, "giữ"))
    assert sheets(saved(book))[0].struck == {(1, 1), (3, 1), (4, 1)}


def test_struck_shared_strings() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Any) -> None:
        struck = book.add_format({"font_strikeout": True})
        sheet.write_rich_string("A1", "còn ", struck, "12", " nữa")
        sheet.write_rich_string("A2", "còn ", struck, "bỏ", " nữa")
        sheet.write_string("A3", "12", struck)
        sheet.write_string("A4", "12")

    assert sheets(by_xlsxwriter(fill))[0].struck == {(0, 0), (2, 0)}


def test_strike_switched_off_is_none() -> None:
    book = plain()
    book.active["B2"].font = Font(strike=True)
    off = parts(saved(book), styles_xml=lambda part: re.sub(rb"<strike[^>]*/>", b'<strike val="0"/>', part))
    assert sheets(off)[0].struck == frozenset()


def test_comments_give_their_cells_and_their_texts_go_to_the_door_only() -> None:
    book = plain()
    book.active["C4"].comment = Comment("xem lại giúp", "ai đó")
    (document,) = open_documents(saved(book), "a.xlsx", LIMITS)
    assert document.sheets[0].commented == {(3, 2)}
    assert any("xem lại giúp" in text for text in document.texts)


def test_threaded_comments_give_their_cells() -> None:
    data = parts(saved(plain()))
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        b' Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        b' Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    with zipfile.ZipFile(out := io.BytesIO(data), "a") as package:
        package.writestr("xl/worksheets/_rels/sheet1.xml.rels", relation)
        package.writestr(
            "xl/threadedComments/threadedComment1.xml",
            '<ThreadedComments><threadedComment ref="D7"><text>Mật</text></threadedComment></ThreadedComments>',
        )
    (document,) = open_documents(out.getvalue(), "a.xlsx", LIMITS)
    assert document.sheets[0].commented == {(6, 3)}
    assert "Mật" in document.texts


def test_headers_properties_and_text_boxes_are_texts() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write(0, 0, 1)
        sheet.set_header('&L&"Times New Roman,Bold"&14TỐI MẬT&RTrang &P/&N')
        sheet.insert_textbox("C3", "trong khung")
        book.set_properties({"category": "thuộc tính"})

    (document,) = open_documents(by_xlsxwriter(fill), "a.xlsx", LIMITS)
    assert {"TỐI MẬT", "trong khung", "thuộc tính"} <= {text.strip() for text in document.texts}


def test_legacy_fonts_are_named() -> None:
    book = plain()
    book.active["A2"].font = Font(name=".VnTime")
    book.active["A3"].font = Font(name="VNI-Times")
    book.active["A4"].font = Font(name="Times New Roman")
    assert sheets(saved(book))[0].fonts == {(1, 0): ".VnTime", (2, 0): "VNI-Times"}


def test_errors_and_formulas_without_a_value() -> None:
    book = plain()
    book.active["B2"] = "=SUM(B3:B4)"
    book.active["B3"] = "#N/A"
    book.active["Z9"] = "=1+1"
    assert sheets(saved(book))[0].faults == {
        (1, 1): "công thức chưa có giá trị",
        (2, 1): "#N/A",
        (8, 25): "công thức chưa có giá trị",
    }


def test_formula_with_a_value_is_no_fault_and_an_empty_text_neither() -> None:
    def change(part: bytes) -> bytes:
        return part.replace(b'<c r="B2" t="n"><v>21</v></c>', b'<c r="B2"><f>A1</f><v>21</v></c>').replace(
            b'<c r="B3" t="n"><v>31</v></c>', b'<c r="B3" t="str"><f>IF(1,"")</f><v></v></c>'
        )

    data = parts(saved(plain()), sheet1_xml=change)
    assert b"<f>" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert sheets(data)[0].faults == {}


def test_formulas_of_a_program_that_does_not_compute_are_no_zeros() -> None:
    def never(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_row(0, 0, [1, 2])
        sheet.write_formula("C1", "=A1+B1")

    def given(book: xlsxwriter.Workbook, sheet: Any) -> None:
        never(book, sheet)
        sheet.write_formula("C1", "=A1-A1", value=0)
        sheet.write_formula("D1", "=A1+B1", value=3)

    assert set(sheets(by_xlsxwriter(never))[0].faults) == {(0, 2)}
    assert sheets(by_xlsxwriter(given))[0].faults == {}


SHEET = (
    '<worksheet xmlns="{ns}">{cols}<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#REF!</v></c></row>'
    '<row r="2" hidden="1"><c r="A2"><v>2</v></c><c r="B2"><f>A1</f></c></row></sheetData></worksheet>'
)
FAULTS = {(0, 1): "#REF!", (1, 1): "công thức chưa có giá trị"}
COLS = '<cols><col min="2" max="16384" width="9" hidden="1"/></cols>'


@pytest.mark.parametrize(
    "write",
    [
        lambda xml: xml,
        lambda xml: xml.replace('"', "'"),
        lambda xml: re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x="),
        lambda xml: re.sub(r'<c r="\w+"', "<c", xml),
        lambda xml: re.sub(r' r="\w+"', "", xml),
        lambda xml: re.sub(r'<c r="(\w+)"( t="e")?', r'<c\2 r="\1"', xml).replace("<c t", "<c\n t"),
        lambda xml: xml.replace("=", " = ").replace("<v>1", "<!-- <row r='9'><c r='A9' t='e'/></row> --><v>1"),
    ],
    ids=["usual", "single quotes", "prefixed", "cells by order", "rows by order", "address last", "spaces, comment"],
)
def test_every_legal_writing_is_seen(write: Callable[[str], str]) -> None:
    xml = write(SHEET.format(ns=MAIN, cols=COLS))
    (sheet,) = sheets(parts(saved(plain()), sheet1_xml=lambda part: xml.encode()))
    assert sheet.rows[0][0] == 1
    assert sheet.faults == FAULTS
    assert sheet.hidden_rows == {1}
    assert sheet.hidden_columns == {1}


@pytest.mark.parametrize("address", ["XFD1048576", "A300000", "ZZ1", "SF200000"])
def test_a_claimed_extent_is_refused_before_it_is_opened(address: str) -> None:
    cell = f'<c r="{address}"><v>1</v></c></row></sheetData>'.encode()
    data = parts(saved(plain()), sheet1_xml=lambda part: part.replace(b"</row></sheetData>", cell))
    with pytest.raises(Unreadable, match="vùng ô quá lớn"):
        sheets(data)


def test_an_extent_in_a_row_of_another_number_is_refused() -> None:
    data = parts(saved(plain()), sheet1_xml=lambda part: part.replace(b'"B8"', b'"SA190000"'))
    with pytest.raises(Unreadable, match="vùng ô quá lớn"):
        sheets(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part.decode().encode("utf-16"),
        lambda part: b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + part,
    ],
    ids=["utf-16", "doctype"],
)
def test_what_the_reader_of_values_would_misread_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unreadable):
        sheets(parts(saved(plain()), sheet1_xml=lambda part: change(part[part.index(b"<worksheet") :])))


def test_a_part_twice_is_refused(recwarn: pytest.WarningsRecorder) -> None:
    data = saved(plain())
    with zipfile.ZipFile(out := io.BytesIO(data), "a") as package:
        package.writestr("XL/worksheets/Sheet1.xml", b"<worksheet/>")
    with pytest.raises(Unreadable, match="lặp lại"):
        sheets(out.getvalue())


def test_unpacked_size_is_limited() -> None:
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 2_000_000)
    with pytest.raises(Unreadable, match="giải nén"):
        read_workbook_sheets(out.getvalue(), {**LIMITS, "unpacked_megabytes": 1})


def test_deep_nesting_is_one_sentence() -> None:
    deep = b"<x:a>" * 200_000 + b"</x:a>" * 200_000
    xml = b"<x:worksheet xmlns:x='" + MAIN.encode() + b"'>" + deep + b"</x:worksheet>"
    data = parts(saved(plain()), sheet1_xml=lambda part: xml)
    assert all(isinstance(document.sheets, list) for document in open_documents(data, "a.xlsx", LIMITS))


def test_a_sheet_s_name_may_be_written_in_entities() -> None:
    book = plain()
    book.active.title = "Trang A & B"
    book.active["B2"] = "#N/A"
    data = parts(saved(book), workbook_xml=lambda part: part.replace(b"Trang A", b"Tr&#97;ng A"))
    assert sheets(data)[0].faults == {(1, 1): "#N/A"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.full
def test_libreoffice_files(tmp_path: Path) -> None:
    book = plain()
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.active["B2"].font = Font(strike=True)
    book.active["D4"].comment = Comment("ghi chú", "ai đó")
    book.active["B5"] = "=1/0"
    book.save(tmp_path / "a.ods.xlsx")
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "ra", tmp_path / "a.ods.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (sheet,) = sheets((tmp_path / "ra" / "a.ods.xlsx").read_bytes())
    assert sheet.hidden_rows == {2}
    assert sheet.hidden_columns == {2}
    assert sheet.struck == {(1, 1)}
    assert sheet.commented == {(3, 3)}
    assert set(sheet.faults) == {(4, 1)}
