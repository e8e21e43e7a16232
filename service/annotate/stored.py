"""An annotation as bytes to be kept, and back; and the names of a paper under which it is found."""

from __future__ import annotations

import json
import zlib
from itertools import chain
from typing import Any, Final

from service.annotate.model import AnnotatedAbstract, AnnotatedSentence
from service.annotate.names import OwnNames, name_key, names_in
from service.annotate.quantities import Quantity
from service.annotate.rhetorical_roles import RhetoricalRole
from service.records import Paper
from service.text.normal import for_search
from service.text.terms import singular

_LEVEL: Final = 1


def to_bytes(annotated: AnnotatedAbstract) -> bytes:
    """Everything but the paper itself; some 1.5 KB an abstract. A search form equal to its sentence is left out."""
    sentences = [
        [
            s.start,
            s.end,
            s.label,
            None if s.search == annotated.text(i) else s.search,
            " ".join(s.terms),
            s.role.value,
            s.no_evidence,
            s.names,
            [[q.value, q.unit, q.counted, q.start, q.end, q.symbol, q.bound] for q in s.quantities],
        ]
        for i, s in enumerate(annotated.sentences)
    ]
    own = [annotated.own.short, sorted(annotated.own.keys), sorted(annotated.own.phrases)]
    body = [_checksum(annotated.paper), sentences, " ".join(annotated.title_terms), own]
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)


def from_bytes(paper: Paper, stored: bytes) -> AnnotatedAbstract | None:
    """The annotation of a paper, or `None` where the bytes were made from another title or abstract, or are damaged."""
    try:
        checksum, sentences, title_terms, (short, keys, phrases) = json.loads(zlib.decompress(stored))
        if checksum != _checksum(paper):
            return None
        read = tuple(_sentence(paper.abstract, row) for row in sentences)
    except (ValueError, TypeError, zlib.error):
        return None
    return AnnotatedAbstract(
        paper, read, tuple(title_terms.split()), OwnNames(short, frozenset(keys), frozenset(phrases))
    )


def name_keys(annotated: AnnotatedAbstract) -> dict[str, bool]:
    """The keys of all names in a paper's title and abstract, and whether it coins each; plural acronyms twice.

    A method in plain words that heads the title, or that a coined acronym stands for, counts as coined.
    """
    found: dict[str, bool] = {}
    names = (names_in(for_search(annotated.paper.title)), *(sentence.names for sentence in annotated.sentences))
    for name in chain.from_iterable(names):
        found[name_key(name)] = False
        found[name_key(singular(name))] = False
    found |= dict.fromkeys(annotated.own.keys | annotated.own.phrases, True)
    found.pop("", None)
    return found


def _sentence(abstract: str, row: Any) -> AnnotatedSentence:
    """One row of `to_bytes`, as JSON gives it back."""
    start, end, label, search, terms, role, reason, names, quantities = row
    return AnnotatedSentence(
        start=start,
        end=end,
        label=label,
        search=abstract[start:end] if search is None else search,
        terms=tuple(terms.split()),
        role=RhetoricalRole(role),
        no_evidence=reason,
        names=tuple(names),
        quantities=tuple(Quantity(*quantity) for quantity in quantities),
    )


def _checksum(paper: Paper) -> int:
    return zlib.crc32(f"{paper.title}\0{paper.abstract}".encode("utf-8", "surrogatepass"))
