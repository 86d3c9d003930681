"""One sheet from cells to settled rows: its tables are found, recognised, observed and settled, each cell accounted for."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from danvan_analysis.cells import Sheet, address
from danvan_analysis.facts import Facts
from danvan_analysis.intake.blocks import Block, find_blocks, is_number
from danvan_analysis.intake.column_content import by_content
from danvan_analysis.intake.columns import BESIDE, SILENT, Column, read_columns
from danvan_analysis.intake.context import (
    Around,
    Context,
    find_area,
    find_issuer,
    find_period,
    find_subject,
    find_year,
    is_provisional,
)
from danvan_analysis.intake.empty_form import forget_if_empty
from danvan_analysis.intake.entity_rows import observe_entity_rows
from danvan_analysis.intake.indicator_rows import observe_indicator_rows
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.persons import rated_persons, rates_bodies
from danvan_analysis.intake.settle import settle
from danvan_analysis.intake.settled import Settings, Settled
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import fold

_NAMES = {"name", "unit_name", "indicator_name", "unit_type_cell"}
_PLAN = re.compile(
    r"^(?:bảng |biểu |phụ lục )?(?:giao |đề ra )?(?:kế hoạch|đăng ký|chỉ tiêu|phấn đấu)\s+(?:đánh giá|xếp loại|phân loại)"
)


@dataclass
class SheetResult:
    """What one sheet gave, ready for the tables."""

    readout: Readout
    settled: list[tuple[Context, Settled]] = field(default_factory=list)
    context: Context = field(default_factory=Context)


@dataclass
class Reader:
    """The facts made ready once a run, and the areas of each year as they are needed."""

    facts: Facts
    vocabulary: Vocabulary
    settings: Settings
    _gazetteers: dict[int, Gazetteer] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts) -> "Reader":
        """Prepare the facts for reading."""
        return cls(facts, Vocabulary(facts), Settings.of(facts))

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
    return [sheet.text(r, c) for r in range(top - 1, -1, -1) for c in sheet.filled(r) if not is_number(sheet.raw(r, c))]


def read_workbook(sheets: list[Sheet], path: PurePosixPath, reader: Reader) -> list[SheetResult]:
    """Read the sheets of one file; each may look at the letterheads of the others to learn whose return it is."""
    found = [find_blocks(sheet, reader.vocabulary, reader.is_area) for sheet in sheets]
    heads = [letterhead(sheet, blocks) for sheet, blocks in zip(sheets, found, strict=True)]
    # One file has one sender; a sheet without a letterhead follows the others.
    issuer = next((who for head in heads if (who := find_issuer(head[::-1], reader.vocabulary))), None)
    results = []
    for index, sheet in enumerate(sheets):
        out = Readout(sheet, reader.vocabulary.units)
        result = SheetResult(out)
        others = [text for i, head in enumerate(heads) if i != index for text in head]
        for block in found[index]:
            title = block.title + [text for text in heads[index] if text not in block.title]
            _read_block(block, result, Around(title, sheet.name, others, path), issuer, reader)
        if found[index]:
            _strays(out, found[index])
            if forget_if_empty(out):
                result.settled.clear()
        else:
            _no_block(out)
            result.context = _context(Around(heads[index], sheet.name, others, path), issuer, reader)
        results.append(result)
    return results


def _context(around: Around, issuer: str | None, reader: Reader) -> Context:
    year, clashes = find_year(around)
    gazetteer = reader.gazetteer(year)
    area_id = find_area(around, gazetteer)
    subject, unit_type, many = find_subject(around, reader.vocabulary)
    return Context(
        year=year,
        period=find_period(around),
        status="du_kien" if is_provisional(around) else "chinh_thuc",
        organisation=subject or (None if many else issuer),
        unit_type=unit_type,
        area_id=area_id,
        channel="nganh_doc" if issuer else "dia_phuong",
        sender=_sender(area_id, issuer, reader),
        clashes=clashes,
    )


def _sender(area_id: str | None, organisation: str | None, reader: Reader) -> str | None:
    home = str(reader.facts.resolution["province_id"])
    if organisation:
        return organisation if area_id in (None, home) else f"{organisation}-{area_id}"
    return area_id


def _read_block(block: Block, result: SheetResult, around: Around, issuer: str | None, reader: Reader) -> None:
    out, sheet = result.readout, result.readout.sheet
    context = _context(around, issuer, reader)
    gazetteer = reader.gazetteer(context.year)
    columns = by_content(
        sheet, block, read_columns(sheet, block, reader.vocabulary, gazetteer), reader.vocabulary, reader.is_area
    )
    form = _recognise(columns, reader.facts.forms)
    if form is None:
        figures = [
            (r, c)
            for r in block.rows
            for c in sheet.filled(r)
            if block.left <= c <= block.right and is_number(sheet.raw(r, c))
        ]
        headers = "; ".join(column.header for column in columns if column.header)
        out.unknown_form = True
        out.note(
            "aside",
            "bieu_la",
            figures or [(block.top, block.left)],
            f"Bảng từ ô {address(block.top, block.left)} chưa có trong danh mục biểu. Các cột: {headers}. Đề nghị bổ sung"
            " trang biểu mẫu vào thư mục forms.",
        )
        return
    planned = next((text for text in block.title if _PLAN.search(fold(text))), None)
    if planned:
        figures = [(r, c) for r in block.rows for c in sheet.filled(r) if is_number(sheet.raw(r, c))]
        message = f"Bảng “{planned}” là kế hoạch hoặc đăng ký, không phải kết quả; chưa đưa vào tổng hợp."
        out.forms.append(form["form_id"])
        out.note("aside", "bieu_ke_hoach", figures or [(block.top, block.left)], message)
        return
    persons = rated_persons(block.title, reader.facts.settings)
    if persons and rates_bodies(columns, context, form):
        figures = [(r, c) for r in block.rows for c in sheet.filled(r) if is_number(sheet.raw(r, c))]
        message = f"Bảng “{persons}” xếp loại cá nhân, không phải xếp loại tổ chức; chưa đưa vào tổng hợp."
        out.forms.append(form["form_id"])
        out.note("aside", "bieu_ca_nhan", figures or [(block.top, block.left)], message)
        return
    if context.area_id is None and form.get("area_id"):
        context.area_id = form["area_id"]
    out.forms.append(form["form_id"])
    before = len(out.observations)
    if form["form_id"] == "chi-tieu-theo-dong":
        observe_indicator_rows(out, block, columns, context, reader.vocabulary)
    else:
        observe_entity_rows(out, block, columns, context, reader.vocabulary, gazetteer)
    years = {column.year for column in columns if column.role not in BESIDE} - {None}
    if context.year is not None and years and context.year not in years:
        said = ", ".join(map(str, sorted(y for y in years if y is not None)))
        context.clashes.append(
            f"tiêu đề ghi năm {context.year} nhưng đầu cột ghi năm {said}; phần mềm lấy năm ở đầu cột"
        )
    for clash in context.clashes:
        out.note("used", "nam_mau_thuan", [(block.top, block.left)], f"{clash[0].upper()}{clash[1:]}.")
    settled = settle(out, out.observations[before:], form, context, gazetteer, reader.settings)
    _total_shares(out, settled, context)
    result.settled.append((context, settled))
    if result.context.sender is None:
        result.context = context
    _leftovers(out, block, columns)


def _total_shares(out: Readout, settled: Settled, context: Context) -> None:
    """The percentages of total rows, beside those of the rows they add up."""
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
            where = f"Ô {address(*cell)}: tỷ lệ ở dòng tổng ghi {printed}"
            message = f"{where}, không khớp số lượng {count}/{base}; phần mềm dùng số lượng."
            out.note("used", "ty_le_khong_khop", [cell], message, printed)
    out.total_shares = []


def _recognise(columns: list[Column], forms: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The form whose needed columns are all there; of several, the one that needs most."""
    roles = {column.role for column in columns}
    if roles & _NAMES or "year_cell" in roles:
        roles |= {"any_name"}
        if "level" in roles or "measure" in roles or "rating" in roles:
            roles |= {"name"}
    if roles & {"total", "count", "rated_total"} or any(column.organisation or column.year for column in columns):
        roles |= {"value"} if not roles & {"level", "measure", "rating"} else set()
    # Cells that name ratings under an organisation's name: a list with one column an organisation.
    if "any_name" in roles and "indicator_name" not in roles and "value" in roles:
        roles |= {"rating"}
    fitting = [form for form in forms.values() if set(form["needs"]) <= roles]
    return max(fitting, key=lambda form: len(form["needs"])) if fitting else None


def _leftovers(out: Readout, block: Block, columns: list[Column]) -> None:
    """Figures in figure columns that nothing took are set aside by name: no number is lost in silence."""
    sheet = out.sheet
    watched = [column.index for column in columns if column.role not in (*SILENT, "stt", "measure_unit", "empty")]
    lost = [
        (r, c)
        for r in block.rows
        for c in watched
        if (r, c) not in out.marks and is_number(sheet.raw(r, c)) and sheet.raw(r, c) is not None
    ]
    if lost:
        out.note(
            "aside",
            "chi_tieu_la",
            lost,
            f"Ô {', '.join(address(*cell) for cell in lost[:6])}{'…' if len(lost) > 6 else ''}: số liệu nằm ngoài các"
            " dòng, cột đã nhận biết.",
        )


def _strays(out: Readout, blocks: list[Block]) -> None:
    """Figures that stand outside every table of the sheet: a page number is nothing, a column of them is a table unseen."""
    sheet = out.sheet
    inside = {
        (r, c)
        for b in blocks
        for r in (*range(b.top, b.bottom + 1), *b.rows, *b.silent)
        for c in range(b.left, b.right + 1)
    }
    strays = [
        (r, c)
        for r in range(len(sheet.rows))
        for c in sheet.filled(r)
        if (r, c) not in inside and isinstance(sheet.raw(r, c), int | float) and is_number(sheet.raw(r, c))
    ]  # fmt: skip
    if len(strays) >= 3:
        shown = ", ".join(address(*cell) for cell in strays[:6])
        message = f"Ô {shown}{'…' if len(strays) > 6 else ''}: số liệu nằm ngoài các bảng đã nhận ra trên trang."
        out.note("aside", "bieu_la", strays, message)


def _no_block(out: Readout) -> None:
    """A sheet without a known header: a grid of figures or words is an unknown form, a page of text is not."""
    sheet = out.sheet
    grid = [r for r in range(len(sheet.rows)) if len(sheet.filled(r)) >= 3]
    numbers = [(r, c) for r in range(len(sheet.rows)) for c in sheet.filled(r) if is_number(sheet.raw(r, c))]
    if len(grid) >= 2 or len(numbers) >= 3:
        cells = [(r, c) for r in range(len(sheet.rows)) for c in sheet.filled(r)]
        out.unknown_form = True
        first = "; ".join(sheet.text(grid[0], c) for c in sheet.filled(grid[0])[:8]) if grid else ""
        out.note(
            "aside",
            "bieu_la",
            cells,
            f"Chưa nhận ra tiêu đề biểu nào trên trang này (dòng đầu của bảng: {first}). Đề nghị kiểm tra dòng tiêu đề,"
            " hoặc bổ sung trang biểu mẫu vào thư mục forms.",
        )
