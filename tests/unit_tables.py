"""Small tables of ratings written by hand: named units and counts of Lấp Vò (875) and its neighbours."""

import polars as pl

from danvan_analysis.facts import load_facts
from danvan_analysis.tables import Data

FACTS = load_facts()
#: Levels of the scales used here: rating, rank, fair_or_better, weak.
LEVELS = {
    "xuat_sac_tot_kha": {
        "tot": (2, True, False),
        "kha": (3, True, False),
        "trung_binh": (4, False, False),
        "yeu": (5, False, True),
    },
    "xuat_sac_manh_kha": {"manh": (2, True, False), "kha": (3, True, False), "trung_binh": (4, False, False)},
    "hoan_thanh": {"hoan_thanh_tot": (2, True, False), "hoan_thanh": (3, False, False)},
    "ccb_tsvm": {"tsvm": (3, True, False), "yeu": (4, False, True)},
    "kha_tro_len": {"kha_tro_len": (1, True, None), "duoi_kha": (2, False, None)},
    "ddci": {"tot": (2, None, None)},
}


def rating(level="tot", year=2024, area="30172", unit=None, count=1, scale="xuat_sac_tot_kha", **more):
    """One row of ratings; `unit` names it."""
    rank, fair, weak = LEVELS[scale].get(level, (None, None, None))
    return {
        "area_id": area,
        "year": year,
        "period": "nam",
        "nature": "bao_cao",
        "organisation": "phu_nu",
        "unit_type": "chi_hoi",
        "unit_id": unit and f"{area}:phu_nu:chi_hoi:{unit}",
        "unit_name": unit,
        "rated_by": "cap_uy",
        "status": "chinh_thuc",
        "scale_id": scale,
        "rating": level,
        "rank": rank,
        "good_or_better": None,
        "fair_or_better": fair,
        "weak": weak,
        "count": count,
        "source_file": "a.xlsx",
        "source_sheet": "Biểu 1",
        "source_cell": "B2",
    } | more


def history(unit, levels, first=2020, **more):
    """The rows of one named unit from year to year; None leaves a year out."""
    return [rating(level, first + k, unit=unit, **more) for k, level in enumerate(levels) if level]


def table(*rows):
    flat = [row for part in rows for row in (part if isinstance(part, list) else [part])]
    types = dict.fromkeys(("good_or_better", "fair_or_better", "weak"), pl.Boolean) | {"rank": pl.Int64}
    types |= dict.fromkeys(("unit_id", "unit_name"), pl.String)
    return pl.DataFrame(flat, schema_overrides=types, infer_schema_length=None)


def data(*rows, **more):
    return Data(table(*rows), None, **more)
