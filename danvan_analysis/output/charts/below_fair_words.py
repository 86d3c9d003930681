"""What stands around the map of units below "khá": its finding in counts, its legend, its alt text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from danvan_analysis.output import below_fair, labels
from danvan_analysis.output.charts import frame
from danvan_analysis.text import count, number, percent
from danvan_analysis.wording.weak_units import fair_target
from danvan_analysis.wording.words import short_word

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts
    from danvan_analysis.output.below_fair import Grid, Line


def words(found: Grid, facts: Facts, year: int, period: str, nature: str, *, mode: str) -> frame.Words:
    """Say how many, in how many places, of what kinds: counts only, no place singled out."""
    says, when, short = facts.layout["below_fair_map"], labels.when_vi(year, period), unit_word(facts)
    places = says["communes_vi"] if found.by_commune else facts.layout["places"]["districts_vi"]
    several = len(found.lines) > 1
    subtitle = says["subtitle"].format(short=short, places=places, when=when)
    if several and found.own and found.own["below"]:
        subtitle += says[{"both": "shares", "fraction": "fractions"}.get(mode, "counts")]
        subtitle += says["totals"] if found.by_commune else ""
    cells = [cell for _, _, cell in below_fair.each(found.lines)]
    starred = any(cell["below"] is not None and cell["rated"] and cell["missing"] != 0 for cell in cells)
    note = says["partial"].format(short=short) if starred else ""
    return frame.words(
        facts, _title(found, facts, when, short, places), subtitle, _detail(found, facts), nature, note
    )  # fmt: skip


def unit_word(facts: Facts) -> str:
    """Name in a word what the target on "khá" counts."""
    target = fair_target(facts)
    return short_word(facts.wording, target["indicator_id"] if target else "other")


def place_name(line: Line, facts: Facts, *, short: bool) -> str:
    """Name a place at the edge of the map; `short` shortens the kinds of commune too."""
    name = labels.place_short(line.name)
    for kind, brief in facts.layout["below_fair_map"]["shortened"].items() if short else ():
        name = brief + name.removeprefix(kind) if name.startswith(kind) else name
    return name


def shade(facts: Facts, below: int) -> dict[str, Any] | None:
    """Give the look of a number of units; None for 0."""
    looks = [entry for entry in facts.palette["below_fair"].values() if below >= entry["least"]]
    return max(looks, key=lambda entry: entry["least"], default=None)


def meanings(found: Grid, facts: Facts, *, hatched: bool) -> list[tuple[dict[str, Any], str]]:
    """Explain the shades and the marks that the map has, shades first."""
    says, short = facts.layout["below_fair_map"], unit_word(facts)
    shown = [(line, cell) for line, _, cell in below_fair.each(found.lines)]
    states = {below_fair.state_of(cell) for _, cell in shown}
    used = [shade(facts, cell["below"]) for line, cell in shown if not line.head and not below_fair.state_of(cell)]
    looks = sorted(facts.palette["below_fair"].values(), key=lambda entry: entry["least"])
    explained = []
    for look, after in zip(looks, [*looks[1:], None], strict=True):
        if look not in used:
            continue
        last = after["least"] - 1 if after else None
        word = says["from"].format(a=number(look["least"])) if last is None else f"{look['least']}–{last}"
        explained.append(
            (
                {**look, "marker": "", "hatch": look["hatch"] if hatched else ""},
                f"{word if last != look['least'] else last} {short}",
            )
        )
    marks = facts.palette["below_fair_state"]
    return explained + [(entry, entry["word_vi"]) for state, entry in marks.items() if state in states]


def _title(found: Grid, facts: Facts, when: str, short: str, places: str) -> str:
    says, own = facts.layout["below_fair_map"], found.own
    lead = f"{when[0].upper()}{when[1:]}"
    if found.area_id != str(facts.resolution["province_id"]):
        lead = f"{found.name}, {when}"
    if own is None or not own["rated"]:
        return str(says["missing"].format(lead=lead, short=short))
    lead += says["received"] if own["missing"] != 0 else ""
    if not own["below"]:
        return str(says["none"].format(lead=lead, short=short, N=count(own["rated"])))
    share = f" ({percent(own['below'], own['rated'])})" if own["rated"] >= labels.SMALL_BASE else ""
    kinds = ", ".join(f"{count(k)} {kind}" for kind, k in found.kinds) if len(found.kinds) > 1 else ""
    return str(
        says["some"].format(
            lead=lead, short=short, k=count(own["below"]), N=count(own["rated"]), share=share,
            spread=_spread(found, facts, places), kinds=f": {kinds}" if kinds else "",
        )
    )  # fmt: skip


def _spread(found: Grid, facts: Facts, places: str) -> str:
    """Say in how many places there are any, "at least" where a place may have some that the map cannot show."""
    says = facts.layout["below_fair_map"]
    parts = [line for line in found.lines[1:] if not (found.by_commune and line.head)]
    if not parts:
        return ""
    having = sum(any(cell["below"] for cell in line.cells.values()) for line in parts)
    unsure = any(_may_have(line) for line in parts)
    return str(says["spread_least" if unsure else "spread"].format(a=having, b=len(parts), places=places))


def _may_have(line: Line) -> bool:
    if any(cell["below"] for cell in line.cells.values()):
        return False
    states = {below_fair.state_of(cell) for cell in line.cells.values()}
    return bool(states - {None, "khong_co_don_vi"}) or any(cell["missing"] != 0 for cell in line.cells.values())


def _detail(found: Grid, facts: Facts) -> str:
    """Tell the numbers to who cannot see them: of each place, or of the districts where communes would be too many."""
    whole = found.area_id == str(facts.resolution["province_id"])
    lines = [line for line in found.lines[1:] if line.head or not (whole and found.by_commune)]
    return "; ".join(f"{labels.place_short(line.name)}: {_said(line, facts)}" for line in lines)


def _said(line: Line, facts: Facts) -> str:
    shown = {o: cell["below"] for o, cell in line.cells.items() if below_fair.state_of(cell) is None}
    if not shown:
        return labels.MISSING_VI
    parts = [f"{labels.organisation_vi(facts, o, short=True)} {number(k)}" for o, k in shown.items() if k]
    return ", ".join(parts) or "0"
