"""Observations to rows: each group of units settled once, every doubt a note."""

from collections import Counter, defaultdict
from typing import Any

from danvan_analysis.intake.context import Context
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.intake.scales import Choice
from danvan_analysis.intake.settle_measures import settle_index, settle_measures
from danvan_analysis.intake.settle_ratings import settle_ratings
from danvan_analysis.intake.settle_scores import settle_scores
from danvan_analysis.intake.settled import (
    Row,
    Settings,
    Settled,
    base_row,
    cells_vi,
)
from danvan_analysis.intake.share_like import looks_like_shares

_MEASURED = ("measure", "index_rank")


def settle(
    out: Readout, observations: list[Observation], form: dict[str, Any], context: Context, gazetteer: Gazetteer,
    settings: Settings,
) -> Settled:  # fmt: skip
    """Turn the observations of one table into rating and measure rows; every doubt becomes a note in `out`."""
    result = Settled()
    groups: dict[Key, list[Observation]] = defaultdict(list)
    own_type, indices = form.get("unit_type"), form.get("level_measure")
    owners = {} if indices else _owners(observations, context)
    for o in observations:
        area_id, organisation, unit_type, year, unit_name, rated_by, line, what, code, _, _ = o
        unit_type = unit_type or own_type
        organisation = settings.implied.get(unit_type or "", organisation)
        if indices or what in _MEASURED or code.startswith("measure:"):
            measure = code.removeprefix("measure:")
            # Of a named unit it stays known what kind it is; a chi bộ is none of the kinds a title may name.
            kind = unit_type if unit_name and measure not in settings.party else None
            if organisation not in owners.get(measure, ()) or measure in settings.party:
                organisation = "tat_ca"
            unit_type = form.get("unit_type", kind or "tat_ca")
        groups[area_id, organisation, unit_type, year, unit_name, rated_by, line].append(o)
    if looks_like_shares(out, groups):
        return result
    indexed = settings.scales.choose("", "", 0, {o.code for o in observations if o.what == "level"})
    choices = _choices(groups, out, settings) if not form.get("level_measure") else {}
    lost = {
        (key[0], settings.implied.get(kind or "", key[1]), kind, *key[3:])
        for key in out.lost
        for kind in [key[2] or form.get("unit_type")]
    }
    out.declared = {}
    for key, members in groups.items():
        area_id, organisation, unit_type, year = key[:4]
        measured: list[Observation] = []
        rated: list[Observation] = []
        shares: list[Observation] = []
        scores: list[Observation] = []
        kinds = {**dict.fromkeys(_MEASURED, measured), "share": shares, "score": scores}
        for o in members:
            kinds.get(o.what, rated).append(o)
        missing = _missing_dims(area_id, organisation, unit_type, year, bool(rated), form) if None in key[:4] else ""
        if missing:
            cells = [o.cell for o in members]
            out.note(
                "aside",
                "thieu_boi_canh",
                cells,
                f"{cells_vi(cells)}: chưa rõ {missing} của số liệu này. Đề nghị ghi rõ ở tiêu đề biểu hoặc tên trang tính.",
            )
            continue
        base = base_row(key, context, gazetteer)
        rows_before = len(result.ratings)
        if form.get("level_measure"):
            settle_index(out, result, members, base, form, settings, indexed)
            continue
        if gazetteer.areas[str(area_id)].kind == "llvt":
            measured, shares = _without_strength(out, measured, shares, settings)
        if measured:
            settle_measures(out, result, measured, shares, base, settings)
        if not rated and not measured and shares:
            cells = [o.cell for o in shares]
            out.note(
                "aside",
                "thieu_so_luong",
                cells,
                f"{cells_vi(cells)}: {base['area_name']} năm {year} chỉ ghi tỷ lệ, không ghi số lượng nên không tổng hợp được.",
            )
        if rated:
            # choices has every (organisation, unit type, year) that was rated.
            choice = choices[organisation, unit_type, year]
            settle_ratings(
                out,
                result,
                rated,
                shares,
                base,
                key,
                choice,
                settings,
                listed=key[4] is not None or key[6] is not None,
                whole=key not in lost,
            )
        if scores:
            settle_scores(out, result, scores, base, settings, rows_before)
    return result


def _owners(observations: list[Observation], context: Context) -> dict[str, set[str | None]]:
    """The organisations each measure is told of: several in the table, or the one that sent it.

    One alone that a column or a file name names may be a word that reached too far ("TN" is Tam Nông as well as Thanh
    niên; no merges are known in a .csv): it owns nothing.
    """
    sender = {context.organisation} - {None} if context.channel == "nganh_doc" else set()
    owners: dict[str, set[str | None]] = defaultdict(set)
    for o in observations:
        if o.what == "measure":
            owners[o.code].add(o.organisation)
    return {measure: found if len(found - {None}) > 1 else found & sender for measure, found in owners.items()}


def _without_strength(
    out: Readout, measured: list[Observation], shares: list[Observation], settings: Settings
) -> tuple[list[Observation], list[Observation]]:
    """Of the armed forces only models and joint activities are counted; other figures are dropped unread."""
    kept = [o for o in measured if o.code in settings.armed_forces]
    lost = [
        o for o in (*measured, *shares) if o not in kept and not (o in shares and not o.code.startswith("measure:"))
    ]
    if lost:
        out.note("dropped", "luc_luong_vu_trang", [o.cell for o in lost], f"{cells_vi([o.cell for o in lost])}: số liệu của lực"
                 " lượng vũ trang; phần mềm chỉ đếm mô hình và hoạt động phối hợp, số khác không đọc.")  # fmt: skip
    return kept, [o for o in shares if o not in lost]


def _choices(
    groups: dict[Key, list[Observation]], out: Readout, settings: Settings
) -> dict[tuple[str | None, str | None, int | None], Choice | None]:
    """The scale of every (organisation, unit type, year): by the words its columns print, and those its cells hold."""
    wordings: dict[tuple[str | None, str | None, int | None], set[str]] = defaultdict(set)
    for (organisation, unit_type, year), printed in out.declared.items():
        wordings[settings.implied.get(unit_type or "", organisation), unit_type, year] |= printed
    for group, members in groups.items():
        wordings[group[1:4]].update([o.code for o in members if o.what == "level"])
    scales = settings.scales
    choices = {
        # A table without any level has no scale: its totals are only totals.
        key: scales.choose(key[0] or "", key[1] or "", key[2] or 0, known - scales.cumulative(known)) if known else None
        for key, known in wordings.items()
    }
    for key in [key for key, choice in choices.items() if choice is None and wordings[key]]:
        listed = Counter(
            o.code
            for (_, *subject, unit_name, _, line), members in groups.items()
            if tuple(subject) == key and (unit_name is not None or line is not None)
            for o in members
            if o.what == "level"
        )
        if set(listed) == wordings[key]:
            choices[key] = scales.choose_most(key[0] or "", key[1] or "", key[2] or 0, listed)
    return choices


def _missing_dims(
    area_id: str | None, organisation: str | None, unit_type: str | None, year: int | None, rated: bool, form: Row
) -> str:
    lacks = []
    if year is None:
        lacks.append("năm")
    if area_id is None:
        lacks.append("địa bàn")
    if rated and not form.get("level_measure"):
        if unit_type is None:
            lacks.append("loại đơn vị được xếp loại (cấp xã, chi hội, ban công tác mặt trận…)")
        if organisation is None:
            lacks.append("tổ chức")
    return ", ".join(lacks)
