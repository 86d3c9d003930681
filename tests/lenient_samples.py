"""Made-up ratings without files: equal districts drawn by seed, with what a test plants in one of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from danvan_analysis.analysis.leniency import leniency
from danvan_analysis.analysis.places import places_in
from danvan_analysis.facts import load_facts
from danvan_analysis.tables import Data

FACTS = load_facts()
MADE_UP = load_facts(Path(__file__).parent.parent / "data" / "raw" / "_tinh-thu" / "_danh-muc")
#: The signs' numbers, with fewer permutations: as valid, and quicker.
QUICK = {"permutations": 999}
LEVELS = {
    "hoan_thanh": ("hoan_thanh_xuat_sac", "hoan_thanh_tot", "hoan_thanh", "khong_hoan_thanh"),
    "xuat_sac_tot_kha": ("xuat_sac", "tot", "kha", "trung_binh", "yeu"),
}
ENDS = {"hoan_thanh": (0.18, 0.94, 0.998), "xuat_sac_tot_kha": (0.48, 0.885, 0.975, 0.995)}
KINDS = (
    *((o, "cap_xa", "hoan_thanh", 1) for o in ("mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb")),
    ("mttq", "ban_ctmt", "xuat_sac_tot_kha", 5),
    ("phu_nu", "chi_hoi", "xuat_sac_tot_kha", 5),
    ("doan_tn", "chi_doan", "hoan_thanh", 5),
)


def quick(facts, **rules):
    return replace(facts, methods=facts.methods | {"leniency": facts.methods["leniency"] | QUICK | rules})


def drawn_ratings(seed, facts=FACTS, years=(2022, 2023, 2024), own=True):
    """One row a unit, year and rater; every district draws from the same levels, and ratings last (latent 0.8)."""
    rng = np.random.default_rng(seed)
    here = places_in(facts, years[-1])
    communes = [(a, p) for a, p in sorted(here.home.items()) if a != p and p in here.names and p != here.province]
    rows = []
    for organisation, unit_type, scale, size in KINDS:
        latent = rng.normal(size=(len(communes), size))
        for year in years:
            level = np.searchsorted(ENDS[scale], _normal_cdf(latent))
            other = np.where(rng.random(latent.shape) < 0.06, rng.choice((-1, 1), latent.shape), 0)
            # Ratings differ both ways alike: a level that has none above or below does not differ.
            other = np.where((level == 0) | (level + other > 2), 0, other)
            for (area, place), mine, gap in zip(communes, level, other, strict=True):
                for number in range(size):
                    unit = f"{area}:{organisation}:{unit_type}:{number}"
                    shared = (area, place, year, organisation, unit_type, unit, scale)
                    rows.append((*shared, "cap_uy", int(mine[number])))
                    if own:
                        rows.append((*shared, "tu_xep_loai", int(mine[number] + gap[number])))
            latent = 0.8 * latent + 0.6 * rng.normal(size=latent.shape)
    columns = ("area_id", "place", "year", "organisation", "unit_type", "unit_id", "scale_id", "rated_by", "level")
    return pl.DataFrame(rows, schema=list(columns), orient="row")


def _normal_cdf(values):
    from scipy.stats import norm

    return norm.cdf(values)


def finished(units, nature="gia_dinh", names=True):
    """Turn levels into the columns of the contract."""
    for scale, levels in LEVELS.items():
        numbers = dict(enumerate(levels))
        units = units.with_columns(
            pl.col("level").replace_strict(numbers, default=None, return_dtype=pl.String).alias(f"word_{scale}")
        )
    rating = pl.when(pl.col("scale_id") == "hoan_thanh").then("word_hoan_thanh").otherwise("word_xuat_sac_tot_kha")
    return units.select(
        "area_id",
        pl.col("year").cast(pl.Int64),
        "organisation",
        "unit_type",
        "unit_id" if names else pl.lit(None, pl.String).alias("unit_id"),
        "scale_id",
        "rated_by",
        rating=rating,
        period=pl.lit("nam"),
        nature=pl.lit(nature),
        status=pl.lit("chinh_thuc"),
        score=pl.col("score") if "score" in units.columns else pl.lit(None, pl.Float64),
        count=pl.lit(1, pl.Int64),
    )


def drawn_measures(seed, facts=FACTS, year=2024):
    rng = np.random.default_rng(seed)
    here = places_in(facts, year)
    rows = []
    for area, place in sorted(here.home.items()):
        if area == place or place not in here.names or place == here.province:
            continue
        members, meetings = int(rng.integers(150, 260)), 60
        figures = {
            "dang_vien": members,
            "dang_vien_mien_sinh_hoat": members // 20,
            "dang_vien_tham_gia_nong_cot": int((members - members // 20) * rng.uniform(0.86, 0.96)),
            "lan_sinh_hoat_le_ky": meetings,
            "lan_sinh_hoat_le_ky_co_noi_dung": int(meetings * rng.uniform(0.9, 1)),
        }
        rows += [(area, year, measure, value) for measure, value in figures.items()]
    frame = pl.DataFrame(rows, schema=["area_id", "year", "measure", "value"], orient="row")
    return frame.with_columns(
        period=pl.lit("nam"), nature=pl.lit("gia_dinh"), organisation=pl.lit("tat_ca"), unit_type=pl.lit("chi_bo")
    )


def panel(units, facts=FACTS, year=2024, measures=None, shares=None, **rules):
    ratings = units if "rating" in units.columns else finished(units)
    return leniency(Data(ratings=ratings, measures=measures, shares=shares), quick(facts, **rules), year=year)
