"""Files of every kind that senders use: the same figures come out of each, and each address is the one a reader counts.

The forms are written in `file_forms`, which shares nothing with the reader: own tables of TCVN3 and VNI, python-docx,
hand-written .ods parts, openpyxl.
"""

import io
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.cells import Document, Sheet, open_documents
from danvan_analysis.cells.legacy import convert_document, convert_sheet, read_as
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.door import is_secret
from danvan_analysis.tables import Data

from .file_forms import cp1258, csv_bytes, ods_bytes, ods_of, sheets_of, tcvn3, vni, write_docx, write_xlsx

TRIAL = Path(__file__).parent.parent / "data" / "raw" / "gia-dinh"
FACTS = load_facts()
LIMITS = FACTS.settings["limits"]
ROWS = [
    ["STT", "Đơn vị", "Số chi hội", "Tỷ lệ"],
    ["1", "Xã Phú Đức", "12", "58,01%"],
    ["2", "Xã Hòa Bình", "9", "100%"],
]
#: Workbooks whose sheets each bear their own letterhead, for a text table knows nothing of the other sheets.
SIX = (
    "2023/chau thanh 2023.xlsx",
    "2023/bieu so lieu TN 2023 (1).xlsx",
    "2022/Biểu kèm BC 2022 - H. Hồng Ngự.xlsx",
    "2024/Biểu số liệu Thành uỷ Sa Đéc năm 2024.xlsx",
    "2021/HND tỉnh - kết quả xếp loại 2021.xlsx",
    "2024/Thap Muoi_bieu tong hop_2024.xlsx",
)


def opened(data: bytes, name: str) -> list[Document]:
    return open_documents(data, name, LIMITS)


def the_sheets(data: bytes, name: str) -> list[Sheet]:
    (document,) = opened(data, name)
    assert document.problem is None
    return document.sheets


def problem(data: bytes, name: str) -> str:
    (document,) = opened(data, name)
    assert document.problem
    assert document.sheets == []
    return document.problem


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


def csv_of(rows: list[list[Any]], encode: Callable[[str], bytes] = str.encode) -> bytes:
    return encode("\r\n".join(";".join(map(str, row)) for row in rows))


# --- the heart: the same return in every form -------------------------------------------------------------------------


def _in_csv(encode: Callable[[str], bytes], mark: str = ";") -> Callable[[Path, Path], None]:
    def write(source: Path, folder: Path) -> None:
        for sheet in sheets_of(source):
            (folder / f"{source.stem} - {sheet.name}.csv").write_bytes(csv_bytes(sheet, encode, mark))

    return write


FORMS: dict[str, Callable[[Path, Path], None]] = {
    "docx": lambda source, folder: write_docx(folder / f"{source.stem}.docx", sheets_of(source)),
    "ods": lambda source, folder: _write(folder / f"{source.stem}.ods", ods_of(sheets_of(source))),
    "xlsx in TCVN3": lambda source, folder: write_xlsx(folder / source.name, sheets_of(source), tcvn3),
    "xlsx in VNI": lambda source, folder: write_xlsx(folder / source.name, sheets_of(source), vni),
    "xlsx named xls": lambda source, folder: _write(folder / f"{source.stem}.xls", source.read_bytes()),
    "csv utf-16": _in_csv(lambda text: text.encode("utf-16"), "\t"),
    "csv cp1258": _in_csv(cp1258),
    "csv in TCVN3": _in_csv(lambda text: tcvn3(text).encode("cp1252", "replace"), "|"),
    "zip": lambda source, folder: _write(folder / f"{source.stem}.zip", zipped({source.name: source.read_bytes()})),
}


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _figures(data: Data) -> tuple[dict[tuple[Any, ...], int], dict[tuple[Any, ...], int]]:
    unit = ["year", "period", "area_id", "organisation", "unit_type", "scale_id", "rating", "rated_by", "channel",
            "status", "nature"]  # fmt: skip
    ratings = data.ratings.group_by(unit).agg(pl.col("count").sum()).filter(pl.col("count") > 0)
    measures = data.measures.group_by("year", "area_id", "organisation", "measure").agg(pl.col("value").sum())
    return ({row[:-1]: row[-1] for row in ratings.iter_rows()}, {row[:-1]: row[-1] for row in measures.iter_rows()})


def _aside(data: Data) -> list[Any]:
    return sorted(data.set_aside.filter(pl.col("effect") != "used")["reason"])


def _accounted(data: Data) -> None:
    s = data.sources
    assert s.filter(pl.col("rows_read") != pl.sum_horizontal("rows_used", "rows_aside", "rows_structural")).is_empty()
    cells = pl.sum_horizontal("cells_used", "cells_checked", "cells_aside", "cells_structural")
    assert s.filter(pl.col("cells_read") != cells).is_empty()


@pytest.fixture(scope="module")
def originals(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Data:
    folder = tmp_path_factory.mktemp("goc") / "gia-dinh"
    for name in SIX:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TRIAL / name, folder / name)
    return read_raw(folder.parent, facts)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_returns_in_another_form_give_the_same_figures(
    tmp_path: Path, facts: Facts, originals: Data, form: str
) -> None:
    for name in SIX:
        folder = tmp_path / "gia-dinh" / Path(name).parent
        folder.mkdir(parents=True, exist_ok=True)
        FORMS[form](TRIAL / name, folder)
    data = read_raw(tmp_path, facts)
    ratings, measures = _figures(data)
    assert len(ratings) > 900 and len(measures) > 300
    assert (ratings, measures) == _figures(originals)
    assert _aside(data) == _aside(originals) == []
    _accounted(data)
    converted = data.set_aside.filter(reason="chuyen_ma")
    if form.endswith(("TCVN3", "VNI")):
        assert converted.select("source_file", "source_sheet").n_unique() == data.sources.height
        assert converted["message_vi"].str.contains(form.split()[-1]).all()
    else:
        assert converted.is_empty()


def test_one_archive_of_all_forms_feeds_each_unit_once(tmp_path: Path, facts: Facts, originals: Data) -> None:
    mixed = ("docx", "ods", "csv cp1258", "xlsx in TCVN3", "csv utf-16", "zip")
    for name, form in zip(SIX, mixed, strict=True):
        folder = tmp_path / "roi" / "gia-dinh" / Path(name).parent
        folder.mkdir(parents=True, exist_ok=True)
        FORMS[form](TRIAL / name, folder)
    files = {p.relative_to(tmp_path / "roi").as_posix(): p.read_bytes() for p in (tmp_path / "roi").rglob("*.*")}
    (tmp_path / "gui").mkdir()
    (tmp_path / "gui" / "ca tinh.zip").write_bytes(zipped(files))
    data = read_raw(tmp_path / "gui", facts)
    assert _figures(data) == _figures(originals)
    assert _aside(data) == []
    assert all(name.startswith("ca tinh.zip/gia-dinh/20") for name in data.sources["source_file"])


def test_libreoffice_writes_the_same_figures(tmp_path: Path, facts: Facts) -> None:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed")
    source = TRIAL / SIX[0]
    for folder in ("goc/gia-dinh/2023", "ods/gia-dinh/2023"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(source, tmp_path / "goc/gia-dinh/2023")
    command = [office, f"-env:UserInstallation=file://{tmp_path}/ho-so", "--headless", "--convert-to", "ods", "--outdir",
               str(tmp_path / "ods/gia-dinh/2023"), str(source)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert _figures(read_raw(tmp_path / "ods", facts)) == _figures(read_raw(tmp_path / "goc", facts))
    sheet = the_sheets((tmp_path / f"ods/gia-dinh/2023/{source.stem}.ods").read_bytes(), "a.ods")[0]
    plain = sheets_of(source)[0]
    assert sorted(sheet.merges) == sorted(plain.merges)


# --- Word ---------------------------------------------------------------------------------------------------------------


def word(build: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def table(document: Any, rows: list[list[str]]) -> Any:
    made = document.add_table(len(rows), len(rows[0]))
    made.style = "Table Grid"
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return made


def test_cells_of_a_word_table_are_counted_within_it_and_titles_stand_above() -> None:
    def build(document: Any) -> None:
        frame = document.add_table(1, 2)
        frame.rows[0].cells[0].text = "HUYỆN ỦY LẤP VÒ\nBAN DÂN VẬN"
        frame.rows[0].cells[1].text = "ĐẢNG CỘNG SẢN VIỆT NAM"
        document.add_paragraph("KẾT QUẢ XẾP LOẠI NĂM 2023")
        document.add_paragraph("(Kèm theo Báo cáo)")
        table(document, ROWS)
        document.add_paragraph("Phần hai")
        merged = table(document, [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]])
        merged.cell(0, 0).merge(merged.cell(0, 1)).text = "rộng"
        merged.cell(1, 2).merge(merged.cell(2, 2)).text = "cao"
        document.add_paragraph("Nơi nhận")

    first, second = the_sheets(word(build), "a.docx")
    assert (first.name, second.name) == ("Bảng 1", "Bảng 2")
    assert first.rows == ROWS
    assert first.above == [
        "(Kèm theo Báo cáo)",
        "KẾT QUẢ XẾP LOẠI NĂM 2023",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "BAN DÂN VẬN",
        "HUYỆN ỦY LẤP VÒ",
    ]
    assert second.above == ["Phần hai"]
    assert second.rows == [["rộng", None, "c"], ["d", "e", "cao"], ["g", "h", None]]
    assert sorted(second.merges) == [(0, 0, 0, 1), (1, 2, 2, 2)]


def test_figures_of_a_word_return_name_their_cell(tmp_path: Path, facts: Facts) -> None:
    def build(document: Any) -> None:
        document.add_paragraph("HUYỆN ỦY TAM NÔNG")
        document.add_paragraph("Kết quả xếp loại chi hội nông dân năm 2023")
        table(document, [["STT", "Đơn vị", "Tổng số chi hội", "Vững mạnh", "Khá", "Trung bình"],
                         ["1", "Xã Phú Đức", "09", "05", "03", "01"], ["2", "Xã Phú Hiệp", "7", "7", "-", "-"]])  # fmt: skip

    (tmp_path / "bc.docx").write_bytes(word(build))
    data = read_raw(tmp_path, facts)
    rows = data.ratings.filter(pl.col("count") > 0).select("source_sheet", "source_cell", "year", "count").rows()
    assert sorted(rows) == [("Bảng 1", cell, 2023, n) for cell, n in (("D2", 5), ("D3", 7), ("E2", 3), ("F2", 1))]
    assert data.sources["sender"].to_list() == ["871"]


def test_the_trial_mark_above_a_word_table_counts(tmp_path: Path, facts: Facts) -> None:
    def build(document: Any) -> None:
        document.add_paragraph(facts.settings["trial"]["mark"])
        document.add_paragraph("HUYỆN ỦY TAM NÔNG")
        document.add_paragraph("Kết quả xếp loại chi hội nông dân năm 2023")
        table(document, [["STT", "Đơn vị", "Tổng số chi hội", "Vững mạnh", "Khá"], ["1", "Xã Phú Đức", "9", "5", "4"]])

    (tmp_path / "bc.docx").write_bytes(word(build))
    assert read_raw(tmp_path, facts).ratings["nature"].unique().to_list() == ["gia_dinh"]


def test_deleted_text_is_no_text_inserted_is_and_struck_is_said() -> None:
    def build(document: Any) -> None:
        made = table(document, [*ROWS, ["3", "Xã Phú Hiệp", "7", "70%"], ["4", "Xã bỏ", "1", "1%"]])
        paragraph = made.cell(1, 2).paragraphs[0]
        run = paragraph.runs[0]._r
        deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
        run.addprevious(deleted)
        deleted.append(run)
        run.find(qn("w:t")).tag = qn("w:delText")
        paragraph._p.append(inserted)
        paragraph.add_run("13")
        inserted.append(paragraph.runs[-1]._r)
        made.cell(2, 2).paragraphs[0].runs[0].font.strike = True
        made.cell(2, 2).paragraphs[0].add_run("8")
        made.cell(3, 2).paragraphs[0].runs[0].font.double_strike = True
        made.rows[4]._tr.get_or_add_trPr().append(OxmlElement("w:del"))

    (sheet,) = the_sheets(word(build), "a.docx")
    assert [row[2] for row in sheet.rows] == ["Số chi hội", "13", "8", "7"]
    assert sheet.struck == {(2, 2), (3, 2)}


def test_rows_that_begin_late_and_cells_in_content_controls_keep_their_columns() -> None:
    def build(document: Any) -> None:
        made = table(document, ROWS)
        late = made.rows[1]._tr
        late.remove(late.tc_lst[0])
        before = OxmlElement("w:gridBefore")
        before.set(qn("w:val"), "1")
        late.get_or_add_trPr().append(before)
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        row = made.rows[2]._tr
        row.addprevious(control)
        control.append(content)
        content.append(row)

    (sheet,) = the_sheets(word(build), "a.docx")
    assert sheet.rows == [ROWS[0], [None, *ROWS[1][1:]], ROWS[2]]


def test_a_table_inside_a_cell_is_a_sheet_of_its_own() -> None:
    def build(document: Any) -> None:
        made = table(document, [["1", "2"], ["3", "ngoài"]])
        inner = made.cell(1, 1).add_table(3, 4)
        for r, row in enumerate(ROWS):
            for c, text in enumerate(row):
                inner.cell(r, c).text = text
        table(document, [["5", "6", "7"]] * 2)

    sheets = the_sheets(word(build), "a.docx")
    assert [sheet.name for sheet in sheets] == ["Bảng 1", "Bảng 1, bảng trong ô B2", "Bảng 2"]
    assert sheets[0].rows == [["1", "2"], ["3", "ngoài"]]
    assert sheets[1].rows == ROWS


@pytest.mark.parametrize("place", ["header", "box", "property", "body", "cell", "comment", "nested"])
def test_a_secrecy_mark_anywhere_in_a_word_file_is_seen(place: str) -> None:
    def build(document: Any) -> None:
        made = table(document, ROWS)
        if place == "header":
            document.sections[0].header.paragraphs[0].text = "Độ mật: TỐI MẬT"
        elif place == "property":
            document.core_properties.keywords = "MẬT"
        elif place == "body":
            document.add_paragraph("mật")
        elif place == "cell":
            made.cell(1, 1).text = "MẬT"
        elif place == "comment":
            document.add_comment(made.cell(1, 1).paragraphs[0].runs, text="Tuyệt mật")
        elif place == "nested":
            made.cell(1, 1).add_table(1, 1).cell(0, 0).text = "MẬT"
        else:
            box = OxmlElement("w:txbxContent")
            inner = OxmlElement("w:p")
            run, text = OxmlElement("w:r"), OxmlElement("w:t")
            text.text = "MẬT"
            run.append(text)
            inner.append(run)
            box.append(inner)
            picture = OxmlElement("w:pict")
            picture.append(box)
            document.add_paragraph().add_run()._r.append(picture)

    (document,) = opened(word(build), "a.docx")
    assert is_secret(document)
    (plain,) = opened(word(lambda d: table(d, ROWS)), "a.docx")
    assert not is_secret(plain)


def test_word_files_without_a_table_are_one_sentence() -> None:
    def letter(document: Any) -> None:
        frame = document.add_table(2, 2)
        frame.cell(0, 0).text, frame.cell(0, 1).text = "HUYỆN ỦY LẤP VÒ", "ĐẢNG CỘNG SẢN VIỆT NAM"
        frame.cell(1, 0).text, frame.cell(1, 1).text = "*", "Lấp Vò, ngày 05 tháng 01 năm 2024"
        document.add_paragraph("Kính gửi Ban Dân vận Tỉnh ủy")

    assert "không có bảng" in problem(word(letter), "a.docx")
    assert "không có bảng" in problem(word(lambda d: d.add_paragraph("chữ")), "a.docx")


def test_a_short_list_of_words_is_no_letterhead() -> None:
    for rows in (
        [["Đơn vị", "Xếp loại"], ["Hội Nông dân", "Tốt"]],
        [["ĐƠN VỊ", "XẾP LOẠI"], ["Hội Nông dân", "Tốt"]],
    ):
        (sheet,) = the_sheets(word(lambda d, rows=rows: table(d, rows)), "a.docx")
        assert sheet.rows == rows


@pytest.mark.parametrize("span", ["100000000", "600"])
def test_a_word_table_of_endless_width_is_refused(span: str) -> None:
    def build(document: Any) -> None:
        made = table(document, ROWS)
        wide = OxmlElement("w:gridSpan")
        wide.set(qn("w:val"), span)
        made.cell(1, 1)._tc.get_or_add_tcPr().append(wide)

    assert "vùng ô quá lớn" in problem(word(build), "a.docx")


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize("part", ["word/document.xml", "_rels/.rels", "docProps/core.xml"])
def test_declared_entities_stop_a_word_file(part: str) -> None:
    good = word(lambda d: table(d, ROWS))
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    start = parts[part].index(b"?>") + 2
    parts[part] = parts[part][:start] + BOMB + parts[part][start:]
    assert "khai báo lạ" in problem(zipped(parts), "a.docx")


@pytest.mark.parametrize("cut", [100, 3000, -30])
def test_a_word_file_cut_off_is_one_sentence(cut: int) -> None:
    assert "Word bị hỏng" in problem(word(lambda d: table(d, ROWS))[:cut], "a.docx")


# --- archives -----------------------------------------------------------------------------------------------------------

CSV = csv_of(ROWS)


def test_members_are_documents_and_one_bad_member_costs_only_itself() -> None:
    inner = zipped({"sau/xa.csv": CSV})
    documents = opened(
        zipped({"a.csv": CSV, "Huyện/quét.pdf": b"%PDF-1.4", "trong.zip": inner, "_bo/x.csv": CSV, "__MACOSX/._a.csv": CSV,
                "~$a.xlsx": b"x", ".an.csv": CSV, "doc.md": b"#", "rong.csv": b""}), "goi.zip"
    )  # fmt: skip
    found = {document.inner: document.problem for document in documents}
    assert list(found) == ["Huyện/quét.pdf", "a.csv", "rong.csv", "trong.zip/sau/xa.csv"]
    assert found["a.csv"] is None and found["trong.zip/sau/xa.csv"] is None
    assert "PDF" in (found["Huyện/quét.pdf"] or "") and "rỗng" in (found["rong.csv"] or "")
    assert documents[1].data == CSV


@pytest.mark.parametrize("codec", ["utf-8", "cp1258"])
def test_names_without_the_unicode_flag_are_readable(codec: str) -> None:
    name = "Biểu số liệu Huyện Lấp Vò.csv"
    raw = cp1258(name) if codec == "cp1258" else name.encode()
    placeholder = "x" * len(raw)
    data = zipped({placeholder: CSV}).replace(placeholder.encode(), raw)
    (document,) = opened(data, "goi.zip")
    assert document.inner == name
    assert document.sheets[0].name == name.removesuffix(".csv")


def test_names_that_climb_stay_inside_and_twins_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for name in ("../../etc/a.csv", "/b.csv", "C:\\c\\..\\c.csv", "b.csv", "b.csv"):
                package.writestr(name, CSV)
    found = [document.inner for document in opened(out.getvalue(), "goi.zip")]
    assert found == ["b (2).csv", "b (3).csv", "b.csv", "c/c.csv", "etc/a.csv"]


def test_archives_nest_to_a_stated_depth() -> None:
    data = zipped({"a.csv": CSV})
    for layer in range(1, LIMITS["archive_depth"]):
        data = zipped({f"lop {layer}.zip": data})
    (deepest,) = opened(data, "goi.zip")
    assert deepest.problem is None
    assert deepest.inner.count("/") == LIMITS["archive_depth"] - 1
    deep, beside = opened(zipped({"a.zip": data, "b.csv": CSV}), "goi.zip")
    assert "quá nhiều lớp" in (deep.problem or "")
    assert deep.inner.startswith("a.zip/")
    assert beside.problem is None


def test_archives_that_unpack_to_too_much_or_hold_too_many_files_are_refused() -> None:
    small = LIMITS | {"unpacked_megabytes": 1, "archive_members": 3}
    big = zipped({"a.csv": b"0" * 2_000_000})
    (document,) = open_documents(big, "goi.zip", small)
    assert "quá lớn sau khi giải nén" in (document.problem or "")
    many = zipped({f"{n}.csv": CSV for n in range(4)})
    (document,) = open_documents(many, "goi.zip", small)
    assert "quá nhiều tệp (4)" in (document.problem or "")
    # Members that are packages themselves are reckoned too, and the others are still read.
    packed = word(lambda d: table(d, ROWS))
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        size = sum(part.file_size for part in package.infolist())
    room = (2 * len(packed) + len(CSV) + 1.5 * size) / 1_000_000
    both = zipped({"a.docx": packed, "b.docx": packed, "c.csv": CSV})
    documents = open_documents(both, "goi.zip", LIMITS | {"unpacked_megabytes": room})
    assert ["giải nén" in (d.problem or "") for d in documents] == [False, True, False]


def test_locked_and_damaged_members_are_one_sentence_each() -> None:
    data = bytearray(zipped({"a.csv": CSV, "b.csv": CSV * 50, "c.csv": CSV}))
    # Set the flag of encryption of a.csv, in its own header and in the directory; break the bytes of b.csv.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    start = data.index(b"b.csv") + 10
    data[start : start + 20] = b"\xff" * 20
    found = {d.inner: d.problem for d in opened(bytes(data), "goi.zip")}
    assert "mật khẩu" in (found["a.csv"] or "")
    assert "bị hỏng" in (found["b.csv"] or "")
    assert found["c.csv"] is None


def test_an_archive_of_nothing_or_cut_off_is_one_sentence() -> None:
    assert "không có tệp số liệu nào" in problem(zipped({"doc.md": b"#"}), "goi.zip")
    assert "Tệp nén bị hỏng" in problem(zipped({"a.csv": CSV})[:60], "goi.zip")


def test_members_of_an_archive_are_named_with_it(tmp_path: Path, facts: Facts) -> None:
    name = SIX[0].partition("/")[2]
    (tmp_path / "gia-dinh").mkdir()
    members = {f"2023/{name}": (TRIAL / SIX[0]).read_bytes(), "2023/anh.jpg": b"\xff\xd8\xff\xe0"}
    (tmp_path / "gia-dinh" / "goi.zip").write_bytes(zipped(members))
    data = read_raw(tmp_path, facts)
    assert set(data.ratings["source_file"]) == {f"gia-dinh/goi.zip/2023/{name}"}
    (bad,) = data.set_aside.filter(reason="khong_mo_duoc").iter_rows(named=True)
    assert bad["source_file"] == "gia-dinh/goi.zip/2023/anh.jpg"
    assert "ảnh" in bad["message_vi"]


# --- text tables --------------------------------------------------------------------------------------------------------

TITLED = "KẾT QUẢ XẾP LOẠI, NĂM 2023\nHuyện Tam Nông, tỉnh Đồng Tháp\n"
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 le bare": lambda text: text.encode("utf-16-le"),
    "utf-16 be bare": lambda text: text.encode("utf-16-be"),
    "utf-16 be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "cp1258": cp1258,
    "TCVN3": lambda text: tcvn3(text).encode("latin-1"),
    "VNI": lambda text: vni(text).encode("latin-1"),
    "nfd": lambda text: unicodedata.normalize("NFD", text).encode(),
}


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.xlsx"])
def test_text_tables_of_every_encoding_and_separator(encoding: str, mark: str, name: str) -> None:
    rows = [[f'"{value}"' if "," in value else value for value in row] for row in ROWS]
    text = TITLED.replace(",", "") + "\n".join(mark.join(row) for row in rows)
    (sheet,) = the_sheets(ENCODINGS[encoding](text), name)
    found = [[unicodedata.normalize("NFC", value).casefold() for value in row if value] for row in sheet.rows]
    assert found[2:] == [[value.casefold() for value in row] for row in ROWS]
    assert found[1] == ["huyện tam nông tỉnh đồng tháp"]
    assert sheet.legacy == (encoding if encoding in ("TCVN3", "VNI") else "")


def test_titles_with_commas_do_not_make_a_comma_file() -> None:
    (sheet,) = the_sheets((TITLED * 3 + "\n".join(";".join(row) for row in ROWS)).encode(), "a.csv")
    assert sheet.rows[0][0] == "KẾT QUẢ XẾP LOẠI, NĂM 2023"
    assert sheet.rows[6:] == ROWS


def test_a_line_that_names_the_separator_is_no_row() -> None:
    (sheet,) = the_sheets(b"sep=;\r\n" + csv_of(ROWS), "a.csv")
    assert sheet.rows == ROWS


def test_quotes_reach_over_lines_and_one_that_never_closes_swallows_nothing() -> None:
    (sheet,) = the_sheets('STT;"Đơn\nvị";"Số ""chi hội"""\n1;Phú Đức;2\n'.encode(), "a.csv")
    assert sheet.rows == [["STT", "Đơn\nvị", 'Số "chi hội"'], ["1", "Phú Đức", "2"]]
    (sheet,) = the_sheets('STT;Đơn vị;Số\n1;"Phú Đức;2\n2;Phú Hiệp;3\n'.encode(), "a.csv")
    assert sheet.rows[2] == ["2", "Phú Hiệp", "3"]


def test_decimal_commas_between_commas_are_refused_by_line() -> None:
    text = "STT,Đơn vị,Số,Tỷ lệ\n1,Phú Đức,12,100\n2,Phú Hiệp,7,58,01\n"
    assert "dòng 3 có 5 ô, tiêu đề có 4 ô" in problem(text.encode(), "a.csv")
    (sheet,) = the_sheets(text.replace("58,01", '"58,01"').encode(), "a.csv")
    assert sheet.rows[2] == ["2", "Phú Hiệp", "7", "58,01"]


def test_text_tables_have_limits() -> None:
    assert "quá nhiều dòng hoặc cột" in problem(b";" * (LIMITS["columns"] + 1) + b"\n1;2", "a.csv")


# --- .ods ---------------------------------------------------------------------------------------------------------------


def element(name: str, inner: str = "", **attributes: object) -> str:
    """An element of the table space: rows_repeated=2 is table:number-rows-repeated="2"."""
    written = "".join(f' {_ATTRIBUTES.get(key, key)}="{value}"' for key, value in attributes.items())
    return f"<table:{name}{written}>{inner}</table:{name}>"


_ATTRIBUTES = {
    "rows_repeated": "table:number-rows-repeated",
    "columns_repeated": "table:number-columns-repeated",
    "across": "table:number-columns-spanned",
    "down": "table:number-rows-spanned",
    "visibility": "table:visibility",
    "formula": "table:formula",
    "kind": "office:value-type",
    "value": "office:value",
    "error": "calcext:value-type",
}
EMPTY = element("table-cell")


def cell(text: str, **attributes: object) -> str:
    return element("table-cell", f"<text:p>{text}</text:p>", kind="string", **attributes)


def row(*cells: str, **attributes: object) -> str:
    return element("table-row", "".join(cells), **attributes)


def sheet_xml(*parts: str) -> bytes:
    return ods_bytes(f'<table:table table:name="S">{"".join(parts)}</table:table>')


def test_merges_hidden_lines_errors_and_comments_of_an_ods() -> None:
    note = "<office:annotation><dc:date>2024</dc:date><text:p>MẬT</text:p></office:annotation>"
    seven = element("table-cell", f"{note}<text:p>7</text:p>", kind="float", value=7)
    error = element("table-cell", "<text:p>#DIV/0!</text:p>", kind="string", formula="of:=1/0", error="error")
    covered = element("covered-table-cell")
    data = sheet_xml(
        element("table-column") + element("table-column", visibility="collapse"),
        element("table-column", columns_repeated=16382),
        element("table-header-rows", row(cell("rộng", across=2, down=1), covered, cell("c"))),
        row(cell("x", columns_repeated=3), rows_repeated=2, visibility="collapse"),
        element(
            "table-row-group",
            row(cell("cao", across=1, down=2), error, seven, visibility="filter")
            + row(covered, cell("e"), element("table-cell", formula="of:=1")),
        ),
        row(element("table-cell", columns_repeated=16384), rows_repeated=1048000),
    )
    (document,) = opened(data, "a.ods")
    (sheet,) = document.sheets
    assert sheet.rows[:3] == [["rộng", None, "c"], ["x", "x", "x"], ["x", "x", "x"]]
    assert sheet.rows[3:] == [["cao", None, 7.0], [None, "e", None]]
    assert sheet.merges == [(0, 0, 0, 1), (3, 0, 4, 0)]
    assert sheet.hidden_rows == {1, 2, 3}
    assert sheet.hidden_columns == {1}
    assert sheet.faults == {(3, 1): "#DIV/0!", (4, 2): "công thức chưa có giá trị"}
    assert sheet.commented == {(3, 2)}
    assert is_secret(document)


@pytest.mark.parametrize(
    "rows",
    [
        row(cell("x"), rows_repeated=1048576),
        row(EMPTY, rows_repeated=1048575) + row(cell("x")),
        row(cell("x", columns_repeated=16384)),
        row(element("table-cell", columns_repeated=16383), cell("x")),
        row(cell("x", columns_repeated=400), rows_repeated=150000),
        row(cell("x"), rows_repeated=150000) + row(element("table-cell", columns_repeated=400), cell("x")),
        row(*[cell("x", across=400, down=900)] * 400) + row(cell("x"), rows_repeated=1000),
    ],
)
def test_an_ods_that_claims_the_whole_grid_is_refused(rows: str) -> None:
    assert "vùng ô quá lớn" in problem(sheet_xml(rows), "a.ods")


def test_a_locked_damaged_or_hostile_ods_is_one_sentence() -> None:
    good = sheet_xml(row(cell("x")))
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    manifest = parts["META-INF/manifest.xml"].replace(
        b"/></m", b"><manifest:encryption-data/></manifest:file-entry></m"
    )
    assert "mật khẩu" in problem(zipped(parts | {"META-INF/manifest.xml": manifest}), "a.ods")
    assert ".ods bị hỏng" in problem(zipped(parts | {"content.xml": parts["content.xml"][:300]}), "a.ods")
    start = parts["content.xml"].index(b"?>") + 2
    bomb = parts["content.xml"][:start] + BOMB + parts["content.xml"][start:]
    assert "khai báo lạ" in problem(zipped(parts | {"content.xml": bomb}), "a.ods")


# --- web pages under an Excel name --------------------------------------------------------------------------------------

PAGE = """\ufeff<html><head><meta charset="utf-8"><title>x</title><style>td {color: red}</style></head><body>
<p>KẾT QUẢ XẾP LOẠI<br>NĂM 2023</p><table border=1><tr><th rowspan=2>STT<th rowspan=2>Đơn&nbsp;vị<th colspan=2>Năm
2023</th></tr><tr><td>Tốt</td><td>Khá &lt; 5</td></tr>
<tr><td>1</td><td>Xã <b>Phú</b> Đức</td><td>12</td><td></td></tr></table><p>Bảng sau</p><table><tr><td>a"""


def test_tables_of_a_web_page_named_xls_are_read() -> None:
    first, second = the_sheets(PAGE.encode(), "xuat bao cao.xls")
    assert first.rows == [
        ["STT", "Đơn vị", "Năm 2023", None],
        [None, None, "Tốt", "Khá < 5"],
        ["1", "Xã Phú Đức", "12", None],
    ]
    assert sorted(first.merges) == [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)]
    assert first.above == ["NĂM 2023", "KẾT QUẢ XẾP LOẠI"]
    assert (second.name, second.rows, second.above) == ("Bảng 2", [["a"]], ["Bảng sau"])


# --- legacy text --------------------------------------------------------------------------------------------------------


def _words() -> list[str]:
    """Every name, wording and header word of the facts."""
    facts = FACTS
    frames = (facts.areas["name"], facts.area_variants["variant"], facts.rating_wordings["wording"],
              facts.header_words.to_series(0), facts.organisations["name_vi"], facts.unit_types["name_vi"],
              facts.measures["label_vi"], facts.senders["name_vi"])  # fmt: skip
    return sorted({text for frame in frames for text in frame.to_list() if text})


WORDS = _words()


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


@pytest.mark.parametrize(("kind", "typed"), [("TCVN3", tcvn3), ("VNI", vni)])
def test_every_word_of_the_facts_comes_back_from_the_old_fonts(kind: str, typed: Callable[[str], str]) -> None:
    assert len(WORDS) > 700
    wrong = [text for text in WORDS if folded(read_as(typed(text), kind)) != folded(text)]
    assert wrong == []
    sheet = Sheet("DS", [[typed(text)] for text in WORDS])
    convert_sheet(sheet)
    assert [folded(row[0]) for row in sheet.rows] == [folded(text) for text in WORDS]
    assert sheet.converted == sum(typed(text) != text for text in WORDS if not typed(text).isascii())
    assert sheet.legacy == kind


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_right_unicode_is_never_changed(texts: list[str], form: str, capitals: bool) -> None:
    shown = [unicodedata.normalize(form, text.upper() if capitals else text) for text in texts]
    sheet = Sheet(shown[0], [[text, 5, None] for text in shown], above=list(shown))
    convert_sheet(sheet)
    assert [row[0] for row in sheet.rows] == sheet.above == shown
    assert (sheet.name, sheet.converted, sheet.legacy) == (shown[0], 0, "")


@pytest.mark.parametrize("text", ["Xã", "Hòa Bình", "Cà Mau", "Müller", "Café", "25 °C", "10 × 5", "· Xã", "½", "m²", "§ 5",
                                  "XÃ BA SAO", "XÃ\u00a0BA SAO", "“XÃ”", "Qúy", "hòan thành", "n/a", "Đ/c Müller"])  # fmt: skip
def test_a_cell_that_only_looks_legacy_stays(text: str) -> None:
    for rows in ([[text]], [[text, "Huyện Lấp Vò"], ["Xã Tân Mỹ", text]], [[text] * 8]):
        sheet = Sheet("S", [list(row) for row in rows])
        convert_sheet(sheet)
        assert sheet.rows == rows
        assert sheet.converted == 0


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=20),
    st.sampled_from([("TCVN3", tcvn3), ("VNI", vni)]),
    st.integers(0, 3),
)
def test_a_sheet_of_one_old_font_is_converted_whole(texts: list[str], how: Any, numbers: int) -> None:
    kind, typed = how
    shown = ["Kết quả xếp loại chất lượng năm 2023", *texts]
    sheet = Sheet(typed("Biểu 1"), [[typed(text), *range(numbers)] for text in shown])
    convert_sheet(sheet)
    assert [folded(row[0]) for row in sheet.rows] == [folded(text) for text in shown]
    assert (sheet.name, sheet.legacy) == ("Biểu 1", kind)


def test_in_a_mixed_sheet_only_the_old_cells_are_converted() -> None:
    right = [["1", "Xã Phú Đức", "Tốt"], ["2", "Xã Hòa An", "Khá"], ["3", "Xã An Hòa", "Hoàn thành tốt"]]
    old = [["4", "Xã Hòa Bình", "Tốt"], ["5", "Xã Phú Hiệp", "Hoàn thành"], ["6", "Xã Tân Công Sính", "Khá"]]
    sheet = Sheet("S", [*map(list, right), *[[tcvn3(text) for text in row] for row in old]])
    convert_sheet(sheet)
    assert sheet.rows == [*right, *old]
    assert sheet.converted == 6


def test_utf8_read_as_latin_letters_is_mended() -> None:
    texts = ["Huyện Cao Lãnh", "Cà Mau", "và", "Xã", "Hòa An", "ĐẢNG CỘNG SẢN VIỆT NAM", "100%"]
    for codec in ("cp1252", "cp437"):
        shown = ["".join(bytes([b]).decode(codec) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) or codec == "cp437" else chr(b)
                         for b in text.encode()) for text in texts]  # fmt: skip
        sheet = Sheet("S", [[text] for text in shown])
        convert_sheet(sheet)
        assert [row[0] for row in sheet.rows] == texts
        assert (sheet.converted, sheet.legacy) == (6, "UTF-8 bị đọc sai")


def test_fonts_tell_where_text_alone_does_not() -> None:
    fonts = {(0, 0): ".VnTime", (0, 1): ".VnTimeH", (1, 0): "Times New Roman"}
    sheet = Sheet("S", [["X· Hång", "HuyÖn"], ["Café", "Xã"]], fonts=fonts)
    convert_sheet(sheet)
    assert sheet.rows[0] == ["Xã Hồng", "HUYỆN"]
    left_over = Sheet("S", [["Xã", "Huyện"]], fonts={(0, 0): ".VnTime", (0, 1): ".VnTime"})
    convert_sheet(left_over)
    assert left_over.rows == [["Xã", "Huyện"]]


@pytest.mark.parametrize("mark", [tcvn3("Mật"), tcvn3("tối mật"), vni("MẬT"), vni("Độ mật: Tuyệt mật")])
def test_a_secrecy_mark_in_an_old_font_is_seen(mark: str) -> None:
    for texts, rows in (([mark], [["Huyện Lấp Vò"]]), ([], [["Huyện Lấp Vò", mark]]), ([], [[mark]])):
        document = Document("", b"", [Sheet("S", [list(row) for row in rows])], texts=list(texts))
        convert_document(document)
        assert is_secret(document)


def test_the_number_of_converted_cells_is_said(tmp_path: Path, facts: Facts) -> None:
    write_xlsx(tmp_path / "a.xlsx", sheets_of(TRIAL / SIX[0])[:1], tcvn3)
    data = read_raw(tmp_path, facts)
    (note,) = data.set_aside.filter(reason="chuyen_ma").iter_rows(named=True)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    changed = sum(isinstance(v, str) and not v.isascii() for row in book.worksheets[0].values for v in row)
    assert note["effect"] == "used"
    assert note["message_vi"].startswith(f"{changed} ô ghi bằng bảng mã cũ (TCVN3)")


# --- what holds no table ------------------------------------------------------------------------------------------------

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


def ole(*streams: str) -> bytes:
    return OLE + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.4\n", "PDF"),
        ("a.xlsx", b"\n%PDF-1.7\n", "PDF"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "ảnh chụp"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", "ảnh chụp"),
        ("a.heic", b"\0\0\0\x18ftypheic", "ảnh chụp"),
        ("a.doc", ole("WordDocument"), ".docx"),
        ("a.doc", ole("Workbook", "WordDocument"), ".docx"),
        ("bao cao", ole("WordDocument"), ".docx"),
        ("a.rtf", b"{\\rtf1\\ansi", ".rtf"),
        ("a.doc", b"{\\rtf1\\ansi", ".rtf"),
        ("a.ppt", ole("PowerPoint Document"), "trình chiếu"),
        ("a.pptx", zipped({"ppt/presentation.xml": b"<a/>"}), "trình chiếu"),
        ("a.odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), ".odt"),
        ("a.msg", ole("__substg1.0_0037001F"), "thư điện tử"),
        ("a.eml", b"Received: from a\nMIME-Version: 1.0\n\n", "thư điện tử"),
        ("thu.txt", b"Return-Path: <a>\nReceived: from a\n\n", "thư điện tử"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00", ".zip"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", ".zip"),
        ("a.zip", b"Rar!\x1a\x07\x01\x00", ".rar"),
        ("a.tgz", b"\x1f\x8b\x08", ".zip"),
        ("a.xls", b"<html><frameset><frame src='a'></frameset></html>", ".xlsx"),
        ("a.xls", b"<table><tr><td rowspan=9000000>1<td>2</table>", "quá lớn"),
        ("a.xls", "\ufeff<!DOCTYPE html>\n<html>".encode(), ".xlsx"),
        ("a.xls", b"MIME-Version: 1.0\nX-Document-Type: Workbook\n\n", ".xlsx"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', ".xlsx"),
        ("a.xlsx", ole("EncryptedPackage"), "mật khẩu"),
        ("a.xlsx", "Kính gửi Ban Dân vận".encode(), "không phải bảng tính"),
        ("a.bin", bytes(range(256)), "không phải bảng tính"),
        ("a.docx", b"", "rỗng"),
    ],
)
def test_each_kind_without_a_table_has_its_sentence(name: str, data: bytes, said: str) -> None:
    sentence = problem(data, name)
    assert said in sentence
    assert "Đề nghị" in sentence


def test_wrong_names_do_not_hide_what_a_file_is() -> None:
    book = (TRIAL / SIX[0]).read_bytes()
    names = [sheet.name for sheet in the_sheets(book, "a.xls")]
    assert (
        names
        == [sheet.name for sheet in the_sheets(book, "a.csv")]
        == [sheet.name for sheet in the_sheets(book, "a.pdf")]
    )
    assert the_sheets(word(lambda d: table(d, ROWS)), "a.doc")[0].rows == ROWS
    assert the_sheets(CSV, "a.xls")[0].rows == ROWS
    assert opened(zipped({"a.csv": CSV}), "a.xlsx.zip.dat")[0].inner == "a.csv"
