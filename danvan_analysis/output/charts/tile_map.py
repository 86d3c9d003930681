"""One indicator on the map: a tile a district, about where it lies; areas without a place in the facts stand below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels, style, tables
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.inputs import Drawn, Inputs
from danvan_analysis.output.charts.small_multiples import places_title

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes

    from danvan_analysis.facts import Facts

#: Height of a tile and gap between tiles, mm at A4 scale.
_TILE_MM, _GAP = 21.0, 0.05
#: Tiles in a row where the facts know no place.
_ACROSS = 5


def tile_map(
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
    """Draw one target in the province's districts as equal tiles, each with its name, share, counts and standing.

    Args: `table` is the assessment joined with its counts. Places come from layout.toml `[tiles]`; areas that stand there
    not (another province, a new commune) follow below in official order. Returns the Axes; a tile's value has the gid of
    its area. Raises ValueError where there is no area to draw in that year.
    """
    nature = nature or tables.only_nature(table)
    target = next(t for t in labels.targets(facts) if t["indicator_id"] == indicator_id)
    places = labels.districts(facts, year).select("area_id", "short").rows()
    if not places:
        raise ValueError(f"no district in {year}")
    found = tables.by_place(tables.rows_of(table, indicator_id=indicator_id, year=year, period=period, nature=nature))
    states = {place: labels.standing(found.get(place)) for place, _ in places}
    spots = positions([place for place, _ in places], facts.layout["tiles"])
    text = frame.words(
        facts,
        places_title(facts, list(states.values()), target, year, period),
        f"{target['title_vi']}, {labels.when_vi(year, period)}: tỷ lệ và số lượng (n/N)",
        "; ".join(
            f"{name}: {labels.row_fraction(found.get(p)) if p in found else labels.MISSING_VI}" for p, name in places
        ),
        nature,
        str(facts.layout["tile_map"]["note"]),
    )
    across, down = (max(spot[i] for spot in spots.values()) + 1 for i in (0, 1))
    seen = [s for s in _ORDER if s in states.values()]
    with style.applied(facts, facts.layout["chart_size"][size]["scale"], font):
        columns = 3 if size != "half" else 1
        below = 4 + 5 * -(-len(seen) // columns)
        tile = _TILE_MM if size != "half" else 23.0
        ax, scale = frame.start(ax, facts, text, body_mm=tile * down + below, margins=(0.5, 0.5, 0, below), size=size)
        box = ax.get_window_extent()
        wide_mm = box.width / ax.figure.dpi * 25.4 / across
        for place, name in places:
            _tile(ax, facts, spots[place], place, name, found.get(place), wide_mm, scale)
        ax.set_xlim(0, across)
        ax.set_ylim(down, 0)
        ax.set_axis_off()
        entries = [facts.palette["state"][state] for state in seen]
        frame.legend(ax, facts, [(entry, entry["place_vi"]) for entry in entries], columns, 2 * scale)
    return ax


_ORDER = ("met", "equal", "not_met", "undecided", "no_data", "not_due", "not_applicable", "expired")


def drawn(wanted: dict[str, Any], given: Inputs) -> Drawn | None:
    """Draw the figure of a report: one target by district on the tile map."""
    own = {"indicator_id": wanted["indicator_id"], "year": given.year}
    rows = tables.rows_of(given.verdicts, **own, period=given.period, nature=given.nature)
    if not tables.has_counts(rows) or labels.districts(given.facts, given.year).is_empty():
        return None
    ax = tile_map(given.verdicts, given.facts, **own, **given.look)
    return Drawn(ax.figure, tables.verdict_rows(given.facts, rows, given.year, province=False))


def positions(places: list[str], known: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Give the column and row of each area: its own, else the next free one below all known tiles.

    >>> positions(["866", "867", "999"], {"866": [2, 2], "867": [3, 3]})
    {'866': (2, 2), '867': (3, 3), '999': (0, 4)}
    """
    spots = {place: (int(known[place][0]), int(known[place][1])) for place in places if place in known}
    first = max((row for _, row in spots.values()), default=-1) + 1
    across = max((column for column, _ in spots.values()), default=_ACROSS - 1) + 1
    rest = [place for place in places if place not in spots]
    spots |= {place: (i % across, first + i // across) for i, place in enumerate(rest)}
    return {place: spots[place] for place in places}


def _tile(
    ax: Axes, facts: Facts, spot: tuple[int, int], place: str, name: str, row: dict[str, Any] | None, wide_mm: float,
    scale: float,
) -> None:  # fmt: skip
    """Draw one tile: a band with the colour, hatch and mark of its standing; below it the name, the share, n/N."""
    from matplotlib.patches import Rectangle

    (x, y), ink = spot, facts.palette["line"]["ink"]
    entry = facts.palette["state"][labels.standing(row)]
    side = 1 - 2 * _GAP
    ax.add_patch(Rectangle((x + _GAP, y + _GAP), side, side, facecolor="#ffffff", edgecolor=ink, lw=0.7))
    ax.add_patch(
        Rectangle((x + _GAP, y + _GAP), side, 0.22, facecolor=entry["colour"], hatch=entry["hatch"], edgecolor=ink, lw=0.5,
                  gid=f"{place}:state")
    )  # fmt: skip
    ax.plot([x + 0.5], [y + _GAP + 0.11], linestyle="", **frame.marker(entry, ink, 4.6 * scale))
    points = (7.2 if wide_mm > 20 * scale else 6.2) * scale
    head = "\n".join(frame.wrapped(name, 0.86 * wide_mm, points, "bold")[:2])
    ax.text(x + 0.5, y + 0.43, head, ha="center", va="center", fontsize=points, fontweight="bold", linespacing=0.85)
    has = row is not None and bool(row["denominator"])
    share = labels.row_share(row, 1) if has else labels.MISSING_VI.replace(" có ", " có\n")
    alone = not has or "/" in share
    ax.text(x + 0.5, y + (0.76 if alone else 0.67), share, ha="center", va="center", gid=place, linespacing=0.9,
            fontsize=(8.5 if has else 6.8) * scale, style="normal" if has else "italic")  # fmt: skip
    if not alone:
        ax.text(x + 0.5, y + 0.85, labels.row_fraction(row), ha="center", va="center", fontsize=6.4 * scale)
