"""Hugging Face Daily Papers (https://huggingface.co/docs/hub/api#get-apidailypapers): a listing for each day.

The service does not search: days are read from today back to `since` (a week where none is given), and papers whose
title and abstract have all words of the query are kept. A cursor is `YYYY-MM-DD page`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from service.readers.daily_papers_html import DailyPapersReply
from service.records import Paper
from service.sources.source import MalformedReply, Outline, Query, Request, Site, Source, parsed_json
from service.text.terms import STOP_TERMS, terms

SITE: Final = Site("daily-papers", "Hugging Face Daily Papers", "https://huggingface.co", interval_s=0.5)
DAYS: Final = 7
_FIRST_DAY: Final = date(2023, 5, 4)
"""Of the listing; before it there is nothing to ask for."""


def _request(query: Query, cursor: str) -> Request:
    day, page = _place(query, cursor)
    return Request("/api/daily_papers", {"date": day.isoformat(), "limit": str(query.size), "p": str(page)})


def _outline(query: Query, cursor: str, body: bytes) -> Outline:
    found = parsed_json(body)
    if not isinstance(found, list):
        raise MalformedReply("it is no list of papers")
    day, page = _place(query, cursor)
    if len(found) >= query.size:
        return Outline(f"{day.isoformat()} {page + 1}", has_records=bool(found))
    before = day - timedelta(days=1)
    first = query.since or query.today - timedelta(days=DAYS - 1)
    return Outline(f"{before.isoformat()} 0" if before >= max(first, _FIRST_DAY) else None, has_records=bool(found))


def _place(query: Query, cursor: str) -> tuple[date, int]:
    day, _, page = cursor.partition(" ")
    return (date.fromisoformat(day), int(page)) if day else (query.today, 0)


def _keeps(query: Query, paper: Paper) -> bool:
    return set(terms(query.text)) - STOP_TERMS <= set(terms(f"{paper.title} {paper.abstract}"))


SOURCE: Final = Source(
    SITE, DailyPapersReply(), first="", page_size=100, request=_request, outline=_outline, keeps=_keeps, sparse=True
)
