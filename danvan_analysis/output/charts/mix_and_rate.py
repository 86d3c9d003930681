"""Why a pooled share changed: what its parts did (rate), and what their changed weights did (mix)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.tables import ALL
from danvan_analysis.text import points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: The two effects, in the order they are drawn; keys of palette.toml.
EFFECTS = ("rate", "mix")


def mix_and_rate(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    year: int,
    by: str = "area_id",
    area_id: str | None = None,
    organisation: str = ALL,
    unit_type: str = ALL,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what each part added to the change of the whole: by its own share, and by its weight; the whole at the foot.

    Args: `table` is what `compute_mix` gives, `by` one of its splits, `area_id` the whole (default: the province). Bars
    have the gid "<part>:rate" and "<part>:mix", in điểm phần trăm; the parts add up to the whole. Where the years may not
    be compared the picture says why. Returns the Axes. Raises ValueError where the table has no such row.
    """
    nature = nature or tables.only_nature(table)
    area = area_id or labels.province(facts, year)[0]
    found = _rows(table, indicator_id, year, by, area, organisation, unit_type, period, nature)
    whole = next((row for row in found if row["part"] == ALL), None)
    if whole is None:
        raise ValueError(f"no row of {indicator_id}, year {year}, split by {by}, area {area}, nature {nature}")
    parts = [row for row in found if row["part"] != ALL]
    says = facts.layout["mix_and_rate"]
    title = next(t["title_vi"] for t in facts.indicators.to_dicts() if t["indicator_id"] == indicator_id)
    when = labels.when_vi(year, period)
    known = whole["change_exact"] is not None
    text = frame.words(
        facts,
        (whole["sentence_vi"] or says["unknown"].format(year=year)).rstrip("."),
        f"{title}, {when}: " + says["subtitle"].format(before=whole["from_year"] or year - 1),
        "; ".join(f"{row['part_name']}: {_signed(row, 'change')}" for row in [*parts, whole]) if known else "",
        nature,
        says["note"] if known else "",
        says["fewer"] if any(row["fewer_units"] for row in found) else "",
    )
    names = [labels.place_short(row["part_name"] or row["part"]) for row in parts]
    names = [name[0].upper() + name[1:] for name in names]
    if not known:
        parts, names = [], []
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        left = frame.room_for([*names, says["whole"]])
        below = 10 + (5 if wide else 10)
        ax, scale = frame.start(
            ax, facts, text, body_mm=5.2 * (len(parts) + 1) + 6 + below,
            margins=(left, 34 if wide else 13, 6 if wide else 1, below), size=size,
        )  # fmt: skip
        if known:
            _bars(ax, facts, parts, whole, [*names, says["whole"]], scale, beside=wide)
            meanings = [(facts.palette["effect"][key], facts.palette["effect"][key]["word_vi"]) for key in EFFECTS]
            frame.legend(ax, facts, meanings, 2 if wide else 1, 7 * scale, left * scale * (0 if wide else 0.6))
        else:
            ax.set_axis_off()
            ax.text(0.5, 0.5, says["apart"], transform=ax.transAxes, ha="center", va="center", style="italic")
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: the province's change of one target by its districts; none where nothing compares."""
    table = given.tables.get("mix")
    if table is None:
        return None
    code, _ = labels.province(given.facts, given.year)
    rows = _rows(table, wanted["indicator_id"], given.year, "area_id", code, ALL, ALL, given.period, given.nature)
    if not any(row["part"] == ALL and row["change_exact"] is not None for row in rows):
        return None
    ax = mix_and_rate(table, given.facts, indicator_id=wanted["indicator_id"], year=given.year, **given.look)
    columns = ["part_name", "from_year", "first_numerator", "first_denominator", "numerator", "denominator", "change",
               "rate_effect", "mix_effect"]  # fmt: skip
    shown = pl.DataFrame(rows, infer_schema_length=None).select(columns)
    return Drawn(ax.figure, shown.rename({"from_year": "previous_year"}))


def _rows(
    table: pl.DataFrame, indicator_id: str, year: int, by: str, area: str, organisation: str, unit_type: str,
    period: str, nature: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """Give the parts in official order, the whole last."""
    own = tables.rows_of(table, indicator_id=indicator_id, year=year, period=period, nature=nature,
                         organisation=organisation, unit_type=unit_type)  # fmt: skip
    own = own.filter(pl.col("by") == by, pl.col("area_id") == area)
    return own.sort(pl.col("part") == ALL, "part").to_dicts()


def _bars(
    ax: Axes, facts: Facts, parts: list[dict[str, Any]], whole: dict[str, Any], names: list[str], scale: float,
    beside: bool,
) -> None:  # fmt: skip
    """Draw the two effects of every row on either side of zero, the whole below a line."""
    ink, reach = facts.palette["line"]["ink"], [0.0, 0.0]
    for y, row in enumerate([*parts, whole]):
        ends = [0.0, 0.0]
        for key in EFFECTS:
            value = float(100 * Fraction(row[f"{key}_exact"]))
            side = int(value > 0)
            entry = facts.palette["effect"][key]
            ax.barh(y, value, left=ends[side], height=0.62, color=entry["colour"], hatch=entry["hatch"], edgecolor=ink,
                    lw=0.5, gid=f"{row['part']}:{key}")  # fmt: skip
            ends[side] += value
        reach = [min(reach[0], ends[0]), max(reach[1], ends[1])]
        bold = "bold" if row is whole else "normal"
        columns = [(_signed(row, "change"), 8.5, bold)]
        if beside:
            columns += [(_signed(row, "rate"), 20.5, "normal"), (_signed(row, "mix"), 32.5, "normal")]
        for said, right_mm, weight in columns:
            ax.annotate(
                said, (1.0, y), xycoords=("axes fraction", "data"), xytext=(right_mm * _POINTS * scale, 0), ha="right",
                textcoords="offset points", va="center", fontsize=7.2 * scale, annotation_clip=False, fontweight=weight,
                gid=f"{row['part']}:said",
            )  # fmt: skip
    if beside:
        for said, right_mm in zip(facts.layout["mix_and_rate"]["heads"], (8.5, 20.5, 32.5), strict=True):
            ax.annotate(
                said, (1.0, -0.6), xycoords=("axes fraction", "data"), xytext=(right_mm * _POINTS * scale, 3), ha="right",
                textcoords="offset points", va="bottom", fontsize=6.6 * scale, annotation_clip=False, linespacing=0.9,
            )  # fmt: skip
    pad = 0.06 * max(reach[1] - reach[0], 0.1)
    ax.set_xlim(reach[0] - pad, reach[1] + pad)
    ax.axvline(0, color=ink, lw=0.8)
    ax.axhline(len(parts) - 0.5, color=facts.palette["line"]["quiet"], lw=0.6)
    ax.set_ylim(len(parts) + 0.5, -0.6)
    ax.set_yticks(range(len(names)), names)
    ax.get_yticklabels()[-1].set_fontweight("bold")
    ax.spines["left"].set_visible(False)
    _decimal_commas(ax, scale)


_POINTS = 72 / 25.4


def _decimal_commas(ax: Axes, scale: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    left, right = ax.get_xlim()
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= right])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}".replace("-", "−").replace(".", ",")))
    ax.tick_params(axis="x", labelsize=7 * scale)
    ax.grid(axis="x")


def _signed(row: dict[str, Any], key: str) -> str:
    """Print an effect in điểm phần trăm with its sign, from its exact value."""
    value = Fraction(row[f"{key}_exact"])
    said = points(100 * abs(value.numerator), value.denominator)
    return said if said == "0" else f"{'+' if value > 0 else '−'}{said}"
