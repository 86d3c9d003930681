"""A sheet that has been read as the record that is kept of it: its rows as frames, every cell counted."""

from typing import Any

import polars as pl

from danvan_analysis.intake.context import Context
from danvan_analysis.intake.frames import OWN_SHARES, addressed, columns_of, own_columns
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.records import Grid, Row, SheetRecord, TableRecord
from danvan_analysis.intake.settled import Settled
from danvan_analysis.intake.sheet_reader import SheetResult
from danvan_analysis.tables import QUESTIONS, Ratings


def set_all_aside(result: SheetResult, reason: str, message: str, *, always: bool = False) -> None:
    """Set a whole sheet aside: its figures, not its structure; `always` says so even where it has none."""
    out = result.readout
    cells = [cell for cell, mark in out.marks.items() if mark in ("used", "checked", "aside")]
    result.settled.clear()
    result.answers.clear()
    # What was asked of single cells no longer matters.
    out.notes.clear()
    if cells or always:
        out.note("aside", reason, cells, message)


def keep(result: SheetResult) -> SheetRecord:
    """What is kept of a sheet that has been read."""
    out, context = result.readout, result.context
    record = SheetRecord(
        name=out.sheet.name,
        sender=context.sender,
        year=context.year,
        period=context.period,
        status=_status(out),
        form_id=";".join(dict.fromkeys(out.forms)) or None,
        grid=Grid.of(out.sheet, out.marks),
        tables=[_table(context, settled) for context, settled in result.settled],
        answers=result.answers,
    )
    for _, settled in result.settled:
        for row in (*settled.ratings, *settled.measures):
            record.grid.mark(row["cells"], "used")
    for note in out.notes:
        record.say(note.effect, note.reason, note.cells, note.message, note.text)
    return record


def _table(context: Context, settled: Settled) -> TableRecord:
    common = {"status": context.status, "channel": context.channel}
    return TableRecord(
        context.sender,
        addressed(settled.ratings, own_columns(Ratings)),
        [row | common for row in _by_place(settled.coverage)],
        settled.measures,
        settled.duties,
        columns_of(settled.shares, OWN_SHARES) if settled.shares else pl.DataFrame(schema=OWN_SHARES),
    )


def _by_place(coverage: list[Row]) -> list[Row]:
    """One row for each place a table covers: its last word on what is expected; equal to its own total if all are."""
    places: dict[tuple[Any, ...], Row] = {}
    for row in coverage:
        place = tuple(row[name] for name in ("year", "period", "area_id", "organisation", "unit_type"))
        before = places.setdefault(place, dict(row))
        before["expected"] = row["expected"]
        before["own_total"] = (
            row["own_total"] if before["own_total"] is None else before["own_total"] and row["own_total"]
        )
    return list(places.values())


def source_row(path: str, digest: str, nature: str, record: SheetRecord) -> Row:
    """A sheet as a row of `sources`: whose it is, what became of it, every row and cell counted."""
    return {
        "source_file": path,
        "source_sheet": record.name,
        "sha256": digest,
        "sender": record.sender,
        "nature": nature,
        "year": record.year,
        "period": record.period,
        "status": record.status,
        "form_id": record.form_id,
        **record.grid.counts(),
    }


def refused_row(path: str, digest: str, nature: str, status: str) -> Row:
    """A file that was not read as a row of `sources`."""
    counts = Grid(0, bytearray(), Grid.no_figures(), {}).counts()
    nothing = {"source_sheet": "", "sender": None, "year": None, "period": None, "form_id": None}
    return {"source_file": path, "sha256": digest, "nature": nature, "status": status, **nothing, **counts}


def _status(out: Readout) -> str:
    if out.unknown_form and not out.forms:
        return "unknown_form"
    if QUESTIONS in out.forms or out.observations:
        return "read"
    # A page of text is read; a known form without a figure is empty, and so is a blank page.
    says = any(out.sheet.filled(r) for r in range(len(out.sheet.rows)))
    return "read" if says and not (out.forms or out.unknown_form) else "empty_form"
