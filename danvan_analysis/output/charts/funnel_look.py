"""How the lines and marks of a funnel look, and what explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output.charts import frame, funnel_words
from danvan_analysis.tables import ALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: The levels of the limits as their columns name them, with the width of their line in points.
_LEVELS = {"95": 0.8, "998": 1.5}
#: The columns of the limits: those of chance alone, then those that allow for the spread between districts.
LIMITS = [f"{side}{level}{kind}" for kind in ("", "_adjusted") for level in _LEVELS for side in ("lower", "upper")]

#: What the marks say, with the marks that say it.
_MARKS = {"outside": ("high", "low"), "back": ("high", "low"), "within": ("within",), "small": ("small",)}


def kind_of(row: dict[str, Any]) -> str:
    """Name the mark of a place: `high`, `low` (outside), `within`, `small` (no flag)."""
    if row["outside"] is None:
        return "small"
    return "within" if row["outside"] == "within" else str(row["outside"]).rstrip("0123456789")


def mark(facts: Facts, row: dict[str, Any], scale: float) -> dict[str, Any]:
    """Give the mark of a place as arguments for Line2D; hollow where the allowance brings it back inside."""
    return _mark(facts, kind_of(row), scale, hollow=_comes_back(row))


def line(entry: dict[str, Any], width: float) -> dict[str, Any]:
    """Give the look of a line as arguments for Line2D."""
    return {"color": entry["colour"], "lw": width, "ls": (0, tuple(entry["dash"])) if entry["dash"] else "-"}


def limit(facts: Facts, name: str, scale: float) -> dict[str, Any]:
    """Give the look of a limit by its column: solid or dashed for the way it is reckoned, thin or thick for its level."""
    way = "adjusted" if name.endswith("_adjusted") else "plain"
    return line(facts.palette["funnel_line"][way], _LEVELS["998" if "998" in name else "95"] * scale)


def has_target(seen: list[dict[str, Any]]) -> bool:
    """The target is set for all units together, not for one organisation or kind of unit."""
    return bool(seen) and seen[0]["organisation"] == seen[0]["unit_type"] == ALL


def keys(
    facts: Facts,
    limits: pl.DataFrame,
    seen: list[dict[str, Any]],
    target: dict[str, Any],
    goal: float | None,
    scale: float,
) -> list[tuple[Any, str]]:
    """Explain the lines and marks that are drawn: handle and words each."""
    from matplotlib.lines import Line2D

    if not seen:
        return []
    says, entries = facts.layout["funnel"], facts.palette["funnel_line"]
    names = [name for name in LIMITS if name.startswith("lower") and limits[name].null_count() < limits.height]
    found: list[tuple[Any, str]] = [
        (Line2D([], [], **limit(facts, name, scale)), says[f"line_{name.removeprefix('lower')}"]) for name in names
    ]
    words = says["line_pooled"].format(m=seen[0]["areas"])
    found.append((Line2D([], [], **line(entries["pooled"], 1.1 * scale)), words))
    if has_target(seen):
        words = says["line_target" if goal is not None else "line_target_off"].format(ct=target["ct_vi"])
        found.append((Line2D([], [], **line(entries["target"], 1.1 * scale)), words))
    out = {"back" if _comes_back(row) else "outside" for row in seen if funnel_words.is_outside(row)}
    shown = out | {kind_of(row) for row in seen if not funnel_words.is_outside(row)}
    for name, kinds in _MARKS.items():
        if name in shown:
            looks = [_mark(facts, kind, scale, hollow=name == "back") for kind in kinds]
            found.append((tuple(Line2D([], [], linestyle="", **look) for look in looks), says[f"mark_{name}"]))
    return found


def legend(ax: Axes, found: list[tuple[Any, str]], columns: int, scale: float) -> None:
    """Write what the keys say: under the axes, or beside them where `columns` is 0."""
    from matplotlib.legend_handler import HandlerTuple

    height_mm = ax.get_window_extent().height / ax.figure.dpi * 25.4
    ax.legend(
        [handle for handle, _ in found], [words for _, words in found],
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0.4)}, loc="upper left",
        bbox_to_anchor=(0, -11.5 * scale / height_mm) if columns else (1.01, 1), ncols=columns or 1, borderaxespad=0,
        borderpad=0, handlelength=2.6, columnspacing=1.2, fontsize=7 * scale, labelspacing=0.45,
    )  # fmt: skip


def _comes_back(row: dict[str, Any]) -> bool:
    return funnel_words.is_outside(row) and row["outside_adjusted"] == "within"


def _mark(facts: Facts, kind: str, scale: float, hollow: bool = False) -> dict[str, Any]:
    entry = facts.palette["funnel"][kind]
    look = frame.marker(entry, facts.palette["line"]["ink"], (5.6 if kind in ("high", "low") else 4.2) * scale)
    return look | {"markerfacecolor": "#ffffff" if hollow else entry["colour"]}
