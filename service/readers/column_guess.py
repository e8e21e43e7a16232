"""Which column of a table without names is which, where the content leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from service.readers.columns import Columns, is_missing
from service.vocabulary.columns import Column

FEWEST_ROWS: Final = 3
_SAMPLED: Final = 200
_LEAST_ABSTRACT: Final = 250
_LONGEST_HEADING: Final = 60
_SENTENCES: Final = re.compile(r"[a-z0-9)%][.!?]\s+[A-Z]")
_NAME: Final = re.compile(r"[^\W\d_][\w.'’-]{0,40}(?:[ ,]{1,2}[^\W\d_][\w.'’-]{0,40}){0,4}")

_KINDS: Final[tuple[tuple[Column, re.Pattern[str]], ...]] = (
    ("year", re.compile(r"(?:19|20)\d\d(?:\.0)?")),
    ("doi", re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?10\.\d{4,9}/\S{1,300}", re.IGNORECASE)),
    ("arxiv", re.compile(r"(?:arxiv:)?\d{4}\.\d{4,5}(?:v\d{1,2})?", re.IGNORECASE)),
    ("url", re.compile(r"https?://\S{1,1000}", re.IGNORECASE)),
    ("date", re.compile(r"(?:19|20)\d\d[-/]\d\d(?:[-/]\d\d)?(?:[T ][\d:.Z+-]{1,20})?")),
)


def guessed_columns(rows: Sequence[Sequence[object]]) -> tuple[Columns, bool] | None:
    """The columns by their content, and whether the first row is a heading; `None` where that is not certain.

    Certain is: three rows, one column of long texts in sentences, and besides it one column of short, unlike texts of
    several words that are neither names nor sentences.
    """
    if len(rows) < FEWEST_ROWS or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        return None
    texts = [[_text(row[at]) for row in rows[:_SAMPLED]] for at in range(len(rows[0]))]
    abstracts = [at for at, column in enumerate(texts) if _is_abstract(column[1:])]
    if len(abstracts) != 1:
        return None
    has_heading = all(len(column[0]) <= _LONGEST_HEADING for column in texts) and bool(texts[abstracts[0]][0])
    bodies = [column[has_heading:] for column in texts]
    places: dict[Column, tuple[int, ...]] = {"abstract": (abstracts[0],)}
    titles: list[int] = []
    for at, column in enumerate(bodies):
        kind = _kind(column)
        if at == abstracts[0]:
            continue
        if kind is not None:
            places.setdefault(kind, (at,))
        elif _is_names(column):
            places.setdefault("authors", (at,))
        elif _is_title(column):
            titles.append(at)
    if len(titles) != 1:
        return None
    places["title"] = (titles[0],)
    return Columns(places, len(rows[0])), has_heading


def _text(cell: object) -> str:
    return "" if is_missing(cell) else str(cell).strip()


def _share(column: Sequence[str], holds: Callable[[str], object]) -> float:
    filled = [text for text in column if text]
    return sum(bool(holds(text)) for text in filled) / len(filled) if filled else 0.0


def _kind(column: Sequence[str]) -> Column | None:
    return next((kind for kind, form in _KINDS if _share(column, form.fullmatch) >= 0.8), None)


def _is_abstract(column: Sequence[str]) -> bool:
    filled = [text for text in column if text]
    return (
        len(filled) * 2 >= len(column) > 0
        and median(map(len, filled)) >= _LEAST_ABSTRACT
        and _share(column, _SENTENCES.search) >= 0.8
    )


def _is_names(column: Sequence[str]) -> bool:
    """Persons' names: parted by ";" or "and", or "Family, Given"."""
    return _share(column, lambda text: len(text) < 5_000 and _are_names(text)) >= 0.8


def _are_names(text: str) -> bool:
    parts = re.split(r"\s*;\s*|\s+and\s+|\s*&\s*", " ".join(text.split()))
    parts = parts if len(parts) > 1 or "," not in text else [text]
    capital = all(part[:1].isupper() for part in text.replace(",", " ").replace(";", " ").split() if len(part) > 4)
    return ("," in text or len(parts) > 1) and capital and all(_NAME.fullmatch(part) for part in parts if part)


def _is_title(column: Sequence[str]) -> bool:
    filled = [text for text in column if text]
    return (
        len(filled) >= 0.9 * len(column)
        and len(set(filled)) >= 0.9 * len(filled)
        and 15 <= median(map(len, filled)) <= 200
        and median(len(text.split()) for text in filled) >= 3
        and _share(column, lambda text: text.endswith(".")) < 0.3
    )
