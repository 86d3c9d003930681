"""Counts what became of every row and cell of a sheet."""

from danvan_analysis.intake.observe import Readout


def account(out: Readout) -> dict[str, int]:
    """Give the row and cell counts of `sources`: a row is used before aside before structural, and counted once."""
    rows = {"used": 0, "aside": 0, "structural": 0}
    cells = {"used": 0, "checked": 0, "aside": 0, "structural": 0}
    for r in range(len(out.sheet.rows)):
        filled = out.sheet.filled(r)
        if not filled:
            continue
        marks = [out.marks.get((r, c), "structural") for c in filled]
        for mark in set(marks):
            cells[mark] += marks.count(mark)
        rows["used" if "used" in marks else "aside" if "aside" in marks else "structural"] += 1
    return {
        "rows_read": sum(rows.values()),
        **{f"rows_{name}": count for name, count in rows.items()},
        "cells_read": sum(cells.values()),
        **{f"cells_{name}": count for name, count in cells.items()},
    }
