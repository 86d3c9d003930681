"""The leniency panel: what in the ratings a place should look at again; for the internal folder only."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from danvan_analysis.analysis.leniency_levels import none_below, one_level
from danvan_analysis.analysis.leniency_lines import at_ceiling, at_floor, near_cuts
from danvan_analysis.analysis.leniency_own import raised, raised_more
from danvan_analysis.analysis.leniency_party import high_for_party
from danvan_analysis.analysis.leniency_rows import Finding, rating_rows, silent
from danvan_analysis.analysis.leniency_shares import round_shares
from danvan_analysis.analysis.leniency_years import copied_counts, copied_ratings
from danvan_analysis.analysis.places import Places, places_in
from danvan_analysis.facts import Facts
from danvan_analysis.tables import Data
from danvan_analysis.wording.leniency import leniency_evidence, leniency_sentence

_TYPES = {
    "year": pl.Int64,
    "nature": pl.String,
    "area_id": pl.String,
    "organisation": pl.String,
    "unit_type": pl.String,
    "sign": pl.String,
    "area_name": pl.String,
    "value": pl.Float64,
    "expected": pl.Float64,
    "n": pl.Int64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "noted": pl.Boolean,
    "method": pl.String,
    "reason": pl.String,
    "smallest_seen": pl.Float64,
    "evidence_vi": pl.String,
    "sentence_vi": pl.String,
    "internal": pl.Boolean,
}
_KEY = ["year", "nature", "area_id", "organisation", "unit_type", "sign"]


def leniency(data: Data, facts: Facts, *, year: int) -> pl.DataFrame:
    """Give the panel of a year: one row per place, kind of unit ("tat_ca" = all together) and sign.

    Key `year`, `nature`, `area_id`, `organisation`, `unit_type`, `sign`. `value` is what was found, `expected` what
    chance would give, over `n` units, groups or areas (the sign says which; docs/phuong-phap.md, 10). `p_value` is one-sided;
    `q_value` the Benjamini-Hochberg one over all rows of the year; `noted` says whether it is at most `alpha`
    (methods.toml). Where there is no answer `p_value` is null and `reason` says why. `smallest_seen` is the value that
    would have been found in `power` of 100 cases at `alpha` shared out over the rows; for `khong_duoi_kha` it is
    the highest true share that would still show; null where nothing could be found. `evidence_vi` is the count behind
    a row ("07/07"; the sign says of what), null without an answer. `sentence_vi` asks or explains; `internal` is true in
    every row: the panel belongs in `noi-bo/` and nowhere else.

    Only year-end ratings of the places under the resolution's province are looked at, real returns before trial ones.
    A year without ratings gives no rows. Sources: the functions of the signs.

    Raises:
        ValueError: the ratings lack a column of the contract.
    """
    rules = facts.methods["leniency"]
    years = range(year - max(rules["years_none_below"], 2) + 1, year + 1)
    places = {each: here for each in years if (here := places_in(facts, each)).names}
    rows = rating_rows(data.ratings, facts, places)
    done: list[dict[str, Any]] = []
    for nature in rows.filter(pl.col("year") == year)["nature"].unique().sort():
        here = places[year]
        findings = list(_findings(rows.filter(pl.col("nature") == nature), data, facts, nature, year, here))
        done += _judged(findings, rules, facts, here, {"year": year, "nature": nature, "internal": True})
    return pl.DataFrame(done, schema=_TYPES).sort(_KEY)


def _findings(rows: pl.DataFrame, data: Data, facts: Facts, nature: str, year: int, here: Places) -> Iterator[Finding]:
    rules = facts.methods["leniency"]
    signs = {
        "dung_tran": at_ceiling(rows, year, rules),
        "dung_san": at_floor(rows, year, rules),
        "khong_duoi_kha": none_below(rows, year, rules),
        "mot_muc": one_level(rows, year, rules),
        "lap_lai_xep_loai": copied_ratings(rows, year, rules),
        "lap_lai_so_luong": copied_counts(rows, year, rules),
        "nang_muc": raised(rows, year, rules),
        "nang_muc_hon_noi_khac": raised_more(rows, year, rules),
        "ty_le_tron": round_shares(data.shares, nature, year, here, rules),
        "cao_hon_tham_gia": high_for_party(rows, data.measures, nature, year, rules, facts),
        "sat_nguong_diem": near_cuts(rows, year, rules, facts),
    }
    wanted = set(here.names) - {here.province}
    for sign, found in signs.items():
        given = list(found)
        yield from given
        yield from silent(sign, "khong_co_so_lieu", wanted, given)


def _judged(
    findings: list[Finding], rules: Mapping[str, Any], facts: Facts, here: Places, shared: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Share the error over the panel, and put every finding into words.

    Where even the most extreme result could not reach `alpha`, the row gives no answer and does not count among the
    tests (Tarone 1990, Biometrics 46: 515-522): what could never be found says nothing when it is not found.
    """
    from scipy.stats import false_discovery_control

    tested = [f.reason is None and f.p is not None and f.best <= rules["alpha"] for f in findings]
    chances = [f.p for f, counts in zip(findings, tested, strict=True) if counts]
    shared_out = iter(false_discovery_control(chances) if chances else [])
    for finding, counts in zip(findings, tested, strict=True):
        q = float(next(shared_out)) if counts else None
        seen = finding.seen(rules["alpha"] / len(chances)) if counts else None
        row = dict(shared) | {
            "area_id": finding.place,
            "area_name": here.names[finding.place],
            "organisation": finding.organisation,
            "unit_type": finding.unit_type,
            "sign": finding.sign,
            "value": finding.value,
            "expected": finding.expected,
            "n": finding.n,
            "p_value": finding.p if counts else None,
            "q_value": q,
            "noted": q is not None and q <= rules["alpha"],
            "method": finding.method if counts else "none",
            "reason": None if counts else finding.reason or "mau_qua_nho",
            "smallest_seen": seen,
        }
        told = row | {"words": finding.words}
        yield row | {"evidence_vi": leniency_evidence(told, facts), "sentence_vi": leniency_sentence(told, facts)}
