"""The duties of part IV and of every year: who was to do what by when, and how it stands; silence is no state of work."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from danvan_analysis.analysis.cells import bring_home
from danvan_analysis.analysis.due_dates import due_date
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data
from danvan_analysis.text import fold
from danvan_analysis.wording import duty_sentence

_EXPECTING = ("bao_cao", "gia_dinh")
#: From the least to the most advanced.
_STATES = ("chua_thuc_hien", "dang_thuc_hien", "da_thuc_hien")
_SILENT = "chua_co_bao_cao"
_KEY = ("resolution_id", "duty_id", "year", "period", "nature", "area_id", "body")
_SCHEMA: dict[str, Any] = {
    **{name: pl.Int64 if name == "year" else pl.String for name in _KEY},
    **dict.fromkeys(("area_name", "clause", "task_vi", "product", "due"), pl.String),
    "due_on": pl.Date,
    "state": pl.String,
    "reported_year": pl.Int64,
    "overdue": pl.Boolean,
    **dict.fromkeys(("bodies_done", "bodies_silent", "bodies_expected"), pl.Int64),
    **dict.fromkeys(("method", "reason", "sentence_vi", "source_file", "source_sheet", "source_cell"), pl.String),
}
_NEEDED = ("duty_id", "state", "area_id", "year")
_DEFAULTS = {"period": "nam", "nature": "bao_cao", "body": ""} | dict.fromkeys(
    ("product", "due", "source_file", "source_sheet", "source_cell"), ""
)
#: (nature, year, period)
_Slot = tuple[str, int, str]
_Row = dict[str, Any]


def duties_state(
    data: Data, facts: Facts, *, as_of: date | None = None, years: Iterable[int] | None = None
) -> pl.DataFrame:
    """Give every duty of the facts in every year that anything was sent for, with its state, sorted by key.

    Key: `resolution_id`, `duty_id`, `year`, `period`, `nature`, `area_id`, `body`. A duty of many bodies has a row for
    each sender of the facts and one for the province, with `bodies_done`, `bodies_silent` and `bodies_expected`.
    `state` is as reported, `chua_co_bao_cao` where nothing came; of two states for one body the less advanced stands. What
    is done once for the term stands on in later years (`reported_year`). `overdue` follows from `due_on` and `as_of` (by
    default today), it is no state: False once done, null without a report or without a day. `method`: `bao_cao`,
    `nam_truoc`, `tong_hop` (from the bodies) or `khong_co`; `reason`: `chua_co_bao_cao`, `khong_ro_thoi_han`,
    `hai_trang_thai`, `thieu_bao_cao` or null. `years` adds years and leaves out others.

    Raises:
        ValueError: `data.duties` lacks a column of the contract.

    >>> from danvan_analysis.facts import load_facts
    >>> table = duties_state(Data(None, None), load_facts(), years=[2024], as_of=date(2025, 1, 15))
    >>> table.filter(duty_id="IV.5").select("state", "overdue").rows()
    [('chua_co_bao_cao', None)]
    """
    told = _statements(data.duties, facts)
    slots = _slots(told, data, facts, years)
    day = as_of or date.today()
    rows = [row for slot in slots for duty in facts.duties.to_dicts() for row in _duty(duty, slot, told, facts, day)]
    table = pl.DataFrame([{name: row.get(name) for name in _SCHEMA} for row in rows], schema=_SCHEMA)
    return table.sort(_KEY)


def _statements(native: Any, facts: Facts) -> dict[tuple[str, str, str], list[_Row]]:
    """Read what was reported, by nature, period and duty; a body the facts know as a sender speaks for its own area."""
    told: dict[tuple[str, str, str], list[_Row]] = defaultdict(list)
    province = str(facts.resolution["province_id"])
    homes = {fold(name): area for name, area in facts.senders.select("name_vi", "area_id").iter_rows()}
    for row in _home(native):
        if row["area_id"] == province and row["body"]:
            row["area_id"] = homes.get(fold(row["body"]), province)
        if row["state"] in _STATES:
            told[row["nature"], row["period"], row["duty_id"]].append(row)
    if any(nature == "bao_cao" for nature, _, _ in told):
        told = defaultdict(list, {key: rows for key, rows in told.items() if key[0] != "gia_dinh"})
    return told


def _home(native: Any) -> list[_Row]:
    if native is None:
        return []
    frame = nw.from_native(native)
    present = frame.collect_schema().names()
    if not present:
        return []
    if absent := [name for name in _NEEDED if name not in present]:
        raise ValueError(f"the table lacks the columns {', '.join(absent)}; it has {', '.join(present)}")
    rows = bring_home(frame.select(*(name for name in (*_NEEDED, *_DEFAULTS) if name in present))).to_dicts()
    said = [{k: v for k, v in row.items() if isinstance(v, str) and v} for row in rows]
    return [_DEFAULTS | texts | {"year": int(row["year"])} for row, texts in zip(rows, said, strict=True)]


def _slots(told: Mapping[tuple[str, str, str], list[_Row]], data: Data, facts: Facts, years: Any) -> list[_Slot]:
    """Give the years of the resolution in which anything was sent, and the periods in which duties were."""
    seen = {(row["nature"], row["year"], row["period"]) for rows in told.values() for row in rows}
    sent = {(nature, year) for native in (data.ratings, data.measures) for nature, year in _years(native)}
    sent |= {(nature, year) for nature, year, _ in seen}
    if any(nature == "bao_cao" for nature, _ in sent):
        sent = {(nature, year) for nature, year in sent if nature != "gia_dinh"}
        seen = {slot for slot in seen if slot[0] != "gia_dinh"}
    natures = {nature for nature, _ in sent if nature in _EXPECTING} or {"bao_cao"}
    first, last = (int(str(facts.resolution[k])[:4]) for k in ("valid_from", "valid_to"))
    wanted = {(nature, int(year)) for nature in natures for year in years} if years is not None else sent
    slots = {(nature, year, "nam") for nature, year in wanted if nature in _EXPECTING}
    slots |= {slot for slot in seen if years is None or (slot[0], slot[1]) in wanted}
    return sorted(slot for slot in slots if first <= slot[1] <= last)


def _years(native: Any) -> set[tuple[str, int]]:
    if native is None:
        return set()
    frame = nw.from_native(native)
    present = frame.collect_schema().names()
    if "year" not in present:
        return set()
    named = [name for name in ("nature", "year") if name in present]
    pairs = frame.select(*named).unique()
    whole = pairs.collect() if isinstance(pairs, nw.LazyFrame) else pairs
    columns = whole.to_dict(as_series=False)
    natures = columns.get("nature") or ["bao_cao"] * len(columns["year"])
    return {(str(nature), int(year)) for nature, year in zip(natures, columns["year"], strict=True)}


def _duty(
    duty: _Row, slot: _Slot, told: Mapping[tuple[str, str, str], list[_Row]], facts: Facts, day: date
) -> Iterator[_Row]:
    """Give the rows of one duty in one slot: its bodies, whoever else reported it, and the province."""
    nature, year, period = slot
    province = str(facts.resolution["province_id"])
    known = [row for row in told.get((nature, period, duty["duty_id"]), []) if row["year"] <= year]
    if duty["recurs"] != "term":
        known = [row for row in known if row["year"] == year]
    by_area: dict[str, list[_Row]] = defaultdict(list)
    for row in known:
        by_area[row["area_id"]].append(row)
    expected = _bodies(duty, year, facts)
    names = dict(facts.areas.sort("valid_from").select("area_id", "name").iter_rows())
    below = []
    for area in sorted({*expected, *by_area} - {province}):
        one = _one(duty, slot, area, expected.get(area), by_area.get(area, []), facts, day)
        below.append(one)
        yield _said(one | {"area_name": names.get(area, area)}, facts)
    whole = _one(duty, slot, province, duty["body"], by_area.get(province, []), facts, day)
    if expected:
        own = [row for row in below if row["area_id"] in expected]
        whole |= _together(own, whole)
    yield _said(whole | {"area_name": names.get(province, province)}, facts)


def _bodies(duty: _Row, year: int, facts: Facts) -> dict[str, str]:
    """Give the senders that each report a duty for themselves in a year, by area; none where the duty has one body."""
    if not duty["bodies"]:
        return {}
    # An overlay may be of another province: the shipped senders of ours owe it nothing.
    province = str(facts.resolution["province_id"])
    inside = facts.areas.filter((pl.col("area_id") == province) | (pl.col("parent_id") == province))["area_id"]
    valid = facts.senders.filter(
        pl.col("channel") == duty["bodies"],
        pl.col("area_id").is_in(inside.implode()),
        pl.col("valid_from") <= date(year, 12, 31),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= date(year, 1, 1)),
    )
    return dict(valid.select("area_id", "name_vi").iter_rows())


def _one(duty: _Row, slot: _Slot, area: str, body: str | None, told: list[_Row], facts: Facts, day: date) -> _Row:
    nature, year, period = slot
    latest = [row for row in told if row["year"] == max(r["year"] for r in told)]
    state = min((row["state"] for row in latest), key=_STATES.index, default=_SILENT)
    first = next((row for row in latest if row["state"] == state), {})
    due = first.get("due") or duty["due"]
    reported = first.get("year")
    due_on = due_date(due, reported or year, int(str(facts.resolution["term_to"])[:4]), facts.methods["duties"])
    reason = "hai_trang_thai" if len({row["state"] for row in latest}) > 1 else None
    return {
        "resolution_id": facts.resolution["resolution_id"],
        **{name: duty[name] for name in ("duty_id", "clause", "task_vi")},
        "year": year,
        "period": period,
        "nature": nature,
        "area_id": area,
        "body": body or first.get("body") or duty["body"],
        "product": first.get("product") or duty["product"],
        "due": due,
        "due_on": due_on,
        "state": state,
        "reported_year": reported,
        "method": "khong_co" if not latest else "bao_cao" if reported == year else "nam_truoc",
        **_lateness(state, due_on, reason, day),
        **{name: first.get(name) or None for name in ("source_file", "source_sheet", "source_cell")},
    }


def _lateness(state: str, due_on: date | None, reason: str | None, day: date) -> _Row:
    """Say whether a duty is past its day; a body that has not reported may well have done it."""
    if state == _SILENT:
        return {"overdue": None, "reason": reason or _SILENT}
    if state == _STATES[-1]:
        return {"overdue": False, "reason": reason}
    if due_on is None:
        return {"overdue": None, "reason": reason or "khong_ro_thoi_han"}
    return {"overdue": due_on < day, "reason": reason}


def _together(own: list[_Row], whole: _Row) -> _Row:
    """Add up the bodies of a duty; the province's own word, where there is one, stays its state."""
    states = [row["state"] for row in own]
    done, silent = states.count(_STATES[-1]), states.count(_SILENT)
    counts = {"bodies_done": done, "bodies_silent": silent, "bodies_expected": len(own)}
    reported = {*states} - {_SILENT}
    if whole["state"] != _SILENT or not reported:
        return counts
    if done == len(own):
        state = _STATES[-1]
    elif reported == {_STATES[0]}:
        # Those who reported have not begun; of the others nothing is known.
        state = _SILENT if silent else _STATES[0]
    else:
        state = _STATES[1]
    # Late where one that reported is late; the silent may have done it in time.
    late = [row for row in own if row["overdue"]]
    overdue = True if late else False if all(row["overdue"] is False for row in own) else None
    due_on = min((row["due_on"] for row in late), default=whole["due_on"])
    reason = "thieu_bao_cao" if silent else None if overdue is not None else "khong_ro_thoi_han"
    return counts | {"state": state, "method": "tong_hop", "overdue": overdue, "due_on": due_on, "reason": reason}


def _said(row: _Row, facts: Facts) -> _Row:
    return row | {"sentence_vi": duty_sentence(row, facts)}
