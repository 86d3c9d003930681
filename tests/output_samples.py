"""Made-up tables in the shape of the contract for the tests of charts, appendix and report (nature `gia_dinh`).

Numbers follow simple rules, so that a test can say what must be drawn: no district resembles a real one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import dataframely as dy
import polars as pl

from danvan_analysis.facts import Facts
from danvan_analysis.output import labels
from danvan_analysis.tables import Assessment, Indicators, Ratings, SetAside, Sources

YEARS = (2021, 2022, 2023, 2024)
#: Huyện Tháp Mười sends nothing in 2024; huyện Tam Nông is below the common level of T3.
SILENT, BELOW = "872", "871"
CITY = "866"


class Sample(NamedTuple):
    """All tables of a run."""

    indicators: pl.DataFrame
    assessment: pl.DataFrame
    changes: pl.DataFrame
    ratings: pl.DataFrame
    sources: pl.DataFrame
    set_aside: pl.DataFrame


def sample(facts: Facts, nature: str = "gia_dinh") -> Sample:
    """Build the tables: 12 districts and their province, 2021–2024, T1–T7b."""
    rows = [
        _row(facts, target, year, place, name, nature)
        for target in labels.targets(facts)
        for year in YEARS
        for place, name in _places(facts, year)
    ]
    indicators = _checked(Indicators, [r["indicator"] for r in rows])
    return Sample(
        indicators,
        _checked(Assessment, [r["assessment"] for r in rows]),
        _changes(indicators),
        _checked(Ratings, _ratings(facts, nature)),
        _checked(Sources, _sources(facts, nature)),
        _checked(SetAside, _set_aside()),
    )


def _checked(schema: type[dy.Schema], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Cast rows to a schema, columns that the sample does not fill as null, and check them."""
    frame = pl.DataFrame(rows, infer_schema_length=None)
    absent = [c for c in schema.column_names() if c not in frame.columns]
    return schema.validate(frame.with_columns(pl.lit(None).alias(c) for c in absent), cast=True)


def counts(indicator: str, year: int, place: str) -> tuple[int, int] | tuple[None, None]:
    """Give the made-up numerator and denominator of a district; nothing from the silent one."""
    if place == SILENT and year == 2024:
        return None, None
    step, lag = int(place) - 866, 2024 - year
    base = {"T1": 6, "T2": 48 + 6 * step, "T3": 900 + 40 * step, "T4": 600 + 12 * step, "T5": 2000 + 90 * step}
    n_base = base.get(indicator, 40 + step)
    if indicator == "T1":
        return 6 - (place == "869"), 6
    if indicator == "T3" and place == BELOW:
        return n_base * 66 // 100, n_base
    if indicator in ("T6", "T7b"):
        return n_base - 3 * lag - 2, n_base
    if indicator == "T7a":
        return n_base, n_base
    short = {"T2": 5 + step % 4, "T3": 12, "T4": 1 if step % 3 else 0, "T5": 7 + step % 5}[indicator]
    return n_base - n_base * (short + lag) // 100 - (indicator == "T4" and step % 3 > 0), n_base


def _places(facts: Facts, year: int) -> list[tuple[str, str]]:
    return [labels.province(facts, year), *labels.districts(facts, year).select("area_id", "name").iter_rows()]


def _row(facts: Facts, target: dict[str, Any], year: int, place: str, name: str, nature: str) -> dict[str, Any]:
    indicator, code = target["indicator_id"], labels.province(facts, year)[0]
    n: int | None
    base: int | None
    n, base = counts(indicator, year, place) if place != code else _total(facts, indicator, year)
    missing = {"T2": 66, "T3": 1140}.get(indicator, 6) if year == 2024 and place in (code, SILENT) else 0
    key = {
        "resolution_id": target["resolution_id"], "indicator_id": indicator, "year": year, "period": "nam",
        "area_id": place, "basis": "tinh-cu" if place == code else "huyen-cu", "organisation": "tat_ca",
        "unit_type": "tat_ca", "nature": nature, "area_name": name, "district_name": None if place == code else name,
    }  # fmt: skip
    state, margin = _verdict(target, n, base, year)
    low = None if base is None else n / (base + missing)  # type: ignore[operator]
    high = None if base is None else (n + missing) / (base + missing)  # type: ignore[operator]
    indicator_row = key | {
        "numerator": n, "denominator": base, "unrated": 0, "missing": missing, "value": n / base if base else None,  # type: ignore[operator]
        "lower95": None, "upper95": None, "lower998": None, "upper998": None, "assignment": "exact",
        "method": "wilson", "note": None, "numerator_most": n,
        "senders_missing": int(missing > 0), "senders_expected": 12 if place == code else 1,
    }  # fmt: skip
    said = f"Năm {year}, có {labels.fraction(n, base)} {target['object_vi']}." if base else "Chưa có số liệu."
    assessment_row = key | {
        "target_id": target["target_id"], "operator": target["operator"], "target": target["target"],
        "attained": state, "margin_units": margin, "lower_bound": low, "upper_bound": high,
        "senders_missing": int(missing > 0), "senders_expected": 12 if place == code else 1,
        "evidence": "clear" if state in ("met", "not_met") and target["operator"] != "=" else None,
        "sentence_vi": said,
    }  # fmt: skip
    return {"indicator": indicator_row, "assessment": assessment_row}


def _total(facts: Facts, indicator: str, year: int) -> tuple[int, int]:
    known = [counts(indicator, year, p) for p in labels.districts(facts, year)["area_id"]]
    extra = 6 if indicator == "T1" else 0
    return sum(n or 0 for n, _ in known) + extra, sum(b or 0 for _, b in known) + extra


def _verdict(target: dict[str, Any], n: int | None, base: int | None, year: int) -> tuple[str, int | None]:
    if n is None or not base:
        return "no_data", None
    need = Fraction(str(target["target"])) * base / 100
    least = need.__floor__() + 1 if target["operator"] == ">" else need.__ceil__()
    if target["due"] == "term" and n < least:
        return "not_due", n - least
    if target["indicator_id"] == "T1" and year == 2024 and base > 60:
        return "undecided", n - least
    return ("met" if n >= least else "not_met"), n - least


def _changes(indicators: pl.DataFrame) -> pl.DataFrame:
    key = ["resolution_id", "indicator_id", "year", "period", "area_id", "basis", "organisation", "unit_type", "nature"]
    before = indicators.select(
        *[pl.col(c) if c != "year" else pl.col("year") + 1 for c in key],
        previous_year="year",
        previous_numerator="numerator",
        previous_denominator="denominator",
        previous_value="value",
    )
    joined = indicators.join(before, on=key, how="left", maintain_order="left")
    broken = (pl.col("indicator_id") == "T2") & (pl.col("year") == 2023)
    known = pl.col("value").is_not_null() & pl.col("previous_value").is_not_null()
    return joined.select(
        *key,
        "previous_year",
        "previous_numerator",
        "previous_denominator",
        "previous_value",
        "numerator",
        "denominator",
        "value",
        against=pl.lit("nam_truoc"),
        stands_out=pl.when(known & ~broken).then((pl.col("value") - pl.col("previous_value")).abs() > 0.02),
        difference=pl.col("value") - pl.col("previous_value"),
        lower95=pl.when(known & ~broken).then(pl.col("value") - pl.col("previous_value") - 0.015),
        upper95=pl.when(known & ~broken).then(pl.col("value") - pl.col("previous_value") + 0.015),
        comparable=known & ~broken,
        reason=pl.when(broken).then(pl.lit("doi_thang")),
        sentence_vi=pl.when(known & ~broken)
        .then(pl.lit("Tăng 1 điểm phần trăm so với năm trước."))
        .otherwise(pl.lit("")),
    )


def _ratings(facts: Facts, nature: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    kinds = [("ban_ctmt", "mttq", "xuat_sac_tot_kha"), ("chi_hoi", "nong_dan", "xuat_sac_tot_kha"),
             ("chi_hoi", "ccb", "ccb_tsvm"), ("cap_xa", "phu_nu", "hoan_thanh")]  # fmt: skip
    for year in YEARS:
        for place, name in labels.districts(facts, year).select("area_id", "name").iter_rows():
            if place == SILENT and year == 2024:
                continue
            for unit_type, organisation, scale in kinds:
                levels = facts.scales.filter(pl.col("scale_id") == scale).sort("rank").to_dicts()
                for i, level in enumerate([*levels, None]):
                    units = (24, 17, 6, 2, 1)[i] + (int(place) - 866) * (i < 2) if level else int(place) % 2
                    if units == 0 or (level and i == len(levels) - 1 and int(place) % 3):
                        continue
                    rows.append(_rating(level, scale, units, place, name, year, nature, unit_type, organisation))
    return rows


def _rating(
    level: dict[str, Any] | None, scale: str, units: int, place: str, name: str, year: int, nature: str,
    unit_type: str, organisation: str,
) -> dict[str, Any]:  # fmt: skip
    flags = ("rank", "good_or_better", "fair_or_better", "weak")
    return {
        "area_id": place, "area_name": name, "district_name": name, "year": year, "period": "nam", "nature": nature,
        "source_file": f"{place}-{year}.xlsx", "source_sheet": "Biểu 1", "source_cell": "C7",
        "organisation": organisation, "unit_type": unit_type, "unit_id": None, "unit_name": None,
        "channel": "dia_phuong", "rated_by": "cap_uy", "status": "chinh_thuc", "scale_id": scale,
        "rating": level["rating"] if level else "chua_xep_loai", "score": None, "count": units,
        **({f: level[f] for f in flags} if level else dict.fromkeys(flags)),
    }  # fmt: skip


def _sources(facts: Facts, nature: str) -> list[dict[str, Any]]:
    rows = []
    for year in YEARS:
        for place in labels.districts(facts, year)["area_id"]:
            if place == SILENT and year == 2024:
                continue
            refused = place == "874" and year == 2024
            rows.append({
                "source_file": f"{place}-{year}.xlsx", "source_sheet": "Biểu 1", "sha256": f"{place}{year}",
                "sender": place, "nature": nature, "year": year, "period": "nam",
                "status": "unknown_form" if refused else "read", "form_id": None if refused else "L9",
                "rows_read": 20, "rows_used": 14, "rows_aside": 2, "rows_structural": 4,
                "cells_read": 100, "cells_used": 70, "cells_checked": 10, "cells_aside": 4, "cells_structural": 16,
            })  # fmt: skip
    return rows


def _set_aside() -> list[dict[str, Any]]:
    said = "Mức “=tốt<&>” không có trong thang; gần nhất: “Tốt”. Sửa ô này rồi gửi lại."
    return [
        {"source_file": f"{place}-2024.xlsx", "source_sheet": "Biểu 1", "source_cell": f"D{i + 7}", "effect": effect,
         "reason": "unknown_rating", "message_vi": said, "text": "=tốt<&>", "sender": place, "year": 2024}
        for i, (place, effect) in enumerate([(CITY, "aside"), (CITY, "aside"), ("869", "aside"), ("870", "used")])
    ]  # fmt: skip
