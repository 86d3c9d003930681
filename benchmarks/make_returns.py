"""Writes the 60 made-up returns that the reading is timed on: 800 rows and 14 to 16 columns each, always the same cells.

Four kinds, so that no single way through the reader is flattered: lists of Tổ nhân dân tự quản (a row a unit, the level
in words), lists of chi hội with a cross under the level, counts by khóm, ấp with shares and totals, and workbooks of the
whole province with a sheet an organisation. Some faults stand in them as in real returns.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import danvan_analysis.facts

ROWS = 800
LEVELS = ("Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu")
_WEIGHTS = (40, 38, 16, 4, 1, 1)
_SPELLINGS = (("Xuất sắc", "xuất sắc", "Loại xuất sắc"), ("Tốt", "tốt", "Loại tốt"), ("Khá", "khá", "Loại khá"),
              ("Trung bình", "TB", "Loại trung bình"), ("Yếu", "yếu", "Loại yếu"),
              ("Chưa xếp loại", "Chưa XL", "Chưa xếp loại"))  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII",
          "XIX", "XX")  # fmt: skip
_PLACES = (
    "Tân Hoà",
    "Phú Thọ",
    "Long An",
    "Bình Thuận",
    "Thạnh Mỹ",
    "An Lợi",
    "Hưng Quới",
    "Mỹ Tây",
    "Đông Bình",
    "Tân Thuỷ",
)
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
_GIVEN = ("Văn Hoà", "Thị Thuý", "Minh Quý", "Thanh Tuyền", "Hữu Khoẻ", "Ngọc Uyên", "Quốc Thuỵ", "Mỹ Loan")
#: Who has units of this kind at khóm, ấp, how the letterhead and the title call them, and the first words of a unit's name.
BASE = {
    "nong_dan": ("HỘI NÔNG DÂN", "chi hội Nông dân", "Chi hội"),
    "phu_nu": ("HỘI LIÊN HIỆP PHỤ NỮ", "chi hội Phụ nữ", "Chi hội"),
    "ccb": ("HỘI CỰU CHIẾN BINH", "chi hội Cựu chiến binh", "Chi hội"),
    "doan_tn": ("ĐOÀN TNCS HỒ CHÍ MINH", "chi đoàn", "Chi đoàn"),
}
_BODIES = ("MTTQ", "Công đoàn", "Hội Nông dân", "Hội Phụ nữ", "Đoàn TNCS Hồ Chí Minh", "Hội Cựu chiến binh")
_DUTY = ("Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành", "Không hoàn thành")


@dataclass(frozen=True)
class Place:
    """A district or commune of the province in one year."""

    code: str
    name: str
    kind: str
    parent: str


def places(year: int) -> list[Place]:
    """The province's districts and communes at the end of a year, by code."""
    with (Path(danvan_analysis.facts.__file__).parent / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    day = date(year, 12, 31).isoformat()
    standing = [row for row in rows if row["valid_from"] <= day and (not row["valid_to"] or row["valid_to"] >= day)]
    districts = {
        r["area_id"] for r in standing if r["parent_id"] == "87" and r["kind"] in ("thanh_pho", "thi_xa", "huyen")
    }
    found = [row for row in standing if row["area_id"] in districts or row["parent_id"] in districts]
    return sorted(
        (Place(r["area_id"], r["name"], r["kind"], r["parent_id"]) for r in found), key=lambda place: place.code
    )


def write_returns(folder: Path) -> None:
    """Write the 60 workbooks."""
    for year, size in ((2023, 12), (2024, 8)):
        for district in _districts(year)[:size]:
            _write_groups_list(folder / f"DS To NDTQ {year} {district.code}.xlsx", district, year)
    for organisation in BASE:
        for district in _districts(2022)[:4]:
            _write_crosses(folder / f"{organisation} {district.code} 2022.xlsx", organisation, district, 2022)
    for year, size in ((2021, 12), (2022, 4)):
        for district in _districts(year)[:size]:
            _write_counts(folder / f"Bieu To NDTQ {district.code} nam {year}.xlsx", district, year)
    for year in (2021, 2022, 2023, 2024):
        _write_province(folder / f"BDV tinh - chi hoi {year}.xlsx", year, bodies=False)
        _write_province(folder / f"BDV tinh - cap xa {year}.xlsx", year, bodies=True)


def _districts(year: int) -> list[Place]:
    return [place for place in places(year) if place.parent == "87"]


def _communes(district: Place, year: int) -> list[Place]:
    return [place for place in places(year) if place.parent == district.code]


def _truth(kind: str, commune: Place, year: int, size: int) -> list[tuple[int, int]]:
    """What each unit of a commune gave itself and what was confirmed: a place in the levels, the last is unrated."""
    rng = Random(f"{kind} {commune.code} {year}")
    confirmed = rng.choices(range(6), _WEIGHTS, k=size)
    return [(max(0, level - 1) if level < 5 and rng.random() < 0.1 else level, level) for level in confirmed]


def _shared_out(communes: list[Place], rows: int) -> list[int]:
    return [rows // len(communes) + (i < rows % len(communes)) for i in range(len(communes))]


class _Paper:
    """A workbook with letterhead and title; rows are written as they come."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center"})
        self.line = self.book.add_format({"border": 1})

    def start(self, tab: str, upper: str, lower: str, title: str) -> None:
        self.sheet = self.book.add_worksheet(tab)
        self.row = 0
        for text in (upper, lower, None, title, "(Kèm theo báo cáo kết quả công tác dân vận)", None):
            if text:
                self.sheet.write_string(self.row, 0, text)
            self.row += 1

    def head(self, storeys: list[list[str | None]]) -> None:
        """Write a header; None repeats the text to its left in one merged cell, "" that above it."""
        for c in range(len(storeys[0])):
            for depth, storey in enumerate(storeys):
                text = storey[c]
                if not text:
                    continue
                right = c
                while right + 1 < len(storey) and storey[right + 1] is None:
                    right += 1
                bottom = depth
                while bottom + 1 < len(storeys) and storeys[bottom + 1][c] == "":
                    bottom += 1
                if (bottom, right) == (depth, c):
                    self.sheet.write_string(self.row + depth, c, text, self.bold)
                else:
                    self.sheet.merge_range(self.row + depth, c, self.row + bottom, right, text, self.bold)
        self.row += len(storeys)

    def add(self, cells: list[Any]) -> None:
        for c, value in enumerate(cells):
            if value is None:
                self.sheet.write_blank(self.row, c, None, self.line)
            elif isinstance(value, str):
                self.sheet.write_string(self.row, c, value, self.line)
            else:
                self.sheet.write_number(self.row, c, value, self.line)
        self.row += 1

    def merge_down(self, top: int, c: int, value: str) -> None:
        if self.row - 1 > top:
            self.sheet.merge_range(top, c, self.row - 1, c, value, self.line)


def _party(district: Place) -> str:
    kind = "THÀNH UỶ" if district.kind == "thanh_pho" else "HUYỆN UỶ"
    return f"{kind} {district.name.split(' ', 1 if district.kind == 'huyen' else 2)[-1].upper()}"


def _short(commune: Place, rng: Random) -> str:
    for full, short in (("Thị trấn ", "TT. "), ("Phường ", "P. "), ("Xã ", "X. ")):
        if commune.name.startswith(full) and rng.random() < 0.3:
            return short + commune.name.removeprefix(full)
    return commune.name.upper() if rng.random() < 0.1 else commune.name


def _write_groups_list(path: Path, district: Place, year: int) -> None:
    """A row a Tổ nhân dân tự quản: who leads it (dropped at the door), its own and the confirmed level in words."""
    rng = Random(path.name)
    paper = _Paper(path)
    title = f"DANH SÁCH ĐÁNH GIÁ, XẾP LOẠI TỔ NHÂN DÂN TỰ QUẢN NĂM {year}"
    paper.start("Danh sách", "ĐẢNG BỘ TỈNH ĐỒNG THÁP", _party(district), title)
    paper.head([["STT", "Xã, phường, thị trấn", "Khóm, ấp", "Tên tổ", "Họ và tên", "Năm sinh", "Số điện thoại", "Ngày ra mắt",
                 "Số hộ trong tổ", "Số nhân khẩu", "Mô hình tự quản", "Cuộc họp tổ", "Tự xếp loại", "Cấp uỷ công nhận",
                 "Ghi chú"]])  # fmt: skip
    communes, order = _communes(district, year), 0
    for commune, size in zip(communes, _shared_out(communes, ROWS), strict=True):
        top, name = paper.row, _short(commune, rng)
        for number, (own, level) in enumerate(_truth("to_ndtq", commune, year, size), start=1):
            order += 1
            said = rng.choice(_SPELLINGS[level])
            if order == 400 and district.code == "870":
                said = "Tốt khá"
            paper.add([
                order, name if number == 1 else None, f"Ấp {_PLACES[number // 12 % 10]}", f"Tổ số {number:02d}",
                f"{rng.choice(_FAMILY)} {rng.choice(_GIVEN)}", 1950 + rng.randrange(50), f"09{rng.randrange(10**8):08d}",
                f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/2015", rng.randrange(20, 45), rng.randrange(80, 180),
                "Camera an ninh" if rng.random() < 0.2 else None, rng.randrange(2, 13), rng.choice(_SPELLINGS[own]), said,
                "mới chia tách" if level == 5 else None,
            ])  # fmt: skip
        paper.merge_down(top, 1, name)
    paper.add(["Ngày 05 tháng 01 năm " + str(year + 1)])
    paper.book.close()


def _write_crosses(path: Path, organisation: str, district: Place, year: int) -> None:
    """A row a chi hội or chi đoàn with a cross under its own level and one under the confirmed level."""
    rng = Random(path.name)
    paper = _Paper(path)
    letterhead, title, first = BASE[organisation]
    where = district.name.upper()
    paper.start(
        "DS", f"{letterhead} TỈNH ĐỒNG THÁP", f"{letterhead} {where}", f"KẾT QUẢ XẾP LOẠI {title.upper()} NĂM {year}"
    )
    paper.head([
        ["TT", "Xã, phường, thị trấn", f"Tên {first.lower()}", "Người phụ trách", "Tự xếp loại", None, None, None, None,
         "Cấp uỷ công nhận", None, None, None, None, "Ghi chú"],
        ["", "", "", "", *LEVELS, *LEVELS, ""],
    ])  # fmt: skip
    communes, order = _communes(district, year), 0
    for commune, size in zip(communes, _shared_out(communes, ROWS), strict=True):
        name = _short(commune, rng)
        for number, (own, level) in enumerate(_truth(organisation, commune, year, size), start=1):
            order += 1
            crosses = ["x" if place == i else None for place in (min(own, 4), min(level, 4)) for i in range(5)]
            unit = f"{first} ấp {_PLACES[number // 12 % 10]} {number:02d}"
            paper.add([order, name, unit, f"{rng.choice(_FAMILY)} {rng.choice(_GIVEN)}", *crosses, None])
    paper.book.close()


def _counts(levels: list[int]) -> list[int]:
    return [levels.count(level) for level in range(6)]


def _shares(counts: list[int], rng: Random) -> list[Any]:
    """SL and TL% of each level, the share as a number or as text with a comma, of the rated units."""
    rated, cells = sum(counts[:5]), list[Any]()
    for count in counts[:5]:
        share = round(100 * count / rated, 2) if rated else 0
        cells += [count, share if rng.random() < 0.7 else f"{share:.2f}".replace(".", ",")]
    return cells


_SHARED = [cell for level in LEVELS for cell in (level, None)]


def _write_counts(path: Path, district: Place, year: int) -> None:
    """A row a khóm, ấp: how many Tổ nhân dân tự quản at each level, under a heading and over a total a commune."""
    rng = Random(path.name)
    paper = _Paper(path)
    title = f"TỔNG HỢP XẾP LOẠI TỔ NHÂN DÂN TỰ QUẢN NĂM {year}"
    paper.start("TH", "ĐẢNG BỘ TỈNH ĐỒNG THÁP", _party(district), title)
    paper.head([
        ["STT", "Khóm, ấp", "Tổng số tổ", *_SHARED, "Chưa xếp loại", "Ghi chú"],
        ["", "", "", *(["SL", "TL (%)"] * 5), "", ""],
    ])  # fmt: skip
    communes, whole = _communes(district, year), [0] * 6
    for group, (commune, size) in enumerate(zip(communes, _shared_out(communes, ROWS), strict=True)):
        paper.add([_ROMAN[group], _short(commune, rng)])
        truth, sums = _truth("to_ndtq", commune, year, size * 12), [0] * 6
        for number in range(size):
            counts = _counts([level for _, level in truth[12 * number : 12 * number + 12]])
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
            paper.add(
                [
                    number + 1,
                    f"Ấp {_PLACES[number // 12 % 10]} {number + 1}",
                    sum(counts),
                    *_shares(counts, rng),
                    counts[5],
                ]
            )
        wrong = 3 if group == 2 and district.code in ("868", "873") else 0
        paper.add([None, f"Cộng {_ROMAN[group]}", sum(sums) + wrong, *_shares(sums, rng), sums[5]])
        whole = [a + b for a, b in zip(whole, sums, strict=True)]
    paper.add([None, "Tổng cộng", sum(whole), *_shares(whole, rng), whole[5]])
    paper.book.close()


def _write_province(path: Path, year: int, *, bodies: bool) -> None:
    """A sheet an organisation, a row a commune under its district, with a subtotal a district: about 800 rows together."""
    rng = Random(path.name)
    paper = _Paper(path)
    sheets = _BODIES if bodies else tuple(BASE)
    for who in sheets:
        subject = f"{who} cấp xã" if bodies else BASE[who][1]
        words = _DUTY if bodies else LEVELS
        paper.start(
            who if bodies else subject, "TỈNH UỶ ĐỒNG THÁP", "BAN DÂN VẬN", f"XẾP LOẠI {subject.upper()} NĂM {year}"
        )
        pairs = [cell for word in words for cell in (word, None)]
        paper.head([
            ["STT", "Đơn vị", "Tổng số", *pairs, "Chưa xếp loại", "Ghi chú"],
            ["", "", "", *(["SL", "TL (%)"] * len(words)), "", ""],
        ])  # fmt: skip
        whole = [0] * 6
        for group, district in enumerate(_districts(year)):
            paper.add([_ROMAN[group], district.name])
            communes, sums = _communes(district, year), [0] * 6
            for number, (commune, size) in enumerate(zip(communes, _shared_out(communes, ROWS), strict=True), start=1):
                if bodies:
                    rng_body = Random(f"{who} {commune.code} {year}")
                    counts = _counts(rng_body.choices(range(4), (40, 45, 13, 2)))
                else:
                    # Crosses leave no room for a unit without a level.
                    counts = _counts([min(level, 4) for _, level in _truth(who, commune, year, size)])
                sums = [a + b for a, b in zip(sums, counts, strict=True)]
                paper.add([number, _short(commune, rng), sum(counts), *_shares(counts, rng)[: len(pairs)], counts[5]])
            paper.add([None, f"Cộng {_ROMAN[group]}", sum(sums), *_shares(sums, rng)[: len(pairs)], sums[5]])
            whole = [a + b for a, b in zip(whole, sums, strict=True)]
        paper.add([None, "Tổng cộng", sum(whole), *_shares(whole, rng)[: len(pairs)], whole[5]])
    paper.book.close()
