"""What is asked of each sender: the year's questions as lines of its sheet, and what it has not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from danvan_analysis.facts import items
from danvan_analysis.output import labels
from danvan_analysis.tables import QUESTIONS, question_id

if TYPE_CHECKING:
    from danvan_analysis.facts import Facts

_DONE = ("da_sua_theo_so_dinh_chinh", "bo_theo_so_dinh_chinh")
_SHOWN_CELLS = 6
#: A cell of Excel holds no more text than eight times this; a question that long is cut.
_LONGEST = 4000


def questions(
    facts: Facts, set_aside: pl.DataFrame, sources: pl.DataFrame, year: int, nature: str
) -> dict[str, list[dict[str, Any]]]:
    """The questions by sender ("" where the file does not say), each once, in the order of files, sheets and cells."""
    # Sheets of questions that came back are no returns; what is unclear in them is the analyst's to see.
    # A file that could not be read may be of any nature.
    unread = pl.col("status").is_in(["refused", "unreadable"])
    own = sources.filter((pl.col("nature") == nature) | unread, pl.col("form_id").ne_missing(QUESTIONS))
    files = own.group_by("source_file").agg(pl.col("sha256").first(), owner=pl.col("sender").drop_nulls().first())
    rows = set_aside.join(files, on="source_file", how="inner").filter(
        pl.col("year").is_null() | (pl.col("year") == year)
    )
    needed = facts.settings["reconciliation"]["needed"]
    asked: dict[str, list[dict[str, Any]]] = {}
    rows = rows.with_columns(sender=pl.coalesce("sender", "owner", pl.lit("")))
    same = ["sender", "source_file", "source_sheet", "sha256", "effect", "reason", "message_vi"]
    # The same words about several cells are one question.
    one = rows.group_by(same, maintain_order=True).agg(
        pl.col("source_cell").unique(maintain_order=True).str.join(";"),
        pl.col("found" if "found" in rows.columns else "text").drop_nulls().unique(maintain_order=True).str.join("; "),
    )
    for row in one.sort("source_file", "source_sheet", maintain_order=True).iter_rows(named=True):
        # Too many cells to keep: the answer must name its own.
        cells = ";".join(dict.fromkeys(items(row["source_cell"])))
        cells = cells if len(cells) <= _LONGEST else ""
        message = _cut(row["message_vi"])
        asked.setdefault(row["sender"], []).append({
            "group": "done" if row["reason"] in _DONE else row["effect"],
            "file": row["source_file"], "sheet": row["source_sheet"], "cells": _cells_vi(row["source_cell"]),
            "message": message, "found": _cut(row.get("found") or row.get("text") or ""),
            "needed": needed.get(row["reason"], needed.get(row["effect"], "")),
            "id": question_id(row["sha256"], row["source_sheet"], cells, row["reason"], message),
            "sha256": row["sha256"], "reason": row["reason"], "all_cells": cells,
        })  # fmt: skip
    return asked


def not_sent(facts: Facts, returned: pl.DataFrame | None, year: int, period: str) -> dict[str, list[dict[str, Any]]]:
    """What each expected sender has not sent, one line a target."""
    asked: dict[str, list[dict[str, Any]]] = {}
    if returned is None:
        return asked
    lacking = set(returned.filter(pl.col("state") == "missing").select("sender", "target").iter_rows())
    senders = {row["sender_id"]: row for row in facts.senders.iter_rows(named=True)}
    for sender in returned["sender"].unique(maintain_order=True):
        for target in labels.targets(facts):
            if (sender, target["indicator_id"]) not in lacking:
                continue
            message = (
                f"Chưa nhận được số liệu {labels.when_vi(year, period)} của chỉ tiêu"
                f" {labels.number_of(target['indicator_id'])} ({target['title_vi']})."
            )
            reason = "chua_nhan_duoc"
            asked.setdefault(sender, []).append({
                "group": "missing", "file": "", "sheet": "", "cells": "", "message": message, "found": "",
                "needed": _wanted(facts, target["indicator_id"], senders[sender]),
                "id": question_id("", "", "", reason, message), "sha256": "", "reason": reason, "all_cells": "",
            })  # fmt: skip
    return asked


def _wanted(facts: Facts, indicator_id: str, sender: dict[str, Any]) -> str:
    """What a sender has to send for a target, in words."""
    row = facts.indicators.filter(pl.col("indicator_id") == indicator_id).row(0, named=True)
    if row["table"] == "ratings":
        own = set(items(sender["unit_types"]))
        kinds = [labels.unit_type_vi(facts, kind) for kind in items(row["unit_types"]) if kind in own]
        return f"Cần kết quả xếp loại: {', '.join(kinds)}"
    named = dict(facts.measures.select("measure", "label_vi").iter_rows())
    wanted = dict.fromkeys(m.removeprefix("-") for m in items(row["denominator"]) + items(row["numerator"]))
    return "Cần: " + "; ".join(f"{str(named[m])[0].lower()}{str(named[m])[1:]}" for m in wanted)


def _cells_vi(joined: str) -> str:
    cells = list(dict.fromkeys(items(joined)))
    more = f" … ({len(cells)} ô)" if len(cells) > _SHOWN_CELLS else ""
    return ", ".join(cells[:_SHOWN_CELLS]) + more


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
