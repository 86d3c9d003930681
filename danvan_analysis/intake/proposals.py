"""What an unknown header may mean: proposals for the analyst to confirm. Nothing is ever read by likeness."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Words = tuple[str, ...]
#: A likeness below this is not worth a line; one word is compared more strictly than a phrase.
_ENOUGH, _ENOUGH_WORD = 66, 72
_VOWELS = set("aeiouy")
#: Words that head a count and tell nothing of what is counted.
_HEADS = ("số", "tổng", "số lượng")


@dataclass(frozen=True)
class Proposal:
    """A meaning as a form page writes it ("level:xuất sắc") and the known phrase that brought it up."""

    code: str
    phrase: str
    #: Whether the header has it in initials ("CH"), not only something alike.
    sure: bool = False


def rank(
    parts: Words, unknown: Words, known: Mapping[Words, str], hints: Mapping[str, str], limit: int = 4
) -> list[Proposal]:
    """Give the meanings nearest to a header's words, best first, each meaning once.

    `parts` are all of its words, `unknown` those nobody knows, `known` leads phrases to meanings, `hints` leads words of
    other systems ("excellent") to known phrases. Initials count most: "XS" is "xuất sắc", "CH" "chi hội".

    >>> known = {("xuất", "sắc"): "level:xuất sắc", ("tổng", "số"): "total"}
    >>> [p.code for p in rank(("xs",), ("xs",), known, {})]
    ['level:xuất sắc']
    >>> [p.code for p in rank(("total",), ("total",), known, {"total": "tổng số"})]
    ['total']
    """
    from rapidfuzz import fuzz

    whole, rest = " ".join(parts), " ".join(unknown)
    hinted = {phrase for word, phrase in hints.items() if f" {word} " in f" {whole} "}
    bare = _without_head(parts)
    scored: dict[str, tuple[float, str]] = {}
    for phrase, code in known.items():
        said = " ".join(phrase)
        initials = "".join(word[0] for word in phrase)
        if said in hinted:
            # A column of persons must not be taken for one of places because it says "name".
            score = 102.0 if code == "person" else 100.0
        elif shortens(bare, _without_head(phrase)):
            score = 98.0
        elif len(phrase) > 1 and initials in unknown:
            score = 96.0
        elif len(phrase) == 1 and initials in unknown and code.startswith("level:") and _VOWELS & set(_plain(said)):
            score = 97.0
        else:
            score = max(fuzz.token_sort_ratio(whole, said), fuzz.ratio(rest, said) if rest else 0)
            if score < (_ENOUGH if len(parts) > 1 else _ENOUGH_WORD):
                continue
        if score > scored.get(code, (0.0, ""))[0]:
            scored[code] = (score, said)
    best = sorted(scored.items(), key=lambda item: (-item[1][0], item[0]))
    return [Proposal(code, said, score >= 96) for code, (score, said) in best[:limit]]


def shortens(parts: Words, phrase: Words) -> bool:
    """Whether words are a phrase with some of its words run together as initials.

    >>> shortens(("kỳ", "sh"), ("kỳ", "sinh", "hoạt")), shortens(("kỳ", "họp"), ("kỳ", "sinh", "hoạt"))
    (True, False)
    """
    if not parts or not phrase:
        return not parts and not phrase
    if parts[0] == phrase[0] and shortens(parts[1:], phrase[1:]):
        return True
    size = len(parts[0])
    initials = "".join(word[0] for word in phrase[:size])
    return size > 1 and initials == parts[0] and shortens(parts[1:], phrase[size:])


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _without_head(parts: Words) -> Words:
    return parts[1:] if len(parts) > 1 and parts[0] in _HEADS else parts


def with_known(proposals: Iterable[Proposal], kept: Iterable[str]) -> list[Proposal]:
    """Add to each meaning what the header's known words say besides ("organisation:nong_dan")."""
    extra = list(dict.fromkeys(kept))
    found: dict[str, Proposal] = {}
    for p in proposals:
        code = ";".join([p.code, *(e for e in extra if e.partition(":")[0] not in p.code)])
        found.setdefault(code, Proposal(code, p.phrase, p.sure))
    return list(found.values())
