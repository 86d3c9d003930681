"""The known wordings most like an unknown one, to suggest; no wording is ever taken for a level by likeness."""

import unicodedata
from dataclasses import dataclass

from danvan_analysis.facts import Facts
from danvan_analysis.text import fold


def _likeness(one: str, two: str) -> float:
    """How alike two texts are, 0–100: as written and without marks in equal parts, for a slip is mostly a mark."""
    from rapidfuzz import fuzz

    return (fuzz.ratio(fold(one), fold(two)) + fuzz.ratio(_bare(one), _bare(two))) / 2


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", fold(text)).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Near:
    """A known wording, the scale and level it stands for."""

    wording: str
    scale_id: str
    rating: str


class RatingWords:
    """The wordings of the facts with the scales an organisation uses, ready to be compared with."""

    def __init__(self, facts: Facts) -> None:
        self._known = [
            Near(row["wording"], row["scale_id"], row["rating"]) for row in facts.rating_wordings.iter_rows(named=True)
        ]
        self._use = facts.scale_use.to_dicts()

    def nearest(
        self,
        text: str,
        organisation: str | None,
        unit_type: str | None,
        year: int | None,
        *,
        limit: int = 2,
        least: int = 60,
    ) -> list[Near]:
        """Give the wordings nearest to a text, those of the scales in use first (of all scales where none is known)."""
        used = {
            use["scale_id"]
            for use in self._use
            if use["organisation"] == organisation
            and use["unit_type"] == unit_type
            and (year is None or use["year_from"] <= year)
            and (year is None or use["year_to"] is None or use["year_to"] >= year)
        }
        known = [near for near in self._known if not used or near.scale_id in used or near.scale_id == "*"]
        scored = [(_likeness(text, near.wording), near) for near in known]
        levels: dict[str, Near] = {}
        for _, near in sorted((pair for pair in scored if pair[0] >= least), key=lambda pair: -pair[0]):
            levels.setdefault(near.rating, near)
        return list(levels.values())[:limit]

    def hint(self, text: str, organisation: str | None, unit_type: str | None, year: int | None) -> str:
        """Say in Vietnamese what a text is nearest to and which line would make it known; "" where nothing is near."""
        near = self.nearest(text, organisation, unit_type, year)
        if not near:
            return ""
        names = ", ".join(f"“{n.wording}”" for n in near)
        wording = f'"{text}"' if "," in text else text
        line = f"{wording},{near[0].scale_id},{near[0].rating},,(căn cứ),assumed"
        return f" Gần nhất: {names}. Nếu đúng mức đó, thêm vào rating_wordings.csv dòng: {line}"
