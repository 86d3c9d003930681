"""Units below "khá" and their movement: drawn values against numbers written by hand, what is missing, what may not show."""

import itertools
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from danvan_analysis.analysis.movement import movement as movement_of
from danvan_analysis.analysis.weak_units import weak_units
from danvan_analysis.facts import Facts
from danvan_analysis.output import labels, style
from danvan_analysis.output.charts.below_fair_map import below_fair_map
from danvan_analysis.output.charts.below_fair_map import drawn as drawn_map
from danvan_analysis.output.charts.inputs import Inputs
from danvan_analysis.output.charts.movement import drawn as drawn_moves
from danvan_analysis.output.charts.movement import movement
from danvan_analysis.text import count

from .unit_tables import FACTS, data, history, rating

MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ - KHÔNG PHẢI SỐ LIỆU CỦA ĐỊA PHƯƠNG"
PLANTED = "Chi hội ấp Cấy Tên"
ZERO, SILENT, WHOLE = "866", "872", "867"
KINDS = {"nong_dan": "chi_hoi", "phu_nu": "chi_hoi", "hoi_quan": "hoi_quan", "to_ndtq": "to_ndtq"}
SIZES = ("a4", "half", "slide")


def cell(place: str, organisation: str) -> tuple[int, int] | None:
    """Below and rated of a commune by a rule that has nothing to do with the code: None is not in the return."""
    code = int(place) // 3
    if organisation == "hoi_quan":
        return (code % 2, 1) if code % 4 else None
    rated = {"nong_dan": 5, "phu_nu": 12, "to_ndtq": 90}[organisation]
    return {"nong_dan": int(code % 3 == 0), "phu_nu": 2 * (code % 5 == 0), "to_ndtq": code % 40}[organisation], rated


@pytest.fixture(scope="module")
def parts(facts: Facts) -> dict[str, list[str]]:
    """The communes of each district, by code."""
    inside: dict[str, list[str]] = {}
    for area, place in sorted(labels.district_of(facts, 2024).items()):
        if area != place:
            inside.setdefault(place, []).append(area)
    return inside


@pytest.fixture(scope="module")
def found(parts):
    rows = []
    for place, communes in parts.items():
        if place == SILENT:
            continue
        for organisation, kind in KINDS.items():
            what = {"organisation": organisation, "unit_type": kind, "nature": "gia_dinh"}
            for commune in communes:
                counts = (0, 12) if place == ZERO else cell(commune, organisation)
                if counts is None or (place == WHOLE and organisation == "phu_nu"):
                    continue
                below, rated = counts
                rows += [rating("yeu", area=commune, count=below, **what)] if below else []
                rows += [rating("kha", area=commune, count=rated - below, **what)] if rated > below else []
            if place == WHOLE and organisation == "phu_nu":
                rows += [rating("yeu", area=place, count=7, **what), rating("kha", area=place, count=40, **what)]
    rows += [rating("yeu", unit=PLANTED, area=parts["875"][0], nature="gia_dinh")]
    return weak_units(data(rows), FACTS, year=2024)


def texts(figure: Figure) -> list[str]:
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text") and a.get_text().strip())]


def numbers(figure: Figure) -> dict[str, str]:
    return {t.get_gid(): t.get_text() for ax in figure.axes for t in ax.texts if t.get_gid()}


def marks(figure: Figure) -> dict[str, str]:
    return {line.get_gid(): line.get_marker() for ax in figure.axes for line in ax.lines if ":" in str(line.get_gid())}


def filled(figure: Figure) -> dict[str, tuple[float, ...]]:
    return {p.get_gid(): p.get_facecolor() for ax in figure.axes for p in ax.patches if p.get_gid()}


def test_the_districts_stand_in_official_order_with_counts_and_shares(facts, found, parts):
    figure = below_fair_map(found.counts, facts, year=2024)
    (ax,) = figure.axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["Toàn tỉnh", *labels.districts(facts, 2024)["short"]]
    shown = numbers(figure)
    below = sum(cell(c, "to_ndtq")[0] for c in parts["871"])
    rated = 90 * len(parts["871"])
    assert shown["871:to_ndtq"].replace("*", "") == f"{labels.fraction(below, rated)}\n{labels.share(below, rated, 1)}"
    assert shown[f"{ZERO}:nong_dan"].replace("*", "").startswith("0/")
    # The province's number lacks a district, and says so.
    assert "*" in shown["87:to_ndtq"]
    assert "*" not in shown["871:to_ndtq"]
    assert any(text.startswith("* Chưa đủ số liệu") for text in texts(figure))
    # Nothing sent is neither 0 nor a number.
    assert f"{SILENT}:to_ndtq" not in shown
    assert marks(figure)[f"{SILENT}:to_ndtq"] == facts.palette["below_fair_state"]["khong_co_so_lieu"]["marker"]
    assert filled(figure).keys() >= {"871:to_ndtq"}
    assert f"{ZERO}:nong_dan" not in filled(figure)
    assert MARK in texts(figure)
    assert MARK in style.alt_text(figure)


def test_a_base_under_ten_has_no_percentage(facts, found, parts):
    shown = numbers(below_fair_map(found.counts, facts, year=2024, communes=found.communes, district_id="873"))
    five = {gid: said for gid, said in shown.items() if gid.endswith(":nong_dan") and gid.split(":")[0] in parts["873"]}
    assert len(five) == len(parts["873"])
    assert all(said.replace("*", "") in ("0/05", "01/05") for said in five.values())
    assert shown["873:nong_dan"].count("%") == 1


@pytest.mark.parametrize("size", SIZES)
def test_the_communes_of_a_district_show_their_own_numbers(facts, found, parts, size):
    figure = below_fair_map(found.counts, facts, year=2024, communes=found.communes, district_id="870", size=size)
    shown = numbers(figure)
    for commune in parts["870"]:
        for organisation in ("nong_dan", "phu_nu", "to_ndtq"):
            below, rated = cell(commune, organisation)
            said = shown[f"{commune}:{organisation}"].split("\n")[0].replace("*", "")
            assert said == (labels.fraction(below, rated) if "/" in said else str(below))
    assert [a for a in dict.fromkeys(gid.split(":")[0] for gid in shown) if a != "870"] == parts["870"]


def test_every_commune_of_the_province_fits_a_page(facts, found, parts):
    figure = below_fair_map(found.counts, facts, year=2024, communes=found.communes)
    width, height = figure.get_size_inches() * 25.4
    assert width == pytest.approx(165)
    assert height <= 242
    drawn = [t.get_text() for ax in figure.axes for t in ax.get_yticklabels()]
    assert len(drawn) == 1 + len(parts) + sum(map(len, parts.values()))
    shown = numbers(figure)
    expected = {
        f"{c}:to_ndtq": str(cell(c, "to_ndtq")[0])
        for place, communes in parts.items()
        for c in communes
        if place not in (ZERO, SILENT)
    }
    assert expected.items() <= {gid: said.replace("*", "") for gid, said in shown.items()}.items()
    smallest = min(t.get_fontsize() for t in figure.findobj(lambda a: hasattr(a, "get_fontsize")) if t.get_text())
    assert smallest >= 5.8
    # Where communes would not be readable the districts stand.
    assert "29863:to_ndtq" not in numbers(
        below_fair_map(found.counts, facts, year=2024, communes=found.communes, size="half")
    )


def test_a_cell_without_a_number_says_why(facts, found, parts):
    figure = below_fair_map(found.counts, facts, year=2024, communes=found.communes)
    looks, seen = facts.palette["below_fair_state"], marks(figure)
    assert seen[f"{parts[WHOLE][0]}:phu_nu"] == looks["so_chung_huyen"]["marker"]
    assert seen[f"{parts[SILENT][0]}:phu_nu"] == looks["khong_co_so_lieu"]["marker"]
    assert numbers(figure)[f"{WHOLE}:phu_nu"].replace("*", "") == "7"
    assert len({entry["marker"] for entry in looks.values()}) == len(looks)
    explained = {t.get_text() for t in figure.axes[0].get_legend().get_texts()}
    assert {looks[s]["word_vi"] for s in ("so_chung_huyen", "khong_co_so_lieu", "it_don_vi")} <= explained


def test_a_count_that_would_point_at_one_unit_is_nowhere(facts, found, parts):
    alone = [c for p, cs in parts.items() if p not in (ZERO, SILENT) for c in cs if cell(c, "hoi_quan")]
    table = found.communes.filter(pl.col("area_id").is_in(alone), organisation="hoi_quan")
    assert table["below"].null_count() == table.height == len(alone)
    assert set(table["reason"]) == {"it_don_vi"}
    figure = below_fair_map(found.counts, facts, year=2024, communes=found.communes)
    assert not {f"{c}:hoi_quan" for c in alone} & set(numbers(figure))
    assert marks(figure)[f"{alone[0]}:hoi_quan"] == facts.palette["below_fair_state"]["it_don_vi"]["marker"]
    # How many such units there are in the district is said.
    below = sum(cell(c, "hoi_quan")[0] for c in parts["876"] if cell(c, "hoi_quan"))
    assert numbers(figure)["876:hoi_quan"].replace("*", "") == str(below)


def test_a_district_without_such_a_unit_is_one_calm_sentence(facts, found):
    figure = below_fair_map(found.counts, facts, year=2024, communes=found.communes, district_id=ZERO)
    (ax,) = figure.axes
    own = found.counts.filter(area_id=ZERO, organisation="tat_ca", unit_type="tat_ca").row(0, named=True)
    assert [t.get_text().replace("\n", " ").replace("\u00a0", " ") for t in ax.texts] == [own["sentence_vi"]]
    assert "không có đơn vị chưa đạt mức khá" in " ".join(texts(figure))
    assert MARK in texts(figure)


def test_a_district_that_sent_nothing_says_so_and_never_zero(facts, found):
    said = style.alt_text(below_fair_map(found.counts, facts, year=2024, district_id=SILENT))
    assert "Huyện Tháp Mười, năm 2024: chưa có số liệu" in said
    assert "0/" not in said


def test_the_title_counts_places_and_kinds(facts, found, parts):
    own = found.counts.filter(area_id="87", organisation="tat_ca", unit_type="tat_ca").row(0, named=True)
    said = style.alt_text(below_fair_map(found.counts, facts, year=2024))
    assert f"{labels.fraction(own['below'], own['rated'])} đơn vị chưa đạt mức khá" in said
    # Ten districts have some, one has none, one sent nothing.
    assert "có ở ít nhất 10/12 huyện, thành phố" in said
    tdq = sum(cell(c, "to_ndtq")[0] for p, cs in parts.items() if p not in (ZERO, SILENT) for c in cs)
    assert f"{count(tdq)} Tổ nhân dân tự quản" in said


def test_no_row_no_picture(facts, found):
    with pytest.raises(ValueError, match="no row of year 2019"):
        below_fair_map(found.counts, facts, year=2019)
    with pytest.raises(ValueError, match="no place"):
        below_fair_map(found.counts, facts, year=2024, district_id="999")


def test_communes_ask_for_their_district(facts, found, parts):
    figure = below_fair_map(
        found.counts, facts, year=2024, communes=found.communes, district_id=parts["871"][3]
    )  # fmt: skip
    assert style.alt_text(figure).startswith("Huyện Tam Nông")


def given(found, facts, moved=None) -> Inputs:
    shown = {"below_fair": found.counts, "below_fair_communes": found.communes}
    shown |= {"movement_counts": moved.counts, "movement_bounds": moved.bounds} if moved else {}
    empty = pl.DataFrame()
    return Inputs(facts, 2024, "nam", "gia_dinh", empty, empty, None, empty, empty, shown)


def test_the_rows_beside_the_picture_are_what_it_shows(facts, found, parts):
    drawn = drawn_map({"kind": "below_fair_map"}, given(found, facts))
    shown = numbers(drawn.figure)
    assert drawn.rows.height == 13 * len(KINDS)
    told = drawn.rows.filter(area_id="871", organisation="Tổ nhân dân tự quản").row(0, named=True)
    assert labels.fraction(told["below"], told["rated"]) == shown["871:to_ndtq"].split("\n")[0].replace("*", "")
    silent = drawn.rows.filter(area_id=SILENT)
    assert silent["below"].null_count() == silent.height
    assert set(silent["cell_note"]) == {"Chưa có số liệu"}
    assert set(drawn.rows.columns) <= set(facts.layout["columns"])
    whole = drawn_map({"kind": "below_fair_map", "level": "xa"}, given(found, facts)).rows
    assert whole.height == len(KINDS) * (13 + sum(map(len, parts.values())))
    assert drawn_map({"kind": "below_fair_map"}, replace(given(found, facts), year=2019)) is None


# ---------------------------------------------------------------- movement


@pytest.fixture(scope="module")
def moved():
    """Lấp Vò: phụ nữ by name (3 new, 1 recovered, 1 still below of 12), nông dân counted (5, then 7 of 50)."""
    what = {"nature": "gia_dinh"}
    named = [history(f"{PLANTED} {i}", ["tot", "yeu"], first=2023, **what) for i in range(3)]
    named += [history("b", ["yeu", "tot"], first=2023, **what), history("c", ["yeu", "yeu"], first=2023, **what)]
    named += [history(f"d{i}", ["tot", "kha"], first=2023, **what) for i in range(7)]
    counted = {"organisation": "nong_dan", **what}
    rows = [rating("yeu", 2023, count=5, **counted), rating("tot", 2023, count=45, **counted)]
    rows += [rating("yeu", 2024, count=7, **counted), rating("tot", 2024, count=43, **counted)]
    alone = {"organisation": "ccb", **what}
    return movement_of(data(*named, rows, rating("tot", count=4, **alone)), FACTS, from_year=2023, to_year=2024)


def ends(figure: Figure) -> dict[str, tuple[float, float]]:
    bars = (p for ax in figure.axes for p in ax.patches if p.get_gid())
    return {bar.get_gid(): tuple(sorted((bar.get_x(), bar.get_x() + bar.get_width()))) for bar in bars}


def draw(moved, facts, **more) -> Figure:
    given = {"from_year": 2023, "to_year": 2024, "bounds": moved.bounds, "area_id": "875"}
    return movement(moved.counts, facts, **given | more)


def test_bars_go_left_for_new_right_for_recovered_and_ranges_are_open(facts, moved):
    figure = draw(moved, facts)
    seen = ends(figure)
    assert seen["phu_nu:chi_hoi:moi:certain"] == (-3, 0)
    assert seen["phu_nu:chi_hoi:phuc_hoi:certain"] == (0, 1)
    assert "phu_nu:chi_hoi:moi:possible" not in seen
    # Fréchet, by hand: of 50 with 5 and then 7 below, at least 2 are new and at most 7; recovered 0 to 5.
    assert seen["nong_dan:chi_hoi:moi:certain"] == (-2, 0)
    assert seen["nong_dan:chi_hoi:moi:possible"] == (-7, -2)
    assert seen["nong_dan:chi_hoi:phuc_hoi:possible"] == (0, 5)
    said = numbers(figure)
    assert (said["phu_nu:chi_hoi:moi"], said["nong_dan:chi_hoi:moi"]) == ("3", "2–7")
    # What no return of both years tells is said, not drawn as 0.
    assert not [gid for gid in seen if gid.startswith("ccb")]
    assert said["ccb:chi_hoi"]
    assert "ccb:chi_hoi:moi" not in said


def test_what_did_not_change_and_the_verdict_stand_beside(facts, moved):
    said = numbers(draw(moved, facts))["phu_nu:chi_hoi:beside"].replace("\u00a0", " ").replace("\n", " ")
    assert said.startswith("Chưa đạt cả hai năm: 1; từ khá cả hai năm: 7")
    row = moved.counts.filter(area_id="875", organisation="phu_nu", unit_type="chi_hoi").row(0, named=True)
    assert facts.methods["movement"]["reasons"][row["reason"]] in said
    clear = moved.counts.with_columns(
        reason=pl.when(pl.col("matched") > 0).then(None).otherwise("reason"),
        evidence=pl.when(pl.col("matched") > 0).then(pl.lit("clear")),
    )
    figure = movement(clear, facts, from_year=2023, to_year=2024, bounds=moved.bounds, area_id="875")
    assert "vượt phạm vi dao động ngẫu nhiên" in numbers(figure)["phu_nu:chi_hoi:beside"].replace("\n", " ")


def test_without_bounds_only_named_units_are_drawn(facts, moved):
    seen = ends(draw(moved, facts, bounds=None))
    assert seen["phu_nu:chi_hoi:moi:certain"] == (-3, 0)
    assert not [gid for gid in seen if gid.startswith("nong_dan")]


def test_a_kind_with_many_more_units_has_a_scale_of_its_own(facts, moved):
    grown = moved.bounds.with_columns(
        upper=pl.when(pl.col("organisation") == "nong_dan").then(pl.col("upper") * 200).otherwise("upper")
    )
    figure = draw(moved, facts, bounds=grown)
    assert len(figure.axes) == 2
    assert "thước đo khác nhau" in " ".join(texts(figure))


def test_a_most_that_is_not_known_is_left_open(facts, moved):
    unknown = moved.bounds.with_columns(upper=pl.lit(None, pl.Int64))
    figure = draw(moved, facts, bounds=unknown)
    assert numbers(figure)["nong_dan:chi_hoi:moi"] == "từ 2"
    assert not [gid for gid in ends(figure) if gid.endswith("possible")]


def test_the_finding_is_in_the_title(facts, moved):
    said = style.alt_text(draw(moved, facts))
    assert said.startswith("Huyện Lấp Vò, năm 2024 so với năm 2023: ít nhất 05 đơn vị mới chưa đạt mức khá")
    assert "12 đơn vị có tên cả hai năm: 03 mới chưa đạt mức khá, 01 phục hồi" in said
    assert MARK in said
    with pytest.raises(ValueError, match="no row of"):
        draw(moved, facts, area_id="866")


def test_nothing_known_of_either_year_is_a_sentence_too(facts):
    one = movement_of(data(rating("tot", count=4)), FACTS, from_year=2023, to_year=2024)
    said = style.alt_text(draw(one, facts))
    assert "chưa xác định được chuyển biến (chưa có số liệu năm trước)" in said
    quiet = movement_of(data(history("a", ["tot", "tot"], first=2023)), FACTS, from_year=2023, to_year=2024)
    assert "không có đơn vị mới chưa đạt mức khá, không có đơn vị phục hồi" in style.alt_text(draw(quiet, facts))


def test_the_rows_of_movement_are_those_of_the_bars(facts, found, moved):
    drawn = drawn_moves({"kind": "movement"}, given(found, facts, moved))
    rows = drawn.rows.filter(unit_type="Chi hội (Hội ND)").rows()
    assert [row[4:8] for row in rows] == [
        ("mới chưa đạt mức khá", None, 2, 7),
        ("phục hồi", None, 0, 5),
        ("chưa đạt mức khá cả hai năm", None, 0, 5),
    ]
    assert set(drawn.rows.columns) <= set(facts.layout["columns"])
    assert drawn_moves({"kind": "movement"}, given(found, facts)) is None


# ---------------------------------------------------------------- all of them


def pictures(facts, found, moved, size) -> dict[str, Figure]:
    own = {"year": 2024, "size": size}
    return {
        "districts": below_fair_map(found.counts, facts, **own),
        "province": below_fair_map(found.counts, facts, communes=found.communes, **own),
        "district": below_fair_map(found.counts, facts, communes=found.communes, district_id="873", **own),
        "whole": below_fair_map(found.counts, facts, communes=found.communes, district_id=WHOLE, **own),
        "zero": below_fair_map(found.counts, facts, district_id=ZERO, **own),
        "silent": below_fair_map(found.counts, facts, district_id=SILENT, **own),
        "movement": draw(moved, facts, size=size),
        "movement of the province": draw(moved, facts, size=size, area_id=None),
    }


@pytest.mark.parametrize("size", SIZES)
def test_no_text_leaves_the_picture_or_lies_on_another(facts, found, moved, size):
    for name, figure in pictures(facts, found, moved, size).items():
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(facts.layout["chart_size"][size]["width_mm"])
        # At the density of print: on a screen letters are rounded to whole dots, and wider.
        figure.set_dpi(300)
        figure.canvas.draw()
        boxes = []
        for text in figure.findobj(lambda a: isinstance(a, Text) and a.get_visible() and a.get_text().strip()):
            box = text.get_window_extent()
            inside = box.x0 > -2 and box.x1 < figure.bbox.x1 + 2 and box.y0 > -3 and box.y1 < figure.bbox.y1 + 3
            assert inside, (name, text.get_text())
            # Letters fill about seven tenths of their line.
            boxes.append((text.get_text(), box.x0, box.x1, box.y0 + 0.15 * box.height, box.y1 - 0.15 * box.height))
        lying = [
            (a[0], b[0])
            for a, b in itertools.combinations(boxes, 2)
            if min(a[2], b[2]) - max(a[1], b[1]) > 1 and min(a[4], b[4]) - max(a[3], b[3]) > 1
        ]
        assert not lying, (name, lying[:5])


def test_no_unit_is_named_anywhere(facts, found, moved):
    assert PLANTED in found.units["unit_name"].to_list()
    figures = list(pictures(facts, found, moved, "a4").values())
    said = [text for figure in figures for text in [*texts(figure), style.alt_text(figure)]]
    drawn = [drawn_map({}, given(found, facts)), drawn_map({"level": "xa"}, given(found, facts))]
    drawn.append(drawn_moves({}, given(found, facts, moved)))
    said += [d.rows.write_csv() for d in drawn] + [found.communes.write_csv()]
    assert not [text for text in said if "Cấy Tên" in text]


def test_the_same_bytes_twice(facts, found, moved, tmp_path: Path):
    for folder in ("a", "b"):
        style.save_chart(below_fair_map(found.counts, facts, year=2024), tmp_path / folder / "map", dpi=100)
        style.save_chart(draw(moved, facts), tmp_path / folder / "movement", dpi=100)
    for name in ("map.png", "map.svg", "movement.png", "movement.svg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_more_units_are_darker_also_in_grey(facts):
    looks = sorted(facts.palette["below_fair"].values(), key=lambda entry: entry["least"])
    rgb = [[int(entry["colour"][i : i + 2], 16) / 255 for i in (1, 3, 5)] for entry in looks]
    grey = [0.3 * r + 0.59 * g + 0.11 * b for r, g, b in rgb]
    assert all(before - after > 0.12 for before, after in itertools.pairwise([1.02, *grey[1:]]))
    assert looks[0]["least"] == 1


@pytest.mark.parametrize("least", [1, 20])
def test_how_few_units_are_not_told_is_a_fact(facts, parts, least):
    """An office may show single units, or nothing of a commune's few; the district's number stands either way."""
    methods = facts.methods | {"weak_units": facts.methods["weak_units"] | {"least_shown": least}}
    commune = parts["875"][0]
    rows = [rating("yeu", area=commune), rating("tot", area=commune, count=11)]
    told = weak_units(data(rows), replace(facts, methods=methods), year=2024)
    cell = told.communes.filter(area_id=commune, organisation="phu_nu").row(0, named=True)
    assert (cell["below"], cell["rated"], cell["reason"]) == ((1, 12, None) if least == 1 else (None, 12, "it_don_vi"))
    assert told.counts.filter(area_id="875", organisation="phu_nu", unit_type="chi_hoi")["below"].to_list() == [1]


def test_every_commune_has_a_row_and_a_reason_where_it_has_no_number(facts, parts):
    first, second = parts["875"][:2]
    rows = [rating("yeu", area=first, count=3), rating("chua_xep_loai", area=second, count=2)]
    table = weak_units(data(rows), facts, year=2024).communes
    assert table.height == sum(map(len, parts.values()))
    why = dict(table.select("area_id", "reason").iter_rows())
    assert (why[first], why[second], why[parts["866"][0]]) == (None, "chua_xep_loai", "khong_co_so_lieu")
    # After 1/7/2025 a commune is a place itself: its counts stand among the places.
    assert weak_units(data(rows), facts, year=2026).communes.is_empty()


def test_a_movement_that_is_not_known_says_why_in_its_rows(facts, found, moved):
    rows = drawn_moves({}, given(found, facts, moved)).rows.filter(unit_type="Chi hội (Hội CCB)")
    assert rows["at_least"].null_count() == 3
    assert set(rows["verdict"]) == {"chưa có số liệu năm trước"}
