"""The command `danvan`, in Vietnamese. It asks, runs the pipeline, says what came of it, and gives the exit code.

0 done; 1 could not write, the old result is kept; 2 nothing could be done; 3 with --nghiem-ngat when anything was set
aside or a return is missing; 130 interrupted.
"""

import gettext
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

# The words of the command line's own frame are looked up by gettext: say which before click is asked for any.
os.environ["LANGUAGE"] = "vi"
gettext.bindtextdomain("danvan", str(Path(__file__).parent / "locale"))
gettext.textdomain("danvan")

import click  # noqa: E402

from danvan_analysis import __version__  # noqa: E402
from danvan_analysis.errors import DanvanError, OutputError  # noqa: E402

PERIODS = ("quy-1", "quy-2", "quy-3", "quy-4", "6-thang", "9-thang", "nam")


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” không phải là ngày dạng năm-tháng-ngày, thí dụ 2025-01-20.", param, ctx)


class _Year(click.ParamType[int]):
    name = "NĂM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not (str(value).isdigit() and 1976 <= int(value) <= 2100):
            self.fail(f"“{value}” không phải là năm, thí dụ 2024.", param, ctx)
        return int(value)


#: What every command that reads the returns asks for.
_READING = (
    click.option("--so-lieu", "raw", type=click.Path(path_type=Path), default="data/raw", show_default=True,
                 metavar="THƯ_MỤC", help="Thư mục biểu số liệu các đơn vị gửi."),
    click.option("--danh-muc", "overlay", type=click.Path(exists=True, file_okay=False, path_type=Path),
                 metavar="THƯ_MỤC", help="Danh mục riêng của đơn vị, đặt chồng lên danh mục kèm phần mềm."),
    click.option("--den-ngay", "as_of", type=_Day(), default=date.today, show_default="hôm nay",
                 help="Tính đến ngày."),
)  # fmt: skip


def _common(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        *_READING,
        click.option("--nghiem-ngat", "strict", is_flag=True,
                     help="Kết thúc với mã 3 nếu có số liệu chưa đưa vào tổng hợp hoặc thiếu báo cáo."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


_OUT = click.option("--ra", "out", type=click.Path(path_type=Path), default="data/processed", show_default=True,
                    metavar="THƯ_MỤC", help="Thư mục ghi kết quả.")  # fmt: skip


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]}, options_metavar="[TUỲ_CHỌN]", subcommand_metavar="LỆNH …"
)
@click.version_option(__version__, prog_name="danvan")
def cli() -> None:
    """Đọc biểu số liệu dân vận, đối chiếu chỉ tiêu nghị quyết, dựng bảng, biểu đồ, phụ lục và dự thảo báo cáo."""


@cli.command("kiem-tra", options_metavar="[TUỲ_CHỌN]")
@_common
def check_command(**options: Any) -> None:
    """Đọc tất cả, in từng tệp: nhận ra biểu gì, dùng gì, để lại gì; không ghi gì."""
    from danvan_analysis import pipeline, summary

    outcome = pipeline.check(_request("kiem-tra", **options), _progress)
    summary.print_files(outcome.data)
    summary.print_published(outcome.data)
    _finish(outcome, options["strict"])
    if not outcome.data.sources["status"].is_in(["read", "empty_form"]).any():
        raise DanvanError(f"Không có tệp nào trong “{options['raw']}” đọc được.")


@cli.command("tong-hop", options_metavar="[TUỲ_CHỌN]")
@_common
@_OUT
def gather_command(**options: Any) -> None:
    """Đọc tất cả và ghi các bảng số liệu chuẩn hoá vào RA/bang/."""
    from danvan_analysis import pipeline, summary

    outcome = pipeline.gather(_request("tong-hop", **options), _progress)
    summary.print_moved(outcome.moved)
    click.echo(f"Đã ghi các bảng vào {outcome.folder}.")
    _finish(outcome, options["strict"])


@cli.command("so-ket", options_metavar="[TUỲ_CHỌN]")
@click.option("--nam", "year", type=_Year(), required=True, metavar="NĂM", help="Năm sơ kết.")
@click.option(
    "--ky-bao-cao", "period", type=click.Choice(PERIODS), default="nam", show_default=True, help="Kỳ báo cáo."
)
@click.option("--phong-chu", "font", metavar="TÊN|TỆP", help="Phông chữ của biểu đồ, thí dụ “Times New Roman”.")
@_common
@_OUT
def review_command(**options: Any) -> None:
    """Việc chính: bảng, chỉ tiêu, biểu đồ, phụ lục và dự thảo báo cáo sơ kết của một năm."""
    from danvan_analysis import pipeline, summary

    outcome = pipeline.review(_request("so-ket", **options), _progress)
    summary.print_verdicts(outcome)
    summary.print_published(outcome.data)
    summary.print_asked(outcome)
    summary.print_moved(outcome.moved)
    click.echo(f"Kết quả: {outcome.folder}")
    _finish(outcome, options["strict"])


def _asks_for_a_number(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--chi-tieu", "indicator", required=True, metavar="MÃ", help="Chỉ tiêu, thí dụ T3 hoặc B12."),
        click.option("--nam", "year", type=_Year(), required=True, metavar="NĂM", help="Năm của số liệu."),
        click.option("--dia-ban", "place", default="", metavar="TÊN", help="Huyện, thành phố; bỏ trống là toàn tỉnh."),
        click.option("--ky-bao-cao", "period", type=click.Choice(PERIODS), default="nam", show_default=True,
                     help="Kỳ báo cáo."),
        click.option("--to-chuc", "organisation", default="tat_ca", metavar="MÃ", help="Một tổ chức, thí dụ phu_nu."),
        click.option("--loai-hinh", "unit_type", default="tat_ca", metavar="MÃ", help="Một loại hình, thí dụ chi_hoi."),
        *_READING,
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@cli.command("tra-cuu", options_metavar="[TUỲ_CHỌN]")
@_asks_for_a_number
def sentence_command(**options: Any) -> None:
    """In một câu dùng được ngay về một chỉ tiêu, kèm chỗ của các ô số liệu."""
    from danvan_analysis import summary

    summary.print_sentence(*_looked_up("tra-cuu", **options))


@cli.command("nguon-so-lieu", options_metavar="[TUỲ_CHỌN]")
@_asks_for_a_number
def cells_command(**options: Any) -> None:
    """In mọi ô số liệu đứng sau một con số đã in, từng ô góp bao nhiêu, cộng lại đúng bằng số ấy."""
    from danvan_analysis import summary

    summary.print_cells(*_looked_up("nguon-so-lieu", **options))


def _looked_up(
    command: str, *, indicator: str, place: str, organisation: str, unit_type: str, **options: Any
) -> tuple[Any, Any]:
    from danvan_analysis.lookup import by_sheet, look_up

    request = _request(command, strict=False, **options)
    found = look_up(request, indicator, place, organisation=organisation, unit_type=unit_type, progress=_progress)
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    return found, by_sheet(found)


@cli.command("khai-bao", options_metavar="[TUỲ_CHỌN]")
@click.argument("file", metavar="TỆP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--danh-muc", "overlay", type=click.Path(exists=True, file_okay=False, path_type=Path),
              metavar="THƯ_MỤC", help="Danh mục riêng của đơn vị, đặt chồng lên danh mục kèm phần mềm.")  # fmt: skip
@click.option("--ra", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="THƯ_MỤC",
              help="Ghi dự thảo vào THƯ_MỤC/forms/ (thường là danh mục riêng); không ghi đè tệp đã có.")  # fmt: skip
def declare_command(file: Path, overlay: Path | None, folder: Path | None) -> None:
    """Lập dự thảo trang biểu mẫu cho bảng chưa có trong danh mục, để đơn vị xác nhận nghĩa từng cột.

    Chỉ xem tiêu đề cột, không in nội dung ô. Xem docs/them-bieu-mau.md.
    """
    from danvan_analysis import summary
    from danvan_analysis.facts import load_facts
    from danvan_analysis.intake.declare import declare
    from danvan_analysis.publish import write_new

    declared = declare(file, load_facts(overlay))
    tables = [table for document in declared for table in document.tables]
    summary.print_declared(declared, shown=not folder)
    if folder:
        for path in write_new({folder / "forms" / f"{t.form_id}.toml": t.text for t in tables if t.text}):
            click.echo(f"Đã ghi dự thảo: {path}")


@cli.command("so-lieu-gia-dinh", options_metavar="[TUỲ_CHỌN]")
@click.option("--ra", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="THƯ_MỤC",
              help="Thư mục ghi số liệu giả định (thư mục mới hoặc thư mục giả định đã có).")  # fmt: skip
@click.option("--quy-mo", "scope", type=click.Choice(["tinh", "tinh-thu"]), default="tinh", show_default=True,
              help="Quy mô; tinh-thu là một tỉnh đặt ra, có cài sẵn những đặc điểm để thử phần rà soát xếp loại.")  # fmt: skip
@click.option("--ma-khoi-tao", "seed", type=int, default=2021, show_default=True, help="Mã khởi tạo số ngẫu nhiên.")
def trial_command(folder: Path, scope: str, seed: int) -> None:
    """Ghi bộ biểu giả định để chạy thử, kèm số liệu đúng để đối chiếu trong _su-that/."""
    from danvan_analysis.trial import write_trial_returns

    if folder.is_dir() and any(folder.iterdir()) and not (folder / "_su-that").is_dir():
        raise DanvanError(f"Thư mục “{folder}” đang có tệp khác; đề nghị chọn một thư mục mới để không ghi đè.")
    files = write_trial_returns(folder, scope=scope, seed=seed)
    click.echo(f"Đã ghi {len(files)} tệp biểu giả định vào {folder}.")


def _request(command: str, *, raw: Path, overlay: Path | None, as_of: date, strict: bool, **rest: Any) -> Any:
    from danvan_analysis.pipeline import Request

    del strict
    return Request(raw=raw, out=rest.pop("out", Path()), as_of=as_of, overlay=overlay, command=command, **rest)


def _progress(name: str) -> None:
    """One line that overwrites itself, only where a person watches."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[KĐang đọc {name[:90]}", nl=False, err=True)


def _finish(outcome: Any, strict: bool) -> None:
    from danvan_analysis import summary

    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    left = summary.print_left(outcome)
    if strict and left:
        raise SystemExit(3)


def main() -> NoReturn:
    """Run the command; every error is a Vietnamese sentence, a traceback never reaches the analyst."""
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page must not end the run at the first "ổ".
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        cli.main(prog_name="danvan", standalone_mode=False)
        code = 0
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Đã dừng theo yêu cầu; kết quả cũ còn nguyên.", err=True)
        code = 130
    except OutputError as error:
        click.echo(f"Lỗi: {error}", err=True)
        code = 1
    except DanvanError as error:
        click.echo(f"Lỗi: {error}", err=True)
        code = 2
    except MemoryError:
        click.echo("Lỗi: máy không đủ bộ nhớ để chạy. Đề nghị đóng bớt chương trình rồi chạy lại.", err=True)
        code = 1
    except Exception as error:
        # A fault of the program itself: said in one sentence; the details for whoever mends it.
        if os.environ.get("DANVAN_CHI_TIET"):
            raise
        click.echo(
            f"Lỗi của phần mềm ({type(error).__name__}: {error}). Kết quả cũ còn nguyên. Đề nghị đặt biến DANVAN_CHI_TIET=1, chạy"
            " lại và gửi phần in ra cho người phụ trách phần mềm.",
            err=True,
        )
        code = 1
    sys.exit(code)
