"""Sentences on targets: what was reached, held against the level, what is missing, what stands apart."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from danvan_analysis.facts import Facts
from danvan_analysis.tables import ALL
from danvan_analysis.text import count, join_vi, percent, points
from danvan_analysis.wording.words import SMALL_BASE, Row, date_vi, fill, object_words, share_text, short_of, tidy


def assessment_sentence(
    row: Row, target: Row, facts: Facts, as_of: date, below: Sequence[Row] = (), filling: Row | None = None
) -> str:
    """Give the sentence for one row of the assessment, ready to paste.

    `row` has the columns of an indicator and its verdict; `target` those of its target and of its indicator; `below`
    are the rows of the kinds of unit that stand below the level while `row`, their pool, does not, and `filling` the
    row of the kind that makes up most of that pool, if one does.
    """
    return _Saying(row, target, facts, as_of).sentence(below, filling)


_VERDICTS = ("met", "not_met")


class _Saying:
    """One row being put into words: its numbers, and the places they fill."""

    def __init__(self, row: Row, target: Row, facts: Facts, as_of: date) -> None:
        self.row, self.target, self.facts = row, target, facts
        self.x, self.n = row["numerator"], row["denominator"]
        most = row.get("numerator_most")
        self.most = self.x if most is None else most
        self.level = Fraction(str(row["target"]))
        province = row["area_id"] == str(facts.resolution["province_id"])
        self.verdict = province and row["organisation"] == ALL and row["unit_type"] == ALL
        self.base = target["min_base"] if target["min_base"] is not None else SMALL_BASE
        self.small = (self.n or 0) < self.base
        name, at_the_end = row["area_name"], row["period"] == "nhiem-ky"
        subject = "" if province else name[:1].lower() + name[1:] + " "
        words, lead = facts.wording["words"], self._lead()
        self.places: dict[str, Any] = {
            "lead": lead,
            "when": lead[:1].lower() + lead[1:],
            "whose": f" của {subject.strip()}" if subject else "",
            "subject": subject,
            "subject_has": f"{subject}có " if subject else "",
            "object": object_words(row, target, facts),
            "short": short_of(row, target, facts),
            "level": target["level_vi"] or "",
            "brief": facts.wording["brief"].get(target["indicator_id"], target["level_vi"] or ""),
            "ct": target["ct_vi"],
            "day": date_vi(as_of),
            "not_yet": words["not_at_the_end" if at_the_end else "not_yet"],
            "need": words["lacking" if at_the_end else "need"],
            "u": count(row["missing"] or 0),
            "m": count(row["senders_missing"] or 0),
            "M": count(row["senders_expected"] or 0),
        }
        if self.n:
            self.places |= {"n": count(self.x), "N": count(self.n), "n_most": count(self.most)}
            # A verdict says in words where rounding hides it; without one, the digits must not mislead.
            self.places["t"] = share_text(self.x, self.n, None if row["attained"] in _VERDICTS else self.level)

    def sentence(self, below: Sequence[Row], filling: Row | None) -> str:
        attained = self.row["attained"]
        if attained in _VERDICTS:
            parts = [self._result() + self._judgement(), self._settled(), self._kinds(below, filling)]
        elif attained == "undecided":
            parts = [self._waiting(), self._say("missing", "undecided" if self.verdict else "undecided_compared")]
        elif attained == "no_data" and self.row["unrated"]:
            return tidy(self._say("state", "no_data_unrated", u=count(self.row["unrated"])))
        elif attained == "not_due" and self.n and self.row["missing"] != 0:
            parts = [self._waiting(ends=False) + ".", self._say("state", attained)]
        else:
            parts = [f"{self._result()}." if self.n else "", self._say("state", attained)]
        if self.n and self.row["unrated"]:
            parts += [self._say("extra", "unrated", u=count(self.row["unrated"])), self._turned()]
        return tidy(" ".join(part for part in parts if part))

    def _say(self, section: str, name: str, **more: Any) -> str:
        return fill(self.facts, section, name, self.places | more)

    def _lead(self) -> str:
        over_term = self.target["due"] == "term" and self.row["period"] == "nam"
        resolution = self.facts.resolution
        places = {"year": self.row["year"]} | {k: str(resolution[k])[:4] for k in ("term_from", "term_to")}
        return fill(self.facts, "lead", "to_date" if over_term else self.row["period"], places)

    def _result(self, **more: Any) -> str:
        if self.most > self.x:
            return self._say("result", "range", **more)
        if self.x == 0:
            return self._say("result", "zero", **more)
        if self.x == self.n > 1 and self.row["attained"] != "undecided":
            return self._say("result", "all_small" if self.small else "all", **more)
        return self._say("result", "small" if self.small else "share", **more)

    def _judgement(self) -> str:
        section = "verdict" if self.verdict else "compared"
        margin = self.row["margin_units"]
        # The gap in percentage points is gap / divisor, exactly.
        gap = 100 * self.x * self.level.denominator - self.level.numerator * self.n
        d = points(abs(gap), self.n * self.level.denominator)
        if self.row["attained"] == "met":
            name = self._met(gap, d)
            above = self.facts.wording["words"]["above" if gap else "equal"]
            return self._say(section, name, d=d, above=above, k=count((margin or 0) + 1))
        if margin is None or self.most > self.x:
            return self._say(section, "not_met_plain")
        if gap == 0:
            name = "not_met_edge"
        elif self.small or not (self.verdict or "%" in self.places["ct"]):
            # So many points below what, where the clause names no percentage?
            name = "not_met_small"
        else:
            name = "not_met_rounded" if self._looks_equal(d) else "not_met"
        return self._say(section, name, d=d, k=count(-margin), t=percent(self.x, self.n))

    def _met(self, gap: int, d: str) -> str:
        rounded = gap != 0 and not self.small and self._looks_equal(d)
        if self.row["evidence"] == "chance":
            return "met_rounded_chance" if rounded else "met_chance"
        if gap == 0:
            return "met" if self.verdict and self.x == self.n else "met_equal"
        if self.small:
            return "met"
        return "met_rounded" if rounded else "met_over"

    def _looks_equal(self, d: str) -> bool:
        """Say whether the printed share is the level itself although the counts are not."""
        level = percent(self.level.numerator, 100 * self.level.denominator)
        return d == "0" or percent(self.x, self.n) == level

    def _settled(self) -> str:
        if self.row["missing"] == 0:
            return ""
        words = self.facts.wording["words"]
        verdict = words["met"] if self.row["attained"] == "met" else f"{self.places['not_yet']} {words['met']}"
        name = "settled_units" if self.row["missing"] else "settled_sender"
        if self._several_senders():
            name = "settled_senders"
        return self._say("missing", name, verdict=verdict if self.verdict else "")

    def _several_senders(self) -> bool:
        return bool(self.row["senders_missing"]) and (self.row["senders_expected"] or 0) > 1

    def _waiting(self, *, ends: bool = True) -> str:
        """Say what is missing, what came, and (`ends`) how far the share can still move."""
        missing = self.row["missing"]
        if self._several_senders():
            parts = [self._say("missing", "senders" if self.n else "senders_nothing")]
        elif not self.n:
            parts = [self._say("missing", "sender_itself")]
        elif missing is None:
            parts = [self._say("missing", "sender_part")]
        else:
            parts = [self._say("missing", "units")] if missing else []
        if not self.n:
            return " ".join(parts)
        lead = {"lead": self._say("missing", "received")} if missing != 0 else {}
        return " ".join([*parts, self._result(**lead) + (self._range(missing) if ends else "")])

    def _range(self, missing: int | None) -> str:
        if missing is None:
            return self._say("missing", "range_unknown")
        if missing == 0:
            return self._say("missing", "range_term")
        whole, best = self.n + missing, self.most + missing
        if whole < self.base:
            return self._say("missing", "range_small", x=count(self.x), y=count(best), N=count(whole))
        ends = {"a": share_text(self.x, whole, self.level), "b": share_text(best, whole, self.level)}
        return self._say("missing", "range", **ends)

    def _turned(self) -> str:
        """Tell the other reading where the verdict would not stand in it: unrated units in the denominator."""
        other = self.row.get("attained_with_unrated")
        if self.row["attained"] != "met" or other not in ("not_met", "undecided"):
            return ""
        whole = self.n + self.row["unrated"]
        name = "turned" if other == "not_met" else "open"
        end = self._say("extra", name if self.verdict else f"{name}_compared")
        places = {"W": count(whole), "w": share_text(self.x, whole, self.level), "end": end}
        return self._say("extra", "with_unrated_small" if whole < self.base else "with_unrated", **places)

    def _kinds(self, below: Sequence[Row], filling: Row | None) -> str:
        if not below:
            return ""
        said = join_vi([self._kind(row) for row in below])
        parts = [self._say("extra", "kinds", kinds=said)]
        if filling is not None and not self.small:
            words = object_words(filling, self.target, self.facts)
            parts.insert(0, self._say("extra", "filling", object=words, n=count(filling["denominator"])))
        return " ".join(parts)

    def _kind(self, row: Row) -> str:
        x, n = row["numerator"], row["denominator"]
        places = {"n": count(x), "N": count(n), "t": share_text(x, n, self.level)}
        places["object"] = object_words(row, self.target, self.facts)
        return self._say("extra", "kind" if n < self.base else "kind_share", **places)
