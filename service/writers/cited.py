"""Papers with the keys that their references have in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from service.records import Paper, Reference, Span
from service.render.bibtex import plain_key
from service.render.plain import readable
from service.writers.writer import Selected


@dataclass(frozen=True, slots=True)
class Cited:
    """A paper with its reference, whose key no other of the file has, whatever the letters' case."""

    paper: Paper
    reference: Reference
    quotes: tuple[Span, ...]

    @property
    def key(self) -> str:
        return self.reference.key


def cited(papers: Iterable[Selected]) -> Iterator[Cited]:
    """Each paper with its reference, in order. Keys are ASCII; nothing but the keys given so far is held."""
    from service.review.writing.references import references  # a command's help must not wait for it

    taken: set[str] = set()
    last: dict[str, int] = {}
    for selected in papers:
        reference = references([selected.paper])[selected.paper.paper_id]
        stem = plain_key(selected.key or reference.key)
        key, number = stem, last.get(stem, 1)
        while key.lower() in taken:
            number += 1
            key = f"{stem}-{number}"
        last[stem] = number
        taken.add(key.lower())
        named = tuple(author for author in reference.authors if readable(author).strip("{} \u200c\u200d"))
        yield Cited(selected.paper, replace(reference, key=key, authors=named), selected.quotes)
