"""Area names to official codes: exact after parsing the prefix, read within their era; never by nearest score."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from danvan_analysis.facts import Facts
from danvan_analysis.text import fold

_KINDS = {"thanh_pho": "thành phố", "thi_xa": "thị xã", "huyen": "huyện", "phuong": "phường", "thi_tran": "thị trấn",
          "xa": "xã", "tinh": "tỉnh", "khoi": "khối", "llvt": "khối"}  # fmt: skip
_DISTRICT = {"thanh_pho", "thi_xa", "huyen"}
_COMMUNE = {"phuong", "thi_tran", "xa"}
_BLOCK = {"khoi", "llvt"}
_PREFIX = re.compile(
    r"(?:(?P<thanh_pho>thành phố|thành ủy|thành đoàn|thành hội|t\.\s*p\.?|tp\.?(?=[\s.]|$))"
    r"|(?P<thi_xa>thị xã|thị ủy|tx\.?(?=[\s.]|$)|t\.x\.?)"
    r"|(?P<huyen>huyện ủy|huyện đoàn|huyện hội|huyện|h\.|h(?=\s))"
    r"|(?P<phuong>phường|p\.|p(?=\s|\d))|(?P<thi_tran>thị trấn|tt\.?(?=[\s.]|$)|t\.t\.?)"
    r"|(?P<xa>xã|x\.|x(?=\s))|(?P<tinh>tỉnh ủy|tỉnh))\s*\.?\s*"
)
_FOOTNOTE = re.compile(r"\s*\((?:\*+|\d{1,2})\)\s*$|\*+$")
#: "Cao Lãnh (TP)".
_KIND_AFTER = re.compile(
    r"(.+?)\s*\(\s*(tp\.?|thành phố|tx\.?|thị xã|huyện|h\.?|xã|x\.?|phường|p\.?|thị trấn|tt\.?)\s*\)"
)
#: "thị trấn Thường Thới Tiền": five words, and one more for a name longer than today's.
_LONGEST_NAME = 6
_COMMUNE_WORD = re.compile(r"\b(?:xã|phường|thị trấn)\s")
#: Words that stand before an area's name and say only whose return it is.
_LEAD = re.compile(r"^(?:(?:ubnd|ủy ban nhân dân|đảng bộ|đảng ủy|ban dân vận|bdv|địa bàn|toàn)\s+)+")


@dataclass(frozen=True)
class Area:
    """An area as it stood in a given year."""

    area_id: str
    name: str
    kind: str
    parent_id: str | None
    district_name: str | None

    @property
    def is_province(self) -> bool:
        """Tỉnh, thành phố trực thuộc Trung ương."""
        return self.parent_id is None

    @property
    def is_district(self) -> bool:
        """Thành phố thuộc tỉnh, thị xã, huyện."""
        return self.kind in _DISTRICT and self.parent_id is not None

    @property
    def is_commune(self) -> bool:
        """Xã, phường, thị trấn."""
        return self.kind in _COMMUNE

    @property
    def is_block(self) -> bool:
        """A sender of the province that is no district: khối, đơn vị trực thuộc, lực lượng vũ trang."""
        return self.kind in _BLOCK


def end_of(year: int) -> date:
    """The day on which a year's names and codes are read; 2025's first half still had districts."""
    return date(2025, 6, 30) if year == 2025 else date(year, 12, 31)


class Gazetteer:
    """The areas of one year, found by name within a parent."""

    def __init__(self, facts: Facts, year: int) -> None:
        day = end_of(year)
        self.areas: dict[str, Area] = {}
        rows = [
            row
            for row in facts.areas.iter_rows(named=True)
            if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day)
        ]
        names = {row["area_id"]: row for row in rows}
        for row in rows:
            parent = names.get(row["parent_id"])
            own_district = row["name"] if row["kind"] in _DISTRICT and row["parent_id"] else None
            district = parent["name"] if row["kind"] in _COMMUNE and parent else own_district
            self.areas[row["area_id"]] = Area(row["area_id"], row["name"], row["kind"], row["parent_id"], district)
        self.home = str(facts.resolution["province_id"])
        self._bare: dict[str, list[Area]] = {}
        self._full: dict[str, list[Area]] = {}
        #: Other spellings of districts with their prefix, for letterheads.
        self._spelt: list[tuple[str, Area]] = []
        for area in self.areas.values():
            kind, bare = split_prefix(area.name)
            self._bare.setdefault(bare, []).append(area)
            self._full.setdefault(f"{_KINDS[kind or area.kind]} {bare}", []).append(area)
        for row in facts.area_variants.iter_rows(named=True):
            area_or_none = self.areas.get(row["area_id"])
            if area_or_none:
                kind, bare = split_prefix(row["variant"])
                self._bare.setdefault(bare, []).append(area_or_none)
                self._full.setdefault(f"{_KINDS[kind or area_or_none.kind]} {bare}", []).append(area_or_none)
                if kind and area_or_none.is_district:
                    self._spelt.append((f"{_KINDS[kind]} {bare}", area_or_none))

    def find(self, text: str, *, level: str, within: str | None) -> list[Area]:
        """Give every area a label can mean; one is an answer, none or several a question.

        `level` is `district` (a province's blocks stand beside its districts), `commune` or `any`; `within` limits
        communes to a district (or its province) and districts to a province (None: the home province). An official code
        is as good as a name.
        """
        return list(self._find(text, level, within))

    @lru_cache(maxsize=8192)  # noqa: B019 - one gazetteer a year lives as long as the run
    def _find(self, text: str, level: str, within: str | None) -> tuple[Area, ...]:
        label = _LEAD.sub("", _FOOTNOTE.sub("", fold(text)).strip(" .,:;-–+*"))
        after = _KIND_AFTER.fullmatch(label)
        kind, bare = split_prefix(f"{after[2]} {after[1]}" if after else label)
        # Folding takes the capitals of a code that has letters ("87-K1").
        code = label if label in self.areas else label.upper()
        found = (
            [self.areas[code]]
            if code in self.areas
            else self._full.get(f"{_KINDS[kind]} {bare}", [])
            if kind
            else self._bare.get(bare, [])
        )
        if not found and re.search(r"[^\W\d]\d$", bare):
            # "Tháp Mười2": a footnote's number that lost its place above the line.
            found = self._full.get(f"{_KINDS[kind]} {bare[:-1]}", []) if kind else self._bare.get(bare[:-1], [])
        kept = {
            area.area_id: area
            for area in found
            if self._inside(area, within)
            and (
                level == "any"
                or (kind and area.is_province)
                or (area.is_district or area.is_block if level == "district" else area.is_commune)
            )
        }
        return tuple(kept.values())

    def _inside(self, area: Area, within: str | None) -> bool:
        if within is None:
            within = self.home
        if area.area_id == within or area.parent_id == within:
            return True
        parent = self.areas.get(area.parent_id or "")
        return parent is not None and parent.parent_id == within

    def mentions(self, text: str, *, bare: bool = False, within: str | None = None) -> list[Area]:
        """Give the provinces and districts a longer text names with their prefix ("HUYỆN UỶ TAM NÔNG").

        With `bare`, names without a prefix count too, where only one district bears them (file and sheet names).
        """
        return list(self._mentions(text, bare, within))

    @lru_cache(maxsize=8192)  # noqa: B019 - as above; every table of a sheet asks for the same lines
    def _mentions(self, text: str, bare: bool, within: str | None) -> tuple[Area, ...]:
        expanded = " " + expand(fold(text)) + " "
        found: dict[str, Area] = {}
        for area in self.areas.values():
            if area.is_commune or area.is_block or not (area.is_province or self._inside(area, within)):
                continue
            kind, name = split_prefix(area.name)
            if f" {_KINDS[kind or area.kind]} {name} " in expanded:
                found[area.area_id] = area
            elif bare and area.is_district and f" {name} " in expanded:
                same = [
                    other for other in self._bare.get(name, []) if other.is_district and self._inside(other, within)
                ]
                if len(same) == 1:
                    found[area.area_id] = area
        found |= {area.area_id: area for spelt, area in self._spelt if f" {spelt} " in expanded}
        return tuple(found.values())

    def communes_named(self, text: str, *, within: str | None) -> list[Area]:
        """Give the communes a letterhead names with their prefix ("HỘI NÔNG DÂN PHƯỜNG AN LỘC"), in a district or, where
        only one commune of the province bears the name, in the province."""
        expanded = expand(fold(text))
        found: dict[str, Area] = {}
        for match in _COMMUNE_WORD.finditer(expanded):
            said = expanded[match.start() :].split()
            for length in range(min(len(said), _LONGEST_NAME), 1, -1):
                areas = self.find(" ".join(said[:length]), level="commune", within=within)
                if areas:
                    found |= {area.area_id: area for area in areas}
                    break
        return list(found.values())

    def block_named(self, text: str) -> Area | None:
        """Give the block whose name a text ends with ("Hội Phụ nữ Công an tỉnh"), two words at least."""
        home = self.areas.get(self.home)
        said = fold(text)
        said = said.removesuffix(f" {split_prefix(home.name)[1]}") if home else said
        parts = said.split()
        for start in range(len(parts) - 1):
            found = [area for area in self._find(" ".join(parts[start:]), "district", None) if area.is_block]
            if len(found) == 1:
                return found[0]
        return None

    def nearest(self, text: str, *, within: str | None, limit: int = 3) -> list[Area]:
        """Give the areas whose names are most like a text, to suggest; nothing is ever matched by likeness."""
        from rapidfuzz import process

        names = {
            area.area_id: fold(area.name)
            for area in self.areas.values()
            if self._inside(area, within) and not area.is_province
        }
        found = process.extract(fold(text), names, limit=limit, score_cutoff=70)
        return [self.areas[area_id] for *_, area_id in found]


@lru_cache(maxsize=32768)
def split_prefix(text: str) -> tuple[str | None, str]:
    """Split "Tp. Cao Lãnh" into its kind and its folded name; no prefix gives None.

    >>> split_prefix("Tp. Cao Lãnh"), split_prefix("P.1"), split_prefix("Phú Đức")
    (('thanh_pho', 'cao lãnh'), ('phuong', '1'), (None, 'phú đức'))
    """
    label = fold(text)
    match = _PREFIX.match(label)
    if not match or match.end() == len(label):
        return None, label
    return match.lastgroup, re.sub(r"^0+(?=\d)", "", label[match.end() :])


@lru_cache(maxsize=32768)
def expand(text: str) -> str:
    """Write the short and party forms of areas in a folded text out ("huyện ủy" is "huyện", "tp." is "thành phố")."""
    text = re.sub(r"[()\[\],:;_/]|(?<!\w)-|-(?!\w)", " ", text)
    for short, full in (
        (r"\bhuyện (?:ủy|đoàn|hội)\b", "huyện"), (r"\bthành (?:ủy|đoàn|hội)\b(?! tp| thành phố)", "thành phố"),
        (r"\bthị ủy\b", "thị xã"), (r"\btỉnh (?:ủy|đoàn|hội)\b", "tỉnh"),
        (r"\bt\.?\s?p\b\.?\s*", "thành phố "), (r"\bt\.?x\b\.?\s*", "thị xã "), (r"\bh\.\s*", "huyện "),
    ):  # fmt: skip
        text = re.sub(short, full, text)
    return " ".join(re.sub(r"[.\-](?=\s|$)", " ", text).split())
