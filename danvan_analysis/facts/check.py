"""The facts against each other: every reference, closed list, date and order, told as Vietnamese sentences."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from danvan_analysis.facts.check_areas import check_areas, check_variants
from danvan_analysis.facts.check_bridges import check_bridges
from danvan_analysis.facts.check_duties import check_duty_forms
from danvan_analysis.facts.check_indicators import check_indicators
from danvan_analysis.facts.check_scales import check_scale_use, check_scales, check_wordings
from danvan_analysis.facts.check_tiles import check_tiles
from danvan_analysis.facts.files import STATUSES, TABLES, Column
from danvan_analysis.facts.model import Row, items
from danvan_analysis.facts.rows import nearest
from danvan_analysis.text import fold

Rows = Mapping[str, list[Row]]
_RESOLUTION = (
    *("resolution_id", "number", "title", "issued_by", "province_id"),
    *("term_from", "term_to", "valid_from", "valid_to", "status", "source"),
)


def check_facts(
    rows: Rows, pages: Mapping[str, Mapping[str, Any]], forms: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Give every contradiction in the facts as one sentence each; none gives an empty list."""
    problems = [problem for name in TABLES for problem in _columns(name, rows)]
    for check in (
        check_areas,
        check_variants,
        check_scales,
        check_scale_use,
        check_wordings,
        check_indicators,
        _targets,
    ):
        problems += check(rows)
    for name in ("areas", "senders"):
        problems += _dates(rows[name])
    problems += _senders(rows)
    problems += _words(rows)
    problems += _forms(forms, rows)
    problems += _form_words(forms, rows, pages["settings"])
    problems += check_duty_forms(forms)
    problems += _blanks(
        {"settings.toml": pages.get("settings", {}), **{f"forms/{name}.toml": f for name, f in forms.items()}}
    )
    problems += _resolution(pages["resolution"], rows)
    problems += _needed(pages["settings"], rows)
    problems += _methods(pages["methods"])
    problems += check_bridges(pages["methods"], rows)
    problems += check_tiles(pages["layout"], rows)
    return problems


def _methods(methods: Mapping[str, Any]) -> Iterator[str]:
    """Every method says where its numbers come from and how sure that is."""
    for name, method in methods.items():
        lacks = [key for key in ("source", "status") if not method.get(key)]
        if lacks:
            yield f"methods.toml [{name}]: thiếu {', '.join(lacks)}."
        elif method["status"] not in STATUSES:
            yield f'methods.toml [{name}]: status ghi "{method["status"]}"{nearest(method["status"], STATUSES)}.'


def _columns(name: str, rows: Rows) -> Iterator[str]:
    """Closed lists and references, cell by cell."""
    for column, rule in TABLES[name].columns.items():
        known = _known(rule, rows)
        if not known:
            continue
        for row in rows[name]:
            cell = row.values[column]
            for item in items(cell) if rule.kind == "list" else [cell] if cell else []:
                # "-" before a measure means it is taken off.
                if item.removeprefix("-") not in known:
                    lost = f"không có trong {_where(rule)}{nearest(item, known)}"
                    yield f'{row.place}: cột "{column}" ghi "{item}", {lost}.'


def _known(rule: Column, rows: Rows) -> dict[str, None]:
    if not rule.refers:
        return dict.fromkeys(rule.values)
    table, column = rule.refers.split(".")
    # A table that could not be read has been reported; it does not make every reference to it wrong.
    found = dict.fromkeys(row.values[column] for row in rows[table])
    return found | dict.fromkeys(rule.besides) if found else {}


def _where(rule: Column) -> str:
    return f"{rule.refers.split('.')[0]}.csv" if rule.refers else f"danh sách cho phép ({', '.join(rule.values)})"


def _dates(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        begin, end = row.values["valid_from"], row.values["valid_to"]
        if begin and end and begin > end:
            yield f"{row.place}: ngày bắt đầu {begin} sau ngày kết thúc {end}."


def _targets(rows: Rows) -> Iterator[str]:
    for row in rows["targets"]:
        try:
            percent = float(row.values["target"])
        except ValueError:
            continue
        if not 0 <= percent <= 100:
            yield f"{row.place}: mức chỉ tiêu {row.values['target']} nằm ngoài 0–100%."


def _senders(rows: Rows) -> Iterator[str]:
    for row in rows["senders"]:
        if (row.values["channel"] == "nganh_doc") != bool(row.values["organisation"]):
            yield f'{row.place}: kênh "nganh_doc" phải có cột "organisation", kênh "dia_phuong" để trống cột này.'


def _words(rows: Rows) -> Iterator[str]:
    """The words of headers that stand for a measure, a body or a unit type."""
    kinds = {"measure": "measures", "organisation": "organisations", "unit_type": "unit_types"}
    for row in rows["header_words"]:
        role, value = row.values.get("role", ""), row.values.get("value", "")
        known = {code.values[role]: None for code in rows[kinds[role]]} if role in kinds else {}
        if known and value not in known:
            yield f'{row.place}: cột "value" ghi "{value}", không có trong {kinds[role]}.csv{nearest(value, known)}.'


def _forms(forms: Mapping[str, Mapping[str, Any]], rows: Rows) -> Iterator[str]:
    """The measures a form page names; its file name is its form_id."""
    known = {row.values["measure"]: None for row in rows["measures"]}
    for form_id, form in forms.items():
        if form.get("form_id", form_id) != form_id:
            yield f'forms/{form_id}.toml: form_id ghi "{form["form_id"]}", phải trùng tên tệp.'
        for key, value in form.items():
            if key.endswith("_measure") and value not in known:
                yield f'forms/{form_id}.toml: {key} ghi "{value}", không có trong measures.csv{nearest(value, known)}.'


def _form_words(forms: Mapping[str, Mapping[str, Any]], rows: Rows, settings: Mapping[str, Any]) -> Iterator[str]:
    """What the words of a form page stand for: roles the reader knows, and codes that are there."""
    roles = settings.get("header_roles", {}).get("names", {})
    kinds = {"measure": "measures", "organisation": "organisations", "unit_type": "unit_types"}
    wordings = {fold(row.values["wording"]): None for row in rows["rating_wordings"]}
    for form_id, form in forms.items():
        place = f"forms/{form_id}.toml"
        if not isinstance(form.get("needs", []), list):
            yield f'{place}: mục "needs" phải là danh sách các vai phải có, thí dụ ["name", "level"].'
        for phrase, code in form.get("words", {}).items():
            for part in str(code).split(";"):
                role, _, value = part.strip().partition(":")
                known = {row.values[role]: None for row in rows[kinds[role]]} if role in kinds else wordings
                if roles and role not in roles:
                    yield f'{place}: "{phrase}" ghi vai "{role}", phần mềm không có vai này{nearest(role, roles)}.'
                elif role in (*kinds, "level") and known and fold(value) not in known:
                    where = f"{kinds[role]}.csv" if role in kinds else "rating_wordings.csv"
                    yield f'{place}: "{phrase}" ghi "{part.strip()}", "{value}" không có trong {where}{nearest(value, known)}.'


def _needed(page: Mapping[str, Any], rows: Rows) -> Iterator[str]:
    """What a sheet of questions says is needed, by reason."""
    known = {row.values.get("reason", ""): None for row in rows["reasons"]} | {"aside": None, "used": None}
    for key in page.get("reconciliation", {}).get("needed", {}):
        if key not in known:
            yield f'settings.toml [reconciliation.needed]: "{key}" không có trong reasons.csv{nearest(key, known)}.'


def _blanks(pages: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What a blank figure means: none or missing, and nothing else."""
    for place, page in pages.items():
        own = page.get("blank", {})
        for key in ("level", "measure"):
            if own.get(key, "zero") not in ("zero", "missing"):
                yield f'{place}: mục [blank], {key} ghi "{own[key]}", cần một trong: zero, missing.'
        for key in ("zero_marks", "zero_words"):
            if not isinstance(own.get(key, []), list):
                yield f'{place}: mục [blank], {key} phải là một danh sách, thí dụ ["-"].'


def _resolution(page: Mapping[str, Any], rows: Rows) -> Iterator[str]:
    file = "resolution.toml"
    if not page:
        return
    yield from (f'{file}: thiếu mục "{key}".' for key in _RESOLUTION if page.get(key) in (None, ""))
    if page.get("status") not in (None, *STATUSES):
        yield f'{file}: status ghi "{page["status"]}", cần một trong: {", ".join(STATUSES)}.'
    provinces = {row.values["area_id"] for row in rows["areas"] if not row.values["parent_id"]}
    if "province_id" in page and provinces and page["province_id"] not in provinces:
        yield f'{file}: province_id = "{page["province_id"]}" không phải một tỉnh trong areas.csv.'
    for begin, end in (("valid_from", "valid_to"), ("term_from", "term_to")):
        if begin in page and end in page and str(page[begin]) > str(page[end]):
            yield f"{file}: {begin} ({page[begin]}) sau {end} ({page[end]})."
    for key in ("valid_from", "valid_to"):
        try:
            date.fromisoformat(str(page.get(key, "2000-01-01")))
        except ValueError:
            yield f'{file}: {key} ghi "{page[key]}", cần một ngày dạng 2024-12-31.'
    ours = {row.values["resolution_id"] for row in rows["targets"]}
    if ours and page.get("resolution_id") not in ours:
        yield f'{file}: nghị quyết "{page.get("resolution_id")}" chưa có chỉ tiêu nào trong targets.csv.'
