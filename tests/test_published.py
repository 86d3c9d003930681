"""The published figures: what the press printed stands in the tables as printed, each under its own place and year."""

import csv
from pathlib import Path

import pytest

import danvan_analysis as dv
from danvan_analysis import Data, Facts

PUBLISHED = Path(__file__).parents[1] / "data" / "raw" / "cong-bo"


def _lines(name: str) -> list[dict[str, str]]:
    with (PUBLISHED / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return dv.load_facts()


@pytest.fixture(scope="module")
def data(facts: Facts) -> Data:
    return dv.read_raw(PUBLISHED, facts)


def test_an_office_of_the_province_is_no_district(facts: Facts, data: Data):
    """The row above the offices of 2021 is a district without a figure; none of theirs is its own."""
    levels = {"Rất tốt": 1, "Tốt": 2, "Khá tốt": 3, "Khá": 4}
    printed = set()
    for line in _lines("ddci-dong-thap-2019-2021.csv"):
        name = line["unit_as_printed"].removeprefix("UBND ").replace("TP. ", "Thành phố ").replace("huyện", "Huyện")
        place = name if line["block"] == "Chính quyền địa phương" else "Tỉnh Đồng Tháp"
        key = (place, int(line["year"]), line["unit_as_printed"])
        printed |= (
            {(*key, "ddci_muc", float(levels[line["rating_as_printed"]]))} if line["rating_as_printed"] else set()
        )
        printed |= {(*key, "ddci_hang", float(line["rank_first"]))} if line["rank_first"] else set()
        score = line["score_as_printed"].replace(",", ".")
        printed |= {(*key, "ddci_diem", float(score))} if score else set()
    columns = ["area_name", "year", "unit_name", "measure", "value", "score"]
    read = {(*row[:4], float(row[4] if row[4] is not None else row[5])) for row in data.measures.select(columns).rows()}
    assert read == printed
    # The one printed score is that of one office, not of the province.
    assert dv.compute_indicators(data, facts).filter(indicator_id="B43").is_empty()


def test_counts_stand_as_printed(data: Data):
    printed = [int(line["count_as_printed"].replace(".", "")) for line in _lines("xep-loai-da-cong-bo.csv")]
    assert sorted(data.ratings["count"]) == sorted(count for count in printed if count)
    assert set(data.ratings["nature"]) == {"cong_bo"}
