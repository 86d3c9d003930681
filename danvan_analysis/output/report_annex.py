"""The fixed pieces of the report: title block, closing, and the landscape annexes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import docx_parts as parts
from danvan_analysis.output import docx_tables, labels
from danvan_analysis.output.charts import ChartFile
from danvan_analysis.output.returns import aside_by_sender
from danvan_analysis.output.story import Story
from danvan_analysis.text import number

if TYPE_CHECKING:
    from docx.document import Document

    from danvan_analysis.facts import Facts

_WIDE_MM = 257
#: How a returned state is printed in a small cell.
_CELL = {"sent": "Có", "aside": "Chưa đọc được", "missing": "Thiếu", "not_expected": "–"}


def title_block(document: Document, facts: Facts, layout: dict[str, Any], issuer: dict[str, Any], subject: str) -> None:
    """Write the head of a party document: bodies on the left, the Party's name on the right, number and date open."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    words = facts.layout["report"]
    block = document.add_table(rows=1, cols=2)
    docx_tables.no_borders(block)
    block.autofit = False
    size, big = layout["size_pt"], layout["party_pt"]
    lines = (
        (
            (issuer["superior"], size, False, False),
            (issuer["block"], size, True, False),
            ("*", size, False, False),
            (words["number"].format(**issuer), size, False, False),
        ),
        (
            (words["party"], big, True, False),
            ("", size, False, False),
            (words["dated"].format(**issuer), size, False, True),
        ),
    )
    for cell, own, width in zip(block.rows[0].cells, lines, (72, 93), strict=True):
        cell.width = Mm(width)
        for i, (text, points, bold, italic) in enumerate(own):
            line = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.paragraph_format.space_before = Pt(0)
            run = line.add_run(text)
            run.font.size, run.bold, run.italic = Pt(points), bold, italic
            if text == words["party"]:
                run.underline = True
    for text, points, before in (
        (words["type"], layout["type_pt"], 18),
        (subject, layout["size_pt"], 0),
        ("-----", layout["size_pt"], 0),
    ):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(before)
        run = line.add_run(text)
        run.bold, run.font.size = text != "-----", Pt(points)


def closing(document: Document, facts: Facts, layout: dict[str, Any]) -> None:
    """Write the recipients on the left and leave the signature to the drafter."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    words = facts.layout["report"]
    document.add_paragraph()
    block = document.add_table(rows=1, cols=2)
    docx_tables.no_borders(block)
    block.autofit = False
    left, right = block.rows[0].cells
    left.width, right.width = Mm(85), Mm(80)
    run = left.paragraphs[0].add_run(words["recipients_vi"])
    run.underline, run.font.size = True, Pt(layout["size_pt"])
    for text in words["recipients"]:
        line = left.add_paragraph()
        line.paragraph_format.space_before = Pt(0)
        line.add_run(text).font.size = Pt(layout["size_pt"] - 2)
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    parts.gap(right.paragraphs[0], words["signature"])


def annexes(
    document: Document,
    facts: Facts,
    layout: dict[str, Any],
    story: Story,
    sources: pl.DataFrame,
    set_aside: pl.DataFrame,
    charts: Sequence[ChartFile],
    counter: dict[str, int],
) -> None:
    """Write the two annexes on landscape pages."""
    words, size = facts.layout["report"], layout["table_pt"] - 1.5
    parts.landscape(document, layout)
    document.add_heading(words["headings"]["annex_1"], 1)
    _caption(document, facts, story, "annex_1", counter)
    head, rows = results(facts, story)
    first = 35.0
    each = (_WIDE_MM - first) / len(story.targets)
    docx_tables.table(
        document, head, rows, (first, *[each] * len(story.targets)), size_pt=size, merges=[(0, 0, 1, 0)], bold_rows=(0,)
    )
    document.add_heading(words["headings"]["annex_2"], 1).paragraph_format.page_break_before = True
    _caption(document, facts, story, "annex_2", counter)
    head, rows = sent(facts, story, sources, set_aside)
    first, last = 60.0, (17.0, 21.0, 23.0, 23.0)
    each = (_WIDE_MM - first - sum(last)) / len(story.targets)
    widths = (first, *[each] * len(story.targets), *last)
    columns = len(story.targets)
    merges = [(0, 0, 1, 0), (0, 1, 0, columns), *((0, columns + i, 1, columns + i) for i in range(1, 5))]
    docx_tables.table(document, head, rows, widths, size_pt=size, merges=merges)
    for chart in charts:
        if chart.place == "annex_2":
            counter["Hình"] += 1
            parts.picture(document, chart.png, 150, chart.alt)
            parts.caption(document, "Hình", counter["Hình"], chart.caption, keep_with_next=False)


def results(facts: Facts, story: Story) -> tuple[list[list[str]], list[list[str]]]:
    """Give the head and rows of annex 1: province first, then districts in official order; n/N and the share."""
    head = [
        [
            "Địa bàn",
            *(f"Chỉ tiêu {labels.number_of(t['indicator_id'])}\n{labels.short_title(facts, t)}" for t in story.targets),
        ],
        ["", *(labels.level_of(t) for t in story.targets)],
    ]  # fmt: skip
    rows = []
    for place, name in [(story.province_id, facts.layout["places"]["province_vi"]), *story.places]:
        cells = []
        for target in story.targets:
            row = story.by_place[target["indicator_id"]].get(place)
            base = row["denominator"] if row else None
            if not base:
                cells.append(labels.MISSING_VI)
            elif base < labels.SMALL_BASE:
                cells.append(labels.row_fraction(row))
            else:
                cells.append(f"{labels.row_fraction(row)}\n{labels.row_share(row)}")
        rows.append([name, *cells])
    return head, rows


def sent(
    facts: Facts, story: Story, sources: pl.DataFrame, set_aside: pl.DataFrame
) -> tuple[list[list[str]], list[list[str]]]:
    """Give the head and rows of annex 2: per sender, figures by target, sheets and rows used, what was not taken."""
    counts = {
        row["sender"]: row
        for row in aside_by_sender(sources, set_aside, year=story.year, nature=story.nature).to_dicts()
    }
    columns = [t["indicator_id"] for t in story.targets]
    tail = ["Biểu đã đọc", "Dòng đưa vào tổng hợp", "Trường hợp chưa đưa vào tổng hợp", "Đã dùng, đề nghị đối chiếu"]
    head = [
        ["Đơn vị gửi báo cáo", "Số liệu theo chỉ tiêu", *[""] * (len(columns) - 1), *tail],
        ["", *(labels.number_of(c) for c in columns), *[""] * 4],
    ]
    states = {(s, t): state for s, t, state in story.returned.select("sender", "target", "state").iter_rows()}
    names = dict(story.returned.select("sender", "name_vi").iter_rows())
    strangers = {s: labels.sender_vi(facts, s, story.year) for s in counts if s not in names}
    rows = []
    for sender, name in [*names.items(), *strangers.items()]:
        own = counts.get(sender, {})
        cells = [_CELL[states.get((sender, c), "not_expected")] for c in columns]
        kept = [number(own.get(k, 0)) for k in ("sheets", "rows_used", "aside", "questioned")]
        rows.append([name, *cells, *kept])
    return head, rows


def _caption(document: Document, facts: Facts, story: Story, key: str, counter: dict[str, int]) -> None:
    counter["Bảng"] += 1
    text = facts.layout["report"]["tables"][key].format(when=story.when)
    parts.caption(document, "Bảng", counter["Bảng"], text, keep_with_next=True)
