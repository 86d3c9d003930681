"""The trial returns, written by a generator that shares nothing with the reader, are read back to the truth."""

from pathlib import Path

import polars as pl
import pytest

from danvan_analysis.facts import Facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import UNRATED, Data
from danvan_analysis.text import fold
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


def _rows(frame: pl.DataFrame, keys: list[str]) -> list[tuple[object, ...]]:
    return frame.select(keys).sort(keys).rows()


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
    assert trial.measures.select(*keys, "unit_name").is_unique().all()
    # What chi bộ report stands in their rows, and in no other.
    assert trial.measures.group_by(keys).agg(pl.col("unit_name").is_null().n_unique())["unit_name"].max() == 1
    read = trial.measures.group_by(keys).agg(pl.col("value").sum())
    assert _rows(read, [*keys, "value"]) == _rows(_truth(TRIAL, "measures"), [*keys, "value"])


def test_every_chi_bo_is_the_truth(trial: Data) -> None:
    keys = ["year", "area_id", "unit_name", "measure", "value"]
    read = trial.measures.filter(pl.col("unit_name").is_not_null())
    assert _rows(read, keys) == _rows(_truth(TRIAL, "chi-bo"), keys)


def test_every_duty_is_the_truth(trial: Data) -> None:
    keys = ["year", "area_id", "duty_id", "due", "state", "body"]
    # A body is printed as its office spells it: "Thành ủy", "Thành uỷ".
    spelled = pl.col("body").map_elements(fold, pl.String)
    assert _rows(trial.duties.with_columns(spelled), keys) == _rows(_truth(TRIAL, "duties").with_columns(spelled), keys)


def test_named_units_stand_once(trial: Data) -> None:
    named = _confirmed(trial).filter(pl.col("unit_id").is_not_null())
    assert named.select("unit_id", "year", "period").is_unique().all()


#: The reason under which each deliberate fault must be asked about, by a word of what it is.
QUESTIONS = {
    "cộng sai": "tong_khong_khop",
    "để trống": "o_trong",
    "gạch ngang": "o_trong",
    "ghi bằng lời": "so_khong_doc_duoc",
    "không rõ nghĩa": "trang_thai_la",
}


def test_the_planted_faults_are_asked_about_and_nothing_else(trial: Data) -> None:
    """Each leads to its own question; only what cannot be read is set aside."""
    planted = pl.read_csv(TRIAL / "_su-that" / "loi-co-y.csv")
    wanted = {
        (*cell, reason)
        for *cell, what in planted.select("file", "sheet", "cell", "what").iter_rows()
        for words, reason in QUESTIONS.items()
        if words in what
    }
    assert {reason for *_, reason in wanted} == set(QUESTIONS.values())
    # How numbers are written and how many meetings a commune held are asked about everywhere, and no fault.
    asked = trial.set_aside.filter(~pl.col("reason").is_in(["so_dang_chu", "so_ky_sinh_hoat"]))
    assert set(asked.select("source_file", "source_sheet", "source_cell", "reason").iter_rows()) == wanted
    assert asked.height == len(wanted)
    aside = trial.set_aside.filter(pl.col("effect") != "used")
    assert set(aside["reason"]) == {"so_khong_doc_duoc", "trang_thai_la"}
    assert aside.height == 2


def test_the_planted_shares_are_found_cut_and_no_other_is_wrong(trial: Data) -> None:
    planted = pl.read_csv(TRIAL / "_su-that" / "loi-co-y.csv")
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
    assert s["source_file"].n_unique() == 66


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
    keys = ["year", "area_id", "duty_id", "state"]
    assert _rows(data.duties, keys) == _rows(_truth(tmp_path, "duties"), keys)
    aside = data.set_aside.filter(pl.col("effect") != "used")
    assert sorted(aside["reason"]) == ["so_khong_doc_duoc", "trang_thai_la"]
