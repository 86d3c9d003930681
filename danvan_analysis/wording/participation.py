"""Sentences on party members who take part, on meetings with content, and on the link between the two."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.text import count, number
from danvan_analysis.wording.words import SMALL_BASE, Row, fill, share_text, tidy

_SECTION = "participation"


def participation_sentence(row: Row, facts: Facts) -> str:
    """Give the sentence of one row of `participation`: its assessment, the years below, the second reading.

    `row` has the table's columns with `base_sentence` (of the assessment), `label`, `blank_members` and
    `blank_participating`.
    """
    parts = []
    blank, taken = row["blank_members"], row["blank_participating"]
    if row["attained"] == "no_data" and blank:
        small = blank < SMALL_BASE
        places = _who(row, facts) | {"n": count(taken), "N": count(blank), "t": share_text(taken, blank)}
        parts.append(fill(facts, _SECTION, "blank_small" if small else "blank", places))
        if row.get("second_attained") in ("met", "not_met"):
            parts.append(fill(facts, _SECTION, f"blank_{row['second_attained']}", {"ct": _ct(facts)}))
        return tidy(" ".join(parts))
    parts.append(row["base_sentence"])
    if (row["years_below"] or 0) > 1:
        places = {"k": count(row["years_below"]), "before": row["year"] - row["years_below"] + 1}
        parts.append(fill(facts, _SECTION, "years_below_open" if row["years_below_open"] else "years_below", places))
    if blank and row.get("second_lower") is not None and row.get("second_upper") is not None:
        places = {"u": count(blank), "a": _share(row["second_lower"]), "b": _share(row["second_upper"])}
        parts.append(fill(facts, _SECTION, "blank_part", places))
    return tidy(" ".join(parts))


def exemption_review(row: Row, facts: Facts) -> str:
    """Give the internal sentence on an exempted share that stands out; `row` has `label` too."""
    places = {
        "unit": row["label"][:1].lower() + row["label"][1:],
        "n": count(row["exempted"]),
        "N": count(row["members"]),
        "t": share_text(row["exempted"], row["members"]),
        "t0": _share(row["exempted_rest"]),
    }
    parts = [fill(facts, _SECTION, "exempt", places)]
    if not row["exempt_flag_spread"]:
        parts.append(fill(facts, _SECTION, "exempt_spread", places))
    return tidy(" ".join(parts))


def meetings_sentence(row: Row, facts: Facts) -> str:
    """Give the sentence of one row of `meetings`: its assessment, the chi bộ concerned, meetings too few or too many."""
    parts = [row["base_sentence"]]
    least, most = row["affected_least"], row["affected_most"]
    if row["without_content"] and least is not None and (row["branches"] or 0) > 1:
        places = {"k": count(row["without_content"]), "a": count(least), "b": count(most), "M": count(row["branches"])}
        parts.append(fill(facts, _SECTION, "affected_exact" if least == most else "affected", places))
    if row["question"]:
        expected, meetings = row["expected_meetings"], row["meetings"]
        places = {"m": count(expected // row["branches"]), "d": count(abs(meetings - expected))}
        places |= {"n": count(meetings), "N": count(expected)}
        name = "fewer" if meetings < expected else "more"
        parts.append(fill(facts, _SECTION, name, places))
    return tidy(" ".join(parts))


def link_sentence(row: Row, facts: Facts) -> str:
    """Give the sentence of one row of `participation_link`; always with what it may not be read as."""
    if row["reason"] == "chua_co_den_cap_nay":
        return tidy(
            fill(facts, _SECTION, "link_no_units", {"object": facts.wording[_SECTION][f"level_{row['level']}"]})
        )
    within = fill(facts, _SECTION, f"within_{row['within']}", {}) if row["within"] != "tinh" else ""
    what = fill(facts, _SECTION, f"among_{row['level']}", {"n": count(row["units"])}) + within
    if row["p_value"] is None or row["reason"]:
        reason = facts.methods[_SECTION]["reasons"].get(row["reason"], row["reason"])
        return tidy(fill(facts, _SECTION, "link_none", {"what": what, "when": reason}))
    places = {"what": what, "t": _decimal(row["tau"]), "x": _p(row["p_value"]), "d": _decimal(row["needed_tau"])}
    clear = row["evidence"] == "clear"
    name = ("link_together" if row["tau"] < 0 else "link_apart") if clear else "link_chance"
    return tidy(fill(facts, _SECTION, name, places) + " " + fill(facts, _SECTION, "link_caution", places))


def _who(row: Row, facts: Facts) -> dict[str, Any]:
    province = row["level"] == "tinh"
    name = row["label"]
    lead = fill(facts, "lead", row["period"], {"year": row["year"]} | _term(facts))
    return {"lead": lead, "subject": "" if province else name[:1].lower() + name[1:] + " "}


def _term(facts: Facts) -> dict[str, str]:
    return {k: str(facts.resolution[k])[:4] for k in ("term_from", "term_to")}


def _ct(facts: Facts) -> str:
    own = facts.targets.filter(indicator_id=facts.methods[_SECTION]["indicator"])
    return str(own["ct_vi"][0])


def _share(value: float) -> str:
    """Print a share that is no single fraction of counts."""
    text = number(100 * value, 2).rstrip("0").rstrip(",")
    return f"{text}%"


def _decimal(value: float) -> str:
    # A rounded nothing has no sign.
    return number(round(value, 2) + 0.0, 2)


def _p(value: float) -> str:
    return "dưới 0,001" if value < 0.001 else f"= {number(value, 3)}"
