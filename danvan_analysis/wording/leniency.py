"""Sentences of the leniency panel: what a place is asked to look at again, or why there is nothing to ask."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, points
from danvan_analysis.wording.words import Row, fill, tidy

_LEVELS = ("tinh", "huyen", "xa")


def leniency_sentence(row: Row, facts: Facts) -> str:
    """Give the sentence of one row of the panel; `row["words"]` has the whole numbers of its sign.

    A row that stands out asks the place to look again and says in the same breath that it is no judgement; any other
    says that nothing stands out and what could have been seen, or why there is no answer.
    """
    reasons: dict[str, str] = facts.methods["leniency"]["reasons"]
    lead = fill(facts, "leniency", "of_kind", {"object": _object(row, facts)}) if row["organisation"] != ALL else ""
    if row["reason"]:
        return _sentence(fill(facts, "leniency", "no_answer", {"lead": lead, "why": reasons[row["reason"]]}))
    sign, places = _sign(row, facts), _places(row, facts)
    if row["noted"]:
        name = row["area_name"]
        what = lead + fill(facts, "leniency", sign, places)
        return _sentence(fill(facts, "note", "leniency", {"unit": name[:1].lower() + name[1:], "what": what}))
    seen = row["smallest_seen"]
    if seen is None:
        return _sentence(fill(facts, "leniency", "nothing_seen_at_all", {"lead": lead}))
    said = fill(facts, "leniency_seen", sign, places | {"s": points(round(1000 * seen), 10, 1)})
    return _sentence(fill(facts, "leniency", "nothing", {"lead": lead, "seen": said}))


def leniency_evidence(row: Row, facts: Facts) -> str | None:
    """Give the count behind a row in a word ("07/07"), for a cell of a table; None without an answer."""
    return None if row["reason"] else fill(facts, "leniency_evidence", _sign(row, facts), _places(row, facts))


def _sign(row: Row, facts: Facts) -> str:
    """Name the templates of a row: a sign may speak otherwise of one kind of unit."""
    alone = row["organisation"] != ALL and f"{row['sign']}_rieng" in facts.wording["leniency"]
    return f"{row['sign']}_rieng" if alone else str(row["sign"])


def _places(row: Row, facts: Facts) -> dict[str, Any]:
    rules = facts.methods["leniency"]
    places: dict[str, Any] = {key: count(value) for key, value in row["words"].items()}
    places |= {"year": row["year"], "before": row["year"] - 1, "d": points(row["words"].get("d", 0), 100)}
    return places | {"ceiling": rules["ceiling_percent"], "floor": rules["floor_percent"]}


def _sentence(text: str) -> str:
    text = tidy(text)
    return text[:1].upper() + text[1:]


def _object(row: Row, facts: Facts) -> str:
    """Name a kind of unit: "chi hội của Hội Nông dân", "Hội Nông dân cấp xã", "Hội quán"."""
    kind = facts.unit_types.filter(unit_type=row["unit_type"]).row(0, named=True)
    name = facts.organisations.filter(organisation=row["organisation"])["name_vi"][0]
    words = facts.wording["object"]
    if kind["level"] in _LEVELS:
        return str(words["of_level"]).format(organisation=name, level=words[f"level_{kind['level']}"])
    if ";" not in (kind["organisations"] or ""):
        return str(kind["name_vi"])
    return str(words["of_unit"]).format(object=kind["name_vi"], organisation=name)
