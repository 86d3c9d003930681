"""Legacy Vietnamese text to Unicode: fonts of TCVN3 (ABC) and VNI, and UTF-8 that some program read as Latin letters.

Which encoding a sheet was typed in is decided by all its text together: "Xã" alone is right Unicode, and would be "Xó"
in TCVN3. In a sheet that holds both, only what cannot be Unicode is converted, and what stands in its company. Another
composition of the same letters (NFD) is no other encoding: it stays, and matching looks through it.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from danvan_analysis.cells.sheet import Document, Position, Sheet
from danvan_analysis.cells.syllables import is_syllable

TCVN3, VNI, MOJIBAKE = "TCVN3", "VNI", "UTF-8 bị đọc sai"
_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
#: All letters of Vietnamese that ASCII lacks.
LETTERS = frozenset(unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES if v + t not in "aeiouyAEIOUY")
LETTERS |= {"đ", "Đ"}
#: Those no legacy text shows: they are proof of Unicode.
_PROOF = re.compile(f"[{''.join(sorted(letter for letter in LETTERS if ord(letter) > 255))}]")
_MARKS = re.compile("[\u0300-\u0323]")
#: Legacy letters look like signs and soft hyphens, so only spaces, digits and the marks of ASCII part words.
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~\u2010-\u201f…]+")
#: In a sheet that also shows right Unicode an odd word or two are foreign names; this many are another encoding.
_ENOUGH = 3
#: What UTF-8 of Vietnamese looks like when it is read as cp1252 or cp437, and the signs that may stand beside letters.
_GARBLED = re.compile("[ÂÃÄÅÆ][\x80-\xbf\u0152-\u02dc\u2013-\u2122 ]|á[º»]|ß[╗║]|[├─┼╞┬]")
_SIGNS = frozenset("\u00a0–—‘’“”…•°²³×÷±·½≥≤€§")


def convert_document(document: Document) -> None:
    """Turn the legacy text of a document's sheets and texts into Unicode; each sheet says how many cells were changed."""
    for sheet in document.sheets:
        convert_sheet(sheet)
    kind = next((s.legacy for s in document.sheets if s.legacy in (TCVN3, VNI)), None) or _decide(
        document.texts, mixed=False
    )
    document.texts = [_read(text, kind) for text in document.texts]
    # A mark of secrecy stands alone in its cell, too little to tell an encoding by: it is asked in each of them.
    left = {value for sheet in document.sheets for row in sheet.rows for value in row if type(value) is str}
    short = [text for text in (*sorted(left), *document.texts) if len(text) < 40 and _is_latin(text)]
    document.texts += [read_as(text, kind) for text in short for kind in (TCVN3, VNI) if _mends(text, kind)]


def convert_sheet(sheet: Sheet) -> None:
    """Convert one sheet in place: its cells, the texts above, its name; a cell's font tells its encoding where it is known."""
    fonts = sheet.fonts
    cells = {
        (r, c): value
        for r, row in enumerate(sheet.rows)
        for c, value in enumerate(row)
        if type(value) is str and not value.isascii()
    }
    texts = [*cells.values(), *sheet.above, sheet.name]
    garbled = any(map(_repaired, texts))
    kind = _decide(texts, mixed=any(map(_is_unicode, cells.values())))
    if not (kind or garbled or fonts):
        return
    of_font = {cell: found for cell, font in fonts.items() if (found := kind_of_font(font))}
    if any(_is_unicode(cells.get(cell, "")) for cell in of_font):
        # Right Unicode in cells of a legacy font: the font was left over from an older form and tells nothing.
        of_font = {}
    typed = _typed(cells, kind) if kind else set()
    kinds: set[str] = set()
    for cell, text in cells.items():
        found = of_font.get(cell) or (kind if cell in typed else None)
        new = _read(text, found, garbled)
        if found == TCVN3 and fonts.get(cell, "").upper().endswith("H"):
            # TCVN3 has no capitals with tones: the H fonts draw small letters as capitals.
            new = new.upper()
        if new != text:
            sheet.rows[cell[0]][cell[1]] = new
            sheet.converted += 1
            kinds.add(found if found and _is_latin(text) and not _repaired(text, garbled) else MOJIBAKE)
    sheet.above = [_read(text, kind, garbled) for text in sheet.above]
    sheet.name = _read(sheet.name, kind, garbled)
    sheet.legacy = ", ".join(sorted(kinds))


def kind_of_font(font: str) -> str | None:
    """The encoding a font name tells of: TCVN3 for ".VnTime", VNI for "VNI-Times", None for all others.

    >>> kind_of_font(".VnTimeH"), kind_of_font("VNI-Helve"), kind_of_font("Times New Roman")
    ('TCVN3', 'VNI', None)
    """
    name = font.upper()
    return TCVN3 if name.startswith(".VN") else VNI if name.startswith("VNI") else None


def read_as(text: str, kind: str) -> str:
    """Read a text as one legacy encoding.

    >>> read_as("§ång Th¸p", "TCVN3"), read_as("Hoäi Phuï nöõ", "VNI")
    ('Đồng Tháp', 'Hội Phụ nữ')
    """
    letters, pattern = _tables()[kind]
    return pattern.sub(lambda found: letters[found[0]], text)


def best_reading(vietnamese: str, latin: str) -> str:
    """Of the same bytes as cp1258 and as Latin letters: the latter where they are better Vietnamese read as TCVN3 or VNI."""
    kind = _decide(latin.splitlines(), mixed=False)
    return latin if kind and _soundness(read_as(latin, kind)) > _soundness(vietnamese) else vietnamese


def _soundness(text: str) -> float:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 0


@cache
def _tables() -> dict[str, tuple[dict[str, str], re.Pattern[str]]]:
    """The letters of both encodings, the longer ones looked for first."""
    from viparse.normalize import tcvn3, vni

    # The table of VNI was drawn from documents in which ẳ and the one-sign ỵ did not occur, nor "Aáp" beside "AÁp".
    pairs = dict(vni.VNI.pairs) | {"aú": "ẳ", "AÚ": "Ẳ", "î": "ỵ", "Î": "Ỵ"}
    mixed = {old[0].upper() + old[1]: new.upper() for old, new in pairs.items() if len(old) == 2 and old.islower()}
    both = {TCVN3: dict(tcvn3.TCVN3.pairs), VNI: mixed | pairs}
    return {
        kind: (letters, re.compile("|".join(map(re.escape, sorted(letters, key=len, reverse=True)))))
        for kind, letters in both.items()
    }


def _read(text: str, kind: str | None, garbled: bool = False) -> str:
    return _repaired(text, garbled) or (read_as(text, kind) if kind and _is_latin(text) else text)


def _decide(texts: Iterable[str], *, mixed: bool) -> str | None:
    """The encoding texts were typed in as far as they are no Unicode; None where too little tells of one.

    Told by whole words: in the right encoding "Héi", no Vietnamese syllable, becomes one, and none is broken. In a `mixed`
    sheet others are right Unicode.
    """
    words: Counter[str] = Counter()
    for text, times in Counter(texts).items():
        if _is_latin(text) and not _repaired(text):
            words.update({word: times for word in _WORD.findall(text) if not word.isascii()})
    mended = {kind: sum(times for word, times in words.items() if _mends(word, kind)) for kind in (TCVN3, VNI)}
    # Beside Unicode, "Xã" is Unicode too: what the encoding would break says nothing there.
    broken = {kind: sum(n for word, n in words.items() if not mixed and _breaks(word, kind)) for kind in (TCVN3, VNI)}
    best, other = sorted(mended, key=lambda kind: broken[kind] - mended[kind])
    if mended[best] < (_ENOUGH if mixed else 1) or mended[best] <= broken[best]:
        return None
    return best if mended[best] - broken[best] > mended[other] - broken[other] else None


def _mends(text: str, kind: str) -> bool:
    """Whether a text holds a word, no lone sign, that is no Vietnamese syllable, and is one read as this encoding."""
    words = (word for word in _WORD.findall(text) if len(word) > 1 and not word.isascii() and not is_syllable(word))
    return any(is_syllable(read_as(word, kind)) for word in words)


def _breaks(text: str, kind: str) -> bool:
    """Whether a text holds a Vietnamese syllable that would be none read as this encoding."""
    words = (word for word in _WORD.findall(text) if not word.isascii() and is_syllable(word))
    return any(not is_syllable(read_as(word, kind)) for word in words)


def _typed(cells: Mapping[Position, str], kind: str) -> set[Position]:
    """The cells of a legacy sheet that are legacy: all of Latin letters; beside Unicode, the odd ones and their company.

    "Xã" may be either: the rest of its row decides, then the nearest row that tells; a word it would break stays.
    """
    latin = {cell for cell, text in cells.items() if _is_latin(text)}
    votes = {cell: -1 for cell, text in cells.items() if _is_unicode(text)}
    if not votes:
        return latin
    odd = {cell for cell in latin if _mends(cells[cell], kind)}
    rows: dict[int, int] = {}
    for (r, _), vote in (votes | dict.fromkeys(odd, 1)).items():
        rows[r] = rows.get(r, 0) + vote
    told = sorted(r for r, vote in rows.items() if vote)
    return odd | {cell for cell in latin if not _breaks(cells[cell], kind) and _nearest(rows, told, cell[0]) > 0}


def _nearest(votes: Mapping[int, int], told: list[int], r: int) -> int:
    """The vote of the nearest row that tells; of two as near, that of both together."""
    at = bisect_left(told, r)
    near = told[max(at - 1, 0) : at + 1]
    least = min((abs(row - r) for row in near), default=0)
    return sum(votes[row] for row in near if abs(row - r) == least)


def _is_unicode(text: str) -> bool:
    if _PROOF.search(text):
        return True
    return bool(_MARKS.search(text) and _PROOF.search(unicodedata.normalize("NFC", text)))


def _is_latin(text: str) -> bool:
    return not text.isascii() and not _is_unicode(text)


def _repaired(text: str, garbled: bool = False) -> str | None:
    """UTF-8 that was read as cp1252 ("Huyá»‡n") or cp437 ("Huyß╗çn"), read rightly; None where it is no such text.

    A letter of two Latin ones is no proof ("XÃ BA SAO" with a hard space is right): it needs others in the text, or a
    sheet known to be `garbled`.
    """
    if not _GARBLED.search(text) or _PROOF.search(text):
        return None
    # The second byte of à is a hard space, which many a program has made a plain one.
    for shown in (text, text.replace("Ã ", "Ã\u00a0"), text.replace("├ ", "├\u00a0")):
        for raw in (_bytes(shown, "cp1252"), _bytes(shown, "cp437")):
            try:
                found = unicodedata.normalize("NFC", raw.decode())
            except UnicodeDecodeError:
                continue
            letters = [sign for sign in found if sign in LETTERS]
            strange = {sign for sign in found if not sign.isascii()} - LETTERS - _SIGNS
            sure = garbled or len(set(letters)) > 1 or any(ord(letter) > 255 for letter in letters)
            if letters and sure and not strange:
                return found
    return None


def _bytes(text: str, codec: str) -> bytes:
    """The bytes a text was read from; a letter the code page lacks gives a byte that no UTF-8 has."""
    raw = bytearray()
    for sign in text:
        try:
            raw += sign.encode(codec)
        except UnicodeEncodeError:
            raw.append(ord(sign) if ord(sign) < 256 and codec == "cp1252" else 0xFF)
    return bytes(raw)
