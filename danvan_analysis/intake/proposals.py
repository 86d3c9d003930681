"""What an unknown header may mean: proposals for the analyst to confirm. Nothing is ever read by likeness."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Words = tuple[str, ...]
#: A likeness below this is not worth a line; one word is compared more strictly than a phrase.
_ENOUGH, _ENOUGH_WORD = 62, 72


@dataclass(frozen=True)
class Proposal:
    """A meaning as a form page writes it ("level:xuất sắc") and the known phrase that brought it up."""

    code: str
    phrase: str


def rank(
    parts: Words, unknown: Words, known: Mapping[Words, str], hints: Mapping[str, str], limit: int = 4
) -> list[Proposal]:
    """Give the meanings nearest to a header's words, best first, each meaning once.

    `parts` are all of its words, `unknown` those nobody knows, `known` leads phrases to meanings, `hints` leads words of
    other systems ("excellent") to known phrases. Initials count most: "XS" is "xuất sắc", "CH" "chi hội".

    >>> known = {("xuất", "sắc"): "level:xuất sắc", ("tổng", "số"): "total"}
    >>> [p.code for p in rank(("xs",), ("xs",), known, {})], [p.code for p in rank(("total",), ("total",), known, {"total": "tổng số"})]
    (['level:xuất sắc'], ['total'])
    """
    from rapidfuzz import fuzz

    whole, rest = " ".join(parts), " ".join(unknown)
    hinted = {phrase for word, phrase in hints.items() if word in (whole, rest) or word in unknown}
    scored: dict[str, tuple[float, str]] = {}
    for phrase, code in known.items():
        said = " ".join(phrase)
        initials = "".join(word[0] for word in phrase)
        if said in hinted:
            score = 100.0
        elif len(phrase) > 1 and initials in unknown:
            score = 96.0
        else:
            score = max(fuzz.token_sort_ratio(whole, said), fuzz.ratio(rest, said) if rest else 0)
            if score < (_ENOUGH if len(parts) > 1 else _ENOUGH_WORD):
                continue
        if score > scored.get(code, (0.0, ""))[0]:
            scored[code] = (score, said)
    best = sorted(scored.items(), key=lambda item: (-item[1][0], item[0]))
    return [Proposal(code, said) for code, (_, said) in best[:limit]]


def with_known(proposals: Iterable[Proposal], kept: Iterable[str]) -> list[Proposal]:
    """Add to each meaning what the header's known words say besides ("organisation:nong_dan")."""
    extra = list(dict.fromkeys(kept))
    return [
        Proposal(";".join([p.code, *(e for e in extra if e.partition(":")[0] not in p.code)]), p.phrase)
        for p in proposals
    ]
