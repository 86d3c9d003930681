"""One group of units: its levels to rating rows, checked against its total, its rated total and its running totals."""

from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.intake.scales import Choice
from danvan_analysis.intake.settled import Row, Settings, Settled, cells_vi, coverage_row, once_in_table, who_vi
from danvan_analysis.intake.share_checks import check_shares
from danvan_analysis.tables import UNRATED


def settle_ratings(
    out: Readout,
    result: Settled,
    members: list[Observation],
    shares: list[Observation],
    base: Row,
    key: Key,
    choice: Choice | None,
    settings: Settings,
    *,
    listed: bool,
    whole: bool = True,
) -> None:
    told: dict[str, list[Observation]] = {"level": [], "unrated": [], "total": [], "rated_total": []}
    for o in members:
        told[o.what].append(o)
    levels, unrated, totals, rated_totals = (once_in_table(out, some, base, settings) for some in told.values())
    if levels and choice is None:
        cells = [o.cell for o in levels]
        words_seen = ", ".join(f"“{o.code}”" for o in levels)
        out.note(
            "aside",
            "muc_xep_loai_la",
            cells,
            f"{cells_vi(cells)}: các mức {words_seen} không cùng thuộc một thang xếp loại nào trong danh mục của"
            f" {who_vi(base, settings)} năm {base['year']}. Đề nghị kiểm tra scale_use.csv, rating_wordings.csv.",
            words_seen,
        )
        return
    # A better part that is blank or unreadable leaves the rest of the total unknown too.
    if choice is None or (not levels and not listed and settings.scales.is_two_level(choice.scale_id)):
        _only_total(out, result, unrated, totals, base, settings, choice.scale_id if choice else "khong_xac_dinh")
        return
    known = all(o.code in choice.levels for o in levels)
    running = settings.scales.cumulative(choice.wordings if known else choice.wordings | {o.code for o in levels})
    outside_scale = [o for o in levels if listed and o.code not in choice.levels and o.code not in running]
    if outside_scale:
        _ask_outside(out, outside_scale, base, choice, settings)
    kept = [o for o in levels if o.code not in running and o not in outside_scale]
    for o in levels:
        if o.code in running:
            out.marks[o.cell] = "checked"
    if not choice.admissible:
        cells = [o.cell for o in kept]
        out.note(
            "used",
            "thang_chua_khai_bao",
            cells,
            f"{cells_vi(cells)}: thang xếp loại này chưa khai báo cho {who_vi(base, settings)} năm {base['year']}"
            " (scale_use.csv); số liệu vẫn được dùng.",
        )
    counted = sum(o.value for o in kept)
    outside = sum(o.value for o in unrated)
    complement = settings.scales.complement(choice.scale_id) if settings.scales.is_two_level(choice.scale_id) else None
    if complement and complement not in choice.levels.values() and not listed:
        base_of = rated_totals or totals
        if not base_of:
            out.note("aside", "thieu_tong_so", [o.cell for o in kept], f"{cells_vi([o.cell for o in kept])}: chỉ có số đạt, "
                     "không có tổng số nên không tính được tỷ lệ.")  # fmt: skip
            return
        rest = base_of[0].value - (0 if rated_totals else outside) - counted
        if rest >= 0:
            kept.append(Observation(*key, "level", "", rest, base_of[0].cell))
            counted += rest
    seen: dict[str, Row] = {}
    for o in kept:
        rating = choice.levels.get(o.code, complement or "")
        if o.value == 0:
            continue
        cells = [o.cell]
        if o.code == "":
            cells = [m.cell for m in (*levels, *(rated_totals or totals)) if m.code not in running]
        if rating in seen and base["unit_id"]:
            message = (
                f"{cells_vi([o.cell])}: {base['unit_name']}, {base['area_name']} đã có ở dòng khác; chỉ tính một lần."
            )
            out.note("used", "trung_lap", [o.cell], message)
            out.marks[o.cell] = "checked"
            continue
        if rating in seen:
            # Two wordings of one level in one table ("yếu", "kém"): one level, both cells.
            seen[rating]["count"] += o.value
            seen[rating]["cells"] += cells
            continue
        seen[rating] = {**base, **settings.scales.said(choice.scale_id, rating), "count": o.value, "cells": cells}
    result.ratings += seen.values()
    _add_unrated(result, unrated, base, settings, choice.scale_id)
    if not listed:
        _check_parts(out, result, kept, unrated, totals, rated_totals, base, counted, outside, settings, whole=whole)
        _check_running(out, levels, running, kept, choice, settings)
    check_shares(out, result, shares, levels, unrated, totals, counted, outside, base, settings)


def _only_total(
    out: Readout,
    result: Settled,
    unrated: list[Observation],
    totals: list[Observation],
    base: Row,
    settings: Settings,
    scale_id: str,
) -> None:
    _add_unrated(result, unrated, base, settings, scale_id)
    if not totals:
        return
    out.marks.update((o.cell, "checked") for o in totals)
    total, covered, cell = totals[0].value, sum(o.value for o in unrated), totals[0].cell
    result.coverage.append(coverage_row(base, total, covered, own_total=True))
    if total > covered:
        out.note("used", "chi_co_tong_so", [cell], f"{cells_vi([cell])}: có tổng số {total}"
                 f" {who_vi(base, settings)} nhưng không có cột mức xếp loại nào có số, chưa rõ kết quả.")  # fmt: skip


def _ask_outside(out: Readout, levels: list[Observation], base: Row, choice: Choice, settings: Settings) -> None:
    """A unit of a list rated in words of another scale than the list's own is set aside alone."""
    labels = ", ".join(settings.scales.labels(choice.scale_id))
    for o in levels:
        text = out.sheet.text(*o.cell)
        message = (
            f"{cells_vi([o.cell])}: mức “{text}” không thuộc thang xếp loại mà biểu dùng cho {who_vi(base, settings)} năm"
            f" {base['year']} ({labels}). Đề nghị ghi lại mức."
        )
        out.note("aside", "muc_xep_loai_la", [o.cell], message, text)


def _add_unrated(
    result: Settled, unrated: list[Observation], base: Row, settings: Settings, scale_id: str = "khong_xac_dinh"
) -> None:
    """Unrated units, one row for each reason that the form tells apart."""
    kinds: dict[str, list[Observation]] = {}
    for o in unrated:
        if o.value:
            kinds.setdefault(settings.scales.unrated_kinds.get(o.code, o.code), []).append(o)
    for kind, members in kinds.items():
        result.ratings.append(
            {
                **base,
                "scale_id": scale_id,
                "rating": UNRATED,
                "unrated_kind": kind,
                "rank": None,
                "good_or_better": None,
                "fair_or_better": None,
                "weak": None,
                "score": None,
                "count": sum(o.value for o in members),
                "cells": [o.cell for o in members],
            }
        )


def _check_parts(
    out: Readout,
    result: Settled,
    kept: list[Observation],
    unrated: list[Observation],
    totals: list[Observation],
    rated_totals: list[Observation],
    base: Row,
    counted: int,
    outside: int,
    settings: Settings,
    *,
    whole: bool,
) -> None:
    for o in (*totals, *rated_totals):
        out.marks[o.cell] = "checked"
    printed = totals[0].value if totals else None
    expected = counted + outside
    gone = sum(o.value for o in unrated if settings.scales.unrated_kinds.get(o.code) in settings.gone)
    if printed is not None and printed not in (counted, counted + outside, counted + outside - gone):
        cells = [totals[0].cell, *(o.cell for o in kept if o.code)]
        short = printed > counted + outside
        out.note(
            "used",
            "tong_khong_khop",
            cells,
            f"{cells_vi(cells[:1])}: tổng số {who_vi(base, settings)} của {base['area_name']} ghi {printed}, cộng các mức được"
            f" {counted}{f' (chưa xếp loại {outside})' if outside else ''}; "
            + (f"{printed - counted - outside} đơn vị chưa rõ kết quả." if short else "đề nghị kiểm tra lại."),
            str(printed),
        )
        if short:
            expected = printed
    if rated_totals and rated_totals[0].value != counted:
        out.note(
            "used",
            "tong_khong_khop",
            [rated_totals[0].cell],
            f"{cells_vi([rated_totals[0].cell])}: số được xếp loại ghi {rated_totals[0].value}, cộng các mức được {counted}.",
            str(rated_totals[0].value),
        )
    # A group of which a level could not be read is not told whole, though nobody printed its total.
    own = (
        (None if whole else False)
        if printed is None
        else printed in (counted, counted + outside, counted + outside - gone)
    )
    result.coverage.append(coverage_row(base, expected, counted + outside, own_total=own))


def _check_running(
    out: Readout,
    levels: list[Observation],
    running: frozenset[str],
    kept: list[Observation],
    choice: Choice,
    settings: Settings,
) -> None:
    for o in levels:
        if o.code not in running:
            continue
        flag = "good_or_better" if "hoàn thành" in o.code else "fair_or_better"
        rows = settings.scales.rows
        if any(rows[choice.scale_id, rating][flag] is None for rating in choice.levels.values()):
            continue
        better = "dưới" not in o.code
        expected = sum(k.value for k in kept if k.code and rows[choice.scale_id, choice.levels[k.code]][flag] is better)
        if expected != o.value:
            out.note(
                "used",
                "tong_khong_khop",
                [o.cell],
                f"{cells_vi([o.cell])}: “{o.code}” ghi {o.value}, cộng các mức được {expected}.",
                str(o.value),
            )
