"""What is stopped at the door: files that bear a secrecy mark."""

import re
from collections.abc import Iterator

from danvan_analysis.cells import Document
from danvan_analysis.text import fold

_SECRET = re.compile(r"(?:độ mật\s*:?\s*)?(?:tuyệt mật|tối mật|mật)")

#: Nearly every text of a return is told from a mark by its letters alone.
_LETTERS = frozenset("mM")


def is_secret(document: Document) -> bool:
    """Whether a secrecy mark stands alone in a cell or text, or after "Độ mật:"; "mật độ" and "bảo mật" are words like others."""
    short = {text for text in _texts(document) if len(text) < 40}
    return any(_SECRET.fullmatch(fold(text).strip(" .:")) for text in short if not _LETTERS.isdisjoint(text))


def _texts(document: Document) -> Iterator[str]:
    yield from document.texts
    for sheet in document.sheets:
        for row in sheet.rows:
            yield from (value for value in row if isinstance(value, str))
