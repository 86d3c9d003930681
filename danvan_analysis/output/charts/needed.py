"""How far each place is from the common level, in units that a reader can count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts


def needed(
    table: pl.DataFrame,
    facts: Facts,
    *,
    indicator_id: str,
    year: int,
    period: str = "nam",
    nature: str | None = None,
    size: str = "a4",
    font: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw, by district in official order, the units above (right) or still needed to reach (left) the common level.

    Args: `table` is the assessment joined with its counts; the bars are its `margin_units`.
    Returns the Axes; bar i has the gid of its district. A district without data is drawn as missing.
    """
    nature = nature or tables.only_nature(table)
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == indicator_id)
    found = tables.by_place(tables.rows_of(table, indicator_id=indicator_id, year=year, period=period, nature=nature))
    code, _ = labels.province(facts, year)
    places = list(labels.districts(facts, year).select("area_id", "short").iter_rows())
    text = frame.words(
        facts,
        _title(facts, target, found.get(code), [found.get(p) for p, _ in places], year, period),
        f"{target['title_vi']}, {labels.when_vi(year, period)}: "
        f"số {labels.object_short(facts, target)} nhiều hơn (+) hoặc còn thiếu (−) "
        f"so với mức chỉ tiêu chung ({target['ct_vi']})" + ("; bên phải: n/N và tỷ lệ" if size != "half" else ""),
        "; ".join(f"{name}: {_said(found.get(p))}" for p, name in places),
        nature,
    )
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        wide = size != "half"
        states = {labels.standing(found.get(p)) for p, _ in places}
        below = 8 if wide else 3 + 5.2 * len(states)
        left = frame.room_for(n for _, n in places)
        ax, scale = frame.start(
            ax,
            facts,
            text,
            body_mm=5.2 * len(places) + 1 + below,
            margins=(left, 30 if wide else 8, 1, below),
            size=size,
        )
        _bars(ax, facts, places, found, scale, beside=wide)
        meanings = [
            (facts.palette["state"][s], facts.palette["state"][s]["place_vi"])
            for s in ("met", "equal", "not_met", "undecided", "no_data", "not_due", "not_applicable", "expired")
            if s in states
        ]
        frame.legend(ax, facts, meanings, 4 if wide else 1, 2.5 * scale)
    return ax


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: the districts' margins of one target in its year."""
    own = {"indicator_id": wanted["indicator_id"]}
    rows = tables.rows_of(given.verdicts, **own, year=given.year, period=given.period, nature=given.nature)
    if not tables.has_counts(rows):
        return None
    ax = needed(given.verdicts, given.facts, **own, year=given.year, **given.look)
    return Drawn(ax.figure, tables.verdict_rows(given.facts, rows, given.year, province=False))


def _bars(
    ax: Axes, facts: Facts, places: list[tuple[str, str]], found: dict[str, dict[str, Any]], scale: float, beside: bool
) -> None:
    ink = facts.palette["line"]["ink"]
    known = [_margin(found.get(p)) for p, _ in places]
    reach = max([abs(v) for v in known if v is not None] + [1])
    low = min([v for v in known if v is not None] + [0])
    # Words stand on the side that has room.
    side = -1 if -low > max([v for v in known if v is not None] + [0]) else 1
    for y, ((place, _), margin) in enumerate(zip(places, known, strict=True)):
        row = found.get(place)
        state = labels.standing(row)
        entry = facts.palette["state"][state]
        if margin is None:
            ax.text(
                side * 0.02 * reach, y, labels.state_vi(facts, state, False).lower(), va="center",
                ha="right" if side < 0 else "left", fontsize=7.5 * scale,
                style="italic", gid=place,
            )  # fmt: skip
        else:
            ax.barh(
                y, margin, height=0.66, color=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.5, gid=place
            )
            said = "0" if margin == 0 else f"{'+' if margin > 0 else '−'}{number(abs(margin))}"
            ax.annotate(
                said, (margin, y), (3 if margin >= 0 else -3, 0), textcoords="offset points",
                ha="left" if margin >= 0 else "right", va="center", fontsize=7.5 * scale,
            )  # fmt: skip
        if beside and row is not None and row["denominator"]:
            n, base = row["numerator"], row["denominator"]
            said = labels.fraction(n, base) + ("" if base < labels.SMALL_BASE else f"  {labels.share(n, base, 1)}")
            ax.annotate(
                said, (1.0, y), xycoords=("axes fraction", "data"), xytext=(5, 0), textcoords="offset points",
                va="center", fontsize=7.2 * scale, annotation_clip=False,
            )  # fmt: skip
    ax.axvline(0, color=ink, lw=0.9)
    ax.set_xlim(
        low - 0.14 * reach if low < 0 else -0.02 * reach, max([v for v in known if v is not None] + [0]) + 0.16 * reach
    )
    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.set_yticks(range(len(places)), [name for _, name in places])
    ax.set_xticks([])
    for edge in ("bottom", "left"):
        ax.spines[edge].set_visible(False)


def _margin(row: dict[str, Any] | None) -> int | None:
    if row is None or not row["denominator"] or row["attained"] not in ("met", "not_met"):
        return None
    return None if row["margin_units"] is None else int(row["margin_units"])


def _title(
    facts: Facts,
    target: dict[str, Any],
    own: dict[str, Any] | None,
    rows: list[dict[str, Any] | None],
    year: int,
    period: str,
) -> str:
    when = labels.when_vi(year, period)
    start = f"{when[0].upper()}{when[1:]}: "
    below = sum((_margin(row) or 0) < 0 for row in rows)
    places = facts.layout["places"]["districts_vi"]
    rest = f"{below}/{len(rows)} {places} còn thiếu so với mức chung" if below else f"không {places} nào còn thiếu"
    margin = _margin(own)
    if margin is None:
        state = labels.state_vi(facts, labels.standing(own), True).lower()
        return f"{start}{rest}; {facts.layout['places']['province_vi'].lower()} {state}"
    short = labels.object_short(facts, target)
    if margin < 0:
        return f"{start}toàn tỉnh cần thêm {number(-margin)} {short} để đạt chỉ tiêu ({target['ct_vi']}); {rest}"
    over = (
        f"nhiều hơn mức tối thiểu {number(margin)} {labels.object_short(facts, target)}"
        if margin
        else "vừa đủ mức tối thiểu"
    )
    return f"{start}toàn tỉnh đạt chỉ tiêu ({target['ct_vi']}), {over}; {rest}"


def _said(row: dict[str, Any] | None) -> str:
    margin = _margin(row)
    if margin is None:
        return labels.MISSING_VI if row is None or not row["denominator"] else "chưa đủ số liệu để xác định"
    return f"{'cần thêm ' + number(-margin) if margin < 0 else 'nhiều hơn ' + number(margin)}"
