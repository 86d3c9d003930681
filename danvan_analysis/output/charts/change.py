"""What changed since an earlier year, by district, and how much of it chance alone could have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import change_words, frame
from danvan_analysis.output.charts.change_words import signed, small_vi, verdict
from danvan_analysis.output.charts.inputs import Drawn, Inputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from danvan_analysis.facts import Facts

#: Width of the axis of shares at least, in percent.
_LEAST_SPAN = 5.0
#: Room of a mark of the legend and the gap to the next, in mm.
_MARK_MM = 7.5
#: Words stand on white, so that no line of the grid runs through them.
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1}


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
    a year without figures has no mark; a base under ten is printed n/N; what was not tested has no interval. Returns the
    Figure: Axes "share" (percent; gids "before:<area_id>", "now:<area_id>", the line between them "<area_id>") and Axes
    "difference" (điểm phần trăm; gids "difference:…", "interval:…", "said:…", and "why:…" where there is none). Raises
    ValueError where the table has no row of the indicator and year.
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
    years = (labels.when_vi(before, period), labels.when_vi(year, period))
    says = facts.layout["change"]
    text = frame.words(
        facts,
        change_words.title(facts, found, places, years),
        f"{title}: " + says["subtitle"].format(year=years[1], before=years[0]),
        "; ".join(f"{name}: {change_words.said(facts, found.get(place), years)}" for place, name in places),
        nature,
        *change_words.notes(facts, found, places),
    )
    k = float(facts.layout["chart_size"][size]["scale"])
    with style.applied(facts, k, font):
        wide = size != "half"
        meanings = _meanings(facts, found, places, years)
        columns = _columns(meanings, float(facts.layout["chart_size"][size]["width_mm"]) / k)
        below = 9 + 5.3 * -(-len(meanings) // columns)
        page = frame.sheet(facts, text, 5.4 * len(places) + 5 + below, size)
        left = frame.room_for(name for _, name in places)
        room = page.width_mm / k - left
        share = frame.axes_on(page, left, room * (0.52 if wide else 0.45), 5, below)
        gap = frame.axes_on(page, left + room * (0.53 if wide else 0.6), 22 if wide else 1, 5, below)
        _shares(share, facts, places, found, k)
        _differences(gap, facts, places, found, years, k, beside=wide)
        share.set_label("share")
        gap.set_label("difference")
        _legend(page, facts, meanings, columns, below - 7.5)
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


def _meanings(
    facts: Facts, found: dict[str, dict[str, Any]], places: list[tuple[str, str]], years: tuple[str, str]
) -> list[tuple[str, str]]:
    """Give marks and their words: both years, then what was found of the differences."""
    seen = {verdict(found.get(place)) for place, _ in places}
    tested = [(key, str(facts.palette["change"][key]["word_vi"])) for key in change_words.TESTED if key in seen]
    named = [(key, f"{when[0].upper()}{when[1:]}") for key, when in zip(("before", "now"), years, strict=True)]
    return [*named, *tested]


def _columns(meanings: list[tuple[str, str]], width_mm: float) -> int:
    """Give the columns of marks and words that fit side by side; they run down the columns."""
    count = len(meanings)
    for rows in range(1, count):
        columns = [meanings[i : i + rows] for i in range(0, count, rows)]
        if sum(_MARK_MM + frame.room_for(word for _, word in column) for column in columns) <= width_mm:
            return len(columns)
    return 1


def _legend(page: frame.Sheet, facts: Facts, meanings: list[tuple[str, str]], columns: int, up_mm: float) -> None:
    """Explain every mark as it is drawn, from the left edge of the picture."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], linestyle="", **_mark(facts, key, page.scale)) for key, _ in meanings]
    top = (page.bottom_mm + up_mm * page.scale) / page.height_mm
    page.figure.legend(
        handles, [word for _, word in meanings], loc="upper left", bbox_to_anchor=(0.005, top), ncols=columns,
        borderaxespad=0, borderpad=0, handlelength=1.2, columnspacing=1.6,
    )  # fmt: skip


def _mark(facts: Facts, key: str, scale: float) -> dict[str, Any]:
    entry = facts.palette["change"][key]
    return {"marker": entry["marker"], "markersize": entry["size"] * scale, "markerfacecolor": entry["colour"],
            "markeredgecolor": facts.palette["line"]["ink"], "markeredgewidth": 0.8}  # fmt: skip


def _shares(
    ax: Axes, facts: Facts, places: list[tuple[str, str]], found: dict[str, dict[str, Any]], scale: float
) -> None:
    """Draw earlier and present share of every place, where known; n/N in words where the base is small."""
    import matplotlib as mpl

    quiet, marks = facts.palette["line"]["quiet"], facts.palette["change"]
    seen: list[float] = []
    for y, (place, _) in enumerate(places):
        row, state = found.get(place), verdict(found.get(place))
        small = small_vi(row)
        if row is None or state == "no_data" or small:
            ax.text(0.02, y, small or labels.MISSING_VI, transform=ax.get_yaxis_transform(), va="center",
                    fontsize=7.3 * scale, style="normal" if small else "italic", gid=place, bbox=_GROUND)  # fmt: skip
            continue
        known = {
            name: 100 * row[f"{column}numerator"] / row[f"{column}denominator"]
            for name, column in (("before", "previous_"), ("now", ""))
            if row[f"{column}denominator"]
        }
        seen += known.values()
        if row["comparable"]:
            moved = state in ("up", "down")
            ax.plot([known["before"], known["now"]], [y, y], color=marks[state]["colour"] if moved else quiet,
                    lw=(2.6 if moved else 1.2) * scale, gid=place, zorder=2)  # fmt: skip
        for order, (name, value) in enumerate(known.items()):
            ax.plot([value], [y], linestyle="", gid=f"{name}:{place}", zorder=3 + order, **_mark(facts, name, scale))
    low, high = min(seen, default=0.0), max(seen, default=100.0)
    # Marks that lie close must not look far apart.
    pad = max((high - low) * 0.09, (_LEAST_SPAN - high + low) / 2, 0.5)
    ax.set_xlim(max(low - pad, -0.5), min(high + pad, 100.6))
    _rows_of_axes(ax, places, scale)
    # On a slide the rows are narrower than the letters of the style.
    pitch = ax.get_window_extent().height / ax.figure.dpi * 72 / len(places)
    size = min(float(mpl.rcParams["ytick.labelsize"]), 0.9 * pitch)
    ax.set_yticks(range(len(places)), [name for _, name in places], fontsize=size)
    ax.get_yticklabels()[0].set_fontweight("bold")
    ax.axhline(0.5, color=quiet, lw=0.5)
    ax.set_title(facts.layout["change"]["share_head"], loc="left", fontsize=7.5 * scale, pad=3 * scale)


def _differences(
    ax: Axes, facts: Facts, places: list[tuple[str, str]], found: dict[str, dict[str, Any]], years: tuple[str, str],
    scale: float, beside: bool,
) -> None:  # fmt: skip
    """Draw each difference with its 95 % limits around the zero line, in words beside it; or why there is none."""
    ink, reach, bare = facts.palette["line"]["ink"], 1.0, True
    width_mm = ax.get_window_extent().width / ax.figure.dpi * 25.4
    for y, (place, _) in enumerate(places):
        row, state = found.get(place), verdict(found.get(place))
        if row is None or state == "no_data":
            continue
        if state not in change_words.TESTED:
            reason = "\n".join(frame.wrapped(change_words.why(facts, row, years), width_mm, 6.6 * scale))
            ax.text(0.0, y, reason, linespacing=0.95, transform=ax.get_yaxis_transform(), va="center",
                    fontsize=6.6 * scale, style="italic", gid=f"why:{place}",
                    bbox=_GROUND)  # fmt: skip
            continue
        bare = False
        gap, low, high = (100 * row[name] for name in ("difference", "lower95", "upper95"))
        reach = max(reach, abs(low), abs(high))
        ax.plot([low, high], [y, y], color=ink, lw=1.0, marker="|", markersize=4 * scale, gid=f"interval:{place}")
        ax.plot([gap], [y], linestyle="", gid=f"difference:{place}", zorder=3,
                **_mark(facts, state, scale))  # fmt: skip
        if beside:
            ax.annotate(signed(row), (1.0, y), xycoords=("axes fraction", "data"), xytext=(4, 0), va="center",
                        textcoords="offset points", fontsize=7.3 * scale, annotation_clip=False,
                        fontweight="bold" if state in ("up", "down") else "normal", gid=f"said:{place}")  # fmt: skip
    if not bare:
        ax.axvline(0, color=ink, lw=0.8, zorder=1)
    ax.set_xlim(-1.08 * reach, 1.08 * reach)
    _rows_of_axes(ax, places, scale)
    ax.set_yticks([])
    if bare:
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
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
