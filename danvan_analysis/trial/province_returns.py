"""Returns of provincial organisations: the same units by district (to compare, not to add) and their own bodies."""

from dataclasses import dataclass, replace
from random import Random

from . import layouts, layouts_lists
from .book import Sender, Sheet
from .kinds import KINDS
from .layouts import Line
from .manner import Manner
from .paper import Table
from .places import spell_commune, spell_district
from .tally import add, body_tally, tally_district
from .truth import Truth

_RATED = "Kết quả đánh giá, xếp loại"


@dataclass(frozen=True)
class Provincial:
    """A provincial organisation: its letterhead, the base kind it reports, its file name and its habits."""

    organisation: str
    kind: str
    name: str
    own: tuple[str, ...]
    own_title: str
    note: str
    file_name: str
    sender: Sender
    manner: Manner


def _sender(upper: str, lower: str, report: str) -> Sender:
    return Sender(upper, lower, "Tỉnh Đồng Tháp", report, lower, party=False)


PROVINCIAL = (
    Provincial(
        "mttq",
        "ban_ctmt",
        "Uỷ ban MTTQ Việt Nam",
        # Hội Nông dân and Hội LHPN send their own; the rest of the province's bodies stand here.
        ("mttq", "cong_doan", "doan_tn", "ccb"),
        "Uỷ ban MTTQ Việt Nam và các tổ chức chính trị - xã hội cấp tỉnh",
        "Ghi chú: Hội Nông dân tỉnh và Hội LHPN tỉnh gửi biểu riêng.",
        "MTTQ tinh - bieu xep loai {year}.xlsx",
        _sender("UỶ BAN MTTQ VIỆT NAM TỈNH ĐỒNG THÁP", "BAN THƯỜNG TRỰC", "MTTQ-BTT"),
        Manner(names=1, words=2, zero="-", counts="number", shares="text2", total="Tổng cộng", numbering="(1)"),
    ),
    Provincial(
        "nong_dan",
        "nong_dan",
        "Hội Nông dân",
        ("nong_dan",),
        "Hội Nông dân tỉnh",
        "",
        "HND tỉnh - kết quả xếp loại {year}.xlsx",
        _sender("HỘI NÔNG DÂN TỈNH ĐỒNG THÁP", "BAN THƯỜNG VỤ", "HNDT"),
        Manner(names=0, words=0, zero="", counts="padded", shares="percent2", total="Toàn tỉnh", numbering="1", year=1),
    ),
    Provincial(
        "phu_nu",
        "phu_nu",
        "Hội LHPN",
        ("phu_nu",),
        "Hội Liên hiệp Phụ nữ tỉnh",
        "",
        "Bieu TH Hoi LHPN tinh nam {year}.xlsx",
        _sender("HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP", "BAN THƯỜNG VỤ", "BTV"),
        Manner(
            names=2,
            words=1,
            zero="mixed",
            shares="number",
            total="TỔNG CỘNG",
            numbering="A",
            tone="hòa",
            heads=False,
        ),
    ),
)


def provincial_sheets(truth: Truth, who: Provincial, province_id: str, year: int, rng: Random) -> list[Sheet]:
    """Give the sheets of a provincial organisation's return."""
    kind, manner = KINDS[who.kind], who.manner
    own = layouts_lists.body_list(truth, province_id, who.own, "tỉnh", year, manner, "Tỉnh uỷ công nhận", rng)
    if who.note:
        own = replace(own, notes=(who.note,))
    places = [(spell_district(district, manner.names), district.area_id) for district in truth.districts]
    districts = layouts_lists.one_body_by_district(truth, places, who.organisation, year, manner, rng)
    base = layouts.count_table(
        [("", _base_lines(truth, who, year))], kind.noun, year, manner, place_title="Huyện, thành phố"
    )
    sheets = [
        Sheet("Cap tinh", f"{_RATED} {who.own_title}", (own,)),
        Sheet("Cap huyen", f"{_RATED} {who.name} cấp huyện", (districts,)),
        Sheet("Cap xa", f"{_RATED} {who.name} cấp xã", (_commune_table(truth, who, year),)),
        Sheet(kind.tab, f"{_RATED} {kind.title}", (base,)),
    ]
    if who.organisation == "phu_nu" and year > 2021:
        before, now = (_base_lines(truth, who, which) for which in (year - 1, year))
        # Both years by khá trở lên: only rated units stand here, the unrated are in the sheet before.
        both = layouts.two_year_table(before, now, "chi hội được xếp loại", year, manner)
        sheets.append(Sheet("So sanh 2 nam", f"So sánh {_RATED.lower()} {kind.title}", (both,)))
    return sheets


def _base_lines(truth: Truth, who: Provincial, year: int) -> list[Line]:
    return [
        (spell_district(d, who.manner.names), d.area_id, tally_district(truth, d, who.kind, year))
        for d in truth.districts
    ]


def _commune_table(truth: Truth, who: Provincial, year: int) -> Table:
    """The organisation's commune bodies: by district to 2022, then all communes under their districts (L13)."""
    groups: list[tuple[str, list[Line]]] = []
    for district in truth.districts:
        lines = [
            (
                spell_commune(commune, district, who.manner.names),
                commune.area_id,
                body_tally(truth, [commune.area_id], who.organisation, year),
            )
            for commune in district.communes
        ]
        groups.append((district.name.upper(), lines))
    noun = "cơ sở"
    if year < 2023:
        flat = [
            (spell_district(district, who.manner.names), district.area_id, add([line[2] for line in lines]))
            for district, (_, lines) in zip(truth.districts, groups, strict=True)
        ]
        groups = [("", flat)]
    return layouts.count_table(groups, noun, year, who.manner)
