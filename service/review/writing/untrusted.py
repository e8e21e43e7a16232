"""What a model may have taken over from hostile sentences of its sources: refused before anything is shown.

A judge asks whether a claim follows from its quotes. A hostile sentence can be quoted exactly, and its words can slip
in where a model may use some of its own (a connective, what is missing), so these are looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.annotate import AnnotatedAbstract
from service.annotate.hostile import hostile, links
from service.annotate.names import name_key, tokens
from service.records import Citation, Dropped
from service.text.normal import for_display
from service.text.terms import terms
from service.vocabulary import FUNCTION_WORDS, SCAFFOLDING

WITHHELD: Final = "a sentence that is not repeated here"
_WORD: Final = re.compile(r"\w+")
_TAINTED: Final = "it takes words from a sentence that gives orders, or holds a link"


@dataclass(frozen=True, slots=True)
class Untrusted:
    """The sentences that give orders among a request's sources: where they stand, and the words that only they have.

    Words of no subject (function words, words of asking and reporting) belong to nobody. `known_names` are keys of the
    names that the question and the titles hold.
    """

    spans: Mapping[str, Sequence[tuple[int, int]]]
    planted: frozenset[str]
    known_names: frozenset[str]

    @classmethod
    def of(cls, question: str, abstracts: Sequence[AnnotatedAbstract]) -> Untrusted:
        bad = [a for a in abstracts if hostile(a.paper.title) or links(a.paper.title)]
        titles = [a.paper.title for a in abstracts if a not in bad]
        planted: set[str] = set()
        honest = {term for text in (question, *titles, *FUNCTION_WORDS, *SCAFFOLDING) for term in terms(text)}
        for abstract in abstracts:
            for i, sentence in enumerate(abstract.sentences):
                found = planted if sentence.no_evidence == "order" else honest
                found.update(sentence.terms, _bare_terms(abstract.text(i)))
        planted.update(term for a in bad for term in (*a.title_terms, *_bare_terms(a.paper.title)))
        return cls(
            {a.paper.paper_id: [(s.start, s.end) for s in a.sentences if s.no_evidence == "order"] for a in abstracts},
            frozenset(planted - honest),
            frozenset(name_key(t) for text in (question, *titles) for t in tokens(text)),
        )

    def fault(self, text: str, citations: Iterable[Citation] = ()) -> str | None:
        """Why a model's words must not be shown, or `None`."""
        if any(self._touches(c.paper_id, c.start, c.end) for c in citations):
            return "it quotes a sentence that gives orders instead of telling of the work"
        if self.taints(text):
            return _TAINTED
        return None

    def taints(self, text: str) -> bool:
        """Whether a text is itself hostile, holds a link or a word that only hostile sentences have."""
        return hostile(text) or links(text) or not self.planted.isdisjoint(terms(text))

    def dropped(self, text: str, reason: str) -> Dropped:
        """A refused sentence to report; without its words where those would carry hostile ones on."""
        return Dropped(WITHHELD, _TAINTED) if self.taints(text) else Dropped(for_display(text), for_display(reason))

    def missing(self, notes: Iterable[str]) -> tuple[tuple[str, ...], tuple[Dropped, ...]]:
        """A writer's notes on what is missing, in its own words, and those that carry hostile words on as dropped."""
        shown = [line for note in notes if (line := " ".join(for_display(note).split()))]
        tainted = [line for line in shown if self.taints(line)]
        kept = tuple(dict.fromkeys(line for line in shown if line not in tainted))
        return kept, tuple(Dropped("a note on what is missing", _TAINTED) for _ in tainted)

    def _touches(self, paper_id: str, start: int, end: int) -> bool:
        return any(start < stop and begin < end for begin, stop in self.spans.get(paper_id, ()))


def _bare_terms(text: str) -> list[str]:
    """The terms of the words alone: LaTeX can join words that a reader sees apart."""
    return terms(" ".join(_WORD.findall(text)))
