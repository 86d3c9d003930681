"""Blank cells beside filled ones: none, or not told, as the form's facts say."""

from danvan_analysis.cells import Position, address
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.numbers import is_blank
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.table_rows import TableRow


def ask_blank_levels(out: Readout, start: int, rows: list[TableRow], figures: list[Column]) -> None:
    """Ask about blank levels where the form does not take them for none and no printed total decides.

    A row's total that equals its filled levels says that the blank ones are none; one that does not is a question of its
    own (`tong_khong_khop`). So only rows without a total are asked about, once a table.
    """
    if out.blank.get("level", "zero") == "zero":
        return
    filled = {o.cell: o.key for o in out.observations[start:] if o.what in ("level", "unrated")}
    decided = {o.key for o in out.observations[start:] if o.what in ("total", "rated_total")}
    marks = out.blank.get("zero_marks", ())
    blank: list[Position] = []
    for row in rows:
        keys = {(row.r, c.index): filled.get((row.r, c.index)) for c in figures if c.role == "level"}
        told = [key for key in keys.values() if key]
        if told and not any(key in decided for key in told):
            blank += [
                cell
                for cell, key in keys.items()
                if key is None and is_blank(raw := out.sheet.raw(*cell)) and raw not in marks
            ]
    if blank:
        shown = ", ".join(address(*cell) for cell in blank[:4])
        message = (
            f"Ô {shown}{'…' if len(blank) > 4 else ''} để trống, biểu không ghi tổng số nên chưa rõ là không có đơn vị nào ở mức"
            " đó hay chưa báo cáo; phần mềm hiểu là không có. Đề nghị ghi số 0 hoặc ghi tổng số."
        )
        out.note("used", "o_trong", blank, message)


def is_untold(out: Readout, cell: Position) -> bool:
    """Whether nothing stands where a measured number belongs, and the form does not take that for none."""
    raw = out.sheet.raw(*cell)
    return cell not in out.sheet.faults and is_blank(raw) and not out.blank_is_zero(raw)


def ask_blank_measures(out: Readout, start: int, blank: list[Position], name: int) -> None:
    """Ask, once a table, about measures beside filled ones that have no number: none of it, or not told?

    They stay missing; a column without any number (a year not yet begun, an empty form) is no question.
    """
    columns = {o.cell[1] for o in out.observations[start:] if o.what == "measure"}
    asked = [cell for cell in blank if cell[1] in columns]
    if not asked:
        return
    shown = "; ".join(f"{address(*cell)} (“{out.sheet.text(cell[0], name)}”)" for cell in asked[:4])
    message = (
        f"Ô {shown}{'…' if len(asked) > 4 else ''} để trống hoặc ghi gạch ngang: chưa rõ là không có hay chưa báo cáo; phần mềm"
        " coi là chưa có số liệu. Đề nghị ghi số 0 nếu không có."
    )
    out.note("used", "o_trong", asked, message)
