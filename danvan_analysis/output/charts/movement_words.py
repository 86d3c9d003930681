"""What the chart of movement says: each kind of unit with its counts or ranges, the finding, the rows it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels
from danvan_analysis.output.charts import frame
from danvan_analysis.output.charts.below_fair_words import unit_word
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, number

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

SIDES = ("moi", "phuc_hoi")
_QUANTITIES = (*SIDES, "giu_nguyen")
Range = tuple[int | None, int | None]


@dataclass(frozen=True)
class Kind:
    """One kind of unit of one organisation: its row of counts, and the least and most of every quantity."""

    gid: str
    name: str
    row: dict[str, Any]
    ranges: dict[str, Range]
    why: str
    beside: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Tell whether anything at all is known of the units that moved."""
        return any(self.ranges[q][0] is not None for q in SIDES)

    @property
    def ends(self) -> dict[str, int]:
        """How far each bar goes."""
        return {q: max(self.ranges[q][0] or 0, self.ranges[q][1] or 0) for q in SIDES}

    @property
    def reach(self) -> int:
        """How far the longer bar goes."""
        return max(self.ends.values())

    @property
    def is_range(self) -> bool:
        """Tell whether a bar has a part that is only possible."""
        return any(lower is not None and upper is not None and upper > lower for lower, upper in self.ranges.values())


def kinds_of(
    table: pl.DataFrame, bounds: pl.DataFrame | None, facts: Facts, slot: dict[str, Any]
) -> tuple[list[Kind], Kind]:
    """Give the kinds in official order and all of them together. Raises ValueError where the table has no such row."""
    rows = table.filter(**slot)
    if rows.is_empty():
        raise ValueError("no row of " + ", ".join(f"{name} {value}" for name, value in slot.items()))
    key = ["organisation", "unit_type"]
    limits: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    if bounds is not None:
        for row in bounds.filter(**slot).iter_rows(named=True):
            limits.setdefault((row["organisation"], row["unit_type"]), {})[row["quantity"]] = row
    ordered = (
        rows.filter(pl.all_horizontal(pl.col(key) != ALL))
        .join(facts.organisations.select("organisation", o="order"), on="organisation", how="left")
        .join(facts.unit_types.select("unit_type", u="order"), on="unit_type", how="left")
        .sort("o", "u", nulls_last=True)
    )
    shared = {kind for kind, n in ordered.group_by("unit_type").len().iter_rows() if n > 1}
    kinds = [_kind(row, limits, facts, shared) for row in ordered.to_dicts()]
    own = rows.filter(organisation=ALL, unit_type=ALL).to_dicts()
    return kinds, _kind(own[0], limits, facts, shared) if own else kinds[0]


def shown_range(facts: Facts, lower: int | None, upper: int | None) -> str:
    """Print a count or a range of counts beside its bar; a dash where nothing is known.

    The least and the most are the same where the count is known: 4; else 13–39; no most: "từ 13".
    """
    if lower is None:
        return "–"
    if upper is None:
        return str(facts.layout["movement"]["open"].format(a=number(lower)))
    return number(lower) if lower == upper else f"{number(lower)}–{number(upper)}"


def words(
    kinds: list[Kind], whole: Kind, facts: Facts, slot: dict[str, Any], *, parts: int, beside: bool
) -> frame.Words:
    """Say what is known of all units together; the words for each kind go to who cannot see the bars.

    Where nothing stands beside the bars, what did not change is said of all units in the foot.
    """
    says, short = facts.layout["movement"], unit_word(facts)
    of = {"short": short, "before": slot["from_year"], "year": slot["to_year"]}
    notes = [f"{line}." for line in whole.beside[:1] if not beside]
    notes += [says["scales"]] if parts > 1 else []
    notes += [_turnover(facts)] if any(kind.row["turnover"] for kind in kinds) else []
    detail = "; ".join(f"{kind.name.replace(chr(10), ' ')}: {_told(kind, facts)}" for kind in kinds)
    return frame.words(
        facts, _title(whole, facts, slot, short), says["subtitle"].format(**of), detail, slot["nature"], " ".join(notes)
    )  # fmt: skip


def tidy(kinds: list[Kind], facts: Facts, slot: dict[str, Any]) -> pl.DataFrame:
    """Give what the bars show as rows in drawing order."""
    said = facts.wording["movement"]
    rows = []
    for kind in kinds:
        name, judged = kind.name.replace("\n", " "), _verdict(kind.row, facts) if kind.known else kind.why
        place = (slot["to_year"], slot["area_id"], kind.row["area_name"], name)
        rows += [(*place, said[f"{q}_what"], kind.row[q], *kind.ranges[q], judged) for q in _QUANTITIES]
    text, whole = pl.String, pl.Int64
    schema = {"year": whole, "area_id": text, "area_name": text, "unit_type": text, "quantity": text}
    numbers = {"counted_named": whole, "at_least": whole, "at_most": whole, "verdict": text}
    return pl.DataFrame(rows, schema={**schema, **numbers}, orient="row")


def _kind(
    row: dict[str, Any], limits: dict[tuple[str, str], dict[str, dict[str, Any]]], facts: Facts, shared: set[str]
) -> Kind:
    own = limits.get((row["organisation"], row["unit_type"]))
    # Without a table of bounds the named units are all that is known.
    counted = {q: (row[q], row[q]) if row["matched"] else (None, None) for q in _QUANTITIES}
    ranges = {q: (own[q]["lower"], own[q]["upper"]) for q in _QUANTITIES} if own else counted
    name = labels.unit_type_vi(facts, row["unit_type"])
    name = f"{name[0].upper()}{name[1:]}"
    if row["unit_type"] in shared and row["organisation"] != ALL:
        organisation = labels.organisation_vi(facts, row["organisation"], short=True)
        name = facts.layout["movement"]["of_unit"].format(kind=name, organisation=organisation)
    reasons = facts.methods["movement"]["reasons"]
    why = (own["moi"]["reason"] if own else None) or row["reason"]
    row = row | {"turnover": bool(own and own["moi"]["reason"] == "khac_so_don_vi")}
    beside = _beside(row, ranges, facts) if any(ranges[q][0] is not None for q in SIDES) else ()
    return Kind(
        f"{row['organisation']}:{row['unit_type']}", _broken(name), row, ranges, reasons.get(why, labels.MISSING_VI), beside
    )  # fmt: skip


def _broken(name: str) -> str:
    """Break a long name in two lines, near its middle."""
    if len(name) <= 18:
        return name
    spaces = [i for i, letter in enumerate(name) if letter == " "]
    at = min(spaces, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _beside(row: dict[str, Any], ranges: dict[str, Range], facts: Facts) -> tuple[str, ...]:
    says = facts.layout["movement"]
    kept = says["kept"].format(below=shown_range(facts, *ranges["giu_nguyen"]))
    if not row["matched"]:
        return (kept, _verdict(row, facts))
    if all(ranges[q] == (row[q], row[q]) for q in _QUANTITIES):
        return (kept + says["fair"].format(fair=number(row["tu_kha_ca_hai"])), _verdict(row, facts))
    return (kept, says["of_named"].format(n=number(row["matched"])) + _verdict(row, facts))


def _verdict(row: dict[str, Any], facts: Facts) -> str:
    """Word the test of new against recovered as the table has it: its reason where it cannot tell, else its finding."""
    if row["reason"]:
        return str(facts.methods["movement"]["reasons"].get(row["reason"], row["reason"]))
    return str(facts.layout["movement"][row["evidence"]]) if row["evidence"] else ""


def _title(whole: Kind, facts: Facts, slot: dict[str, Any], short: str) -> str:
    says, row = facts.layout["movement"], whole.row
    when = labels.when_vi(slot["to_year"], slot["period"])
    place = "" if slot["area_id"] == str(facts.resolution["province_id"]) else f"{row['area_name']}, "
    lead = says["lead"].format(
        place=place, when=when if place else when[0].upper() + when[1:], before=slot["from_year"]
    )
    if not whole.known:
        return str(says["nothing"].format(lead=lead, why=whole.why))
    if all(whole.ranges[q] == (0, 0) for q in SIDES):
        return str(says["quiet"].format(lead=lead, short=short))
    counted = all(whole.ranges[q] == (row[q], row[q]) for q in _QUANTITIES)
    parts = [] if counted else [_at_least(q, whole.ranges[q], facts, short) for q in SIDES]
    if row["matched"]:
        said = facts.wording["movement"]
        each = ", ".join(says["named_part"].format(k=count(row[q]), what=said[f"{q}_what"]) for q in SIDES)
        judged = says["judged"].format(words=says[row["evidence"]]) if row["evidence"] else ""
        parts.append(says["named"].format(n=count(row["matched"]), short=short, parts=each, verdict=judged))
    found = "; ".join([", ".join(p for p in parts[:2] if p), *parts[2:]]) if not counted else parts[0]
    return f"{lead}: {found}"


def _at_least(quantity: str, limits: Range, facts: Facts, short: str) -> str:
    """Say what is certain of a quantity, else what is possible."""
    said, (lower, upper) = facts.wording["movement"], limits
    what = said[f"{quantity}_what"]
    if lower == upper:
        return str(said["exactly" if lower else "none"].format(a=count(lower or 0), short=short, what=what))
    if lower:
        return str(said["at_least"].format(a=count(lower), short=short, what=what))
    return str(said["at_most"].format(b=count(upper), short=short, what=what)) if upper is not None else ""


def _told(kind: Kind, facts: Facts) -> str:
    if not kind.known:
        return kind.why
    said = facts.wording["movement"]
    parts = [f"{said[f'{q}_what']} {shown_range(facts, *kind.ranges[q])}" for q in _QUANTITIES]
    verdict = _verdict(kind.row, facts)
    return ", ".join(parts) + (f" ({verdict})" if verdict else "")


def _turnover(facts: Facts) -> str:
    return str(facts.layout["movement"]["turnover"].format(why=facts.methods["movement"]["reasons"]["khac_so_don_vi"]))
