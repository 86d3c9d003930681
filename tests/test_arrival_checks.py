"""What is asked when a return comes in: parts and totals, percentages for counts, last year's figures, who sent nothing."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.intake.frames import broken_rows, columns_of, failure_vi
from danvan_analysis.tables import Data, Measures, Ratings

from .test_numbers import COMMUNES, FACTS, HEAD, TITLE, book, counts, read, reasons

PLAIN = HEAD[:2] + HEAD[3:]


def rows(*figures: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [(i + 1, COMMUNES[i], *row) for i, row in enumerate(figures)]


# Parts, totals, shares -------------------------------------------------------------------------------------------


def test_parts_against_their_total(tmp_path: Path) -> None:
    data = read(tmp_path, rows((10, 4, 3, 2, 0), (9, 4, 3, 2, 0)))
    assert reasons(data) == [("used", "tong_khong_khop")]
    assert "ghi 10, cộng các mức được 9" in data.set_aside["message_vi"][0]


def test_a_total_row_against_its_rows(tmp_path: Path) -> None:
    data = read(tmp_path, [*rows((9, 4, 3, 2, 0), (9, 4, 3, 2, 0)), (None, "Tổng cộng", 18, 9, 6, 4, 0)])
    assert data.set_aside["source_cell"].to_list() == ["D6"]
    assert reasons(data) == [("used", "tong_khong_khop")]


@pytest.mark.parametrize(("share", "asked"), [("58,01", False), ("58,0", False), ("58,1", True), ("58,02", True)])
def test_a_share_against_its_count(tmp_path: Path, share: str, asked: bool) -> None:
    head = ("STT", "Đơn vị", "Tổng số", "Tốt", "TL %", "Khá")
    data = read(tmp_path, rows((986, 572, share, 414)), head=head)
    assert reasons(data) == ([("used", "ty_le_khong_khop")] if asked else [])


def test_a_cut_share_is_accepted_and_said(tmp_path: Path) -> None:
    head = ("STT", "Đơn vị", "Tổng số", "Tốt", "TL %", "Khá")
    data = read(tmp_path, rows((986, 377, "38,23", 609)), head=head)
    assert data.set_aside.is_empty()
    assert data.shares["how"].to_list() == ["cat"]


T5 = (
    "STT",
    "Đơn vị",
    "Số chi bộ khóm, ấp",
    "Số kỳ sinh hoạt",
    "Tổng số đảng viên",
    "Được miễn sinh hoạt",
    "Tham gia thường xuyên",
)
T5_TITLE = "SỐ LIỆU SINH HOẠT CHI BỘ, ĐẢNG VIÊN NĂM 2023"


@pytest.mark.parametrize(
    ("figures", "asked"),
    [
        ((5, 60, 60, 4, 50), []),
        ((5, 58, 60, 4, 50), ["so_ky_sinh_hoat"]),
        ((5, 66, 60, 4, 50), ["so_ky_sinh_hoat"]),
        ((5, 60, 60, 61, 0), ["so_do_vo_ly"]),
        ((5, 60, 60, 4, 57), ["so_do_vo_ly"]),
    ],
)
def test_meetings_and_members(tmp_path: Path, figures: tuple[int, ...], asked: list[str]) -> None:
    data = read(tmp_path, rows(figures, (4, 48, 40, 2, 30)), head=T5, title=T5_TITLE)
    assert [reason for _, reason in reasons(data)] == asked


# Percentages that do not say so ------------------------------------------------------------------------------------

HUNDREDS = ((20, 30, 40, 10), (50, 50, 0, 0), (58, 25, 17, 0), (25, 25, 25, 25))


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("total", [False, True])
def test_rows_of_exactly_100_are_set_aside(tmp_path: Path, count: int, total: bool) -> None:
    figures = [((100, *row) if total else row) for row in HUNDREDS[:count]]
    data = read(tmp_path, rows(*figures), head=HEAD if total else PLAIN)
    assert data.ratings.is_empty()
    assert reasons(data) == [("aside", "giong_ty_le")]


@pytest.mark.parametrize("total", [False, True])
def test_one_row_of_100_is_used_and_asked_about(tmp_path: Path, total: bool) -> None:
    data = read(tmp_path, rows((100, *HUNDREDS[0]) if total else HUNDREDS[0]), head=HEAD if total else PLAIN)
    assert data.ratings["count"].sum() == 100
    assert reasons(data) == [("used", "co_the_la_ty_le")]


def test_one_row_of_100_under_a_title_of_shares_is_set_aside(tmp_path: Path) -> None:
    data = read(tmp_path, rows(HUNDREDS[0]), head=PLAIN, title="TỶ LỆ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023")
    assert reasons(data) == [("aside", "giong_ty_le")]


def test_rounded_shares_add_up_to_99_and_101(tmp_path: Path) -> None:
    data = read(tmp_path, rows((20, 30, 40, 9), (50, 50, 0, 0), (58, 25, 18, 0)), head=PLAIN)
    assert reasons(data) == [("aside", "giong_ty_le")]


def test_a_table_counted_in_percent_by_its_title(tmp_path: Path) -> None:
    data = read(tmp_path, rows((20, 30, 40, 4), (50, 40, 0, 0)), head=PLAIN, title=f"{TITLE} (Đơn vị tính: %)")
    assert data.ratings.is_empty()
    assert reasons(data) == [("aside", "giong_ty_le")]


def test_ordinary_rows_beside_one_of_100_are_counts(tmp_path: Path) -> None:
    data = read(tmp_path, rows(HUNDREDS[0], (3, 2, 1, 0), (4, 2, 1, 0)), head=PLAIN)
    assert data.ratings["count"].sum() == 113
    assert data.set_aside.is_empty()


# Against last year ---------------------------------------------------------------------------------------------------


def _two_years(folder: Path, before: Sequence[Any], after: Sequence[Any], facts: Facts = FACTS, **more: Any) -> Data:
    head = more.pop("head", HEAD)
    for year, figures in ((2022, before), (2023, after)):
        title = more.get("title", TITLE).replace("2023", str(year))
        book(folder, rows(*figures), head=head, title=title, name=f"Bieu {year}.xlsx")
    return read_raw(folder, facts)


LAST = ((20, 8, 7, 5, 0), (18, 9, 6, 2, 1), (15, 6, 5, 4, 0))


def test_a_jump_in_the_number_of_units_is_asked_about(tmp_path: Path) -> None:
    data = _two_years(tmp_path, LAST, ((20, 9, 6, 5, 0), (12, 5, 5, 2, 0), (15, 6, 5, 4, 0)))
    found = data.set_aside.filter(pl.col("reason") == "so_don_vi_thay_doi")
    assert found["source_file"].to_list() == ["Bieu 2023.xlsx"]
    message = found["message_vi"][0]
    assert "có 47 đơn vị, năm 2022 có 53" in message and "giảm 6 (11,3%)" in message and "sáp nhập" in message
    assert data.ratings.filter(year=2023)["count"].sum() == 47


@pytest.mark.parametrize("after", [(20, 9, 6, 5, 0), (18, 8, 6, 4, 0), (22, 9, 6, 7, 0)])
def test_a_small_change_is_not(tmp_path: Path, after: tuple[int, ...]) -> None:
    data = _two_years(tmp_path, LAST, (after, *LAST[1:]))
    assert data.set_aside.is_empty()


def test_dissolved_units_are_units_of_the_year_no_more(tmp_path: Path) -> None:
    head = (*HEAD, "Đã sáp nhập")
    before = tuple((*row, 0) for row in LAST)
    after = ((20, 8, 8, 4, 0, 0), (11, 5, 5, 1, 0, 7), (15, 6, 5, 4, 0, 0))
    data = _two_years(tmp_path, before, after, head=head)
    found = data.set_aside.filter(pl.col("reason") == "so_don_vi_thay_doi")
    assert "có 46 đơn vị, năm 2022 có 53" in found["message_vi"][0]
    assert data.set_aside.height == 1


def test_the_thresholds_are_facts(tmp_path: Path) -> None:
    own = tmp_path / "riêng"
    own.mkdir()
    (own / "settings.toml").write_text("[arrival]\nunits_change_percent = 5\nunits_change_least = 2\n", "utf-8")
    folder = tmp_path / "biểu"
    folder.mkdir()
    data = _two_years(folder, LAST, ((23, 10, 8, 5, 0), *LAST[1:]), load_facts(own))
    assert [reason for _, reason in reasons(data)] == ["so_don_vi_thay_doi"]


def test_more_bodies_than_communes(tmp_path: Path) -> None:
    title = "KẾT QUẢ XẾP LOẠI HỘI PHỤ NỮ CẤP XÃ NĂM 2023"
    head = ("STT", "Đơn vị", "Tổng số", "HTXSNV", "HTTNV", "HTNV", "KHTNV")
    data = read(tmp_path, [(1, "Huyện Tam Nông", 14, 6, 6, 2, 0)], head=head, title=title)
    assert [reason for _, reason in reasons(data)] == ["nhieu_hon_danh_sach"]
    message = data.set_aside["message_vi"][0]
    assert "14 đơn vị" in message and "chỉ có 12" in message


def test_a_table_sent_again_with_another_year(tmp_path: Path) -> None:
    data = _two_years(tmp_path, LAST, LAST)
    assert reasons(data) == [("used", "trung_nam_truoc")]
    row = data.set_aside.row(0, named=True)
    assert row["source_file"] == "Bieu 2023.xlsx" and "Bieu 2022.xlsx" in row["message_vi"]
    assert data.ratings["count"].sum() == 106


def test_one_figure_that_differs_is_no_copy(tmp_path: Path) -> None:
    assert _two_years(tmp_path, LAST, ((20, 9, 6, 5, 0), *LAST[1:])).set_aside.is_empty()


def test_a_few_equal_figures_are_chance(tmp_path: Path) -> None:
    assert _two_years(tmp_path, LAST[:1], LAST[:1]).set_aside.is_empty()


def test_the_same_return_twice_counts_once(tmp_path: Path) -> None:
    book(tmp_path, rows(*LAST), name="a.xlsx")
    (tmp_path / "b (1).xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes())
    data = read_raw(tmp_path, FACTS)
    assert data.ratings["count"].sum() == 53
    assert reasons(data) == [("used", "gui_hai_lan")]


def test_two_versions_that_differ_are_both_shown(tmp_path: Path) -> None:
    book(tmp_path, rows(*LAST), name="a.xlsx")
    book(tmp_path, rows((20, 9, 6, 5, 0), *LAST[1:]), name="b.xlsx")
    data = read_raw(tmp_path, FACTS)
    assert data.ratings.is_empty()
    assert {"a.xlsx", "b.xlsx"} <= set(data.set_aside.filter(reason="hai_ban_khac_nhau")["source_file"])


# Who sent nothing -----------------------------------------------------------------------------------------------------


def test_kiem_tra_names_the_senders_of_nothing(tmp_path: Path) -> None:
    book(tmp_path, rows(*LAST))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "danvan_analysis", "kiem-tra", "--so-lieu", str(tmp_path)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    line = next(line for line in run.stdout.splitlines() if line.startswith("Năm 2023"))
    assert "Huyện uỷ Tháp Mười" in line and "Thành uỷ Cao Lãnh" in line and "Tam Nông" not in line
    assert not any(line.startswith("Năm 2022") for line in run.stdout.splitlines())


# What no table can hold, and what a column is -------------------------------------------------------------------------


def test_a_row_the_table_refuses_is_named_by_check_and_value() -> None:
    base = dict.fromkeys(Measures.columns(), "x") | {
        "year": 2023, "period": "nam", "nature": "bao_cao", "channel": "dia_phuong", "status": "chinh_thuc",
        "value": 3, "score": None, "measure": "dang_vien",
    }  # fmt: skip
    many = [dict(base) for _ in range(40)]
    many[17] |= {"year": 3023, "value": None}
    broken = broken_rows(Measures, columns_of(many, Measures.create_empty().schema))
    assert list(broken) == [17]
    assert "cột “year” ghi 3023 (lớn hơn mức cho phép)" in broken[17]
    assert "“dang_vien” không có số lượng và cũng không có điểm" in broken[17]


@pytest.mark.parametrize("schema", [Ratings, Measures])
def test_every_rule_of_the_tables_has_words(schema: Any) -> None:
    details = schema.filter(schema.create_empty())[1].details()
    rules = [name for name in details.columns if name not in schema.columns()]
    assert rules
    for rule in rules:
        assert rule not in failure_vi({}, [rule]), rule


def test_levels_under_a_measure_say_so(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(("HUYỆN UỶ TAM NÔNG",))
    sheet.append((TITLE,))
    sheet.append(("STT", "Đơn vị", "Đảng viên", None, "Chi hội", None))
    sheet.append((None, None, "Tốt", "Khá", "Tốt", "Khá"))
    sheet.merge_cells("C3:D3")
    sheet.merge_cells("E3:F3")
    for i, row in enumerate(((30, 4, 5, 2), (20, 3, 4, 1))):
        sheet.append((i + 1, COMMUNES[i], *row))
    made.save(tmp_path / "a.xlsx")
    data = read_raw(tmp_path, FACTS)
    assert counts(data) == {"tot": 5, "kha": 2}
    messages = data.set_aside["message_vi"].to_list()
    assert reasons(data) == [("aside", "cot_la"), ("aside", "cot_la")]
    assert all("dưới tiêu đề của kế hoạch hoặc số đo khác" in message for message in messages)


def test_a_lone_cross_among_counts_is_no_unit(tmp_path: Path) -> None:
    data = read(tmp_path, rows(("x", None, None, None), (4, 3, 2, 0)), head=PLAIN)
    assert data.ratings["count"].sum() == 9
    assert reasons(data) == [("aside", "so_khong_doc_duoc")]


def test_crosses_in_every_row_are_units(tmp_path: Path) -> None:
    data = read(tmp_path, rows(("x", None, None, None), (None, "x", None, None)), head=PLAIN)
    assert data.ratings["count"].sum() == 2


def test_a_return_with_an_unread_level_gives_way_to_a_whole_one(tmp_path: Path) -> None:
    """The organisation's own table is whole: it feeds, though the locality's would lead."""
    book(tmp_path, [(1, "Huyện Tam Nông", "95%", 7, 5, 0)], head=PLAIN, name="huyen.xlsx")
    own = (1, "Huyện Tam Nông", 4, 5, 3, 0)
    book(tmp_path, [own], head=PLAIN, name="hoi.xlsx", sender="HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP")
    data = read_raw(tmp_path, FACTS)
    assert set(data.ratings["source_file"]) == {"hoi.xlsx"}
    assert dict(data.ratings.select("rating", "count").iter_rows()) == {"xuat_sac": 4, "tot": 5, "kha": 3}
