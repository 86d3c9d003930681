"""What places are asked to look at again: places × kinds of question, readable in grey; for internal use only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame, leniency_words
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.review import FOUND, STATES, review_table
from danvan_analysis.text import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: Name of the internal table that the figure of a report is drawn from (`analysis.all_tables`).
TABLE = "ra-soat-xep-loai"
#: With more places than this (communes), only those with something to look at are drawn.
_MOST_PLACES = 30
_HEAD_PT, _SMALLEST_PT = 6.4, 5.8


def leniency(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what each place is asked to look at again in its year-end ratings, with the count behind it.

    A place that stands out with all kinds of unit together shows that count; one that stands out in single kinds only,
    how many of them. The half width has room for marks only: its counts stand in the foot. Internal, and marked so.

    Args: `table` is what `leniency` of the analysis gives. Returns the Axes; a cell has the gid "<area_id>:<sign>" and
    its words, if any, the same. Raises ValueError where the table has no row of the year.
    """
    nature = nature or tables.only_nature(table)
    every = review_table(table, facts, year=year, nature=nature)
    if every.is_empty():
        raise ValueError(f"no row of {year} with nature {nature}")
    cells = every
    if every["area_id"].n_unique() > _MOST_PLACES:
        cells = every.filter(FOUND.any().over("area_id"))
    places = list(dict.fromkeys(cells.select("area_id", "area_name").iter_rows()))
    signs = list(dict.fromkeys(every["sign"]))
    states = [state for state in STATES if state in set(cells["state"])]
    wide = size != "half"
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        left = frame.room_for(labels.place_short(name) for _, name in places)
        columns = 2 if wide else 1
        heads = _heads(facts, signs, left, size)
        head, below = 4.5 + 2.6 * max(map(len, heads)), 4 + 5 * -(-len(states) // columns)
        ax, scale = frame.start(
            ax, facts, leniency_words.words(facts, every, year, nature, wide, every["area_id"].n_unique() - len(places)),
            body_mm=head + (7.2 if wide else 5.6) * max(len(places), 2) + below, margins=(left, 1, head, below), size=size,
        )  # fmt: skip
        if not places:
            _quiet(ax, facts, scale)
            return ax
        _grid(ax, facts, heads, [labels.place_short(name) for _, name in places], scale)
        across = {sign: x for x, sign in enumerate(signs)}
        down = {place: y for y, (place, _) in enumerate(places)}
        for cell in cells.iter_rows(named=True):
            _cell(ax, facts, across[cell["sign"]], down[cell["area_id"]], cell, scale, wide)
        # Where the counts stand in the foot there are none to explain.
        said = {s: w if wide else w.partition(" (")[0] for s, w in facts.layout["leniency"]["states"].items()}
        meanings = [(facts.palette["review"][state], said[state]) for state in states]
        frame.legend(ax, facts, meanings, columns, 2.5 * scale)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the panel of the year; nothing where it has no rows."""
    del wanted
    table = given.tables.get(TABLE)
    if table is None or table.filter(year=given.year, nature=given.nature).is_empty():
        return None
    # Ratings are looked at by the year's end, whatever the period of the report.
    look = {name: value for name, value in given.look.items() if name != "period"}
    ax = leniency(table, given.facts, year=given.year, **look)
    rows = review_table(table, given.facts, year=given.year, nature=given.nature)
    return Drawn(ax.figure, rows.drop("sign", "state"))


def _cell(ax: Axes, facts: Facts, x: int, y: int, cell: dict[str, Any], scale: float, wide: bool) -> None:
    from matplotlib.patches import Rectangle

    entry, ink = facts.palette["review"][cell["state"]], facts.palette["line"]["ink"]
    gid = f"{cell['area_id']}:{cell['sign']}"
    found = cell["state"] in ("noted", "kinds")
    inset = 0.06 if found else 0.0
    ax.add_patch(
        Rectangle(
            (x + inset, y + inset), 1 - 2 * inset, 1 - 2 * inset, facecolor=entry["colour"], hatch=entry["hatch"],
            edgecolor=ink if found else "none", lw=0.6, gid=gid,
        )
    )  # fmt: skip
    if not found:
        ax.plot([x + 0.5], [y + 0.5], linestyle="", **frame.marker(entry, ink, 3.4 * scale))
    elif wide:
        said = cell["evidence_vi"] if cell["state"] == "noted" else count(cell["kinds_noted"])
        words, points = _fitted(ax, said or "", scale)
        ax.text(
            x + 0.5, y + 0.5, words, ha="center", va="center_baseline", fontsize=points, fontweight="bold",
            color=entry["ink"], linespacing=0.85, gid=gid,
        )  # fmt: skip


def _fitted(ax: Axes, words: str, scale: float) -> tuple[str, float]:
    """Give a count as it fits its cell: smaller, and where that is too small, n over N."""
    cell_mm = ax.get_window_extent().width / ax.figure.dpi * 25.4 / ax.get_xlim()[1]
    room, points = 0.8 * cell_mm, 7.2 * scale
    width = frame.width_of(words, points, "bold")
    if width <= room:
        return words, points
    if points * room / width >= _SMALLEST_PT * scale:
        return words, points * room / width
    return words.replace("/", "/\n"), _SMALLEST_PT * scale


def _heads(facts: Facts, signs: list[str], left_mm: float, size: str) -> list[list[tuple[str, str]]]:
    """Give the lines above each column with their slant: its name and what it counts, none where there is no room."""
    if size == "half":
        return [[] for _ in signs]
    profile = facts.layout["chart_size"][size]
    room = 0.97 * (profile["width_mm"] / profile["scale"] - left_mm - 1) / len(signs)
    heads = []
    for sign in signs:
        title, unit = facts.layout["leniency"]["signs"].get(sign, (sign, ""))
        lines = [(words, "normal") for words in frame.wrapped(title, room, _HEAD_PT)]
        heads.append(
            lines + [(words, "italic") for words in frame.wrapped(f"({unit})" if unit else "", room, _HEAD_PT)]
        )
    return heads


def _grid(ax: Axes, facts: Facts, heads: list[list[tuple[str, str]]], names: list[str], scale: float) -> None:
    """Set the axes, name the rows, number the columns and write what stands above them."""
    quiet = facts.palette["line"]["quiet"]
    ax.set_xlim(0, len(heads))
    ax.set_ylim(len(names), 0)
    ax.set_xticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    for y in range(len(names) + 1):
        ax.axhline(y, color=quiet, lw=0.3 if 0 < y < len(names) else 0.9, clip_on=False)
    for x in range(1, len(heads)):
        ax.axvline(x, color=quiet, lw=0.3)
    row_mm = ax.get_window_extent().height / ax.figure.dpi * 25.4 / len(names)
    # Names keep apart where rows are low.
    ax.set_yticks([y + 0.5 for y in range(len(names))], names, fontsize=min(8.5 * scale, 2.3 * row_mm))
    line, most = scale / row_mm, max(map(len, heads))
    for x, lines in enumerate(heads):
        top = 2.6 * most + 2.4
        ax.text(
            x + 0.5, -top * line, str(x + 1), ha="center", va="center", fontsize=7.2 * scale, fontweight="bold"
        )  # fmt: skip
        for i, (words, slant) in enumerate(lines, 1):
            ax.text(
                x + 0.5, -(top - 2.6 * i) * line, words, ha="center", va="center", style=slant, fontsize=_HEAD_PT * scale
            )  # fmt: skip


def _quiet(ax: Axes, facts: Facts, scale: float) -> None:
    ax.text(
        0.5, 0.5, facts.layout["leniency"]["quiet"], transform=ax.transAxes, ha="center", va="center", style="italic",
        fontsize=8.5 * scale,
    )  # fmt: skip
    ax.set_axis_off()
