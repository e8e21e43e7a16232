"""Which paper of the library a citation means: by its entry in a list of references, or by its key alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from service.annotate import AnnotatedAbstract
from service.annotate.names import own_names
from service.identity import arxiv_number, normal_doi
from service.manuscript import Cited, Entry
from service.persons import family_name, same_surname
from service.records import Paper
from service.records.checks import CitedWork, Resolved
from service.review.evidence.corpus import Corpus
from service.review.writing.references import folded_key, references, title_key_stem
from service.text.normal import title_key
from service.text.terms import terms

_CANDIDATES: Final = 20
_QUERY_CHARS: Final = 2_000
_ENTRY_CHARS: Final = 120
_SURE_TITLE_CHARS: Final = 20  # of a title's key: a shorter one may stand in an entry by chance
_SCHOLAR: Final = re.compile(r"(?P<stem>[A-Za-z][A-Za-z_:-]*?)[_:-]?(?P<year>(?:19|20)\d\d)[_:-]?(?P<word>[A-Za-z]*)")


class CitableCorpus(Corpus, Protocol):
    """A corpus in which papers can also be looked up."""

    def by_identity(self, keys: Sequence[str]) -> dict[str, list[Paper]]:
        """For each known key (`doi:…`, `arxiv:…`, `title:…`) its papers."""

    def by_author(self, surname: str, year: int) -> list[Paper]:
        """Papers of about that year whose authors' names hold the surname."""

    def papers(self) -> Iterator[Paper]:
        """Every paper."""


class EntryList:
    """The entries of a text's list of references, then those of its .bib files.

    `papers`: for keys of entries the ids of the library's papers that they mean, however they are misspelt.
    """

    def __init__(self, entries: Sequence[Entry], papers: Mapping[str, str] | None = None) -> None:
        self._entries = entries
        self._papers = papers or {}
        self._by_paper = {paper_id: key for key, paper_id in reversed(list(self._papers.items()))}
        backwards = entries[::-1]  # of two with one key the first counts
        self._by_key = {e.key.casefold(): e for e in backwards} | {e.key: e for e in backwards}
        self._by_title = {title_key(e.title): e for e in backwards if e.title}

    def entry(self, cited: Cited) -> Entry | None:
        """The entry that a citation means: by its key, or by first author and year."""
        if cited.kind == "author-year":
            return next((e for e in self._entries if _is_by(e, cited)), None)
        return self._by_key.get(cited.key) or self._by_key.get(cited.key.casefold())

    def key_of(self, paper: Paper) -> str:
        """How this text cites a paper: the key of its own entry for it, else the one that litweave exports."""
        untitled = (e for e in self._entries if not e.title and _names(e, paper))
        entry = self._by_title.get(title_key(paper.title)) or next(untitled, None)
        meant = self._by_paper.get(paper.paper_id)
        return entry.key if entry is not None else meant if meant is not None else _exported_key(paper)

    def paper_id(self, entry: Entry) -> str | None:
        """The paper that an entry is known to mean."""
        return self._papers.get(entry.key)


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
            return self._by_places([cited.key]), "not_in_library", None
        entry = self._entries.entry(cited)
        if entry is not None:
            return self._of_entry(entry), "not_in_library", entry.title or _cut(entry.text)
        if cited.kind == "author-year":
            return self._by_author(cited.surname or "", cited.year or 0), "not_in_library", None
        return (self._of_key(cited.key) if cited.kind == "key" and cited.key else ()), "unknown_key", None

    def _of_entry(self, entry: Entry) -> Sequence[Paper]:
        """What the entry is known to mean; else by DOI and arXiv id, by title, by a title that stands in its text."""
        meant = self._entries.paper_id(entry)
        if meant is not None:
            return [p for p in self._by_keys([f"id:{meant}"]) if p.paper_id == meant]
        strong = self._by_places([entry.doi or "", entry.arxiv or "", entry.url or "", *entry.text.split()])
        if strong:
            return strong
        if entry.title:
            exact = self._by_keys([f"title:{title_key(entry.title)}"])
            return exact or [p for p in self._near(entry.title) if _same_title(entry.title, p.title)]
        return [p for p in self._near(entry.text) if _names(entry, p)][:1]

    def _of_key(self, key: str) -> Sequence[Paper]:
        """A paper's id, a key that litweave exports, or one like `marrowby2024tidewalk`."""
        by_id = [p for p in self._by_keys([f"id:{key}"]) if p.paper_id == key]
        strong = by_id or self._by_places([key])
        if strong:
            return strong
        folded = folded_key(key)
        without_letter = re.sub(r"(?<=\d)[a-z]{1,2}$", "", folded)  # which tells two apart, anew in each export
        return self._exported(folded) or self._exported(without_letter) or self._by_scholar_key(key)

    def _exported(self, key: str) -> Sequence[Paper]:
        """The papers that litweave exports under a key: by their name, or the first words of their title, and year."""
        stem = re.sub(r"(?:19|20)\d\d$", "", key)
        coined = self._corpus.named(stem, n=_CANDIDATES, filters=None).coined
        titled = self._corpus.by_identity([f"id:{i}" for i in self._by_title_words.get(stem, ())])
        papers = {p.paper_id: p for p in (*coined, *(p for found in titled.values() for p in found))}
        return [p for p in papers.values() if _exported_key(p) == key]

    @cached_property
    def _by_title_words(self) -> dict[str, list[str]]:
        """Ids of all papers by what a key made of their title can begin with; one pass, some seconds for 100,000."""
        ids: dict[str, list[str]] = {}
        for paper in self._corpus.papers():
            for stem in {title_key_stem(paper.title), folded_key(paper.title.partition(":")[0])}:
                ids.setdefault(stem, []).append(paper.paper_id)
        return ids

    def _by_scholar_key(self, key: str) -> Sequence[Paper]:
        parts = _SCHOLAR.fullmatch(key)
        if parts is None:
            return ()
        papers = [p for p in self._corpus.by_author(parts["stem"], int(parts["year"])) if _wrote(p, parts["stem"])]
        word = parts["word"].casefold()
        if len(word) > 1:
            papers = [p for p in papers if word in title_key(p.title)]
        return papers if len(papers) == 1 else ()

    def _by_author(self, surname: str, year: int) -> Sequence[Paper]:
        """Papers of that author and year; "TideWalk (2024)" cites by the name of the system."""
        papers = [p for p in self._corpus.by_author(surname, year) if _wrote(p, surname)]
        papers = [p for p in papers if p.year == year] or papers
        if papers:
            return papers
        coined = self._corpus.named(surname, n=_CANDIDATES, filters=None).coined
        return [p for p in coined if p.year in (None, year - 1, year, year + 1)]

    def _by_places(self, places: Iterable[str]) -> list[Paper]:
        """The paper of the first address or number among some words that has a DOI or arXiv id."""
        keys: list[str] = []
        for place in (p.strip("()[]<>,;.") for p in places):
            doi, arxiv = normal_doi(place), arxiv_number(place)
            keys += ([f"doi:{doi}"] if doi else []) + ([f"arxiv:{arxiv}"] if arxiv else [])
        return self._by_keys(list(dict.fromkeys(keys)))

    def _by_keys(self, keys: Sequence[str]) -> list[Paper]:
        by_key = self._corpus.by_identity(keys) if keys else {}
        return [p for key in keys for p in by_key.get(key, ())][:1]

    def _near(self, text: str) -> Sequence[Paper]:
        return self._corpus.with_words(text[:_QUERY_CHARS], n=_CANDIDATES, filters=None) if terms(text) else ()


def _cut(text: str) -> str:
    return text if len(text) <= _ENTRY_CHARS else text[:_ENTRY_CHARS].rpartition(" ")[0] + " …"


def _same_title(given: str, title: str) -> bool:
    """Equal, or one is the other without its subtitle."""
    a, b = sorted((title_key(given), title_key(title)), key=len)
    return len(a) >= _SURE_TITLE_CHARS and b.startswith(a)


def _names(entry: Entry, paper: Paper) -> bool:
    """Whether an entry's text holds the paper's title; a short title only together with an author or the year."""
    key, text = title_key(paper.title), title_key(entry.text)
    if len(key) >= _SURE_TITLE_CHARS:
        return key in text
    vouched = str(paper.year) in entry.text or any(title_key(family_name(a)) in text for a in paper.authors)
    short = own_names(paper.title, paper.abstract).short
    return bool(key) and vouched and (key in text or (short is not None and title_key(short) == text))


def _wrote(paper: Paper, surname: str) -> bool:
    """Whether the paper's first author has that surname."""
    return bool(paper.authors) and same_surname(surname, paper.authors[0])


def _exported_key(paper: Paper) -> str:
    """The key that litweave's exports give the paper where no other has it too."""
    return references([paper])[paper.paper_id].key


def _is_by(entry: Entry, cited: Cited) -> bool:
    """Whether a citation by author and year can mean an entry; of one that is plain text any year in it counts."""
    year = entry.text if entry.year is None or not entry.title else str(entry.year)
    if str(cited.year) not in year:
        return False
    name = cited.surname or ""
    return same_surname(name, f"{entry.surnames[0]},") if entry.surnames else title_key(name) in title_key(entry.text)
