"""One sheet from cells to settled rows: its tables are found, recognised, observed and settled, each cell accounted for."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from danvan_analysis.cells import Sheet, address
from danvan_analysis.facts import Facts
from danvan_analysis.intake.blocks import Block, find_blocks, is_number
from danvan_analysis.intake.clashes import find_clashes
from danvan_analysis.intake.column_content import by_content
from danvan_analysis.intake.column_numbers import leave_doubts
from danvan_analysis.intake.columns import BESIDE, read_columns
from danvan_analysis.intake.context import (
    Around,
    Context,
    find_area,
    find_period,
    find_rated_by,
    find_status,
    find_subject,
    find_year,
    letterhead_of,
    own_or_first,
)
from danvan_analysis.intake.duty_rows import duty_table, observe_duties
from danvan_analysis.intake.empty_form import forget_if_empty
from danvan_analysis.intake.entity_rows import observe_entity_rows
from danvan_analysis.intake.indicator_rows import observe_indicator_rows
from danvan_analysis.intake.leftovers import leftovers, no_block, strays
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.not_ours import OurPlaces, not_ours
from danvan_analysis.intake.notices import note_surroundings, open_readouts
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.persons import PersonsDoor, is_withheld
from danvan_analysis.intake.recognise import recognise, roles_of
from danvan_analysis.intake.settle import settle
from danvan_analysis.intake.settled import Settings, Settled
from danvan_analysis.intake.suggest import lacking
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import fold

_PLAN = re.compile(
    r"^(?:bảng |biểu |phụ lục )?(?:giao |đề ra )?(?:kế hoạch|đăng ký|chỉ tiêu|phấn đấu)\s+(?:đánh giá|xếp loại|phân loại)"
)


@dataclass
class SheetResult:
    """What one sheet gave, ready for the tables."""

    readout: Readout
    settled: list[tuple[Context, Settled]] = field(default_factory=list)
    context: Context = field(default_factory=Context)
    #: Where the sheet is one of questions that came back: what it answers.
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Reader:
    """The facts made ready once a run, and the areas of each year as they are needed."""

    facts: Facts
    vocabulary: Vocabulary
    settings: Settings
    places: OurPlaces
    _gazetteers: dict[int, Gazetteer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.persons = PersonsDoor(self.vocabulary, self.facts.settings["persons"], self.is_area)

    @classmethod
    def of(cls, facts: Facts) -> "Reader":
        """Prepare the facts for reading."""
        return cls(facts, Vocabulary(facts), Settings.of(facts), OurPlaces.of(facts))

    def is_area(self, text: str) -> bool:
        """Whether a text is the name of one of the province's areas, in the resolution's first year."""
        return bool(self.gazetteer(None).find(text, level="any", within=None))

    def gazetteer(self, year: int | None) -> Gazetteer:
        """The areas as they stood at the end of a year (of the resolution's first year where none is known)."""
        known = year or int(str(self.facts.resolution["term_from"])[:4])
        if known not in self._gazetteers:
            self._gazetteers[known] = Gazetteer(self.facts, known)
        return self._gazetteers[known]


def letterhead(sheet: Sheet, blocks: list[Block]) -> list[str]:
    """The texts above a sheet's first table, from the bottom up: they say whose return it is."""
    top = blocks[0].top if blocks else min(8, len(sheet.rows))
    above = ((r, c) for r in range(top - 1, -1, -1) for c in sheet.filled(r))
    return [sheet.text(r, c) for r, c in above if not is_number(sheet.raw(r, c))] + sheet.above


def read_workbook(sheets: list[Sheet], path: PurePosixPath, reader: Reader) -> list[SheetResult]:
    """Read the sheets of one file; each may look at the letterheads of the others to learn whose return it is."""
    outs = open_readouts(sheets, reader.persons, reader.vocabulary.units)
    found = [find_blocks(sheet, reader.vocabulary, reader.is_area) for sheet in sheets]
    heads = [letterhead(sheet, blocks) for sheet, blocks in zip(sheets, found, strict=True)]
    # One file has one sender; a sheet without a letterhead follows the others.
    senders = [letterhead_of(head[::-1], reader.vocabulary) for head in heads]
    tabs = tuple(sheet.name for sheet in sheets)
    results = []
    for index, sheet in enumerate(sheets):
        out = outs[index]
        result = SheetResult(out)
        others = [text for i, head in enumerate(heads) if i != index for text in head]
        persons = any(note.effect == "dropped" for note in out.notes)
        for block in (b for b in found[index] if not (persons and is_withheld(sheet, b))):
            title = block.title + [text for text in heads[index] if text not in block.title]
            around = Around(title, sheet.name, others, path, tabs)
            _read_block(block, result, around, _context(around, senders[index], senders, reader), reader)
        if found[index]:
            strays(out, found[index])
            if forget_if_empty(out):
                result.settled.clear()
        else:
            no_block(out)
            around = Around(heads[index], sheet.name, others, path, tabs)
            result.context = _context(around, senders[index], senders, reader)
        note_surroundings(out)
        results.append(result)
    return results


def _context(around: Around, own: str | None, senders: list[str | None], reader: Reader) -> Context:
    issuer = own_or_first(own, senders)
    year, clashes = find_year(around)
    gazetteer = reader.gazetteer(year)
    area_id = find_area(around, gazetteer)
    subject, unit_type, many = find_subject(around, reader.vocabulary)
    context = Context(
        year=year,
        period=find_period(around),
        status=find_status(around),
        organisation=subject or (None if many else issuer),
        unit_type=unit_type,
        area_id=area_id,
        channel="nganh_doc" if issuer else "dia_phuong",
        rated_by=find_rated_by(around),
        sender=_sender(area_id, issuer, reader),
        year_clashes=clashes,
    )
    names = reader.settings.organisation_names
    context.clashes = find_clashes(around, context, gazetteer, reader.vocabulary, names, issuer, senders)
    return context


def _sender(area_id: str | None, organisation: str | None, reader: Reader) -> str | None:
    home = str(reader.facts.resolution["province_id"])
    if organisation:
        return organisation if area_id in (None, home) else f"{organisation}-{area_id}"
    return area_id


def _read_block(block: Block, result: SheetResult, around: Around, context: Context, reader: Reader) -> None:
    out, sheet = result.readout, result.readout.sheet
    gazetteer = reader.gazetteer(context.year)
    columns = by_content(
        sheet, block, read_columns(sheet, block, reader.vocabulary, gazetteer), reader.vocabulary, reader.is_area
    )
    duties = duty_table(sheet, block, reader.facts.forms)
    form = duties.form if duties else recognise(columns, reader.facts.forms, reader.vocabulary)
    if form is None:
        figures = [
            (r, c)
            for r in block.rows
            for c in sheet.filled(r)
            if block.left <= c <= block.right and is_number(sheet.raw(r, c))
        ]
        headers = "; ".join(column.header for column in columns if column.header)
        names = reader.facts.settings["header_roles"]["names"]
        lacks = lacking(roles_of(columns), reader.facts.forms, names)
        out.unknown_form = True
        out.note(
            "aside",
            "bieu_la",
            figures or [(block.top, block.left)],
            f"Bảng từ ô {address(block.top, block.left)} chưa có trong danh mục biểu. Các cột: {headers}.{lacks}"
            " Đề nghị chạy lệnh danvan khai-bao với tệp này để lập trang biểu mẫu trong thư mục forms của danh mục riêng.",
        )
        return
    reason, message = not_ours(around, context, columns, form, gazetteer, reader.places)
    if reason:
        inside = [(r, c) for r in block.rows for c in sheet.filled(r) if block.left <= c <= block.right]
        figures = [cell for cell in inside if is_number(sheet.raw(*cell))]
        out.forms.append(form["form_id"])
        out.note("aside", reason, figures or [(block.top, block.left)], message)
        return
    planned = next((text for text in block.title if _PLAN.search(fold(text))), None)
    if planned:
        figures = [(r, c) for r in block.rows for c in sheet.filled(r) if is_number(sheet.raw(r, c))]
        message = f"Bảng “{planned}” là kế hoạch hoặc đăng ký, không phải kết quả; chưa đưa vào tổng hợp."
        out.forms.append(form["form_id"])
        out.note("aside", "bieu_ke_hoach", figures or [(block.top, block.left)], message)
        return
    if context.area_id is None and form.get("area_id"):
        context.area_id = form["area_id"]
    out.forms.append(form["form_id"])
    if duties:
        told = observe_duties(out, block, duties, context, reader.facts, gazetteer, reader.vocabulary)
        result.settled.append((context, told))
        result.context = context if result.context.sender is None else result.context
        return
    before = len(out.observations)
    out.title, out.lost = block.title, set()
    out.blank = {**reader.facts.settings["blank"], **form.get("blank", {})}
    if "indicator_name" in form.get("needs", ()):
        observe_indicator_rows(out, block, columns, context, reader.vocabulary)
    else:
        observe_entity_rows(out, block, columns, context, reader.vocabulary, gazetteer)
    leave_doubts(out)
    years = {column.year for column in columns if column.role not in BESIDE} - {None}
    if context.year is not None and years and context.year not in years:
        said = ", ".join(map(str, sorted(y for y in years if y is not None)))
        context.year_clashes.append(
            f"tiêu đề ghi năm {context.year} nhưng đầu cột ghi năm {said}; phần mềm lấy năm ở đầu cột"
        )
    for reason, clashes in (("nam_mau_thuan", context.year_clashes), ("boi_canh_mau_thuan", context.clashes)):
        for clash in clashes:
            out.note("used", reason, [(block.top, block.left)], f"{clash[0].upper()}{clash[1:]}.")
    settled = settle(out, out.observations[before:], form, context, gazetteer, reader.settings)
    _total_shares(out, settled, context)
    result.settled.append((context, settled))
    if result.context.sender is None:
        result.context = context
    leftovers(out, block, columns)


def _total_shares(out: Readout, settled: Settled, context: Context) -> None:
    """The percentages of total rows and columns, beside those of what they add up."""
    for cell, count, base, how in out.total_shares:
        printed = out.sheet.text(*cell)
        settled.shares.append(
            {
                "area_id": context.area_id,
                "area_name": "dòng tổng",
                "year": context.year,
                "organisation": context.organisation,
                "unit_type": context.unit_type,
                "count": count,
                "denominator": base,
                "printed": printed,
                "how": how,
                "base": None,
                "source_cell": address(*cell),
            }
        )
        if how == "khong_khop":
            where = f"Ô {address(*cell)}: tỷ lệ của tổng ghi {printed}"
            message = f"{where}, không khớp số lượng {count}/{base}; phần mềm dùng số lượng."
            out.note("used", "ty_le_khong_khop", [cell], message, printed)
    out.total_shares = []
