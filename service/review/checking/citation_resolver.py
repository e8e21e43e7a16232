"""Which paper of the library a citation means: by its entry in a list of references, or by its key alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.annotate import AnnotatedAbstract
from service.manuscript import Cited, Entry
from service.records import Paper
from service.records.checks import CitedWork, Resolved
from service.review.checking.entries import EntryList, exported_key, names, same_title, strong_keys, wrote
from service.review.evidence.corpus import Corpus
from service.text.normal import title_key
from service.text.terms import terms

_CANDIDATES = 20
_ALL_KEYS = 20_000  # papers up to which all exported keys are made for one that words do not lead to: seconds, once
_QUERY_CHARS = 2_000
_ENTRY_CHARS = 120
_KEY_YEAR = re.compile(r"(?P<stem>[A-Za-z][A-Za-z_:-]*?)[_:-]?(?P<year>(?:19|20)\d\d)[_:-]?(?P<word>[A-Za-z]*)")


class CitableCorpus(Corpus, Protocol):
    """A corpus in which papers can also be looked up."""

    def by_identity(self, keys: Sequence[str]) -> dict[str, list[Paper]]:
        """For each known key (`doi:…`, `arxiv:…`, `title:…`) its papers."""

    def by_author(self, surname: str, year: int) -> list[Paper]:
        """Papers of about that year whose authors' names hold the surname."""

    def papers(self) -> Iterator[Paper]:
        """Every paper."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a citation leads to: several papers only where it cannot be told which of them is meant."""

    work: CitedWork
    abstracts: tuple[AnnotatedAbstract, ...] = ()


class CitationResolver:
    """Looks up the citations of one text, each once."""

    def __init__(self, corpus: CitableCorpus, entries: EntryList) -> None:
        self._corpus = corpus
        self._entries = entries
        self._known: dict[tuple[str, str], Resolution] = {}
        self._exported: dict[str, list[Paper]] | None = None

    def resolve(self, cited: Cited) -> Resolution:
        """The paper, and what became of looking it up."""
        at = (cited.kind, cited.key)
        if at not in self._known:
            papers, otherwise, title = self._looked_up(cited)
            if papers:
                work = CitedWork(cited.key, "found", papers[0].paper_id, papers[0].title)
            else:
                work = CitedWork(cited.key, otherwise, None, title)
            self._known[at] = Resolution(work, tuple(self._corpus.annotated(papers)))
        return self._known[at]

    def _looked_up(self, cited: Cited) -> tuple[Sequence[Paper], Resolved, str | None]:
        """The papers, and what to say where there are none."""
        if cited.kind == "link":
            return self._by_keys(strong_keys([cited.key])), "not_in_library", None
        entry = self._entries.entry(cited)
        if entry is not None:
            return self._of_entry(entry), "not_in_library", entry.title or _cut(entry.text)
        if cited.kind == "author-year":
            return self._by_author(cited.surname or "", cited.year or 0), "not_in_library", None
        return (self._of_key(cited.key) if cited.kind == "key" and cited.key else ()), "unknown_key", None

    def _of_entry(self, entry: Entry) -> Sequence[Paper]:
        """By DOI and arXiv id, then by title, then by a title that stands in the entry's text."""
        places = [entry.doi or "", entry.arxiv or "", entry.url or "", *entry.text.split()]
        strong = self._by_keys(strong_keys(places))
        if strong:
            return strong
        if entry.title:
            exact = self._by_keys([f"title:{title_key(entry.title)}"])
            return exact or [p for p in self._near(entry.title) if same_title(entry.title, p.title)]
        return [p for p in self._near(entry.text) if names(entry, p)][:1]

    def _of_key(self, key: str) -> Sequence[Paper]:
        """A paper's id, a key that litweave exports, or one like `marrowby2024tidewalk`."""
        by_id = [p for p in self._by_keys([f"id:{key}"]) if p.paper_id == key]
        strong = by_id or self._by_keys(strong_keys([key]))
        if strong:
            return strong
        folded = re.sub(r"[^a-z0-9]", "", key.casefold())
        without_letter = re.sub(r"(?<=\d)[a-z]{1,2}$", "", folded)  # which tells two apart, anew in each export
        exported = self._exporting(folded)
        return exported.get(folded) or exported.get(without_letter) or self._by_scholar_key(key)

    def _exporting(self, folded: str) -> dict[str, list[Paper]]:
        """Papers by their exported keys: all, or in a large library those that the key's words lead to."""
        if self._corpus.count() > _ALL_KEYS:
            stems = dict.fromkeys((re.sub(r"(?:19|20)\d\d[a-z]{0,2}$", "", folded), folded))
            return _by_exported_key({p.paper_id: p for stem in stems for p in self._called(stem)}.values())
        if self._exported is None:
            self._exported = _by_exported_key(self._corpus.papers())
        return self._exported

    def _called(self, stem: str) -> Iterable[Paper]:
        """Papers with the stem as a word, or with the two words it can be cut into."""
        if not stem:
            return
        yield from self._near(stem)
        for cut in range(2, len(stem) - 1):
            pair = (stem[:cut], stem[cut:])
            if all(any(self._corpus.document_frequency(t) for t in terms(word)) for word in pair):
                yield from self._near(" ".join(pair))

    def _by_scholar_key(self, key: str) -> Sequence[Paper]:
        parts = _KEY_YEAR.fullmatch(key)
        if parts is None:
            return ()
        papers = [p for p in self._corpus.by_author(parts["stem"], int(parts["year"])) if wrote(p, parts["stem"])]
        word = parts["word"].casefold()
        if len(word) > 1:
            papers = [p for p in papers if word in title_key(p.title)]
        return papers if len(papers) == 1 else ()

    def _by_author(self, surname: str, year: int) -> Sequence[Paper]:
        """Papers of that author and year; "TideWalk (2024)" cites by the name of the system."""
        papers = [p for p in self._corpus.by_author(surname, year) if wrote(p, surname)]
        papers = [p for p in papers if p.year == year] or papers
        if papers:
            return papers
        coined = self._corpus.named(surname, n=_CANDIDATES, filters=None).coined
        return [p for p in coined if p.year in (None, year - 1, year, year + 1)]

    def _by_keys(self, keys: Sequence[str]) -> list[Paper]:
        by_key = self._corpus.by_identity(keys) if keys else {}
        return [p for key in keys for p in by_key.get(key, ())][:1]

    def _near(self, text: str) -> Sequence[Paper]:
        if not terms(text):
            return ()
        return self._corpus.with_words(text[:_QUERY_CHARS], n=_CANDIDATES, filters=None)


def _cut(text: str) -> str:
    return text if len(text) <= _ENTRY_CHARS else text[:_ENTRY_CHARS].rpartition(" ")[0] + " …"


def _by_exported_key(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    keys: dict[str, list[Paper]] = {}
    for paper in papers:
        keys.setdefault(exported_key(paper), []).append(paper)
    return keys
