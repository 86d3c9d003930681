"""What the names in a row say: its label, the area it is or ends with, the body it names, or a signature."""

import re
from collections.abc import Iterable

from danvan_analysis.intake.blocks import is_number
from danvan_analysis.intake.labels import ROMAN, Label, read_label
from danvan_analysis.intake.names import Area, Gazetteer, split_prefix
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.vocabulary import Reading, Vocabulary, words
from danvan_analysis.text import fold

_AREA_WORD = re.compile(r"\b(?:tp\.?|tx\.?|thành phố|thị xã|huyện|xã|phường|thị trấn|tt\.?|p\.|x\.|h\.|tỉnh)\s*\S")
_SIGNED = re.compile(r"ngày[\s\d….]*tháng[\s\d….]*năm")
_BODY_LEVEL = (("cap_tinh", "tỉnh"), ("cap_huyen", "huyện"), ("cap_huyen", "thành phố"), ("cap_xa", "xã"),
               ("cap_xa", "phường"), ("cap_xa", "thị trấn"))  # fmt: skip


def is_footer(out: Readout, r: int, vocabulary: Vocabulary) -> bool:
    """Signatures, dates and notes under a table: a row that begins so and holds no number."""
    cells = out.sheet.filled(r)
    values = out.sheet.rows[r]
    for c in cells:
        if is_number(values[c]):
            return False
    texts = [out.sheet.text(r, c) for c in cells]
    return any(_SIGNED.search(fold(text)) or vocabulary.begins(text, "footer") for text in texts)


def label_of(out: Readout, r: int, by_role: dict[str, list[int]], names: list[int]) -> tuple[Label, list[str]]:
    """The finest name of a row and the coarser ones beside it (huyện | xã | tên chi hội).

    A unit named by more than one column (khóm | tên tổ) bears all of its names.
    """
    sheet, stt = out.sheet, by_role.get("stt", [])
    unit_columns = by_role.get("unit_name", [])
    units: list[str] = []
    places: list[str] = []
    for c in (*unit_columns, *names):
        texts = units if c in unit_columns else places
        span = sheet.span.get((r, c))
        # A merged group row reaches over the figures; a name merged downwards holds for each of its rows.
        if span is None or span[1] == c or span[1] in stt or span[1] in names:
            text = sheet.text(r, c)
            if text and text not in texts:
                texts.append(text)
    if units:
        return read_label(", ".join(units)), [text for text in places if text not in units]
    if places:
        return read_label(places[-1]), places[:-1]
    for c in stt:
        text = sheet.text(r, c)
        if text and not text.strip(".").isdigit() and not ROMAN.match(text):
            return read_label(text), []
    return read_label(""), []


def area_of(text: str, gazetteer: Gazetteer, within: str | None, scope: str | None) -> Area | None:
    if not text:
        return None
    inside = gazetteer.areas.get(within or "")
    tries: list[tuple[str, str | None]] = []
    if inside is not None and inside.is_district:
        tries.append(("commune", inside.area_id))
        if split_prefix(text)[0] or scope is None or not gazetteer.areas[scope].is_district:
            tries.append(("district", None))
    elif within in (None, gazetteer.home):
        tries += [("district", None), ("commune", None)]
    else:
        tries.append(("any", within))
    for level, place in tries:
        found = gazetteer.find(text, level=level, within=place)
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def heads_communes(area: Area, later: Iterable[Label], gazetteer: Gazetteer, *, far: bool) -> bool:
    """Whether the next named row is a commune of this district: then the row is the district's heading.

    With `far` (a row without figures) any row up to the next district will do: the first may bear an unknown name.
    """
    named = [label for label in later if label.bare and not label.is_total]
    for label in named if far else named[:1]:
        found = gazetteer.find(label.text, level="commune", within=area.area_id)
        found = found or gazetteer.find(label.bare, level="commune", within=area.area_id)
        if any(a.is_commune for a in found):
            return True
        if gazetteer.find(label.bare, level="district", within=None):
            return False
    return False


def area_within(text: str, gazetteer: Gazetteer, within: str | None) -> Area | None:
    """The area a body's name ends with: "Hội Nông dân xã Phú Đức"."""
    folded = fold(text)
    for match in _AREA_WORD.finditer(folded):
        found = gazetteer.find(folded[match.start() :], level="any", within=within)
        if len(found) == 1:
            return found[0]
    return None


def names_subject(text: str, reading: Reading, listing: bool, gazetteer: Gazetteer, within: str | None) -> bool:
    """Whether a label is a kind of organisation or unit, alone or with its area, and not something else besides."""
    if not reading.has("organisation", "unit_type"):
        return False
    if listing:
        return _is_body(text, reading, gazetteer)
    return not reading.rest or _of_block(text, gazetteer, within) or area_within(text, gazetteer, within) is not None


def subject_area(text: str, gazetteer: Gazetteer, within: str | None) -> Area | None:
    """The area or block whose body a label names: "Hội Phụ nữ Công an tỉnh", "Hội Nông dân xã Phú Đức"."""
    block = gazetteer.block_named(text) if within in (None, gazetteer.home) else None
    return block or area_within(text, gazetteer, within)


def _of_block(text: str, gazetteer: Gazetteer, within: str | None) -> bool:
    found = subject_area(text, gazetteer, within)
    return found is not None and found.is_block


def _is_body(text: str, reading: Reading, gazetteer: Gazetteer) -> bool:
    """Whether a list's row names the body of an organisation, not one of its many units ("Chi hội ấp 1")."""
    if any(not kind.startswith("cap_") for kind in reading.values("unit_type")) or not reading.has("organisation"):
        return False
    if not reading.rest:
        return True
    area = subject_area(text, gazetteer, None)
    return area is not None and set(reading.rest) <= set(words(area.name))


def body_type(text: str, default: str | None) -> str | None:
    folded = f" {fold(text)} "
    for unit_type, word in _BODY_LEVEL:
        if f" {word} " in folded:
            return unit_type
    return default


def is_implied(unit_type: str | None, vocabulary: Vocabulary) -> bool:
    """Whether a unit type belongs to one organisation only (ban công tác mặt trận, chi đoàn, Hội quán …)."""
    return unit_type in vocabulary.single
