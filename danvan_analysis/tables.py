"""The tidy tables: their columns, keys and rules. Every stage hands these on, so this page is the project's glossary.

`area_id` is the official code as text, read with its year. `nature` is `bao_cao` (a real return), `gia_dinh` (trial data)
or `cong_bo` (a published figure). `source_cell` names all cells behind a value, joined by ";".
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import dataframely as dy
import polars as pl

from danvan_analysis.text import clean

NATURES = ("bao_cao", "gia_dinh", "cong_bo")
PERIODS = ("quy-1", "quy-2", "quy-3", "quy-4", "6-thang", "9-thang", "nam", "nhiem-ky")
#: The literal for "all organisations together" and "all unit types together"; keys are never null.
ALL = "tat_ca"
UNRATED = "chua_xep_loai"
#: The form of a sheet of questions that came back: no return, its answers stand in a table of their own.
QUESTIONS = "phieu-doi-chieu"


class _Shared(dy.Schema):
    area_id = dy.String(nullable=False, min_length=1)
    area_name = dy.String(nullable=False, min_length=1)
    district_name = dy.String(nullable=True)
    year = dy.Int64(nullable=False, min=1975, max=2100)
    period = dy.String(nullable=False, regex="^(" + "|".join(PERIODS) + ")$")
    nature = dy.String(nullable=False, regex="^(" + "|".join(NATURES) + ")$")
    source_file = dy.String(nullable=False)
    source_sheet = dy.String(nullable=False)
    source_cell = dy.String(nullable=False)


class Ratings(_Shared):
    """One row per group of units with the same rating; a named unit is a group of one.

    Each unit stands once per (year, period), but for the rows with `rated_by = tu_xep_loai`, which show what a unit gave
    itself. `rank` is 1 for the best level of its own scale and null for unrated units. The three flags are null where
    the scale cannot say.
    """

    organisation = dy.String(nullable=False)
    unit_type = dy.String(nullable=False)
    unit_id = dy.String(nullable=True)
    unit_name = dy.String(nullable=True)
    channel = dy.String(nullable=False, regex="^(dia_phuong|nganh_doc)$")
    rated_by = dy.String(nullable=False, regex="^(tu_xep_loai|nganh_doc|cap_uy)$")
    status = dy.String(nullable=False, regex="^(du_kien|chinh_thuc)$")
    scale_id = dy.String(nullable=False)
    rating = dy.String(nullable=False)
    #: Why an unrated unit has no rating, in the words of the facts ("mới thành lập"); null for rated units.
    unrated_kind = dy.String(nullable=True)
    rank = dy.Int64(nullable=True, min=1)
    good_or_better = dy.Bool(nullable=True)
    fair_or_better = dy.Bool(nullable=True)
    weak = dy.Bool(nullable=True)
    score = dy.Float64(nullable=True)
    count = dy.Int64(nullable=False, min=0)

    @dy.rule()
    def unrated_has_no_rank(cls) -> pl.Expr:
        """An unrated unit has no place in the scale."""
        return (pl.col("rating") == UNRATED) == pl.col("rank").is_null()

    @dy.rule()
    def named_unit_is_one(cls) -> pl.Expr:
        """A named unit is a group of one."""
        return pl.col("unit_id").is_null() | (pl.col("count") == 1)


class Measures(_Shared):
    """One row per measured quantity: `value` for counts, `score` for indices, never both."""

    organisation = dy.String(nullable=False)
    unit_type = dy.String(nullable=False)
    unit_id = dy.String(nullable=True)
    unit_name = dy.String(nullable=True)
    channel = dy.String(nullable=False, regex="^(dia_phuong|nganh_doc)$")
    status = dy.String(nullable=False, regex="^(du_kien|chinh_thuc)$")
    measure = dy.String(nullable=False)
    value = dy.Int64(nullable=True, min=0)
    score = dy.Float64(nullable=True)

    @dy.rule()
    def value_or_score(cls) -> pl.Expr:
        """A quantity is a count or an index."""
        return pl.col("value").is_null() != pl.col("score").is_null()


class Duties(_Shared):
    """One row per duty of part IV and body: what was to be done, by whom, and how it stands."""

    duty_id = dy.String(nullable=False)
    task_vi = dy.String(nullable=False)
    body = dy.String(nullable=False)
    product = dy.String(nullable=True)
    due = dy.String(nullable=True)
    state = dy.String(nullable=False, regex="^(da|dang|chua)_thuc_hien$|^chua_co_bao_cao$")


class SetAside(dy.Schema):
    """One row per thing not taken as it stands; in print "chưa đưa vào tổng hợp".

    `effect` is `aside` (not used), `used` (used but questioned) or `dropped` (thrown away at the door).
    """

    source_file = dy.String(nullable=False)
    source_sheet = dy.String(nullable=False)
    source_cell = dy.String(nullable=False)
    effect = dy.String(nullable=False, regex="^(aside|used|dropped)$")
    reason = dy.String(nullable=False)
    message_vi = dy.String(nullable=False)
    text = dy.String(nullable=True)
    #: The figures that stand in the cells, where they are few ("D5: 12; E5: 3").
    found = dy.String(nullable=True)
    sender = dy.String(nullable=True)
    year = dy.Int64(nullable=True)


class Sources(dy.Schema):
    """One row per sheet or unreadable file, with every row and cell accounted for."""

    source_file = dy.String(nullable=False)
    source_sheet = dy.String(nullable=False)
    sha256 = dy.String(nullable=False)
    sender = dy.String(nullable=True)
    nature = dy.String(nullable=False)
    year = dy.Int64(nullable=True)
    period = dy.String(nullable=True)
    status = dy.String(nullable=False, regex="^(read|empty_form|unknown_form|refused|unreadable)$")
    form_id = dy.String(nullable=True)
    rows_read = dy.Int64(nullable=False, min=0)
    rows_used = dy.Int64(nullable=False, min=0)
    rows_aside = dy.Int64(nullable=False, min=0)
    rows_structural = dy.Int64(nullable=False, min=0)
    cells_read = dy.Int64(nullable=False, min=0)
    cells_used = dy.Int64(nullable=False, min=0)
    cells_checked = dy.Int64(nullable=False, min=0)
    cells_aside = dy.Int64(nullable=False, min=0)
    cells_structural = dy.Int64(nullable=False, min=0)

    @dy.rule()
    def every_row_counted(cls) -> pl.Expr:
        """A row is used, aside or structural."""
        return pl.col("rows_read") == pl.col("rows_used") + pl.col("rows_aside") + pl.col("rows_structural")

    @dy.rule()
    def every_cell_counted(cls) -> pl.Expr:
        """A cell is used, checked, aside or structural."""
        parts = ("cells_used", "cells_checked", "cells_aside", "cells_structural")
        return pl.col("cells_read") == pl.sum_horizontal(parts)


class Answers(dy.Schema):
    """One row per answer in a sheet of questions that came back (phiếu đối chiếu), and cell it is about.

    `state` is `open` (a correction to confirm by hand: `action` is override, drop or flag), `noted` (words only),
    `in_ledger` (the corrections ledger holds it already), `stale` (the file changed since) or `unclear`. Nothing of it is
    applied by itself. `source_…` is where the answer stands; `file` … `expected` what it is about, as it is now.
    """

    source_file = dy.String(nullable=False)
    source_sheet = dy.String(nullable=False)
    source_cell = dy.String(nullable=False)
    question_id = dy.String(nullable=False)
    sender = dy.String(nullable=True)
    file = dy.String(nullable=False)
    sha256 = dy.String(nullable=False)
    sheet = dy.String(nullable=True)
    cell = dy.String(nullable=True)
    expected = dy.String(nullable=True)
    action = dy.String(nullable=True, regex="^(override|drop|flag)$")
    value = dy.String(nullable=True)
    comment = dy.String(nullable=True)
    state = dy.String(nullable=False, regex="^(open|noted|in_ledger|stale|unclear)$")
    question_vi = dy.String(nullable=False)


def question_id(sha256: str, sheet: str, cells: str, reason: str, message: str) -> str:
    """Give the key by which an answered question is found again: the same question of the same file, the same key.

    >>> question_id("ab", "Biểu 1", "D5", "o_loi", "Ô D5 bị lỗi.")
    '226e83678b64'
    """
    text = "\n".join(clean(part) for part in (sha256, sheet, cells, reason, message))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Coverage(dy.Schema):
    """Units that a received return should describe and does not, per group; absent groups have no row."""

    year = dy.Int64(nullable=False)
    period = dy.String(nullable=False)
    area_id = dy.String(nullable=False)
    organisation = dy.String(nullable=False)
    unit_type = dy.String(nullable=False)
    nature = dy.String(nullable=False)
    expected = dy.Int64(nullable=True)
    covered = dy.Int64(nullable=False)


class Indicators(dy.Schema):
    """One row per indicator, period, area, organisation and unit type; `value` is a share in 0–1.

    Only a `share` has `denominator`, `value` and limits. A `count` has its `numerator`; `per` is `numerator` over `base`,
    one thing per another; an `index` is what others published. What those three come to stands in `amount`.
    """

    resolution_id = dy.String(nullable=False, primary_key=True)
    indicator_id = dy.String(nullable=False, primary_key=True)
    year = dy.Int64(nullable=False, primary_key=True)
    period = dy.String(nullable=False, primary_key=True)
    area_id = dy.String(nullable=False, primary_key=True)
    basis = dy.String(nullable=False, primary_key=True)
    organisation = dy.String(nullable=False, primary_key=True)
    unit_type = dy.String(nullable=False, primary_key=True)
    nature = dy.String(nullable=False, primary_key=True)
    area_name = dy.String(nullable=False)
    district_name = dy.String(nullable=True)
    numerator = dy.Int64(nullable=True)
    denominator = dy.Int64(nullable=True)
    unrated = dy.Int64(nullable=True)
    #: Expected units without a usable return, in units of the denominator; null where their number is unknown.
    missing = dy.Int64(nullable=True)
    value = dy.Float64(nullable=True, min=0)
    lower95 = dy.Float64(nullable=True)
    upper95 = dy.Float64(nullable=True)
    lower998 = dy.Float64(nullable=True)
    upper998 = dy.Float64(nullable=True)
    assignment = dy.String(nullable=False, regex="^(exact|estimated|undecided)$")
    method = dy.String(nullable=False)
    note = dy.String(nullable=True)
    #: The most the numerator can be (T6 from yearly counts: bodies may differ from year to year); else the numerator.
    numerator_most = dy.Int64(nullable=True)
    senders_missing = dy.Int64(nullable=True)
    senders_expected = dy.Int64(nullable=True)
    #: The scales in which the counted units were rated, joined by ";"; null for measures.
    scales = dy.String(nullable=True)
    #: Null where a caller did not say: a share.
    kind = dy.String(nullable=True, regex="^(share|count|per|index)$")
    base = dy.Int64(nullable=True)
    amount = dy.Float64(nullable=True)


class Assessment(dy.Schema):
    """One row per indicator row: the verdict on integers, its margin in units, its bounds and its sentence.

    `value_with_unrated` and `attained_with_unrated`: the other reading, with unrated units in the denominator.
    """

    resolution_id = dy.String(nullable=False, primary_key=True)
    indicator_id = dy.String(nullable=False, primary_key=True)
    year = dy.Int64(nullable=False, primary_key=True)
    period = dy.String(nullable=False, primary_key=True)
    area_id = dy.String(nullable=False, primary_key=True)
    basis = dy.String(nullable=False, primary_key=True)
    organisation = dy.String(nullable=False, primary_key=True)
    unit_type = dy.String(nullable=False, primary_key=True)
    nature = dy.String(nullable=False, primary_key=True)
    area_name = dy.String(nullable=False)
    district_name = dy.String(nullable=True)
    target_id = dy.String(nullable=False)
    operator = dy.String(nullable=False, regex="^(>|>=|=)$")
    target = dy.Float64(nullable=False)
    attained = dy.String(nullable=False, regex="^(met|not_met|undecided|no_data|not_due|not_applicable|expired)$")
    margin_units = dy.Int64(nullable=True)
    lower_bound = dy.Float64(nullable=True)
    upper_bound = dy.Float64(nullable=True)
    senders_missing = dy.Int64(nullable=True)
    senders_expected = dy.Int64(nullable=True)
    evidence = dy.String(nullable=True, regex="^(clear|chance)$")
    value_with_unrated = dy.Float64(nullable=True)
    attained_with_unrated = dy.String(nullable=True)
    sentence_vi = dy.String(nullable=False)


@dataclass(frozen=True)
class Data:
    """The tables of a run, or your own (pandas, polars, DuckDB, Spark) with the same columns.

    `parallel` holds the ratings that only check (a coarser or parallel return of units that stand in `ratings` already);
    `coverage` says what received returns left out. Both may be absent.
    """

    ratings: Any
    measures: Any
    duties: Any = None
    set_aside: Any = None
    sources: Any = None
    parallel: Any = None
    coverage: Any = None
    #: Printed percentages against their counts: `how` is lam_tron, cat (digits cut) or khong_khop.
    shares: Any = None
    #: What senders answered to questions put to them; corrections to confirm by hand.
    answers: Any = None
    notes: tuple[str, ...] = field(default=())
