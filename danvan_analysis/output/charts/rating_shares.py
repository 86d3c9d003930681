"""How the units of each district were rated: one bar a district, one piece a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.ratings import Level, LevelTable, shares_table
from danvan_analysis.text import count, number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: A piece narrower than this share of the bar carries no number inside.
_ROOM = 0.045


def rating_shares(
    table: pl.DataFrame,
    facts: Facts,
    *,
    year: int,
    unit_type: str,
    organisation: str | None = None,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the levels of one kind of unit by district, as shares of all units of the district, with their counts.

    Args: `table` is the ratings. Where several scales were used the bars show "khá trở lên" and below only.
    Returns the Axes; a piece has the gid "<area_id>:<rating>". A district without units is drawn as missing.
    """
    nature = nature or tables.only_nature(table)
    found = shares_table(
        table, facts, year=year, unit_type=unit_type, organisation=organisation, period=period, nature=nature
    )
    kind = labels.unit_type_vi(facts, unit_type)
    owner = labels.organisation_vi(facts, organisation) if organisation else ""
    note = "Các tổ chức dùng thang xếp loại khác nhau nên chỉ cộng theo mức “khá trở lên”." if found.mixed else ""
    text = frame.words(
        facts,
        _title(facts, found, kind, year, period),
        f"{' – '.join(p for p in (kind[0].upper() + kind[1:], owner) if p)}, {labels.when_vi(year, period)}: "
        "tỷ lệ từng mức trong số đã báo cáo; số ghi là số lượng, bên phải là tổng số"
        + (" và số của các phần hẹp" if size != "half" else ""),
        "; ".join(f"{labels.place_short(n)}: {_said(found, p)}" for p, n in found.places),
        nature,
        note,
    )
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        rows = -(-len(found.levels) // (3 if wide else 2))
        left = frame.room_for(labels.place_short(n) for _, n in found.places)
        ax, scale = frame.start(
            ax, facts, text, body_mm=5.4 * len(found.places) + 3 + 5.2 * rows,
            margins=(left, 43 if wide else 8, 1, 2 + 5.2 * rows), size=size,
        )  # fmt: skip
        _bars(ax, facts, found, scale, beside=wide)
        meanings = [({"marker": "", **_entry(facts, level)}, level.label) for level in found.levels]
        frame.legend(ax, facts, meanings, min(3 if wide else 2, len(meanings) or 1), 2.2 * scale)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: the levels of one kind of unit by district."""
    own = {"year": given.year, "unit_type": wanted["unit_type"]}
    found = shares_table(given.ratings, given.facts, **own, period=given.period, nature=given.nature)
    if not found.counts:
        return None
    rows = [
        (place, name, level.label, found.counts.get(place, {}).get(level.rating, 0) if place in found.counts else None)
        for place, name in found.places
        for level in found.levels
    ]
    schema = {"area_id": pl.String, "area_name": pl.String, "level": pl.String, "count": pl.Int64}
    ax = rating_shares(given.ratings, given.facts, **own, **given.look)
    return Drawn(ax.figure, pl.DataFrame(rows, schema, orient="row"))


def _bars(ax: Axes, facts: Facts, found: LevelTable, scale: float, beside: bool) -> None:
    ink = facts.palette["line"]["ink"]
    for y, (place, _) in enumerate(found.places):
        own = found.counts.get(place, {})
        total, left = sum(own.values()), 0.0
        narrow: list[str] = []
        if not total:
            ax.text(0.01, y, labels.MISSING_VI, va="center", fontsize=7.5 * scale, style="italic", gid=place)
            continue
        for level in found.levels:
            units = own.get(level.rating, 0)
            if not units:
                continue
            entry = _entry(facts, level)
            ax.barh(
                y, units / total, left=left, height=0.7, color=entry["colour"], hatch=entry["hatch"], edgecolor=ink,
                lw=0.5, gid=f"{place}:{level.rating}",
            )  # fmt: skip
            if units / total < _ROOM * (1.6 if entry["hatch"] else 1):
                narrow.append(f"{level.short} {number(units)}")
            else:
                boxed = {"facecolor": "white", "edgecolor": "none", "pad": 0.7} if entry["hatch"] else None
                ax.text(
                    left + units / total / 2, y, number(units), ha="center", va="center_baseline",
                    fontsize=7.2 * scale, color=entry["ink"], bbox=boxed,
                )  # fmt: skip
            left += units / total
        for text, shift, weight in ((number(total), 4, "bold"), (" · ".join(narrow) if beside else "", 28, "normal")):
            ax.annotate(
                text, (1.0, y), (shift * scale, 0), textcoords="offset points", va="center", fontsize=7.2 * scale,
                fontweight=weight, annotation_clip=False,
            )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(len(found.places) - 0.45, -0.55)
    ax.set_yticks(range(len(found.places)), [labels.place_short(name) for _, name in found.places])
    ax.set_xticks([])
    for side in ("bottom", "left"):
        ax.spines[side].set_visible(False)


def _entry(facts: Facts, level: Level) -> dict[str, str]:
    key = "unrated" if level.rank is None else str(min(level.rank, 5))
    return dict(facts.palette["rank"][key])


def _title(facts: Facts, found: LevelTable, kind: str, year: int, period: str) -> str:
    """Say how many units stand in the best and in the lowest level, and who sent nothing."""
    when = labels.when_vi(year, period)
    start = f"{when[0].upper()}{when[1:]}: "
    total = sum(sum(own.values()) for own in found.counts.values())
    if not total:
        return f"{start}{kind} {labels.MISSING_VI}"

    def of(level: Level) -> int:
        return sum(own.get(level.rating, 0) for own in found.counts.values())

    ranked = [level for level in found.levels if level.rank is not None]
    best, last = ranked[0], ranked[-1]
    share = f" ({percent(of(best), total)})" if total >= labels.SMALL_BASE else ""
    said = f"{start}{count(of(best))}/{count(total)} {kind} {best.label.lower()}{share}"
    if last is not best:
        said += f"; {f'{count(of(last))} ' if of(last) else 'không có '}{kind} {last.label.lower()}"
    silent = sum(p not in found.counts for p, _ in found.places)
    return said + (f"; {silent} {facts.layout['places']['districts_vi']} {labels.MISSING_VI}" if silent else "")


def _said(found: LevelTable, place: str) -> str:
    own = found.counts.get(place)
    if not own:
        return labels.MISSING_VI
    return ", ".join(f"{lv.label.lower()} {own[lv.rating]}" for lv in found.levels if own.get(lv.rating))
