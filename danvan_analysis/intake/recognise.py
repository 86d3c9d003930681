"""Which form a table is: the one whose needed columns are all there."""

from typing import Any

from danvan_analysis.intake.columns import Column
from danvan_analysis.intake.vocabulary import Vocabulary

_NAMES = {"name", "unit_name", "indicator_name", "unit_type_cell"}


def recognise(columns: list[Column], forms: dict[str, dict[str, Any]], vocabulary: Vocabulary) -> dict[str, Any] | None:
    """The form whose needed columns are all there; of several, the one that needs most, then the one whose words they are."""
    roles = roles_of(columns)
    # A page without needs only brings words.
    fitting = [form for form in forms.values() if form.get("needs") and set(form["needs"]) <= roles]
    said = {vocabulary.phrase(text) for column in columns for text in column.path}

    def fits(form: dict[str, Any]) -> tuple[int, int]:
        return len(form["needs"]), len(said & {vocabulary.phrase(word) for word in form.get("words", {})})

    return max(fitting, key=fits) if fitting else None


def roles_of(columns: list[Column]) -> set[str]:
    """What the columns of a table are, in the words in which forms say what they need."""
    roles = {column.role for column in columns}
    if roles & _NAMES or "year_cell" in roles:
        roles |= {"any_name"}
        if "level" in roles or "measure" in roles or "rating" in roles:
            roles |= {"name"}
    if roles & {"total", "count", "rated_total"} or any(column.organisation or column.year for column in columns):
        roles |= {"value"} if not roles & {"level", "measure", "rating"} else set()
    # Cells that name ratings under an organisation's name: a list with one column an organisation.
    if "any_name" in roles and "indicator_name" not in roles and "value" in roles:
        roles |= {"rating"}
    return roles
