"""Excel's own charts in the appendix: editable, beside the tables they draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels, sheets
from danvan_analysis.output.story import Story

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

_TOP = 3


def native_chart(book: sheets.Book, facts: Facts, story: Story) -> None:
    """Write an editable column chart per yearly target beside the table it draws: districts' shares, common level."""
    wanted = [t for t in story.targets if t["due"] == "yearly" and _has_share(story, t)]
    if not wanted or not story.places:
        return
    sheet = book.add("Biểu đồ", f"Tỷ lệ theo địa bàn so với mức chỉ tiêu chung, {story.when}", (24, 12, 12))
    row, breaks = _TOP, []
    for i, target in enumerate(wanted, 1):
        row = _chart_block(book, facts, story, sheet, row, target)
        breaks += [row] if i % 2 == 0 and i < len(wanted) else []
    sheet.set_h_pagebreaks(breaks)
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, row - 1, 15)


def _has_share(story: Story, target: dict[str, Any]) -> bool:
    rows = story.by_place[target["indicator_id"]]
    return any((rows[p]["denominator"] or 0) >= labels.SMALL_BASE for p, _ in story.places if p in rows)


def _chart_block(book: sheets.Book, facts: Facts, story: Story, sheet: Any, top: int, target: dict[str, Any]) -> int:
    rows, head = story.by_place[target["indicator_id"]], book.formats["head"]
    name = f"Chỉ tiêu {labels.number_of(target['indicator_id'])}. {labels.short_title(facts, target)}"
    sheet.write_string(top, 0, name, book.formats["block"])
    for i, text in enumerate(("Địa bàn", "Tỷ lệ", "Mức chung")):
        sheet.write_string(top + 1, i, text, head)
    first = top + 2
    for j, (place, place_name) in enumerate(story.places):
        own = rows.get(place)
        sheet.write_string(first + j, 0, place_name, book.formats["cell"])
        if own and own["denominator"]:
            sheet.write_number(first + j, 1, own["numerator"] / own["denominator"], book.formats["share"])
        else:
            # An empty cell leaves a gap in the chart; a zero would be a wrong statement.
            sheet.write_blank(first + j, 1, None, book.formats["share"])
        sheet.write_number(first + j, 2, target["target"] / 100, book.formats["share"])
    last = first + len(story.places) - 1
    chart = book.workbook.add_chart({"type": "column"})
    line = book.workbook.add_chart({"type": "line"})
    for kind, column, look in (
        (chart, 1, {"fill": {"color": facts.palette["state"]["met"]["colour"]}, "border": {"color": "#222222"}}),
        (line, 2, {"line": {"color": facts.palette["line"]["target"], "width": 1.75, "dash_type": "dash"}}),
    ):
        kind.add_series(
            {
                "name": [sheet.get_name(), top + 1, column],
                "categories": [sheet.get_name(), first, 0, last, 0],
                "values": [sheet.get_name(), first, column, last, column],
                **look,
            }
        )
    chart.combine(line)
    font = {"name": "Times New Roman", "size": 10}
    chart.set_title({"name": f"{name} ({story.when})", "name_font": font | {"size": 12}, "overlay": False})
    chart.set_y_axis(
        {
            "num_format": "0%",
            "min": 0,
            "max": 1,
            "num_font": font,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )
    chart.set_x_axis({"num_font": font | {"rotation": -45}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 760, "height": 330})
    sheet.insert_chart(top + 1, 4, chart, {"description": f"Biểu đồ cột: {name}, {story.when}"})
    return max(last, top + 17) + 2
