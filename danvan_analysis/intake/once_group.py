"""One group of units that several sources tell: the finest complete one feeds, the others check it."""

from collections.abc import Callable, Iterable
from typing import Any

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.statements import COMMUNE, UNIT, Outcome, Piece, Words, compare, merge

#: Year, period, district or province, organisation, unit type, nature.
Group = tuple[Any, ...]


def only_checks(groups: Iterable[Group], gazetteer: Callable[[int | None], Gazetteer]) -> set[Group]:
    """The groups of the province that districts tell one by one, and those of blocks that the province's return covers."""
    every = list(groups)
    with_districts = {_everywhere(key) for key in every if gazetteer(key[0]).areas[key[2]].is_district}
    whole = {_everywhere(key) for key in every if gazetteer(key[0]).areas[key[2]].is_province}
    found = set()
    for key in every:
        area = gazetteer(key[0]).areas[key[2]]
        # A province's return that stands for all its districts speaks of its blocks too.
        others = with_districts if area.is_province else whole - with_districts if area.is_block else set()
        if key[4] != "cap_tinh" and _everywhere(key) in others:
            found.add(key)
    return found


def _everywhere(key: Group) -> Group:
    return key[0], key[1], *key[3:]


def settle_group(
    outcome: Outcome,
    group: tuple[Any, ...],
    pools: dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]],
    areas: Gazetteer,
    leading: str,
    words: Words,
    *,
    checks: bool,
) -> None:
    """Choose the pool that feeds and hold the others against it; `checks` says that none does."""
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
    fed = None if checks else ranked[0]
    for pool in ranked:
        kept, spare = merged[pool]
        for p in spare:
            outcome.checking += [row["row"] for row in p.rows]
        for p in kept:
            if pool == fed:
                outcome.feeding += [row["row"] for row in p.rows]
            else:
                outcome.checking += [row["row"] for row in p.rows]
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
