"""Tables of the tasks of part III: measures down or across, blanks and words that leave a doubt; a wrong number never."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

Row = Sequence[object]
TITLE = (("HUYỆN UỶ TAM NÔNG",), ("KẾT QUẢ THỰC HIỆN MỘT SỐ NHIỆM VỤ NĂM 2023",), ())
DOWN = ("STT", "Nội dung", "Đơn vị tính", "Kết quả năm 2023", "Ghi chú")


def returned(folder: Path, facts: Facts, rows: Sequence[Row], merge: Sequence[str] = ()) -> Data:
    book = openpyxl.Workbook()
    for row in [*TITLE, *rows]:
        book.active.append(list(row))
    for cells in merge:
        book.active.merge_cells(cells)
    book.save(folder / "a.xlsx")
    data = read_raw(folder, facts)
    source = data.sources.row(0, named=True)
    kinds = ("used", "checked", "aside", "structural")
    assert source["cells_read"] == sum(source[f"cells_{kind}"] for kind in kinds)
    assert source["rows_read"] == sum(source[f"rows_{kind}"] for kind in kinds if kind != "checked")
    return data


def found(data: Data) -> dict[str, int]:
    assert set(data.measures["area_name"]) <= {"Huyện Tam Nông"}
    return dict(data.measures.select("measure", "value").iter_rows())


def asked(data: Data) -> list[tuple[str, str, str]]:
    return sorted(data.set_aside.select("effect", "reason", "source_cell").rows())


def test_measures_down_the_rows(tmp_path: Path, facts: Facts) -> None:
    rows = [
        DOWN,
        ("I", "Công tác lãnh đạo của cấp uỷ"),
        (1, "Số cuộc Ban Thường vụ làm việc với khối Dân vận", "cuộc", 3),
        (2, "Số cuộc đối thoại trực tiếp với Nhân dân", "cuộc", 21),
        ("II", "Hoạt động của MTTQ, các tổ chức CT-XH"),
        (3, "Số cuộc giám sát do MTTQ, các tổ chức CT-XH chủ trì", "cuộc", 0),
        ("", "NGƯỜI LẬP BIỂU", "TRƯỞNG BAN"),
    ]
    data = returned(tmp_path, facts, rows)
    assert found(data) == {"btv_lam_viec_khoi_dan_van": 3, "cuoc_doi_thoai": 21, "cuoc_giam_sat": 0}
    assert set(data.measures["organisation"]) == {"tat_ca"}
    assert asked(data) == []


@pytest.mark.parametrize("blank", [None, "-", "…"])
def test_a_measure_without_a_number_is_asked_about_and_stays_missing(
    tmp_path: Path, facts: Facts, blank: str | None
) -> None:
    rows = [
        DOWN,
        (1, "Số cuộc phản biện xã hội", "cuộc", blank),
        (2, "Số cuộc giám sát của MTTQ và các tổ chức CT-XH", "cuộc", blank),
        (3, "Số lớp tập huấn", "lớp", 4),
    ]
    data = returned(tmp_path, facts, rows)
    assert found(data) == {"lop_tap_huan": 4}
    # One question, on both cells; the body named in a row without a number says nothing of the next.
    assert asked(data) == [("used", "o_trong", "D5;D6")]
    assert "D5 (“Số cuộc phản biện xã hội”)" in data.set_aside["message_vi"][0]
    assert data.measures["organisation"].to_list() == ["tat_ca"]


def test_an_empty_form_asks_nothing(tmp_path: Path, facts: Facts) -> None:
    rows = [DOWN, (1, "Số cuộc phản biện xã hội", "cuộc", None), (2, "Số lớp tập huấn", "lớp", None)]
    assert asked(returned(tmp_path, facts, rows)) == []


def test_a_heading_is_no_blank_measure(tmp_path: Path, facts: Facts) -> None:
    rows = [DOWN, (1, "Phản biện xã hội", None, None), (2, "Số lớp tập huấn", "lớp", 4)]
    assert asked(returned(tmp_path, facts, rows)) == []


def test_of_a_total_and_its_levels_the_total_counts(tmp_path: Path, facts: Facts) -> None:
    head = (("STT", "Nội dung", "ĐVT", "Tổng số", "Trong đó", None), (None, None, None, None, "Cấp huyện", "Cấp xã"))
    rows = [*head, (1, "Số cuộc đối thoại", "cuộc", 21, 2, 19), (2, "Số lớp tập huấn", "lớp", 4, 4, 0)]
    data = returned(tmp_path, facts, rows, ["A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4"])
    assert found(data) == {"cuoc_doi_thoai": 21, "lop_tap_huan": 4}
    assert asked(data) == []
    assert data.sources["cells_checked"][0] == 4


def test_what_a_head_and_its_foot_say_together(tmp_path: Path, facts: Facts) -> None:
    rows = [
        ("STT", "Đơn vị", "Đối thoại với Nhân dân", None, "Mô hình “Dân vận khéo”", None),
        (None, None, "Số cuộc", "Số lượt người dự", "Đăng ký", "Được công nhận"),
        (1, "Xã Phú Đức", 2, 112, 5, 4),
        (2, "Xã Phú Hiệp", 1, 60, 6, 6),
        (None, "Cộng", 3, 172, 11, 10),
    ]
    data = returned(tmp_path, facts, rows, ["A4:A5", "B4:B5", "C4:D4", "E4:F4"])
    sums = data.measures.group_by("measure").agg(pl.col("value").sum())
    assert dict(sums.iter_rows()) == {
        "cuoc_doi_thoai": 3,
        "luot_nguoi_doi_thoai": 172,
        "dan_van_kheo_dang_ky": 11,
        "dan_van_kheo_cong_nhan": 10,
    }
    assert asked(data) == []


@pytest.mark.parametrize(
    "text",
    [
        # It counts neither committees nor meetings with people.
        "Cấp uỷ tổ chức đối thoại với Nhân dân",
        "Số chi bộ sinh hoạt lệ kỳ có nội dung dân vận",
        "Số ngày tiếp xúc cử tri",
    ],
)
def test_two_things_in_one_name_are_asked_about(tmp_path: Path, facts: Facts, text: str) -> None:
    data = returned(tmp_path, facts, [DOWN, (1, text, "cuộc", 12), (2, "Số lớp tập huấn", "lớp", 4)])
    assert found(data) == {"lop_tap_huan": 4}
    assert asked(data) == [("aside", "chi_tieu_la", "D5")]


def test_chi_bo_of_the_same_name_in_every_commune(tmp_path: Path, facts: Facts) -> None:
    """A column headed "Chi bộ khóm, ấp" over names: they repeat from commune to commune, the sums stand above them."""
    communes = ("Xã Phú Đức", "Xã Phú Hiệp", "Xã An Hòa", "Xã Tân Công Sính")
    rows: list[Row] = [("STT", "Chi bộ khóm, ấp", "Tổng số đảng viên", "Đảng viên được miễn sinh hoạt", "Ghi chú")]
    for numeral, commune in zip(("I", "II", "III", "IV"), communes, strict=True):
        rows.append((numeral, commune, 90, 6, None))
        rows += [(n, f"Chi bộ ấp {n}", 20 + 5 * n, n, None) for n in (1, 2, 3)]
    data = returned(tmp_path, facts, rows)
    members = data.measures.filter(measure="dang_vien")
    assert set(members.select("area_name", "unit_name", "value").rows()) == {
        (commune, f"Chi bộ ấp {n}", 20 + 5 * n) for commune in communes for n in (1, 2, 3)
    }
    assert asked(data) == []
