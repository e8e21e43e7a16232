"""One record of two. What tells where and when a paper appeared moves as one block, so that no source's DOI ever stands
beside another one's year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from service.identity.keys import is_preprint_doi, normal_doi
from service.records import Paper, PublicationStatus
from service.text.normal import for_search

_STATUS_RANK: Final = {None: -1, "corrected": 0, "concern": 1, "withdrawn": 2, "retracted": 3}
_MOJIBAKE: Final = re.compile("\ufffd|Ã[\x80-\xbf\u2018-\u201e]|â€|Â[\xa0-\xbf]")
_PREPRINT_VENUES: Final = re.compile(
    r"\b(?:arxiv|biorxiv|medrxiv|chemrxiv|psyarxiv|ssrn|corr|preprint|research square)\b", re.IGNORECASE
)
_Rank: TypeAlias = "tuple[Any, ...]"


def merge(a: Paper, b: Paper) -> Paper:
    """One record of two, whichever comes first: the better one's block, the cleaner title, the longer abstract.

    The block is authors, year, date, link, DOI, venue and organisation; nothing of it is filled from the other record.
    Commutative, associative and idempotent, because block, title and abstract each are the greatest of one total order;
    except `paper_id`: the first record's is kept (pass the catalog's record first), the second's only when the first
    has none. `origin` goes with the abstract, since quotes are looked up there.
    """
    source = max((a, b), key=_abstract_rank)
    block = max((a, b), key=_block_rank)
    return Paper(
        title=max(a.title, b.title, key=_title_rank),
        abstract=source.abstract,
        paper_id=a.paper_id or b.paper_id,
        authors=block.authors,
        author_count=block.author_count,
        organisation=block.organisation,
        year=block.year,
        date=block.date,
        date_kind=block.date_kind,
        url=block.url,
        doi=block.doi,
        venue=block.venue,
        upvotes=max((v for v in (a.upvotes, b.upvotes) if v is not None), default=None),
        status=gravest((a.status, b.status)),
        origin=source.origin,
    )


def gravest(said: Iterable[PublicationStatus | None]) -> PublicationStatus | None:
    """Of all that was said of a paper what matters most to who cites it."""
    return max(said, key=_STATUS_RANK.__getitem__, default=None)


def _block_rank(paper: Paper) -> _Rank:
    """Published before preprint, clean before mojibake, more known before less, newer before older; then any order."""
    doi = normal_doi(paper.doi or "")
    publisher = doi is not None and not is_preprint_doi(doi)
    venue = bool(paper.venue) and not _PREPRINT_VENUES.search(paper.venue or "")
    known = (paper.authors, paper.year, paper.date, paper.url, paper.doi, paper.venue, paper.organisation)
    clean = not any(_MOJIBAKE.search(text) for text in (*paper.authors, paper.venue or ""))
    return (
        publisher, venue, paper.date_kind == "published", clean, sum(map(bool, known)), len(paper.authors),
        paper.year or 0, len(paper.date or ""), paper.author_count or 0,
        tuple(str(v) for v in (*known, paper.date_kind, paper.author_count)),
    )  # fmt: skip


def _title_rank(title: str) -> _Rank:
    """Not in capitals, brackets or mojibake, then the one with less LaTeX, then the longer one without a final stop."""
    bracketed = title.startswith("[") and title.rstrip(". ").endswith("]")
    spoilt = title.isupper() + bracketed + (_MOJIBAKE.search(title) is not None)
    latex = sum(title.count(c) for c in "\\${}")
    return -spoilt, -latex, not title.endswith("."), sum(not c.isascii() for c in title), len(for_search(title)), title


def _abstract_rank(paper: Paper) -> _Rank:
    """The longer abstract as a reader sees it, then the one with fewer escapes; at last the origin."""
    origin = paper.origin
    place = (origin.name, origin.line) if origin else ("", 0)
    return (
        len(for_search(paper.abstract)), -paper.abstract.count("\\"), paper.abstract, origin is not None, place
    )  # fmt: skip
