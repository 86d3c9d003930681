"""Districts and communes of the trial, and the ways in which returns spell their names."""

from dataclasses import dataclass
from datetime import date

import polars as pl

_PREFIXES = ("Thành phố", "Thị xã", "Thị trấn", "Huyện", "Phường", "Xã", "Tỉnh")
_COMMUNES = ("xa", "phuong", "thi_tran")
_DISTRICTS = ("thanh_pho", "thi_xa", "huyen")
#: Short prefixes in three manners of writing; the fourth manner writes communes without a prefix where that is clear.
_SHORT = {
    "xa": ("Xã {}", "X. {}", "xã {}"),
    "phuong": ("Phường {}", "P. {}", "phường {}"),
    "thi_tran": ("Thị trấn {}", "TT. {}", "thị trấn {}"),
    "thanh_pho": ("Thành phố {}", "TP {}", "Tp. {}"),
    "huyen": ("Huyện {}", "H. {}", "huyện {}"),
    "thi_xa": ("Thị xã {}", "TX. {}", "Tx. {}"),
}
BARE = 3


@dataclass(frozen=True)
class Commune:
    """A commune: official code, full name ("Xã Phú Đức"), kind and name without its prefix."""

    area_id: str
    name: str
    kind: str
    bare: str


@dataclass(frozen=True)
class District:
    """A district with its communes in official order."""

    area_id: str
    name: str
    kind: str
    bare: str
    communes: tuple[Commune, ...]

    @property
    def level(self) -> str:
        """Give "huyện", "thành phố" or "thị xã", as in "cấp huyện"."""
        return self.name[: -len(self.bare)].strip().lower()


def strip_prefix(name: str) -> str:
    """Take the kind of area off its full name.

    >>> strip_prefix("Thành phố Cao Lãnh"), strip_prefix("Phường 1")
    ('Cao Lãnh', '1')
    """
    for prefix in _PREFIXES:
        if name.startswith(prefix + " "):
            return name[len(prefix) + 1 :]
    return name


def districts_of(areas: pl.DataFrame, province_id: str, day: date) -> list[District]:
    """Give the districts of a province on a day, with their communes, both ordered by code.

    `areas` has the columns area_id, valid_from, name, kind, parent_id, valid_to (the last day, or null).
    """
    valid = areas.filter(
        (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    ).sort("area_id")
    rows = list(valid.select("area_id", "name", "kind", "parent_id").iter_rows())
    return [
        District(
            area_id,
            name,
            kind,
            strip_prefix(name),
            tuple(Commune(c, n, k, strip_prefix(n)) for c, n, k, p in rows if p == area_id and k in _COMMUNES),
        )
        for area_id, name, kind, parent in rows
        if parent == province_id and kind in _DISTRICTS
    ]


def spell_commune(commune: Commune, district: District, manner: int) -> str:
    """Write a commune's name in one of four manners; without prefix only where the district has one such name.

    >>> c = Commune("30037", "Xã Phú Đức", "xa", "Phú Đức")
    >>> [spell_commune(c, District("871", "Huyện Tam Nông", "huyen", "Tam Nông", (c,)), m) for m in range(4)]
    ['Xã Phú Đức', 'X. Phú Đức', 'xã Phú Đức', 'Phú Đức']
    """
    if manner == BARE:
        alone = sum(other.bare == commune.bare for other in district.communes) == 1
        return commune.bare if alone and not commune.bare.isdigit() else commune.name
    return _SHORT[commune.kind][manner].format(commune.bare)


def spell_district(district: District, manner: int) -> str:
    """Write a district's name in one of three manners, always with its prefix (Cao Lãnh and Hồng Ngự are two each)."""
    return _SHORT[district.kind][manner % 3].format(district.bare)
