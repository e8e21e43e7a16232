"""What a model may have taken over from hostile sentences of its sources: refused before anything is shown.

The gate asks whether a claim follows from its quotes. A hostile sentence can be quoted exactly, and its words can
slip in where a model may use some of its own (a connective, what is missing), so these are looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.annotate.hostile import hostile, hostile_spans, links, planted_terms
from service.annotate.names import mentioned_names, name_key, tokens
from service.records import Dropped, Paper, Sentence
from service.review.coverage import content_words
from service.text.normal import for_display
from service.text.terms import terms

_WITHHELD = "a sentence that is not repeated here"
_ASKING = frozenset(
    t
    for word in "information details data evidence figure number value result comparison source abstract paper corpus "
    "mention report state specify given provide available exact question answer topic work".split()
    for t in terms(word)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Untrusted:
    """The hostile sentences among a request's sources: where they stand, and the words that only they have."""

    question: str
    spans: Mapping[str, Sequence[tuple[int, int]]]
    planted: frozenset[str]
    known_names: frozenset[str]

    @classmethod
    def of(cls, question: str, papers: Sequence[Paper]) -> Untrusted:
        bad = [p.title for p in papers if hostile(p.title) or links(p.title)]
        titles = " . ".join(p.title for p in papers if p.title not in bad)
        honest = f"{question} . {titles}"
        planted = planted_terms([p.abstract for p in papers], honest=honest)
        if bad:
            told = " . ".join((honest, *(p.abstract for p in papers)))
            planted |= frozenset(t for title in bad for t in terms(title)) - frozenset(terms(told))
        return cls(
            question,
            {p.paper_id: hostile_spans(p.abstract) for p in papers},
            planted,
            frozenset(name_key(t) for t in tokens(f"{question} . {titles}")),
        )

    def fault(self, sentence: Sentence) -> str | None:
        """Why a model's sentence must not be shown, or `None`."""
        if any(self._touches(c.paper_id, c.start, c.end) for c in sentence.citations):
            return "it quotes a sentence that gives orders instead of telling of the work"
        if self.taints(sentence.text):
            return "it takes words from a sentence that gives orders, or holds a link"
        if sentence.kind == "connective":
            strange = [n for n in mentioned_names(sentence.text) if name_key(n) not in self.known_names]
            if strange:
                return f"a connective must not name {strange[0]}"
        return None

    def taints(self, text: str) -> bool:
        """Whether a text is itself hostile, holds a link or a word that only hostile sentences have."""
        return hostile(text) or links(text) or not self.planted.isdisjoint(terms(text))

    def dropped(self, sentence: Sentence, reason: str) -> Dropped:
        """A refused sentence to report; without its words where those would carry hostile ones on."""
        tainted = self.fault(sentence)
        return Dropped(sentence.text, reason) if tainted is None else Dropped(_WITHHELD, tainted)

    def missing(self, said: Iterable[str]) -> tuple[tuple[str, ...], tuple[Dropped, ...]]:
        """What a model says is missing, as far as it is in the words of the question, and the rest as dropped.

        Where nothing remains of it, the question itself is what is missing.
        """
        asked = {*terms(self.question), *_ASKING}
        kept: list[str] = []
        dropped: list[Dropped] = []
        for item in map(for_display, said):
            words = content_words(item)
            if words and not self.taints(item) and all(asked.intersection(terms(w)) for w in words):
                kept.append(item)
            else:
                dropped.append(Dropped("a note on what is missing", "it is not in the words of what was asked"))
        return (tuple(kept) or ((self.question,) if dropped else ())), tuple(dropped)

    def _touches(self, paper_id: str, start: int, end: int) -> bool:
        return any(start < stop and begin < end for begin, stop in self.spans.get(paper_id, ()))
