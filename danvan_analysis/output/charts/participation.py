"""Where party members take part, and where they do not: a bar a place, the target on the members who are not exempted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.text import count, percent

if TYPE_CHECKING:
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
    """Draw members taking part and not, of those not exempted, by district; `area_id` a district: by its communes.

    Args: `table` is what `participation` gives after `withhold_small`. Bars have the gid "<area_id>:taking" and
    "<area_id>:not_taking", in percent of the base; a place whose figures are withheld, blank or missing says so instead.
    Returns the Axes. Raises ValueError where the table has no row of the year.
    """
    nature = nature or tables.only_nature(table)
    own = table.filter(year=year, period=period, nature=nature)
    if own.is_empty():
        raise ValueError(f"no row of year {year}, period {period}, nature {nature}")
    whole, places = _places(own, facts, year, area_id)
    found = {row["area_id"]: row for row in own.filter(pl.col("level") != "chi_bo").iter_rows(named=True)}
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == "T5")
    says = facts.layout["participation"]
    text = frame.words(
        facts,
        _title(facts, found, whole, places, target, labels.when_vi(year, period), area_id),
        f"{target['title_vi']}, {labels.when_vi(year, period)}: " + says["subtitle" if size != "half" else "narrow"],
        "; ".join(f"{name}: {_said(facts, found.get(place))}" for place, name in places),
        nature,
        says["note"],
    )
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        left = frame.room_for(name for _, name in places)
        below = 10 if wide else 15
        ax, scale = frame.start(
            ax,
            facts,
            text,
            body_mm=5.3 * len(places) + 4 + below,
            margins=(left, 62 if wide else 12, 4, below),
            size=size,
        )
        _bars(ax, facts, places, found, float(target["target"]), scale, beside=wide)
        meanings = [(facts.palette["taking"][key], facts.palette["taking"][key]["word_vi"]) for key in ("yes", "no")]
        frame.legend(ax, facts, meanings, 2 if wide else 1, 2.5 * scale, 0 if wide else left * scale * 0.6)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: members taking part by district."""
    del wanted
    table = given.tables.get("participation")
    if table is None:
        return None
    own = table.filter(year=given.year, period=given.period, nature=given.nature)
    if not own["base"].is_not_null().any():
        return None
    whole, places = _places(own, given.facts, given.year, None)
    order = [whole, *(place for place, _ in places)]
    columns = ["area_id", "area_name", "members", "exempted", "base", "participating", "value", "needed"]
    rows = own.filter(pl.col("area_id").is_in(order), pl.col("level") != "chi_bo").sort(
        pl.col("area_id").replace_strict({place: i for i, place in enumerate(order)}, return_dtype=pl.Int64)
    )
    ax = participation(table, given.facts, year=given.year, **given.look)
    return Drawn(ax.figure, rows.select(columns).rename({"value": "share"}))


def _places(own: pl.DataFrame, facts: Facts, year: int, area_id: str | None) -> tuple[str, list[tuple[str, str]]]:
    """Give the whole and its parts in official order: the districts of the province, or the communes of a district."""
    code, _ = labels.province(facts, year)
    if area_id is None or area_id == code:
        return code, labels.districts(facts, year).select("area_id", "short").rows()
    home = labels.district_of(facts, year)
    inside = own.filter(pl.col("level") == "xa").sort("area_id")
    return area_id, [(p, n) for p, n in inside.select("area_id", "area_name").iter_rows() if home.get(p) == area_id]


def _bars(
    ax: Axes, facts: Facts, places: list[tuple[str, str]], found: dict[str, dict[str, Any]], target: float,
    scale: float, beside: bool,
) -> None:  # fmt: skip
    ink, line = facts.palette["line"]["ink"], facts.palette["line"]["target"]
    for y, (place, _) in enumerate(places):
        row = found.get(place)
        if not _has_share(row):
            ax.text(1, y, _said(facts, row), va="center", fontsize=7.3 * scale, style="italic", gid=place)
            continue
        taking, base = row["participating"], row["base"]
        for key, value, start in (
            ("yes", 100 * taking / base, 0.0),
            ("no", 100 * (base - taking) / base, 100 * taking / base),
        ):
            entry = facts.palette["taking"][key]
            name = "taking" if key == "yes" else "not_taking"
            ax.barh(y, value, left=start, height=0.66, color=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.5,
                    gid=f"{place}:{name}")  # fmt: skip
        if beside:
            _figures(ax, y, row, scale)
        elif base >= labels.SMALL_BASE:
            _right(ax, y, percent(taking, base, 2), 11, 7 * scale, scale)
    if beside:
        for said, right_mm in zip(facts.layout["participation"]["heads"], _COLUMNS_MM, strict=True):
            _right(ax, -0.62, said, right_mm, 6.6 * scale, scale, va="bottom")
    ax.axvline(target, color=line, lw=1.2, ls=(0, (4, 2)), gid="target", zorder=4)
    # The target is named where no head of a column stands.
    ax.annotate(
        f"{target:g}%".replace(".", ","), (target, -0.6), (0, 1.5), textcoords="offset points", ha="center", va="bottom",
        fontsize=7 * scale, color=line,
    )  # fmt: skip
    ax.set_xlim(0, 100)
    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.set_yticks(range(len(places)), [name for _, name in places])
    ax.set_xticks([])
    for edge in ("bottom", "left"):
        ax.spines[edge].set_visible(False)


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


def _right(ax: Axes, y: float, said: str, right_mm: float, points: float, scale: float, va: str = "center") -> None:
    ax.annotate(
        said, (1.0, y), xycoords=("axes fraction", "data"), xytext=(right_mm * 72 / 25.4 * scale, 0), ha="right",
        textcoords="offset points", va=va, fontsize=points, annotation_clip=False, linespacing=0.9,
    )  # fmt: skip


def _has_share(row: dict[str, Any] | None) -> TypeGuard[dict[str, Any]]:
    return row is not None and bool(row["base"]) and row["participating"] is not None


def _said(facts: Facts, row: dict[str, Any] | None) -> str:
    """Say a row in words: its figures, or why there are none."""
    if not _has_share(row):
        reasons = facts.layout["participation"]["reasons"]
        return str(reasons.get(row["reason"] if row else "", labels.MISSING_VI))
    taking, base = int(row["participating"]), int(row["base"])
    return labels.fraction(taking, base) + ("" if base < labels.SMALL_BASE else f" ({percent(taking, base, 2)})")


def _title(
    facts: Facts, found: dict[str, dict[str, Any]], whole: str, places: list[tuple[str, str]], target: dict[str, Any],
    when: str, area_id: str | None,
) -> str:  # fmt: skip
    """Say how many take part and how many do not, and in how many places the share is below the common level."""
    says, row = facts.layout["participation"], found.get(whole)
    head = f"{when[0].upper()}{when[1:]}"
    if not _has_share(row):
        return f"{head}: {_said(facts, row)}"
    name = "" if area_id is None else f", {row['area_name'][0].lower()}{row['area_name'][1:]}"
    said = says["title"].format(said=_said(facts, row), k=count(row["base"] - row["participating"]))
    below = sum(found[place]["attained"] == "not_met" for place, _ in places if place in found)
    kind = facts.layout["places"]["districts_vi"] if area_id is None else says["communes"]
    below_vi = says["below"].format(k=below, total=len(places), kind=kind, ct=target["ct_vi"])
    return f"{head}{name}: {said}; {below_vi}"
