"""Texts of XML parts: properties, comments, text boxes, headers and footers. They are asked for marks and go nowhere else."""

import re
from xml.etree import ElementTree

#: The elements of a sheet that print at the head and foot of its pages.
HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
#: Elements after which a text goes on in a line of its own.
_LINES = frozenset({"p", "si", "comment", "threadedComment", "br", "div", "property", "text"})
#: Codes of a page header: its three parts, fonts, sizes, colours, page numbers.
_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d+|[A-Za-z])')
_HEADER = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)<")


#: What an element of this name switches on unless its value says otherwise.
_OFF = {"0", "false", "none"}


class NotText(Exception):
    """A part that is no well-formed XML."""


def local(tag: object) -> str:
    """The name of an element or attribute without its namespace."""
    return str(tag).rpartition("}")[2]


def parse(data: bytes) -> ElementTree.Element:
    """Parse a part; NotText where it is not well formed."""
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise NotText(str(error)) from error


def texts_of(data: bytes, only: frozenset[str] = frozenset()) -> list[str]:
    """Give the texts of a part, each paragraph and each single run; with HEADERS, the pieces of a sheet's page headers.

    >>> texts_of(b"<a><p><t>M</t><t>T</t></p></a>")
    ['MT', 'M', 'T']
    """
    if only:
        raw = (
            [match.decode("utf-8", "replace") for match in _HEADER.findall(data)]
            if b"Header" in data or b"Footer" in data
            else []
        )
        pieces = [piece for text in raw for piece in _CODES.split(_unescape(text))]
        return [piece for piece in pieces if piece.strip()]
    runs: list[str] = []
    lines: list[str] = []
    for element in parse(data).iter():
        said = [text for text in (element.text, element.tail) if text and text.strip()]
        runs += said
        if local(element.tag) in _LINES:
            lines.append(
                "".join(text for e in element.iter() for text in (e.text, e.tail if e is not element else "") if text)
            )
    return list(dict.fromkeys(text for text in (*lines, *runs) if text.strip()))


def _unescape(text: str) -> str:
    text = re.sub(r"&#(\d{1,6});", lambda match: chr(int(match[1])), text)
    text = re.sub(r"&#x([0-9A-Fa-f]{1,5});", lambda match: chr(int(match[1], 16)), text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def is_struck(item: ElementTree.Element) -> bool:
    """Whether a rich text is withdrawn: every run that says something is struck, or any run that holds a digit."""
    runs = [e for e in item.iter() if local(e.tag) == "r"]
    said = [(_text(run), has_on(run, "strike")) for run in runs]
    said = [(text, struck) for text, struck in said if text.strip()]
    return bool(said) and (
        all(struck for _, struck in said) or any(struck and re.search(r"\d", text) for text, struck in said)
    )


def _text(run: ElementTree.Element) -> str:
    return "".join(e.text or "" for e in run.iter() if local(e.tag) == "t")


def has_on(element: ElementTree.Element, name: str) -> bool:
    """Whether a font property stands in an element and is not switched off."""
    return any(local(e.tag) == name and e.get("val", "1").lower() not in _OFF for e in element.iter())
