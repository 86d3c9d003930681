"""Charts of party members taking part, and the tile map: drawn values, withheld and missing places, tiles of the facts."""

from dataclasses import replace

import polars as pl
import pytest

from danvan_analysis.analysis import participation, withhold_small
from danvan_analysis.errors import FactsError
from danvan_analysis.facts import load_facts
from danvan_analysis.output import charts, labels, style, taking
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


@pytest.fixture(scope="module")
def branches(facts) -> pl.DataFrame:
    """One commune by chi bộ: one of eight members, one that is spared in part, two larger; all other communes whole."""
    here = TAM_NONG[0]
    rows = [
        *figures(here, "Ấp 10", members=14, exempt=0, taking=14),
        *figures(here, "Ấp 2", members=8, exempt=1, taking=6),
        *figures(here, "Ấp 1", members=40, exempt=2, taking=30),
        *figures(here, "Ấp 3", members=20, exempt=11, taking=5),
        *(row for area in TAM_NONG[1:] for row in figures(area, members=120, exempt=10, taking=100)),
    ]
    measures = pl.DataFrame(rows, infer_schema_length=None)
    return withhold_small(participation(Data(ratings=None, measures=measures), facts, year=2024), facts)


def _ugly(figure):
    """Give the texts that leave the picture or stand on another."""
    figure.set_dpi(300)
    figure.draw_without_rendering()
    out = [s for s in _spans(figure) if s[1] < -0.001 or s[2] > 1.001 or s[3] < -0.01 or s[4] > 1.01]
    return [*out, *_overlapping(figure)]


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


def test_a_commune_shows_its_chi_bo_and_none_with_few_members(facts, branches):
    ax = charts.participation(branches, facts, year=2024, area_id=TAM_NONG[0])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ấp 1", "Ấp 2", "Ấp 3", "Ấp 10"]
    bars = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    assert bars[f"{TAM_NONG[0]}:tat_ca:chi_bo:Ấp 1:taking"] == pytest.approx(100 * 30 / 38)
    assert _texts(ax, f"{TAM_NONG[0]}:tat_ca:chi_bo:Ấp 2") == "không nêu (dưới 10 đảng viên)"
    # The smallest other one goes too: the commune's total less the rest would give ấp 2 back.
    assert "tránh suy ra" in _texts(ax, f"{TAM_NONG[0]}:tat_ca:chi_bo:Ấp 10")
    # A base under ten: n/N, never a percentage.
    narrow = charts.participation(branches, facts, year=2024, area_id=TAM_NONG[0], size="half")
    for said in ([text.get_text() for text in drawn.texts] for drawn in (ax, narrow)):
        assert "05/09" in said and "78,95%" in said and "55,56%" not in said
    assert "2 nơi không nêu" in style.alt_text(ax.figure)


def test_figures_of_few_members_are_not_drawn_even_where_the_table_has_them(facts):
    rows = figures("866", members=400, exempt=0, taking=380) + figures(TAM_NONG[0], members=8, exempt=1, taking=6)
    open_table = participation(Data(ratings=None, measures=pl.DataFrame(rows)), facts, year=2024)
    assert open_table.filter(area_id=TAM_NONG[0])["participating"].to_list() == [6]
    ax = charts.participation(open_table, facts, year=2024, area_id="871")
    assert not ax.patches and _texts(ax, TAM_NONG[0]) == "không nêu (dưới 10 đảng viên)"
    tidy = taking.tidy(taking.lines(open_table, facts, year=2024, area_id="871"), facts).filter(area_id=TAM_NONG[0])
    assert set(tidy.drop("area_id", "area_name").row(0)) == {None, "không nêu (dưới 10 đảng viên)"}


def test_a_place_without_parts_stands_for_itself(facts, table):
    ax = charts.participation(table, facts, year=2024, area_id="866")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["TP Cao Lãnh"]
    assert style.alt_text(ax.figure).startswith("Năm 2024, thành phố Cao Lãnh: 800/900")
    with pytest.raises(ValueError, match="area 999"):
        charts.participation(table, facts, year=2024, area_id="999")


def test_the_title_says_what_is_not_known(facts, table):
    title = style.alt_text(charts.participation(table, facts, year=2024).figure)
    assert title.startswith("Năm 2024 (theo số liệu đã nhận): ")
    # Ten districts are silent.
    assert "10 nơi không nêu hoặc chưa có số liệu" in title
    everywhere = [row for area in range(866, 878) for row in figures(str(area), members=100, exempt=0, taking=95)]
    whole = participation(Data(ratings=None, measures=pl.DataFrame(everywhere)), facts, year=2024)
    title = style.alt_text(charts.participation(whole, facts, year=2024).figure)
    assert title.startswith("Năm 2024: 1.140/1.200 (95%) đảng viên") and "chưa có số liệu" not in title


def test_the_rows_beside_the_figure_are_what_is_drawn(facts, table):
    t = samples.sample(facts)
    verdicts = charts.with_counts(t.assessment, t.indicators)
    given = charts.Inputs(
        facts, 2024, "nam", "bao_cao", verdicts, t.indicators, None, t.ratings, pl.DataFrame(), {"participation": table}
    )
    done = charts.DRAW["participation"]({"kind": "participation"}, given)
    assert done.rows["area_name"].to_list()[:4] == ["Toàn tỉnh", "TP Cao Lãnh", "TP Sa Đéc", "TP Hồng Ngự"]
    assert done.rows.height == 13 and set(done.rows.columns) <= set(facts.layout["columns"])
    own = done.rows.filter(area_id="866").row(0, named=True)
    assert (own["members"], own["exempted"], own["base"], own["participating"]) == (1000, 100, 900, 800)
    assert own["not_taking"] == 100 and own["share"] == pytest.approx(8 / 9) and own["cell_note"] == ""
    assert done.rows.filter(area_id="877")["cell_note"].item() == "chưa có số liệu"
    assert charts.DRAW["participation"]({}, replace(given, year=2030)) is None
    assert charts.DRAW["participation"]({}, replace(given, tables={})) is None

    tile = {"kind": "tile_map", "indicator_id": "T3"}
    of_trial = replace(given, nature="gia_dinh")
    rows = charts.DRAW["tile_map"](tile, of_trial).rows
    assert rows["area_id"].to_list() == [str(code) for code in range(866, 878)]
    assert charts.DRAW["tile_map"](tile, replace(of_trial, year=2030)) is None


def test_the_tiles_of_the_facts_stand_each_on_its_own_place(facts):
    tiles = facts.layout["tiles"]
    assert set(tiles) == set(labels.districts(facts, 2024)["area_id"])
    assert len({tuple(spot) for spot in tiles.values()}) == 12


def test_wrong_tiles_are_told(tmp_path):
    wrong = '[tiles]\n870 = [0, 0]\n868 = [0, 0]\n8700 = [9, 9]\n866 = ["a", 1]\n873 = [-1, 1]\n'
    (tmp_path / "layout.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(FactsError) as raised:
        load_facts(tmp_path)
    said = str(raised.value)
    assert "870 và 868 cùng đứng ở cột 0, hàng 0." in said
    assert 'mã địa bàn "8700" không có trong areas.csv; gần nhất: "870".' in said
    assert "ô của 866 phải ghi [cột, hàng]" in said and "ô của 873 phải ghi" in said
    assert "có 4 điểm cần sửa" in said


def test_areas_of_another_province_may_stand_on_the_same_places(tmp_path):
    head = "area_id,valid_from,name,kind,parent_id,valid_to,decree,certainty,source,status\n"
    ours = "90,2004-01-01,Tỉnh Thử,tinh,,,,usual,Thử,assumed\n901,2004-01-01,Huyện Thử,huyen,90,,,usual,Thử,assumed\n"
    (tmp_path / "areas.csv").write_text(head + ours, encoding="utf-8-sig")
    (tmp_path / "layout.toml").write_text("[tiles]\n901 = [0, 0]\n", encoding="utf-8")
    assert load_facts(tmp_path).layout["tiles"]["901"] == [0, 0]


@pytest.mark.parametrize("known", [{}, {"866": [1, 0], "877": [0, 3]}])
@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_districts_without_tiles_are_still_drawn(facts, known, size):
    t = samples.sample(facts)
    bare = replace(facts, layout=facts.layout | {"tiles": known})
    verdicts = charts.with_counts(t.assessment, t.indicators)
    ax = charts.tile_map(verdicts, bare, indicator_id="T3", year=2024, size=size)
    tiles = [patch for patch in ax.patches if patch.get_gid()]
    assert [patch.get_gid() for patch in tiles] == [f"{code}:state" for code in range(866, 878)]
    spots = [(round(patch.get_y()), round(patch.get_x())) for patch in tiles]
    assert len(set(spots)) == 12
    # Those without a place stand in official order, line by line, below the others.
    rest = [spot for patch, spot in zip(tiles, spots, strict=True) if patch.get_gid()[:3] not in known]
    assert rest == sorted(rest) and min(rest)[0] == (4 if known else 0)
    said = "\n".join(text.get_text() for text in ax.figure.texts).replace("\n", " ").replace("\u00a0", " ")
    assert ("ở các hàng dưới cùng" if known else "không theo vị trí trên bản đồ") in said
    assert not _ugly(ax.figure)


def test_an_area_without_a_tile_is_still_drawn():
    spots = positions(["1", "2", "3", "4", "5", "6"], {})
    assert len(set(spots.values())) == 6
    assert positions(["866", "x", "y"], {"866": [0, 0]}) == {"866": (0, 0), "x": (0, 1), "y": (1, 1)}


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
        assert not _ugly(figure)


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_many_communes_and_long_names_have_room(facts, branches, size):
    assert not _ugly(charts.participation(branches, facts, year=2024, area_id=TAM_NONG[0], size=size).figure)
    assert not _ugly(charts.participation(branches, facts, year=2024, area_id="871", size=size).figure)
    # Huyện Cao Lãnh has the most communes.
    most = facts.areas.filter(parent_id="873")["area_id"].unique().sort().to_list()
    rows = [row for i, area in enumerate(most) for row in figures(area, members=1500 + i, exempt=100, taking=1300)]
    whole = participation(Data(ratings=None, measures=pl.DataFrame(rows)), facts, year=2024)
    assert len(most) == 18
    ax = charts.participation(whole, facts, year=2024, area_id="873", size=size)
    assert len(ax.get_yticklabels()) == 18 and not _ugly(ax.figure)
    long = whole.with_columns(area_name="Thị trấn " + pl.col("area_name") + " và vùng phụ cận mới sáp nhập")
    assert not _ugly(charts.participation(long, facts, year=2024, area_id="873", size=size).figure)


def test_the_same_bytes_twice(facts, table, tmp_path):
    t = samples.sample(facts)
    verdicts = charts.with_counts(t.assessment, t.indicators)
    for name in ("one", "two"):
        charts.save_chart(charts.participation(table, facts, year=2024).figure, tmp_path / f"p-{name}", dpi=100)
        charts.save_chart(
            charts.tile_map(verdicts, facts, indicator_id="T3", year=2024).figure, tmp_path / f"t-{name}", dpi=100
        )
    for kind in ("p", "t"):
        for ending in ("png", "svg"):
            assert (tmp_path / f"{kind}-one.{ending}").read_bytes() == (tmp_path / f"{kind}-two.{ending}").read_bytes()
