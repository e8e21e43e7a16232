"""Single works by identifier, or by the words of a reference: what the online services know of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from service.errors import ServiceRefused, SourceError
from service.identity import arxiv_number, identity_keys, merge, normal_doi, same_paper, strong_keys
from service.readers.formats import Reader
from service.records import Paper
from service.sources import arxiv, crossref, openalex, pubmed
from service.sources.client import Client, Reply
from service.sources.reading import papers_in
from service.sources.source import Access, Request, Site

ARXIV_BATCH: Final = 100
PUBMED_BATCH: Final = 200
_CITATION_CHARS: Final = 600
_UNKNOWN: Final = (400, 404, 410)
"""What services answer to a DOI that they do not have, or that is none to them."""


@dataclass(frozen=True, slots=True)
class OnlineLookup:
    """Crossref, OpenAlex, arXiv and PubMed. Nothing is sent but the identifier or the text that is asked for, the
    contact address and a key that is set. `access` says by a site's key what to tell it.

    All raise `ServiceUnavailable` and `ServiceRefused`: not knowing is no answer.
    """

    client: Client
    access: Callable[[str], Access]

    def by_doi(self, doi: str) -> Paper | None:
        """The work of a DOI, or `None` where nobody has it.

        From arXiv for its own DOIs, else from Crossref, else from OpenAlex, as those of DataCite. Where Crossref has
        no abstract, OpenAlex is asked for it.
        """
        number = arxiv_number(doi)
        if number is not None:
            return self.by_arxiv(number)
        bare = normal_doi(doi)
        if bare is None:
            return None
        found = self._known(crossref.SITE, crossref.doi_request(bare, self.access("crossref")), crossref.SOURCE.reader)
        if found is None:
            return self._openalex(bare)
        return found if found.abstract else self._with_abstract(found, bare)

    def by_arxiv(self, number: str) -> Paper | None:
        """The paper of an arXiv id, or `None`."""
        return self.by_arxivs((number,)).get(number)

    def by_arxivs(self, numbers: Sequence[str]) -> dict[str, Paper]:
        """The papers of up to `ARXIV_BATCH` arXiv ids, by their ids; those that do not exist are left out."""
        request = arxiv.ids_request(numbers)
        return _by_key("arxiv", numbers, self._asked(arxiv.SITE, request, arxiv.SOURCE.reader, arxiv.check))

    def by_pmids(self, numbers: Sequence[str]) -> dict[str, Paper]:
        """The papers of up to `PUBMED_BATCH` PMIDs, by them."""
        request = pubmed.ids_request(numbers, self.access("pubmed"))
        try:
            found = self._asked(pubmed.SITE, request, pubmed.SOURCE.reader, pubmed.check)
        except ServiceRefused as error:
            if error.status not in _UNKNOWN:
                raise
            found = ()  # none of them exists
        return _by_key("pmid", numbers, found)

    def by_citation(self, text: str, *, most: int = 5) -> tuple[Paper, ...]:
        """Up to `most` works that a reference may mean, the likeliest first; whether one is it, is not decided here.

        From Crossref and OpenAlex, in turns; a work that both give stands once.
        """
        words = " ".join(text.split())[:_CITATION_CHARS]
        if not words:
            return ()
        request = crossref.text_request(words, most, self.access("crossref"))
        first = self._asked(crossref.SITE, request, crossref.SOURCE.reader, crossref.check)
        return _once(chain.from_iterable(zip_longest(first, self._openalex_text(words, most))), most)

    def by_title(self, title: str) -> tuple[Paper, ...]:
        """Works of about that title: from OpenAlex, and from arXiv where OpenAlex has none of just that title."""
        found = self._openalex_text(title, 5)
        key = identity_keys(Paper(title, ""))[0]
        if any(key in identity_keys(paper) for paper in found):
            return found
        request = arxiv.title_request(title, 5)
        return (*found, *self._asked(arxiv.SITE, request, arxiv.SOURCE.reader, arxiv.check))

    def _openalex_text(self, text: str, most: int) -> tuple[Paper, ...]:
        request = openalex.text_request(text, most, self.access("openalex"))
        return self._asked(openalex.SITE, request, openalex.SOURCE.reader, openalex.check)

    def _openalex(self, doi: str) -> Paper | None:
        return self._known(openalex.SITE, openalex.doi_request(doi, self.access("openalex")), openalex.SOURCE.reader)

    def _with_abstract(self, paper: Paper, doi: str) -> Paper:
        try:
            other = self._openalex(doi)
        except SourceError:
            return paper  # the work is known; an abstract would be more
        return merge(paper, other) if other is not None and same_paper(paper, other) else paper

    def _known(self, site: Site, request: Request, reader: Reader) -> Paper | None:
        """The one work that is asked for by its DOI, or `None`."""
        check = crossref.check if site is crossref.SITE else openalex.check
        try:
            return next(iter(self._asked(site, request, reader, check)), None)
        except ServiceRefused as error:
            if error.status in _UNKNOWN:
                return None
            raise

    def _asked(self, site: Site, request: Request, reader: Reader, check: Callable[[bytes], None]) -> tuple[Paper, ...]:
        def read(reply: Reply) -> tuple[Paper, ...]:
            check(reply.body)
            return papers_in(reply.body, reader, site.key)

        return self.client.get(site, request, read)


def _by_key(kind: str, wanted: Sequence[str], papers: Sequence[Paper]) -> dict[str, Paper]:
    by_key = {key: paper for paper in reversed(papers) for key in strong_keys(paper)}
    return {number: by_key[f"{kind}:{number}"] for number in wanted if f"{kind}:{number}" in by_key}


def _once(papers: chain[Paper | None], most: int) -> tuple[Paper, ...]:
    found: dict[str, Paper] = {}
    for paper in papers:
        if paper is not None:
            found.setdefault(identity_keys(paper)[0], paper)
    return tuple(found.values())[:most]
