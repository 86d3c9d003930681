"""Rows and columns to observations: one figure with its cell and everything its row, column and surroundings say of it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from danvan_analysis.cells import Position, Sheet, address
from danvan_analysis.intake.numbers import Doubtful, NotANumber, Share, is_blank, read_count, read_share
from danvan_analysis.text import clean, fold

CROSSES = {"x", "X"}
Key = tuple[str | None, str | None, str | None, int | None, str | None, str | None, int | None]


class Observation(NamedTuple):
    """One figure: who it is about (`key`), what it counts, and where it stands."""

    area_id: str | None
    organisation: str | None
    unit_type: str | None
    year: int | None
    unit_name: str | None
    rated_by: str | None
    #: The row of a list whose unit has no name: two such rows are two units, however alike.
    line: int | None
    what: str
    code: str
    value: Any
    cell: Position

    @property
    def key(self) -> Key:
        """The group of units the figure is about."""
        return self[:7]


@dataclass(frozen=True)
class Note:
    """One thing not taken as it stands."""

    effect: str
    reason: str
    cells: tuple[Position, ...]
    message: str
    text: str | None = None


@dataclass
class Readout:
    """What one sheet gave: observations, notes, and for every cell whether it is used, checked, aside or structural."""

    sheet: Sheet
    #: Words that may follow a number in its cell.
    units: frozenset[str] = frozenset()
    observations: list[Observation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    marks: dict[Position, str] = field(default_factory=dict)
    #: The level wordings a table prints for (organisation, unit type, year), counted or left blank: they tell the scale.
    declared: dict[tuple[str | None, str | None, int | None], set[str]] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    unknown_form: bool = False
    #: Percentages in total rows: (cell, count, base, how it comes out).
    total_shares: list[tuple[Position, int, int, str]] = field(default_factory=list)
    #: In the table being read a cross in a level's column means the one unit of the row.
    crosses: bool = False
    #: What is printed above the table being read.
    title: list[str] = field(default_factory=list)
    #: What a blank means on the form being read: the [blank] page of the facts, under the form's own.
    blank: dict[str, Any] = field(default_factory=dict)
    #: Figures that only the rest of their table decides, with the header of their column; then those it decided.
    doubts: dict[Position, tuple[Doubtful, str]] = field(default_factory=dict)
    pending: list[Observation] = field(default_factory=list)
    confirmed: dict[Position, int] = field(default_factory=dict)
    #: The groups of units of the table being read of which a level could not be read: they are not told whole.
    lost: set[Key] = field(default_factory=set)
    #: The rows of the table being read that say something of their own.
    details: list[int] = field(default_factory=list)
    #: Cells among counts that hold a percentage or a fraction.
    like_shares: set[Position] = field(default_factory=set)
    #: Whether the sheet gave any observation, once they are let go.
    observed: bool = False

    def let_go(self) -> None:
        """Drop the observations once they are settled: thousands of returns must fit in memory."""
        self.observed = bool(self.observations)
        self.observations = []

    def note(self, effect: str, reason: str, cells: list[Position], message: str, text: str | None = None) -> None:
        """Record a note; cells set aside are marked so."""
        self.notes.append(Note(effect, reason, tuple(cells), message, text))
        if effect != "used":
            for cell in cells:
                self.marks[cell] = "aside"

    def figure(self, r: int, c: int, *, share: bool, header: str) -> int | Share | None:
        """Read a cell as a count or a share; a note and None where it cannot be."""
        fault = self.sheet.faults.get((r, c))
        if fault:
            self.note("aside", "o_loi", [(r, c)], f"Ô {address(r, c)} (cột “{header}”) bị lỗi: {fault}.", fault)
            return None
        span = self.sheet.span.get((r, c))
        if span and span[2] > span[0]:
            where = f"{address(span[0], span[1])}:{address(span[2], span[3])}"
            message = f"Ô {where} (cột “{header}”) gộp qua nhiều dòng: chưa rõ số này là của dòng nào. Đề nghị ghi riêng từng dòng."
            self.note("aside", "o_gop", [(r, c)], message, self.sheet.text(r, c))
            return None
        value = self.sheet.rows[r][c]
        if self.crosses and not share and clean(value) in CROSSES:
            return 1
        try:
            return read_share(value) if share else read_count(value, self.units)
        except NotANumber as error:
            text = self.sheet.text(r, c)
            shown = text if len(text) < 60 else f"{text[:57]}…"
            if error.like_share:
                self.like_shares.add((r, c))
            if isinstance(error, Doubtful):
                if (r, c) not in self.confirmed:
                    self.doubts[r, c] = (error, header)
                return self.confirmed.get((r, c))
            if fold(text) in self.blank.get("zero_words", ()):
                return 0
            self.note(
                "aside",
                "so_khong_doc_duoc",
                [(r, c)],
                f"Ô {address(r, c)} (cột “{header}”) ghi “{shown}”: {error}. Đề nghị ghi lại bằng chữ số.",
                text,
            )
            return None

    def blank_is_zero(self, value: Any) -> bool:
        """Whether the form says that a blank count of something measured is none, not missing."""
        marks = self.blank.get("zero_marks", ())
        return is_blank(value) and (self.blank.get("measure") == "zero" or clean(value) in marks)

    def declare(self, subject: tuple[str | None, str | None, int | None], wording: str) -> None:
        """Record that the table being read has this level for this subject."""
        self.declared.setdefault(subject, set()).add(wording)

    def has_figures(self, r: int, columns: list[int]) -> bool:
        """Whether a row says anything in these columns."""
        values, faults = self.sheet.rows[r], self.sheet.faults
        return any(not is_blank(values[c]) or (r, c) in faults for c in columns)
