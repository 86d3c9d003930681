"""Reads a folder of returns into the tidy tables; every file, row and cell is accounted for."""

import os
from collections.abc import Callable, Generator
from contextlib import closing
from functools import lru_cache
from pathlib import Path, PurePosixPath

from danvan_analysis.cells import Sheet, open_files
from danvan_analysis.cells.isolated import Task, unreadable, work_through
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Facts
from danvan_analysis.intake.accounting import refused_row
from danvan_analysis.intake.corrections import Ledger
from danvan_analysis.intake.files import list_files
from danvan_analysis.intake.gather import Come, gather
from danvan_analysis.intake.read_file import Records, payload_of, prepare, read_again, read_documents, relative_to
from danvan_analysis.intake.records import DocumentRecord, Row
from danvan_analysis.intake.sheet_reader import Reader
from danvan_analysis.memory import without_collector
from danvan_analysis.tables import Data

#: From so many files on it pays to start processes that read, not only open them; and more than so many only wait.
_MANY_FILES = 16
_MOST_PROCESSES = 4
#: What they run.
_WORKER = ("-m", "danvan_analysis.intake.worker")


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
    root = root.resolve()
    files = list_files(root)
    if not files:
        raise DanvanError(f"Thư mục “{folder}” không có tệp số liệu nào. Đề nghị chép biểu các đơn vị gửi vào đó.")
    reader = Reader.of(facts)
    run = _Run(reader)
    records = _records(files, root, reader)
    with without_collector(), closing(records):
        for relative in files:
            if progress:
                progress(str(relative))
            for record in next(records):
                run.add(record)
        # Read to its end, the iterator keeps its processes for the next run.
        next(records, None)
        run.ledger.close()
        run.put_trial_data_apart()
        cells_of = lru_cache(maxsize=4)(lambda path: _cells_of(path, files, root, reader))
        return gather(run.sheets, run.sources, run.aside, run.notes, reader, cells_of)


def _records(files: list[PurePosixPath], root: Path, reader: Reader) -> Generator[Records]:
    """What each file gave, in order; many are read by several processes at once, few are only opened by another one."""
    limits = reader.facts.settings["limits"]
    paths = [root / relative for relative in files]
    if len(files) < _MANY_FILES:
        with closing(open_files(paths, limits)) as opened:
            for relative in files:
                yield read_documents(next(opened), relative, root, reader)
            next(opened, None)
        return
    payload = payload_of(reader.facts, root)

    def here(path: str, limits: dict[str, object]) -> Records:
        return prepare(payload)(path, limits)

    def lost(path: Path, problem: str) -> Records:
        return read_documents(unreadable(path, problem), relative_to(root, path), root, reader)

    task = Task(here, lost, _WORKER, payload)
    with closing(work_through(paths, limits, task, processes=_processes())) as done:
        yield from done


def _processes() -> int:
    """As many as this program may use processors for."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(able, _MOST_PROCESSES))


def _cells_of(path: str, files: list[PurePosixPath], root: Path, reader: Reader) -> list[Sheet]:
    """The sheets of a file, or of a member of an archive, opened once more."""
    outer = next(f for f in files if PurePosixPath(path).is_relative_to(f))
    (documents,) = open_files([root / outer], reader.facts.settings["limits"])
    document = next((d for d in documents if (outer / d.inner if d.inner else outer) == PurePosixPath(path)), None)
    if document is None or document.problem:
        return []
    return [result.readout.sheet for result in read_again(document, PurePosixPath(path), reader)]


class _Run:
    """What has come so far, file by file."""

    def __init__(self, reader: Reader) -> None:
        self.sheets: list[Come] = []
        self.sources: list[Row] = []
        self.aside: list[Row] = []
        self.seen: dict[str, str] = {}
        self.notes: list[str] = []
        self.ledger = Ledger(reader.facts.corrections)

    def add(self, record: DocumentRecord) -> None:
        """Take a document; one of the same content as an earlier one only checks."""
        twin = self.seen.get(record.digest)
        self.ledger.take(record.findings, record.path, twin)
        if record.refused:
            self._refuse(record)
            return
        if record.findings.whole:
            # A file that was dropped whole does not stand for its twin.
            twin = None
        elif twin is None:
            self.seen[record.digest] = record.path
        for sheet in record.sheets:
            if twin is not None:
                sheet.only_checks()
                sheet.note("used", "gui_hai_lan", [], f"Tệp trùng nội dung với “{twin}”; chỉ tính một lần.")
            self.sheets.append((record.path, record.digest, record.nature, sheet))

    def _refuse(self, record: DocumentRecord) -> None:
        status, reason, message = record.refused or ("", "", "")
        self.sources.append(refused_row(record.path, record.digest, record.nature, status))
        self.aside.append(
            {"source_file": record.path, "source_sheet": "", "source_cell": "", "effect": "aside", "reason": reason,
             "message_vi": message, "text": None, "sender": None, "year": None}
        )  # fmt: skip

    def put_trial_data_apart(self) -> None:
        """Real returns and trial data never mix: where both came, the trial data are left out, and that is said."""
        if not any(nature == "bao_cao" and sheet.tables for _, _, nature, sheet in self.sheets):
            return
        trial = [(path, sheet) for path, _, nature, sheet in self.sheets if nature == "gia_dinh"]
        for _, sheet in trial:
            sheet.set_aside("gia_dinh_de_rieng", "Số liệu giả định; đã có báo cáo thật nên không dùng.")
        if trial:
            count = len({path for path, _ in trial})
            self.notes.append(
                f"Có báo cáo thật nên {count} tệp số liệu giả định được để riêng, không đưa vào tổng hợp."
            )
