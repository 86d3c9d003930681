"""Each unit once: of the returns that words the same units the finest complete one feeds, the others only check.

The group is (year, period, district or province, organisation, unit type, nature). Within it sources are pooled by
status, channel and detail (named units, communes, district, province); one pool feeds, sub-area by sub-area.
"""

from collections.abc import Callable
from typing import Any

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.statements import (
    COMMUNE,
    DISTRICT,
    PROVINCE,
    UNIT,
    Origin,
    Outcome,
    Piece,
    Row,
    Words,
    compare,
    merge,
)


def settle_once(
    rows: list[tuple[Origin, Row]],
    coverage: list[tuple[Origin, Row]],
    gazetteer: Callable[[int | None], Gazetteer],
    leading: str,
    words: Words,
) -> Outcome:
    """Choose, for every group of units, the rows that feed."""
    outcome = Outcome()
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]]] = {}

    places: dict[tuple[int, str], tuple[str, int]] = {}

    def piece(origin: Origin, row: Row) -> Piece:
        place = (row["year"], row["area_id"])
        if place not in places:
            places[place] = _place(row, gazetteer(row["year"]))
        group_area, detail = places[place]
        if row.get("unit_id"):
            detail = UNIT
        group = (
            row["year"],
            row["period"],
            group_area,
            row["organisation"],
            row["unit_type"],
            origin.nature,
        )
        own = origin.own_year is None or origin.own_year == row["year"]
        pool = (row["status"], own, row["channel"], detail)
        said = (row["area_id"], row.get("unit_id"), origin.run, origin.table)
        pieces = groups.setdefault(group, {}).setdefault(pool, {})
        if said not in pieces:
            pieces[said] = Piece(origin, detail=detail)
        return pieces[said]

    own: dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]] = {}
    for origin, row in rows:
        if row["rated_by"] == "tu_xep_loai":
            # What a unit says of itself never competes with what was confirmed; said twice in a channel it stands once.
            same = (*(row[name] for name in ("year", "period", "organisation", "unit_type", "channel")), origin.nature)
            said = (row["area_id"], row.get("unit_id"), origin.run, origin.table)
            own.setdefault(same, {}).setdefault(said, Piece(origin)).rows.append(row)
        else:
            piece(origin, row).rows.append(row)
    for statements in own.values():
        kept, spare = merge(outcome, list(statements.items()), words)
        outcome.feeding += [row for p in kept for row in p.rows]
        outcome.checking += [row for p in spare for row in p.rows]
    for origin, row in coverage:
        found = piece(origin, row)
        found.expected = row["expected"]
        found.own_total = row["own_total"] if found.own_total is None else found.own_total and row["own_total"]
    with_districts = {
        (key[0], key[1], key[3], key[4], key[5]) for key in groups if gazetteer(key[0]).areas[key[2]].is_district
    }
    whole = {(key[0], key[1], key[3], key[4], key[5]) for key in groups if gazetteer(key[0]).areas[key[2]].is_province}
    for group, pools in sorted(groups.items()):
        areas = gazetteer(group[0])
        only_checks = (
            areas.areas[group[2]].is_province
            and group[4] != "cap_tinh"
            and (group[0], group[1], group[3], group[4], group[5]) in with_districts
        ) or (
            # A province's return that stands for all its districts speaks of its blocks too.
            areas.areas[group[2]].is_block
            and group[4] != "cap_tinh"
            and (group[0], group[1], group[3], group[4], group[5]) in whole - with_districts
        )
        _settle_group(outcome, group, pools, areas, leading, words, only_checks=only_checks)
    return outcome


def _place(row: Row, areas: Gazetteer) -> tuple[str, int]:
    """The area whose group a row belongs to, and how finely its own area speaks."""
    area = areas.areas[row["area_id"]]
    detail = COMMUNE if area.is_commune else DISTRICT if area.is_district else PROVINCE
    return str(area.parent_id if area.is_commune else area.area_id), detail


def _settle_group(
    outcome: Outcome,
    group: tuple[Any, ...],
    pools: dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]],
    areas: Gazetteer,
    leading: str,
    words: Words,
    *,
    only_checks: bool,
) -> None:
    roster = _roster(group, areas)
    communes = {area.area_id for area in areas.areas.values() if area.parent_id == group[2] and area.is_commune}
    merged = {pool: merge(outcome, list(places.items()), words) for pool, places in pools.items()}

    def order(pool: tuple[Any, ...]) -> tuple[Any, ...]:
        status, own, channel, detail = pool
        kept = merged[pool][0]
        complete = _complete(kept, roster) and not _partial(
            kept, [merged[other][0] for other in merged if other != pool], communes
        )
        covered = sum(p.covered for p in kept)
        return (
            not any(p.rows for p in kept),
            status != "chinh_thuc",
            not complete,
            0 if complete else -covered,
            not own,
            detail,
            channel != leading,
        )

    ranked = sorted(merged, key=order)
    fed = None if only_checks else ranked[0]
    for pool in ranked:
        kept, spare = merged[pool]
        for p in spare:
            outcome.checking += p.rows
        for p in kept:
            if pool == fed:
                outcome.feeding += p.rows
            else:
                outcome.checking += p.rows
        if fed is not None and pool != fed:
            compare(outcome, group, areas, merged[fed][0], kept, words)
    if fed is None:
        return
    kept, _ = merged[fed]
    expected = sum(p.covered if p.expected is None else max(p.expected, p.covered) for p in kept)
    covered = sum(p.covered for p in kept)
    if roster is not None and not _complete(kept, roster):
        expected = max(expected, roster)
    outcome.coverage.append(
        {
            "year": group[0],
            "period": group[1],
            "area_id": group[2],
            "organisation": group[3],
            "unit_type": group[4],
            "nature": group[5],
            "expected": expected,
            "covered": covered,
        }
    )


def _roster(group: tuple[Any, ...], areas: Gazetteer) -> int | None:
    """How many bodies there must be: one per organisation and area of its level."""
    return roster_of(group[4], group[2], areas)


def roster_of(unit_type: str, area_id: str, areas: Gazetteer) -> int | None:
    """How many bodies of one organisation an area has at a level, by its communes; None where no list says."""
    if unit_type == "cap_xa" and areas.areas[area_id].is_district:
        return sum(1 for area in areas.areas.values() if area.parent_id == area_id)
    if unit_type in ("cap_huyen", "cap_tinh"):
        return 1
    return None


def _partial(kept: list[Piece], others: list[list[Piece]], communes: set[str]) -> bool:
    """Whether a source leaves out communes that another speaks of, or, without totals of its own, has fewer units.

    The totals of a table by commune speak for its rows, not for the communes it has no row for.
    """
    own_totals = any(p.own_total is not None for p in kept)
    places = {row["area_id"] for p in kept for row in p.rows}
    if own_totals and kept[0].detail not in (UNIT, COMMUNE):
        return False
    own_totals = own_totals and communes <= places
    covered = sum(p.covered for p in kept)
    for other in others:
        if other and other[0].detail in (UNIT, COMMUNE):
            if {row["area_id"] for p in other for row in p.rows} - places:
                return True
        elif not own_totals and sum(p.covered for p in other) > covered:
            return True
    return False


def _complete(kept: list[Piece], roster: int | None) -> bool:
    """Covers every expected unit, or equals its own printed totals, or neither is known."""
    if roster is not None and sum(p.covered for p in kept) >= roster:
        return True
    said = [p.own_total for p in kept if p.own_total is not None]
    return all(said) if said else roster is None
