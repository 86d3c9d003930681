"""Sentences on the way to a target: what is still needed, and whether the pace so far suffices."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count
from danvan_analysis.wording.words import Row, fill, short_of, tidy


def pace_sentence(row: Row, target: Row, facts: Facts) -> str:
    """Give the sentence for one row of `compute_pace`; `target` has the columns of its target and of its indicator.

    Only the province's own row speaks of attaining the resolution's target.
    """
    province = row["area_id"] == str(facts.resolution["province_id"])
    goal = fill(facts, "pace", "goal" if province else "goal_compared", {"ct": target["ct_vi"]})
    reason = facts.methods["pace"]["reasons"].get(row["reason"] or "", "")
    places: dict[str, Any] = {
        "year": row["year"],
        "first": row["from_year"],
        "end": row["term_end"],
        "left": count(row["years_left"]),
        "short": short_of(row, target, facts),
        "goal": goal,
        "reason": reason,
    }
    if not row["denominator"]:
        return fill(facts, "pace", "no_data", places)
    places |= {"n": count(row["numerator"]), "N": count(row["denominator"])}
    if row["reason"] == "da_dat":
        return fill(facts, "pace", "met", places)
    if row["units_needed"] is None:
        return fill(facts, "pace", "unknown", places)
    places |= {"k": count(row["units_needed"]), "each": count(row["units_per_year"] or 0)}
    if row["years_left"] < 1:
        return fill(facts, "pace", "over", places)
    said = [fill(facts, "pace", "needed_one" if row["years_left"] == 1 else "needed", places)]
    if row["answer"]:
        said.append(fill(facts, "pace", row["answer"], places))
    return tidy(" ".join(said))
