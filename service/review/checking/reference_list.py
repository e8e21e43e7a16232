"""The content of a file of references, in whatever form -> its entries. The content decides, not the name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.identity import arxiv_number, normal_doi
from service.manuscript import Entry, read_bbl, read_bib, read_plain_list
from service.persons import family_name
from service.readers.listed import Listed, listed
from service.records import Paper, Rejection

ListKind: TypeAlias = Literal["bibtex", "bbl", "export", "plain"]

_BBL: Final = re.compile(r"\\bibitem\b|\\endentry\b")
_BIBTEX: Final = re.compile(r"^\s{0,200}@\s{0,20}[A-Za-z]{1,40}\s{0,20}[{(]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """The entries of one file. Only what is `bibtex` can be written back corrected.

    `unread`: why a record is no entry, each with its line; it stands among the entries without a title.
    """

    kind: ListKind
    entries: tuple[Entry, ...]
    unread: tuple[str, ...] = ()


def read_reference_list(content: str, name: str) -> ReferenceList:
    r"""BibTeX; a .bbl of `\bibitem`s or of biblatex; CSL-JSON and -YAML, RIS, PubMed, EndNote and what else is
    imported; else a list in markdown or plain text. Raises `SourceError` for what is broken as a whole.
    """
    if _BBL.search(content):
        return ReferenceList("bbl", read_bbl(content))
    if _BIBTEX.search(content) or name.casefold().endswith(".bib"):
        return ReferenceList("bibtex", read_bib(content))
    if not content.strip():
        return ReferenceList("plain", ())
    exported = listed(content, name)
    if exported:
        unread = (f"line {item.line}: {item.reason}" for item in exported if isinstance(item, Rejection))
        return ReferenceList("export", tuple(map(_entry, exported)), tuple(unread))
    return ReferenceList("plain", read_plain_list(content))


def _entry(item: Listed | Rejection) -> Entry:
    if isinstance(item, Rejection):
        return Entry(f"line {item.line}", "", item.line)
    paper = item.paper
    text = " ".join(filter(None, (*paper.authors, paper.title, str(paper.year or ""))))
    places = (paper.url, paper.doi, paper.paper_id)
    return Entry(
        key=item.key,
        text=text,
        line=item.line,
        title=paper.title,
        doi=normal_doi(paper.doi or ""),
        arxiv=next((number for place in places if (number := arxiv_number(place or ""))), None),
        url=paper.url,
        surnames=tuple(map(family_name, paper.authors)),
        year=paper.year,
        authors=paper.authors,
        others=_is_cut(paper),
        venue=paper.venue,
    )


def _is_cut(paper: Paper) -> bool:
    """Whether the record names only the first of its authors."""
    return paper.author_count is not None and paper.author_count > len(paper.authors)
