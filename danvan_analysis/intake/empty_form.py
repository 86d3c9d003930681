"""Forms that nobody has filled in: their formulas already print sums of 0 and #DIV/0!, which are no figures."""

from danvan_analysis.intake.observe import Readout

_DIVIDED_BY_NOTHING = "#DIV/0!"


def forget_if_empty(out: Readout) -> bool:
    """Whether a sheet holds nothing but sums of 0 and divisions by nothing; what was noted of them is then forgotten.

    A 0 that somebody typed in a level's or a measure's own column is a figure; so is any other error.
    """
    if not out.forms or out.unknown_form:
        return False
    if any(o.what not in ("total", "rated_total", "share") for o in out.observations):
        return False
    said = [o.value.value if o.what == "share" else o.value for o in out.observations]
    if any(said) or any(note.text != _DIVIDED_BY_NOTHING for note in out.notes):
        return False
    out.observations.clear()
    out.notes.clear()
    out.marks.clear()
    return True
