"""The corrections ledger applied: between opening a file and reading it, on a copy of its cells; raw files stay as they are.

A line that no longer fits its source stops the run, so that no correction outlives the figure it was made for.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from danvan_analysis.cells import Document, Position, Sheet, address
from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import Correction
from danvan_analysis.facts.corrections import LEDGER, shown
from danvan_analysis.facts.rows import nearest
from danvan_analysis.intake.accounting import set_all_aside
from danvan_analysis.intake.observe import Note
from danvan_analysis.intake.persons import keep_withheld
from danvan_analysis.intake.records import Findings
from danvan_analysis.intake.sheet_reader import SheetResult
from danvan_analysis.text import clean

_REASONS = {
    "override": ("used", "da_sua_theo_so_dinh_chinh"),
    "drop": ("aside", "bo_theo_so_dinh_chinh"),
    "flag": ("used", "hoi_theo_so_dinh_chinh"),
}
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Corrected:
    """A document's sheets as the reader shall see them, and what is to be said of each once it has been read."""

    sheets: list[Sheet]
    originals: list[Sheet]
    notes: list[tuple[int, Note]] = field(default_factory=list)
    #: Sheets that are left out whole, with the reason and sentence.
    out: dict[int, tuple[str, str]] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    def note(self, results: list[SheetResult]) -> None:
        """Say what was corrected; the results are those of `sheets`, in their order.

        From here on a sheet is the source's again: rows and cells are counted as they came.
        """
        for index, (result, original) in enumerate(zip(results, self.originals, strict=True)):
            keep_withheld(result.readout.sheet, original)
            result.readout.sheet = original
            if index in self.out:
                reason, message = self.out[index]
                set_all_aside(result, reason, message, always=True)
        for index, note in self.notes:
            readout = results[index].readout
            readout.note(note.effect, note.reason, list(note.cells), note.message, note.text)


class Ledger:
    """The lines of the ledger and which of them have found their place; `close` when every file has been seen."""

    def __init__(self, corrections: tuple[Correction, ...]) -> None:
        self.corrections = corrections
        self.met: set[Correction] = set()
        self.files: set[str] = set()
        self.stale: list[str] = []

    def take(self, findings: Findings, path: str, twin: str | None) -> None:
        """Add what was found of one document; `twin` is a file of the same content that came before."""
        name = unicodedata.normalize("NFC", path)
        self.files.add(name)
        self.met.update(findings.met)
        for line in findings.met if twin else ():
            if line.sheet and line.file and not any(other == line for other, _ in findings.stale):
                # Only the first of two files alike is counted: a line for the second would change nothing.
                told = f"tệp “{name}” trùng nội dung với “{twin}”, là tệp được tính"
                self.stale.append(_stale(line, told, f'Đề nghị ghi file = "{twin}" hoặc ghi sha256 thay cho file.'))
        self.stale += [sentence for _, sentence in findings.stale]

    def close(self) -> None:
        """Stop the run when a line does not fit its source.

        Raises:
            DanvanError: with every such line in one message: file, sheet, cell, expected, found, what to do.
        """
        for line in self.corrections:
            if line in self.met:
                continue
            if line.file:
                told = f"không có tệp “{line.file}” trong số các tệp đã mở{nearest(line.file, sorted(self.files))}"
            else:
                told = f"không có tệp nào mang sha256 {line.sha256}"
            mend = "Đề nghị kiểm tra đường dẫn (tính từ thư mục --so-lieu), hoặc xoá dòng này."
            self.stale.append(_stale(line, told, mend))
        if self.stale:
            many = f"Sổ đính chính ({LEDGER}) có {len(self.stale)} dòng không khớp với số liệu gốc; chưa tổng hợp gì."
            raise DanvanError("\n- ".join([many, *self.stale]))


def apply_ledger(
    corrections: tuple[Correction, ...], document: Document, path: PurePosixPath, digest: str
) -> Corrected:
    """Give the sheets of a document with the lines for it applied, and what is to be said of them."""
    name = unicodedata.normalize("NFC", str(path))
    corrected = Corrected(list(document.sheets), list(document.sheets))
    touched: dict[tuple[int | None, Position | None], Correction] = {}
    for line in corrections:
        if line.file not in (None, name) or (line.file is None and line.sha256 != digest):
            continue
        corrected.findings.met.append(line)
        if line.sha256 not in (None, digest):
            _tell(corrected, line, f"tệp “{name}” nay có nội dung khác (sha256 {digest})", _AGAIN)
        elif document.problem and line.sheet:
            _tell(corrected, line, f"tệp “{name}” không mở được", "Đề nghị xin lại tệp hoặc xoá dòng này.")
        else:
            _apply_line(line, name, corrected, touched)
    return corrected


def _stale(line: Correction, told: str, mend: str) -> str:
    return f"{line.place}: {told}. {mend}"


def _tell(corrected: Corrected, line: Correction, told: str, mend: str) -> None:
    corrected.findings.stale.append((line, _stale(line, told, mend)))


def _apply_line(line: Correction, name: str, corrected: Corrected, touched: dict[Any, Correction]) -> None:
    index = None
    if line.sheet is not None:
        names = [clean(sheet.name) for sheet in corrected.sheets]
        if clean(line.sheet) not in names:
            told = f"tệp “{name}” không có trang “{line.sheet}”{nearest(clean(line.sheet), names)}"
            _tell(corrected, line, told, "Đề nghị ghi đúng tên trang tính.")
            return
        index = names.index(clean(line.sheet))
    cell = position(line.cell) if line.cell else None
    # A line on a cell, and one on the sheet or file it lies in, cannot both hold.
    for (sheet, other_cell), other in touched.items():
        same_sheet = index is None or sheet is None or sheet == index
        if same_sheet and (cell is None or other_cell is None or cell == other_cell):
            told = f"cùng nói về một chỗ trong tệp “{name}” với {other.place}"
            _tell(corrected, line, told, "Đề nghị chỉ giữ một dòng.")
            return
    touched[index, cell] = line
    if index is None or cell is None:
        _whole(line, index, corrected)
    else:
        _cell(line, name, index, cell, corrected)


def _whole(line: Correction, index: int | None, corrected: Corrected) -> None:
    effect, reason = _REASONS[line.action]
    what = "Cả tệp" if index is None else "Cả trang"
    done = "bỏ, không tổng hợp" if line.action == "drop" else "vẫn dùng, đề nghị đơn vị xác nhận"
    message = f"{what} {done}, {_basis(line)}"
    corrected.findings.whole |= line.action == "drop" and index is None
    for i in range(len(corrected.sheets)) if index is None else [index]:
        if line.action == "drop":
            corrected.out[i] = (reason, message)
        else:
            corrected.notes.append((i, Note(effect, reason, (), message)))


def _cell(line: Correction, name: str, index: int, cell: Position, corrected: Corrected) -> None:
    sheet, (r, c) = corrected.sheets[index], cell
    where = f"tệp “{name}”, trang “{sheet.name}”, ô {line.cell}"
    if r >= len(sheet.rows) or c >= sheet.width:
        _tell(corrected, line, f"{where}: nằm ngoài vùng có số liệu của trang", "Đề nghị kiểm tra địa chỉ ô.")
        return
    span = sheet.span.get(cell)
    if span and span[:2] != cell:
        top = address(*span[:2])
        _tell(corrected, line, f"{where}: nằm trong vùng ô gộp, giá trị ở ô {top}", f'Đề nghị ghi cell = "{top}".')
        return
    found = shown(sheet.faults.get(cell) or sheet.raw(r, c))
    if found != line.expected:
        told = f"{where}: sổ ghi giá trị cũ là {_quoted(line.expected or '')}, trong tệp là {_quoted(found)}"
        _tell(corrected, line, told, _AGAIN)
        return
    effect, reason = _REASONS[line.action]
    old = _quoted(found)
    if line.action == "flag":
        message = f"Ô {line.cell} ghi {old}: vẫn dùng, đề nghị đơn vị xác nhận, {_basis(line)}"
    else:
        new = line.value if line.action == "override" else None
        corrected.sheets[index] = _changed(sheet, cell, new)
        done = f"sửa {old} thành {_quoted(shown(new))}" if line.action == "override" else f"bỏ {old}, không tính"
        message = f"Ô {line.cell}: {done}, {_basis(line)}"
    corrected.notes.append((index, Note(effect, reason, (cell,), message, found or None)))


_AGAIN = (
    "Nếu đơn vị đã gửi bản sửa thì đề nghị xoá dòng này; nếu chưa thì đối chiếu lại với đơn vị rồi ghi lại giá trị"
    " (hoặc sha256) đang có trong tệp."
)


def _changed(sheet: Sheet, cell: Position, value: Any) -> Sheet:
    """A copy of the sheet with another value in one cell."""
    rows = [list(row) for row in sheet.rows]
    rows[cell[0]][cell[1]] = value
    return replace(sheet, rows=rows, faults={at: fault for at, fault in sheet.faults.items() if at != cell})


def _basis(line: Correction) -> str:
    return f"theo sổ đính chính ngày {line.day:%d/%m/%Y} (lý do: {line.reason.rstrip('.')}; đã báo: {line.told})."


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”" if text else "ô trống"


def position(cell: str) -> Position:
    """The place of an address of the form D17, counted from 0."""
    match = _CELL.fullmatch(cell)
    assert match  # the ledger's cells were checked when it was loaded
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
