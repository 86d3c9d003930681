"""What the report says: rows and sentences taken from the tidy tables, worded by layout.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.output import labels, tables
from danvan_analysis.output.story import Story, states_of
from danvan_analysis.text import count, join_vi, number, points

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

_PLACE_STATES = (
    ("met", "higher"),
    ("equal", "equal"),
    ("not_met", "lower"),
    ("undecided", "undecided"),
    ("no_data", "no_data"),
)
_TARGET_STATES = ("met", "not_met", "undecided", "no_data", "not_due", "not_applicable", "expired")


def overview(facts: Facts, s: Story) -> str:
    """Count the verdicts on the province."""
    says = facts.layout["report"]["sentences"]
    states = [s.own[t["indicator_id"]]["attained"] if t["indicator_id"] in s.own else "no_data" for t in s.targets]
    key = {"undecided": "undecided_targets", "no_data": "no_data_targets"}
    parts = [says[key.get(k, k)].format(k=count(states.count(k))) for k in _TARGET_STATES if k in states]
    return str(says["overview"].format(total=count(len(states)), parts=join_vi(parts)))


def returns_sentence(facts: Facts, s: Story) -> str:
    """Say from how many senders figures came in."""
    senders = s.returned["sender"].unique()
    sent = s.returned.filter(pl.col("state") == "sent")["sender"].unique()
    return str(facts.layout["report"]["sentences"]["received"].format(sent=count(len(sent)), total=count(len(senders))))


def aside_sentence(facts: Facts, aside: int) -> str:
    """Say how many things were not taken into the figures."""
    says = facts.layout["report"]["sentences"]
    return str(says["aside"].format(k=count(aside)) if aside else says["aside_none"])


def target_rows(facts: Facts, s: Story) -> list[list[str]]:
    """Give the table of the province: number, title, level, n/N, share, verdict, change in points."""
    rows = []
    for target in s.targets:
        row = s.own.get(target["indicator_id"])
        base = row["denominator"] if row else None
        rows.append([
            labels.number_of(target["indicator_id"]), labels.short_title(facts, target), labels.level_of(target),
            labels.row_fraction(row), labels.row_share(row) if base and base >= labels.SMALL_BASE else "–",
            labels.state_vi(facts, row["attained"] if row else "no_data", True),
            moved(s.change.get(target["indicator_id"]), row),
        ])  # fmt: skip
    return rows


def moved(change: dict[str, Any] | None, row: dict[str, Any] | None) -> str:
    """Print the change in points, exact from the counts; a dash: not to be compared, *: some missing."""
    if (
        not change
        or not row
        or not change["comparable"]
        or not row["denominator"]
        or not change["previous_denominator"]
    ):
        return "–"
    n, base, n0, base0 = (
        row["numerator"],
        row["denominator"],
        change["previous_numerator"],
        change["previous_denominator"],
    )
    said = points(100 * (n * base0 - n0 * base), base * base0)
    said = f"+{said}" if n * base0 > n0 * base else said.replace("-", "−")
    return said if row["missing"] == 0 else f"{said}*"


def place_rows(facts: Facts, s: Story) -> list[list[str]]:
    """Give the table of how many districts stand where; "–" where a target is not yet compared."""
    rows = []
    for target in s.targets:
        states = states_of(s, target["indicator_id"])
        compared = any(state in states for state, _ in _PLACE_STATES[:4])
        cells = [number(states.count(state)) if compared else "–" for state, _ in _PLACE_STATES]
        rows.append([labels.number_of(target["indicator_id"]), labels.short_title(facts, target), *cells])
    return rows


def target_paragraphs(facts: Facts, s: Story, target: dict[str, Any]) -> list[str]:
    """Give the paragraphs on one target: verdict and change, districts, what is missing."""
    says, key = facts.layout["report"]["sentences"], target["indicator_id"]
    row = s.own.get(key)
    if row is None:
        return [str(facts.layout["report"]["no_data"])]
    change = s.change.get(key)
    first = " ".join(
        p for p in (row["sentence_vi"], (change or {}).get("sentence_vi") if row["denominator"] else "") if p
    )
    if not row["denominator"]:
        return [first]
    states = states_of(s, key)
    said = [says[word].format(k=count(states.count(state))) for state, word in _PLACE_STATES if state in states]
    second = []
    if said and any(state in states for state, _ in _PLACE_STATES[:4]):
        other = sum(state not in dict(_PLACE_STATES) for state in states)
        said += [says["other"].format(k=count(other))] if other else []
        places = facts.layout["places"]["districts_vi"]
        second.append(
            says["places"].format(ct=target["ct_vi"], total=count(len(states)), districts=places, parts=join_vi(said))
        )
    second.append(_missing(facts, s, key))
    return [first, " ".join(second)]


def _missing(facts: Facts, s: Story, key: str) -> str:
    """Name the districts whose figures are not complete."""
    says = facts.layout["report"]["sentences"]
    rows = s.by_place[key]
    short = [name for place, name in s.places if place not in rows or rows[place]["missing"] != 0]
    own = s.own[key]
    if not short and own["missing"] == 0 and not own["senders_missing"]:
        return str(says["complete"])
    if not short:
        return ""
    return str(says["incomplete"].format(places=join_vi(short)))


def assumptions(facts: Facts, s: Story) -> str:
    """Print the ways of counting that are assumed, each with its reason; "" where there is none."""
    says = facts.layout["report"]["sentences"]
    known = {row["indicator_id"]: row for row in facts.indicators.to_dicts()}
    parts = [
        says["assumed_one"].format(
            number=labels.number_of(t["indicator_id"]), source=known[t["indicator_id"]]["source"]
        )
        for t in s.targets
        if known[t["indicator_id"]]["status"] == "assumed"
    ]
    return str(says["assumed"].format(parts="; ".join(parts))) if parts else ""


def section_lines(facts: Facts, s: Story, measures: pl.DataFrame | None, section: int) -> list[str]:
    """List what was reported under a title of part III, with how many districts reported it."""
    says, words = facts.layout["report"]["sentences"], facts.layout["report"]
    wanted = facts.layout["section_measures"].get(str(section), [])
    if measures is None:
        return [str(words["no_data"])]
    home = labels.district_of(facts, s.year)
    rows = tables.of_nature(measures, s.nature).filter(
        pl.col("year") == s.year,
        pl.col("period") == s.period,
        pl.col("measure").is_in(wanted),
        pl.col("value").is_not_null(),
    )
    rows = rows.with_columns(
        place=pl.col("area_id").replace_strict(home, default=None, return_dtype=pl.String)
    ).drop_nulls("place")
    names = dict(facts.measures.select("measure", "label_vi").iter_rows())
    lines = []
    for measure in wanted:
        own = rows.filter(pl.col("measure") == measure)
        if own.is_empty():
            continue
        places = own.filter(pl.col("place") != s.province_id)["place"].n_unique()
        said = says["measure"] if places else says["measure_only"]
        lines.append(
            said.format(
                label=names[measure], k=count(int(own["value"].sum())), m=count(places), total=count(len(s.places)),
                districts=facts.layout["places"]["districts_vi"],
            )
        )  # fmt: skip
    return [str(says["measures"].format(when=s.when)), *lines] if lines else [str(words["no_data"])]


def duty_rows(facts: Facts, duties: pl.DataFrame | None, s: Story) -> list[list[str]]:
    """Give the duties of the period: number, task, body, state; bodies stand in the official order of their areas."""
    if duties is None or duties.is_empty():
        return []
    rows = tables.of_nature(duties, s.nature).filter(pl.col("year") == s.year, pl.col("period") == s.period)
    states = facts.layout["report"]["duty_states"]
    order = [name for name in ("duty_id", "area_id", "body") if name in rows.columns]
    found = rows.sort(order).select("task_vi", "body", "state").unique(maintain_order=True).iter_rows()
    return [[count(i), task, body, states[state]] for i, (task, body, state) in enumerate(found, 1)]


def strengths(facts: Facts, s: Story) -> list[str]:
    """List the targets that are met."""
    says = facts.layout["report"]["sentences"]
    lines = []
    for target, row in _with_state(s, "met"):
        n, base = row["numerator"], row["denominator"]
        small = base < labels.SMALL_BASE
        said = says["strength_small" if small else "strength"]
        lines.append(
            "- " + said.format(
                title=target["title_vi"], n=count(n), total=count(base), share=labels.share(n, base), ct=target["ct_vi"]
            )
        )  # fmt: skip
    return lines or [str(says["strength_none"])]


def limits(facts: Facts, s: Story) -> list[str]:
    """List the targets not met, and those met while some districts stand lower: counts only, no names."""
    says = facts.layout["report"]["sentences"]
    lines = []
    for state, key in (("not_met", "limit"), ("met", "limit_places")):
        for target, _ in _with_state(s, state):
            lower = states_of(s, target["indicator_id"]).count("not_met")
            if state == "met" and not lower:
                continue
            lines.append(
                "- " + says[key].format(
                    title=target["title_vi"], ct=target["ct_vi"], lower=count(lower), total=count(len(s.places)),
                    districts=facts.layout["places"]["districts_vi"],
                )
            )  # fmt: skip
    return lines or [str(says["limit_none"])]


def directions(facts: Facts, s: Story) -> list[str]:
    """Say what is still needed for each target not met, and what must be sent in."""
    says = facts.layout["report"]["sentences"]
    lines = []
    for target, row in _with_state(s, "not_met"):
        if row["margin_units"] is not None and row["margin_units"] < 0:
            lines.append(
                "- " + says["needed"].format(
                    title=target["title_vi"], k=count(-row["margin_units"]), object=labels.object_short(facts, target),
                    ct=target["ct_vi"],
                )
            )  # fmt: skip
    lines += ["- " + says["undecided_direction"].format(title=t["title_vi"]) for t, _ in _with_state(s, "undecided")]
    if s.returned.filter(pl.col("state").is_in(["missing", "aside"])).height:
        lines.append("- " + says["missing_direction"])
    return lines


def _with_state(s: Story, state: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    rows = [(t, s.own[t["indicator_id"]]) for t in s.targets if t["indicator_id"] in s.own]
    return [(t, row) for t, row in rows if row["attained"] == state]
