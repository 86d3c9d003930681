"""What each row of a table is: an area, a total, the body of an organisation, a named unit, a heading, or nothing known."""

from collections.abc import Iterator
from dataclasses import dataclass

from danvan_analysis.intake.blocks import Block
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.labels import ROMAN, Label
from danvan_analysis.intake.names import Area, Gazetteer, split_prefix
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.row_names import (
    area_of,
    area_within,
    body_type,
    heads_communes,
    is_footer,
    is_implied,
    label_of,
    names_subject,
    subject_area,
)
from danvan_analysis.intake.vocabulary import Reading, Vocabulary

#: The kinds of rows that hold figures of their own.
DETAILS = ("area", "subject", "unit")


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
    #: The area by the row's official code, where its name says another one.
    coded: Area | None = None


@dataclass(frozen=True)
class _Table:
    """What holds for every row of the table that is being read."""

    out: Readout
    by_role: dict[str, list[int]]
    names: list[int]
    typed: list[int]
    figures: list[int]
    listing: bool
    types_in_head: bool
    context: Context
    vocabulary: Vocabulary
    gazetteer: Gazetteer

    @property
    def scope(self) -> str | None:
        """The area the whole table is about, by its surroundings."""
        return self.context.area_id

    def numbered(self, r: int) -> bool:
        """Whether a row bears a Roman numeral or a capital letter: the head of a group."""
        stt = self.by_role.get("stt")
        return bool(stt) and ROMAN.match(self.out.sheet.text(r, stt[0])) is not None  # type: ignore[index]


@dataclass
class _Above:
    """What the headings above a row say, as the table is read downwards."""

    group: str | None
    place: Area | None = None
    section: int = 0
    organisation: str | None = None
    unit_type: str | None = None


def read_rows(
    out: Readout,
    block: Block,
    columns: list[Column],
    figures: list[Column],
    context: Context,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
) -> list[TableRow]:
    """Say of every row of a table what it is; empty rows, notes and signatures are left out."""
    by_role: dict[str, list[int]] = {}
    for column in columns:
        by_role.setdefault(column.role, []).append(column.index)
    names = [c for role in ("name", "unit_name", "indicator_name") for c in by_role.get(role, [])]
    typed = by_role.get("unit_type_cell", [])
    if not names:
        names, typed = typed, []
    table = _Table(
        out,
        by_role,
        names,
        typed,
        [column.index for column in figures],
        listing=bool(by_role.get("rating") or by_role.get("unit_name")),
        types_in_head=any(column.unit_type for column in columns),
        context=context,
        vocabulary=vocabulary,
        gazetteer=gazetteer,
    )
    labels = {r: label_of(out, r, by_role, names) for r in block.rows if out.sheet.filled(r)}
    home = gazetteer.areas.get(context.area_id or "")
    above = _Above(group=home.area_id if home and home.is_district else None)
    rows: list[TableRow] = []
    order = list(labels)
    for position, r in enumerate(order):
        label, outers = labels[r]
        says = out.has_figures(r, table.figures)
        if (label.text or says) and not is_footer(out, r, vocabulary):
            later = (labels[below][0] for below in order[position + 1 :])
            rows.append(_read_row(table, above, r, label, outers, later, says=says))
    return rows


def _read_row(
    table: _Table, above: _Above, r: int, label: Label, outers: list[str], later: Iterator[Label], *, says: bool
) -> TableRow:
    within = _province_of(table, r) or above.group or table.scope
    beside, within = _narrow(table, above, outers, within)
    if label.is_total:
        group = above.group if above.group != table.scope else None
        return TableRow(r, "total" if says else "silent", label, group=group, section=above.section)
    numbered = table.numbered(r)
    above.section += numbered
    area = area_of(label.text, table.gazetteer, within, table.scope)
    if area is None and label.bare != label.text:
        area = area_of(label.bare, table.gazetteer, within, table.scope)
    coded = _area_by_code(table, r)
    if coded and area and coded != area:
        return TableRow(r, "unknown" if says else "silent", label, section=above.section, coded=coded)
    area = area or coded
    if area and area.is_block and "unit_name" in table.by_role:
        # "Công an tỉnh" in a list of offices is an office, not the area of its mass organisations.
        area = None
    row = TableRow(
        r, "unknown" if says else "silent", label, area, above.organisation, above.unit_type, section=above.section
    )
    row.year = _year_of(table, r)
    reading = table.vocabulary.read(label.bare)
    if not table.names and row.year and says:
        # Years down the rows: every row is about the sender's own area.
        row.kind, row.area = "area", table.gazetteer.areas.get(table.scope or "")
    elif reading.several("organisation") and says and area is None:
        row.kind = "unknown"
    elif area is not None and not says and table.listing and row.year is None:
        # "I | Xã Tân Hòa" over the units of that commune; a row with a year of its own heads none, it lacks its figures.
        above.place = area if area.is_commune else None
        above.group = area.area_id if area.is_district else above.group
    elif area is not None and area.is_commune and says and _heads_units(table, within, later, numbered=numbered):
        # "I | Xã Tân Hòa | 55" over its chi bộ: their sum, and where they stand.
        above.place, row.kind = area, "total"
    elif area is not None and "unit_name" not in table.by_role:
        _area_row(table, above, row, area, later, says=says)
    elif names_subject(label.bare, reading, table.listing, table.gazetteer, within):
        row.area = beside or subject_area(label.bare, table.gazetteer, within)
        _subject_row(table, above, row, reading, within, numbered=numbered, says=says)
    elif table.listing and says and (label.bare or "unit_name" in table.by_role):
        row.area = area or beside or area_within(label.bare, table.gazetteer, within) or above.place
        row.area = row.area or table.gazetteer.areas.get(within or "")
        row.organisation = reading.last("organisation", above.organisation)
        row.unit_type = reading.last("unit_type", above.unit_type)
        row.kind = "unit" if _stands_there(row.unit_type or table.context.unit_type, row.area) else "unknown"
    elif says and numbered:
        # "I | CÁC PHƯỜNG | 45": a group's own total before its rows.
        row.kind = "total"
    for c in table.typed:
        subject = table.vocabulary.read(table.out.sheet.text(r, c))
        row.organisation = subject.last("organisation", row.organisation)
        row.unit_type = subject.last("unit_type", row.unit_type)
    return row


def _stands_there(unit_type: str | None, area: Area | None) -> bool:
    """Whether an area can have a body of this level: of a name nobody knows, its superior's area is no substitute."""
    if area is None or unit_type not in ("cap_tinh", "cap_huyen", "cap_xa"):
        return True
    return {"cap_tinh": area.is_province, "cap_huyen": area.is_district, "cap_xa": area.is_commune}[unit_type]


def _province_of(table: _Table, r: int) -> str | None:
    """The province a row names in a column of its own (published figures of many provinces)."""
    column = table.by_role.get("parent")
    if not column:
        return None
    name = split_prefix(table.out.sheet.text(r, column[0]))[1]
    areas = table.gazetteer.areas.values()
    return next((a.area_id for a in areas if a.is_province and split_prefix(a.name)[1] == name), "?")


def _area_by_code(table: _Table, r: int) -> Area | None:
    """The area whose official code stands beside the row's name, read in its era."""
    for c in table.by_role.get("code", []):
        found = table.gazetteer.find(table.out.sheet.text(r, c), level="any", within=None)
        if len(found) == 1:
            return found[0]
    return None


def _narrow(table: _Table, above: _Above, outers: list[str], within: str | None) -> tuple[Area | None, str | None]:
    """The area that the name columns before the last give (huyện | xã), each narrowing the one before."""
    beside: Area | None = None
    for outer in outers:
        found = area_of(outer, table.gazetteer, within, table.scope)
        if found:
            beside = found
            if found.is_district:
                above.group = within = found.area_id
    return beside, within


def _year_of(table: _Table, r: int) -> int | None:
    year = None
    for c in table.by_role.get("year_cell", []):
        years = table.vocabulary.read(table.out.sheet.text(r, c)).years
        year = years[0] if len(years) == 1 else None
    return year


def _heads_units(table: _Table, within: str | None, later: Iterator[Label], *, numbered: bool) -> bool:
    """Whether a commune's row with figures stands over its units: a list of names goes on with what is no area."""
    if "unit_name" not in table.by_role or "rating" in table.by_role:
        return False
    if not numbered and ("measure" not in table.by_role or "level" in table.by_role):
        return False
    below = next((label for label in later if label.bare and not label.is_total), None)
    return below is not None and area_of(below.text, table.gazetteer, within, table.scope) is None


def _area_row(table: _Table, above: _Above, row: TableRow, area: Area, later: Iterator[Label], *, says: bool) -> None:
    row.kind = "area" if says else "silent"
    if area.is_district and heads_communes(area, later, table.gazetteer, far=not says):
        above.group = row.group = area.area_id
        row.kind = "total" if says else "silent"
    elif not area.is_commune and above.group and area.area_id != above.group and table.scope != above.group:
        above.group = None


def _subject_row(
    table: _Table, above: _Above, row: TableRow, reading: Reading, within: str | None, *, numbered: bool, says: bool
) -> None:
    """A row that names a kind of organisation or unit; `row.area` holds the area its label ends with."""
    named = row.area
    context_type = table.context.unit_type
    row.organisation = reading.last("organisation", above.organisation)
    # The body of a block is none of the levels the resolution names.
    own_type = "khac" if named and named.is_block else body_type(row.label.bare, above.unit_type or context_type)
    row.unit_type = reading.last("unit_type", own_type)
    row.area = named or table.gazetteer.areas.get(within or "")
    row.kind = "subject" if says else "silent"
    if numbered and says and not reading.has("organisation") and not is_implied(row.unit_type, table.vocabulary):
        # "I | Cấp huyện | 72" over the organisations one by one: their sum, and what they are.
        row.kind, row.area = "total", None
        above.organisation, above.unit_type = None, row.unit_type
    if named and not table.listing and (context_type or table.types_in_head):
        # "Hội Nông dân huyện Tam Nông" in a table of counts is the place whose units are counted.
        row.unit_type = reading.last("unit_type")
    if not says:
        above.organisation, above.unit_type = row.organisation, reading.last("unit_type")
