"""Columns of a table that feed nothing: unknown, personal, planned, or a part of another; each is said once."""

from collections.abc import Container

from danvan_analysis.cells import address
from danvan_analysis.intake.blocks import Block
from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.observe import Readout
from danvan_analysis.intake.persons import WITHHELD
from danvan_analysis.intake.suggest import unknown_rating, unknown_words
from danvan_analysis.intake.vocabulary import Vocabulary


def check_columns(
    out: Readout, block: Block, columns: list[Column], known_codes: Container[str], vocabulary: Vocabulary
) -> None:
    """Note every column of a table that feeds nothing, with why and what would make it known."""
    for column in columns:
        if column.role == "detail":
            # "Trong đó: tiêu biểu" beside its level: a part of it, never added.
            out.marks.update(
                {(r, column.index): "checked" for r in block.rows if out.sheet.raw(r, column.index) is not None}
            )
        if column.role not in ("unknown", "empty", "person", "part", "twin", "plan"):
            continue
        cells = [(r, column.index) for r in block.rows if column.index in out.sheet.filled(r)]
        if column.role == "empty":
            # Beside a table without a header: signatures and notes reach there; only figures are worth a question.
            cells = [cell for cell in cells if isinstance(out.sheet.raw(*cell), int | float)]
            if all(out.sheet.text(*cell) in known_codes for cell in cells):
                # A helper column with the official codes of the rows says nothing more.
                continue
        if not cells:
            continue
        where = f"{address(block.bottom, column.index)}"
        if column.role == "person":
            # Most were emptied at the door; here are those that only the composition of a header tells.
            cells = [cell for cell in cells if out.sheet.raw(*cell) != WITHHELD]
            if not cells:
                continue
            out.note("dropped", "cot_ca_nhan", cells, f"Cột ở ô {where} là thông tin cá nhân; phần mềm không đọc.")
        else:
            header = column.header or "(không có tiêu đề)"
            if column.role != "unknown" and column.path:
                reason, why = (
                    ("hai_cot_cung_nghia", "có nghĩa như một cột khác trong bảng, chưa rõ khác nhau ở đâu")
                    if column.role == "twin"
                    else (
                        "cot_la",
                        "đếm mức xếp loại dưới tiêu đề của kế hoạch hoặc số đo khác, chưa rõ tổ chức nào được xếp loại",
                    )
                    if column.role == "plan" and column.code == "measure"
                    else ("bieu_ke_hoach", "là cột so sánh với năm trước hoặc với chỉ tiêu, không phải kết quả")
                    if column.role == "plan" and column.code == "change"
                    else ("bieu_ke_hoach", "là kế hoạch, đăng ký hoặc chỉ tiêu, không phải kết quả")
                    if column.role == "plan"
                    else ("cot_la", "là một phần của cột khác nên không cộng thêm")
                )
                out.note(
                    "aside",
                    reason,
                    cells,
                    f"Cột “{header}” (ô {where}) {why}; số liệu của cột chưa đưa vào tổng hợp.",
                    header,
                )
                continue
            out.note(
                "aside",
                "cot_la",
                cells,
                f"Cột “{header}” (ô {where}) chưa có trong danh mục; số liệu của cột chưa đưa vào tổng hợp."
                + (_how_to_mend(column, columns, vocabulary) if column.path else " Đề nghị ghi tiêu đề cho cột."),
                header,
            )


def _how_to_mend(column: Column, columns: list[Column], vocabulary: Vocabulary) -> str:
    """Beside columns of levels an unknown one may be a level misspelt; else its words are what is not known."""
    words = column.path[-1]
    who = (column.organisation, column.unit_type, column.year)
    if any(c.role == "level" for c in columns) and vocabulary.ratings.nearest(words, *who, least=75):
        return unknown_rating(words, vocabulary, *who)
    return unknown_words(words, vocabulary)
