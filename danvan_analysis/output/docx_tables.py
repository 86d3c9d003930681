"""Ruled tables of a Word document: heads that repeat, rows that stay in one piece, widths that hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell


def table(
    document: Document,
    head: Sequence[Sequence[str]],
    rows: Iterable[Sequence[str]],
    widths_mm: Sequence[float],
    *,
    size_pt: float,
    merges: Iterable[tuple[int, int, int, int]] = (),
    left: Sequence[int] = (0,),
    bold_rows: Sequence[int] = (),
) -> Table:
    """Add a ruled table: head rows that repeat on every page, rows that do not break, fixed widths.

    `merges` are (row, column, last row, last column) in the head, filled from the first cell; `left` names the columns
    set flush left; `bold_rows` counts from the first row under the head.
    """
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    lines = [*head, *rows]
    made: Table = document.add_table(rows=len(lines), cols=len(widths_mm), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _cell_margins(made, 1.0)
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for i, (row, line) in enumerate(zip(made.rows, lines, strict=True)):
        mark_row(row, repeat=i < len(head))
        bold = i < len(head) or i - len(head) in bold_rows
        for j, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            cell.width = Mm(widths_mm[j])
            write_cell(cell, text, size_pt, bold, "left" if j in left and i >= len(head) else "center")
    for top, start, bottom, end in merges:
        text = head[top][start]
        merged = made.cell(top, start).merge(made.cell(bottom, end))
        for extra in merged.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        write_cell(merged, text, size_pt, True, "center")
    return made


def write_cell(cell: _Cell, text: str, size_pt: float, bold: bool, align: str) -> None:
    """Write one cell in small type, single spaced, centred on its height."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.text = ""
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size_pt), bold
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if align == "left" else WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
    shape.space_before = shape.space_after = Pt(1)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def mark_row(row: Any, repeat: bool) -> None:
    """Keep a row in one piece; repeat a head row on every page."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeat:
        properties.append(OxmlElement("w:tblHeader"))


def no_borders(made: Table) -> None:
    """Take the lines off a table that only places text (the title block)."""
    made.style = "Normal Table"


def _cell_margins(made: Table, side_mm: float) -> None:
    """Narrow the sides of all cells, so that numbers do not break."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(Mm(side_mm).twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = made._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
