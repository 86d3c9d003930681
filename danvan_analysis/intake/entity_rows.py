"""Tables whose rows are areas, organisations or named units, and whose columns are levels or measures (L9–L13, lists)."""

from dataclasses import dataclass, field
from functools import cached_property

from danvan_analysis.cells import Position, address
from danvan_analysis.intake.blanks import ask_blank_levels
from danvan_analysis.intake.blocks import Block, is_number
from danvan_analysis.intake.column_checks import check_columns
from danvan_analysis.intake.column_numbers import confirm_doubts, refuse_share_columns, take_count
from danvan_analysis.intake.columns import FIGURES, Column, shared_dims
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import CROSSES, Key, Observation, Readout
from danvan_analysis.intake.suggest import unknown_area, unknown_rating
from danvan_analysis.intake.table_rows import DETAILS, TableRow, read_rows
from danvan_analysis.intake.total_checks import check_across, check_total, printed_sums, spans_subjects
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import clean, fold

#: Organisation, unit type and year of a figure.
Subject = tuple[str | None, str | None, int | None]


def observe_entity_rows(
    out: Readout, block: Block, columns: list[Column], context: Context, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    """Add the observations and notes of one table to `out`."""
    dims = shared_dims(columns)
    figures = [column for column in columns if column.role in FIGURES]
    check_columns(out, block, columns, gazetteer.areas, vocabulary)
    rows = read_rows(out, block, columns, figures, context, vocabulary, gazetteer)
    details = [row for row in rows if row.kind in DETAILS]
    if not details:
        # Only a total: it speaks for the sender's whole area.
        for row in rows:
            if row.kind == "total":
                row.kind, row.area = "area", gazetteer.areas.get(context.area_id or "")
        details = [row for row in rows if row.kind == "area" and row.area]
    table = _Figures(
        out,
        figures,
        {c.index: c for c in figures},
        [c for c in figures if c.role == "rating"],
        dims,
        context,
        vocabulary,
    )
    start, out.details = len(out.observations), [row.r for row in details]
    for row in details:
        _observe_row(table, row)
    confirm_doubts(out, start, printed_sums(rows, figures))
    counted = {c.index: c.header for c in figures if c.role not in ("share", "score")}
    refuse_share_columns(out, start, counted, out.details)
    ask_blank_levels(out, start, details, figures)
    counts = {o.cell: o.value for o in out.observations if isinstance(o.value, int)}
    for row in rows:
        if row.kind == "total":
            check_total(out, row, rows, figures, counts)
        elif row.kind == "unknown":
            cells = [(row.r, c.index) for c in figures if out.sheet.raw(row.r, c.index) is not None]
            hint = unknown_area(row.label.bare, gazetteer, row.group or context.area_id, context.area_id)
            if row.coded:
                hint = f" Mã ở cột mã là của {row.coded.name}, khác với tên; đề nghị ghi lại cho khớp."
            out.note(
                "aside",
                "ten_la",
                cells,
                f"Dòng {row.r + 1}: chưa rõ “{row.label.text or '(không ghi tên)'}” là đơn vị nào.{hint}",
                row.label.text,
            )


@dataclass
class _Figures:
    """The columns of figures of the table that is being read, and what holds for all its rows."""

    out: Readout
    columns: list[Column]
    by_index: dict[int, Column]
    ratings: list[Column]
    dims: dict[str, object]
    context: Context
    vocabulary: Vocabulary
    _subjects: dict[Subject, list[Subject]] = field(default_factory=dict)

    def subjects(self, row: TableRow) -> list[Subject]:
        """Organisation, unit type and year of each column in a row; few rows say anything of their own."""
        said = (row.organisation, row.unit_type, row.year)
        if said not in self._subjects:
            self._subjects[said] = [self._subject(column, row) for column in self.columns]
            for column, subject in zip(self.columns, self._subjects[said], strict=True):
                if column.role == "level":
                    self.out.declare(subject, column.code)
        return self._subjects[said]

    @cached_property
    def rater_said(self) -> bool:
        """Whether columns say who rated."""
        return any(column.rated_by for column in self.columns)

    @cached_property
    def measures_units(self) -> bool:
        """Whether the rows are named units of which something is measured, not rated."""
        return all(column.role in ("measure", "share") for column in self.columns)

    @cached_property
    def one_each(self) -> bool:
        """Whether every row is one unit with its rating in words."""
        return bool(self.ratings) and not any(c.role in ("count", "level", "total") for c in self.columns)

    @cached_property
    def level_columns(self) -> list[Column]:
        """The columns whose header is a level, or says that a unit has none."""
        return [column for column in self.columns if column.role in ("level", "unrated")]

    @cached_property
    def counts_several(self) -> bool:
        """Whether a row somewhere counts more than one unit at a level."""
        rows, levels = self.out.sheet.rows, [column.index for column in self.level_columns]
        cells = (rows[r][c] for r in self.out.details for c in levels)
        return any(isinstance(value, int | float) and value > 1 for value in cells)

    def _subject(self, column: Column, row: TableRow) -> Subject:
        dims, context = self.dims, self.context
        return (
            column.organisation or row.organisation or _text(dims.get("organisation")) or context.organisation,
            _unit_type(column, row, dims, context),
            column.year or row.year or _year(dims.get("year")) or context.year,
        )


def _observe_row(table: _Figures, row: TableRow) -> None:
    out, figures, by_index, ratings = table.out, table.columns, table.by_index, table.ratings
    sheet = out.sheet
    out.crosses = _ticked(table, row.r)
    # A row of ratings or crosses is one unit with its name, and so is a row of what was measured of a chi bộ; a row of
    # counts at levels is a place with several.
    named = row.kind == "unit" and (bool(ratings) or out.crosses or table.measures_units)
    unit_name = row.label.bare if named else None
    # In a list the body of an organisation is a named unit too: its own rating and the confirmed one are of one unit.
    one_each = table.one_each
    area_id = row.area.area_id if row.area else None
    values = sheet.rows[row.r]
    for column, subject in zip(figures, table.subjects(row), strict=True):
        cell = (row.r, column.index)
        empty = values[column.index] is None and cell not in sheet.faults
        if empty and not (column.role == "measure" and cell not in sheet.span and out.blank_is_zero(None)):
            continue
        body = row.label.bare if one_each and (subject[1] or "").startswith("cap_") else None
        line = row.r if (one_each or row.kind == "unit") and not (unit_name or body) else None
        # Where columns say who rated, the title says it of none of them.
        rated_by = _own_rating(column.rated_by if table.rater_said else table.context.rated_by)
        who = (area_id, *subject, unit_name or body, rated_by, line)
        if column.role in ("rating", "value"):
            _observe_wording(out, cell, column, who, table.vocabulary, ratings, figures)
        elif column.role == "count" and ratings:
            continue
        elif column.role in ("total", "count") and spans_subjects(column, figures):
            check_across(out, row, column, figures)
        elif column.role == "sum":
            _check_sum(out, row, column, figures)
        elif column.role in ("score", "index_rank"):
            out.observations.append(Observation(*who, column.role, "", sheet.text(*cell), cell))
            out.marks[cell] = "used"
        elif column.role == "share":
            share = out.figure(*cell, share=True, header=column.header)
            out.marks.setdefault(cell, "checked")
            owner = by_index.get(column.of) if column.of is not None else None
            what = owner.role if owner and owner.role != "count" else ("level" if ratings else "total")
            if share is not None:
                code = owner.code if owner else column.code
                out.observations.append(Observation(*who, "share", f"{what}:{code}", share, cell))
        else:
            what = "total" if column.role == "count" else column.role
            take_count(out, cell, who, what, column.code, column.header)


def _own_rating(rated_by: str | None) -> str | None:
    return rated_by if rated_by == "tu_xep_loai" else None


def _check_sum(out: Readout, row: TableRow, column: Column, figures: list[Column]) -> None:
    """A level summed over the organisations side by side only checks them."""
    cell = (row.r, column.index)
    printed = out.figure(*cell, share=False, header=column.header)
    out.marks.setdefault(cell, "checked")
    parts = {(row.r, c.index) for c in figures if c.role == "level" and c.code == column.code}
    counted = sum(o.value for o in out.observations if o.cell in parts and o.what == "level")
    if isinstance(printed, int) and printed != counted:
        out.note(
            "used",
            "tong_khong_khop",
            [cell],
            f"Ô {address(*cell)} (cột “{column.header}”) ghi {printed}, cộng các tổ chức của dòng “{row.label.text}” được"
            f" {counted}.",
            str(printed),
        )


def _ticked(table: _Figures, r: int) -> bool:
    """Whether a row is ticked, not counted: at most one cross for each subject among its levels, and no number there.

    In a table that counts several units elsewhere a lone cross is no unit: it may say "does not apply".
    """
    crosses: dict[tuple[str | int | None, ...], int] = {}
    values = table.out.sheet.rows[r]
    for column in table.level_columns:
        value = values[column.index]
        if value is not None and is_number(value):
            return False
        # The level a unit gives itself and the confirmed one stand side by side, each with its cross.
        subject = (column.organisation, column.unit_type, column.year, column.rated_by)
        crosses[subject] = crosses.get(subject, 0) + (clean(value) in CROSSES)
    return max(crosses.values(), default=0) == 1 and not table.counts_several


def _observe_wording(
    out: Readout,
    cell: Position,
    column: Column,
    who: Key,
    vocabulary: Vocabulary,
    ratings: list[Column],
    figures: list[Column],
) -> None:
    """A cell that holds a rating in words: one unit, or as many as the row's count column says."""
    sheet = out.sheet
    span = sheet.span.get(cell)
    if cell in sheet.faults or (span and span[2] > span[0]):
        # An error, or one rating over the rows of several units: asked about as for a figure.
        out.figure(*cell, share=False, header=column.header)
        return
    text = sheet.text(*cell)
    if fold(text) in ("", "-", ".", "..", "x"):
        return
    reading = vocabulary.read(text)
    level = reading.values("level")
    count_columns = [c for c in figures if c.role == "count"]
    number = 1
    source = cell
    if count_columns and len(ratings) == 1:
        source = (cell[0], count_columns[0].index)
        read = out.figure(*source, share=False, header=count_columns[0].header)
        if not isinstance(read, int):
            return
        number = read
    if reading.rest or len(level) > 1 or not (level or reading.has("unrated")):
        out.note(
            "aside",
            "muc_xep_loai_la",
            list({cell, source}),
            f"Ô {address(*cell)} ghi “{text}”: chưa rõ là mức xếp loại nào."
            f"{unknown_rating(text, vocabulary, *who[1:4])}",
            text,
        )
        return
    what, code = ("level", level[0]) if level else ("unrated", reading.values("unrated")[0])
    out.observations.append(Observation(*who, what, code, number, source))
    out.marks[cell] = out.marks[source] = "used"


def _unit_type(column: Column, row: TableRow, dims: dict[str, object], context: Context) -> str | None:
    # "Tổng số Hội quán, tổ" heads a table whose sections say which of the two a row counts.
    first, second = (
        (row.unit_type, column.unit_type) if column.role in ("total", "count") else (column.unit_type, row.unit_type)
    )
    return first or second or _text(dims.get("unit_type")) or context.unit_type


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _year(value: object) -> int | None:
    return value if isinstance(value, int) else None
