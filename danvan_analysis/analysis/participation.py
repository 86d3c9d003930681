"""Party members who take part (T5): by chi bộ, commune, place and province, and where exemptions stand out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from danvan_analysis.analysis.attainment import attainment
from danvan_analysis.analysis.exemption import standing_out
from danvan_analysis.analysis.party_parts import Part, Where
from danvan_analysis.analysis.party_reading import KEY, PLACE, PartyReading, Row, label, read_party
from danvan_analysis.analysis.proportions import proportion_interval
from danvan_analysis.analysis.rated import Slot
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data
from danvan_analysis.wording import exemption_review, participation_sentence

PARTICIPATION: dict[str, Any] = PLACE | {
    **dict.fromkeys(("members", "exempted", "base", "participating"), pl.Int64),
    **dict.fromkeys(("value", "lower95", "upper95"), pl.Float64),
    **dict.fromkeys(("missing", "blank_members", "blank_participating"), pl.Int64),
    "attained": pl.String,
    "margin_units": pl.Int64,
    "needed": pl.Int64,
    **dict.fromkeys(("lower_bound", "upper_bound", "value_all", "second_lower", "second_upper"), pl.Float64),
    "second_attained": pl.String,
    "years_below": pl.Int64,
    "years_below_open": pl.Boolean,
    **dict.fromkeys(("exempted_share", "exempted_rest", "exempt_p", "exempt_q", "exempt_q_spread"), pl.Float64),
    "exempt_phi": pl.Float64,
    **dict.fromkeys(("exempt_flag", "exempt_flag_spread"), pl.Boolean),
    "exempt_reason": pl.String,
    **dict.fromkeys(("method", "reason", "sentence_vi", "review_vi"), pl.String),
}


def participation(
    data: Data, facts: Facts, *, year: int, period: str = "nam", as_of: date | None = None
) -> pl.DataFrame:
    """Give the members who take part, one row a province, place, commune and named chi bộ, with what each still needs.

    Key `nature`, `year`, `period`, `level` (`tinh`, `huyen`, `xa`, `chi_bo`), `area_id`, `unit_id` ("" but for a named
    chi bộ). Counts: `members`, `exempted`, `base` (members less exempted), `participating`, over the parts that gave all
    three; `missing`, the most the other parts could add to the base (null: unknown); `blank_members` and
    `blank_participating`, of the parts among them that lack their exemption only. `attained`, `margin_units`,
    `lower_bound`, `upper_bound` as in `assess_targets`; `needed` is the members still wanting (0 when reached).
    `years_below` counts the years in a row up to this one with `not_met`, `years_below_open` says that the year before
    them has no verdict.

    Second reading: `value_all` takes nothing off (participating out of all members); `second_lower`, `second_upper` and
    `second_attained` count the parts whose exemption is blank, whatever it is. Such a part alone is `no_data`.

    `exempted_share` against `exempted_rest` (all other units of the level together): `exempt_p`, `exempt_q`,
    `exempt_q_spread`, `exempt_phi` of `standing_out`; `exempt_flag` where q is at most `flag_level`. Flags and
    `review_vi` are for internal use.

    `method` is `wilson` or `none`; with fewer than 10 members, or a base under 10, there are counts and no share
    (`reason` `nho`, `nho_mau_so`). Other reasons: `mien_sinh_hoat_de_trong`, `thieu_so_lieu`, `mau_thuan`,
    `chua_co_bao_cao`, `khong_con_mau_so`. A year without figures gives an empty table of the same columns.

    Source: resolution II.3; the scope (chi bộ khóm, ấp) is the facts' assumption.

    Raises:
        ValueError: the table of measures lacks a column of the contract.

    >>> from danvan_analysis.facts import load_facts
    >>> counts = {"dang_vien": 50, "dang_vien_mien_sinh_hoat": 4, "dang_vien_tham_gia_nong_cot": 40}
    >>> measures = pl.DataFrame([{"area_id": "871", "year": 2024, "measure": m, "value": n} for m, n in counts.items()])
    >>> table = participation(Data(ratings=None, measures=measures), load_facts(), year=2024)
    >>> table.filter(area_id="871").select("base", "participating", "needed", "attained").row(0)
    (46, 40, 2, 'not_met')
    """
    reading = read_party(data, facts, year=year, period=period)
    indicator_id = facts.methods["participation"]["indicator"]
    rows: list[Row] = []
    for slot in reading.slots():
        runs = _Runs(reading, indicator_id, slot, as_of)
        rows += _compared([_row(reading, slot, where, part, runs) for where, part in runs.parts.items()], facts)
    done = [row | _said(row, facts) for row in rows]
    table = pl.DataFrame([{k: row.get(k) for k in PARTICIPATION} for row in done], schema=PARTICIPATION)
    return table.sort(KEY)


class _Runs:
    """The verdicts of a slot and of the years before it, to count the years in a row below the level."""

    def __init__(self, reading: PartyReading, indicator_id: str, slot: Slot, as_of: date | None) -> None:
        self.parts = reading.known(indicator_id, slot)
        self.now = reading.assessed(indicator_id, slot, as_of)
        first = int(str(reading.facts.resolution["valid_from"])[:4])
        self.before = [
            reading.assessed(indicator_id, (slot[0], y, slot[2]), as_of) for y in range(slot[1] - 1, first - 1, -1)
        ]

    def below(self, where: Where) -> tuple[int | None, bool | None]:
        """Give the years in a row not met up to this year, and whether what was before them is unknown."""
        verdict = self.now.get(where, {}).get("attained")
        if verdict not in ("met", "not_met"):
            return None, None
        count = 0
        for assessed in [self.now, *self.before]:
            verdict = assessed.get(where, {}).get("attained")
            if verdict != "not_met":
                break
            count += 1
        # Where the years ran out at the resolution's first, the last verdict is not_met: nothing is open.
        return count, verdict not in ("met", "not_met")


def _row(reading: PartyReading, slot: Slot, where: Where, part: Part, runs: _Runs) -> Row:
    facts = reading.facts
    verdict = runs.now.get(where, {})
    years, still_open = runs.below(where)
    margin = verdict.get("margin_units")
    small = int(facts.methods["participation"]["small_members"])
    row: Row = reading.place(slot, where) | {
        "members": part.whole if part.usable else None,
        "exempted": part.off if part.usable else None,
        "base": part.base if part.usable else None,
        "participating": part.taken if part.usable else None,
        "missing": part.missing,
        "attained": verdict.get("attained"),
        "margin_units": margin,
        "needed": None if margin is None else max(0, -margin),
        "years_below": years,
        "years_below_open": still_open,
        "method": "none",
        "blank_members": part.blank_whole,
        "blank_participating": part.blank_taken,
        "base_sentence": verdict.get("sentence_vi") or "",
        "target": _target(reading),
    }
    known = part.whole + part.blank_whole
    row["reason"] = _reason(part, known, small)
    if known >= small and (not part.usable or part.base >= small):
        row |= _shares(part, verdict)
    if known + part.blank_taken:
        row |= _second(part, row, share=known >= small)
    return row


def _reason(part: Part, known: int, small: int) -> str | None:
    if not part.usable:
        return next(iter(part.reasons), "thieu_so_lieu")
    if not part.base:
        return "khong_con_mau_so"
    if known < small:
        return "nho"
    return "nho_mau_so" if part.base < small else None


def _shares(part: Part, verdict: Mapping[str, Any]) -> Row:
    row: Row = {"lower_bound": verdict.get("lower_bound"), "upper_bound": verdict.get("upper_bound")}
    if not part.usable:
        return row
    lower, upper = proportion_interval(part.taken, part.base)
    row |= {"value": part.taken / part.base, "lower95": lower, "upper95": upper, "method": "wilson"}
    return row | {"value_all": part.taken / part.whole, "exempted_share": part.off / part.whole}


def _second(part: Part, row: Row, *, share: bool) -> Row:
    """Read the parts with a blank exemption too: at least nobody, at most everybody who does not take part, is exempt."""
    target = row["target"]
    if not part.blank_whole or part.missing is None or target is None:
        return {}
    taken, others = part.taken + part.blank_taken, part.missing - part.blank_whole
    most_base, least_base = part.base + part.blank_whole + others, part.base + part.blank_taken + others
    worst = attainment(taken, most_base, *target).attained
    best = attainment(taken + others, least_base, *target).attained if least_base else "no_data"
    second: Row = {"second_attained": worst if worst == best else "undecided"}
    if share and most_base:
        second |= {"second_lower": taken / most_base}
        second |= {"second_upper": (taken + others) / least_base if least_base else None}
    if not part.usable and share:
        second["value_all"] = part.blank_taken / part.blank_whole
    return second


def _target(reading: PartyReading) -> tuple[str, float] | None:
    facts = reading.facts
    own = facts.targets.filter(
        indicator_id=facts.methods["participation"]["indicator"], resolution_id=facts.resolution["resolution_id"]
    )
    return next(own.sort("target_id").select("operator", "target").iter_rows(), None)


def _compared(rows: list[Row], facts: Facts) -> list[Row]:
    """Hold the exempted share of every unit against the others of its level; the province has no others."""
    method = facts.methods["participation"]
    for level in ("huyen", "xa", "chi_bo"):
        family = [row for row in rows if row["level"] == level and row.get("exempted_share") is not None]
        found = standing_out(
            [row["exempted"] for row in family],
            [row["members"] for row in family],
            least=method["least_compared"],
            winsorised=method["winsorised"],
        )
        columns: Sequence[tuple[str, Sequence[float | None]]] = (
            ("exempted_rest", found.rest),
            ("exempt_p", found.p),
            ("exempt_q", found.q),
            ("exempt_q_spread", found.q_spread),
        )
        for i, row in enumerate(family):
            row |= {name: values[i] for name, values in columns}
            row |= {"exempt_phi": found.phi, "exempt_reason": found.reason}
            for flag, q in (("exempt_flag", row["exempt_q"]), ("exempt_flag_spread", row["exempt_q_spread"])):
                row[flag] = None if q is None else q <= method["flag_level"]
    for row in rows:
        if row["level"] != "tinh" and row.get("exempted_share") is None:
            row["exempt_reason"] = row["reason"]
    return rows


def _said(row: Row, facts: Facts) -> Row:
    named = row | {"label": label(row)}
    return {
        "sentence_vi": participation_sentence(named, facts),
        "review_vi": exemption_review(named, facts) if row.get("exempt_flag") else None,
    }
