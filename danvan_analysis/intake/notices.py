"""What is seen on a sheet besides its values, told as notes: hidden rows, struck figures, comments, numbers as text."""

from collections.abc import Callable, Iterable

from danvan_analysis.cells import Position, Sheet, address
from danvan_analysis.intake.blocks import is_number
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.persons import PersonsDoor

_SHOWN = 6


def open_readouts(sheets: list[Sheet], persons: PersonsDoor, units: frozenset[str]) -> list[Readout]:
    """Begin the reading of the sheets: persons leave the grid first of all, as what follows may print what it sees."""
    outs = []
    for sheet in sheets:
        withheld = persons.withhold(sheet)
        out = Readout(sheet, units)
        for group in withheld:
            out.note("dropped", "cot_ca_nhan", list(group.cells), group.message)
        withdraw_struck(out)
        outs.append(out)
    return outs


def withdraw_struck(out: Readout) -> None:
    """Take the cells whose text is struck through out of the grid: withdrawn by hand, never used in silence."""
    sheet = out.sheet
    height = len(sheet.rows)
    cells = sorted((r, c) for r, c in sheet.struck if r < height and c < sheet.width and sheet.rows[r][c] is not None)
    if not cells:
        return
    text = "; ".join(sheet.text(*cell) for cell in cells[:_SHOWN])
    for r, c in cells:
        sheet.rows[r][c] = None
    where = _addresses(cells)
    message = f"Ô {where}: nội dung bị gạch ngang, coi như người gửi đã bỏ; phần mềm không dùng. Đề nghị xác nhận lại."
    out.note("aside", "o_gach_ngang", cells, message, text)


def note_surroundings(out: Readout) -> None:
    """Add the notes on hidden, commented and text-kept figures that the sheet's tables used; call it after they were read."""
    used = sorted(cell for cell, mark in out.marks.items() if mark == "used")
    if used:
        _note_hidden(out, used)
        _note_comments(out)
        _note_texts(out, used)


def _note_hidden(out: Readout, used: list[Position]) -> None:
    sheet = out.sheet
    ask = "số liệu vẫn được đọc, đề nghị xác nhận."
    if not sheet.visible:
        out.note("used", "an", used, f"Trang tính “{sheet.name}” bị ẩn; {ask}")
        return
    rows = [cell for cell in used if cell[0] in sheet.hidden_rows]
    if rows:
        which = _runs({r for r, _ in rows}, lambda r: str(r + 1))
        out.note("used", "an", rows, f"Dòng {which} bị ẩn hoặc bị lọc; {ask}")
    columns = [cell for cell in used if cell[1] in sheet.hidden_columns]
    if columns:
        which = _runs({c for _, c in columns}, lambda c: address(0, c)[:-1])
        out.note("used", "an", columns, f"Cột {which} bị ẩn; {ask}")


def _note_comments(out: Readout) -> None:
    cells = sorted(out.sheet.commented)
    if cells:
        message = (
            f"Ô {_addresses(cells)} có ghi chú kèm theo; phần mềm không đọc nội dung ghi chú, số liệu vẫn được đọc. Đề nghị"
            " mở tệp xem ghi chú có làm thay đổi số liệu không."
        )
        out.note("used", "co_ghi_chu", cells, message)


def _note_texts(out: Readout, used: list[Position]) -> None:
    """Figures kept as text where the others of their column are numbers: sums in the workbook leave them out."""
    sheet = out.sheet
    plain = {c for r, c in used if _is_figure(sheet, r, c)}
    cells = [(r, c) for r, c in used if c in plain and isinstance(v := sheet.raw(r, c), str) and is_number(v)]
    if cells:
        message = (
            f"Ô {_addresses(cells)}: số ghi dạng chữ; phần mềm đọc như số, nhưng công thức cộng trong tệp Excel có thể đã bỏ"
            " qua. Đề nghị kiểm tra dòng tổng."
        )
        out.note("used", "so_dang_chu", cells, message)


def _is_figure(sheet: Sheet, r: int, c: int) -> bool:
    value = sheet.raw(r, c)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _addresses(cells: list[Position]) -> str:
    return ", ".join(address(*cell) for cell in cells[:_SHOWN]) + ("…" if len(cells) > _SHOWN else "")


def _runs(numbers: Iterable[int], shown: Callable[[int], str]) -> str:
    """Write numbers as ranges: 5-7, 9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(shown(run[0]) + (f"-{shown(run[-1])}" if len(run) > 1 else "") for run in runs)
