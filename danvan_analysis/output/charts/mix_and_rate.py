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
#: What the parts leave over of their whole (`part` of the table).
_REST = "con_lai"
_POINTS = 72 / 25.4


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
    be compared, or the whole sent nothing, the picture says so. Returns the Axes. Raises ValueError where the table has
    no row of the indicator, year and split.
    """
    nature = nature or tables.only_nature(table)
    area = area_id or labels.province(facts, year)[0]
    slot = {"year": year, "period": period, "nature": nature}
    found = _rows(table, facts, indicator_id, by=by, area=area, organisation=organisation, unit_type=unit_type, **slot)
    whole = next((row for row in found if row["part"] == ALL), None)
    if whole is None:
        if tables.rows_of(table, indicator_id=indicator_id, **slot).filter(pl.col("by") == by).is_empty():
            raise ValueError(f"no row of {indicator_id}, year {year}, split by {by}, nature {nature}")
        whole = _silent(facts, area, year) | {"organisation": organisation, "unit_type": unit_type}
    parts = [row for row in found if row["part"] != ALL]
    says = facts.layout["mix_and_rate"]
    title = next(t["title_vi"] for t in facts.indicators.to_dicts() if t["indicator_id"] == indicator_id)
    when = labels.when_vi(year, period)
    known = whole["change_exact"] is not None
    # The finding is the first sentence of the table; what it says besides stands under the picture.
    finding, _, besides = (whole["sentence_vi"] or says["unknown"].format(year=year)).partition(". ")
    small = known and min(whole["denominator"], whole["first_denominator"]) < labels.SMALL_BASE
    if small:
        counts = [labels.fraction(whole[f"{p}numerator"], whole[f"{p}denominator"]) for p in ("first_", "")]
        finding, besides, known = says["small"].format(before=counts[0], now=counts[1]), "", False
    text = frame.words(
        facts,
        finding.rstrip("."),
        f"{title}, {_whole_vi(facts, whole)}, {when}: "
        + says["subtitle"].format(before=labels.when_vi(whole["from_year"] or year - 1, period)),
        "; ".join(f"{row['part_name']}: {signed(row, 'change')}" for row in [*parts, whole]) if known else "",
        nature,
        besides,
        says["note"] if known else "",
    )
    names = [labels.place_short(row["part_name"] or row["part"]) for row in parts]
    # What has the name of its organisation is named once.
    names = [", ".join(dict.fromkeys(name.split(", "))) for name in names]
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
            frame.legend(ax, facts, meanings, 2 if wide else 1, 7 * scale, left * scale)
        else:
            ax.set_axis_off()
            why = says["few" if small else "apart"]
            ax.text(0.5, 0.5, why, transform=ax.transAxes, ha="center", va="center", style="italic")
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: the province's change of one target by its districts; none where nothing compares."""
    table = given.tables.get("mix")
    if table is None:
        return None
    code, _ = labels.province(given.facts, given.year)
    slot = {"year": given.year, "period": given.period, "nature": given.nature}
    rows = _rows(table, given.facts, wanted["indicator_id"], by="area_id", area=code, **slot)
    if not any(row["part"] == ALL and row["change_exact"] is not None for row in rows):
        return None
    ax = mix_and_rate(table, given.facts, indicator_id=wanted["indicator_id"], year=given.year, **given.look)
    columns = ["part_name", "from_year", "first_numerator", "first_denominator", "numerator", "denominator", "change",
               "rate_effect", "mix_effect"]  # fmt: skip
    shown = pl.DataFrame(rows, infer_schema_length=None).select(columns)
    return Drawn(ax.figure, shown.rename({"from_year": "previous_year"}))


def _rows(
    table: pl.DataFrame, facts: Facts, indicator_id: str, *, by: str, area: str, **slot: Any
) -> list[dict[str, Any]]:
    """Give the parts in official order, what they leave of the whole after them, the whole last."""
    own = tables.rows_of(table, indicator_id=indicator_id, **slot).filter(pl.col("by") == by, pl.col("area_id") == area)
    order = {
        code: place
        for listed, key in ((facts.organisations, "organisation"), (facts.unit_types, "unit_type"))
        for code, place in listed.select(key, pl.col("order").cast(pl.Int64)).iter_rows()
    }

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        part = row["part"]
        # Areas stand in the order of their codes.
        return part == ALL, part == _REST, [(order.get(piece, 0), piece) for piece in part.split("/")]

    return sorted(own.to_dicts(), key=place)


def _silent(facts: Facts, area: str, year: int) -> dict[str, Any]:
    """Stand in for a whole that the table does not have."""
    names = dict([labels.province(facts, year), *labels.districts(facts, year).select("area_id", "name").iter_rows()])
    nothing = dict.fromkeys(("change_exact", "sentence_vi", "from_year"))
    return nothing | {"part": ALL, "part_name": names.get(area, area)}


def _whole_vi(facts: Facts, whole: dict[str, Any]) -> str:
    """Name the whole: its place, and the organisation and kind of unit where it is one of them."""
    organisation, kind = whole["organisation"], whole["unit_type"]
    owner = "" if organisation == ALL else labels.organisation_vi(facts, organisation)
    named = [whole["part_name"], owner, "" if kind == ALL else labels.unit_type_vi(facts, kind)]
    return ", ".join(name for name in named if name)


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
        columns = [(signed(row, "change"), 8.5, bold)]
        if beside:
            columns += [(signed(row, "rate"), 20.5, "normal"), (signed(row, "mix"), 32.5, "normal")]
        for said, right_mm, weight in columns:
            ax.annotate(
                said, (1.0, y), xycoords=("axes fraction", "data"), xytext=(right_mm * _POINTS * scale, 0), ha="right",
                textcoords="offset points", va="center", fontsize=7.2 * scale, annotation_clip=False, fontweight=weight,
                gid=f"{row['part']}:said",
            )  # fmt: skip
    if beside:
        for said, right_mm in zip(facts.layout["mix_and_rate"]["heads"], (8.5, 20.5, 32.5), strict=True):
            ax.annotate(
                said, (1.0, -0.6), xycoords=("axes fraction", "data"), xytext=(right_mm * _POINTS * scale, 5), ha="right",
                textcoords="offset points", va="baseline", fontsize=6.6 * scale, annotation_clip=False, linespacing=0.9,
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


def _decimal_commas(ax: Axes, scale: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    left, right = ax.get_xlim()
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= right])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}".replace("-", "−").replace(".", ",")))
    ax.tick_params(axis="x", labelsize=7 * scale)
    ax.grid(axis="x")


def signed(row: dict[str, Any], key: str) -> str:
    """Print an effect in điểm phần trăm with its sign, from its exact value."""
    value = Fraction(row[f"{key}_exact"])
    said = points(100 * abs(value.numerator), value.denominator)
    return said if said == "0" else f"{'+' if value > 0 else '−'}{said}"
