"""What each column of a table means: the composition of the words above it, from the top of its header to its foot."""

from dataclasses import dataclass, replace
from functools import cached_property

from danvan_analysis.cells import Sheet
from danvan_analysis.intake.blocks import LEADING, Block
from danvan_analysis.intake.names import Gazetteer
from danvan_analysis.intake.vocabulary import Reading, Vocabulary

#: Columns whose cells feed or check a figure.
FIGURES = (
    "level",
    "unrated",
    "total",
    "rated_total",
    "count",
    "measure",
    "share",
    "rating",
    "value",
    "score",
    "index_rank",
    "sum",
)
#: Columns that say nothing that is summed.
SILENT = ("note", "change", "target")
#: Columns whose figures are not results: what they name is not what the table is about.
BESIDE = (*SILENT, "plan", "part", "detail", "unknown", "empty", "person")


@dataclass(frozen=True)
class Column:
    """One column: its role, what it counts, and for a printed share the column it is the share of."""

    index: int
    path: tuple[str, ...]
    role: str
    organisation: str | None = None
    unit_type: str | None = None
    year: int | None = None
    area_id: str | None = None
    code: str = ""
    rated_by: str | None = None
    of: int | None = None
    #: Whether a storey of its header has words nobody knows.
    vague: bool = False

    @cached_property
    def header(self) -> str:
        """The header as printed, storeys joined."""
        return " / ".join(self.path)


def read_columns(sheet: Sheet, block: Block, vocabulary: Vocabulary, gazetteer: Gazetteer) -> list[Column]:
    """Give the meaning of every column of a table, left to right."""
    columns: list[Column] = []
    for c in range(block.left, block.right + 1):
        path = block.header_text(sheet, c)
        column = _column(c, path, _storeys(path, vocabulary), gazetteer)
        if column.role == "share" and column.of is None:
            column = replace(column, of=_neighbour(column, columns))
        columns.append(column)
    return [replace(c, of=_sibling(c, columns) or c.of) if c.role == "share" else c for c in columns]


def _storeys(path: tuple[str, ...], vocabulary: Vocabulary) -> list[Reading]:
    """Read a header storey by storey; a level cut in two ("Trong sạch, vững mạnh" over "Tiên tiến") is read as one.

    So is a measure cut in two: "Số cuộc" under "Đối thoại với Nhân dân", "Được công nhận" under "Mô hình Dân vận khéo".
    """
    readings = [vocabulary.read(text) for text in path]
    if len(path) > 1 and not readings[-1].measure:
        whole = [vocabulary.read(f"{one} {other}") for one, other in ((path[-1], path[-2]), (path[-2], path[-1]))]
        told = [r for r in whole if [token.role for token in r.tokens] == ["measure"] and not r.rest]
        if told:
            return [*readings[:-2], told[0]]
    if len(path) > 1 and readings[-2].has("level") and (readings[-1].has("level") or readings[-1].rest):
        joined = vocabulary.read(f"{path[-2]} {path[-1]}")
        if len(joined.values("level")) == 1 and not joined.rest:
            return [*readings[:-2], joined]
    return readings


def _column(c: int, path: tuple[str, ...], readings: list[Reading], gazetteer: Gazetteer) -> Column:
    if not path:
        return Column(c, path, "empty")
    year = next((r.years[0] for r in reversed(readings) if len(r.years) == 1), None)
    role, code = _role(readings)
    if role == "unknown":
        found = gazetteer.find(path[-1], level="any", within=None)
        if len(found) == 1:
            return Column(c, path, "value", year=year, area_id=found[0].area_id)
    return Column(
        c,
        path,
        role,
        organisation=_last(readings, "organisation"),
        unit_type=_base_type([v for reading in readings for v in reading.values("unit_type")]),
        year=year,
        code=code,
        rated_by="tu_xep_loai"
        if any(r.has("self") for r in readings)
        else "cong_nhan"
        if any(r.has("confirmed") for r in readings)
        else None,
        vague=any(r.rest for r in readings),
    )


def _role(readings: list[Reading]) -> tuple[str, str]:
    leaf = readings[-1]
    everything = [token for reading in readings for token in reading.tokens]
    roles = [token.role for token in everything]
    if "person" in roles:
        return "person", ""
    heads = [head for head in ("target", "change", "measure") if any(r.has(head) for r in readings[:-1])]
    if heads and any(r.has("level") for r in readings):
        # "Kế hoạch năm 2024", "So với năm trước" or "Đảng viên" over levels: not what the organisations reached.
        return "plan", heads[0]
    for role in ("note", "change", "target", "measure_unit"):
        if leaf.has(role) or (role in ("change", "target") and role in roles):
            return role, ""
    if "part_of" in leaf.values("part"):
        introduced = "intro" in [v for r in readings for v in r.values("part")] or any(r.has("level") for r in readings)
        return ("detail" if introduced else "unknown"), ""
    if any(r.has("part") and (r.rest or r.has("unit_type", "organisation")) for r in readings[:-1]):
        # "Trong đó chi hội nghề nghiệp" over levels: a part of the whole beside it.
        return "part", ""
    if leaf.rest or any(reading.several("organisation") for reading in readings):
        return "unknown", ""
    own = next((r for r in reversed(readings) if r.rest or {t.role for t in r.tokens} - {"count", "share"}), leaf)
    if own.rest and not own.has("level", "unrated", "total", "rated_total", "measure"):
        # "SL" under words nobody knows ("Đạt chuẩn") counts that, not the whole.
        return "unknown", ""
    for role in ("score", "index_rank"):
        if leaf.has(role):
            return role, ""
    level_at = [i for i, token in enumerate(everything) if token.role == "level"]
    kind = "share" if "share" in roles else ""
    if level_at:
        after = [t for t in everything[level_at[0] + 1 :] if t.role == "part"]
        if after and len(level_at) == 1:
            return "detail", ""
        return (kind or "level"), everything[level_at[-1]].value
    if "unrated" in roles:
        return (kind or "unrated"), next(t.value for t in everything if t.role == "unrated")
    # The lowest storey that names a measure wins.
    measure = next((reading.measure for reading in reversed(readings) if reading.measure), None)
    if measure and not (leaf.tokens and leaf.tokens[0].role in LEADING):
        return (kind or "measure"), measure
    # "Ban CTMT khóm, ấp" is a kind of unit with its place; "Đoàn huyện, thành phố" are the places of an organisation.
    heads_units = bool(leaf.tokens) and leaf.tokens[0].role == "unit_type"
    if leaf.has(*LEADING) and not kind and not heads_units and not leaf.has("count", "total", "rated_total"):
        return next(role for role in LEADING if leaf.has(role)), ""
    if kind:
        return "share", ""
    for role in ("rated_total", "total"):
        if role in roles:
            return role, ""
    if "count" in roles:
        return "count", ""
    if leaf.has("self", "confirmed", "rating"):
        return "rating", ""
    if any(reading.years for reading in readings) or "organisation" in roles or "unit_type" in roles:
        return "value", ""
    return "unknown", ""


def _last(readings: list[Reading], role: str) -> str | None:
    values = [value for reading in readings for value in reading.values(role)]
    return values[-1] if values else None


def _base_type(types: list[str]) -> str | None:
    """ "Chi hội cấp xã" is a chi hội: what is rated wins over where it stands."""
    base = [kind for kind in types if not kind.startswith("cap_")]
    known = base or types
    return known[-1] if known else None


def _neighbour(share: Column, before: list[Column]) -> int | None:
    """A share without words of its own belongs to the count column before it."""
    for column in reversed(before):
        if share.code and column.role in ("level", "unrated", "measure") and column.code == share.code:
            if (column.organisation, column.year) == (share.organisation, share.year):
                return column.index
        elif not share.code and column.role in FIGURES and column.role != "share":
            return column.index
    return None


def _sibling(share: Column, columns: list[Column]) -> int | None:
    """The count beside a share under one head: "Số chi hội {TL (%) | SL}" prints the share first."""
    beside = [
        c.index
        for c in columns
        if len(share.path) > 1 and c.path[:-1] == share.path[:-1] and c.role in FIGURES and c.role != "share"
    ]
    return beside[0] if len(beside) == 1 else None


def shared_dims(columns: list[Column]) -> dict[str, object]:
    """What the whole table is about by its own header: a year, organisation or unit type that only one column names."""
    dims: dict[str, object] = {}
    for name in ("organisation", "unit_type", "year"):
        values = {getattr(column, name) for column in columns if column.role not in BESIDE} - {None}
        if len(values) == 1:
            dims[name] = values.pop()
    return dims
