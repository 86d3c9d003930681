"""Sơ kết công tác dân vận: from return workbooks to indicators, verdicts on targets, charts and a draft report."""

__version__ = "0.1.0"
