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


def settle(
    out: Readout, observations: list[Observation], form: dict[str, Any], context: Context, gazetteer: Gazetteer,
    settings: Settings,
) -> Settled:  # fmt: skip
    """Turn the observations of one table into rating and measure rows; every doubt becomes a note in `out`."""
    result = Settled()
    groups: dict[Key, list[Observation]] = defaultdict(list)
    for o in observations:
        unit_type = o.unit_type or form.get("unit_type")
        organisation = settings.implied.get(unit_type or "", o.organisation)
        if o.what in ("measure", "index_rank") or o.code.startswith("measure:") or form.get("level_measure"):
            organisation, unit_type = "tat_ca", form.get("unit_type", "tat_ca")
        groups[o.area_id, organisation, unit_type, o.year, o.unit_name, o.rated_by, o.line].append(o)
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
        measured = [o for o in members if o.what in ("measure", "index_rank")]
        scores = [o for o in members if o.what == "score"]
        rated = [o for o in members if o.what not in ("measure", "index_rank", "score", "share")]
        shares = [o for o in members if o.what == "share"]
        missing = _missing_dims(area_id, organisation, unit_type, year, bool(rated), form)
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


def _choices(
    groups: dict[Key, list[Observation]], out: Readout, settings: Settings
) -> dict[tuple[str | None, str | None, int | None], Choice | None]:
    """The scale of every (organisation, unit type, year): by the words its columns print, and those its cells hold."""
    wordings: dict[tuple[str | None, str | None, int | None], set[str]] = defaultdict(set)
    for (organisation, unit_type, year), printed in out.declared.items():
        wordings[settings.implied.get(unit_type or "", organisation), unit_type, year] |= printed
    for (_, organisation, unit_type, year, *_), members in groups.items():
        wordings[organisation, unit_type, year] |= {o.code for o in members if o.what == "level"}
    scales = settings.scales
    choices = {
        key: scales.choose(key[0] or "", key[1] or "", key[2] or 0, known - scales.cumulative(known))
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
