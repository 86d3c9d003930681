"""Where the places around a table contradict each other: each contradiction is one sentence, never settled in silence.

The order of places is that of `context`: title and letterhead, sheet, file name, folder. The nearest one is taken.
"""

import re
from collections.abc import Mapping

from danvan_analysis.intake.context import (
    Around,
    Context,
    Said,
    periods_said,
    places_said,
    rated_by_said,
    status_said,
)
from danvan_analysis.intake.names import Area, Gazetteer
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import fold

_PERIOD_NAMES = {"quy-1": "quý I", "quy-2": "quý II", "quy-3": "quý III", "quy-4": "quý IV", "6-thang": "6 tháng",
                 "9-thang": "9 tháng", "nam": "cả năm"}  # fmt: skip
_STATUS_NAMES = {"du_kien": "dự kiến", "chinh_thuc": "chính thức"}
_RATED_NAMES = {"tu_xep_loai": "tự xếp loại", "cong_nhan": "cấp trên công nhận"}
_SCHOOL_YEAR = re.compile(r"năm học\s*((?:19|20)\d{2}\s*[-–]\s*(?:19|20)?\d{2})")


def find_clashes(
    around: Around,
    context: Context,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    organisation_names: Mapping[str, str],
    issuer: str | None,
    heads: list[str | None],
) -> list[str]:
    """Give a sentence for each thing that two places say differently; the year is looked after by `find_year`."""
    found = [
        _first("kỳ báo cáo", periods_said(around), _PERIOD_NAMES, context.period),
        _first("tính chất số liệu", places_said(around, status_said), _STATUS_NAMES, context.status),
        _first("người xếp loại", places_said(around, rated_by_said), _RATED_NAMES, None),
        _area(around, context, gazetteer),
        _organisation(around, context, vocabulary, organisation_names, issuer),
        _senders(heads, organisation_names),
        _school_year(around, context),
    ]
    return [sentence for sentence in found if sentence]


def _first(what: str, said: list[Said], names: Mapping[str, str], taken: str | None) -> str | None:
    """The first place that says something else than the nearest one."""
    if not said:
        return None
    place, value = said[0]
    for other, differs in said[1:]:
        if differs != value and other != place:
            kept = names.get(taken or value, value)
            return f"{what}: {place} ghi {names[value]} nhưng {other} ghi {names[differs]}; phần mềm lấy {kept}"
    return None


def _area(around: Around, context: Context, gazetteer: Gazetteer) -> str | None:
    own = gazetteer.areas.get(context.area_id or "")
    if own is None or own.is_province or own.is_block:
        return None
    district = own if own.is_district else gazetteer.areas.get(own.parent_id or "")
    for place, text, bare in around.places():
        named = [a for a in gazetteer.mentions(text, bare=bare) if a.is_district]
        if len(named) == 1 and district is not None and named[0] != district:
            return _two_areas(own, place, named[0])
        within = district.area_id if district else None
        communes = gazetteer.communes_named(text, within=within) if own.is_commune and place != "thư mục" else []
        if len(communes) == 1 and communes[0] != own:
            return _two_areas(own, place, communes[0])
    return None


def _two_areas(own: Area, place: str, other: Area) -> str:
    return f"địa bàn: {place} ghi {other.name} nhưng biểu được hiểu là của {own.name} theo nơi gần bảng hơn; phần mềm lấy {own.name}"


def _organisation(
    around: Around, context: Context, vocabulary: Vocabulary, names: Mapping[str, str], issuer: str | None
) -> str | None:
    subject = context.organisation
    # The Front reports for its members; a Hội may report on the Hội quán and the Tổ NDTQ beside its own chi hội.
    if issuer not in (None, "mttq", subject) and subject not in (None, "hoi_quan", "to_ndtq"):
        return (
            f"tổ chức: đầu biểu là của {names.get(str(issuer), issuer)} nhưng tiêu đề ghi {names.get(str(subject), subject)};"
            f" phần mềm lấy {names.get(str(subject), subject)}"
        )
    said: list[Said] = []
    for place, text, _ in around.places():
        reading = vocabulary.read(fold(text), "title")
        # In file and folder names two letters ("TN", "ND") may be anything; a tab of two letters is an organisation.
        clear = [t for t in reading.tokens if place not in ("tên tệp", "thư mục") or _is_clear(t.phrase)]
        named = list(dict.fromkeys(t.value for t in clear if t.role == "organisation"))
        if len(named) == 1 and not reading.has("many"):
            said.append((place, named[0]))
        elif named:
            # A text about several organisations: what is nearer or farther cannot contradict it.
            break
    if said and said[0][0] != "tiêu đề" and subject and subject != said[0][1]:
        said.insert(0, ("đầu biểu", subject))
    return _first("tổ chức", said, names, context.organisation)


def _is_clear(phrase: str) -> bool:
    return len(phrase) > 2 and phrase not in ("đoàn", "thanh niên", "mặt trận")


def _senders(heads: list[str | None], names: Mapping[str, str]) -> str | None:
    """Sheets of one file with the letterheads of several senders: whose channel it is, nobody can say for sure."""
    distinct = list(dict.fromkeys(head for head in heads if head))
    if len(distinct) < 2:
        return None
    said = " và ".join(names.get(head, "cấp uỷ") for head in distinct)
    return f"kênh báo cáo: các trang của tệp mang đầu biểu của {said}; phần mềm lấy đầu biểu của từng trang"


def _school_year(around: Around, context: Context) -> str | None:
    for text in around.title:
        match = _SCHOOL_YEAR.search(fold(text))
        if match and context.year:
            return f"thời gian: tiêu đề ghi năm học {match[1]}, nơi khác ghi năm {context.year}; phần mềm lấy năm {context.year}"
    return None
