"""Regular meetings of chi bộ khóm, ấp with content on công tác dân vận (T4): where content is wanting, and in how many chi bộ."""

from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.party_parts import Part, Where
from danvan_analysis.analysis.party_reading import KEY, PLACE, PartyReading, Row, label, read_party
from danvan_analysis.analysis.proportions import proportion_interval
from danvan_analysis.analysis.rated import Slot
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data
from danvan_analysis.wording import meetings_sentence

MEETINGS: dict[str, Any] = PLACE | {
    **dict.fromkeys(("branches", "meetings", "with_content", "without_content"), pl.Int64),
    **dict.fromkeys(("value", "lower95", "upper95"), pl.Float64),
    "missing": pl.Int64,
    "attained": pl.String,
    "lower_bound": pl.Float64,
    "upper_bound": pl.Float64,
    **dict.fromkeys(("expected_meetings", "meetings_balance"), pl.Int64),
    "question": pl.String,
    **dict.fromkeys(("affected_least", "affected_most"), pl.Int64),
    **dict.fromkeys(("method", "reason", "sentence_vi"), pl.String),
}


def meetings(data: Data, facts: Facts, *, year: int, period: str = "nam", as_of: date | None = None) -> pl.DataFrame:
    """Give the regular meetings with and without content, one row a province, place, commune and named chi bộ.

    Key as in `participation`. `branches` is the number of chi bộ (null where not given); `without_content` is what still
    wants content. `expected_meetings` is one a month and chi bộ; `meetings_balance` is what was reported less that, and
    `question` says `thieu_ky_sinh_hoat` or `nhieu_hon_du_kien` (null over a term, or without the number of chi bộ).
    `affected_least` and `affected_most` bound the chi bộ with at least one meeting without content, part by part: exact
    where chi bộ are named. `missing`, `attained` and the bounds as in `assess_targets`.

    Shares only over 10 meetings and more, and never for a chi bộ of fewer than 10 members. `reason`: `thieu_so_lieu`,
    `mau_thuan`, `chua_co_bao_cao`, `khong_co_ky`, `nho`, `nho_mau_so`. A year without figures gives an empty table.

    Source: resolution II.3; HD 12-HD/BTCTW (2018) on regular meetings.

    Raises:
        ValueError: the table of measures lacks a column of the contract.

    >>> from danvan_analysis.facts import load_facts
    >>> counts = {"chi_bo_khom_ap": 5, "lan_sinh_hoat_le_ky": 58, "lan_sinh_hoat_le_ky_co_noi_dung": 44}
    >>> measures = pl.DataFrame([{"area_id": "871", "year": 2024, "measure": m, "value": n} for m, n in counts.items()])
    >>> table = meetings(Data(ratings=None, measures=measures), load_facts(), year=2024)
    >>> table.filter(area_id="871").select("without_content", "affected_least", "affected_most", "question").row(0)
    (14, 2, 5, 'thieu_ky_sinh_hoat')
    """
    reading = read_party(data, facts, year=year, period=period)
    rows: list[Row] = []
    for slot in reading.slots():
        rows += _slot(reading, slot, as_of)
    done = [row | {"sentence_vi": meetings_sentence(row | {"label": label(row)}, facts)} for row in rows]
    return pl.DataFrame([{k: row.get(k) for k in MEETINGS} for row in done], schema=MEETINGS).sort(KEY)


def affected(without: int, held: int, branches: int | None, each: int | None) -> tuple[int, int]:
    """Give the least and the most chi bộ that can have had a meeting without content.

    `each` is the most meetings a chi bộ holds; where more were held than that, other meetings were counted in, and one
    chi bộ may stand behind all.

    >>> affected(30, 60, 5, 12), affected(30, 70, 5, 12), affected(0, 60, 5, 12), affected(3, 60, None, 12)
    ((3, 5), (1, 5), (0, 0), (1, 3))
    """
    if not without:
        return 0, 0
    sure = branches is not None and each is not None and held <= branches * each
    least = -(-without // each) if sure and each else 1
    return least, without if branches is None else min(without, branches)


def _slot(reading: PartyReading, slot: Slot, as_of: date | None) -> list[Row]:
    facts = reading.facts
    method = facts.methods["participation"]
    parts = reading.known(method["meetings_indicator"], slot)
    members = reading.known(method["indicator"], slot)
    verdicts = reading.assessed(method["meetings_indicator"], slot, as_of)
    each = method["meetings_expected"].get(slot[2])
    counts = _Counts(reading, slot, parts, each)
    rows = []
    for where, part in parts.items():
        verdict = verdicts.get(where, {})
        known = members.get(where)
        tiny = where[0] == "chi_bo" and known is not None and _members(known) < method["small_members"]
        branches = counts.branches(where)
        row: Row = reading.place(slot, where) | {
            "branches": branches,
            "meetings": part.whole if part.usable else None,
            "with_content": part.taken if part.usable else None,
            "without_content": part.whole - part.taken if part.usable else None,
            "missing": part.missing,
            "attained": verdict.get("attained"),
            "affected_least": None,
            "affected_most": None,
            "expected_meetings": None,
            "question": None,
            "method": "none",
            "reason": _reason(part, small=int(method["small_members"]), tiny=tiny),
            "base_sentence": verdict.get("sentence_vi") or "",
        }
        if part.usable:
            row |= dict(zip(("affected_least", "affected_most"), counts.affected(where), strict=True))
            row |= _balance(part, branches, each)
        if row["reason"] is None:
            lower, upper = proportion_interval(part.taken, part.whole)
            row |= {"value": part.taken / part.whole, "lower95": lower, "upper95": upper, "method": "wilson"}
        if not tiny and part.whole + (part.missing or 0) >= method["small_members"]:
            row |= {"lower_bound": verdict.get("lower_bound"), "upper_bound": verdict.get("upper_bound")}
        rows.append(row)
    return rows


def _members(part: Part) -> int:
    return part.whole + part.blank_whole


def _reason(part: Part, *, small: int, tiny: bool) -> str | None:
    if not part.usable:
        return next(iter(part.reasons), "thieu_so_lieu")
    if not part.whole:
        return "khong_co_ky"
    if tiny:
        return "nho"
    return "nho_mau_so" if part.whole < small else None


def _balance(part: Part, branches: int | None, each: int | None) -> Row:
    """Hold the meetings against one a month, where every chi bộ of the part has its figures."""
    if not branches or not each or part.missing != 0:
        return {}
    balance = part.whole - branches * each
    question = None if not balance else "nhieu_hon_du_kien" if balance > 0 else "thieu_ky_sinh_hoat"
    return {"expected_meetings": branches * each, "meetings_balance": balance, "question": question}


class _Counts:
    """Chi bộ by part, and how many of them can be concerned: summed over the finest parts that are known."""

    def __init__(self, reading: PartyReading, slot: Slot, parts: dict[Where, Part], each: int | None) -> None:
        self.slot, self.each = slot, each
        self.here = reading.places[slot[1]]
        self.given = reading.parts[reading.facts.methods["participation"]["meetings_indicator"]].given[slot]
        self.counted = {area: value for (s, area), value in reading.branches.items() if s == slot}
        self.units: dict[str, dict[str, Part]] = {}
        for (level, area, unit), part in parts.items():
            if level == "chi_bo":
                self.units.setdefault(area, {})[unit] = part
        self.own = reading.parts[reading.facts.methods["participation"]["meetings_indicator"]].own_part

    def _areas(self, where: Where) -> list[str]:
        """Give the areas with figures under a part."""
        level, area, _ = where
        if level == "tinh":
            return sorted(self.given)
        return sorted(a for a in self.given if a == area or (level == "huyen" and self.here.home[a] == area))

    def branches(self, where: Where) -> int | None:
        """Give the number of chi bộ of a part: as counted, else as named; None where one area says neither."""
        if where[0] == "chi_bo":
            return 1
        found = [self._of(area) for area in self._areas(where)]
        return None if not found or None in found else sum(n for n in found if n is not None)

    def _of(self, area: str) -> int | None:
        named = len(set(self.given[area]) - {""})
        counted = self.counted.get(area)
        return max(counted, named) if counted is not None else named or None

    def affected(self, where: Where) -> tuple[int, int]:
        """Give the least and the most chi bộ with a meeting without content, among those with figures."""
        if where[0] == "chi_bo":
            part = self.units[where[1]][where[2]]
            return affected(part.whole - part.taken, part.whole, 1, None)
        found = [self._affected(area) for area in self._areas(where)]
        return sum(low for low, _ in found), sum(high for _, high in found)

    def _affected(self, area: str) -> tuple[int, int]:
        part = self.own(self.slot, area)
        if not part.usable:
            return 0, 0
        named = {unit: found for unit, found in self.units.get(area, {}).items() if found.usable}
        rest_without = part.whole - part.taken - sum(u.whole - u.taken for u in named.values())
        rest_held = part.whole - sum(u.whole for u in named.values())
        sure = sum(u.whole > u.taken for u in named.values())
        if rest_without <= 0:
            return sure, sure
        count = self._of(area)
        low, high = affected(rest_without, rest_held, None if count is None else count - len(named), self.each)
        return sure + low, sure + high
