"""What is read off one abstract, once: plain records. Everything above takes them and normalises nothing again."""

from __future__ import annotations

from dataclasses import dataclass

from service.annotate.names import OwnNames
from service.annotate.no_evidence import NoEvidence
from service.annotate.quantities import Quantity
from service.annotate.rhetorical_roles import RhetoricalRole
from service.records import Paper, Span


@dataclass(frozen=True, slots=True)
class AnnotatedSentence:
    """One sentence: `abstract[start:end]`, a section label before it left out; empty where it is nothing but a label.

    `label` is the section label in force, as written ("METHODS"); it holds until the next.
    `search` is the search form of that text, `terms` its search terms in order, `names` the systems and data sets it
    mentions as written. `no_evidence` says why it is never quoted, or is `None`; its role then is `NOTE`.
    """

    start: int
    end: int
    label: str | None
    search: str
    terms: tuple[str, ...]
    role: RhetoricalRole
    no_evidence: NoEvidence | None
    names: tuple[str, ...]
    quantities: tuple[Quantity, ...]

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class AnnotatedAbstract:
    """A paper with its sentences in order; sentence `i` belongs to row `i` of the library's sentence vectors.

    `own` are the names that the paper coins; `title_terms` the search terms of its title.
    """

    paper: Paper
    sentences: tuple[AnnotatedSentence, ...]
    title_terms: tuple[str, ...]
    own: OwnNames

    def text(self, i: int) -> str:
        """Sentence `i`, verbatim."""
        return self.paper.abstract[self.sentences[i].start : self.sentences[i].end]

    @property
    def evidence(self) -> tuple[int, ...]:
        """Indices of the sentences that may be quoted."""
        return tuple(i for i, sentence in enumerate(self.sentences) if sentence.no_evidence is None)
