"""Party figures written by hand: members and meetings of chi bộ, communes and districts."""

import polars as pl

from danvan_analysis.facts import load_facts
from danvan_analysis.tables import Data

FACTS = load_facts()
NAMES = {
    "chi_bo_khom_ap": "branches",
    "lan_sinh_hoat_le_ky": "held",
    "lan_sinh_hoat_le_ky_co_noi_dung": "content",
    "dang_vien": "members",
    "dang_vien_mien_sinh_hoat": "exempt",
    "dang_vien_tham_gia_nong_cot": "taking",
}
DISTRICTS = [str(code) for code in range(866, 878)]
#: The communes of huyện Tam Nông in 2024.
TAM_NONG = (
    FACTS.areas.filter(pl.col("parent_id") == "871", pl.col("valid_to").is_null() | (pl.col("valid_to").dt.year() > 2024))
    ["area_id"].sort().to_list()
)  # fmt: skip
SCHEMA = {
    "area_id": pl.String,
    "year": pl.Int64,
    "period": pl.String,
    "nature": pl.String,
    "organisation": pl.String,
    "unit_type": pl.String,
    "unit_id": pl.String,
    "unit_name": pl.String,
    "measure": pl.String,
    "value": pl.Int64,
}


def figures(area, unit=None, *, year=2024, period="nam", nature="bao_cao", unit_type="chi_bo", **values):
    """Rows of one area or chi bộ: members=…, exempt=…, taking=…, held=…, content=…, branches=…; what is absent is blank."""
    return [
        {
            "area_id": area,
            "year": year,
            "period": period,
            "nature": nature,
            "organisation": "tat_ca",
            "unit_type": unit_type,
            "unit_id": None if unit is None else f"{area}:tat_ca:chi_bo:{unit}",
            "unit_name": unit,
            "measure": measure,
            "value": values[name],
        }
        for measure, name in NAMES.items()
        if name in values
    ]


def data(*parts):
    return Data(ratings=None, measures=pl.DataFrame([row for part in parts for row in part], schema=SCHEMA))


def everywhere(**values):
    """The same figures for every district but those given by name of argument `but`."""
    but = values.pop("but", ())
    return [row for district in DISTRICTS if district not in but for row in figures(district, **values)]


def at(table, level, area=None, unit=""):
    rows = table.filter(level=level)
    if area:
        rows = rows.filter(area_id=area)
    if level == "chi_bo":
        rows = rows.filter(unit_name=unit)
    return rows.row(0, named=True)
