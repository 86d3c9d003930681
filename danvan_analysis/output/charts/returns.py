"""Who sent what: senders by target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts


def returns(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    period: str = "nam",
    nature: str = "bao_cao",
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw senders × targets: figures in hand, sent but not usable, or missing.

    Args: `table` comes from `output.returns.returns_table`. Returns the Axes; a cell has the gid "<sender>:<target>".
    """
    from matplotlib.patches import Rectangle

    senders = list(dict.fromkeys(table.select("sender", "name_vi").iter_rows()))
    known = {t["indicator_id"]: t for t in labels.targets(facts)}
    columns = [t for t in known if t in set(table["target"])]
    states = {(s, t): state for s, t, state in table.select("sender", "target", "state").iter_rows()}
    lacking = {s for (s, _), state in states.items() if state in ("missing", "aside")}
    when = labels.when_vi(year, period)
    said = (
        f"{len(senders) - len(lacking)}/{len(senders)} đơn vị đã có đủ số liệu; {len(lacking)} đơn vị còn thiếu"
        if lacking
        else f"{len(senders)}/{len(senders)} đơn vị đã có đủ số liệu"
    )
    text = frame.words(
        facts,
        f"{when[0].upper()}{when[1:]}: {said}",
        f"Tình hình gửi báo cáo theo chỉ tiêu, {when}",
        "; ".join(
            _missing(name, [t for t in columns if states.get((s, t)) in ("missing", "aside")]) for s, name in senders
        ),
        nature,
        f"Cột {labels.numbered_titles(facts, [known[t] for t in columns])}" if size == "half" else "",
    )
    present = [s for s in ("sent", "aside", "missing") if s in set(states.values())]
    head_mm, below_mm = (5, 2 + 5 * len(present)) if size == "half" else (13, 7)
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        left = frame.room_for((n for _, n in senders), 7)
        ax, scale = frame.start(
            ax,
            facts,
            text,
            body_mm=5.6 * len(senders) + head_mm + below_mm,
            margins=(left, 1, head_mm, below_mm),
            size=size,
        )
        ink = facts.palette["line"]["ink"]
        cell_mm = ax.get_window_extent().width / ax.figure.dpi * 25.4 / max(len(columns), 1)
        for x, target in enumerate(columns):
            title = frame.wrapped(labels.short_title(facts, known[target]), cell_mm * 0.96, 5.8 * scale)
            number = labels.number_of(target)
            head = number if size == "half" else "\n".join([f"CT {number}", *title[:4]])
            ax.text(x + 0.5, -0.15, head, ha="center", va="bottom", fontsize=5.8 * scale, linespacing=0.82)
            for y, (sender, _) in enumerate(senders):
                entry = facts.palette["returned"][states.get((sender, target), "not_expected")]
                if not entry["marker"]:
                    ax.text(x + 0.5, y + 0.5, "·", ha="center", va="center", gid=f"{sender}:{target}")
                    continue
                ax.add_patch(
                    Rectangle(
                        (x + 0.04, y + 0.08), 0.92, 0.84, facecolor=entry["colour"], hatch=entry["hatch"],
                        edgecolor=ink, lw=0.4, gid=f"{sender}:{target}",
                    )
                )  # fmt: skip
                ax.plot([x + 0.5], [y + 0.5], linestyle="", **frame.marker(entry, ink, 4.2 * scale))
        ax.set_xlim(0, len(columns))
        ax.set_ylim(len(senders), 0)
        ax.set_xticks([])
        ax.set_yticks([y + 0.5 for y in range(len(senders))], [name for _, name in senders])
        ax.tick_params(labelsize=7 * scale)
        for spine in ax.spines.values():
            spine.set_visible(False)
        meanings = [(facts.palette["returned"][s], facts.palette["returned"][s]["word_vi"]) for s in present]
        narrow = size == "half"
        frame.legend(ax, facts, meanings, 1 if narrow else 3, 2.2 * scale, left * scale if narrow else 0)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: senders by target."""
    del wanted
    words = {state: entry["word_vi"] for state, entry in given.facts.palette["returned"].items()}
    rows = given.returned.select("name_vi", pl.col("target").alias("indicator_id"), pl.col("state").replace(words))
    return Drawn(returns(given.returned, given.facts, year=given.year, **given.look).figure, rows)


def _missing(name: str, targets: list[str]) -> str:
    return f"{name}: thiếu chỉ tiêu {', '.join(labels.number_of(t) for t in targets)}" if targets else f"{name}: đủ"
