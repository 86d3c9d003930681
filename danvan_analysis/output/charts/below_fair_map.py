"""Where the units below "khá" are: places by organisations, the number in every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import below_fair, labels, style, tables
from danvan_analysis.output.below_fair import Grid, Line
from danvan_analysis.output.charts import below_fair_words, frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.text import number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts

#: More lines than this do not stand in one column: (size) → lines, columns beside each other.
_MOST_LINES = {"a4": (34, 3), "half": (34, 3), "slide": (13, 2)}
_GAP_MM = 2.5


def below_fair_map(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    communes: pl.DataFrame | None = None,
    district_id: str | None = None,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
) -> Figure:
    """Draw the units below "khá" by place (rows, in official order) and organisation (columns).

    Args: `table` is `weak_units(…).counts`, `communes` its `communes`. Without communes the rows are the districts; with
    them the communes of `district_id` or, on a full page of A4 only, of every district. Returns the Figure, one Axes per
    column of places; a cell's patch and text have the gid "<area_id>:<organisation>". A cell without a number has its
    own mark, never 0. Where no unit is below "khá", or nothing is known, the picture is a sentence. Raises ValueError where
    the table has no row of that year or no such place.
    """
    nature = nature or tables.only_nature(table)
    if size != "a4" and district_id in (None, labels.province(facts, year)[0]):
        communes = None
    found = below_fair.grid(
        table, communes, facts, year=year, period=period, nature=nature, district_id=district_id
    )  # fmt: skip
    most, panels = _MOST_LINES[size]
    panels = panels if len(found.lines) > most else 1
    mode = "count" if size == "half" or panels > 1 else "both" if size == "a4" else "fraction"
    text = below_fair_words.words(found, facts, year, period, nature, mode=mode)
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        if not found.own or not found.own["below"]:
            return _sentence(facts, text, found.own, size)
        return _map(facts, text, found, mode, size, panels)


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the districts or, where the entry has `level = "xa"`, every commune of the province."""
    table = given.tables.get("below_fair")
    communes = given.tables.get("below_fair_communes") if wanted.get("level") == "xa" else None
    slot: dict[str, Any] = {"year": given.year, "period": given.period, "nature": given.nature}
    if table is None or not table.filter(pl.col("rated") > 0, **slot).height:
        return None
    if wanted.get("level") == "xa" and (communes is None or not communes.filter(**slot).height):
        return None
    figure = below_fair_map(table, given.facts, year=given.year, communes=communes, **given.look)
    return Drawn(figure, below_fair.tidy(below_fair.grid(table, communes, given.facts, **slot), given.facts))


def _sentence(facts: Facts, text: frame.Words, own: dict[str, Any] | None, size: str) -> Figure:
    """Draw a picture that only says what there is to say, in the table's own sentence."""
    said = own["sentence_vi"] if own else facts.wording["state"]["no_data"]
    room = float(facts.layout["chart_size"][size]["width_mm"]) - 8
    points = 9 * float(facts.layout["chart_size"][size]["scale"])
    lines = frame.wrapped(said, room, points)
    high = 4.0 + 4.6 * len(lines)
    page = frame.sheet(facts, text, high + 2, size)
    # A slide is higher than a sentence.
    ax = frame.axes_on(page, 0.3, 0.3, 1, (page.top_mm - page.bottom_mm) / page.scale - high - 1)
    ax.set_facecolor(facts.palette["line"]["band"])
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.text(0.5, 0.5, "\n".join(lines), transform=ax.transAxes, ha="center", va="center", fontsize=points, gid="said")
    return page.figure


def _map(facts: Facts, text: frame.Words, found: Grid, mode: str, size: str, panels: int) -> Figure:
    shared = _panels(found.lines, panels)
    tall, dense = max(len(panel) for panel in shared), panels > 2
    points = 6.5 if dense else 7.5
    row_mm = 3.3 if dense else {"both": 7.4, "count": 5.0, "fraction": 5.0}[mode]
    meanings = below_fair_words.meanings(found, facts, hatched=mode != "count")
    width_mm = float(facts.layout["chart_size"][size]["width_mm"]) / float(facts.layout["chart_size"][size]["scale"])
    columns = _legend_columns([word for _, word in meanings], width_mm)
    below_mm = 2.6 + 5.0 * -(-len(meanings) // columns)
    names = {line.area_id: below_fair_words.place_name(line, facts, short=panels > 1) for line in found.lines}
    left = frame.room_for(names.values(), points)
    wide = (width_mm - _GAP_MM * (panels - 1)) / panels
    heads = _heads(found.organisations, facts, 0.0 if dense else (wide - left) / len(found.organisations), points)
    head_mm = 10.5 if dense else 2.2 + 3.0 * max(said.count("\n") + 1 for said in heads)
    page = frame.sheet(facts, text, head_mm + row_mm * tall + below_mm, size)
    k = page.scale
    for i, panel in enumerate(shared):
        start = i * (wide + _GAP_MM)
        ax = frame.axes_on(page, start + left, width_mm - start - wide + 0.4, head_mm, below_mm)
        _cells(ax, facts, panel, found.organisations, mode, points * k)
        _edges(ax, facts, panel, [names[line.area_id] for line in panel], heads, tall, points * k, turned=dense)
        if i == 0:
            frame.legend(ax, facts, meanings, columns, 2.2 * k, left * k)
    return page.figure


def _legend_columns(words: list[str], width_mm: float) -> int:
    """Give the most columns in which the words fit; a legend fills column by column."""
    for columns in range(min(4, len(words)), 1, -1):
        deep = -(-len(words) // columns)
        wide = sum(8.5 + frame.room_for(words[i : i + deep], 8) for i in range(0, len(words), deep))
        if wide <= width_mm:
            return columns
    return 1


def _panels(lines: list[Line], panels: int) -> list[list[Line]]:
    """Share lines out over columns, as evenly as goes; where several heads stand, none is parted from its places."""
    several = sum(line.head for line in lines) > 2
    blocks: list[list[Line]] = []
    for line in lines:
        if line.head or not several:
            blocks.append([])
        blocks[-1].append(line)
    for most in range(-(-len(lines) // panels), len(lines) + 1):
        shared: list[list[Line]] = [[]]
        for block in blocks:
            if len(shared[-1]) + len(block) > most and shared[-1]:
                shared.append([])
            shared[-1] += block
        if len(shared) <= panels:
            return shared
    return [lines]


def _cells(ax: Axes, facts: Facts, lines: list[Line], organisations: list[str], mode: str, points: float) -> None:
    """Draw the cells: shade and hatch fill a narrow one, and stand as a strip before the number in a wide one."""
    from matplotlib.patches import Rectangle

    ink, strip = facts.palette["line"]["ink"], mode != "count"
    for y, line in enumerate(lines):
        if line.head:
            band = facts.palette["line"]["band"]
            ax.add_patch(Rectangle((0, y), len(organisations), 1, facecolor=band, edgecolor="none", zorder=0))
        for x, organisation in enumerate(organisations):
            cell, gid = line.cells[organisation], f"{line.area_id}:{organisation}"
            state = below_fair.state_of(cell)
            if state:
                look = facts.palette["below_fair_state"][state]
                ax.add_patch(
                    Rectangle((x + 0.04, y + 0.07), 0.92, 0.86, facecolor=look["colour"], edgecolor="none", gid=gid)
                )
                ax.plot([x + 0.5], [y + 0.5], linestyle="", gid=gid, **frame.marker(look, ink, 0.45 * points))
                continue
            shade = None if line.head else below_fair_words.shade(facts, cell["below"])
            if shade:
                ax.add_patch(
                    Rectangle(
                        (x + 0.04, y + 0.07), 0.2 if strip else 0.92, 0.86, facecolor=shade["colour"],
                        hatch=shade["hatch"] if strip else "", edgecolor=ink, lw=0.4, gid=gid,
                    )
                )  # fmt: skip
            middle = (x + (0.62 if strip else 0.5), y + 0.5)
            colour = shade["ink"] if shade and not strip else ink if cell["below"] else facts.palette["line"]["break"]
            _number(ax, middle, cell, gid, mode, points, bold=line.head or colour != ink, colour=colour)


def _number(
    ax: Axes,
    at: tuple[float, float],
    cell: dict[str, Any],
    gid: str,
    mode: str,
    points: float,
    *,
    bold: bool,
    colour: str,
) -> None:
    below, rated = cell["below"], cell["rated"]
    main = (number(below) if mode == "count" else labels.fraction(below, rated)) + ("" if cell["missing"] == 0 else "*")
    share = f"\n{percent(below, rated, 1)}" if mode == "both" and below and rated >= labels.SMALL_BASE else ""
    ax.text(
        *at, main + share, ha="center", va="center", gid=gid, fontsize=points * (1 if mode == "count" else 0.93),
        fontweight="bold" if bold and below else "normal", color=colour, linespacing=0.92,
    )  # fmt: skip


def _heads(organisations: list[str], facts: Facts, cell_mm: float, points: float) -> list[str]:
    """Name the columns, broken into lines where a width is given."""
    names = [labels.organisation_vi(facts, organisation, short=True) for organisation in organisations]
    return ["\n".join(frame.wrapped(name, cell_mm, 0.93 * points)) if cell_mm else name for name in names]


def _edges(
    ax: Axes,
    facts: Facts,
    lines: list[Line],
    names: list[str],
    heads: list[str],
    tall: int,
    points: float,
    *,
    turned: bool,
) -> None:
    ax.set_xlim(0, len(heads))
    ax.set_ylim(tall, 0)
    ax.set_yticks([y + 0.5 for y in range(len(lines))], names)
    ax.set_xticks([])
    for line, tick in zip(lines, ax.get_yticklabels(), strict=True):
        tick.set_fontsize(points)
        tick.set_fontweight("bold" if line.head else "normal")
    for spine in ax.spines.values():
        spine.set_visible(False)
    for y in range(len(lines) + 1):
        ax.plot([0, len(heads)], [y, y], color=facts.palette["line"]["quiet"], lw=0.3, clip_on=False, zorder=0.5)
    for x, said in enumerate(heads):
        ax.annotate(
            said, (x + 0.5, 0), (0, 2), textcoords="offset points", ha="center", va="bottom", annotation_clip=False,
            fontsize=points * (1 if turned else 0.93), rotation=90 if turned else 0, linespacing=0.9,
        )  # fmt: skip
