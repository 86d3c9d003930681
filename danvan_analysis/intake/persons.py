"""Tables that rate people, not bodies: their levels look the same, and no target counts them."""

import re
from collections.abc import Iterable
from typing import Any

from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.context import Context
from danvan_analysis.text import fold


def rated_persons(texts: Iterable[str], settings: dict[str, Any]) -> str | None:
    """Give the text above a table that says people are rated in it ("Kết quả xếp loại đoàn viên năm 2023").

    >>> words = {"heads": ["xếp loại"], "who": ["đoàn viên"]}
    >>> rated_persons(["Xếp loại chi đoàn", "Xếp loại đoàn viên các chi đoàn"], {"rated_persons": words})
    'Xếp loại đoàn viên các chi đoàn'
    """
    known = settings["rated_persons"]
    heads, who = ("|".join(re.escape(fold(word)) for word in known[name]) for name in ("heads", "who"))
    pattern = re.compile(rf"\b(?:{heads}) (?:{who})\b")
    return next((text for text in texts if pattern.search(fold(text))), None)


def rates_bodies(columns: list[Column], context: Context, form: dict[str, Any]) -> bool:
    """Whether the levels of a table would be taken for those of bodies: by its columns, or by what stands around it."""
    if form["form_id"] == "chi-tieu-theo-dong":
        return bool(context.organisation or context.unit_type or any(c.organisation or c.unit_type for c in columns))
    return any(column.role in ("level", "rating") for column in columns)
