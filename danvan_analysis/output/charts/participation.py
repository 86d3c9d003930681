"""Where party members take part, and where they do not: a bar a place, the target on the members who are not exempted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels, style, tables, taking
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.text import count, percent

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts


def participation(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    area_id: str | None = None,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw members taking part and not, of those not exempted: by district; with `area_id`, a district by its communes, a
    commune by its named chi bộ. A place without parts stands for itself.

    Args: `table` is what `participation` gives after `withhold_small`. Bars have the gid "<id>:taking" and
    "<id>:not_taking", in percent of the base (id: the area, or the chi bộ's unit_id); a place whose figures are withheld,
    blank or missing says so instead. Returns the Axes. Raises ValueError where the table has no row of that year and place.
    """
    nature = nature or tables.only_nature(table)
    rows = taking.lines(table, facts, year=year, area_id=area_id, period=period, nature=nature)
    if rows["year"].is_null().all():
        raise ValueError(f"no row of year {year}, period {period}, nature {nature}, area {area_id or 'province'}")
    whole, *parts = rows.to_dicts()
    shown = parts or [whole]
    wanted = facts.methods["participation"]["indicator"]
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == wanted)
    says, when = facts.layout["participation"], labels.when_vi(year, period)
    text = frame.words(
        facts,
        _title(facts, whole, parts, target, when),
        f"{target['title_vi']}, {when}: " + says["subtitle" if size != "half" else "narrow"],
        "; ".join(f"{row['part_name']}: {_said(facts, row)}" for row in shown),
        nature,
        says["note"],
    )
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        # A slide has one height whatever the number of lines: no room for a second one in each.
        tight = "height_mm" in facts.layout["chart_size"][size] and len(shown) > 12
        names, points = _names([row["part_name"] for row in shown], 46 if wide else 36, fold=not tight)
        left = frame.room_for((line for name in names for line in name.split("\n")), points)
        below = 10 if wide else 15
        ax, scale = frame.start(
            ax,
            facts,
            text,
            body_mm=5.3 * len(shown) + 4 + below,
            margins=(left, 62 if wide else 12, 4, below),
            size=size,
        )
        _bars(ax, facts, shown, float(target["target"]), scale, beside=wide)
        ax.set_yticks(range(len(shown)), names, fontsize=points * scale, linespacing=0.9)
        meanings = [(facts.palette["taking"][key], facts.palette["taking"][key]["word_vi"]) for key in ("yes", "no")]
        frame.legend(ax, facts, meanings, 2 if wide else 1, 2.5 * scale, 0 if wide else left * scale * 0.6)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: members taking part by district."""
    del wanted
    table = given.tables.get("participation")
    if table is None or labels.districts(given.facts, given.year).is_empty():
        return None
    slot: dict[str, Any] = {"year": given.year, "period": given.period, "nature": given.nature}
    rows = taking.lines(table, given.facts, **slot)
    if not rows["base"].is_not_null().any():
        return None
    ax = participation(table, given.facts, **slot, size=given.size, font=given.font)
    return Drawn(ax.figure, taking.tidy(rows, given.facts))


def _names(names: list[str], limit_mm: float, fold: bool) -> tuple[list[str], float]:
    """Give the names for the edge and their size: where one is too long, all are smaller and may take two lines."""
    if frame.room_for(names) <= limit_mm:
        return names, 8.5
    if not fold:
        return names, 6.5
    return ["\n".join(frame.wrapped(name, limit_mm - 3, 6.5)) for name in names], 6.5


def _bars(
    ax: Axes, facts: Facts, shown: list[dict[str, Any]], target: float, scale: float, beside: bool
) -> None:  # fmt: skip
    ink, line = facts.palette["line"]["ink"], facts.palette["line"]["target"]
    for y, row in enumerate(shown):
        own = row["unit_id"] or row["area_id"]
        if not taking.has_share(row):
            ax.text(1, y, _said(facts, row), va="center", fontsize=7.3 * scale, style="italic", gid=own)
            continue
        yes, base = row["participating"], row["base"]
        edge = 100 * yes / base
        for key, name, start, width in (("yes", "taking", 0.0, edge), ("no", "not_taking", edge, 100 - edge)):
            entry = facts.palette["taking"][key]
            ax.barh(y, width, left=start, height=0.66, color=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.5,
                    gid=f"{own}:{name}")  # fmt: skip
        if beside:
            _figures(ax, y, row, scale)
        else:
            said = labels.share(yes, base)
            _right(ax, y, said, 11, 7 * scale, scale)
    if beside:
        for head, right_mm in zip(facts.layout["participation"]["heads"], _COLUMNS_MM, strict=True):
            for up, said in enumerate(reversed(head.split("\n"))):
                _right(ax, -0.62, said, right_mm, 6.6 * scale, scale, 2.2 + 6.6 * up)
    ax.axvline(target, color=line, lw=1.2, ls=(0, (4, 2)), gid="target", zorder=4)
    # The target is named where no head of a column stands.
    ax.annotate(
        f"{target:g}%".replace(".", ","), (target, -0.6), (0, 1.5), textcoords="offset points", ha="center", va="bottom",
        fontsize=7 * scale, color=line,
    )  # fmt: skip
    ax.set_xlim(0, 100)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xticks([])
    for side in ("bottom", "left"):
        ax.spines[side].set_visible(False)


#: Right ends of the columns of figures beside the bars.
_COLUMNS_MM = (24.0, 37.0, 50.0, 61.0)


def _figures(ax: Axes, y: int, row: dict[str, Any], scale: float) -> None:
    """Print n/N, the share, who is not taking part and who is exempted."""
    small = row["base"] < labels.SMALL_BASE
    said = (
        labels.fraction(row["participating"], row["base"]),
        "" if small else percent(row["participating"], row["base"], 2),
        count(row["base"] - row["participating"]),
        count(row["exempted"]),
    )
    for text, right_mm in zip(said, _COLUMNS_MM, strict=True):
        _right(ax, y, text, right_mm, 7.2 * scale, scale)


def _right(
    ax: Axes, y: float, said: str, right_mm: float, points: float, scale: float, up: float | None = None
) -> None:
    """Write beside the axes, ending at `right_mm`: in the middle of the line, or with its base `up` points above it."""
    ax.annotate(
        said, (1.0, y), xycoords=("axes fraction", "data"), xytext=(right_mm * 72 / 25.4 * scale, (up or 0) * scale),
        textcoords="offset points", ha="right", va="center" if up is None else "baseline", fontsize=points,
        annotation_clip=False,
    )  # fmt: skip


def _said(facts: Facts, row: dict[str, Any]) -> str:
    """Say a row in words: its figures, or why there are none."""
    if not taking.has_share(row):
        return taking.why_not(row, facts)
    yes, base = int(row["participating"]), int(row["base"])
    return labels.fraction(yes, base) + ("" if base < labels.SMALL_BASE else f" ({percent(yes, base, 2)})")


def _title(facts: Facts, whole: dict[str, Any], parts: list[dict[str, Any]], target: dict[str, Any], when: str) -> str:
    """Say how many take part and how many do not, and in how many parts the share is below the common level."""
    says = facts.layout["participation"]
    full = whole["area_name"] or whole["part_name"]
    name = "" if whole["level"] == "tinh" else f", {full[0].lower()}{full[1:]}"
    said = [_said(facts, whole)]
    if taking.has_share(whole):
        said = [says["title"].format(said=said[0], k=count(whole["base"] - whole["participating"]))]
        # What the figures withheld or blank elsewhere would add is not known either.
        name += "" if whole["missing"] == 0 else says["received"]
    told = [row for row in parts if taking.has_share(row)]
    if told:
        below = sum(row["attained"] == "not_met" for row in told)
        kind = says["parts"].get(parts[0]["level"], facts.layout["places"]["districts_vi"])
        said.append(says["below"].format(k=below, total=len(parts), kind=kind, ct=target["ct_vi"]))
    if parts and len(told) < len(parts):
        said.append(says["silent"].format(k=len(parts) - len(told)))
    return f"{when[0].upper()}{when[1:]}{name}: {'; '.join(said)}"
