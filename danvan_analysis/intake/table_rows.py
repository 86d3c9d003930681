"""What each row of a table is: an area, a total, the body of an organisation, a named unit, a heading, or nothing known."""

import re
from dataclasses import dataclass

from danvan_analysis.intake.blocks import Block, is_number
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.labels import ROMAN, Label, read_label
from danvan_analysis.intake.names import Area, Gazetteer, split_prefix
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.vocabulary import Reading, Vocabulary, words
from danvan_analysis.text import fold

_AREA_WORD = re.compile(r"\b(?:tp\.?|tx\.?|thành phố|thị xã|huyện|xã|phường|thị trấn|tt\.?|p\.|x\.|h\.|tỉnh)\s*\S")


_SIGNED = re.compile(r"ngày[\s\d….]*tháng[\s\d….]*năm")


_BODY_LEVEL = (("cap_tinh", "tỉnh"), ("cap_huyen", "huyện"), ("cap_huyen", "thành phố"), ("cap_xa", "xã"),
               ("cap_xa", "phường"), ("cap_xa", "thị trấn"))  # fmt: skip


@dataclass
class TableRow:
    r: int
    kind: str  # area, total, subject, unit, unknown, silent
    label: Label
    area: Area | None = None
    organisation: str | None = None
    unit_type: str | None = None
    year: int | None = None
    group: str | None = None
    section: int = 0


def read_rows(
    out: Readout,
    block: Block,
    columns: list[Column],
    figures: list[Column],
    context: Context,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
) -> list[TableRow]:
    sheet = out.sheet
    by_role: dict[str, list[int]] = {}
    for column in columns:
        by_role.setdefault(column.role, []).append(column.index)
    names = [c for role in ("name", "unit_name", "indicator_name") for c in by_role.get(role, [])]
    typed = by_role.get("unit_type_cell", [])
    if not names:
        names, typed = typed, []
    by_year = not names and bool(by_role.get("year_cell"))
    listing = bool(by_role.get("rating") or by_role.get("unit_name"))
    settled_type = any(column.unit_type for column in columns)
    indexes = [column.index for column in figures]
    scope = context.area_id
    home_scope = gazetteer.areas.get(scope or "")
    group: str | None = home_scope.area_id if home_scope and home_scope.is_district else None
    section_org: str | None = None
    section_type: str | None = None
    rows: list[TableRow] = []
    section = 0
    place: Area | None = None
    labels: dict[int, tuple[Label, list[str]]] = {}
    for r in block.rows:
        if sheet.filled(r):
            labels[r] = _label_of(out, r, by_role, names)
    order = list(labels)
    for position, r in enumerate(order):
        label, outers = labels[r]
        says = out.has_figures(r, indexes)
        if (not label.text and not says) or is_footer(out, r, vocabulary):
            continue
        within = group or scope
        province = next((sheet.text(r, c) for c in by_role.get("parent", [])), "")
        if province:
            name = split_prefix(province)[1]
            within = next(
                (a.area_id for a in gazetteer.areas.values() if a.is_province and split_prefix(a.name)[1] == name), "?"
            )
        outer_area: Area | None = None
        for outer in outers:
            # Huyện | xã: each column narrows the one before.
            found_area = _area_of(outer, gazetteer, within, scope)
            if found_area:
                outer_area = found_area
                if found_area.is_district:
                    group = within = found_area.area_id
        if label.is_total:
            rows.append(
                TableRow(
                    r, "total" if says else "silent", label, group=group if group != scope else None, section=section
                )
            )
            continue
        numbered = bool(by_role.get("stt")) and ROMAN.match(sheet.text(r, by_role["stt"][0])) is not None
        section += numbered
        area = _area_of(label.text, gazetteer, within, scope) or _area_of(label.bare, gazetteer, within, scope)
        row = TableRow(r, "unknown" if says else "silent", label, area, section_org, section_type, section=section)
        for c in by_role.get("year_cell", []):
            years = vocabulary.read(sheet.text(r, c)).years
            row.year = years[0] if len(years) == 1 else None
        reading = vocabulary.read(label.bare)
        if by_year and row.year and says:
            # Years down the rows: every row is about the sender's own area.
            row.kind, row.area = "area", gazetteer.areas.get(scope or "")
            rows.append(row)
            continue
        if reading.several("organisation") and says and area is None:
            rows.append(row)
            continue
        if area is not None and not says and listing:
            # "I | Xã Tân Hòa" over the units of that commune.
            place = area if area.is_commune else None
            group = area.area_id if area.is_district else group
        elif area is not None and "unit_name" not in by_role:
            row.kind = "area" if says else "silent"
            if area.is_district and _heads_communes(area, order[position + 1 :], labels, gazetteer):
                group = area.area_id
                row.kind = "total" if says else "silent"
                row.group = group
            elif area.is_district and group and area.area_id != group and scope != group:
                group = None
        elif _names_subject(label.bare, reading, listing, gazetteer, within):
            body_area = outer_area or _area_within(label.bare, gazetteer, within)
            row.organisation = reading.last("organisation", section_org)
            row.unit_type = reading.last("unit_type", _body_type(label.bare, section_type or context.unit_type))
            row.area = body_area or gazetteer.areas.get(within or "")
            row.kind = "subject" if says else "silent"
            if numbered and says and not reading.has("organisation") and not _implied(row.unit_type, vocabulary):
                # "I | Cấp huyện | 72" over the organisations one by one: their sum, and what they are.
                row.kind, row.area, section_org, section_type = "total", None, None, row.unit_type
            if body_area and not listing and (context.unit_type or settled_type):
                # "Hội Nông dân huyện Tam Nông" in a table of counts is the place whose units are counted.
                row.unit_type = reading.last("unit_type")
            if not says:
                section_org, section_type = row.organisation, reading.last("unit_type")
        elif listing and says and (label.bare or "unit_name" in by_role):
            row.area = area or outer_area or _area_within(label.bare, gazetteer, within) or place
            row.area = row.area or gazetteer.areas.get(within or "")
            row.organisation = reading.last("organisation", section_org)
            row.unit_type = reading.last("unit_type", section_type)
            row.kind = "unit"
        elif says and numbered:
            # "I | CÁC PHƯỜNG | 45": a group's own total before its rows.
            row.kind = "total"
        for c in typed:
            subject = vocabulary.read(sheet.text(r, c))
            row.organisation = subject.last("organisation", row.organisation)
            row.unit_type = subject.last("unit_type", row.unit_type)
        rows.append(row)
    return rows


def _implied(unit_type: str | None, vocabulary: Vocabulary) -> bool:
    """Whether a unit type belongs to one organisation only (ban công tác mặt trận, chi đoàn, Hội quán …)."""
    return unit_type in vocabulary.single


def is_footer(out: Readout, r: int, vocabulary: Vocabulary) -> bool:
    """Signatures, dates and notes under a table: a row that begins so and holds no number."""
    cells = out.sheet.filled(r)
    if any(is_number(out.sheet.raw(r, c)) for c in cells):
        return False
    texts = [out.sheet.text(r, c) for c in cells]
    return any(_SIGNED.search(fold(text)) or vocabulary.begins(text, "footer") for text in texts)


def _label_of(out: Readout, r: int, by_role: dict[str, list[int]], names: list[int]) -> tuple[Label, list[str]]:
    """The finest name of a row and the coarser ones beside it (huyện | xã | tên chi hội).

    A unit named by more than one column (khóm | tên tổ) bears all of its names.
    """
    sheet, stt = out.sheet, by_role.get("stt", [])

    def read(columns: list[int]) -> list[str]:
        texts = []
        for c in columns:
            left = sheet.span.get((r, c), (r, c, r, c))[1]
            # A merged group row reaches over the figures; a name merged downwards holds for each of its rows.
            texts.append(sheet.text(r, c) if left == c or left in stt or left in names else "")
        return list(dict.fromkeys(text for text in texts if text))

    units = read(by_role.get("unit_name", []))
    places = read([c for c in names if c not in by_role.get("unit_name", [])])
    if units:
        return read_label(", ".join(units)), [text for text in places if text not in units]
    if places:
        return read_label(places[-1]), places[:-1]
    for c in stt:
        text = sheet.text(r, c)
        if text and not text.strip(".").isdigit() and not ROMAN.match(text):
            return read_label(text), []
    return read_label(""), []


def _area_of(text: str, gazetteer: Gazetteer, within: str | None, scope: str | None) -> Area | None:
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


def _heads_communes(
    area: Area, later: list[int], labels: dict[int, tuple[Label, list[str]]], gazetteer: Gazetteer
) -> bool:
    for r in later:
        label = labels[r][0]
        if label.bare and not label.is_total:
            found = gazetteer.find(label.text, level="commune", within=area.area_id) or gazetteer.find(
                label.bare, level="commune", within=area.area_id
            )
            return any(a.is_commune for a in found)
    return False


def _area_within(text: str, gazetteer: Gazetteer, within: str | None) -> Area | None:
    """The area a body's name ends with: "Hội Nông dân xã Phú Đức"."""
    folded = fold(text)
    for match in _AREA_WORD.finditer(folded):
        found = gazetteer.find(folded[match.start() :], level="any", within=within)
        if len(found) == 1:
            return found[0]
    return None


def _names_subject(text: str, reading: Reading, listing: bool, gazetteer: Gazetteer, within: str | None) -> bool:
    """Whether a label is a kind of organisation or unit, alone or with its area, and not something else besides."""
    if not reading.has("organisation", "unit_type"):
        return False
    if listing:
        return _is_body(text, reading, gazetteer)
    return not reading.rest or _area_within(text, gazetteer, within) is not None


def _is_body(text: str, reading: Reading, gazetteer: Gazetteer) -> bool:
    """Whether a list's row names the body of an organisation, not one of its many units ("Chi hội ấp 1")."""
    if any(not kind.startswith("cap_") for kind in reading.values("unit_type")) or not reading.has("organisation"):
        return False
    if not reading.rest:
        return True
    area = _area_within(text, gazetteer, None)
    return area is not None and set(reading.rest) <= set(words(area.name))


def _body_type(text: str, default: str | None) -> str | None:
    folded = f" {fold(text)} "
    for unit_type, word in _BODY_LEVEL:
        if f" {word} " in folded:
            return unit_type
    return default
