"""The tiles of the schematic map: known areas, whole numbers, no two on one place."""

from collections.abc import Iterator, Mapping
from typing import Any

from danvan_analysis.facts.model import Row


def check_tiles(layout: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Give what is wrong with `[tiles]` of layout.toml, one sentence each."""
    known = {row.values["area_id"] for row in rows["areas"]}
    taken: dict[tuple[int, int], str] = {}
    for area, spot in layout.get("tiles", {}).items():
        if area not in known:
            yield f'layout.toml [tiles]: mã địa bàn "{area}" không có trong areas.csv.'
        if not (isinstance(spot, list) and len(spot) == 2 and all(isinstance(n, int) and n >= 0 for n in spot)):
            yield f"layout.toml [tiles]: ô của {area} phải ghi [cột, hàng] bằng số nguyên từ 0, thí dụ [2, 1]."
            continue
        first = taken.setdefault((spot[0], spot[1]), area)
        if first != area:
            yield f"layout.toml [tiles]: {first} và {area} cùng đứng ở cột {spot[0]}, hàng {spot[1]}."
