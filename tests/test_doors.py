"""What stops at the door: secrecy marks, persons; and what is read but said: hidden, struck, commented, text-kept figures."""

import contextlib
import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from danvan_analysis import summary
from danvan_analysis.cells import Document, Sheet
from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.door import is_internal, is_secret
from danvan_analysis.tables import Data

RETURN = [
    ["HỘI NÔNG DÂN HUYỆN TAM NÔNG"],
    ["KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024"],
    ["TT", "Xã, thị trấn", "Tổng số chi hội", "Xuất sắc", "Tốt", "Khá", "Trung bình"],
    [1, "Phú Đức", 10, 5, 3, 2, 0],
    [2, "Phú Hiệp", 9, 4, 3, 2, 0],
    [3, "Tân Công Sính", 8, 4, 2, 2, 0],
]


def workbook(rows: list[list[Any]] = RETURN) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def read(folder: Path, facts: Facts, **books: openpyxl.Workbook) -> Data:
    for name, book in books.items():
        book.save(folder / f"{name}.xlsx")
    data = read_raw(folder, facts)
    for row in data.sources.iter_rows(named=True):
        assert row["rows_read"] == row["rows_used"] + row["rows_aside"] + row["rows_structural"]
        assert row["cells_read"] == sum(row[f"cells_{k}"] for k in ("used", "checked", "aside", "structural"))
    return data


def printed(data: Data) -> str:
    """Everything of a reading that a person or another program could see."""
    frames = (data.ratings, data.measures, data.duties, data.set_aside, data.sources, data.parallel, data.coverage)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        summary.print_files(data)
    return " ".join([*(str(frame.rows()) for frame in (*frames, data.shares)), str(data.notes), out.getvalue()])


def counts(data: Data) -> list[int]:
    return sorted(data.ratings.filter(pl.col("count") > 0)["count"])


WHOLE = [2, 2, 2, 2, 3, 3, 4, 4, 5]


# Secrecy


@pytest.mark.parametrize(
    "text",
    ["MẬT", "Mật", "TỐI MẬT", "Tuyệt mật", "TỐI\nMẬT", "  T Ố I  M Ậ T ", "M.Ậ.T", "(MẬT)", "Độ mật: Tối mật",
     "ĐỘ MẬT : MẬT", "Số 12-BC/HU          Độ mật: Mật", "Mức mật - Tối mật", "“MẬT”", "tèi mËt", "TOÁI MAÄT",
     unicodedata.normalize("NFD", "Tuyệt Mật")],
)  # fmt: skip
def test_marks(text: str) -> None:
    assert is_secret(Document("", b"", [Sheet("A", [[1, None], [None, text]])]))


@pytest.mark.parametrize(
    "text",
    ["mật độ", "Mật độ dân số", "bảo mật", "Giữ bí mật", "Đường mật", "Phú Mật", "Độ mật:", "Độ mật: mật độ dân cư cao",
     "Bảo vệ bí mật nhà nước: tối mật, tuyệt mật đều phải lập sổ", "Mật ong", "Tài liệu không mật", ""],
)  # fmt: skip
def test_words_that_are_no_marks(text: str) -> None:
    assert not is_secret(Document("", b"", [Sheet("A", [[1, None], [None, text]])]))


def _in_hidden_sheet(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("khác")
    sheet["J40"] = "TỐI MẬT"
    sheet.sheet_state = "veryHidden"


PLACES: dict[str, Callable[[openpyxl.Workbook], Any]] = {
    "cell": lambda book: book.active.cell(30, 12, "MẬT"),
    "merged": lambda book: (book.active.cell(9, 1, "TỐI\nMẬT"), book.active.merge_cells("A9:C10")),
    "comment": lambda book: setattr(book.active["B4"], "comment", Comment("Độ mật: Mật", "a")),
    "header": lambda book: setattr(book.active.oddHeader.right, "text", "TUYỆT MẬT"),
    "footer": lambda book: setattr(book.active.oddFooter.center, "text", "MẬT"),
    "sheet name": lambda book: setattr(book.active, "title", "MẬT"),
    "property": lambda book: setattr(book.properties, "category", "Tối mật"),
    "hidden sheet": _in_hidden_sheet,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_mark_anywhere_stops_the_file_and_only_its_name_is_said(place: str, tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    PLACES[place](book)
    data = read(tmp_path, facts, mat=book, thuong=workbook())
    source = data.sources.filter(source_file="mat.xlsx").row(0, named=True)
    assert (source["status"], source["sha256"], source["source_sheet"]) == ("refused", "", "")
    (note,) = data.set_aside.filter(source_file="mat.xlsx").rows(named=True)
    assert note["reason"] == "do_mat"
    assert note["message_vi"] == "Tệp có dấu chỉ độ mật; phần mềm không đọc. Đề nghị xử lý theo quy định."
    assert counts(data) == WHOLE


def test_internal_circulation_is_read_and_said(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.active.oddHeader.right.text = "LƯU HÀNH NỘI BỘ"
    data = read(tmp_path, facts, noi_bo=book)
    assert counts(data) == WHOLE
    assert data.set_aside.filter(reason="luu_hanh_noi_bo").height == 1
    assert not is_internal(Document("", b"", texts=["Mạng nội bộ"]))


# Persons

SECRETS = {"Nguyễn Thị Giảdanh", "Lê Văn Víthử", "Phan Hoàng Mẫutên", "1961", "1972", "1983", "0912345", "91234567",
           "087061", "8706100", "Hòa Hảo", "Khmer", "Cao Đài", "Ghichú", "Thuộctính"}  # fmt: skip
PEOPLE = [
    ["Nguyễn Thị Giảdanh", date(1961, 5, 6), "0912345678", "087061004567", "Hòa Hảo", "Khmer"],
    ["Lê Văn Víthử", "12/03/1972", 912345679, 87061004568, "Cao Đài", "Kinh"],
    ["Phan Hoàng Mẫutên", datetime(1983, 1, 2), "091 234 5671", "087 061 004 569", "Không", "Kinh"],
]
HEADS = ["Họ và tên", "Ngày sinh", "Số điện thoại", "Số CCCD", "Tôn giáo", "Dân tộc"]
UNKNOWN_HEADS = ["Nhân sự", "Mốc", "Liên lạc", "Mã", "Tôn giáo", "Dân tộc"]


def numbered(head: list[Any], rows: list[list[Any]]) -> list[list[Any]]:
    return [["TT", *head], *([n, *row] for n, row in enumerate(rows, 1))]


def persons_list() -> openpyxl.Workbook:
    rated = [[*row, "Ấp 1", "Hoàn thành tốt nhiệm vụ"] for row in PEOPLE]
    title = [["DANH SÁCH ĐẢNG VIÊN ĐƯỢC XẾP LOẠI NĂM 2024"], ["ĐẢNG BỘ HUYỆN TAM NÔNG"]]
    return workbook(title + numbered([*HEADS, "Khóm, ấp", "Xếp loại"], rated))


def unknown_list() -> openpyxl.Workbook:
    return workbook(numbered(UNKNOWN_HEADS, PEOPLE))


def headless() -> openpyxl.Workbook:
    return workbook([row[:4] for row in PEOPLE])


def key_and_value() -> openpyxl.Workbook:
    labels = ["Họ và tên:", "Ngày sinh", "Điện thoại", "CCCD", "Tôn giáo:", "Dân tộc"]
    rows = [[label, value] for label, value in zip(labels, PEOPLE[0], strict=True)]
    return workbook([["PHIẾU THÔNG TIN"], *rows, ["Họ và tên: Lê Văn Víthử"], ["Người lập biểu: Phan Hoàng Mẫutên"]])


def hidden_list() -> openpyxl.Workbook:
    book = workbook()
    sheet = book.create_sheet("an")
    for row in numbered(HEADS, PEOPLE):
        sheet.append(row)
    sheet.sheet_state = "hidden"
    book.properties.creator = "Trần Thuộctính"
    book.active["B4"].comment = Comment("Đồng chí Võ Ghichú, 0912345670", "Trần Thuộctính")
    return book


def above_a_table() -> openpyxl.Workbook:
    return workbook([*numbered(HEADS, PEOPLE), [], *RETURN])


def beside_units() -> openpyxl.Workbook:
    heads = ["Xã", "Chi hội", "Họ và tên chi hội trưởng", *HEADS[1:], "Kết quả xếp loại"]
    rows = [["Phú Đức", f"Ấp K{n}", *row, "Tốt"] for n, row in enumerate(PEOPLE)]
    return workbook([*RETURN[:2], *numbered(heads, rows)])


BOOKS = (persons_list, unknown_list, headless, key_and_value, hidden_list, above_a_table, beside_units)


@pytest.mark.parametrize("book", BOOKS)
def test_persons_are_gone_from_all_that_is_printed(
    book: Callable[[], openpyxl.Workbook], tmp_path: Path, facts: Facts
) -> None:
    data = read(tmp_path, facts, tep=book())
    said = printed(data)
    assert [secret for secret in sorted(SECRETS) if secret in said] == []
    dropped = data.set_aside.filter(effect="dropped")
    assert dropped.height > 0
    assert dropped["text"].null_count() == dropped.height
    assert set(dropped["reason"]) == {"cot_ca_nhan"}


def test_rated_persons_are_no_rated_units(tmp_path: Path, facts: Facts) -> None:
    assert read(tmp_path, facts, tep=persons_list()).ratings.is_empty()


@pytest.mark.parametrize("book", [hidden_list, above_a_table])
def test_a_table_beside_persons_is_read_whole(
    book: Callable[[], openpyxl.Workbook], tmp_path: Path, facts: Facts
) -> None:
    assert counts(read(tmp_path, facts, tep=book())) == WHOLE


def test_units_keep_their_ratings_without_their_leaders(tmp_path: Path, facts: Facts) -> None:
    data = read(tmp_path, facts, tep=beside_units())
    assert sorted(data.ratings["unit_name"]) == ["Ấp K0", "Ấp K1", "Ấp K2"]


def test_believers_are_not_counted(tmp_path: Path, facts: Facts) -> None:
    rows = [["BIỂU SỐ LIỆU HUYỆN TAM NÔNG NĂM 2024"], ["STT", "Nội dung", "Đơn vị tính", "Năm 2024"],
            [1, "Số tín đồ", "người", 54321], [2, "Số chức sắc, chức việc", "người", 65432],
            [3, "Số đảng viên", "đảng viên", 100]]  # fmt: skip
    wide = [[*row, *extra] for row, extra in zip(RETURN[2:], [["Tôn giáo"], [77771], [77772], [77773]], strict=True)]
    data = read(tmp_path, facts, doc=workbook(rows), ngang=workbook(RETURN[:2] + wide))
    said = printed(data)
    assert not [n for n in ("54321", "54.321", "65432", "7777") if n in said]
    assert counts(data) == WHOLE


@pytest.mark.parametrize(
    ("header", "values"),
    [("Ngày thành lập", [date(2001, 1, 5), date(1999, 2, 3), date(2003, 4, 5)]),
     ("Số tiền vận động (đồng)", [123456789, 234567891, 345678912]),
     ("Số hội viên", [1050, 998, 1102])],
)  # fmt: skip
def test_dates_money_and_counts_are_no_persons(header: str, values: list[Any], tmp_path: Path, facts: Facts) -> None:
    rows = [[*row, value] for row, value in zip(RETURN[2:], [header, *values], strict=True)]
    assert read(tmp_path, facts, tep=workbook(RETURN[:2] + rows)).set_aside.filter(effect="dropped").is_empty()


def test_the_trial_returns_hold_no_persons(shipped: Data) -> None:
    assert shipped.set_aside.filter(effect="dropped").is_empty()


# What is read and said


def notes(data: Data, reason: str) -> list[tuple[str, str]]:
    return list(data.set_aside.filter(reason=reason).select("source_cell", "message_vi").iter_rows())


def test_hidden_rows_columns_and_sheets_are_read_and_said(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.active.row_dimensions[5].hidden = True
    book.active.column_dimensions["E"].hidden = True
    data = read(tmp_path, facts, tep=book)
    assert counts(data) == WHOLE
    said = notes(data, "an")
    assert [cells.split(";")[0] for cells, _ in said] in (["C5", "E4"], ["D5", "E4"])
    assert "Dòng 5 " in said[0][1]
    assert "Cột E " in said[1][1]


def test_a_hidden_sheet_is_read_and_said(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.create_sheet("bìa")
    book.active.sheet_state = "veryHidden"
    book.active = 1
    data = read(tmp_path, facts, tep=book)
    assert counts(data) == WHOLE
    assert len(notes(data, "an")) == 1


def test_hidden_rows_without_figures_are_nothing(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.active.row_dimensions[1].hidden = True
    book.active.column_dimensions["H"].hidden = True
    assert notes(read(tmp_path, facts, tep=book), "an") == []


def test_struck_figures_are_not_used(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.active["D5"].font = Font(strike=True)
    data = read(tmp_path, facts, tep=book)
    ((cells, message),) = notes(data, "o_gach_ngang")
    assert cells == "D5"
    assert "gạch ngang" in message
    assert not any("D5" in cells.split(";") for cells in data.ratings["source_cell"])
    assert set(data.set_aside.filter(reason="o_gach_ngang")["effect"]) == {"aside"}


def test_a_comment_is_said_without_its_text(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.active["D5"].comment = Comment("chị Giảdanh bảo là 14", "ai đó")
    data = read(tmp_path, facts, tep=book)
    ((cells, _),) = notes(data, "co_ghi_chu")
    assert cells == "D5"
    assert "Giảdanh" not in printed(data)
    assert counts(data) == WHOLE


def test_numbers_kept_as_text_are_said_once_a_sheet(tmp_path: Path, facts: Facts) -> None:
    book = workbook()
    book.active["D5"], book.active["E4"] = "4", "03"
    data = read(tmp_path, facts, tep=book)
    assert [cells for cells, _ in notes(data, "so_dang_chu")] == ["E4;D5"]
    assert counts(data) == WHOLE


def test_text_files_are_all_text_and_nothing_is_said(tmp_path: Path, facts: Facts) -> None:
    (tmp_path / "tep.csv").write_text("\n".join(";".join(map(str, row)) for row in RETURN), "utf-8-sig")
    data = read_raw(tmp_path, facts)
    assert counts(data) == WHOLE
    assert notes(data, "so_dang_chu") == []


# Limits: macros, links, bombs


def test_macros_and_links_are_neither_run_nor_followed(tmp_path: Path, facts: Facts) -> None:
    workbook().save(tmp_path / "tep.xlsm")
    with zipfile.ZipFile(tmp_path / "tep.xlsm", "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 no program")
        package.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert counts(read_raw(tmp_path, facts)) == WHOLE


def test_a_bomb_beside_a_return_costs_only_itself(tmp_path: Path, facts: Facts) -> None:
    far = openpyxl.Workbook()
    far.active["A1"] = far.active["XFD1048576"] = 1
    far.save(tmp_path / "xa.xlsx")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><worksheet><sheetData>&a9;</sheetData></worksheet>'
    made = io.BytesIO()
    workbook().save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(tmp_path / "no.xlsx", "w") as package:
        for name in source.namelist():
            package.writestr(name, bomb if name.endswith("sheet1.xml") else source.read(name))
    data = read(tmp_path, facts, tot=workbook())
    status = dict(data.sources.select("source_file", "status").iter_rows())
    assert status == {"xa.xlsx": "unreadable", "no.xlsx": "unreadable", "tot.xlsx": "read"}
    assert counts(data) == WHOLE


def test_activities_among_believers_are_no_believers(tmp_path: Path, facts: Facts) -> None:
    """A model of good practice is counted; how many people believe is not."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ("HUYỆN UỶ TAM NÔNG",),
        ("CÔNG TÁC DÂN VẬN TRONG ĐỒNG BÀO TÔN GIÁO NĂM 2023",),
        ("STT", "Nội dung", "Kết quả"),
        (1, "Số mô hình dân vận khéo trong đồng bào có đạo", 7),
        (2, "Số tín đồ", 5120),
    ):
        sheet.append(row)
    book.save(tmp_path / "ton giao.xlsx")
    data = read_raw(tmp_path, facts)
    dropped = data.set_aside.filter(effect="dropped")["source_cell"].to_list()
    assert dropped and not any("C4" in cells.split(";") for cells in dropped)
    assert any("C5" in cells.split(";") for cells in dropped)


def test_a_comment_beyond_the_filled_cells_is_said(tmp_path: Path, facts: Facts) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in RETURN:
        sheet.append(row)
    sheet["N40"].comment = Comment("xem lại", "người gửi")
    book.save(tmp_path / "bieu.xlsx")
    data = read_raw(tmp_path, facts)
    assert data.set_aside.filter(reason="co_ghi_chu").select("source_cell", "found").rows() == [("N40", None)]
