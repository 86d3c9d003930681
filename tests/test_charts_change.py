"""Charts of change: drawn values against counts worked out by hand, what may not be compared, what adds up."""

import math
from fractions import Fraction

import polars as pl
import pytest
from matplotlib.text import Text

from danvan_analysis.analysis import compute_changes, compute_indicators, compute_mix
from danvan_analysis.output import charts, style
from danvan_analysis.tables import ALL, Data

from . import output_samples as samples

#: The other districts: all as good as can be in both years, so that nothing is missing.
REST = {str(code): (100, 100) for code in range(868, 878)}


def ratings_of(years):
    """Ban công tác Mặt trận by district: {year: {area: (khá or better, all)}}."""
    rows = []
    for year, places in years.items():
        for area, (good, all_) in (REST | places).items():
            for level, fair, count in (("kha", True, good), ("trung_binh", False, all_ - good)):
                rows.append({"area_id": area, "year": year, "organisation": "mttq", "unit_type": "ban_ctmt", "count": count,
                             "scale_id": "xuat_sac_tot_kha", "rating": level, "good_or_better": None,
                             "fair_or_better": fair})  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"good_or_better": pl.Boolean}).filter(pl.col("count") > 0)


@pytest.fixture(scope="module")
def tables(facts):
    return samples.sample(facts)


def _line(ax, gid):
    return next(line for line in ax.lines if line.get_gid() == gid)


def _by_gid(ax, gid):
    return next(text.get_text() for text in ax.texts if text.get_gid() == gid)


def _boxes(figure):
    """Every word that is seen and where it stands, each once."""
    # As printed: letters of a coarse screen run wider.
    figure.set_dpi(300)
    figure.canvas.draw()
    shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in dict.fromkeys(shown)]


def _outside(figure):
    boxes = _boxes(figure)
    wide, high = figure.bbox.x1, figure.bbox.y1
    # A line of letters is measured with the room above and below it, of which a little may stand outside.
    return [word for word, b in boxes if b.x0 < -3 or b.x1 > wide + 3 or b.y0 < -9 or b.y1 > high + 9]


def _plain(figure) -> str:
    """Every word of a picture, in one line."""
    found = figure.findobj(lambda artist: hasattr(artist, "get_text"))
    return " ".join(text.get_text() for text in found).replace("\u00a0", " ")


def test_both_years_are_drawn_from_their_counts_in_official_order(facts, tables):
    figure = charts.change(tables.changes, facts, indicator_id="T5", year=2024)
    share, gap = figure.axes
    assert [share.get_label(), gap.get_label()] == ["share", "difference"]
    for place in ("866", "875", "87"):
        for name, year in (("before", 2023), ("now", 2024)):
            n, base = samples.counts("T5", year, place) if place != "87" else _province(tables, "T5", year)
            assert _line(share, f"{name}:{place}").get_xdata()[0] == pytest.approx(100 * n / base)
    names = [label.get_text() for label in share.get_yticklabels()]
    assert names[:4] == ["Toàn tỉnh", "TP Cao Lãnh", "TP Sa Đéc", "TP Hồng Ngự"] and len(names) == 13


def _province(tables, indicator_id, year):
    row = tables.indicators.filter(indicator_id=indicator_id, year=year, area_id="87").row(0, named=True)
    return row["numerator"], row["denominator"]


def test_what_may_not_be_compared_has_no_line_and_says_why(facts, tables):
    figure = charts.change(tables.changes, facts, indicator_id="T2", year=2023)
    share, gap = figure.axes
    assert {line.get_gid() for line in share.lines if line.get_gid()} >= {"before:866", "now:866"}
    assert "866" not in {line.get_gid() for line in share.lines}
    assert _by_gid(gap, "why:866") == "đổi thang xếp loại"
    assert not [line for line in gap.lines if str(line.get_gid()).startswith("interval")]
    assert "không so sánh được" in style.alt_text(figure)


def test_a_year_without_figures_has_no_mark_and_the_other_year_stays(facts, tables):
    share, gap = charts.change(tables.changes, facts, indicator_id="T3", year=2024).axes
    drawn = {line.get_gid() for line in share.lines}
    n, base = samples.counts("T3", 2023, samples.SILENT)
    assert _line(share, f"before:{samples.SILENT}").get_xdata()[0] == pytest.approx(100 * n / base)
    assert not drawn & {samples.SILENT, f"now:{samples.SILENT}"}
    assert _by_gid(gap, f"why:{samples.SILENT}") == "chưa có số liệu năm 2024"
    # A district of which the table says nothing in either year.
    less = tables.changes.filter(pl.col("area_id") != "866")
    share, gap = charts.change(less, facts, indicator_id="T3", year=2024).axes
    assert _by_gid(share, "866") == "chưa có số liệu"
    assert "why:866" not in {text.get_gid() for text in gap.texts}
    assert "2 nơi chưa có đủ số liệu hai năm" in _plain(share.figure)


def test_a_small_base_is_printed_and_never_a_percentage(facts, tables):
    share, gap = charts.change(tables.changes, facts, indicator_id="T1", year=2024).axes
    assert _by_gid(share, "866") == "06/06 → 06/06" and _by_gid(gap, "why:866") == "số lượng ít"
    assert "now:866" not in {line.get_gid() for line in share.lines}
    # Not even where the years may not be compared, or one of them is silent.
    apart = tables.changes.with_columns(comparable=pl.lit(False), reason=pl.lit("doi_thang"))
    share, gap = charts.change(apart, facts, indicator_id="T1", year=2024).axes
    assert _by_gid(share, "866") == "06/06 → 06/06" and _by_gid(gap, "why:866") == "đổi thang xếp loại"
    assert _by_gid(share, samples.SILENT) == "06/06 → –"


def _limits(x, n, x0, n0, z=1.959963984540054):
    """Newcombe's interval of a difference (1998, method 10), written out once more."""

    def wilson(x, n):
        middle, half = x + z * z / 2, z * math.sqrt(x * (n - x) / n + z * z / 4)
        return (middle - half) / (n + z * z), (middle + half) / (n + z * z)

    (low, high), (low0, high0), p, p0 = wilson(x, n), wilson(x0, n0), x / n, x0 / n0
    down, up = math.hypot(p - low, high0 - p0), math.hypot(high - p, p0 - low0)
    return [100 * (p - p0 - down), 100 * (p - p0 + up)]


#: Of a thousand units good in 2023 and 2024: beyond chance, beyond it alone, within it, the same, fewer beyond chance.
FOUND = {"866": (800, 890), "867": (800, 838), "868": (800, 801), "869": (800, 800), "870": (800, 700)}


@pytest.fixture(scope="module")
def apart(facts):
    """Changes of which every kind is known beforehand."""
    years = {year: {area: (two[i], 1000) for area, two in FOUND.items()} for i, year in enumerate((2023, 2024))}
    return compute_changes(compute_indicators(Data(measures=None, ratings=ratings_of(years)), facts), facts)


def test_marks_limits_and_words_say_what_is_beyond_chance(facts, apart):
    figure = charts.change(apart, facts, indicator_id="T3", year=2024, nature="bao_cao")
    share, gap = figure.axes
    marks = {area: _line(gap, f"difference:{area}").get_marker() for area in FOUND}
    assert marks == {"866": "^", "867": "s", "868": "D", "869": "D", "870": "v"}
    for area, (before, now) in FOUND.items():
        drawn = list(_line(gap, f"interval:{area}").get_xdata())
        assert drawn == pytest.approx(_limits(now, 1000, before, 1000), abs=1e-6)
        assert (drawn[0] > 0 or drawn[1] < 0) == (marks[area] in "^sv")
    said = {area: (_by_gid(gap, f"said:{area}"), gap_weight(gap, area)) for area in FOUND}
    assert said == {
        "866": ("+9", "bold"), "867": ("+3,80", "normal"), "868": ("+0,10", "normal"), "869": ("0", "normal"),
        "870": ("−10", "bold"),
    }  # fmt: skip
    words = _plain(figure)
    for part in ("1 nơi tăng rõ", "1 nơi giảm rõ", "1 nơi vượt dao động ngẫu nhiên chỉ khi xét riêng",
                 "1 nơi thay đổi trong phạm vi dao động ngẫu nhiên", "8 nơi không thay đổi"):  # fmt: skip
        assert part in words
    assert _line(share, "866").get_linewidth() > 2 * _line(share, "867").get_linewidth()
    assert facts.wording["note"]["full_count"] in words
    # Two equal years: the ring of the earlier one is larger than the dot of the later.
    assert _line(share, "before:869").get_markersize() > _line(share, "now:869").get_markersize()


def gap_weight(ax, area):
    return next(text.get_fontweight() for text in ax.texts if text.get_gid() == f"said:{area}")


def test_what_was_not_tested_has_no_interval_and_is_not_called_chance(facts, apart):
    summed = apart.with_columns(untested=pl.lit("so_cong_don"), stands_out=None, evidence=None)
    figure = charts.change(summed, facts, indicator_id="T3", year=2024, nature="bao_cao")
    gap = figure.axes[1]
    assert not [line for line in gap.lines if line.get_gid()]
    assert _by_gid(gap, "why:867") == "+3,80 (số cộng dồn)"
    words = _plain(figure)
    assert "12 nơi không xét dao động ngẫu nhiên" in words and "Số cộng dồn qua các năm" in words
    assert "phạm vi" not in words and "tăng rõ" not in words


def test_what_limits_a_comparison_stands_under_the_picture(facts, apart):
    said = pl.when(pl.col("area_id") == "866").then(pl.lit("Tăng 9 điểm phần trăm; tính theo số liệu đã nhận."))
    partly = pl.when(pl.col("area_id") == "867").then(pl.lit("doi_thang_mot_phan"))
    limited = apart.with_columns(sentence_vi=said.otherwise("sentence_vi"), reason=partly)
    words = _plain(charts.change(limited, facts, indicator_id="T3", year=2024, nature="bao_cao"))
    assert "TP Cao Lãnh: tính theo số liệu đã nhận." in words
    assert "TP Sa Đéc: một số đơn vị dùng thang xếp loại khác năm trước" in words


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_no_word_leaves_the_picture_and_none_lies_on_another(facts, tables, apart, size):
    mixed = apart.with_columns(
        untested=pl.when(pl.col("area_id") == "868").then(pl.lit("so_cong_don")).otherwise("untested"),
        comparable=pl.col("comparable") & (pl.col("area_id") != "869"),
        reason=pl.when(pl.col("area_id") == "869").then(pl.lit("doi_thang")),
    )
    figures = [
        charts.change(mixed, facts, indicator_id="T3", year=2024, nature="bao_cao", size=size),
        charts.change(tables.changes, facts, indicator_id="T1", year=2024, size=size),
    ]
    for figure in figures:
        assert _outside(figure) == []
        boxes = _boxes(figure)
        # Where two boxes meet and one covers more than half a line of the other, a word lies on a word.
        for i, (word, one) in enumerate(boxes):
            for another, other in boxes[i + 1 :]:
                wide = min(one.x1, other.x1) - max(one.x0, other.x0)
                high = min(one.y1, other.y1) - max(one.y0, other.y0)
                assert wide < 1 or high < 0.5 * min(one.height, other.height), (word, another)


def test_files_are_the_same_twice(facts, apart, tmp_path):
    for folder in ("a", "b"):
        figure = charts.change(apart, facts, indicator_id="T3", year=2024, nature="bao_cao")
        charts.save_chart(figure, tmp_path / folder / "change", dpi=80)
    for ending in ("png", "svg"):
        assert (tmp_path / f"a/change.{ending}").read_bytes() == (tmp_path / f"b/change.{ending}").read_bytes()


def test_no_row_is_an_error(facts, tables):
    with pytest.raises(ValueError, match="no row of T3"):
        charts.change(tables.changes, facts, indicator_id="T3", year=1999)
    with pytest.raises(ValueError, match="no row of T3"):
        charts.mix_and_rate(compute_mix(tables.indicators, facts), facts, indicator_id="T3", year=1999)


def test_the_parts_add_up_to_the_whole_and_are_drawn_so(facts):
    data = Data(
        measures=None,
        ratings=ratings_of({2023: {"866": (40, 50), "867": (45, 50)}, 2024: {"866": (24, 30), "867": (63, 70)}}),
    )
    mix = compute_mix(compute_indicators(data, facts), facts)
    ax = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, nature="bao_cao")
    bars = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    # 1085/1100 to 1087/1100: every share stands still, all of it is the weight of the better one.
    assert bars[f"{ALL}:rate"] == pytest.approx(0) and bars[f"{ALL}:mix"] == pytest.approx(200 / 1100)
    for key in ("rate", "mix"):
        parts = [width for gid, width in bars.items() if gid.endswith(f":{key}") and not gid.startswith(ALL)]
        assert len(parts) == 12 and sum(parts) == pytest.approx(bars[f"{ALL}:{key}"])
    assert Fraction(
        mix.filter(part=ALL, area_id="87", indicator_id="T3", organisation=ALL, unit_type=ALL, year=2024)[
            "change_exact"
        ].item()
    ) == Fraction(2, 1100)
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == "Cộng"


def test_two_effects_of_one_sign_stand_end_to_end(facts):
    rows = ratings_of({2023: {"866": (40, 50), "867": (45, 50)}, 2024: {"866": (20, 31), "867": (61, 70)}})
    mix = compute_mix(compute_indicators(Data(measures=None, ratings=rows), facts), facts)
    ax = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, nature="bao_cao")
    bars = {bar.get_gid(): bar for bar in ax.patches}
    rate, part = bars["867:rate"], bars["867:mix"]
    assert (rate.get_x(), rate.get_width()) == (0, pytest.approx(-0.15576158628))
    assert (part.get_x(), part.get_width()) == (pytest.approx(-0.15576158628), pytest.approx(-0.17831294883))
    assert bars[f"{ALL}:mix"].get_x() == 0
    assert "+0,273" in _plain(ax.figure)


def test_years_that_cannot_be_compared_are_said_and_not_drawn(facts):
    data = Data(ratings=ratings_of({2024: {"866": (24, 30)}}), measures=None)
    mix = compute_mix(compute_indicators(data, facts), facts)
    rows = mix.filter(indicator_id="T3", year=2024, area_id="87", organisation=ALL, unit_type=ALL)
    assert rows.height
    ax = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, nature="bao_cao")
    assert not ax.patches and "chưa tách được" in [text.get_text() for text in ax.texts]


def test_parts_stand_in_official_order_and_the_place_is_named(facts):
    """Kinds of unit as the facts order them, not by their codes; the finding names no more than one sentence."""
    rows = ratings_of({2023: {"866": (40, 50)}, 2024: {"866": (45, 50)}})
    other = rows.filter(area_id="866").with_columns(organisation=pl.lit("nong_dan"), unit_type=pl.lit("chi_hoi"))
    mix = compute_mix(compute_indicators(Data(measures=None, ratings=pl.concat([rows, other])), facts), facts,
                      by=("organisation",))  # fmt: skip
    own = {"indicator_id": "T3", "year": 2024, "by": "organisation", "nature": "bao_cao"}
    ax = charts.mix_and_rate(mix, facts, **own, area_id="866")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Mặt trận Tổ quốc", "Hội Nông dân", "Cộng"]
    assert "Thành phố Cao Lãnh, năm 2024" in _plain(ax.figure)
    assert {bar.get_gid(): bar.get_width() for bar in ax.patches}[f"{ALL}:rate"] == pytest.approx(10)


def test_a_whole_of_few_units_is_not_split_in_percent(facts):
    few = ratings_of({2023: {"866": (4, 6)}, 2024: {"866": (5, 6)}})
    mix = compute_mix(compute_indicators(Data(measures=None, ratings=few), facts), facts, by=("organisation",))
    ax = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, by="organisation", area_id="866",
                             nature="bao_cao")  # fmt: skip
    assert not ax.patches and "Năm trước 04/06, năm nay 05/06" in _plain(ax.figure)
    assert "số lượng ít" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_the_finding_is_one_sentence_and_its_limits_stand_below(facts, size):
    """A district with a better share of fewer units makes the table say more than one sentence."""
    other = {"867": (90, 100)}
    fewer = ratings_of({2023: {"866": (40, 50)} | other, 2024: {"866": (38, 45)} | other})
    mix = compute_mix(compute_indicators(Data(measures=None, ratings=fewer), facts), facts)
    whole = mix.filter(part=ALL, area_id="87", indicator_id="T3", organisation=ALL, unit_type=ALL, year=2024)
    assert ". " in whole["sentence_vi"].item()
    finding, _, besides = whole["sentence_vi"].item().partition(". ")
    figure = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, nature="bao_cao", size=size).figure
    bold = " ".join(t.get_text() for t in figure.texts if t.get_fontweight() == "bold").replace("\u00a0", " ")
    rest = " ".join(t.get_text() for t in figure.texts if t.get_fontweight() != "bold").replace("\u00a0", " ")
    assert bold == finding and besides in rest
    assert _outside(figure) == []


def test_a_place_without_a_row_is_said_to_have_none(facts):
    mix = compute_mix(compute_indicators(Data(measures=None, ratings=ratings_of({2023: {"867": (90, 100)},
                      2024: {"867": (91, 100)}})), facts), facts, by=("organisation",))  # fmt: skip
    ax = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, by="organisation", area_id="866",
                             nature="bao_cao")  # fmt: skip
    assert not ax.patches and "Thành phố Cao Lãnh, năm 2024" in _plain(ax.figure)
    assert "chưa đủ số liệu" in _plain(ax.figure)


def test_drawn_gives_the_rows_that_are_shown(facts, tables):
    given = charts.Inputs(
        facts, 2024, "nam", "gia_dinh", charts.with_counts(tables.assessment, tables.indicators), tables.indicators,
        tables.changes, tables.ratings, pl.DataFrame(), {"mix": compute_mix(tables.indicators, facts)},
    )  # fmt: skip
    rows = charts.DRAW["change"]({"indicator_id": "T5"}, given).rows
    assert rows["area_id"].to_list()[:3] == ["87", "866", "867"] and rows["area_name"][1] == "Thành phố Cao Lãnh"
    assert charts.DRAW["mix_and_rate"]({"indicator_id": "T5"}, given).rows["part_name"].to_list()[-1].startswith("Tỉnh")
