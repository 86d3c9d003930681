from dataclasses import replace
from datetime import date
from itertools import product
from math import comb

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.movement import movement
from danvan_analysis.analysis.movement_tables import mcnemar
from danvan_analysis.analysis.unit_bounds import QUANTITIES, frechet
from danvan_analysis.facts import load_facts
from danvan_analysis.trial.kinds import KINDS
from danvan_analysis.trial.places import districts_of
from danvan_analysis.trial.tally import present, scale_of, unit_level
from danvan_analysis.trial.truth import draw_truth

from .unit_tables import FACTS, data, history, rating

CELL = {"area_id": "875", "organisation": "phu_nu", "unit_type": "chi_hoi"}


def moved(*rows, years=(2023, 2024), facts=FACTS, **more):
    return movement(data(*rows, **more), facts, from_year=years[0], to_year=years[1])


def at(frame, **more):
    return frame.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in (CELL | more).items()), named=True)


def walks(*levels, **more):
    return [row for k, walk in enumerate(levels) for row in history(f"ấp {k}", walk, first=2025 - len(walk), **more)]


@pytest.mark.parametrize(
    ("one_way", "other_way", "p"),
    [
        # Complete response before and after consolidation (Cavo 2012), in Fagerland, Lydersen and Laake's R package
        # contingencytables: exact conditional test, P = 0.052479.
        (6, 16, 0.052479),
        # http://www.fon.hum.uva.nl/Service/Statistics/McNemars_test.html: 12 against 3, p <= 0.0352.
        (12, 3, 0.0352),
        # Airway hyper-responsiveness (Bentur 2009, the first example of Fagerland et al. 2013): 2 · (1 + 8) / 2^8.
        (1, 7, 2 * 9 / 256),
        (0, 6, 2 / 64),
        (5, 5, 1),
    ],
)
def test_mcnemar_gives_what_is_printed(one_way, other_way, p):
    assert mcnemar(one_way, other_way) == pytest.approx(p, abs=5e-5)
    assert mcnemar(other_way, one_way) == mcnemar(one_way, other_way)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_two_tails_of_a_fair_coin(b, c):
    n = b + c
    if not n:
        assert mcnemar(b, c) is None
        return
    tail = sum(comb(n, k) for k in range(min(b, c) + 1)) / 2**n
    assert mcnemar(b, c) == pytest.approx(min(1, 2 * tail))


def test_every_movement_and_none_that_is_not():
    result = moved(
        walks(("tot", "yeu"), ("yeu", "tot"), ("yeu", "trung_binh"), ("tot", "kha"), ("yeu", None), (None, "tot")),
    )
    by_name = dict(result.units.select("unit_name", "movement").iter_rows())
    assert [by_name[f"ấp {k}"] for k in range(6)] == [
        "moi",
        "phuc_hoi",
        "giu_nguyen",
        "tu_kha_ca_hai",
        "khong_con",
        "xuat_hien",
    ]
    row = at(result.counts)
    names = ("matched", "moi", "phuc_hoi", "giu_nguyen", "tu_kha_ca_hai", "xuat_hien", "khong_con", "khong_so_sanh")
    assert [row[name] for name in names] == [4, 1, 1, 1, 1, 1, 1, 0]
    levels = result.transitions.filter(**CELL).select("from_rating", "to_rating", "count").rows()
    assert sorted(levels) == [("tot", "kha", 1), ("tot", "yeu", 1), ("yeu", "tot", 1), ("yeu", "trung_binh", 1)]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (rating("yeu", 2023, unit="a", scale="ccb_tsvm"), rating("tot", unit="a"), ("khong_so_sanh", "doi_thang")),
        (rating("duoi_kha", 2023, unit="a", scale="kha_tro_len"), rating("tot", unit="a"), ("phuc_hoi", None)),
        (rating("trung_binh", 2023, unit="a", scale="xuat_sac_manh_kha"), rating("tot", unit="a"), ("phuc_hoi", None)),
        (rating("chua_xep_loai", 2023, unit="a"), rating("yeu", unit="a"), ("khong_so_sanh", "chua_xep_loai")),
        (
            rating("tot", 2023, unit="a", rated_by="tu_xep_loai"),
            rating("yeu", unit="a"),
            ("khong_so_sanh", "chi_tu_xep_loai"),
        ),
        (rating("tot", 2023, unit="a", scale="ddci"), rating("yeu", unit="a"), ("khong_so_sanh", "thang_khong_noi")),
        (rating("tot", 2023, count=5), rating("yeu", unit="a"), ("khong_so_sanh", "khong_co_ten")),
        (rating("tot", 2023, area="30175", unit="b"), rating("yeu", unit="a"), ("khong_so_sanh", "khong_co_nam_truoc")),
    ],
)
def test_what_cannot_be_held_together_says_why(before, now, expected):
    unit = moved(before, now).units.filter(unit_name="a").row(0, named=True)
    assert (unit["movement"], unit["reason"]) == expected


def test_a_unit_that_may_be_among_the_unnamed_is_not_gone():
    rows = [rating("yeu", 2023, unit="a"), rating("yeu", 2023, unit="b")]
    result = moved(rows, rating("yeu", unit="b"), rating("tot", count=1))
    unit = result.units.filter(unit_name="a").row(0, named=True)
    assert (unit["movement"], unit["reason"]) == ("khong_so_sanh", "khong_co_ten")


def test_a_bridge_in_the_facts_joins_two_lines():
    methods = {**FACTS.methods, "movement": FACTS.methods["movement"] | {"bridges": [["ccb_tsvm", "xuat_sac_tot_kha"]]}}
    rows = [rating("yeu", 2023, unit="a", scale="ccb_tsvm"), rating("tot", unit="a")]
    assert moved(rows, facts=replace(FACTS, methods=methods)).units["movement"].to_list() == ["phuc_hoi"]


def test_a_unit_of_a_merged_commune_is_gone_not_recovered():
    # Phường 1 (29866) was merged into Phường 2 (29869) on 1/1/2025, which took its name.
    rows = [rating("yeu", 2024, area="29866", unit="khóm 1"), rating("tot", 2024, area="29869", unit="khóm 2")]
    rows += [rating("tot", 2025, area="29869", unit="khóm 2"), rating("tot", 2025, area="29869", unit="khóm 1")]
    result = moved(rows, years=(2024, 2025))
    found = {row["unit_id"][:5] + row["unit_name"]: (row["movement"], row["reason"]) for row in result.units.to_dicts()}
    assert found == {
        "29866khóm 1": ("khong_con", "doi_dia_gioi"),
        "29869khóm 1": ("xuat_hien", None),
        "29869khóm 2": ("tu_kha_ca_hai", None),
    }
    row = at(result.counts, area_id="866")
    assert (row["phuc_hoi"], row["khong_con"], row["xuat_hien"]) == (0, 1, 1)


def test_years_in_between_decide_what_lasted():
    rows = walks(("yeu", "yeu", "yeu"), ("yeu", "tot", "yeu"), ("yeu", None, "yeu"))
    row = at(moved(rows, years=(2022, 2024)).counts)
    assert (row["giu_nguyen"], row["lien_tuc"]) == (3, 1)
    assert "03 chi hội chưa đạt mức khá cả hai năm (01 liên tục các năm)" in row["sentence_vi"]


def test_the_test_its_adjustment_and_what_could_have_been_seen():
    rows = walks(*[("tot", "yeu")] * 9, *[("yeu", "tot")] * 1, *[("tot", "tot")] * 5)
    rows += walks(*[("tot", "yeu")] * 2, *[("tot", "tot")] * 9, area="30130")
    result = moved(rows)
    one = at(result.counts, organisation="tat_ca", unit_type="tat_ca")
    other = at(result.counts, organisation="tat_ca", unit_type="tat_ca", area_id="874")
    assert (one["p_value"], other["p_value"]) == pytest.approx((2 * 11 / 1024, 0.5))
    assert (one["p_adjusted"], other["p_adjusted"]) == pytest.approx((4 * 11 / 1024, 0.5))
    assert (one["evidence"], other["evidence"], other["reason"]) == ("clear", "chance", "qua_it_thay_doi")
    # Two districts: 2 · 0,5^7 = 0,0156 <= 0,05 / 2, 2 · 0,5^6 is more.
    assert one["least_discordant"] == 7
    still = at(moved(walks(("tot", "tot"))).counts)
    assert (still["p_value"], still["reason"], still["evidence"]) == (None, "khong_co_thay_doi", None)


LEAD = "Năm 2024, so với năm 2023, "
WHOSE = "của Hội Liên hiệp Phụ nữ của huyện Lấp Vò"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            walks(("tot", "yeu"), ("tot", "tot")),
            f"{LEAD}trong 02 chi hội {WHOSE} có tên và được xếp loại cả hai năm: 01 chi hội mới chưa đạt mức khá, không có "
            "chi hội phục hồi, không có chi hội chưa đạt mức khá cả hai năm; chênh lệch giữa số mới và số phục hồi trong "
            "phạm vi dao động ngẫu nhiên.",
        ),
        (
            walks(("tot", "tot"), ("yeu", None)),
            f"{LEAD}01/01 chi hội {WHOSE} có tên và được xếp loại cả hai năm đều từ khá trở lên. Có 01 chi hội không còn "
            "trong danh sách (sáp nhập, giải thể, đổi tên), không tính là chuyển biến.",
        ),
        (
            [
                rating("tot", 2023, count=45),
                rating("yeu", 2023, count=5),
                rating("tot", count=43),
                rating("yeu", count=7),
            ],
            f"{LEAD}theo số lượng của mọi báo cáo, chi hội {WHOSE}: từ 02 đến 07 chi hội mới chưa đạt mức khá, nhiều nhất 05 "
            "chi hội phục hồi và nhiều nhất 05 chi hội chưa đạt mức khá cả hai năm.",
        ),
        (
            [rating("tot", 2023, count=50), rating("tot", count=49), rating("yeu", count=2)],
            f"{LEAD}theo số lượng của mọi báo cáo, chi hội {WHOSE}: từ 01 đến 02 chi hội mới chưa đạt mức khá, không có chi "
            "hội phục hồi và không có chi hội chưa đạt mức khá cả hai năm (số đơn vị hai năm khác nhau, coi như chỉ thêm "
            "hoặc bớt phần chênh lệch).",
        ),
        (
            [rating("yeu", 2023, count=5, scale="ccb_tsvm"), rating("tot", count=5)],
            f"Năm 2024, chưa xác định được chuyển biến của chi hội {WHOSE} so với năm 2023 (đổi thang xếp loại).",
        ),
    ],
)
def test_sentences(rows, sentence):
    assert at(moved(rows).counts)["sentence_vi"] == sentence


def histories_of(n):
    """Every way n units can move between below, khá or better and other (unrated, missing)."""
    return product(product("BFO", repeat=2), repeat=n)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_bounds_are_the_least_and_most_over_every_history(n):
    seen = {}
    for units in histories_of(n):
        margins = tuple(tuple(sum(u[year] == s for u in units) for s in "BFO") for year in (0, 1))
        truth = {
            "moi": sum(u == ("F", "B") for u in units),
            "phuc_hoi": sum(u == ("B", "F") for u in units),
            "giu_nguyen": sum(u == ("B", "B") for u in units),
        }
        known = seen.setdefault(margins, {name: set() for name in truth})
        for name, value in truth.items():
            known[name].add(value)
    for margins, values in seen.items():
        assert frechet(*margins) == {name: (min(found), max(found)) for name, found in values.items()}


@pytest.mark.parametrize("come", [1, 2, -1, -2])
def test_the_bounds_with_the_least_turnover(come):
    """As many units as the difference come (or go), in any state; no others do."""
    seen = {}
    for units in histories_of(2):
        for extra in product("BFO", repeat=abs(come)):
            more = [("-", s) if come > 0 else (s, "-") for s in extra]
            whole = [*units, *more]
            margins = tuple(tuple(sum(u[year] == s for u in whole) for s in "BFO") for year in (0, 1))
            known = seen.setdefault(margins, {name: set() for name in QUANTITIES})
            for name, pair in (("moi", ("F", "B")), ("phuc_hoi", ("B", "F")), ("giu_nguyen", ("B", "B"))):
                known[name].add(sum(u == pair for u in whole))
    for margins, values in seen.items():
        assert frechet(*margins) == {name: (min(found), max(found)) for name, found in values.items()}


states = st.sampled_from(["tot", "trung_binh", "chua_xep_loai"])


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["30172", "30175", "30130"]), states, states), min_size=1, max_size=12))
def test_counts_bound_what_names_show(units):
    named = [row for k, (area, *walk) in enumerate(units) for row in history(f"u{k}", walk, first=2023, area=area)]
    known = moved(named)
    bounds = moved([row | {"unit_id": None, "unit_name": None} for row in named]).bounds
    for row in known.bounds.iter_rows(named=True):
        exact = known.counts.row(by_predicate=_same(row), named=True)[row["quantity"]] or 0
        assert (row["lower"], row["upper"], row["named"]) == (exact, exact, True)
        range_ = bounds.row(by_predicate=_same(row) & (pl.col("quantity") == row["quantity"]), named=True)
        assert range_["lower"] <= exact <= range_["upper"]
    turned = moved([row | {"year": 4047 - row["year"]} for row in named]).counts
    assert turned["moi"].to_list() == known.counts["phuc_hoi"].to_list()
    assert turned["p_value"].to_list() == pytest.approx(known.counts["p_value"].to_list(), nan_ok=True)


def _same(row):
    return pl.all_horizontal(pl.col(name) == row[name] for name in ("nature", "area_id", "organisation", "unit_type"))


def test_missing_returns_widen_the_bounds_or_take_them_away():
    rows = [rating("tot", 2023, count=8), rating("yeu", 2023, count=2), rating("tot", count=5), rating("yeu", count=2)]
    coverage = {**CELL, "year": 2024, "period": "nam", "nature": "bao_cao", "covered": 7}
    some = moved(rows, coverage=pl.DataFrame([coverage | {"expected": 10}]))
    assert [(r["lower"], r["upper"]) for r in some.bounds.filter(**CELL).to_dicts()] == [(0, 2), (0, 2), (0, 2)]
    gone = moved(rows[:2], [rating("tot", area="30130")])
    bound = at(gone.bounds, quantity="moi")
    assert (bound["lower"], bound["upper"], bound["reason"], bound["method"]) == (
        None,
        None,
        "khong_co_nam_nay",
        "none",
    )
    whole = at(gone.bounds, quantity="moi", area_id="87")
    assert (whole["lower"], whole["upper"]) == (None, None)


def test_a_part_that_cannot_be_bounded_takes_the_most_away_and_leaves_the_least():
    rows = [rating("tot", 2023, count=10), rating("tot", count=8), rating("yeu", count=2)]
    rows += [rating("yeu", 2023, area="30130", scale="ccb_tsvm", count=5), rating("tot", area="30130", count=5)]
    bound = at(moved(rows).bounds, area_id="87", quantity="moi")
    assert (bound["lower"], bound["upper"], bound["reason"]) == (2, None, "doi_thang")


def test_an_own_rating_beside_a_confirmed_one_adds_no_unit():
    rows = [rating("tot", year, count=8) for year in (2023, 2024)] + walks(("tot", "yeu"))
    own = [row | {"rated_by": "tu_xep_loai", "rating": "tot", "fair_or_better": True} for row in rows[2:]]
    assert moved(rows, own).bounds.equals(moved(rows).bounds)


def test_empty_tables_keep_their_shape_and_years_must_follow():
    full = moved(walks(("tot", "yeu")))
    empty = movement(data(rating("tot", 2020)), FACTS, from_year=2023, to_year=2024)
    for name in ("units", "transitions", "counts", "bounds"):
        assert getattr(empty, name).schema == getattr(full, name).schema
        assert getattr(empty, name).is_empty()
        names = {"unit_id", "unit_name"} & set(getattr(full, name).columns)
        assert bool(names) is (name == "units")
    with pytest.raises(ValueError, match="before"):
        moved(rating(), years=(2024, 2024))


@pytest.mark.parametrize("years", [(2021, 2022), (2023, 2024)])
def test_trial_returns_show_the_movement_they_were_written_from(trial, years):
    """The generator knows every unit, also those that returns only count: names give it exactly, counts hold it."""
    districts = districts_of(load_facts().areas, "87", date(2024, 12, 31))
    truth = draw_truth(districts, "87", 2021)
    result = movement(trial, FACTS, from_year=years[0], to_year=years[1])
    held = 0
    for kind in sorted({*KINDS} - {"to_ndtq"}):
        below = {y: {n for n, level in enumerate(scale_of(kind, y).levels) if not level.fair} for y in years}
        for district in districts:
            pairs = []
            for commune in district.communes:
                for unit in present(truth, kind, commune.area_id, years[0]):
                    levels = [unit_level(truth, unit, district.area_id, kind, year) for year in years]
                    if None not in levels:
                        pairs.append(tuple(level in below[y] for y, level in zip(years, levels, strict=True)))
            where = {
                "area_id": district.area_id,
                "organisation": KINDS[kind].organisation,
                "unit_type": KINDS[kind].unit_type,
            }
            exact = dict(
                zip(QUANTITIES, (pairs.count(p) for p in ((False, True), (True, False), (True, True))), strict=True)
            )
            for row in result.bounds.filter(**where).iter_rows(named=True):
                assert row["lower"] <= exact[row["quantity"]] <= row["upper"], (where, row)
                assert not row["named"] or row["lower"] == row["upper"]
                held += 1
    # Three bounds for six kinds in twelve districts.
    assert held == 3 * 6 * 12
