"""Returns drawn at random: a truth, a layout, the mess of a real office; and what an honest reader may say of them.

Nothing here knows the reader or the maker of trial data: wordings are typed from the field (domain.md §2, §3), only the
names and codes of areas come from the facts. A `Plan` is a layout, a seed and a set of named habits and faults, so that
a failing example shrinks to the few habits that break it; every habit draws from a random source of its own.
"""

import csv
import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from danvan_analysis.facts import Facts

Key = tuple[Any, ...]
PROVINCE = "87"

# --- what may be written ------------------------------------------------------------------------------------------------

#: family -> level code -> wordings, the usual one first
LEVELS: dict[str, dict[str, tuple[str, ...]]] = {
    "hoan_thanh": {
        "hoan_thanh_xuat_sac": ("Hoàn thành xuất sắc nhiệm vụ", "HTXSNV", "Hoàn thành xuất sắc", "HTXS", "HT xuất sắc"),
        "hoan_thanh_tot": ("Hoàn thành tốt nhiệm vụ", "HTTNV", "Hoàn thành tốt", "HTT", "HT tốt"),
        "hoan_thanh": ("Hoàn thành nhiệm vụ", "HTNV", "Hoàn thành", "HT"),
        "khong_hoan_thanh": ("Không hoàn thành nhiệm vụ", "KHTNV", "Không hoàn thành", "KHT"),
    },
    "xuat_sac_tot_kha": {
        "xuat_sac": ("Xuất sắc", "XS", "Loại xuất sắc"),
        "tot": ("Tốt", "Loại tốt"),
        "kha": ("Khá", "Loại khá"),
        "trung_binh": ("Trung bình", "TB", "Tb"),
        "yeu": ("Yếu", "Yếu kém", "Yếu, kém"),
    },
    "xuat_sac_manh_kha": {
        "xuat_sac": ("Xuất sắc", "XS"),
        "manh": ("Mạnh", "Vững mạnh", "VM"),
        "kha": ("Khá",),
        "trung_binh": ("Trung bình", "TB"),
        "yeu": ("Yếu", "Yếu kém"),
    },
    "vung_manh": {
        "vung_manh": ("Vững mạnh", "VM"),
        "kha": ("Khá",),
        "trung_binh": ("Trung bình", "TB"),
        "yeu": ("Yếu", "Yếu kém"),
    },
    "ccb_tsvm": {
        "tsvm_xuat_sac": ("Trong sạch vững mạnh xuất sắc", "TSVM xuất sắc"),
        "tsvm_tien_tien": ("Trong sạch, vững mạnh tiên tiến", "TSVM tiên tiến"),
        "tsvm": ("Trong sạch vững mạnh", "TSVM"),
        "yeu": ("Yếu", "Yếu kém"),
    },
    "to_ndtq_hai_muc": {
        "hoat_dong_tot": ("Hoạt động tốt",),
        "kho_khan": ("Khó khăn, chưa đi vào nề nếp", "Khó khăn"),
    },
}
UNRATED = ("Chưa xếp loại", "Chưa đủ điều kiện xếp loại", "Không xếp loại", "Chưa đánh giá", "Chờ đánh giá")


@dataclass(frozen=True)
class Kind:
    """What is rated: organisation, unit type, its words in a title, as a column's head, and as what a number counts."""

    organisation: str
    unit_type: str
    title: tuple[str, ...]
    head: tuple[str, ...]
    unit: str
    sender: str
    families: tuple[str, ...]


_MTTQ = "UỶ BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP"
_GOOD = "xuat_sac_tot_kha"
BASE = (
    Kind("phu_nu", "chi_hoi", ("chi hội phụ nữ", "chi hội Liên hiệp Phụ nữ"), ("Chi hội phụ nữ", "Chi hội LHPN"), "chi hội",
         "HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP", (_GOOD, "xuat_sac_manh_kha", "hoan_thanh")),
    Kind("nong_dan", "chi_hoi", ("chi hội nông dân",), ("Chi hội nông dân", "Chi hội ND"), "chi hội",
         "HỘI NÔNG DÂN TỈNH ĐỒNG THÁP", (_GOOD, "xuat_sac_manh_kha", "vung_manh", "hoan_thanh")),
    Kind("ccb", "chi_hoi", ("chi hội cựu chiến binh", "chi hội CCB"), ("Chi hội CCB", "Chi hội cựu chiến binh"), "chi hội",
         "HỘI CỰU CHIẾN BINH TỈNH ĐỒNG THÁP", (_GOOD, "hoan_thanh", "ccb_tsvm")),
    Kind("doan_tn", "chi_doan", ("chi đoàn", "chi đoàn khóm, ấp"), ("Chi đoàn",), "chi đoàn",
         "TỈNH ĐOÀN ĐỒNG THÁP", (_GOOD, "xuat_sac_manh_kha", "hoan_thanh")),
    Kind("mttq", "ban_ctmt", ("ban công tác Mặt trận khóm, ấp", "ban công tác Mặt trận"), ("Ban CTMT", "Ban công tác Mặt trận"),
         "ban CTMT", _MTTQ, (_GOOD, "xuat_sac_manh_kha", "hoan_thanh")),
    Kind("hoi_quan", "hoi_quan", ("Hội quán",), ("Hội quán",), "hội quán", _MTTQ, (_GOOD, "hoan_thanh")),
    Kind("to_ndtq", "to_ndtq", ("Tổ nhân dân tự quản", "tổ NDTQ"), ("Tổ NDTQ", "Tổ nhân dân tự quản"), "tổ", _MTTQ,
         (_GOOD, "hoan_thanh", "to_ndtq_hai_muc")),
)  # fmt: skip
#: organisation -> heads of its block of columns, name of its body
BODIES = {
    "mttq": (("MTTQ", "Mặt trận Tổ quốc", "UBMTTQ"), "Uỷ ban MTTQ Việt Nam"),
    "phu_nu": (("LHPN", "Hội LHPN", "Phụ nữ"), "Hội Liên hiệp Phụ nữ"),
    "nong_dan": (("ND", "Hội Nông dân", "Nông dân"), "Hội Nông dân"),
    "doan_tn": (("ĐTN", "Đoàn Thanh niên", "Đoàn TNCS Hồ Chí Minh"), "Đoàn TNCS Hồ Chí Minh"),
    "ccb": (("CCB", "Hội CCB", "Cựu chiến binh"), "Hội Cựu chiến binh"),
    "cong_doan": (("LĐLĐ", "Công đoàn"), "Công đoàn"),
}
MEASURES = ("chi_bo_khom_ap", "lan_sinh_hoat_le_ky", "lan_sinh_hoat_le_ky_co_noi_dung", "dang_vien",
            "dang_vien_mien_sinh_hoat", "dang_vien_tham_gia_nong_cot")  # fmt: skip
#: Names no area of the province bears, near ones among them.
STRANGERS = ("Xã Tân Thanh Đông", "Xã Phú Đứcc", "Huyện Tam Nôngg", "Xã Long Hưng C", "Đơn vị khác", "Xã Mỹ Đong")
#: Header words for levels that no scale knows.
NEW_LEVELS = ("Xuất xắc", "Giỏi", "Tiên tiến mới", "Loại A", "Đạt chuẩn")
#: What cannot be read as a count.
UNREADABLE: tuple[Any, ...] = ("12,5", "mười hai", "5+6", 1.03, "12/15", "?", "3 hoặc 4", "95%", -4)

#: Habits that change no figure, then faults that must be named.
HABITS = (
    "other_words", "short_names", "upper_names", "bare_names", "nfd", "nbsp", "old_tone", "upper_head", "zero_dash",
    "zero_blank", "zero_dot", "dots", "leading_zero", "number_as_text", "unit_in_cell", "footnote_number",
    "footnote_name", "shares", "share_cut", "share_sign", "share_number", "share_fraction", "share_parens",
    "total_column", "rated_total", "unrated", "sums_bottom", "sums_top", "group_sums", "column_numbers",
    "column_formulas", "repeat_header", "blank_rows", "blank_left", "spacers", "unmerged", "letterhead", "title_merged",
    "notes_below", "signatures", "hidden_row", "hidden_column", "of_which_column", "of_which_row", "note_column",
    "change_column", "target_column", "pasted_rows", "pasted_table", "year_sheet", "year_file", "year_folder",
    "place_letterhead", "place_sheet", "place_file", "csv", "no_stt", "title_two_rows", "top_left_later", "cross_lists",
    "line_breaks", "wide_title", "trailing_dots", "date_below", "self_only", "group_by_merge", "second_page_title",
)  # fmt: skip
FAULTS = (
    "sum_wrong", "total_wrong", "share_wrong", "unknown_column", "plan_columns", "pasted_changed", "level_unknown",
    "name_unknown", "bad_number", "error_cell",
)  # fmt: skip


# --- pieces -------------------------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """One cell: what it says, what it counts (`n`) or is the share of, the groups of the truth that stand in it."""

    kind: str = "text"
    value: Any = None
    n: int | None = None
    of: tuple[int, int] | None = None
    keys: tuple[Key, ...] = ()
    #: A planted fault: the reader has to name this cell, unless it says nothing.
    fault: str = ""
    #: The wrong figure a fault shows; a reader that uses it has to ask.
    shown: int | None = None
    where: tuple[str, str, str] | None = None


@dataclass
class Line:
    """One row of a table: `data`, `sum`, `group`, or `part` ("Trong đó")."""

    kind: str
    cells: list[Cell]


@dataclass
class Table:
    """One table before it is laid out: a path of header words per column, and its lines."""

    title: str
    head: list[tuple[str, ...]]
    body: list[Line]
    down: bool = False
    #: Whether a column is counted by a total and its better part only: then a total is no mere check.
    two_level: bool = False
    listing: bool = False


@dataclass
class Page:
    """One sheet of a book."""

    name: str
    tables: list[Table]
    sender: str = ""
    beside: bool = False
    grid: list[list[Cell | None]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Return:
    """What was drawn: files, what is true of them, and which groups a planted fault touches."""

    plan: "Plan"
    books: dict[str, list[Page]]
    ratings: Counter[Key]
    measures: dict[Key, int]
    hurt: set[Key] = field(default_factory=set)


@dataclass(frozen=True)
class Plan:
    """A layout, a seed and the habits and faults of the clerk."""

    layout: str
    seed: int
    mess: frozenset[str] = frozenset()

    def rng(self, name: str) -> random.Random:
        """A source of its own for each habit: leaving one out changes nothing else."""
        return random.Random(f"{self.layout}/{self.seed}/{name}")

    def has(self, *names: str) -> bool:
        return any(name in self.mess for name in names)


class Places:
    """Districts and communes of the province by year: names and codes only."""

    def __init__(self, facts: Facts, year: int) -> None:
        day = date(2025, 6, 30) if year == 2025 else date(year, 12, 31)
        rows = [r for r in facts.areas.iter_rows(named=True)
                if r["valid_from"] <= day and (r["valid_to"] is None or r["valid_to"] >= day)]  # fmt: skip
        self.districts = {r["area_id"]: r["name"] for r in rows if r["parent_id"] == PROVINCE}
        self.communes = {d: {r["area_id"]: r["name"] for r in rows if r["parent_id"] == d} for d in self.districts}


# --- drawing the truth --------------------------------------------------------------------------------------------------


class Drawing:
    """The truth and the tables of one plan."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan, self.rng = plan, plan.rng("truth")
        self.year = self.rng.choice((2021, 2022, 2023, 2024))
        self.places = Places(facts, self.year)
        self.ratings: Counter[Key] = Counter()
        self.measures: dict[Key, int] = {}
        self.kind = self.rng.choice(BASE)
        self.district = self.rng.choice(list(self.places.districts))
        self.family = self.rng.choice([f for f in self.kind.families if f != "ccb_tsvm" or self.year <= 2022])
        self.title_year = not plan.has("year_sheet", "year_file", "year_folder")

    def words(self, family: str, salt: str = "") -> dict[str, str]:
        rng = self.plan.rng(f"words{salt}")
        return {
            code: rng.choice(words) if self.plan.has("other_words") else words[0]
            for code, words in LEVELS[family].items()
        }

    def pick(self, choices: tuple[str, ...], salt: str = "") -> str:
        return self.plan.rng(f"pick{salt}{choices}").choice(choices) if self.plan.has("other_words") else choices[0]

    def levels(self, family: str, salt: str = "") -> dict[str, str]:
        """The levels a form prints: a lowest one that nobody got may be left out."""
        return self.words(family, salt)

    def counts(self, family: str, low: int, high: int) -> dict[str, int]:
        codes = list(LEVELS[family])
        weights = {5: (50, 35, 10, 3, 1), 4: (25, 60, 12, 2), 2: (8, 2)}[len(codes)]
        drawn = Counter(self.rng.choices(codes, weights, k=self.rng.randint(low, high)))
        return {code: drawn[code] for code in codes}

    def key(self, area: str, code: str, kind: Kind, family: str, year: int, who: str = "confirmed") -> Key:
        return (area, year, kind.organisation, kind.unit_type, family if code != "chua_xep_loai" else "", code, who)

    def count(self, n: int, key: Key, *, add: bool = True) -> Cell:
        if add and n:
            self.ratings[key] += n
        return Cell("count", n=n, keys=(key,))

    def year_words(self, year: int | None = None) -> str:
        return f" năm {year or self.year}" if self.title_year else ""

    # The blocks of columns that levels stand in.

    def level_heads(
        self, family: str, prefix: tuple[str, ...], *, wrap: bool, unit: str, salt: str = ""
    ) -> list[tuple[str, ...]]:
        plan, heads = self.plan, []
        if plan.has("total_column"):
            heads.append((*prefix, self.pick(("Tổng số", f"Tổng số {unit}", f"Số {unit}"), salt)))
        if plan.has("rated_total"):
            heads.append((*prefix, self.pick(("Được xếp loại", "Số được xếp loại", "Đã xếp loại"), salt)))
        over = (f"Xếp loại{self.year_words()}" if self.title_year else "Kết quả xếp loại",) if wrap else ()
        for i, word in enumerate(self.levels(family, salt).values()):
            if plan.has("shares"):
                heads += [
                    (*prefix, *over, word, "SL"),
                    (*prefix, *over, word, self.pick(("TL%", "Tỷ lệ (%)", "%"), salt)),
                ]
            else:
                heads.append((*prefix, *over, word))
            if i == 0 and plan.has("of_which_column") and len(LEVELS[family]) > 2:
                heads.append((*prefix, *over, f"Trong đó: {word} tiêu biểu"))
        if plan.has("unrated"):
            heads.append((*prefix, self.pick(UNRATED, salt)))
        return heads

    def level_cells(self, area: str, kind: Kind, family: str, year: int, low: int, high: int) -> list[Cell]:
        plan, counts = self.plan, self.counts(family, low, high)
        rated = sum(counts.values())
        outside = self.rng.choice((0, 0, 1, 2)) if high > 1 else 0
        outside = outside if plan.has("unrated") else 0
        cells = []
        if plan.has("total_column"):
            cells.append(Cell("total", n=rated + outside))
        if plan.has("rated_total"):
            cells.append(Cell("total", n=rated))
        for i, (code, n) in enumerate(counts.items()):
            cells.append(self.count(n, self.key(area, code, kind, family, year)))
            if plan.has("shares"):
                cells.append(Cell("share", of=(n, rated)))
            if i == 0 and plan.has("of_which_column") and len(counts) > 2:
                cells.append(Cell("part", n=n // 2))
        if plan.has("unrated"):
            cells.append(self.count(outside, self.key(area, "chua_xep_loai", kind, family, year)))
        return cells

    def name(self, area: str, *, bare: bool = True) -> Cell:
        full = self.places.districts.get(area) or next(c[area] for c in self.places.communes.values() if area in c)
        return Cell("name", full if bare else f"!{full}")

    def place_rows(self) -> list[tuple[str, Cell]]:
        """The areas a table of places lists: all districts, or the communes of one."""
        if self.district_return:
            return [(a, self.name(a)) for a in self.places.communes[self.district]]
        return [(a, self.name(a)) for a in self.places.districts]

    district_return = False

    def title(self, what: str) -> str:
        place = f" {self.place_words()}" if not self.plan.has("place_letterhead", "place_sheet", "place_file") else ""
        forms = ("Kết quả xếp loại {}", "Tổng hợp đánh giá, xếp loại {}", "Biểu 2: Kết quả đánh giá, xếp loại {}")
        return self.pick(forms, "title").format(what) + self.year_words() + place

    def place_words(self) -> str:
        if self.district_return:
            full = self.places.districts[self.district]
            return full[0].lower() + full[1:]
        return "tỉnh Đồng Tháp"

    @property
    def low_high(self) -> tuple[int, int]:
        big = self.kind.unit_type == "to_ndtq"
        if self.district_return:
            return (60, 140) if big else (2, 8)
        return (700, 1900) if big else (30, 90)


def l9(d: Drawing) -> list[Page]:
    """One kind of unit, a row a place."""
    d.district_return = d.rng.random() < 0.5
    heads = [("STT",), ("Đơn vị",), *d.level_heads(d.family, (), wrap=True, unit=d.kind.unit)]
    body = []
    for i, (area, name) in enumerate(d.place_rows(), 1):
        cells = d.level_cells(area, d.kind, d.family, d.year, *d.low_high)
        body.append(Line("data", [Cell("stt", i), name, *cells]))
    table = Table(d.title(d.pick(d.kind.title)), heads, body)
    return [Page("Sheet1", [table], sender=party(d) if d.district_return else d.kind.sender)]


def party(d: Drawing) -> str:
    full = d.places.districts[d.district]
    return (
        full.replace("Thành phố", "Thành uỷ").replace("Huyện", "Huyện uỷ").upper()
        if d.district_return
        else "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP"
    )


def bodies(d: Drawing, organisation: str) -> Kind:
    return Kind(
        organisation, "cap_xa", (BODIES[organisation][1],), BODIES[organisation][0], "tổ chức", "", ("hoan_thanh",)
    )


def l10(d: Drawing) -> list[Page]:
    """Organisations as blocks of columns: their commune bodies, or their base units."""
    d.district_return = d.rng.random() < 0.5
    if d.rng.random() < 0.6:
        kinds = [bodies(d, o) for o in d.rng.sample(list(BODIES), d.rng.randint(2, 6))]
        families = ["hoan_thanh"] * len(kinds)
        what = "MTTQ và các tổ chức chính trị - xã hội cấp xã"
    else:
        kinds = d.rng.sample(BASE[:5], d.rng.randint(2, 5))
        families = [_GOOD] * len(kinds)
        what = d.pick(("các chi hội, chi đoàn, ban công tác Mặt trận", "các tổ chức ở khóm, ấp"))
    heads: list[tuple[str, ...]] = [("STT",), ("Đơn vị",)]
    for kind, family in zip(kinds, families, strict=True):
        heads += d.level_heads(family, (d.pick(kind.head),), wrap=False, unit=kind.unit, salt="l10")
    body = []
    for i, (area, name) in enumerate(d.place_rows(), 1):
        cells: list[Cell] = []
        for kind, family in zip(kinds, families, strict=True):
            size = (2, 8) if kind.unit_type != "cap_xa" else (1, 1)
            if not d.district_return:
                size = (30, 90) if kind.unit_type != "cap_xa" else (len(d.places.communes[area]),) * 2
            cells += d.level_cells(area, kind, family, d.year, *size)
        body.append(Line("data", [Cell("stt", i), name, *cells]))
    return [Page("Sheet1", [Table(d.title(what), heads, body)], sender=party(d))]


def l11(d: Drawing) -> list[Page]:
    """Two or three years side by side: all levels, or "khá trở lên" of a total."""
    d.district_return = d.rng.random() < 0.4
    d.title_year = True
    years = list(range(d.year - d.rng.randint(1, 2), d.year + 1))
    years = [y for y in years if y >= 2021] or [d.year]
    if len(years) == 1:
        years = [2021, 2022]
    if d.district_return and min(years) < 2024:
        # The communes of the older years are the same until the end of 2024.
        d.places.communes[d.district] = dict(d.places.communes[d.district])
    halves = d.rng.random() < 0.5
    family = d.family if d.family != "ccb_tsvm" else _GOOD
    heads: list[tuple[str, ...]] = [("STT",), ("Địa phương",)]
    for year in years:
        if halves:
            heads += [(f"Năm {year}", "Tổng số"), (f"Năm {year}", "Khá trở lên")]
            heads += [(f"Năm {year}", "%")] if d.plan.has("shares") else []
        else:
            heads += d.level_heads(family, (f"Năm {year}",), wrap=False, unit=d.kind.unit)
    body = []
    for i, (area, name) in enumerate(d.place_rows(), 1):
        cells: list[Cell] = []
        for year in years:
            if halves:
                low, high = d.low_high
                total = d.rng.randint(low, high)
                below = d.rng.choice((0, 1, 2, total // 10))
                below = min(below, total - 1)  # "-" beside a total could be none or not known
                keys = [
                    (area, year, d.kind.organisation, d.kind.unit_type, "kha_tro_len", code, "confirmed")
                    for code in ("kha_tro_len", "duoi_kha")
                ]
                for key, n in zip(keys, (total - below, below), strict=True):
                    if n:
                        d.ratings[key] += n
                cells += [Cell("base", n=total, keys=(keys[1],)), Cell("count", n=total - below, keys=tuple(keys))]
                cells += [Cell("share", of=(total - below, total))] if d.plan.has("shares") else []
            else:
                cells += d.level_cells(area, d.kind, family, year, *d.low_high)
        body.append(Line("data", [Cell("stt", i), name, *cells]))
    title = f"So sánh kết quả xếp loại {d.pick(d.kind.title)} các năm {d.place_words()}"
    table = Table(title, heads, body, two_level=halves)
    return [Page("Sheet1", [table], sender=party(d) if d.district_return else d.kind.sender)]


def l12(d: Drawing) -> list[Page]:
    """Meetings and members of chi bộ khóm, ấp."""
    d.district_return = d.rng.random() < 0.6
    shares = d.plan.has("shares")
    heads: list[tuple[str, ...]] = [("STT",), ("Đơn vị",), ("Số chi bộ khóm, ấp",), ("Số kỳ sinh hoạt",)]
    content = d.pick(("Có nội dung dân vận", "Có nội dung về công tác dân vận"))
    taking = d.pick(("Tham gia thường xuyên", "Tham gia sinh hoạt thường xuyên"))
    heads += [(content, "SL"), (content, "%")] if shares else [(content,)]
    heads += [("Tổng số đảng viên",), (d.pick(("Được miễn sinh hoạt", "Miễn sinh hoạt")),)]
    heads += [(taking, "SL"), (taking, "%")] if shares else [(taking,)]
    body = []
    for i, (area, name) in enumerate(d.place_rows(), 1):
        branches = d.rng.randint(2, 8) if d.district_return else d.rng.randint(35, 90)
        meetings, members = 12 * branches, branches * d.rng.randint(15, 30)
        content_n, exempt = meetings - d.rng.choice((0, 0, 1, 5)), d.rng.randint(0, members // 12)
        active = round((members - exempt) * d.rng.uniform(0.8, 1))
        values = (branches, meetings, content_n, members, exempt, active)
        cells = []
        for measure, n in zip(MEASURES, values, strict=True):
            key = ("measure", area, d.year, measure)
            d.measures[key] = n
            cells.append(Cell("measure", n=n, keys=(key,)))
            if shares and measure in (MEASURES[2], MEASURES[5]):
                cells.append(Cell("share", of=(n, meetings if measure == MEASURES[2] else members - exempt)))
        body.append(Line("data", [Cell("stt", i), name, *cells]))
    title = f"Sinh hoạt chi bộ khóm, ấp và đảng viên tham gia sinh hoạt MTTQ, các tổ chức chính trị - xã hội{d.year_words()}"
    title += "" if d.plan.has("place_letterhead", "place_sheet", "place_file") else f" {d.place_words()}"
    return [Page("Sheet1", [Table(title, heads, body)], sender=party(d))]


_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def l13(d: Drawing) -> list[Page]:
    """Long by commune: groups of districts by Roman numerals, or the district beside each commune."""
    chosen = sorted(d.rng.sample(list(d.places.districts), d.rng.randint(2, 4)))
    beside = d.plan.has("group_by_merge")
    level_heads = d.level_heads(d.family, (), wrap=d.rng.random() < 0.5, unit=d.kind.unit)
    heads: list[tuple[str, ...]] = [
        ("STT",),
        *([("Huyện, thành phố",), ("Xã, phường, thị trấn",)] if beside else [("Đơn vị",)]),
        *level_heads,
    ]
    body: list[Line] = []
    for numeral, district in zip(_ROMAN, chosen, strict=False):
        lines = []
        for i, (area, full) in enumerate(d.places.communes[district].items(), 1):
            size = (60, 140) if d.kind.unit_type == "to_ndtq" else (2, 8)
            cells = d.level_cells(area, d.kind, d.family, d.year, *size)
            outer = (
                [Cell("name" if i == 1 else "down", d.places.districts[district] if i == 1 else None)] if beside else []
            )
            lines.append(Line("data", [Cell("stt", i), *outer, Cell("name", full), *cells]))
        if not beside:
            label = d.places.districts[district]
            body.append(
                Line("group", [Cell("stt", numeral), Cell("group", label.upper())] + [Cell() for _ in level_heads])
            )
        body += lines
        if d.plan.has("group_sums") and not beside:
            body.append(sum_line(lines, f"Cộng {numeral}", 2))
    return [
        Page(
            "Sheet1",
            [Table(d.title(f"{d.pick(d.kind.title)} theo xã, phường, thị trấn"), heads, body)],
            sender=d.kind.sender,
        )
    ]


def sum_line(lines: Iterable[Line], label: str, first: int) -> Line:
    lines = list(lines)
    cells: list[Cell] = [Cell() for _ in range(first - 1)] + [Cell("label", label)]
    for column in range(first, len(lines[0].cells)):
        own = [line.cells[column] for line in lines]
        if own[0].n is not None:
            cells.append(Cell("part_sum" if own[0].kind == "part" else "sum", n=sum(c.n or 0 for c in own)))
        elif own[0].of is not None:
            cells.append(Cell("sum_share", of=(sum(c.of[0] for c in own if c.of), sum(c.of[1] for c in own if c.of))))
        else:
            cells.append(Cell())
    return Line("sum", cells)


def l14(d: Drawing) -> list[Page]:
    """Levels down the rows, kinds of commune or organisations across."""
    d.district_return = True
    across = d.rng.random() < 0.5
    if across:
        kinds = [bodies(d, o) for o in d.rng.sample(list(BODIES), d.rng.randint(2, 5))]
        family, what, unit = "hoan_thanh", "MTTQ và các tổ chức chính trị - xã hội cấp xã", "tổ chức"
    else:
        kinds, family, what, unit = [d.kind], d.family, d.pick(d.kind.title), d.kind.unit
        family = family if len(LEVELS[family]) > 2 else _GOOD
    words = d.words(family)
    parts = len(kinds) if across else 2
    size = (len(d.places.communes[d.district]),) * 2 if across else (5, 40)
    columns = [d.counts(family, *size) for _ in range(parts)]
    unrated = [0 if across else d.rng.choice((0, 1, 2)) for _ in range(parts)]
    heads: list[tuple[str, ...]] = [("CHỈ TIÊU",), ("Tổng số",)]
    heads += [("Tỷ lệ (%)",)] if d.plan.has("shares") else []
    heads += [(d.pick(k.head),) for k in kinds] if across else [("Xã",), ("Phường, thị trấn",)]
    rated = sum(sum(c.values()) for c in columns)

    def line(label: str, values: list[int], code: str | None, base: int | None, kind: str = "data") -> Line:
        # Where organisations stand across, the parts feed; where kinds of commune do, the total does.
        keys: list[tuple[Key, ...]] = [() for _ in values]
        whole: tuple[Key, ...] = ()
        if code and across:
            keys = [(d.key(d.district, code, k, family, d.year),) for k in kinds]
            for key, n in zip(keys, values, strict=True):
                d.ratings[key[0]] += n
        elif code:
            whole = (d.key(d.district, code, d.kind, family, d.year),)
            d.ratings[whole[0]] += sum(values)
        cells = [Cell("label", label), Cell("count" if whole else "down_total", n=sum(values), keys=whole)]
        if d.plan.has("shares"):
            cells.append(Cell("share", of=(sum(values), base)) if base and code else Cell("text", "X"))
        cells += [Cell("count" if k else "down_part", n=n, keys=k) for n, k in zip(values, keys, strict=True)]
        return Line(kind, cells)

    whole_columns = [sum(c.values()) + u for c, u in zip(columns, unrated, strict=True)]
    body = [line(f"A. Số {unit} có đến cuối năm (A = 1+2)", whole_columns, None, None),
            line(f"1. Số {unit} được đánh giá chất lượng", [sum(c.values()) for c in columns], None, None)]  # fmt: skip
    for i, (code, word) in enumerate(words.items()):
        lead = "Kết quả đánh giá: a) " if i == 0 else f"{'abcde'[i]}) "
        body.append(line(lead + word, [c[code] for c in columns], code, rated))
        if i == 0 and d.plan.has("of_which_row"):
            body.append(line(f"  Trong đó: {word} tiêu biểu", [c[code] // 2 for c in columns], None, None, "part"))
    if not across:
        body.append(line("2. Số chưa được đánh giá", unrated, "chua_xep_loai", None))
        if d.plan.has("of_which_row"):
            body.append(line("  Trong đó: mới thành lập", [u // 2 for u in unrated], None, None, "part"))
    table = Table(d.title(what).replace("Kết quả xếp loại", "Tổng hợp chất lượng"), heads, body, down=True)
    return [Page("Mau 7", [table], sender=party(d))]


def l1(d: Drawing) -> list[Page]:
    """Years across, indicators down."""
    d.district_return = d.title_year = True
    years = list(range(2021, max(d.year, 2022) + 1))
    kinds = d.rng.sample(BASE[:4], d.rng.randint(1, 3))
    group = {
        "phu_nu": "Hội Liên hiệp Phụ nữ",
        "nong_dan": "Hội Nông dân",
        "ccb": "Hội Cựu chiến binh",
        "doan_tn": "Đoàn Thanh niên",
    }
    heads: list[tuple[str, ...]] = [("Nội dung",), ("Đơn vị tính",)]
    heads += [("Ch/tiêu NQ đề ra đến 2025",)] if d.plan.has("target_column") else []
    heads += [(f"Kết quả thực hiện ({years[0]}-{years[-1]})", str(y)) for y in years]
    heads += [("So với NQ",)] if d.plan.has("change_column") else []
    target = [Cell("text", ".")] if d.plan.has("target_column") else []
    change = [Cell()] if d.plan.has("change_column") else []
    body = []
    for kind in kinds:
        drawn = {y: d.counts(_GOOD, 20, 60) for y in years}
        words = d.words(_GOOD)
        body.append(
            Line("group", [Cell("label", group[kind.organisation]), Cell(), *target, *(Cell() for _ in years), *change])
        )
        body.append(Line("data", [Cell("label", f"- {kind.unit[0].upper()}{kind.unit[1:]}"), Cell("text", f"({kind.unit})"), *target,
                                  *(Cell("down_total", n=sum(drawn[y].values())) for y in years), *change]))  # fmt: skip
        for code, word in words.items():
            cells = [d.count(drawn[y][code], d.key(d.district, code, kind, _GOOD, y)) for y in years]
            body.append(
                Line("data", [Cell("label", f". {word}"), Cell("text", f"({kind.unit})"), *target, *cells, *change])
            )
            if d.plan.has("shares"):
                shares = [Cell("share", of=(drawn[y][code], sum(drawn[y].values()))) for y in years]
                body.append(Line("data", [Cell("label", f". {word}"), Cell("text", "(%)"), *target, *shares, *change]))
    title = f"Phụ lục số liệu: Hệ thống chính trị (Công tác quần chúng) {d.place_words()}"
    return [Page("PL", [Table(title, heads, body, down=True)], sender=party(d))]


def listing(d: Drawing) -> list[Page]:
    """One row a unit: what it says of itself, what was confirmed."""
    d.district_return = True
    kind = d.rng.choice((*BASE[:5], BASE[5]))
    d.kind = kind
    # A few units all "xuất sắc" do not tell "tốt" from "mạnh": one scale of the two is enough here.
    family = d.rng.choice([f for f in kind.families if f in (_GOOD, "hoan_thanh")])
    words = d.words(family)
    communes = dict(d.rng.sample(list(d.places.communes[d.district].items()), 4))
    both = d.plan.has("self_only")
    grouped = d.rng.random() < 0.5
    heads: list[tuple[str, ...]] = [
        ("STT",),
        (f"Tên {kind.unit}" if kind.unit != "ban CTMT" else "Tên ban công tác mặt trận",),
    ]
    heads += [] if grouped else [(d.pick(("Xã, phường, thị trấn", "Xã")),)]
    heads += [("Tự xếp loại",), ("Cấp trên công nhận",)] if both else [(d.pick(("Kết quả xếp loại", "Xếp loại")),)]
    body: list[Line] = []
    number = 0
    for numeral, (area, full) in zip(_ROMAN, communes.items(), strict=False):
        if grouped:
            body.append(Line("group", [Cell("stt", numeral), Cell("name", f"!{full}")] + [Cell() for _ in heads[2:]]))
        for j in range(1, d.rng.randint(2, 6)):
            number += 1
            lead = {"ban CTMT": "Ban CTMT khóm", "hội quán": "Hội quán số"}.get(
                kind.unit, f"{kind.unit[0].upper()}{kind.unit[1:]} ấp"
            )
            cells = [Cell("stt", j if grouped else number), Cell("unit", f"{lead} {j}")] + (
                [] if grouped else [Cell("name", f"!{full}")]
            )
            for who in ("self", "confirmed") if both else ("confirmed",):
                code = d.rng.choices(
                    [*words, "chua_xep_loai"], (*{5: (50, 35, 10, 3, 1), 4: (25, 60, 12, 2), 2: (8, 2)}[len(words)], 2)
                )[0]
                key = d.key(area, code, kind, family, d.year, who)
                d.ratings[key] += 1
                cells.append(Cell("word", words.get(code) or d.pick(UNRATED), n=None, keys=(key,)))
            body.append(Line("data", cells))
    what = f"{d.pick(kind.title)}"
    return [
        Page(
            "Danh sach",
            [
                Table(
                    "Danh sách " + d.title(what).replace("Kết quả xếp loại", "kết quả xếp loại"),
                    heads,
                    body,
                    listing=True,
                )
            ],
            sender=party(d),
        )
    ]


def list_of_bodies(d: Drawing) -> list[Page]:
    """A row a commune, a column an organisation, the rating in words."""
    d.district_return = True
    kinds = [bodies(d, o) for o in d.rng.sample(list(BODIES), d.rng.randint(2, 6))]
    words = d.words("hoan_thanh")
    heads: list[tuple[str, ...]] = [("STT",), ("Xã, phường, thị trấn",), *[(d.pick(k.head),) for k in kinds]]
    body = []
    for i, (area, name) in enumerate(d.place_rows(), 1):
        cells = []
        for kind in kinds:
            code = d.rng.choices(list(words), (25, 60, 12, 2))[0]
            key = d.key(area, code, kind, "hoan_thanh", d.year)
            d.ratings[key] += 1
            cells.append(Cell("word", words[code], keys=(key,)))
        body.append(Line("data", [Cell("stt", i), name, *cells]))
    title = d.title("MTTQ và các tổ chức chính trị - xã hội cấp xã")
    return [Page("Sheet1", [Table(title, heads, body, listing=True)], sender=party(d))]


def several(d: Drawing, way: str) -> list[Page]:
    """Two kinds: below each other, side by side, on a sheet each."""
    d.district_return = d.rng.random() < 0.5
    tables, chosen = [], d.rng.sample(BASE, 2)
    for kind in chosen:
        d.kind = kind
        d.family = d.rng.choice([f for f in kind.families if f != "ccb_tsvm" or d.year <= 2022])
        heads = [("STT",), ("Đơn vị",), *d.level_heads(d.family, (), wrap=False, unit=kind.unit)]
        body = [Line("data", [Cell("stt", i), name, *d.level_cells(area, kind, d.family, d.year, *d.low_high)])
                for i, (area, name) in enumerate(d.place_rows(), 1)]  # fmt: skip
        tables.append(Table(d.title(d.pick(kind.title)), heads, body))
    if way == "sheets":
        return [Page(f"Bieu {i}", [t], sender=party(d)) for i, t in enumerate(tables, 1)]
    return [Page("Sheet1", tables, sender=party(d), beside=way == "beside")]


def sheet_a_commune(d: Drawing) -> list[Page]:
    """A sheet a commune: kinds of units down the rows."""
    d.district_return = True
    kinds = d.rng.sample(BASE[:5], d.rng.randint(2, 5))
    pages = []
    for area, full in d.rng.sample(list(d.places.communes[d.district].items()), 3):
        heads = [("STT",), ("Tổ chức",), *d.level_heads(_GOOD, (), wrap=False, unit="đơn vị")]
        body = []
        for i, kind in enumerate(kinds, 1):
            cells = d.level_cells(area, kind, _GOOD, d.year, 2, 9)
            body.append(Line("data", [Cell("stt", i), Cell("label", d.pick(kind.head)), *cells]))
        title = (
            f"Kết quả xếp loại các tổ chức ở khóm, ấp{d.year_words()} {full[0].lower()}{full[1:]}, {d.place_words()}"
        )
        pages.append(Page(full, [Table(title, heads, body, down=False)], sender=party(d)))
    return pages


LAYOUTS: dict[str, Callable[[Drawing], list[Page]]] = {
    "L9": l9, "L10": l10, "L11": l11, "L12": l12, "L13": l13, "L14": l14, "L1": l1, "list": listing,
    "bodies": list_of_bodies, "below": lambda d: several(d, "below"), "beside": lambda d: several(d, "beside"),
    "sheets": lambda d: several(d, "sheets"), "commune sheets": sheet_a_commune,
}  # fmt: skip


# --- the mess -----------------------------------------------------------------------------------------------------------


def _names_at(table: Table) -> int:
    return next(i for i, c in enumerate(table.body[-1].cells) if c.kind in ("name", "label", "unit", "down", "group"))


def add_sums(plan: Plan, table: Table) -> None:
    """A total row at the top or the bottom of a table of places."""
    data = [line for line in table.body if line.kind == "data"]
    if table.down or table.listing or not plan.has("sums_bottom", "sums_top") or data[0].cells[1].kind == "label":
        return
    word = plan.rng("sum word").choice(("Tổng cộng", "Cộng", "TỔNG CỘNG", "Tổng số", "Cộng:"))
    first = next(i for i, c in enumerate(data[0].cells) if c.n is not None)
    line = sum_line(data, word, first)
    table.body = [line, *table.body] if plan.has("sums_top") and not plan.has("sums_bottom") else [*table.body, line]


def extra_columns(plan: Plan, table: Table) -> None:
    """Columns beside the results: notes, changes, targets, plans, things nobody asked for."""
    if table.down:
        return
    rng = plan.rng("extra")

    def add(head: tuple[str, ...], cell: Callable[[], Cell]) -> None:
        table.head.append(head)
        for line in table.body:
            line.cells.append(cell() if line.kind == "data" else Cell())

    if plan.has("plan_columns") and not table.listing:
        for word in ("Xuất sắc", "Tốt"):
            add((f"Kế hoạch năm {2025}", word), lambda: Cell("extra", n=rng.randint(1, 30), fault="plan"))
    if plan.has("unknown_column"):
        add(
            (rng.choice(("Số hộ khá giả vươn lên", "Kinh phí vận động (triệu đồng)", "Diện tích (ha)")),),
            lambda: Cell("extra", n=rng.randint(1, 900), fault="column"),
        )
    if plan.has("target_column"):
        add(("Chỉ tiêu giao",), lambda: Cell("extra", n=rng.randint(1, 90)))
    if plan.has("change_column"):
        add(
            (rng.choice(("Tăng (+), giảm (-)", "So với năm trước")),),
            lambda: Cell("text", rng.choice(("+1,2", "-0,5", "Tăng 2%"))),
        )
    if plan.has("note_column"):
        add(("Ghi chú",), lambda: Cell("text", rng.choice((None, "Đã thẩm định", "Có 01 đơn vị sáp nhập", None))))


def plant(drawn: Return, tables: list[Table]) -> None:
    """Faults, each in a cell or row of its own; the groups that stand there are hurt."""
    plan = drawn.plan
    table = plan.rng("faulty table").choice(tables)
    data = [line for line in table.body if line.kind == "data"]
    free = [line for line in data if any(c.keys for c in line.cells)]
    plan.rng("free lines").shuffle(free)

    def hurt(cells: Iterable[Cell]) -> None:
        drawn.hurt |= {key for cell in cells for key in cell.keys}

    for name in ("bad_number", "error_cell", "name_unknown"):
        if not plan.has(name) or not free:
            continue
        line = free.pop()
        cells = [
            c for c in line.cells if c.keys and c.kind in ("count", "measure", "word") and (c.n or c.kind == "word")
        ]
        if name == "name_unknown":
            named = [c for c in line.cells if c.kind in ("name", "unit")]
            if (
                not named
                or (table.listing and plan.layout != "bodies")
                or any(c.kind == "down" for c in line.cells)
                or (line.cells[1].kind == "name" and line.cells[2].kind == "name")
            ):
                continue
            named[-1].kind, named[-1].value = "stranger", plan.rng(name).choice(STRANGERS)
            hurt(line.cells)
            for cell in line.cells:
                if cell.keys and (cell.n or cell.kind == "word"):
                    cell.fault = name
        elif cells:
            cell = plan.rng(name).choice(cells)
            cell.fault = name
            cell.kind, cell.value = (
                ("bad", plan.rng(f"{name} value").choice(UNREADABLE)) if name == "bad_number" else ("error", "#DIV/0!")
            )
            hurt([cell])
            if table.two_level or table.down:
                # A total and its better part: both hold the lower part; a share under a level loses its count.
                hurt(line.cells)
    if plan.has("total_wrong") and free and not table.two_level:
        line = free.pop()
        totals = [c for c in line.cells if c.kind == "total"]
        if totals:
            cell = plan.rng("total_wrong").choice(totals)
            cell.shown, cell.fault = (cell.n or 0) + 11, "total_wrong"
    if plan.has("share_wrong"):
        # The share of a total that only checks (organisations across) is not compared: see the known gaps in the tests.
        lines = [line for line in free if line.cells[1].kind != "down_total"]
        shares = [c for line in lines for c in line.cells if c.kind == "share" and c.of and c.of[0]]
        if shares:
            plan.rng("share_wrong").choice(shares).fault = "share_wrong"
    if plan.has("sum_wrong"):
        sums = [c for line in table.body if line.kind == "sum" for c in line.cells if c.kind == "sum"]
        if sums:
            cell = plan.rng("sum_wrong").choice(sums)
            cell.shown, cell.fault = (cell.n or 0) + 13, "sum_wrong"
    if plan.has("level_unknown") and not table.listing and not table.two_level and not table.down:
        columns = [
            i for i, c in enumerate(data[0].cells) if c.kind == "count" and c.keys and c.keys[0][5] != "chua_xep_loai"
        ]
        # Without "mạnh" or "vững mạnh" what is left reads as the other scale with the same levels: nothing to compare.
        columns = [i for i in columns if data[0].cells[i].keys[0][4] in (_GOOD, "hoan_thanh")]
        if len(columns) > 3:
            column = plan.rng("level_unknown").choice(columns)
            old = table.head[column]
            at = -2 if plan.has("shares") and old[-1] == "SL" else -1
            new = plan.rng("level_unknown word").choice(NEW_LEVELS)
            same = [i for i, path in enumerate(table.head) if path[: len(old) + at + 1] == old[: len(old) + at + 1]]
            for i in same:
                path = list(table.head[i])
                path[len(old) + at] = new
                table.head[i] = tuple(path)
            for line in data:
                hurt([line.cells[column]])
                if line.cells[column].n:
                    line.cells[column].fault = "level_unknown"


def paste(drawn: Return, page: Page, rng_table: Table) -> None:
    """The rows of a table, or the table itself, pasted a second time; perhaps with one figure changed."""
    plan = drawn.plan
    if not plan.has("pasted_rows", "pasted_table", "pasted_changed") or plan.has("hidden_column"):
        return
    # A wrong total stands in both copies; naming it once is enough.
    copy = [Line(line.kind, [replace(c, fault="" if c.fault in ("total_wrong", "sum_wrong") else c.fault) for c in line.cells])
            for line in rng_table.body]  # fmt: skip
    if plan.has("pasted_changed"):
        cells = [c for line in copy if line.kind == "data" for c in line.cells
                 if c.keys and c.kind in ("count", "measure") and c.n and not c.fault and not set(c.keys) & drawn.hurt]  # fmt: skip
        if cells and not rng_table.listing:
            cell = plan.rng("pasted_changed").choice(cells)
            cell.shown, cell.fault = (cell.n or 0) + plan.rng("changed by").choice((1, 10, 2)), "pasted_changed"
            drawn.hurt |= set(cell.keys)
            if rng_table.two_level:
                drawn.hurt |= {key for line in copy if cell in line.cells for c in line.cells for key in c.keys}
    if plan.has("pasted_table") and not page.beside:
        page.tables.append(
            Table(rng_table.title, list(rng_table.head), copy, rng_table.down, rng_table.two_level, rng_table.listing)
        )
    elif (
        not rng_table.down
        and not rng_table.listing
        and rng_table.body[-1].kind != "sum"
        and not any(line.kind == "group" for line in rng_table.body)
    ):
        rng_table.body += [line for line in copy if line.kind == "data"]


# --- how a cell is written ----------------------------------------------------------------------------------------------


_SHORT = {
    "Thành phố ": ("TP ", "Tp. ", "TP. ", "T.P "),
    "Huyện ": ("H. ", "H.", "huyện "),
    "Xã ": ("X. ", "xã "),
    "Phường ": ("P. ", "P.", "phường "),
    "Thị trấn ": ("TT ", "TT. ", "thị trấn "),
}
_OLD_TONES = dict(
    zip(
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ủy", "úy", "ùy", "ụy"],
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "uỷ", "uý", "uỳ", "uỵ"],
        strict=True,
    )
)
#: Two districts, or two communes of one district, bear these names: without a prefix nobody can tell.
_TWO = {"Cao Lãnh", "Hồng Ngự", "Mỹ An", "Mỹ Thọ"}


class Pen:
    """How one clerk writes names, words and numbers."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rng = plan, plan.rng("pen")

    def name(self, full: str) -> str:
        plan, only_short = self.plan, full.startswith("!")
        full = full.removeprefix("!")
        kind = next((k for k in _SHORT if full.startswith(k)), "")
        bare = full.removeprefix(kind)
        if plan.has("bare_names") and kind in ("Xã ", "Huyện ") and not only_short and bare not in _TWO:
            full = bare
        elif plan.has("short_names") and kind:
            full = self.rng.choice(_SHORT[kind]) + bare
        if plan.has("upper_names"):
            full = full.upper()
        if plan.has("footnote_name") and self.rng.random() < 0.2:
            full += self.rng.choice((" (1)", " (*)", "*", " (2)"))
        return self.text(full)

    def text(self, text: str) -> str:
        plan = self.plan
        if plan.has("old_tone"):
            for new, old in _OLD_TONES.items():
                text = text.replace(new, old)
        if plan.has("nbsp") and self.rng.random() < 0.3:
            text = text.replace(" ", "\u00a0", 1) + self.rng.choice(("", " ", "\u00a0"))
        if plan.has("line_breaks") and self.rng.random() < 0.3:
            text = text.replace(" ", "\n", 1)
        return unicodedata.normalize("NFD", text) if plan.has("nfd") else text

    def head(self, text: str) -> str:
        return self.text(text.upper() if self.plan.has("upper_head") else text)

    def number(self, n: int, unit: str = "") -> Any:
        plan = self.plan
        if n == 0 and plan.has("zero_dash", "zero_blank", "zero_dot"):
            return "-" if plan.has("zero_dash") else None if plan.has("zero_blank") else "."
        if plan.has("footnote_number") and self.rng.random() < 0.05:
            return f"{n} (1)"
        if unit and plan.has("unit_in_cell") and self.rng.random() < 0.2:
            return f"{n} {unit}"
        if n >= 1000 and plan.has("dots"):
            return f"{n:,}".replace(",", ".")
        if 0 < n < 10 and plan.has("leading_zero"):
            return f"0{n}"
        if plan.has("number_as_text") and self.rng.random() < 0.5:
            return str(n)
        return n

    def share(self, part: int, whole: int, *, wrong: bool) -> Any:
        plan = self.plan
        if not whole:
            return None
        if part == 0 and plan.has("zero_dash", "zero_blank", "zero_dot"):
            return "-" if plan.has("zero_dash") else None if plan.has("zero_blank") else "."
        if plan.has("share_fraction"):
            return part / whole + (0.0537 if wrong else 0)
        places = 2
        hundred = (
            100 * part * 10**places // whole
            if plan.has("share_cut")
            else (2 * 100 * part * 10**places + whole) // (2 * whole)
        )
        value = hundred / 10**places + (5.37 if wrong else 0)
        if plan.has("share_number"):
            return round(value, places)
        text = f"{value:.{places}f}".replace(".", ",")
        text += "%" if plan.has("share_sign") else ""
        return f"({text})" if plan.has("share_parens") else text

    def cell(self, cell: Cell) -> Any:
        if cell.kind in ("name", "group"):
            return self.name(str(cell.value)) if cell.value else None
        if cell.kind in (
            "count",
            "measure",
            "base",
            "total",
            "sum",
            "part_sum",
            "down_total",
            "down_part",
            "part",
            "extra",
        ):
            n = cell.n if cell.shown is None else cell.shown
            return self.number(n or 0, "đơn vị" if cell.kind == "count" else "")
        if cell.kind in ("share", "sum_share"):
            assert cell.of is not None
            return self.share(*cell.of, wrong=cell.fault == "share_wrong")
        if cell.kind in ("label", "unit", "word", "text", "stranger") and isinstance(cell.value, str):
            return self.text(cell.value) if cell.kind != "text" else cell.value
        return cell.value


# --- laying out ---------------------------------------------------------------------------------------------------------


Grid = list[list[Cell | None]]


def _text(value: Any) -> Cell:
    return Cell("text", value)


def lay_head(table: Table, pen: Pen, merges: list[tuple[int, int, int, int]], top: int, left: int) -> Grid:
    depth, width = max(map(len, table.head)), len(table.head)
    grid: Grid = [[None] * width for _ in range(depth)]
    for c, path in enumerate(table.head):
        for storey, word in enumerate(path):
            same = c > 0 and table.head[c - 1][: storey + 1] == path[: storey + 1] and len(path) > storey + 1
            if same:
                continue
            grid[storey][c] = _text(pen.head(word))
            last = storey == len(path) - 1
            right = c
            while (
                not last
                and right + 1 < width
                and table.head[right + 1][: storey + 1] == path[: storey + 1]
                and len(table.head[right + 1]) > storey + 1
            ):
                right += 1
            bottom = depth - 1 if last else storey
            if right > c or bottom > storey:
                merges.append((top + storey, left + c, top + bottom, left + right))
    return grid


def lay_table(plan: Plan, table: Table, pen: Pen, merges: list[tuple[int, int, int, int]], top: int, left: int) -> Grid:
    """The table as rows of cells; merges are given in places on the sheet."""
    head = lay_head(table, pen, merges, top, left)
    numbers: Grid = []
    rng = plan.rng("numbers")
    if plan.has("column_numbers", "column_formulas"):
        style = rng.choice(("{}", "({})", "int"))
        texts: list[Any] = [i if style == "int" else style.format(i) for i in range(1, len(table.head) + 1)]
        if plan.has("column_formulas") and len(texts) > 5 and style != "int":
            texts[2] = "(3)=(4)+(5)" if style == "({})" else "3=4+5"
        numbers = [[_text(t) for t in texts]]
    rows = head + numbers
    repeat = (
        plan.rng("repeat").randint(2, max(2, len(table.body) - 2))
        if plan.has("repeat_header") and not table.down
        else -1
    )
    gap = plan.rng("gap").randint(1, max(1, len(table.body) - 1)) if plan.has("blank_rows") else -1
    down: dict[int, int] = {}
    for i, line in enumerate(table.body):
        if i == repeat and not any(c.kind == "down" for c in line.cells):
            if plan.has("second_page_title"):
                rows.append([_text(None)])
            offset = top + len(rows)
            rows += lay_head(table, pen, merges, offset, left) + [list(row) for row in numbers]
        if i == gap and not any(c.kind == "down" for c in line.cells):
            rows.append([])
        for c, cell in enumerate(line.cells):
            if (
                cell.kind == "name"
                and i + 1 < len(table.body)
                and c < len(table.body[i + 1].cells)
                and table.body[i + 1].cells[c].kind == "down"
            ):
                down[c] = i
                last = i
                while last + 1 < len(table.body) and table.body[last + 1].cells[c].kind == "down":
                    last += 1
                merges.append((top + len(rows), left + c, top + len(rows) + last - i, left + c))
            if cell.kind == "down" and plan.has("unmerged"):
                # Without merging a clerk copies the district down.
                cell.kind, cell.value = "name", table.body[down[c]].cells[c].value
                cell.kind = "copied"
        rows.append(list(line.cells))
    return rows


def lay_page(plan: Plan, page: Page, d: Drawing, pen: Pen) -> None:
    rows: Grid = []
    left = 1 if plan.has("blank_left") else 0
    if plan.has("letterhead", "place_letterhead"):
        rows += [[_text(pen.text(page.sender)), None, None, None, _text("ĐẢNG CỘNG SẢN VIỆT NAM")], [_text("*")], []]
    merges: list[tuple[int, int, int, int]] = []

    def put(grid: Grid, at: int) -> None:
        for row in grid:
            rows.append([None] * at + row)

    if page.beside and len(page.tables) == 2:
        one, two = page.tables
        shift = len(one.head) + 1
        rows.append([None] * left + [_text(pen.text(one.title))] + [None] * (shift - 1) + [_text(pen.text(two.title))])
        top = len(rows)
        plain = replace(plan, mess=plan.mess - {"repeat_header", "blank_rows", "spacers"})
        grids = [lay_table(plain, one, pen, merges, top, left), lay_table(plain, two, pen, merges, top, left + shift)]
        for r in range(max(map(len, grids))):
            first = grids[0][r] if r < len(grids[0]) else []
            second = grids[1][r] if r < len(grids[1]) else []
            rows.append([None] * left + list(first) + [None] * (shift - len(first)) + list(second))
    else:
        for table in page.tables:
            title: Grid = [[_text(pen.text(table.title))]]
            if plan.has("title_two_rows") and " năm " in table.title:
                before, after = table.title.rsplit(" năm ", 1)
                title = [[_text(pen.text(before))], [_text(pen.text(f"Năm {after}"))]]
            if plan.has("title_merged"):
                for i in range(len(title)):
                    merges.append((len(rows) + i, left, len(rows) + i, left + min(len(table.head), 8) - 1))
            put(title, left)
            if plan.has("top_left_later"):
                rows.append([])
            put(lay_table(plan, table, pen, merges, len(rows), left), left)
            rows.append([])
    if plan.has("notes_below"):
        rows.append([None] * left + [_text("Ghi chú: số liệu do các đơn vị báo cáo, đã được cấp uỷ xem xét.")])
    if plan.has("date_below"):
        rows.append([None] * (left + 3) + [_text(f"Đồng Tháp, ngày 05 tháng 01 năm {d.year + 1}")])
    if plan.has("signatures"):
        rows += [
            [None] * (left + 1) + [_text("NGƯỜI LẬP BIỂU"), None, _text("T/M BAN THƯỜNG VỤ")],
            [],
            [None] * (left + 1) + [_text("(Ký, ghi rõ họ tên)")],
        ]
    page.grid, page.merges = rows, merges
    if plan.has("spacers") and not page.beside:
        _space_out(plan, page)


def _space_out(plan: Plan, page: Page) -> None:
    """An empty narrow column between two columns of the table."""
    at = plan.rng("spacers").randint(3, 6)
    for row in page.grid:
        if len(row) > at:
            row.insert(at, None)

    def moved(c: int) -> int:
        return c + 1 if c >= at else c

    page.merges = [(t, moved(le), b, moved(r)) for t, le, b, r in page.merges]


# --- a whole return -----------------------------------------------------------------------------------------------------


def possible(plan: Plan) -> Plan:
    """The plan without habits that shut each other out: a csv has no sheet's name and shows shares as percentages."""
    mess = set(plan.mess)
    if mess & {"year_sheet", "place_sheet", "error_cell"} or plan.layout in ("sheets", "commune sheets"):
        mess.discard("csv")
    if "csv" in mess:
        mess.discard("share_fraction")
    if plan.layout in ("sheets", "commune sheets"):
        mess.discard("place_sheet")
    return replace(plan, mess=frozenset(mess))


def draw(plan: Plan, facts: Facts) -> Return:
    """The files of a plan and what is true of them."""
    plan = possible(plan)
    d = Drawing(plan, facts)
    pages = LAYOUTS[plan.layout](d)
    tables = [table for page in pages for table in page.tables]
    drawn = Return(plan, {}, d.ratings, d.measures)
    for table in tables:
        add_sums(plan, table)
        extra_columns(plan, table)
    plant(drawn, tables)
    paste(drawn, pages[0], pages[0].tables[0])
    for table in (table for page in pages for table in page.tables):
        if (
            plan.has("no_stt")
            and table.head[0] == ("STT",)
            and not page_beside(pages)
            and not any(line.kind == "group" for line in table.body)
        ):
            table.head = table.head[1:]
            for line in table.body:
                line.cells = line.cells[1:]
    for page in pages:
        _name_page(plan, page, d, single=len(pages) == 1)
        lay_page(plan, page, d, Pen(plan))
        pen = Pen(plan)
        for row in page.grid:
            for cell in row:
                if cell is not None:
                    cell.value = pen.name(str(cell.value)) if cell.kind == "copied" else pen.cell(cell)
    stem = "bao cao"
    if plan.has("place_file") and not plan.has("place_letterhead", "place_sheet"):
        stem += " " + d.place_words()
    if plan.has("year_file") or (plan.has("year_sheet") and len(pages) > 1):
        stem += f" {d.year}"
    folder = f"{d.year}/" if plan.has("year_folder") and not plan.has("year_file", "year_sheet") else ""
    suffix = "csv" if plan.has("csv") else "xlsx"
    drawn.books[f"{folder}{stem}.{suffix}"] = pages
    return drawn


def page_beside(pages: list[Page]) -> bool:
    return any(page.beside for page in pages)


def _name_page(plan: Plan, page: Page, d: Drawing, *, single: bool) -> None:
    if not single:
        return
    if plan.has("place_sheet") and not plan.has("place_letterhead"):
        page.name = d.place_words()[:25]
    if plan.has("year_sheet") and not plan.has("year_file"):
        page.name = (page.name if page.name != "Sheet1" else "Nam") + f" {d.year}"


def write(drawn: Return, folder: Path) -> None:
    """Write the files; every cell learns its address."""
    for relative, pages in drawn.books.items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            _write_csv(drawn, relative, path, pages[0])
            continue
        with xlsxwriter.Workbook(path) as book:
            for page in pages:
                _write_page(drawn, relative, book.add_worksheet(page.name), page)


def _write_csv(drawn: Return, relative: str, path: Path, page: Page) -> None:
    with path.open("w", encoding=drawn.plan.rng("csv").choice(("utf-8", "utf-8-sig")), newline="") as out:
        writer = csv.writer(out, delimiter=drawn.plan.rng("csv2").choice((",", ";", "\t")))
        for r, row in enumerate(page.grid):
            writer.writerow(["" if c is None or c.value is None else c.value for c in row])
            for c, cell in enumerate(row):
                if cell is not None:
                    cell.where = (relative, "", address(r, c))


def _write_page(drawn: Return, relative: str, sheet: Any, page: Page) -> None:
    plan = drawn.plan
    starts = {(t, le): (t, le, b, r) for t, le, b, r in page.merges} if not plan.has("unmerged") else {}
    data_rows = []
    for r, row in enumerate(page.grid):
        for c, cell in enumerate(row):
            if cell is None or cell.value is None:
                continue
            cell.where = (relative, page.name, address(r, c))
            if cell.keys:
                data_rows.append((r, c))
            if (r, c) in starts:
                t, le, b, right = starts[r, c]
                sheet.merge_range(t, le, b, right, cell.value)
            elif cell.kind == "error":
                sheet.write_formula(r, c, "=1/0", None, cell.value)
            elif isinstance(cell.value, str):
                sheet.write_string(r, c, cell.value)
            else:
                sheet.write_number(r, c, cell.value)
    if data_rows and plan.has("hidden_row"):
        sheet.set_row(plan.rng("hide").choice(data_rows)[0], None, None, {"hidden": True})
    if data_rows and plan.has("hidden_column"):
        c = plan.rng("hide").choice(data_rows)[1]
        sheet.set_column(c, c, None, None, {"hidden": True})


def address(r: int, c: int) -> str:
    letters, c = "", c + 1
    while c:
        c, rest = divmod(c - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{r + 1}"


def cells_of(drawn: Return) -> list[Cell]:
    """Every cell that was written."""
    return [
        c
        for pages in drawn.books.values()
        for page in pages
        for row in page.grid
        for c in row
        if c is not None and c.value is not None
    ]


def rows_written(drawn: Return) -> dict[tuple[str, str], tuple[int, int]]:
    """For each file and sheet the rows that hold something, and the cells."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for relative, pages in drawn.books.items():
        for page in pages:
            rows = [
                [c for c in row if c is not None and c.value is not None and str(c.value).strip("\u00a0 \n")]
                for row in page.grid
            ]
            found[relative, "" if relative.endswith(".csv") else page.name] = (
                sum(map(bool, rows)),
                sum(map(len, rows)),
            )
    return found
