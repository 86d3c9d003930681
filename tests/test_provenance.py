"""From a printed number to its cells: the rows add up to it, and the cells say what the rows say."""

import openpyxl
import polars as pl
import pytest

from danvan_analysis.analysis import compute_indicators
from danvan_analysis.analysis.provenance import ROLES, cells_behind
from danvan_analysis.tables import ALL, Data

from .conftest import TRIAL


@pytest.fixture(scope="module")
def indicators(trial, facts) -> pl.DataFrame:
    return compute_indicators(trial, facts)


def _row(indicators: pl.DataFrame, indicator_id: str, area_id: str, year: int = 2024, **more):
    wanted = {"organisation": ALL, "unit_type": ALL, "period": "nam", "nature": "gia_dinh", **more}
    return indicators.filter(indicator_id=indicator_id, area_id=area_id, year=year, **wanted).row(0, named=True)


def test_every_fifteenth_number_adds_up_from_its_rows(trial, facts, indicators):
    for row in indicators.gather_every(15).to_dicts():
        found = cells_behind(trial, facts, row)
        assert set(found["role"]) <= set(ROLES)
        if row["denominator"] is not None:
            assert found["to_denominator"].sum() == row["denominator"]
            assert found["source_cell"].null_count() == 0


@pytest.mark.parametrize(("indicator_id", "area_id"), [("T2", "875"), ("T4", "866"), ("T5", "871"), ("T7a", "877")])
def test_the_cells_opened_by_another_reader_say_the_same(trial, facts, indicators, indicator_id, area_id):
    row = _row(indicators, indicator_id, area_id)
    found = cells_behind(trial, facts, row)
    seen = 0
    for file in found["source_file"].unique():
        book = openpyxl.load_workbook(TRIAL / file, data_only=True)
        for part in found.filter(source_file=file).to_dicts():
            value = book[part["source_sheet"]][part["source_cell"].split(";")[0]].value
            if ";" not in part["source_cell"]:
                # A list of units has one unit's words in a cell; every other form has numbers.
                assert part["count"] == (1 if isinstance(value, str) else value), part
                seen += 1
    assert seen > 0.5 * found.height


def test_the_province_is_the_sum_of_its_places(trial, facts, indicators):
    row = _row(indicators, "T2", "87")
    found = cells_behind(trial, facts, row)
    assert found["to_numerator"].sum() == row["numerator"] and found["area_id"].n_unique() > 100


def test_what_is_taken_off_is_below_zero(trial, facts, indicators):
    found = cells_behind(trial, facts, _row(indicators, "T5", "87"))
    exempt = found.filter(what="dang_vien_mien_sinh_hoat")
    assert exempt.height and (exempt["to_denominator"] == -exempt["count"]).all()


def test_a_number_that_its_cells_do_not_give_is_refused(trial, facts, indicators):
    row = _row(indicators, "T3", "870")
    with pytest.raises(ValueError, match="but its cells add up to"):
        cells_behind(trial, facts, row | {"numerator": row["numerator"] + 1})
    less = Data(
        ratings=trial.ratings.filter(~pl.col("area_id").is_in(["870", "29955"])).head(4000), measures=trial.measures
    )
    with pytest.raises(ValueError, match="but its cells add up to"):
        cells_behind(less, facts, row)


def test_registrations_of_several_years_stand_year_by_year(trial, facts, indicators):
    row = _row(indicators, "T6", "87")
    found = cells_behind(trial, facts, row)
    assert found.filter(role="tu_so")["year"].unique().sort().to_list() == [2021, 2022, 2023, 2024]
    assert found["to_numerator"].sum() >= row["numerator_most"] >= row["numerator"]
    assert found.filter(role="mau_so")["year"].unique().to_list() == [2024]


def test_no_unit_is_named(trial, facts, indicators):
    found = cells_behind(trial, facts, _row(indicators, "T3", "87"))
    assert not {"unit_id", "unit_name"} & set(found.columns)
