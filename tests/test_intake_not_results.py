"""What looks like results and is not: plans, percentages without a name, merged figures, another district's communes."""

from pathlib import Path

import openpyxl
import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.context import strong_years
from danvan_analysis.tables import Data

HEAD = ("STT", "Đơn vị", "Xuất sắc", "Tốt", "Khá", "Yếu")
COMMUNES = ("Xã Phú Đức", "Xã Phú Hiệp", "Xã Phú Thọ", "Xã Tân Công Sính")
COUNTS = ((2, 3, 1, 0), (4, 1, 0, 1), (1, 1, 5, 0), (3, 0, 2, 0))
TITLE = "KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023"


def _read(
    folder: Path,
    facts: Facts,
    title: str = TITLE,
    counts: tuple[tuple[int, ...], ...] = COUNTS,
    merge: str | None = None,
    names: tuple[str, ...] = COMMUNES,
) -> Data:
    book = openpyxl.Workbook()
    book.active.append(("HUYỆN UỶ TAM NÔNG",))
    book.active.append((title,))
    book.active.append(HEAD)
    for number, (name, row) in enumerate(zip(names, counts, strict=True), 1):
        book.active.append((number, name, *row))
    if merge:
        book.active.merge_cells(merge)
    book.save(folder / "a.xlsx")
    return read_raw(folder, facts)


def test_the_plain_table_is_read(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts)
    assert data.ratings["count"].sum() == sum(map(sum, COUNTS))
    assert data.set_aside.is_empty()


@pytest.mark.parametrize("word", ["KẾ HOẠCH XẾP LOẠI", "ĐĂNG KÝ XẾP LOẠI", "CHỈ TIÊU XẾP LOẠI"])
def test_a_plan_is_no_result(tmp_path: Path, facts: Facts, word: str) -> None:
    data = _read(tmp_path, facts, f"{word} CHI HỘI PHỤ NỮ NĂM 2023")
    assert data.ratings.is_empty()
    assert data.set_aside["reason"].to_list() == ["bieu_ke_hoach"]


def test_rows_that_all_add_up_to_100_are_asked_about(tmp_path: Path, facts: Facts) -> None:
    shares = ((20, 30, 40, 10), (50, 50, 0, 0), (70, 10, 10, 10), (25, 25, 25, 25))
    data = _read(tmp_path, facts, counts=shares)
    assert data.ratings.is_empty()
    assert data.set_aside["reason"].to_list() == ["giong_ty_le"]


def test_one_row_of_100_is_a_row_like_others(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, counts=((20, 30, 40, 10), *COUNTS[1:]))
    assert data.ratings["count"].sum() == 100 + sum(map(sum, COUNTS[1:]))


def test_a_figure_merged_over_two_rows_is_of_neither(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, merge="C4:C5")
    assert "o_gop" in data.set_aside["reason"].to_list()
    assert any("C4:C5" in message for message in data.set_aside["message_vi"])


def test_a_commune_of_another_district_is_not_booked_here(tmp_path: Path, facts: Facts) -> None:
    data = _read(tmp_path, facts, names=("Xã Mỹ An Hưng A", *COMMUNES[1:]))
    assert data.ratings["count"].sum() == sum(map(sum, COUNTS[1:]))
    assert data.set_aside.filter(data.set_aside["effect"] == "aside").height == 1


@pytest.mark.parametrize(
    "text",
    [
        "(So với năm 2022)",
        "Theo Hướng dẫn số 05-HD/BDVTW năm 2021",
        "so với cùng kỳ năm 2022",
        "nhiệm kỳ 2020 - 2025",
        "2024-01-15 00:00:00",
    ],
)
def test_years_of_other_papers_are_not_the_year_of_the_figures(text: str) -> None:
    assert strong_years(text) == []


def test_the_province_among_its_districts_is_their_total(tmp_path: Path, facts: Facts) -> None:
    book = openpyxl.Workbook()
    book.active.append(("BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP",))
    book.active.append((TITLE,))
    book.active.append(HEAD)
    book.active.append((1, "Huyện Tam Nông", 2, 3, 1, 0))
    book.active.append((2, "Huyện Lấp Vò", 4, 1, 0, 1))
    book.active.append((None, "Tỉnh Đồng Tháp", 6, 4, 1, 1))
    book.save(tmp_path / "a.xlsx")
    assert read_raw(tmp_path, facts).ratings["count"].sum() == 12
