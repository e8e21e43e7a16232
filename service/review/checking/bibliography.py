"""Whether the entries of a list of references exist as cited: field by field against the library, and by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final, Literal

from service.identity import arxiv_number, is_preprint_doi, normal_doi
from service.manuscript import Entry
from service.persons import family_name, name_of, same_surname
from service.records import Paper
from service.records.checks import CheckedEntry, FieldFault
from service.review.checking.citation_resolver import CitableCorpus
from service.text.normal import for_search, title_key
from service.text.terms import terms
from service.vocabulary import FUNCTION_WORDS

_CANDIDATES: Final = 20
_EDITS: Final = 2
"""Words of a title that a slip changes. Of 385 pairs of papers in the ACL Anthology that share authors, year and venue,
the other title is that near in 3."""
_LEAST_START: Final = 2
_LEAST_END: Final = 3
_AHEAD: Final = 1  # years
_WORD: Final = re.compile(r"[^\W_]+")
_ACRONYM: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*\b")
_PREPRINT: Final = re.compile(r"\b(?:[a-z]*rxiv|corr|preprints?|ssrn)\b", re.IGNORECASE)
_PLACEHOLDERS: Final = frozenset(
    title_key(name)
    for name in (
        "John Smith", "Jane Smith", "John Doe", "Jane Doe", "John Q. Public", "Max Mustermann", "Erika Mustermann",
        "First Author", "Second Author", "Author One", "Author Two", "Firstname Lastname", "Anonymous Author",
    )
)  # fmt: skip
"""What stands where somebody meant to fill in names."""


def checked_entries(corpus: CitableCorpus, entries: Iterable[Entry]) -> tuple[CheckedEntry, ...]:
    """Each entry with its verdict: valid, wrong with what should stand there, or not to be verified here."""
    first = {entry.key: entry for entry in reversed(list(entries))}
    return tuple(replace(_checked(corpus, entry), file=entry.file) for entry in first.values())[::-1]


def _checked(corpus: CitableCorpus, entry: Entry) -> CheckedEntry:
    if not entry.title and entry.text:
        return _written_out(corpus, entry)
    alone = _faults_by_itself(entry)
    found = _found(corpus, entry)
    if found is None:
        return CheckedEntry(entry.key, entry.line, "wrong" if alone else "unverified", None, tuple(alone))
    paper, faults = found
    fields = {fault.field for fault in faults}
    verdict: Literal["valid", "wrong", "unverified"] = "wrong" if faults else "valid"
    if not alone and (_may_be_another(entry, paper, fields) or _may_be_print(entry, paper, fields)):
        verdict = "unverified"
    faults += [fault for fault in alone if fault.field not in fields]
    return CheckedEntry(entry.key, entry.line, verdict, paper.paper_id, tuple(faults))


def _may_be_another(entry: Entry, paper: Paper, fields: set[str]) -> bool:
    """Whether the title is the paper's, but so little else that it may as well be another edition or a report."""
    if "title" in fields or entry.doi or entry.arxiv:
        return False
    elsewhere = "venue" in fields or not (entry.venue and paper.venue)
    return {"author"} < fields or ("year" in fields and elsewhere)


def _may_be_print(entry: Entry, paper: Paper, fields: set[str]) -> bool:
    """Whether only the year differs, by one, as online and print do."""
    return fields == {"year"} and abs((entry.year or 0) - (paper.year or 0)) == 1


def _written_out(corpus: CitableCorpus, entry: Entry) -> CheckedEntry:
    """An entry that is plain text: valid where a paper's title, year and first author stand in it, else unverified."""
    text, words = title_key(entry.text), set(_all_words(entry.text))
    for paper in corpus.with_words(entry.text, n=_CANDIDATES, filters=None):
        title, first = title_key(paper.title), _all_words(family_name(paper.authors[0])) if paper.authors else []
        told = len(_all_words(paper.title)) >= _LEAST_END and title in text and str(paper.year) in words
        if told and first and set(first) <= words:
            return CheckedEntry(entry.key, entry.line, "valid", paper.paper_id)
    return CheckedEntry(entry.key, entry.line, "unverified")


def _faults_by_itself(entry: Entry) -> list[FieldFault]:
    """What is wrong whatever paper is meant: a year to come, nobody's names."""
    faults = []
    if entry.year is not None and entry.year > datetime.now(UTC).year + _AHEAD:
        faults.append(FieldFault("year", str(entry.year), None))
    names = [title_key(" ".join(reversed(a.split(", ", 1)))) for a in entry.authors]
    if names and all(name in _PLACEHOLDERS for name in names):
        faults.append(FieldFault("author", " and ".join(entry.authors), None))
    return faults


def _found(corpus: CitableCorpus, entry: Entry) -> tuple[Paper, list[FieldFault]] | None:
    """The paper that is meant and what the entry says otherwise; `None` where the library cannot tell."""
    by_doi = _by_key(corpus, f"doi:{entry.doi}") if entry.doi else None
    by_number = by_doi or (_by_key(corpus, f"arxiv:{entry.arxiv}") if entry.arxiv else None)
    if by_number is not None and _same_title(entry, by_number):
        return by_number, _differences(entry, by_number)
    candidates = _titled(corpus, entry)
    titled = [p for p in candidates if _same_title(entry, p)]
    if titled:
        return min(((p, _differences(entry, p)) for p in titled), key=lambda found: len(found[1]))
    if by_number is not None:
        field = "title" if entry.title and (_same_authors(entry, by_number) or not entry.authors) else "doi"
        was = (entry.title if field == "title" else entry.doi or entry.arxiv) or ""
        fault = FieldFault(field, was, by_number.title if field == "title" else None)
        rest = [f for f in _differences(entry, by_number) if f.field != "title"] if field == "title" else []
        return by_number, [fault, *rest]
    near = next((p for p in candidates if _misquoted(corpus, entry, p)), None)
    return None if near is None else (near, _differences(entry, near))


def _by_key(corpus: CitableCorpus, key: str) -> Paper | None:
    return next(iter(corpus.by_identity([key]).get(key, ())), None)


def _titled(corpus: CitableCorpus, entry: Entry) -> Sequence[Paper]:
    """Papers of the same title, then those that share its words."""
    if not entry.title or not terms(entry.title):
        return ()
    key = f"title:{title_key(entry.title)}"
    return (*corpus.by_identity([key]).get(key, ()), *corpus.with_words(entry.title, n=_CANDIDATES, filters=None))


def _same_title(entry: Entry, paper: Paper) -> bool:
    """Equal but for case, braces, accents and punctuation, or without the subtitle."""
    if not entry.title:
        return False
    given = title_key(entry.title)
    return given in (title_key(paper.title), title_key(paper.title.partition(":")[0])) and len(given) > 1


def _misquoted(corpus: CitableCorpus, entry: Entry, paper: Paper) -> bool:
    """Whether all but the title says that this paper is meant, and the title is a slip of its or two titles in one."""
    if not entry.authors or not _same_authors(entry, paper) or entry.year != paper.year or _venue_fault(entry, paper):
        return False
    given, known = _all_words(entry.title or ""), _all_words(paper.title)
    return _is_slip(given, known) or _is_graft(corpus, given, known)


def _is_slip(given: Sequence[str], known: Sequence[str]) -> bool:
    """Whether at most a few words differ, and no number, letter or name of a part, which tell sibling papers apart."""
    edits = [e for e in SequenceMatcher(None, given, known, autojunk=False).get_opcodes() if e[0] != "equal"]
    changed = [w for _, a, b, c, d in edits for w in (*given[a:b], *known[c:d])]
    size = sum(max(b - a, d - c) for _, a, b, c, d in edits)
    return size <= min(_EDITS, len(known) // 3) and not any(len(w) == 1 or not w.isalpha() for w in changed)


def _is_graft(corpus: CitableCorpus, given: Sequence[str], known: Sequence[str]) -> bool:
    """Whether a title begins as this paper's and goes on as another one of the library ends."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(given, known, strict=False)))
    ends = [given[n:] for n in range(_LEAST_START, shared + 1) if len(given) - n >= _LEAST_END]
    if not ends:
        return False
    others = corpus.with_words(" ".join(ends[-1]), n=_CANDIDATES, filters=None)
    titles = [words for p in others if (words := _all_words(p.title)) != known]
    return any(words[-len(end) :] == end for end in ends for words in titles)


def _differences(entry: Entry, paper: Paper) -> list[FieldFault]:
    """The fields in which an entry departs from the paper beyond what is a matter of spelling."""
    faults = []
    if entry.title and not _same_title(entry, paper):
        faults.append(FieldFault("title", entry.title, paper.title))
    if entry.authors and paper.authors and not _same_authors(entry, paper):
        faults.append(FieldFault("author", " and ".join(entry.authors), " and ".join(map(_braced, paper.authors))))
    number = _number(paper)
    if entry.arxiv and number and entry.arxiv != number:
        faults.append(FieldFault("eprint", entry.arxiv, number))
    if _is_preprint(entry.venue, entry.doi, entry.arxiv) != _is_preprint(paper.venue, paper.doi, number):
        return faults  # the preprint and what came of it have a year, a venue and a DOI each
    published = paper.date_kind != "listed" and paper.year is not None
    if entry.year is not None and published and entry.year != paper.year:
        faults.append(FieldFault("year", str(entry.year), str(paper.year)))
    if _venue_fault(entry, paper):
        faults.append(FieldFault("venue", entry.venue or "", paper.venue))
    doi = normal_doi(paper.doi or "")
    if entry.doi and doi and entry.doi != doi and is_preprint_doi(entry.doi) == is_preprint_doi(doi):
        faults.append(FieldFault("doi", entry.doi, paper.doi))
    return faults


def _number(paper: Paper) -> str | None:
    """A paper's number at arXiv."""
    return next((n for place in (paper.url, paper.doi, paper.paper_id) if (n := arxiv_number(place or ""))), None)


def _is_preprint(venue: str | None, doi: str | None, number: str | None) -> bool:
    if venue:
        return _PREPRINT.search(venue) is not None
    return number is not None or (doi is not None and is_preprint_doi(doi))


def _braced(author: str) -> str:
    """A team in braces, as BibTeX has it, so that no "and" in it parts it."""
    return f"{{{author}}}" if " " in author and name_of(author).is_whole and author[:1] != "{" else author


def _same_authors(entry: Entry, paper: Paper) -> bool:
    """Whether the names are the paper's, in order; all of them, or the first few and "and others"."""
    known, given = paper.authors, entry.authors
    if not known or not given or (paper.author_count or len(known)) > len(known):
        return bool(known and given) and _same_person(given[0], known[0])
    complete = len(given) == len(known) or (entry.others and len(given) < len(known))
    return complete and all(_same_person(a, b) for a, b in zip(given, known, strict=False))


def _same_person(one: str, other: str) -> bool:
    if same_surname(family_name(one), other) or same_surname(family_name(other), one):
        return True
    words = list(zip(_all_words(one), _all_words(other), strict=False))
    return any(a == b for a, b in words) and all(a == b or a[:1] == b or a == b[:1] for a, b in words)


def _venue_fault(entry: Entry, paper: Paper) -> bool:
    """Whether the venue is another one.

    Then most of the shorter name's words stand in the other neither in full nor abbreviated, and no acronym joins them.
    """
    if not entry.venue or not paper.venue:
        return False
    given, known = _words(entry.venue), _words(paper.venue)
    shorter, longer = sorted((given, known), key=len)
    shared = sum(any(_abbreviates(one, other) or _abbreviates(other, one) for other in longer) for one in shorter)
    if not shorter or 2 * shared >= len(shorter):
        return False
    return not (_short_name_of(entry.venue, paper.venue) or _short_name_of(paper.venue, entry.venue))


def _abbreviates(short: str, word: str) -> bool:
    """`natl` and `n` for `national`."""
    return short[0] == word[0] and _is_within(short, word)


def _short_name_of(short: str, full: str) -> bool:
    """Whether an acronym in one name stands in the other or is made of its initials: `NeurIPS`, `NEJM`, `ACL`."""
    initials = "".join(word[0] for word in _all_words(full))
    acronyms = [*_ACRONYM.findall(short), *(word for word in short.split() if word.isupper())]
    said = for_search(full).casefold()
    return any(
        a.casefold() in said or _is_within("".join(filter(str.isupper, a)).casefold(), initials) for a in acronyms
    )


def _is_within(short: str, letters: str) -> bool:
    """Whether the letters of a short form stand in order among others."""
    left = iter(letters)
    return all(letter in left for letter in short)


def _all_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(for_search(text))]


def _words(text: str) -> list[str]:
    return [w for w in _all_words(text) if w not in FUNCTION_WORDS and w != "proceedings" and not w.isdigit()]
