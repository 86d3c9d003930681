"""The notebooks of the set, run with what the analyst asked for and written as pages that open offline."""

from danvan_analysis.pages.notebooks import Notebook, read_notebooks
from danvan_analysis.pages.write import Asked, Page, write_pages

__all__ = ["Asked", "Notebook", "Page", "read_notebooks", "write_pages"]
