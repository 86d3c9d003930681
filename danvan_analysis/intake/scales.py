"""Wordings to (scale, level): the words of one table choose among the scales an organisation uses in that year."""

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
        self._said = {
            (scale_id, rating): {"scale_id": scale_id, "rating": rating, **{n: row[n] for n in flags}}
            for (scale_id, rating), row in self.rows.items()
        }
        self._size: dict[str, int] = {}
        self._complements: dict[str, str] = {}
        for scale_id, rating in self.rows:
            self._size[scale_id] = self._size.get(scale_id, 0) + 1
            if rating.startswith("duoi_"):
                self._complements[scale_id] = rating
        self._wordings: dict[str, dict[str, str]] = {}
        for row in facts.rating_wordings.iter_rows(named=True):
            if row["scale_id"] != "*":
                key = " ".join(words(row["wording"]))
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
        used = [
            use["scale_id"]
            for use in self._use
            if use["organisation"] == organisation
            and use["unit_type"] == unit_type
            and use["year_from"] <= year
            and (use["year_to"] is None or use["year_to"] >= year)
        ]
        fitting = [scale_id for scale_id in used if wordings <= self._wordings.get(scale_id, {}).keys()]
        if fitting:
            # A form that prints levels is not one that prints "this level or better".
            scale_id = min(fitting, key=lambda scale: (self.is_two_level(scale), self._size[scale]))
            return Choice(scale_id, {w: self._wordings[scale_id][w] for w in wordings}, True)
        others = [scale for scale, known in self._wordings.items() if wordings <= known.keys()]
        if len(others) == 1:
            return Choice(others[0], {w: self._wordings[others[0]][w] for w in wordings}, False)
        return None
