"""The leniency panel: what it says of each sign, that it is fair to equal districts, and that it finds what is planted."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.stats import binom, hypergeom

from danvan_analysis.analysis.leniency import _KEY, _TYPES, leniency
from danvan_analysis.analysis.leniency_lines import at_ceiling, near_cuts
from danvan_analysis.analysis.leniency_rows import rating_rows
from danvan_analysis.analysis.leniency_shares import round_shares
from danvan_analysis.analysis.leniency_years import against_others
from danvan_analysis.analysis.places import places_in
from danvan_analysis.tables import Data

from .lenient_samples import FACTS, MADE_UP, drawn_measures, drawn_ratings, finished, panel, quick

SIGNS = {
    *("dung_tran", "dung_san", "khong_duoi_kha", "mot_muc", "lap_lai_xep_loai", "lap_lai_so_luong"),
    *("nang_muc", "nang_muc_hon_noi_khac", "ty_le_tron", "cao_hon_tham_gia", "sat_nguong_diem"),
}
RULES = FACTS.methods["leniency"]
#: A district of the made-up province: no real one carries a planted sign, not even in a test.
HERE = "T904"


@pytest.fixture(scope="module")
def equal():
    return drawn_ratings(1)


@pytest.fixture(scope="module")
def even_panel(equal):
    return panel(equal, measures=drawn_measures(1))


def units_of(place, **kinds):
    return pl.all_horizontal(pl.col(name) == value for name, value in {"place": place, **kinds}.items())


# --- the table


def test_every_place_has_every_sign_and_every_row_its_answer_or_its_reason(even_panel):
    together = even_panel.filter(organisation="tat_ca")
    places = set(places_in(FACTS, 2024).names) - {"87"}
    assert {(area, sign) for area, sign in together.select("area_id", "sign").iter_rows()} == {
        (place, sign) for place in places for sign in SIGNS
    }
    assert not even_panel.select(_KEY).is_duplicated().any()
    assert even_panel.select(_KEY).null_count().sum_horizontal().item() == 0
    assert even_panel.equals(even_panel.sort(_KEY))
    assert (even_panel["p_value"].is_null() == even_panel["reason"].is_not_null()).all()
    assert (even_panel["p_value"].is_null() == (even_panel["method"] == "none")).all()
    assert set(even_panel["reason"].drop_nulls()) <= set(RULES["reasons"])
    assert even_panel["internal"].all()
    assert even_panel["p_value"].drop_nulls().is_between(0, 1).all()
    assert (even_panel["q_value"] >= even_panel["p_value"] - 1e-12).all()


def test_words_ask_and_never_accuse(even_panel):
    planted = drawn_ratings(2, MADE_UP, own=False)
    planted = planted.with_columns(level=pl.when(units_of(HERE)).then(0).otherwise("level"))
    said = [*even_panel["sentence_vi"], *(noted := panel(planted, MADE_UP).filter("noted"))["sentence_vi"]]
    for sentence in said:
        assert not any(word in sentence.lower() for word in ("dấu hiệu", "xác minh", "vi phạm", "sai phạm", "gian"))
        assert sentence[0].isupper() and sentence.endswith(".")
        assert "{" not in sentence
    assert noted["area_id"].unique().to_list() == [HERE]
    assert {"mot_muc", "khong_duoi_kha"} <= set(noted["sign"])
    for sentence in noted["sentence_vi"]:
        assert sentence.startswith("Đề nghị huyện Giả Định Bốn rà soát, làm rõ: ")
        assert sentence.endswith(
            "Đây là đặc điểm của số liệu, có thể do nguyên nhân khách quan; không phải nhận định về việc đánh giá, "
            "xếp loại của đơn vị."
        )


def test_every_reason_and_sign_has_its_words():
    words = FACTS.wording["leniency"]
    assert set(words) >= SIGNS
    assert set(FACTS.wording["leniency_seen"]) >= SIGNS
    assert set(FACTS.wording["leniency_evidence"]) >= SIGNS


def test_evidence_is_the_count_behind_the_value(even_panel):
    """The words of a cell say the same as the numbers beside them."""
    answered = even_panel.filter(pl.col("reason").is_null())
    assert answered["evidence_vi"].null_count() == 0
    assert even_panel.filter(pl.col("reason").is_not_null())["evidence_vi"].null_count() == even_panel.height - len(
        answered
    )
    assert set(answered["sign"]) >= {"dung_tran", "khong_duoi_kha", "mot_muc", "lap_lai_xep_loai", "cao_hon_tham_gia"}
    for row in answered.iter_rows(named=True):
        said = row["evidence_vi"].replace(".", "")
        if row["sign"] == "cao_hon_tham_gia":
            assert float(said.replace(",", ".")) == pytest.approx(100 * row["value"], abs=0.006)
        else:
            k, n = map(int, said.split("/"))
            assert k / n == pytest.approx(row["value"]), row
            # Of all kinds together it is kinds that are counted, not units.
            assert n == row["n"] or row["sign"] == "mot_muc"


def test_nothing_in_nothing_out():
    for ratings in (None, finished(drawn_ratings(1).head(0)), finished(drawn_ratings(1))):
        empty = leniency(Data(ratings=ratings, measures=None), FACTS, year=2019)
        assert empty.is_empty()
        assert dict(empty.schema) == _TYPES


def test_a_table_without_the_columns_of_the_contract_is_refused():
    with pytest.raises(ValueError, match="scale_id"):
        leniency(Data(ratings=pl.DataFrame({"area_id": ["866"], "year": [2024]}), measures=None), FACTS, year=2024)


def test_one_district_alone_has_nobody_to_be_compared_with(equal):
    alone = panel(equal.filter(place="871")).filter(area_id="871", organisation="tat_ca")
    reasons = dict(alone.select("sign", "reason").iter_rows())
    assert reasons["lap_lai_xep_loai"] == reasons["nang_muc_hon_noi_khac"] == "khong_co_noi_khac"
    assert reasons["khong_duoi_kha"] is not None
    assert reasons["dung_tran"] is None
    assert set(panel(equal.filter(place="871")).filter(area_id="866")["reason"]) == {"khong_co_so_lieu"}


def test_one_year_alone_has_no_past(equal):
    now = panel(equal.filter(year=2024)).filter(organisation="tat_ca")
    reasons = now.group_by("sign").agg(pl.col("reason").unique())
    reasons = dict(reasons.iter_rows())
    assert reasons["khong_duoi_kha"] == ["thieu_nam"]
    assert reasons["lap_lai_xep_loai"] == reasons["lap_lai_so_luong"] == ["khong_co_so_lieu"]


def test_real_returns_leave_trial_ones_out(equal):
    both = pl.concat([finished(equal), finished(equal.filter(place="871"), nature="bao_cao")])
    assert set(panel(both)["nature"]) == {"bao_cao"}


def test_other_periods_and_unit_types_outside_the_targets_do_not_count(equal, even_panel):
    more = finished(equal).with_columns(
        period=pl.lit("6-thang"), unit_type=pl.lit("cdcs"), rating=pl.lit("hoan_thanh_xuat_sac")
    )
    together = panel(pl.concat([finished(equal), more, more.with_columns(period=pl.lit("nam"))]))
    keep = ["area_id", "organisation", "unit_type", "sign", "p_value"]
    apart = panel(equal).select(keep)
    assert together.select(keep).equals(apart)


# --- the same figures, the same answers


def test_order_of_rows_and_engine_do_not_matter(equal, even_panel):
    import pandas as pd

    shuffled = finished(equal).sample(fraction=1, shuffle=True, seed=5)
    measures = drawn_measures(1).sample(fraction=1, shuffle=True, seed=6)
    assert panel(shuffled, measures=measures).equals(even_panel)
    frames = [pd.DataFrame(table.to_dict(as_series=False)) for table in (shuffled, measures)]
    assert leniency(Data(ratings=frames[0], measures=frames[1]), quick(FACTS), year=2024).equals(even_panel)


def test_other_names_for_the_districts_change_nothing():
    units, measures = drawn_ratings(3, MADE_UP), drawn_measures(3, MADE_UP)
    turn = {f"T9{n:02d}": f"T9{(n + 3) % 10 + 1:02d}" for n in range(1, 11)}

    def renamed(column):
        return pl.col(column).str.slice(0, 4).replace(turn) + pl.col(column).str.slice(4)

    def answers(table):
        keep = ["area_id", "organisation", "unit_type", "sign", "value", "p_value", "q_value", "reason"]
        return table.select(keep).sort(keep[:4])

    before = panel(units, MADE_UP, measures=measures)
    moved = units.with_columns(renamed("area_id"), renamed("place"), renamed("unit_id"))
    after = panel(moved, MADE_UP, measures=measures.with_columns(renamed("area_id")))
    expected = answers(before.with_columns(renamed("area_id")))
    assert_frame_equal(answers(after), expected, check_exact=False, rel_tol=1e-9)


# --- each sign against its own arithmetic


def counted(place, levels, year=2024, organisation="mttq", unit_type="cap_xa", scale="hoan_thanh", area=None):
    """Counts by level for one group."""
    names = ("hoan_thanh_xuat_sac", "hoan_thanh_tot", "hoan_thanh", "khong_hoan_thanh")
    return pl.DataFrame(
        [
            (area or place, year, organisation, unit_type, scale, name, count)
            for name, count in zip(names, levels, strict=False)
            if count
        ],
        schema=["area_id", "year", "organisation", "unit_type", "scale_id", "rating", "count"],
        orient="row",
    ).with_columns(pl.col("count").cast(pl.Int64))


def read(*tables, facts=FACTS):
    return rating_rows(pl.concat(tables), facts, {y: places_in(facts, y) for y in (2022, 2023, 2024)})


@pytest.mark.parametrize(
    ("base", "levels", "hit"),
    [
        # 20 % of 45 good = 9 (Cờ Đỏ 2022: 9 of 45); of 50 rated = 10.
        ("good_or_better", (9, 36, 5, 0), True),
        ("rated", (9, 36, 5, 0), False),
        ("rated", (10, 35, 5, 0), True),
        # What is left over is cut: 20 % of 12 good = 2.4.
        ("good_or_better", (2, 10, 0, 0), True),
        ("good_or_better", (3, 9, 0, 0), False),
    ],
)
def test_the_ceiling_and_its_base(base, levels, hit):
    (found,) = at_ceiling(read(counted("871", levels)), 2024, RULES | {"ceiling_base": base})
    good = sum(levels[:2]) if base == "good_or_better" else sum(levels)
    line = good // 5
    assert (found.value, found.n) == (float(hit), 1)
    assert found.expected == pytest.approx(binom.pmf(line, good, line / good))
    assert found.words["beyond"] == (levels[0] == line + 1)


def test_seven_groups_at_the_ceiling():
    """Six bodies of ten units with two at the best level: the most chance can give is binom(2; 10, 0.2) each."""
    tables = [counted("871", (2, 8, 0, 0), organisation=o) for o in ("mttq", "cong_doan", "nong_dan", "phu_nu", "ccb")]
    (found,) = at_ceiling(read(*tables), 2024, RULES)
    assert found.p == pytest.approx(2 * binom.pmf(2, 10, 0.2) ** 5)
    # Just above instead: nothing at the line.
    tables = [counted("871", (3, 7, 0, 0), organisation=o) for o in ("mttq", "cong_doan", "nong_dan", "phu_nu", "ccb")]
    (found,) = at_ceiling(read(*tables), 2024, RULES)
    assert (found.p, found.words["beyond"]) == (1.0, 5)


def test_before_the_ceiling_there_is_none():
    assert list(at_ceiling(read(counted("871", (2, 8, 0, 0))), 2017, RULES)) == []


def test_none_below_for_three_years():
    """12 places of 50 units, some below in each but one: the chance of none is that of the hardest year, once."""
    places = sorted(set(places_in(FACTS, 2024).names) - {"87"})
    below = {2022: 2, 2023: 3, 2024: 1}
    chi_doan = {"unit_type": "chi_doan", "organisation": "doan_tn"}

    def asked(here):
        tables = [
            counted(place, (10, 40 - k, k, 0), year=year, **chi_doan)
            for place in places
            for year, elsewhere in below.items()
            for k in [here.get(year, 0) if place == "871" else elsewhere]
        ]
        found = panel(pl.concat(tables), alpha=0.2).filter(area_id="871", sign="khong_duoi_kha", organisation="doan_tn")
        return found.row(0, named=True)

    found = asked({})
    assert found["p_value"] == pytest.approx(hypergeom.pmf(0, 600, 33, 50))
    assert found["expected"] == pytest.approx(11 / 600)
    # One unit below in any of the years, and there is nothing to say.
    assert asked({2022: 1})["p_value"] == 1


def test_copied_counts_by_area():
    """Two kinds of place: five areas repeat their counts here, none of fifteen elsewhere."""
    communes = {
        p: [a for a, home in places_in(FACTS, 2024).home.items() if home == p and a != p] for p in ("871", "872", "873")
    }
    tables = []
    for place, areas in communes.items():
        for area in areas[:5]:
            for year in (2023, 2024):
                levels = (2, 6, 0, 0) if year == 2023 or place == "871" else (3, 5, 0, 0)
                tables.append(counted(place, levels, year, "doan_tn", "chi_doan", area=area))
    found = panel(pl.concat(tables)).filter(sign="lap_lai_so_luong", area_id="871", organisation="tat_ca")
    assert found["value"].item() == 1
    assert found["p_value"].item() == pytest.approx(hypergeom.pmf(5, 15, 5, 5))


def shares(printed, whole=40, place="871", how="lam_tron"):
    areas = [a for a, home in places_in(FACTS, 2024).home.items() if home == place and a != place]
    rows = [
        ("gia_dinh", 2024, area, "phu_nu", "chi_hoi", count, whole, text, how)
        for area, (count, text) in zip(areas, printed, strict=False)
    ]
    names = ["nature", "year", "area_id", "organisation", "unit_type", "count", "denominator", "printed", "how"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_round_shares_against_their_denominator():
    """Of 40 units every second count gives a multiple of 5 %: 30 ± 5 holds six even numbers... five or six of eleven."""
    here = places_in(FACTS, 2024)
    table = shares([(30, "75,00"), (32, "80,00"), (34, "85%"), (36, "90,0"), (28, "0.7"), (31, "77,50")])
    (found,) = round_shares(table, "gia_dinh", 2024, here, RULES)
    assert (found.words["k"], found.n) == (5, 6)
    around = [range(max(1, x - 5), min(39, x + 5) + 1) for x in (30, 32, 34, 36, 28, 31)]
    chances = [sum(x % 2 == 0 for x in near) / len(near) for near in around]
    assert found.expected == pytest.approx(sum(chances) / 6)
    # 37 units: no count but 0 and 37 gives a multiple of 5 % to two decimals.
    (none,) = round_shares(
        shares([(x, f"{100 * x / 37:.2f}") for x in range(20, 28)], 37), "gia_dinh", 2024, here, RULES
    )
    assert none.words["k"] == 0
    assert none.expected < 0.01


def test_scores_just_above_a_cut_off():
    rows = read(*(counted("871", (1, 0, 0, 0), organisation="ccb") for _ in range(1)))
    one = rows.with_columns(score=pl.lit(90.0))
    table = pl.concat([one.with_columns(score=pl.lit(s)) for s in [90.0, 90.5] * 6 + [89.5] * 2])
    found = next(near_cuts(table, 2024, RULES, FACTS))
    assert (found.value, found.n) == (12 / 14, 14)
    assert found.p == pytest.approx(binom.sf(11, 14, 0.5))
    # The narrowest window with enough scores counts: those two points away stay out.
    wide = pl.concat([table, one.with_columns(score=pl.lit(88.0))])
    assert next(near_cuts(wide, 2024, RULES, FACTS)).n == 14


def test_the_cut_offs_of_a_scale_are_its_own():
    rows = read(counted("871", (1, 0, 0, 0), organisation="ccb")).with_columns(scale_id=pl.lit("ccb_tsvm"))
    table = pl.concat([rows.with_columns(score=pl.lit(81.0))] * 10)
    assert next(near_cuts(table, 2024, RULES, FACTS)).value == 1
    table = pl.concat([rows.with_columns(score=pl.lit(90.0))] * 10)
    assert next(near_cuts(table, 2024, RULES, FACTS)).reason == "mau_qua_nho"


# --- found with the power that is stated


def test_copied_ratings_are_found_with_the_stated_power():
    """A place whose units repeat with the share named as the smallest seen is found in four of five tries."""
    rng = np.random.default_rng(2021)
    found = tries = 0
    for _ in range(150):
        x = rng.binomial(60, 0.75, size=12)
        table = pl.DataFrame(
            {
                "place": [f"p{n}" for n in range(12)],
                "organisation": "phu_nu",
                "unit_type": "chi_hoi",
                "scale_id": "xuat_sac_tot_kha",
                "stratum": "tot",
                "n": 60,
                "x": x,
            }
        )
        first = next(f for f in against_others("lap_lai_xep_loai", table, RULES) if f.place == "p0")
        share = first.seen(0.0005)
        assert share is not None
        x[0] = rng.binomial(60, share)
        planted = table.with_columns(x=pl.Series(x))
        again = next(f for f in against_others("lap_lai_xep_loai", planted, RULES) if f.place == "p0")
        found, tries = found + (again.p <= 0.0005), tries + 1
    # Four in five, less what 150 tries may miss by chance.
    assert found >= binom.ppf(0.001, tries, 0.8)


@pytest.mark.parametrize("seed", range(3))
def test_planted_signs_are_found_and_only_there(seed):
    units = drawn_ratings(seed, MADE_UP)
    before = units.filter(rated_by="cap_uy", year=2023).select("unit_id", earlier="level")
    units = units.join(before, on="unit_id", how="left")
    confirmed, now = pl.col("rated_by") == "cap_uy", pl.col("year") == 2024
    lower = pl.int_range(pl.len()).over("place", "year", "rated_by") % 3 == 0
    units = units.with_columns(
        level=pl.when(units_of("T901") & now & confirmed)
        .then("earlier")
        .when(units_of("T902") & (pl.col("scale_id") == "hoan_thanh"))
        .then(pl.min_horizontal("level", 1))
        .when(units_of("T902"))
        .then(pl.min_horizontal("level", 2))
        .when(units_of("T903", organisation="phu_nu", unit_type="chi_hoi") & confirmed)
        .then(0)
        .when(units_of("T904") & now & ~confirmed & lower)
        .then(pl.col("level") + 1)
        .otherwise("level")
    )
    noted = panel(units, MADE_UP).filter("noted")
    found = {(area, sign) for area, sign in noted.select("area_id", "sign").iter_rows()}
    assert {("T901", "lap_lai_xep_loai"), ("T903", "mot_muc"), ("T904", "nang_muc")} <= found
    assert ("T902", "khong_duoi_kha") in found
    elsewhere = noted.filter(~pl.col("area_id").is_in(["T901", "T902", "T903", "T904"]))
    assert len(elsewhere) <= 1


# --- fair to equal districts


def _false_alarms(seeds):
    noted = rare = tested = 0
    for seed in seeds:
        table = panel(drawn_ratings(seed), measures=drawn_measures(seed))
        noted += bool(table["noted"].any())
        rare += (table["p_value"] <= 0.05).sum()
        tested += table["p_value"].count()
    return noted, rare / tested


def test_equal_districts_are_left_alone():
    """BH at 5 % over the panel: at most one panel of twenty notes anything when all districts are alike."""
    runs = 6
    noted, share = _false_alarms(range(100, 100 + runs))
    assert noted <= binom.ppf(0.999, runs, 0.05)
    assert share <= 0.05


@pytest.mark.full
def test_equal_districts_are_left_alone_over_many_panels():
    runs = 300
    noted, share = _false_alarms(range(runs))
    assert noted <= binom.ppf(0.99, runs, 0.05)
    assert share <= 0.05


def test_the_trial_districts_are_not_noted(trial):
    """The trial returns have weak and strong districts by lot and no leniency: at most a row or two stand out."""
    noted = leniency(trial, quick(FACTS), year=2024).filter("noted")
    assert len(noted) <= 2


def test_no_more_than_the_house_allows():
    files = Path(leniency.__code__.co_filename).parent.glob("leniency*.py")
    assert all(len(file.read_text("utf-8").splitlines()) <= 250 for file in files)
