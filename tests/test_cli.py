"""The commands as an analyst meets them: what they print, what they write, how they end."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

RAW = Path(__file__).parent.parent / "data" / "raw"


def _danvan(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "danvan_analysis", *args],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("kết quả có dấu")
    return folder, _danvan(
        "so-ket", "--nam", "2024", "--den-ngay", "2025-01-20", "--so-lieu", str(RAW), "--ra", "ra", cwd=folder
    )


def test_main_job_writes_what_the_page_promises(made: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, run = made
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    result = folder / "ra" / "so-ket-2024"
    for name in ("bao-cao-so-ket.docx", "phu-luc.xlsx", "nguon-goc.json", "bang/indicators.csv", "bang/assessment.csv"):
        assert (result / name).stat().st_size > 0, name
    assert len(list((result / "bieu-do").glob("*.png"))) >= 4
    assert {p.stem for p in (result / "bieu-do").glob("*.png")} == {p.stem for p in (result / "bieu-do").glob("*.svg")}
    assert "T1. Năm 2024, có 72/78" in run.stdout
    assert "Bến Tre" in run.stdout
    assert "cắt bớt chữ số" in run.stdout


def test_tables_hold_every_year_that_was_read(made: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    tables = made[0] / "ra" / "so-ket-2024" / "bang"
    assert sorted(pl.read_parquet(tables / "assessment.parquet").filter(nature="gia_dinh")["year"].unique()) == [
        2021, 2022, 2023, 2024,
    ]  # fmt: skip
    with_mark = (tables / "indicators.csv").read_bytes()
    assert with_mark.startswith(b"\xef\xbb\xbf")


def test_the_engine_tables_stand_beside(made: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    tables = made[0] / "ra" / "so-ket-2024" / "bang"
    named = ["changes_first", "trends", "mix", "pace", "supporting", "duties_state", "meetings", "participation"]
    for name in [*named, "below_fair", "movement_counts", "movement_bounds"]:
        assert pl.read_parquet(tables / f"{name}.parquet").height, name
        assert (tables / f"{name}.csv").exists(), name
    assert set(pl.read_parquet(tables / "changes.parquet")["against"]) == {"nam_truoc"}
    assert set(pl.read_parquet(tables / "changes_first.parquet")["against"]) == {"nam_dau"}
    small = pl.read_parquet(tables / "participation.parquet")
    assert small.filter(pl.col("members") < 10).is_empty()
    # Nothing of what is for the internal folder: districts held against each other, named units, questions about them.
    for file in tables.glob("*.parquet"):
        frame = pl.read_parquet(file)
        internal = {"circulation", "internal", "exempt_flag", "exempt_q", "review_vi", "chance_lowest", "outside"}
        assert internal.isdisjoint(frame.columns), file.name
        if file.stem in ("below_fair", "movement_counts", "movement_bounds"):
            assert {"unit_id", "unit_name"}.isdisjoint(frame.columns), file.name


def test_internal_tables_say_so_in_their_first_line(made: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    result = made[0] / "ra" / "so-ket-2024"
    files = sorted((result / "noi-bo").glob("*.csv"))
    assert [file.stem for file in files] == [
        "bien-dong-don-vi", "bien-dong-muc-xep-loai", "danh-sach-can-cung-co", "don-vi-duoi-kha", "khoang-dao-dong",
        "khoang-thu-tu", "noi-tap-trung", "ra-soat-xep-loai", "tham-gia-sinh-hoat", "ty-le-dieu-chinh",
    ]  # fmt: skip
    for file in files:
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        first = file.read_text("utf-8-sig").splitlines()[0]
        assert first.startswith("TÀI LIỆU NỘI BỘ PHỤC VỤ THAM MƯU. SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ"), file.name
        rows = pl.read_csv(file, skip_lines=1, infer_schema=False)
        assert rows.height and set(rows["nature"]) == {"gia_dinh"}, file.name


def test_the_same_input_gives_the_same_tables(
    made: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    again = _danvan(
        "so-ket", "--nam", "2024", "--den-ngay", "2025-01-20", "--so-lieu", str(RAW), "--ra", "x", cwd=tmp_path
    )
    assert again.returncode == 0
    first, second = made[0] / "ra" / "so-ket-2024", tmp_path / "x" / "so-ket-2024"
    names = sorted(p.relative_to(first).as_posix() for p in first.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(second).as_posix() for p in second.rglob("*") if p.is_file())
    for name in names:
        if not name.endswith((".docx", "nguon-goc.json")):
            assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_check_writes_nothing(tmp_path: Path) -> None:
    run = _danvan("kiem-tra", "--so-lieu", str(RAW / "cong-bo"), cwd=tmp_path)
    assert run.returncode == 0
    assert "Số liệu xếp loại đã công bố" in run.stdout
    assert "592; 63 đơn vị chưa rõ kết quả" in run.stdout
    assert list(tmp_path.iterdir()) == []


def test_gather_writes_the_tables(tmp_path: Path) -> None:
    run = _danvan("tong-hop", "--so-lieu", str(RAW / "cong-bo"), "--ra", "ra", cwd=tmp_path)
    assert run.returncode == 0
    assert pl.read_parquet(tmp_path / "ra" / "bang" / "ratings.parquet").height > 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Cách dùng"),
        (("so-ket",), "Thiếu tuỳ chọn '--nam'"),
        (("so-ket", "--nam", "hai nghìn"), "không phải là năm"),
        (("so-ket", "--nam", "2024", "--den-ngay", "20/1/2025"), "thí dụ 2025-01-20"),
        (("so-ket", "--nam", "2024", "--so-lieu", "khong-co"), "Không có thư mục số liệu"),
        (("so-ket", "--nam", "2024", "--so-lieu", "."), "không có tệp số liệu nào"),
        (("so-ket", "--nam", "2030", "--so-lieu", str(RAW)), "Các năm đã có: 2021, 2022, 2023, 2024"),
        (("so-ket", "--nam", "2024", "--danh-muc", "khong-co"), "không có"),
        (("tong-ket-lai",), "Không có lệnh"),
        (("kiem-tra", "--mau"), "Không có tuỳ chọn"),
    ],
)
def test_wrong_calls_end_with_2_and_a_vietnamese_sentence(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    run = _danvan(*args, cwd=tmp_path)
    assert run.returncode == 2
    assert said in run.stderr + run.stdout
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_unreadable_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "2023"
    raw.mkdir(parents=True)
    source = RAW / "gia-dinh" / "2023" / "chau thanh 2023.xlsx"
    (raw / source.name).write_bytes(source.read_bytes())
    (raw / "dở dang.xlsx").write_bytes(source.read_bytes()[:2000])
    (raw / "thư.pdf").write_bytes(b"%PDF-1.4")
    (raw / "trống.xlsx").write_bytes(b"")
    (raw / "~$tạm.xlsx").write_bytes(b"x")
    run = _danvan("so-ket", "--nam", "2023", "--so-lieu", "raw", "--ra", "ra", "--den-ngay", "2024-01-20", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    for name in ("dở dang.xlsx", "thư.pdf", "trống.xlsx"):
        assert f"2023/{name}" in run.stdout
    assert "tạm" not in run.stdout
    assert "Chưa có báo cáo:" in run.stdout
    sources = pl.read_parquet(tmp_path / "ra" / "so-ket-2023" / "bang" / "sources.parquet")
    assert sources.filter(status="unreadable").height == 3
    strict = _danvan("so-ket", "--nam", "2023", "--so-lieu", "raw", "--ra", "ra", "--nghiem-ngat", cwd=tmp_path)
    assert strict.returncode == 3


def test_nothing_readable_ends_with_2_and_keeps_the_old_result(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.xlsx").write_bytes(b"khong phai excel")
    (tmp_path / "ra" / "so-ket-2024").mkdir(parents=True)
    (tmp_path / "ra" / "so-ket-2024" / "bao-cao-so-ket.docx").write_bytes(b"cu")
    run = _danvan("so-ket", "--nam", "2024", "--so-lieu", "raw", "--ra", "ra", cwd=tmp_path)
    assert run.returncode == 2
    assert "a.xlsx" in run.stderr
    assert (tmp_path / "ra" / "so-ket-2024" / "bao-cao-so-ket.docx").read_bytes() == b"cu"


def test_a_result_that_cannot_be_written_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "ra").write_text("một tệp, không phải thư mục", "utf-8")
    run = _danvan("tong-hop", "--so-lieu", str(RAW / "cong-bo"), "--ra", "ra", cwd=tmp_path)
    assert run.returncode == 1
    assert "Không ghi được" in run.stderr


def test_trial_returns_do_not_overwrite_other_files(tmp_path: Path) -> None:
    (tmp_path / "co-san").mkdir()
    (tmp_path / "co-san" / "cua-toi.xlsx").write_bytes(b"1")
    run = _danvan("so-lieu-gia-dinh", "--ra", "co-san", cwd=tmp_path)
    assert run.returncode == 2
    assert [p.name for p in (tmp_path / "co-san").iterdir()] == ["cua-toi.xlsx"]


def test_real_returns_leave_trial_data_out(tmp_path: Path) -> None:
    """One real return beside the trial data: nothing of the trial feeds, and that is said."""
    import xlsxwriter

    raw = tmp_path / "raw"
    (raw / "gia-dinh").mkdir(parents=True)
    source = RAW / "gia-dinh" / "2023" / "chau thanh 2023.xlsx"
    (raw / "gia-dinh" / source.name).write_bytes(source.read_bytes())
    book = xlsxwriter.Workbook(raw / "that 2023.xlsx")
    sheet = book.add_worksheet("Chi hội PN")
    for r, row in enumerate(
        [
            ["HUYỆN UỶ LAI VUNG"],
            ["KẾT QUẢ XẾP LOẠI CHI HỘI PHỤ NỮ NĂM 2023"],
            ["STT", "Đơn vị", "Tổng số", "Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu"],
            [1, "Xã Tân Dương", 5, 2, 2, 1, 0, 0],
            [2, "Xã Hòa Thành", 4, 1, 3, 0, 0, 0],
        ]
    ):
        sheet.write_row(r, 0, row)
    book.close()
    run = _danvan("tong-hop", "--so-lieu", "raw", "--ra", "ra", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "số liệu giả định được để riêng" in run.stdout
    ratings = pl.read_parquet(tmp_path / "ra" / "bang" / "ratings.parquet")
    assert ratings["nature"].unique().to_list() == ["bao_cao"]
    assert ratings["count"].sum() == 9


DISTRICTS = ("TP Cao Lãnh", "TP Sa Đéc", "TP Hồng Ngự", "Huyện Tân Hồng", "Huyện Hồng Ngự", "Huyện Tam Nông",
             "Huyện Tháp Mười", "Huyện Cao Lãnh", "Huyện Thanh Bình", "Huyện Lấp Vò", "Huyện Lai Vung")  # fmt: skip


def test_a_half_year_with_one_district_silent(tmp_path: Path) -> None:
    """Real returns of six months, handed on in one table by the province's office; Châu Thành is not in it."""
    import docx
    import xlsxwriter

    (tmp_path / "raw").mkdir()
    book = xlsxwriter.Workbook(tmp_path / "raw" / "6 thang.xlsx")
    sheet = book.add_worksheet("Biểu 1")
    rows = [
        ["BAN DÂN VẬN TỈNH UỶ ĐỒNG THÁP"],
        ["SINH HOẠT CHI BỘ VÀ ĐẢNG VIÊN 6 THÁNG ĐẦU NĂM 2024"],
        ["STT", "Đơn vị", "Số chi bộ khóm, ấp", "Số kỳ sinh hoạt", "Có nội dung dân vận", "Tổng số đảng viên",
         "Được miễn sinh hoạt", "Tham gia thường xuyên"],
        *([i, name, 50, 300, 298, 2000, 100, 1750] for i, name in enumerate(DISTRICTS, 1)),
    ]  # fmt: skip
    for r, row in enumerate(rows):
        sheet.write_row(r, 0, row)
    book.close()
    run = _danvan(
        "so-ket", "--nam", "2024", "--ky-bao-cao", "6-thang", "--so-lieu", "raw", "--ra", "ra",
        "--den-ngay", "2024-07-20", "--nghiem-ngat", cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    assert "T1. Chưa đến kỳ đánh giá." in run.stdout
    assert "Chưa có báo cáo: Huyện uỷ Châu Thành." in run.stdout
    result = tmp_path / "ra" / "so-ket-2024-6-thang"
    said = "\n".join(p.text for p in docx.Document(str(result / "bao-cao-so-ket.docx")).paragraphs)
    assert "kết quả 6 tháng đầu năm 2024" in said
    assert "có 19.250/20.900 đảng viên" in said
    assert "GIẢ ĐỊNH" not in said
    heads = {file.read_text("utf-8-sig").splitlines()[0] for file in (result / "noi-bo").rglob("*.csv")}
    assert heads == {"TÀI LIỆU NỘI BỘ PHỤC VỤ THAM MƯU"}
    verdicts = pl.read_parquet(result / "bang" / "assessment.parquet")
    t5 = verdicts.filter(indicator_id="T5", area_id="87").row(0, named=True)
    assert (t5["period"], t5["attained"], t5["senders_missing"], t5["senders_expected"]) == (
        "6-thang",
        "undecided",
        1,
        12,
    )
    assert (t5["lower_bound"], t5["upper_bound"]) == (0.0, 1.0)


def test_a_fault_of_the_program_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "phong.ttf").write_bytes(b"khong phai phong chu")
    run = _danvan(
        "so-ket", "--nam", "2024", "--so-lieu", str(RAW), "--ra", "ra", "--phong-chu", "phong.ttf", cwd=tmp_path
    )
    assert run.returncode in (1, 2)
    assert "Lỗi" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "ra" / "so-ket-2024").exists()
