"""The indicators against their measures: what each kind needs, and that only like is divided by like."""

from collections.abc import Iterator, Mapping

from danvan_analysis.facts.model import Row, items

Rows = Mapping[str, list[Row]]
#: What counts people: a person may hold several memberships and attend many times, so these never divide each other.
_PEOPLE = ("persons", "memberships", "attendances")
_NEEDED = {
    "share": ("numerator", "denominator"),
    "per": ("numerator", "denominator"),
    "count": ("numerator",),
    "index": ("numerator",),
}


def check_indicators(rows: Rows) -> Iterator[str]:
    """Give every indicator that cannot be reckoned as its kind says, one sentence each."""
    measures = {row.values["measure"]: row.values for row in rows["measures"]}
    aimed = {row.values["indicator_id"] for row in rows["targets"]}
    for row in rows["indicators"]:
        kind = row.values["kind"] or "share"
        if row.values["table"] == "ratings":
            yield from _needs(row, ("flag", "unit_types"))
            continue
        yield from _needs(row, _NEEDED.get(kind, ()))
        if kind in ("count", "index") and row.values["denominator"]:
            yield f'{row.place}: chỉ số kiểu "{kind}" không có mẫu số, phải để trống cột "denominator".'
        if kind != "share" and row.values["indicator_id"] in aimed:
            yield f'{row.place}: chỉ số có chỉ tiêu trong targets.csv phải là kiểu "share", không phải "{kind}".'
        if row.values["cumulative"].lower() == "true" and (kind != "share" or "-" in row.values["numerator"]):
            yield f"{row.place}: chỉ số cộng dồn qua các năm phải là tỷ lệ, tử số không có phần trừ đi."
        yield from _alike(row, kind, measures)


def _needs(row: Row, columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        if not row.values[column]:
            yield f'{row.place}: chỉ số tính từ bảng {row.values["table"]} phải có cột "{column}".'


def _alike(row: Row, kind: str, measures: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Say where measures of different things are added, subtracted or divided."""
    top, bottom = (
        [measures[m.removeprefix("-")] for m in items(row.values[c]) if m.removeprefix("-") in measures]
        for c in ("numerator", "denominator")
    )
    index = [m for m in (*top, *bottom) if (m["value_kind"] == "index") != (kind == "index")]
    for m in index:
        wanted = "một số đo kiểu index" if kind == "index" else "các số đếm (count)"
        yield f'{row.place}: chỉ số kiểu "{kind}" cần {wanted}, "{m["measure"]}" là {m["value_kind"]}.'
    if kind == "index" and len(top) > 1:
        yield f"{row.place}: điểm của các chỉ số khác nhau không cộng với nhau."
    if index or kind == "index":
        return
    groups = [top + bottom] if kind == "share" else [top, bottom]
    for group in groups:
        for m in group[1:]:
            if (m["unit_vi"], m["about"]) != (group[0]["unit_vi"], group[0]["about"]):
                yield _unlike(row, group[0], m)
                break
    if kind == "per" and top and bottom:
        one, other = top[0], bottom[0]
        if one["about"] != other["about"] and {one["about"], other["about"]} <= set(_PEOPLE):
            yield _unlike(row, one, other)


def _unlike(row: Row, one: Mapping[str, str], other: Mapping[str, str]) -> str:
    return (
        f'{row.place}: "{one["measure"]}" đếm {one["unit_vi"]} ({one["about"]}), "{other["measure"]}" đếm'
        f" {other['unit_vi']} ({other['about']}); chỉ cộng, trừ, chia những số đếm cùng một thứ (người khác lượt)."
    )
