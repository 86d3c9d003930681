"""What a table is about, said around it: year, period, area, organisation, unit type, channel, provisional or final.

The nearest place wins: title rows from the table upwards, then the sheet's name, the rest of the workbook, the file's
name, its folder. What rows and columns say of themselves goes before all of these. Places that contradict the winner
are reported (`clashes`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.vocabulary import Vocabulary, words
from danvan_analysis.text import fold

_DATES = re.compile(
    r"\d{4}-\d{2}-\d{2}|[\d….]*\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|ngày[\s\d….]*tháng[\s\d….]*năm\s*\d{4}"
    r"|tháng\s*\d{1,2}\s*(?:/|năm)\s*\d{4}|(?<!\d)\d{1,2}\s*/\s*\d{4}"
)
_NUMBERS = re.compile(r"số\s*:?\s*\d*\s*-[^\s]*|\d+\s*[-/]\s*(?:nq|bc|kh|qđ|hd|tb|cv|ctr)[^\s]*", re.I)
#: The year of a comparison, a plan or the paper a table rests on is not the year of its figures.
_OTHER_YEARS = re.compile(
    r"(?:so với|so sánh|cùng kỳ|nghị quyết|hướng dẫn|quyết định|quy định|kế hoạch|ban hành|kèm theo|nhiệm kỳ|đại hội)"
    r"[^,;.]*?(?:19[89]|20\d)\d|phương hướng[^;.]*?(?:19[89]|20\d)\d"
)
_SPAN = re.compile(r"((?:19|20)\d{2})\s*(?:-|đến|–)\s*(?:năm\s*)?((?:19|20)\d{2})")
_YEAR = re.compile(r"(?<!\d)((?:19[89]|20\d)\d)(?!\d)")
_PERIODS = (
    # File names and tabs are often written without accents: "quy IV", "6 thang", "9T".
    (re.compile(r"\bqu[ýy]\s*(iv|4|bốn|tư)\b|\bq(?:4|iv)\b"), "quy-4"),
    (re.compile(r"\bqu[ýy]\s*(iii|3|ba)\b|\bq(?:3|iii)\b"), "quy-3"),
    (re.compile(r"\bqu[ýy]\s*(ii|2|hai)\b|\bq(?:2|ii)\b"), "quy-2"),
    (re.compile(r"\bqu[ýy]\s*(i|1|một)\b|\bq(?:1|i)\b"), "quy-1"),
    (re.compile(r"\b0?6\s*(?:tháng|thang|t)\b|\bsáu tháng\b|\bnửa đầu năm\b"), "6-thang"),
    (re.compile(r"\b0?9\s*(?:tháng|thang|t)\b|\bchín tháng\b"), "9-thang"),
    # A whole year only where it is said in so many words: "năm 2023" stands in the titles of half years too.
    (re.compile(r"\bc[ảa] n[ăa]m\b|\b12\s*(?:tháng|thang)\b|\b(?:năm|nam)\s*20\d\d\b"), "nam"),
)  # fmt: skip
_PROVISIONAL = re.compile(r"\bdự kiến\b|\bước thực hiện\b|\btạm tính\b|\bsơ bộ\b|\bdu kien\b")
#: "Đảng viên chính thức" are full members: only figures, results and returns are final, or a file that says no more.
_FINAL = re.compile(r"(?:số liệu|kết quả|báo cáo|biểu|bản|xếp loại)[^,;.]{0,30}\bchính thức\b|\bchinh thuc\b")
_FINAL_NAME = re.compile(r"(?<!viên )\bchính thức\b|\bchinh thuc\b")
_SELF = re.compile(r"\btự (?:đánh giá|xếp loại|phân loại|nhận|chấm)\b|\btu (?:danh gia|xep loai)\b")
_CONFIRMED = re.compile(r"\b(?:công nhận|thẩm định|xác nhận)\b|\bcấp trên (?:đánh giá|xếp loại)\b|\bcong nhan\b")
_PARTY = re.compile(r"(?:huyện ủy|thành ủy|thị ủy|tỉnh ủy|đảng ủy|ban dân vận|bdv|ban tuyên giáo)\b")
_ISSUER = re.compile(
    r"(?:ban thường trực|ban thường vụ|ban chấp hành|bch|btv)?\s*"
    r"(?:hội|ủy ban mttq|ủy ban mặt trận|ubmttq|ub mttq|mttq|mặt trận|liên đoàn|công đoàn|đoàn|tỉnh đoàn|huyện đoàn|thành đoàn)\b"
)

#: "… chính trị - xã hội xã": the level after those whom a title names, where no name makes it one commune's.
_LEVEL = re.compile(
    r"\s(?:của các |các |của )?(xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh)"
    r"(?=\s*(?:$|[(;:.,–-]|năm\b|qu[ýy]\b|0?[69] tháng|giai đoạn|nhiệm kỳ|trên địa bàn|tính đến|theo\b|do\b))"
)
_MANY = "tổ chức chính trị"
_BODIES = {"tỉnh": "cap_tinh", "huyện": "cap_huyen", "thị xã": "cap_huyen", "thành phố": "cap_huyen"}


@dataclass
class Context:
    """What is known of a table or sheet; `clashes` are sentences on places that say otherwise, the year's apart."""

    year: int | None = None
    period: str = "nam"
    status: str = "chinh_thuc"
    organisation: str | None = None
    unit_type: str | None = None
    area_id: str | None = None
    channel: str = "dia_phuong"
    #: `tu_xep_loai` where the whole table is the units' own rating.
    rated_by: str | None = None
    sender: str | None = None
    year_clashes: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Around:
    """The texts around a table, nearest first, and those of the whole workbook and its path."""

    title: list[str]
    sheet: str
    workbook: list[str]
    path: PurePosixPath
    #: The names of the workbook's sheets, this one's too.
    tabs: tuple[str, ...] = ()

    def places(self) -> Iterator[tuple[str, str, bool]]:
        """The texts in the order in which they count: (place, text, whether a name there may lack its prefix)."""
        yield from (("tiêu đề", text, False) for text in self.title)
        yield "tên trang tính", self.sheet, True
        yield "tên tệp", _words(self.path.stem), True
        yield from (("thư mục", _words(part), True) for part in reversed(self.path.parts[:-1]))


Said = tuple[str, str]


def _words(name: str) -> str:
    """A file's name as words: "BC_9T-2023 (1)" is "BC 9T 2023 (1)"."""
    return re.sub(r"[_\-.]+", " ", name)


def places_said(around: Around, say: Callable[[str, bool], str | None]) -> list[Said]:
    """Every place where a text says something, nearest first; of the title only the nearest text that does."""
    said: list[Said] = []
    for place, text, bare in around.places():
        value = say(text, bare)
        if value and not (said and said[-1][0] == place):
            said.append((place, value))
    return said


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
    # "2022" next to "2023" in "BC 2023.xlsx": one tab a year, and the file bears the latest.
    tabs = {year for tab in around.tabs for year in strong_years(tab)}
    clashes = [
        f"{place} ghi năm {year} nhưng {other} ghi năm {said_year}; phần mềm lấy năm {year}"
        for other, said_year in said[1:]
        if said_year != year
        and other in {"tên trang tính", "tên tệp", "thư mục"}
        and not (other != "tên trang tính" and {year, said_year} <= tabs)
    ]
    return year, clashes[:1]


@lru_cache(maxsize=4096)
def period_said(text: str, bare: bool = False) -> str | None:
    """The period a text names: a part of a year where it names one, else the year where it says so."""
    # "Chi hội thành lập dưới 6 tháng" is about the units, not about the figures.
    folded = re.sub(r"\b(?:dưới|đủ|trên|từ)\s+0?[69]\s*tháng", " ", fold(text))
    return next((period for pattern, period in _PERIODS if pattern.search(folded)), None)


def periods_said(around: Around) -> list[Said]:
    """The period each place names; among the title's rows a part of a year goes before the year itself."""
    said = places_said(around, period_said)
    part = next((p for text in around.title if (p := period_said(text)) not in (None, "nam")), None)
    return [("tiêu đề", part), *(s for s in said if s[0] != "tiêu đề")] if part else said


def find_period(around: Around) -> str:
    """Give the period of the nearest place that names one; `nam` where none does."""
    said = periods_said(around)
    return said[0][1] if said else "nam"


def find_subject(around: Around, vocabulary: Vocabulary) -> tuple[str | None, str | None, bool]:
    """Give organisation and unit type from the nearest text that names exactly one of each, and whether many are meant."""
    organisation = unit_type = None
    many = False
    for text in [*around.title, around.sheet]:
        # A local party body's letterhead and a document's number name no subject.
        folded = _NUMBERS.sub(" ", fold(text))
        reading = vocabulary.read(folded, "title")
        types = list(dict.fromkeys(reading.values("unit_type"))) or _level_said(folded, vocabulary)
        base = [kind for kind in types if not kind.startswith("cap_")]
        types = base or types
        organisations = list(dict.fromkeys(reading.values("organisation")))
        if unit_type is None and len(types) == 1:
            unit_type = types[0]
        # "MTTQ và các tổ chức chính trị - xã hội" is about many: which one, only rows or columns can say.
        several = (
            reading.has("many") or len(organisations) > 1 or any(_MANY in token.phrase for token in reading.tokens)
        )
        many = many or (organisation is None and several)
        if organisation is None and not many and len(organisations) == 1:
            organisation = organisations[0]
        if (organisation or many) and unit_type:
            break
    return organisation, unit_type, many


def _level_said(folded: str, vocabulary: Vocabulary) -> list[str]:
    """The level that stands right after the organisations a title names: "Mặt trận Tổ quốc và các đoàn thể xã"."""
    for match in _LEVEL.finditer(folded):
        before = folded[: match.start()]
        named = [t for t in vocabulary.read(before, "title").tokens if t.role in ("organisation", "many")]
        # "HỘI NÔNG DÂN TỈNH" in a letterhead sends the table; its units may be of any level.
        if not named or (named[-1].role == "organisation" and _ISSUER.match(folded)):
            continue
        ends = words(named[-1].phrase)
        if words(before)[-len(ends) :] == ends:
            return [_BODIES.get(match[1], "cap_xa")]
    return []


def find_area(around: Around, gazetteer: Gazetteer) -> str | None:
    """Give the area a sheet is about, from its letterhead down to the folder; a commune where its letterhead says so."""
    area = None
    texts = [(text, False) for text in reversed(around.title)]
    texts += [(around.sheet, True), *((text, False) for text in around.workbook)]
    texts += [(around.path.stem, True), *((part, True) for part in reversed(around.path.parts[:-1]))]
    for text, bare in texts:
        found = gazetteer.mentions(text, bare=bare)
        blocks = [a for a in gazetteer.find(text, level="district", within=None) if a.is_block]
        if len(blocks) == 1 and text in around.title:
            # "ĐẢNG UỶ CÔNG AN TỈNH" in a letterhead, under its superior's name.
            area = blocks[0].area_id
            break
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


def letterhead_of(texts: list[str], vocabulary: Vocabulary) -> str | None:
    """Give whose letterhead this is: a mass organisation, `cap_uy` for a party body; None where none stands."""
    for text in texts:
        folded = fold(text)
        if _PARTY.match(folded):
            return "cap_uy"
        if _ISSUER.match(folded):
            named = list(dict.fromkeys(vocabulary.read(text, "title").values("organisation")))
            if len(named) == 1:
                return named[0]
    return None


def own_or_first(own: str | None, heads: list[str | None]) -> str | None:
    """The mass organisation that sends a sheet: by its own letterhead, else by the first of its file that has one."""
    head = own or next((head for head in heads if head not in (None, "cap_uy")), None)
    return None if head == "cap_uy" else head


def status_said(text: str, bare: bool = False) -> str | None:
    """Whether a text calls the figures provisional or final."""
    folded = fold(text)
    if _PROVISIONAL.search(folded):
        return "du_kien"
    return "chinh_thuc" if (_FINAL_NAME if bare else _FINAL).search(folded) else None


def rated_by_said(text: str, bare: bool = False) -> str | None:
    """Whether a text says that units rated themselves, or that their rating was confirmed; None where it says both."""
    folded = fold(text)
    own, confirmed = bool(_SELF.search(folded)), bool(_CONFIRMED.search(folded))
    return None if own == confirmed else "tu_xep_loai" if own else "cong_nhan"


def find_status(around: Around) -> str:
    """Give `du_kien` or `chinh_thuc` as the nearest place says that says either; final where none does."""
    said = places_said(around, status_said)
    return said[0][1] if said else "chinh_thuc"


def find_rated_by(around: Around) -> str | None:
    """Give `tu_xep_loai` where the nearest place that says who rated says the units themselves; else None."""
    said = places_said(around, rated_by_said)
    return "tu_xep_loai" if said and said[0][1] == "tu_xep_loai" else None
