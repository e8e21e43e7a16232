"""What the papers of a text or a search were restricted to, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service.records import AppliedFilters, Filters, Reference
from service.render.plain import visible
from service.render.reference import short_title
from service.render.shelves import papers_counted

_READING = {"to_read": "to be read", "reading": "being read", "read": "read", "none": "without a reading status"}
_PUBLICATION = {"concern": "under an expression of concern"}
_MOST_IDS = 3


def restriction(applied: AppliedFilters | None, references: Sequence[Reference] = ()) -> str:
    """ "Only papers of 2024 (“published in 2024”)."; "" without a restriction.

    A paper of the `references` is called by its short title, any other by its id.
    """
    if applied is None or not applied.filters:
        return ""
    parts = list(_parts(applied.filters, {r.paper_id: short_title(r.title) for r in references}))
    if applied.years_said is not None:
        parts[0] += f" (“{visible(applied.years_said)}”)"
    unknown = applied.without_year
    left_out = f" {papers_counted(unknown)} without a known year left out." if unknown else ""
    return f"Only papers {'; '.join(parts)}.{left_out}"


def _parts(filters: Filters, titles: Mapping[str, str]) -> Iterator[str]:
    """Years first."""
    low, high = filters.year_from, filters.year_to
    if low is not None or high is not None:
        yield _years(low, high)
    if filters.paper_ids:
        ids = filters.paper_ids
        named = _any([titles.get(i, i) for i in ids])
        yield f"named {named}" if len(ids) <= _MOST_IDS else f"among {len(ids):,} that are named"
    if filters.collections:
        yield f"in {_any(filters.collections)}"
    if filters.tags:
        yield f"tagged {_any(filters.tags)}"
    if filters.sources:
        yield f"from {_any(filters.sources)}"
    if filters.has_abstract is not None:
        yield "with an abstract" if filters.has_abstract else "without an abstract"
    if filters.reading_status:
        yield " or ".join(_READING[status] for status in filters.reading_status)
    if filters.publication_status:
        yield " or ".join(_PUBLICATION.get(status, status) for status in filters.publication_status)
    if filters.no_retracted:
        yield "neither retracted nor withdrawn"
    if filters.min_upvotes is not None:
        yield f"with at least {filters.min_upvotes:,} upvotes"


def _years(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return f"up to {high}" if low is None else f"from {low} on"
    return f"of {low}" if low == high else f"of {low} to {high}"


def _any(names: Sequence[str]) -> str:
    return " or ".join(f"“{visible(name)}”" for name in names)
