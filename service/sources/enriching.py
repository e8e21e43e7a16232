"""What a listing left out of a paper, looked up: authors, year, DOI and venue. A field that a source gave is kept.

All fields of a paper come from one record, so that no DOI stands beside another work's year. A date of listing is no
date of publication: where a paper has only that, the date of publication takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from service.identity import normal_doi, same_paper, strong_keys
from service.persons import surname_key
from service.records import Paper
from service.sources.lookup import ARXIV_BATCH, OnlineLookup

Field: TypeAlias = Literal["authors", "year", "doi", "venue"]
FIELDS: Final[tuple[Field, ...]] = ("authors", "year", "doi", "venue")


@dataclass(frozen=True, slots=True)
class FieldFill:
    """A field as it is (`None`: not there; a year may be that of a listing) and as it would be."""

    field: Field
    was: str | None
    now: str


@dataclass(frozen=True, slots=True)
class Enrichment:
    """A paper and the record that it can be completed from. `source`: who has the record."""

    paper: Paper
    found: Paper
    source: str
    fills: tuple[FieldFill, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Under what the paper may be found from now on."""
        return tuple(strong_keys(self.found))


@dataclass(frozen=True, slots=True)
class Unenriched:
    """A paper of which nothing more was found, and why."""

    paper: Paper
    lacks: tuple[Field, ...]
    reason: str


def lacking(paper: Paper) -> tuple[Field, ...]:
    """The fields that no source gave."""
    missing = {
        "authors": not paper.authors,
        "year": _has_no_year(paper),
        "doi": paper.doi is None,
        "venue": paper.venue is None,
    }
    return tuple(field for field in FIELDS if missing[field])


def filled(paper: Paper, found: Paper) -> Paper:
    """The paper with what it lacks from a record of the same work.

    DOI and venue are taken only with the year they belong to: not where the paper has a year of publication that
    differs from the record's.
    """
    result = paper
    if not paper.authors and found.authors:
        result = replace(result, authors=found.authors, author_count=paper.author_count or found.author_count)
    if _has_no_year(paper) and found.year is not None and found.date_kind == "published":
        result = replace(result, year=found.year, date=found.date, date_kind=found.date_kind)
    if _has_no_year(result) or result.year != found.year:
        return result
    return replace(result, doi=paper.doi or found.doi, venue=paper.venue or found.venue)


def enrich(
    papers: Sequence[Paper], lookup: OnlineLookup, *, known: Mapping[str, str]
) -> Iterator[Enrichment | Unenriched]:
    """For each paper that lacks something, in order, what it can be completed with, or why it cannot.

    `known`: which paper of the library has an identity key (`doi:…`). Raises as `Client.get`.
    """
    for at in range(0, len(papers), ARXIV_BATCH):
        batch = papers[at : at + ARXIV_BATCH]
        numbers = {paper.paper_id: _ids(paper) for paper in batch}
        arxivs = sorted({ids["arxiv"] for ids in numbers.values() if "arxiv" in ids})
        pmids = sorted({ids["pmid"] for ids in numbers.values() if "pmid" in ids and "arxiv" not in ids})
        by_arxiv = lookup.by_arxivs(arxivs) if arxivs else {}
        by_pmid = lookup.by_pmids(pmids) if pmids else {}
        for paper in batch:
            ids = numbers[paper.paper_id]
            found = by_arxiv.get(ids.get("arxiv", "")) or by_pmid.get(ids.get("pmid", ""))
            yield _outcome(paper, (found,) if found is not None else _candidates(paper, ids, lookup), known)


def _ids(paper: Paper) -> dict[str, str]:
    return {kind: value for kind, _, value in (key.partition(":") for key in strong_keys(paper))}


def _candidates(paper: Paper, ids: Mapping[str, str], lookup: OnlineLookup) -> tuple[Paper, ...]:
    if "doi" not in ids:
        return lookup.by_title(paper.title)
    found = lookup.by_doi(ids["doi"])
    return () if found is None else (found,)


def _outcome(paper: Paper, candidates: Sequence[Paper], known: Mapping[str, str]) -> Enrichment | Unenriched:
    lacks = lacking(paper)
    same = [found for found in candidates if _is_same(paper, found)]
    if not same:
        return Unenriched(paper, lacks, "no work was found that is certainly the same")
    if len({surname_key(found.authors[0]) for found in same if found.authors}) > 1:
        return Unenriched(paper, lacks, "works of several authors have this title")
    best = max(same, key=lambda found: len(_fills(paper, found)))
    fills = _fills(paper, best)
    if not fills:
        return Unenriched(paper, lacks, "who has it knows no more, or another year")
    doi = f"doi:{normal_doi(best.doi or '')}"
    if known.get(doi, paper.paper_id) != paper.paper_id:
        return Unenriched(paper, lacks, f"the library has the work of {best.doi} already, as {known[doi]!r}")
    return Enrichment(paper, best, best.origin.name if best.origin else "", fills)


def _is_same(paper: Paper, found: Paper) -> bool:
    """Whether a record is the paper's; where an abstract is missing, the number of authors must agree as well."""
    undated = replace(paper, year=None, date=None) if _has_no_year(paper) else paper
    if not same_paper(undated, found):
        return False
    counts_differ = None not in (paper.author_count, found.author_count) and paper.author_count != found.author_count
    return not counts_differ or bool(paper.abstract and found.abstract) or bool(_shared(paper, found))


def _shared(paper: Paper, found: Paper) -> set[str]:
    return set(strong_keys(paper)) & set(strong_keys(found))


def _fills(paper: Paper, found: Paper) -> tuple[FieldFill, ...]:
    pairs = zip(FIELDS, _shown(paper), _shown(filled(paper, found)), strict=True)
    return tuple(FieldFill(field, was, now) for field, was, now in pairs if now is not None and was != now)


def _shown(paper: Paper) -> tuple[str | None, str | None, str | None, str | None]:
    """The fields as text, in the order of `FIELDS`."""
    return "; ".join(paper.authors) or None, _year(paper), paper.doi, paper.venue


def _year(paper: Paper) -> str | None:
    if paper.year is None:
        return None
    return f"{paper.year} (listed)" if paper.date_kind == "listed" else str(paper.year)


def _has_no_year(paper: Paper) -> bool:
    return paper.year is None or paper.date_kind == "listed"
