"""The appendix in figures (.xlsx): official tables with live totals, tidy sheets, what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import appendix_chart, appendix_tables, labels, report_text, sheets, tables
from danvan_analysis.output import story as story_rows
from danvan_analysis.output.ratings import unit_types_of
from danvan_analysis.output.story import Story

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts
    from danvan_analysis.output.charts import ChartFile

_HEADS = {
    "indicator_id": "Chỉ tiêu", "year": "Năm", "period": "Kỳ", "area_id": "Mã địa bàn", "area_name": "Địa bàn",
    "organisation": "Tổ chức", "unit_type": "Loại hình", "numerator": "n (đạt mức)", "denominator": "N (mẫu số)",
    "unrated": "Chưa xếp loại", "missing": "Còn thiếu", "value": "Tỷ lệ (0–1)", "lower95": "Cận dưới 95%",
    "upper95": "Cận trên 95%", "note": "Ghi chú", "operator": "So sánh", "target": "Mức (%)", "attained": "Kết luận",
    "margin_units": "Chênh lệch (đơn vị)", "lower_bound": "Thấp nhất có thể", "upper_bound": "Cao nhất có thể",
    "senders_missing": "Đơn vị thiếu báo cáo", "senders_expected": "Đơn vị phải báo cáo", "sentence_vi": "Nhận xét",
    "source_file": "Tệp", "source_sheet": "Trang", "source_cell": "Ô", "effect": "Xử lý", "reason": "Lý do",
    "message_vi": "Nội dung, cách sửa", "text": "Nguyên văn", "sender": "Đơn vị gửi",
    "previous_year": "Năm trước", "previous_numerator": "n năm trước", "previous_denominator": "N năm trước",
    "difference": "Chênh lệch tỷ lệ", "comparable": "So sánh được", "previous_value": "Tỷ lệ năm trước",
    "basis": "Phạm vi", "evidence": "Căn cứ",
    "value_with_unrated": "Tỷ lệ nếu tính cả chưa xếp loại",
    "attained_with_unrated": "Kết luận nếu tính cả chưa xếp loại",
    "kind": "Loại số liệu", "base": "Số chia (bình quân)", "amount": "Số lượng, mức bình quân, chỉ số",
    "evidence_vi": "Mức chắc chắn của thay đổi",
}  # fmt: skip
_SHARES = (
    "n/N: n là số đạt mức quy định, N là số đã được xếp loại (hoặc mẫu số ghi dưới đây); đơn vị chưa xếp loại không "
    "đưa vào N. Tỷ lệ tính lại từ số lượng; mẫu số dưới 10 chỉ ghi n/N. “–” là chưa có số liệu, khác với 0."
)
_KINDS = {"share": "Tỷ lệ", "count": "Số lượng", "per": "Bình quân", "index": "Chỉ số"}
_EFFECTS = {"aside": "Chưa đưa vào tổng hợp", "used": "Đã dùng, đề nghị đối chiếu", "dropped": "Không đọc"}


def write_appendix(
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
    ratings: pl.DataFrame,
    returned: pl.DataFrame,
    sources: pl.DataFrame,
    set_aside: pl.DataFrame,
    charts: Sequence[ChartFile] = (),
) -> Path:
    """Write `phu-luc.xlsx` and give its path.

    Sheets: cover; "Phụ lục 1" (province and districts by target); one sheet of ratings per kind of unit; "Phụ lục 2"
    (who sent what); a native chart beside its table; tidy sheets; what was set aside; "Hình 1" … the table that each picture
    of the report draws. Totals that are sums are formulas with their values stored. The same input gives the same bytes.
    """
    nature = nature or tables.only_nature(assessment)
    story = story_rows.story(facts, year, period, nature, indicators, assessment, changes, returned)
    mark = labels.trial_mark(facts, nature)
    book = sheets.Book(path, facts, mark, f"Phụ lục số liệu {story_rows.subject(facts, year, period)}")
    aside = _aside(set_aside, sources, year, nature)
    _cover(book, facts, story, as_of, aside.filter(effect=_EFFECTS["aside"]).height)
    appendix_tables.results(book, facts, story)
    appendix_chart.native_chart(book, facts, story)
    for unit_type in unit_types_of(ratings, facts, year=year, period=period, nature=nature):
        appendix_tables.ratings_sheet(book, facts, story, ratings, unit_type)
    appendix_tables.returns_sheet(book, facts, story, sources, set_aside)
    own = (pl.col("year") == year) & (pl.col("period") == period)
    for name, title, table, dropped in (
        (
            "Chỉ tiêu",
            "Số liệu các chỉ tiêu (mỗi dòng một chỉ tiêu, địa bàn, tổ chức, loại hình)",
            indicators.with_columns(pl.col("kind").fill_null("share").replace(_KINDS)),
            _NOT_INDICATORS,
        ),
        ("Đánh giá", "Đối chiếu chỉ tiêu", assessment, _NOT_ASSESSMENT),
        ("So năm trước", "So sánh với năm trước", changes, _NOT_CHANGES),
    ):
        kept = tables.of_nature(table, nature).filter(own)
        sheets.tidy(book, name, f"{title}, {story.when}", kept.drop(dropped, strict=False), _HEADS)
    sheets.tidy(book, "Chưa đưa vào tổng hợp", f"Chưa đưa vào tổng hợp, {story.when}", aside, _HEADS)
    inside = [chart for chart in charts if chart.place]
    for number, chart in enumerate(inside, 1):
        sheets.tidy(book, f"Hình {number}", f"Số liệu của Hình {number}. {chart.caption}", chart.table)
    for number, chart in enumerate((chart for chart in charts if not chart.place), 1):
        sheets.tidy(book, f"Hình rời {number}", f"Số liệu của hình {chart.name}. {chart.caption}", chart.table)
    book.close()
    return Path(path)


_NOT_INDICATORS = [
    "resolution_id", "nature", "period", "lower998", "upper998", "assignment", "method", "senders_missing",
    "senders_expected",     "district_name", "numerator_most", "scales",
]  # fmt: skip
_NOT_ASSESSMENT = ["resolution_id", "nature", "period", "district_name", "target_id"]
#: What the tests were made with stands in the table; who reads the sheet is told in words (`evidence_vi`).
_NOT_CHANGES = [
    "resolution_id", "nature", "period", "numerator", "denominator", "value", "against", "method", "untested", "p_value",
    "q_value", "family_size", "stands_out", "sense", "detectable_rise", "detectable_fall",
]  # fmt: skip


def _aside(set_aside: pl.DataFrame, sources: pl.DataFrame, year: int, nature: str) -> pl.DataFrame:
    """Give what was set aside in the files of this nature, for the year or no known year, in words."""
    files = sources.filter(pl.col("nature") == nature)["source_file"].unique().implode()
    kept = set_aside.filter(
        pl.col("source_file").is_in(files), pl.col("year").is_null() | (pl.col("year") == year)
    ).sort("source_file", "source_sheet", "source_cell")
    columns = ["sender", "source_file", "source_sheet", "source_cell", "effect", "message_vi", "text"]
    return kept.select(columns).with_columns(pl.col("effect").replace(_EFFECTS))


def _cover(book: sheets.Book, facts: Facts, story: Story, as_of: date, aside: int) -> None:
    """Write the cover: what this is, from whom, the targets' definitions and denominators, what is missing."""
    subject = story_rows.subject(facts, story.year, story.period)
    sheet = book.add("Bìa", f"PHỤ LỤC SỐ LIỆU: {subject}", (34, 92), portrait=True)
    row = 3
    for head, text in _cover_lines(facts, story, as_of, aside):
        sheet.write_string(row, 0, head, book.formats["bold"])
        sheet.write_string(row, 1, text, book.formats["text"])
        sheet.set_row(row, 15.5 * max(1, -(-len(text) // 108), -(-len(head) // 30)))
        row += 1
    sheet.print_area(0, 0, row, 1)


def _cover_lines(facts: Facts, story: Story, as_of: date, aside: int) -> list[tuple[str, str]]:
    known: dict[str, dict[str, Any]] = {row["indicator_id"]: row for row in facts.indicators.to_dicts()}
    lines = [
        ("Cơ quan lập", f"{story_rows.issuer(facts, as_of)['name_vi']} (dự thảo, số liệu đến ngày {as_of:%d/%m/%Y})"),
        ("Nghị quyết", f"{story_rows.resolution_vi(facts)} {facts.resolution['title']}"),
        ("Lưu ý", str(facts.resolution.get("note") or "")),
        ("Nguồn số liệu", labels.source_line(facts, story.nature)),
        ("Tình hình gửi báo cáo", report_text.returns_sentence(facts, story)),
        ("Chưa đưa vào tổng hợp", report_text.aside_sentence(facts, aside)),
        ("Cách hiểu số liệu", facts.layout["report"]["methods"]),
        ("Tỷ lệ", _SHARES),
    ]  # fmt: skip
    for target in story.targets:
        own = known[target["indicator_id"]]
        clause = (
            f"{target['clause']}: “{target['clause_text']}”. Mẫu số: {target['object_vi']}. Căn cứ: {own['source']}"
        )
        state = " (cách tính là giả định, đề nghị xác nhận)" if "assumed" in (own["status"], target["status"]) else ""
        lines.append(
            (
                f"Chỉ tiêu {labels.number_of(target['indicator_id'])}: {labels.short_title(facts, target)}",
                clause + state,
            )
        )
    incomplete = [
        f"chỉ tiêu {labels.number_of(t['indicator_id'])}: {said}"
        for t in story.targets
        if (said := _missing_vi(story, t["indicator_id"]))
    ]
    lines.append(("Còn thiếu", "; ".join(incomplete) if incomplete else "Không thiếu số liệu của đơn vị nào."))
    return [line for line in lines if line[1]]


def _missing_vi(story: Story, indicator_id: str) -> str:
    rows = story.by_place[indicator_id]
    return ", ".join(name for place, name in story.places if place not in rows or rows[place]["missing"] != 0)
