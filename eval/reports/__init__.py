"""One self-contained page (and its Markdown) about a run: scores, plots, differences, calibration, worst cases."""

from __future__ import annotations

from eval.reports.contents import Contents, contents_of
from eval.reports.markdown import as_markdown
from eval.reports.page import as_html

__all__ = ["Contents", "as_html", "as_markdown", "contents_of"]
