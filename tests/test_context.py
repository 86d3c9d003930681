"""What stands around a table: taken in a stated order, and every contradiction reported; what is not ours set aside."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

COMMUNES = ("Xã Phú Đức", "Xã Phú Hiệp", "Xã Phú Thọ", "Xã Tân Công Sính")
COUNTS = ((2, 3, 1, 0), (4, 1, 0, 1), (1, 1, 5, 0), (3, 0, 2, 0))
PARTY = ("HUYỆN UỶ TAM NÔNG", "BAN DÂN VẬN")
WHAT = "KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ"
TITLE = f"{WHAT} NĂM 2023"


def _table(title: str, letterhead: Sequence[str] = PARTY, names: Sequence[str] = COMMUNES) -> list[tuple[Any, ...]]:
    head = ("STT", "Đơn vị", "Xuất sắc", "Tốt", "Khá", "Yếu")
    rows = [(i, name, *n) for i, (name, n) in enumerate(zip(names, COUNTS, strict=False), 1)]
    return [*((line,) for line in letterhead), (title,), head, *rows]


def _read(folder: Path, facts: Facts, path: str, sheets: dict[str, list[tuple[Any, ...]]]) -> Data:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return read_raw(folder, facts)


def _one(data: Data, column: str) -> Any:
    (value,) = data.ratings[column].unique()
    return value


CLASHES = [
    ("period", "BC nam 2023 (1).xlsx", "S", f"{WHAT} 6 THÁNG ĐẦU NĂM 2023", PARTY, "6-thang", "tên tệp ghi cả năm"),
    ("period", "BC 9T 2023.xlsx", "S", f"{WHAT} QUÝ IV NĂM 2023", PARTY, "quy-4", "tên tệp ghi 9 tháng"),
    ("area_name", "Lai Vung.xlsx", "S", TITLE, PARTY, None, "tên tệp ghi Huyện Lai Vung"),
    ("area_name", "a.xlsx", "Lai Vung", TITLE, PARTY, None, "tên trang tính ghi Huyện Lai Vung"),
    ("area_name", "a.xlsx", "S", f"{WHAT} HUYỆN LAI VUNG NĂM 2023", PARTY, None, "tiêu đề ghi Huyện Lai Vung"),
    ("area_name", "Huyện Lai Vung/a.xlsx", "S", TITLE, PARTY, None, "thư mục ghi Huyện Lai Vung"),
    ("organisation", "a.xlsx", "Nông dân", TITLE, PARTY, "phu_nu", "tên trang tính ghi Hội Nông dân"),
    ("organisation", "Hội Nông dân.xlsx", "S", TITLE, PARTY, "phu_nu", "tên tệp ghi Hội Nông dân"),
    ("organisation", "a.xlsx", "S", TITLE, ("HỘI NÔNG DÂN HUYỆN TAM NÔNG",), "phu_nu", "đầu biểu là của Hội Nông dân"),
    ("status", "so lieu chinh thuc.xlsx", "S", f"{TITLE} (DỰ KIẾN)", PARTY, "du_kien", "tên tệp ghi chính thức"),
    ("rated_by", "cong nhan.xlsx", "S", "TỰ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023", PARTY, "tu_xep_loai", "cấp trên công nhận"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "path", "tab", "title", "head", "taken", "said"), CLASHES)
def test_a_contradiction_is_reported(
    tmp_path: Path,
    facts: Facts,
    column: str,
    path: str,
    tab: str,
    title: str,
    head: Sequence[str],
    taken: str,
    said: str,
) -> None:
    data = _read(tmp_path, facts, path, {tab: _table(title, head)})
    told = data.set_aside.filter(reason="boi_canh_mau_thuan")
    assert told["effect"].to_list() == ["used"] and said in told["message_vi"].item()
    # The place that is nearer in the stated order is taken; nothing is lost.
    assert data.ratings["count"].sum() == sum(map(sum, COUNTS))
    assert _one(data, column) == taken if taken else set(data.ratings["district_name"]) == {"Huyện Tam Nông"}


PEACE = [
    ("BC nam 2023 (1).xlsx", "Sheet1", TITLE, PARTY),
    ("2023/Tam Nông/bao cao (2).xlsx", "S", WHAT, PARTY),
    ("TN 2023.xlsx", "S", TITLE, PARTY),
    ("a.xlsx", "S", TITLE, ("TỈNH UỶ ĐỒNG THÁP", "HUYỆN UỶ TAM NÔNG")),
    ("a.xlsx", "S", TITLE, (*PARTY, "Tam Nông, ngày 05 tháng 01 năm 2024")),
    ("a.xlsx", "S", f"{TITLE}, PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2024", PARTY),
    ("a.xlsx", "PN", TITLE, ("HỘI LHPN HUYỆN TAM NÔNG",)),
    ("a.xlsx", "S", f"{TITLE} SO VỚI NĂM 2022", PARTY),
]


@pytest.mark.parametrize(("path", "tab", "title", "head"), PEACE)
def test_no_false_alarm(tmp_path: Path, facts: Facts, path: str, tab: str, title: str, head: Sequence[str]) -> None:
    data = _read(tmp_path, facts, path, {tab: _table(title, head)})
    assert data.set_aside.is_empty()
    assert (_one(data, "year"), data.ratings["count"].sum()) == (2023, sum(map(sum, COUNTS)))


def test_one_tab_a_year_in_a_file_of_the_latest(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, "BC nam 2023.xlsx", {"2022": _table(WHAT), "2023": _table(WHAT)})
    assert sorted(data.ratings["year"].unique()) == [2022, 2023]
    assert data.set_aside.is_empty()


def test_one_tab_an_organisation(tmp_path: Path, facts: Facts) -> None:
    title = "KẾT QUẢ XẾP LOẠI CHI HỘI NĂM 2023"
    data = _read(tmp_path, facts, "a.xlsx", {"Nông dân": _table(title), "Phụ nữ": _table(title, ())})
    assert set(data.ratings["organisation"]) == {"nong_dan", "phu_nu"}
    assert data.set_aside.is_empty()


def test_a_school_year_is_two_years(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, "2022/a.xlsx", {"S": _table(f"{WHAT} NĂM HỌC 2021-2022")})
    assert "năm học 2021-2022" in data.set_aside["message_vi"].item()


@pytest.mark.parametrize(
    "head",
    [
        ("TỈNH UỶ AN GIANG", "BAN DÂN VẬN"),
        ("TỈNH AN GIANG",),
        ("HỘI LHPN TỈNH BÀ RỊA - VŨNG TÀU",),
        ("HUYỆN UỶ CHỢ MỚI", "BAN DÂN VẬN"),
        ("THÀNH UỶ LONG XUYÊN",),
    ],
)
def test_another_province_is_not_booked_here(tmp_path: Path, facts: Facts, head: Sequence[str]) -> None:
    data = _read(tmp_path, facts, "a.xlsx", {"S": _table(TITLE, head)})
    assert data.ratings.is_empty()
    assert data.set_aside["reason"].to_list() == ["ngoai_dia_ban"]


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ XẾP LOẠI ĐẢNG VIÊN NĂM 2023",
        "ĐÁNH GIÁ, XẾP LOẠI CHI BỘ, ĐẢNG BỘ NĂM 2023",
        "KẾT QUẢ ĐÁNH GIÁ CÁN BỘ HỘI PHỤ NỮ NĂM 2023",
        "PHÂN LOẠI HỘI VIÊN HỘI PHỤ NỮ NĂM 2023",
        "XẾP LOẠI ĐOÀN VIÊN NĂM 2023",
    ],
)
def test_persons_and_party_cells_are_no_mass_organisations(tmp_path: Path, facts: Facts, title: str) -> None:
    data = _read(tmp_path, facts, "a.xlsx", {"Chi hội phụ nữ": _table(title)})
    assert data.ratings.is_empty()
    assert data.set_aside["reason"].to_list() == ["khong_phai_to_chuc"]


@pytest.mark.parametrize(
    "title", ["ĐÁNH GIÁ, XẾP LOẠI CHI HỘI PHỤ NỮ THEO ĐẢNG BỘ NĂM 2023", "XẾP LOẠI CHI HỘI CÓ CÁN BỘ PHỤ NỮ NĂM 2023"]
)
def test_a_chi_hoi_stays_one(tmp_path: Path, facts: Facts, title: str) -> None:
    assert _read(tmp_path, facts, "a.xlsx", {"S": _table(title)}).ratings.height


def test_a_column_that_says_who_rated_goes_before_the_title(tmp_path: Path, facts: Facts) -> None:
    head = ("STT", "Xã", "Tên chi hội", "Tự xếp loại", "Xếp loại")
    rows = [*((line,) for line in PARTY), ("KẾT QUẢ TỰ ĐÁNH GIÁ, XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023",), head]
    data = _read(tmp_path, facts, "a.xlsx", {"S": [*rows, (1, COMMUNES[0], "Ấp 1", "Tốt", "Khá")]})
    assert dict(data.ratings.select("rated_by", "rank").iter_rows()) == {"tu_xep_loai": 2, "cap_uy": 3}


def test_six_months_of_age_are_no_half_year(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, "a.xlsx", {"S": _table(f"{WHAT} (TRỪ CHI HỘI DƯỚI 6 THÁNG) NĂM 2023")})
    assert _one(data, "period") == "nam"


def test_several_letterheads_in_one_file_are_asked_about(tmp_path: Path, facts: Facts) -> None:
    sheets = {
        "A": _table(TITLE),
        "B": _table("KẾT QUẢ XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023", ("HỘI NÔNG DÂN HUYỆN TAM NÔNG",)),
    }
    data = _read(tmp_path, facts, "a.xlsx", sheets)
    assert dict(data.ratings.select("organisation", "channel").iter_rows()) == {
        "phu_nu": "dia_phuong",
        "nong_dan": "nganh_doc",
    }
    assert all("Kênh báo cáo" in m for m in data.set_aside["message_vi"]) and data.set_aside.height == 2
