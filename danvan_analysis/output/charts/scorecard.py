"""The scorecard: every target by place, each cell readable in grey by its mark, hatch and number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: A narrower cell has its mark above its share instead of beside it, and no title of words above its column.
_NARROW_MM = 10.0
_ORDER = ("met", "equal", "not_met", "undecided", "no_data", "not_due", "not_applicable", "expired")


def scorecard(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw targets × (province and its districts, in official order).

    Args: `table` is the assessment joined with its counts (`output.tables.with_counts`).
    Returns the Axes; every cell's text has the gid "<area_id>:<indicator_id>". The province is judged ("Đạt", "Chưa
    đạt"); a district is only higher or lower than the common level. A district without rows is drawn as missing.
    """
    nature = nature or tables.only_nature(table)
    wanted = labels.targets(facts)
    code, name = labels.province(facts, year)
    places = [(code, labels.place_short(name)), *labels.districts(facts, year).select("area_id", "short").iter_rows()]
    rows = {
        target["indicator_id"]: tables.by_place(
            tables.rows_of(table, indicator_id=target["indicator_id"], year=year, period=period, nature=nature)
        )
        for target in wanted
    }
    own = [rows[t["indicator_id"]].get(code) for t in wanted]
    states = {labels.standing(found.get(place)) for found in rows.values() for place, _ in places}
    columns = 1 if size == "half" else 3
    text = frame.words(
        facts,
        _title(facts, own, year, period),
        f"Kết quả thực hiện {len(wanted)} chỉ tiêu, {labels.when_vi(year, period)}: "
        + ("tỷ lệ %, nơi có dưới 10 đơn vị ghi n/N. " if size == "half" else "tỷ lệ % và số lượng (n/N). ")
        + "Chỉ tiêu Nghị quyết áp dụng cho toàn tỉnh; "
        f"{facts.layout['places']['districts_vi']} so với mức chỉ tiêu chung.",
        _detail(facts, wanted, own),
        nature,
        f"Cột {labels.numbered_titles(facts, wanted)}" if size == "half" else "",
    )
    row_mm, head_mm, below_mm = 8.2, 9 if size == "half" else 17, 3 + 5 * -(-len(states) // columns)
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        left = frame.room_for(n for _, n in places)
        ax, scale = frame.start(
            ax,
            facts,
            text,
            body_mm=head_mm + row_mm * len(places) + below_mm,
            margins=(left, 0.5, head_mm, below_mm),
            size=size,
        )
        box = ax.get_window_extent()
        narrow = box.width / ax.figure.dpi * 25.4 / len(wanted) < _NARROW_MM * scale
        # A slide has no room for two lines in a cell.
        roomy = box.height / ax.figure.dpi * 25.4 / len(places) >= 6.5 * scale
        for x, target in enumerate(wanted):
            for y, (place, _) in enumerate(places):
                row, gid = rows[target["indicator_id"]].get(place), f"{place}:{target['indicator_id']}"
                if narrow:
                    _narrow_cell(ax, facts, x, y, row, gid, scale, place == code)
                else:
                    _cell(ax, facts, x, y, row, gid, scale, place == code, roomy)
        _edges(ax, facts, wanted, places, scale, narrow)
        frame.legend(ax, facts, _meanings(facts, states), columns, 2.0 * scale)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: every target in the province and its districts; drawn even when nothing came in."""
    del wanted
    rows = tables.rows_of(given.verdicts, year=given.year, period=given.period, nature=given.nature)
    ax = scorecard(given.verdicts, given.facts, year=given.year, **given.look)
    return Drawn(ax.figure, tables.verdict_rows(given.facts, rows, given.year))


def _cell(
    ax: Axes, facts: Facts, x: int, y: int, row: dict[str, Any] | None, gid: str, scale: float, bold: bool, roomy: bool
) -> None:
    from matplotlib.patches import Rectangle

    state, ink = labels.standing(row), facts.palette["line"]["ink"]
    entry = facts.palette["state"][state]
    ax.add_patch(
        Rectangle(
            (x + 0.03, y + 0.06), 0.21, 0.88, facecolor=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.4
        )
    )
    ax.plot([x + 0.135], [y + 0.5], linestyle="", **frame.marker(entry, ink, 4.6 * scale))
    n, base = (row["numerator"], row["denominator"]) if row else (None, None)
    weight = "bold" if bold else "normal"
    if not base:
        ax.text(x + 0.62, y + 0.5, "–", ha="center", va="center", fontsize=8 * scale, gid=gid)
        return
    single = base < labels.SMALL_BASE or not roomy
    ax.text(
        x + 0.62,
        y + (0.5 if single else 0.33),
        labels.row_share(row, 1).removesuffix("%").replace("≥\u00a0", "≥"),
        ha="center",
        va="center",
        fontsize=8 * scale,
        fontweight=weight,
        gid=gid,
    )
    if not single:
        ax.text(x + 0.62, y + 0.72, labels.fraction(n, base), ha="center", va="center", fontsize=5.8 * scale)


def _narrow_cell(
    ax: Axes, facts: Facts, x: int, y: int, row: dict[str, Any] | None, gid: str, scale: float, bold: bool
) -> None:
    from matplotlib.patches import Rectangle

    state, ink = labels.standing(row), facts.palette["line"]["ink"]
    entry = facts.palette["state"][state]
    ax.add_patch(
        Rectangle((x + 0.1, y + 0.1), 0.8, 0.38, facecolor=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.4)
    )
    ax.plot([x + 0.5], [y + 0.29], linestyle="", **frame.marker(entry, ink, 4 * scale))
    said = labels.row_share(row, 1).removesuffix("%").replace("≥\u00a0", "≥") if row and row["denominator"] else "–"
    weight = "bold" if bold else "normal"
    ax.text(x + 0.5, y + 0.74, said, ha="center", va="center", fontsize=6.6 * scale, fontweight=weight, gid=gid)


def _edges(
    ax: Axes, facts: Facts, wanted: list[dict[str, Any]], places: list[tuple[str, str]], scale: float, narrow: bool
) -> None:
    columns, quiet = len(wanted), facts.palette["line"]["quiet"]
    ax.set_xlim(0, columns)
    ax.set_ylim(len(places), 0)
    ax.set_yticks([y + 0.5 for y in range(len(places))], [name for _, name in places])
    ax.get_yticklabels()[0].set_fontweight("bold")
    ax.set_xticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    for y in range(len(places) + 1):
        strong = y in (0, 1, len(places))
        ax.axhline(y, color=facts.palette["line"]["ink"] if strong else quiet, lw=0.8 if strong else 0.3, clip_on=False)
    box = ax.get_window_extent()
    cell_mm = box.width / ax.figure.dpi * 25.4 / columns
    line = len(places) / (box.height / ax.figure.dpi * 25.4) * scale
    for x, target in enumerate(wanted):
        title = frame.wrapped(labels.short_title(facts, target), cell_mm * 0.97, 6.3 * scale)
        head: tuple[tuple[float, str, float, str], ...] = (
            (15.5, f"Chỉ tiêu {labels.number_of(target['indicator_id'])}", 7.3, "bold"),
            *((12.3 - 2.7 * i, words, 6.3, "normal") for i, words in enumerate(title[:3])),
            (1.5, labels.level_of(target), 7, "bold"),
        )
        if narrow:
            head = (
                (5.2, labels.number_of(target["indicator_id"]), 7.3, "bold"),
                (1.7, labels.level_of(target), 5.8, "bold"),
            )
        for up, words, points, weight in head:
            ax.text(
                x + 0.5, -up * line, words, ha="center", va="center", fontsize=points * scale, fontweight=weight
            )  # fmt: skip


def _title(facts: Facts, own: list[dict[str, Any] | None], year: int, period: str) -> str:
    """Say how many targets the province meets, from its verdicts."""
    says = facts.layout["report"]["sentences"]
    states = [row["attained"] if row else "no_data" for row in own]
    keys = {"undecided": "undecided_targets", "no_data": "no_data_targets"}
    parts = [
        says[keys.get(state, state)].format(k=states.count(state)).replace("chỉ tiêu ", "")
        for state in _ORDER
        if state in states
    ]
    when = labels.when_vi(year, period)
    return f"{when[0].upper()}{when[1:]}, toàn tỉnh trong {len(states)} chỉ tiêu: {', '.join(parts)}"


def _detail(facts: Facts, wanted: list[dict[str, Any]], own: list[dict[str, Any] | None]) -> str:
    """Describe the province's row for the alt text."""
    said = [
        f"Chỉ tiêu {labels.number_of(target['indicator_id'])} ({labels.short_title(facts, target)}): "
        + (f"{labels.fraction(row['numerator'], row['denominator'])}, " if row and row["denominator"] else "")
        + labels.state_vi(facts, row["attained"] if row else "no_data", True).lower()
        for target, row in zip(wanted, own, strict=True)
    ]
    return "; ".join(said)


def _meanings(facts: Facts, states: set[str]) -> list[tuple[dict[str, Any], str]]:
    """Explain the states that were drawn: the province's word first, then the districts'."""
    found = []
    for state in _ORDER:
        if state not in states:
            continue
        entry = facts.palette["state"][state]
        both = (
            entry["word_vi"]
            if entry["word_vi"] == entry["place_vi"]
            else f"{entry['word_vi']} / {entry['place_vi'].lower()}"
        )
        found.append((entry, both))
    return found
