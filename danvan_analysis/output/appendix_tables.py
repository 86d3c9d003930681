"""The official tables of the appendix: merged heads, places in official order, totals that Excel can recompute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, report_annex, sheets
from danvan_analysis.output.ratings import LevelTable, level_tables
from danvan_analysis.output.story import Story

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

_TOP = 3
#: Targets side by side on a printed page.
_ACROSS = 4


def results(book: sheets.Book, facts: Facts, story: Story) -> None:
    """Write "Phụ lục 1": for each target n, N, % and how the place stands; the province's sums are formulas.

    Four targets stand side by side on a printed page, the next four on the page below.
    """
    title = f"{facts.layout['report']['headings']['annex_1']}, {story.when}"
    across = min(_ACROSS, len(story.targets))
    sheet = book.add("Phụ lục 1", title, (5, 21, *[8.5, 8.5, 9, 15] * across))
    row, breaks = _TOP, []
    for start in range(0, len(story.targets), _ACROSS):
        row = _results_block(book, facts, story, sheet, row, story.targets[start : start + _ACROSS]) + 2
        breaks.append(row)
    notes = (
        "n: số đạt mức quy định; N: số đã xếp loại (mẫu số). Dòng toàn tỉnh là công thức cộng ở những cột bằng tổng "
        "các địa bàn; ở chỉ tiêu có tổ chức cấp tỉnh, dòng này gồm thêm các tổ chức đó. Chỉ tiêu Nghị quyết áp dụng "
        "cho toàn tỉnh; địa bàn chỉ so với mức chỉ tiêu chung.",
        str(facts.resolution.get("note") or ""),
    )
    for note in (n for n in notes if n):
        sheet.merge_range(row, 0, row, 1 + 4 * across, note, book.formats["note"])
        sheet.set_row(row, 31)
        row += 1
    sheet.set_h_pagebreaks(breaks[:-1])
    sheet.freeze_panes(_TOP, 2)
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, row - 1, 1 + 4 * across)


def _results_block(
    book: sheets.Book, facts: Facts, story: Story, sheet: Any, top: int, targets: list[dict[str, Any]]
) -> int:
    """Write some targets side by side from row `top` and give the last row."""
    head = book.formats["head"]
    sheet.merge_range(top, 0, top + 2, 0, "TT", head)
    sheet.merge_range(top, 1, top + 2, 1, "Địa bàn", head)
    for i, target in enumerate(targets):
        left = 2 + 4 * i
        name = f"Chỉ tiêu {labels.number_of(target['indicator_id'])}. {labels.short_title(facts, target)}"
        sheet.merge_range(top, left, top, left + 3, name, head)
        sheet.merge_range(top + 1, left, top + 1, left + 3, f"Mức chỉ tiêu: {labels.level_of(target)}", head)
        for j, text in enumerate(("n", "N", "Tỷ lệ", "Kết quả")):
            sheet.write_string(top + 2, left + j, text, head)
    sheet.set_row(top, 32)
    own = top + 3
    span = (own + 1, own + len(story.places))
    for j, (place, name) in enumerate([(story.province_id, facts.layout["places"]["province_vi"]), *story.places]):
        row, province = own + j, j == 0
        sheet.set_row(row, 30)
        sheet.write_string(row, 0, "" if province else str(j), book.formats["centre"])
        sheet.write_string(row, 1, name, book.formats["cell_bold" if province else "cell"])
        for i, target in enumerate(targets):
            _result(book, facts, story, sheet, row, 2 + 4 * i, target, place, span)
    return own + len(story.places)


def _result(
    book: sheets.Book, facts: Facts, story: Story, sheet: Any, row: int, left: int, target: dict[str, Any], place: str,
    span: tuple[int, int],
) -> None:  # fmt: skip
    """Write the four cells of one target and place."""
    rows, province = story.by_place[target["indicator_id"]], place == story.province_id
    own = rows.get(place)
    for j, key in enumerate(("numerator", "denominator")):
        value = own[key] if own else None
        known = [rows[p][key] for p, _ in story.places if p in rows and rows[p][key] is not None]
        if province and value is not None and known and sum(known) == value:
            sheets.total(sheet, book, *span, row, left + j, value)
        else:
            sheets.write_count(sheet, book, row, left + j, value, bold=province)
    if own and own["denominator"]:
        sheets.share(sheet, book, row, left + 2, left, left + 1, own["numerator"], own["denominator"], bold=province)
    else:
        sheet.write_string(row, left + 2, "–", book.formats["missing"])
    state = labels.standing(own)
    said = labels.state_vi(facts, own["attained"] if own and province else state, province)
    sheet.write_string(row, left + 3, said, book.formats["cell_bold" if province else "cell"])


def ratings_sheet(book: sheets.Book, facts: Facts, story: Story, ratings: pl.DataFrame, unit_type: str) -> None:
    """Write a sheet of ratings of one kind of unit: a table per organisation and scale, each with a total row."""
    found = level_tables(ratings, facts, year=story.year, unit_type=unit_type, period=story.period, nature=story.nature)
    if not found:
        return
    kind = labels.unit_type_vi(facts, unit_type)
    most = max(len(t.levels) for t in found)
    sheet = book.add(f"XL {kind}"[:31], f"Kết quả xếp loại {kind}, {story.when}", (5, 24, *[11] * (2 * most + 1)))
    row, page, breaks = _TOP, _TOP, list[int]()
    standing = 0
    for table in found:
        # The head of a table is a row and a half taller than its rows.
        tall = row + len(table.places) + 4 - page + (3 * (standing + 1)) // 2
        if row > _TOP and tall > _page_rows(29 + 11 * (2 * most + 1)):
            breaks.append(row)
            page, standing = row - 1, 0  # The repeated title takes the place of the first one.
        standing += 1
        row = _ratings_table(book, facts, sheet, row, table) + 2
    sheet.set_h_pagebreaks(breaks)
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, row - 1, 2 * most + 2)


def _page_rows(letters: float) -> int:
    """Guess how many rows of 15 points a landscape page holds when columns of this total width fill it."""
    printable_mm, height_mm, letter_mm, row_mm = 271.0, 200.0, 1.95, 5.3
    return int(height_mm / (row_mm * min(1.0, printable_mm / (letters * letter_mm))))


def _ratings_table(book: sheets.Book, facts: Facts, sheet: Any, top: int, table: LevelTable) -> int:
    """Write one table from row `top` and give its last row."""
    head, levels = book.formats["head"], table.levels
    name = labels.organisation_vi(facts, table.organisation)
    sheet.write_string(top, 0, f"{name[0].upper()}{name[1:]}", book.formats["block"])
    top += 1
    sheet.merge_range(top, 0, top + 1, 0, "TT", head)
    sheet.merge_range(top, 1, top + 1, 1, "Địa bàn", head)
    sheet.merge_range(top, 2, top + 1, 2, "Tổng số", head)
    for i, level in enumerate(levels):
        sheet.merge_range(top, 3 + 2 * i, top, 4 + 2 * i, level.label, head)
        sheet.write_string(top + 1, 3 + 2 * i, "Số lượng", head)
        sheet.write_string(top + 1, 4 + 2 * i, "Tỷ lệ", head)
    sheet.set_row(top, 32)
    first = top + 2
    for j, (place, place_name) in enumerate(table.places):
        row = first + j
        sheet.write_string(row, 0, str(j + 1), book.formats["centre"])
        sheet.write_string(row, 1, place_name, book.formats["cell"])
        own = table.counts.get(place)
        units = sum(own.values()) if own else None
        _line(book, sheet, row, [own.get(level.rating, 0) if own else None for level in levels], units)
    last = first + len(table.places) - 1
    sheet.write_string(last + 1, 0, "", book.formats["cell_bold"])
    sheet.write_string(last + 1, 1, "Tổng cộng", book.formats["cell_bold"])
    sums = [sum(own.get(level.rating, 0) for own in table.counts.values()) for level in levels]
    sheets.total(sheet, book, first, last, last + 1, 2, sum(sums))
    for i, units in enumerate(sums):
        sheets.total(sheet, book, first, last, last + 1, 3 + 2 * i, units)
        if sum(sums):
            sheets.share(sheet, book, last + 1, 4 + 2 * i, 3 + 2 * i, 2, units, sum(sums), bold=True)
    return last + 1


def _line(book: sheets.Book, sheet: Any, row: int, counts: list[int | None], units: int | None) -> None:
    sheets.write_count(sheet, book, row, 2, units)
    for i, value in enumerate(counts):
        sheets.write_count(sheet, book, row, 3 + 2 * i, value)
        if value is not None and units:
            sheets.share(sheet, book, row, 4 + 2 * i, 3 + 2 * i, 2, value, units)
        else:
            sheet.write_string(row, 4 + 2 * i, "–", book.formats["missing"])


def returns_sheet(
    book: sheets.Book, facts: Facts, story: Story, sources: pl.DataFrame, set_aside: pl.DataFrame
) -> None:
    """Write "Phụ lục 2": per sender the targets with figures, sheets and rows used, what was not taken."""
    head, rows = report_annex.sent(facts, story, sources, set_aside)
    count = len(story.targets)
    title = f"{facts.layout['report']['headings']['annex_2']}, {story.when}"
    sheet = book.add("Phụ lục 2", title, (5, 44, *[10] * count, 11, 13, 16, 16))
    style = book.formats["head"]
    sheet.merge_range(_TOP, 0, _TOP + 1, 0, "TT", style)
    sheet.merge_range(_TOP, 1, _TOP + 1, 1, head[0][0], style)
    sheet.merge_range(_TOP, 2, _TOP, 1 + count, f"{head[0][1]} (thứ tự chỉ tiêu của Nghị quyết)", style)
    for i in range(count):
        sheet.write_string(_TOP + 1, 2 + i, head[1][1 + i], style)
    for i, text in enumerate(head[0][1 + count :]):
        sheet.merge_range(_TOP, 2 + count + i, _TOP + 1, 2 + count + i, text, style)
    sheet.set_row(_TOP, 30)
    first = _TOP + 2
    for j, line in enumerate(rows):
        sheet.write_string(first + j, 0, str(j + 1), book.formats["centre"])
        sheet.write_string(first + j, 1, line[0], book.formats["cell"])
        for i, text in enumerate(line[1 : 1 + count]):
            sheet.write_string(first + j, 2 + i, text, book.formats["missing" if text != "Có" else "centre"])
        for i, text in enumerate(line[1 + count :]):
            sheets.write_count(sheet, book, first + j, 2 + count + i, int(text.replace(".", "")))
    last = first + len(rows) - 1
    sheet.write_string(last + 1, 1, "Tổng cộng", book.formats["cell_bold"])
    for i in range(4):
        value = sum(int(line[1 + count + i].replace(".", "")) for line in rows)
        sheets.total(sheet, book, first, last, last + 1, 2 + count + i, value)
    sheet.freeze_panes(first, 2)
    sheet.repeat_rows(_TOP, _TOP + 1)
    sheet.print_area(0, 0, last + 1, 5 + count)
