"""Evidence as data: scored sentences of annotated papers, and whether they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from service.annotate import AnnotatedAbstract
from service.records import Citation, Nearest, Paper
from service.review.evidence.corpus import Vectors

Answerability: TypeAlias = Literal["answered", "uncertain", "not_in_corpus"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentence `index` of a paper for a question. Both scores lie in [0, 1], higher is better.

    `relevance` orders sentences; `answers` is the calibrated probability that the sentence answers the question.
    """

    abstract: AnnotatedAbstract
    index: int
    relevance: float
    answers: float

    @property
    def paper(self) -> Paper:
        return self.abstract.paper

    @property
    def text(self) -> str:
        return self.abstract.text(self.index)

    def citation(self) -> Citation:
        """The sentence as a citation, without a label as yet."""
        sentence = self.abstract.sentences[self.index]
        return Citation("", self.paper.paper_id, self.text, sentence.start, sentence.end)


@dataclass(frozen=True, slots=True, eq=False)
class PaperEvidence:
    """One paper with its sentences that may be quoted, best first, and its vectors (row i: sentence i)."""

    abstract: AnnotatedAbstract
    sentences: tuple[Evidence, ...]
    score: float
    vectors: Vectors

    @property
    def paper(self) -> Paper:
        return self.abstract.paper

    @property
    def best(self) -> Evidence:
        return self.sentences[0]

    def lead(self) -> Nearest:
        """The paper with its best sentence, for a reader to look at."""
        said = self.best.citation()
        return Nearest(said.paper_id, self.paper.title, said.quote, said.start, said.end)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What retrieval found for a query: papers best first, whether they answer, and what nothing speaks of.

    `unknown_names`: named systems of which no paper speaks. `p_answered` is the calibrated probability behind `status`.
    `note` says what a model did not help with.
    """

    status: Answerability
    papers: tuple[PaperEvidence, ...]
    missing: tuple[str, ...]
    unknown_names: tuple[str, ...]
    p_answered: float
    note: str | None = None

    def leads(self, most: int) -> tuple[Nearest, ...]:
        """The first `most` papers, as leads."""
        return tuple(paper.lead() for paper in self.papers[:most])
