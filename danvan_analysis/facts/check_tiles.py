"""The tiles of the schematic map: known areas, whole numbers, no two of one parent on one place."""

from collections.abc import Iterator, Mapping
from typing import Any

from danvan_analysis.facts.model import Row
from danvan_analysis.facts.rows import nearest


def check_tiles(layout: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Give what is wrong with `[tiles]` of layout.toml, one sentence each."""
    # Areas of other provinces may stand on the same places: only what hangs under one parent is drawn together.
    parents: dict[str, set[str]] = {}
    for row in rows["areas"]:
        parents.setdefault(row.values["area_id"], set()).add(row.values["parent_id"])
    taken: dict[tuple[str, int, int], str] = {}
    for area, spot in layout.get("tiles", {}).items():
        if area not in parents:
            yield f'layout.toml [tiles]: mã địa bàn "{area}" không có trong areas.csv{nearest(area, parents)}.'
        if not (isinstance(spot, list) and len(spot) == 2 and all(type(n) is int and n >= 0 for n in spot)):
            yield f"layout.toml [tiles]: ô của {area} phải ghi [cột, hàng] bằng số nguyên từ 0, thí dụ [2, 1]."
            continue
        for parent in sorted(parents.get(area, ())):
            first = taken.setdefault((parent, spot[0], spot[1]), area)
            if first != area:
                yield f"layout.toml [tiles]: {first} và {area} cùng đứng ở cột {spot[0]}, hàng {spot[1]}."
