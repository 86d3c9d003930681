import json
from pathlib import Path

import pytest

from danvan_analysis.errors import OutputError
from danvan_analysis.publish import ORIGIN, publishing, restore, result_folder


def _publish(root: Path, text: str) -> list[Path]:
    with publishing(root, "so-ket-2024") as draft:
        (draft.folder / "bao-cao.txt").write_text(text, "utf-8")
    return draft.moved


def test_new_result_replaces_the_old_one_whole(tmp_path: Path) -> None:
    _publish(tmp_path, "một")
    assert _publish(tmp_path, "hai") == []
    assert (tmp_path / "so-ket-2024" / "bao-cao.txt").read_text("utf-8") == "hai"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".khoa", "so-ket-2024"]


def test_a_run_that_fails_keeps_the_old_result(tmp_path: Path) -> None:
    _publish(tmp_path, "một")
    with pytest.raises(ZeroDivisionError), publishing(tmp_path, "so-ket-2024") as draft:
        (draft.folder / "bao-cao.txt").write_text("dở dang", "utf-8")
        raise ZeroDivisionError
    assert (tmp_path / "so-ket-2024" / "bao-cao.txt").read_text("utf-8") == "một"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".khoa", "so-ket-2024"]


def test_edited_and_added_files_are_kept(tmp_path: Path) -> None:
    _publish(tmp_path, "một")
    (tmp_path / "so-ket-2024" / "bao-cao.txt").write_text("đã sửa tay", "utf-8")
    (tmp_path / "so-ket-2024" / "ghi-chu.txt").write_text("của tôi", "utf-8")
    moved = _publish(tmp_path, "hai")
    assert sorted(p.read_text("utf-8") for p in moved) == ["của tôi", "đã sửa tay"]
    assert all("da-sua" in p.parts for p in moved)


def test_a_lone_old_result_goes_back_into_place(tmp_path: Path) -> None:
    _publish(tmp_path, "một")
    (tmp_path / "so-ket-2024").rename(tmp_path / "so-ket-2024.cu")
    (tmp_path / ".dang-ghi-so-ket-2024").mkdir()
    assert result_folder(tmp_path, "so-ket-2024") == tmp_path / "so-ket-2024.cu"
    restore(tmp_path)
    assert (tmp_path / "so-ket-2024" / "bao-cao.txt").read_text("utf-8") == "một"
    assert not list(tmp_path.glob(".dang-ghi-*"))


def test_two_runs_at_once(tmp_path: Path) -> None:
    with publishing(tmp_path, "a") as draft:
        (draft.folder / "x").write_text("1", "utf-8")
        with pytest.raises(OutputError, match="lần chạy khác"), publishing(tmp_path, "b"):
            pass
    assert (tmp_path / "a" / "x").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "ra").write_text("đây là một tệp", "utf-8")
    with pytest.raises(OutputError, match="Không ghi được"), publishing(tmp_path / "ra", "so-ket-2024"):
        pass


def test_hashes_stand_in_the_origin_file(tmp_path: Path) -> None:
    with publishing(tmp_path, "a") as draft:
        (draft.folder / ORIGIN).write_text('{"lenh": "so-ket"}', "utf-8")
        (draft.folder / "bang").mkdir()
        (draft.folder / "bang" / "t.csv").write_text("1", "utf-8")
    origin = json.loads((tmp_path / "a" / ORIGIN).read_text("utf-8"))
    assert origin["lenh"] == "so-ket"
    assert list(origin["ket_qua"]) == ["bang/t.csv"]


def test_an_old_result_left_beside_the_new_one_is_removed(tmp_path: Path) -> None:
    """The run was cut after the new result stood in place: that one stays."""
    _publish(tmp_path, "mới")
    (tmp_path / "so-ket-2024.cu").mkdir()
    (tmp_path / "so-ket-2024.cu" / "bao-cao.txt").write_text("cũ", "utf-8")
    restore(tmp_path)
    assert (tmp_path / "so-ket-2024" / "bao-cao.txt").read_text("utf-8") == "mới"
    assert not (tmp_path / "so-ket-2024.cu").exists()
