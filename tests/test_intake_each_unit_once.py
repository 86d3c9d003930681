"""Several returns of the same units: each unit stands once, and every disagreement is asked of both senders.

A district's chi hội are told by up to five returns: a list of units and a table by commune from the district's party
office, a table by commune from the district's Hội, tables by district from the provincial Hội and the provincial office.
Some leave out a commune, some move one unit to another level.
"""

import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

from .returns_at_random import Places

YEAR = 2023
LEVELS = ("Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu")
CODES = ("xuat_sac", "tot", "kha", "trung_binh", "yeu")
#: Finest first; of equals the locality leads (settings.toml).
SOURCES = ("list", "party", "hoi", "province", "hoi_province")
#: Truth and tellings: commune -> (unit, level) in order.
Units = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True)
class Case:
    """Which returns came, which of them leave out a commune, which of them move a unit to another level."""

    seed: int
    sources: frozenset[str]
    holes: frozenset[str]
    liars: frozenset[str]
    totals: bool


CASES = st.builds(
    Case,
    st.integers(0, 10_000),
    st.frozensets(st.sampled_from(SOURCES), min_size=1),
    st.frozensets(st.sampled_from(SOURCES[:3]), max_size=2),
    st.frozensets(st.sampled_from(SOURCES), max_size=2),
    st.booleans(),
)


def _truth(case: Case, facts: Facts) -> tuple[str, str, Units]:
    rng, places = random.Random(case.seed), Places(facts, YEAR)
    district = rng.choice(list(places.districts))
    units = {
        commune: [
            (f"Chi hội ấp {i}", rng.choices(range(5), (50, 35, 10, 3, 2))[0]) for i in range(1, rng.randint(3, 7))
        ]
        for commune in places.communes[district].values()
    }
    return district, places.districts[district], units


def _told(case: Case, source: str, units: Units, *, again: bool = False) -> Units:
    """The units as a source tells them."""
    rng = random.Random(f"{case.seed}/{source}/{again}")
    said = {commune: list(own) for commune, own in units.items()}
    if source in case.holes:
        del said[rng.choice(list(said))]
    if source in case.liars or again:
        commune = rng.choice(list(said))
        name, level = said[commune][0]
        said[commune][0] = name, (level + 1) % 5
    return said


def _write(folder: Path, source: str, name: str, district: str, said: Units, *, totals: bool) -> None:
    party = district.replace("Thành phố", "Thành uỷ").replace("Huyện", "Huyện uỷ").upper()
    sender = {"list": party, "party": party, "hoi": f"HỘI LIÊN HIỆP PHỤ NỮ {district.upper()}",
              "province": "BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP", "hoi_province": "HỘI LIÊN HIỆP PHỤ NỮ TỈNH ĐỒNG THÁP"}[source]  # fmt: skip
    rows: list[list[Any]] = [[sender], [f"Kết quả xếp loại chi hội phụ nữ năm {YEAR}"]]
    if source == "list":
        rows.append(["STT", "Tên chi hội", "Xã, phường, thị trấn", "Kết quả xếp loại"])
        for commune, own in said.items():
            rows += [[None, unit, commune, LEVELS[level]] for unit, level in own]
        for i, row in enumerate(rows[3:], 1):
            row[0] = i
    else:
        rows.append(["STT", "Đơn vị", *(["Tổng số chi hội"] if totals else []), *LEVELS])
        by_place = said if source in ("party", "hoi") else {district: [u for own in said.values() for u in own]}
        for i, (place, own) in enumerate(by_place.items(), 1):
            counts = Counter(level for _, level in own)
            rows.append([i, place, *([len(own)] if totals else []), *(counts[level] for level in range(5))])
    with xlsxwriter.Workbook(folder / f"{name}.xlsx") as book:
        sheet = book.add_worksheet("Bieu")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)


def _counts(data: Data) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in data.ratings.iter_rows(named=True):
        found[row["rating"]] += row["count"]
    return dict(found)


def _true(units: Units) -> dict[str, int]:
    return dict(Counter(CODES[level] for own in units.values() for _, level in own))


@cache
def known() -> Facts:
    """The facts; no argument of the properties, for hypothesis prints those."""
    return load_facts()


def _run(case: Case) -> None:
    facts = known()
    _, district, units = _truth(case, facts)
    whole = [s for s in SOURCES if s in case.sources and s not in case.holes]
    assume(whole)
    feeding = whole[0]
    assume(feeding not in case.liars)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in sorted(case.sources):
            _write(folder, source, source, district, _told(case, source, units), totals=case.totals)
        data = read_raw(folder, facts)
    assert _counts(data) == _true(units)
    assert set(data.ratings["source_file"]) == {f"{feeding}.xlsx"}
    (covered,) = data.coverage.to_dicts()
    assert covered["expected"] == covered["covered"] == sum(map(len, units.values()))
    asked = data.set_aside.filter(pl.col("reason") == "doi_chieu_lech")
    for liar in case.liars & set(whole):
        files = f"{liar}.xlsx", f"{feeding}.xlsx"
        both = asked.filter(pl.all_horizontal(pl.col("message_vi").str.contains(f"“{f}”", literal=True) for f in files))
        assert set(both["source_file"]) == set(files), (liar, feeding, asked["message_vi"].to_list())
    if not case.liars and not case.holes:
        assert asked.is_empty(), asked["message_vi"].to_list()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(case=CASES)
def test_each_unit_once(case: Case) -> None:
    _run(case)


@pytest.mark.full
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(case=CASES)
def test_each_unit_once_thousands(case: Case) -> None:
    _run(case)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), source=st.sampled_from(SOURCES), other=st.sampled_from((None, *SOURCES)))
def test_two_versions_of_one_return(seed: int, source: str, other: str | None) -> None:
    """Neither version is used; another return of the same units feeds, or they count as missing."""
    facts = known()
    case = Case(seed, frozenset(), frozenset(), frozenset(), totals=True)
    _, district, units = _truth(case, facts)
    assume(other != source)
    # A list and a table by commune of one sender are two returns.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, source, "lan 1", district, units, totals=True)
        _write(folder, source, "lan 2", district, _told(case, source, units, again=True), totals=True)
        if other:
            _write(folder, other, other, district, units, totals=True)
        data = read_raw(folder, facts)
    asked = data.set_aside.filter(pl.col("reason") == "hai_ban_khac_nhau")
    assert set(asked["source_file"]) == {"lan 1.xlsx", "lan 2.xlsx"}
    assert not set(data.ratings["source_file"]) & {"lan 1.xlsx", "lan 2.xlsx"}
    assert _counts(data) == (_true(units) if other else {})
    (covered,) = data.coverage.to_dicts()
    size = sum(map(len, units.values()))
    assert (covered["expected"], covered["covered"]) == (size, size if other else 0)
