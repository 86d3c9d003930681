"""Tables of percentages that do not say so: rows that all add up to 100, or a title that counts in %."""

import re

from danvan_analysis.intake.observe import Key, Observation, Readout
from danvan_analysis.intake.settled import cells_vi
from danvan_analysis.text import fold

_IN_PERCENT = re.compile(r"(?:đơn vị tính|đvt)\s*[:.]?\s*\(?\s*(?:%|phần trăm)|\(\s*%\s*\)")
_SHARES = re.compile(r"\b(?:tỷ|tỉ) lệ\b|%")
#: Rounded percentages add up to 99–101.
_NEAR = range(99, 102)
#: From so many rows on that all add up to 99–101 nobody takes them for counts of units.
_MANY = 3


def looks_like_shares(out: Readout, groups: dict[Key, list[Observation]]) -> bool:
    """Whether the levels of a table are percentages, whoever forgot to say; they are set aside then.

    A title that counts in % settles it. Two rows of exactly 100, or three of 99–101, are no counts, though a total of 100
    is printed in each; one row of 100 may be a district of 100 units: it is used, and asked about.
    """
    levels = {
        key: found
        for key, members in groups.items()
        if (found := [o for o in members if o.what in ("level", "unrated")])
    }
    if any(key[4] is not None or key[6] is not None for key in levels):
        return False
    if not levels or any(o.what == "share" for members in groups.values() for o in members):
        return False
    sums = [total for found in levels.values() if (total := sum(o.value for o in found))]
    totals = {o.value for members in groups.values() for o in members if o.what in ("total", "rated_total")}
    cells = [o.cell for found in levels.values() for o in found]
    title = " ".join(map(fold, out.title))
    near = bool(sums) and all(total in _NEAR for total in sums)
    if _IN_PERCENT.search(title) and not totals - {0, 100}:
        message = f"{cells_vi(cells)}: tiêu đề biểu ghi đơn vị tính là %, không phải số lượng."
    elif near and not totals - {0, *_NEAR} and (
        len(sums) >= _MANY or (len(sums) > 1 and set(sums) == {100}) or _SHARES.search(title)
    ):  # fmt: skip
        exact = "đúng 100" if set(sums) == {100} else "xấp xỉ 100"
        total = "tổng số cũng ghi 100" if totals - {0} else "không có tổng số"
        message = f"{cells_vi(cells)}: mỗi dòng cộng {exact}, {total}; có thể là tỷ lệ phần trăm, không phải số lượng."
    else:
        if sums and set(sums) == {100}:
            message = (
                f"{cells_vi(cells)}: các mức cộng đúng 100; phần mềm hiểu là số lượng. Nếu là tỷ lệ phần trăm, đề nghị ghi lại"
                " số lượng."
            )
            out.note("used", "co_the_la_ty_le", cells, message)
        return False
    out.note("aside", "giong_ty_le", cells, f"{message} Đề nghị ghi số lượng.")
    return True
