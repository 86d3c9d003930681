"""The table of participation without its smallest groups, nor what a subtraction would give back of them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeAlias

import polars as pl

from danvan_analysis.analysis.party_reading import KEY, PLACE
from danvan_analysis.analysis.places import Places, places_in
from danvan_analysis.facts import Facts

_Key: TypeAlias = tuple[Any, ...]
_LEVELS = ("chi_bo", "xa", "huyen")


def withhold_small(table: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Give the table of `participation` with every figure of groups under 10 members left out, for wider circulation.

    A row under the least number of members (`small_members` of the facts) keeps its key and names only; so does the
    smallest other row of the same parent where the parent's total less the rest would give the first one back, or the
    rows left out together would still be under the least number. Where no other row is left, the parent goes too, and
    with it all that stands below it. `reason` says `nho` or `khong_tinh_gian_tiep`. Same columns, key and order.

    Limits: other years, other tables and what a reader knows anyhow are not reckoned with. Rule after complementary cell
    suppression (Hundepool et al. 2012, Statistical Disclosure Control), by hand for sums of one way.

    >>> from danvan_analysis.analysis.participation import PARTICIPATION
    >>> from danvan_analysis.facts import load_facts
    >>> withhold_small(pl.DataFrame(schema=PARTICIPATION), load_facts()).height
    0
    """
    rows = {tuple(row[k] for k in KEY): row for row in table.to_dicts()}
    places = {year: places_in(facts, year) for year in table["year"].unique().sort()}
    parents = {key: _parent(row, rows, places[row["year"]]) for key, row in rows.items()}
    children: dict[_Key, list[_Key]] = defaultdict(list)
    for key, parent in parents.items():
        if parent is not None:
            children[parent].append(key)
    small = int(facts.methods["participation"]["small_members"])
    own = {key for key, row in rows.items() if 0 < _size(row) < small}
    out = set(own)
    for level in _LEVELS:
        for parent in sorted({p for key, p in parents.items() if p is not None and key[3] == level}):
            out |= _complement(parent, children[parent], rows, out, small)
    for parent in sorted(out, key=lambda key: _DEPTH[key[3]]):
        out |= set(_below(parent, children))
    # What a kept row says of blank exemptions would, less the others', give those of a row left out.
    told = {key for hidden in out if rows[hidden]["blank_members"] for key in _above(hidden, parents)} - out
    said = {"nho": own, "khong_tinh_gian_tiep": out - own}
    reasons = {key: name for name, keys in said.items() for key in keys}
    done = [
        _bare(row, reasons[key], facts) if key in out else row | dict.fromkeys(_OF_BLANKS if key in told else ())
        for key, row in rows.items()
    ]
    return pl.DataFrame(done, schema=table.schema).sort(KEY)


#: The columns that count the parts without a usable figure, and the sentence that quotes them.
_OF_BLANKS = (
    *("missing", "blank_members", "blank_participating", "lower_bound", "upper_bound"),
    *("second_lower", "second_upper", "second_attained", "sentence_vi"),
)
_DEPTH = {"tinh": 0, "huyen": 1, "xa": 2, "chi_bo": 3}


def _size(row: Mapping[str, Any]) -> int:
    return (row["members"] or 0) + (row["blank_members"] or 0)


def _parent(row: Mapping[str, Any], rows: Mapping[_Key, Any], here: Places) -> _Key | None:
    """Give the row that this one adds up to."""
    slot = tuple(row[k] for k in KEY[:3])
    home = here.home[row["area_id"]]
    above = [("xa", row["area_id"]), ("huyen", home), ("xa", home), ("tinh", here.province)]
    depth = _DEPTH[row["level"]]
    for level, area in above:
        key = (*slot, level, area, "")
        if key in rows and _DEPTH[level] < depth:
            return key
    return None


def _complement(
    parent: _Key, below: list[_Key], rows: Mapping[_Key, Mapping[str, Any]], out: set[_Key], small: int
) -> set[_Key]:
    """Give the further rows to leave out so that the parent's total gives none of them back."""
    hidden = [key for key in below if key in out]
    sizes = [_size(rows[key]) for key in hidden]
    rest = _size(rows[parent]) - sum(_size(rows[key]) for key in below)
    # Members that stand in the parent's total alone: a small rest is a group to protect as well, a large one hides.
    if 0 < rest < small or (rest > 0 and hidden):
        sizes.append(rest)
    if not sizes:
        return set()
    more: set[_Key] = set()
    spare = sorted(
        (key for key in below if key not in out and _size(rows[key])), key=lambda key: (_size(rows[key]), key)
    )
    # Each is under the least number by itself, so together they are two at least.
    while sum(sizes) < small:
        if not spare:
            # All of the parent is left out, and it is as small: it stands among the small ones itself.
            break
        key = spare.pop(0)
        more.add(key)
        sizes.append(_size(rows[key]))
    return more


def _below(parent: _Key, children: Mapping[_Key, list[_Key]]) -> list[_Key]:
    found = list(children.get(parent, []))
    return found + [key for child in found for key in _below(child, children)]


def _above(key: _Key, parents: Mapping[_Key, _Key | None]) -> list[_Key]:
    parent = parents[key]
    return [] if parent is None else [parent, *_above(parent, parents)]


def _bare(row: Mapping[str, Any], reason: str, facts: Facts) -> dict[str, Any]:
    kept = {name: row[name] for name in PLACE}
    sentence = facts.wording["participation"]["withheld"]
    return dict.fromkeys(row) | kept | {"method": "none", "reason": reason, "sentence_vi": sentence}
