"""One sentence for a duty: how it stands, how many bodies reported, whether its day has passed."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count
from danvan_analysis.wording.words import Row, date_vi, fill, tidy


def duty_sentence(row: Row, facts: Facts) -> str:
    """Give the sentence for one row of `duties_state`, ready to paste; without a report it says only that."""
    state = row["state"]
    places: dict[str, Any] = {"task": row["task_vi"], "body": row["body"], "year": row["year"]}
    places |= {"state": facts.wording["duty"]["states"][state], "before": row["reported_year"] or row["year"]}
    expected = row.get("bodies_expected")
    if expected and row["method"] in ("tong_hop", "khong_co"):
        done, silent = row["bodies_done"], row["bodies_silent"]
        places |= {"n": count(done), "N": count(expected), "m": count(silent)}
        name = "none" if silent == expected else "all" if done == expected else "some"
        parts = [fill(facts, "duty", name, places)]
        if name == "some" and silent:
            parts.append(fill(facts, "duty", "silent", places))
    else:
        name = "no_report" if state == "chua_co_bao_cao" else "before" if row["method"] == "nam_truoc" else "one"
        parts = [fill(facts, "duty", name, places)]
    if row["overdue"]:
        parts.append(fill(facts, "duty", "overdue", {"day": date_vi(row["due_on"])}))
    return tidy("".join(parts) + ".")
