"""Tables that are no results of the province's mass organisations: another province's, or ratings of persons and party cells."""

import re
from dataclasses import dataclass
from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.context import Around, Context
from danvan_analysis.intake.names import Gazetteer, expand, split_prefix
from danvan_analysis.intake.suggest import unknown_place
from danvan_analysis.text import fold

_RATES = re.compile(
    r"(?:xếp loại|đánh giá|phân loại)(?:[\s,]*(?:xếp loại|đánh giá|phân loại|chất lượng|kết quả|mức độ))*"
)
_PERSONS = re.compile(
    r"(?:đội ngũ |cá nhân |từng )*(?:đảng viên|cán bộ|công chức|viên chức|hội viên|đoàn viên|người đứng đầu|chi bộ|đảng bộ"
    r"|tổ chức (?:cơ sở )?đảng|tccsđ|cấp ủy|đảng ủy)\b"
)
_OURS = re.compile(
    r"(?:chi hội|chi đoàn|tổ hội|ban công tác|ban ctmt|tổ nhân dân|tổ ndtq|tổ tự quản|hội quán|mttq|mặt trận|ủy ban"
    r"|công đoàn|cđcs|liên đoàn|hội|đoàn|tổ chức|cơ sở)\b"
)
_DISTRICT_HEAD = re.compile(
    r"(?:ban dân vận |ban tuyên giáo |ubnd |hội [^\d]* |đoàn [^\d]* |mttq |ủy ban mttq |đảng bộ )?"
    r"(huyện|thị xã|thành phố) ([^\W\d]+(?: [^\W\d]+){1,2})"
)
_NO_NAME = re.compile(r"\b(?:ủy|đoàn|hội|thành|thị|xã|phố|năm|tháng|và|các|ban|dân|vận|tỉnh|cấp)\b")


@dataclass(frozen=True)
class OurPlaces:
    """What tells a letterhead of the province from another's, made once a run."""

    #: Names of all areas of any era, without their kind; and the province's own with it.
    names: frozenset[str]
    home: frozenset[str]
    other_provinces: re.Pattern[str]

    @classmethod
    def of(cls, facts: Facts) -> "OurPlaces":
        """Read them from the facts."""
        own = str(facts.resolution["province_id"])
        home = frozenset(fold(name) for name in facts.areas.filter(area_id=own)["name"])
        bare = frozenset(split_prefix(name)[1] for name in facts.areas["name"])
        listed = [fold(name) for name in facts.settings["provinces"]["names"]]
        others = [expand(name) for name in listed if not {f"tỉnh {name}", f"thành phố {name}"} & home]
        return cls(bare, home, re.compile(rf" (?:tỉnh|thành phố) (?:{'|'.join(map(re.escape, others))}) "))


def not_ours(
    around: Around, context: Context, columns: list[Column], form: dict[str, Any], gazetteer: Gazetteer, ours: OurPlaces
) -> tuple[str, str]:
    """Give reason and sentence for a table that is another province's or rates persons or party cells; else two ""."""
    roles = {column.role for column in columns}
    rated = rates_persons(around.title) if roles & {"level", "rating", "indicator_name"} else None
    if rated and "measure" not in roles:
        return "khong_phai_to_chuc", (
            f"Bảng “{rated}” là xếp loại cá nhân hoặc tổ chức đảng, không phải MTTQ, tổ chức chính trị - xã hội; chưa đưa vào"
            " tổng hợp. Nếu tiêu đề ghi nhầm, đề nghị sửa tiêu đề rồi gửi lại."
        )
    foreign = foreign_place(around.title, gazetteer, ours)
    # Published figures of many provinces name theirs in a column; a form may say whose figures it holds.
    if foreign and "parent" not in roles and not form.get("area_id"):
        return "ngoai_dia_ban", (
            f"Đầu biểu ghi “{foreign}”: không phải địa bàn trong tỉnh theo danh mục nên chưa đưa vào tổng hợp; đề nghị xem lại."
            f"{unknown_place(foreign, gazetteer)}"
        )
    return "", ""


def rates_persons(titles: list[str]) -> str | None:
    """Give the title that says persons or party cells are rated ("XẾP LOẠI ĐẢNG VIÊN"); the nearest that rates decides.

    >>> rates_persons(["KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI ĐẢNG VIÊN NĂM 2023"]), rates_persons(["Xếp loại chi hội của đảng bộ"])
    ('KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI ĐẢNG VIÊN NĂM 2023', None)
    """
    for text in titles:
        folded = fold(text)
        verbs = list(_RATES.finditer(folded))
        if not verbs:
            continue
        after = folded[verbs[-1].end() :]
        persons, ours = _PERSONS.search(after), _OURS.search(after)
        if persons and (ours is None or persons.start() <= ours.start()):
            return text
        return None
    return None


def foreign_place(titles: list[str], gazetteer: Gazetteer, ours: OurPlaces) -> str | None:
    """Give the line that names another province, or in a letterhead a district this province never had."""
    for text in titles:
        said = f" {expand(fold(text))} "
        own = any(f" {name} " in said for name in ours.home) or any(a.is_district for a in gazetteer.mentions(text))
        if not own and ours.other_provinces.search(said):
            return text
    for text in titles[-4:]:
        match = _DISTRICT_HEAD.fullmatch(expand(fold(text))) if text == text.upper() else None
        # Another era's name of one of our districts ("thị xã Hồng Ngự") is a question of the year, not of the province.
        if match and match[2] not in ours.names and not _NO_NAME.search(match[2]):
            return text
    return None
