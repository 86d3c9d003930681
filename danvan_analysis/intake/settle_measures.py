"""One area: its measures to rows, checked against each other; and the indices that others publish."""

import re
from typing import Any

from danvan_analysis.cells import address
from danvan_analysis.intake.numbers import NotANumber, read_share
from danvan_analysis.intake.observe import Observation, Readout
from danvan_analysis.intake.scales import Choice
from danvan_analysis.intake.settled import (
    Row,
    Settings,
    Settled,
    cells_vi,
    measure_row,
    once_in_table,
    place_vi,
)
from danvan_analysis.intake.share_checks import judge_share


def settle_measures(
    out: Readout,
    result: Settled,
    members: list[Observation],
    shares: list[Observation],
    base: Row,
    settings: Settings,
) -> None:
    kept = once_in_table(out, [o for o in members if o.what == "measure"], base, settings)
    values = {o.code: o.value for o in kept}
    for o in kept:
        result.measures.append(measure_row(base, o.code, o.value, None, [o.cell]))
    for o in shares:
        measure = o.code.partition(":")[2]
        if measure not in values:
            continue
        bases = {}
        for terms in settings.share_bases.get(measure, []):
            names = [term.lstrip("-") for term in terms]
            if all(name in values for name in names):
                size = sum((-1 if term.startswith("-") else 1) * values[term.lstrip("-")] for term in terms)
                bases[" ".join(terms)] = size
        if bases:
            judge_share(out, result, o, values[measure], bases, base, place_vi(base))
    if "lan_sinh_hoat_le_ky" in values and "chi_bo_khom_ap" in values and base["period"] == "nam":
        meetings, cells_of = values["lan_sinh_hoat_le_ky"], values["chi_bo_khom_ap"]
        cell = next(o.cell for o in kept if o.code == "lan_sinh_hoat_le_ky")
        if meetings != 12 * cells_of and cells_of:
            kind = "nhiều hơn: có thể tính cả sinh hoạt chuyên đề" if meetings > 12 * cells_of else "thiếu kỳ sinh hoạt"
            out.note("used", "so_ky_sinh_hoat", [cell], f"Ô {address(*cell)}: {place_vi(base)} có {cells_of} chi bộ và"
                     f" {meetings} kỳ sinh hoạt (12 kỳ một chi bộ là {12 * cells_of}); {kind}.", str(meetings))  # fmt: skip
    members_of, excused = values.get("dang_vien"), values.get("dang_vien_mien_sinh_hoat")
    if members_of is not None and excused is not None:
        taking_part = values.get("dang_vien_tham_gia_nong_cot", 0)
        if excused > members_of or taking_part > members_of - excused:
            cells = [o.cell for o in kept if o.code.startswith("dang_vien")]
            out.note("used", "so_do_vo_ly", cells, f"{cells_vi(cells)}: {place_vi(base)} có {members_of} đảng viên, miễn sinh"
                     f" hoạt {excused}, tham gia {taking_part}; đề nghị kiểm tra lại.")  # fmt: skip


def settle_index(
    out: Readout,
    result: Settled,
    members: list[Observation],
    base: Row,
    form: dict[str, Any],
    settings: Settings,
    choice: Choice | None,
) -> None:
    """An index that others publish: its level, rank and score become measures, not ratings of a mass organisation."""
    for o in members:
        if o.what == "level" and choice:
            rank = settings.scales.rows[choice.scale_id, choice.levels[o.code]]["rank"]
            result.measures.append(measure_row(base, form["level_measure"], rank, None, [o.cell]))
        elif o.what == "index_rank" and re.fullmatch(r"\d{1,6}", str(o.value)):
            result.measures.append(measure_row(base, form["rank_measure"], int(o.value), None, [o.cell]))
        elif o.what == "score" and (score := _score(o.value)) is not None:
            result.measures.append(measure_row(base, form["score_measure"], None, score, [o.cell]))
        else:
            out.note("aside", "so_khong_doc_duoc", [o.cell], f"{cells_vi([o.cell])} ghi “{out.sheet.text(*o.cell)}”: chưa rõ mức,"
                     " thứ hạng hoặc điểm của chỉ số.", out.sheet.text(*o.cell))  # fmt: skip


def _score(text: str) -> float | None:
    try:
        share = read_share(text)
    except NotANumber:
        return None
    return share.value if share else None
