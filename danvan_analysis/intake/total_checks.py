"""Totals a table prints, by row and by column, against what they add up; their cells only check."""

from collections.abc import Callable, Hashable
from functools import partial

from danvan_analysis.cells import Position, address
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.numbers import NotANumber, Share, read_count, read_share, share_agrees
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.table_rows import DETAILS, TableRow
from danvan_analysis.text import fold


def spans_subjects(total: Column, figures: list[Column]) -> bool:
    """Whether a total column without a subject of its own adds up several subjects side by side (L10's "Cộng")."""
    subjects = {(c.organisation, c.unit_type) for c in figures if c.role in ("level", "unrated")}
    return len(subjects) > 1 and total.organisation is None and total.unit_type is None


def check_across(out: Readout, row: TableRow, total: Column, figures: list[Column]) -> None:
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


def check_total(
    out: Readout, total: TableRow, rows: list[TableRow], figures: list[Column], counts: dict[Position, int]
) -> None:
    """Compare a total row with the rows it covers; its cells only check."""
    sheet = out.sheet
    details = [row for row in rows if row.kind in DETAILS]
    own = [row for row in details if row.section == total.section] if total.section else details
    for column in figures:
        cell = (total.r, column.index)
        if cell not in sheet.faults and sheet.raw(*cell) is None:
            continue
        out.marks[cell] = "checked"
        if column.role == "share":
            _check_total_share(out, total, column, figures, own, counts)
            continue
        if column.role in ("rating", "value", "score", "index_rank", "sum"):
            continue
        printed = out.figure(*cell, share=False, header=column.header)
        if not isinstance(printed, int):
            continue
        parts = [column]
        if not total.area:
            if spans_subjects(column, figures):
                parts = [c for c in figures if c.role in ("level", "unrated")]
            if printed == sum(_sum(counts, own, part) for part in parts):
                continue
        covered = covered_rows(total, rows)
        named = all(c.role in ("measure", "share") for c in figures)
        # Rows pasted twice count once; a sum printed below may hold both.
        sums = [_sums(counts, _once(some, parts, counts, named=named), parts) for some in covered]
        sums += [_sums(counts, some, parts) for some in covered]
        if not total.area:
            # Rows of unknown name are in the printed total though they were set aside.
            aside = [_count(out, row.r, part) for row in rows if row.kind == "unknown" for part in parts]
            sums += [size + sum(n for n in aside if isinstance(n, int)) for size in sums]
        if printed not in sums:
            whole = total.label.is_total and not total.label.bare[5:].strip()
            expected = sums[1] if whole and len(covered) > 1 else sums[0]
            out.note(
                "used",
                "tong_khong_khop",
                [cell],
                f"Ô {address(*cell)} (dòng “{total.label.text}”, cột “{column.header}”) ghi {printed}, cộng các dòng được"
                f" {expected}. Phần mềm dùng số của từng dòng; đề nghị kiểm tra lại.",
                str(printed),
            )


def covered_rows(total: TableRow, rows: list[TableRow]) -> list[list[TableRow]]:
    """The rows a total may add up: its area's communes or units; else its section, the whole table, or the page above it."""
    details = [row for row in rows if row.kind in ("area", "subject", "unit")]
    if total.area and total.area.is_commune:
        return [[row for row in details if row.area == total.area]]
    if total.area:
        return [[row for row in details if row.area and row.area.parent_id == total.area.area_id]]
    own = [row for row in details if row.section == total.section] if total.section else details
    before = max((row.r for row in rows if row.kind == "total" and row.r < total.r), default=-1)
    return [own, details, [row for row in details if before < row.r < total.r]]


def printed_sums(
    rows: list[TableRow], figures: list[Column]
) -> list[tuple[Position, Callable[[], list[list[Position]]]]]:
    """Every figure of the total rows, with how to learn (it is seldom asked) which cells it may add up."""
    counted = [c.index for c in figures if c.role in ("level", "unrated", "total", "rated_total", "measure", "count")]

    def cells(total: TableRow, c: int) -> list[list[Position]]:
        return [[(row.r, c) for row in some] for some in covered_rows(total, rows)]

    return [((total.r, c), partial(cells, total, c)) for total in rows if total.kind == "total" for c in counted]


def _sum(counts: dict[Position, int], rows: list[TableRow], column: Column) -> int:
    c = column.index
    return sum([counts.get((row.r, c), 0) for row in rows])


def _sums(counts: dict[Position, int], rows: list[TableRow], columns: list[Column]) -> int:
    return sum(_sum(counts, rows, column) for column in columns)


def _once(rows: list[TableRow], columns: list[Column], counts: dict[Position, int], *, named: bool) -> list[TableRow]:
    """The rows without those that say again of the same subject what one above said.

    Two units of a list may well be alike, unless they are told by their names (`named`).
    """
    kept: dict[tuple[object, ...], TableRow] = {}
    for row in rows:
        own: object = None
        if row.kind == "unit" or row.area is None:
            own = fold(row.label.bare) if named and row.label.bare else row.r
        said = (row.area and row.area.area_id, own, row.organisation, row.unit_type, row.year)
        kept.setdefault((*said, *(counts.get((row.r, c.index)) for c in columns)), row)
    return list(kept.values())


def _check_total_share(
    out: Readout,
    total: TableRow,
    column: Column,
    figures: list[Column],
    details: list[TableRow],
    counts: dict[Position, int],
) -> None:
    """The percentage a total row prints, against the counts of its own row or what its rows add up to."""
    cell = (total.r, column.index)
    owner = next((c for c in figures if c.index == column.of), None)
    share = out.figure(*cell, share=True, header=column.header)
    if owner is None or owner.role not in ("level", "unrated") or not isinstance(share, Share):
        return
    parts = [
        c for c in figures if (c.organisation, c.unit_type, c.year) == (owner.organisation, owner.unit_type, owner.year)
    ]
    sizes = [c for c in figures if c.role in ("total", "rated_total") and c.year in (None, owner.year)]
    found: list[tuple[int, int, str | None]] = []
    for own_row in (True, False):
        if any(how for *_, how in found):
            break
        read = {c.index: _count(out, total.r, c) if own_row else _sum(counts, details, c) for c in (*parts, *sizes)}
        count = read.get(owner.index)
        levels = [n for c in parts if c.role == "level" and isinstance(n := read[c.index], int)]
        unrated = [n for c in parts if c.role == "unrated" and isinstance(n := read[c.index], int)]
        bases = [sum(levels), sum(levels) + sum(unrated), *(n for c in sizes if isinstance(n := read[c.index], int))]
        if isinstance(count, int):
            found += [(count, base, share_agrees(share, count, base)) for base in bases if base]
    if found:
        count, base, how = next((f for f in found if f[2]), found[0])
        out.total_shares.append((cell, count, base, how or "khong_khop"))


def check_column_shares(
    out: Readout, told: list[tuple[int, Hashable, str, str, bool]], checking: list[Column], shares: list[Column]
) -> None:
    """The percentages of a total column, against the counts of that column.

    `told` are the rows: place, whom they are about, what they count with its code, and whether they are percentages.
    """
    for column in checking:
        for key in dict.fromkeys(row[1] for row in told):
            rows = [row for row in told if row[1] == key]
            counts = {
                (what, code): n
                for r, _, what, code, is_share in rows
                if not is_share and (n := _count(out, r, column)) is not None
            }
            levels = sum(n for (what, _), n in counts.items() if what == "level")
            unrated = sum(n for (what, _), n in counts.items() if what == "unrated")
            sizes = [n for (what, _), n in counts.items() if what in ("rated_total", "total")]
            bases = [base for base in (levels, levels + unrated, *sizes) if base]
            for r, _, what, code, is_share in rows:
                count = counts.get((what, code))
                if what not in ("level", "unrated") or count is None or not bases:
                    continue
                beside = [column.index] if is_share else [c.index for c in shares if c.of == column.index]
                for cell in ((r, c) for c in beside):
                    share = _share(out, cell)
                    if share is not None:
                        found = [(base, share_agrees(share, count, base)) for base in bases]
                        base, how = next((f for f in found if f[1]), found[0])
                        out.total_shares.append((cell, count, base, how or "khong_khop"))


def _share(out: Readout, cell: Position) -> Share | None:
    try:
        return read_share(out.sheet.raw(*cell)) if cell not in out.sheet.faults else None
    except NotANumber:
        return None


def _count(out: Readout, r: int, column: Column) -> int | None:
    if out.sheet.raw(r, column.index) is None:
        return None
    try:
        return read_count(out.sheet.raw(r, column.index), out.units)
    except NotANumber:
        return None
