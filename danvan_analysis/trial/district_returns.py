"""A district's return of a year: its plan turned into sheets."""

from random import Random

from . import layouts, layouts_down, layouts_lists
from .book import Sender, Sheet
from .kinds import BASE, BODIES, COMMUNE_SHORT, COMMUNITY, KINDS, YEARS
from .layouts import Line
from .layouts_party import party_table
from .manner import Manner
from .paper import Table
from .places import District
from .plan import Plan
from .truth import Truth

_RATED = "Kết quả đánh giá, xếp loại"
_BODIES = "Mặt trận Tổ quốc và các tổ chức chính trị - xã hội"
_BASE_TITLE = f"{_RATED} Ban công tác Mặt trận, chi hội, chi đoàn khóm, ấp"
_PARTY_TITLE = "Kết quả sinh hoạt chi bộ khóm, ấp và đảng viên tham gia làm nòng cốt"
_PLAN_TITLE = "Kế hoạch, chương trình công tác dân vận và công trình, phần việc đăng ký"

#: The few deliberate faults, by (place in official order, year, kind).
_MISCOUNT = (5, 2022, "to_ndtq")
_CUT_SHARES = (1, 2021, "ban_ctmt")
_HEAD_AGAIN = (7, 2023, "phu_nu")


def district_sender(district: District) -> Sender:
    """Give the letterhead of a district's Ban Dân vận."""
    committee = "Thành uỷ" if district.kind == "thanh_pho" else "Thị uỷ" if district.kind == "thi_xa" else "Huyện uỷ"
    sign = "BDVTU" if district.kind == "thanh_pho" else "BDVHU"
    return Sender(f"{committee} {district.bare}".upper(), "BAN DÂN VẬN", district.name, sign, "TRƯỞNG BAN")


class _Return:
    """What the functions of this page share: the truth, who sends, which year, how it is written."""

    def __init__(
        self, truth: Truth, index: int, year: int, plan: Plan, manner: Manner, rng: Random, *, faults: bool = True
    ) -> None:
        self.truth, self.index, self.year, self.plan = truth, index, year, plan
        self.manner, self.rng, self.faults = manner, rng, faults
        self.district = truth.districts[index]

    def lines(self, kind: str, year: int | None = None) -> list[Line]:
        two = self.plan.two_levels and kind in COMMUNITY
        return layouts.lines_of(self.truth, self.district, kind, year or self.year, self.manner, two)

    def counts(self, kind: str, caption: str = "", by_place: bool = False) -> Table:
        here = (self.index, self.year, kind) if self.faults else None
        return layouts.count_table(
            self._by_place(kind) if by_place else [("", self.lines(kind))],
            KINDS[kind].noun,
            self.year,
            self.manner,
            caption=caption,
            place_title="Địa phương" if self.index % 3 else "Đơn vị",
            cut_shares=here == _CUT_SHARES,
            head_again=12 if here == _HEAD_AGAIN else None,
            miscount=here == _MISCOUNT,
        )

    def _by_place(self, kind: str) -> list[tuple[str, list[Line]]]:
        names = (("phuong", "CÁC PHƯỜNG"), ("thi_tran", "THỊ TRẤN"), ("xa", "CÁC XÃ"))
        lines = list(zip(self.district.communes, self.lines(kind), strict=True))
        groups = [(title, [line for commune, line in lines if commune.kind == word]) for word, title in names]
        return [(title, found) for title, found in groups if found]


def district_sheets(
    truth: Truth, index: int, year: int, plan: Plan, manner: Manner, rng: Random, *, faults: bool = True
) -> list[Sheet]:
    """Give the sheets of a district's return; together they hold all its units and figures of the year.

    `faults` puts the few deliberate ones into their places.
    """
    job = _Return(truth, index, year, plan, manner, rng, faults=faults)
    return [*_district_bodies(job), *_commune_bodies(job), *_base(job), *_community(job), *_party(job)]


def _district_bodies(job: _Return) -> list[Sheet]:
    district, year, manner = job.district, job.year, job.manner
    title = f"{_RATED} {_BODIES} cấp {district.level}"
    if job.plan.district == "X":
        table = layouts_lists.body_crosses(job.truth, district.area_id, year, manner)
    elif job.plan.district == "L14":
        parts = layouts_down.bodies_down(job.truth, [district.area_id], year)
        table = layouts_down.levels_down_table(parts, "tổ chức", manner)
    else:
        above = "Cấp uỷ công nhận" if district.kind == "huyen" else "Thành uỷ công nhận"
        table = layouts_lists.body_list(
            job.truth, district.area_id, BODIES, district.level, year, manner, above, job.rng
        )
    return [Sheet(f"Cap {'huyen' if district.kind == 'huyen' else 'thanh pho'}", title, (table,))]


def _commune_bodies(job: _Return) -> list[Sheet]:
    truth, district, year, manner, layout = job.truth, job.district, job.year, job.manner, job.plan.communes
    if layout == "DS":
        table = layouts_lists.commune_body_list(truth, district, year, manner, job.rng)
    elif layout == "MT":
        table = layouts_lists.commune_body_matrix(truth, district, year, manner)
    elif layout == "L14":
        areas = [commune.area_id for commune in district.communes]
        parts = layouts_down.bodies_down(truth, areas, year, COMMUNE_SHORT)
        table = layouts_down.levels_down_table(parts, "tổ chức", manner)
    else:
        table = layouts.body_blocks(truth, district, year, manner, marks=layout == "L10x")
    kinds = {commune.kind for commune in district.communes}
    words = (("xa", "xã"), ("phuong", "phường"), ("thi_tran", "thị trấn"))
    level = ", ".join(word for kind, word in words if kind in kinds)
    return [Sheet("MTTQ, doan the xa", f"{_RATED} {_BODIES} {level}", (table,))]


def _base(job: _Return) -> list[Sheet]:
    layout = job.plan.base
    if layout == "L10":
        blocks = [(KINDS[kind].short, job.lines(kind)) for kind in BASE]
        return [Sheet("Chi hoi, chi doan", _BASE_TITLE, (layouts.block_table(blocks, job.manner),))]
    if layout == "L9c":
        tables = tuple(
            job.counts(kind, caption=f"{number}. {KINDS[kind].title}") for number, kind in enumerate(BASE, start=1)
        )
        return [Sheet("Chi hoi, chi doan", _BASE_TITLE, tables)]
    if layout == "L14c":
        return [Sheet("Chi hoi, chi doan", _BASE_TITLE, tuple(_down(job, kind, True) for kind in BASE))]
    if layout == "L1":
        years = [year for year in YEARS if year <= job.year]
        kinds = [kind for kind in BASE if kind != "ccb"]
        table = layouts_down.years_table(job.truth, job.district, kinds, years, job.manner)
        sheet = Sheet("Chi hoi qua cac nam", f"Phụ lục số liệu {_RATED.lower()} chi hội, chi đoàn khóm, ấp", (table,))
        return [sheet, _kind_sheet("ccb", job.counts("ccb"))]
    sheets = []
    for kind in BASE:
        if layout == "DS":
            table = layouts_lists.unit_list(job.truth, job.district, kind, job.year, job.manner, job.rng)
        elif layout == "L14":
            table = _down(job, kind, False)
        else:
            table = job.counts(kind, by_place=layout == "L13")
        sheets.append(_kind_sheet(kind, table))
    return sheets


def _down(job: _Return, kind: str, with_caption: bool) -> Table:
    parts = layouts_down.places_down(job.truth, job.district, kind, job.year)
    caption = KINDS[kind].title.upper() if with_caption else ""
    return layouts_down.levels_down_table(parts, KINDS[kind].noun, job.manner, caption=caption)


def _kind_sheet(kind: str, *tables: Table) -> Sheet:
    return Sheet(KINDS[kind].tab, f"{_RATED} {KINDS[kind].title}", tables)


def _community(job: _Return) -> list[Sheet]:
    layout = job.plan.community
    both = f"{_RATED} Hội quán, Tổ nhân dân tự quản"
    if layout == "L9c":
        tables = tuple(
            job.counts(kind, caption=f"{mark}. {KINDS[kind].title}") for mark, kind in zip("AB", COMMUNITY, strict=True)
        )
        return [Sheet("Hoi quan, To NDTQ", both, tables)]
    if layout == "L10":
        blocks = [(KINDS[kind].title, job.lines(kind)) for kind in COMMUNITY]
        return [Sheet("Hoi quan, To NDTQ", both, (layouts.block_table(blocks, job.manner),))]
    if layout == "L13":
        groups = [(KINDS[kind].title.upper(), job.lines(kind)) for kind in COMMUNITY]
        table = layouts.count_table(groups, "Hội quán, tổ", job.year, job.manner)
        return [Sheet("Hoi quan, To NDTQ", both, (table,))]
    if layout == "HQ":
        clubs = layouts_lists.unit_list(job.truth, job.district, "hoi_quan", job.year, job.manner, job.rng)
        return [_kind_sheet("hoi_quan", clubs), _kind_sheet("to_ndtq", job.counts("to_ndtq"))]
    if layout == "L11":
        before, now = job.lines("to_ndtq", job.year - 1), job.lines("to_ndtq")
        groups_table = layouts.two_year_table(before, now, "tổ", job.year, job.manner)
        return [_kind_sheet("hoi_quan", job.counts("hoi_quan")), _kind_sheet("to_ndtq", groups_table)]
    return [_kind_sheet(kind, job.counts(kind)) for kind in COMMUNITY]


def _party(job: _Return) -> list[Sheet]:
    truth, district, year, manner = job.truth, job.district, job.year, job.manner
    if job.plan.party == "L12w":
        wide = party_table(truth, district, year, manner)
        return [Sheet("Chi bo, dang vien", "Kết quả lãnh đạo công tác dân vận của cấp uỷ, chi bộ", (wide,))]
    captions = ("I. " + _PARTY_TITLE, "II. " + _PLAN_TITLE) if job.plan.party == "L12c" else ("", "")
    meetings = party_table(truth, district, year, manner, plans=False, caption=captions[0])
    plans = party_table(truth, district, year, manner, meetings=False, caption=captions[1])
    if job.plan.party == "L12c":
        return [Sheet("Chi bo, dang vien", "Kết quả thực hiện các chỉ tiêu về công tác dân vận", (meetings, plans))]
    return [Sheet("Chi bo, dang vien", _PARTY_TITLE, (meetings,)), Sheet("Ke hoach, cong trinh", _PLAN_TITLE, (plans,))]
