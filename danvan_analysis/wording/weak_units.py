"""Sentences on units that are not yet "khá": how many, how many of them for years, where they gather."""

from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, number
from danvan_analysis.wording.words import Row, fill, object_words, share_text, short_of, tidy


def fair_target(facts: Facts) -> Row | None:
    """Give the target on "khá trở lên", with its indicator's columns; None where the facts have none."""
    joined = facts.targets.join(facts.indicators, on="indicator_id", suffix="_indicator").sort("order")
    return next((target for target in joined.to_dicts() if target["flag"] == "fair_or_better"), None)


def weak_units_sentence(row: Row, target: Row | None, facts: Facts) -> str:
    """Give the sentence for one row of `weak_units(…).counts`; no unit is named in it."""
    places = unit_places(row, target, facts)
    k, n, named = row["below"], row["rated"], row["named"]
    if not n:
        return tidy(fill(facts, "state", "no_data_unrated" if row["unrated"] else "no_data", places))
    known = named - row["khong_ro"]
    places |= {"k": count(k), "N": count(n), "t": share_text(k, n), "named": count(named), "known": count(known)}
    places |= {"m": count(row["hai_nam_tro_len"]), "unclear": count(row["khong_ro"])}
    if k == 0:
        parts = [_say(facts, "none", places)]
    else:
        small = n < facts.methods["weak_units"]["min_base"]
        name = "all" if k == n > 1 else "small" if small else "some"
        parts = [_say(facts, name, places), _yeu(row, facts, places), _years(row, known, facts, places)]
    parts.append(".")
    if k and named < k:
        part = "part_named" if row["hai_nam_tro_len"] else "part_named_none"
        parts.append(_say(facts, "not_named" if named == 0 else part, places))
    if row["khong_ro"]:
        parts.append(_say(facts, "unclear", places))
    if row["missing"] is None:
        parts.append(_say(facts, "missing_unknown", places))
    elif row["missing"]:
        parts.append(_say(facts, "missing", places | {"u": count(row["missing"])}))
    if row["unrated"]:
        parts.append(" " + fill(facts, "extra", "unrated", places))
    return tidy("".join(parts))


def gathered_sentence(row: Row, target: Row | None, facts: Facts) -> str:
    """Give the sentence for one row of `weak_units(…).gathered`; no unit is named in it."""
    places = unit_places({**row, "unit_type": ALL}, target, facts)
    expected = max(row["expected"], 0.05)  # what is hardly ever there is still printed as 0,1
    places |= {"k": count(row["below"]), "N": count(row["rated"]), "e": number(expected, 1)}
    if row["below"] == 0:
        return tidy(_say(facts, "none", places) + ".")
    name = "not_tested" if row["reason"] else "gathered" if row["gathered"] else "not_gathered"
    why = facts.methods["weak_units"]["reasons"].get(row["reason"], "")
    return tidy(_say(facts, "small", places) + _say(facts, name, places | {"why": why}))


def unit_places(row: Row, target: Row | None, facts: Facts) -> dict[str, Any]:
    """Give the places of a sentence that say when, where and what is counted."""
    province = row["area_id"] == str(facts.resolution["province_id"])
    area = "" if province else row["area_name"][:1].lower() + row["area_name"][1:] + " "
    if target is None:
        words = {"object": facts.wording["short"]["other"], "short": facts.wording["short"]["other"]}
    else:
        words = {"object": object_words(row, target, facts), "short": short_of(row, target, facts)}
    lead = fill(facts, "lead", row["period"], {"year": row["year"]}) if row["period"] != "nhiem-ky" else _term(facts)
    unrated = {"u": count(row.get("unrated") or 0)}
    return {"lead": lead, "subject": area, "subject_has": f"{area}có " if area else "", **words, **unrated}


def _term(facts: Facts) -> str:
    return fill(facts, "lead", "nhiem-ky", {k: str(facts.resolution[k])[:4] for k in ("term_from", "term_to")})


def _say(facts: Facts, name: str, places: dict[str, Any]) -> str:
    return fill(facts, "weak_units", name, places)


def _yeu(row: Row, facts: Facts, places: dict[str, Any]) -> str:
    """Say how many are at the lowest level, in its own words, where every scale counted can say."""
    if row["weak"] is None:
        return ""
    scales = (row["scales"] or "").split(";")
    levels = [r for r in facts.scales.sort("scale_id", "rank").to_dicts() if r["weak"] and r["scale_id"] in scales]
    words = dict.fromkeys(level["label_vi"][:1].lower() + level["label_vi"][1:] for level in levels)
    name = "weak" if row["weak"] else "no_weak"
    return _say(facts, name, places | {"w": count(row["weak"]), "levels": " hoặc ".join(words)}) if words else ""


def _years(row: Row, known: int, facts: Facts, places: dict[str, Any]) -> str:
    """Say how many have stood below "khá" for years, where every unit below it has a name and some a known past."""
    k, m = row["below"], row["hai_nam_tro_len"]
    if row["named"] < k or not known:
        return ""
    if m == k:
        return _say(facts, "years_one" if k == 1 else "years_all", places)
    return _say(facts, "years" if m else "years_none", places)
