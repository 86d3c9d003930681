"""Scales and wordings: ranks without gaps, flags in the order of the ranks, no wording that means two levels."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from danvan_analysis.facts.model import Row, items
from danvan_analysis.text import fold

UNRATED = "chua_xep_loai"
ANY_SCALE = "*"


def check_scales(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Tell of gaps in ranks, flags that contradict the ranks or each other, and bands of points that overlap."""
    scales: dict[str, list[Row]] = {}
    for row in rows["scales"]:
        if row.values["rating"] == UNRATED:
            yield f'{row.place}: "{UNRATED}" không phải một mức của thang.'
        if row.values["rank"].isdigit():
            scales.setdefault(row.values["scale_id"], []).append(row)
    for scale_id, levels in scales.items():
        levels.sort(key=lambda row: int(row.values["rank"]))
        ranks = [int(row.values["rank"]) for row in levels]
        if ranks != list(range(1, len(ranks) + 1)):
            found = ", ".join(map(str, ranks))
            yield f"{levels[0].place}: thang {scale_id} phải có thứ bậc 1 đến {len(ranks)} liền nhau, đang là {found}."
        for better, worse in pairwise(levels):
            yield from _flags_fall(scale_id, better, worse)
            if _overlap(better, worse):
                yield f"{worse.place}: khoảng điểm chồng lên mức trên ({better.values['label_vi']})."
        for row in levels:
            if row.values["weak"].lower() == "true" and "true" in _flags(row):
                yield f"{row.place}: một mức không thể vừa yếu vừa đạt khá hoặc hoàn thành tốt trở lên."


def check_scale_use(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Tell of years in the wrong order or told twice, and of unit types an organisation does not have."""
    owners = {row.values["unit_type"]: items(row.values["organisations"]) for row in rows["unit_types"]}
    spans: dict[tuple[str, ...], list[tuple[str, str, Row]]] = {}
    for row in rows["scale_use"]:
        organisation, unit_type = row.values["organisation"], row.values["unit_type"]
        begin, end = row.values["year_from"], row.values["year_to"] or "9999"
        if begin > end:
            yield f"{row.place}: năm bắt đầu {begin} sau năm kết thúc {end}."
        if unit_type in owners and organisation not in owners[unit_type]:
            yield f"{row.place}: {organisation} không có loại đơn vị {unit_type} (unit_types.csv)."
        spans.setdefault(row.key(("organisation", "unit_type", "scale_id")), []).append((begin, end, row))
    for same in spans.values():
        for (_, end, earlier), (begin, _, later) in pairwise(sorted(same, key=lambda span: span[0])):
            if begin <= end:
                yield f"{later.place}: chồng năm với dòng {earlier.line} cho cùng tổ chức, loại đơn vị và thang."


def check_wordings(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    """Tell of wordings without a level, with two levels in one scale, or both a level and no rating."""
    levels = {row.key(("scale_id", "rating")) for row in rows["scales"]} | {(ANY_SCALE, UNRATED)}
    scales = {scale_id for scale_id, _ in levels}
    meant: dict[tuple[str, str], Row] = {}
    for row in rows["rating_wordings"]:
        wording, scale_id, rating = (row.values[column] for column in ("wording", "scale_id", "rating"))
        if scale_id in scales and (scale_id, rating) not in levels:
            yield f'{row.place}: thang {scale_id} không có mức "{rating}".'
        first = meant.setdefault((scale_id, fold(wording)), row)
        if first.values["rating"] != rating:
            yield f'{row.place}: "{wording}" đã là mức {first.values["rating"]} trong cùng thang (dòng {first.line}).'
    for (scale_id, folded), row in meant.items():
        if scale_id != ANY_SCALE and (ANY_SCALE, folded) in meant:
            other = meant[(ANY_SCALE, folded)].line
            yield f'{row.place}: "{row.values["wording"]}" vừa là một mức vừa là chưa xếp loại (dòng {other}).'


def _flags(row: Row) -> tuple[str, str]:
    return row.values["good_or_better"].lower(), row.values["fair_or_better"].lower()


def _flags_fall(scale_id: str, better: Row, worse: Row) -> Iterator[str]:
    for name, above, below in zip(("good_or_better", "fair_or_better"), _flags(better), _flags(worse), strict=True):
        if (above, below) == ("false", "true"):
            yield f'{worse.place}: thang {scale_id}, mức dưới đạt "{name}" mà mức trên thì không.'


def _overlap(better: Row, worse: Row) -> bool:
    low, high = better.values["min_score"], worse.values["max_score"]
    try:
        return bool(low and high) and float(high) >= float(low)
    except ValueError:
        return False
