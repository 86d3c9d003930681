"""Header words to roles: greedy, longest phrase first, over the words of the facts. What is left over is never ignored."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import polars as pl

from danvan_analysis.facts import Facts
from danvan_analysis.facts.model import items
from danvan_analysis.intake.proposals import Proposal, rank, with_known
from danvan_analysis.intake.rating_words import RatingWords
from danvan_analysis.text import fold

_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*|%|[<>≤≥]")
_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
#: "(A = 1+2)", "(1)", "(*)": formulas and marks that belong to the page, not to the words.
_MARKS = re.compile(r"\(\s*[^\w()%]*\s*\)|\(\s*\w{1,2}\s*\)|\(\s*\w+\s*=[^)]*\)|\[\w{1,2}\]|\*+")


@dataclass(frozen=True)
class Token:
    """A phrase that was recognised: its role in a table and the code it stands for."""

    role: str
    value: str
    phrase: str


@dataclass(frozen=True)
class Reading:
    """What a text says: tokens in order, the years it names, and the words nobody knows."""

    tokens: tuple[Token, ...]
    years: tuple[int, ...]
    rest: tuple[str, ...]

    @cached_property
    def _roles(self) -> frozenset[str]:
        return frozenset(token.role for token in self.tokens)

    def has(self, *roles: str) -> bool:
        """Whether any token has one of these roles."""
        return not self._roles.isdisjoint(roles)

    def values(self, role: str) -> list[str]:
        """The codes of the tokens with this role, in order."""
        return [token.value for token in self.tokens if token.role == role]

    @property
    def measure(self) -> str | None:
        """What a text measures. Vietnamese puts the head first ("đảng viên chi bộ khóm, ấp" counts members), and a later
        word that narrows the head wins: "số đảng viên miễn sinh hoạt"."""
        named = self.values("measure")
        return next((code for code in named[1:] if code.startswith(named[0])), named[0]) if named else None

    def several(self, role: str) -> bool:
        """Whether the text names more than one code of a role: "Chi hội (ND, PN, CCB)"."""
        return len(set(self.values(role))) > 1

    def last(self, role: str, default: str | None = None) -> str | None:
        """The code of the last token with this role, or the default where none has it."""
        return next((token.value for token in reversed(self.tokens) if token.role == role), default)


def _role_and_value(part: str) -> tuple[str, str]:
    role, _, value = part.strip().partition(":")
    return role, value


def words(text: str) -> tuple[str, ...]:
    """Split into words for comparison; punctuation only separates; % and "<" are words.

    >>> words("TL(%) - Huyện/thành phố")
    ('tl', '%', 'huyện', 'thành', 'phố')
    """
    return tuple(_WORD.findall(fold(text)))


class Vocabulary:
    """The words of the facts, ready to read headers (`where="header"`) and titles (`where="title"`)."""

    def __init__(self, facts: Facts) -> None:
        self._phrases: dict[str, dict[tuple[str, ...], tuple[Token, ...]]] = {"header": {}, "title": {}}
        for form in facts.forms.values():
            for phrase, role in form.get("words", {}).items():
                # One phrase may say several things: "level:xuất sắc;organisation:nong_dan".
                tokens = tuple(Token(*_role_and_value(part), phrase) for part in role.split(";"))
                self._phrases["header"].setdefault(words(phrase), tokens)
        # Levels before general words: "tốt" in a header is a level. Titles speak of ratings without naming a level.
        for row in facts.rating_wordings.iter_rows(named=True):
            role = "unrated" if row["scale_id"] == "*" else "level"
            self._add(("header",), row["wording"], role, " ".join(words(row["wording"])))
        for row in facts.header_words.iter_rows(named=True):
            where = ("header", "title") if row["where"] == "any" else (row["where"],)
            self._add(where, row["phrase"], row["role"], row["value"] or "", row["organisation"] or "")
        #: What members, meetings and works are of: chi bộ, cấp uỷ, organisations.
        self._bodies = frozenset(facts.measures.filter(pl.col("about") == "bodies")["measure"])
        self._longest = {where: max(map(len, known)) for where, known in self._phrases.items()}
        self.read = lru_cache(maxsize=16384)(self._read)
        self._hints: dict[str, str] = facts.settings["draft"]["hints"]
        self._meanings = self._known_meanings(facts)
        #: Wordings of levels, to suggest what an unknown one may be.
        self.ratings = RatingWords(facts)
        #: The unit types that belong to one organisation only.
        self.single = frozenset(
            row["unit_type"] for row in facts.unit_types.iter_rows(named=True) if len(items(row["organisations"])) == 1
        )
        #: What a number may be counted in inside its cell: "7 chi đoàn".
        self.units = frozenset(
            {fold(str(name)) for name in (*facts.measures["unit_vi"], *facts.unit_types["name_vi"])}
            | set(facts.settings["counted_in"]["words"])
        )

    def _add(self, where: tuple[str, ...], phrase: str, role: str, value: str, organisation: str = "") -> None:
        # A phrase like "đoàn xã" names both a unit type and its organisation.
        tokens = [Token(role, value, phrase)] + ([Token("organisation", organisation, phrase)] if organisation else [])
        for place in where:
            self._phrases[place].setdefault(words(phrase), tuple(tokens))

    def _read(self, text: str, where: str = "header") -> Reading:
        bare = _MARKS.sub(" ", fold(text))
        years = tuple(dict.fromkeys(int(year) for year in _YEAR.findall(bare)))
        parts = words(_YEAR.sub(" ", bare))
        known, longest = self._phrases[where], self._longest[where]
        tokens: list[Token] = []
        rest: list[str] = []
        start = 0
        while start < len(parts):
            for length in range(min(longest, len(parts) - start), 0, -1):
                found = known.get(parts[start : start + length])
                if found:
                    tokens += found
                    if start and start + length == len(parts) and length == len(parts[start]) == 1:
                        # "a) Tốt" begins with a bullet; "Loại A" ends with what nobody knows.
                        rest += [parts[start] for token in found if token.role == "filler"]
                    start += length
                    break
            else:
                if not parts[start].isdigit():
                    rest.append(parts[start])
                start += 1
        rest += self._other_measures(tokens)
        # "Năm" alone heads a column of years; "Năm 2022" heads a column of that year.
        silent = ("filler", "year_cell") if years else ("filler",)
        return Reading(tuple(t for t in tokens if t.role not in silent), years, tuple(rest))

    def _other_measures(self, tokens: list[Token]) -> list[str]:
        """The words of a measure that neither narrows the first one nor says whose it is.

        "Đảng viên chi bộ khóm, ấp" counts members; "Cấp uỷ tổ chức đối thoại" counts neither committees nor meetings.
        """
        named = [token for token in tokens if token.role == "measure"]
        kept = frozenset() if named and named[0].value in self._bodies else self._bodies
        return [
            word
            for token in named[1:]
            if not token.value.startswith(named[0].value) and token.value not in kept
            for word in words(token.phrase)
        ]

    def phrase(self, text: str) -> str:
        """The key under which a page or a line of header_words.csv must name this text to be read as a whole."""
        return " ".join(words(_YEAR.sub(" ", _MARKS.sub(" ", fold(text)))))

    def near(self, text: str, limit: int = 4) -> list[Proposal]:
        """Give what an unknown header may mean, best first, for a person to confirm."""
        return list(self._near(text, limit))

    # The same form comes from every sender: its unknown headers are compared with all known ones once.
    @lru_cache(maxsize=4096)  # noqa: B019 - the vocabulary lives as long as the run
    def _near(self, text: str, limit: int) -> tuple[Proposal, ...]:
        parts = tuple(self.phrase(text).split())
        reading = self.read(text)
        unknown = tuple(word for word in reading.rest if word in parts)
        kept = [f"{t.role}:{t.value}" for t in reading.tokens if t.role in ("organisation", "unit_type")]
        ranked = rank(parts, unknown, self._meanings, self._hints, 3 * limit) if parts else []
        # "Số CH loại XS": the level is known, the short form beside it says of what; a chi hội before a huyện.
        kinds = [p.code for p in ranked if p.sure and p.code.startswith(("unit_type", "organisation"))]
        kept = kept or sorted(kinds, key=lambda code: code.startswith("unit_type:cap_"))[:1]
        levels = reading.values("level")
        known = [Proposal(f"level:{levels[0]}", levels[0])] if len(levels) == 1 else []
        return tuple(with_known([*known, *ranked], kept)[:limit])

    def _known_meanings(self, facts: Facts) -> dict[tuple[str, ...], str]:
        """Every phrase that can head a figure or a name, with its meaning as a form page writes it."""
        meant = {
            phrase: ";".join(f"{t.role}:{t.value}".rstrip(":") for t in tokens)
            for phrase, tokens in self._phrases["header"].items()
            if tokens[0].role in facts.settings["header_roles"]["names"]
        }
        for row in facts.measures.iter_rows(named=True):
            meant.setdefault(words(row["label_vi"]), f"measure:{row['measure']}")
        return meant

    def begins(self, text: str, role: str) -> bool:
        """Whether a text begins with a phrase of a role ("Ghi chú: …")."""
        parts = words(text)
        known = self._phrases["header"]
        return any(
            token.role == role
            for length in range(1, min(self._longest["header"], len(parts)) + 1)
            for token in known.get(parts[:length], ())
        )
