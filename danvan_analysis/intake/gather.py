"""What the files gave, put together: each unit once, every cell accounted for, the tables checked."""

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from danvan_analysis import tables
from danvan_analysis.cells import Sheet
from danvan_analysis.intake.accounting import source_row
from danvan_analysis.intake.answers import settle_answers
from danvan_analysis.intake.corrections import position
from danvan_analysis.intake.frames import (
    OF_SHEET,
    SHARES,
    addressed,
    broken_rows,
    checked_frame,
    columns_of,
    own_columns,
)
from danvan_analysis.intake.measures_once import measures_once
from danvan_analysis.intake.once import settle_once
from danvan_analysis.intake.records import Row, SheetRecord
from danvan_analysis.intake.sheet_reader import Reader
from danvan_analysis.intake.statements import Origin, Outcome, Words
from danvan_analysis.intake.year_checks import OF_UNITS, Ask, ask_copies, ask_units
from danvan_analysis.tables import Data

#: A sheet as it came: its file, the file's digest and nature, what was kept of it.
Come = tuple[str, str, str, SheetRecord]
_PLACED = {"run": pl.Int64, "table": pl.Int64}
_COVERAGE = {
    "year": pl.Int64, "period": pl.String, "area_id": pl.String, "organisation": pl.String, "unit_type": pl.String,
    "expected": pl.Int64, "covered": pl.Int64, "own_total": pl.Boolean, "status": pl.String, "channel": pl.String,
}  # fmt: skip
_RATINGS_BY = ["area_id", "organisation", "unit_type", "year", "source_file"]


def gather(
    sheets: list[Come],
    sources: list[Row],
    aside: list[Row],
    notes: Iterable[str],
    reader: Reader,
    cells_of: Callable[[str], list[Sheet]],
) -> Data:
    """Give the tables of all sheets; `sources` and `aside` hold the rows of files that could not be read."""
    own_years = _own_years(sheets)
    origins: dict[tuple[int, int], Origin] = {}
    ratings = [pl.DataFrame(schema=own_columns(tables.Ratings) | _PLACED)]
    shares = [pl.DataFrame(schema=SHARES)]
    coverage: list[Row] = []
    measures: list[tuple[Origin, Row]] = []
    duties: list[Row] = []
    for run, (path, _, nature, sheet) in enumerate(sheets):
        where = {"nature": nature, "source_file": path, "source_sheet": sheet.name}
        for table, told in enumerate(sheet.tables):
            origin = Origin(run, table, path, sheet.name, told.sender, own_years.get(path), nature)
            origins[run, table] = origin
            placed = {name: pl.lit(value, pl.Int64) for name, value in zip(_PLACED, (run, table), strict=True)}
            ratings.append(told.ratings.with_columns(**placed).select(ratings[0].columns))
            coverage += [row | {"run": run, "table": table} for row in told.coverage]
            measures += [(origin, row | {"run": run}) for row in told.measures]
            duties += [row | {"run": run} for row in told.duties]
            shares.append(
                told.shares.with_columns(**{name: pl.lit(text) for name, text in where.items()}).select(list(SHARES))
            )
        # From here on the rows live in the frames of all sheets.
        sheet.tables = []
    runs = _runs(sheets, own_years)
    rows = pl.concat(ratings).join(runs, on="run", how="left", maintain_order="left")
    ratings.clear()
    covered = columns_of(coverage, _COVERAGE | _PLACED).join(runs, on="run", how="left", maintain_order="left")
    names = _Names(reader)
    leading = reader.facts.settings["channels"]["leading"]
    outcome = settle_once(rows, covered, origins, reader.gazetteer, leading, Words(names.subject, names.level))
    labels = dict(reader.facts.measures.select("measure", "label_vi").iter_rows())
    fed, spare, measure_questions = measures_once(measures, reader.gazetteer, leading, labels)
    _mark(sheets, rows, outcome, fed, spare)
    for origin, effect, reason, message, some in (*outcome.questions, *measure_questions):
        sheets[origin.run][3].note(effect, reason, [cell for row in some for cell in row["cells"]], message)
    for run, effect, reason, message, cells in _against_last_year(sheets, rows, outcome, measures, origins, names):
        sheets[run][3].note(effect, reason, cells, message)
    feeding = _sound(sheets, tables.Ratings, rows[outcome.feeding], names)
    checking = _sound(sheets, tables.Ratings, rows[outcome.checking], names)
    figures = _sound(sheets, tables.Measures, _with_runs(fed, tables.Measures, runs), names)
    states = _sound(sheets, tables.Duties, _with_runs(duties, tables.Duties, runs), names)
    # Answers may raise questions of their own, so the notes are taken last.
    answers = settle_answers(sheets, reader.facts.corrections, reader.facts.settings["reconciliation"], cells_of)
    for path, digest, nature, sheet in sheets:
        sources.append(source_row(path, digest, nature, sheet))
        of_sheet = {"source_file": path, "source_sheet": sheet.name, "sender": sheet.sender, "year": sheet.year}
        aside += [note | of_sheet for note in sheet.notes]
    return Data(
        ratings=checked_frame(tables.Ratings, feeding, _RATINGS_BY),
        measures=checked_frame(tables.Measures, figures, ["area_id", "measure", "year", "source_file"]),
        duties=checked_frame(tables.Duties, states, ["duty_id", "area_id", "year", "source_file"]),
        set_aside=checked_frame(tables.SetAside, aside, ["source_file", "source_sheet", "source_cell", "reason"]),
        sources=checked_frame(tables.Sources, sources, ["source_file", "source_sheet"]),
        parallel=checked_frame(tables.Ratings, checking, _RATINGS_BY),
        coverage=checked_frame(tables.Coverage, outcome.coverage, ["area_id", "organisation", "unit_type", "year"]),
        shares=pl.concat(shares).sort("source_file", "source_sheet", "source_cell"),
        answers=checked_frame(tables.Answers, answers, ["file", "sheet", "cell", "source_file"]),
        notes=tuple(notes),
    )


class _Names:
    """How a question names the units of a row and the level it gives them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def subject(self, row: Row) -> str:
        names = self.reader.settings
        kind = str(names.type_names.get(row["unit_type"], row["unit_type"]))
        who = names.organisation_names.get(row["organisation"], row["organisation"])
        return f"{kind[0].upper()}{kind[1:]} ({who}) năm {row['year']}, {row['area_name']}"

    def level(self, row: Row) -> str:
        level = self.reader.settings.scales.rows.get((row["scale_id"], row["rating"]))
        return str(level["label_vi"]).lower() if level else "chưa xếp loại"


def _own_years(sheets: list[Come]) -> dict[str, int]:
    """The year a file is about: the latest it gives figures of."""
    years: dict[str, int] = {}
    for path, _, _, sheet in sheets:
        for told in sheet.tables:
            said = [row["year"] for row in told.measures]
            if told.ratings.height:
                said.append(told.ratings["year"].max())
            years[path] = max(years.get(path, 0), *said) if said else years.get(path, 0)
    return {path: year for path, year in years.items() if year}


def _runs(sheets: list[Come], own_years: dict[str, int]) -> pl.DataFrame:
    """What all rows of a sheet share, by the sheet's number."""
    rows = [
        {"run": run, "nature": nature, "source_file": path, "source_sheet": sheet.name, "own_year": own_years.get(path)}
        for run, (path, _, nature, sheet) in enumerate(sheets)
    ]
    return columns_of(rows, {"run": pl.Int64, **OF_SHEET, "own_year": pl.Int64})


def _with_runs(rows: list[Row], schema: Any, runs: pl.DataFrame) -> pl.DataFrame:
    """Rows of single sheets as a frame, with what all rows of their sheet share."""
    run = pl.Series("run", [row["run"] for row in rows], dtype=pl.Int64)
    frame = addressed(rows, own_columns(schema)).with_columns(run)
    return frame.join(runs, on="run", how="left", maintain_order="left")


def _mark(sheets: list[Come], rows: pl.DataFrame, outcome: Outcome, fed: list[Row], spare: list[Row]) -> None:
    """Cells whose rows only check are no longer used, but for those that other rows use."""
    cells = rows.select("run", "source_cell")
    checks = cells[outcome.checking]
    feeds = cells[outcome.feeding].filter(pl.col("run").is_in(checks["run"].unique().implode()))
    for some, more, mark in ((checks, spare, "checked"), (feeds, fed, "used")):
        for run, cells in some.iter_rows():
            sheets[run][3].grid.mark([position(cell) for cell in cells.split(";")], mark)
        for row in more:
            sheets[row["run"]][3].grid.mark(row["cells"], mark)


def _against_last_year(
    sheets: list[Come],
    rows: pl.DataFrame,
    outcome: Outcome,
    measures: list[tuple[Origin, Row]],
    origins: dict[tuple[int, int], Origin],
    names: _Names,
) -> list[Ask]:
    reader, files = names.reader, [path for path, *_ in sheets]
    arrival = reader.facts.settings["arrival"]
    changed = ask_units(
        rows.select(OF_UNITS)[outcome.feeding],
        outcome.coverage,
        files,
        reader.gazetteer,
        names.subject,
        arrival,
        reader.settings.gone,
    )
    return changed + ask_copies(rows, measures, origins, arrival)


def _sound(sheets: list[Come], schema: Any, rows: pl.DataFrame, names: _Names) -> pl.DataFrame:
    """Rows without those that break a rule of their table; each of these is set aside by its cells."""
    frame = rows.select(list(schema.create_empty().schema))
    broken = broken_rows(schema, frame)
    for i, why in broken.items():
        row = rows.row(i, named=True)
        who = names.subject(row) if "rating" in row else f"{row['area_name']} năm {row['year']}"
        message = f"{who}: {why} Số liệu này chưa đưa vào tổng hợp; đề nghị kiểm tra lại."
        cells = [position(cell) for cell in row["source_cell"].split(";")]
        sheets[row["run"]][3].note("aside", "khong_qua_kiem_tra", cells, message)
    return frame[[i for i in range(frame.height) if i not in broken]] if broken else frame
