"""The trial returns: complete, marked, repeatable, and true to the truth they were written from."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from danvan_analysis.errors import DanvanError
from danvan_analysis.facts import load_facts
from danvan_analysis.text import clean, fold
from danvan_analysis.trial import MARK, write_trial_returns

SHIPPED = Path(__file__).parent.parent / "data" / "raw" / "gia-dinh"
Rows = list[list[object]]
#: A folded piece of text that only one layout has.
LAYOUT_SIGNS = {
    "L1": "đơn vị tính",
    "L9": "kết quả xếp loại năm",
    "L10": "chi hội lhpn",
    "L11": "tăng (+), giảm (-)",
    "L12": "số kỳ sinh hoạt lệ kỳ",
    "L13": "cộng ii",
    "L14": "chỉ tiêu",
    "list": "tự xếp loại",
    "tasks of part III": "số lớp tập huấn",
    "tasks by commune": "đối thoại với nhân dân",
    "chi bộ": "chi bộ ấp 1",
    "duties": "nội dung nhiệm vụ",
}
PERSONAL = ("họ và tên", "họ tên", "ngày sinh", "năm sinh", "điện thoại", "cccd", "chức vụ", "tôn giáo", "dân tộc")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("gia-dinh")
    write_trial_returns(home)
    return home


@pytest.fixture(scope="module")
def sheets(folder: Path) -> dict[tuple[str, str], Rows]:
    """All sheets by (file, tab)."""
    found: dict[tuple[str, str], Rows] = {}
    for path in sorted(folder.glob("20*/*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        for tab in book.sheet_names:
            found[f"{path.parent.name}/{path.name}", tab] = [
                list(row) for row in book.get_sheet_by_name(tab).to_python()
            ]
    return found


@pytest.fixture(scope="module")
def ratings(folder: Path) -> pl.DataFrame:
    return _read(folder / "_su-that" / "ratings.csv")


@pytest.fixture(scope="module")
def measures(folder: Path) -> pl.DataFrame:
    return _read(folder / "_su-that" / "measures.csv")


def _read(path: Path) -> pl.DataFrame:
    text = {"area_id": pl.String, "district_id": pl.String, "unit_id": pl.String, "unit_name": pl.String}
    return pl.read_csv(path, schema_overrides=text | {"score": pl.Float64}, infer_schema_length=None)


def _digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _sum(frame: pl.DataFrame, *keys: str) -> dict[tuple[object, ...], int]:
    return {tuple(row[:-1]): row[-1] for row in frame.group_by(keys).agg(pl.col("count").sum()).rows()}


def test_every_year_has_twelve_districts_three_organisations_and_the_duties_of_the_province(folder: Path) -> None:
    assert Counter(path.parent.name for path in folder.glob("20*/*.xlsx")) == dict.fromkeys(
        ("2021", "2022", "2023", "2024"), 16
    )
    assert MARK in (folder / "DOC-TRUOC.md").read_text(encoding="utf-8")


def test_one_seed_gives_the_same_bytes_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    write_trial_returns(tmp_path / "same")
    write_trial_returns(tmp_path / "other", seed=7)
    first, other = _digest(folder), _digest(tmp_path / "other")
    assert _digest(tmp_path / "same") == first
    assert set(other) == set(first)
    assert all(other[name] != first[name] for name in first)


def test_another_scope_is_refused_in_vietnamese(tmp_path: Path) -> None:
    with pytest.raises(DanvanError, match="quy mô"):
        write_trial_returns(tmp_path, scope="toan-quoc")
    assert not list(tmp_path.iterdir())


def test_areas_without_the_province_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DanvanError, match="mã 87"):
        write_trial_returns(tmp_path, areas=load_facts().areas.filter(pl.col("area_id") == "87"))


def test_every_sheet_carries_the_mark_and_its_year(sheets: dict[tuple[str, str], Rows]) -> None:
    for (file, tab), rows in sheets.items():
        top = [str(cell) for row in rows[:10] for cell in row]
        assert MARK in top, (file, tab)
        assert any(file[:4] in cell for cell in top), (file, tab)


def test_at_least_seven_layouts_are_in_use(sheets: dict[tuple[str, str], Rows]) -> None:
    words = {fold(str(cell)) for rows in sheets.values() for row in rows for cell in row if cell != ""}
    missing = [name for name, sign in LAYOUT_SIGNS.items() if not any(word.startswith(sign) for word in words)]
    assert missing == []
    # The matrix of written levels: one commune, six organisations, six words.
    levels = {"httnv", "ht tốt", "hoàn thành tốt", "hoàn thành tốt nhiệm vụ"}
    assert any(sum(fold(str(cell)) in levels for cell in row) >= 4 for rows in sheets.values() for row in rows)


def test_there_are_no_columns_about_persons(sheets: dict[tuple[str, str], Rows]) -> None:
    for place, rows in sheets.items():
        for row in rows:
            for cell in row:
                assert not fold(str(cell)).startswith(PERSONAL), (place, cell)


def test_nothing_reads_as_a_secrecy_mark(sheets: dict[tuple[str, str], Rows]) -> None:
    words = {fold(str(cell)) for rows in sheets.values() for row in rows for cell in row}
    assert not words & {"mật", "tối mật", "tuyệt mật"}


def test_the_truth_has_each_group_once(ratings: pl.DataFrame, measures: pl.DataFrame) -> None:
    key = ["year", "period", "area_id", "organisation", "unit_type"]
    assert not ratings.select(*key, "unit_name", "rating").is_duplicated().any()
    assert not measures.select(*key, "measure").is_duplicated().any()
    # A kind of unit stands at one level only: by commune or by district, never both.
    levels = ratings.filter(~pl.col("unit_type").is_in(["cap_tinh", "cap_huyen"])).group_by(
        "year", "district_id", "organisation", "unit_type"
    )
    assert levels.agg(pl.col("area_id").str.len_chars().n_unique().alias("n"))["n"].max() == 1
    assert set(ratings["nature"]) == set(measures["nature"]) == {"gia_dinh"}
    assert (ratings["count"] > 0).all()


def test_a_group_uses_one_scale_and_flags_follow_it(ratings: pl.DataFrame) -> None:
    scales = ratings.group_by("year", "district_id", "organisation", "unit_type")
    assert scales.agg(pl.col("scale_id").n_unique().alias("n"))["n"].max() == 1
    unrated = ratings.filter(pl.col("rating") == "chua_xep_loai")
    assert len(unrated) > 0
    assert unrated.select(
        "rank", "good_or_better", "fair_or_better", "weak"
    ).null_count().sum_horizontal().sum() == 4 * len(unrated)
    rated = ratings.filter(pl.col("rating") != "chua_xep_loai")
    assert rated["rank"].null_count() == rated["fair_or_better"].null_count() == 0
    two = rated.filter(pl.col("scale_id") == "kha_tro_len")
    assert two["good_or_better"].null_count() == two["weak"].null_count() == len(two) > 0
    assert set(rated.filter(pl.col("weak"))["rating"]) == {"yeu", "khong_hoan_thanh"}


def test_the_truth_has_the_size_of_the_province(ratings: pl.DataFrame, measures: pl.DataFrame) -> None:
    sizes = _sum(ratings, "unit_type", "organisation", "year")
    for year in range(2021, 2025):
        for body in ("mttq", "cong_doan", "nong_dan", "phu_nu", "doan_tn", "ccb"):
            assert (sizes["cap_tinh", body, year], sizes["cap_huyen", body, year]) == (1, 12)
            assert sizes["cap_xa", body, year] == 143
        for kind in (("ban_ctmt", "mttq"), ("chi_hoi", "nong_dan"), ("chi_hoi", "phu_nu"), ("chi_hoi", "ccb")):
            assert 690 <= sizes[*kind, year] <= 712
        assert 690 <= sizes["chi_doan", "doan_tn", year] <= 712
        assert 120 <= sizes["hoi_quan", "hoi_quan", year] <= 146
        assert 12_500 <= sizes["to_ndtq", "to_ndtq", year] <= 12_900
    clubs = ratings.filter((pl.col("unit_type") == "hoi_quan") & (pl.col("year") == 2023))
    assert 118 <= clubs["area_id"].n_unique() <= 126
    members = measures.filter(pl.col("measure") == "dang_vien").group_by("year").agg(pl.col("value").sum())
    assert members["value"].is_between(26_000, 36_000).all()


def test_districts_keep_their_units_from_year_to_year(ratings: pl.DataFrame) -> None:
    sizes = _sum(ratings.filter(pl.col("unit_type") != "cap_tinh"), "district_id", "organisation", "unit_type", "year")
    for (district, body, kind, year), size in sizes.items():
        before = sizes.get((district, body, kind, int(str(year)) - 1), size)
        assert abs(size - before) <= max(3, 0.02 * before), (district, body, kind, year)


@pytest.mark.parametrize("seed", [2021, 7])
def test_distributions_are_calibrated(folder: Path, tmp_path: Path, seed: int) -> None:
    if seed != 2021:
        write_trial_returns(tmp_path, seed=seed)
        folder = tmp_path
    ratings = _read(folder / "_su-that" / "ratings.csv").filter(pl.col("rank").is_not_null())
    base = ratings.filter(pl.col("unit_type").is_in(["ban_ctmt", "chi_hoi"]))
    for scale, bounds in {
        "xuat_sac_tot_kha": ((0.4, 0.6), (0.3, 0.55), (0.03, 0.15), (0, 0.03), (0, 0.012)),
        "xuat_sac_manh_kha": ((0.4, 0.6), (0.3, 0.55), (0.03, 0.15), (0, 0.03), (0, 0.012)),
        "ccb_tsvm": ((0.4, 0.6), (0.3, 0.55), (0.03, 0.15), (0, 0.015)),
        "vung_manh": ((0.75, 0.95), (0.03, 0.16), (0, 0.03), (0, 0.012)),
    }.items():
        counts = _sum(base.filter(pl.col("scale_id") == scale), "rank")
        whole = sum(counts.values())
        for rank, (low, high) in enumerate(bounds, start=1):
            assert low <= counts.get((rank,), 0) / whole <= high, (scale, rank)
    fair = (
        ratings.filter(pl.col("unit_type") == "to_ndtq")
        .group_by("year")
        .agg((pl.col("count") * pl.col("fair_or_better")).sum() / pl.col("count").sum())
    )
    shares = [share for _, share in sorted(fair.rows())]
    assert shares == sorted(shares)
    assert 0.75 <= shares[0] <= 0.9
    good = ratings.filter(pl.col("unit_type") == "cap_xa")
    assert 0.9 <= (good["count"] * good["good_or_better"]).sum() / good["count"].sum() <= 0.98


def test_party_figures_make_sense(measures: pl.DataFrame) -> None:
    party = measures.filter(pl.col("measure").str.contains("^(chi_bo|lan_sinh_hoat|dang_vien|to_chuc)"))
    wide = party.pivot(on="measure", index=["year", "area_id"], values="value")
    assert len(wide) == 4 * 143
    wide = wide.with_columns(bound=pl.col("dang_vien") - pl.col("dang_vien_mien_sinh_hoat"))
    assert (wide["lan_sinh_hoat_le_ky"] <= 12 * wide["chi_bo_khom_ap"]).all()
    content = wide["lan_sinh_hoat_le_ky_co_noi_dung"] / wide["lan_sinh_hoat_le_ky"]
    assert content.is_between(0.84, 1).all()
    assert (wide["dang_vien_tham_gia_nong_cot"] / wide["bound"]).is_between(0.79, 0.985).all()
    for part, whole in (
        ("to_chuc_dang_co_ke_hoach_nam", "to_chuc_dang"),
        ("to_chuc_dang_co_chuong_trinh_nhiem_ky", "to_chuc_dang"),
        ("to_chuc_da_dang_ky_cong_trinh", "to_chuc"),
        ("to_chuc_da_hoan_thanh_cong_trinh", "to_chuc_da_dang_ky_cong_trinh"),
    ):
        assert (wide[part] <= wide[whole]).all()
    term = wide.sort("year").group_by("area_id", maintain_order=True).agg("to_chuc_dang_co_chuong_trinh_nhiem_ky")
    assert all(values == sorted(values) for values in term["to_chuc_dang_co_chuong_trinh_nhiem_ky"].to_list())


def test_a_plain_table_holds_the_truth(sheets: dict[tuple[str, str], Rows], ratings: pl.DataFrame) -> None:
    """Read one L9 by hand: five pairs SL, TL% from the fourth column on, one row a commune."""
    names = {
        str(name): str(area)
        for area, name in ratings.filter(pl.col("district_id") == "871")["area_id", "area_name"].rows()
    }
    found = {}
    for row in sheets["2022/bieu so lieu TN 2022 (1).xlsx", "Ban CTMT"]:
        area = names.get(str(row[1]))
        for rank, cell in enumerate(row[3:13:2], start=1):
            if area and isinstance(cell, float):
                found[area, rank] = int(cell)
    truth = ratings.filter(
        (pl.col("year") == 2022) & (pl.col("district_id") == "871"), pl.col("unit_type") == "ban_ctmt"
    )
    assert found == _sum(truth, "area_id", "rank")


def test_last_years_columns_restate_the_truth_of_that_year(
    sheets: dict[tuple[str, str], Rows], ratings: pl.DataFrame
) -> None:
    truth = ratings.filter(pl.col("unit_type") == "to_ndtq", pl.col("district_id") == "870")
    for year in (2022, 2023, 2024):
        total = sheets[f"{year}/Biểu kèm BC {year} - H. Hồng Ngự.xlsx", "Biểu 5"]
        cells = next(row for row in total if fold(str(row[0])) == "cộng" or fold(str(row[1])) == "cộng")
        for which, column in ((year - 1, 2), (year, 5)):
            here = truth.filter(pl.col("year") == which)
            fair = int(here.filter(pl.col("fair_or_better"))["count"].sum())
            assert [_number(cells[column]), _number(cells[column + 1])] == [int(here["count"].sum()), fair]


def _number(cell: object) -> int:
    return int(cell) if isinstance(cell, float) else int(str(cell).replace(".", ""))


def test_tasks_of_part_three_make_sense(measures: pl.DataFrame) -> None:
    district = pl.coalesce("district_id", "area_id")
    sums = measures.group_by("year", district.alias("place"), "measure").agg(pl.col("value").sum())
    wide = sums.pivot(on="measure", index=["year", "place"], values="value")
    assert len(wide) == 4 * 12
    for part, whole in (
        ("kien_nghi_da_giai_quyet", "kien_nghi_sau_doi_thoai"),
        ("dan_van_kheo_cong_nhan", "dan_van_kheo_dang_ky"),
        ("dan_van_kheo_nhan_rong", "dan_van_kheo_dang_ky"),
        ("nguoi_tham_gia_it_nhat_mot_hoi", "nguoi_trong_do_tuoi"),
        ("doan_vien_uu_tu_duoc_ket_nap", "doan_vien_uu_tu_gioi_thieu"),
        ("don_thu_da_giai_quyet", "don_thu_tiep_nhan"),
    ):
        assert (wide[part] <= wide[whole]).all(), part
    assert (wide["luot_nguoi_doi_thoai"] > 20 * wide["cuoc_doi_thoai"]).all()
    assert (wide["nguoi_tham_gia_it_nhat_mot_hoi"] / wide["nguoi_trong_do_tuoi"]).is_between(0.5, 0.75).all()


def test_what_the_tasks_count_of_rated_units_is_their_number(ratings: pl.DataFrame, measures: pl.DataFrame) -> None:
    units = _sum(ratings, "year", "unit_type")
    told = {row[:2]: row[2] for row in measures.group_by("year", "measure").agg(pl.col("value").sum()).rows()}
    for year in range(2021, 2025):
        for measure, unit_type in (("so_hoi_quan", "hoi_quan"), ("so_to_ndtq", "to_ndtq")):
            assert told[year, measure] == units[year, unit_type]


def test_chi_bo_add_up_to_what_their_commune_reports(folder: Path, measures: pl.DataFrame) -> None:
    units = _read(folder / "_su-that" / "chi-bo.csv")
    key = ["year", "area_id", "measure"]
    communes = units.group_by(key).agg(pl.col("value").sum(), pl.len().alias("count")).join(measures, on=key)
    assert communes["value"].to_list() == communes["value_right"].to_list()
    whole = measures.filter(pl.col("measure") == "chi_bo_khom_ap")["year", "area_id", "value"]
    assert len(communes) == 5 * len(communes.select("year", "area_id").unique())
    assert (communes.join(whole, on=["year", "area_id"], suffix="_all")["count"]
            == communes.join(whole, on=["year", "area_id"], suffix="_all")["value_all"]).all()  # fmt: skip
    assert set(communes["year"]) == {2023, 2024}
    assert communes["district_id"].n_unique() == 3
    wide = units.pivot(on="measure", index=["year", "area_id", "unit_name"], values="value")
    bound = wide["dang_vien"] - wide["dang_vien_mien_sinh_hoat"]
    assert (wide["dang_vien_tham_gia_nong_cot"] <= bound).all()
    assert (wide["lan_sinh_hoat_le_ky_co_noi_dung"] <= wide["lan_sinh_hoat_le_ky"]).all()
    assert (wide["lan_sinh_hoat_le_ky"] <= 12).all()
    # Smaller ones would get no shares of their own.
    assert wide["dang_vien"].min() >= 10


def test_a_duty_done_for_the_term_stays_done(folder: Path) -> None:
    duties = _read(folder / "_su-that" / "duties.csv")
    assert set(duties["state"]) == {"da_thuc_hien", "dang_thuc_hien", "chua_thuc_hien"}
    assert not duties.select("year", "area_id", "duty_id").is_duplicated().any()
    once = duties.filter(pl.col("duty_id").is_in(["IV.1", "IV.7", "II.3b", "IV.2a", "IV.4b"])).sort("year")
    for _, rows in once.group_by("area_id", "duty_id"):
        done = (rows["state"] == "da_thuc_hien").to_list()
        assert done == sorted(done)
    # Some sent nothing in some year.
    assert duties.filter(pl.col("area_id") != "87").select("year", "area_id").n_unique() == 4 * 12 - 3


def test_deliberate_faults_are_few_and_stand_where_they_are_said(
    folder: Path, sheets: dict[tuple[str, str], Rows]
) -> None:
    faults = pl.read_csv(folder / "_su-that" / "loi-co-y.csv")
    assert 3 <= len(faults) <= 20
    for file, tab, cell, what in faults.select("file", "sheet", "cell", "what").rows():
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
        column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters))) - 1
        value = clean(sheets[file, tab][int(number) - 1][column]).removesuffix(".0")
        printed = re.search(r"(?:ghi|tròn:) (?:“(.+)”|([\d,]+\d))", what)
        assert value == (printed.group(1) or printed.group(2) if printed else "" if "để trống" in what else "STT")


def test_the_shipped_files_are_those_of_the_default_seed(folder: Path) -> None:
    assert {path.relative_to(SHIPPED) for path in SHIPPED.rglob("*") if path.is_file()} == {
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file()
    }
    for name in ("ratings.csv", "measures.csv", "chi-bo.csv", "duties.csv", "loi-co-y.csv"):
        assert (SHIPPED / "_su-that" / name).read_bytes() == (folder / "_su-that" / name).read_bytes()
