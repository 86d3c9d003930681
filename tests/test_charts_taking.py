"""Charts of party members taking part, and the tile map: drawn values, withheld and missing places, tiles of the facts."""

import polars as pl
import pytest

from danvan_analysis.analysis import participation, withhold_small
from danvan_analysis.facts.check_tiles import check_tiles
from danvan_analysis.facts.model import Row
from danvan_analysis.output import charts, labels, style
from danvan_analysis.output.charts.tile_map import positions
from danvan_analysis.tables import Data

from . import output_samples as samples
from .party_rows import TAM_NONG, figures
from .test_charts import _overlapping, _spans


@pytest.fixture(scope="module")
def table(facts) -> pl.DataFrame:
    """By commune of Tam Nông: one without its exemption, one with eight members, one silent, the rest whole."""
    rows = []
    for i, area in enumerate(TAM_NONG):
        whole = {"members": 50 + i, "exempt": 4, "taking": 46 - (i % 3) * 4}
        if i == 1:
            whole.pop("exempt")
        if i == 2:
            whole = {"members": 8, "exempt": 1, "taking": 6}
        rows += figures(area, **whole) if i != 3 else []
    rows += figures("866", members=1000, exempt=100, taking=800)
    measures = pl.DataFrame(rows, infer_schema_length=None)
    return withhold_small(participation(Data(ratings=None, measures=measures), facts, year=2024), facts)


def _texts(ax, gid):
    return next(text.get_text() for text in ax.texts if text.get_gid() == gid)


def test_bars_are_shares_of_the_members_who_are_not_exempted(facts, table):
    ax = charts.participation(table, facts, year=2024)
    bars = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    assert bars["866:taking"] == pytest.approx(100 * 800 / 900)
    assert bars["866:taking"] + bars["866:not_taking"] == pytest.approx(100)
    assert next(line for line in ax.lines if line.get_gid() == "target").get_xdata()[0] == 90
    said = [text.get_text() for text in ax.texts]
    assert "800/900" in said and "88,89%" in said and "100" in said
    assert _texts(ax, "877") == "chưa có số liệu"


def test_a_district_shows_its_communes_and_why_one_has_no_share(facts, table):
    ax = charts.participation(table, facts, year=2024, area_id="871")
    bars = {bar.get_gid() for bar in ax.patches}
    assert f"{TAM_NONG[5]}:taking" in bars and "866:taking" not in bars
    assert _texts(ax, TAM_NONG[1]) == "chưa ghi số được miễn sinh hoạt"
    assert "huyện Tam Nông" in style.alt_text(ax.figure)


def test_a_commune_with_few_members_gets_no_share(facts, table):
    ax = charts.participation(table, facts, year=2024, area_id="871")
    assert _texts(ax, TAM_NONG[2]) == "không nêu (dưới 10 đảng viên)"
    # What would give it away by subtraction is withheld too.
    assert "tránh suy ra" in _texts(ax, TAM_NONG[0])


def test_a_year_without_rows_is_an_error(facts, table):
    with pytest.raises(ValueError, match="no row of year 1999"):
        charts.participation(table, facts, year=1999)


def test_the_tiles_of_the_facts_stand_each_on_its_own_place(facts):
    tiles = facts.layout["tiles"]
    assert set(tiles) == set(labels.districts(facts, 2024)["area_id"])
    assert len({tuple(spot) for spot in tiles.values()}) == 12
    rows = {"areas": [Row("areas.csv", 2, {"area_id": area}) for area in tiles]}
    assert list(check_tiles(facts.layout, rows)) == []
    wrong = {"tiles": {"870": [0, 0], "868": [0, 0], "999": [1, 1], "866": ["a", 1]}}
    said = list(check_tiles(wrong, rows))
    assert len(said) == 3
    assert any("870 và 868 cùng đứng ở cột 0, hàng 0" in line for line in said)
    assert any('"999" không có trong areas.csv' in line for line in said) and any(
        "866 phải ghi" in line for line in said
    )


def test_an_area_without_a_tile_is_still_drawn():
    spots = positions(["1", "2", "3", "4", "5", "6"], {})
    assert len(set(spots.values())) == 6
    assert positions(["866", "x", "y"], {"866": [0, 0]}) == {"866": (0, 0), "x": (0, 1), "y": (0, 2)}


def test_tiles_carry_share_and_standing(facts):
    t = samples.sample(facts)
    verdicts = charts.with_counts(t.assessment, t.indicators)
    ax = charts.tile_map(verdicts, facts, indicator_id="T3", year=2024)
    n, base = samples.counts("T3", 2024, "867")
    assert _texts(ax, "867") == labels.share(n, base, 1)
    assert _texts(ax, samples.SILENT) == "chưa có\nsố liệu"
    bands = {patch.get_gid(): patch.get_hatch() for patch in ax.patches if patch.get_gid()}
    assert len(bands) == 12
    assert bands[f"{samples.BELOW}:state"] == facts.palette["state"]["not_met"]["hatch"] != bands["867:state"]
    small = charts.tile_map(verdicts, facts, indicator_id="T1", year=2024)
    assert "/" in _texts(small, "866")
    with pytest.raises(ValueError, match="no district in 2030"):
        charts.tile_map(verdicts, facts, indicator_id="T3", year=2030)


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_no_text_leaves_the_picture_or_stands_on_another(facts, table, size):
    t = samples.sample(facts)
    verdicts = charts.with_counts(t.assessment, t.indicators)
    drawn = [
        charts.participation(table, facts, year=2024, size=size).figure,
        charts.participation(table, facts, year=2024, area_id="871", size=size).figure,
        charts.tile_map(verdicts, facts, indicator_id="T1", year=2024, size=size).figure,
        charts.tile_map(verdicts, facts, indicator_id="T3", year=2024, size=size).figure,
    ]
    for figure in drawn:
        figure.set_dpi(300)
        figure.canvas.draw()
        assert not [s for s in _spans(figure) if s[1] < -0.001 or s[2] > 1.001 or s[3] < -0.01 or s[4] > 1.01]
        assert not list(_overlapping(figure))
