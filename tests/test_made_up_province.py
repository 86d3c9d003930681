"""The made-up province: repeatable, marked, never read by accident, read back whole, its planted signs found."""

from pathlib import Path

import polars as pl
import pytest

from danvan_analysis.analysis.leniency import leniency
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import find_place, read_raw
from danvan_analysis.intake.files import list_files
from danvan_analysis.output.returns import returns_table
from danvan_analysis.tables import UNRATED, Data
from danvan_analysis.trial import MARK, SEED, write_trial_returns
from danvan_analysis.trial.kinds import BASE, BODIES, COMMUNITY, KINDS
from danvan_analysis.trial.made_up import WRITTEN, made_up_areas
from danvan_analysis.trial.places import districts_of
from danvan_analysis.trial.planted import plant
from danvan_analysis.trial.scales import SCALES
from danvan_analysis.trial.tally import body_tally, tally_district
from danvan_analysis.trial.truth import draw_truth

RAW = Path(__file__).parent.parent / "data" / "raw"
SHIPPED = RAW / "_tinh-thu"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(SHIPPED / "_danh-muc")


@pytest.fixture(scope="module")
def data(facts: Facts) -> Data:
    return read_raw(SHIPPED, facts)


def test_the_shipped_files_are_those_of_the_default_seed(tmp_path: Path) -> None:
    write_trial_returns(tmp_path, scope="tinh-thu")
    mine, theirs = (
        {path.relative_to(home): path.read_bytes() for path in home.rglob("*") if path.is_file()}
        for home in (tmp_path, SHIPPED)
    )
    assert mine == theirs


def test_files_are_few_and_small_and_every_one_is_marked(data: Data) -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert len(files) < 40
    assert sum(path.stat().st_size for path in files) < 1_000_000
    for path in files:
        if path.suffix != ".xlsx":
            assert MARK in path.read_text("utf-8-sig"), path
    # The reader gives this nature only for the mark: the folder's name says nothing.
    assert set(data.sources["nature"]) == set(data.ratings["nature"]) == set(data.measures["nature"]) == {"gia_dinh"}


def test_it_is_read_only_when_named(facts: Facts) -> None:
    assert not [path for path in list_files(RAW) if "_tinh-thu" in path.parts]
    assert {path.suffix for path in list_files(SHIPPED)} == {".xlsx"}
    real = load_facts()
    assert not real.areas.filter(pl.col("area_id").str.starts_with("T9")).height
    ours = facts.areas.filter(pl.col("area_id").str.starts_with("T9"))
    assert ours["name"].str.contains("Giả Định").all()
    assert not set(ours["name"]) & set(real.areas["name"])


def test_every_rating_is_the_truth(data: Data) -> None:
    areas = made_up_areas()
    districts = districts_of(areas, "T9", areas["valid_from"][0])
    truth = draw_truth(districts, "T9", SEED, even=True)
    plant(truth)
    expected = {}
    for district in districts:
        communes = [commune.area_id for commune in district.communes]
        for year in WRITTEN:
            for unit_type, places in (("cap_huyen", [district.area_id]), ("cap_xa", communes)):
                for organisation in BODIES:
                    tally = body_tally(truth, places, organisation, year)
                    levels = zip(SCALES["hoan_thanh"].levels, tally.counts, strict=True)
                    expected |= {(district.name, year, organisation, unit_type, v.rating): n for v, n in levels if n}
            for kind in (*BASE, *COMMUNITY):
                tally = tally_district(truth, district, kind, year)
                key = (district.name, year, KINDS[kind].organisation, KINDS[kind].unit_type)
                levels = zip([level.rating for level in tally.scale.levels], tally.counts, strict=True)
                expected |= {(*key, rating): n for rating, n in (*levels, (UNRATED, tally.unrated)) if n}
    confirmed = data.ratings.filter(pl.col("rated_by") != "tu_xep_loai")
    found = confirmed.group_by("district_name", "year", "organisation", "unit_type", "rating").agg(
        pl.col("count").sum()
    )
    assert {tuple(row[:-1]): row[-1] for row in found.iter_rows() if row[-1]} == expected


def test_planted_signs_are_found_and_the_other_districts_are_left_alone(data: Data, facts: Facts) -> None:
    planted = pl.read_csv(SHIPPED / "_su-that" / "co-y.csv")
    noted = leniency(data, facts, year=2024).filter("noted")
    found = set(noted.select("area_id", "sign").iter_rows())
    wanted = set(planted.select("area_id", "sign").iter_rows())
    follows = {
        (area, sign)
        for area, more in planted.select("area_id", "brings").iter_rows()
        for sign in (more or "").split(";")
    }
    assert len(wanted) == 8
    assert found >= wanted
    assert found <= wanted | follows
    untouched = {district.area_id for district in districts_of(made_up_areas(), "T9", made_up_areas()["valid_from"][0])}
    assert not (untouched - set(planted["area_id"])) & set(noted["area_id"])


def test_two_years_are_too_few_to_say_nobody_was_below_for_years(data: Data, facts: Facts) -> None:
    before = leniency(data, facts, year=2023).filter(sign="khong_duoi_kha", organisation="tat_ca")
    assert set(before["reason"]) == {"thieu_nam"}


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 9))
def test_planted_signs_are_found_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    write_trial_returns(tmp_path, scope="tinh-thu", seed=seed)
    facts = load_facts(tmp_path / "_danh-muc")
    planted = pl.read_csv(tmp_path / "_su-that" / "co-y.csv")
    noted = leniency(read_raw(tmp_path, facts), facts, year=2024).filter("noted")
    wanted = set(planted.select("area_id", "sign").iter_rows())
    # Each sign has at least four chances in five: eight of eight is usual, fewer than five would not be.
    assert len(wanted & set(noted.select("area_id", "sign").iter_rows())) >= 5
    # Of what is noted, one in twenty may be chance.
    assert len(noted.filter(~pl.col("area_id").is_in(planted["area_id"].implode()))) <= max(2, len(noted) / 10)


def test_nobody_of_another_province_owes_it_a_return(data: Data, facts: Facts) -> None:
    returned = returns_table(facts, sources=data.sources, ratings=data.ratings, measures=data.measures, year=2024)
    assert set(returned["sender"]) == {f"T9{number:02}" for number in range(1, 11)}


def test_its_places_are_found_by_code_too(facts: Facts) -> None:
    assert [find_place(code, facts, 2024).name for code in ("T903", "t903")] == ["Huyện Giả Định Ba"] * 2
