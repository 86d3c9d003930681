"""Rows of indicators written by hand, and what the assessment makes of them."""

from datetime import date

import polars as pl

from danvan_analysis.analysis import assess_targets
from danvan_analysis.facts import load_facts
from danvan_analysis.tables import Indicators

FACTS = load_facts()
DAY = date(2025, 1, 15)


def row(indicator_id="T1", x=71, n=78, **more):
    """One indicator row of the province, as `compute_indicators` gives it."""
    return {
        "resolution_id": "nq01-tu-xi",
        "indicator_id": indicator_id,
        "year": 2024,
        "period": "nam",
        "area_id": "87",
        "basis": "tinh-cu",
        "organisation": "tat_ca",
        "unit_type": "tat_ca",
        "nature": "bao_cao",
        "area_name": "Tỉnh Đồng Tháp",
        "district_name": None,
        "numerator": x,
        "numerator_most": x,
        "denominator": n,
        "unrated": 0 if n is not None else None,
        "missing": 0,
        "value": x / n if n else None,
        "lower95": None,
        "upper95": None,
        "lower998": None,
        "upper998": None,
        "assignment": "exact",
        "method": "wilson",
        "note": None,
        "senders_missing": 0,
        "senders_expected": 12,
        "scales": None,
        "kind": "share",
        "base": None,
        "amount": None,
    } | more


TAM_NONG = {"area_id": "871", "area_name": "Huyện Tam Nông", "basis": "huyen-cu", "senders_expected": 1}


def assess(*rows):
    ind = Indicators.validate(pl.DataFrame(list(rows), infer_schema_length=None), cast=True)
    return assess_targets(ind, FACTS, as_of=DAY)


def verdict(*arguments, **more):
    return assess(row(*arguments, **more)).row(0, named=True)
