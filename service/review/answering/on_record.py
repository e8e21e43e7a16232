"""Questions after what stands on a paper's record, not in its abstract: no quote can answer them, the record can."""

from __future__ import annotations

from service.annotate import AnnotatedAbstract
from service.records import Paper
from service.review.writing.references import short_name


def on_record(abstract: AnnotatedAbstract) -> str:
    """What the record holds of a paper (authors, date, venue, upvotes), and which of these it lacks."""
    paper = abstract.paper
    fields = {
        "authors": _authors(paper),
        "date": _date(paper),
        "venue": paper.venue,
        "upvotes": None if paper.upvotes is None else f"{paper.upvotes} upvotes",
    }
    known = "; ".join(value for value in fields.values() if value)
    lacking = ", ".join(name for name, value in fields.items() if not value)
    note = f"{short_name(abstract)}: the abstract does not say; the record has "
    if not known:
        return f"{note}no {lacking} either"
    return f"{note}{known}" + (f", and no {lacking}" if lacking else "")


def _authors(paper: Paper) -> str | None:
    if paper.authors:
        return ", ".join(paper.authors)
    return None if paper.author_count is None else f"{paper.author_count} authors without their names"


def _date(paper: Paper) -> str | None:
    if paper.date is None:
        return None if paper.year is None else str(paper.year)
    return f"{'listed on ' if paper.date_kind == 'listed' else ''}{paper.date}"
