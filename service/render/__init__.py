"""From records to what a person reads: terminal text, markdown, LaTeX and BibTeX. Pure functions.

Abstracts are untrusted: whatever they hold is shown, but nothing in it acts on a terminal, a markdown
viewer or TeX.
"""

from service.render.bibtex import as_bibtex
from service.render.latex import as_latex
from service.render.markdown import as_markdown
from service.render.terminal import as_text, search_text

__all__ = ["as_bibtex", "as_latex", "as_markdown", "as_text", "search_text"]
