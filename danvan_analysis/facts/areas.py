"""The areas valid on a day, each with its district and province."""

from datetime import date

import polars as pl

from danvan_analysis.facts.model import Facts


def areas_on(facts: Facts, day: date) -> pl.DataFrame:
    """Give the areas valid on a day, by code.

    Columns `area_id`, `name`, `kind`, `parent_id`, `district_id`, `district_name` (own id and name for a district;
    null for a province and its blocks), `province_id`.

    >>> from danvan_analysis.facts import load_facts
    >>> areas_on(load_facts(), date(2024, 12, 31)).filter(area_id="29869").row(0)
    ('29869', 'Phường 2', 'phuong', '866', '866', 'Thành phố Cao Lãnh', '87')
    """
    begun = pl.col("valid_from") <= day
    open_still = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    valid = facts.areas.filter(begun & open_still).select("area_id", "name", "kind", "parent_id")
    above = valid.select(parent_id="area_id", parent_name="name", grandparent_id="parent_id")
    is_block = pl.col("kind").is_in(["khoi", "llvt"])
    is_district = pl.col("parent_id").is_not_null() & pl.col("grandparent_id").is_null() & ~is_block
    return (
        valid.join(above, on="parent_id", how="left")
        .with_columns(
            district_id=pl.when(is_district).then("area_id").when(~is_block).then("parent_id"),
            district_name=pl.when(is_district).then("name").when(~is_block).then("parent_name"),
            province_id=pl.coalesce("grandparent_id", "parent_id", "area_id"),
        )
        .drop("parent_name", "grandparent_id")
        .sort("area_id")
    )
