"""Lists of chi bộ with what was measured of each, and of organisations with what each did: every figure, told once."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.tables import Data

Row = Sequence[object]
PARTY = (("HUYỆN UỶ TAM NÔNG",), ("KẾT QUẢ SINH HOẠT CHI BỘ KHÓM, ẤP NĂM 2023",))
HEAD = ("STT", "Xã, thị trấn", "Tên chi bộ", "Số đảng viên", "Đảng viên miễn sinh hoạt", "Đảng viên tham gia nòng cốt",
        "Ghi chú")  # fmt: skip
ROWS = (
    (1, "Xã Phú Đức", "Chi bộ ấp 1", 30, 2, 26, None),
    (2, "Xã Phú Đức", "Chi bộ ấp 2", 25, 1, 20, "mới tách từ ấp 1"),
    (3, "Xã Phú Hiệp", "Chi bộ ấp 1", 40, 5, 30, None),
    (4, "Xã Phú Hiệp", "Chi bộ ấp 2", 22, 0, 20, "bí thư mới"),
)
TOTAL = (None, "Tổng cộng", None, 117, 8, 96, None)
SHORT = (HEAD[0], *HEAD[2:])
HEADINGS = (
    ("I", "Xã Phú Đức", 55, 3, 46, None),
    *((n, *row[2:]) for n, row in enumerate(ROWS[:2], 1)),
    ("II", "Xã Phú Hiệp", 62, 5, 50, None),
    *((n, *row[2:]) for n, row in enumerate(ROWS[2:], 1)),
)
MEASURES = ("dang_vien", "dang_vien_mien_sinh_hoat", "dang_vien_tham_gia_nong_cot")
TRUTH = {
    (str(row[1]), str(row[2]), measure): value
    for row in ROWS
    for measure, value in zip(MEASURES, row[3:6], strict=True)
}


def returned(folder: Path, facts: Facts, **books: Sequence[Row]) -> Data:
    """What comes out of workbooks of one sheet each; every row and cell of them is accounted for."""
    for name, rows in books.items():
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        book.save(folder / f"{name}.xlsx")
    data = read_raw(folder, facts)
    for source in data.sources.iter_rows(named=True):
        rows = books[source["source_file"].removesuffix(".xlsx")]
        assert source["rows_read"] == len(rows)
        assert source["rows_read"] == sum(source[f"rows_{kind}"] for kind in ("used", "aside", "structural"))
        assert source["cells_read"] == sum(cell is not None for row in rows for cell in row)
        assert source["cells_read"] == sum(
            source[f"cells_{kind}"] for kind in ("used", "checked", "aside", "structural")
        )
    return data


def found(data: Data) -> dict[tuple[str, str, str], int]:
    rows = data.measures.select("area_name", "unit_name", "measure", "value").rows()
    assert len({row[:3] for row in rows}) == len(rows)
    return {row[:3]: row[3] for row in rows}


def asked(data: Data) -> list[tuple[str, str, str]]:
    return sorted(data.set_aside.select("effect", "reason", "source_cell").rows())


def test_each_chi_bo_keeps_its_name_and_commune(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *ROWS, TOTAL])
    assert found(data) == TRUTH
    assert data.measures["unit_id"].n_unique() == 4
    assert data.set_aside.is_empty()
    assert data.sources.select("cells_used", "cells_checked", "cells_aside").row(0) == (12, 3, 0)


def test_a_total_that_does_not_add_up_is_asked(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *ROWS, (None, "Tổng cộng", None, 118, 8, 96, None)])
    assert found(data) == TRUTH
    assert asked(data) == [("used", "tong_khong_khop", "D8")]
    assert "ghi 118, cộng các dòng được 117" in data.set_aside["message_vi"][0]


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("sums", [True, False])
def test_chi_bo_stand_under_the_heading_of_their_commune(
    tmp_path: Path, facts: Facts, numbered: bool, sums: bool
) -> None:
    rows: list[Row] = []
    for row in HEADINGS:
        heads = isinstance(row[0], str)
        rows.append(
            (row[0] if numbered or not heads else None, row[1], *(row[2:] if sums or not heads else [None] * 4))
        )
    data = returned(tmp_path, facts, a=[*PARTY, SHORT, *rows, (None, "Tổng cộng", 117, 8, 96, None)])
    assert found(data) == TRUTH
    assert data.set_aside.is_empty(), data.set_aside["message_vi"].to_list()
    assert data.sources["cells_checked"][0] == (9 if sums else 3)


def test_the_sum_of_a_commune_that_does_not_add_up_is_asked(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*PARTY, SHORT, ("I", "Xã Phú Đức", 56, 3, 46, None), *HEADINGS[1:]])
    assert found(data) == TRUTH
    assert asked(data) == [("used", "tong_khong_khop", "C4")]
    assert "ghi 56, cộng các dòng được 55" in data.set_aside["message_vi"][0]


def test_chi_bo_over_names_is_their_name(tmp_path: Path, facts: Facts) -> None:
    head = ("STT", "Chi bộ", *SHORT[2:])
    rows = [(1, "Chi bộ ấp Phú Thọ", 30, 2, 26, None), (2, "Chi bộ ấp Phú Xuân", 25, 1, 20, "đạt")]
    data = returned(tmp_path, facts, a=[("ĐẢNG UỶ XÃ PHÚ ĐỨC",), PARTY[1], head, *rows])
    assert set(data.measures.select("area_name", "unit_name").rows()) == {
        ("Xã Phú Đức", "Chi bộ ấp Phú Thọ"), ("Xã Phú Đức", "Chi bộ ấp Phú Xuân"),
    }  # fmt: skip
    assert data.measures["value"].sum() == 104


def test_a_blank_exemption_is_missing_not_none(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *ROWS[:3], (4, "Xã Phú Hiệp", "Chi bộ ấp 2", 22, None, 20, None)])
    assert found(data) == {k: v for k, v in TRUTH.items() if k != ("Xã Phú Hiệp", "Chi bộ ấp 2", MEASURES[1])}


def test_a_row_pasted_twice_counts_once_and_is_told_by_its_name(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *ROWS, ROWS[0], TOTAL])
    assert found(data) == TRUTH
    assert asked(data) == [("used", "trung_lap", cells) for cells in ("D4;D8", "E4;E8", "F4;F8")]
    assert "Chi bộ ấp 1, Xã Phú Đức ghi hai lần" in data.set_aside["message_vi"][0]


def test_the_same_list_sent_twice(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *ROWS], b=[*PARTY, HEAD, *ROWS])
    assert found(data) == TRUTH
    assert data.set_aside["reason"].to_list() == ["gui_hai_lan"]


def test_of_two_versions_that_differ_neither_is_used(tmp_path: Path, facts: Facts) -> None:
    changed = (4, "Xã Phú Hiệp", "Chi bộ ấp 2", 23, 0, 20, None)
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *ROWS], b=[*PARTY, HEAD, *ROWS[:3], changed])
    assert found(data) == {k: v for k, v in TRUTH.items() if k != ("Xã Phú Hiệp", "Chi bộ ấp 2", MEASURES[0])}
    assert asked(data) == [("aside", "hai_ban_khac_nhau", "D7")] * 2
    assert "Chi bộ ấp 2, Xã Phú Hiệp năm 2023, “Tổng số đảng viên”: “a.xlsx” ghi 22" in data.set_aside["message_vi"][0]


def test_more_taking_part_than_there_are_is_asked_of_the_chi_bo(tmp_path: Path, facts: Facts) -> None:
    rows = [(1, "Xã Phú Đức", "Chi bộ ấp 1", 30, 2, 29, None), *ROWS[1:]]
    data = returned(tmp_path, facts, a=[*PARTY, HEAD, *rows])
    assert data.set_aside["reason"].to_list() == ["so_do_vo_ly"]
    assert "Chi bộ ấp 1, Xã Phú Đức có 30 đảng viên" in data.set_aside["message_vi"][0]


# --- beside a summary by commune ----------------------------------------------------------------------------------------


def by_commune(facts: Facts, wrong: dict[int, int] | None = None) -> tuple[list[Row], list[Row]]:
    """A list of two chi bộ for each commune of Tam Nông, and the summary whose members are `wrong` in some communes."""
    areas = Gazetteer(facts, 2023).areas.values()
    communes = [area.name for area in areas if area.parent_id == "871" and area.is_commune]
    units: list[Row] = []
    sums: list[Row] = []
    for n, commune in enumerate(communes):
        units += [(2 * n + k, commune, f"Chi bộ ấp {k}", 20 * k + n, k, 15 * k, None) for k in (1, 2)]
        sums.append((n + 1, commune, 60 + 2 * n + (wrong or {}).get(n, 0), 3, 45))
    head = (*HEAD[:2], *HEAD[3:6])
    return [*PARTY, HEAD, *units], [*PARTY, head, *sums]


def test_a_whole_list_feeds_and_the_summary_checks(tmp_path: Path, facts: Facts) -> None:
    units, sums = by_commune(facts)
    data = returned(tmp_path, facts, a=units, b=sums)
    assert data.measures["unit_name"].null_count() == 0
    assert data.measures.height == 3 * (len(units) - 3)
    assert data.set_aside.is_empty()
    assert data.sources["cells_used"].to_list()[1] == 0
    assert data.sources["cells_checked"].to_list()[1] == 3 * (len(sums) - 3)


def test_a_difference_is_asked_of_both_even_where_two_make_up_for_each_other(tmp_path: Path, facts: Facts) -> None:
    units, sums = by_commune(facts, {0: 1, 1: -1})
    data = returned(tmp_path, facts, a=units, b=sums)
    assert asked(data) == [("used", "doi_chieu_lech", "C4;C5"), ("used", "doi_chieu_lech", "D4;D5;D6;D7")]
    first, second = (str(row[1]) for row in sums[3:5])
    assert f"({first} 60 và 61, {second} 62 và 61)" in data.set_aside["message_vi"][0]
    assert data.measures["unit_name"].null_count() == 0


def test_a_short_list_does_not_feed_but_what_it_says_is_compared(tmp_path: Path, facts: Facts) -> None:
    units, sums = by_commune(facts, {0: 1})
    data = returned(tmp_path, facts, a=units[:7], b=sums)
    assert data.measures["unit_name"].drop_nulls().is_empty()
    assert data.measures.height == 3 * (len(sums) - 3)
    assert asked(data) == [("used", "doi_chieu_lech", "C4"), ("used", "doi_chieu_lech", "D4;D5")]


# --- by organisation ----------------------------------------------------------------------------------------------------

WORKS = (("HUYỆN UỶ TAM NÔNG",), ("KẾT QUẢ ĐĂNG KÝ CÔNG TRÌNH DÂN VẬN KHÉO NĂM 2023",),
         ("STT", "Tổ chức", "Số tổ chức", "Số tổ chức đã đăng ký công trình", "Tỷ lệ %", "Ghi chú"))  # fmt: skip
BODIES = (
    (1, "Mặt trận Tổ quốc", 13, 12, "92,31", None),
    (2, "Hội Nông dân", 13, 13, "100", "đủ"),
    (3, "Hội Liên hiệp Phụ nữ", 13, 11, "84,62", None),
)


@pytest.mark.parametrize(("registered", "questions"), [(36, []), (37, [("used", "tong_khong_khop", "D7")])])
def test_what_each_organisation_did_stays_its_own(
    tmp_path: Path, facts: Facts, registered: int, questions: list[tuple[str, str, str]]
) -> None:
    data = returned(tmp_path, facts, a=[*WORKS, *BODIES, (None, "Tổng cộng", 39, registered, "92,31", None)])
    assert set(data.measures.select("area_name", "organisation", "measure", "value").rows()) == {
        ("Huyện Tam Nông", organisation, measure, value)
        for organisation, row in zip(("mttq", "nong_dan", "phu_nu"), BODIES, strict=True)
        for measure, value in zip(("to_chuc", "to_chuc_da_dang_ky_cong_trinh"), row[2:4], strict=True)
    }
    assert asked(data) == questions


def test_a_question_names_the_organisation_in_words(tmp_path: Path, facts: Facts) -> None:
    data = returned(tmp_path, facts, a=[*WORKS, *BODIES, (4, "Hội Nông dân", 14, 13, None, None)])
    (message,) = data.set_aside.filter(pl.col("reason") == "hai_so_khac_nhau")["message_vi"].to_list()
    assert "tat_ca" not in message
    assert "Hội Nông dân, Huyện Tam Nông" in message


def test_a_title_that_names_another_kind_does_not_part_the_list_from_its_summary(tmp_path: Path, facts: Facts) -> None:
    """Both describe the same chi bộ: one feeds, the other checks, whatever else the title speaks of."""
    title = (PARTY[0], ("KẾT QUẢ SINH HOẠT CHI BỘ VÀ HOẠT ĐỘNG CHI HỘI NÔNG DÂN NĂM 2023",))
    summary = (
        *(HEAD[0], HEAD[1]),
        *HEAD[3:6],
    )
    sums = (*PARTY, summary, (1, "Xã Phú Đức", 55, 3, 46), (2, "Xã Phú Hiệp", 62, 5, 50))
    data = returned(tmp_path, facts, danh_sach=(*title, HEAD, *ROWS, TOTAL), tong_hop=sums)
    members = data.measures.filter(measure="dang_vien")
    assert members["value"].sum() == 117
    assert set(members["unit_type"]) == {"tat_ca"}
