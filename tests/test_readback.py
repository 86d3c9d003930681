"""The trial returns, written by a generator that shares nothing with the reader, are read back to the truth."""

from pathlib import Path

import polars as pl
import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import UNRATED, Data
from danvan_analysis.trial import write_trial_returns

TRIAL = Path(__file__).parent.parent / "data" / "raw" / "gia-dinh"
UNIT = ["year", "area_id", "organisation", "unit_type", "scale_id", "rating"]


def _truth(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(
        folder / "_su-that" / f"{name}.csv",
        schema_overrides={"area_id": pl.String, "district_id": pl.String, "value": pl.Int64, "count": pl.Int64},
        infer_schema_length=None,
    )


def _by(frame: pl.DataFrame, keys: list[str], value: str) -> dict[tuple[object, ...], int]:
    sums = frame.group_by(keys).agg(pl.col(value).sum()).filter(pl.col(value) > 0)
    return {tuple(row[:-1]): row[-1] for row in sums.iter_rows()}


def _confirmed(data: Data) -> pl.DataFrame:
    return data.ratings.filter(pl.col("rated_by") != "tu_xep_loai").with_columns(
        # The truth names no scale for units that were not rated.
        scale_id=pl.when(pl.col("rating") == UNRATED).then(pl.lit("")).otherwise("scale_id")
    )


def _truth_ratings(folder: Path) -> pl.DataFrame:
    return _truth(folder, "ratings").with_columns(
        scale_id=pl.when(pl.col("rating") == UNRATED).then(pl.lit("")).otherwise("scale_id")
    )


def test_every_rating_is_the_truth(trial: Data) -> None:
    assert _by(_confirmed(trial), UNIT, "count") == _by(_truth_ratings(TRIAL), UNIT, "count")


def test_every_flag_is_the_truth(trial: Data) -> None:
    flags = ["good_or_better", "fair_or_better", "weak"]
    keys = ["year", "organisation", "unit_type", "rating", *flags]
    rated = pl.col("rating") != UNRATED
    assert _by(_confirmed(trial).filter(rated), keys, "count") == _by(
        _truth_ratings(TRIAL).filter(rated), keys, "count"
    )


def test_every_measure_is_the_truth(trial: Data) -> None:
    keys = ["year", "area_id", "measure"]
    read = {tuple(row[:-1]): row[-1] for row in trial.measures.select(*keys, "value").iter_rows()}
    assert len(read) == trial.measures.height
    assert read == {tuple(row[:-1]): row[-1] for row in _truth(TRIAL, "measures").select(*keys, "value").iter_rows()}


def test_named_units_stand_once(trial: Data) -> None:
    named = _confirmed(trial).filter(pl.col("unit_id").is_not_null())
    assert named.select("unit_id", "year", "period").is_unique().all()


def test_nothing_is_set_aside(trial: Data) -> None:
    assert trial.set_aside.filter(pl.col("effect") != "used").is_empty()


def test_the_planted_faults_are_found_and_no_others(trial: Data) -> None:
    planted = pl.read_csv(TRIAL / "_su-that" / "loi-co-y.csv")
    wrong_total = planted.filter(pl.col("what").str.contains("cộng sai"))
    found = trial.set_aside.filter(pl.col("reason") == "tong_khong_khop")
    assert (
        found.select(file="source_file", sheet="source_sheet", cell="source_cell").rows()
        == wrong_total.select("file", "sheet", "cell").rows()
    )
    cut = trial.shares.filter(pl.col("how") == "cat")
    planted_cuts = planted.filter(pl.col("what").str.contains("cắt"))
    assert set(planted_cuts.select("file", "sheet", "cell").rows()) <= set(
        cut.select("source_file", "source_sheet", "source_cell").rows()
    )
    assert trial.shares.filter(pl.col("how") == "khong_khop").is_empty()


def test_all_is_trial_data(trial: Data) -> None:
    assert set(trial.ratings["nature"]) | set(trial.measures["nature"]) == {"gia_dinh"}


def test_every_row_and_cell_is_accounted_for(shipped: Data) -> None:
    s = shipped.sources
    assert s.filter(pl.col("rows_read") != pl.sum_horizontal("rows_used", "rows_aside", "rows_structural")).is_empty()
    cells = pl.sum_horizontal("cells_used", "cells_checked", "cells_aside", "cells_structural")
    assert s.filter(pl.col("cells_read") != cells).is_empty()
    assert s["status"].unique().to_list() == ["read"]
    assert s["source_file"].n_unique() == 62


def test_source_cells_hold_the_counts(trial: Data) -> None:
    """A value that was read as it stands is found again in the very cell the row names."""
    import python_calamine

    rows = trial.ratings.filter(
        ~pl.col("source_cell").str.contains(";"), pl.col("unit_id").is_null(), pl.col("count") > 1
    ).sample(60, seed=1)
    for row in rows.iter_rows(named=True):
        book = python_calamine.load_workbook(TRIAL / row["source_file"])
        grid = book.get_sheet_by_name(row["source_sheet"]).to_python(skip_empty_area=False)
        letters = row["source_cell"].rstrip("0123456789")
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        value = grid[int(row["source_cell"][len(letters) :]) - 1][column - 1]
        assert float(str(value).replace(".", "") if isinstance(value, str) else value) == row["count"], row


@pytest.mark.parametrize("seed", [5, 77])
def test_another_province_of_the_dice_is_read_back(tmp_path: Path, facts: Facts, seed: int) -> None:
    """Other counts in the same manner: nothing in the reader is fitted to the shipped sample."""
    write_trial_returns(tmp_path, seed=seed)
    data = read_raw(tmp_path, facts)
    assert _by(_confirmed(data), UNIT, "count") == _by(_truth_ratings(tmp_path), UNIT, "count")
    keys = ["year", "area_id", "measure"]
    assert _by(data.measures, keys, "value") == _by(_truth(tmp_path, "measures"), keys, "value")
    assert data.set_aside.filter(pl.col("effect") != "used").is_empty()
