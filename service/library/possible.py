"""Pairs of papers that share a title or an identifier, were not merged, and may be one paper all the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from service.catalog import Catalog, digest
from service.identity import compared, is_telling
from service.records import Paper
from service.records.sources import PossiblePair

_MOST_UNDER_ONE_KEY: Final = 8
"""Papers under one key. More of them are the issues of a series, or chapters under one DOI."""
_PAGE: Final = 500


def possible_pairs(catalog: Catalog) -> list[PossiblePair]:
    """All such pairs, those of an identifier first. Pairs that a person told apart are not among them.

    Nor are a paper and a notice about it, parts of one volume, or papers under a title of few words ("Introduction").
    """
    found: dict[tuple[str, str], PossiblePair] = {}
    for key, papers in _groups(catalog):
        for a, b in combinations(papers, 2):
            if (a.paper_id, b.paper_id) not in found and (pair := _pair(a, b, key)) is not None:
                found[a.paper_id, b.paper_id] = pair
    decided = catalog.sources.decided(paper_id for ids in found for paper_id in ids)
    split = {paper_id for paper_id, one in decided.items() if one.apart}
    return [pair for ids, pair in found.items() if not (split.intersection(ids) and were_split(catalog, *ids))]


def were_split(catalog: Catalog, one: str, other: str) -> bool:
    """Whether a person has told two papers apart, or taken a record of one out of the other."""
    decided = catalog.sources.decided([one, other])
    if not any(paper.apart for paper in decided.values()):
        return False
    said = {
        made.paper.paper_id: {digest(record.paper) for record in made.records}
        for made in catalog.sources.made([one, other])
    }
    return any(
        mine in decided and not decided[mine].apart.isdisjoint(said.get(theirs, ()))
        for mine, theirs in ((one, other), (other, one))
    )


def _groups(catalog: Catalog) -> Iterator[tuple[str, list[Paper]]]:
    groups = [(key, ids) for key, ids in catalog.sources.shared_keys() if len(ids) <= _MOST_UNDER_ONE_KEY]
    for i in range(0, len(groups), _PAGE):
        page = groups[i : i + _PAGE]
        papers = catalog.papers_by_id(paper_id for _, ids in page for paper_id in ids)
        yield from ((key, [papers[paper_id] for paper_id in ids]) for key, ids in page)


def _pair(a: Paper, b: Paper, key: str) -> PossiblePair | None:
    kind = key.partition(":")[0]
    if kind == "title" and not (is_telling(a.title) and is_telling(b.title)):
        return None
    verdict = compared(a, b, None if kind == "title" else key)
    if verdict.same:
        against = "each was merged with another record first"
    elif verdict.different:
        return None
    else:
        against = verdict.reason
    return PossiblePair((a, b), "the same title" if kind == "title" else f"the same {key}", against)
