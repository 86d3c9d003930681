"""Workbooks of further officials: other words for the same columns, other habits, several senders of the same units.

Drawn as in `test_intake_layouts`; besides, `⏎` breaks a line inside a cell, `␣` and `⍽` are spaces at its edge.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from danvan_analysis.analysis import compute_indicators
from danvan_analysis.facts import Facts
from danvan_analysis.intake.read import read_raw

from .test_intake_layouts import (
    BASE_UNITS,
    COMMUNE_BODIES,
    DISTRICTS,
    FIVE,
    FOUR,
    SHORT,
    SIX,
    TWO,
    Truth,
    _span,
    cells,
    check,
    check_accounts,
    line,
    lines,
    percent,
    total,
)

FOUR_LOW = "xuat_sac tot kha trung_binh"
THREE = "xuat_sac tot kha"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
HTX3 = "hoan_thanh_xuat_sac hoan_thanh_tot hoan_thanh"
WARDS = (
    "Phường An Thạnh",
    "Phường An Lộc",
    "Phường An Lạc",
    "Phường An Bình A",
    "Phường An Bình B",
    "Xã Bình Thạnh",
    "Xã Tân Hội",
)
TAM_NONG = (
    "Thị trấn Tràm Chim",
    "Xã Hòa Bình",
    "Xã Tân Công Sính",
    "Xã Phú Hiệp",
    "Xã Phú Đức",
    "Xã Phú Thành B",
    "Xã An Hòa",
    "Xã An Long",
    "Xã Phú Cường",
    "Xã Phú Ninh",
    "Xã Phú Thọ",
    "Xã Phú Thành A",
)
#: The communes of Tam Nông, four levels each; together 25, 24, 8, 1 as in BASE_UNITS.
TAM_NONG_UNITS = (
    (3, 3, 1, 0),
    (2, 2, 0, 0),
    (2, 2, 1, 0),
    (2, 2, 1, 0),
    (3, 1, 0, 0),
    (1, 3, 1, 0),
    (2, 2, 0, 1),
    (2, 2, 1, 0),
    (2, 2, 1, 0),
    (1, 2, 1, 0),
    (3, 1, 0, 0),
    (2, 2, 1, 0),
)
HN_UNITS = ((3, 2, 0), (2, 2, 1), (2, 1, 1), (3, 2, 0), (1, 1, 0), (3, 3, 1), (2, 4, 0))


@pytest.fixture
def truth(facts: Facts) -> Truth:
    return Truth(facts)


def book(
    path: Path,
    sheets: Mapping[str, str],
    *,
    merged: bool = True,
    at: tuple[int, int] = (0, 0),
    hidden: Collection[int] = (),
) -> None:
    """Writes drawings as sheets, with the edges of cells kept and the rows numbered in `hidden` out of sight."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as workbook:
        for name, drawing in sheets.items():
            sheet = workbook.add_worksheet(name)
            grid = cells(drawing)
            for r, row in enumerate(grid):
                for c, value in enumerate(row):
                    if value is None or value in ("<", "^"):
                        continue
                    if isinstance(value, str):
                        value = value.replace("⏎", "\n").replace("␣", " ").replace("⍽", "\xa0")
                    width, height = _span(grid, r, c)
                    top, left = r + at[0], c + at[1]
                    if merged and width * height > 1:
                        sheet.merge_range(top, left, top + height - 1, left + width - 1, value)
                    else:
                        sheet.write(top, left, value)
            for number in hidden:
                sheet.set_row(number - 1, options={"hidden": True})


def share(part: int, whole: int) -> str:
    """As typed by hand: one decimal, no sign, no ",0"."""
    return f"{100 * part / whole:.1f}".replace(".", ",").removesuffix(",0")


def add_tam_nong(truth: Truth, year: int, kind: str, ratings: str = FOUR_LOW) -> None:
    for commune, counts in zip(TAM_NONG, TAM_NONG_UNITS, strict=True):
        truth.add(f"Huyện Tam Nông/{commune}", year, kind, ratings, counts)


def add_wards(truth: Truth, year: int, kind: str, ratings: str = THREE) -> None:
    for ward, counts in zip(WARDS, HN_UNITS, strict=True):
        truth.add(f"Thành phố Hồng Ngự/{ward}", year, kind, ratings, counts)


def reasons(data: Any) -> set[str]:
    return set(data.set_aside["reason"])


def asked(data: Any, reason: str) -> str:
    rows = data.set_aside.filter(pl.col("reason") == reason)
    return " | ".join(str(row) for row in rows.select("source_file", "message_vi").rows())


# --- L9 in other words ---------------------------------------------------------------------------------------------------


def test_l9_quality_classes_of_farmers_shares_without_sign(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        (i, name, sum(c), *(x for n in c for x in (n, share(n, sum(c)))), "" if i % 4 else "sáp nhập 02 ấp")
        for i, (name, c) in enumerate(zip(SHORT, BASE_UNITS, strict=True), 1)
    ]
    grand = total(BASE_UNITS)
    sums = [x for n in grand for x in (n, share(n, sum(grand)))]
    book(
        tmp_path / "thong ke chi hoi.xlsx",
        {
            "Sheet1": f"""
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP | < | <
BAN THƯỜNG VỤ | < | <

THỐNG KÊ KẾT QUẢ PHÂN LOẠI | < | < | < | < | < | < | < | < | < | < | < | < | <
Chi hội nông dân khóm, ấp cuối năm 2023 | < | < | < | < | < | < | < | < | < | < | < | < | <
Số TT | Địa phương, đơn vị | Tổng số chi hội | Phân loại chất lượng | < | < | < | < | < | < | < | < | < | Ghi chú
^ | ^ | ^ | Loại xuất sắc | < | Loại tốt | < | Loại khá | < | Loại trung bình | < | Loại yếu | < | ^
^ | ^ | ^ | Số lượng | Tỉ lệ % | Số lượng | Tỉ lệ % | Số lượng | Tỉ lệ % | Số lượng | Tỉ lệ % | Số lượng | Tỉ lệ % | ^
{lines(rows)}
| Tổng cộng | {line(sum(grand), *sums)}
"""
        },
    )
    truth.add_districts(2023, "nong_dan chi_hoi", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_front_committees_written_bctmt_at_the_end_of_the_year(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(DISTRICTS, BASE_UNITS, strict=True), 1)]
    grand = total(BASE_UNITS)
    book(
        tmp_path / "PL3.xlsx",
        {
            "PL3": f"""
PHỤ LỤC 3 | < | < | < | < | < | < | <
CHẤT LƯỢNG HOẠT ĐỘNG BAN CTMT KHÓM, ẤP ĐẾN CUỐI NĂM 2023 | < | < | < | < | < | < | <
(Kèm theo Báo cáo số 301/BC-MTTQ-BTT ngày 08/01/2024 của Ban Thường trực Ủy ban MTTQ Việt Nam Tỉnh) | < | < | < | < | < | < | <
T.T | Huyện/TP | Tổng số BCTMT | Trong đó xếp loại | < | < | < | <
^ | ^ | ^ | Xuất sắc | Tốt | Khá | T.bình | Yếu
{lines(rows)}
| TỔNG | {line(sum(grand), *grand)}
"""
        },
    )
    truth.add_districts(2023, "mttq ban_ctmt", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_self_managed_groups_thousands_with_spaces(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    counts = [(640 + 17 * i, 310 + 9 * i, 85 - 3 * i, i % 3) for i in range(12)]

    def spaced(number: int, gap: str) -> str:
        return f"{number:,}".replace(",", gap) if number > 999 else f"'{number}"

    rows = []
    for i, (name, c) in enumerate(zip(DISTRICTS, counts, strict=True), 1):
        shares = [x for n in c for x in (n, percent(n, sum(c), ""))]
        rows.append((i, name, spaced(sum(c), " " if i % 2 else "⍽"), *shares))
    grand = total(counts)
    sums = [x for n in grand for x in (spaced(n, " "), percent(n, sum(grand), ""))]
    book(
        tmp_path / "2024" / "to NDTQ.xlsx",
        {
            "NDTQ": f"""
ỦY BAN MTTQ VIỆT NAM | < | <
TỈNH ĐỒNG THÁP | < | <
BẢNG TỔNG HỢP | < | < | < | < | < | < | < | < | < | <
Phân loại Tổ nhân dân tự quản (số liệu tính đến 30/11/2024) | < | < | < | < | < | < | < | < | < | <
Stt | Tên huyện, thành phố | Tổng số tổ NDTQ | Chia ra các loại | < | < | < | < | < | < | <
^ | ^ | ^ | Xếp loại Tốt | < | Đạt loại khá | < | Đạt loại trung bình | < | Xếp loại yếu | <
^ | ^ | ^ | SL (tổ) | Tỉ lệ % | SL (tổ) | Tỉ lệ % | SL (tổ) | Tỉ lệ % | SL (tổ) | Tỉ lệ %
{lines(rows)}
Cộng | < | {line(spaced(sum(grand), " "), *sums)}
"""
        },
    )
    truth.add_districts(2024, "to_ndtq to_ndtq", "tot kha trung_binh yeu", counts)
    check(tmp_path, facts, truth, questions="thang_chua_khai_bao")


def test_l9_total_at_the_far_right_and_number_column_first(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        (i, name, *(x for n in c for x in (share(n, sum(c)), n)), 100, sum(c))
        for i, (name, c) in enumerate(zip(DISTRICTS, BASE_UNITS, strict=True), 1)
    ]
    book(
        tmp_path / "chi hoi PN.xlsx",
        {
            "Sheet1": f"""
HỘI LHPN TỈNH ĐỒNG THÁP
KẾT QUẢ XẾP LOẠI CHI HỘI NĂM 2022
Số TT | Địa phương, đơn vị | Xuất sắc | < | Tốt | < | Đạt loại khá | < | Trung bình | < | Yếu | < | Số Chi hội PN | <
^ | ^ | TL (%) | SL | TL (%) | SL | TL (%) | SL | TL (%) | SL | TL (%) | SL | TL (%) | SL
{lines(rows)}
"""
        },
    )
    truth.add_districts(2022, "phu_nu chi_hoi", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_degree_of_fulfilment_of_commune_associations(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        (i, name, *(x for n in (sum(c), *c) for x in (n, share(n, sum(c)))))
        for i, (name, c) in enumerate(zip(DISTRICTS, COMMUNE_BODIES, strict=True), 1)
    ]
    book(
        tmp_path / "02-XL.xlsx",
        {
            "02-XL": f"""
HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP | < | < | | | | | | | | | Biểu số 02-XL
ĐÁNH GIÁ, XẾP LOẠI HỘI LHPN CƠ SỞ (XÃ, PHƯỜNG, THỊ TRẤN) | < | < | < | < | < | < | < | < | < | < | <
Số liệu tính đến 30/11/2023 | < | < | < | < | < | < | < | < | < | < | <
TT | Tên huyện, thành phố | Tổng số | < | Mức độ hoàn thành nhiệm vụ | < | < | < | < | < | < | <
^ | ^ | Số lượng | Tỷ lệ | Hoàn thành xuất sắc | < | Hoàn thành tốt | < | Hoàn thành | < | Không hoàn thành | <
^ | ^ | ^ | ^ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ
{lines(rows)}
"""
        },
    )
    truth.add_districts(2023, "phu_nu cap_xa", FOUR, COMMUNE_BODIES)
    check(tmp_path, facts, truth)


def test_l9_names_on_two_lines_and_communes_of_one_district(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        (i, "Hội Nông dân⏎" + name.replace("Xã", "xã").replace("Thị trấn", "thị trấn"), sum(c), *c)
        for i, (name, c) in enumerate(zip(TAM_NONG, TAM_NONG_UNITS, strict=True), 1)
    ]
    book(
        tmp_path / "HND Tam Nong.xlsx",
        {
            "Sheet1": f"""
HỘI NÔNG DÂN VIỆT NAM
BCH HUYỆN TAM NÔNG
TỔNG HỢP⏎KẾT QUẢ PHÂN LOẠI CHI HỘI NÔNG DÂN⏎NĂM 2024 | < | < | < | < | < | <
Số⏎TT | Xã/phường/TT | Tổng số⏎chi hội | Loại⏎xuất sắc | Loại⏎tốt | Loại⏎khá | Loại trung⏎bình
{lines(rows)}
Cộng | < | {line(sum(total(TAM_NONG_UNITS)), *total(TAM_NONG_UNITS))}
"""
        },
    )
    add_tam_nong(truth, 2024, "nong_dan chi_hoi")
    check(tmp_path, facts, truth)


def test_l9_remarks_hold_numbers_and_text(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    remarks = (None, 3, "tăng 2 tổ", None, 1, "05 tổ mới tách", 12, None, "so năm trước giảm 01", 2, None, "2 tổ ghép")
    rows = [
        (i, name, sum(c), *c, remark)
        for i, (name, c, remark) in enumerate(zip(TAM_NONG, TAM_NONG_UNITS, remarks, strict=True), 1)
    ]
    book(
        tmp_path / "MTTQ TN.xlsx",
        {
            "Sheet1": f"""
UBMTTQ VIỆT NAM HUYỆN TAM NÔNG
Xếp loại Ban công tác Mặt trận khóm, ấp năm 2023
STT | Tên xã | TS | Xuất sắc | Tốt | Khá | TB | Ghi chú
{lines(rows)}
"""
        },
    )
    add_tam_nong(truth, 2023, "mttq ban_ctmt")
    check(tmp_path, facts, truth)


def test_l9_gaps_everywhere(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [
        line(None, i, None, name, sum(c), None, c[0], c[1], None, c[2])
        for i, (name, c) in enumerate(zip(WARDS, HN_UNITS, strict=True), 1)
    ]
    rows.insert(3, "")
    rows.insert(6, "")
    body = "\n".join(rows)
    grand = total(HN_UNITS)
    book(
        tmp_path / "TP HN.xlsx",
        {
            "Sheet1": f"""
| THÀNH ỦY HỒNG NGỰ | < | <


| KẾT QUẢ PHÂN LOẠI CHI ĐOÀN KHÓM, ẤP NĂM 2023 | < | < | < | < | < | < | < | <


| Số TT | | Phường, xã | Tổng số chi đoàn | | Phân loại | < | < | <
| ^ | | ^ | ^ | | Xuất sắc | Tốt | | Khá

{body}

| | | Cộng | {sum(grand)} | | {grand[0]} | {grand[1]} | | {grand[2]}
"""
        },
        at=(4, 2),
    )
    add_wards(truth, 2023, "doan_tn chi_doan")
    check(tmp_path, facts, truth)


def test_l9_header_repeated_on_the_second_page(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    head = """STT | Huyện, thành phố | Tổng số | Xếp loại | < | < | < | <
^ | ^ | ^ | Xuất sắc | Tốt | Khá | Trung bình | Yếu"""
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(DISTRICTS, BASE_UNITS, strict=True), 1)]
    first, second = total(BASE_UNITS[:7]), total(BASE_UNITS)
    book(
        tmp_path / "in 2 trang.xlsx",
        {
            "Sheet1": f"""
HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP
PHÂN LOẠI CHI HỘI CCB NĂM 2023
{head}
{lines(rows[:7])}
| Cộng trang 1 | {line(sum(first), *first)}
Trang 2
{head}
{lines(rows[7:])}
| Tổng cộng | {line(sum(second), *second)}
"""
        },
    )
    truth.add_districts(2023, "ccb chi_hoi", FIVE, BASE_UNITS)
    check(tmp_path, facts, truth)


def test_l9_hidden_rows_count(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(TAM_NONG, TAM_NONG_UNITS, strict=True), 1)]
    grand = total(TAM_NONG_UNITS)
    book(
        tmp_path / "PN Tam Nong.xlsx",
        {
            "Sheet1": f"""
HỘI LHPN HUYỆN TAM NÔNG
XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023
TT | Xã, thị trấn | Tổng số chi hội | Xuất sắc | Tốt | Khá | Trung bình
{lines(rows)}
| Cộng | {line(sum(grand), *grand)}
"""
        },
        hidden=(6, 7, 10),
    )
    add_tam_nong(truth, 2023, "phu_nu chi_hoi")
    check(tmp_path, facts, truth, questions="an")


def test_l9_numbers_typed_as_text_with_spaces_at_the_edge(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    edges = ("{}␣", "{}⍽", "⍽{}", "␣{}␣␣")
    rows = [
        (f"{i}.", f"{name}⍽" if i % 2 else f"␣{name}␣", f"'{sum(c)}␣",
         *("'" + edges[(i + k) % 4].format(n) for k, n in enumerate(c)))
        for i, (name, c) in enumerate(zip(WARDS, HN_UNITS, strict=True), 1)
    ]  # fmt: skip
    book(
        tmp_path / "HN.xlsx",
        {
            "Sheet1": f"""
HỘI⍽NÔNG DÂN⍽THÀNH PHỐ HỒNG NGỰ␣
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM⍽2023␣
TT␣ | Xã,⍽phường␣ | Tổng⍽số␣ | Xuất⍽sắc | Tốt␣ | ␣Khá
{lines(rows)}
"""
        },
    )
    add_wards(truth, 2023, "nong_dan chi_hoi")
    check(tmp_path, facts, truth)


def test_l9_letters_of_office_and_telephone_below(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(WARDS, HN_UNITS, strict=True), 1)]
    book(
        tmp_path / "bao cao Thanh doan.xlsx",
        {
            "Sheet1": f"""
THÀNH ĐOÀN HỒNG NGỰ | < | | ĐOÀN TNCS HỒ CHÍ MINH | < | <
*** | < | | Hồng Ngự, ngày 05 tháng 01 năm 2024 | < | <
Số: 12-BC/ĐTN
Xếp loại chi đoàn khóm, ấp năm 2023 | < | < | < | < | <
STT | Đoàn xã, phường | Số chi đoàn | Xuất sắc | Tốt | Khá
{lines(rows)}
Tổng số: {sum(total(HN_UNITS))} chi đoàn; trong đó 16 xuất sắc, chiếm 47,06%.

Nơi nhận: | | | TM. BAN THƯỜNG VỤ | < | <
- Tỉnh đoàn; | | | BÍ THƯ | < | <
- Lưu: VP, 02 bản.
Điện thoại liên hệ: 02773 837 000
"""
        },
    )
    add_wards(truth, 2023, "doan_tn chi_doan")
    check(tmp_path, facts, truth)


def test_l9_not_classified_in_other_words(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = [(i, name, sum(c) + i % 2, *c, i % 2) for i, (name, c) in enumerate(zip(WARDS, HN_UNITS, strict=True), 1)]
    book(
        tmp_path / "x.xlsx",
        {
            "Sheet1": f"""
HỘI LHPN THÀNH PHỐ HỒNG NGỰ
PHÂN LOẠI CHI HỘI PHỤ NỮ NĂM 2024
TT | Đơn vị | Tổng số | Xuất sắc | Tốt | Khá | Số chưa phân loại
{lines(rows)}
"""
        },
    )
    add_wards(truth, 2024, "phu_nu chi_hoi")
    for i, ward in enumerate(WARDS, 1):
        truth.add(f"Thành phố Hồng Ngự/{ward}", 2024, "phu_nu chi_hoi", "chua_xep_loai", (i % 2,))
    check(tmp_path, facts, truth)


def test_l9_town_of_2019_by_the_name_of_its_time(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    names = [name.replace("Thành phố Hồng Ngự", "Thị xã Hồng Ngự") for name in DISTRICTS]
    rows = [
        (i, name.replace("Thị xã", "TX.").replace("Thành phố", "T.P"), sum(c), *c)
        for i, (name, c) in enumerate(zip(names, COMMUNE_BODIES, strict=True), 1)
    ]
    book(
        tmp_path / "ND 2019.xlsx",
        {
            "Sheet1": f"""
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP
XẾP LOẠI HỘI NÔNG DÂN XÃ, PHƯỜNG, THỊ TRẤN NĂM 2019
TT | Huyện, thị, thành | Tổng số | HTXSNV | HTTNV | HTNV | KHTNV
{lines(rows)}
"""
        },
    )
    for name, counts in zip(names, COMMUNE_BODIES, strict=True):
        truth.add(name, 2019, "nong_dan cap_xa", FOUR, counts)
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l9_wards_by_number_in_short(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    spelt = {"P.1": "Phường 1", "P2": "Phường 2", "Phường 03": "Phường 3", "P. 4": "Phường 4", "phường 6": "Phường 6",
             "P.11": "Phường 11", "P.Mỹ Phú": "Phường Mỹ Phú", "P. Hoà Thuận": "Phường Hòa Thuận",
             "X. Mỹ Tân": "Xã Mỹ Tân", "Mỹ Trà": "Xã Mỹ Trà"}  # fmt: skip
    rows = []
    for i, (short, ward) in enumerate(spelt.items(), 1):
        counts = (2 + i % 3, 1 + i % 2, i % 2)
        truth.add(f"Thành phố Cao Lãnh/{ward}", 2023, "ccb chi_hoi", THREE, counts)
        rows.append((i, short, sum(counts), *counts))
    book(
        tmp_path / "CCB TPCL.xlsx",
        {
            "Sheet1": f"""
HỘI CỰU CHIẾN BINH TP CAO LÃNH
XẾP LOẠI CHI HỘI CỰU CHIẾN BINH NĂM 2023
TT | Xã/phường | TS | Xuất sắc | Tốt | Khá
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_l9_result_and_whole_in_one_cell_is_read_or_asked(tmp_path: Path, facts: Facts) -> None:
    rows = [
        (i, name, f"{sum(c) - c[2]}/{sum(c)} ({percent(sum(c) - c[2], sum(c))})")
        for i, (name, c) in enumerate(zip(WARDS, HN_UNITS, strict=True), 1)
    ]
    book(
        tmp_path / "x.xlsx",
        {
            "Sheet1": f"""
THÀNH ỦY HỒNG NGỰ
XẾP LOẠI BAN CÔNG TÁC MẶT TRẬN NĂM 2023
TT | Đơn vị | Số ban đạt từ khá trở lên/tổng số (tỷ lệ)
{lines(rows)}
"""
        },
    )
    data = read_raw(tmp_path, facts)
    good = sum(total(HN_UNITS)[:2])
    counted = dict(data.ratings.group_by("rating").agg(pl.col("count").sum()).rows())
    assert counted == {"kha_tro_len": good, "duoi_kha": total(HN_UNITS)[2]} or (
        not counted and data.set_aside.height > 0
    ), data.set_aside.rows()
    check_accounts(data)


# --- L13: groups ------------------------------------------------------------------------------------------------------------


def test_l13_all_communes_of_the_province_with_sums_inside(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    day = date(2023, 6, 30)
    known = facts.areas.filter(
        (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    )
    body: list[Sequence[object]] = []
    sums = []
    for numeral, district in zip(ROMAN, DISTRICTS, strict=True):
        communes = known.filter(pl.col("parent_id") == truth.code(district, 2023))["name"].to_list()
        body.append((numeral, district.replace("Huyện", "huyện").replace("Thành phố", "thành phố")))
        counts = []
        for i, commune in enumerate(communes):
            row = (1 + (i * 7 + len(district)) % 4, 1 + i % 3, i % 2, int(i == 4))
            truth.add(f"{district}/{commune}", 2023, "phu_nu chi_hoi", FOUR_LOW, row)
            body.append((i + 1, commune, sum(row), *row))
            counts.append(row)
        sums.append(total(counts))
        body.append((None, "Cộng", sum(sums[-1]), *sums[-1]))
    grand = total(sums)
    book(
        tmp_path / "PN toan tinh.xlsx",
        {
            "Sheet1": f"""
HỘI LHPN TỈNH ĐỒNG THÁP
BẢNG TỔNG HỢP | < | < | < | < | < | <
Phân loại chi hội phụ nữ theo xã, phường, thị trấn năm 2023 | < | < | < | < | < | <
Stt | Xã/phường/TT | Tổng số chi hội | Chia ra các loại | < | < | <
^ | ^ | ^ | Xuất sắc | Tốt | Khá | T. bình
{lines(body)}
| Tổng cộng | {line(sum(grand), *grand)}
"""
        },
    )
    data = check(tmp_path, facts, truth)
    assert len({code for code, *_ in truth.groups}) == 143
    assert data.ratings["count"].sum() == sum(grand)


def test_l13_hamlets_in_communes_organisations_across_in_words(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    kinds = ("mttq ban_ctmt", "nong_dan chi_hoi", "phu_nu chi_hoi", "doan_tn chi_doan", "ccb chi_hoi")
    words = {"xuat_sac": ("Xuất sắc", "Loại xuất sắc", "XS"), "tot": ("Tốt", "Loại tốt", "tốt"),
             "kha": ("Khá", "Đạt loại khá", "khá")}  # fmt: skip
    body: list[Sequence[object]] = []
    for numeral, ward in zip(ROMAN, WARDS, strict=False):
        body.append((numeral, ward.upper()))
        for i in range(3):
            row: list[object] = [i + 1, f"Khóm {i + 1}" if ward.startswith("Phường") else f"Ấp {i + 1}"]
            for k, kind in enumerate(kinds):
                rating = ("tot", "xuat_sac", "tot", "kha")[(i + k + len(body)) % 4]
                truth.add(f"Thành phố Hồng Ngự/{ward}", 2023, kind, rating, (1,))
                row.append(words[rating][(i + k) % 3])
            body.append(row)
    book(
        tmp_path / "TU Hong Ngu.xlsx",
        {
            "Sheet1": f"""
THÀNH ỦY HỒNG NGỰ
TỔNG HỢP XẾP LOẠI CÁC TỔ CHỨC Ở KHÓM, ẤP NĂM 2023
STT | Khóm, ấp | Xếp loại | < | < | < | <
^ | ^ | Ban CTMT khóm, ấp | Chi hội ND | Chi hội PN | Chi đoàn TN | Chi hội CCB
{lines(body)}
"""
        },
    )
    check(tmp_path, facts, truth)


def test_l13_two_parts_bodies_of_communes_and_units_of_hamlets(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    bodies = [(c[0], c[1], c[2], c[3]) for c in COMMUNE_BODIES]
    first = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(SHORT, bodies, strict=True), 1)]
    second = [(i, name, sum(c[:4]), *c[:4]) for i, (name, c) in enumerate(zip(SHORT, BASE_UNITS, strict=True), 1)]
    book(
        tmp_path / "HND tinh.xlsx",
        {
            "Sheet1": f"""
HỘI NÔNG DÂN TỈNH ĐỒNG THÁP
PHỤ LỤC XẾP LOẠI TỔ CHỨC HỘI NĂM 2024
A. HỘI NÔNG DÂN CẤP XÃ
TT | Đơn vị | Tổng số | Hoàn thành xuất sắc NV | Hoàn thành tốt NV | Hoàn thành NV | Không hoàn thành NV
{lines(first)}

B. CHI HỘI NÔNG DÂN
TT | Đơn vị | Tổng số | Xuất sắc | Tốt | Khá | Trung bình
{lines(second)}
"""
        },
    )
    truth.add_districts(2024, "nong_dan cap_xa", FOUR, bodies)
    truth.add_districts(2024, "nong_dan chi_hoi", FOUR_LOW, [c[:4] for c in BASE_UNITS])
    check(tmp_path, facts, truth)


# --- several sheets ---------------------------------------------------------------------------------------------------------


def ward_table(head: str) -> str:
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(WARDS, HN_UNITS, strict=True), 1)]
    return f"STT | Đơn vị | {head} | Xuất sắc | Tốt | Khá\n" + lines(rows)


def test_letterhead_and_year_on_the_first_of_two_sheets(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "TP Hong Ngu.xlsx",
        {
            "Bieu 1": "THÀNH ỦY HỒNG NGỰ\nBIỂU TỔNG HỢP XẾP LOẠI NĂM 2023\nBiểu 1. Chi hội nông dân\n"
            + ward_table("Tổng số chi hội"),
            "Bieu 2": "Biểu 2. Chi hội phụ nữ\n" + ward_table("Số Chi hội PN"),
        },
    )
    add_wards(truth, 2023, "nong_dan chi_hoi")
    add_wards(truth, 2023, "phu_nu chi_hoi")
    check(tmp_path, facts, truth)


def test_cover_sheet_with_nothing_but_text(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "bao cao.xlsx",
        {
            "Bìa": """
HUYỆN ỦY TAM NÔNG
BAN DÂN VẬN
BÁO CÁO SỐ LIỆU CÔNG TÁC DÂN VẬN NĂM 2023
Tam Nông, tháng 12 năm 2023
""",
            "So lieu": "XẾP LOẠI CHI ĐOÀN KHÓM, ẤP\nSTT | Tên xã | Tổng số chi đoàn | Xuất sắc | Tốt | Khá | Trung bình\n"
            + lines((i, name, sum(c), *c) for i, (name, c) in enumerate(zip(TAM_NONG, TAM_NONG_UNITS, strict=True), 1)),
        },
    )
    add_tam_nong(truth, 2023, "doan_tn chi_doan")
    check(tmp_path, facts, truth)


def test_districts_in_the_sheet_names(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    head = "HỘI NÔNG DÂN TỈNH ĐỒNG THÁP\nXẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2022\n"
    tam_nong = "STT | Tên xã | Tổng số chi hội | Xuất sắc | Tốt | Khá | Trung bình\n" + lines(
        (i, name, sum(c), *c) for i, (name, c) in enumerate(zip(TAM_NONG, TAM_NONG_UNITS, strict=True), 1)
    )
    book(
        tmp_path / "ND.xlsx",
        {"H. Tam Nông": head + tam_nong, "TP Hồng Ngự": head + ward_table("Tổng số chi hội")},
    )
    add_tam_nong(truth, 2022, "nong_dan chi_hoi")
    add_wards(truth, 2022, "nong_dan chi_hoi")
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_years_in_the_sheet_names(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    head = "HỘI CCB THÀNH PHỐ HỒNG NGỰ\nXẾP LOẠI CHI HỘI CỰU CHIẾN BINH\n"
    book(
        tmp_path / "CCB.xlsx",
        {"Năm 2022": head + ward_table("Tổng số"), "2023": head + ward_table("Tổng số")},
    )
    add_wards(truth, 2022, "ccb chi_hoi")
    add_wards(truth, 2023, "ccb chi_hoi")
    check(tmp_path, facts, truth, questions="trung_nam_truoc")


# --- L10, lists of bodies ------------------------------------------------------------------------------------------------------


def test_l10_organisations_with_different_scales(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, ward in enumerate(WARDS):
        front, youth, veterans = (2 + i % 2, 2, 1), (1, 2 + i % 3, 1, i % 2), (1 + i % 2, 2, 1, 0)
        truth.add(f"Thành phố Hồng Ngự/{ward}", 2024, "mttq ban_ctmt", THREE, front)
        truth.add(f"Thành phố Hồng Ngự/{ward}", 2024, "doan_tn chi_doan", FOUR, youth)
        truth.add(f"Thành phố Hồng Ngự/{ward}", 2024, "ccb chi_hoi", "tsvm_xuat_sac tsvm_tien_tien tsvm yeu", veterans)
        rows.append((i + 1, ward, sum(front), *front, sum(youth), *youth, sum(veterans), *veterans))
    book(
        tmp_path / "TU.xlsx",
        {
            "Sheet1": f"""
THÀNH ỦY HỒNG NGỰ
BIỂU 4: CHẤT LƯỢNG BAN CTMT, CHI ĐOÀN, CHI HỘI CCB NĂM 2024
TT | Phường, xã | Ban CTMT khóm, ấp | < | < | < | Chi đoàn | < | < | < | < | Chi hội CCB | < | < | < | <
^ | ^ | Tổng số | XS | Tốt | Khá | Tổng số | HTXSNV | HTTNV | HTNV | KHTNV | Tổng số | TSVM xuất sắc | TSVM tiên tiến \
| TSVM | Yếu
{lines(rows)}
Cộng | < | {line(*total(row[2:] for row in rows))}
"""
        },
    )
    check(tmp_path, facts, truth, questions="thang_chua_khai_bao")


def test_list_of_the_bodies_of_one_district_in_words(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "HU Lai Vung.xlsx",
        {
            "Sheet1": """
HUYỆN UỶ LAI VUNG | < | | ĐẢNG CỘNG SẢN VIỆT NAM
BAN DÂN VẬN | < | | Lai Vung, ngày 10 tháng 01 năm 2024
Biểu số 01-XL | < | < | <
Đánh giá, xếp loại Mặt trận Tổ quốc, các tổ chức chính trị - xã hội cấp huyện năm 2023 | < | < | <
Số TT | Tên cơ quan, tổ chức | Mức độ hoàn thành nhiệm vụ | Ghi chú
1 | UBMTTQVN huyện | Hoàn thành tốt nhiệm vụ | QĐ số 1201-QĐ/HU
2 | LĐLĐ huyện | Hoàn thành tốt nhiệm vụ |
3 | Hội Nông dân huyện | Hoàn thành xuất sắc nhiệm vụ | 2 năm liền
4 | Hội LHPN huyện | Hoàn thành tốt nhiệm vụ |
5 | Huyện đoàn | Hoàn thành nhiệm vụ | 3
6 | Hội Cựu chiến binh huyện | Hoàn thành tốt nhiệm vụ |
"""
        },
    )
    for organisation, level in zip(SIX, (1, 1, 0, 1, 2, 1), strict=True):
        truth.add("Huyện Lai Vung", 2023, f"{organisation} cap_huyen", FOUR.split()[level], (1,))
    check(tmp_path, facts, truth)


def test_bodies_of_districts_as_rows_of_one_organisation(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    words = ("Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ")
    rows = []
    for i, name in enumerate(DISTRICTS):
        level = 0 if i in (1, 6) else 2 if i == 9 else 1
        truth.add(name, 2024, "phu_nu cap_huyen", FOUR.split()[level], (1,))
        rows.append((i + 1, "Hội LHPN " + name.replace("Huyện", "huyện").replace("Thành phố", "TP"), words[level]))
    book(
        tmp_path / "PN cap huyen.xlsx",
        {
            "Sheet1": f"""
HỘI LHPN TỈNH ĐỒNG THÁP
KẾT QUẢ PHÂN LOẠI HỘI LHPN CẤP HUYỆN NĂM 2024
Số TT | Địa phương, đơn vị | Kết quả phân loại
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth)


def test_counts_of_district_bodies_by_organisation_of_the_province(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    names = ("Ủy ban MTTQ Việt Nam", "Công đoàn", "Hội Nông dân", "Hội Liên hiệp Phụ nữ", "Đoàn TNCS Hồ Chí Minh",
             "Hội Cựu chiến binh")  # fmt: skip
    counts = ((2, 10, 0, 0), (1, 11, 0, 0), (2, 9, 1, 0), (2, 10, 0, 0), (1, 9, 2, 0), (2, 10, 0, 0))
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(names, counts, strict=True), 1)]
    book(
        tmp_path / "BDV.xlsx",
        {
            "Sheet1": f"""
BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP
BẢNG TỔNG HỢP XẾP LOẠI MTTQ, CÁC TỔ CHỨC CT-XH CẤP HUYỆN NĂM 2022
TT | Tên tổ chức | Tổng số | Trong đó xếp loại | < | < | <
^ | ^ | ^ | HTXSNV | HTTNV | HTNV | KHTNV
{lines(rows)}
| Tổng cộng | {line(sum(total(counts)), *total(counts))}
"""
        },
    )
    for organisation, c in zip(SIX, counts, strict=True):
        truth.add("Tỉnh Đồng Tháp", 2022, f"{organisation} cap_huyen", FOUR, c)
    check(tmp_path, facts, truth)


def test_list_of_provincial_bodies_with_points(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "cap tinh.xlsx",
        {
            "Sheet1": """
TỈNH ỦY ĐỒNG THÁP
*
Kết quả đánh giá, xếp loại MTTQ và các tổ chức chính trị - xã hội cấp tỉnh năm 2023
T.T | Cơ quan, tổ chức | Điểm | Xếp loại
1 | Ủy ban MTTQ Việt Nam Tỉnh | 95,5 | HTXSNV
2 | Liên đoàn Lao động Tỉnh | 88 | HTTNV
3 | Hội Nông dân Tỉnh | 89,25 | HTTNV
4 | Hội LHPN Tỉnh | 87 | HTTNV
5 | Đoàn TNCS Hồ Chí Minh Tỉnh | 86,75 | HTTNV
6 | Hội CCB Tỉnh | 90 | HTTNV
"""
        },
    )
    for organisation, level in zip(SIX, (0, 1, 1, 1, 1, 1), strict=True):
        truth.add("Tỉnh Đồng Tháp", 2023, f"{organisation} cap_tinh", FOUR.split()[level], (1,))
    check(tmp_path, facts, truth)


def test_matrix_of_commune_bodies_with_remarks(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    spelt = {"hoan_thanh_xuat_sac": "Hoàn thành⏎xuất sắc", "hoan_thanh_tot": "HT tốt␣", "hoan_thanh": "Hoàn thành⍽NV"}
    rows = []
    for i, ward in enumerate(WARDS):
        row: list[object] = [i + 1, ward]
        for k, organisation in enumerate(SIX):
            rating = ("hoan_thanh_tot", "hoan_thanh_tot", "hoan_thanh_xuat_sac", "hoan_thanh")[(i * 3 + k) % 4]
            truth.add(f"Thành phố Hồng Ngự/{ward}", 2023, f"{organisation} cap_xa", rating, (1,))
            row.append(spelt[rating])
        rows.append((*row, "Chủ tịch Hội ND mới" if i == 2 else None))
    book(
        tmp_path / "cap xa.xlsx",
        {
            "Sheet1": f"""
THÀNH ỦY HỒNG NGỰ
BAN DÂN VẬN
XẾP LOẠI MTTQ VÀ CÁC ĐOÀN THỂ PHƯỜNG, XÃ NĂM 2023
Số TT | Phường, xã | MTTQ | Công đoàn | Hội ND | Hội PN | Đoàn TN | Hội CCB | Ghi chú
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth)


# --- L11 -----------------------------------------------------------------------------------------------------------------------


def test_l11_ends_of_years_and_difference_in_two_columns(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, name in enumerate(SHORT):
        old, new = (40 + 3 * i, 36 + 3 * i - i % 3), (41 + 3 * i, 39 + 3 * i - i % 2)
        for year, (whole, good) in ((2022, old), (2023, new)):
            truth.add(DISTRICTS[i], year, "mttq ban_ctmt", TWO, (good, whole - good))
        rows.append(
            (i + 1, name, *old, share(old[1], old[0]), *new, share(new[1], new[0]), new[1] - old[1],
             f"{100 * (new[1] / new[0] - old[1] / old[0]):.1f}".replace(".", ","))
        )  # fmt: skip
    book(
        tmp_path / "so sanh.xlsx",
        {
            "Sheet1": f"""
ỦY BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP
SO SÁNH CHẤT LƯỢNG BAN CTMT KHÓM, ẤP
Stt | Huyện/TP | Cuối năm 2022 | < | < | Cuối năm 2023 | < | < | Chênh lệch | <
^ | ^ | Tổng số BCTMT | Khá trở lên | Tỉ lệ % | Tổng số BCTMT | Khá trở lên | Tỉ lệ % | Số lượng | Tỉ lệ %
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth)


def test_l11_three_years_newest_first_all_levels(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, ward in enumerate(WARDS):
        row: list[object] = [i + 1, ward]
        for year in (2024, 2023, 2022):
            counts = (1 + (i + year) % 3, 2, year % 2, int(i == 3))
            truth.add(f"Thành phố Hồng Ngự/{ward}", year, "nong_dan chi_hoi", FOUR_LOW, counts)
            row += counts
        rows.append(row)
    book(
        tmp_path / "3 nam.xlsx",
        {
            "Sheet1": f"""
HỘI NÔNG DÂN THÀNH PHỐ HỒNG NGỰ
PHÂN LOẠI CHI HỘI NÔNG DÂN GIAI ĐOẠN 2022 - 2024
TT | Tên xã, phường | Năm 2024 | < | < | < | Năm 2023 | < | < | < | Năm 2022 | < | < | <
^ | ^ | Xuất sắc | Tốt | Khá | TB | Xuất sắc | Tốt | Khá | TB | Xuất sắc | Tốt | Khá | TB
{lines(rows)}
| Cộng | {line(*total(row[2:] for row in rows))}
"""
        },
    )
    check(tmp_path, facts, truth, questions="so_don_vi_thay_doi")


# --- L1 ------------------------------------------------------------------------------------------------------------------------


def test_l1_counts_and_shares_in_turn(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    years = {2022: (20, 28, 9, 1), 2023: (22, 29, 6, 1), 2024: (25, 27, 6, 0)}
    columns = list(years.values())
    body: list[Sequence[object]] = [("1", "Tổng số chi hội phụ nữ", "chi hội", *map(sum, columns))]
    for k, level in enumerate(("xuất sắc", "tốt", "khá", "trung bình")):
        body.append((None, f"- Loại {level}", "chi hội", *(c[k] for c in columns)))
        body.append((None, "Tỷ lệ", "%", *(percent(c[k], sum(c), "") for c in columns)))
    book(
        tmp_path / "PN Tam Nong 3 nam.xlsx",
        {
            "Sheet1": f"""
HỘI LHPN HUYỆN TAM NÔNG
KẾT QUẢ PHÂN LOẠI CHI HỘI PHỤ NỮ
Số TT | Nội dung | ĐVT | Thực hiện năm 2022 | Thực hiện năm 2023 | Thực hiện năm 2024
{lines(body)}
"""
        },
    )
    for year, counts in years.items():
        truth.add("Huyện Tam Nông", year, "phu_nu chi_hoi", FOUR_LOW, counts)
    check(tmp_path, facts, truth)


def test_l1_wholes_and_fair_or_better_of_every_kind(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    kinds = {"Ban CTMT khóm, ấp": "mttq ban_ctmt", "Chi hội Nông dân": "nong_dan chi_hoi",
             "Chi đoàn khóm, ấp": "doan_tn chi_doan", "Tổ Nhân dân tự quản": "to_ndtq to_ndtq"}  # fmt: skip
    body: list[Sequence[object]] = []
    for k, (name, kind) in enumerate(kinds.items()):
        wholes = [50 + 10 * k + i for i in range(3)]
        goods = [whole - 4 + i for i, whole in enumerate(wholes)]
        for year, whole, good in zip((2021, 2022, 2023), wholes, goods, strict=True):
            truth.add("Huyện Tháp Mười", year, kind, TWO, (good, whole - good))
        body.append((f"{k + 1}", f"Tổng số {name}", "đơn vị", None, *wholes, None))
        body.append((None, "Đạt từ khá trở lên", "đơn vị", None, *goods, None))
        body.append((None, "Tỷ lệ đạt từ khá trở lên", "%", 70,
                     *(percent(g, w, "") for g, w in zip(goods, wholes, strict=True)), "Vượt NQ"))  # fmt: skip
    book(
        tmp_path / "phu luc.xlsx",
        {
            "PL": f"""
HUYỆN ỦY THÁP MƯỜI | < | < | < | | ĐẢNG CỘNG SẢN VIỆT NAM | < | <
PHỤ LỤC SỐ LIỆU XẾP LOẠI | < | < | < | < | < | < | <
Số TT | Nội dung | Đơn vị tính | Chỉ tiêu NQ | Kết quả | < | < | So với NQ
^ | ^ | ^ | ^ | Năm 2021 | Năm 2022 | Năm 2023 | ^
(1) | (2) | (3) | (4) | (5) | (6) | (7) | (8)
{lines(body)}
"""
        },
    )
    check(tmp_path, facts, truth)


# --- L12, T6, T7 -----------------------------------------------------------------------------------------------------------------


def party(i: int) -> dict[str, int]:
    return {
        "chi_bo_khom_ap": 4 + i % 3,
        "lan_sinh_hoat_le_ky": 12 * (4 + i % 3),
        "lan_sinh_hoat_le_ky_co_noi_dung": 12 * (4 + i % 3) - i % 4,
        "dang_vien": 140 + 13 * i,
        "dang_vien_mien_sinh_hoat": 9 + i,
        "dang_vien_tham_gia_nong_cot": 140 + 13 * i - 9 - i - 6 - i % 5,
    }


def test_l12_party_committees_of_communes_in_other_words(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, commune in enumerate(TAM_NONG):
        m = party(i)
        truth.measure(f"Huyện Tam Nông/{commune}", 2023, **m)
        held, content = m["lan_sinh_hoat_le_ky"], m["lan_sinh_hoat_le_ky_co_noi_dung"]
        base, active = m["dang_vien"] - m["dang_vien_mien_sinh_hoat"], m["dang_vien_tham_gia_nong_cot"]
        rows.append(
            (i + 1, "Đảng ủy " + commune.replace("Xã", "xã").replace("Thị trấn", "thị trấn"), m["chi_bo_khom_ap"],
             held, content, share(content, held), m["dang_vien"], m["dang_vien_mien_sinh_hoat"], active,
             share(active, base), "02 chi bộ ghép" if i == 3 else None)
        )  # fmt: skip
    sums = [sum(int(str(row[k])) for row in rows) for k in (2, 3, 4, 6, 7, 8)]
    book(
        tmp_path / "HU TN.xlsx",
        {
            "T4-T5": f"""
HUYỆN UỶ TAM NÔNG
BIỂU TỔNG HỢP | < | < | < | < | < | < | < | < | < | <
Sinh hoạt chi bộ và đảng viên tham gia Mặt trận, đoàn thể cuối năm 2023 | < | < | < | < | < | < | < | < | < | <
Số TT | Địa phương, đơn vị | Tổng số chi bộ khóm, ấp | Tổng số cuộc sinh hoạt lệ kỳ \
| Số cuộc có nội dung công tác dân vận, hoạt động của MTTQ, tổ chức CT-XH | < | Tổng số đảng viên \
| Số ĐV được miễn sinh hoạt | ĐV tham gia sinh hoạt thường xuyên, làm nòng cốt | < | Ghi chú
^ | ^ | ^ | ^ | Số lượng | Tỉ lệ % | ^ | ^ | Số lượng | Tỉ lệ % | ^
{lines(rows)}
Cộng | < | {line(*sums[:3], share(sums[2], sums[1]), *sums[3:], share(sums[5], sums[3] - sums[4]))}
"""
        },
    )
    check(tmp_path, facts, truth)


@pytest.mark.parametrize(
    "head", ["Số đảng viên miễn sinh hoạt", "Đảng viên được miễn SH", "Số ĐV được miễn sinh hoạt", "Số ĐV miễn SH"]
)
def test_exempt_members_are_never_all_members(tmp_path: Path, facts: Facts, head: str) -> None:
    book(
        tmp_path / "x.xlsx",
        {
            "Sheet1": f"""
HUYỆN ỦY TAM NÔNG
ĐẢNG VIÊN CHI BỘ KHÓM, ẤP NĂM 2023
TT | Tên xã | Số chi bộ khóm, ấp | {head}
1 | Phú Đức | 5 | 10
2 | Phú Hiệp | 4 | 7
"""
        },
    )
    data = read_raw(tmp_path, facts)
    read = data.measures.filter(pl.col("measure") != "chi_bo_khom_ap")
    assert set(read["measure"]) <= {"dang_vien_mien_sinh_hoat"}
    assert read["value"].sum() == 17 or (read.is_empty() and data.set_aside.height > 0)
    check_accounts(data)


def test_works_registered_alone(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, name in enumerate(SHORT):
        whole, registered, done = 70 + i, 70 + i - i % 3, 50 + i
        truth.measure(DISTRICTS[i], 2023, to_chuc=whole, to_chuc_da_dang_ky_cong_trinh=registered,
                      to_chuc_da_hoan_thanh_cong_trinh=done)  # fmt: skip
        rows.append((i + 1, name, whole, registered, share(registered, whole), done, share(done, whole)))
    book(
        tmp_path / "cong trinh.xlsx",
        {
            "T6": f"""
BAN DÂN VẬN TỈNH ỦY ĐỒNG THÁP
THỐNG KÊ ĐĂNG KÝ ĐẢM NHẬN CÔNG TRÌNH, PHẦN VIỆC CỦA MTTQ, CÁC TỔ CHỨC CHÍNH TRỊ - XÃ HỘI NĂM 2023
Số TT | Địa phương, đơn vị | Tổng số tổ chức | Có đăng ký ít nhất 01 công trình, phần việc | < \
| Đã hoàn thành công trình, phần việc | <
^ | ^ | ^ | SL | Tỉ lệ % | SL | Tỉ lệ %
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth)


def test_plans_of_party_committees_alone(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for i, ward in enumerate(WARDS):
        whole, plans, programmes = 6 + i, 6 + i - i % 2, 6 + i - int(i == 4)
        truth.measure(f"Thành phố Hồng Ngự/{ward}", 2022, to_chuc_dang=whole, to_chuc_dang_co_ke_hoach_nam=plans,
                      to_chuc_dang_co_chuong_trinh_nhiem_ky=programmes)  # fmt: skip
        rows.append((i + 1, f"Đảng bộ {ward.lower()}", whole, plans, share(plans, whole), programmes,
                     share(programmes, whole)))  # fmt: skip
    book(
        tmp_path / "ke hoach.xlsx",
        {
            "T7": f"""
THÀNH ỦY HỒNG NGỰ
BẢNG TỔNG HỢP XÂY DỰNG KẾ HOẠCH, CHƯƠNG TRÌNH HÀNH ĐỘNG VỀ CÔNG TÁC DÂN VẬN NĂM 2022
TT | Đơn vị | Tổng số cấp ủy, tổ chức đảng | Đã xây dựng kế hoạch năm | < | Đã xây dựng chương trình hành động nhiệm kỳ | <
^ | ^ | ^ | Số lượng | Tỷ lệ | Số lượng | Tỷ lệ
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth)


# --- L14 -------------------------------------------------------------------------------------------------------------------------


def test_l14_rows_of_shares_below_every_level(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    kinds = (
        "mttq ban_ctmt",
        "nong_dan chi_hoi",
        "phu_nu chi_hoi",
        "ccb chi_hoi",
        "doan_tn chi_doan",
        "to_ndtq to_ndtq",
    )
    columns = ((20, 30, 7, 1), (18, 31, 8, 1), (22, 30, 6, 0), (15, 35, 8, 0), (12, 30, 14, 2), (300, 410, 90, 5))
    body: list[Sequence[object]] = [("I", "Tổng số", sum(map(sum, columns)), *map(sum, columns))]
    for k, (letter, name) in enumerate(zip("abcd", ("Xuất sắc", "Tốt", "Khá", "Trung bình"), strict=True)):
        counts = [c[k] for c in columns]
        body.append((letter, f"Loại {name.lower()}", sum(counts), *counts))
        shares = [percent(n, sum(c), "") for n, c in zip(counts, columns, strict=True)]
        body.append((None, "Tỷ lệ (%)", percent(sum(counts), sum(map(sum, columns)), ""), *shares))
    book(
        tmp_path / "mau 14.xlsx",
        {
            "Sheet1": f"""
HUYỆN ỦY TÂN HỒNG
THỐNG KÊ KẾT QUẢ PHÂN LOẠI CÁC TỔ CHỨC Ở KHÓM, ẤP CUỐI NĂM 2024
TT | Chỉ tiêu | Cộng | Chia ra | < | < | < | < | <
^ | ^ | ^ | Ban CTMT khóm, ấp | Chi hội ND | Chi hội PN | Chi hội CCB | Chi đoàn | Tổ NDTQ
{lines(body)}
"""
        },
    )
    for kind, counts in zip(kinds, columns, strict=True):
        truth.add("Huyện Tân Hồng", 2024, kind, FOUR_LOW, counts)
    check(tmp_path, facts, truth)


# --- one row a unit ---------------------------------------------------------------------------------------------------------------


def test_list_of_self_managed_groups_with_equal_names(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    words = {
        "tot": ("Tốt", "TỐT", "Loại tốt"),
        "kha": ("khá", "Khá␣", "Đạt loại khá"),
        "trung_binh": ("Trung bình", "TB"),
    }
    rows = []
    for ward in WARDS:
        for hamlet in (1, 2):
            for group in (1, 2, 3):
                rating = ("tot", "tot", "kha", "trung_binh", "tot")[len(rows) % 5]
                truth.add(f"Thành phố Hồng Ngự/{ward}", 2023, "to_ndtq to_ndtq", rating, (1,))
                word = words[rating][len(rows) % len(words[rating])]
                rows.append((len(rows) + 1, ward, f"Khóm {hamlet}", f"Tổ số {group}", 20 + group, word))
    book(
        tmp_path / "DS to NDTQ.xlsx",
        {
            "DS": f"""
UBMTTQ VIỆT NAM THÀNH PHỐ HỒNG NGỰ
DANH SÁCH PHÂN LOẠI TỔ NHÂN DÂN TỰ QUẢN NĂM 2023
Số TT | Xã/phường/TT | Khóm/ấp | Tên tổ NDTQ | Số hộ | Phân loại
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth, questions="cot_la thang_chua_khai_bao thieu_don_vi")


def test_list_of_self_managed_groups_of_two_hamlets(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "DS.xlsx",
        {
            "DS": """
UBMTTQ VIỆT NAM THÀNH PHỐ HỒNG NGỰ
DANH SÁCH PHÂN LOẠI TỔ NHÂN DÂN TỰ QUẢN NĂM 2023
TT | Xã/phường | Khóm/ấp | Tên tổ NDTQ | Phân loại
1 | Phường An Lộc | Khóm 1 | Tổ số 1 | Tốt
2 | Phường An Lộc | Khóm 1 | Tổ số 2 | Khá
3 | Phường An Lộc | Khóm 2 | Tổ số 1 | Tốt
4 | Phường An Lộc | Khóm 2 | Tổ số 2 | Tốt
"""
        },
    )
    truth.add("Thành phố Hồng Ngự/Phường An Lộc", 2023, "to_ndtq to_ndtq", "tot kha", (3, 1))
    check(tmp_path, facts, truth, questions="thang_chua_khai_bao thieu_don_vi")


def test_list_of_units_with_crosses_under_the_levels(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rows = []
    for ward in WARDS:
        for hamlet in range(1, 4):
            level = (1, 0, 1, 2, 1)[len(rows) % 5]
            truth.add(f"Thành phố Hồng Ngự/{ward}", 2024, "doan_tn chi_doan", HTX3.split()[level], (1,))
            crosses = ["X" if k == level else None for k in range(4)]
            rows.append((len(rows) + 1, f"Chi đoàn khóm {hamlet}", ward, *crosses))
    sums = [sum(row[3 + k] == "X" for row in rows) for k in range(4)]
    book(
        tmp_path / "chi doan.xlsx",
        {
            "Sheet1": f"""
THÀNH ỦY HỒNG NGỰ
DANH SÁCH XẾP LOẠI CHI ĐOÀN KHÓM, ẤP NĂM 2024
Stt | Tên chi đoàn | Xã/phường | Mức độ hoàn thành nhiệm vụ | < | < | <
^ | ^ | ^ | Hoàn thành xuất sắc | Hoàn thành tốt | Hoàn thành | Không hoàn thành
{lines(rows)}
Cộng | < | < | {line(*sums)}
"""
        },
    )
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_list_of_hoi_quan_of_the_province(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    places = (("Huyện Châu Thành", "Xã An Nhơn"), ("Huyện Châu Thành", "Xã Hòa Tân"), ("Huyện Lấp Vò", "Xã Tân Mỹ"),
              ("Huyện Thanh Bình", "Xã Tân Mỹ"), ("Huyện Cao Lãnh", "Xã Bình Thạnh"),
              ("Thành phố Cao Lãnh", "Xã Tân Thuận Đông"))  # fmt: skip
    rows = []
    for i, (district, commune) in enumerate(places, 1):
        rating = "kha_tro_len" if i != 3 else "duoi_kha"
        truth.add(f"{district}/{commune}", 2024, "hoi_quan hoi_quan", rating, (1,))
        word = "Từ khá trở lên" if rating == "kha_tro_len" else "Dưới khá"
        rows.append((i, f"{commune.removeprefix('Xã ')} Hội quán {i}", district, commune, 30 + i, word))
    book(
        tmp_path / "hoi quan.xlsx",
        {
            "Sheet1": f"""
ỦY BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP
DANH SÁCH HỘI QUÁN VÀ KẾT QUẢ XẾP LOẠI NĂM 2024
TT | Tên Hội quán | Huyện, thành phố | Xã | Số thành viên | Xếp loại
{lines(rows)}
"""
        },
    )
    check(tmp_path, facts, truth, questions="cot_la thieu_don_vi")


def test_list_of_hoi_quan_all_fair_or_better(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "hq.xlsx",
        {
            "Sheet1": """
HUYỆN ỦY CHÂU THÀNH
DANH SÁCH XẾP LOẠI HỘI QUÁN NĂM 2024
TT | Tên Hội quán | Xã | Xếp loại
1 | An Nhơn Hội quán | An Nhơn | Từ khá trở lên
2 | Hòa Tân Hội quán | Hòa Tân | Khá trở lên
"""
        },
    )
    for commune in ("Xã An Nhơn", "Xã Hòa Tân"):
        truth.add(f"Huyện Châu Thành/{commune}", 2024, "hoi_quan hoi_quan", "kha_tro_len", (1,))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


@pytest.mark.parametrize(
    "letterhead",
    [
        "HỘI NÔNG DÂN THÀNH PHỐ HỒNG NGỰ\nHỘI NÔNG DÂN PHƯỜNG AN LỘC",
        "HỘI NÔNG DÂN PHƯỜNG AN LỘC\nTHÀNH PHỐ HỒNG NGỰ",
        "THÀNH ỦY HỒNG NGỰ\nĐẢNG ỦY PHƯỜNG AN LỘC",
        "HỘI NÔNG DÂN PHƯỜNG AN LỘC",
    ],
)
def test_list_sent_by_a_ward(tmp_path: Path, facts: Facts, truth: Truth, letterhead: str) -> None:
    book(
        tmp_path / "x.xlsx",
        {
            "Sheet1": f"""
{letterhead}
XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Chi hội | Phân loại
1 | Chi hội khóm 1 | Xuất sắc
2 | Chi hội khóm 2 | Tốt
3 | Chi hội khóm 3 | Tốt
"""
        },
    )
    truth.add("Thành phố Hồng Ngự/Phường An Lộc", 2023, "nong_dan chi_hoi", "xuat_sac tot", (1, 2))
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_list_with_points_and_rating_of_veterans(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(
        tmp_path / "CCB Thanh My.xlsx",
        {
            "Sheet1": """
HỘI CCB HUYỆN THÁP MƯỜI
HỘI CCB XÃ THANH MỸ
XẾP LOẠI CHI HỘI CCB NĂM 2023
Số TT | Chi hội ấp | Tổng điểm | Xếp loại
1 | Ấp Lợi An | 88,25 | TSVM xuất sắc
2 | Ấp Mỹ Thạnh | 79,5 | TSVM tiên tiến
3 | Ấp Hưng Lợi | 75 | TSVM tiên tiến
4 | Ấp Mỹ Điền | 66 | TSVM
"""
        },
    )
    truth.add("Huyện Tháp Mười/Xã Thanh Mỹ", 2023, "ccb chi_hoi", "tsvm_xuat_sac tsvm_tien_tien tsvm", (1, 2, 1))
    check(tmp_path, facts, truth, questions="thang_chua_khai_bao thieu_don_vi")


# --- period and year ---------------------------------------------------------------------------------------------------------------


def ward_return(title: str, units: Sequence[Sequence[int]] = HN_UNITS, sender: str = "THÀNH ỦY HỒNG NGỰ") -> str:
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(WARDS, units, strict=True), 1)]
    return f"{sender}\n{title}\nSTT | Phường, xã | Tổng số chi hội | Xuất sắc | Tốt | Khá\n" + lines(rows)


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("6 tháng đầu năm 2024", "6-thang"),
        ("06 THÁNG ĐẦU NĂM 2024", "6-thang"),
        ("sáu tháng đầu năm 2024", "6-thang"),
        ("9 tháng năm 2024", "9-thang"),
        ("quý III/2024", "quy-3"),
        ("quý 1 năm 2024", "quy-1"),
        ("cuối năm 2024", "nam"),
    ],
)
def test_period_in_the_title(tmp_path: Path, facts: Facts, truth: Truth, said: str, period: str) -> None:
    book(tmp_path / "x.xlsx", {"Sheet1": ward_return(f"Phân loại chi hội nông dân {said}")})
    add_wards(truth, 2024, "nong_dan chi_hoi")
    data = check(tmp_path, facts, truth)
    assert set(data.ratings["period"]) == {period}


def test_half_year_and_year_of_the_same_units_stay_apart(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    half = [(a - 1, b + 1, c) for a, b, c in HN_UNITS]
    book(tmp_path / "6T.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN 6 THÁNG ĐẦU NĂM 2024", half)})
    book(tmp_path / "nam.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2024")})
    for units in (half, HN_UNITS):
        for ward, counts in zip(WARDS, units, strict=True):
            truth.add(f"Thành phố Hồng Ngự/{ward}", 2024, "nong_dan chi_hoi", THREE, counts)
    data = check(tmp_path, facts, truth)
    best = data.ratings.filter(pl.col("rating") == "xuat_sac").group_by("period").agg(pl.col("count").sum())
    assert dict(best.rows()) == {"6-thang": total(half)[0], "nam": total(HN_UNITS)[0]}


def test_date_of_signing_in_january_is_no_contradiction(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    title = (
        "Hồng Ngự, ngày 12 tháng 01 năm 2024\nPHÂN LOẠI CHI HỘI PHỤ NỮ NĂM 2023\n"
        "(Kèm theo Báo cáo số 15-BC/TU, ngày 12/01/2024; theo Hướng dẫn số 25-HD/BTCTW, ngày 10/11/2023)"
    )
    book(tmp_path / "gui ngay 12.01.2024.xlsx", {"Sheet1": ward_return(title)})
    add_wards(truth, 2023, "phu_nu chi_hoi")
    check(tmp_path, facts, truth)


@pytest.mark.parametrize(
    ("path", "sheet"), [("nam 2022/x.xlsx", "Sheet1"), ("x nam 2022.xlsx", "Sheet1"), ("x.xlsx", "Năm 2022")]
)
def test_other_year_in_folder_file_or_sheet_is_asked_about(
    tmp_path: Path, facts: Facts, truth: Truth, path: str, sheet: str
) -> None:
    book(tmp_path / path, {sheet: ward_return("PHÂN LOẠI CHI HỘI PHỤ NỮ NĂM 2023")})
    data = read_raw(tmp_path, facts)
    assert "nam_mau_thuan" in reasons(data)
    said = asked(data, "nam_mau_thuan")
    assert "2022" in said and "2023" in said
    assert set(data.ratings["year"]) <= {2023}
    assert data.ratings["count"].sum() in (0, sum(total(HN_UNITS)))
    check_accounts(data)


# --- several returns of the same units ----------------------------------------------------------------------------------------------


def test_provisional_return_is_used_and_noted(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(tmp_path / "x.xlsx", {"Sheet1": ward_return("Dự kiến xếp loại chi hội nông dân năm 2023")})
    add_wards(truth, 2023, "nong_dan chi_hoi")
    data = check(tmp_path, facts, truth, questions="so_du_kien")
    assert set(data.ratings["status"]) == {"du_kien"}
    notes = compute_indicators(data, facts).filter(pl.col("numerator").is_not_null())["note"].drop_nulls()
    assert any("dự kiến" in note for note in notes)


def test_final_return_goes_before_the_provisional(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    early = [(a + 1, b - 1, c) for a, b, c in HN_UNITS]
    book(
        tmp_path / "thang 11.xlsx",
        {"Sheet1": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023\n(số liệu dự kiến)", early)},
    )
    book(tmp_path / "thang 1.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023")})
    add_wards(truth, 2023, "nong_dan chi_hoi")
    data = check(tmp_path, facts, truth, questions="so_du_kien doi_chieu_lech")
    assert set(data.ratings["status"]) == {"chinh_thuc"}


def unit_list(ward: str, counts: Sequence[int]) -> str:
    words = [word for word, n in zip(("Xuất sắc", "Tốt", "Khá"), counts, strict=True) for _ in range(n)]
    rows = [(i, f"Chi hội khóm {i}", word) for i, word in enumerate(words, 1)]
    return (
        f"HỘI NÔNG DÂN THÀNH PHỐ HỒNG NGỰ\nHỘI NÔNG DÂN {ward.upper()}\nXẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023\n"
        "TT | Chi hội | Kết quả xếp loại\n" + lines(rows)
    )


def test_lists_of_all_wards_and_the_return_of_the_city(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    for ward, counts in zip(WARDS, HN_UNITS, strict=True):
        book(tmp_path / "phuong xa" / f"{ward}.xlsx", {"Sheet1": unit_list(ward, counts)})
    book(
        tmp_path / "thanh pho.xlsx",
        {"Sheet1": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023", sender="HỘI NÔNG DÂN THÀNH PHỐ HỒNG NGỰ")},
    )
    add_wards(truth, 2023, "nong_dan chi_hoi")
    check(tmp_path, facts, truth)


def test_lists_of_all_wards_without_the_return_of_the_city(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    for i, (ward, counts) in enumerate(zip(WARDS, HN_UNITS, strict=True)):
        book(tmp_path / f"chi hoi {i}.xlsx", {"Sheet1": unit_list(ward, counts)})
    add_wards(truth, 2023, "nong_dan chi_hoi")
    check(tmp_path, facts, truth)


def test_lists_of_two_wards_do_not_displace_the_return_of_the_city(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    for ward, counts in list(zip(WARDS, HN_UNITS, strict=True))[:2]:
        book(tmp_path / f"{ward}.xlsx", {"Sheet1": unit_list(ward, counts)})
    book(
        tmp_path / "thanh pho.xlsx",
        {"Sheet1": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023", sender="HỘI NÔNG DÂN THÀNH PHỐ HỒNG NGỰ")},
    )
    add_wards(truth, 2023, "nong_dan chi_hoi")
    check(tmp_path, facts, truth, questions="thieu_don_vi")


def test_the_same_file_in_two_folders(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(tmp_path / "zalo" / "hn.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023")})
    copy = tmp_path / "da nhan" / "TP Hong Ngu.xlsx"
    copy.parent.mkdir()
    copy.write_bytes((tmp_path / "zalo" / "hn.xlsx").read_bytes())
    add_wards(truth, 2023, "phu_nu chi_hoi")
    data = check(tmp_path, facts, truth, questions="gui_hai_lan")
    assert data.set_aside.height > 0


def test_the_same_return_saved_twice_with_another_title_line(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(tmp_path / "a.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023")})
    book(tmp_path / "b.xlsx", {"Bieu": ward_return("BẢNG TỔNG HỢP\nPhân loại chi hội phụ nữ năm 2023")})
    add_wards(truth, 2023, "phu_nu chi_hoi")
    check(tmp_path, facts, truth, questions="gui_hai_lan")


def farmers_of_the_province(tam_nong: Sequence[int]) -> str:
    rows = [
        (i, name, sum(c), *c)
        for i, (name, c) in enumerate(zip(DISTRICTS, [*BASE_UNITS[:5], tam_nong, *BASE_UNITS[6:]], strict=True), 1)
    ]
    return (
        "HỘI NÔNG DÂN TỈNH ĐỒNG THÁP\nTHỐNG KÊ PHÂN LOẠI CHI HỘI NÔNG DÂN NĂM 2023\n"
        "TT | Huyện/TP | Tổng số | Xuất sắc | Tốt | Khá | Trung bình | Yếu\n" + lines(rows)
    )


def test_organisation_and_district_disagree_and_the_district_feeds(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(tmp_path / "hnd tinh.xlsx", {"Sheet1": farmers_of_the_province((27, 23, 8, 0, 0))})
    rows = [(i, name, sum(c), *c) for i, (name, c) in enumerate(zip(TAM_NONG, TAM_NONG_UNITS, strict=True), 1)]
    book(
        tmp_path / "hu tam nong.xlsx",
        {
            "Sheet1": f"""
HUYỆN ỦY TAM NÔNG
PHÂN LOẠI CHI HỘI NÔNG DÂN NĂM 2023
TT | Tên xã | Tổng số | Xuất sắc | Tốt | Khá | Trung bình
{lines(rows)}
"""
        },
    )
    add_tam_nong(truth, 2023, "nong_dan chi_hoi")
    for i, name in enumerate(DISTRICTS):
        if name != "Huyện Tam Nông":
            truth.add(name, 2023, "nong_dan chi_hoi", FIVE, BASE_UNITS[i])
    data = check(tmp_path, facts, truth, questions="doi_chieu_lech")
    said = asked(data, "doi_chieu_lech")
    assert "hnd tinh.xlsx" in said or "Hội Nông dân" in said
    assert "hu tam nong.xlsx" in said or "Huyện uỷ Tam Nông" in said


def test_organisation_and_district_disagree_at_the_same_grain(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    book(tmp_path / "hnd tinh.xlsx", {"Sheet1": farmers_of_the_province((27, 23, 8, 0, 0))})
    book(
        tmp_path / "hu tam nong.xlsx",
        {
            "Sheet1": """
HUYỆN ỦY TAM NÔNG
XẾP LOẠI CÁC CHI HỘI NĂM 2023
TT | Loại hình | Tổng số | Xuất sắc | Tốt | Khá | Trung bình | Yếu
1 | Chi hội Nông dân | 58 | 25 | 24 | 8 | 1 | 0
2 | Chi hội Phụ nữ | 58 | 30 | 24 | 4 | 0 | 0
"""
        },
    )
    truth.add_districts(2023, "nong_dan chi_hoi", FIVE, BASE_UNITS)
    truth.add("Huyện Tam Nông", 2023, "phu_nu chi_hoi", FIVE, (30, 24, 4, 0, 0))
    data = check(tmp_path, facts, truth, questions="doi_chieu_lech")
    assert "Tam Nông" in asked(data, "doi_chieu_lech")


def test_two_versions_that_differ_are_both_left_out(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    changed = [(3, 1, 1), *HN_UNITS[1:]]
    book(tmp_path / "TP HN nop.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023")})
    book(tmp_path / "TP HN nop lai.xlsx", {"Sheet1": ward_return("XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023", changed)})
    data = check(tmp_path, facts, truth, questions="hai_ban_khac_nhau thieu_don_vi")
    said = asked(data, "hai_ban_khac_nhau")
    assert "TP HN nop.xlsx" in said and "TP HN nop lai.xlsx" in said


def test_two_versions_of_one_table_do_not_take_the_others_down(tmp_path: Path, facts: Facts, truth: Truth) -> None:
    changed = [(3, 1, 1), *HN_UNITS[1:]]
    for name, units in (("a.xlsx", HN_UNITS), ("b.xlsx", changed)):
        book(
            tmp_path / name,
            {
                "PN": ward_return("XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023", units),
                "ND": ward_return("XẾP LOẠI CHI HỘI NÔNG DÂN NĂM 2023"),
            },
        )
    data = read_raw(tmp_path, facts)
    assert "hai_ban_khac_nhau" in reasons(data)
    women = data.ratings.filter(pl.col("organisation") == "phu_nu")
    assert "Phường An Thạnh" not in set(women["area_name"])
    farmers = data.ratings.filter(pl.col("organisation") == "nong_dan").sort("area_id", "rating")
    assert farmers["count"].sum() == sum(total(HN_UNITS))
    check_accounts(data)
