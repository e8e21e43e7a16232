"""`GET /v1/overview` and `/v1/timeline.svg`: a library at a glance, with questions to begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import Final

from fastapi import FastAPI
from fastapi.responses import Response

from service.api.filters_document import ContractDocument
from service.api.replies import REFUSALS, AsciiJSON, file_content
from service.records import Paper
from service.render.timeline import timeline_svg
from service.review.core import ReviewCore
from service.text.normal import for_display
from service.vocabulary.function_words import FUNCTION_WORDS

_READ: Final = 400  # papers that the examples are made from
_SHOWN: Final = 3
_NAMED: Final = re.compile(r"([A-Z0-9][\w^+-]*[A-Z0-9][\w^+-]*|[A-Z][\w^+-]{3,24}): (.+)")
_PLURAL: Final = re.compile(r"[A-Z][a-z]+s")  # a subject, as in "Interferons: a primer", not a system's name
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_LONGEST: Final = 90


class OverviewDocument(ContractDocument):
    """`examples` are questions about papers of this library; empty where it is."""

    papers: int
    examples: list[str]


def add_overview(app: FastAPI, review: ReviewCore) -> None:
    """Add the routes to the app."""

    @app.get(
        "/v1/overview",
        summary="How many papers there are, and questions to begin with",
        responses={200: {"model": OverviewDocument}, **REFUSALS},
    )
    def get_overview() -> Response:
        examples = example_questions(islice(review.papers(), _READ))
        return AsciiJSON({"papers": review.count(), "examples": examples})

    @app.get(
        "/v1/timeline.svg",
        summary="The library's papers by year, as a drawing",
        response_class=Response,
        responses={200: {"content": file_content("image/svg+xml", text=True)}, **REFUSALS},
    )
    def draw_timeline() -> Response:
        policy = "default-src 'none'; frame-ancestors 'self'"
        headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
        return Response(timeline_svg(review.year_counts()), media_type="image/svg+xml", headers=headers)


def example_questions(papers: Iterable[Paper]) -> list[str]:
    """Up to three questions: two named systems on one subject, a subject of several titles, a paper's own subject."""
    titles = [for_display(p.title).rstrip(".") for p in papers if p.abstract]
    named = [(m[1], m[2]) for m in map(_NAMED.fullmatch, titles) if m]
    found = [*_difference(named), *_subjects(titles), *_shows([name for name, _ in named])]
    found += [f"What is known about {_lowered(title)}?" for title in titles if len(title) <= _LONGEST]
    return list(dict.fromkeys(found))[:_SHOWN]


def _difference(named: Sequence[tuple[str, str]]) -> list[str]:
    """A question about the two named systems whose titles share most words."""
    words = [(name, frozenset(_content(rest))) for name, rest in named]
    pairs = [(len(a & b), x, y) for i, (x, a) in enumerate(words) for y, b in words[i + 1 :] if x != y]
    shared, one, other = max(pairs, key=lambda pair: pair[0], default=(0, "", ""))
    return [f"How do {one} and {other} differ?"] if shared else []


def _shows(names: Sequence[str]) -> list[str]:
    """A question about the first name that is no plural."""
    return [f"What does {name} show?" for name in names if not _PLURAL.fullmatch(name)][:1]


def _subjects(titles: Sequence[str]) -> list[str]:
    """A question about the pair of neighbouring words that most titles have."""
    pairs: Counter[str] = Counter()
    for title in titles:
        words = [w.lower() if w.lower() not in FUNCTION_WORDS else "" for w in _WORD.findall(title)]
        pairs.update({f"{a} {b}" for a, b in pairwise(words) if a and b})
    pair, count = max(pairs.items(), key=lambda item: item[1], default=("", 0))
    return [f"What is known about {pair}?"] if count > 1 else []


def _content(text: str) -> list[str]:
    return [w for w in map(str.lower, _WORD.findall(text)) if w not in FUNCTION_WORDS]


def _lowered(title: str) -> str:
    first, _, rest = title.partition(" ")
    return f"{first.lower() if first.istitle() else first} {rest}".strip()
