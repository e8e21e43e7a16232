"""A verdict's reason in the terms of whoever wrote the sentence, with the figure that the abstract has instead."""

from __future__ import annotations

from collections.abc import Sequence

from service.review.checking.verdict import CLOSE
from service.review.faithful.figures import Figure, figures
from service.text.normal import for_search

_SAID = (
    ("its words are not carried by the quote", "the abstract does not speak of it"),
    ("the quote", "the abstract"),
    ("in its quotes", "in the abstract"),
)
_MOST_RIVALS = 3


def reason_for(reason: str | None, text: str, quotes: Sequence[str]) -> str | None:
    """The reason in the writer's terms; for a figure that is not there also the ones of its unit that are."""
    if reason is None:
        return None
    if reason.startswith(CLOSE):
        detail = reason.removeprefix(f"{CLOSE}: ")
        reason = CLOSE if detail == _SAID[0][0] else reason
    for ours, theirs in _SAID:
        reason = reason.replace(ours, theirs)
    rivals = _rivals(text, quotes) if reason.startswith("the number") else ()
    return f"{reason}, which has {' and '.join(rivals)}" if rivals else reason


def _rivals(text: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Figures of the quotes with the unit of one that only the text has, and that the text does not have; `41.8%`."""
    there = [f for quote in quotes for f in figures(for_search(quote))]
    said = figures(for_search(text))
    known, given = {f.value for f in there}, {f.value for f in said}
    units = {f.unit for f in said if f.unit and f.value not in known}
    rivals = [f for f in there if f.unit in units and f.value not in given]
    written = tuple(dict.fromkeys(map(_written, rivals)))
    return written if len(written) <= _MOST_RIVALS else ()


def _written(figure: Figure) -> str:
    return figure.said + ("%" if figure.unit == "%" else f" {figure.unit}")
