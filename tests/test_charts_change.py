"""Charts of change: drawn values against counts worked out by hand, what may not be compared, what adds up."""

from fractions import Fraction

import polars as pl
import pytest

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


def _texts(figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


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
    assert next(t.get_text() for t in gap.texts if t.get_gid() == "why:866") == "đổi thang xếp loại"
    assert "không so sánh được" in style.alt_text(figure)


def test_a_silent_district_and_a_small_base(facts, tables):
    share = charts.change(tables.changes, facts, indicator_id="T3", year=2024).axes[0]
    assert next(t.get_text() for t in share.texts if t.get_gid() == samples.SILENT) == "chưa có số liệu"
    small = charts.change(tables.changes, facts, indicator_id="T1", year=2024).axes[0]
    assert next(t.get_text() for t in small.texts if t.get_gid() == "866") == "06/06 → 06/06"


def test_a_change_that_stands_out_is_marked_by_shape_and_weight(facts):
    """Ninety more of a thousand is beyond chance, one more is not; the limits are those of the table."""
    data = Data(
        measures=None,
        ratings=ratings_of(
            {2023: {"866": (800, 1000), "867": (800, 1000)}, 2024: {"866": (890, 1000), "867": (801, 1000)}}
        ),
    )
    changes = compute_changes(compute_indicators(data, facts), facts)
    figure = charts.change(changes, facts, indicator_id="T3", year=2024, nature="bao_cao")
    gap = figure.axes[1]
    assert _line(gap, "difference:866").get_marker() == "^" and _line(gap, "difference:867").get_marker() == "o"
    row = changes.filter(indicator_id="T3", year=2024, area_id="866", organisation=ALL, unit_type=ALL).row(
        0, named=True
    )
    assert list(_line(gap, "interval:866").get_xdata()) == pytest.approx([100 * row["lower95"], 100 * row["upper95"]])
    said = {t.get_gid(): (t.get_text(), t.get_fontweight()) for t in gap.texts}
    assert said["said:866"] == ("+9", "bold") and said["said:867"] == ("+0,10", "normal")
    assert "01 nơi tăng rõ" in _texts(figure) or "1 nơi tăng rõ" in _texts(figure).replace("\u00a0", " ")


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


def test_years_that_cannot_be_compared_are_said_and_not_drawn(facts):
    data = Data(ratings=ratings_of({2024: {"866": (24, 30)}}), measures=None)
    mix = compute_mix(compute_indicators(data, facts), facts)
    rows = mix.filter(indicator_id="T3", year=2024, area_id="87", organisation=ALL, unit_type=ALL)
    assert rows.height
    ax = charts.mix_and_rate(mix, facts, indicator_id="T3", year=2024, nature="bao_cao")
    assert not ax.patches and "chưa tách được" in [text.get_text() for text in ax.texts]


def test_drawn_gives_the_rows_that_are_shown(facts, tables):
    given = charts.Inputs(
        facts, 2024, "nam", "gia_dinh", charts.with_counts(tables.assessment, tables.indicators), tables.indicators,
        tables.changes, tables.ratings, pl.DataFrame(), {"mix": compute_mix(tables.indicators, facts)},
    )  # fmt: skip
    rows = charts.DRAW["change"]({"indicator_id": "T5"}, given).rows
    assert rows["area_id"].to_list()[:3] == ["87", "866", "867"] and rows["area_name"][1] == "Thành phố Cao Lãnh"
    assert charts.DRAW["mix_and_rate"]({"indicator_id": "T5"}, given).rows["part_name"].to_list()[-1].startswith("Tỉnh")
