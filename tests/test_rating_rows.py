"""Ratings of a place as rows: counted by hand, scales kept apart, districts and communes."""

import polars as pl
import pytest

from danvan_analysis.output import labels
from danvan_analysis.output.rating_rows import rating_rows

from . import output_samples as samples
from .unit_tables import data, rating


@pytest.fixture(scope="module")
def tables(facts):
    return samples.sample(facts)


def test_levels_of_two_scales_are_never_added(facts, tables):
    rows = rating_rows(tables.ratings, facts, year=2024, by=("unit_type", "organisation"), area_id="866")
    found = {(r["unit_type"], r["organisation"]): r for r in rows.to_dicts()}
    assert len(rows) == len(found) == 4
    own = tables.ratings.filter(year=2024, area_id="866", organisation="nong_dan").filter(pl.col("rank").is_not_null())
    names = facts.scales.filter(scale_id="xuat_sac_tot_kha").sort("rank").select("rating", "label_vi").rows()
    counts = dict(own.select("rating", "count").iter_rows())
    said = " · ".join(f"{label} {counts[level]}" for level, label in names if level in counts)
    assert found["chi_hoi", "nong_dan"]["levels_vi"] == said
    assert found["chi_hoi", "ccb"]["levels_vi"] != said
    assert [r["unit_type"] for r in rows.to_dicts()] == ["cap_xa", "ban_ctmt", "chi_hoi", "chi_hoi"]
    # Two organisations with scales of their own: two rows of one kind.
    kinds = rating_rows(tables.ratings, facts, year=2024, area_id="866")
    assert kinds["unit_type"].to_list() == ["cap_xa", "ban_ctmt", "chi_hoi", "chi_hoi"]
    assert sorted(kinds.filter(unit_type="chi_hoi")["scale_id"]) == ["ccb_tsvm", "xuat_sac_tot_kha"]


def test_the_rows_of_the_province_are_those_of_its_districts(facts, tables):
    whole = rating_rows(tables.ratings, facts, year=2024)
    places = rating_rows(tables.ratings, facts, year=2024, by=("area_id", "unit_type"))
    assert places["area_id"].unique(maintain_order=True).to_list() == [
        code for code in labels.districts(facts, 2024)["area_id"] if code != samples.SILENT
    ]
    for column in ("rated", "unrated", "fair_or_better"):
        assert whole[column].sum() == places[column].sum()
    own = tables.ratings.filter(year=2024)
    assert whole["rated"].sum() == own.filter(pl.col("rank").is_not_null())["count"].sum()
    assert whole["unrated"].sum() == own.filter(pl.col("rank").is_null())["count"].sum()


def test_a_district_has_its_communes_and_not_the_others(facts):
    some = data(
        [rating("kha", 2024, "30001", count=3), rating("yeu", 2024, "30001", count=1), rating("kha", 2024, "30004"),
         rating("tot", 2024, "30004"), rating("yeu", 2024, "30007"), rating("kha", 2024, "29954", count=50),
         rating("kha", 2024, "30001", count=9, rated_by="tu_xep_loai"), rating("chua_xep_loai", 2024, "30004", count=2)]
    )  # fmt: skip
    rows = rating_rows(some.ratings, facts, year=2024, by=("area_id",), area_id="871", nature="bao_cao").to_dicts()
    assert [(r["area_id"], r["rated"], r["fair_or_better"], r["unrated"]) for r in rows] == [
        ("30001", 4, 3, 0),
        ("30004", 2, 2, 2),
        ("30007", 1, None, 0),
    ]
    assert [r["area_name"] for r in rows] == ["Thị trấn Tràm Chim", "Xã Hòa Bình", "Xã Tân Công Sính"]
    # A single unit is not told of: its place and organisation would name it.
    assert rows[2]["levels_vi"] is None
    assert rows[0]["levels_vi"] == "Khá 3 · Yếu 1"
    whole = rating_rows(some.ratings, facts, year=2024, by=("area_id",), nature="bao_cao")
    assert (
        whole["area_id"].to_list() == [labels.district_of(facts, 2024)["29954"], "871"] and whole["rated"].sum() == 57
    )


def test_a_group_without_a_rated_unit_still_has_its_row(facts):
    none = data([rating("chua_xep_loai", 2024, "30001", count=2)])
    row = rating_rows(none.ratings, facts, year=2024, nature="bao_cao").row(0, named=True)
    assert (row["scale_id"], row["levels_vi"], row["rated"], row["unrated"]) == (None, None, 0, 2)
    assert rating_rows(none.ratings, facts, year=2023, nature="bao_cao").is_empty()


def test_only_known_groups(facts, tables):
    with pytest.raises(ValueError, match="by must be of"):
        rating_rows(tables.ratings, facts, year=2024, by=("scale_id",))
