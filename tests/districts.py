"""Rows of the twelve districts of Đồng Tháp in an indicators frame, written by hand."""

import polars as pl

from danvan_analysis.tables import Indicators

from .indicator_rows import row

#: Official order: three cities, nine districts.
CODES = tuple(str(code) for code in range(866, 878))
NAMES = (
    "Thành phố Cao Lãnh",
    "Thành phố Sa Đéc",
    "Thành phố Hồng Ngự",
    "Huyện Tân Hồng",
    "Huyện Hồng Ngự",
    "Huyện Tam Nông",
    "Huyện Tháp Mười",
    "Huyện Cao Lãnh",
    "Huyện Thanh Bình",
    "Huyện Lấp Vò",
    "Huyện Lai Vung",
    "Huyện Châu Thành",
)


def district_rows(x, n, indicator_id="T3", **more):
    """One row a district, in official order."""
    return [
        row(
            indicator_id,
            passing,
            base,
            **{"area_id": code, "area_name": name, "district_name": name, "basis": "huyen-cu", "senders_expected": 1}
            | more,
        )
        for passing, base, code, name in zip(x, n, CODES, NAMES, strict=False)
    ]


def indicators(*rows):
    return Indicators.validate(pl.DataFrame(list(rows), infer_schema_length=None), cast=True)
