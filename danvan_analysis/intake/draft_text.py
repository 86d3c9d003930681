"""The words of a draft form page: a TOML file that an analyst finishes by taking "#" off the lines that are right."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from danvan_analysis.intake.proposals import Proposal


@dataclass
class Entry:
    """One header phrase nobody knows: its key, the text as printed, its cells, what stands below, what it may mean."""

    phrase: str
    text: str
    cells: list[str]
    holds: str = ""
    proposals: list[Proposal] = field(default_factory=list)


def draft_text(
    form_id: str,
    title: str,
    needs: Sequence[str],
    entries: Sequence[Entry],
    known: Sequence[tuple[str, str, str]],
    roles: Mapping[str, str],
    values: Mapping[str, str],
    longest: int,
    origin: str,
) -> str:
    """Write the page; every proposal is a comment, so the page changes nothing until somebody confirms it."""
    lines = [
        f"# DỰ THẢO trang biểu mẫu, lập từ tệp {origin}.",
        "# Cách dùng: với mỗi cụm từ dưới mục [words], bỏ dấu # ở đầu MỘT dòng đúng nghĩa (hoặc sửa vế phải cho đúng), rồi chép tệp",
        f"# vào thư mục forms của danh mục riêng, tên tệp giữ là {form_id}.toml. Dòng nào còn dấu # thì phần mềm chưa dùng.",
        "# Cụm từ trong [words] có hiệu lực với mọi biểu, không riêng biểu này.",
        f"form_id = {_quoted(form_id)}",
        f"title_vi = {_quoted(title)}",
        "# Các vai phải có đủ thì bảng mới được nhận là biểu này.",
        f"needs = [{', '.join(map(_quoted, needs))}]",
        'status = "assumed"',
        f"source = {_quoted('Lập bằng danvan khai-bao, đơn vị xác nhận')}",
        "",
        "[words]",
    ]
    for entry in entries:
        where = ", ".join(entry.cells[:4]) + ("…" if len(entry.cells) > 4 else "")
        holds = f", bên dưới là {entry.holds}" if entry.holds else ""
        lines.append(f"# Ô {where}: “{_cut(entry.text, longest)}”{holds}.")
        for proposal in entry.proposals:
            lines.append(f"# {_quoted(entry.phrase)} = {_quoted(proposal.code)}  # {_meaning(proposal, roles, values)}")
        lines.append("")
    if known:
        lines.append("# Các cột đã hiểu, không cần khai:")
        lines += [f"#   ô {cell}: “{_cut(header, longest)}” – {role}" for cell, header, role in known]
        lines.append("")
    lines.append(
        '# Các vai dùng được ở vế phải; nhiều vai nối bằng dấu chấm phẩy, thí dụ "level:khá;organisation:phu_nu":'
    )
    lines += [f"#   {role}: {meaning}" for role, meaning in roles.items()]
    lines.append("# Các mã dùng sau dấu hai chấm:")
    lines += [f"#   {code}: {name}" for code, name in values.items()]
    return "\n".join(lines) + "\n"


def _meaning(proposal: Proposal, roles: Mapping[str, str], values: Mapping[str, str]) -> str:
    said = "; ".join(_part(part, roles, values) for part in proposal.code.split(";"))
    return f"{said} (gần với “{proposal.phrase}”)" if proposal.phrase and proposal.phrase not in said else said


def _part(part: str, roles: Mapping[str, str], values: Mapping[str, str]) -> str:
    role, _, value = part.partition(":")
    name = roles.get(role, role).partition(", ghi ")[0]
    return f"{name}: {values.get(part, value)}" if value else name


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _quoted(text: str) -> str:
    # A TOML basic string is written like a JSON one.
    return json.dumps(text, ensure_ascii=False)
