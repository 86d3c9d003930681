"""Bridges over a change of scale or area: what they name exists, and somebody answers for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from danvan_analysis.facts.files import STATUSES
from danvan_analysis.facts.model import Row
from danvan_analysis.facts.rows import nearest

#: Where the names of a bridge come from: table and column.
_NAMED = {
    "from_scale": ("scales", "scale_id"),
    "to_scale": ("scales", "scale_id"),
    "from_area": ("areas", "area_id"),
    "to_area": ("areas", "area_id"),
    "indicator_id": ("indicators", "indicator_id"),
    "organisation": ("organisations", "organisation"),
    "unit_type": ("unit_types", "unit_type"),
}
_BASES = ("tinh-cu", "huyen-cu", "tinh-moi", "xa-moi")
_KINDS = ({"from_scale", "to_scale"}, {"from_area", "from_basis", "to_area", "to_basis"})


def check_bridges(methods: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Give a sentence for every fault in `[trend.bridges]`."""
    for name, bridge in methods.get("trend", {}).get("bridges", {}).items():
        place = f"methods.toml [trend.bridges.{name}]"
        if not isinstance(bridge, dict):
            yield f"{place}: mỗi cầu nối phải là một mục riêng, [trend.bridges.<tên>]."
            continue
        ends = {key for key in bridge if key.startswith(("from_", "to_"))}
        if ends not in _KINDS:
            yield f"{place}: cần from_scale và to_scale, hoặc from_area, from_basis, to_area và to_basis."
        if lacks := [key for key in ("source", "status") if not bridge.get(key)]:
            yield f"{place}: thiếu {', '.join(lacks)}."
        elif bridge["status"] not in STATUSES:
            yield f'{place}: status ghi "{bridge["status"]}"{nearest(bridge["status"], STATUSES)}.'
        for key, value in bridge.items():
            if key in _NAMED:
                table, column = _NAMED[key]
                known = {row.values[column] for row in rows[table]}
            elif key in ("from_basis", "to_basis"):
                known = set(_BASES)
            elif key in ("source", "status"):
                continue
            else:
                yield f'{place}: không có khoá "{key}".'
                continue
            if value not in known:
                yield f'{place}: {key} ghi "{value}"{nearest(str(value), sorted(known))}.'
