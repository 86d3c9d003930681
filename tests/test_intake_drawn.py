"""The layouts of the field as they are usually drawn, filled from random truth and with random habits of clerks.

A seed decides the figures and the habits: what is merged, how zero, shares and names are written, where the sums stand.
`<` joins a cell to its left neighbour, `^` to the one above.
"""

import dataclasses
import random
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol

from danvan_analysis.facts import Facts
from danvan_analysis.intake.read import read_raw

from .test_intake_layouts import DISTRICTS, FIVE, FOUR, TWO, Truth, check, total

Cell = str | int | float | None
Rows = list[list[Cell]]

STRONGER = "xuat_sac tot kha trung_binh"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: kind, unit, what is rated, sender, smallest and largest number in a district
KINDS = (
    ("phu_nu chi_hoi", "chi hội", "chi hội phụ nữ", "HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP", 35, 90),
    ("nong_dan chi_hoi", "chi hội", "chi hội nông dân", "HỘI NÔNG DÂN TỈNH ĐỒNG THÁP", 35, 90),
    ("ccb chi_hoi", "chi hội", "chi hội cựu chiến binh", "HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP", 35, 90),
    ("doan_tn chi_doan", "chi đoàn", "chi đoàn khóm, ấp", "TỈNH ĐOÀN ĐỒNG THÁP", 35, 90),
    ("mttq ban_ctmt", "ban CTMT", "ban công tác Mặt trận khóm, ấp", "UỶ BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP", 35, 90),
    ("hoi_quan hoi_quan", "Hội quán", "Hội quán", "UỶ BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP", 4, 20),
    ("to_ndtq to_ndtq", "Tổ NDTQ", "Tổ nhân dân tự quản", "UỶ BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP", 700, 1900),
)
#: heading of a block of columns or of a list, its organisation
BLOCKS = (
    ("MTTQ", "mttq"),
    ("LHPN", "phu_nu"),
    ("ND", "nong_dan"),
    ("ĐTN", "doan_tn"),
    ("CCB", "ccb"),
    ("LĐLĐ", "cong_doan"),
)
BODIES = {
    "mttq": "Uỷ ban MTTQ Việt Nam",
    "phu_nu": "Hội Liên hiệp Phụ nữ",
    "nong_dan": "Hội Nông dân",
    "doan_tn": "Đoàn TNCS Hồ Chí Minh",
    "ccb": "Hội Cựu chiến binh",
    "cong_doan": "Công đoàn",
}
MEASURES = (
    "chi_bo_khom_ap",
    "lan_sinh_hoat_le_ky",
    "lan_sinh_hoat_le_ky_co_noi_dung",
    "dang_vien",
    "dang_vien_mien_sinh_hoat",
    "dang_vien_tham_gia_nong_cot",
)


# --- random truth -----------------------------------------------------------------------------------------------------


def rated(rng: random.Random, whole: int, levels: int = 5) -> tuple[int, ...]:
    """Nearly all fair or better, a few average, at most one in a hundred weak; one place in three has none below fair."""
    weights = [rng.randint(40, 60), rng.randint(30, 55), rng.randint(3, 15), rng.randint(0, 3), rng.randint(0, 1)]
    if rng.random() < 1 / 3:
        weights[3:] = 0, 0
    if levels == 4:  # hoàn thành…: few outstanding, most good
        weights = [20, rng.randint(60, 75), rng.randint(0, 12), rng.randint(0, 2)]
    drawn = Counter(rng.choices(range(levels), weights[:levels], k=whole))
    return tuple(drawn[level] for level in range(levels))


def base_units(rng: random.Random, low: int = 35, high: int = 90, places: int = 12) -> list[tuple[int, ...]]:
    """Five levels and the unrated, a row a place; in some sheets nobody is weak, in some everybody is rated."""
    nobody_weak, unrated = rng.random() < 0.4, rng.random() < 0.5
    rows = []
    for _ in range(places):
        counts = list(rated(rng, rng.randint(low, high)))
        if nobody_weak:
            counts[3], counts[4] = counts[3] + counts[4], 0
        rows.append((*counts, rng.choice((0, 0, 1, 2, 3)) if unrated else 0))
    return rows


def party(rng: random.Random, branches: int) -> tuple[int, ...]:
    """The six counts of MEASURES; twelve meetings a branch."""
    meetings, members = 12 * branches, branches * rng.randint(18, 34)
    exempt = rng.randint(1, max(1, members // 10))
    content = meetings - rng.choice((0, 0, rng.randint(1, max(1, meetings // 8))))
    return branches, meetings, content, members, exempt, round((members - exempt) * rng.uniform(0.82, 0.98))


def communes(facts: Facts, truth: Truth, district: str, year: int) -> list[str]:
    day = date(year, 6, 30)
    known = facts.areas.filter(
        (pl.col("parent_id") == truth.code(district, year))
        & (pl.col("valid_from") <= day)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    )
    return list(known.sort("area_id")["name"])


# --- habits of clerks ----------------------------------------------------------------------------------------------------


class Clerk:
    """One way of filling in a sheet, drawn from the seed; `tidy` keeps letters composed, as LibreOffice saves them."""

    def __init__(self, rng: random.Random, *, tidy: bool = False) -> None:
        self.rng = rng
        self.merged = rng.random() < 0.6
        self.column_numbers = rng.random() < 0.5
        self.gaps = rng.random() < 0.4
        self.zero: Cell = rng.choice(("-", None, 0))
        self.shares = rng.choice(("text", "text", "sign", "number", "one decimal"))
        self.dots = rng.random() < 0.5
        self.letterhead = rng.random() < 0.6
        self.repeat = rng.random() < 0.3
        self.sums = rng.choice(("top", "bottom", "bottom", "none"))
        self.sum_word = rng.choice(("Tổng cộng", "Cộng", "TOÀN TỈNH", "TỔNG CỘNG", "Tổng số"))
        self.notes = rng.random() < 0.5
        self.decomposed = not tidy and rng.random() < 0.3

    def name(self, area: str) -> str:
        kinds = {
            "Thành phố ": ("TP ", "Tp. ", "TP. ", "Thành phố ", "thành phố "),
            "Huyện ": ("H. ", "huyện ", "Huyện ", "H."),
            "Xã ": ("Xã ", "xã ", "X. "),
            "Phường ": ("Phường ", "phường ", "P. "),
            "Thị trấn ": ("Thị trấn ", "thị trấn ", "TT ", "TT. "),
        }
        for kind, spellings in kinds.items():
            if area.startswith(kind):
                area = self.rng.choice(spellings) + area.removeprefix(kind)
                break
        if self.rng.random() < 0.2:
            area = area.upper()
        area += self.rng.choice(("", "", "  "))
        return unicodedata.normalize("NFD", area) if self.decomposed else area

    def count(self, number: int) -> Cell:
        if not number:
            return self.zero
        return f"{number:,}".replace(",", ".") if self.dots and number >= 1000 else number

    def share(self, part: int, whole: int) -> Cell:
        if not part:
            return "0,00" if self.zero == 0 else self.zero
        if self.shares == "number":
            return round(100 * part / whole, 2)
        places = 1 if self.shares == "one decimal" else 2
        return f"{100 * part / whole:.{places}f}".replace(".", ",") + ("%" if self.shares == "sign" else "")

    def top(self, sender: str, title: str, place: str = "") -> Rows:
        """Letterhead and title, or a title alone that says it all."""
        gap: Rows = [[]] if self.gaps else []
        if not self.letterhead:
            return [
                [f"{title} {place}".strip().upper() if self.rng.random() < 0.5 else f"{title} {place}".strip()],
                *gap,
            ]
        return [
            [sender, "<", "<", None, "ĐẢNG CỘNG SẢN VIỆT NAM", "<", "<"],
            ["*", "<", "<", None, "Đồng Tháp, ngày … tháng 12 năm …", "<", "<"],
            [],
            [title, "<", "<", "<", "<", "<", "<"],
            *gap,
        ]

    def table(self, head: Rows, body: Rows, sums: Sequence[Cell] | None = None, name_column: int = 1) -> Rows:
        """The head, perhaps its column numbers, the body with gaps, a repeated head and the sums where they belong."""
        width = len(head[0])
        style = self.rng.choice(("{}", "({})", "int"))
        numbers: Rows = [[i if style == "int" else style.format(i) for i in range(1, width + 1)]]
        numbers = numbers if self.column_numbers else []
        body = [list(row) for row in body]
        if self.repeat and len(body) > 6:
            middle = self.rng.randint(3, len(body) - 2)
            body[middle:middle] = [list(row) for row in head] + numbers
        elif self.gaps and len(body) > 3:
            body.insert(self.rng.randint(2, len(body) - 1), [])
        if sums is not None and self.sums != "none":
            row: list[Cell] = [*[None] * name_column, self.sum_word, *sums]
            body = [row, *body] if self.sums == "top" else [*body, row]
        return [*head, *numbers, *body]

    def tail(self) -> Rows:
        if not self.notes:
            return []
        return [
            ["Ghi chú: số liệu tính đến ngày 30/11, đã được cấp uỷ công nhận."],
            [],
            [None, "NGƯỜI LẬP BIỂU", None, None, "T/M BAN THƯỜNG VỤ"],
            [None, "(Ký, ghi rõ họ tên)", None, None, "(Ký tên, đóng dấu)"],
        ]

    def write(self, path: Path, sheets: Mapping[str, Rows]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(path) as book:
            for name, grid in sheets.items():
                _write_sheet(book.add_worksheet(name), grid, self.merged)


def _write_sheet(sheet: Any, grid: Rows, merged: bool) -> None:
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            if value is None or value in ("<", "^"):
                continue
            right, down = c + 1, r + 1
            while right < len(row) and row[right] == "<":
                right += 1
            while down < len(grid) and c < len(grid[down]) and grid[down][c] == "^":
                down += 1
            if merged and (right - c) * (down - r) > 1:
                sheet.merge_range(r, c, down - 1, right - 1, value)
            else:
                sheet.write(r, c, value)


def compare(folder: Path, facts: Facts, truth: Truth, questions: str = "") -> Any:
    """Counts, measures and the cells they stand in; with no `questions`, nothing is aside and nothing is asked."""
    data = check(folder, facts, truth, questions)
    assert data.set_aside.filter(pl.col("effect") == "aside").is_empty(), data.set_aside["message_vi"].to_list()
    books: dict[str, Any] = {}
    for row in data.measures.filter(pl.col("value") > 0).iter_rows(named=True):
        if ";" in row["source_cell"] or not row["source_file"].endswith(".xlsx"):
            continue
        book = books.setdefault(row["source_file"], CalamineWorkbook.from_path(str(folder / row["source_file"])))
        at_row, at_column = xl_cell_to_rowcol(row["source_cell"].replace("$", ""))
        value = book.get_sheet_by_name(row["source_sheet"]).to_python(skip_empty_area=False)[at_row][at_column]
        digits = value.replace(".", "") if isinstance(value, str) else value
        assert int(digits) == row["value"], (row["source_cell"], value)
    return data


# --- the layouts ------------------------------------------------------------------------------------------------------------


def l9(clerk: Clerk, kind: Sequence[Any], year: int, places: Sequence[str], rows: Sequence[Sequence[int]],
       sender: str, place: str = "tỉnh Đồng Tháp") -> Rows:  # fmt: skip
    _, unit, rated_units, *_ = kind
    head: Rows = [
        ["STT", "Đơn vị", f"Tổng số {unit}", f"Xếp loại năm {year}", *["<"] * 9, "Chưa xếp loại", "Ghi chú"],
        ["^", "^", "^", "Xuất sắc", "<", "Tốt", "<", "Khá", "<", "Trung bình", "<", "Yếu", "<", "^", "^"],
        ["^", "^", "^", *["SL", "TL%"] * 5, "^", "^"],
    ]

    def values(counts: Sequence[int]) -> list[Cell]:
        *levels, unrated = counts
        pairs = [x for n in levels for x in (clerk.count(n), clerk.share(n, sum(levels)))]
        return [clerk.count(sum(counts)), *pairs, clerk.count(unrated)]

    body: Rows = [[i, clerk.name(p), *values(c), None] for i, (p, c) in enumerate(zip(places, rows, strict=True), 1)]
    title = f"Kết quả xếp loại {rated_units} năm {year}"
    return clerk.top(sender, title, place) + clerk.table(head, body, values(total(rows))) + clerk.tail()


def l10(clerk: Clerk, year: int, places: Sequence[str], rows: Sequence[Sequence[Sequence[int]]], sender: str,
        place: str = "tỉnh Đồng Tháp") -> Rows:  # fmt: skip
    head: Rows = [
        ["STT", "Đơn vị", *[x for name, _ in BLOCKS for x in (name, "<", "<", "<")], "Cộng"],
        ["^", "^", *["HTXS", "HTT", "HT", "KHT"] * 6, "^"],
    ]

    def values(blocks: Sequence[Sequence[int]]) -> list[Cell]:
        return [*[clerk.count(n) for block in blocks for n in block], clerk.count(sum(map(sum, blocks)))]

    body: Rows = [[i, clerk.name(p), *values(b)] for i, (p, b) in enumerate(zip(places, rows, strict=True), 1)]
    sums = [total(blocks) for blocks in zip(*rows, strict=True)]
    title = f"Xếp loại MTTQ và các tổ chức chính trị - xã hội cấp xã năm {year}"
    return clerk.top(sender, title, place) + clerk.table(head, body, values(sums)) + clerk.tail()


def l11(clerk: Clerk, kind: Sequence[Any], years: tuple[int, int], rows: Sequence[Sequence[int]], sender: str) -> Rows:
    first, second = years
    head: Rows = [
        ["TT", "Địa phương", f"Năm {first}", "<", "<", f"Năm {second}", "<", "<", "Tăng (+), giảm (-)"],
        ["^", "^", *["Tổng số", "Khá trở lên", "%"] * 2, "^"],
    ]

    def values(row: Sequence[int]) -> list[Cell]:
        old, old_fair, new, new_fair = row
        change = 100 * new_fair / new - 100 * old_fair / old
        return [clerk.count(old), clerk.count(old_fair), clerk.share(old_fair, old), clerk.count(new),
                clerk.count(new_fair), clerk.share(new_fair, new), f"{change:+.2f}".replace(".", ",")]  # fmt: skip

    body: Rows = [[i, clerk.name(p), *values(r)] for i, (p, r) in enumerate(zip(DISTRICTS, rows, strict=True), 1)]
    title = f"So sánh kết quả xếp loại {kind[2]} năm {second} với năm {first}"
    return clerk.top(sender, title) + clerk.table(head, body, values(total(rows))) + clerk.tail()


def l12(clerk: Clerk, year: int, places: Sequence[str], rows: Sequence[Sequence[int]], sender: str,
        place: str = "tỉnh Đồng Tháp") -> Rows:  # fmt: skip
    head: Rows = [
        ["STT", "Đơn vị", "Số chi bộ khóm, ấp", "Số kỳ sinh hoạt", "Có nội dung dân vận", "<", "Tổng số đảng viên",
         "Được miễn sinh hoạt", "Tham gia thường xuyên", "<", "Ghi chú"],
        ["^", "^", "^", "^", "SL", "%", "^", "^", "SL", "%", "^"],
    ]  # fmt: skip

    def values(row: Sequence[int]) -> list[Cell]:
        branches, held, content, members, exempt, active = row
        return [*map(clerk.count, (branches, held, content)), clerk.share(content, held), clerk.count(members),
                clerk.count(exempt), clerk.count(active), clerk.share(active, members - exempt)]  # fmt: skip

    body: Rows = [[i, clerk.name(p), *values(r), None] for i, (p, r) in enumerate(zip(places, rows, strict=True), 1)]
    title = f"Sinh hoạt chi bộ khóm, ấp và đảng viên tham gia sinh hoạt MTTQ, các tổ chức chính trị - xã hội năm {year}"
    return clerk.top(sender, title, place) + clerk.table(head, body, values(total(rows))) + clerk.tail()


def l13(clerk: Clerk, kinds: Sequence[Sequence[Any]], year: int,
        groups: Mapping[str, Mapping[str, Sequence[Sequence[int]]]], sender: str) -> Rows:  # fmt: skip
    """Groups of communes; a row of four levels for every kind, the kinds across when there are several."""
    levels: list[Cell] = ["Xuất sắc", "Tốt", "Khá", "Trung bình"]
    head: Rows = [["STT", "Đơn vị", "Tổng số", *levels]]
    if len(kinds) > 1:
        blocks: list[Cell] = [x for kind in kinds for x in (kind[2].capitalize(), "<", "<", "<", "<")]
        head = [["STT", "Đơn vị", *blocks], ["^", "^", *["Tổng số", *levels] * len(kinds)]]

    def values(row: Sequence[Sequence[int]]) -> list[Cell]:
        return [clerk.count(n) for counts in row for n in (sum(counts), *counts)]

    heads_carry_sums, sums_below = clerk.rng.random() < 0.3, clerk.rng.random() < 0.6
    body, grand = [], []
    for numeral, (district, rows) in zip(ROMAN, groups.items(), strict=False):
        sums = [total(counts) for counts in zip(*rows.values(), strict=True)]
        grand.append(sums)
        body.append([numeral, district.upper(), *(values(sums) if heads_carry_sums else ())])
        body += [[i, clerk.name(commune), *values(row)] for i, (commune, row) in enumerate(rows.items(), 1)]
        if sums_below and not heads_carry_sums:
            body.append([None, f"Cộng {numeral}", *values(sums)])
    all_sums = values([total(counts) for counts in zip(*grand, strict=True)])
    rated_units = kinds[0][2] if len(kinds) == 1 else "các tổ chức ở khóm, ấp"
    title = f"Tổng hợp xếp loại {rated_units} theo xã, phường, thị trấn năm {year}"
    return clerk.top(sender, title) + clerk.table(head, body, all_sums) + clerk.tail()


def l14(clerk: Clerk, rated_units: str, unit: str, year: int, district: str, columns: Sequence[Sequence[int]],
        words: Sequence[str]) -> Rows:  # fmt: skip
    """`columns` are communes, then wards and towns; four levels, unrated and of these newly founded."""
    whole = total(columns)
    rated_whole = sum(whole[:4])
    letters = ("Kết quả đánh giá: a) ", "b) ", "c) ", "d) ")

    def row(label: str, share: Cell, pick: Callable[[Sequence[int]], int]) -> list[Cell]:
        return [label, clerk.count(pick(whole)), share, *(clerk.count(pick(column)) for column in columns)]

    outstanding = [column[0] // 2 for column in columns]
    part = [sum(outstanding), clerk.share(sum(outstanding), rated_whole), *outstanding]
    body: Rows = [
        row(f"A. Số {unit} có đến cuối năm (A = 1+2)", "X", lambda c: sum(c[:5])),
        row(f"1. Số {unit} được đánh giá chất lượng", "100,00", lambda c: sum(c[:4])),
    ]
    for k, (letter, word) in enumerate(zip(letters, words, strict=True)):
        body.append(row(letter + word, clerk.share(whole[k], rated_whole), lambda c, k=k: c[k]))  # type: ignore[misc]
        if k == 0:
            body.append([f"  Trong đó: {word} tiêu biểu", *part])
    body.append(row("2. Số chưa được đánh giá", "X", lambda c: c[4]))
    body.append(row("  Trong đó: mới thành lập", "X", lambda c: c[5]))
    head: Rows = [["CHỈ TIÊU", "Tổng số", "Tỷ lệ (%)", "Xã", "Phường thị trấn"]]
    clerk = copy(clerk)
    clerk.repeat = clerk.gaps = False
    title = f"Tổng hợp chất lượng {rated_units} năm {year}"
    return clerk.top(party_office(district), title, district) + clerk.table(head, body) + clerk.tail()


def party_office(district: str) -> str:
    return district.replace("Thành phố", "Thành uỷ").replace("Huyện", "Huyện uỷ").upper()


def l1(
    clerk: Clerk, district: str, years: Sequence[int], parts: Sequence[tuple[str, str, str, Sequence[str], Any]]
) -> Rows:
    """Parts: group, row of wholes, unit, words of the levels, and (counts by year, "counts" | "shares" | "both")."""
    head: Rows = [
        ["Nội dung", "Đơn vị tính", "Ch/tiêu NQ đề ra đến 2025", f"Kết quả thực hiện ({years[0]}-{years[-1]})",
         *["<"] * (len(years) - 1), "So với NQ", "Ghi chú"],
        ["^", "^", "^", *years, "^", "^"],
    ]  # fmt: skip
    empty = clerk.rng.choice((".", "..", None))
    body: Rows = []
    for group, wholes, unit, words, (counts, shown) in parts:
        body.append([group])
        body.append([f"- {wholes}", f"({unit})", empty, *(clerk.count(sum(c)) for c in counts), None, None])
        for k, word in enumerate(words):
            if shown != "shares":
                body.append([f". {word}", f"({unit})", empty, *(clerk.count(c[k]) for c in counts), None, None])
            if shown != "counts":
                shares = [100 * c[k] / sum(c) for c in counts]
                change = f"{'Tăng' if shares[-1] >= shares[0] else 'Giảm'} {abs(shares[-1] - shares[0]):.2f}%"
                body.append(
                    [f". {word}", "(%)", empty, *(f"{s:.2f}".replace(".", ",") for s in shares),
                     change.replace(".", ","), None]
                )  # fmt: skip
    clerk = copy(clerk)
    clerk.repeat = False
    title = "Phụ lục số liệu: Hệ thống chính trị (Công tác quần chúng)"
    return clerk.top(party_office(district), title, district) + clerk.table(head, body) + clerk.tail()


# --- one layout a file --------------------------------------------------------------------------------------------------------


@pytest.fixture
def truth(facts: Facts) -> Truth:
    return Truth(facts)


@pytest.mark.parametrize("seed", range(14))
def test_l9(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(9000 + seed)
    clerk, kind, year = Clerk(rng), KINDS[seed % 7], rng.randint(2021, 2024)
    rows = base_units(rng, kind[4], kind[5])
    clerk.write(tmp_path / "phu luc.xlsx", {"Sheet1": l9(clerk, kind, year, DISTRICTS, rows, kind[3])})
    truth.add_districts(year, kind[0], f"{FIVE} chua_xep_loai", rows)
    compare(tmp_path, facts, truth)


def commune_bodies(rng: random.Random, facts: Facts, truth: Truth, year: int) -> list[list[tuple[int, ...]]]:
    return [[rated(rng, len(communes(facts, truth, d, year)), 4) for _ in BLOCKS] for d in DISTRICTS]


@pytest.mark.parametrize("seed", range(8))
def test_l10(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(10_000 + seed)
    clerk, year = Clerk(rng), rng.randint(2021, 2024)
    rows = commune_bodies(rng, facts, truth, year)
    grid = l10(clerk, year, DISTRICTS, rows, "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP")
    clerk.write(tmp_path / "bieu 2.xlsx", {"Bieu 2": grid})
    for k, (_, organisation) in enumerate(BLOCKS):
        truth.add_districts(year, f"{organisation} cap_xa", FOUR, [blocks[k] for blocks in rows])
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("seed", range(8))
def test_l11(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(11_000 + seed)
    clerk, kind, years = Clerk(rng), KINDS[seed % 7], (2021, 2022)
    rows = []
    for district in DISTRICTS:
        row: list[int] = []
        for year in years:
            whole = rng.randint(kind[4], kind[5])
            below = rng.choice((0, 0, 1, 2, whole // 10))
            truth.add(district, year, kind[0], TWO, (whole - below, below))
            row += [whole, whole - below]
        rows.append(row)
    clerk.write(tmp_path / "so sanh.xlsx", {"PL": l11(clerk, kind, years, rows, kind[3])})
    compare(tmp_path, facts, truth, questions="so_don_vi_thay_doi")


@pytest.mark.parametrize("seed", range(8))
def test_l12(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(12_000 + seed)
    clerk, year = Clerk(rng), rng.randint(2021, 2024)
    rows = [party(rng, rng.randint(35, 90)) for _ in DISTRICTS]
    for district, row in zip(DISTRICTS, rows, strict=True):
        truth.measure(district, year, **dict(zip(MEASURES, row, strict=True)))
    clerk.write(tmp_path / "b5.xlsx", {"T4-T5": l12(clerk, year, DISTRICTS, rows, "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP")})
    compare(tmp_path, facts, truth)


Groups = dict[str, dict[str, list[tuple[int, ...]]]]


def by_commune(
    rng: random.Random,
    facts: Facts,
    truth: Truth,
    year: int,
    kinds: Sequence[Sequence[Any]],
    districts: Sequence[str] = DISTRICTS,
) -> Groups:
    """Four levels for every kind in every commune of the districts; no commune without a unit."""
    groups: Groups = {}
    for district in districts:
        groups[district] = {}
        for commune in communes(facts, truth, district, year):
            row = [rated(rng, rng.randint(3, 7))[:4] for _ in kinds]
            row = [counts if sum(counts) else (1, 2, 0, 0) for counts in row]
            groups[district][commune] = row
            for kind, counts in zip(kinds, row, strict=True):
                truth.add(f"{district}/{commune}", year, kind[0], STRONGER, counts)
    return groups


@pytest.mark.parametrize("seed", range(5))
def test_l13(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(13_000 + seed)
    clerk, year, kind = Clerk(rng), rng.randint(2021, 2024), KINDS[seed % 5]
    groups = by_commune(rng, facts, truth, year, [kind])
    assert sum(map(len, groups.values())) == 143
    clerk.write(tmp_path / "theo xa.xlsx", {"Sheet1": l13(clerk, [kind], year, groups, kind[3])})
    compare(tmp_path, facts, truth)


LONG_WORDS = (
    "Hoàn thành xuất sắc nhiệm vụ",
    "Hoàn thành tốt nhiệm vụ",
    "Hoàn thành nhiệm vụ",
    "Không hoàn thành nhiệm vụ",
)
SHORT_WORDS = ("Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành", "Không hoàn thành")


def two_columns(rng: random.Random, whole: int) -> list[tuple[int, ...]]:
    columns = []
    for part in (whole - whole // 4, whole // 4):
        unrated = rng.choice((0, 0, min(2, part - 1)))
        columns.append((*rated(rng, part - unrated, 4), unrated, unrated // 2))
    return columns


@pytest.mark.parametrize("seed", range(12))
def test_l14(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(14_000 + seed)
    clerk, year, district = Clerk(rng), rng.randint(2021, 2024), DISTRICTS[seed]
    if seed % 2:
        kind, unit, rated_units, *_ = KINDS[seed // 2 % 5]
        columns = two_columns(rng, rng.randint(35, 90))
    else:
        organisation = BLOCKS[seed // 2][1]
        kind, unit, rated_units = f"{organisation} cap_xa", "tổ chức", f"{BODIES[organisation]} cấp xã"
        columns = two_columns(rng, len(communes(facts, truth, district, year)))
    words = rng.choice((LONG_WORDS, SHORT_WORDS))
    clerk.write(tmp_path / "mau 7.xlsx", {"Mau 7": l14(clerk, rated_units, unit, year, district, columns, words)})
    truth.add(district, year, kind, f"{FOUR} chua_xep_loai", total(columns)[:5])
    compare(tmp_path, facts, truth)


L1_FRONT = (
    "Uỷ ban MTTQ",
    "UBMT/TQ cơ sở",
    "đơn vị",
    "mttq cap_xa",
    ("Hoạt động tốt", "Hoạt động khá", "Hoạt động trung bình"),
)
L1_PARTS = (
    ("Hội Nông dân", "Chi hội", "chi hội", "nong_dan chi_hoi", ("Xuất sắc", "Tốt", "Khá", "Trung bình")),
    ("Hội Liên hiệp Phụ nữ", "Chi hội", "chi hội", "phu_nu chi_hoi", ("Xuất sắc", "Tốt", "Khá", "Trung bình")),
    ("Đoàn Thanh niên", "Chi đoàn", "chi đoàn", "doan_tn chi_doan", ("Xuất sắc", "Tốt", "Khá", "Trung bình")),
)


def write_l1(seed: int, shown: str, wanted: Sequence[Any], path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(1000 + seed)
    clerk, years, district = Clerk(rng), (2021, 2022, 2023, 2024), rng.choice(DISTRICTS)
    parts = []
    for group, wholes, unit, kind, words in wanted:
        size = len(communes(facts, truth, district, 2022)) if kind.endswith("cap_xa") else rng.randint(35, 90)
        counts: list[tuple[int, ...]] = []
        for year in years:
            drawn = rated(rng, size)
            row = (*drawn[:3], sum(drawn[3:]))
            if len(words) == 3:
                row = (drawn[0] + drawn[1], drawn[2], sum(drawn[3:]))
            truth.add(district, year, kind, STRONGER if len(words) == 4 else "tot kha trung_binh", row)
            counts.append(row)
        parts.append((group, wholes, unit, words, (counts, shown)))
    clerk.write(path / "phu luc.xlsx", {"PL": l1(clerk, district, years, parts)})


@pytest.mark.parametrize("shown", ["counts", "both"])
@pytest.mark.parametrize("seed", range(5))
def test_l1(seed: int, shown: str, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    write_l1(seed, shown, L1_PARTS, tmp_path, facts, truth)
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("zero", ["-", None, 0])
@pytest.mark.parametrize("merged", [True, False])
def test_l1_last_level_without_units(zero: Cell, merged: bool, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    """A row of nothing but zeros, dashes or blanks ends no table."""
    rng = random.Random(1)
    clerk, years = Clerk(rng), (2021, 2022, 2023, 2024)
    clerk.zero, clerk.merged, clerk.gaps = zero, merged, False
    parts = []
    for group, wholes, unit, kind, words in L1_PARTS:
        counts = [(*rated(rng, rng.randint(35, 90))[:3], 0) for _ in years]
        for year, row in zip(years, counts, strict=True):
            truth.add("Huyện Tam Nông", year, kind, STRONGER, row)
        parts.append((group, wholes, unit, words, (counts, "counts")))
    clerk.write(tmp_path / "phu luc.xlsx", {"PL": l1(clerk, "Huyện Tam Nông", years, parts)})
    compare(tmp_path, facts, truth, questions="so_don_vi_thay_doi")


@pytest.mark.parametrize("seed", [1, 3])
def test_l1_front_of_communes_in_words_of_activity(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    write_l1(seed, "counts", [L1_FRONT, *L1_PARTS], tmp_path, facts, truth)
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("seed", range(3))
def test_l1_wholes_and_shares_alone(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    """Shares of a printed whole give the counts back exactly, or are asked about; never another number."""
    write_l1(seed, "shares", L1_PARTS, tmp_path, facts, truth)
    data = read_raw(tmp_path, facts)
    found = Counter(
        {tuple(row[:5]): row[5] for row in data.ratings.filter(pl.col("count") > 0)
         .select("area_id", "year", "organisation", "unit_type", "rating", "count").rows()}
    )  # fmt: skip
    assert found == truth.groups or (not found and len(data.set_aside) > 0), found - truth.groups


# --- mixtures ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_l9_and_l12_on_one_sheet(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(2000 + seed)
    clerk, year, kind = Clerk(rng), rng.randint(2021, 2024), KINDS[4]
    units, rows = base_units(rng), [party(rng, rng.randint(35, 90)) for _ in DISTRICTS]
    sender = "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP"
    grid = [*l9(clerk, kind, year, DISTRICTS, units, sender), [], *l12(clerk, year, DISTRICTS, rows, sender)]
    clerk.write(tmp_path / "2 bieu.xlsx", {"Sheet1": grid})
    truth.add_districts(year, kind[0], f"{FIVE} chua_xep_loai", units)
    for district, row in zip(DISTRICTS, rows, strict=True):
        truth.measure(district, year, **dict(zip(MEASURES, row, strict=True)))
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("seed", range(4))
def test_l10_of_two_years_side_by_side(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(3000 + seed)
    clerk, years, blocks = Clerk(rng), (2022, 2023), BLOCKS[:3]
    rows = {year: [row[:3] for row in commune_bodies(rng, facts, truth, year)] for year in years}
    head: Rows = [
        ["STT", "Đơn vị", *[x for year in years for x in (f"Năm {year}", *["<"] * 12)]],
        ["^", "^", *[*[x for name, _ in blocks for x in (name, "<", "<", "<")], "Cộng"] * 2],
        ["^", "^", *[*["HTXS", "HTT", "HT", "KHT"] * 3, "^"] * 2],
    ]
    body: Rows = []
    for i, district in enumerate(DISTRICTS):
        values = []
        for year in years:
            values += [clerk.count(n) for counts in rows[year][i] for n in counts]
            values.append(clerk.count(sum(map(sum, rows[year][i]))))
            for (_, organisation), counts in zip(blocks, rows[year][i], strict=True):
                truth.add(district, year, f"{organisation} cap_xa", FOUR, counts)
        body.append([i + 1, clerk.name(district), *values])
    title = "Xếp loại MTTQ và các tổ chức chính trị - xã hội cấp xã năm 2022 và năm 2023"
    grid = clerk.top("BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP", title) + clerk.table(head, body) + clerk.tail()
    clerk.write(tmp_path / "hai nam.xlsx", {"Sheet1": grid})
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("seed", range(2))
def test_l10_of_two_years_below_each_other(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(3500 + seed)
    clerk, grid = Clerk(rng), []
    for year in (2022, 2023):
        rows = commune_bodies(rng, facts, truth, year)
        grid += [*l10(clerk, year, DISTRICTS, rows, "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP"), []]
        for k, (_, organisation) in enumerate(BLOCKS):
            truth.add_districts(year, f"{organisation} cap_xa", FOUR, [blocks[k] for blocks in rows])
    clerk.write(tmp_path / "x.xlsx", {"Sheet1": grid})
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("seed", range(3))
def test_l13_with_organisations_across(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(4000 + seed)
    clerk, year, kinds = Clerk(rng), rng.randint(2021, 2024), KINDS[:5]
    groups = by_commune(rng, facts, truth, year, kinds, DISTRICTS[4:7])
    grid = l13(clerk, kinds, year, groups, "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP")
    clerk.write(tmp_path / "ba huyen.xlsx", {"Sheet1": grid})
    compare(tmp_path, facts, truth, questions="thieu_don_vi")


@pytest.mark.parametrize("seed", range(4))
def test_one_sheet_a_commune(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    """Kinds of units down, levels across; the commune stands in the title, or in the name of the sheet alone."""
    rng = random.Random(5000 + seed)
    clerk, year, district = Clerk(rng), rng.randint(2021, 2024), DISTRICTS[rng.randrange(12)]
    sheets = {}
    for commune in communes(facts, truth, district, year):
        body: Rows = []
        for i, (kind, _, rated_units, *_) in enumerate(KINDS[:5], 1):
            counts = rated(rng, rng.randint(3, 9))
            truth.add(f"{district}/{commune}", year, kind, FIVE, counts)
            body.append(
                [i, rated_units[0].upper() + rated_units[1:], clerk.count(sum(counts)), *map(clerk.count, counts)]
            )
        place = f"{commune}, {district}" if seed % 2 else district
        title = f"Kết quả xếp loại các tổ chức ở khóm, ấp năm {year}"
        sheets[commune] = [
            [party_office(district), "<", "<", None, "ĐẢNG CỘNG SẢN VIỆT NAM"],
            [f"{title} {place}"],
            ["STT", "Tổ chức", "Tổng số", "Xếp loại", "<", "<", "<", "<"],
            ["^", "^", "^", "Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"],
            *body,
            *clerk.tail(),
        ]
    clerk.write(tmp_path / "cac xa.xlsx", sheets)
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize(
    "top",
    [
        "HUYỆN UỶ THÁP MƯỜI|ĐẢNG UỶ XÃ MỸ ĐÔNG|Kết quả xếp loại các tổ chức ở khóm, ấp năm 2023",
        "HUYỆN UỶ THÁP MƯỜI|Kết quả xếp loại các tổ chức ở khóm, ấp xã Mỹ Đông năm 2023",
        "Kết quả xếp loại các tổ chức ở khóm, ấp xã Mỹ Đông, huyện Tháp Mười năm 2023",
    ],
    ids=["letterhead", "title under the district's letterhead", "title alone"],
)
def test_return_of_one_commune_is_not_the_district(top: str, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    head: Rows = [["STT", "Tổ chức", "Tổng số", "Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"]]
    body: Rows = []
    for i, kind in enumerate(KINDS[:5], 1):
        counts = rated(random.Random(i), 5)
        truth.add("Huyện Tháp Mười/Xã Mỹ Đông", 2023, kind[0], FIVE, counts)
        body.append([i, kind[2].capitalize(), sum(counts), *counts])
    lines: Rows = [[text] for text in top.split("|")]
    Clerk(random.Random(1)).write(tmp_path / "x.xlsx", {"Sheet1": [*lines, *head, *body]})
    compare(tmp_path, facts, truth)


@pytest.mark.parametrize("merged", [True, False])
def test_header_merged_or_not_reads_alike(merged: bool, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    """The smallest table with blocks of organisations; csv and ods know no merged cells at all."""
    rows = [((2, 8, 1, 1), (3, 9, 0, 0), (2, 10, 0, 0), (1, 11, 0, 0), (3, 8, 1, 0), (2, 9, 1, 0))]
    clerk = Clerk(random.Random(2))
    clerk.merged, clerk.zero, clerk.sums = merged, 0, "none"
    clerk.write(tmp_path / "x.xlsx", {"Sheet1": l10(clerk, 2023, ["Huyện Tam Nông"], rows, "HUYỆN UỶ TAM NÔNG", "")})
    for (_, organisation), counts in zip(BLOCKS, rows[0], strict=True):
        truth.add("Huyện Tam Nông", 2023, f"{organisation} cap_xa", FOUR, counts)
    compare(tmp_path, facts, truth, questions="thieu_don_vi")


@pytest.mark.parametrize("seed", range(3))
def test_one_sheet_a_district(seed: int, tmp_path: Path, facts: Facts, truth: Truth) -> None:
    rng = random.Random(6000 + seed)
    clerk, year, kind, sheets = Clerk(rng), rng.randint(2021, 2024), KINDS[seed], {}
    for district in DISTRICTS:
        names = communes(facts, truth, district, year)
        rows = base_units(rng, 3, 9, len(names))
        for commune, counts in zip(names, rows, strict=True):
            truth.add(f"{district}/{commune}", year, kind[0], f"{FIVE} chua_xep_loai", counts)
        short = district.replace("Thành phố", "TP").replace("Huyện", "H.") if seed else district
        local = copy(clerk)
        local.sum_word = "Cộng"
        sheets[short] = l9(local, kind, year, names, rows, kind[3], "" if seed == 2 else district)
    clerk.write(tmp_path / "toan tinh.xlsx", sheets)
    compare(tmp_path, facts, truth)


# --- the same workbook in other formats -----------------------------------------------------------------------------------------


CONVERTED = ("L9", "L10", "L12", "L13")
FORMATS = {"xls": "xls:MS Excel 97", "ods": "ods", "xlsx": "xlsx", "csv": "csv:Text - txt - csv (StarCalc):59,34,76"}


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory, facts: Facts) -> Path:
    """Four layouts, each as written and as LibreOffice saves it, one folder a format."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("chưa cài LibreOffice (soffice)")
    base = tmp_path_factory.mktemp("dinh dang")
    truth, rng, office_name = Truth(facts), random.Random(70), "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP"
    clerk = Clerk(rng, tidy=True)
    clerk.merged = True
    grids = {
        "L9": l9(clerk, KINDS[1], 2023, DISTRICTS, base_units(rng), KINDS[1][3]),
        "L10": l10(clerk, 2023, DISTRICTS, commune_bodies(rng, facts, truth, 2023), office_name),
        "L12": l12(clerk, 2023, DISTRICTS, [party(rng, rng.randint(35, 90)) for _ in DISTRICTS], office_name),
        "L13": l13(clerk, KINDS[:1], 2023, by_commune(rng, facts, truth, 2023, KINDS[:1]), KINDS[0][3]),
    }
    assert set(grids) == set(CONVERTED)
    sources = []
    for name, grid in grids.items():
        sources.append(str(base / "goc" / name / f"{name}.xlsx"))
        clerk.write(Path(sources[-1]), {"Bieu": grid})
    for folder, form in FORMATS.items():
        run = subprocess.run(
            [office, f"-env:UserInstallation={(base / 'profile').as_uri()}", "--headless", "--convert-to", form,
             "--outdir", str(base / folder), *sources],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        for name in grids:
            made = base / folder / f"{name}.{folder}"
            if not made.exists():
                pytest.skip(f"LibreOffice không chuyển được sang {folder}: {run.stderr[:200]}")
            (base / folder / name).mkdir()
            made.rename(base / folder / name / made.name)
    return base


def plain(data: Any) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """Ratings, measures and questions with their cells, without the name of the file and of the sheet."""

    def rows(frame: Any, dropped: Iterable[str]) -> Counter[Any]:
        kept = [c for c in frame.columns if c not in dropped]
        return Counter(frame.select(kept).rows())

    names = ("source_file", "source_sheet", "sender", "message_vi", "text")
    return rows(data.ratings, names), rows(data.measures, names), rows(data.set_aside, names)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layout", CONVERTED)
def test_other_formats_read_alike(layout: str, form: str, converted: Path, facts: Facts) -> None:
    first = plain(read_raw(converted / "goc" / layout, facts))
    second = plain(read_raw(converted / form / layout, facts))
    assert sum(map(sum, (counts.values() for counts in first[:2]))) > 30
    for one, other in zip(first, second, strict=True):
        assert one == other, f"thiếu {list((one - other).items())[:5]}; thừa {list((other - one).items())[:5]}"


# --- from the files to the report ------------------------------------------------------------------------------------------------


class Province:
    """Returns of 2023: a workbook a district in the layouts above, and the list of the provincial bodies."""

    def __init__(self, facts: Facts, seed: int) -> None:
        self.facts, self.rng = facts, random.Random(seed)
        self.truth = Truth(facts)
        self.files: dict[str, tuple[Clerk, dict[str, Rows]]] = {}
        for i, district in enumerate(DISTRICTS):
            clerk = Clerk(self.rng)
            clerk.merged = True
            names = communes(facts, self.truth, district, 2023)
            sheets = {"cap huyen": self.bodies(clerk, district, "cap_huyen", "huyện")}
            sheets |= self.by_form(clerk, district, names) if i % 2 else self.by_place(clerk, district, names)
            rows = [party(self.rng, self.rng.randint(3, 7)) for _ in names]
            for commune, row in zip(names, rows, strict=True):
                self.truth.measure(f"{district}/{commune}", 2023, **dict(zip(MEASURES, row, strict=True)))
            sheets["chi bo"] = l12(clerk, 2023, names, rows, party_office(district), district)
            self.files[district] = clerk, sheets
        clerk = Clerk(self.rng)
        self.files["Tỉnh Đồng Tháp"] = clerk, {"cap tinh": self.bodies(clerk, "Tỉnh Đồng Tháp", "cap_tinh", "tỉnh")}

    def bodies(self, clerk: Clerk, area: str, unit_type: str, level: str) -> Rows:
        if area.startswith("Thành phố"):
            level = "thành phố"
        words = dict(zip(FOUR.split(), LONG_WORDS, strict=True))
        body: Rows = []
        for i, (organisation, name) in enumerate(BODIES.items(), 1):
            rating = self.rng.choices(FOUR.split()[:3], (20, 75, 5))[0]
            self.truth.add(area, 2023, f"{organisation} {unit_type}", rating, (1,))
            label = name.replace("Công đoàn", "Liên đoàn Lao động")
            body.append([i, f"{label} {level}", words[rating], None])
        head: Rows = [["STT", "Tên tổ chức", "Kết quả xếp loại", "Ghi chú"]]
        sender = "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP" if level == "tỉnh" else party_office(area)
        title = f"Kết quả xếp loại MTTQ và các tổ chức chính trị - xã hội cấp {level.replace('thành phố', 'huyện')} năm 2023"
        clerk = copy(clerk)
        clerk.repeat = False
        return clerk.top(sender, title, area) + clerk.table(head, body)

    def by_form(self, clerk: Clerk, district: str, names: Sequence[str]) -> dict[str, Rows]:
        """L14, a sheet for every organisation of the communes and every kind of base units."""
        sheets = {}
        for short, organisation in BLOCKS:
            columns = [(*rated(self.rng, n, 4), 0, 0) for n in (len(names) - 1, 1)]
            self.truth.add(district, 2023, f"{organisation} cap_xa", FOUR, total(columns)[:4])
            rated_units = f"{BODIES[organisation]} cấp xã"
            sheets[f"xa {short}"] = l14(clerk, rated_units, "tổ chức", 2023, district, columns, LONG_WORDS)
        for k, (kind, unit, rated_units, _, low, high) in enumerate(KINDS, 1):
            columns = two_columns(self.rng, self.rng.randint(low, high))
            self.truth.add(district, 2023, kind, f"{FOUR} chua_xep_loai", total(columns)[:5])
            sheets[f"Bieu {k}"] = l14(clerk, rated_units, unit, 2023, district, columns, LONG_WORDS)
        return sheets

    def by_place(self, clerk: Clerk, district: str, names: Sequence[str]) -> dict[str, Rows]:
        """L10 and L9, a row a commune."""
        rows = [[rated(self.rng, 1, 4) for _ in BLOCKS] for _ in names]
        for commune, blocks in zip(names, rows, strict=True):
            for (_, organisation), counts in zip(BLOCKS, blocks, strict=True):
                self.truth.add(f"{district}/{commune}", 2023, f"{organisation} cap_xa", FOUR, counts)
        sender = party_office(district)
        sheets = {"cap xa": l10(clerk, 2023, names, rows, sender, district)}
        for k, kind in enumerate(KINDS, 1):
            low, high = (
                (50, 140) if kind[0].startswith("to_ndtq") else (1, 3) if kind[0].startswith("hoi_quan") else (3, 7)
            )
            units = [c if sum(c[:5]) else (1, 0, 0, 0, 0, 0) for c in base_units(self.rng, low, high, len(names))]
            for commune, counts in zip(names, units, strict=True):
                self.truth.add(f"{district}/{commune}", 2023, kind[0], f"{FIVE} chua_xep_loai", counts)
            sheets[f"Bieu {k}"] = l9(clerk, kind, 2023, names, units, sender, district)
        return sheets

    def write(self, folder: Path, without: str = "") -> None:
        for i, (area, (clerk, sheets)) in enumerate(self.files.items()):
            if area != without:
                clerk.write(folder / "2023" / f"bao cao {i:02d}.xlsx", sheets)

    def expected(self, without: str = "") -> dict[tuple[str, str], tuple[int, int]]:
        """(indicator, area) -> numerator, denominator; for the districts and the province."""
        flags = {(r["scale_id"], r["rating"]): r for r in self.facts.scales.iter_rows(named=True)}
        parents = dict(self.facts.areas.select("area_id", "parent_id").rows())
        left_out = self.truth.code(without, 2023) if without else ""
        sums: Counter[tuple[str, str, int]] = Counter()

        def add(indicator: str, area: str, numerator: int, denominator: int) -> None:
            district = area if len(area) == 3 else parents[area] if area != "87" else None
            for place in {"87", district} - {None} if district != left_out else ():
                sums[indicator, str(place), 0] += numerator
                sums[indicator, str(place), 1] += denominator

        for (area, _, _, unit_type, rating), count in self.truth.groups.items():
            level = next((flags[s, rating] for s in ("hoan_thanh", "xuat_sac_tot_kha") if (s, rating) in flags), None)
            if level is None:
                continue
            kind = {"cap_tinh": "T1", "cap_huyen": "T1", "cap_xa": "T2"}.get(unit_type, "T3")
            passed = level["fair_or_better" if kind == "T3" else "good_or_better"]
            add(kind, area, count if passed else 0, count)
        for (area, _, measure), value in self.truth.measures.items():
            if measure.startswith("lan_sinh_hoat"):
                add("T4", area, *((value, 0) if measure.endswith("noi_dung") else (0, value)))
            elif measure.startswith("dang_vien"):
                sign = {"dang_vien": (0, value), "dang_vien_mien_sinh_hoat": (0, -value)}.get(measure, (value, 0))
                add("T5", area, *sign)
        keys = {key[:2] for key in sums}
        return {key: (sums[*key, 0], sums[*key, 1]) for key in keys}


@dataclasses.dataclass
class Made:
    province: Province
    folder: Path
    without: str
    said: str

    def table(self, name: str) -> list[dict[str, Any]]:
        frame = pl.read_csv(
            self.folder / "bang" / f"{name}.csv", schema_overrides={"area_id": pl.String}, infer_schema_length=None
        )
        return frame.filter(
            (pl.col("organisation") == "tat_ca") & (pl.col("unit_type") == "tat_ca") & (pl.col("year") == 2023)
        ).to_dicts()


LEFT_OUT = "Huyện Thanh Bình"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, facts: Facts) -> dict[str, Made]:
    """The main job on the whole province and without one district, side by side."""
    province, base = Province(facts, 81), tmp_path_factory.mktemp("so ket")
    started = []
    for without in ("", LEFT_OUT):
        place = base / (without or "du 12 huyen")
        province.write(place / "so lieu", without)
        command = [sys.executable, "-m", "danvan_analysis", "so-ket", "--nam", "2023", "--den-ngay", "2024-01-20",
                   "--so-lieu", str(place / "so lieu"), "--ra", str(place / "ra")]  # fmt: skip
        started.append((without, place, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)))
    made = {}
    for without, place, process in started:
        said = process.communicate(timeout=120)[0].decode("utf-8")
        assert process.returncode == 0, said
        assert "Traceback" not in said
        made[without] = Made(province, place / "ra" / "so-ket-2023", without, said)
    return made


@pytest.fixture(params=["", LEFT_OUT], ids=["whole", "one district left out"])
def made(request: pytest.FixtureRequest, runs: dict[str, Made]) -> Made:
    return runs[request.param]


def test_indicators_equal_the_truth(made: Made) -> None:
    found = {
        (row["indicator_id"], row["area_id"]): (row["numerator"], row["denominator"])
        for row in made.table("indicators")
        if row["indicator_id"] in ("T1", "T2", "T3", "T4", "T5") and row["denominator"] is not None
    }
    expected = made.province.expected(made.without)
    assert len(expected) == 5 * (12 if made.without else 13)
    assert found == expected, {
        k: (expected.get(k), found.get(k)) for k in expected | found if expected.get(k) != found.get(k)
    }
    assert {row["nature"] for row in made.table("indicators")} == {"bao_cao"}


def test_verdict_and_bounds_with_a_district_missing(made: Made) -> None:
    targets = {"T1": (">", 90), "T2": (">=", 80), "T3": (">=", 70), "T4": ("=", 100), "T5": (">=", 90)}
    roster = {"T1": 6, "T2": 6 * 13}
    expected = made.province.expected(made.without)
    rows = {row["indicator_id"]: row for row in made.table("assessment") if row["area_id"] == "87"}
    for target, (operator, percent) in targets.items():
        x, n = expected[target, "87"]
        missing = roster.get(target) if made.without else 0
        low, high = (x / (n + missing), (x + missing) / (n + missing)) if missing is not None else (0.0, 1.0)
        row = rows[target]

        def passes(share: float, operator: str = operator, percent: int = percent) -> bool:
            return {">": 100 * share > percent, ">=": 100 * share >= percent, "=": share == 1}[operator]

        verdict = "undecided" if passes(low) != passes(high) else "met" if passes(low) else "not_met"
        if operator == "=" and x < n:
            # One that fails is enough, however many are still to come.
            verdict = "not_met"
        assert row["senders_missing"] == (1 if made.without else 0), row
        assert (row["lower_bound"], row["upper_bound"]) == pytest.approx((low, high)), row
        assert row["attained"] == verdict, row


def test_documents_open_and_say_the_figures_of_the_province(made: Made) -> None:
    document = docx.Document(str(made.folder / "bao-cao-so-ket.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    text += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for target in ("T1", "T2", "T3", "T4", "T5"):
        x, n = (f"{number:,}".replace(",", ".") for number in made.province.expected(made.without)[target, "87"])
        assert f"{x}/{n}" in text, (target, x, n)
        assert f"{x}/{n}" in made.said, (target, x, n)
    assert "GIẢ ĐỊNH" not in text
    book = openpyxl.load_workbook(made.folder / "phu-luc.xlsx", data_only=True)
    numbers = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int)}
    for target in ("T1", "T2", "T3", "T4", "T5"):
        assert set(made.province.expected(made.without)[target, "87"]) <= numbers, target
