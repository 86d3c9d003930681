"""What the commands print: per file what was recognised, per target the sentence, and what was left aside."""

from pathlib import Path
from typing import Any

import click
import polars as pl

from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.tables import ALL, QUESTIONS, Data
from danvan_analysis.text import number

_STATES = {
    "read": "đã đọc",
    "empty_form": "biểu chưa có số liệu",
    "unknown_form": "chưa nhận ra biểu",
    "refused": "không đọc",
    "unreadable": "không mở được",
}


def print_files(data: Data) -> None:
    """Print every file with its sheets: form, cells used, checked and left, then its questions."""
    facts = load_facts()
    titles = {form_id: form["title_vi"] for form_id, form in facts.forms.items()}
    titles[QUESTIONS] = "phiếu đối chiếu gửi trở lại"
    notes = data.set_aside
    for (file,), sheets in data.sources.group_by(["source_file"], maintain_order=True):
        click.secho(str(file), bold=True)
        for row in sheets.iter_rows(named=True):
            forms = ", ".join(titles.get(form, form) for form in (row["form_id"] or "").split(";") if form)
            where = f"  {row['source_sheet']}: " if row["source_sheet"] else "  "
            click.echo(
                f"{where}{_STATES[row['status']]}" + (f" ({forms})" if forms else "")
                + f"; dùng {number(row['cells_used'])} ô, đối chiếu {number(row['cells_checked'])},"
                f" chưa đưa vào tổng hợp {number(row['cells_aside'])}."
            )  # fmt: skip
        for note in notes.filter(pl.col("source_file") == file).iter_rows(named=True):
            sheet = f"[{note['source_sheet']}] " if note["source_sheet"] else ""
            click.echo(f"    {'–' if note['effect'] == 'used' else '!'} {sheet}{note['message_vi']}")


def print_verdicts(outcome: Any) -> None:
    """Print the province's sentence for every target of the year, with its change."""
    rows = outcome.assessment.filter(
        pl.col("year") == outcome.year,
        pl.col("period") == outcome.period,
        pl.col("nature") == outcome.nature,
        pl.col("area_id") == outcome.area_id,
        pl.col("organisation") == ALL,
        pl.col("unit_type") == ALL,
    )
    for row in rows.iter_rows(named=True):
        click.echo(f"{row['indicator_id']}. {row['sentence_vi']}")


def print_published(data: Data) -> None:
    """Print how the published percentages come out of their counts; nothing where no published figure was read."""
    shares = data.shares.filter(nature="cong_bo")
    if shares.is_empty():
        return
    facts = load_facts()
    how = {
        "cat": "cắt bớt chữ số, không làm tròn",
        "khong_khop": "không ra được từ số lượng, dù làm tròn hay cắt",
    }
    by_how = dict(shares.group_by("how").len().iter_rows())
    odd = shares.filter((pl.col("how") != "lam_tron") | (pl.col("base") == "cả đơn vị chưa xếp loại"))
    click.echo(
        f"Số liệu đã công bố: {shares.height} tỷ lệ in kèm số lượng; {by_how.get('lam_tron', 0)} tỷ lệ làm tròn đúng,"
        f" {by_how.get('cat', 0)} cắt bớt chữ số, {by_how.get('khong_khop', 0)} không khớp."
    )
    for row in odd.iter_rows(named=True):
        said = how.get(row["how"], "tính trên tất cả đơn vị, kể cả đơn vị chưa xếp loại")
        click.echo(
            f"  – {row['area_name']}, {_unit(facts, row)} năm {row['year']}: in {row['printed']}%"
            f" ({number(row['count'])}/{number(row['denominator'])}), {said}."
        )
    for note in data.set_aside.filter(pl.col("reason") == "tong_khong_khop").iter_rows(named=True):
        if "cong-bo" in note["source_file"]:
            click.echo(f"  – {note['source_file']}: {note['message_vi']}")


def _unit(facts: Facts, row: dict[str, Any]) -> str:
    names = dict(facts.unit_types.select("unit_type", "name_vi").iter_rows())
    return str(names.get(row["unit_type"], row["unit_type"]))


def print_asked(outcome: Any) -> None:
    """Say how many sheets of questions were written, and what senders answered to earlier ones."""
    sheets, questions = outcome.asked
    if sheets:
        click.echo(f"Phiếu đối chiếu: {number(questions)} câu hỏi trong {number(sheets)} phiếu (doi-chieu/).")
    open_answers = outcome.data.answers.filter(state="open").height
    if open_answers:
        click.echo(
            f"Đơn vị đã trả lời: {number(open_answers)} mục đề nghị đính chính, chưa áp dụng; xem"
            " doi-chieu/dinh-chinh-can-xac-nhan.toml."
        )


def print_moved(moved: tuple[Path, ...]) -> None:
    """Say which files of the old result had been edited and where they were kept."""
    if moved:
        click.echo("Tệp đã sửa tay từ lần trước được giữ lại ở:")
        for path in moved:
            click.echo(f"  {path}")


def print_left(outcome: Any) -> bool:
    """Print what was not taken and which returns are missing; give whether there was any."""
    data = outcome.data
    for note in data.notes:
        click.echo(note)
    aside = data.set_aside.filter(pl.col("effect") != "used")
    asked = data.set_aside.filter(pl.col("effect") == "used")
    if aside.height:
        files = aside["source_file"].n_unique()
        click.echo(f"Chưa đưa vào tổng hợp: {number(aside.height)} mục ở {number(files)} tệp.")
        for note in aside.head(10).iter_rows(named=True):
            click.echo(f"  ! {note['source_file']}: {note['message_vi']}")
        if aside.height > 10:
            click.echo("  … xem đủ ở bảng set_aside hoặc chạy danvan kiem-tra.")
    if asked.height:
        click.echo(f"Đã dùng nhưng đề nghị kiểm tra lại: {number(asked.height)} mục (danvan kiem-tra in từng mục).")
    for line in outcome.silent:
        click.echo(line)
    missing = outcome.missing
    if missing:
        click.echo(f"Chưa có báo cáo: {', '.join(missing)}.")
    return bool(aside.height or missing or outcome.silent)


def print_declared(declared: list[Any], *, shown: bool) -> None:
    """Print, per table of a file, the form it is or the draft of its page (the text itself where `shown`)."""
    for document in declared:
        click.secho(document.name, bold=True)
        if document.problem:
            click.echo(f"  {document.problem}")
        elif not document.tables:
            click.echo("  Không thấy bảng nào có tiêu đề cột.")
        for table in document.tables:
            where = f"  Trang “{table.sheet}”, bảng từ ô {table.where}: "
            if not table.text:
                click.echo(f"{where}biểu đã có trong danh mục ({table.known_form}), hiểu được mọi cột.")
                continue
            state = f"nhận là biểu {table.known_form} nhưng còn" if table.known_form else "chưa có trong danh mục;"
            click.echo(f"{where}{state} {len(table.unknown)} cụm từ chưa rõ. Dự thảo: forms/{table.form_id}.toml")
            if shown:
                click.echo(f"\n{table.text}")


def print_sentence(found: Any, sheets: pl.DataFrame) -> None:
    """Print one number's sentence, ready to paste, and where its cells stand, in short."""
    click.echo(found.sentence)
    if found.mark:
        click.echo(found.mark)
    places = sheets.group_by("source_file", "source_sheet", maintain_order=True).agg(pl.col("cells").explode().unique())
    cells = int(places["cells"].list.len().sum())
    click.echo(f"Lấy từ {number(cells)} ô của {number(places['source_file'].n_unique())} tệp:")
    for row in places.to_dicts():
        shown = ", ".join(row["cells"][:_FEW]) + (f" … ({len(row['cells'])} ô)" if len(row["cells"]) > _FEW else "")
        click.echo(f"- {row['source_file']} [{row['source_sheet']}]: {shown}")


def print_cells(found: Any, sheets: pl.DataFrame) -> None:
    """Print every cell behind one number, with what it adds to numerator and base, and the sums beside what is printed."""
    row = found.row
    click.echo(found.sentence)
    if found.mark:
        click.echo(found.mark)
    for (file, sheet), rows in sheets.group_by(["source_file", "source_sheet"], maintain_order=True):
        click.secho(f"{file} [{sheet}]", bold=True)
        for part in rows.to_dicts():
            adds = ", ".join(
                f"{name} {'+' if value > 0 else '−'}{number(abs(value))}"
                for name, value in (("tử số", part["to_numerator"]), ("mẫu số", part["to_denominator"]))
                if value
            )
            why = _ROLES.get(part["role"], "")
            click.echo(f"  {part['what_vi']} ({adds or why}): {', '.join(part['cells'])}")
    sums = [("Tử số", sheets["to_numerator"].sum(), row["numerator"])]
    sums += [("Mẫu số", sheets["to_denominator"].sum(), row["denominator"])] if row["denominator"] is not None else []
    for name, total, printed in sums:
        if printed is None:
            continue
        said = "đúng bằng số đã in"
        if total != printed:
            most = row["numerator_most"]
            range_vi = number(printed) if most == printed else f"từ {number(printed)} đến {number(most)}"
            said = f"số đã in: {range_vi}, vì một tổ chức có thể đăng ký trong nhiều năm"
        click.echo(f"{name}: các ô cộng lại được {number(int(total))}, {said}.")


#: Cells shown of a sheet where only the place is told.
_FEW = 12
_ROLES = {
    "chua_xep_loai": "chưa xếp loại, không đưa vào tính tỷ lệ",
    "thang_khong_ro": "thang xếp loại không cho biết mức này",
    "khong_dung_duoc": "thiếu một phần của tỷ lệ nên chưa tính",
}
