"""Where units below "khá" gather: the exact tail against plain enumeration, the flag against simulations of known truth."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_analysis.analysis.gathering import gathered, upper_tail
from danvan_analysis.analysis.weak_units import weak_units

from .unit_tables import FACTS, data, rating

METHOD = FACTS.methods["weak_units"]


def enumerated(strata):
    """Every way of marking the units of each stratum, equally likely; the cell holds the first `size` of each."""
    ways = [
        [sum(unit < size for unit in marked) for marked in combinations(range(total), below)]
        for total, below, size in strata
    ]
    sums = [sum(each) for each in product(*ways)]
    return [Fraction(sum(s >= k for s in sums), len(sums)) for k in range(max(sums) + 1)]


@pytest.mark.parametrize(
    "strata",
    [
        [(10, 3, 5)],
        [(6, 2, 3), (5, 1, 2)],
        [(6, 5, 4), (4, 2, 4), (3, 0, 1)],
        [(4, 4, 2), (5, 2, 1)],
        [(7, 3, 2), (6, 2, 3), (5, 2, 2)],
    ],
)
def test_the_tail_is_what_plain_enumeration_gives(strata):
    tail = upper_tail(*(list(column) for column in zip(*strata, strict=True)))
    expected = enumerated(strata)
    assert len(tail) >= len(expected)
    assert tail[: len(expected)] == pytest.approx([float(p) for p in expected])
    assert tail[len(expected) :] == pytest.approx(0)


def test_the_tail_of_one_stratum_is_fishers():
    # Fisher's tea: 4 of 8 cups marked, 4 chosen; all four right has chance 1/70 (Fisher 1935, The Design of Experiments).
    assert upper_tail([8], [4], [4])[4] == pytest.approx(1 / 70)
    assert upper_tail([8], [4], [4])[3] == pytest.approx(17 / 70)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=4))
def test_the_tail_falls_from_one_and_has_the_expected_mean(strata):
    strata = [(n, min(k, n), min(size, n)) for n, k, size in strata]
    tail = upper_tail(*(list(column) for column in zip(*strata, strict=True)))
    assert tail[0] == pytest.approx(1)
    assert (np.diff(tail) <= 1e-12).all()
    assert 0 <= tail[-1] <= 1
    # The mean of a count is the sum of its upper tails.
    assert tail[1:].sum() == pytest.approx(sum(k * size / n for n, k, size in strata))


def units(cells):
    """Rows of `base_rows` from (place, organisation, below, fair)."""
    rows = [
        {
            "nature": "bao_cao",
            "organisation": org,
            "unit_type": "x",
            "line": "kha",
            "place": place,
            "state": state,
            "count": n,
        }
        for place, org, below, fair in cells
        for state, n in (("duoi_kha", below), ("tu_kha", fair))
    ]
    return pl.DataFrame(rows)


def test_the_order_of_the_rows_changes_no_digit():
    rng = np.random.default_rng(7)
    cells = [(f"p{p}", f"o{o}", int(rng.integers(0, 9)), int(rng.integers(7, 90))) for p in range(12) for o in range(7)]
    rows, method = units(cells), FACTS.methods["weak_units"]
    first = gathered(rows, ["place"], method)
    assert all(
        gathered(rows.sample(fraction=1, shuffle=True, seed=k), ["place"], method).equals(first) for k in range(6)
    )


def test_a_weaker_kind_is_not_blamed_on_the_place_that_has_most_of_it():
    # Place a has nearly all units of the weak organisation w, at the same rate as everywhere: pooled it would stand out.
    cells = (
        [("a", "w", 40, 60), ("a", "s", 0, 10)]
        + [(p, "w", 4, 6) for p in "bcdef"]
        + [(p, "s", 0, 100) for p in "bcdef"]
    )
    found = gathered(units(cells), ["place"], METHOD)
    assert found["gathered"].to_list() == [False] * 6
    row = found.row(0, named=True)
    assert row["expected"] == pytest.approx(40)
    pooled = upper_tail([660], [60], [110])[40]
    assert pooled < 1e-10 < row["p_value"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([("a", "w", 2, 3), ("b", "w", 0, 40)], "mau_qua_nho"),
        ([("a", "w", 0, 30), ("b", "w", 0, 40)], "khong_co_don_vi_duoi_kha"),
        ([("a", "w", 9, 30)], "khong_co_noi_so_sanh"),
    ],
)
def test_what_is_not_tested_says_why(cells, reason):
    row = gathered(units(cells), ["place"], METHOD).row(0, named=True)
    assert (row["reason"], row["gathered"], row["p_value"], row["least_flagged"]) == (reason, None, None, None)


def test_least_flagged_is_flagged_and_one_less_alone_need_not_be():
    def at(k):
        return gathered(units([("a", "w", k, 30 - k)] + [(p, "w", 1, 29) for p in "bcdefghijkl"]), ["place"], METHOD)

    # The totals grow with k, so the least count is asked of the table that holds it.
    flags = {k: at(k).row(0, named=True) for k in range(1, 9)}
    for k, row in flags.items():
        assert row["p_value"] == pytest.approx(float(upper_tail([360], [11 + k], [30])[k]))
        if row["least_flagged"] is not None and k >= row["least_flagged"]:
            assert row["gathered"]
        if row["gathered"]:
            assert row["p_adjusted"] <= METHOD["level"]
    assert not flags[1]["gathered"] and flags[8]["gathered"]


def test_rows_of_whole_districts_count_in_what_is_dealt_out_but_are_no_commune():
    rows = [
        rating("tot", area="30172", count=20),
        rating("yeu", area="30172", count=4),
        rating("tot", area="874", count=60),
    ]
    rows += [rating("tot", area="30175", count=24)]
    table = weak_units(data(rows), FACTS, year=2024).gathered
    communes = table.filter(level="xa")
    assert communes["area_id"].to_list() == ["30172", "30175"]
    assert communes["expected"].to_list() == pytest.approx([4 * 24 / 108, 4 * 24 / 108])
    assert communes["area_name"].to_list() == ["Xã Mỹ An Hưng A", "Xã Tân Mỹ"]
    assert table.filter(level="dia_phuong")["area_id"].to_list() == ["874", "875"]
    flagged = communes.row(0, named=True)
    assert flagged["p_value"] == pytest.approx(float(upper_tail([108], [4], [24])[4]))
    assert flagged["sentence_vi"] == (
        "Năm 2024, xã Mỹ An Hưng A có 04/24 ban công tác Mặt trận, chi đoàn, chi hội, Hội quán, Tổ nhân dân tự quản "
        "chưa đạt mức khá, tập trung hơn mặt bằng chung của Tỉnh (nếu phân bố đều thì khoảng 0,9 đơn vị)."
    )


def test_two_lines_are_never_dealt_out_together():
    # District 874 rates chi hội by hoàn thành, whose line stands higher: it has nothing to be held against.
    rows = [rating("hoan_thanh", area="874", scale="hoan_thanh", count=20)]
    rows += [rating("hoan_thanh_tot", area="874", scale="hoan_thanh", count=20)]
    rows += [
        rating("tot", area="875", count=40),
        rating("yeu", area="875", count=1),
        rating("tot", area="876", count=40),
    ]
    places = weak_units(data(rows), FACTS, year=2024).gathered.filter(level="dia_phuong")
    assert places.select("area_id", "reason").row(0) == ("874", "khong_co_noi_so_sanh")
    assert places["expected"].to_list()[1:] == pytest.approx([41 / 81, 40 / 81])


def simulate(rng, rates, size=60, organisations=5):
    cells = []
    for place, rate in enumerate(rates):
        for org in range(organisations):
            below = int(rng.binomial(size, rate))
            cells.append((f"{place:03}", str(org), below, size - below))
    return gathered(units(cells), ["place"], METHOD)


def test_false_alarms_over_twelve_equal_districts_keep_to_the_level():
    rng = np.random.default_rng(5)
    runs = 120
    alarms = sum(simulate(rng, [0.03] * 12)["gathered"].any() for _ in range(runs))
    # The level is 5 %; 120 runs at that level bring 12 alarms or fewer with a chance of 99 %.
    assert alarms <= 12


def test_a_district_with_three_times_the_rate_and_more_is_found():
    rng = np.random.default_rng(7)
    runs = 50
    found = [simulate(rng, [0.10] + [0.03] * 11).filter(pl.col("gathered"))["place"].to_list() for _ in range(runs)]
    assert sum("000" in places for places in found) >= 0.95 * runs
    # Among all flags, false ones stay about the level that Benjamini and Hochberg's method holds.
    assert sum(place != "000" for places in found for place in places) <= 0.1 * runs


@pytest.mark.full
def test_false_alarms_and_power_over_many_runs():
    rng = np.random.default_rng(11)
    assert np.mean([simulate(rng, [0.03] * 12)["gathered"].any() for _ in range(2000)]) <= 0.055
    communes = [simulate(rng, [0.30] + [0.03] * 142, size=5) for _ in range(200)]
    hit = [run.filter(place="000")["gathered"].item() for run in communes]
    assert np.mean(hit) >= 0.7
