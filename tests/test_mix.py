"""Rate and mix add up exactly; a merger is no progress; entries and exits are named."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.mix import REST, compute_mix, decompose_change
from danvan_analysis.tables import Indicators

from .indicator_rows import FACTS, row
from .test_change_evidence import district, frame

PART = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
YEAR = st.dictionaries(st.sampled_from("abcdef"), PART, min_size=1)


def share(year):
    return Fraction(sum(x for x, _ in year.values()), sum(n for _, n in year.values()))


@settings(deadline=None, max_examples=100)
@given(YEAR, YEAR)
def test_rate_and_mix_add_up_exactly(before, now):
    assume(all(any(n for _, n in year.values()) for year in (before, now)))
    effects = decompose_change(before, now)
    assert sum(e.rate + e.mix for e in effects.values()) == share(now) - share(before)
    back = decompose_change(now, before)
    assert {k: (-e.rate, -e.mix) for k, e in back.items()} == {k: (e.rate, e.mix) for k, e in effects.items()}
    # Splitting a part into two alike changes nothing that is said of the whole.
    part = next(iter(effects))
    halves = [{k: v for k, v in y.items() if k != part} for y in (before, now)]
    for year, half in zip((before, now), halves, strict=True):
        x, n = year.get(part, (0, 0))
        half |= {f"{part}1": (2 * x, 2 * n), f"{part}2": (x, n)}
    thrice = [{k: (3 * x, 3 * n) for k, (x, n) in y.items()} for y in (before, now)]
    parted = [h | {k: v for k, v in t.items() if k != part} for h, t in zip(halves, thrice, strict=True)]
    again = decompose_change(*parted)
    assert sum(e.rate for e in again.values()) == sum(e.rate for e in effects.values())
    assert sum(e.mix for e in again.values()) == sum(e.mix for e in effects.values())


def test_the_formula_of_kitagawa():
    """The two sums of Kitagawa 1955, written out here beside the code."""
    before = {"a": (30, 40), "b": (50, 80), "c": (9, 10)}
    now = {"a": (36, 40), "b": (40, 60), "c": (45, 50)}
    weights = [{k: Fraction(n, sum(m for _, m in y.values())) for k, (_, n) in y.items()} for y in (before, now)]
    shares = [{k: Fraction(x, n) for k, (x, n) in y.items()} for y in (before, now)]
    rate = sum((weights[0][k] + weights[1][k]) / 2 * (shares[1][k] - shares[0][k]) for k in before)
    mix = sum((shares[0][k] + shares[1][k]) / 2 * (weights[1][k] - weights[0][k]) for k in before)
    effects = decompose_change(before, now)
    assert (sum(e.rate for e in effects.values()), sum(e.mix for e in effects.values())) == (rate, mix)


def test_weights_alone_are_mix_and_shares_alone_are_rate():
    moved = decompose_change({"a": (40, 50), "b": (45, 50)}, {"a": (24, 30), "b": (63, 70)})
    assert {e.rate for e in moved.values()} == {0}
    # The strong part gained weight, the weak one lost it: both lift the whole.
    assert all(e.mix > 0 for e in moved.values())
    better = decompose_change({"a": (40, 50), "b": (45, 50)}, {"a": (45, 50), "b": (50, 50)})
    assert {e.mix for e in better.values()} == {0}


@pytest.mark.parametrize("absent", [{}, {"c": (0, 0)}])
def test_entries_and_exits_are_mix(absent):
    before, now = {"a": (40, 50), "b": (45, 50)}, {"a": (40, 50), "b": (45, 50), "c": (20, 20)}
    entered = decompose_change(before | absent, now)
    assert entered["c"].rate == 0 and entered["c"].mix > 0
    assert sum(e.rate for e in entered.values()) == 0
    left = decompose_change(now, before | absent)
    assert left["c"].mix == -entered["c"].mix


def test_refused():
    with pytest.raises(ValueError, match="without any unit"):
        decompose_change({"a": (0, 0)}, {"a": (1, 2)})
    with pytest.raises(ValueError, match="in b"):
        decompose_change({"b": (3, 2)}, {"a": (1, 2)})
    for by in ((), ("year",)):
        with pytest.raises(ValueError, match="by must be"):
            compute_mix(frame(row()), FACTS, by=by)


def province(counts, then, **more):
    """The province and its districts in two years; counts as (numerator, denominator) of each district."""
    rows = []
    for year, parts in ((2023, then), (2024, counts)):
        rows += [district(i, x, n, year, **more) for i, (x, n) in parts.items()]
        rows.append(row("T2", sum(x for x, _ in parts.values()), sum(n for _, n in parts.values()), year=year, **more))
    return rows


def whole_and_parts(rows, **more):
    given_ = compute_mix(frame(*rows), FACTS, **more).filter(year=2024)
    return given_.filter(part="tat_ca").row(0, named=True), given_.filter(pl.col("part") != "tat_ca")


def test_the_province_by_its_districts():
    whole, parts = whole_and_parts(province({0: (24, 30), 1: (63, 70)}, {0: (40, 50), 1: (45, 50)}))
    assert (whole["change_exact"], whole["rate_exact"], whole["mix_exact"]) == ("1/50", "0", "1/50")
    assert sum(map(Fraction, parts["change_exact"]), Fraction(0)) == Fraction(whole["change_exact"])
    assert parts["part"].to_list() == ["866", "867"]
    assert whole["sentence_vi"] == (
        "So với năm 2023, tỷ lệ tăng 2 điểm phần trăm: kết quả của các địa phương không làm thay đổi, "
        "thay đổi cơ cấu và số lượng đơn vị làm tăng 2 điểm phần trăm."
    )
    assert parts["sentence_vi"].to_list() == [None, None]


def test_a_merger_is_not_read_as_progress():
    """Ten weak units are merged away: the district's share rises with no more units passing."""
    whole, parts = whole_and_parts(province({0: (80, 90), 1: (90, 100)}, {0: (80, 100), 1: (88, 100)}))
    assert parts["fewer_units"].to_list() == [True, False]
    assert whole["sentence_vi"].endswith(
        "Tỷ lệ của Huyện 0 tăng trong khi số tổ chức đạt không tăng mà tổng số tổ chức giảm (sáp nhập, giải thể), "
        "chưa xem là tiến bộ."
    )
    # A smaller base with more units passing is progress.
    assert not whole_and_parts(province({0: (81, 90)}, {0: (80, 100)}))[1]["fewer_units"].any()


@pytest.mark.parametrize("year", [2023, 2024])
def test_fewer_units_for_want_of_returns_are_no_merger(year):
    rows = province({0: (80, 90), 1: (90, 100)}, {0: (80, 100), 1: (88, 100)})
    rows = [r | {"missing": 10} if (r["area_id"], r["year"]) == ("87", year) else r for r in rows]
    whole, parts = whole_and_parts(rows)
    assert not parts["fewer_units"].any() and "sáp nhập" not in whole["sentence_vi"]
    assert whole["sentence_vi"].endswith("Tính theo số liệu đã nhận.")


def test_districts_that_come_and_go_are_named():
    whole, parts = whole_and_parts(province({0: (40, 50), 2: (50, 50)}, {0: (40, 50), 1: (20, 50)}))
    assert dict(parts.select("part", "note").iter_rows()) == {"866": None, "867": "nhom_het", "868": "nhom_moi"}
    assert whole["rate_effect"] == 0
    assert "Huyện 2 mới có số liệu nên tính cả vào phần thay đổi cơ cấu." in whole["sentence_vi"]
    assert "Huyện 1 không còn số liệu" in whole["sentence_vi"]
    assert {"nhom_het", "nhom_moi"} <= set(FACTS.methods["mix"]["reasons"])


def test_what_the_parts_leave_is_a_part():
    rows = province({0: (24, 30)}, {0: (40, 50)})
    rows = [
        r | {"numerator": r["numerator"] + 6, "denominator": r["denominator"] + 6} if r["area_id"] == "87" else r
        for r in rows
    ]
    rows = [r | {"numerator_most": r["numerator"]} for r in rows]
    whole, parts = whole_and_parts(rows)
    assert parts["part"].to_list() == ["866", REST]
    assert Fraction(whole["change_exact"]) == Fraction(30, 36) - Fraction(46, 56)
    less = [r | {"denominator": 20, "numerator": 20} if r["area_id"] == "87" and r["year"] == 2024 else r for r in rows]
    less = [r | {"numerator_most": r["numerator"]} for r in less]
    whole, parts = whole_and_parts(less)
    assert (whole["method"], whole["reason"], parts.height) == ("none", "khong_cong_khop", 0)
    assert "(số của các phần cộng lại lớn hơn số chung)" in whole["sentence_vi"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"missing": None}, "thieu_bao_cao"), ({"numerator": None, "denominator": None}, "khong_co_nam_truoc")],
)
def test_wholes_that_are_not_split(more, reason):
    rows = [r | more if (r["area_id"], r["year"]) == ("87", 2023) else r for r in province({0: (4, 5)}, {0: (4, 5)})]
    whole, parts = whole_and_parts(rows)
    assert (whole["method"], whole["reason"], parts.height, whole["change"]) == ("none", reason, 0, None)


def test_received_figures_and_a_chosen_year():
    rows = province({0: (45, 50)}, {0: (40, 50)})
    rows += [r | {"year": 2021} for r in rows if r["year"] == 2023]
    rows = [r | {"missing": 2} if (r["area_id"], r["year"]) == ("87", 2024) else r for r in rows]
    whole, _ = whole_and_parts(rows, from_year=2021)
    assert (whole["from_year"], whole["incomplete"]) == (2021, True)
    assert whole["sentence_vi"].startswith("So với năm 2021, tỷ lệ tăng 10 điểm phần trăm")
    assert whole["sentence_vi"].endswith("Tính theo số liệu đã nhận.")


def kinds(year, parts):
    rows = [row("T3", x, n, year=year, organisation=o, unit_type=u) for (o, u), (x, n) in parts.items()]
    return [*rows, row("T3", sum(x for x, _ in parts.values()), sum(n for _, n in parts.values()), year=year)]


def test_by_organisation_and_unit_type_together():
    then = {("phu_nu", "chi_hoi"): (60, 80), ("doan_tn", "chi_doan"): (30, 60)}
    now = {("phu_nu", "chi_hoi"): (72, 80), ("doan_tn", "chi_doan"): (20, 40)}
    whole, parts = whole_and_parts([*kinds(2023, then), *kinds(2024, now)], by=("unit_type", "organisation"))
    assert parts["part"].to_list() == ["doan_tn/chi_doan", "phu_nu/chi_hoi"]
    assert whole["by"] == "organisation;unit_type"
    assert float(Fraction(whole["change_exact"])) == pytest.approx(92 / 120 - 90 / 140)
    assert whole["rate_effect"] + whole["mix_effect"] == pytest.approx(whole["change"])
    assert "kết quả của các nhóm" in whole["sentence_vi"]


def test_printed_parts_add_up():
    whole, _ = whole_and_parts(province({0: (601, 900), 1: (333, 777)}, {0: (599, 901), 1: (331, 776)}))
    numbers = [w for w in whole["sentence_vi"].replace(",", ".").split() if w[0].isdigit() and "." in w]
    change, *effects = [float(w) for w in numbers if not w.startswith("2023")]
    signs = [1 if way == "tăng" else -1 for way in whole["sentence_vi"].split("làm ")[1:] for way in [way.split()[0]]]
    assert sum(s * e for s, e in zip(signs, effects, strict=True)) == pytest.approx(change, abs=1e-9)


def test_empty():
    empty = compute_mix(Indicators.create_empty(), FACTS)
    assert empty.height == 0
    assert empty.schema == compute_mix(frame(*province({0: (4, 5)}, {0: (4, 5)})), FACTS).schema
