"""Printed percentages against the counts beside them: rounded, cut, on another base, or not to be had."""

from danvan_analysis.cells import address
from danvan_analysis.intake.numbers import Share, share_agrees
from danvan_analysis.intake.observe import Observation, Readout
from danvan_analysis.intake.settled import (
    Row,
    Settings,
    Settled,
    who_vi,
)


def check_shares(
    out: Readout,
    result: Settled,
    shares: list[Observation],
    levels: list[Observation],
    unrated: list[Observation],
    totals: list[Observation],
    counted: int,
    outside: int,
    base: Row,
    settings: Settings,
) -> None:
    if not shares:
        return
    values = {f"level:{o.code}": o.value for o in levels} | {f"unrated:{o.code}": o.value for o in unrated}
    by_row = {o.cell[0]: o for o in levels}
    total = totals[0].value if totals else None
    bases = {"đơn vị được xếp loại": counted, "cả đơn vị chưa xếp loại": counted + outside}
    if total is not None:
        bases["tổng số ghi trên biểu"] = total
    who = f"{who_vi(base, settings)} {base['area_name']}"
    for o in shares:
        count = values.get(o.code)
        if o.code == "level:" and len(levels) >= 1:
            # Long tables: one level a row, its share beside its count.
            owner = by_row.get(o.cell[0])
            count = owner.value if owner else None
        if count is None:
            if o.value.value == 0:
                # 0 % beside a blank count: none.
                continue
            if o.code.startswith(("total:", "rated_total:")):
                continue
            out.note(
                "aside",
                "thieu_so_luong",
                [o.cell],
                f"Ô {address(*o.cell)}: {who_vi(base, settings)}, {base['area_name']} có tỷ lệ"
                f" {out.sheet.text(*o.cell)} nhưng không có số lượng tương ứng để đối chiếu.",
                out.sheet.text(*o.cell),
            )
            continue
        judge_share(out, result, o, count, bases, base, who)


def judge_share(
    out: Readout, result: Settled, o: Observation, count: int, bases: dict[str, int], base: Row, who: str
) -> None:
    share: Share = o.value
    how, used = None, ""
    for name, size in bases.items():
        how = share_agrees(share, count, size)
        if how:
            used = name
            break
    first = next(iter(bases.values()))
    result.shares.append(
        {
            "area_id": base["area_id"],
            "area_name": base["area_name"],
            "year": base["year"],
            "organisation": base["organisation"],
            "unit_type": base["unit_type"],
            "count": count,
            "denominator": bases.get(used, first),
            "printed": out.sheet.text(*o.cell),
            "how": how or "khong_khop",
            "base": used or None,
            "source_cell": address(*o.cell),
        }
    )
    if how is None:
        exact = 100 * count / first if first else 0.0
        out.note(
            "used",
            "ty_le_khong_khop",
            [o.cell],
            f"Ô {address(*o.cell)}: tỷ lệ ghi {out.sheet.text(*o.cell)}, tính từ số lượng ({count}/{first}, {who}) là"
            f" {exact:.2f}%".replace(".", ",")
            + "; phần mềm dùng số lượng.",
            out.sheet.text(*o.cell),
        )
