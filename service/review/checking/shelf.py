"""Which paper of the library a citation means: by its entry in a list of references, or by its key alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.annotate.names import own_names
from service.identity import arxiv_number, normal_doi
from service.manuscript import Cited, Entry
from service.records import Paper
from service.review.checking.records import CitedWork, Standing
from service.review.corpus import Corpus
from service.review.old_evidence import find_system
from service.review.references import references
from service.text.normal import title_key
from service.text.terms import terms

_CANDIDATES = 20
_ALL_KEYS = 20_000  # papers up to which all exported keys are made for one that words do not lead to: seconds, once
_SURE_TITLE_CHARS = 20  # of a title's key: a shorter one may stand in an entry by chance
_KEY_YEAR = re.compile(r"(?P<stem>[A-Za-z][A-Za-z_:-]*?)[_:-]?(?P<year>(?:19|20)\d\d)[_:-]?(?P<word>[A-Za-z]*)")


class Shelf(Corpus, Protocol):
    """A corpus in which papers can also be looked up."""

    def by_identity(self, keys: Sequence[str]) -> dict[str, list[Paper]]:
        """For each known key (`doi:…`, `arxiv:…`, `title:…`) its papers."""

    def by_author(self, surname: str, year: int) -> list[Paper]:
        """Papers of about that year whose authors' names hold the surname."""

    def papers(self) -> Iterator[Paper]:
        """Every paper."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a citation leads to: several `papers` only where it cannot be told which of them is meant."""

    work: CitedWork
    papers: tuple[Paper, ...] = ()


class Finder:
    """Looks up the citations of one text. `entries` are those of its own list, then those of its .bib files."""

    def __init__(self, shelf: Shelf, entries: Sequence[Entry]) -> None:
        self._shelf = shelf
        self._entries: dict[str, Entry] = {}
        self._folded: dict[str, Entry] = {}
        for entry in entries:
            self._entries.setdefault(entry.key, entry)
            self._folded.setdefault(entry.key.casefold(), entry)
        self._known: dict[tuple[str, str], Found] = {}
        self._exported: dict[str, list[Paper]] | None = None

    def find(self, cited: Cited) -> Found:
        """The paper, and how the citation stands. Each is looked up once."""
        at = (cited.kind, cited.key)
        if at not in self._known:
            self._known[at] = self._find(cited)
        return self._known[at]

    def key_of(self, paper: Paper) -> str:
        """How this text cites a paper: the key of its own entry for it, else the one that litweave exports."""
        for entry in self._entries.values():
            if (entry.title and title_key(entry.title) == title_key(paper.title)) or (
                not entry.title and _names(entry, paper)
            ):
                return entry.key
        return bare_key(paper)

    def _find(self, cited: Cited) -> Found:
        if cited.kind == "link":
            found = self._by_keys(_strong_keys([cited.key]))
            return _standing(cited.key, found, "not_in_library")
        entry = self._entry(cited)
        if entry is not None:
            return _standing(cited.key, self._of_entry(entry), "not_in_library", entry.title or _cut(entry.text))
        if cited.kind == "author-year":
            return _standing(cited.key, self._by_author(cited), "not_in_library")
        if cited.kind == "key" and cited.key:
            return _standing(cited.key, self._of_key(cited.key), "unknown_key")
        return _standing(cited.key, (), "unknown_key")

    def _entry(self, cited: Cited) -> Entry | None:
        if cited.kind == "author-year":
            return next((e for e in self._entries.values() if _is_by(e, cited)), None)
        return self._entries.get(cited.key) or self._folded.get(cited.key.casefold())

    def _of_entry(self, entry: Entry) -> tuple[Paper, ...]:
        """By DOI and arXiv id, then by title, then by a title that stands in the entry's text."""
        places = [entry.doi or "", entry.arxiv or "", entry.url or "", *entry.text.split()]
        strong = self._by_keys(_strong_keys(places))
        if strong:
            return strong
        if entry.title:
            exact = self._by_keys([f"title:{title_key(entry.title)}"])
            return exact or tuple(p for p in self._near(entry.title) if _same_title(entry.title, p.title))
        return tuple(p for p in self._near(entry.text) if _names(entry, p))[:1]

    def _of_key(self, key: str) -> tuple[Paper, ...]:
        """A paper's id, a key that litweave exports, or one like `marrowby2024tidewalk`."""
        by_id = [p for p in self._by_keys([f"id:{key}"]) if p.paper_id == key]
        if by_id:
            return tuple(by_id)
        strong = self._by_keys(_strong_keys([key]))
        if strong:
            return strong
        folded = re.sub(r"[^a-z0-9]", "", key.casefold())
        without_letter = re.sub(r"(?<=\d)[a-z]{1,2}$", "", folded)  # which tells two apart, anew in each export
        exported = self._exporting(folded)
        return tuple(exported.get(folded) or exported.get(without_letter) or ()) or self._by_scholar_key(key)

    def _exporting(self, folded: str) -> dict[str, list[Paper]]:
        """Papers by their exported keys: all, or in a large library those that the key's words lead to."""
        if self._shelf.count() <= _ALL_KEYS:
            return self._all_keys()
        stems = dict.fromkeys((re.sub(r"(?:19|20)\d\d[a-z]{0,2}$", "", folded), folded))
        return _by_bare_key({p.paper_id: p for stem in stems for p in self._called(stem)}.values())

    def _all_keys(self) -> dict[str, list[Paper]]:
        if self._exported is None:
            self._exported = _by_bare_key(self._shelf.papers())
        return self._exported

    def _called(self, stem: str) -> Iterable[Paper]:
        """Papers with the stem as a word, or with the two words it can be cut into."""
        if not stem:
            return
        yield from self._shelf.with_words(stem, n=_CANDIDATES, filters=None)
        for cut in range(2, len(stem) - 1):
            pair = (stem[:cut], stem[cut:])
            if all(any(self._shelf.document_frequency(t) for t in terms(word)) for word in pair):
                yield from self._shelf.with_words(" ".join(pair), n=_CANDIDATES, filters=None)

    def _by_scholar_key(self, key: str) -> tuple[Paper, ...]:
        parts = _KEY_YEAR.fullmatch(key)
        if parts is None:
            return ()
        papers = [p for p in self._shelf.by_author(parts["stem"], int(parts["year"])) if _wrote(p, parts["stem"])]
        word = parts["word"].casefold()
        if len(word) > 1:
            papers = [p for p in papers if word in title_key(p.title)]
        return tuple(papers[:1]) if len(papers) == 1 else ()

    def _by_author(self, cited: Cited) -> tuple[Paper, ...]:
        """Papers of that author and year; "TideWalk (2024)" cites by the name of the system."""
        surname, year = cited.surname or "", cited.year or 0
        papers = [p for p in self._shelf.by_author(surname, year) if _wrote(p, surname)]
        papers = [p for p in papers if p.year == year] or papers
        if not papers:
            named = find_system(self._shelf, surname, None).own
            papers = [p for p in named if p.year in (None, year - 1, year, year + 1)]
        return tuple(papers)

    def _by_keys(self, keys: Sequence[str]) -> tuple[Paper, ...]:
        by_key = self._shelf.by_identity(keys) if keys else {}
        papers = {p.paper_id: p for key in keys for p in by_key.get(key, ())}
        return tuple(papers.values())[:1]

    def _near(self, text: str) -> tuple[Paper, ...]:
        return self._shelf.with_words(text[:2000], n=_CANDIDATES, filters=None) if terms(text) else ()


def _standing(key: str, papers: tuple[Paper, ...], otherwise: Standing, title: str | None = None) -> Found:
    if papers:
        return Found(CitedWork(key, "found", papers[0].paper_id, papers[0].title), papers)
    return Found(CitedWork(key, otherwise, None, title))


def _strong_keys(places: Iterable[str]) -> list[str]:
    keys: list[str] = []
    for place in places:
        bare = place.strip("()[]<>,;.")
        doi, arxiv = normal_doi(bare), arxiv_number(bare)
        keys += ([f"doi:{doi}"] if doi else []) + ([f"arxiv:{arxiv}"] if arxiv else [])
    return list(dict.fromkeys(keys))


def _same_title(given: str, title: str) -> bool:
    """Equal, or one is the other without its subtitle."""
    a, b = sorted((title_key(given), title_key(title)), key=len)
    return len(a) >= _SURE_TITLE_CHARS and b.startswith(a)


def _names(entry: Entry, paper: Paper) -> bool:
    """Whether an entry's text holds the paper's title; a short title only together with an author or the year."""
    key, text = title_key(paper.title), title_key(entry.text)
    if len(key) >= _SURE_TITLE_CHARS:
        return key in text
    vouched = str(paper.year) in entry.text or any(title_key(_surname(a)) in text for a in paper.authors)
    short = own_names(paper.title, paper.abstract).short
    return bool(key) and vouched and (key in text or (short is not None and title_key(short) == text))


def _is_by(entry: Entry, cited: Cited) -> bool:
    if entry.year is not None and entry.year != cited.year:
        return False
    if entry.year is None and str(cited.year) not in entry.text:
        return False
    name = title_key(cited.surname or "")
    if not entry.surnames:
        return name in title_key(entry.text)
    return title_key(entry.surnames[0]) == name


def _wrote(paper: Paper, surname: str) -> bool:
    return bool(paper.authors) and title_key(_surname(paper.authors[0])) == title_key(surname)


def _surname(author: str) -> str:
    return author.split(",")[0] if "," in author else (author.split() or [""])[-1]


def _cut(text: str) -> str:
    return text if len(text) <= 120 else text[:120].rpartition(" ")[0] + " …"


def bare_key(paper: Paper) -> str:
    """The key that litweave's exports give the paper where no other has it too."""
    return references([paper])[paper.paper_id].key


def _by_bare_key(papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    keys: dict[str, list[Paper]] = {}
    for paper in papers:
        keys.setdefault(bare_key(paper), []).append(paper)
    return keys
