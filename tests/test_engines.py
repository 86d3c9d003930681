"""The group-by in the caller's engine: the whole of the trial returns, the same rows from each."""

import polars as pl
import pytest

from danvan_analysis.analysis import assess_targets, compute_indicators
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data


def as_duckdb(table: pl.DataFrame):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is an optional engine and not installed here")
    return duckdb.from_arrow(table.to_arrow())


def as_pandas_objects(table: pl.DataFrame):
    """As `pd.DataFrame(rows)` makes it: text and truth values with holes are plain objects."""
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(table.to_dicts())


def as_pandas(table: pl.DataFrame):
    pytest.importorskip("pandas")
    return table.to_pandas()


ENGINES = {
    "polars lazy": pl.DataFrame.lazy,
    "pandas": as_pandas,
    "pandas objects": as_pandas_objects,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": as_duckdb,
}


@pytest.fixture(scope="module")
def eager(shipped: Data, facts: Facts) -> pl.DataFrame:
    return compute_indicators(shipped, facts)


def test_there_is_something_to_compare(eager: pl.DataFrame):
    assert eager.filter(indicator_id="T3")["unit_type"].n_unique() == 6
    assert eager["nature"].n_unique() == 2
    assert eager["unrated"].fill_null(0).sum() > 0
    assert eager["year"].n_unique() > 3


@pytest.mark.parametrize("engine", list(ENGINES))
def test_the_whole_trial_data(engine: str, shipped: Data, facts: Facts, eager: pl.DataFrame):
    tables = (ENGINES[engine](table) for table in (shipped.ratings, shipped.measures))
    given = compute_indicators(Data(*tables, coverage=shipped.coverage), facts)
    assert given.schema == eager.schema
    assert given.equals(eager)


def test_engines_may_differ_from_table_to_table(shipped: Data, facts: Facts, eager: pl.DataFrame):
    mixed = Data(shipped.ratings.lazy(), as_pandas(shipped.measures), coverage=shipped.coverage)
    assert compute_indicators(mixed, facts).equals(eager)


def test_the_columns_of_the_contract_are_enough_all_the_way(shipped: Data, facts: Facts, eager: pl.DataFrame):
    beside = ["numerator_most", "senders_missing", "senders_expected", "scales"]
    counted = eager.filter(pl.col("numerator") == pl.col("numerator_most"))
    given, full = assess_targets(counted.drop(beside), facts), assess_targets(counted, facts)
    assert given["attained"].to_list() == full["attained"].to_list()
