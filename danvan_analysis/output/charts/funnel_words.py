"""What stands around a funnel: the finding, which flags the allowance changes, who is not compared and why."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from danvan_analysis.output import labels
from danvan_analysis.output.charts import frame
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, join_vi

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

Rows = Sequence[dict[str, Any]]


def words(facts: Facts, rows: Rows, target: dict[str, Any], year: int, period: str, nature: str) -> frame.Words:
    """Put together the words of a funnel from the rows of one family."""
    says, when = facts.layout["funnel"], labels.when_vi(year, period)
    told = [row for row in rows if row["outside"] is not None]
    drawn, short = [row for row in rows if row["lower95"] is not None], marks(rows)
    pooled = next((row for row in rows if row["pooled"] is not None), None)
    share = ""
    if pooled is not None:
        n, base = pooled["family_numerator"], pooled["family_denominator"]
        share = says["pooled"].format(m=pooled["areas"], share=labels.share(n, base), n=count(n), N=count(base))
    text = frame.words(
        facts,
        _title(facts, rows, told, f"{when[0].upper()}{when[1:]}"),
        says["subtitle"].format(
            title=_measure(facts, rows[0], target), when=when, object=counted(facts, rows[0], target), pooled=share
        ),
        "; ".join(f"{name_of(row)}: {_said(facts, row)}" for row in rows),
        nature,
        *_spread(facts, told, pooled),
        *_not_told(facts, rows),
        says["ask"].format(note=facts.wording["funnel"]["note"]) if any(is_outside(row) for row in told) else "",
        says["key"].format(parts="; ".join(_key(row, short[row["area_id"]]) for row in drawn)) if drawn else "",
        facts.layout["report"]["sentences"]["received_only"] if any(row["incomplete"] for row in drawn) else "",
    )
    return frame.for_internal(facts, text)


def marks(rows: Rows) -> dict[str, str]:
    """Give each place that is drawn its short mark, by code: letters in official order, "a" … "z", "aa" …

    A number would look like a rank.
    """
    drawn = [row["area_id"] for row in rows if row["lower95"] is not None]
    return {area: ascii_lowercase[i % 26] * (i // 26 + 1) for i, area in enumerate(drawn)}


def name_of(row: dict[str, Any]) -> str:
    """Name a place as a chart does."""
    return labels.place_short(row["area_name"])


def is_outside(row: dict[str, Any]) -> bool:
    """Tell whether a place is flagged without the allowance."""
    return row["outside"] not in (None, "within")


def counted(facts: Facts, row: dict[str, Any], target: dict[str, Any]) -> str:
    """Name what the share counts: the kind of unit, or the target's own word."""
    one = row["unit_type"]
    return labels.object_short(facts, target) if one == ALL else labels.unit_type_vi(facts, one)


def flag_vi(facts: Facts, flag: str | None) -> str | None:
    """Say a flag in words; None where there is none."""
    return None if flag is None else str(facts.layout["funnel"]["flag"][flag])


def _measure(facts: Facts, row: dict[str, Any], target: dict[str, Any]) -> str:
    own = [labels.unit_type_vi(facts, row["unit_type"])] if row["unit_type"] != ALL else []
    own += [labels.organisation_vi(facts, row["organisation"])] if row["organisation"] != ALL else []
    return f"{target['title_vi']}" + (f" ({', '.join(own)})" if own else "")


def _title(facts: Facts, rows: Rows, told: Rows, when: str) -> str:
    says, places = facts.layout["funnel"], facts.layout["places"]["districts_vi"]
    if not told:
        small = any(row["reason"] == "mau_qua_nho" for row in rows)
        return str(says["small" if small else "none"].format(when=when, places=places))
    out = [row for row in told if is_outside(row)]
    if not out:
        return str(says["within"].format(when=when, m=count(len(told)), places=places))
    said = says["outside"].format(when=when, k=count(len(out)), m=count(len(told)), places=places)
    if any(row["outside_adjusted"] is None for row in out):
        return str(said)
    left = sum(row["outside_adjusted"] != "within" for row in out)
    name = "left_none" if not left else "left_all" if left == len(out) else "left"
    return str(said + says[name].format(k=count(left)))


def _spread(facts: Facts, told: Rows, pooled: dict[str, Any] | None) -> list[str]:
    """Say which flags the allowance for the spread between districts changes, or why there is none."""
    says, reasons = facts.layout["funnel"], facts.methods["funnel"]["reasons"]
    if pooled is None or not told:
        return []
    if pooled["adjusted_reason"] is not None:
        return [says["no_adjusted"].format(why=reasons[pooled["adjusted_reason"]])]
    if not pooled["tau2"]:
        return [says["no_spread"]]
    within = [name_of(row) for row in told if row["changed"] and row["outside_adjusted"] == "within"]
    weaker = [name_of(row) for row in told if row["changed"] and row["outside_adjusted"] != "within"]
    parts = [
        says[name].format(names=join_vi(names))
        for name, names in (("back_within", within), ("back_95", weaker))
        if names
    ]
    return [says["back"].format(parts="; ".join(parts) or says["back_none"])]


def _not_told(facts: Facts, rows: Rows) -> list[str]:
    """Say who is not flagged or not compared, and why."""
    says, reasons = facts.layout["funnel"], facts.methods["funnel"]["reasons"]
    beyond = [name_of(row) for row in rows if row["outside"] == "within" and _crosses(row)]
    small = [name_of(row) for row in rows if row["reason"] == "mau_qua_nho"]
    why: dict[str, list[str]] = {}
    for row in rows:
        if row["reason"] not in (None, "mau_qua_nho"):
            why.setdefault(row["reason"], []).append(name_of(row))
    parts = [f"{', '.join(names)} ({reasons[reason]})" for reason, names in why.items()]
    return [
        says["not_rare"].format(names=join_vi(beyond)) if beyond else "",
        says["too_small"].format(least=facts.methods["funnel"]["min_base"], names=join_vi(small)) if small else "",
        says["left_out"].format(parts="; ".join(parts)) if parts else "",
    ]


def _crosses(row: dict[str, Any]) -> bool:
    return not row["lower95"] <= row["value"] <= row["upper95"]


def _key(row: dict[str, Any], mark: str) -> str:
    return f"{mark}: {name_of(row)}".replace(" ", "\u00a0") + ("*" if row["incomplete"] else "")


def _said(facts: Facts, row: dict[str, Any]) -> str:
    n, base = row["numerator"], row["denominator"]
    if row["reason"] not in (None, "mau_qua_nho"):
        return str(facts.methods["funnel"]["reasons"][row["reason"]])
    flag = "" if row["outside"] is None else f", {flag_vi(facts, row['outside'])}"
    return f"{labels.fraction(n, base)}" + ("" if base < labels.SMALL_BASE else f", {labels.share(n, base)}") + flag
