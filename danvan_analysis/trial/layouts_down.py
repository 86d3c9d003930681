"""The count layouts with levels down the rows: an official form's parts across (L14), or years across (L1)."""

from .kinds import BODIES, BODY_SHORT, KINDS, scale_of
from .layouts import ROMAN
from .manner import Manner
from .paper import Cell, Column, Head, Leaf, Row, Table
from .places import District
from .tally import Tally, add, body_tally, tally_commune, tally_district
from .truth import Truth


def levels_down_table(parts: list[tuple[str, Tally]], noun: str, manner: Manner, *, caption: str = "") -> Table:
    """L14: levels down the rows, the parts (xã, phường; or organisations) across, with their sum in front."""
    whole = add([tally for _, tally in parts])
    words = whole.scale.words(manner.words)
    columns: tuple[Column, ...] = (
        Leaf("CHỈ TIÊU", "label"),
        Leaf("Tổng số"),
        Leaf("Tỷ lệ (%)", "share"),
        Head("Trong đó", tuple(Leaf(title) for title, _ in parts)),
    )

    def cells(label: str, values: list[int], share: Cell) -> tuple[Cell, ...]:
        return (label, sum(values), share, *values)

    rows = [
        Row(cells(f"A. Tổng số {noun} có đến cuối năm (A = 1 + 2)", [t.total for _, t in parts], "x"), "group"),
        Row(cells(f"1. Số {noun} được xếp loại", [t.rated for _, t in parts], (whole.rated, whole.rated))),
        Row(("Kết quả xếp loại:", *(None,) * (len(parts) + 2)), "group"),
    ]
    for index, word in enumerate(words):
        label = f"{'abcde'[index]}) {word}"
        rows.append(Row(cells(label, [t.counts[index] for _, t in parts], (whole.counts[index], whole.rated))))
    rows.append(Row(cells(f"2. Số {noun} chưa được xếp loại", [t.unrated for _, t in parts], "x")))
    rows.append(Row(cells("    Trong đó: mới thành lập", [t.unrated for _, t in parts], "x")))
    return Table(columns, tuple(rows), caption)


def places_down(truth: Truth, district: District, kind: str, year: int) -> list[tuple[str, Tally]]:
    """Give the parts of L14 for base units: those of xã, of phường and of thị trấn, as far as the district has them."""
    parts: list[tuple[str, Tally]] = []
    for title, word in (("Xã", "xa"), ("Phường", "phuong"), ("Thị trấn", "thi_tran")):
        found = [
            tally_commune(truth, district, commune.area_id, kind, year)
            for commune in district.communes
            if commune.kind == word
        ]
        if found:
            parts.append((title, add(found)))
    return parts


def bodies_down(
    truth: Truth, areas: list[str], year: int, short: dict[str, str] = BODY_SHORT
) -> list[tuple[str, Tally]]:
    """Give the parts of L14 for bodies: one part per organisation over the areas named."""
    return [(short[organisation], body_tally(truth, areas, organisation, year)) for organisation in BODIES]


def years_table(truth: Truth, district: District, kinds: list[str], years: list[int], manner: Manner) -> Table:
    """L1: indicators down, years across, one group of rows per kind whose scale did not change in these years."""
    span = f"({years[0]} - {years[-1]})" if len(years) > 1 else f"năm {years[0]}"
    rows: list[Row] = []
    for order, key in enumerate(kinds):
        kind, scale = KINDS[key], scale_of(key, years[0])
        tallies = [tally_district(truth, district, key, year) for year in years]
        rows.append(Row((ROMAN[order], kind.title, None, *(None,) * len(years), None), "group"))
        rows.append(Row((None, f"- Tổng số {kind.noun}", kind.noun, *(t.total for t in tallies), None)))
        for index, word in enumerate(scale.words(manner.words)):
            rows.append(Row((None, f". {word}", kind.noun, *(t.counts[index] for t in tallies), None)))
            if index == 0:
                shares: tuple[Cell, ...] = tuple((t.counts[index], t.rated) for t in tallies)
                rows.append(Row((None, f"  Tỷ lệ {word.lower()}", "%", *shares, None)))
        if any(t.unrated for t in tallies):
            unrated = (None, ". Chưa xếp loại", kind.noun, *(t.unrated for t in tallies), "mới thành lập")
            rows.append(Row(unrated))
    columns = (
        Leaf("STT", "order"),
        Leaf("Nội dung", "label"),
        Leaf("Đơn vị tính", "text"),
        Head(f"Kết quả thực hiện {span}", tuple(Leaf(str(year)) for year in years)),
        Leaf("Ghi chú", "text"),
    )
    notes = ("Tỷ lệ tính trên số đơn vị được xếp loại.",)
    return Table(columns, tuple(rows), notes=notes)
