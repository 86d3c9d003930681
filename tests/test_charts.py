"""Charts: drawn values, missing places drawn as missing, no warning, the same bytes twice, readable in grey."""

import re
from pathlib import Path

import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from danvan_analysis.analysis import compute_mix
from danvan_analysis.errors import OutputError
from danvan_analysis.facts import Facts
from danvan_analysis.output import charts, labels, style

from . import output_samples as samples

MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ - KHÔNG PHẢI SỐ LIỆU CỦA ĐỊA PHƯƠNG"


@pytest.fixture(scope="module")
def tables(facts: Facts):
    return samples.sample(facts)


@pytest.fixture(scope="module")
def verdicts(tables) -> pl.DataFrame:
    return charts.with_counts(tables.assessment, tables.indicators)


def _texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def _by_gid(ax: Axes, gid: str) -> str:
    return next(text.get_text() for text in ax.texts if text.get_gid() == gid)


def test_scorecard_shows_each_share_and_draws_the_silent_district_as_missing(facts, verdicts):
    ax = charts.scorecard(verdicts, facts, year=2024)
    n, base = samples.counts("T2", 2024, "866")
    assert _by_gid(ax, "866:T2") == labels.share(n, base, 1).removesuffix("%")
    # A base under ten: n/N, no percentage.
    assert _by_gid(ax, "869:T1") == "05/06"
    for target in ("T1", "T2", "T3", "T4", "T5"):
        assert _by_gid(ax, f"{samples.SILENT}:{target}") == "–"
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[:4] == ["Toàn tỉnh", "TP Cao Lãnh", "TP Sa Đéc", "TP Hồng Ngự"]
    assert len(names) == 13
    assert MARK in _texts(ax.figure)
    # A source too, but never an office's: no office reported these numbers.
    assert "Nguồn: bộ số liệu chạy thử." in _texts(ax.figure) and "tổng hợp." not in _texts(ax.figure)
    assert "Đạt / cao hơn mức chung" in _texts(ax.figure)


def test_trend_draws_the_counts_and_stops_at_a_change_of_scale(facts, tables, verdicts):
    ax = charts.trend(verdicts, facts, indicator_id="T2", changes=tables.changes)
    pieces = [line for line in ax.lines if line.get_gid() == "series"]
    assert [list(piece.get_xdata()) for piece in pieces] == [[2021, 2022], [2023, 2024]]
    row = verdicts.filter(indicator_id="T2", year=2024, area_id="87").row(0, named=True)
    assert pieces[-1].get_ydata()[-1] == pytest.approx(100 * row["numerator"] / row["denominator"])
    assert [line.get_gid() for line in ax.lines if str(line.get_gid()).startswith("break")] == ["break:2023"]
    assert next(line for line in ax.lines if line.get_gid() == "target").get_ydata()[0] == 80


def test_trend_of_a_silent_year_leaves_a_gap_and_says_so(facts, tables, verdicts):
    ax = charts.trend(verdicts, facts, indicator_id="T3", changes=tables.changes, area_id=samples.SILENT)
    assert [list(x.get_xdata()) for x in ax.lines if x.get_gid() == "series"] == [[2021, 2022, 2023]]
    assert "chưa có số liệu" in [text.get_text() for text in ax.texts]


def test_trend_shows_the_bounds_of_an_undecided_year(facts, tables, verdicts):
    ax = charts.trend(verdicts, facts, indicator_id="T1", changes=tables.changes)
    bounds = next(line for line in ax.lines if line.get_gid() == "bounds")
    row = verdicts.filter(indicator_id="T1", year=2024, area_id="87").row(0, named=True)
    assert list(bounds.get_ydata()) == pytest.approx([100 * row["lower_bound"], 100 * row["upper_bound"]])


def test_trend_without_rows_is_an_error(facts, verdicts):
    with pytest.raises(ValueError, match="no row of T2"):
        charts.trend(verdicts, facts, indicator_id="T2", period="6-thang")


def test_small_multiples_keep_the_official_order(facts, tables, verdicts):
    figure = charts.small_multiples(verdicts, facts, indicator_id="T3", year=2024, changes=tables.changes)
    assert [ax.get_label() for ax in figure.axes] == [str(code) for code in range(866, 878)]
    silent = next(ax for ax in figure.axes if ax.get_label() == samples.SILENT)
    assert any("chưa có" in text.get_text() for text in silent.texts)
    assert "10 nơi cao hơn" in style.alt_text(figure)


def test_rating_shares_draw_counts_and_never_add_levels_of_different_scales(facts, tables):
    ax = charts.rating_shares(tables.ratings, facts, year=2024, unit_type="ban_ctmt")
    widths = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    own = tables.ratings.filter(year=2024, area_id="866", unit_type="ban_ctmt")
    best = own.filter(rating="xuat_sac")["count"].sum()
    assert widths["866:xuat_sac"] == pytest.approx(best / own["count"].sum())
    assert _by_gid(ax, samples.SILENT) == "chưa có số liệu"

    mixed = charts.rating_shares(tables.ratings, facts, year=2024, unit_type="chi_hoi")
    assert {bar.get_gid().split(":")[1] for bar in mixed.patches} <= {"kha_tro_len", "duoi_kha", "chua_xep_loai"}
    assert "thang xếp loại khác nhau" in _texts(mixed.figure)

    one = charts.rating_shares(tables.ratings, facts, year=2024, unit_type="chi_hoi", organisation="ccb")
    assert "866:tsvm_xuat_sac" in {bar.get_gid() for bar in one.patches}


def test_needed_draws_the_margin_in_units(facts, verdicts):
    ax = charts.needed(verdicts, facts, indicator_id="T3", year=2024)
    widths = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    margin = verdicts.filter(indicator_id="T3", year=2024, area_id=samples.BELOW)["margin_units"].item()
    assert margin < 0 and widths[samples.BELOW] == margin
    assert samples.SILENT not in widths and _by_gid(ax, samples.SILENT) == "chưa có số liệu"


def test_returns_show_who_sent_what(facts, tables):
    table = charts.returns_table(facts, sources=tables.sources, ratings=tables.ratings, year=2024)
    state = {(s, t): v for s, t, v in table.select("sender", "target", "state").iter_rows()}
    assert state["866", "T2"] == "sent" and state[samples.SILENT, "T2"] == "missing"
    assert state["cong_doan", "T3"] == "not_expected"
    ax = charts.returns(table, facts, year=2024, nature="gia_dinh")
    assert {patch.get_gid() for patch in ax.patches} >= {"866:T2", f"{samples.SILENT}:T2"}


def test_a_chart_draws_on_the_callers_axes(facts, verdicts):
    mine = Figure().subplots()
    assert charts.needed(verdicts, facts, indicator_id="T3", year=2024, ax=mine) is mine
    assert MARK in _texts(mine.figure)


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_sizes_are_those_of_the_layout(facts, verdicts, size):
    figure = charts.needed(verdicts, facts, indicator_id="T4", year=2024, size=size).figure
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(facts.layout["chart_size"][size]["width_mm"])


def _spans(figure: Figure):
    box = figure.bbox
    for text in figure.findobj(lambda a: hasattr(a, "get_text") and a.get_visible() and a.get_text().strip()):
        extent = text.get_window_extent()
        yield (
            text.get_text(),
            extent.x0 / box.width,
            extent.x1 / box.width,
            extent.y0 / box.height,
            extent.y1 / box.height,
        )


@pytest.mark.parametrize("size", ["a4", "half", "slide"])
def test_no_text_leaves_the_picture(facts, tables, verdicts, size):
    table = charts.returns_table(facts, sources=tables.sources, ratings=tables.ratings, year=2024)
    figures = [
        charts.scorecard(verdicts, facts, year=2024, size=size).figure,
        charts.trend(verdicts, facts, indicator_id="T2", changes=tables.changes, size=size).figure,
        charts.small_multiples(verdicts, facts, indicator_id="T3", year=2024, size=size),
        charts.rating_shares(tables.ratings, facts, year=2024, unit_type="ban_ctmt", size=size).figure,
        charts.needed(verdicts, facts, indicator_id="T4", year=2024, size=size).figure,
        charts.returns(table, facts, year=2024, nature="gia_dinh", size=size).figure,
        charts.change(tables.changes, facts, indicator_id="T3", year=2024, size=size),
        charts.change(tables.changes, facts, indicator_id="T2", year=2023, size=size),
        charts.mix_and_rate(
            compute_mix(tables.indicators, facts), facts, indicator_id="T3", year=2024, size=size
        ).figure,
    ]
    for figure in figures:
        # Letters are as wide as in the file only at the file's own resolution.
        figure.set_dpi(facts.layout["chart"]["dpi"])
        figure.canvas.draw()
        out = [
            span for span in _spans(figure) if span[1] < -0.001 or span[2] > 1.001 or span[3] < -0.01 or span[4] > 1.01
        ]
        assert not out
        assert not list(_overlapping(figure))


def _overlapping(figure: Figure):
    """Give pairs of texts that stand on each other by more than a sliver."""
    # A text's box is as high as its line; the letters fill its middle. A legend's words are found twice.
    spans = list(
        dict.fromkeys((t, x0, x1, y0 + 0.2 * (y1 - y0), y1 - 0.2 * (y1 - y0)) for t, x0, x1, y0, y1 in _spans(figure))
    )
    for i, (one, left, right, bottom, top) in enumerate(spans):
        for other, left2, right2, bottom2, top2 in spans[i + 1 :]:
            wide, high = min(right, right2) - max(left, left2), min(top, top2) - max(bottom, bottom2)
            small = min((right - left) * (top - bottom), (right2 - left2) * (top2 - bottom2))
            if wide > 0 and high > 0 and wide * high > 0.12 * small:
                yield one, other


def test_files_are_the_same_twice_and_carry_alt_text(facts, tables, verdicts, tmp_path):
    def write(folder: Path) -> str:
        figure = charts.trend(verdicts, facts, indicator_id="T3", changes=tables.changes).figure
        return charts.save_chart(figure, folder / "trend")

    alt = write(tmp_path / "a")
    write(tmp_path / "b")
    for ending in ("png", "svg"):
        assert (tmp_path / f"a/trend.{ending}").read_bytes() == (tmp_path / f"b/trend.{ending}").read_bytes()
    assert "2024" in alt and MARK in alt
    svg = (tmp_path / "a/trend.svg").read_text(encoding="utf-8")
    assert "<text" not in svg and "dc:date" not in svg


def test_real_returns_carry_their_source_and_no_mark(facts):
    tables = samples.sample(facts, nature="bao_cao")
    table = charts.with_counts(tables.assessment, tables.indicators)
    said = _texts(charts.scorecard(table, facts, year=2024).figure)
    assert "Nguồn:" in said and MARK not in said


def test_draw_year_writes_picture_table_and_caption(facts, tables, tmp_path):
    table = charts.returns_table(facts, sources=tables.sources, ratings=tables.ratings, year=2024)
    made = charts.draw_year(
        tmp_path,
        facts=facts,
        year=2024,
        indicators=tables.indicators,
        assessment=tables.assessment,
        changes=tables.changes,
        ratings=tables.ratings,
        returned=table,
    )
    assert len({chart.name.split("-")[0] for chart in made}) >= 5
    for chart in made:
        assert chart.png.is_file() and chart.svg.is_file() and chart.png.with_suffix(".csv").is_file()
        assert chart.alt and chart.caption and "{" not in chart.caption and chart.table.height


def test_a_year_without_any_return_still_draws_the_scorecard(facts, tables, tmp_path):
    table = charts.returns_table(facts, sources=tables.sources, ratings=tables.ratings, year=2020)
    made = charts.draw_year(
        tmp_path,
        facts=facts,
        year=2020,
        indicators=tables.indicators,
        assessment=tables.assessment,
        changes=tables.changes,
        ratings=tables.ratings,
        returned=table,
    )
    assert [chart.name for chart in made] == ["scorecard", "returns"]


def test_states_differ_in_mark_and_every_colour_pair_differs_in_grey_or_hatch(facts):
    states = facts.palette["state"]
    assert len({entry["marker"] for entry in states.values()}) == len(states)
    grey = {
        name: sum(w * c for w, c in zip((0.3, 0.59, 0.11), to_rgb(e["colour"]), strict=True))
        for name, e in states.items()
    }
    assert abs(grey["met"] - grey["not_met"]) > 0.2 and states["met"]["hatch"] != states["not_met"]["hatch"]
    ranks = [facts.palette["rank"][str(i)] for i in range(1, 6)]
    looks = {(round(sum(to_rgb(r["colour"])), 1), r["hatch"]) for r in ranks}
    assert len(looks) == len(ranks)


def test_figures_of_the_layout_name_known_things(facts):
    known = set(facts.indicators["indicator_id"])
    for figure in facts.layout["figures"]:
        assert hasattr(charts, figure["kind"])
        assert figure.get("indicator_id", "T1") in known
        assert figure.get("unit_type", "chi_hoi") in set(facts.unit_types["unit_type"])
    measures = set(facts.measures["measure"])
    listed = [m for key, names in facts.layout["section_measures"].items() if key.isdigit() for m in names]
    assert set(listed) <= measures and len(listed) == len(set(listed))


def test_default_font_has_every_vietnamese_letter_and_others_are_checked(tmp_path):
    assert style.register_font() == "Spectral"
    import matplotlib

    stix = Path(matplotlib.get_data_path()) / "fonts/ttf/STIXGeneral.ttf"
    with pytest.raises(OutputError, match=r"thiếu \d+ chữ tiếng Việt"):
        style.register_font(str(stix))
    with pytest.raises(OutputError, match="không có phông chữ"):
        style.register_font("Phông Không Có")
    with pytest.raises(OutputError, match="Không tìm thấy tệp"):
        style.register_font(str(tmp_path / "khong-co.ttf"))


def test_numbers_on_charts_use_decimal_commas(facts, verdicts):
    said = _texts(charts.scorecard(verdicts, facts, year=2024).figure)
    assert re.search(r"\d,\d", said) and not re.search(r"\d\.\d(?!\d\d)", said)
