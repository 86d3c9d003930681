"""The pages of forms on duties: which columns they name, and which words stand for which state."""

from collections.abc import Iterator, Mapping
from typing import Any

from danvan_analysis.facts.rows import nearest
from danvan_analysis.text import fold

STATES = ("da_thuc_hien", "dang_thuc_hien", "chua_thuc_hien")
COLUMNS = ("code", "task", "body", "product", "due", "state")


def check_duty_forms(forms: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Give what is wrong with a form that has `states`: unknown states and columns, one wording for two of them."""
    for form_id, form in forms.items():
        if "states" not in form:
            continue
        for section, known in (("states", STATES), ("columns", COLUMNS)):
            said: dict[str, str] = {}
            for name, wordings in form.get(section, {}).items():
                place = f"forms/{form_id}.toml, mục [{section}]"
                if name not in known:
                    yield f'{place}: không có "{name}"{nearest(name, known)}.'
                if not isinstance(wordings, list):
                    yield f'{place}: "{name}" phải là danh sách các cách ghi.'
                    continue
                for wording in wordings:
                    if said.setdefault(fold(str(wording)), name) != name:
                        yield f'{place}: "{wording}" đứng ở cả "{said[fold(str(wording))]}" và "{name}".'
