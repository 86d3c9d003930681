"""Each unit once: of the returns that describe the same units the finest complete one feeds, the others only check.

The group is (year, period, district or province, organisation, unit type, nature). Within it sources are pooled by
status, channel and detail (named units, communes, district, province); one pool feeds, sub-area by sub-area.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.tables import UNRATED

Row = dict[str, Any]
_UNIT, _COMMUNE, _DISTRICT, _PROVINCE = range(4)


@dataclass(frozen=True)
class Origin:
    """Where a table's rows come from; `own_year` is the year the file itself is about."""

    run: int
    table: int
    file: str
    sheet: str
    sender: str | None
    own_year: int | None


@dataclass
class Piece:
    """What one table says of one sub-area (or named unit) of a group."""

    origin: Origin
    rows: list[Row] = field(default_factory=list)
    expected: int | None = None
    own_total: bool | None = None
    detail: int = _DISTRICT

    @property
    def covered(self) -> int:
        """Units described, rated or not."""
        return sum(row["count"] for row in self.rows)

    def content(self) -> dict[str, int]:
        """The counts by level, to compare two statements."""
        counts: dict[str, int] = defaultdict(int)
        for row in self.rows:
            counts[row["rating"]] += row["count"]
        return dict(counts)


@dataclass
class Outcome:
    """Which rows feed, which only check, what is missing in what came, and the questions."""

    feeding: list[Row] = field(default_factory=list)
    checking: list[Row] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)
    #: (origin, effect, reason, message, rows concerned)
    questions: list[tuple[Origin, str, str, str, list[Row]]] = field(default_factory=list)


def settle_once(
    rows: list[tuple[Origin, Row]],
    coverage: list[tuple[Origin, Row]],
    gazetteer: Callable[[int | None], Gazetteer],
    leading: str,
    describe: Callable[[Row], str],
) -> Outcome:
    """Choose, for every group of units, the rows that feed."""
    outcome = Outcome()
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]]] = {}

    def piece(origin: Origin, row: Row) -> Piece:
        areas = gazetteer(row["year"])
        detail = _detail(row, areas)
        group = (
            row["year"],
            row["period"],
            _group_area(row, areas),
            row["organisation"],
            row["unit_type"],
            row["nature"],
        )
        own = origin.own_year is None or origin.own_year == row["year"]
        pool = (row["status"], own, row["channel"], detail)
        place = (row["area_id"], row.get("unit_id"), origin.run, origin.table)
        return groups.setdefault(group, {}).setdefault(pool, {}).setdefault(place, Piece(origin, detail=detail))

    for origin, row in rows:
        if row["rated_by"] == "tu_xep_loai":
            outcome.feeding.append(row)
        else:
            piece(origin, row).rows.append(row)
    for origin, row in coverage:
        found = piece(origin, row)
        found.expected = row["expected"]
        found.own_total = row["own_total"] if found.own_total is None else found.own_total and row["own_total"]
    with_districts = {
        (key[0], key[1], key[3], key[4], key[5]) for key in groups if gazetteer(key[0]).areas[key[2]].is_district
    }
    for group, pools in sorted(groups.items()):
        areas = gazetteer(group[0])
        only_checks = (
            not areas.areas[group[2]].is_district
            and group[4] != "cap_tinh"
            and (group[0], group[1], group[3], group[4], group[5]) in with_districts
        )
        _settle_group(outcome, group, pools, areas, leading, describe, only_checks=only_checks)
    return outcome


def _detail(row: Row, areas: Gazetteer) -> int:
    if row.get("unit_id"):
        return _UNIT
    area = areas.areas[row["area_id"]]
    return _COMMUNE if area.is_commune else _DISTRICT if area.is_district else _PROVINCE


def _group_area(row: Row, areas: Gazetteer) -> str:
    area = areas.areas[row["area_id"]]
    return str(area.parent_id if area.is_commune else area.area_id)


def _settle_group(
    outcome: Outcome,
    group: tuple[Any, ...],
    pools: dict[tuple[Any, ...], dict[tuple[Any, ...], Piece]],
    areas: Gazetteer,
    leading: str,
    describe: Callable[[Row], str],
    *,
    only_checks: bool,
) -> None:
    roster = _roster(group, areas)
    merged = {pool: _merge(outcome, list(places.items()), describe) for pool, places in pools.items()}

    def order(pool: tuple[Any, ...]) -> tuple[Any, ...]:
        status, own, channel, detail = pool
        kept = merged[pool][0]
        complete = _complete(kept, roster)
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
            _compare(outcome, group, areas, merged[fed][0], kept, describe)
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
    unit_type, area_id = group[4], group[2]
    if unit_type == "cap_xa" and areas.areas[area_id].is_district:
        return sum(1 for area in areas.areas.values() if area.parent_id == area_id)
    if unit_type in ("cap_huyen", "cap_tinh"):
        return 1
    return None


def _complete(kept: list[Piece], roster: int | None) -> bool:
    """Covers every expected unit, or equals its own printed totals, or neither is known."""
    if roster is not None and sum(p.covered for p in kept) >= roster:
        return True
    said = [p.own_total for p in kept if p.own_total is not None]
    return all(said) if said else roster is None


def _merge(
    outcome: Outcome, places: list[tuple[tuple[Any, ...], Piece]], describe: Callable[[Row], str]
) -> tuple[list[Piece], list[Piece]]:
    """One statement per sub-area: equal ones count once; two versions that differ are neither used."""
    by_place: dict[tuple[Any, ...], list[Piece]] = defaultdict(list)
    for (area_id, unit_id, *_), found in places:
        by_place[area_id, unit_id].append(found)
    kept: list[Piece] = []
    spare: list[Piece] = []
    for found_pieces in by_place.values():
        pieces = [p for p in found_pieces if p.rows] or found_pieces
        # The statement with more levels says more; of equals the first stands.
        first, *others = sorted(pieces, key=lambda p: -_levels(p))
        differing = [p for p in others if p.rows and not _agree([first], [p])]
        if not differing:
            kept.append(first)
            spare += [p for p in found_pieces if p is not first]
            continue
        same_sender = any(
            p.origin.sender == first.origin.sender and p.origin.file != first.origin.file for p in differing
        )
        other = differing[0]
        text = f"{describe(first.rows[0])}: “{first.origin.file}” ghi {_said(first)}, “{other.origin.file}” ghi {_said(other)}."
        if same_sender:
            empty = Piece(first.origin, [], max(p.covered for p in pieces), False, first.detail)
            kept.append(empty)
            for p in pieces:
                message = f"{text} Hai bản báo cáo khác nhau; phần mềm không chọn bản nào. Đề nghị xác nhận bản đúng."
                outcome.questions.append((p.origin, "aside", "hai_ban_khac_nhau", message, p.rows))
        else:
            kept.append(first)
            spare += [p for p in found_pieces if p is not first]
            for p in (first, other):
                message = f"{text} Phần mềm dùng số của “{first.origin.file}”, trang “{first.origin.sheet}”; đề nghị đối chiếu."
                outcome.questions.append((p.origin, "used", "doi_chieu_lech", message, p.rows))
    return kept, spare


def _said(p: Piece) -> str:
    return ", ".join(f"{rating} {count}" for rating, count in sorted(p.content().items())) or "không có số liệu"


def _totals(pieces: list[Piece]) -> tuple[dict[str, int], int, int | None]:
    """Counts by scale and level, units rated, and how many of them are khá or better (None where a scale cannot say)."""
    counts: dict[str, int] = defaultdict(int)
    fair: int | None = 0
    for row in (row for p in pieces for row in p.rows if row["rating"] != UNRATED):
        counts[row["scale_id"] + "/" + row["rating"]] += row["count"]
        if fair is not None:
            fair = None if row["fair_or_better"] is None else fair + row["count"] * row["fair_or_better"]
    return dict(counts), sum(counts.values()), fair


def _levels(p: Piece) -> int:
    return 0 if any("duoi_" in row["rating"] or "_tro_len" in row["rating"] for row in p.rows) else 1


def _agree(one: list[Piece], two: list[Piece]) -> bool:
    """Whether two statements say the same: level by level in one scale, else by units rated and units khá or better."""
    counts, rated, fair = _totals(one)
    counts2, rated2, fair2 = _totals(two)
    if {key.split("/")[0] for key in counts} == {key.split("/")[0] for key in counts2}:
        return counts == counts2
    return rated == rated2 and (fair is None or fair2 is None or fair == fair2)


def _compare(
    outcome: Outcome,
    group: tuple[Any, ...],
    areas: Gazetteer,
    fed: list[Piece],
    other: list[Piece],
    describe: Callable[[Row], str],
) -> None:
    """Đối chiếu địa phương – ngành dọc: the same units by two statements, level by level where the scales are one."""
    if not any(p.rows for p in fed) or not any(p.rows for p in other):
        return
    if fed[0].detail == other[0].detail and fed[0].detail in (_UNIT, _COMMUNE):
        # Only the sub-areas both speak of can disagree.
        places = {(row["area_id"], row.get("unit_id")) for p in other for row in p.rows}
        fed = [p for p in fed if p.rows and (p.rows[0]["area_id"], p.rows[0].get("unit_id")) in places]
        if not fed:
            return
    elif other[0].detail < fed[0].detail:
        # A finer source that is not complete cannot be compared as a whole.
        return
    if _agree(fed, other):
        return
    _, rated, fair = _totals(fed)
    _, rated2, fair2 = _totals(other)
    one, two = next(p for p in fed if p.rows), next(p for p in other if p.rows)
    place = areas.areas[group[2]].name
    message = (
        f"{describe(one.rows[0])}, {place}: “{one.origin.file}” có {rated} đơn vị được xếp loại"
        f"{f', {fair} từ khá trở lên' if fair is not None else ''}; “{two.origin.file}” có {rated2}"
        f"{f', {fair2} từ khá trở lên' if fair2 is not None else ''}. Phần mềm dùng số của “{one.origin.file}”;"
        " đề nghị hai đơn vị đối chiếu."
    )
    for p in (one, two):
        outcome.questions.append((p.origin, "used", "doi_chieu_lech", message, p.rows))
