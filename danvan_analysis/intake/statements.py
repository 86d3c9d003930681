"""What different tables say of the same units: whether they agree, and the questions where they do not."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.tables import UNRATED

Row = dict[str, Any]
#: How finely a statement speaks: of named units, communes, districts, the province.
UNIT, COMMUNE, DISTRICT, PROVINCE = range(4)


@dataclass(frozen=True)
class Origin:
    """Where a table's rows come from; `own_year` is the year the file itself is about."""

    run: int
    table: int
    file: str
    sheet: str
    sender: str | None
    own_year: int | None
    nature: str


@dataclass
class Piece:
    """What one table says of one sub-area (or named unit) of a group."""

    origin: Origin
    rows: list[Row] = field(default_factory=list)
    expected: int | None = None
    own_total: bool | None = None
    detail: int = DISTRICT

    @property
    def covered(self) -> int:
        """Units described, rated or not."""
        return sum(row["count"] for row in self.rows)


@dataclass(frozen=True)
class Words:
    """How a question names the units of a row and the level it gives them."""

    subject: Callable[[Row], str]
    level: Callable[[Row], str]


@dataclass
class Outcome:
    """Which rows feed, which only check (by their place), what is missing in what came, and the questions."""

    feeding: list[int] = field(default_factory=list)
    checking: list[int] = field(default_factory=list)
    coverage: list[Row] = field(default_factory=list)
    #: (origin, effect, reason, message, rows concerned)
    questions: list[tuple[Origin, str, str, str, list[Row]]] = field(default_factory=list)


def merge(
    outcome: Outcome, places: list[tuple[tuple[Any, ...], Piece]], words: Words
) -> tuple[list[Piece], list[Piece]]:
    """One statement per sub-area: equal ones count once; of two versions of one return that differ neither is used."""
    by_place: dict[tuple[Any, ...], list[Piece]] = defaultdict(list)
    for (area_id, unit_id, *_), found in places:
        by_place[area_id, unit_id].append(found)
    refused = _refused(outcome, by_place, words)
    kept: list[Piece] = []
    spare: list[Piece] = []
    for found_pieces in by_place.values():
        left_out = [p for p in found_pieces if p.origin.file in refused]
        usable = [p for p in found_pieces if p.origin.file not in refused]
        if left_out:
            for p in left_out:
                message = (
                    "Hai bản báo cáo khác nhau của cùng một biểu; phần mềm không dùng bản nào cho đến khi có bản đúng."
                )
                outcome.questions.append((p.origin, "aside", "hai_ban_khac_nhau", message, p.rows))
            if not usable:
                expected = max(max(p.covered, p.expected or 0) for p in left_out)
                kept.append(Piece(left_out[0].origin, [], expected, False, left_out[0].detail))
                continue
        pieces = [p for p in usable if p.rows] or usable
        # The statement with more levels says more; of equals the first stands.
        first, *others = sorted(pieces, key=lambda p: -_levels(p))
        kept.append(first)
        spare += [p for p in usable if p is not first]
        for other in others:
            if other.rows and not _agree([first], [other]):
                used = f"Phần mềm dùng số của “{first.origin.file}”, trang “{first.origin.sheet}”; đề nghị đối chiếu."
                for p in (first, other):
                    message = f"{_both(first, other, words)} {used}"
                    outcome.questions.append((p.origin, "used", "doi_chieu_lech", message, p.rows))
    return kept, spare


def _refused(outcome: Outcome, by_place: dict[tuple[Any, ...], list[Piece]], words: Words) -> set[str]:
    """The files that are versions of one return (same sender, same units) and differ anywhere; each difference is told."""
    refused: set[str] = set()
    for pieces in by_place.values():
        stated = [p for p in pieces if p.rows]
        for i, one in enumerate(stated):
            for two in stated[i + 1 :]:
                same = one.origin.sender == two.origin.sender and one.origin.file != two.origin.file
                if same and not _agree([one], [two]):
                    refused |= {one.origin.file, two.origin.file}
                    message = f"{_both(one, two, words)} Hai bản báo cáo khác nhau; phần mềm không chọn bản nào."
                    for p in (one, two):
                        ask = (p.origin, "aside", "hai_ban_khac_nhau", f"{message} Đề nghị xác nhận bản đúng.", p.rows)
                        outcome.questions.append(ask)
    return refused


def _both(one: Piece, two: Piece, words: Words) -> str:
    return (
        f"{words.subject(one.rows[0])}: “{one.origin.file}” ghi {_said([one], words.level)};"
        f" “{two.origin.file}” ghi {_said([two], words.level)}."
    )


def _said(pieces: list[Piece], level: Callable[[Row], str]) -> str:
    """The counts by level in words, best level first."""
    rows = sorted((row for p in pieces for row in p.rows), key=lambda row: (row["rank"] is None, row["rank"] or 0))
    counts: dict[str, int] = {}
    for row in rows:
        counts[level(row)] = counts.get(level(row), 0) + row["count"]
    return ", ".join(f"{label} {count}" for label, count in counts.items()) or "không có số liệu"


def _totals(pieces: list[Piece]) -> tuple[dict[str, int], int, int | None]:
    """Counts by scale and level, units rated, and how many of them are khá or better (None where a scale cannot say)."""
    counts: dict[str, int] = defaultdict(int)
    fair: int | None = 0
    for row in (row for p in pieces for row in p.rows if row["rating"] != UNRATED):
        counts[row["scale_id"] + "/" + row["rating"]] += row["count"]
        if fair is not None:
            fair = None if row["fair_or_better"] is None else fair + row["count"] * row["fair_or_better"]
    return dict(counts), sum(counts.values()), fair


def _levels(p: Piece) -> int:
    return 0 if any("duoi_" in row["rating"] or "_tro_len" in row["rating"] for row in p.rows) else 1


def _agree(one: list[Piece], two: list[Piece]) -> bool:
    """Whether two statements say the same: level by level in one scale, else by units rated and units khá or better."""
    counts, rated, fair = _totals(one)
    counts2, rated2, fair2 = _totals(two)
    outside, outside2 = (sum(r["count"] for p in said for r in p.rows if r["rating"] == UNRATED) for said in (one, two))
    if outside and outside2 and outside != outside2:
        # Only where both count the unrated: many forms have no column for them.
        return False
    if {key.split("/")[0] for key in counts} == {key.split("/")[0] for key in counts2}:
        return counts == counts2
    return rated == rated2 and (fair is None or fair2 is None or fair == fair2)


def compare(
    outcome: Outcome,
    group: tuple[Any, ...],
    areas: Gazetteer,
    fed: list[Piece],
    other: list[Piece],
    words: Words,
) -> None:
    """Đối chiếu địa phương – ngành dọc: the same units by two statements, level by level where the scales are one."""
    if not any(p.rows for p in fed) or not any(p.rows for p in other):
        return
    if fed[0].detail == other[0].detail and fed[0].detail in (UNIT, COMMUNE):
        # Only the sub-areas both speak of can disagree.
        places = {(row["area_id"], row.get("unit_id")) for p in other for row in p.rows}
        fed = [p for p in fed if p.rows and (p.rows[0]["area_id"], p.rows[0].get("unit_id")) in places]
        if not fed:
            return
    elif other[0].detail < fed[0].detail:
        # A finer source that is not complete cannot be compared as a whole.
        return
    if _agree(fed, other):
        return
    one, two = next(p for p in fed if p.rows), next(p for p in other if p.rows)
    said, said_too = _summary(fed), _summary(other)
    if said == said_too:
        said, said_too = _said(fed, words.level), _said(other, words.level)
    subject = words.subject({**one.rows[0], "area_name": areas.areas[group[2]].name})
    message = (
        f"{subject}: “{one.origin.file}” có {said}; “{two.origin.file}” có {said_too}."
        f" Phần mềm dùng số của “{one.origin.file}”; đề nghị hai đơn vị đối chiếu."
    )
    # Each sheet that takes part says it, with all of its cells: it becomes a line in every sender's sheet of questions.
    concerned: dict[int, tuple[Origin, list[Row]]] = {}
    for p in (*fed, *other):
        if p.rows:
            concerned.setdefault(p.origin.run, (p.origin, []))[1].extend(p.rows)
    for origin, rows in concerned.values():
        outcome.questions.append((origin, "used", "doi_chieu_lech", message, rows))


def _summary(pieces: list[Piece]) -> str:
    _, rated, fair = _totals(pieces)
    return f"{rated} đơn vị được xếp loại" + ("" if fair is None else f", {fair} từ khá trở lên")
