"""One number asked for on the command line: its sentence, its cells, and what is said when there is none."""

import re

import pytest
from click.testing import CliRunner

from danvan_analysis import cli
from danvan_analysis.errors import DanvanError

from .conftest import TRIAL

#: One year of returns is read in a second.
YEAR = TRIAL / "2024"
MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ"


def _run(command: str, *options: str) -> str:
    arguments = [command, "--nam", "2024", "--so-lieu", str(YEAR), "--den-ngay", "2025-01-20", *options]
    found = CliRunner().invoke(cli.cli, arguments, catch_exceptions=False)
    assert found.exit_code == 0
    return found.output


def test_the_sentence_is_ready_to_paste_and_tells_where_its_cells_are():
    said = _run("tra-cuu", "--chi-tieu", "t5", "--dia-ban", "H. Tam Nông").splitlines()
    assert said[0].startswith("Năm 2024, huyện Tam Nông có ") and said[0].endswith(".")
    assert said[1].startswith(MARK)
    assert re.fullmatch(r"Lấy từ [\d.]+ ô của 1 tệp:", said[2])
    assert re.match(r"- .+\.xlsx \[.+\]: [A-Z]+\d+, ", said[3])


def test_the_cells_add_up_to_the_printed_number():
    said = _run("nguon-so-lieu", "--chi-tieu", "T4", "--dia-ban", "Huyện Lai Vung")
    n, base = re.search(r"có ([\d.]+)/([\d.]+)", said).groups()
    assert f"Tử số: các ô cộng lại được {n}, đúng bằng số đã in." in said
    assert f"Mẫu số: các ô cộng lại được {base}, đúng bằng số đã in." in said
    parts = [int(k.replace(".", "")) for k in re.findall(r"tử số \+([\d.]+)", said)]
    assert sum(parts) == int(n.replace(".", ""))


def test_a_split_by_organisation_and_registrations_over_years():
    assert "chi hội" in _run("tra-cuu", "--chi-tieu", "T3", "--to-chuc", "phu_nu", "--loai-hinh", "chi_hoi").lower()
    years = _run("nguon-so-lieu", "--chi-tieu", "T6", "--dia-ban", "Huyện Lấp Vò", "--so-lieu", str(TRIAL))
    assert "vì một tổ chức có thể đăng ký trong nhiều năm" in years


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--chi-tieu", "T9"), "Không có chỉ tiêu “T9”. Các chỉ tiêu trong danh mục: T1, T2"),
        (("--chi-tieu", "T3", "--dia-ban", "Cao Lãnh"), "có ở 2 địa bàn: Thành phố Cao Lãnh, Huyện Cao Lãnh"),
        (("--chi-tieu", "T3", "--dia-ban", "Tam Nong"), "Gần nhất: Huyện Tam Nông"),
        (("--chi-tieu", "T3", "--dia-ban", "xã Phú Đức"), "không tính riêng cho Xã Phú Đức"),
        (("--chi-tieu", "T2", "--to-chuc", "hoi_quan"), "cách tách (tổ chức, loại hình)"),
        (("--chi-tieu", "T2", "--nam", "2019"), "Các năm có số liệu của chỉ tiêu này: 2021, 2022, 2023, 2024"),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(options, said):
    arguments = ["tra-cuu", "--nam", "2024", "--so-lieu", str(YEAR), *options]
    with pytest.raises(DanvanError, match=re.escape(said)):
        CliRunner().invoke(cli.cli, arguments, catch_exceptions=False)
