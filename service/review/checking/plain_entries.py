"""An entry that is plain text -> its fields, as far as they are certain.

Where a title ends and a venue begins differs from style to style, so the text is not parsed alone: it is read in view
of a paper that may be meant. The paper's title is found in it, exactly or but for a slip; what is before it are the
authors, and what is left outside of title, venue and addresses holds the year. A field that is unclear stays empty.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Final

from service.identity import arxiv_number, normal_doi
from service.manuscript import Entry
from service.persons import family_name
from service.records import Paper
from service.review.checking.entry_match import PREPRINT, abbreviates, all_words, content_words
from service.review.checking.plain_authors import authors_of
from service.review.checking.plain_titles import title_in, titles_in
from service.text.normal import title_key

_LONGEST: Final = 4_000
_DOI: Final = re.compile(
    r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s{0,3})?10\.\d{4,9}/[^\s\"“”<>]{1,300}", re.IGNORECASE
)
_URL: Final = re.compile(r"https?://[^\s<>\"]{1,1000}")
_ARXIV: Final = re.compile(
    r"arxiv:\s?(?:\d{4}\.\d{4,5}|[a-z-]{2,10}(?:\.[a-z]{2})?/\d{7})(?:v\d{1,3})?|(?<![\w./])\d{4}\.\d{5}(?:v\d{1,3})?(?![\w/])",
    re.IGNORECASE,
)
# A year, and no end of a range, part of a date or a number.
_YEAR: Final = re.compile(r"(?<![\w:/–—-])(?:19|20)\d\d(?=[a-z]?(?:[^\w/–—-]|$))(?!\.\d)")
_NO_YEAR: Final = re.compile(
    r"(?:accessed|retrieved|visited|last checked|updated)\b[^;()\[\]]{0,60}"
    r"|\b(?:(?-i:pp?)|pages?|vol|volume|no|number|art|article|issue)\b\.?[^,;.()]{0,20}",
    re.IGNORECASE,
)
_SHORT_TITLE: Final = 15  # characters of its key
_LEAST_TITLE: Final = 3  # words
_LEAST_TOLD: Final = 8  # words of an entry that names authors, title and more
_LEAST_ACRONYM: Final = 3
_ACRONYM: Final = re.compile(r"\b[A-Z]{3,12}\b")


def prepared(entry: Entry) -> Entry:
    """An entry of plain text with its DOI and arXiv number, and what may be its title; any other as it is."""
    if entry.title or not entry.text:
        return entry
    text = entry.text[:_LONGEST]
    places = [found[0] for pattern in (_DOI, _URL, _ARXIV) for found in pattern.finditer(f"{text} {entry.url or ''}")]
    dois = {doi for place in places if (doi := normal_doi(_trimmed(place)))}
    numbers = {number for place in places if (number := arxiv_number(_trimmed(place)))}
    return replace(
        entry,
        doi=next(iter(dois)) if len(dois) == 1 else None,
        arxiv=next(iter(numbers)) if len(numbers) == 1 else None,
        titles=tuple(titles_in(_without_addresses(text))),
        surnames=(),
        year=None,
    )


def in_view_of(entry: Entry, paper: Paper) -> Entry:
    """The entry with the fields that are certain if the paper is meant; without a title where that is not found."""
    text = _without_addresses(entry.text[:_LONGEST])
    title = title_in(text, paper.title)
    if title is None:
        return entry
    before, after = text[: title.start], text[title.end :]
    authors = authors_of(before, paper)
    venue = _venue_in(after, paper)
    known = authors is not None and authors.agree
    short = len(title_key(paper.title)) < _SHORT_TITLE or len(all_words(paper.title)) < _LEAST_TITLE
    if not known and (short or before.rstrip()[-1:] == ":"):
        return entry  # the words of a short title stand in many, and behind a colon may be only the end of another
    if not title.exact and venue is None and paper.venue and entry.doi != normal_doi(paper.doi or ""):
        return entry
    return replace(
        entry,
        title=paper.title if title.exact else text[title.start : title.end].strip(),
        authors=authors.authors if authors is not None else (),
        others=authors is not None and authors.others,
        venue=venue,
        year=_year_in(f"{before} | {after}", paper),
        doi=_whole_doi(entry.doi, paper),
    )


def is_about_something_else(entry: Entry, paper: Paper) -> bool:
    """Whether a text has neither the title nor any author of a paper, so that it cannot mean it."""
    told = all_words(_without_addresses(entry.text))
    said, words = set(told), content_words(paper.title)
    if len(told) < _LEAST_TOLD or len(words) < _LEAST_TITLE or not paper.authors:
        return False
    names = {word for author in paper.authors for word in all_words(family_name(author))}
    return not names & said and 2 * sum(word in said for word in words) < len(words)


def _without_addresses(text: str) -> str:
    """The text with spaces where addresses and numbers of papers stand, each character in its place."""
    for pattern in (_DOI, _URL, _ARXIV):
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


def _trimmed(place: str) -> str:
    """An address without the marks of its sentence; a bracket stays that is opened in it."""
    place = place.rstrip(".,;:'’”")
    while place[-1:] in (")", "]") and place.count(place[-1]) > place.count({")": "(", "]": "["}[place[-1]]):
        place = place[:-1].rstrip(".,;:")
    return place


def _whole_doi(given: str | None, paper: Paper) -> str | None:
    """The DOI, unless it is only the paper's with its end cut off or something at its end."""
    known = normal_doi(paper.doi or "")
    if given and known and (given.startswith(known) or known.startswith(given)):
        return known
    return given


def _venue_in(after: str, paper: Paper) -> str | None:
    """The paper's venue where it stands behind the title in full, abbreviated or as an acronym; or a preprint's."""
    if paper.venue and _names_venue(after, paper.venue):
        return paper.venue
    return "preprint" if PREPRINT.search(after) else None


def _names_venue(after: str, venue: str) -> bool:
    said, wanted = all_words(after), content_words(venue)
    if wanted and all(any(_is_word(one, word) for one in said) for word in wanted):
        return True
    initials = "".join(word[0] for word in wanted).upper()
    acronyms = set(_ACRONYM.findall(after))
    return bool(acronyms & set(_ACRONYM.findall(venue))) or (len(initials) >= _LEAST_ACRONYM and initials in acronyms)


def _is_word(one: str, word: str) -> bool:
    return one == word or (len(one) > 1 and abbreviates(one, word))


def _year_in(text: str, paper: Paper) -> int | None:
    """The one year that the text gives; the paper's where it stands there; `None` where it cannot be told."""
    years = Counter(int(found[0][:4]) for found in _YEAR.finditer(_NO_YEAR.sub(" ", text)))
    if paper.venue and title_key(paper.venue) in title_key(text):
        years -= Counter(int(found[0]) for found in _YEAR.finditer(paper.venue))
    if paper.year in years:
        return paper.year
    return next(iter(years)) if len(years) == 1 else None
