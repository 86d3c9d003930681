"""The files of the facts: their columns, keys and references. This page is the one place that names them."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "int", "float", "bool", "date", "list"]
STATUSES = ("found", "assumed")
#: `khoi` and `llvt` (armed forces) are party committees of the province that are no district: they count in its totals.
AREA_KINDS = ("tinh", "thanh_pho", "thi_xa", "huyen", "phuong", "thi_tran", "xa", "khoi", "llvt")
PERIODS = ("quy-1", "quy-2", "quy-3", "quy-4", "6-thang", "9-thang", "nam", "nhiem-ky")
#: How well a date of validity is known: written in a decree, usually given, or only where this table begins.
CERTAINTIES = ("exact", "usual", "coverage")
#: How an indicator is reckoned: a share of a base (the default), a plain count, one thing per another, an index of others.
KINDS = ("share", "count", "per", "index")


@dataclass(frozen=True)
class Column:
    """One column of a facts file: how its cells are read and what they may hold.

    `refers` is "table.column"; `besides` are words allowed next to the referred values ("*", "tat_ca").
    """

    kind: Kind = "text"
    required: bool = True
    values: tuple[str, ...] = ()
    refers: str = ""
    besides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One CSV file. `key` picks the rows an overlay replaces; where `unique`, no two rows share it.

    Empty `columns`: the header of the shipped file says which columns there are, all text.
    """

    key: tuple[str, ...]
    columns: dict[str, Column]
    unique: bool = True


_TEXT, _OPTIONAL = Column(), Column(required=False)
_INT, _BOOL, _FLAG, _DATE = Column("int"), Column("bool"), Column("bool", required=False), Column("date")
_TO = Column("date", required=False)
_SOURCED = {"source": _TEXT, "status": Column(values=STATUSES)}


def _ref(refers: str, *besides: str, required: bool = True) -> Column:
    return Column(required=required, refers=refers, besides=besides)


def _refs(refers: str, *besides: str, required: bool = False) -> Column:
    return Column("list", required=required, refers=refers, besides=besides)


TABLES: dict[str, Table] = {
    "areas": Table(
        ("area_id", "valid_from"),
        {
            "area_id": _TEXT,
            "valid_from": _DATE,
            "name": _TEXT,
            "kind": Column(values=AREA_KINDS),
            "parent_id": _ref("areas.area_id", required=False),
            "valid_to": _TO,
            "decree": _OPTIONAL,
            "certainty": Column(values=CERTAINTIES),
            **_SOURCED,
        },
    ),
    "area_variants": Table(
        ("variant", "parent_id"),
        {"variant": _TEXT, "parent_id": _ref("areas.area_id"), "area_id": _ref("areas.area_id"), "note": _OPTIONAL},
    ),
    "organisations": Table(
        ("organisation",),
        {"organisation": _TEXT, "name_vi": _TEXT, "short_vi": _TEXT, "order": _INT, "core": _BOOL, **_SOURCED},
    ),
    "unit_types": Table(
        ("unit_type",),
        {
            "unit_type": _TEXT,
            "name_vi": _TEXT,
            "order": _INT,
            "level": Column(values=("tinh", "huyen", "xa", "khom_ap")),
            "organisations": _refs("organisations.organisation"),
            "in_targets": _BOOL,
            **_SOURCED,
        },
    ),
    "scales": Table(
        ("scale_id", "rating"),
        {
            "scale_id": _TEXT,
            "rating": _TEXT,
            "label_vi": _TEXT,
            "short_vi": _TEXT,
            "rank": _INT,
            "good_or_better": _FLAG,
            "fair_or_better": _FLAG,
            "weak": _FLAG,
            "min_score": Column("float", required=False),
            "max_score": Column("float", required=False),
            **_SOURCED,
        },
    ),
    "scale_use": Table(
        ("organisation", "unit_type", "scale_id", "year_from"),
        {
            "organisation": _ref("organisations.organisation"),
            "unit_type": _ref("unit_types.unit_type"),
            "year_from": _INT,
            "year_to": Column("int", required=False),
            "scale_id": _ref("scales.scale_id"),
            "basis": _TEXT,
            **_SOURCED,
        },
    ),
    "rating_wordings": Table(
        ("wording", "scale_id"),
        {
            "wording": _TEXT,
            "scale_id": _ref("scales.scale_id", "*"),
            "rating": _TEXT,
            "note": _OPTIONAL,
            **_SOURCED,
        },
    ),
    "measures": Table(
        ("measure",),
        {
            "measure": _TEXT,
            "label_vi": _TEXT,
            "value_kind": Column(values=("count", "index")),
            "unit_vi": _TEXT,
            "about": _TEXT,
            # Over what its figures add up, besides the places of one level; blank: over everything.
            "adds_over": Column("list", required=False, values=("areas", "organisations", "none")),
            "indicators": _refs("indicators.indicator_id"),
            **_SOURCED,
        },
    ),
    "duties": Table(
        ("duty_id",),
        {
            "duty_id": _TEXT,
            "clause": _TEXT,
            "task_vi": _TEXT,
            "body": _TEXT,
            # Whose senders each report it for themselves; blank: the one body named beside.
            "bodies": Column(required=False, values=("dia_phuong",)),
            "product": _OPTIONAL,
            "due": _OPTIONAL,
            # Reported anew every year, or done once for the term.
            "recurs": Column(required=False, values=("year", "term")),
            **_SOURCED,
        },
    ),
    "sections": Table(("section",), {"section": _INT, "title_vi": _TEXT, **_SOURCED}),
    "senders": Table(
        ("sender_id",),
        {
            "sender_id": _TEXT,
            "name_vi": _TEXT,
            "channel": Column(values=("dia_phuong", "nganh_doc")),
            "area_id": _ref("areas.area_id"),
            "organisation": _ref("organisations.organisation", required=False),
            "unit_types": _refs("unit_types.unit_type", required=True),
            "measures": _refs("measures.measure"),
            "valid_from": _DATE,
            "valid_to": _TO,
            **_SOURCED,
        },
    ),
    "indicators": Table(
        ("indicator_id",),
        {
            "indicator_id": _TEXT,
            "order": _INT,
            "title_vi": _TEXT,
            "table": Column(values=("ratings", "measures")),
            "kind": Column(required=False, values=KINDS),
            "flag": Column(required=False, values=("good_or_better", "fair_or_better")),
            "unit_types": _refs("unit_types.unit_type"),
            "numerator": _refs("measures.measure"),
            "denominator": _refs("measures.measure"),
            "cumulative": _BOOL,
            "min_base": Column("int", required=False),
            "direction": Column(values=("up", "down", "neutral")),
            "section": _OPTIONAL,
            **_SOURCED,
        },
    ),
    "targets": Table(
        ("target_id",),
        {
            "target_id": _TEXT,
            "indicator_id": _ref("indicators.indicator_id"),
            "resolution_id": _TEXT,
            "operator": Column(values=(">", ">=", "=")),
            "target": Column("float"),
            "clause": _TEXT,
            "clause_text": _TEXT,
            "ct_vi": _TEXT,
            "object_vi": _TEXT,
            "level_vi": _OPTIONAL,
            "due": Column(values=("yearly", "term")),
            "periods": Column("list", values=PERIODS),
            **_SOURCED,
        },
    ),
    # The intake's vocabulary: its own header says the columns; several rows may share the first column.
    "header_words": Table((), {}, unique=False),
    "reasons": Table((), {}),
}
#: TOML files; where True, an overlay may not bring a key of the first level that is not there already.
PAGES: dict[str, bool] = {
    "resolution": True,
    "settings": True,
    "methods": True,
    "wording": False,
    "palette": False,
    "layout": False,
}
MPLSTYLE = "danvan.mplstyle"
FORMS = "forms"
