"""What is no share (a count, one thing per another, a published index) is held against nothing as if it were one."""

import polars as pl
import pytest

from danvan_analysis.analysis import (
    assess_targets,
    compute_changes,
    compute_funnels,
    compute_mix,
    compute_pace,
    compute_ranks,
    compute_shrunk,
    compute_trends,
)
from danvan_analysis.tables import Indicators

from .indicator_rows import FACTS, row

ENGINES = (compute_changes, compute_trends, compute_mix, compute_pace, compute_funnels, compute_ranks, compute_shrunk)


def of_kind(indicator_id: str, kind: str | None, **figures):
    """Rows of the province and its districts over three years."""
    places = [("87", "tinh-cu"), *((str(code), "huyen-cu") for code in range(866, 878))]
    return [
        row(indicator_id, year=year, area_id=area, basis=basis, area_name=area, kind=kind, **figures)
        for year in (2022, 2023, 2024)
        for area, basis in places
    ]


SHARES = of_kind("T1", None, x=71, n=78) + of_kind("B04", "share", x=60, n=70)
OTHERS = (
    of_kind("B01", "count", x=12, n=None, amount=12.0)
    + of_kind("B08", "per", x=500, n=None, base=10, amount=50.0)
    + of_kind("B43", "index", x=None, n=None, amount=71.5)
)


def table(rows):
    return Indicators.validate(pl.DataFrame(rows, infer_schema_length=None), cast=True)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_an_engine_of_shares_gives_no_row_for_what_is_none(engine):
    given = engine(table(SHARES + OTHERS), FACTS)
    assert given.height
    assert given.equals(engine(table(SHARES), FACTS))


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_a_table_that_does_not_say_its_kinds_is_of_shares(engine):
    whole = table(SHARES)
    assert engine(whole.drop("kind"), FACTS).equals(engine(whole, FACTS))


def test_only_targets_are_assessed():
    assert set(assess_targets(table(SHARES + OTHERS), FACTS)["indicator_id"]) == {"T1"}
