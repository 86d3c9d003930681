"""A unit's score beside its level: kept, and asked about where the two contradict each other."""

from danvan_analysis.intake.numbers import NotANumber, read_share
from danvan_analysis.intake.observe import Observation, Readout
from danvan_analysis.intake.settled import Row, Settings, Settled, cells_vi, who_vi
from danvan_analysis.tables import UNRATED
from danvan_analysis.text import number


def read_score(text: str) -> float | None:
    """Read points, with the word or without; None where the text is no number.

    >>> read_score("88,25"), read_score("19,5 điểm"), read_score("tốt")
    (88.25, 19.5, None)
    """
    try:
        share = read_share(text.removesuffix("điểm").strip())
    except NotANumber:
        return None
    return share.value if share else None


def settle_scores(
    out: Readout, result: Settled, scores: list[Observation], base: Row, settings: Settings, first: int
) -> None:
    """Put the score of one unit on its rating row (the rows from `first` on are this group's).

    A score without a level gives no level: the facts' bounds say what a level needs, not who confirmed it.
    """
    rows = [row for row in result.ratings[first:] if row["rating"] != UNRATED]
    for o in scores:
        text = out.sheet.text(*o.cell)
        score = read_score(text)
        where = f"{cells_vi([o.cell])}: {base['unit_name'] or base['area_name']}"
        if score is None:
            if text.strip(" -–—./…"):
                out.note(
                    "aside",
                    "so_khong_doc_duoc",
                    [o.cell],
                    f"{where} ghi điểm “{text}”; không đọc được thành số điểm.",
                    text,
                )
            else:
                out.marks.pop(o.cell, None)
        elif len(rows) != 1 or rows[0]["count"] != 1:
            message = (
                f"{where} có {text} điểm nhưng không có mức xếp loại của một đơn vị; phần mềm không suy mức từ điểm. Đề nghị"
                " ghi mức."
            )
            out.note("aside", "diem_khong_co_muc", [o.cell], message, text)
        else:
            row = rows[0]
            row["score"] = score
            row["cells"] = [*row["cells"], o.cell]
            level = settings.scales.rows[row["scale_id"], row["rating"]]
            if settings.scales.fits_score(row["scale_id"], row["rating"], score) is False:
                message = (
                    f"{where} ({who_vi(base, settings)}) xếp loại {level['label_vi']} ({number(level['min_score'])}–"
                    f"{number(level['max_score'])} điểm) nhưng ghi {text} điểm. Phần mềm dùng mức xếp loại; đề nghị kiểm tra lại."
                )
                out.note("used", "diem_khong_khop", [o.cell], message, text)
