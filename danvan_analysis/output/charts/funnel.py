"""The funnel: each district's share against its number of units, within the limits of chance; for internal use only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame, funnel_look, funnel_words, placing
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.tables import ALL
from danvan_analysis.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: Names of the internal tables that the figure of a report is drawn from (`analysis.all_tables`).
TABLE, CURVES = "khoang-dao-dong", "duong-gioi-han"


def funnel(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    year: int,
    period: str = "nam",
    organisation: str = ALL,
    unit_type: str = ALL,
    curves: pl.DataFrame | None = None,
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the districts' shares by number of units, with the 95 % and 99.8 % limits around the share of all together.

    Solid limits are those of chance alone, dashed ones allow for the spread between districts. It answers "is this
    district unusual among these", never "did it meet the target"; internal, and marked so at its head.

    Args: `table` is what `compute_funnels` gives; `curves`, of `funnel_curves`, gives smooth limits (without them they
    run straight from district to district). Returns the Axes: a place has the gid "place:<area_id>", its word
    "label:<area_id>", a limit the gid of its column, the lines "pooled" and "target"; shares in percent. Places that are
    not compared are named in the foot. Raises ValueError where the table has no such row.
    """
    nature = nature or tables.only_nature(table)
    wanted: dict[str, Any] = {"indicator_id": indicator_id, "year": year, "period": period, "nature": nature}
    wanted |= {"organisation": organisation, "unit_type": unit_type}
    rows = tables.rows_of(table, **wanted).sort("area_id").to_dicts()
    if not rows:
        raise ValueError(f"no row of {indicator_id} in {year} with period {period}, nature {nature}")
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == indicator_id)
    seen = [row for row in rows if row["lower95"] is not None]
    smooth = None if curves is None else tables.rows_of(curves, **wanted)
    limits = _limits(seen, smooth)
    text = funnel_words.words(facts, rows, target, year, period, nature)
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        window = _window(seen, limits)
        goal = _goal(seen, target, window)
        keys = funnel_look.keys(facts, limits, seen, target, goal, facts.layout["chart_size"][size]["scale"])
        # Beside the drawing where it is wide and low (slides), under it elsewhere.
        columns = {"half": 1, "slide": 0}.get(size, 3)
        below = 12 + 4.6 * -(-len(keys) // columns) if columns else 11
        right = 2 if columns else frame.room_for((words for _, words in keys), 7) + 8
        body = below + (24 if not seen else 58 if size == "half" else 76)
        ax, scale = frame.start(ax, facts, text, body_mm=body, margins=(9, right, 2, below), size=size)
        if not seen:
            _nothing(ax, facts, text.title, scale)
            return ax
        _scale_axes(ax, window, goal, scale)
        _lines(ax, facts, limits, seen, goal, scale)
        _places(ax, facts, seen, scale)
        ax.set_xlabel(
            facts.layout["funnel"]["axis"].format(object=funnel_words.counted(facts, rows[0], target)),
            fontsize=7.5 * scale, labelpad=2 * scale,
        )  # fmt: skip
        funnel_look.legend(ax, keys, columns, scale)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of one indicator; nothing where nobody is compared."""
    own = {name: wanted[name] for name in ("indicator_id", "organisation", "unit_type") if name in wanted}
    table = given.tables.get(TABLE)
    if table is None:
        return None
    rows = tables.rows_of(table, **own, year=given.year, period=given.period, nature=given.nature).sort("area_id")
    if rows["outside"].null_count() == rows.height:
        return None
    ax = funnel(table, given.facts, **own, year=given.year, curves=given.tables.get(CURVES), **given.look)
    words = {flag: funnel_words.flag_vi(given.facts, flag) for flag in given.facts.layout["funnel"]["flag"]}
    names = {name: name.replace("lower", "low").replace("upper", "high") for name in funnel_look.LIMITS}
    return Drawn(
        ax.figure,
        rows.select(
            "indicator_id", "year", "area_id", "area_name", "numerator", "denominator", "value",
            *(pl.col(name).alias(short) for name, short in names.items()),
            place_mark=pl.col("area_id").replace_strict(funnel_words.marks(rows.to_dicts()), default=None),
            flag_vi=pl.col("outside").replace(words),
            flag_adjusted_vi=pl.col("outside_adjusted").replace(words),
            finding_vi="sentence_vi",
        ),
    )  # fmt: skip


def _limits(seen: list[dict[str, Any]], smooth: pl.DataFrame | None) -> pl.DataFrame:
    """Give the limits to draw by number of units: smooth, or at the districts' own numbers; adjusted ones only where the
    table flags by them."""
    if smooth is not None and smooth.height:
        return smooth.select("denominator", *funnel_look.LIMITS).sort("denominator")
    own = (
        pl.DataFrame(seen, infer_schema_length=None).select("denominator", *funnel_look.LIMITS)
        if seen
        else pl.DataFrame()
    )
    if seen and not (seen[0]["tau2"] and seen[0]["adjusted_reason"] is None):
        own = own.with_columns(
            pl.lit(None, pl.Float64).alias(name) for name in funnel_look.LIMITS if name.endswith("_adjusted")
        )
    return own.unique().sort("denominator") if seen else own


def _window(seen: list[dict[str, Any]], limits: pl.DataFrame) -> tuple[float, float, float, float]:
    """Give what the axes must show: the districts with room around them (fewest, most units), lowest and highest percent."""
    if not seen:
        return 0, 1, 0, 100
    units = [row["denominator"] for row in seen]
    spread, large = max(units) - min(units), max(units)
    # Districts of all but one size are drawn apart; elsewhere there is room to see how the limits open.
    room = max(0.6 * spread if 0 < spread < 0.03 * large else max(0.08 * spread, 0.12 * large), 1)
    near = limits.filter(pl.col("denominator").is_between(min(units), max(units)))
    known = [value for name in funnel_look.LIMITS for value in near[name].drop_nulls()] + [row["value"] for row in seen]
    return max(0, min(units) - room), large + room, 100 * min(known), 100 * max(known)


def _goal(
    seen: list[dict[str, Any]], target: dict[str, Any], window: tuple[float, float, float, float]
) -> float | None:
    """Give the target's level where it can be drawn: set for all units together, and not far from what is drawn."""
    level, low, high = float(target["target"]), *window[2:]
    return (
        level if funnel_look.has_target(seen) and low - (high - low) / 2 <= level <= high + (high - low) / 2 else None
    )


def _scale_axes(ax: Axes, window: tuple[float, float, float, float], goal: float | None, scale: float) -> None:
    """Set the axes: percent never over 100, whole numbers of units."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    first, last, *shares = window
    low, high = min([*shares, *([] if goal is None else [goal])]), max([*shares, *([] if goal is None else [goal])])
    gap = max(high - low, 1.0)
    ax.set_xlim(first, last)
    ax.set_ylim(max(low - 0.07 * gap, -2.0), min(high, 100) + 0.07 * gap)
    ax.xaxis.set_major_locator(MaxNLocator(6 if scale >= 1 else 4, integer=True, steps=[1, 2, 2.5, 5, 10]))
    ax.set_xticks([tick for tick in ax.get_xticks() if first <= tick <= last])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(round(value))))
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.set_yticks([tick for tick in ax.get_yticks() if ax.get_ylim()[0] <= tick <= 100])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace(".", ",")))
    ax.tick_params(labelsize=7.5 * scale)
    ax.grid(axis="y")


def _lines(
    ax: Axes, facts: Facts, limits: pl.DataFrame, seen: list[dict[str, Any]], goal: float | None, scale: float
) -> None:
    whole = ax.get_xlim()
    for name in funnel_look.LIMITS:
        values = [100 * value for value in limits[name].drop_nulls()]
        units = limits["denominator"].to_list() if len(values) > 1 else whole
        if values:
            # Districts of one size have one limit: it runs the whole width.
            ax.plot(
                units,
                values if len(values) > 1 else values * 2,
                gid=name,
                zorder=2,
                **funnel_look.limit(facts, name, scale),
            )
    look = facts.palette["funnel_line"]
    ax.plot(
        whole, [100 * seen[0]["pooled"]] * 2, gid="pooled", zorder=1, **funnel_look.line(look["pooled"], 1.1 * scale)
    )
    if goal is not None:
        ax.plot(whole, [goal] * 2, gid="target", zorder=1, **funnel_look.line(look["target"], 1.1 * scale))
    ax.set_xlim(whole)


def _places(ax: Axes, facts: Facts, seen: list[dict[str, Any]], scale: float) -> None:
    mark_of = funnel_words.marks(seen)
    spots: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for row in seen:
        ax.plot(
            [row["denominator"]], [100 * row["value"]], linestyle="", gid=f"place:{row['area_id']}", zorder=4,
            **funnel_look.mark(facts, row, scale),
        )  # fmt: skip
        spots.setdefault((row["denominator"], row["numerator"], funnel_look.kind_of(row)), []).append(row)
    wanted = []
    # Names first: they need the most room. Places on one spot share one label.
    for named in (True, False):
        for same in spots.values():
            if funnel_words.is_outside(same[0]) is named:
                short = ", ".join(mark_of[row["area_id"]] for row in same)
                name = ", ".join(funnel_words.name_of(row) for row in same)
                wanted.append(
                    placing.Label(
                        same[0]["denominator"], 100 * same[0]["value"], name if named else short,
                        (7.2 if named else 6.8) * scale, "label:" + ";".join(row["area_id"] for row in same),
                        "bold" if named else "normal", short if named else "",
                    )
                )  # fmt: skip
    placing.place(
        ax, wanted, [(row["denominator"], 100 * row["value"]) for row in seen], facts.palette["line"]["ink"], scale
    )


def _nothing(ax: Axes, facts: Facts, words: str, scale: float) -> None:
    ax.text(
        0.5, 0.5, "\n".join(frame.wrapped(words, 60 * scale, 8 * scale)), transform=ax.transAxes, ha="center",
        va="center", style="italic", fontsize=8 * scale, color=facts.palette["line"]["ink"],
    )  # fmt: skip
    ax.set_axis_off()
