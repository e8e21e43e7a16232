"""Which records are the same paper, what it is called, and how two records of it become one.

The reasons, and the measurements behind the one threshold, are in docs/adr/0001-identity-and-merging.md.
Everything here is pure: no catalog, no clock, no file name decides.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote

from service.records import DateKind, Paper
from service.text.normal import for_search, title_key

LONGEST_ID = 200
"""Characters. A longer given id is replaced by one made from the title."""

ALIKE = 0.3
"""Least share of the shorter abstract's word pairs found in the other one for two abstracts to be alike."""

_STATUS_RANK = {"corrected": 0, "concern": 1, "withdrawn": 2, "retracted": 3}
_SLUG_WORDS = 4
_SLUG_CHARS = 60
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,300}")
_DOI_SOURCE = re.compile(
    r"(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:urn:|info:)?doi[:/]?\s{0,3}(?=10\.)", re.IGNORECASE
)
_DOI_NOTE = re.compile(r"\s*\[doi\]$", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ARXIV_NUMBER = r"(?:\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]{2,10}(?:\.[a-z]{2})?/\d{7})"
_ARXIV_ID = re.compile(rf"(?:arxiv:\s?)?({_ARXIV_NUMBER})(?:v\d{{1,3}})?", re.IGNORECASE)
_ARXIV_URL = re.compile(
    r"https?://(?:[a-z.]{0,20}arxiv\.org/(?:abs|pdf|html|e-print)|huggingface\.co/papers|(?:www\.)?alphaxiv\.org/abs)/"
    rf"({_ARXIV_NUMBER})(?:v\d{{1,3}})?(?:\.pdf)?(?:[?#/].*)?",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_NUMBER})(?:v\d{{1,3}})?", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


_Value = TypeVar("_Value")


def paper_id(paper: Paper) -> str:
    """The id a new paper gets: its given id when that is safe, otherwise `distinct_id`."""
    return paper.paper_id if is_safe_id(paper.paper_id) else distinct_id(paper)


def distinct_id(paper: Paper) -> str:
    """An id from the content alone, such as `illume-illuminating-your-llms-3fa9c2d1`.

    For a paper without a safe id of its own, and for one whose id another paper already has. The hash covers
    title and abstract in normal form, so two papers that share a title have different ids.
    """
    folded = unicodedata.normalize("NFKD", for_search(paper.title)).casefold()
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    slug = "-".join(words[:_SLUG_WORDS])[:_SLUG_CHARS].strip("-") or "paper"
    content = f"{title_key(paper.title)}\n{title_key(paper.abstract)}"
    return f"{slug}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def is_safe_id(given: str) -> bool:
    """Printable (no control or direction characters), no outer space, 1 to 200 characters."""
    return 0 < len(given) <= LONGEST_ID and given.isprintable() and given == given.strip()


def identity_keys(paper: Paper) -> tuple[str, ...]:
    """Keys under which the same paper may be found: `doi:…`, `arxiv:…`, `id:…`, `title:…`, strongest first.

    A shared key makes two records candidates; `same_paper` decides. Keep the keys of every record that was
    merged into a paper, because a merged record keeps one URL and one DOI only.
    """
    keys = [*_strong_keys(paper)]
    if paper.paper_id:
        keys.append(f"id:{paper.paper_id}")
    keys.append(f"title:{title_key(paper.title)}")
    return tuple(keys)


def same_paper(a: Paper, b: Paper) -> bool:
    """True when a DOI or arXiv id is shared, or two of title, abstract and given id agree.

    A shared title alone is not enough ("Introduction"), nor is a shared given id alone: two corpora may both
    number their records from 1. A title and abstract are compared in normal form.
    """
    if set(_strong_keys(a)) & set(_strong_keys(b)):
        return True
    titles_equal = title_key(a.title) == title_key(b.title)
    ids_equal = bool(a.paper_id) and a.paper_id == b.paper_id
    if titles_equal and ids_equal:
        return True
    return (titles_equal or ids_equal) and abstracts_alike(a.abstract, b.abstract)


def abstracts_alike(a: str, b: str) -> bool:
    """True when the shorter one's word pairs are found in the other (at least `ALIKE` of them).

    Pairs, not words: any two English abstracts share many words. The shorter one counts, so that a cut
    abstract is like the whole one.
    """
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    if not pairs_a or not pairs_b:
        return title_key(a) == title_key(b)
    return len(pairs_a & pairs_b) >= ALIKE * min(len(pairs_a), len(pairs_b))


def merge(a: Paper, b: Paper) -> Paper:
    """One record of two: field by field the fuller value wins, whichever record comes first.

    Commutative, associative and idempotent, because each field takes the greatest value of one total order,
    except `paper_id`: the first record's is kept (pass the catalog's record first), the second's only when
    the first has none. `origin` goes with the abstract, since quotes are looked up there.
    """
    source = max((a, b), key=_abstract_rank)
    date, date_kind, year = _when(a, b)
    return Paper(
        title=max(a.title, b.title, key=_title_rank),
        abstract=source.abstract,
        paper_id=a.paper_id or b.paper_id,
        authors=max(a.authors, b.authors, key=lambda names: (len(names), sum(map(len, names)), names)),
        author_count=_best(a.author_count, b.author_count, rank=lambda count: count),
        organisation=_best(a.organisation, b.organisation, rank=_by_length),
        year=year,
        date=date,
        date_kind=date_kind,
        url=_best(a.url, b.url, rank=lambda url: (url.startswith("https:"), _by_length(url))),
        doi=_best(a.doi, b.doi, rank=lambda doi: (not _ARXIV_DOI.search(doi), _by_length(doi))),
        venue=_best(a.venue, b.venue, rank=_by_length),
        upvotes=_best(a.upvotes, b.upvotes, rank=lambda votes: votes),
        status=_best(a.status, b.status, rank=_STATUS_RANK.__getitem__),
        origin=source.origin,
    )


def normal_doi(text: str) -> str | None:
    """The bare lower-case DOI in a field or DOI link, or `None`."""
    doi = clean_doi(text)
    return doi.lower() if doi else None


def clean_doi(text: str) -> str | None:
    """The DOI that a field or link holds, in its own case, or `None`: percent-encoded, escaped for TeX, in brackets or
    behind "doi:", with ligatures or zero-width characters."""
    bare = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip().strip("<>")
    bare = _DOI_NOTE.sub("", _DOI_SOURCE.sub("", bare, count=1)).strip()
    bare = re.sub(r"\\([_&%#{}$])|[{}]", r"\1", bare.replace("{\\_}", "_"))
    if "%2f" in bare[:40].casefold() or re.search(r"%(?:3[ac-e]|5[bd]|28|29)", bare, re.IGNORECASE):
        bare = unquote(bare)
    found = _DOI.fullmatch(bare.rstrip(".,; "))
    return found[0] if found else None


def arxiv_number(text: str) -> str | None:
    """`2412.06673` from an id, an arXiv or Daily Papers link or an arXiv DOI (version dropped), or `None`."""
    text = text.strip()
    for pattern, candidate in (
        (_ARXIV_URL, text),
        (_ARXIV_DOI, _DOI_SOURCE.sub("", text, count=1)),
        (_ARXIV_ID, text),
    ):
        if found := pattern.fullmatch(candidate):
            return found[1].lower()
    return None


def _strong_keys(paper: Paper) -> Iterable[str]:
    places = [place for place in (paper.doi, paper.url, paper.paper_id) if place and len(place) <= 2000]
    dois = {doi for place in places if (doi := normal_doi(place))}
    numbers = {number for place in places if (number := arxiv_number(place))}
    return [f"doi:{doi}" for doi in sorted(dois)] + [f"arxiv:{number}" for number in sorted(numbers)]


def _pairs(abstract: str) -> set[tuple[str, str]]:
    words = _WORD.findall(for_search(abstract).casefold())
    return set(pairwise(words))


def _best(a: _Value | None, b: _Value | None, *, rank: Callable[[_Value], _Comparable]) -> _Value | None:
    if a is None or b is None:
        return b if a is None else a
    return b if rank(a) < rank(b) else a


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text


def _title_rank(title: str) -> tuple[bool, int, int, str]:
    """A title not in capitals, then the one with less LaTeX, then the longer one."""
    return not title.isupper(), -title.count("\\") - title.count("$"), len(for_search(title)), title


def _abstract_rank(paper: Paper) -> tuple[int, int, str, bool, tuple[str, int]]:
    """The longer abstract as a reader sees it, then the one with fewer escapes; at last the origin."""
    origin = paper.origin
    place = (origin.name, origin.line) if origin else ("", 0)
    return (
        len(for_search(paper.abstract)), -paper.abstract.count("\\"), paper.abstract, origin is not None, place
    )  # fmt: skip


def _when(a: Paper, b: Paper) -> tuple[str | None, DateKind | None, int | None]:
    """A publication date wins with its year; else the most exact, then earliest date, and the earliest year.

    A listing never predates the paper, so without a publication date the smaller year is nearer the truth.
    """
    dated = [(p.date_kind, p.date, p.year) for p in (a, b) if p.date is not None]
    published = [entry for entry in dated if entry[0] == "published"]
    years = [p.year for p in (a, b) if p.year is not None]
    year = min(years, default=None)
    if published:
        _, date, year = min(published, key=_date_rank)
        return date, "published", year
    if dated:
        kind, date, _ = min(dated, key=_date_rank)
        return date, kind, year
    kinds: list[DateKind] = [p.date_kind for p in (a, b) if p.date_kind is not None]
    return None, max(kinds, default=None), year


def _date_rank(entry: tuple[DateKind | None, str | None, int | None]) -> tuple[bool, int, str, bool, int]:
    kind, date, year = entry
    return kind is None, -len(date or ""), date or "", year is None, year or 0
