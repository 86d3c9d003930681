"""Wordings to (scale, level): the words of one table choose among the scales an organisation uses in that year."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from danvan_analysis.errors import FactsError
from danvan_analysis.facts import Facts
from danvan_analysis.intake.vocabulary import words


@dataclass(frozen=True)
class Choice:
    """The scale chosen for a set of wordings, its levels by wording, and whether the facts admit it there."""

    scale_id: str
    levels: dict[str, str]
    admissible: bool

    @cached_property
    def wordings(self) -> frozenset[str]:
        """The wordings the scale was chosen by."""
        return frozenset(self.levels)


class Scales:
    """The scales of the facts, ready to be chosen from."""

    def __init__(self, facts: Facts) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {
            (row["scale_id"], row["rating"]): row for row in facts.scales.iter_rows(named=True)
        }
        flags = ("rank", "good_or_better", "fair_or_better", "weak")
        rated = {"unrated_kind": None, "score": None}
        self._said = {
            (scale_id, rating): {"scale_id": scale_id, "rating": rating, **{n: row[n] for n in flags}, **rated}
            for (scale_id, rating), row in self.rows.items()
        }
        self._size: dict[str, int] = {}
        self._complements: dict[str, str] = {}
        for scale_id, rating in self.rows:
            self._size[scale_id] = self._size.get(scale_id, 0) + 1
            if rating.startswith("duoi_"):
                self._complements[scale_id] = rating
        self._wordings: dict[str, dict[str, str]] = {}
        #: Why a unit has no rating, by the wording that says so: "mới thành lập", "giải thể, sáp nhập" …
        self.unrated_kinds: dict[str, str] = {}
        for row in facts.rating_wordings.iter_rows(named=True):
            key = " ".join(words(row["wording"]))
            if row["scale_id"] == "*":
                self.unrated_kinds[key] = row["note"] or row["wording"]
            else:
                known = self._wordings.setdefault(row["scale_id"], {})
                if known.setdefault(key, row["rating"]) != row["rating"]:
                    raise FactsError(
                        f'rating_wordings.csv: "{row["wording"]}" trùng cách đọc với một mức khác của thang {row["scale_id"]}.'
                    )
        self._use = facts.scale_use.to_dicts()
        self._running: dict[frozenset[str], frozenset[str]] = {}

    def said(self, scale_id: str, rating: str) -> dict[str, Any]:
        """What a rating row says of its level."""
        return self._said[scale_id, rating]

    def is_two_level(self, scale_id: str) -> bool:
        """Whether a scale only says "this level or better": its words beside other levels are a running total."""
        return self._size.get(scale_id) == 2 and self.complement(scale_id) is not None

    def cumulative(self, wordings: AbstractSet[str]) -> frozenset[str]:
        """The wordings that are running totals because the same table gives the levels themselves."""
        asked = frozenset(wordings)
        if asked not in self._running:
            self._running[asked] = self._cumulative(asked)
        return self._running[asked]

    def _cumulative(self, wordings: frozenset[str]) -> frozenset[str]:
        running = {
            wording
            for wording in wordings
            if (scales := [s for s, known in self._wordings.items() if wording in known])
            and all(self.is_two_level(scale_id) for scale_id in scales)
        }
        return frozenset(running) if wordings - running else frozenset()

    def complement(self, scale_id: str) -> str | None:
        """The level of a two-level scale that is counted by subtraction when a form prints only the better one."""
        return self._complements.get(scale_id)

    def choose(self, organisation: str, unit_type: str, year: int, wordings: set[str]) -> Choice | None:
        """Give the scale in use that knows every wording and has fewest levels besides; else the only scale that does.

        {vững mạnh, khá, trung bình, yếu} is the scale whose top is vững mạnh, not the one where xuất sắc is missing.
        None where no scale, or more than one that is not in use, knows them all.
        """
        used = self._in_use(organisation, unit_type, year)
        fitting = [scale_id for scale_id in used if wordings <= self._wordings.get(scale_id, {}).keys()]
        if fitting:
            # A form that prints levels is not one that prints "this level or better".
            scale_id = min(fitting, key=lambda scale: (self.is_two_level(scale), self._size[scale]))
            return Choice(scale_id, {w: self._wordings[scale_id][w] for w in wordings}, True)
        others = [scale for scale, known in self._wordings.items() if wordings <= known.keys()]
        if len(others) == 1:
            return Choice(others[0], {w: self._wordings[others[0]][w] for w in wordings}, False)
        return None

    def choose_most(self, organisation: str, unit_type: str, year: int, cells: Mapping[str, int]) -> Choice | None:
        """For a list whose cells fit no one scale: the scale in use that knows more than half of them, if only one does.

        `cells` says how many cells hold each wording. The others are outside the scale, one by one: a unit rated in other
        words must not cost the list.
        """
        known = {
            scale: sum(n for wording, n in cells.items() if wording in self._wordings.get(scale, {}))
            for scale in self._in_use(organisation, unit_type, year)
        }
        most = max(known.values(), default=0)
        best = [scale for scale, n in known.items() if n == most]
        if 2 * most <= sum(cells.values()) or not best:
            return None
        readings = {tuple(self._wordings[s][w] for w in sorted(cells) if w in self._wordings[s]) for s in best}
        if len(best) > 1 and len(readings) > 1:
            return None
        scale = min(best, key=lambda s: (self.is_two_level(s), self._size[s]))
        return Choice(scale, {w: self._wordings[scale][w] for w in cells if w in self._wordings[scale]}, True)

    def labels(self, scale_id: str) -> list[str]:
        """The levels of a scale in words, best first."""
        rows = [row for (scale, _), row in self.rows.items() if scale == scale_id]
        return [str(row["label_vi"]) for row in sorted(rows, key=lambda row: row["rank"])]

    def fits_score(self, scale_id: str, rating: str, score: float) -> bool | None:
        """Whether a score lies within a level: from its own least score up to the next better level's; None where the
        scale has no scores. "80,5" between 71–80 and 81–90 belongs to the lower one."""
        own = self.rows[scale_id, rating]
        if own["min_score"] is None:
            return None
        better = [
            row["min_score"]
            for (scale, _), row in self.rows.items()
            if scale == scale_id and row["rank"] < own["rank"] and row["min_score"] is not None
        ]
        top = max(row["max_score"] for (scale, _), row in self.rows.items() if scale == scale_id)
        return bool(own["min_score"] <= score <= top and (not better or score < min(better)))

    def _in_use(self, organisation: str, unit_type: str, year: int) -> list[str]:
        return [
            use["scale_id"]
            for use in self._use
            if use["organisation"] == organisation
            and use["unit_type"] == unit_type
            and use["year_from"] <= year
            and (use["year_to"] is None or use["year_to"] >= year)
        ]
