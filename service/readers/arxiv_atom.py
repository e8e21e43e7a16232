"""arXiv Atom: the feeds that its query interface replies with, and its daily ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.errors import SourceError
from service.identity import arxiv_number, gravest
from service.readers.opened import Opened
from service.readers.publication_status import status_of_note
from service.readers.raw import RawRecord
from service.readers.xml_element import Element
from service.readers.xml_source import decoded, elements
from service.records import PublicationStatus, Rejection

_FEED: Final = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:feed|entry)\s[^<>]{0,4000}http://www\.w3\.org/2005/Atom")
_OF_ARXIV: Final = re.compile(
    r"http://arxiv\.org/schemas/atom|<(?:[\w.-]{1,30}:)?id>\s{0,100}(?:https?://(?:[\w-]{1,20}\.)?arxiv\.org/|oai:arxiv)",
    re.IGNORECASE,
)
_FEED_END: Final = re.compile(r"</(?:[\w.-]{1,30}:)?feed\s{0,100}>$")
_FEED_START: Final = re.compile(r"<(?:[\w.-]{1,30}:)?feed[\s>]")
_DAILY: Final = "oai:arxiv.org:"
_ANNOUNCED: Final = re.compile(r"\s*arXiv:\S{1,40}\s+Announce Type:\s*\S{1,40}\s+Abstract:\s*", re.IGNORECASE)
_OPENING: Final = 120  # characters in which a summary that is a notice says so


class ArxivAtom:
    """Reads the feeds of the arXiv API."""

    key = "arxiv-atom"
    name = "arXiv Atom"
    rank = 10

    def recognises(self, head: str) -> bool:
        """Whether it is an Atom feed in arXiv's words or under its address."""
        return head.lstrip()[:1] == "<" and bool(_FEED.search(head)) and bool(_OF_ARXIV.search(head))

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every entry; one rejection more where the feed breaks off between two. An empty
        feed has none. Raises `SourceError` where it breaks off before the first."""
        data = file.data()
        found: RawRecord | Rejection | None = None
        for entry in elements(data, file.source, ("entry",)):
            found = entry if isinstance(entry, Rejection) else _record(entry[1], entry[0], file.source)
            yield found
        text = decoded(data, file.source).rstrip()
        is_whole = _FEED_END.search(text[-200:]) or not _FEED_START.search(text[:20_000])
        if is_whole or isinstance(found, Rejection):
            return
        reason = "the feed breaks off before its end: fetch it again"
        if found is None:
            raise SourceError(f"{file.source}: {reason}")
        yield Rejection(file.source, text.count("\n") + 1, reason)


def _record(entry: Element, number: int, source: str) -> RawRecord | Rejection:
    address, title, summary = entry.text("id"), entry.text("title"), entry.text("summary")
    is_daily = address.casefold().startswith(_DAILY)
    arxiv = arxiv_number(address[len(_DAILY) :] if is_daily else address)
    if "/api/errors" in address or (title == "Error" and arxiv is None):
        reason = f"arXiv answered with an error, not papers: {summary[:300]!r}: correct the query"
        return Rejection(source, number, reason)
    if not title:
        return Rejection(source, number, f"arXiv knows no paper {address[:100]!r}: check the id")
    return RawRecord(
        number=number,
        title=title,
        abstract=_ANNOUNCED.sub("", summary, count=1) if is_daily else summary,
        authors=_daily_authors(entry) if is_daily else _authors(entry),
        date=entry.text("published"),
        date_kind="listed" if is_daily else "published",
        doi=next(iter(entry.text("doi").split()), None),
        url=None if arxiv else address,
        venue=entry.text("journal_ref"),
        ids={"arxiv": arxiv},
        status=_status(entry, summary),
        markup="latex",
    )


def _authors(entry: Element) -> tuple[str, ...]:
    return tuple(filter(None, (author.text("name") for author in entry.findall("author"))))


def _daily_authors(entry: Element) -> tuple[str, ...]:
    """A daily feed names all authors in one text."""
    names = entry.text("creator") or ", ".join(_authors(entry))
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _status(entry: Element, summary: str) -> PublicationStatus | None:
    """Withdrawn or retracted where a comment says so, or a summary that begins as a notice."""
    comments = [status_of_note(comment.text()) for comment in entry.findall("comment")]
    return gravest((*comments, status_of_note(summary[:_OPENING])))
