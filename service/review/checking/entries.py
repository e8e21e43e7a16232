"""A text's own references: which entry a citation means, which paper an entry means, and how the text cites a paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.annotate.names import own_names
from service.identity import arxiv_number, normal_doi
from service.manuscript import Cited, Entry
from service.persons import family_name, same_surname
from service.records import Paper
from service.review.writing.references import references
from service.text.normal import title_key

_SURE_TITLE_CHARS = 20  # of a title's key: a shorter one may stand in an entry by chance


class EntryList:
    """The entries of a text's list of references, then those of its .bib files."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_key: dict[str, Entry] = {}
        self._folded: dict[str, Entry] = {}
        self._by_title: dict[str, Entry] = {}
        for entry in entries:
            self._by_key.setdefault(entry.key, entry)
            self._folded.setdefault(entry.key.casefold(), entry)
            if entry.title:
                self._by_title.setdefault(title_key(entry.title), entry)
        self._plain = [e for e in self._by_key.values() if not e.title]

    def entry(self, cited: Cited) -> Entry | None:
        """The entry that a citation means: by its key, or by first author and year."""
        if cited.kind == "author-year":
            return next((e for e in self._by_key.values() if _is_by(e, cited)), None)
        return self._by_key.get(cited.key) or self._folded.get(cited.key.casefold())

    def key_of(self, paper: Paper) -> str:
        """How this text cites a paper: the key of its own entry for it, else the one that litweave exports."""
        entry = self._by_title.get(title_key(paper.title)) or next((e for e in self._plain if names(e, paper)), None)
        return entry.key if entry is not None else exported_key(paper)


def strong_keys(places: Iterable[str]) -> list[str]:
    """`doi:…` and `arxiv:…` of every address or number among some words."""
    keys: list[str] = []
    for place in places:
        bare = place.strip("()[]<>,;.")
        doi, arxiv = normal_doi(bare), arxiv_number(bare)
        keys += ([f"doi:{doi}"] if doi else []) + ([f"arxiv:{arxiv}"] if arxiv else [])
    return list(dict.fromkeys(keys))


def same_title(given: str, title: str) -> bool:
    """Equal, or one is the other without its subtitle."""
    a, b = sorted((title_key(given), title_key(title)), key=len)
    return len(a) >= _SURE_TITLE_CHARS and b.startswith(a)


def names(entry: Entry, paper: Paper) -> bool:
    """Whether an entry's text holds the paper's title; a short title only together with an author or the year."""
    key, text = title_key(paper.title), title_key(entry.text)
    if len(key) >= _SURE_TITLE_CHARS:
        return key in text
    vouched = str(paper.year) in entry.text or any(title_key(family_name(a)) in text for a in paper.authors)
    short = own_names(paper.title, paper.abstract).short
    return bool(key) and vouched and (key in text or (short is not None and title_key(short) == text))


def wrote(paper: Paper, surname: str) -> bool:
    """Whether the paper's first author has that surname."""
    return bool(paper.authors) and same_surname(surname, paper.authors[0])


def exported_key(paper: Paper) -> str:
    """The key that litweave's exports give the paper where no other has it too."""
    return references([paper])[paper.paper_id].key


def _is_by(entry: Entry, cited: Cited) -> bool:
    if entry.year is not None and entry.year != cited.year:
        return False
    if entry.year is None and str(cited.year) not in entry.text:
        return False
    name = cited.surname or ""
    return same_surname(name, f"{entry.surnames[0]},") if entry.surnames else title_key(name) in title_key(entry.text)
