"""Areas and eras: one area one name at a time, every child inside its parent, no variant that means two areas."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from danvan_analysis.facts.model import Row
from danvan_analysis.text import fold

Era = tuple[date, date]


def check_areas(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Tell of eras that overlap, parents that are missing for a time, and names that stand twice under one parent."""
    eras: dict[str, list[tuple[Era, Row]]] = {}
    named: dict[tuple[str, str], list[tuple[Era, Row]]] = {}
    for row in rows["areas"]:
        if era := _era(row):
            eras.setdefault(row.values["area_id"], []).append((era, row))
            named.setdefault((row.values["parent_id"], fold(row.values["name"])), []).append((era, row))
    for area_id, own in eras.items():
        for earlier, later in _overlaps(own):
            yield f"{later.place}: {area_id} chồng thời gian với dòng {earlier.line} ({earlier.values['name']})."
    for same in named.values():
        for earlier, later in _overlaps(same):
            if earlier.values["area_id"] != later.values["area_id"]:
                yield f"{later.place}: trùng tên {later.values['name']} với dòng {earlier.line} dưới cùng một cấp trên."
    for era, row in (pair for own in eras.values() for pair in own):
        parent = row.values["parent_id"]
        if not parent and row.values["kind"] in ("huyen", "thi_xa", "phuong", "thi_tran", "xa", "khoi", "llvt"):
            yield f"{row.place}: {row.values['name']} chưa có đơn vị cấp trên (parent_id)."
        if parent in eras and not _covered(era, sorted(e for e, _ in eras[parent])):
            begin, end = row.values["valid_from"], row.values["valid_to"] or "nay"
            yield f"{row.place}: đơn vị cấp trên {parent} không có hiệu lực suốt thời gian {begin} đến {end}."


def check_variants(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Tell of variants whose area stands elsewhere, or that are the name of another area."""
    parents: dict[str, set[str]] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for row in rows["areas"]:
        area_id, parent = row.values["area_id"], row.values["parent_id"]
        parents.setdefault(area_id, set()).add(parent)
        names.setdefault((parent, fold(row.values["name"])), set()).add(area_id)
    meant: dict[tuple[str, str], str] = {}
    for row in rows["area_variants"]:
        variant, parent, area_id = (row.values[column] for column in ("variant", "parent_id", "area_id"))
        if area_id in parents and parent not in parents[area_id]:
            yield f"{row.place}: {area_id} không thuộc {parent}."
        taken = names.get((parent, fold(variant)), set()) - {area_id}
        if taken or meant.setdefault((parent, fold(variant)), area_id) != area_id:
            other = ", ".join(sorted(taken)) or meant[(parent, fold(variant))]
            yield f'{row.place}: cách viết "{variant}" đã chỉ đơn vị khác ({other}).'


def _era(row: Row) -> Era | None:
    try:
        begin = date.fromisoformat(row.values["valid_from"])
        return begin, date.fromisoformat(row.values["valid_to"]) if row.values["valid_to"] else date.max
    except ValueError:
        return None


def _overlaps(eras: list[tuple[Era, Row]]) -> Iterator[tuple[Row, Row]]:
    for ((_, end), earlier), ((begin, _), later) in pairwise(sorted(eras, key=lambda pair: pair[0])):
        if begin <= end:
            yield earlier, later


def _covered(era: Era, parents: list[Era]) -> bool:
    """Whether the parent's eras, in order, leave no day of the child's era out."""
    day, end = era
    for begin, last in parents:
        if begin <= day <= last:
            if last >= end:
                return True
            day = last + timedelta(days=1)
    return False
