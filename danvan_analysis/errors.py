"""Errors an analyst reads: one Vietnamese sentence with file, sheet, cell, and how to mend it."""


class DanvanError(Exception):
    """Nothing could be done; the text is a Vietnamese sentence, the command ends with code 2."""


class FactsError(DanvanError):
    """The facts contradict each other or cannot be read; every problem stands on a line of its own."""


class OutputError(DanvanError):
    """The result could not be written; the old one is kept, the command ends with code 1."""
