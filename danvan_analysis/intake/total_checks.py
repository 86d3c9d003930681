"""Totals a table prints, by row and by column, against what they add up; their cells only check."""

from danvan_analysis.intake.cells import Position, address
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.table_rows import TableRow


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
            if spans_subjects(column, figures):
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


def _sum(counts: dict[Position, int], rows: list[TableRow], column: Column) -> int:
    return sum(counts.get((row.r, column.index), 0) for row in rows)
