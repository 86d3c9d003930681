"""The pieces that charts over the years share: the broken line, its marks, its axes, its words."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts


def series(
    ax: Axes,
    facts: Facts,
    years: list[int],
    rows: dict[int, dict[str, Any]],
    moves: dict[int, dict[str, Any]],
    scale: float,
    said_years: Collection[int],
) -> None:
    """Draw the line in pieces (a new piece after a break or a gap), its marks and, for some years, share and n/N."""
    colour, ink = facts.palette["line"]["province"], facts.palette["line"]["ink"]
    pieces: list[list[int]] = [[]]
    for year in years:
        if is_marked(facts, moves.get(year)):
            ax.axvline(year - 0.5, color=facts.palette["line"]["break"], lw=0.8, ls=(0, (1, 2)), gid=f"break:{year}")
            if not moves[year]["comparable"]:
                pieces.append([])
        if year in rows and rows[year]["denominator"]:
            pieces[-1].append(year)
        elif pieces[-1]:
            pieces.append([])
    for piece in (p for p in pieces if p):
        ax.plot(piece, [percent_of(rows[y]) for y in piece], color=colour, lw=1.6 * scale, gid="series", zorder=3)
    for year in years:
        row = rows.get(year)
        if row is None or not row["denominator"]:
            if year in said_years:
                ax.text(
                    year, 0.5, labels.MISSING_VI, transform=ax.get_xaxis_transform(), ha="center", fontsize=7.5 * scale,
                    style="italic", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                )  # fmt: skip
            continue
        open_mark = row["attained"] == "undecided"
        if open_mark and row["lower_bound"] is not None:
            low, high = 100 * row["lower_bound"], 100 * row["upper_bound"]
            ax.plot([year, year], [low, high], color=ink, lw=0.9, marker="_", markersize=5, zorder=2, gid="bounds")
        entry = facts.palette["state"][labels.standing(row)]
        fill = "#ffffff" if open_mark else colour
        ax.plot(
            [year], [percent_of(row)], marker=entry["marker"] if open_mark else "o",
            markersize=(5 if said_years else 3) * scale, markerfacecolor=fill,
            markeredgecolor=ink, markeredgewidth=0.8, linestyle="", zorder=4,
        )  # fmt: skip
        if year in said_years:
            n, base = counts(row)
            said = labels.share(n, base)
            said = said if base and base < labels.SMALL_BASE else f"{said}\n{labels.fraction(n, base)}"
            ax.annotate(
                said, (year, percent_of(row)), (0, 6 * scale), textcoords="offset points", ha="center", va="bottom",
                fontsize=7.5 * scale, linespacing=0.85, gid=f"label:{year}",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}, zorder=5,
            )  # fmt: skip


def scale_axes(
    ax: Axes,
    facts: Facts,
    years: list[int],
    rows: list[dict[str, Any]],
    target: dict[str, Any],
    scale: float,
    labelled: bool | None,
) -> None:
    """Set the axes: whole years, percent, the target line; the percent axis shows the range in use, never over 100.

    `labelled`: the target is named at the right (True), on its line (None, narrow charts) or not at all.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    level = float(target["target"])
    seen = [percent_of(row) for row in rows if row["denominator"]]
    seen += [
        100 * r["lower_bound"]
        for r in rows
        if r["attained"] == "undecided" and r["lower_bound"] is not None and r["denominator"]
    ]
    low = min([level, *seen])
    span = max(100 - low, 10.0)
    bottom = max(0.0, low - 0.15 * span) if low > 0 else -3.0
    colour = facts.palette["line"]["target"]
    ax.axhline(level, color=colour, lw=1.1, ls=(0, (4, 2)), gid="target", zorder=1)
    if labelled:
        ax.annotate(
            f"Chỉ tiêu:\n{_level_vi(target)}", (1.01, level), xycoords=("axes fraction", "data"), va="center",
            linespacing=0.85, fontsize=7.5 * scale, color=colour, annotation_clip=False,
        )  # fmt: skip
    ax.set_xlim(years[0] - 0.45, years[-1] + 0.45)
    top = 100 + (0.06 if labelled is False else 0.24) * span
    ax.set_ylim(bottom, top)
    if labelled is None:
        letters = 4.5 * scale * (top - bottom) / (ax.get_window_extent().height / ax.figure.dpi * 25.4)
        right, below = _clear_side(rows, level, letters)
        ax.annotate(
            f"Chỉ tiêu: {_level_vi(target)}", (years[-1] + 0.4 if right else years[0] - 0.4, level),
            (0, -2 if below else 2), textcoords="offset points", ha="right" if right else "left",
            va="top" if below else "bottom", fontsize=7.5 * scale, color=colour, gid="target",
        )  # fmt: skip
    ax.set_xticks(years, [str(y) if labelled is not False or y in (years[0], years[-1]) else "" for y in years])
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.set_yticks([tick for tick in ax.get_yticks() if bottom <= tick <= 100])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace(".", ",")))
    ax.grid(axis="y")
    ax.spines["left"].set_bounds(bottom, 100)
    ax.tick_params(labelsize=(7 if labelled is False else 8) * scale)


def _clear_side(rows: list[dict[str, Any]], level: float, letters: float) -> tuple[bool, bool]:
    """Tell where the target's name stands free of the line: at the right end or the left, below the target or above.

    `letters` is the height of the name in percent of the axis.
    """
    gaps = [percent_of(row) - level for row in sorted(rows, key=lambda row: row["year"]) if row["denominator"]] or [1.0]
    # The name is about two years wide.
    left, right = (min(near, key=abs) for near in (gaps[:2], gaps[-2:]))
    gap = right if abs(right) >= abs(left) else left
    return gap == right, 0 <= gap < letters


def moves_of(
    changes: pl.DataFrame | None, indicator_id: str, area_id: str, period: str, nature: str
) -> dict[int, dict[str, Any]]:
    if changes is None or not changes.height:
        return {}
    rows = tables.rows_of(changes, indicator_id=indicator_id, period=period, nature=nature)
    return {row["year"]: row for row in rows.filter(pl.col("area_id") == area_id).to_dicts()}


def is_marked(facts: Facts, move: dict[str, Any] | None) -> bool:
    """Tell whether scale or territory changed before a year: marked, and where not comparable the line stops."""
    return move is not None and move["reason"] in facts.layout["breaks"]


def notes(facts: Facts, moves: list[dict[int, dict[str, Any]]], years: list[int]) -> list[str]:
    """Explain each dotted mark once: before which year, what changed."""
    reasons = {(y, own[y]["reason"]): None for y in years for own in moves if is_marked(facts, own.get(y))}
    return [f"Vạch chấm trước năm {year}: {facts.layout['breaks'][reason]}." for year, reason in reasons]


def counts(row: dict[str, Any] | None) -> tuple[Any, Any]:
    return (row["numerator"], row["denominator"]) if row else (None, None)


def percent_of(row: dict[str, Any]) -> float:
    return float(100 * row["numerator"] / row["denominator"])


def said(row: dict[str, Any] | None) -> str:
    if row is None or not row["denominator"]:
        return labels.MISSING_VI
    n, base = counts(row)
    return f"{labels.fraction(n, base)}" + ("" if base < labels.SMALL_BASE else f" ({labels.share(n, base)})")


def _level_vi(target: dict[str, Any]) -> str:
    """Give the clause's own words where they are short ("trên 90%"), else sign and number."""
    words = str(target["ct_vi"])
    return words if len(words) <= len("ít nhất 100%") else labels.level_of(target)
