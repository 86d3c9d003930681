"""The notebooks run with other parameters: another year, a district, missing returns, another province."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from .notebook_runs import RAW, ROOT, answers, run

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MADE_UP = {"SO_LIEU": str(RAW / "_tinh-thu"), "DANH_MUC": str(RAW / "_tinh-thu" / "_danh-muc")}
#: What is asked, and what an answer must name: the place and the year.
ASKED: dict[str, tuple[Mapping[str, str | int], tuple[str, ...]]] = {
    "another year": ({"NAM": 2022}, ("2022",)),
    "a district": ({"DIA_BAN": "Huyện Tam Nông"}, ("Huyện Tam Nông", "2024")),
    "missing returns": ({"SO_LIEU": "thieu"}, ("2024",)),
    "a district without its return": ({"SO_LIEU": "thieu", "DIA_BAN": "Huyện Lấp Vò"}, ("Huyện Lấp Vò", "2024")),
    "the made-up province": (MADE_UP, ("2024",)),
    "a made-up district": (MADE_UP | {"DIA_BAN": "Huyện Giả Định Ba"}, ("Huyện Giả Định Ba", "2024")),
}
#: These always speak of what they were made for: one of the made-up province, one of the published figures.
INTERNAL, PUBLISHED = "06-ra-soat-xep-loai", "08-da-cong-bo"


@pytest.fixture(scope="session")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All returns but two of 2024: one of a district, one of an organisation."""
    folder = tmp_path_factory.mktemp("raw") / "thieu"
    gone = ("Bieu Lap Vo 2024.xlsx", "MTTQ tinh - bieu xep loai 2024.xlsx")
    shutil.copytree(RAW, folder, ignore=lambda _, names: [n for n in names if n in gone or n.startswith("_")])
    return folder


def test_a_notebook_speaks_of_the_district_asked_for(tmp_path: Path):
    said = answers(run(ROOT / "notebooks" / "01-nhan-so-lieu.ipynb", tmp_path, DIA_BAN="Huyện Tam Nông"))
    assert [text for text in said if "Huyện Tam Nông" not in text] == []
    # Its own workbook of each of the four years.
    assert "có 4 tệp đã nhận" in said[0]


@pytest.mark.full
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_answers_for(asked: str, path: Path, tmp_path: Path, lacking: Path):
    parameters, named = dict(ASKED[asked][0]), ASKED[asked][1]
    if path.stem == PUBLISHED and "made-up" in asked:
        named = named[-1:]  # No figure of this province was ever published: nothing is said of it but that.
    if path.stem == INTERNAL and asked in ("a district", "missing returns", "a district without its return"):
        pytest.skip("this one reads the made-up province")
    if parameters.get("SO_LIEU") == "thieu":
        parameters["SO_LIEU"] = str(lacking)
    outputs = run(path, tmp_path, **parameters)
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    said = "\n".join(answers(outputs))
    assert [word for word in named if word not in said] == []
