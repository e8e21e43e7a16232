"""BibTeX for classic styles, and BibLaTeX for biber: entries with only what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from service.render.bibtex import BibStyle, Dialect, bib_entry
from service.writers.cited import cited
from service.writers.writer import Selected, WriteOptions, Writer


@dataclass(frozen=True)
class BibWriter:
    """One dialect of .bib files, in UTF-8, or in ASCII with accents as commands."""

    key: Dialect
    name: str
    suffixes: tuple[str, ...]
    media_type = "application/x-bibtex; charset=utf-8"
    kind: Final = "text"

    def write(self, papers: Iterable[Selected], options: WriteOptions, /) -> Iterator[str]:
        """An entry a paper, a blank line between two; abstracts if the options ask for them."""
        style = BibStyle(self.key, options.ascii_only)
        for number, one in enumerate(cited(papers)):
            abstract = one.paper.abstract if options.abstracts else None
            yield ("\n" if number else "") + bib_entry(one.reference, one.key, style, abstract=abstract)


BIBTEX: Final = BibWriter("bibtex", "BibTeX for classic styles", (".bib",))
BIBLATEX: Final = BibWriter("biblatex", "BibLaTeX for biber", (".biblatex",))
WRITERS: Final[tuple[Writer, ...]] = (BIBTEX, BIBLATEX)
