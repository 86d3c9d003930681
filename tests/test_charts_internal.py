"""The internal charts: what they draw against numbers reckoned otherwise, who is marked, that they say what they are."""

import re
from dataclasses import replace
from itertools import combinations
from math import asin, sin, sqrt
from pathlib import Path

import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from danvan_analysis.analysis import compute_funnels, compute_indicators, funnel_curves, leniency
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.output import style
from danvan_analysis.output.charts.funnel import drawn as funnel_drawn
from danvan_analysis.output.charts.funnel import funnel as draw_funnel
from danvan_analysis.output.charts.inputs import Inputs
from danvan_analysis.output.charts.internal import draw_internal
from danvan_analysis.output.charts.leniency import leniency as draw_leniency
from danvan_analysis.output.review import review_table
from danvan_analysis.tables import Data

from .districts import CODES, NAMES, district_rows, indicators
from .indicator_rows import FACTS
from .lenient_samples import drawn_ratings, panel

HOME = Path(__file__).parent.parent / "data" / "raw" / "_tinh-thu"
INTERNAL = "TÀI LIỆU NỘI BỘ PHỤC VỤ THAM MƯU"
TRIAL = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ - KHÔNG PHẢI SỐ LIỆU CỦA ĐỊA PHƯƠNG"
#: Words of a league table or of an inspection.
FORBIDDEN = re.compile(
    r"xếp hạng|thứ hạng|đứng đầu|cuối bảng|dấu hiệu|xác minh|vi phạm|sai phạm|gian lận|gian dối|nể nang|nới lỏng", re.I
)
# The second, fifth and tenth district differ much, and so do all: only the largest stays outside when that is allowed for.
X = [90, 190, 91, 135, 50, 89, 181, 90, 136, 60, 900, 93]
N = [100, 200, 100, 150, 80, 100, 200, 100, 150, 80, 1100, 100]


def table(x=X, n=N, **more):
    return compute_funnels(indicators(*district_rows(x, n, **more)), FACTS)


def by_gid(ax: Axes, gid: str):
    return next(line for line in ax.lines if line.get_gid() == gid)


def texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def said(figure: Figure) -> str:
    """The words of a picture, whatever line they stand on."""
    return re.sub(r"\s+", " ", texts(figure))


def labels_of(ax: Axes) -> dict[str, str]:
    return {t.get_gid().removeprefix("label:"): t.get_text() for t in ax.texts if str(t.get_gid()).startswith("label:")}


@pytest.fixture(scope="module")
def made_up() -> Facts:
    return load_facts(HOME / "_danh-muc")


@pytest.fixture(scope="module")
def returns(made_up: Facts) -> Data:
    return read_raw(HOME, made_up)


@pytest.fixture(scope="module")
def internal(made_up: Facts, returns: Data) -> dict[str, pl.DataFrame]:
    """The internal tables of the made-up province in 2024."""
    held = compute_funnels(compute_indicators(returns, made_up).filter(year=2024), made_up)
    return {
        "ra-soat-xep-loai": leniency(returns, made_up, year=2024),
        "khoang-dao-dong": held,
        "duong-gioi-han": funnel_curves(held),
    }


def inputs(facts: Facts, tables: dict[str, pl.DataFrame], **more) -> Inputs:
    none = pl.DataFrame()
    return Inputs(
        facts, 2024, "nam", more.pop("nature", "gia_dinh"), none, none, None, none, none, tables=tables, **more
    )


# --- the funnel


def test_places_stand_at_their_units_and_share():
    ax = draw_funnel(table(), FACTS, indicator_id="T3", year=2024)
    for code, x, n in zip(CODES, X, N, strict=True):
        place = by_gid(ax, f"place:{code}")
        assert list(place.get_xdata()) == [n]
        assert list(place.get_ydata()) == pytest.approx([100 * x / n])
    assert list(by_gid(ax, "pooled").get_ydata()) == pytest.approx([100 * sum(X) / sum(N)] * 2)


@pytest.mark.parametrize("smooth", [True, False])
def test_limits_are_those_of_the_formula_solid_and_dashed(smooth):
    funnels = table()
    p, tau2 = sum(X) / sum(N), funnels["tau2"][0]
    ax = draw_funnel(funnels, FACTS, indicator_id="T3", year=2024, curves=funnel_curves(funnels) if smooth else None)
    for label, z, width in (("95", 1.959963985, "thin"), ("998", 3.090232306, "thick")):
        plain, adjusted = by_gid(ax, f"lower{label}"), by_gid(ax, f"lower{label}_adjusted")
        units = plain.get_xdata()
        assert len(units) == (len(set(N)) if not smooth else len(set(units)))
        assert list(plain.get_ydata()) == pytest.approx([100 * max(0, p - z * sqrt(p * (1 - p) / n)) for n in units])
        angles = [max(0, asin(sqrt(p)) - z * sqrt(1 / (4 * n) + tau2)) for n in units]
        assert list(adjusted.get_ydata()) == pytest.approx([100 * sin(angle) ** 2 for angle in angles])
        assert plain.get_linestyle() == "-" and adjusted.get_linestyle() == "--"
        assert (plain.get_linewidth() > 1) == (width == "thick")


def test_who_is_outside_has_a_name_and_the_others_letters_in_official_order():
    funnels = table()
    ax = draw_funnel(funnels, FACTS, indicator_id="T3", year=2024)
    out = funnels.filter(pl.col("outside") != "within")
    assert 0 < out.height < 12
    shown = labels_of(ax)
    for code, letter, name in zip(CODES, "abcdefghijkl", NAMES, strict=True):
        word = next(word for codes, word in shown.items() if code in codes.split(";"))
        short = name.replace("Thành phố ", "TP ")
        assert word == short if code in set(out["area_id"]) else letter in word.split(", ")
        assert f"{letter}: {short}" in said(ax.figure)


def test_flags_that_the_allowance_changes_are_hollow_and_named():
    funnels = table()
    ax = draw_funnel(funnels, FACTS, indicator_id="T3", year=2024)
    back = funnels.filter(outside_adjusted="within").filter(pl.col("outside") != "within")
    stays = funnels.filter(~pl.col("outside_adjusted").is_in(["within"]))
    assert back.height and stays.height
    foot = re.search(r"Tính cả chênh lệch chung giữa các địa phương: (.*?)\.", said(ax.figure))[1]
    for row in back.iter_rows(named=True):
        assert by_gid(ax, f"place:{row['area_id']}").get_markerfacecolor() == "#ffffff"
        assert row["area_name"].replace("Thành phố ", "TP ") in foot
    for code in stays["area_id"]:
        assert by_gid(ax, f"place:{code}").get_markerfacecolor() != "#ffffff"
    k, left = funnels.filter(pl.col("outside") != "within").height, stays.height
    assert f"{k:02d}/12 huyện, thành phố có tỷ lệ nằm ngoài" in said(ax.figure)
    assert f"thì còn {left:02d}" in said(ax.figure)
    high, low = (
        {
            by_gid(ax, f"place:{c}").get_marker()
            for c in funnels.filter(pl.col("outside").str.starts_with(side))["area_id"]
        }
        for side in ("high", "low")
    )
    assert (high, low) <= ({"^"}, {"v"})


def test_it_never_says_who_met_the_target():
    ax = draw_funnel(table(), FACTS, indicator_id="T3", year=2024)
    words = said(ax.figure)
    assert "đề nghị rà soát, làm rõ" in words
    assert "không phải mức độ đạt chỉ tiêu" in words
    assert not re.search(
        r"\b(chưa đạt|đạt chỉ tiêu (?!\())", words.replace("mức độ đạt chỉ tiêu", "").replace("đạt từ khá", "")
    )


def test_equal_districts_stand_on_one_spot_with_one_label_and_no_dashed_limits():
    ax = draw_funnel(table([90] * 12, [100] * 12), FACTS, indicator_id="T3", year=2024)
    assert labels_of(ax) == {";".join(CODES): ", ".join("abcdefghijkl")}
    assert not [line for line in ax.lines if str(line.get_gid()).endswith("_adjusted")]
    words = said(ax.figure)
    assert "tỷ lệ của 12 huyện, thành phố đều nằm trong phạm vi" in words
    assert "không vượt mức ngẫu nhiên" in words
    # Districts of one size: their one limit runs the whole width.
    assert list(by_gid(ax, "lower95").get_xdata()) == list(ax.get_xlim())


def test_the_target_is_drawn_where_it_is_near_and_said_where_it_is_not():
    near = draw_funnel(table([65] * 11 + [60], [80] * 12), FACTS, indicator_id="T3", year=2024)
    assert set(by_gid(near, "target").get_ydata()) == {70.0}
    far = draw_funnel(table([99] * 11 + [96], [100] * 12), FACTS, indicator_id="T3", year=2024)
    assert not [line for line in far.lines if line.get_gid() == "target"]
    assert "(ngoài khung hình)" in said(far.figure)
    # One organisation alone has no target.
    own = {"organisation": "phu_nu", "unit_type": "chi_hoi"}
    alone = draw_funnel(table([65] * 11 + [60], [80] * 12, **own), FACTS, indicator_id="T3", year=2024, **own)
    assert not [line for line in alone.lines if line.get_gid() == "target"]
    assert "Chỉ tiêu:" not in said(alone.figure)


def test_who_is_not_compared_is_named_with_the_reason():
    rows = district_rows([90, 91, 89, 90, 92, 70, 88, 90, 91, 90, 89, 60], [100] * 12)
    rows[0] |= {"numerator": None, "numerator_most": None, "denominator": None, "value": None}
    rows[2] |= {"missing": None}
    rows[5] |= {"numerator": 5, "numerator_most": 5, "denominator": 6}
    rows[6] |= {"missing": 4}
    ax = draw_funnel(compute_funnels(indicators(*rows), FACTS), FACTS, indicator_id="T3", year=2024)
    words = said(ax.figure)
    reasons = FACTS.methods["funnel"]["reasons"]
    assert f"TP Cao Lãnh ({reasons['khong_co_so_lieu']})" in words
    assert f"TP Hồng Ngự ({reasons['thieu_bao_cao']})" in words
    assert "Không nêu, vì dưới 10 đơn vị: Huyện Tam Nông." in words
    assert not [line for line in ax.lines if line.get_gid() in ("place:866", "place:868")]
    assert by_gid(ax, "place:871").get_marker() == "x"
    # Incomplete, so with a star.
    assert re.search(r"\w: Huyện Tháp Mười\*", words) and "* Tính theo số liệu đã nhận" in words
    # A base under ten gives no percentage, not even to those who listen.
    assert "Huyện Tam Nông: 05/06;" in style.alt_text(ax.figure)


def test_nobody_compared_gives_words_instead_of_limits():
    few = table(X[:3], N[:3])
    ax = draw_funnel(few, FACTS, indicator_id="T3", year=2024)
    assert not ax.lines
    assert "chưa so sánh tỷ lệ" in said(ax.figure)
    given = inputs(FACTS, {"khoang-dao-dong": few}, nature="bao_cao")
    assert funnel_drawn({"indicator_id": "T3"}, given) is None
    assert funnel_drawn({"indicator_id": "T3"}, inputs(FACTS, {}, nature="bao_cao")) is None
    with pytest.raises(ValueError, match="no row of T2"):
        draw_funnel(few, FACTS, indicator_id="T2", year=2024)


def test_too_few_cases_leave_the_allowance_out():
    ax = draw_funnel(
        table([10, 9, 10, 10, 9, 10, 10, 9, 10, 10, 6, 10], [10] * 12), FACTS, indicator_id="T3", year=2024
    )
    assert "Không vẽ giới hạn tính cả chênh lệch chung: quá ít trường hợp" in said(ax.figure)
    assert not [line for line in ax.lines if str(line.get_gid()).endswith("_adjusted")]


def _crowd():
    """Districts that all but cover each other, most of them outside."""
    return table(
        [60, 61, 62, 180, 181, 182, 183, 99, 98, 97, 96, 95],
        [100, 101, 102, 190, 190, 190, 190, 100, 100, 100, 100, 100],
    )


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
@pytest.mark.parametrize("which", ["T2", "T3", "T4", "T5", "crowd", "spread"])
def test_no_label_covers_another_or_leaves_the_axes(made_up, internal, size, which):
    if which.startswith("T"):
        tables = internal["khoang-dao-dong"], internal["duong-gioi-han"]
        facts = made_up
    else:
        tables = (_crowd() if which == "crowd" else table(), None)
        facts = FACTS
    ax = draw_funnel(
        tables[0], facts, indicator_id=which if which.startswith("T") else "T3", year=2024, curves=tables[1], size=size
    )
    ax.figure.set_dpi(300)
    ax.figure.canvas.draw()
    window = ax.get_window_extent()
    words = [text for text in ax.texts if str(text.get_gid()).startswith("label:")]
    boxes = {text.get_text(): _words_box(text) for text in words}
    assert sum(len(text.get_gid().split(";")) for text in words) == len([x for x in ax.lines if _is_place(x)])
    for name, box in boxes.items():
        assert box.x0 >= window.x0 and box.x1 <= window.x1 and box.y0 >= window.y0 and box.y1 <= window.y1, name
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        assert not a.overlaps(b), (one, other)


def _words_box(text: Annotation):
    # The box of an annotation takes in its line; the words alone are those of a text.
    return text.get_bbox_patch().get_window_extent().padded(-1.5)


def _is_place(line) -> bool:
    return str(line.get_gid()).startswith("place:")


# --- the panel


def test_the_picture_marks_the_planted_places_and_no_clean_one(made_up, internal):
    planted = pl.read_csv(HOME / "_su-that" / "co-y.csv")
    wanted = set(planted.select("area_id", "sign").iter_rows())
    follows = {(a, s) for a, more in planted.select("area_id", "brings").iter_rows() for s in (more or "").split(";")}
    ax = draw_leniency(internal["ra-soat-xep-loai"], made_up, year=2024)
    looks = {name: made_up.palette["review"][name]["colour"] for name in ("noted", "kinds")}
    marked = {
        tuple(patch.get_gid().split(":"))
        for patch in ax.patches
        if patch.get_gid() and to_rgb(patch.get_facecolor()[:3]) in [to_rgb(look) for look in looks.values()]
    }
    assert wanted <= marked <= wanted | follows
    clean = {"T909", "T910"}
    assert not {area for area, _ in marked} & clean
    # Their counts, and nobody else's.
    shown = {tuple(text.get_gid().split(":")) for text in ax.texts if ":" in str(text.get_gid())}
    assert shown == marked
    assert f"đề nghị {len({area for area, _ in marked}):02d}/10 huyện, thành phố" in said(ax.figure)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == internal["khoang-dao-dong"].sort("area_id")["area_name"].unique(maintain_order=True).to_list()


def test_counts_are_those_of_the_returns(made_up, returns, internal):
    ax = draw_leniency(internal["ra-soat-xep-loai"], made_up, year=2024)
    shown = {text.get_gid(): text.get_text() for text in ax.texts if ":" in str(text.get_gid())}
    rated = returns.ratings.filter(pl.col("year") == 2024, pl.col("rank").is_not_null())
    confirmed = rated.filter(pl.col("rated_by") != "tu_xep_loai")
    kinds = made_up.methods["leniency"]["none_below_together"]
    here = confirmed.filter(district_name="Huyện Giả Định Hai").filter(pl.col("unit_type").is_in(kinds))
    assert here.filter(~pl.col("fair_or_better")).is_empty()
    assert shown["T902:khong_duoi_kha"] == f"0/{here['count'].sum()}"
    key = ["area_id", "organisation", "unit_type", "unit_name"]
    both = confirmed.filter(district_name="Huyện Giả Định Năm").join(
        rated.filter(rated_by="tu_xep_loai").select(*key, own="rank"), on=key, nulls_equal=True
    )
    raised = both.filter(pl.col("rank") < pl.col("own")).height
    assert raised > 100
    assert shown["T905:nang_muc"] == f"{raised}/{both.height}"


def test_nothing_found_is_a_calm_picture_that_says_so():
    even = panel(drawn_ratings(1))
    assert not even["noted"].any()
    ax = draw_leniency(even, FACTS, year=2024)
    words = said(ax.figure)
    assert "chưa thấy nội dung nào" in words and "Chưa thấy nội dung nào" in style.alt_text(ax.figure)
    assert not [text for text in ax.texts if ":" in str(text.get_gid())]
    assert {to_rgb(patch.get_facecolor()[:3]) for patch in ax.patches} == {(1, 1, 1)}
    # What could not have been found is not called quiet.
    states = review_table(even, FACTS, year=2024, nature="gia_dinh")
    assert {"calm", "unsure", "no_data"} == set(states["state"])
    tally = re.search(r"Trong 132 ô: (\d+) không nổi bật, (\d+) chưa đủ cơ sở để nhận ra, (\d+) chưa có số liệu", words)
    assert sum(map(int, tally.groups())) == 132


def row(area, name, sign, **more):
    return {
        "year": 2024, "nature": "bao_cao", "area_id": area, "area_name": name, "organisation": "tat_ca",
        "unit_type": "tat_ca", "sign": sign, "noted": False, "reason": None, "smallest_seen": 0.5, "evidence_vi": "01/10",
        "sentence_vi": "Không có điểm nổi bật.",
    } | more  # fmt: skip


def test_a_place_without_rows_and_one_without_data_are_drawn_as_missing():
    rows = [row(code, name, "mot_muc") for code, name in zip(CODES[:10], NAMES, strict=False)]
    rows.append(row(CODES[10], NAMES[10], "mot_muc", reason="khong_co_so_lieu", smallest_seen=None, evidence_vi=None))
    cells = review_table(pl.DataFrame(rows), FACTS, year=2024, nature="bao_cao")
    assert cells["area_id"].to_list() == list(CODES)
    assert cells["state"].to_list() == ["calm"] * 10 + ["no_data"] * 2
    ax = draw_leniency(pl.DataFrame(rows), FACTS, year=2024)
    assert "02 nơi chưa có số liệu xếp loại" in said(ax.figure)
    with pytest.raises(ValueError, match="no row of 2023"):
        draw_leniency(pl.DataFrame(rows), FACTS, year=2023)


def test_single_kinds_and_new_signs_show():
    kinds = [
        row("866", NAMES[0], "mot_muc", organisation=o, unit_type="chi_hoi", noted=True) for o in ("phu_nu", "ccb")
    ]
    rows = [
        row("866", NAMES[0], "mot_muc"),
        *kinds,
        row("866", NAMES[0], "moi_them", noted=True, evidence_vi="1.205/1.309"),
    ]
    ax = draw_leniency(pl.DataFrame(rows), FACTS, year=2024)
    shown = {text.get_gid(): text.get_text() for text in ax.texts if ":" in str(text.get_gid())}
    assert shown == {"866:mot_muc": "02", "866:moi_them": "1.205/1.309"}
    half = draw_leniency(pl.DataFrame(rows), FACTS, year=2024, size="half")
    assert "TP Cao Lãnh ở 02 loại hình riêng lẻ" in said(half.figure)


def test_many_places_leave_out_those_with_nothing_to_look_at():
    many = [row(f"3{i:04d}", f"Xã {i}", "mot_muc", year=2026, noted=i == 17) for i in range(102)]
    ax = draw_leniency(pl.DataFrame(many), FACTS, year=2026)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Xã 17"]
    assert "101 nơi khác" in said(ax.figure)
    quiet = draw_leniency(pl.DataFrame(many).with_columns(noted=pl.lit(False)), FACTS, year=2026)
    assert FACTS.layout["leniency"]["quiet"] in [text.get_text() for text in quiet.texts]


def test_counts_that_are_too_wide_for_their_cell_stand_in_two_lines(made_up, internal):
    wide = internal["ra-soat-xep-loai"].with_columns(evidence_vi=pl.lit("11.205/11.309"))
    ax = draw_leniency(wide, made_up, year=2024)
    ax.figure.canvas.draw()
    cell = ax.get_window_extent().width / 11
    counts = [text for text in ax.texts if "/" in text.get_text()]
    assert counts
    assert all(text.get_window_extent().width < cell and text.get_fontsize() >= 5.8 for text in counts)


# --- both


def both(facts, internal, **more):
    yield draw_leniency(internal["ra-soat-xep-loai"], facts, year=2024, **more)
    for indicator_id in ("T2", "T3", "T5"):
        yield draw_funnel(
            internal["khoang-dao-dong"],
            facts,
            indicator_id=indicator_id,
            year=2024,
            curves=internal["duong-gioi-han"],
            **more,
        )


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_sizes_marks_and_room(made_up, internal, size):
    for ax in both(made_up, internal, size=size):
        figure = ax.figure
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(made_up.layout["chart_size"][size]["width_mm"])
        # The mark of the internal folder is the first thing that is read, the trial mark the last.
        top, *_, last = sorted(figure.texts, key=lambda text: -text.get_position()[1])
        assert top.get_text() == INTERNAL and top.get_fontweight() == "bold"
        assert last.get_text() in TRIAL and TRIAL in said(figure)
        assert style.alt_text(figure).startswith(f"{INTERNAL}. ") and TRIAL in style.alt_text(figure)
        assert not FORBIDDEN.search(said(figure) + style.alt_text(figure))
        figure.set_dpi(300)
        figure.canvas.draw()
        box = figure.bbox
        for text in figure.findobj(lambda a: isinstance(a, Text) and a.get_visible() and a.get_text().strip()):
            extent = text.get_window_extent()
            assert extent.x0 >= -0.001 * box.width and extent.x1 <= 1.001 * box.width, text.get_text()
            assert extent.y0 >= -0.01 * box.height and extent.y1 <= 1.01 * box.height, text.get_text()
            assert text.get_fontsize() >= 5.8 * made_up.layout["chart_size"][size]["scale"] - 1e-6


def test_real_figures_have_a_source_and_no_trial_mark():
    for ax in (
        draw_funnel(table(), FACTS, indicator_id="T3", year=2024),
        draw_leniency(pl.DataFrame([row("866", NAMES[0], "mot_muc")]), FACTS, year=2024),
    ):
        words = said(ax.figure)
        assert INTERNAL in words and "Nguồn:" in words and TRIAL not in words


def test_the_callers_axes_carry_the_marks_too(made_up, internal):
    for draw in (
        lambda ax: draw_leniency(internal["ra-soat-xep-loai"], made_up, year=2024, ax=ax),
        lambda ax: draw_funnel(internal["khoang-dao-dong"], made_up, indicator_id="T3", year=2024, ax=ax),
    ):
        mine = Figure().subplots()
        assert draw(mine) is mine
        assert INTERNAL in texts(mine.figure) and TRIAL in texts(mine.figure)


def test_files_are_marked_tell_what_was_drawn_and_come_out_the_same_twice(made_up, internal, tmp_path):
    run = {"year": 2024, "nature": "gia_dinh", "tables": internal}
    made = draw_internal(tmp_path / "a", facts=made_up, **run)
    few = replace(made_up, layout=made_up.layout | {"internal_figures": made_up.layout["internal_figures"][:2]})
    draw_internal(tmp_path / "b", facts=few, **run)
    assert [chart.name for chart in made] == ["leniency", "funnel-T2", "funnel-T3", "funnel-T4", "funnel-T5"]
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == sorted(f"{chart.name}.{ending}" for chart in made for ending in ("png", "svg", "csv"))
    again = [path.name for path in (tmp_path / "b").iterdir()]
    assert len(again) == 6
    for name in again:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    for chart in made:
        csv = chart.png.with_suffix(".csv")
        assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
        assert csv.read_text("utf-8-sig").splitlines()[0] == f"{INTERNAL}. {TRIAL}"
        read = pl.read_csv(csv, skip_lines=1, infer_schema=False)
        assert read.columns == chart.table.columns and read.height == chart.table.height
        assert all(re.search("[À-ỹA-ZnN]", head) and "_" not in head for head in read.columns)
        assert not FORBIDDEN.search(csv.read_text("utf-8"))
        assert chart.place == "noi-bo" and "{" not in chart.caption and chart.alt.startswith(INTERNAL)
        assert b"<text" not in chart.svg.read_bytes()
    assert made[0].table.height == 110
    share = made[2].table
    assert share["Mã địa bàn"].to_list() == sorted(share["Mã địa bàn"])
    assert share["Ký hiệu"].to_list() == list("abcdefghij")
    held = internal["khoang-dao-dong"].filter(indicator_id="T3", organisation="tat_ca", unit_type="tat_ca")
    assert share["Giới hạn dưới 99,8% (0–1)"].to_list() == held.sort("area_id")["lower998"].to_list()
    said_of = dict(share.select("Địa bàn", "So với phạm vi dao động ngẫu nhiên").iter_rows())
    assert said_of["Huyện Giả Định Hai"] == "cao hơn, ngoài mức 99,8%"


def test_a_year_without_tables_draws_nothing(made_up, internal, tmp_path):
    empty = {name: frame.head(0) for name, frame in internal.items()}
    for tables in ({}, empty):
        assert draw_internal(tmp_path, facts=made_up, year=2024, nature="gia_dinh", tables=tables) == []
    assert list(tmp_path.iterdir()) == []


def test_internal_figures_are_known_and_stay_out_of_reports():
    figures = FACTS.layout["internal_figures"]
    assert {figure["kind"] for figure in figures} == {"leniency", "funnel"}
    assert not {"leniency", "funnel"} & {figure["kind"] for figure in FACTS.layout["figures"]}
    assert all("place" not in figure for figure in figures)
    # The caution under the picture is that of the sentences.
    assert FACTS.wording["note"]["leniency"].endswith(FACTS.layout["leniency"]["note"])
    assert set(FACTS.layout["leniency"]["signs"]) == set(FACTS.wording["leniency_seen"]) - {"mot_muc_rieng"}
    assert set(FACTS.layout["leniency"]["states"]) == set(FACTS.palette["review"])


def test_everything_is_told_apart_in_grey():
    def grey(colour: str) -> float:
        return sum(w * c for w, c in zip((0.3, 0.59, 0.11), to_rgb(colour), strict=True))

    cells = FACTS.palette["review"]
    assert grey(cells["noted"]["colour"]) < grey(cells["kinds"]["colour"]) - 0.3 < grey(cells["calm"]["colour"]) - 0.3
    assert len({cells[name]["marker"] for name in ("calm", "unsure", "no_data")}) == 3
    assert abs(grey(cells["noted"]["colour"]) - grey(cells["noted"]["ink"])) > 0.6
    lines = FACTS.palette["funnel_line"]
    assert len({tuple(line["dash"]) for line in lines.values()}) == len(lines)
    marks = FACTS.palette["funnel"]
    assert len({mark["marker"] for mark in marks.values()}) == len(marks)
