"""An entry of a list of references beside a paper: whether title, authors and venue are the same, and what differs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from service.identity import arxiv_number, is_preprint_doi, normal_doi
from service.manuscript import Entry
from service.persons import family_name, name_of, same_surname
from service.records import Paper
from service.records.checks import FieldFault
from service.text.normal import for_search, title_key
from service.vocabulary import FUNCTION_WORDS

_EDITS: Final = 2
"""Words of a title that a slip changes. Of 385 pairs of papers in the ACL Anthology that share authors, year and venue,
the other title is that near in 3."""
_LEAST_RESPELT: Final = 4  # words
_LEAST_LETTERS: Final = 4
_SPELLING: Final = 0.8
_WORD: Final = re.compile(r"[^\W_]+")
_PERIODICAL: Final = re.compile(
    r"\b(?:journal|review|transactions|letters|quarterly|annals|magazine|bulletin|j|rev|trans|lett)\b", re.IGNORECASE
)
_MEETING: Final = re.compile(
    r"\b(?:proceedings|proc|conference|conf|workshop|symposium|congress|meeting|institute|seminar|findings|"
    r"working papers?|technical reports?|discussion papers?)\b",
    re.IGNORECASE,
)
_ACRONYM: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*\b")
PREPRINT: Final = re.compile(r"\b(?:[a-z]*rxiv|corr|preprints?|ssrn)\b", re.IGNORECASE)


def same_title(entry: Entry, paper: Paper) -> bool:
    """Equal but for case, braces, accents and punctuation, or without the subtitle."""
    if not entry.title:
        return False
    given = title_key(entry.title)
    return given in (title_key(paper.title), title_key(paper.title.partition(":")[0])) and len(given) > 1


def is_slip(given: Sequence[str], known: Sequence[str]) -> bool:
    """Whether at most a few words differ, and no number, letter or name of a part, which tell sibling papers apart."""
    edits = [e for e in SequenceMatcher(None, given, known, autojunk=False).get_opcodes() if e[0] != "equal"]
    changed = [w for _, a, b, c, d in edits for w in (*given[a:b], *known[c:d])]
    size = sum(max(b - a, d - c) for _, a, b, c, d in edits)
    return size <= min(_EDITS, len(known) // 3) and not any(len(w) == 1 or not w.isalpha() for w in changed)


def is_respelt(given: Sequence[str], known: Sequence[str]) -> bool:
    """Whether a long enough title differs in the spelling of a word or two: "counselling", "behavior", a slip of a key.

    Of 211 pairs of papers in one volume of the ACL Anthology whose titles differ in one word, none is that near.
    """
    if len(given) != len(known) or len(known) < _LEAST_RESPELT:
        return False
    changed = [(a, b) for a, b in zip(given, known, strict=True) if a != b]
    return 0 < len(changed) <= _EDITS and all(map(_is_spelling, *zip(*changed, strict=True)))


def _is_spelling(one: str, other: str) -> bool:
    """Whether two words begin alike and share nearly all letters in order."""
    alike = one.isalpha() and other.isalpha() and one[0] == other[0] and min(len(one), len(other)) >= _LEAST_LETTERS
    return alike and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SPELLING


def differences(entry: Entry, paper: Paper) -> list[FieldFault]:
    """The fields in which an entry departs from the paper beyond what is a matter of spelling."""
    faults = []
    if entry.title and not same_title(entry, paper):
        faults.append(FieldFault("title", entry.title, paper.title))
    if entry.authors and paper.authors and not same_authors(entry, paper):
        faults.append(FieldFault("author", " and ".join(entry.authors), " and ".join(map(_braced, paper.authors))))
    number = arxiv_of(paper)
    if entry.arxiv and number and entry.arxiv != number:
        faults.append(FieldFault("eprint", entry.arxiv, number))
    if is_preprint(entry.venue, entry.doi, entry.arxiv) != is_preprint(paper.venue, paper.doi, number):
        return faults  # the preprint and what came of it have a year, a venue and a DOI each
    published = paper.date_kind != "listed" and paper.year is not None
    if entry.year is not None and published and entry.year != paper.year:
        faults.append(FieldFault("year", str(entry.year), str(paper.year)))
    if venue_fault(entry, paper):
        faults.append(FieldFault("venue", entry.venue or "", paper.venue))
    doi = normal_doi(paper.doi or "")
    if entry.doi and doi and entry.doi != doi and is_preprint_doi(entry.doi) == is_preprint_doi(doi):
        faults.append(FieldFault("doi", entry.doi, paper.doi))
    return faults


def same_authors(entry: Entry, paper: Paper) -> bool:
    """Whether the names are the paper's, in order; all of them, or the first few and "and others"."""
    known, given = paper.authors, entry.authors
    if not known or not given or (paper.author_count or len(known)) > len(known):
        return bool(known and given) and same_person(given[0], known[0])
    complete = len(given) == len(known) or (entry.others and len(given) < len(known))
    return complete and all(same_person(a, b) for a, b in zip(given, known, strict=False))


def same_person(one: str, other: str) -> bool:
    if same_surname(family_name(one), other) or same_surname(family_name(other), one):
        return True
    words = list(zip(all_words(one), all_words(other), strict=False))
    return any(a == b for a, b in words) and all(a == b or a[:1] == b or a == b[:1] for a, b in words)


def venue_fault(entry: Entry, paper: Paper) -> bool:
    """Whether the venue is another one.

    Then most of the shorter name's words stand in the other neither in full nor abbreviated, and no acronym joins them.
    """
    if not entry.venue or not paper.venue:
        return False
    given, known = content_words(entry.venue), content_words(paper.venue)
    shorter, longer = sorted((given, known), key=len)
    shared = sum(any(abbreviates(one, other) or abbreviates(other, one) for other in longer) for one in shorter)
    if not shorter or 2 * shared >= len(shorter):
        return False
    return not (_short_name_of(entry.venue, paper.venue) or _short_name_of(paper.venue, entry.venue))


def same_kind(venue: str, other: str) -> bool:
    """Whether not one is a journal and the other a meeting or a series of working papers, by their names."""
    periodical, meeting = (bool(p.search(venue)) - bool(p.search(other)) for p in (_PERIODICAL, _MEETING))
    return not periodical * meeting < 0


def abbreviates(short: str, word: str) -> bool:
    """`natl` and `n` for `national`."""
    return short[0] == word[0] and _is_within(short, word)


def _short_name_of(short: str, full: str) -> bool:
    """Whether an acronym in one name stands in the other or is made of its initials: `NeurIPS`, `NEJM`, `ACL`."""
    initials = "".join(word[0] for word in all_words(full))
    acronyms = [*_ACRONYM.findall(short), *(word for word in short.split() if word.isupper())]
    said = for_search(full).casefold()
    return any(
        a.casefold() in said or _is_within("".join(filter(str.isupper, a)).casefold(), initials) for a in acronyms
    )


def _is_within(short: str, letters: str) -> bool:
    """Whether the letters of a short form stand in order among others."""
    left = iter(letters)
    return all(letter in left for letter in short)


def is_preprint(venue: str | None, doi: str | None, number: str | None) -> bool:
    if venue:
        return PREPRINT.search(venue) is not None
    return number is not None or (doi is not None and is_preprint_doi(doi))


def arxiv_of(paper: Paper) -> str | None:
    """A paper's number at arXiv."""
    return next((n for place in (paper.url, paper.doi, paper.paper_id) if (n := arxiv_number(place or ""))), None)


def _braced(author: str) -> str:
    """A team in braces, as BibTeX has it, so that no "and" in it parts it."""
    return f"{{{author}}}" if " " in author and name_of(author).is_whole and author[:1] != "{" else author


def all_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(for_search(text))]


def content_words(text: str) -> list[str]:
    return [w for w in all_words(text) if w not in FUNCTION_WORDS and w != "proceedings" and not w.isdigit()]
