"""The draft report of a period (.docx): the party layout, sentences from the data, marked gaps for the drafter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import docx_parts as parts
from danvan_analysis.output import docx_tables, labels, report_annex, report_text, tables
from danvan_analysis.output import story as story_rows
from danvan_analysis.output.charts import ChartFile
from danvan_analysis.output.returns import aside_by_sender
from danvan_analysis.output.story import Story

if TYPE_CHECKING:
    from docx.document import Document

    from danvan_analysis.facts import Facts

_TEXT_MM = 165


def write_report(
    path: str | Path,
    *,
    facts: Facts,
    year: int,
    period: str = "nam",
    nature: str | None = None,
    as_of: date,
    indicators: pl.DataFrame,
    assessment: pl.DataFrame,
    changes: pl.DataFrame,
    returned: pl.DataFrame,
    sources: pl.DataFrame,
    set_aside: pl.DataFrame,
    measures: pl.DataFrame | None = None,
    duties: pl.DataFrame | None = None,
    charts: Sequence[ChartFile] = (),
    profile: str | None = None,
) -> Path:
    """Write `bao-cao-so-ket.docx` and give its path.

    Args: the tidy tables of the run (every year read); `returned` from `output.returns.returns_table`; `charts`
    from `output.charts.draw_year`, placed where layout.toml says; `as_of` decides which office reports; `profile` is a
    layout profile of layout.toml. Every sentence comes from the tables; what they do not carry is a marked gap.
    The same input gives the same bytes.
    """
    nature = nature or tables.only_nature(assessment)
    story = story_rows.story(facts, year, period, nature, indicators, assessment, changes, returned)
    layout = facts.layout["profile"][profile or facts.layout["document"]["profile"]]
    issuer = story_rows.issuer(facts, as_of)
    document = parts.new_document(layout, facts.layout["document"]["language"])
    words, mark = facts.layout["report"], labels.trial_mark(facts, nature)
    head = " – ".join(p for p in (words["draft"], mark) if p)
    parts.running_head(document.sections[0], head, head)
    report_annex.title_block(document, facts, layout, issuer, story_rows.subject(facts, year, period))
    for note, bold in ((facts.resolution.get("note"), False), (mark, True)):
        if note:
            parts.body(document, str(note), layout, italic=not bold, bold=bold)
    when = labels.when_vi(year, period)
    parts.body(
        document,
        words["opening"].format(
            resolution=story_rows.resolution_vi(facts),
            title=facts.resolution["title"],
            office=issuer["name_vi"],
            when=when,
        ),
        layout,
    )
    counter = {"Bảng": 0, "Hình": 0}
    _leadership(document, facts, layout, story, duties, counter)
    aside = int(aside_by_sender(sources, set_aside, year=year, nature=nature)["aside"].sum())
    _targets(document, facts, layout, story, charts, counter, aside)
    _sections(document, facts, layout, story, measures)
    _appraisal(document, facts, layout, story)
    report_annex.closing(document, facts, layout)
    report_annex.annexes(document, facts, layout, story, sources, set_aside, charts, counter)
    title = f"{words['type']} {story_rows.subject(facts, year, period)}"
    parts.save(document, path, f"{title} ({mark})" if mark else title, issuer["name_vi"])
    return Path(path)


def _leadership(
    document: Document,
    facts: Facts,
    layout: dict[str, Any],
    story: Story,
    duties: pl.DataFrame | None,
    counter: dict[str, int],
) -> None:
    """Part I: how the duties of part IV stand, and a gap for the documents issued."""
    words = facts.layout["report"]
    document.add_heading(words["headings"]["I"], 1)
    rows = report_text.duty_rows(facts, duties, story)
    if rows:
        parts.body(document, words["sentences"]["duties"], layout)
        counter["Bảng"] += 1
        caption = words["tables"]["duties"].format(when=story.when)
        parts.caption(document, "Bảng", counter["Bảng"], caption, keep_with_next=True)
        head = [["TT", "Nhiệm vụ", "Cơ quan thực hiện", "Tình trạng"]]
        docx_tables.table(document, head, rows, (11, 74, 50, 30), size_pt=layout["table_pt"], left=(1, 2))
    else:
        parts.body(document, words["no_data"], layout)
    _gap(document, facts, layout, "leadership")


def _targets(
    document: Document,
    facts: Facts,
    layout: dict[str, Any],
    story: Story,
    charts: Sequence[ChartFile],
    counter: dict[str, int],
    aside: int,
) -> None:
    """Part II.1: overview, the two tables, then a paragraph per target with its figures."""
    words = facts.layout["report"]
    document.add_heading(words["headings"]["II"], 1)
    document.add_heading(words["headings"]["II_1"], 2)
    parts.body(document, report_text.overview(facts, story), layout)
    received = report_text.returns_sentence(facts, story)
    parts.body(document, f"{received} {report_text.aside_sentence(facts, aside)}", layout)
    table_pt = layout["table_pt"]
    counter["Bảng"] += 1
    caption = words["tables"]["targets"].format(when=story.when)
    parts.caption(document, "Bảng", counter["Bảng"], caption, keep_with_next=True)
    head = [["TT", "Chỉ tiêu", "Mức", "n/N", "Tỷ lệ", "Kết quả", "So năm trước (điểm phần trăm)"]]
    rows = report_text.target_rows(facts, story)
    docx_tables.table(document, head, rows, (10, 50, 16, 29, 20, 23, 17), size_pt=table_pt, left=(1,))
    if any(row[-1].endswith("*") for row in rows):
        parts.body(document, words["sentences"]["received_only"], layout, italic=True)
    _figures(document, charts, "II_1", counter)
    for target in story.targets:
        number = labels.number_of(target["indicator_id"])
        document.add_heading(f"Chỉ tiêu {number}: {target['title_vi']}", 3)
        for text in report_text.target_paragraphs(facts, story, target):
            parts.body(document, text, layout)
        _figures(document, charts, f"II_1.{target['indicator_id']}", counter)
    counter["Bảng"] += 1
    caption = words["tables"]["places"].format(when=story.when)
    parts.caption(document, "Bảng", counter["Bảng"], caption, keep_with_next=True)
    head = [["TT", "Chỉ tiêu", "Cao hơn", "Bằng", "Thấp hơn", "Chưa đủ số liệu", "Chưa có số liệu"]]
    docx_tables.table(
        document, head, report_text.place_rows(facts, story), (11, 69, 16, 15, 16, 19, 19), size_pt=table_pt, left=(1,)
    )
    for text in (report_text.assumptions(facts, story), words["methods"]):
        if text:
            parts.body(document, text, layout, italic=True)


def _sections(
    document: Document, facts: Facts, layout: dict[str, Any], story: Story, measures: pl.DataFrame | None
) -> None:
    """Parts II.2–8: the titles of part III of the resolution, what was reported under each, and a gap."""
    for section, title in facts.sections.sort("section").select("section", "title_vi").iter_rows():
        document.add_heading(f"{section + 1}. {title}", 2)
        for text in report_text.section_lines(facts, story, measures, section):
            parts.body(document, text, layout)
        _gap(document, facts, layout, "section")


def _appraisal(document: Document, facts: Facts, layout: dict[str, Any], story: Story) -> None:
    """Parts III to V: what the verdicts say, then the drafter's own appraisal."""
    heads = facts.layout["report"]["headings"]
    document.add_heading(heads["III"], 1)
    for key, lines, gap in (
        ("III_1", report_text.strengths(facts, story), "strengths"),
        ("III_2", report_text.limits(facts, story), "limits"),
        ("III_3", [], "causes"),
        ("III_4", [], "lessons"),
    ):
        document.add_heading(heads[key], 2)
        for text in lines:
            parts.body(document, text, layout)
        _gap(document, facts, layout, gap)
    for key, lines, gap in (
        ("IV", report_text.directions(facts, story), "directions"),
        ("V", [], "proposals"),
    ):
        document.add_heading(heads[key], 1)
        for text in lines:
            parts.body(document, text, layout)
        _gap(document, facts, layout, gap)


def _gap(document: Document, facts: Facts, layout: dict[str, Any], which: str) -> None:
    words = facts.layout["report"]
    parts.gap(parts.body(document, "", layout), words["gap"].format(what=words["gaps"][which]))


def _figures(document: Document, charts: Sequence[ChartFile], place: str, counter: dict[str, int]) -> None:
    for chart in charts:
        if chart.place == place:
            counter["Hình"] += 1
            parts.picture(document, chart.png, _TEXT_MM, chart.alt)
            parts.caption(document, "Hình", counter["Hình"], chart.caption, keep_with_next=False)
