"""`danvan phan-tich`: notebooks run with other parameters into pages that open without a network."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
import pytest

from danvan_analysis import cli, pages, pipeline
from danvan_analysis.errors import DanvanError, OutputError
from danvan_analysis.facts import Facts
from danvan_analysis.pages import notebooks as notebook_room
from danvan_analysis.pages import write
from danvan_analysis.pages.body import body_of
from danvan_analysis.pages.notebooks import Notebook, read_notebooks, shipped_folder
from danvan_analysis.pages.running import INJECTED, with_values

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
MARK = "SỐ LIỆU GIẢ ĐỊNH ĐỂ CHẠY THỬ"
INTERNAL = "TÀI LIỆU NỘI BỘ PHỤC VỤ THAM MƯU"
COMMON = 'NAM = 2024\nKY = "nam"\nDIA_BAN = ""\nSO_LIEU = "../data/raw"\nDANH_MUC = None\nDEN_NGAY = "2025-01-20"\n'
SAY = (
    "from IPython.display import HTML, Markdown\n"
    'Markdown(f"Năm {NAM}, kỳ {KY}, nơi [{DIA_BAN}], đến {DEN_NGAY}, riêng: {DANH_MUC is not None}.")'
)
SHOW = "from pathlib import Path\nprint(SO_LIEU, Path(SO_LIEU).is_dir())"
DRAW = (
    "%matplotlib inline\nfrom matplotlib.figure import Figure\n"
    'figure = Figure(figsize=(1, 1), label="Hình thử. Cao Lãnh <cao nhất>.")\nfigure.subplots().plot([1, 2])\ndisplay(figure)'
)


def book(
    folder: Path, name: str, *cells: str, parameters: str = COMMON, head: str = "# Sổ thử\n\nHỏi: **có gì?**"
) -> Path:
    """Write a notebook: a head, the parameters, then cells; those that start with a "#" are words."""
    parts = [("markdown", head, []), ("code", parameters, ["parameters"])]
    parts += [("markdown" if cell.startswith("#") else "code", cell, []) for cell in cells]
    made = [
        {"cell_type": kind, "id": f"o-{i}", "metadata": {"tags": tags}, "source": text.splitlines(keepends=True)}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for i, (kind, text, tags) in enumerate(parts)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


class _Outside(HTMLParser):
    """What a page would fetch or run, read by another parser than the one that wrote it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "link", "base", "form"):
            self.found.append(tag)
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links.append(value or "")
            elif name in ("src", "href", "xlink:href", "srcset", "data", "poster", "background", "action"):
                self.found += [] if (value or "").startswith(("data:", "#")) else [f"{tag} {name}={value}"]
            elif name.startswith("on"):
                self.found.append(f"{tag} {name}")


def outside(page: Path) -> list[str]:
    """Everything in a page that points out of its folder, links that lead nowhere too."""
    html = page.read_text("utf-8")
    seen = _Outside()
    seen.feed(html)
    seen.close()
    styles = re.findall(r"@import|url\((?!\s*[\"']?data:)[^)]*\)", html)
    lost = [to for to in seen.links if not to.startswith("#") and not (page.parent / to).is_file()]
    return seen.found + styles + lost


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The returns of one district, so that reading takes no time."""
    folder = tmp_path_factory.mktemp("số liệu") / "biểu" / "gia-dinh"
    folder.mkdir(parents=True)
    shutil.copy(RAW / "gia-dinh" / "2023" / "chau thanh 2023.xlsx", folder)
    return folder.parent


def request(raw: Path, out: Path, books: Path, **more: Any) -> pipeline.Request:
    asked = {"year": 2023, "as_of": date(2024, 1, 20), "command": "phan-tich"} | more
    return pipeline.Request(raw=raw, out=out, notebooks=books, **asked)


@pytest.fixture(scope="module")
def made(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, pipeline.Outcome, list[str]]]:
    """Four small notebooks run for one district: plain, with a picture, internal by its words, on data of its own."""
    home = tmp_path_factory.mktemp("sổ")
    books = home / "notebooks"
    (home / "thu").mkdir()
    see = "# Xem\n\nXem [sổ hai](02-hinh.ipynb), [sổ ba](03-noi-bo.ipynb), [cách tính](../docs/a.md), [báo](https://b.vn/1)."
    book(books, "02-hinh", "## Hình nào?", DRAW)
    book(books, "01-loi", "## Nói gì?", SAY, SHOW, see)
    inner = f"{SAY.splitlines()[0]}\nMarkdown('{INTERNAL}. Có 3 nơi cần làm rõ.')"
    book(books, "03-noi-bo", "## Ai xem?", inner, SAY)
    book(books, "04-rieng", "## Của ai?", SAY, parameters=COMMON.replace("../data/raw", "../thu"))
    told: list[str] = []
    outcome = pipeline.analyse(request(raw, home / "ra", books, place="huyện Châu Thành"), None, told.append)
    yield books, outcome, told


def _page(made: tuple[Path, pipeline.Outcome, list[str]], file: str) -> str:
    assert made[1].folder
    return (made[1].folder / file).read_text("utf-8")


def test_the_folder_is_named_by_year_and_code_and_says_where_it_comes_from(made: Any) -> None:
    folder = made[1].folder
    assert folder.name == "phan-tich-2023-877"
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert files == [
        "01-loi.html",
        "02-hinh.html",
        "04-rieng.html",
        "index.html",
        "nguon-goc.json",
        "noi-bo/03-noi-bo.html",
    ]
    origin = json.loads((folder / "nguon-goc.json").read_text("utf-8"))
    assert origin["tham_so"] == {"NAM": 2023, "KY": "nam", "DIA_BAN": "Huyện Châu Thành", "DEN_NGAY": "2024-01-20"}
    assert set(origin["so_phan_tich"]) == {"01-loi", "02-hinh", "03-noi-bo", "04-rieng"}
    assert list(origin["dau_vao"]) == ["gia-dinh/chau thanh 2023.xlsx"]
    assert set(origin["ket_qua"]) == set(files) - {"nguon-goc.json"}


def test_parameters_reach_the_notebook_and_folders_do_not_show(made: Any, raw: Path) -> None:
    page = _page(made, "01-loi.html")
    assert "Năm 2023, kỳ nam, nơi [Huyện Châu Thành], đến 2024-01-20, riêng: False." in page
    assert "<pre>biểu True" in page
    assert "DIA_BAN = 'Huyện Châu Thành'" in page and "SO_LIEU =" not in page
    assert '<p class="when">Năm 2023, Huyện Châu Thành, tính đến ngày 20/01/2024</p>' in page
    for path in made[1].folder.rglob("*.html"):
        html = path.read_text("utf-8")
        assert [hidden for hidden in (str(raw.parent), str(ROOT), str(Path.home()), sys.prefix) if hidden in html] == []


def test_pages_ask_for_nothing_outside(made: Any) -> None:
    found = {path.name: outside(path) for path in made[1].folder.rglob("*.html")}
    assert len(found) == 5
    assert {name: what for name, what in found.items() if what} == {}
    page = _page(made, "01-loi.html")
    assert "default-src 'none'" in page
    assert '<a href="02-hinh.html">sổ hai</a>' in page
    assert '<a href="noi-bo/03-noi-bo.html">sổ ba</a>' in page
    assert "cách tính, báo (https://b.vn/1)." in page


def test_pages_are_vietnamese_and_fit_a_phone(made: Any) -> None:
    for path in made[1].folder.rglob("*.html"):
        html = path.read_text("utf-8")
        assert '<html lang="vi">' in html
        assert 'content="width=device-width, initial-scale=1"' in html
        assert re.search(r"<title>[^<]+ – Năm 20\d\d, [^<]+</title>", html)
        assert f'<p class="mark">{MARK}' in html, path.name


def test_code_is_folded_away_and_a_picture_has_its_words(made: Any) -> None:
    page = _page(made, "02-hinh.html")
    assert page.count("<details>") == page.count("<summary>Lệnh đã chạy</summary>") == 2
    assert INJECTED not in page and "get_ipython" not in page
    picture = re.search(r"<img [^>]*>", page)
    assert picture and 'src="data:image/png;base64,' in picture[0]
    assert 'alt="Hình thử. Cao Lãnh &lt;cao nhất&gt;."' in picture[0]
    assert page.count("Hình thử") == 2  # the other stands in the code


def test_what_is_internal_stays_in_its_folder(made: Any) -> None:
    assert f'<p class="mark">{INTERNAL}</p>' in _page(made, "noi-bo/03-noi-bo.html")
    index = _page(made, "index.html")
    entries = re.findall(r"<li>.+?</li>", index)
    assert [re.findall(r'href="(.+?)"', entry)[0] for entry in entries] == [
        "01-loi.html", "02-hinh.html", "noi-bo/03-noi-bo.html", "04-rieng.html",
    ]  # fmt: skip
    assert [INTERNAL in entry for entry in entries] == [False, False, True, False]
    assert ['class="answer"' in entry for entry in entries] == [True, False, False, True]
    assert all('<p class="question">Có gì?</p>' in entry for entry in entries)
    assert '<p class="answer">Năm 2023, kỳ nam, nơi' in entries[0]
    assert 'href="../index.html"' in _page(made, "noi-bo/03-noi-bo.html")


def test_a_notebook_on_data_of_its_own_keeps_its_parameters(made: Any) -> None:
    page = _page(made, "04-rieng.html")
    assert "Năm 2024, kỳ nam, nơi [], đến 2025-01-20" in page
    assert "số liệu thử riêng của sổ này" in page


@pytest.mark.parametrize(("nature", "given", "made_of"), [("bao_cao", 3, 3), ("gia_dinh", 1, 2), ("cong_bo", 1, 2)])
def test_real_returns_go_into_every_notebook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, facts: Facts, nature: str, given: int, made_of: int
) -> None:
    """Without real returns a notebook on data of its own keeps its parameters, and is left out where they are not."""
    (tmp_path / "thu").mkdir()
    for name, folder in (("01-a", "data/raw"), ("02-b", "thu"), ("03-c", "khong-co")):
        book(tmp_path / "so", name, parameters=COMMON.replace("data/raw", folder))
    runs: list[tuple[Notebook, Mapping[str, Any]]] = []

    def note(pairs: Any, progress: Any) -> list[Any]:
        runs.extend(pairs)
        return [with_values(notebook, values) for notebook, values in pairs]

    monkeypatch.setattr(write, "run_notebooks", note)
    asked = pages.Asked(2023, "nam", date(2024, 1, 20), RAW, None, nature, pages.place_asked("", facts, 2023))
    out = pages.write_pages(tmp_path, read_notebooks(tmp_path / "so"), asked, facts)
    assert sum(values == asked.values() for _, values in runs) == given
    assert sum(not values for _, values in runs) == len(runs) - given
    assert (len(runs), sum(bool(page.file) for page in out)) == (made_of, made_of)
    index = (tmp_path / "index.html").read_text("utf-8")
    assert ("không có ở đây" in index) == (made_of == 2)
    assert (MARK in index) == (nature == "gia_dinh")


def test_published_figures_do_not_carry_the_mark_of_trial_data(tmp_path: Path, facts: Facts) -> None:
    """They are real, whatever the returns beside them are; the list of pages, which speaks of all, keeps the mark."""
    for name, tags in (("01-a", []), ("02-b", ["cong-bo"])):
        path = book(tmp_path / "so", name)
        node = json.loads(path.read_text("utf-8"))
        node["cells"][0]["metadata"]["tags"] = tags
        path.write_text(json.dumps(node), "utf-8")
    asked = pages.Asked(2023, "nam", date(2024, 1, 20), RAW, None, "gia_dinh", pages.place_asked("", facts, 2023))
    pages.write_pages(tmp_path, read_notebooks(tmp_path / "so"), asked, facts)
    marked = [(tmp_path / name).read_text("utf-8").count(MARK) for name in ("01-a.html", "02-b.html", "index.html")]
    assert marked == [1, 0, 1]
    shipped = [notebook.name for notebook in read_notebooks() if notebook.published]
    assert shipped == ["08-da-cong-bo"]


def test_progress_is_told_while_running(made: Any) -> None:
    assert any(re.search(r"Đã chạy \d/4 sổ; đang chạy .*01-loi \(ô \d/7\)", said) for said in made[2])


def test_the_same_input_gives_the_same_bytes(made: Any, raw: Path, tmp_path: Path) -> None:
    again = pipeline.analyse(request(raw, tmp_path / "ra", made[0], place="huyện Châu Thành"))
    for path in sorted(made[1].folder.rglob("*.*")):
        other = again.folder / path.relative_to(made[1].folder)  # type: ignore[operator]
        assert path.read_bytes() == other.read_bytes(), path.name


@pytest.mark.parametrize(
    ("cell", "code", "said"),
    [
        (
            'import danvan_analysis as dv\ndv.find_place("Xã Không Có", dv.load_facts(), NAM)',
            2,
            "Không xác định được địa bàn",
        ),
        ("1 / 0", 1, "lỗi của phần mềm (ZeroDivisionError: division by zero)"),
        ("import khong_co_thu_vien_nay", 2, "thiếu khong_co_thu_vien_nay"),
        ("import os\nos._exit(1)", 1, "dừng đột ngột"),
    ],
)
def test_a_notebook_that_fails_is_one_sentence_and_the_old_result_stays(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    cell: str, code: int, said: str,
) -> None:  # fmt: skip
    old = tmp_path / "ra" / "phan-tich-2023"
    old.mkdir(parents=True)
    (old / "index.html").write_text("kết quả cũ", "utf-8")
    book(tmp_path / "so", "01-hong", "# Chỗ này được không?", cell, "# Chỗ sau", "print(1)")
    monkeypatch.setattr(notebook_room, "shipped_folder", lambda: tmp_path / "so")
    monkeypatch.setattr(
        sys, "argv", ["danvan", "phan-tich", "--nam", "2023", "--so-lieu", str(raw), "--ra", str(tmp_path / "ra")]
    )
    with pytest.raises(SystemExit) as stop:
        cli.main()
    printed = capsys.readouterr()
    assert (stop.value.code, printed.out) == (code, "")
    lines = printed.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("Lỗi: ") and said in lines[0]
    if "import kh" not in cell:
        assert "01-hong" in lines[0]
    if code == 2 and "find_place" in cell:
        assert "phần “Chỗ này được không?”" in lines[0]
    assert [path.name for path in (tmp_path / "ra").iterdir() if path.name != ".khoa"] == ["phan-tich-2023"]
    assert (old / "index.html").read_text("utf-8") == "kết quả cũ"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"place": "Huyện Ba Tri"}, "Không xác định được địa bàn “Huyện Ba Tri” năm 2023"),
        ({"place": "Cao Lãnh"}, "Tên này có ở"),
        ({"place": "Xã An Nhơn"}, "--dia-ban “Huyện Châu Thành”"),
        ({"year": 2019}, "Các năm đã có: 2022, 2023"),
        ({"period": "6-thang"}, "Chưa có báo cáo nào của năm 2023 (kỳ 6-thang)"),
    ],
)
def test_what_cannot_be_asked_is_said_before_any_notebook_runs(
    tmp_path: Path, raw: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(pages, "write_pages", lambda *_: pytest.fail("a notebook ran"))
    book(tmp_path / "so", "01-a")
    with pytest.raises(DanvanError) as told:
        pipeline.analyse(request(raw, tmp_path / "ra", tmp_path / "so", **more))
    assert said in str(told.value)
    assert not isinstance(told.value, OutputError)
    assert not (tmp_path / "ra").exists()


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_room, "find_spec", lambda name: None if name == "nbclient" else object())
    with pytest.raises(
        DanvanError, match=re.escape('(thiếu nbclient). Đề nghị chạy lệnh: pip install "danvan-analysis[notebooks]"')
    ):
        read_notebooks()


def test_ctrl_c_leaves_no_kernel_and_the_old_result(tmp_path: Path, raw: Path) -> None:
    """The first notebook has said its process number and waits for ever; the second waits the same way."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    stay = f"import os, threading\nopen({str(pipe)!r}, 'w').write(f'{{os.getpid()}} ')\nthreading.Event().wait()"
    book(tmp_path / "so", "01-cho", stay)
    book(tmp_path / "so", "02-cho", stay)
    old = tmp_path / "ra" / "phan-tich-2023"
    old.mkdir(parents=True)
    script = (
        "import sys; from pathlib import Path; from danvan_analysis import cli; from danvan_analysis.pages import notebooks;"
        f" notebooks.shipped_folder = lambda: Path({str(tmp_path / 'so')!r});"
        f" sys.argv = ['danvan', 'phan-tich', '--nam', '2023', '--so-lieu', {str(raw)!r}, '--ra', {str(tmp_path / 'ra')!r}];"
        " cli.main()"
    )
    run = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    kernels = []
    while len(kernels) < 2:
        kernels += [int(number) for number in pipe.read_text().split()]
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said.strip()) == (130, "Đã dừng theo yêu cầu; kết quả cũ còn nguyên.")
    for kernel in kernels:
        with pytest.raises(ProcessLookupError):
            os.kill(kernel, 0)
    assert [path.name for path in (tmp_path / "ra").iterdir() if path.name != ".khoa"] == ["phan-tich-2023"]


def test_values_stand_in_a_cell_after_the_parameters(tmp_path: Path) -> None:
    notebook = Notebook(book(tmp_path, "01-a", "print(NAM)"), (tmp_path / "01-a.ipynb").read_text("utf-8"))
    assert notebook.parameters == {
        "NAM": 2024, "KY": "nam", "DIA_BAN": "", "SO_LIEU": "../data/raw", "DANH_MUC": None, "DEN_NGAY": "2025-01-20",
    }  # fmt: skip
    assert (notebook.title, notebook.question, notebook.own_data) == ("Sổ thử", "Có gì?", False)
    cells = with_values(notebook, {"NAM": 2021, "DIA_BAN": "Huyện “X”"}).cells
    assert [cell.id for cell in cells] == ["o-0", "o-1", INJECTED, "o-2"]
    assert cells[2].source.endswith("NAM = 2021\nDIA_BAN = 'Huyện “X”'\n")


def test_what_a_notebook_would_fetch_is_left_out(tmp_path: Path) -> None:
    """Whatever a library puts into its tables: the page keeps the words and asks for nothing."""
    nasty = (
        "<style>@import url(https://a.vn/x.css); td {background: url('https://a.vn/b.png'); color: red}</style>"
        '<script src="https://a.vn/x.js">mở()</script><iframe src="https://a.vn"></iframe><link href="https://a.vn/x.css">'
        '<img src="https://a.vn/h.png" alt="hình xa" onerror="mở()"><img src="data:image/png;base64,AAAA" alt="hình gần">'
        '<svg><image xlink:href="https://a.vn/s.svg"></image></svg><p style="background: url(//a.vn/c.png)">chữ</p>'
        '<table background="https://a.vn/n.png"><tr><td>12,5</td></tr></table>'
    )
    node = with_values(Notebook(book(tmp_path, "01-a", "1"), (tmp_path / "01-a.ipynb").read_text("utf-8")), {})
    node.cells[-1].outputs = [nbformat.v4.new_output("display_data", {"text/html": nasty})]
    node.cells[-1].outputs += [nbformat.v4.new_output("stream", name="stderr", text="/opt/lib.py: cảnh báo")]
    page = tmp_path / "a.html"
    page.write_text(body_of(node, {}, {}), "utf-8")
    assert outside(page) == []
    html = page.read_text("utf-8")
    assert "a.vn" not in html and "cảnh báo" not in html
    assert all(kept in html for kept in ("color: red", "hình xa", "data:image/png;base64,AAAA", "chữ", "12,5"))
    assert '<div class="wide"><table>' in html


def test_sentences_for_who_edits_the_notebook_are_left_out(tmp_path: Path) -> None:
    words = (
        "# Sổ\n\nSố này không có thật. Muốn xem năm khác (ví dụ `A = 1.5`), sửa ô dưới (*Run → Run All Cells*). Còn lại."
        "\n\nBáo cáo là của toàn tỉnh. Sửa ô dưới đây rồi chạy lại tất cả (*Run → Run All Cells*)."
    )
    node = with_values(Notebook(book(tmp_path, "01-a", head=words), (tmp_path / "01-a.ipynb").read_text("utf-8")), {})
    html = body_of(node, {}, {})
    assert "Số này không có thật." in html and "Còn lại." in html
    assert "toàn tỉnh." in html and "Run All" not in html and "Muốn xem" not in html


def test_every_shipped_notebook_asks_one_question_and_takes_the_parameters() -> None:
    shipped = read_notebooks()
    assert [notebook.path for notebook in shipped] == sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert [notebook.name for notebook in shipped if not notebook.question] == []
    assert [notebook.name for notebook in shipped if not notebook.title[0].isdigit()] == []
    assert [
        notebook.name for notebook in shipped if not {"NAM", "KY", "SO_LIEU", "DEN_NGAY"} <= set(notebook.parameters)
    ] == []


def test_an_installed_copy_brings_the_notebooks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The list of data files covers them, and they are found by the installed copy's own list."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["data-files"]
    (brought,) = ({path for pattern in patterns for path in ROOT.glob(pattern)} for patterns in data.values())
    assert brought == {notebook.path for notebook in read_notebooks()}
    book(tmp_path / "share", "01-a")
    installed = metadata.PackagePath("../share/01-a.ipynb")
    installed.dist = metadata.PathDistribution(tmp_path / "lib" / "x.dist-info")  # type: ignore[attr-defined]
    monkeypatch.setattr(notebook_room, "__file__", str(tmp_path / "lib" / "danvan_analysis" / "pages" / "notebooks.py"))
    monkeypatch.setattr(notebook_room.metadata, "files", lambda _: [installed])
    assert shipped_folder() == tmp_path / "share"


def test_a_real_notebook_of_another_year(tmp_path: Path, raw: Path) -> None:
    """The first notebook of the set, on a year in which all but one district sent nothing."""
    (tmp_path / "so").mkdir()
    shutil.copy(ROOT / "notebooks" / "01-nhan-so-lieu.ipynb", tmp_path / "so")
    outcome = pipeline.analyse(request(raw, tmp_path / "ra", tmp_path / "so"))
    assert outcome.folder == tmp_path / "ra" / "phan-tich-2023"
    assert len(outcome.missing) == 17
    (page,) = outcome.pages
    assert re.fullmatch(
        r"Đến ngày 20/01/2024, Tỉnh Đồng Tháp có 1 tệp đã nhận, (\d+) trang tính, trong đó \1 trang tính của năm 2023\.",
        page.answer,
    )
    assert outside(outcome.folder / page.file) == []
    html = (outcome.folder / page.file).read_text("utf-8")
    assert "2024" not in html.replace("20/01/2024", "").replace("2024-01-20", "")
    assert len(re.findall(r'<img [^>]*src="data:image/png', html)) == 1
    assert html.count("<table") >= 5
    assert html.count(MARK) >= 5
    assert str(ROOT) not in html
