"""A list of identifiers, one a line -> the papers they name, and which of them nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.errors import UsageError
from service.identity import arxiv_number, normal_doi
from service.records import Paper, Record, Rejection
from service.sources.fetching import Page, Place
from service.sources.lookup import ARXIV_BATCH, PUBMED_BATCH, OnlineLookup

Kind: TypeAlias = Literal["arxiv", "doi", "pmid"]
IDS_MAX: Final = 20_000
_BATCH: Final[dict[Kind, int]] = {"arxiv": ARXIV_BATCH, "doi": 20, "pmid": PUBMED_BATCH}
_PMID: Final = re.compile(
    r"(?:pmid:?\s*|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?([1-9]\d{0,8})/?",
    re.IGNORECASE,
)
_ASKED: Final[dict[Kind, str]] = {"arxiv": "arXiv has", "doi": "Crossref and OpenAlex have", "pmid": "PubMed has"}


@dataclass(frozen=True, slots=True)
class ListedId:
    """An identifier in its normal form, as it was written, and on which line."""

    kind: Kind
    value: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class IdList:
    """The identifiers of a file, each once, and the lines that hold none. `name` is what records name the file by."""

    name: str
    ids: tuple[ListedId, ...]
    rejected: tuple[Rejection, ...]


def read_ids(text: str, name: str) -> IdList:
    """The DOIs, arXiv ids and PMIDs of a list, bare or as links; blank lines and `#` comments are passed over.

    Raises `UsageError` where there are none, or over 20,000.
    """
    ids: dict[tuple[Kind, str], ListedId] = {}
    rejected: list[Rejection] = []
    for number, line in enumerate(text.splitlines(), 1):
        written = line.strip().removeprefix("\ufeff")
        if not written or written.startswith("#"):
            continue
        named = _identifier(written)
        if named is None:
            reason = f"{written[:100]!r} is no DOI, arXiv id or PMID: write one a line, bare or as a link"
            rejected.append(Rejection(name, number, reason))
        else:
            ids.setdefault(named, ListedId(*named, written, number))
    if not ids:
        raise UsageError(f"{name} holds no DOI, arXiv id or PMID: write one a line, bare or as a link")
    if len(ids) > IDS_MAX:
        raise UsageError(f"{name} holds {len(ids):,} ids, over {IDS_MAX:,}: split it")
    return IdList(name, tuple(ids.values()), tuple(rejected))


def id_pages(listed: IdList, lookup: OnlineLookup, *, at: Place | None = None) -> Iterator[Page]:
    """The papers of a list, a batch a page; ids that are not found are in `not_found`, and rejected with their line.

    A place's cursor is the number of its batch. Raises as `Client.get`.
    """
    batches = _batches(listed.ids)
    place = at if at is not None and at.cursor.isdigit() and int(at.cursor) < len(batches) else Place("0")
    for number in range(int(place.cursor), len(batches)):
        records: list[Record] = list(listed.rejected) if number == 0 else []
        not_found = []
        for one, paper in _looked_up(batches[number], lookup):
            if paper is None:
                not_found.append(one.text)
            records.append(paper or Rejection(listed.name, one.line, f"{_ASKED[one.kind]} no paper {one.text!r}"))
        after = Place(str(number + 1), place.page + 1, place.taken + len(records))
        last = number + 1 == len(batches)
        yield Page(place.page, tuple(records), after, "end" if last else None, not_found=tuple(not_found))
        place = after


def _identifier(text: str) -> tuple[Kind, str] | None:
    number = arxiv_number(text)
    if number is not None:
        return "arxiv", number
    doi = normal_doi(text)
    if doi is not None:
        return "doi", doi
    pmid = _PMID.fullmatch(text)
    return None if pmid is None else ("pmid", pmid[1])


def _batches(ids: Sequence[ListedId]) -> list[tuple[ListedId, ...]]:
    """Ids of one kind together, as many as are asked for at once; else in the order of the list."""
    alike = {kind: tuple(one for one in ids if one.kind == kind) for kind in _BATCH}
    return [of[at : at + _BATCH[kind]] for kind, of in alike.items() for at in range(0, len(of), _BATCH[kind])]


def _looked_up(batch: Sequence[ListedId], lookup: OnlineLookup) -> list[tuple[ListedId, Paper | None]]:
    many: dict[Kind, Callable[[Sequence[str]], dict[str, Paper]]] = {
        "arxiv": lookup.by_arxivs,
        "pmid": lookup.by_pmids,
    }
    kind = batch[0].kind
    if kind in many:
        found = many[kind]([one.value for one in batch])
        return [(one, found.get(one.value)) for one in batch]
    return [(one, lookup.by_doi(one.value)) for one in batch]
