"""Which district sends which layouts in which year: a table, so that every layout is there whatever the seed."""

from dataclasses import dataclass

from .kinds import YEARS

# One line a district in official order; five groups of tables, each for 2021 | 2022 | 2023 | 2024:
# base units ; bodies of communes ; bodies of the district ; Hội quán and Tổ NDTQ ; party figures.
# L9 a sheet a kind, L9c stacked, L13 grouped by Roman numerals, L10 column blocks (L10x crosses), L14 levels down
# (L14c stacked), L1 years across, DS a row a unit, MT matrix of written levels, X crosses, L11 two years,
# HQ Hội quán by name, L12 (L12c stacked, L12w one wide table).
_PLAN = """
L13 L13 L9 L9   ; L10 L10 L10x L10x   ; DS DS X X       ; L9 L9 L10 L10   ; L12 L12 L12w L12w
L9 L1 L1 L1     ; MT MT MT MT         ; X X DS DS       ; L9 L9 L9 L9     ; L12c L12c L12 L12
DS DS DS DS     ; DS DS DS DS         ; DS DS DS DS     ; HQ HQ HQ HQ     ; L12w L12w L12w L12w
L14c L14c L9c L9c ; L10 L10 MT MT     ; L14 L14 L14 L14 ; L9c L9c L9c L9c ; L12 L12 L12 L12
L10 L10 L10 L10 ; L10x L10x L10x L10x ; X X X X         ; L9 L11 L11 L11  ; L12c L12c L12c L12c
L9 L9 L9 L9c    ; L10 L10 L10 DS      ; DS DS DS DS     ; L9 L9 L9 L9     ; L12 L12 L12 L12
L9 L9 L10 L10   ; MT MT L10 L10       ; L14 L14 X X     ; L9 L11 L11 L11  ; L12 L12 L12c L12c
L13 L13 L13 L13 ; L10 L10 L10 L10     ; DS DS DS DS     ; L9 L9 L9c L9c   ; L12w L12w L12 L12
L9c L9c L13 L13 ; L10x L10x L10 L10   ; X X DS DS       ; L9 L9 L13 L13   ; L12 L12 L12 L12
L10 L10 L9c L9c ; L10 L10 DS DS       ; DS DS L14 L14   ; L10 L10 L13 L13 ; L12c L12c L12c L12c
L14 L14 L14 L1  ; L14 L14 L10 L10     ; L14 L14 L14 L14 ; L9 L9 L9 L9     ; L12 L12 L12 L12
L9c L9c L9c L9  ; L10 MT MT MT        ; DS DS X X       ; L9 L11 L11 L11  ; L12w L12w L12 L12
"""
#: Districts (by official order) that report Hội quán and Tổ NDTQ only as khá trở lên or below, and in which years.
_TWO_LEVELS: dict[int, tuple[int, ...]] = {0: (2021, 2022), 4: YEARS, 6: YEARS, 8: (2021, 2022), 11: YEARS}

#: File names as offices give them; two do not say which district they are from: the letterhead does.
FILE_NAMES = (
    "Bieu so lieu dan van TP Cao Lanh {year}.xlsx",
    "Biểu số liệu Thành uỷ Sa Đéc năm {year}.xlsx",
    "DS xep loai TP Hong Ngu {year}.xlsx",
    "TH {year} Tan Hong.xlsx",
    "Biểu kèm BC {year} - H. Hồng Ngự.xlsx",
    "bieu so lieu TN {year} (1).xlsx",
    "Thap Muoi_bieu tong hop_{year}.xlsx",
    "HUYEN CAO LANH {year}.xlsx",
    "phu luc BC dan van {year}.xlsx",
    "Bieu Lap Vo {year}.xlsx",
    "Biểu tổng hợp dân vận Lai Vung {year}.xlsx",
    "chau thanh {year}.xlsx",
)


@dataclass(frozen=True)
class Plan:
    """The layouts of one district's return of one year."""

    base: str
    communes: str
    district: str
    community: str
    party: str
    two_levels: bool

    def base_layout(self, kind: str) -> str:
        """Give the layout of a base kind; chi hội CCB changed scale, so L1 cannot hold it."""
        return "L9" if self.base == "L1" and kind == "ccb" else self.base

    def by_commune(self, kind: str) -> bool:
        """Say whether the return gives a kind of unit (or cap_xa) by commune, else by district only."""
        if kind in ("hoi_quan", "to_ndtq"):
            return True
        return (self.communes if kind == "cap_xa" else self.base_layout(kind)) not in ("L14", "L14c", "L1")

    def by_name(self, kind: str) -> bool:
        """Say whether the return names each unit of a kind."""
        if kind == "to_ndtq":
            return False
        return self.community == "HQ" if kind == "hoi_quan" else self.base == "DS"


def plan_of(index: int, year: int) -> Plan:
    """Give the plan of a district by its place in official order.

    >>> plan_of(5, 2024).base, plan_of(6, 2022).community, plan_of(6, 2022).two_levels
    ('L9c', 'L11', True)
    """
    lines = _PLAN.strip().splitlines()
    which = index % len(lines)
    base, communes, district, community, party = (group.split()[YEARS.index(year)] for group in lines[which].split(";"))
    return Plan(base, communes, district, community, party, year in _TWO_LEVELS.get(which, ()))
