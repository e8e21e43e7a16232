"""Questions after what stands on a paper's record, not in its abstract: who wrote it, when and where it appeared.

No quote can answer them, so the answer is that the abstract does not say, with what the record holds.
"""

from __future__ import annotations

import re
from typing import Final

from service.annotate.names import own_names
from service.records import Paper

_AUTHORS: Final = re.compile(
    r"^who (?:(?:is|are|was|were) (?:the )?(?:first |lead |corresponding )?authors?\b|wrote\b|authored\b|published\b)|"
    r"^(?:list|name|give|what|which) (?:me )?(?:is |are |were )?(?:the )?(?:names? of )?(?:the )?"
    r"(?:authors?|affiliations?|institutions?) (?:of|wrote|behind)\b|\bwritten by whom\b|\bhow many authors\b|"
    r"^who (?:is|are|was|were) (?:the )?(?:people|researchers|team) behind\b",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"^(?:when|(?:in )?(?:what|which) (?:year|month)|on (?:what|which) (?:date|day)) (?:was|were|did|is)\b"
    r".{0,120}\b(?:published|released|written|presented|listed|submitted|appear(?:ed)?|come out|introduced|proposed)\b|"
    r"\bpublication (?:date|year)\b",
    re.IGNORECASE,
)
_VENUE: Final = re.compile(
    r"^where (?:was|were|is)\b.{0,120}\b(?:published|presented|accepted)\b|"
    r"^(?:at|in )?(?:what|which) (?:venue|conference|journal|workshop)\b",
    re.IGNORECASE,
)


def on_record(question: str, paper: Paper) -> str | None:
    """What is missing from the abstract and what the record has, for a question after the record; else `None`."""
    for pattern, asked, known in (
        (_AUTHORS, "its authors", _authors(paper)),
        (_DATE, "its date", _date(paper)),
        (_VENUE, "where it appeared", paper.venue),
    ):
        if pattern.search(question.strip()):
            record = f"the record of the paper has: {known}" if known else "nor does the record of the paper"
            name = own_names(paper.title, paper.abstract).short or paper.title
            return f"{name}: the abstract does not say {asked}; {record}"
    return None


def _authors(paper: Paper) -> str | None:
    if paper.authors:
        return ", ".join(paper.authors)
    return None if paper.author_count is None else f"{paper.author_count} authors, without their names"


def _date(paper: Paper) -> str | None:
    if paper.date is None:
        return None if paper.year is None else str(paper.year)
    return f"{'listed on ' if paper.date_kind == 'listed' else ''}{paper.date}"
