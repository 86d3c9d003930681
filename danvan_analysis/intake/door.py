"""What is stopped at the door: files that bear a secrecy mark. What only circulates inside is read, and said."""

import re
from collections.abc import Iterator

from danvan_analysis.cells import Document
from danvan_analysis.text import fold

#: The marks without spaces and signs: in Unicode, in the two legacy encodings (TCVN3, VNI), and without accents where
#: that can be no other word.
_MARKS = frozenset(
    ("mật", "tốimật", "tuyệtmật", "mët", "tèimët", "tuyötmët", "maät", "toáimaät", "tuyeätmaät", "toimat", "tuyetmat")
)
_LONGEST_MARK = 60
#: All that is said of a file with a mark, besides its name.
SECRET = "Tệp có dấu chỉ độ mật; phần mềm không đọc. Đề nghị xử lý theo quy định."
_NO_LETTER = re.compile(r"[\W_\d]+")
_LEVEL = re.compile(r"(?<!\w)(?:độ|mức)\s+mật\s*[:\-–]\s*[(\"“]?\s*(?:tuyệt\s+mật|tối\s+mật|mật)(?!\w)(?!\s+độ)")
_INSIDE = re.compile(r"(?<!\w)lưu hành nội bộ(?!\w)")

#: Nearly every text of a return is told from a mark by its letters alone.
_LETTERS = frozenset("mM")


def is_secret(document: Document) -> bool:
    """Whether a secrecy mark stands alone in a cell, a text or a sheet's name, or after "Độ mật:" anywhere.

    "mật độ", "bảo mật", "bí mật" are words like others.
    """
    return any(_bears_mark(text) for text in _texts(document) if not _LETTERS.isdisjoint(text))


def is_internal(document: Document) -> bool:
    """Whether a document says "LƯU HÀNH NỘI BỘ": it may be used, and what is made of it should say so too.

    >>> is_internal(Document("", b"", texts=["(Lưu hành  nội bộ)"]))
    True
    """
    return any(len(text) < 200 and _INSIDE.search(fold(text)) for text in _texts(document))


def _bears_mark(text: str) -> bool:
    folded = fold(text)
    if len(folded) < _LONGEST_MARK:
        bare = _NO_LETTER.sub("", folded)
        if bare.removeprefix("độmật").removeprefix("mứcđộ").removeprefix("dấu") in _MARKS or bare in _MARKS:
            return True
    return "mật" in folded and _LEVEL.search(folded) is not None


def _texts(document: Document) -> Iterator[str]:
    """Every different text of a document, inside its cells and outside."""
    said = {text for text in document.texts if text.strip()}
    for sheet in document.sheets:
        said.add(sheet.name)
        said |= sheet.distinct
    yield from said
