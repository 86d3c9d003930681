"""Each measured quantity once per area, by the rule of `once`: the finest source that covers the district feeds."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.statements import Origin

Row = dict[str, Any]
Question = tuple[Origin, str, str, str, list[Row]]


def measures_once(
    rows: list[tuple[Origin, Row]],
    gazetteer: Callable[[int | None], Gazetteer],
    leading: str,
    labels: dict[str, str],
) -> tuple[list[Row], list[Row], list[Question]]:
    """Give the rows that feed, those that only check, and the questions where two statements differ."""
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], list[tuple[Origin, Row]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for origin, row in rows:
        area = gazetteer(row["year"]).areas[row["area_id"]]
        group_area = area.parent_id if area.is_commune else area.area_id
        own = origin.own_year is None or origin.own_year == row["year"]
        detail = 0 if row["unit_id"] else 1 if area.is_commune else 2
        group = (
            row["year"],
            row["period"],
            group_area,
            row["measure"],
            origin.nature,
            row["organisation"],
            row["unit_type"],
        )
        groups[group][row["status"], own, row["channel"], detail].append((origin, row))
    feeding: list[Row] = []
    checking: list[Row] = []
    questions: list[Question] = []
    for group, pools in sorted(groups.items(), key=lambda item: tuple(map(str, item[0]))):
        areas = gazetteer(group[0])
        communes = {a.area_id for a in areas.areas.values() if a.parent_id == group[2] and a.is_commune}
        merged = {pool: _merge(members, labels, questions) for pool, members in pools.items()}

        def order(pool: tuple[Any, ...], merged: Any = merged, communes: set[str] = communes) -> tuple[Any, ...]:
            status, own, channel, detail = pool
            places = {row["area_id"] for _, row in merged[pool][0]}
            complete = detail == 2 or communes <= places
            return (status != "chinh_thuc", not complete, not own, detail, channel != leading)

        ranked = sorted(merged, key=order)
        fed = merged[ranked[0]][0]
        feeding += [row for _, row in fed]
        checking += [
            row
            for kept, spare in merged.values()
            for _, row in (*kept, *spare)
            if (kept is not fed or row in [r for _, r in spare])
        ]
        for pool in ranked[1:]:
            subject = f"Số đo “{labels.get(group[3], group[3])}” năm {group[0]}, {areas.areas[str(group[2])].name}"
            _compare(fed, merged[pool][0], subject, questions)
    return feeding, checking, questions


def _merge(
    members: list[tuple[Origin, Row]], labels: dict[str, str], questions: list[Question]
) -> tuple[list[tuple[Origin, Row]], list[tuple[Origin, Row]]]:
    kept: dict[tuple[Any, ...], tuple[Origin, Row]] = {}
    spare: list[tuple[Origin, Row]] = []
    refused: set[tuple[Any, ...]] = set()
    for origin, row in members:
        place = (row["area_id"], row["unit_id"])
        first = kept.get(place)
        if first is None:
            kept[place] = (origin, row)
            continue
        spare.append((origin, row))
        if (first[1]["value"], first[1]["score"]) == (row["value"], row["score"]):
            continue
        same_sender = first[0].sender == origin.sender and first[0].file != origin.file
        who = f"{row['unit_name']}, {row['area_name']}" if row["unit_name"] else row["area_name"]
        subject = f"{who} năm {row['year']}, “{labels.get(row['measure'], row['measure'])}”"
        text = f"{subject}: “{first[0].file}” ghi {first[1]['value']}, “{origin.file}” ghi {row['value']}."
        tail = (
            "Hai bản khác nhau; phần mềm không chọn bản nào."
            if same_sender
            else f"Phần mềm dùng số của “{first[0].file}”."
        )
        for sender, statement in (first, (origin, row)):
            effect, reason = ("aside", "hai_ban_khac_nhau") if same_sender else ("used", "doi_chieu_lech")
            questions.append((sender, effect, reason, f"{text} {tail} Đề nghị xác nhận.", [statement]))
        if same_sender:
            refused.add(place)
    return [pair for place, pair in kept.items() if place not in refused], spare


def _compare(
    fed: list[tuple[Origin, Row]], other: list[tuple[Origin, Row]], subject: str, questions: list[Question]
) -> None:
    if not fed or not other or any(row["value"] is None for _, row in (*fed, *other)):
        return
    ours, theirs = _by_area(fed), _by_area(other)
    where = ""
    if len(theirs) == 1 and not ours.keys() & theirs.keys():
        # One statement of the whole against its parts.
        if sum(ours.values()) == sum(theirs.values()):
            return
    else:
        differ = [area for area in ours if area in theirs and ours[area] != theirs[area]]
        if not differ:
            return
        fed, other = ([(o, row) for o, row in pairs if row["area_id"] in differ] for pairs in (fed, other))
        names = {row["area_id"]: row["area_name"] for _, row in fed}
        if max(len(ours), len(theirs)) > 1:
            shown = ", ".join(f"{names[area]} {ours[area]} và {theirs[area]}" for area in differ[:4])
            where = f" ({shown}{'…' if len(differ) > 4 else ''})"
    one, two = sum(row["value"] for _, row in fed), sum(row["value"] for _, row in other)
    message = (
        f"{subject}: “{fed[0][0].file}” ghi {one}, “{other[0][0].file}” ghi {two}{where}."
        f" Phần mềm dùng số của “{fed[0][0].file}”; đề nghị hai đơn vị đối chiếu."
    )
    # Each sheet that takes part says it, with all of its cells.
    concerned: dict[int, tuple[Origin, list[Row]]] = {}
    for origin, row in (*fed, *other):
        concerned.setdefault(origin.run, (origin, []))[1].append(row)
    questions += [(origin, "used", "doi_chieu_lech", message, rows) for origin, rows in concerned.values()]


def _by_area(pairs: list[tuple[Origin, Row]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for _, row in pairs:
        sums[row["area_id"]] += row["value"]
    return dict(sums)
