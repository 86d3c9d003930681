"""What changed since an earlier year, by district, and how much of it chance alone could have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.text import points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts


#: Width of the axis of shares at least, in percent.
_LEAST_SPAN = 5.0


def change(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    year: int,
    against: str = "nam_truoc",
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
) -> Figure:
    """Draw the province and its districts, earlier year to this year, and beside it the difference with its interval.

    Args: `table` is what `compute_changes` gives. Rows that may not be compared have two marks and no line, and say why;
    a base under ten is printed n/N; a district without figures is drawn as missing. Returns the Figure: Axes "share"
    (percent; lines have the gid of their place) and Axes "difference" (điểm phần trăm). Raises ValueError where the
    table has no row of the indicator and year.
    """
    nature = nature or tables.only_nature(table)
    found = _rows(table, indicator_id, year, against, period, nature)
    if not found:
        raise ValueError(f"no row of {indicator_id}, year {year}, period {period}, nature {nature}, against {against}")
    code, _ = labels.province(facts, year)
    places = [(code, facts.layout["places"]["province_vi"])]
    places += labels.districts(facts, year).select("area_id", "short").rows()
    title = next(t["title_vi"] for t in facts.indicators.to_dicts() if t["indicator_id"] == indicator_id)
    before = next((r["previous_year"] for r in found.values() if r["previous_year"]), year - 1)
    says = facts.layout["change"]
    text = frame.words(
        facts,
        _title(facts, found, places, year, before),
        f"{title}: " + says["subtitle"].format(year=labels.when_vi(year, period), before=before),
        "; ".join(f"{name}: {_said(facts, found.get(place))}" for place, name in places),
        nature,
        says["note"],
    )
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        meanings = [facts.palette["change"][key] for key in _meanings(found, places)]
        columns = 3 if wide else 1
        below = 9 + 5.0 * -(-len(meanings) // columns)
        page = frame.sheet(facts, text, 5.4 * len(places) + 5 + below, size)
        k, left = page.scale, frame.room_for(name for _, name in places)
        room = page.width_mm / k - left
        share = frame.axes_on(page, left, room * (0.52 if wide else 0.45), 5, below)
        gap = frame.axes_on(page, left + room * (0.53 if wide else 0.6), 22 if wide else 1, 5, below)
        _shares(share, facts, places, found, k)
        _differences(gap, facts, places, found, k, beside=wide)
        share.set_label("share")
        gap.set_label("difference")
        frame.legend(share, facts, [(entry, entry["word_vi"]) for entry in meanings], columns, 7.5 * k, left * k * 0.5)
        page.figure.set_label(text.alt)
    return page.figure


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: the changes of one indicator since the year before."""
    if given.changes is None:
        return None
    own = {"indicator_id": wanted["indicator_id"], "year": given.year}
    found = _rows(given.changes, own["indicator_id"], given.year, "nam_truoc", given.period, given.nature)
    if not any(row["previous_denominator"] and row["denominator"] for row in found.values()):
        return None
    code, _ = labels.province(given.facts, given.year)
    order = [code, *labels.districts(given.facts, given.year)["area_id"]]
    columns = ["indicator_id", "year", "area_id", "area_name", "previous_year", "previous_numerator",
               "previous_denominator", "numerator", "denominator", "difference", "lower95", "upper95", "sentence_vi"]  # fmt: skip
    names = dict(given.verdicts.filter(year=given.year).select("area_id", "area_name").iter_rows())
    rows = pl.DataFrame([found[p] for p in order if p in found], infer_schema_length=None).with_columns(
        area_name=pl.col("area_id").replace(names)
    )
    return Drawn(change(given.changes, given.facts, **own, **given.look), rows.select(columns))


def _rows(
    table: pl.DataFrame, indicator_id: str, year: int, against: str, period: str, nature: str
) -> dict[str, dict[str, Any]]:
    own = table.filter(pl.col("against") == against) if "against" in table.columns else table
    return tables.by_place(tables.rows_of(own, indicator_id=indicator_id, year=year, period=period, nature=nature))


def _verdict(row: dict[str, Any] | None) -> str:
    """Name what a row's change is: `up`, `down`, `chance`, `small`, `apart` (may not be compared) or `no_data`."""
    if row is None or not row["denominator"] or not row["previous_denominator"]:
        return "no_data"
    if not row["comparable"]:
        return "apart"
    if min(row["denominator"], row["previous_denominator"]) < labels.SMALL_BASE:
        return "small"
    if row.get("stands_out"):
        return "up" if row["difference"] > 0 else "down"
    return "chance"


def _meanings(found: dict[str, dict[str, Any]], places: list[tuple[str, str]]) -> list[str]:
    seen = {_verdict(found.get(place)) for place, _ in places}
    return [key for key in ("up", "down", "chance", "apart") if key in seen]


def _shares(
    ax: Axes, facts: Facts, places: list[tuple[str, str]], found: dict[str, dict[str, Any]], scale: float
) -> None:
    """Draw earlier and present share of every place; n/N in words where the base is small."""
    ink, quiet = facts.palette["line"]["ink"], facts.palette["line"]["quiet"]
    seen: list[float] = []
    for y, (place, _) in enumerate(places):
        row, verdict = found.get(place), _verdict(found.get(place))
        if row is None or verdict in ("no_data", "small"):
            continue
        old, new = (100 * row[f"{p}numerator"] / row[f"{p}denominator"] for p in ("previous_", ""))
        seen += [old, new]
        entry = facts.palette["change"][verdict]
        if verdict != "apart":
            moved = verdict in ("up", "down")
            ax.plot([old, new], [y, y], color=entry["colour"] if moved else quiet, lw=(2.6 if moved else 1.2) * scale,
                    gid=place, zorder=2)  # fmt: skip
        ax.plot([old], [y], linestyle="", marker="o", markersize=4.2 * scale, markerfacecolor="#ffffff",
                markeredgecolor=ink, markeredgewidth=0.8, gid=f"before:{place}", zorder=3)  # fmt: skip
        ax.plot([new], [y], linestyle="", marker="o", markersize=5 * scale,
                markerfacecolor=facts.palette["line"]["district"],
                markeredgecolor=ink, markeredgewidth=0.8, gid=f"now:{place}", zorder=4)  # fmt: skip
    low, high = min(seen, default=0.0), max(seen, default=100.0)
    # Marks that lie close must not look far apart.
    pad = max((high - low) * 0.09, (_LEAST_SPAN - high + low) / 2, 0.5)
    ax.set_xlim(max(low - pad, -0.5), min(high + pad, 100.6))
    for y, (place, _) in enumerate(places):
        row, verdict = found.get(place), _verdict(found.get(place))
        if verdict in ("no_data", "small"):
            said = labels.MISSING_VI if row is None or verdict == "no_data" else _small(row)
            ax.text(0.02, y, said, transform=ax.get_yaxis_transform(), va="center", fontsize=7.3 * scale,
                    style="italic" if verdict == "no_data" else "normal", gid=place)  # fmt: skip
    _rows_of_axes(ax, places, scale)
    ax.set_yticks(range(len(places)), [name for _, name in places])
    ax.get_yticklabels()[0].set_fontweight("bold")
    ax.axhline(0.5, color=quiet, lw=0.5)
    ax.set_title(facts.layout["change"]["share_head"], loc="left", fontsize=7.5 * scale, pad=3 * scale)


def _differences(
    ax: Axes, facts: Facts, places: list[tuple[str, str]], found: dict[str, dict[str, Any]], scale: float, beside: bool
) -> None:
    """Draw each difference with its 95 % limits around the zero line; in words beside it."""
    ink, reach = facts.palette["line"]["ink"], 1.0
    for y, (place, _) in enumerate(places):
        row, verdict = found.get(place), _verdict(found.get(place))
        if row is None or verdict in ("no_data", "small"):
            continue
        entry = facts.palette["change"][verdict]
        if verdict == "apart":
            why = facts.layout["change"]["reasons"].get(row["reason"], facts.layout["change"]["reasons"]["other"])
            ax.text(0.0, y, why, transform=ax.get_yaxis_transform(), va="center", fontsize=6.6 * scale,
                    style="italic", gid=f"why:{place}")  # fmt: skip
            continue
        gap, low, high = (100 * row[name] for name in ("difference", "lower95", "upper95"))
        reach = max(reach, abs(low), abs(high))
        ax.plot([low, high], [y, y], color=ink, lw=1.0, marker="|", markersize=4 * scale, gid=f"interval:{place}")
        ax.plot([gap], [y], linestyle="", gid=f"difference:{place}", zorder=3, marker=entry["marker"],
                markersize=5.5 * scale, markerfacecolor=entry["colour"], markeredgecolor=ink,
                markeredgewidth=0.8)  # fmt: skip
        if beside:
            ax.annotate(signed(row), (1.0, y), xycoords=("axes fraction", "data"), xytext=(4, 0), va="center",
                        textcoords="offset points", fontsize=7.3 * scale, annotation_clip=False,
                        fontweight="bold" if verdict in ("up", "down") else "normal", gid=f"said:{place}")  # fmt: skip
    if any(_verdict(found.get(place)) in ("up", "down", "chance") for place, _ in places):
        ax.axvline(0, color=ink, lw=0.8)
    ax.set_xlim(-1.08 * reach, 1.08 * reach)
    _rows_of_axes(ax, places, scale)
    ax.set_yticks([])
    ax.axhline(0.5, color=facts.palette["line"]["quiet"], lw=0.5)
    ax.set_title(facts.layout["change"]["difference_head"], loc="left", fontsize=7.5 * scale, pad=3 * scale)


def _rows_of_axes(ax: Axes, places: list[tuple[str, str]], scale: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    left, right = ax.get_xlim()
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= right])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}".replace("-", "−").replace(".", ",")))
    ax.tick_params(axis="x", labelsize=7 * scale)
    ax.grid(axis="x")


def signed(row: dict[str, Any]) -> str:
    """Print a row's difference with its sign, exact from the counts ("+0,96", "−1,20", "0")."""
    n, base, n0, base0 = (row[k] for k in ("numerator", "denominator", "previous_numerator", "previous_denominator"))
    gap = n * base0 - n0 * base
    said = points(100 * abs(gap), base * base0)
    return said if gap == 0 else f"{'+' if gap > 0 else '−'}{said}"


def _small(row: dict[str, Any]) -> str:
    return (
        f"{labels.fraction(row['previous_numerator'], row['previous_denominator'])} → "
        f"{labels.fraction(row['numerator'], row['denominator'])}"
    )


def _said(facts: Facts, row: dict[str, Any] | None) -> str:
    """Say one row for who does not see the picture."""
    verdict = _verdict(row)
    if row is None or verdict == "no_data":
        return labels.MISSING_VI
    if verdict == "small":
        return _small(row)
    if verdict == "apart":
        return str(facts.layout["change"]["reasons"].get(row["reason"], facts.layout["change"]["reasons"]["other"]))
    return f"{signed(row)} ({facts.palette['change'][verdict]['word_vi'].lower()})"


def _title(
    facts: Facts, found: dict[str, dict[str, Any]], places: list[tuple[str, str]], year: int, before: int
) -> str:
    """Say the province's change, then how many districts moved beyond chance."""
    says, own = facts.layout["change"], found.get(places[0][0])
    verdict = _verdict(own)
    head = says["head"].format(year=year, before=before)
    said = says["province"][verdict]
    if own is not None and verdict in ("up", "down", "chance"):
        said = says["province"]["equal"] if own["difference"] == 0 else said
        way = says["rise"] if own["difference"] > 0 else says["fall"]
        said = said.format(way=way, d=signed(own).lstrip("+−"))
    counts = [_verdict(found.get(place)) for place, _ in places[1:]]
    parts = [
        says["counted"][key].format(k=counts.count(key))
        for key in ("up", "down", "chance", "small", "apart", "no_data")
        if key in counts
    ]
    districts = f"; {', '.join(parts)}" if parts else ""
    return f"{head}: {said}{districts}"
