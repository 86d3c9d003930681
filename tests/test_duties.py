"""Duties: a return of them is read in the words of the facts; every duty of every year has a state, and silence is none."""

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from danvan_analysis.analysis.due_dates import due_date
from danvan_analysis.analysis.duties import duties_state
from danvan_analysis.errors import FactsError
from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake.read import read_raw
from danvan_analysis.tables import Data, Duties

FACTS = load_facts()
DAY = date(2025, 1, 15)
HEAD = ["STT", "Nội dung nhiệm vụ", "Cơ quan thực hiện", "Sản phẩm", "Thời hạn", "Kết quả thực hiện", "Ghi chú"]
TASK = dict(FACTS.duties.select("duty_id", "task_vi").iter_rows())
LOCAL = FACTS.senders.filter(channel="dia_phuong").height


# The door


def write(
    folder: Path, rows, head=HEAD, title="TÌNH HÌNH THỰC HIỆN NHIỆM VỤ NĂM 2024", sender="HUYỆN UỶ TAM NÔNG", name="nv"
):
    book = openpyxl.Workbook()
    sheet = book.active
    for line in ([sender], [title], [], head, *rows):
        sheet.append(line)
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / f"{name}.xlsx")


def read(folder: Path, facts: Facts = FACTS):
    data = read_raw(folder, facts)
    sheets = data.sources
    rows = sheets["rows_used"] + sheets["rows_aside"] + sheets["rows_structural"]
    cells = sum(sheets[f"cells_{k}"] for k in ("used", "checked", "aside", "structural"))
    assert (rows == sheets["rows_read"]).all() and (cells == sheets["cells_read"]).all()
    Duties.validate(data.duties)
    return data


def test_a_return_of_duties_reads_back(tmp_path):
    write(
        tmp_path / "2024",
        [
            [
                1,
                TASK["IV.1"],
                "Huyện uỷ Tam Nông",
                "Chương trình số 12",
                None,
                "Đã thực hiện (Chương trình số 12-CTr/HU)",
            ],
            [2, TASK["II.3a"].upper() + ".", None, None, "31/3/2024", "Đang thực hiện", "gửi sau"],
            ["IV.7", "Quán triệt", "Các chi bộ", None, "Quý II", "chưa triển khai"],
            [4, TASK["II.3b"], None, None, None, None],
        ],
    )
    data = read(tmp_path)
    shown = data.duties.select("duty_id", "body", "product", "due", "state", "area_id", "year", "period", "nature")
    assert shown.rows() == [
        ("II.3a", "Huyện uỷ Tam Nông", "Kế hoạch năm", "31/3/2024", "dang_thuc_hien", "871", 2024, "nam", "bao_cao"),
        ("IV.1", "Huyện uỷ Tam Nông", "Chương trình số 12", None, "da_thuc_hien", "871", 2024, "nam", "bao_cao"),
        ("IV.7", "Các chi bộ", "Báo cáo quán triệt", "Quý II", "chua_thuc_hien", "871", 2024, "nam", "bao_cao"),
    ]
    assert data.duties.filter(duty_id="II.3a")["source_cell"].item() == "F6;B6;E6"
    assert data.set_aside.is_empty()
    assert data.sources.select("status", "form_id", "rows_used").row(0) == ("read", "nhiem-vu", 3)


@pytest.mark.parametrize(
    "head",
    [
        ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn hoàn thành", "Tình hình thực hiện"],
        ["Nội dung", "Đơn vị thực hiện", "Thời gian hoàn thành", "Kết quả thực hiện năm 2024"],
        ["STT", "Nội dung công việc", "Cơ quan, đơn vị thực hiện", "Sản phẩm", "Tiến độ thực hiện"],
    ],
)
def test_headers_in_other_words(tmp_path, head):
    task = next(i for i, text in enumerate(head) if text.startswith(("Nhiệm vụ", "Nội dung")))
    rows = []
    for duty, said in (("IV.1", "Đã hoàn thành"), ("II.3a", "Đang triển khai")):
        row: list[str | int | None] = [None] * len(head)
        row[0], row[task], row[-1] = len(rows) + 1, TASK[duty], said
        rows.append(row)
    write(tmp_path / "2024", rows, head)
    assert dict(read(tmp_path).duties.select("duty_id", "state").iter_rows()) == {
        "IV.1": "da_thuc_hien",
        "II.3a": "dang_thuc_hien",
    }


@pytest.mark.parametrize(
    ("task", "said", "reason"),
    [
        ("Trồng cây xanh ven đường", "Đã thực hiện", "nhiem_vu_la"),
        # It begins two duties of the facts alike.
        ("Xây dựng chương trình hành động", "Đã thực hiện", "nhiem_vu_la"),
        (TASK["IV.1"], "Cơ bản đạt yêu cầu", "trang_thai_la"),
        (TASK["IV.1"], "Đã thực hiện 3/5 nội dung", "trang_thai_la"),
        (TASK["IV.1"], "Đã thực hiện; còn một phần đang triển khai", "trang_thai_la"),
        (TASK["IV.1"], "Chưa hoàn thành", "trang_thai_la"),
    ],
)
def test_what_is_unclear_is_asked_and_never_guessed(tmp_path, task, said, reason):
    write(tmp_path / "2024", [[1, task, None, None, None, said]])
    data = read(tmp_path)
    assert data.duties.is_empty()
    asked = data.set_aside.row(0, named=True)
    assert (asked["effect"], asked["reason"], asked["source_cell"]) == ("aside", reason, "F5")
    assert data.sources["status"].item() == "read" or data.sources["rows_aside"].item() == 1


def test_the_signatures_under_a_table_are_no_duties(tmp_path):
    rows = [[1, TASK["IV.1"], "Ban Thường vụ Huyện uỷ", None, None, "Đã thực hiện"]]
    rows += [["IV.7", TASK["IV.7"], "Ban Thường vụ Huyện uỷ", None, None, "Chưa thực hiện"]]
    rows += [[], [None, "NGƯỜI LẬP BIỂU", None, None, None, "TRƯỞNG BAN"], [None, None, None, None, None, "(ký tên)"]]
    write(tmp_path / "2024", rows)
    data = read(tmp_path)
    assert data.duties["duty_id"].to_list() == ["IV.1", "IV.7"]
    assert data.set_aside.is_empty()


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Đang thực hiện, dự kiến hoàn thành trong quý I/2025", "dang_thuc_hien"),
        ("Chưa ban hành, sẽ hoàn thành trong năm sau", "chua_thuc_hien"),
        ("Đang thực hiện, phần còn lại chưa thực hiện", None),
        ("Dự kiến hoàn thành quý I/2025", None),
    ],
)
def test_what_is_still_to_come_is_no_state(tmp_path, said, state):
    write(tmp_path / "2024", [[1, TASK["IV.1"], None, None, None, said]])
    data = read(tmp_path)
    assert data.duties["state"].to_list() == ([state] if state else [])
    assert data.set_aside["reason"].to_list() == ([] if state else ["trang_thai_la"])


def test_a_return_without_year_or_body_is_asked_about(tmp_path):
    write(tmp_path, [[1, TASK["IV.1"], None, None, None, "Đã thực hiện"]], title="TÌNH HÌNH THỰC HIỆN NHIỆM VỤ")
    data = read(tmp_path)
    assert data.duties.is_empty() and data.set_aside["reason"].to_list() == ["thieu_boi_canh"]


def test_trial_returns_are_left_out_beside_real_ones(tmp_path):
    write(tmp_path / "gia-dinh" / "2024", [[1, TASK["IV.1"], None, None, None, "Đã thực hiện"]])
    assert read(tmp_path).duties["nature"].to_list() == ["gia_dinh"]
    write(tmp_path / "2024", [[1, TASK["II.3a"], None, None, None, "Đã thực hiện"]])
    assert read(tmp_path).duties.select("duty_id", "nature").rows() == [("II.3a", "bao_cao")]


def test_the_same_file_twice_counts_once(tmp_path):
    write(tmp_path / "2024", [[1, TASK["IV.1"], None, None, None, "Đã thực hiện"]])
    source = tmp_path / "2024" / "nv.xlsx"
    (tmp_path / "2024" / "nv (1).xlsx").write_bytes(source.read_bytes())
    assert read(tmp_path).duties.height == 1


def test_years_as_columns_of_results_are_no_duties(tmp_path):
    """ "Nội dung … Kết quả thực hiện" heads the tables of counts too."""
    head = ["STT", "Nội dung", "Đơn vị tính", "Kết quả thực hiện năm 2023", "Kết quả thực hiện năm 2024"]
    rows = [[1, "Tổng số đảng viên", "đảng viên", 100, 110]]
    write(tmp_path / "2024", rows, head, title="KẾT QUẢ CÔNG TÁC DÂN VẬN NĂM 2024")
    data = read(tmp_path)
    assert data.sources["form_id"].item() != "nhiem-vu" and data.duties.is_empty()


def test_wordings_are_facts(tmp_path):
    own = tmp_path / "own" / "forms"
    own.mkdir(parents=True)
    (own / "nhiem-vu.toml").write_text('[states]\nda_thuc_hien = ["ổn rồi"]\n', "utf-8")
    write(tmp_path / "raw" / "2024", [[1, TASK["IV.1"], None, None, None, "Ổn rồi."]])
    data = read_raw(tmp_path / "raw", load_facts(tmp_path / "own"))
    assert data.duties["state"].to_list() == ["da_thuc_hien"]
    (own / "nhiem-vu.toml").write_text('[states]\nchua_thuc_hien = ["đã xong"]\nxong = ["x"]\n', "utf-8")
    with pytest.raises(FactsError) as error:
        load_facts(tmp_path / "own")
    assert '"đã xong" đứng ở cả' in str(error.value) and 'không có "xong"' in str(error.value)


# The state of every duty


def told(duty_id="IV.1", state="da_thuc_hien", area_id="871", year=2024, **more):
    return {
        "duty_id": duty_id, "task_vi": TASK[duty_id], "body": "", "product": None, "due": None, "state": state,
        "area_id": area_id, "year": year, "period": "nam", "nature": "bao_cao",
    } | more  # fmt: skip


TYPES = {"product": pl.String, "due": pl.String}


def table(*rows, years=None, as_of=DAY, facts=FACTS, wrap=lambda frame: frame):
    duties = wrap(pl.DataFrame(list(rows), schema_overrides=TYPES)) if rows else None
    return duties_state(Data(None, None, duties), facts, as_of=as_of, years=years)


def one(frame, duty_id, area_id="87", year=2024, **more):
    return frame.filter(duty_id=duty_id, area_id=area_id, year=year, **more).row(0, named=True)


def test_every_duty_of_the_year_has_its_row():
    made = table(years=[2024])
    many = FACTS.duties.filter(pl.col("bodies").is_not_null()).height
    assert made.height == FACTS.duties.height + many * LOCAL
    assert set(made["duty_id"]) == set(TASK) and set(made["state"]) == {"chua_co_bao_cao"}
    assert made["overdue"].null_count() == made.height
    assert all("không có nghĩa là chưa thực hiện" in said for said in made["sentence_vi"])
    assert made.equals(made.sort(made.columns[:7]))
    assert made.select(made.columns[:7]).null_count().sum_horizontal().item() == 0
    assert table(told(year=2023), years=[2024]).schema == made.schema == table().schema


def test_nothing_sent_nothing_asked_and_only_the_years_of_the_resolution():
    assert table().is_empty()
    assert set(table(told(year=2019), told(year=2022), told(year=2030))["year"]) == {2022}
    # A return of anything in a year asks for the duties of that year.
    rated = pl.DataFrame({"year": [2023, 2024], "nature": ["bao_cao", "cong_bo"]})
    assert set(duties_state(Data(rated, None), FACTS, as_of=DAY)["year"]) == {2023}


def test_bodies_of_one_duty_are_added_up():
    """The truth by hand: three of twelve reported, one of them has not begun."""
    made = table(
        told(area_id="866"), told(area_id="867", state="dang_thuc_hien"), told(area_id="868", state="chua_thuc_hien")
    )
    whole = one(made, "IV.1")
    assert (whole["bodies_done"], whole["bodies_silent"], whole["bodies_expected"]) == (1, LOCAL - 3, LOCAL)
    assert (whole["state"], whole["method"], whole["reason"]) == ("dang_thuc_hien", "tong_hop", "thieu_bao_cao")
    assert whole["sentence_vi"].endswith(": 01/12 cơ quan đã thực hiện, 09 cơ quan chưa có báo cáo.")
    assert one(made, "IV.1", "867")["body"] == "Thành uỷ Sa Đéc"
    everybody = table(*(told(area_id=str(area)) for area in range(866, 878)))
    assert one(everybody, "IV.1")["state"] == "da_thuc_hien" and one(everybody, "IV.1")["overdue"] is False
    assert "toàn bộ 12/12 cơ quan đã thực hiện" in one(everybody, "IV.1")["sentence_vi"]
    # Those who reported have not begun: of the silent ones nothing is known.
    assert one(table(told(state="chua_thuc_hien")), "IV.1")["state"] == "chua_co_bao_cao"
    nobody = table(*(told(area_id=str(area), state="chua_thuc_hien") for area in range(866, 878)))
    assert one(nobody, "IV.1")["state"] == "chua_thuc_hien"


def test_a_table_of_the_province_speaks_for_the_bodies_it_names():
    made = table(
        told(area_id="87", body="Huyện uỷ Tam Nông"), told("IV.5", "dang_thuc_hien", "87", body="Ban Tuyên giáo")
    )
    assert one(made, "IV.1", "871")["state"] == "da_thuc_hien" and one(made, "IV.1")["bodies_done"] == 1
    assert one(made, "IV.5")["state"] == "dang_thuc_hien" and one(made, "IV.5")["body"] == "Ban Tuyên giáo Tỉnh uỷ"
    # Its own word on all of them stays beside their counts.
    made = table(told(area_id="87", body="Các huyện uỷ"), told(area_id="871", state="chua_thuc_hien"))
    whole = one(made, "IV.1")
    assert (whole["state"], whole["method"], whole["bodies_done"]) == ("da_thuc_hien", "bao_cao", 0)


def test_what_others_report_beside_the_facts_is_kept():
    made = table(told("IV.5", area_id="871", body="Ban Tuyên giáo Huyện uỷ"))
    assert one(made, "IV.5", "871")["body"] == "Ban Tuyên giáo Huyện uỷ"
    assert one(made, "IV.5")["state"] == "chua_co_bao_cao"


def test_two_reports_of_one_body_the_less_advanced_stands():
    found = one(table(told(), told(state="dang_thuc_hien")), "IV.1", "871")
    assert (found["state"], found["reason"]) == ("dang_thuc_hien", "hai_trang_thai")
    assert one(table(told(), told()), "IV.1", "871")["reason"] is None


def test_done_once_for_the_term_stays_done_and_a_yearly_duty_does_not():
    made = table(told(year=2022), told("II.3a", year=2022), told("II.3a", "dang_thuc_hien", "872", year=2024))
    kept = one(made, "IV.1", "871", 2024)
    assert (kept["state"], kept["reported_year"], kept["method"]) == ("da_thuc_hien", 2022, "nam_truoc")
    assert kept["sentence_vi"].endswith("đã thực hiện từ năm 2022.")
    assert one(made, "II.3a", "871", 2024)["state"] == "chua_co_bao_cao"
    # A later word goes before an earlier one, and nothing is known of a year before the first.
    later = table(told(year=2022), told(year=2024, state="dang_thuc_hien"), years=[2021, 2023, 2024])
    assert [one(later, "IV.1", "871", y)["state"] for y in (2021, 2023, 2024)] == [
        "chua_co_bao_cao", "da_thuc_hien", "dang_thuc_hien",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "due", "as_of", "overdue", "reason"),
    [
        ("dang_thuc_hien", "31/12/2024", date(2024, 12, 31), False, None),
        ("dang_thuc_hien", "31/12/2024", date(2025, 1, 1), True, None),
        ("chua_thuc_hien", "Quý II/2024", date(2024, 7, 1), True, None),
        ("da_thuc_hien", "Quý II/2024", date(2025, 7, 1), False, None),
        ("da_thuc_hien", None, date(2025, 7, 1), False, None),
        ("dang_thuc_hien", "Định kỳ", date(2025, 7, 1), None, "khong_ro_thoi_han"),
    ],
)
def test_overdue_follows_from_the_day_and_is_no_state(state, due, as_of, overdue, reason):
    found = one(table(told("IV.5", state, "87", due=due), as_of=as_of), "IV.5")
    assert (found["state"], found["overdue"], found["reason"]) == (state, overdue, reason)
    assert ("đã quá thời hạn" in found["sentence_vi"]) == bool(overdue)


def test_a_body_that_did_not_report_is_not_called_late():
    found = one(table(told(), as_of=date(2026, 6, 1)), "II.3a", "871")
    assert found["due_on"] == date(2024, 12, 31) and found["overdue"] is None
    assert found["reason"] == "chua_co_bao_cao"
    # Together they are late only where one that reported is.
    done = table(told("II.3a", area_id="866"), as_of=date(2026, 6, 1))
    assert one(done, "II.3a")["overdue"] is None
    late = table(told("II.3a", area_id="866"), told("II.3a", "dang_thuc_hien", "867", due="30/6"), as_of=DAY)
    whole = one(late, "II.3a")
    assert (whole["overdue"], whole["due_on"]) == (True, date(2024, 6, 30))
    assert whole["sentence_vi"].endswith("đã quá thời hạn (30/6/2024).")


def test_natures_and_periods_never_mix():
    made = table(told(nature="gia_dinh"), told("II.3a", nature="gia_dinh", year=2023))
    assert set(made["nature"]) == {"gia_dinh"}
    assert set(table(told(nature="gia_dinh", year=2022), told())["nature"]) == {"bao_cao"}
    half = table(told(period="6-thang", state="dang_thuc_hien"), told())
    assert one(half, "IV.1", "871", period="6-thang")["state"] == "dang_thuc_hien"
    assert one(half, "IV.1", "871", period="nam")["state"] == "da_thuc_hien"


def as_duckdb(frame):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is an optional engine and not installed here")
    return duckdb.from_arrow(frame.to_arrow())


@pytest.mark.parametrize(
    "wrap", [pl.DataFrame.lazy, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow, as_duckdb, pl.DataFrame.reverse]
)
def test_every_engine_gives_the_same_rows(wrap):
    rows = [told(), told("IV.5", "dang_thuc_hien", "87", due="30/6"), told("II.3a", area_id="872", year=2023)]
    assert table(*rows, wrap=wrap).equals(table(*rows))


def test_a_table_that_lacks_a_column_is_refused():
    with pytest.raises(ValueError, match="lacks the columns state"):
        table(told(), wrap=lambda frame: frame.drop("state"))


def test_codes_have_their_words():
    reasons = FACTS.methods["duties"]["reasons"]
    rows = [told(), told(state="dang_thuc_hien"), told("IV.5", "dang_thuc_hien", "87")]
    assert set(table(*rows)["reason"].drop_nulls()) <= set(reasons)


WORDS = FACTS.methods["duties"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/3/2024", date(2024, 3, 31)),
        ("Trước ngày 30-6", date(2024, 6, 30)),
        ("Từ 01/3 đến 30/4/2024", date(2024, 4, 30)),
        ("ngày 05 tháng 9 năm 2023", date(2023, 9, 5)),
        ("Tháng 2", date(2024, 2, 29)),
        ("tháng 02/2023", date(2023, 2, 28)),
        ("6/2024", date(2024, 6, 30)),
        ("Quý IV", date(2024, 12, 31)),
        ("quý 2 năm 2023", date(2023, 6, 30)),
        ("Năm 2022", date(2022, 12, 31)),
        ("Hằng năm", date(2024, 12, 31)),
        ("hàng năm", date(2024, 12, 31)),
        ("Trong nhiệm kỳ", date(2025, 12, 31)),
        ("Nhiệm kỳ 2020 - 2025", date(2025, 12, 31)),
        ("31/02/2024", None),
        ("Định kỳ", None),
        ("Thường xuyên", None),
        ("", None),
        (None, None),
    ],
)
def test_due_dates(text, day):
    assert due_date(text, 2024, 2025, WORDS) == day


def test_the_senders_of_another_province_owe_nothing():
    made_up = load_facts(Path(__file__).parents[1] / "data" / "raw" / "_tinh-thu" / "_danh-muc")
    table = duties_state(Data(None, None), made_up, years=[2024], as_of=DAY)
    own = set(made_up.areas.filter(parent_id="T9")["area_id"])
    assert len(own) == 10
    assert set(table["area_id"]) == own | {"T9"}
    assert set(table["bodies_expected"].drop_nulls()) == {10}
