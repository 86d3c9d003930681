"""Whether fewer members take part where more meetings lack content: between places, and within them."""

from typing import Any

import polars as pl

from danvan_analysis.analysis.party_parts import Where
from danvan_analysis.analysis.party_reading import PartyReading, Row, read_party
from danvan_analysis.analysis.rank_correlation import rank_correlation
from danvan_analysis.analysis.rated import Slot
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data
from danvan_analysis.wording import link_sentence

LINK: dict[str, Any] = {
    "nature": pl.String,
    "year": pl.Int64,
    "period": pl.String,
    "level": pl.String,
    "within": pl.String,
    **dict.fromkeys(("units", "groups", "left_out"), pl.Int64),
    **dict.fromkeys(("tau", "lower95", "upper95", "p_value", "needed_tau"), pl.Float64),
    **dict.fromkeys(("evidence", "method", "interval", "reason", "sentence_vi"), pl.String),
}
_KEY = ("nature", "year", "period", "level")


def participation_link(data: Data, facts: Facts, *, year: int, period: str = "nam") -> pl.DataFrame:
    """Give the rank correlation of meetings without content (share) and members taking part (share), one row a level.

    Key `nature`, `year`, `period`, `level`: places under the province (`huyen`; `xa` once there are no districts), the
    communes of districts (`xa`) and named chi bộ (`chi_bo`). `within` says between what units were held against each
    other: places within the province, communes and chi bộ only within their own place, so that a difference between
    districts is not read as a link. `tau` is Kendall's tau-b (negative: where more meetings lack content, fewer take
    part), `p_value` two-sided, `needed_tau` the smallest |tau| these units could tell from chance, `lower95`, `upper95`
    its limits (`interval`: `fieller`, `jackknife`, `none`); `evidence` is `clear` or `chance`.

    `units` are those with both shares whole (nothing missing) over a base of at least 10, `left_out` the others. No
    answer (`reason`): `chua_co_den_cap_nay`, `it_dia_ban`, `khong_co_chenh_lech`, `mau_qua_nho`. A link between areas
    says nothing of single chi bộ or members (Robinson 1950, American Sociological Review 15: 351-357), and nothing of a
    cause; the sentence says so.

    Source: Kendall 1938; see `rank_correlation`.

    Raises:
        ValueError: the table of measures lacks a column of the contract.

    >>> from danvan_analysis.facts import load_facts
    >>> names = ("lan_sinh_hoat_le_ky", "lan_sinh_hoat_le_ky_co_noi_dung", "dang_vien", "dang_vien_mien_sinh_hoat",
    ...          "dang_vien_tham_gia_nong_cot")
    >>> rows = [{"area_id": str(866 + k), "year": 2024, "measure": name, "value": value}
    ...         for k in range(12) for name, value in zip(names, (120, 120 - k, 300, 0, 290 - k))]
    >>> table = participation_link(Data(ratings=None, measures=pl.DataFrame(rows)), load_facts(), year=2024)
    >>> table.filter(level="huyen").select("units", "tau", "evidence", "method").row(0)
    (12, -1.0, 'clear', 'kendall_exact')
    """
    reading = read_party(data, facts, year=year, period=period)
    rows = [_row(reading, slot, *pair) for slot in reading.slots() for pair in _pairs(reading, slot)]
    done = [row | {"sentence_vi": link_sentence(row, facts)} for row in rows]
    return pl.DataFrame([{k: row[k] for k in LINK} for row in done], schema=LINK).sort(_KEY)


def _pairs(reading: PartyReading, slot: Slot) -> tuple[tuple[str, str], ...]:
    """Give the levels, with what they are held against each other in."""
    if reading.places[slot[1]].basis[1] == "huyen-cu":
        return ("huyen", "tinh"), ("xa", "huyen"), ("chi_bo", "huyen")
    return ("xa", "tinh"), ("chi_bo", "xa")


def _row(reading: PartyReading, slot: Slot, level: str, within: str) -> Row:
    method = reading.facts.methods["participation"]
    units, left_out = _units(reading, slot, level)
    home = reading.places[slot[1]].home
    found = rank_correlation(
        [x for _, x, _ in units],
        [y for _, _, y in units],
        [home[area] if within != "tinh" else "" for (_, area, _), _, _ in units],
        least=method["link_least"],
        level=method["link_level"],
        draws=method["link_draws"],
        seed=method["link_seed"],
        least_interval=method["link_least_interval"],
        least_groups=method["link_least_groups"],
    )
    clear = found.p_value is not None and found.p_value <= 1 - method["link_level"] + 1e-12
    # Nothing at this level at all is another answer than too few units.
    reason = found.reason if units or left_out else "chua_co_den_cap_nay"
    return {
        **dict(zip(("nature", "year", "period"), slot, strict=True)),
        "level": level,
        "within": within,
        "units": len(units),
        "groups": found.groups,
        "left_out": left_out,
        "tau": found.tau,
        "lower95": found.lower,
        "upper95": found.upper,
        "p_value": found.p_value,
        "needed_tau": found.needed,
        "evidence": None if reason else "clear" if clear else "chance",
        "method": found.method,
        "interval": found.interval,
        "reason": reason,
    }


def _units(reading: PartyReading, slot: Slot, level: str) -> tuple[list[tuple[Where, float, float]], int]:
    """Give the units with both shares: meetings without content, members taking part; and how many were left out."""
    method = reading.facts.methods["participation"]
    small = int(method["small_members"])
    held, taking = (reading.known(method[name], slot) for name in ("meetings_indicator", "indicator"))
    places = reading.places[slot[1]]
    here = sorted(where for where in {*held, *taking} if where[0] == level and where[1] != places.province)
    units = []
    for where in here:
        one, two = held.get(where), taking.get(where)
        if one is None or two is None or not (one.usable and two.usable) or one.missing != 0 or two.missing != 0:
            continue
        if one.base >= small and two.base >= small:
            units.append((where, (one.base - one.taken) / one.base, two.taken / two.base))
    return units, len(here) - len(units)
