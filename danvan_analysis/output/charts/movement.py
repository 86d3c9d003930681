"""Units that fell below "khá" and that recovered between two years: counted where units have names, else a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame, movement_words
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.charts.movement_words import SIDES, Kind, kinds_of, shown_range
from danvan_analysis.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts

#: Kinds whose bars would be shorter than the longest one's share of 1/this stand apart, on a scale of their own.
_APART = 8
_SIGN = {"moi": -1, "phuc_hoi": 1}


def movement(
    table: pl.DataFrame,
    facts: Facts,
    *,
    from_year: int,
    to_year: int,
    bounds: pl.DataFrame | None = None,
    area_id: str | None = None,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
) -> Figure:
    """Draw, by kind of unit and organisation, the units newly below "khá" (left) and recovered (right) between two years.

    Args: `table` is `analysis.movement(…).counts`, `bounds` its `bounds`; neither names a unit. A bar is filled as far as
    is certain and empty, with a broken edge, up to what is possible; both are the count where every unit has a name.
    Beside it: what did not change, and the verdict of McNemar's test or why there is none. Returns the Figure, one Axes
    or, where a kind has many times the units of the others, two with scales of their own; the gid of a bar is
    "<organisation>:<unit_type>:<quantity>:certain" or ":possible". Raises ValueError where the table has no row of that
    pair of years and place.
    """
    nature = nature or tables.only_nature(table)
    area = area_id or labels.province(facts, to_year)[0]
    slot = {"from_year": from_year, "to_year": to_year, "period": period, "nature": nature, "area_id": area}
    kinds, whole = kinds_of(table, bounds, facts, slot)
    parts = _parts(kinds)
    text = movement_words.words(kinds, whole, facts, slot, parts=len(parts), beside=size != "half")
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        return _draw(facts, text, parts, size)


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the movement of the province from the year before."""
    table, bounds = given.tables.get("movement_counts"), given.tables.get("movement_bounds")
    years: dict[str, Any] = {"from_year": given.year - 1, "to_year": given.year}
    area = labels.province(given.facts, given.year)[0]
    slot = {**years, "period": given.period, "nature": given.nature, "area_id": area}
    if table is None or table.filter(**slot).is_empty():
        return None
    kinds, _ = kinds_of(table, bounds, given.facts, slot)
    if not any(kind.known for kind in kinds):
        return None
    figure = movement(table, given.facts, bounds=bounds, **years, **given.look)
    return Drawn(figure, movement_words.tidy(kinds, given.facts, slot))


def _draw(facts: Facts, text: frame.Words, parts: list[list[Kind]], size: str) -> Figure:
    wide, kinds = size != "half", [kind for part in parts for kind in part]
    looks = [(facts.palette["movement"][name], facts.palette["movement"][name]["word_vi"]) for name in SIDES]
    if any(kind.is_range for kind in kinds):
        looks.append((facts.palette["movement"]["possible"], facts.palette["movement"]["possible"]["word_vi"]))
    profile = facts.layout["chart_size"][size]
    width_mm = float(profile["width_mm"]) / float(profile["scale"])
    below_mm, head_mm, gap_mm, row_mm = 0.4 + 5.0 * (1 if wide else len(looks)), 4.5 if wide else 7.5, 6.4, 8.2
    fixed = head_mm + below_mm + gap_mm * len(parts)
    page = frame.sheet(facts, text, fixed + row_mm * len(kinds), size)
    k, free = page.scale, (page.top_mm - page.bottom_mm) / page.scale
    row_mm = (free - fixed) / len(kinds)
    # Two lines of a name or of the words beside a bar stand within its row.
    points = min(7.5, row_mm / 2.5 / 0.353)
    left = frame.room_for((line for kind in kinds for line in kind.name.split("\n")), points)
    right, top = 0.345 * width_mm if wide else 1.0, head_mm
    for i, part in enumerate(parts):
        high = row_mm * len(part)
        ax = frame.axes_on(page, left, right, top, free - top - high)
        _limits(ax, facts, part, width_mm - left - right, _heads(facts, wide) if i == 0 else None)
        _bars(ax, facts, part, k)
        _frame(ax, part, k, points)
        if i == 0:
            _name_sides(ax, _heads(facts, wide), k)
        if wide:
            _beside(ax, part, k, min(6.6, points), right - 2)
        top += high + gap_mm
    frame.legend(ax, facts, looks, len(looks) if wide else 1, (gap_mm - 0.6) * k, left * k)
    if len(looks) > len(SIDES):
        # What is only possible has a broken edge, as its bars have.
        legend: Any = ax.get_legend()
        legend.get_patches()[-1].set_linestyle((0, (3, 2)))
    return page.figure


def _heads(facts: Facts, wide: bool) -> dict[str, str]:
    """Name the two sides; in a narrow picture in two lines."""
    says = {"moi": facts.layout["movement"]["left"], "phuc_hoi": facts.layout["movement"]["right"]}
    return says if wide else {q: "\n".join(frame.wrapped(said, 24, 7.5, "bold")) for q, said in says.items()}


def _limits(ax: Axes, facts: Facts, kinds: list[Kind], width_mm: float, heads: dict[str, str] | None) -> None:
    """Set the scale so that the numbers beyond the bars, and the names of the two sides, have their room."""
    ends, least = (
        {q: max([kind.ends[q] for kind in kinds if kind.known] + [0]) for q in SIDES},
        dict.fromkeys(SIDES, 0.0),
    )
    said = {q: frame.room_for((shown_range(facts, *kind.ranges[q]) for kind in kinds), 7.5) for q in SIDES}
    if heads:
        least = {q: 1.1 * frame.room_for(heads[q].split("\n"), 7.5) for q in SIDES}
    unit = max(sum(ends.values()), 1) / (width_mm - sum(said.values()))
    room = {q: ends[q] / unit + said[q] for q in SIDES}
    for q, other in (SIDES, SIDES[::-1]):
        if room[q] < least[q]:
            room = {q: least[q], other: width_mm - least[q]}
            unit = max([ends[p] / (room[p] - said[p]) for p in SIDES] + [1 / width_mm])
    ax.set_xlim(-room["moi"] * unit, room["phuc_hoi"] * unit)


def _name_sides(ax: Axes, heads: dict[str, str], scale: float) -> None:
    for quantity, sign in _SIGN.items():
        ax.annotate(
            heads[quantity], (0, 1), (4 * sign * scale, 2), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="left" if sign > 0 else "right", va="bottom", fontsize=7.5 * scale,
            fontweight="bold", linespacing=0.9,
        )  # fmt: skip


def _parts(kinds: list[Kind]) -> list[list[Kind]]:
    """Part the kinds in two where the bars of some would be hardly seen beside the others'."""
    longest = max((kind.reach for kind in kinds), default=0)
    small = [kind for kind in kinds if kind.reach * _APART <= longest]
    large = [kind for kind in kinds if kind.reach * _APART > longest]
    return [small, large] if large and any(kind.reach for kind in small) else [kinds]


def _bars(ax: Axes, facts: Facts, kinds: list[Kind], scale: float) -> None:
    ink = facts.palette["line"]["ink"]
    for y, kind in enumerate(kinds):
        if not kind.known:
            low, high = ax.get_xlim()
            room = ax.get_window_extent().width / ax.figure.dpi * 25.4 * high / (high - low)
            said = "\n".join(frame.wrapped(kind.why, room - 3 * scale, 7 * scale))
            ax.annotate(
                said, (0, y), (4 * scale, 0), textcoords="offset points", va="center", fontsize=7 * scale,
                style="italic", gid=kind.gid, linespacing=0.9,
            )  # fmt: skip
            continue
        for quantity in SIDES:
            lower, upper = kind.ranges[quantity]
            entry, sign = facts.palette["movement"][quantity], _SIGN[quantity]
            if lower:
                ax.barh(
                    y, sign * lower, height=0.52, color=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.5,
                    gid=f"{kind.gid}:{quantity}:certain",
                )  # fmt: skip
            if upper is not None and upper > (lower or 0):
                ax.barh(
                    y, sign * (upper - (lower or 0)), left=sign * (lower or 0), height=0.52, color="#ffffff",
                    edgecolor=ink, lw=0.6, ls=(0, (3, 2)), gid=f"{kind.gid}:{quantity}:possible",
                )  # fmt: skip
            end = sign * max(lower or 0, upper or 0)
            ax.annotate(
                shown_range(facts, lower, upper), (end, y), (3 * sign * scale, 0), textcoords="offset points",
                ha="left" if sign > 0 else "right", va="center", fontsize=7.5 * scale, gid=f"{kind.gid}:{quantity}",
            )  # fmt: skip
    ax.axvline(0, color=ink, lw=0.9)


def _frame(ax: Axes, kinds: list[Kind], scale: float, points: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    low, high = (-max([kind.ends["moi"] for kind in kinds] + [0]), max([kind.ends["phuc_hoi"] for kind in kinds] + [0]))
    ticks = MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]).tick_values(low, high)
    ax.set_xticks([tick for tick in ticks if low <= tick <= high])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(abs(value))))
    ax.tick_params(axis="x", labelsize=7 * scale)
    ax.grid(axis="x")
    ax.set_ylim(len(kinds) - 0.5, -0.5)
    ax.set_yticks(range(len(kinds)), [kind.name for kind in kinds])
    for tick in ax.get_yticklabels():
        tick.set_fontsize(points * scale)
        tick.set_linespacing(0.85)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _beside(ax: Axes, kinds: list[Kind], scale: float, points: float, room_mm: float) -> None:
    """Say what did not change, and the verdict on the named units."""
    for y, kind in enumerate(kinds):
        lines = [line for part in kind.beside for line in frame.wrapped(part, room_mm, points)]
        ax.annotate(
            "\n".join(lines), (1.0, y), xycoords=("axes fraction", "data"), xytext=(3 * scale, 0),
            textcoords="offset points", va="center", fontsize=points * scale, linespacing=0.9, annotation_clip=False,
            gid=f"{kind.gid}:beside",
        )  # fmt: skip
