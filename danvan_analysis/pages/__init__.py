"""The notebooks of the set, run with what the analyst asked for and written as pages that open offline."""

from danvan_analysis.pages.asked import Asked, place_asked
from danvan_analysis.pages.notebooks import Notebook, read_notebooks
from danvan_analysis.pages.write import Page, write_pages

__all__ = ["Asked", "Notebook", "Page", "place_asked", "read_notebooks", "write_pages"]
