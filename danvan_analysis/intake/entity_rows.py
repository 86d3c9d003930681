"""Tables whose rows are areas, organisations or named units, and whose columns are levels or measures (L9–L13, lists)."""

from collections.abc import Container

from danvan_analysis.cells import Position, address
from danvan_analysis.intake.blocks import Block, is_number
from danvan_analysis.intake.columns import FIGURES, Column, shared_dims
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import CROSSES, Key, Observation, Readout
from danvan_analysis.intake.table_rows import TableRow, read_rows
from danvan_analysis.intake.total_checks import check_across, check_total, spans_subjects
from danvan_analysis.intake.vocabulary import Vocabulary
from danvan_analysis.text import clean, fold


def observe_entity_rows(
    out: Readout, block: Block, columns: list[Column], context: Context, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    """Add the observations and notes of one table to `out`."""
    dims = shared_dims(columns)
    figures = [column for column in columns if column.role in FIGURES]
    _check_columns(out, block, columns, gazetteer.areas)
    rows = read_rows(out, block, columns, figures, context, vocabulary, gazetteer)
    details = [row for row in rows if row.kind in ("area", "subject", "unit")]
    if not details:
        # Only a total: it speaks for the sender's whole area.
        for row in rows:
            if row.kind == "total":
                row.kind, row.area = "area", gazetteer.areas.get(context.area_id or "")
        details = [row for row in rows if row.kind == "area" and row.area]
    for row in details:
        _observe_row(out, row, figures, dims, context, vocabulary, gazetteer)
    counts = {o.cell: o.value for o in out.observations if isinstance(o.value, int)}
    for row in rows:
        if row.kind == "total":
            check_total(out, row, rows, figures, counts)
        elif row.kind == "unknown":
            cells = [(row.r, c.index) for c in figures if out.sheet.raw(row.r, c.index) is not None]
            near = gazetteer.nearest(row.label.bare, within=context.area_id)
            hint = f" Gần nhất: {', '.join(near)}." if near else ""
            out.note(
                "aside",
                "ten_la",
                cells,
                f"Dòng {row.r + 1}: chưa rõ “{row.label.text or '(không ghi tên)'}” là đơn vị nào.{hint}"
                " Nếu là cách viết khác của một địa bàn, thêm một dòng vào area_variants.csv.",
                row.label.text,
            )


def _check_columns(out: Readout, block: Block, columns: list[Column], known_codes: Container[str]) -> None:
    for column in columns:
        if column.role == "detail":
            # "Trong đó: tiêu biểu" beside its level: a part of it, never added.
            out.marks.update(
                {(r, column.index): "checked" for r in block.rows if out.sheet.raw(r, column.index) is not None}
            )
        if column.role not in ("unknown", "empty", "person", "part", "twin", "plan"):
            continue
        cells = [(r, column.index) for r in block.rows if column.index in out.sheet.filled(r)]
        if column.role == "empty":
            # Beside a table without a header: signatures and notes reach there; only figures are worth a question.
            cells = [cell for cell in cells if isinstance(out.sheet.raw(*cell), int | float)]
            if all(out.sheet.text(*cell) in known_codes for cell in cells):
                # A helper column with the official codes of the rows says nothing more.
                continue
        if not cells:
            continue
        where = f"{address(block.bottom, column.index)}"
        if column.role == "person":
            out.note("dropped", "cot_ca_nhan", cells, f"Cột ở ô {where} là thông tin cá nhân; phần mềm không đọc.")
        else:
            header = column.header or "(không có tiêu đề)"
            if column.role != "unknown" and column.path:
                reason, why = (
                    ("hai_cot_cung_nghia", "có nghĩa như một cột khác trong bảng, chưa rõ khác nhau ở đâu")
                    if column.role == "twin"
                    else ("bieu_ke_hoach", "là kế hoạch, đăng ký hoặc so sánh, không phải kết quả")
                    if column.role == "plan"
                    else ("cot_la", "là một phần của cột khác nên không cộng thêm")
                )
                out.note(
                    "aside",
                    reason,
                    cells,
                    f"Cột “{header}” (ô {where}) {why}; số liệu của cột chưa đưa vào tổng hợp.",
                    header,
                )
                continue
            out.note(
                "aside",
                "cot_la",
                cells,
                f"Cột “{header}” (ô {where}) chưa có trong danh mục; số liệu của cột chưa đưa vào tổng hợp. Nếu cần, thêm"
                f' vào header_words.csv dòng: "{column.path[-1] if column.path else ""}",…',
                header,
            )


def _observe_row(
    out: Readout,
    row: TableRow,
    figures: list[Column],
    dims: dict[str, object],
    context: Context,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
) -> None:
    sheet = out.sheet
    by_index = {column.index: column for column in figures}
    ratings = [column for column in figures if column.role == "rating"]
    out.crosses = _ticked(out, row.r, figures)
    # A row of ratings or crosses is one unit with its name; a row of counts is a place with several.
    named = row.kind == "unit" and (bool(ratings) or out.crosses)
    unit_name = row.label.bare if named else None
    # In a list the body of an organisation is a named unit too: its own rating and the confirmed one are of one unit.
    one_each = bool(ratings) and not any(column.role in ("count", "level", "total") for column in figures)
    for column in figures:
        cell = (row.r, column.index)
        unit_type = _unit_type(column, row, dims, context)
        body = row.label.bare if one_each and (unit_type or "").startswith("cap_") else None
        line = row.r if (one_each or row.kind == "unit") and not (unit_name or body) else None
        who = (
            row.area.area_id if row.area else None,
            column.organisation or row.organisation or _text(dims.get("organisation")) or context.organisation,
            unit_type,
            column.year or row.year or _year(dims.get("year")) or context.year,
            unit_name or body,
            column.rated_by,
            line,
        )
        if column.role == "level":
            out.declare(who[1:4], column.code)
        if cell not in sheet.faults and sheet.raw(*cell) is None:
            continue
        if column.role in ("rating", "value"):
            _observe_wording(out, cell, column, who, vocabulary, ratings, figures)
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
            value = out.figure(*cell, share=False, header=column.header)
            if value is not None:
                what = "total" if column.role == "count" else column.role
                out.observations.append(Observation(*who, what, column.code, value, cell))
                out.marks[cell] = "used"


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


def _ticked(out: Readout, r: int, figures: list[Column]) -> bool:
    """Whether a row is ticked, not counted: at most one cross for each subject among its levels, and no number there."""
    crosses: dict[tuple[str | None, str | None, int | None], int] = {}
    for column in figures:
        if column.role in ("level", "unrated"):
            value = out.sheet.raw(r, column.index)
            if value is not None and is_number(value):
                return False
            subject = (column.organisation, column.unit_type, column.year)
            crosses[subject] = crosses.get(subject, 0) + (clean(value) in CROSSES)
    return max(crosses.values(), default=0) == 1


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
            f"Ô {address(*cell)} ghi “{text}”: chưa rõ là mức xếp loại nào. Nếu là cách ghi mới, thêm một dòng vào"
            " rating_wordings.csv.",
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
