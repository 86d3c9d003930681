"""Rate and mix: how much of a share's change the parts brought about, and how much only their weights (Kitagawa 1955).

When khóm, ấp are merged the number of units changes, and with it the weight of a district in the province's share; that
is no progress and no decline of anybody. All sums are of whole fractions, so rate + mix is the change exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from danvan_analysis.analysis.comparable import COMPARED, Row, moved_from, old_maps, passing_lines, shares, why_not
from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL, Indicators
from danvan_analysis.wording import mix_sentence

#: What a share may be split by; several together give the cells of a cross table.
SPLITS = ("area_id", "organisation", "unit_type")
#: What the parts named in a table leave over of their whole (bodies of the province itself).
REST = "con_lai"

_KEY = list(Indicators.primary_key())
_TYPES: dict[str, Any] = {k: pl.Int64 if k == "year" else pl.String for k in _KEY} | {
    "by": pl.String,
    "part": pl.String,
    "part_name": pl.String,
    "from_year": pl.Int64,
    "first_numerator": pl.Int64,
    "first_denominator": pl.Int64,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "change": pl.Float64,
    "rate_effect": pl.Float64,
    "mix_effect": pl.Float64,
    "change_exact": pl.String,
    "rate_exact": pl.String,
    "mix_exact": pl.String,
    "note": pl.String,
    "fewer_units": pl.Boolean,
    "incomplete": pl.Boolean,
    "method": pl.String,
    "reason": pl.String,
    "sentence_vi": pl.String,
}


@dataclass(frozen=True)
class Effect:
    """What one part did to the whole's share: by its own share (`rate`), by its weight (`mix`); shares, exact."""

    rate: Fraction
    mix: Fraction

    @property
    def change(self) -> Fraction:
        """The part's whole contribution."""
        return self.rate + self.mix


def decompose_change(before: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]]) -> dict[str, Effect]:
    """Split the change of a pooled share by its parts: (numerator, denominator) of each part in two years.

    rate = mean weight x change of the part's share; mix = change of weight x (the part's mean share - the mean of the two
    pooled shares). The pooled shares drop out of the sum, so the effects add up to the change exactly; they only make a
    part's mix readable: gaining weight counts for a part above the pooled share and against one below. A part without
    units in one year (absent, or 0) has no change of share there: all of it is mix.

    Raises:
        ValueError: no units at all in one of the years, a numerator below 0 or above its denominator.

    >>> effects = decompose_change({"a": (40, 50), "b": (45, 50)}, {"a": (24, 30), "b": (63, 70)})
    >>> sum(e.rate for e in effects.values()), sum(e.mix for e in effects.values())
    (Fraction(0, 1), Fraction(1, 50))
    """
    for year in (before, now):
        if wrong := [part for part, (x, n) in year.items() if not 0 <= x <= n]:
            raise ValueError(f"need 0 <= x <= n in every part, not {year[wrong[0]]} in {wrong[0]}")
    pooled0, pooled = _pooled(before), _pooled(now)
    middle = (pooled0[0] / pooled0[1] + pooled[0] / pooled[1]) / 2
    effects = {}
    for part in sorted(set(before) | set(now)):
        (x0, n0), (x, n) = before.get(part, (0, 0)), now.get(part, (0, 0))
        weight0, weight = n0 / pooled0[1], n / pooled[1]
        share0, share = (Fraction(a, b) if b else None for a, b in ((x0, n0), (x, n)))
        if share0 is None or share is None:
            only = share if share0 is None else share0
            effects[part] = Effect(Fraction(0), (weight - weight0) * ((only or 0) - middle))
            continue
        rate = (weight0 + weight) / 2 * (share - share0)
        effects[part] = Effect(rate, (weight - weight0) * ((share + share0) / 2 - middle))
    return effects


def _pooled(year: Mapping[str, tuple[int, int]]) -> tuple[Fraction, Fraction]:
    whole = sum(n for _, n in year.values())
    if not whole:
        raise ValueError("a year without any unit has no share to decompose")
    return Fraction(sum(x for x, _ in year.values())), Fraction(whole)


def compute_mix(
    ind: pl.DataFrame, facts: Facts, *, by: Sequence[str] = ("area_id",), from_year: int | None = None
) -> pl.DataFrame:
    """Split the change of every pooled share into what its parts did and what changed weights did.

    `by` names what the whole is split by: `area_id` (the province by its districts), `organisation`, `unit_type`, or
    several of them (the cells of all together). `from_year` is the year held against; without it, each year's previous.
    Key: that of `ind` (the whole's row), `by` and `part`; one row for each part (code or codes joined by "/"; `con_lai`
    is what the parts leave of the whole) and one for the whole, `part` = `tat_ca`, which alone has `sentence_vi`.

    `change` = `rate_effect` + `mix_effect`, as shares of the whole; the same three as exact fractions in text
    (`change_exact`, `rate_exact`, `mix_exact`: `Fraction(text)` reads them), the whole's being the sum of the parts'.
    `note`: `nhom_moi`, `nhom_het` (a part without units in one year: all of it is mix). `fewer_units`: the part's share
    rose, but with fewer units and no more of them passing, as after a merger (not where returns are missing): no
    progress. `reason` says why a whole is
    not split: as in `compute_changes`, or `khong_cong_khop` (the parts add up to more than the whole); it then has no
    parts. A whole without parts in the table is left out. Source: Kitagawa 1955; docs/phuong-phap.md, 6.

    Raises:
        ValueError: `by` is empty or names anything but area_id, organisation, unit_type.
    """
    if not by or set(by) - set(SPLITS):
        raise ValueError(f"by must be of {', '.join(SPLITS)}, not {', '.join(by) or 'nothing'}")
    splits = [name for name in SPLITS if name in by]
    whole_value = {"area_id": str(facts.resolution["province_id"]), "organisation": ALL, "unit_type": ALL}
    rows = shares(ind).sort(_KEY).to_dicts()
    known = {tuple(row[k] for k in _KEY): row for row in rows}
    parts: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if all(row[name] != whole_value[name] for name in splits):
            parts[_whole_of(row, splits, whole_value)].append(row)
    maps = old_maps(rows)
    lines, flags = passing_lines(facts), dict(facts.indicators.select("indicator_id", "flag").iter_rows())
    done: list[dict[str, Any]] = []
    for row in rows:
        year = row["year"] - 1 if from_year is None else from_year
        mine = parts.get(_whole_of(row, splits, whole_value), [])
        if any(row[name] != whole_value[name] for name in splits) or not mine or row["year"] <= year:
            continue
        before = known.get(tuple(year if k == "year" else row[k] for k in _KEY))
        moved = before is None and moved_from(row, year, maps)
        reason = why_not(row, before, lines.get(flags.get(row["indicator_id"]) or "", {}), facts, moved=moved)
        then = [] if before is None else parts.get(_whole_of(before, splits, whole_value), [])
        done += (
            _split(row, before, mine, then, splits, reason, facts) if before else _unsplit(row, year, splits, reason)
        )
    for whole in (one for one in done if one["part"] == ALL):
        whole["sentence_vi"] = mix_sentence(whole, whole.pop("parts"), facts)
    return pl.DataFrame([{k: one.get(k) for k in _TYPES} for one in done], schema=_TYPES).sort(*_KEY, "by", "part")


def _whole_of(row: Row, splits: Sequence[str], whole_value: Mapping[str, str]) -> tuple[Any, ...]:
    """Name the whole that a row is part of; the basis only by its map, for the parts stand on another level of it."""
    return tuple(
        whole_value[k] if k in splits else row[k][-3:] if k == "basis" and "area_id" in splits else row[k] for k in _KEY
    )


def _unsplit(row: Row, year: int, splits: Sequence[str], reason: str | None) -> list[dict[str, Any]]:
    known = {k: row[k] for k in (*_KEY, "area_name", "numerator", "denominator")}
    whole = {"by": ";".join(splits), "part": ALL, "from_year": year, "reason": reason, "method": "none", "parts": []}
    return [known | whole | {"part_name": row["area_name"]}]


def _split(
    row: Row,
    before: Row,
    mine: Iterable[Row],
    then: Iterable[Row],
    splits: Sequence[str],
    reason: str | None,
    facts: Facts,
) -> list[dict[str, Any]]:
    whole = _unsplit(row, before["year"], splits, reason)[0]
    whole |= {"first_numerator": before["numerator"], "first_denominator": before["denominator"]}
    if reason not in COMPARED:
        return [whole]
    years = [_with_rest(then, before, splits), _with_rest(mine, row, splits)]
    if years[0] is None or years[1] is None:
        return [whole | {"reason": "khong_cong_khop"}]
    effects = decompose_change(years[0], years[1])
    names = _names([*then, *mine], splits, facts)
    # Where returns are missing, fewer units are no merger.
    incomplete = bool(row["missing"] or before["missing"])
    parts = []
    for part, effect in effects.items():
        (x0, n0), (x, n) = (year.get(part, (0, 0)) for year in (years[0], years[1]))
        note = None if n0 and n else "nhom_moi" if n else "nhom_het"
        fewer = not incomplete and bool(n0 and n) and x * n0 > x0 * n and n < n0 and x <= x0
        counts = {"first_numerator": x0, "first_denominator": n0, "numerator": x, "denominator": n}
        more = {"part": part, "part_name": names.get(part, part), "note": note, "fewer_units": fewer}
        parts.append(whole | counts | more | _effect(effect))
    total = Effect(
        sum((e.rate for e in effects.values()), Fraction(0)), sum((e.mix for e in effects.values()), Fraction(0))
    )
    fewer = any(part["fewer_units"] for part in parts)
    found = {"method": "kitagawa", "incomplete": incomplete}
    return [whole | found | _effect(total) | {"fewer_units": fewer, "parts": parts}, *(p | found for p in parts)]


def _effect(effect: Effect) -> dict[str, Any]:
    values = {"change": effect.change, "rate": effect.rate, "mix": effect.mix}
    floats = {"change" if k == "change" else f"{k}_effect": float(value) for k, value in values.items()}
    return floats | {f"{k}_exact": str(value) for k, value in values.items()}


def _with_rest(rows: Iterable[Row], whole: Row, splits: Sequence[str]) -> dict[str, tuple[int, int]] | None:
    """Give the parts of one year and what they leave of the whole; None where they add up to more than it."""
    parts = {_part(row, splits): (row["numerator"] or 0, row["denominator"]) for row in rows if row["denominator"]}
    x = whole["numerator"] - sum(part[0] for part in parts.values())
    n = whole["denominator"] - sum(part[1] for part in parts.values())
    if not 0 <= x <= n:
        return None
    return parts | ({REST: (x, n)} if n else {})


def _part(row: Row, splits: Sequence[str]) -> str:
    return "/".join(str(row[name]) for name in splits)


def _names(rows: Iterable[Row], splits: Sequence[str], facts: Facts) -> dict[str, str]:
    """Give the Vietnamese name of every part; areas by the name of their last year."""
    words = {
        "organisation": dict(facts.organisations.select("organisation", "name_vi").iter_rows()),
        "unit_type": dict(facts.unit_types.select("unit_type", "name_vi").iter_rows()),
    }
    named = {REST: str(facts.wording["mix"]["rest"])}
    for row in rows:
        pieces = [row["area_name"] if name == "area_id" else words[name].get(row[name], row[name]) for name in splits]
        named[_part(row, splits)] = ", ".join(str(piece) for piece in pieces)
    return named
