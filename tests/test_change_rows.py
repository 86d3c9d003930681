"""Changes and their parts as rows to read: counts by hand, places without figures, few units."""

import polars as pl
import pytest

from danvan_analysis.analysis import compute_changes, compute_indicators, compute_mix
from danvan_analysis.output.change_rows import change_rows
from danvan_analysis.output.charts import mix_rows
from danvan_analysis.tables import Data

from . import output_samples as samples
from .test_charts_change import FOUND, ratings_of


def _years(before, now):
    return Data(measures=None, ratings=ratings_of({2023: before, 2024: now}))


def test_every_district_has_a_row_and_says_what_it_is(facts):
    before, now = ({area: (two[i], 1000) for area, two in FOUND.items()} for i in (0, 1))
    changes = compute_changes(compute_indicators(_years(before, now), facts), facts)
    rows = change_rows(changes, facts, indicator_id="T3", year=2024, nature="bao_cao")
    assert rows["name_vi"].to_list()[:3] == ["Tỉnh Đồng Tháp", "Thành phố Cao Lãnh", "Thành phố Sa Đéc"]
    told = {row["area_id"]: row for row in rows.to_dicts()}
    assert told["866"] == {
        "area_id": "866", "name_vi": "Thành phố Cao Lãnh", "previous_vi": "800/1.000", "now_vi": "890/1.000",
        "share_vi": "89%", "change_vi": "+9 (tăng rõ)",
    }  # fmt: skip
    assert told["867"]["change_vi"] == "+3,80 (vượt dao động ngẫu nhiên chỉ khi xét riêng)"
    assert told["868"]["change_vi"] == "+0,10 (trong phạm vi dao động ngẫu nhiên)"
    assert told["869"]["change_vi"] == "0 (không thay đổi)"
    assert told["870"]["change_vi"] == "−10 (giảm rõ)"


def test_a_silent_year_and_few_units(facts):
    tables = samples.sample(facts)
    silent = change_rows(tables.changes, facts, indicator_id="T3", year=2024).filter(area_id=samples.SILENT).row(0)
    n, base = samples.counts("T3", 2023, samples.SILENT)
    assert silent[2:] == (f"{n}/{base}".replace("1140", "1.140"), "–", "–", "chưa có số liệu năm 2024")
    few = change_rows(tables.changes, facts, indicator_id="T1", year=2024).filter(area_id="869").row(0)
    assert few[2:] == ("05/06", "05/06", "05/06", "số lượng ít")
    none = change_rows(tables.changes, facts, indicator_id="T3", year=1999)
    assert set(none["change_vi"]) == {"chưa có số liệu"}


def test_a_district_has_its_kinds_of_unit(facts):
    data = _years({"866": (40, 50)}, {"866": (45, 50)})
    other = data.ratings.filter(area_id="866").with_columns(
        organisation=pl.lit("nong_dan"), unit_type=pl.lit("chi_hoi")
    )
    both = Data(measures=None, ratings=pl.concat([other, data.ratings]))
    changes = compute_changes(compute_indicators(both, facts), facts)
    rows = change_rows(changes, facts, indicator_id="T3", year=2024, area_id="866", kinds=True, nature="bao_cao")
    assert rows.select("name_vi", "previous_vi", "now_vi").rows() == [
        ("Thành phố Cao Lãnh", "80/100", "90/100"),
        ("ban công tác mặt trận", "40/50", "45/50"),
        ("chi hội", "40/50", "45/50"),
    ]


def test_the_words_of_the_whole_add_up(facts):
    """Rounded to two decimals these do not: the least decimals with which they do are printed."""
    mix = compute_mix(
        compute_indicators(_years({"866": (40, 50), "867": (45, 50)}, {"866": (20, 31), "867": (61, 70)}), facts), facts
    )
    own = {"indicator_id": "T3", "year": 2024, "nature": "bao_cao"}
    row = mix_rows.in_words(mix, facts, **own)[-1].row(0, named=True)
    # -0.4529 = -0.7257 + 0.2728: with two decimals -0.45, -0.73 and +0.27.
    assert (row["change"], row["rate_effect"], row["mix_effect"]) == ("−0,453", "−0,726", "+0,273")
    numbers = mix_rows.tidy(mix, facts, **own)[-1]
    assert 100 * numbers["change"].item() == pytest.approx(-0.4528940632)
    few = compute_mix(compute_indicators(_years({"866": (4, 6)}, {"866": (5, 6)}), facts), facts, by=("organisation",))
    words = mix_rows.in_words(few, facts, by="organisation", area_id="866", **own)
    assert words["numerator"].to_list() == [5, 5] and words["change"].to_list() == [None, None]
    assert mix_rows.in_words(few, facts, by="organisation", area_id="nowhere", **own).is_empty()
