"""Tables whose rows are areas, organisations or named units, and whose columns are levels or measures (L9–L13, lists)."""

import re
from collections.abc import Container
from dataclasses import dataclass

from danvan_analysis.intake.blocks import Block, is_number
from danvan_analysis.intake.cells import Position, address
from danvan_analysis.intake.columns import FIGURES, Column, shared_dims
from danvan_analysis.intake.context import Context
from danvan_analysis.intake.labels import ROMAN, Label, read_label
from danvan_analysis.intake.names import Area, Gazetteer, split_prefix
from danvan_analysis.intake.observe import CROSSES, Observation, Readout
from danvan_analysis.intake.vocabulary import Reading, Vocabulary, words
from danvan_analysis.text import clean, fold

_AREA_WORD = re.compile(r"\b(?:tp\.?|tx\.?|thành phố|thị xã|huyện|xã|phường|thị trấn|tt\.?|p\.|x\.|h\.|tỉnh)\s*\S")
_SIGNED = re.compile(r"ngày[\s\d….]*tháng[\s\d….]*năm")
_BODY_LEVEL = (("cap_tinh", "tỉnh"), ("cap_huyen", "huyện"), ("cap_huyen", "thành phố"), ("cap_xa", "xã"),
               ("cap_xa", "phường"), ("cap_xa", "thị trấn"))  # fmt: skip


@dataclass
class _Row:
    r: int
    kind: str  # area, total, subject, unit, unknown, silent
    label: Label
    area: Area | None = None
    organisation: str | None = None
    unit_type: str | None = None
    year: int | None = None
    group: str | None = None
    section: int = 0


def observe_entity_rows(
    out: Readout, block: Block, columns: list[Column], context: Context, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    """Add the observations and notes of one table to `out`."""
    dims = shared_dims(columns)
    figures = [column for column in columns if column.role in FIGURES]
    _check_columns(out, block, columns, gazetteer.areas)
    rows = _read_rows(out, block, columns, figures, context, vocabulary, gazetteer)
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
            _check_total(out, row, rows, figures, counts)
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
        if column.role not in ("unknown", "empty", "person"):
            continue
        cells = [(r, column.index) for r in block.rows if out.sheet.raw(r, column.index) is not None]
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
            out.note(
                "aside",
                "cot_la",
                cells,
                f"Cột “{header}” (ô {where}) chưa có trong danh mục; số liệu của cột chưa đưa vào tổng hợp. Nếu cần, thêm"
                f' vào header_words.csv dòng: "{column.path[-1] if column.path else ""}",…',
                header,
            )


def _read_rows(
    out: Readout,
    block: Block,
    columns: list[Column],
    figures: list[Column],
    context: Context,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
) -> list[_Row]:
    sheet = out.sheet
    by_role: dict[str, list[int]] = {}
    for column in columns:
        by_role.setdefault(column.role, []).append(column.index)
    names = [c for role in ("name", "unit_name", "indicator_name") for c in by_role.get(role, [])]
    typed = by_role.get("unit_type_cell", [])
    if not names:
        names, typed = typed, []
    listing = bool(by_role.get("rating"))
    indexes = [column.index for column in figures]
    scope = context.area_id
    home_scope = gazetteer.areas.get(scope or "")
    group: str | None = home_scope.area_id if home_scope and home_scope.is_district else None
    section_org: str | None = None
    section_type: str | None = None
    rows: list[_Row] = []
    section = 0
    labels: dict[int, tuple[Label, str]] = {}
    for r in block.rows:
        if sheet.filled(r):
            labels[r] = _label_of(out, r, names, by_role.get("stt", []))
    order = list(labels)
    for position, r in enumerate(order):
        label, outer = labels[r]
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
        outer_area = _area_of(outer, gazetteer, within, scope) if outer else None
        if outer_area and outer_area.is_district:
            group = within = outer_area.area_id
        if label.is_total:
            rows.append(
                _Row(r, "total" if says else "silent", label, group=group if group != scope else None, section=section)
            )
            continue
        numbered = bool(by_role.get("stt")) and ROMAN.match(sheet.text(r, by_role["stt"][0])) is not None
        section += numbered
        area = _area_of(label.text, gazetteer, within, scope) or _area_of(label.bare, gazetteer, within, scope)
        row = _Row(r, "unknown" if says else "silent", label, area, section_org, section_type, section=section)
        for c in by_role.get("year_cell", []):
            years = vocabulary.read(sheet.text(r, c)).years
            row.year = years[0] if len(years) == 1 else None
        reading = vocabulary.read(label.bare)
        if area is not None and "unit_name" not in by_role:
            row.kind = "area" if says else "silent"
            if area.is_district and _heads_communes(area, order[position + 1 :], labels, gazetteer):
                group = area.area_id
                row.kind = "total" if says else "silent"
                row.group = group
            elif area.is_district and group and area.area_id != group and scope != group:
                group = None
        elif reading.has("organisation", "unit_type") and (not listing or _is_body(label.bare, reading, gazetteer)):
            body_area = outer_area or _area_within(label.bare, gazetteer, within)
            row.organisation = reading.last("organisation", section_org)
            row.unit_type = reading.last("unit_type", _body_type(label.bare, context.unit_type))
            row.area = body_area or gazetteer.areas.get(within or "")
            row.kind = "subject" if says else "silent"
            if not says:
                section_org, section_type = row.organisation, reading.last("unit_type")
        elif listing and says and (label.bare or "unit_name" in by_role):
            row.area = (
                area or outer_area or _area_within(label.bare, gazetteer, within) or gazetteer.areas.get(within or "")
            )
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


def is_footer(out: Readout, r: int, vocabulary: Vocabulary) -> bool:
    """Signatures, dates and notes under a table: a row that begins so and holds no number."""
    cells = out.sheet.filled(r)
    if any(is_number(out.sheet.raw(r, c)) for c in cells):
        return False
    texts = [out.sheet.text(r, c) for c in cells]
    return any(_SIGNED.search(fold(text)) or vocabulary.begins(text, "footer") for text in texts)


def _label_of(out: Readout, r: int, names: list[int], stt: list[int]) -> tuple[Label, str]:
    """The finest name of a row, and the coarser one before it (huyện | xã in two columns)."""
    sheet, texts = out.sheet, []
    for c in names:
        left = sheet.span.get((r, c), (r, c, r, c))[1]
        # A merged group row reaches over the figures; a name merged downwards holds for each of its rows.
        texts.append(sheet.text(r, c) if left == c or left in stt or left in names else "")
    texts = list(dict.fromkeys(text for text in texts if text))
    if not texts:
        for c in stt:
            text = sheet.text(r, c)
            if text and not text.strip(".").isdigit() and not ROMAN.match(text):
                texts = [text]
    return read_label(texts[-1] if texts else ""), texts[0] if len(texts) > 1 else ""


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


def _heads_communes(area: Area, later: list[int], labels: dict[int, tuple[Label, str]], gazetteer: Gazetteer) -> bool:
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


def _observe_row(
    out: Readout,
    row: _Row,
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
    unit_name = row.label.bare if row.kind == "unit" else None
    # In a list the body of an organisation is a named unit too: its own rating and the confirmed one are of one unit.
    one_each = bool(ratings) and not any(column.role == "count" for column in figures)
    for column in figures:
        cell = (row.r, column.index)
        unit_type = _unit_type(column, row, dims, context)
        body = row.label.bare if one_each and (unit_type or "").startswith("cap_") else None
        who = (
            row.area.area_id if row.area else None,
            column.organisation or row.organisation or _text(dims.get("organisation")) or context.organisation,
            unit_type,
            column.year or row.year or _year(dims.get("year")) or context.year,
            unit_name or body,
            column.rated_by,
        )
        if column.role == "level":
            out.declare(who[1:4], column.code)
        if cell not in sheet.faults and sheet.raw(*cell) is None:
            continue
        if column.role in ("rating", "value"):
            _observe_wording(out, cell, column, who, vocabulary, ratings, figures)
        elif column.role == "count" and ratings:
            continue
        elif column.role in ("total", "count") and _spans_subjects(column, figures):
            _check_across(out, row, column, figures)
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


def _spans_subjects(total: Column, figures: list[Column]) -> bool:
    """Whether a total column without a subject of its own adds up several subjects side by side (L10's "Cộng")."""
    subjects = {(c.organisation, c.unit_type) for c in figures if c.role in ("level", "unrated")}
    return len(subjects) > 1 and total.organisation is None and total.unit_type is None


def _check_across(out: Readout, row: _Row, total: Column, figures: list[Column]) -> None:
    cell = (row.r, total.index)
    printed = out.figure(*cell, share=False, header=total.header)
    if not isinstance(printed, int):
        return
    out.marks[cell] = "checked"
    parts = {(row.r, c.index) for c in figures if c.role in ("level", "unrated") and total.year in (None, c.year)}
    counted = sum(o.value for o in out.observations if o.cell in parts and o.what in ("level", "unrated"))
    if counted != printed:
        out.note(
            "used",
            "tong_khong_khop",
            [cell],
            f"Ô {address(*cell)} (cột “{total.header}”) ghi {printed}, cộng các cột của dòng “{row.label.text}” được"
            f" {counted}.",
            str(printed),
        )


def _observe_wording(
    out: Readout,
    cell: Position,
    column: Column,
    who: tuple[str | None, str | None, str | None, int | None, str | None, str | None],
    vocabulary: Vocabulary,
    ratings: list[Column],
    figures: list[Column],
) -> None:
    """A cell that holds a rating in words: one unit, or as many as the row's count column says."""
    sheet = out.sheet
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


def _unit_type(column: Column, row: _Row, dims: dict[str, object], context: Context) -> str | None:
    # "Tổng số Hội quán, tổ" heads a table whose sections say which of the two a row counts.
    first, second = (
        (row.unit_type, column.unit_type) if column.role in ("total", "count") else (column.unit_type, row.unit_type)
    )
    return first or second or _text(dims.get("unit_type")) or context.unit_type


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _year(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _check_total(
    out: Readout, total: _Row, rows: list[_Row], figures: list[Column], counts: dict[Position, int]
) -> None:
    """Compare a total row with the rows it covers; its cells only check."""
    sheet = out.sheet
    for column in figures:
        cell = (total.r, column.index)
        if cell not in sheet.faults and sheet.raw(*cell) is None:
            continue
        out.marks[cell] = "checked"
        if column.role in ("share", "rating", "value", "score", "index_rank"):
            continue
        printed = out.figure(*cell, share=False, header=column.header)
        if not isinstance(printed, int):
            continue
        details = [row for row in rows if row.kind in ("area", "subject", "unit")]
        if total.area:
            sums = [
                _sum(counts, [row for row in details if row.area and row.area.parent_id == total.area.area_id], column)
            ]
        else:
            own = [row for row in details if row.section == total.section] if total.section else details
            parts = [column]
            if _spans_subjects(column, figures):
                parts = [c for c in figures if c.role in ("level", "unrated")]
            sums = [sum(_sum(counts, some, part) for part in parts) for some in (own, details)]
        if printed not in sums:
            expected = sums[-1] if total.label.is_total and not total.label.bare[5:].strip() else sums[0]
            out.note(
                "used",
                "tong_khong_khop",
                [cell],
                f"Ô {address(*cell)} (dòng “{total.label.text}”, cột “{column.header}”) ghi {printed}, cộng các dòng được"
                f" {expected}. Phần mềm dùng số của từng dòng; đề nghị kiểm tra lại.",
                str(printed),
            )


def _sum(counts: dict[Position, int], rows: list[_Row], column: Column) -> int:
    return sum(counts.get((row.r, column.index), 0) for row in rows)
