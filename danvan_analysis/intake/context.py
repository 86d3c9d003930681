"""What a table is about, said around it: year, period, area, organisation, unit type, channel, provisional or final.

The nearest place wins: title rows from the table upwards, then the sheet's name, the rest of the workbook, the file's
name, its folder. Places that contradict the winner are reported.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import fold

_DATES = re.compile(
    r"\d{4}-\d{2}-\d{2}|[\d….]*\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|ngày[\s\d….]*tháng[\s\d….]*năm\s*\d{4}"
    r"|tháng\s*\d{1,2}\s*(?:/|năm)\s*\d{4}|(?<!\d)\d{1,2}\s*/\s*\d{4}"
)
_NUMBERS = re.compile(r"số\s*:?\s*\d*\s*-[^\s]*|\d+\s*[-/]\s*(?:nq|bc|kh|qđ|hd|tb|cv|ctr)[^\s]*", re.I)
#: The year of a comparison, a plan or the paper a table rests on is not the year of its figures.
_OTHER_YEARS = re.compile(
    r"(?:so với|so sánh|cùng kỳ|nghị quyết|hướng dẫn|quyết định|quy định|kế hoạch|ban hành|kèm theo|nhiệm kỳ|đại hội)"
    r"[^,;.]*?(?:19[89]|20\d)\d"
)
_SPAN = re.compile(r"((?:19|20)\d{2})\s*(?:-|đến|–)\s*(?:năm\s*)?((?:19|20)\d{2})")
_YEAR = re.compile(r"(?<!\d)((?:19[89]|20\d)\d)(?!\d)")
_PERIODS = (
    (re.compile(r"\bquý\s*(iv|4|bốn|tư)\b"), "quy-4"), (re.compile(r"\bquý\s*(iii|3|ba)\b"), "quy-3"),
    (re.compile(r"\bquý\s*(ii|2|hai)\b"), "quy-2"), (re.compile(r"\bquý\s*(i|1|một)\b"), "quy-1"),
    (re.compile(r"\b0?6\s*tháng\b|\bsáu tháng\b"), "6-thang"), (re.compile(r"\b0?9\s*tháng\b|\bchín tháng\b"), "9-thang"),
)  # fmt: skip
_PROVISIONAL = re.compile(r"\bdự kiến\b|\bước thực hiện\b|\btạm tính\b|\bsơ bộ\b")
_PARTY = re.compile(r"(?:huyện ủy|thành ủy|thị ủy|tỉnh ủy|đảng ủy|ban dân vận|bdv|ban tuyên giáo)\b")
_ISSUER = re.compile(
    r"(?:ban thường trực|ban thường vụ|ban chấp hành|bch|btv)?\s*"
    r"(?:hội|ủy ban mttq|ủy ban mặt trận|ubmttq|ub mttq|mttq|mặt trận|liên đoàn|công đoàn|đoàn|tỉnh đoàn|huyện đoàn|thành đoàn)\b"
)


@dataclass
class Context:
    """What is known of a table or sheet; `clashes` are sentences on places that say otherwise."""

    year: int | None = None
    period: str = "nam"
    status: str = "chinh_thuc"
    organisation: str | None = None
    unit_type: str | None = None
    area_id: str | None = None
    channel: str = "dia_phuong"
    sender: str | None = None
    clashes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Around:
    """The texts around a table, nearest first, and those of the whole workbook and its path."""

    title: list[str]
    sheet: str
    workbook: list[str]
    path: PurePosixPath


def strong_years(text: str) -> list[int]:
    """The years a text speaks of, without dates, document numbers and spans of years."""
    return list(_strong_years(text))


# The same titles, sheets and folders are asked for every table of a file.
@lru_cache(maxsize=4096)
def _strong_years(text: str) -> tuple[int, ...]:
    bare = _NUMBERS.sub(" ", _DATES.sub(" ", _OTHER_YEARS.sub(" ", _SPAN.sub(" ", fold(text)))))
    return tuple(dict.fromkeys(int(year) for year in _YEAR.findall(bare)))


def weak_years(text: str) -> list[int]:
    """The years of dates: "tính đến 31/12/2023"; a report of January is about the year before, so only 31/12 counts."""
    return [int(year) for year in re.findall(r"3[01]\s*[/.-]\s*1[12]\s*[/.-]\s*(\d{4})", fold(text))]


def find_year(around: Around) -> tuple[int | None, list[str]]:
    """Give the year and a sentence for every place that names another one."""
    places = [("tiêu đề", [text]) for text in around.title]
    places += [("tên trang tính", [around.sheet]), ("trang khác trong tệp", around.workbook)]
    places += [("tên tệp", [around.path.stem])]
    places += [("thư mục", [part]) for part in reversed(around.path.parts[:-1])]
    said: list[tuple[str, int]] = []
    for place, texts in places:
        years = list(dict.fromkeys(year for text in texts for year in strong_years(text)))
        if len(years) == 1:
            said.append((place, years[0]))
    if not said:
        weak = list(dict.fromkeys(year for text in around.title for year in weak_years(text)))
        return (weak[0], []) if len(weak) == 1 else (None, [])
    place, year = said[0]
    # Another sheet of the workbook may well be about another year; only the title, the file's name and folder must agree.
    clashes = [
        f"{place} ghi năm {year} nhưng {other} ghi năm {said_year}; phần mềm lấy năm {year}"
        for other, said_year in said[1:]
        if said_year != year and other in {"tên trang tính", "tên tệp", "thư mục"}
    ]
    return year, clashes[:1]


def find_period(around: Around) -> str:
    """Give the period of the nearest text that names one; `nam` where none does."""
    texts = [*around.title, around.sheet, around.path.stem]
    return next((period for text in texts if (period := _period_in(text))), "nam")


@lru_cache(maxsize=4096)
def _period_in(text: str) -> str | None:
    folded = fold(text)
    return next((period for pattern, period in _PERIODS if pattern.search(folded)), None)


def find_subject(around: Around, vocabulary: Vocabulary) -> tuple[str | None, str | None, bool]:
    """Give organisation and unit type from the nearest text that names exactly one of each, and whether many are meant."""
    organisation = unit_type = None
    many = False
    for text in [*around.title, around.sheet]:
        # A local party body's letterhead and a document's number name no subject.
        reading = vocabulary.read(_NUMBERS.sub(" ", fold(text)), "title")
        types = list(dict.fromkeys(reading.values("unit_type")))
        base = [kind for kind in types if not kind.startswith("cap_")]
        types = base or types
        organisations = list(dict.fromkeys(reading.values("organisation")))
        if unit_type is None and len(types) == 1:
            unit_type = types[0]
        # "MTTQ và các tổ chức chính trị - xã hội" is about many: which one, only rows or columns can say.
        many = many or (organisation is None and (reading.has("many") or len(organisations) > 1))
        if organisation is None and not many and len(organisations) == 1:
            organisation = organisations[0]
        if (organisation or many) and unit_type:
            break
    return organisation, unit_type, many


def find_area(around: Around, gazetteer: Gazetteer) -> str | None:
    """Give the area a sheet is about, from its letterhead down to the folder; a commune where its letterhead says so."""
    area = None
    texts = [(text, False) for text in reversed(around.title)]
    texts += [(around.sheet, True), *((text, False) for text in around.workbook)]
    texts += [(around.path.stem, True), *((part, True) for part in reversed(around.path.parts[:-1]))]
    for text, bare in texts:
        found = gazetteer.mentions(text, bare=bare)
        districts = [a for a in found if a.is_district]
        if len(districts) == 1:
            area = districts[0].area_id
            break
        if area is None and found and not districts:
            area = found[0].area_id
            if any(a.area_id == gazetteer.home for a in found):
                area = gazetteer.home
                # A district's letterhead may name its superior first: go on only through the letterhead itself.
                if text not in around.title[-4:]:
                    break
    district = gazetteer.areas.get(area or "")
    within = district.area_id if district and district.is_district else None
    communes = {commune.area_id for text in around.title for commune in gazetteer.communes_named(text, within=within)}
    if not communes:
        # One sheet a commune: its tab bears the name, with or without the prefix.
        communes = {a.area_id for a in gazetteer.find(around.sheet, level="commune", within=within) if within}
    return communes.pop() if len(communes) == 1 else area


def find_issuer(texts: list[str], vocabulary: Vocabulary) -> str | None:
    """Give the mass organisation whose letterhead this is; None for a party body's, or where no letterhead stands."""
    for text in texts:
        folded = fold(text)
        if _PARTY.match(folded):
            return None
        if _ISSUER.match(folded):
            named = list(dict.fromkeys(vocabulary.read(text, "title").values("organisation")))
            if len(named) == 1:
                return named[0]
    return None


def is_provisional(around: Around) -> bool:
    """Whether title, sheet or file name call the figures provisional."""
    return any(_PROVISIONAL.search(fold(text)) for text in [*around.title, around.sheet, around.path.stem])
