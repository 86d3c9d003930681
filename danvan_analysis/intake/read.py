"""Reads a folder of returns into the tidy tables; every file, row and cell is accounted for."""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from danvan_analysis import tables
from danvan_analysis.cells import Document, open_files
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts
from danvan_analysis.intake.accounting import note_row, set_all_aside, source_row
from danvan_analysis.intake.answers import read_sheets, settle_answers
from danvan_analysis.intake.corrections import Ledger
from danvan_analysis.intake.door import SECRET, is_internal, is_secret
from danvan_analysis.intake.files import list_files
from danvan_analysis.intake.frames import (
    OF_SHEET,
    OWN_SHARES,
    SHARES,
    broken_rows,
    checked_frame,
    columns_of,
    unchecked_frame,
)
from danvan_analysis.intake.legacy_notice import say_converted
from danvan_analysis.intake.measures_once import measures_once
from danvan_analysis.intake.once import settle_once
from danvan_analysis.intake.sheet_reader import Reader, SheetResult
from danvan_analysis.intake.statements import Origin, Outcome, Words
from danvan_analysis.intake.year_checks import Ask, ask_copies, ask_units
from danvan_analysis.memory import without_collector
from danvan_analysis.tables import Data
from danvan_analysis.text import fold

_INTERNAL = "Tệp ghi “LƯU HÀNH NỘI BỘ”; tài liệu lập từ số liệu này đề nghị giữ chế độ lưu hành đó."


def read_raw(folder: str | Path, facts: Facts, *, progress: Callable[[str], None] | None = None) -> Data:
    """Read every return in a folder into the tidy tables of `danvan_analysis.tables`.

    Returns `Data` with polars frames `ratings`, `measures`, `duties`, `set_aside`, `sources`, `parallel` (ratings that
    only check), `coverage`, `answers`. Each unit stands once in `ratings`. Real returns and trial data never mix: where a folder
    holds both, the trial data are left out and `notes` says so.

    Sheets of questions that came back filled in are no returns: what they answer stands in `answers`.

    DanvanError when the folder is missing or holds no file, or a line of the corrections ledger no longer fits its
    source; a file that cannot be read is a row of `sources` and `set_aside`, the others are still read.

    >>> from danvan_analysis.facts import load_facts
    >>> read_raw("data/khong-co", load_facts())
    Traceback (most recent call last):
    ...
    danvan_analysis.errors.DanvanError: Không có thư mục số liệu “data/khong-co”. Đề nghị kiểm tra lại đường dẫn (--so-lieu).
    """
    root = Path(folder)
    if not root.is_dir():
        raise DanvanError(f"Không có thư mục số liệu “{folder}”. Đề nghị kiểm tra lại đường dẫn (--so-lieu).")
    files = list_files(root)
    if not files:
        raise DanvanError(f"Thư mục “{folder}” không có tệp số liệu nào. Đề nghị chép biểu các đơn vị gửi vào đó.")
    reader = Reader.of(facts)
    run = _Run(reader, root)
    opened = open_files((root / relative for relative in files), facts.settings["limits"])
    with without_collector(), closing(opened):
        for relative in files:
            if progress:
                progress(str(relative))
            run.add(next(opened), relative)
        run.ledger.close()
        return run.tables()


class _Run:
    """The state of one reading: sheets as they come, then the tables of them all."""

    def __init__(self, reader: Reader, root: Path) -> None:
        self.reader = reader
        self.root = root.resolve()
        self.settings = reader.facts.settings
        self.sheets: list[tuple[PurePosixPath, str, str, SheetResult]] = []
        self.refused: list[dict[str, Any]] = []
        self.aside: list[dict[str, Any]] = []
        self.seen: dict[str, PurePosixPath] = {}
        #: The printed shares of each table, by its place among the sheets and in its sheet.
        self.shares: dict[tuple[int, int], pl.DataFrame] = {}
        self.notes: list[str] = []
        self.ledger = Ledger(reader.facts.corrections)

    def add(self, documents: list[Document], relative: PurePosixPath) -> None:
        if any(is_secret(document) for document in documents):
            self._refuse(relative, b"", "refused", "do_mat", SECRET)
            return
        for document in documents:
            self._add_document(document, relative / document.inner if document.inner else relative)

    def _add_document(self, document: Document, relative: PurePosixPath) -> None:
        digest = hashlib.sha256(document.data).hexdigest()
        corrected = self.ledger.apply(document, relative, digest, self.seen.get(digest))
        if document.problem:
            self._refuse(relative, document.data, "unreadable", "khong_mo_duoc", document.problem)
            return
        nature, clash = self._nature(relative, document.sheets)
        results = read_sheets(corrected.sheets, relative, self.reader)
        # A file that was dropped whole does not stand for its twin.
        twin = relative if corrected.whole else self.seen.setdefault(digest, relative)
        if results and is_internal(document):
            results[0].readout.note("used", "luu_hanh_noi_bo", [], _INTERNAL)
        for result in results:
            say_converted(result.readout)
            if clash:
                set_all_aside(result, "ban_chat_mau_thuan", clash)
            elif twin != relative:
                result.settled.clear()
                result.readout.marks = {
                    cell: "checked" if m == "used" else m for cell, m in result.readout.marks.items()
                }
                result.readout.note("used", "gui_hai_lan", [], f"Tệp trùng nội dung với “{twin}”; chỉ tính một lần.")
            for table, (_, settled) in enumerate(result.settled):
                if settled.shares:
                    self.shares[len(self.sheets), table] = columns_of(settled.shares, OWN_SHARES)
                    settled.shares = []
            result.readout.let_go()
            self.sheets.append((relative, digest, nature, result))
        corrected.note(results)

    def _refuse(self, relative: PurePosixPath, data: bytes, status: str, reason: str, message: str) -> None:
        counts = {f"{kind}_{name}": 0 for kind, names in (("rows", ("read", "used", "aside", "structural")),
                  ("cells", ("read", "used", "checked", "aside", "structural"))) for name in names}  # fmt: skip
        self.refused.append(
            {"source_file": str(relative), "source_sheet": "", "sha256": hashlib.sha256(data).hexdigest() if data else "",
             "sender": None, "nature": self._nature(relative, ())[0], "year": None, "period": None, "status": status,
             "form_id": None, **counts}
        )  # fmt: skip
        self.aside.append(
            {"source_file": str(relative), "source_sheet": "", "source_cell": "", "effect": "aside", "reason": reason,
             "message_vi": message, "text": None, "sender": None, "year": None}
        )  # fmt: skip

    def _nature(self, relative: PurePosixPath, sheets: Iterable[Any]) -> tuple[str, str | None]:
        folders = {fold(part) for part in (self.root.name, *relative.parts[:-1])}
        mark = fold(self.settings["trial"]["mark"])
        texts = (text for sheet in sheets for text in (*sheet.distinct, *sheet.above) if len(text) >= len(mark) - 4)
        marked = any(mark in fold(text) for text in texts)
        published = fold(self.settings["published"]["folder"]) in folders
        trial = marked or fold(self.settings["trial"]["folder"]) in folders
        if trial and published:
            return (
                "gia_dinh",
                "Tệp có dấu số liệu giả định nhưng nằm trong thư mục số liệu công bố; phần mềm không dùng.",
            )
        return ("gia_dinh" if trial else "cong_bo" if published else "bao_cao"), None

    def tables(self) -> Data:
        if any(nature == "bao_cao" and result.settled for _, _, nature, result in self.sheets):
            left_out = sorted({str(path) for path, _, nature, result in self.sheets if nature == "gia_dinh"})
            if left_out:
                self.notes.append(
                    f"Có báo cáo thật nên {len(left_out)} tệp số liệu giả định được để riêng, không đưa vào tổng hợp."
                )
                for _, _, nature, result in self.sheets:
                    if nature == "gia_dinh":
                        set_all_aside(
                            result, "gia_dinh_de_rieng", "Số liệu giả định; đã có báo cáo thật nên không dùng."
                        )
        own_years = self._own_years()
        ratings, coverage, measures, duties = [], [], [], []
        shares = [pl.DataFrame(schema=SHARES)]
        for index, (path, _, nature, result) in enumerate(self.sheets):
            for table, (context, settled) in enumerate(result.settled):
                where = {"nature": nature, "source_file": str(path), "source_sheet": result.readout.sheet.name}
                own_year = own_years.get(path)
                origin = Origin(index, table, str(path), where["source_sheet"], context.sender, own_year, nature)
                tags = {"run": index}
                common = {"status": context.status, "channel": context.channel}
                for rows, more in ((settled.ratings, tags), (settled.coverage, common), (settled.measures, tags)):
                    for row in rows:
                        row |= more
                ratings += [(origin, row) for row in settled.ratings]
                coverage += [(origin, row) for row in settled.coverage]
                measures += [(origin, row) for row in settled.measures]
                duties += [row | tags for row in settled.duties]
                if (index, table) in self.shares:
                    tagged = [pl.lit(value).alias(name) for name, value in where.items()]
                    shares.append(self.shares.pop((index, table)).with_columns(tagged).select(list(SHARES)))
        leading = self.settings["channels"]["leading"]
        outcome = settle_once(ratings, coverage, self.reader.gazetteer, leading, Words(self._describe, self._level))
        labels = dict(self.reader.facts.measures.select("measure", "label_vi").iter_rows())
        fed_measures, spare_measures, measure_questions = measures_once(
            measures, self.reader.gazetteer, leading, labels
        )
        for row in (*outcome.checking, *spare_measures):
            marks = self.sheets[row["run"]][3].readout.marks
            for cell in row["cells"]:
                marks[cell] = "checked"
        for row in (*outcome.feeding, *fed_measures):
            marks = self.sheets[row["run"]][3].readout.marks
            for cell in row["cells"]:
                marks[cell] = "used"
        for origin, effect, reason, message, rows in (*outcome.questions, *measure_questions):
            cells = [cell for row in rows for cell in row["cells"]]
            self.sheets[origin.run][3].readout.note(effect, reason, cells, message)
        for run, effect, reason, message, cells in self._against_last_year(outcome, ratings, measures):
            self.sheets[run][3].readout.note(effect, reason, cells, message)
        # From here on the rows live in frames; what they came from is let go.
        for *_, result in self.sheets:
            result.settled.clear()
        ratings.clear()
        feeding = self._sound(tables.Ratings, outcome.feeding)
        checking = self._sound(tables.Ratings, outcome.checking)
        printed = pl.concat(shares).sort("source_file", "source_sheet", "source_cell")
        fed = self._sound(tables.Measures, fed_measures)
        return self._data(feeding, checking, outcome.coverage, fed, self._sound(tables.Duties, duties), printed)

    def _against_last_year(self, outcome: Outcome, ratings: list[Any], measures: list[Any]) -> list[Ask]:
        arrival, names = self.settings["arrival"], self.reader.settings
        runs = [(nature, str(path)) for path, _, nature, _ in self.sheets]
        changed = ask_units(
            outcome.feeding, outcome.coverage, runs, self.reader.gazetteer, self._describe, arrival, names.gone
        )
        return changed + ask_copies([*ratings, *measures], arrival)

    def _sound(self, schema: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
        """Rows to a frame without those that break a rule of the table; each of them is set aside by its cells."""
        where = [
            {"nature": nature, "source_file": str(path), "source_sheet": result.readout.sheet.name}
            for path, _, nature, result in self.sheets
        ]
        frame = unchecked_frame(schema, rows, columns_of(where, OF_SHEET))
        broken = broken_rows(schema, frame)
        for i, why in broken.items():
            who = self._describe(rows[i]) if "rating" in rows[i] else f"{rows[i]['area_name']} năm {rows[i]['year']}"
            message = f"{who}: {why} Số liệu này chưa đưa vào tổng hợp; đề nghị kiểm tra lại."
            self.sheets[rows[i]["run"]][3].readout.note("aside", "khong_qua_kiem_tra", rows[i]["cells"], message)
        rows.clear()
        return frame[[i for i in range(frame.height) if i not in broken]] if broken else frame

    def _own_years(self) -> dict[PurePosixPath, int]:
        """The year a file is about: the latest it gives figures of."""
        years: dict[PurePosixPath, int] = {}
        for path, _, _, result in self.sheets:
            for _, settled in result.settled:
                for row in (*settled.ratings, *settled.measures):
                    years[path] = max(years.get(path, 0), row["year"])
        return years

    def _describe(self, row: dict[str, Any]) -> str:
        names = self.reader.settings
        kind = names.type_names.get(row["unit_type"], row["unit_type"])
        who = names.organisation_names.get(row["organisation"], row["organisation"])
        return f"{kind[0].upper()}{kind[1:]} ({who}) năm {row['year']}, {row['area_name']}"

    def _level(self, row: dict[str, Any]) -> str:
        level = self.reader.settings.scales.rows.get((row["scale_id"], row["rating"]))
        return str(level["label_vi"]).lower() if level else "chưa xếp loại"

    def _data(
        self,
        feeding: pl.DataFrame,
        checking: pl.DataFrame,
        coverage: list[dict[str, Any]],
        measures: pl.DataFrame,
        duties: pl.DataFrame,
        shares: pl.DataFrame,
    ) -> Data:
        answers = settle_answers(self.sheets, self.reader.facts.corrections, self.settings["reconciliation"])
        sources = list(self.refused)
        aside = list(self.aside)
        for path, digest, nature, result in self.sheets:
            sources.append(source_row(path, digest, nature, result))
            aside += [note_row(note, path, result) for note in result.readout.notes]
        return Data(
            ratings=checked_frame(
                tables.Ratings, feeding, ["area_id", "organisation", "unit_type", "year", "source_file"]
            ),
            measures=checked_frame(tables.Measures, measures, ["area_id", "measure", "year", "source_file"]),
            duties=checked_frame(tables.Duties, duties, ["duty_id", "area_id", "year", "source_file"]),
            set_aside=checked_frame(tables.SetAside, aside, ["source_file", "source_sheet", "source_cell", "reason"]),
            sources=checked_frame(tables.Sources, sources, ["source_file", "source_sheet"]),
            parallel=checked_frame(
                tables.Ratings, checking, ["area_id", "organisation", "unit_type", "year", "source_file"]
            ),
            coverage=checked_frame(tables.Coverage, coverage, ["area_id", "organisation", "unit_type", "year"]),
            shares=shares,
            answers=checked_frame(tables.Answers, answers, ["file", "sheet", "cell", "source_file"]),
            notes=tuple(self.notes),
        )
