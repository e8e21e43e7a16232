"""Sentences with their quotes -> the text of an entailment request, under ids and a mark that neither can know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.llm.prompting.readable import readable
from service.llm.prompting.sources import drawing, fresh_id, fresh_mark


@dataclass(frozen=True, slots=True)
class PairSheet:
    """The rendered pairs; `ids` in the order the pairs were given in."""

    text: str
    mark: str
    ids: tuple[str, ...]


def render_pairs(pairs: Sequence[tuple[str, Sequence[str]]], *, secret: bytes | None = None) -> PairSheet:
    """Each a sentence and its quotes, made neutral as abstracts are. One secret, one request: one text."""
    shown = [(readable(text).text, [readable(quote).text for quote in quotes]) for text, quotes in pairs]
    draw = drawing(secret, *(part for text, quotes in pairs for part in (text, *quotes)))
    taken = " ".join(part for text, quotes in shown for part in (text, *quotes)).casefold()
    mark = fresh_mark(draw, taken)
    ids: list[str] = []
    blocks: list[str] = []
    for text, quotes in shown:
        ids.append(fresh_id(draw, f"{taken} {mark} {' '.join(ids)}"))
        tag = f'pair id="{ids[-1]}" mark="{mark}"'
        lines = [f"<{tag}>", f"{mark}| Sentence - {text}", *(f"{mark}| Quote - {quote}" for quote in quotes)]
        blocks.append("\n".join([*lines, f"</{tag}>"]))
    return PairSheet("\n\n".join(blocks), mark, tuple(ids))
