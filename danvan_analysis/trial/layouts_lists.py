"""Layouts with a row a unit or body: lists (own rating | confirmed), crosses, the matrix of written levels."""

from random import Random

from .kinds import BODIES, BODY_NAMES, BODY_SHORT, COMMUNE_NAMES, COMMUNE_SHORT, KINDS, scale_of
from .manner import Manner
from .paper import Cell, Leaf, Row, Table
from .places import District, spell_commune
from .scales import SCALES, Scale
from .tally import body_level, present, unit_level
from .truth import Truth

_UNRATED_CELL = "Chưa xếp loại"


def own_view(level: int | None, scale: Scale, rng: Random, modest: float | None = None) -> int | None:
    """Give what a unit says of itself: nearly always the confirmed level, else one up or down alike (no leniency).

    `modest` plants the other thing: so often a unit gives itself one level less, and is raised. With it the best units
    do not differ otherwise: they have no level above, and would be raised more often than lowered by that alone.
    """
    if level is not None and modest is not None:
        if rng.random() < modest:
            return min(len(scale.levels) - 1, level + 1)
        if level == 0:
            return level
    if level is None or rng.random() > 0.06:
        return level
    return min(len(scale.levels) - 1, max(0, level + rng.choice((-1, 1))))


def _word(level: int | None, scale: Scale, manner: Manner) -> str:
    return _UNRATED_CELL if level is None else scale.words(manner.words)[level]


def _level_columns(manner: Manner, above: str) -> tuple[Leaf, ...]:
    return (Leaf("Tự xếp loại", "text"), Leaf(above, "text"), Leaf("Ghi chú", "text"))


def unit_list(truth: Truth, district: District, kind: str, year: int, manner: Manner, rng: Random) -> Table:
    """A row for every base unit: commune (merged down), unit, own rating, confirmed rating."""
    scale, modest = scale_of(kind, year), truth.modest.get(district.area_id)
    rows: list[Row] = []
    for commune in district.communes:
        for unit in present(truth, kind, commune.area_id, year):
            level = unit_level(truth, unit, district.area_id, kind, year)
            cells: tuple[Cell, ...] = (
                len(rows) + 1,
                spell_commune(commune, district, manner.names),
                unit.name,
                _word(own_view(level, scale, rng, modest), scale, manner),
                _word(level, scale, manner),
                "mới thành lập" if level is None else None,
            )
            rows.append(Row(cells, code=commune.area_id))
    columns = (
        Leaf("STT", "order"),
        Leaf("Xã, phường, thị trấn", "name"),
        Leaf(f"Tên {KINDS[kind].noun}", "text"),
        *_level_columns(manner, "Cấp uỷ công nhận"),
    )
    return Table(columns, tuple(rows), merge_down=(1,))


def commune_body_list(truth: Truth, district: District, year: int, manner: Manner, rng: Random) -> Table:
    """A row for every body of every commune, the commune merged down over its six."""
    scale, modest = SCALES["hoan_thanh"], truth.modest.get(district.area_id)
    rows: list[Row] = []
    for commune in district.communes:
        for organisation in BODIES:
            level = body_level(truth, commune.area_id, organisation, year, scale)
            cells: tuple[Cell, ...] = (
                len(rows) + 1,
                spell_commune(commune, district, manner.names),
                COMMUNE_NAMES[organisation],
                _word(own_view(level, scale, rng, modest), scale, manner),
                _word(level, scale, manner),
                None,
            )
            rows.append(Row(cells, code=commune.area_id))
    columns = (
        Leaf("TT", "order"),
        Leaf("Xã, phường, thị trấn", "name"),
        Leaf("Tên tổ chức", "text"),
        *_level_columns(manner, "Cấp trên công nhận"),
    )
    return Table(columns, tuple(rows), merge_down=(1,))


def commune_body_matrix(truth: Truth, district: District, year: int, manner: Manner) -> Table:
    """Communes down, organisations across, the level written in the cell."""
    scale = SCALES["hoan_thanh"]
    rows = []
    for order, commune in enumerate(district.communes, start=1):
        levels = [body_level(truth, commune.area_id, organisation, year, scale) for organisation in BODIES]
        name = spell_commune(commune, district, manner.names)
        cells = (order, name, *(scale.words(manner.words)[level] for level in levels), None)
        rows.append(Row(cells, code=commune.area_id))
    columns = (
        Leaf("STT", "order"),
        Leaf("Đơn vị", "name"),
        *(Leaf(COMMUNE_SHORT[organisation], "text") for organisation in BODIES),
        Leaf("Ghi chú", "text"),
    )
    return Table(columns, tuple(rows))


def body_list(
    truth: Truth,
    area_id: str,
    organisations: tuple[str, ...],
    place: str,
    year: int,
    manner: Manner,
    above: str,
    rng: Random,
) -> Table:
    """A row for every body of one district or of the province: own rating and the rating of the level above."""
    scale = SCALES["hoan_thanh"]
    rows = []
    for order, organisation in enumerate(organisations, start=1):
        level = body_level(truth, area_id, organisation, year, scale)
        own = own_view(level, scale, rng)
        name = f"{BODY_NAMES[organisation]} {place}"
        rows.append(Row((order, name, _word(own, scale, manner), _word(level, scale, manner), None), code=area_id))
    columns = (Leaf("STT", "order"), Leaf("Tên tổ chức", "text"), *_level_columns(manner, above))
    return Table(columns, tuple(rows))


def body_crosses(truth: Truth, area_id: str, year: int, manner: Manner) -> Table:
    """A row for every body of a district and a cross under its level."""
    scale = SCALES["hoan_thanh"]
    rows = []
    for order, organisation in enumerate(BODIES, start=1):
        level = body_level(truth, area_id, organisation, year, scale)
        marks = tuple(int(level == index) for index in range(len(scale.levels)))
        rows.append(Row((order, BODY_SHORT[organisation], *marks, None), code=area_id))
    columns = (
        Leaf("STT", "order"),
        Leaf("Tổ chức", "text"),
        *(Leaf(word, "mark") for word in scale.words(manner.words)),
        Leaf("Ghi chú", "text"),
    )
    return Table(columns, tuple(rows))


def one_body_by_district(
    truth: Truth, names: list[tuple[str, str]], organisation: str, year: int, manner: Manner, rng: Random
) -> Table:
    """The bodies of one organisation in all districts, one row each; `names` are (printed name, area)."""
    scale = SCALES["hoan_thanh"]
    rows = []
    for order, (name, area_id) in enumerate(names, start=1):
        level = body_level(truth, area_id, organisation, year, scale)
        own = own_view(level, scale, rng)
        rows.append(Row((order, name, _word(own, scale, manner), _word(level, scale, manner), None), code=area_id))
    columns = (Leaf("STT", "order"), Leaf("Đơn vị", "name"), *_level_columns(manner, "Cấp tỉnh công nhận"))
    return Table(columns, tuple(rows))
