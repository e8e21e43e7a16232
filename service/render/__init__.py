"""From records to what a person or another program reads. Pure functions.

Abstracts are untrusted: whatever they hold is shown, but nothing in it acts on a terminal, a markdown
viewer, a browser, a word processor or TeX.
"""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.render.bibtex import as_bibtex
    from service.render.csl import styled
    from service.render.csl_json import as_csl_json
    from service.render.csv_table import as_csv
    from service.render.html import as_html
    from service.render.latex import as_latex
    from service.render.markdown import as_markdown
    from service.render.ris import as_ris
    from service.render.terminal import as_text, search_text, tables_text
    from service.render.word import as_docx

__all__ = [
    "as_bibtex",
    "as_csl_json",
    "as_csv",
    "as_docx",
    "as_html",
    "as_latex",
    "as_markdown",
    "as_ris",
    "as_text",
    "search_text",
    "styled",
    "tables_text",
]

__getattr__ = names_from(
    __name__,
    {
        "bibtex": ["as_bibtex"],
        "csl": ["styled"],
        "csl_json": ["as_csl_json"],
        "csv_table": ["as_csv"],
        "html": ["as_html"],
        "latex": ["as_latex"],
        "markdown": ["as_markdown"],
        "ris": ["as_ris"],
        "terminal": ["as_text", "search_text", "tables_text"],
        "word": ["as_docx"],
    },
)
