"""Questions of known answerability, answered from a field's library: what became of each, and shares of that.

Silence earns nothing: a refusal of an answerable question is counted as one, and every share is of all questions of
its kind, failed ones too. An answer from other papers than the question's own is not a right one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from eval.datasets.cases import Case
from eval.datasets.questions import FieldQuestion
from eval.documents.reading import AnswerDocument, CitationDocument, read_answer
from eval.scorers import StoredPaper
from eval.solvers.candidates import Candidate
from eval.tasks.answering import as_json
from service.errors import LitweaveError
from service.records.rates import Rate
from service.text.normal import title_key

Fate: TypeAlias = Literal["answered", "wrong paper", "uncertain", "refused", "failed"]
_PART_OF_GOLD: Final = 0.5
"""A quote shows a sentence that answers when it holds it, or is at least this much of it."""


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """What became of a question.

    `fate`: "wrong paper" is an answer that does not cite the question's own. `own_shown`, `gold_shown`: whether that
    paper, and a sentence of it that answers, are quoted, in an uncertain answer too. `papers`: how many are cited.
    """

    question: FieldQuestion
    fate: Fate
    own_shown: bool = False
    gold_shown: bool = False
    papers: int = 0
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class FieldLibrary:
    """The papers of a library by id, as citations are checked against."""

    papers: Mapping[str, StoredPaper]
    by_id: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {p.paper_id: title_key(p.title) for p in self.papers.values()})

    def quoted(self, answer: AnswerDocument) -> dict[str, list[str]]:
        """Title key -> the quotes of that paper that stand in its abstract, in order of first citation."""
        found: dict[str, list[str]] = {}
        for claim in answer.claims:
            for citation in claim.citations:
                if self._stands(citation):
                    found.setdefault(self.by_id[citation.paper_id or ""], []).append(citation.quote or "")
        return found

    def _stands(self, citation: CitationDocument) -> bool:
        paper = self.papers.get(citation.paper_id or "")
        return paper is not None and bool(citation.quote) and (citation.quote or "") in paper.abstract


def answer_questions(
    candidate: Candidate, questions: Sequence[FieldQuestion], on_question: Callable[[], object] = lambda: None
) -> list[AnsweredQuestion]:
    """Each question asked. Those whose own paper the library lacks are failures, and named as such."""
    library = FieldLibrary(candidate.papers)
    known = set(library.by_id.values())
    found = []
    for question in questions:
        if not known.issuperset(question.own):
            found.append(AnsweredQuestion(question, "failed", failure="its paper is not in the library"))
        else:
            found.append(_asked(candidate, question, library))
        on_question()
    return found


def _asked(candidate: Candidate, question: FieldQuestion, library: FieldLibrary) -> AnsweredQuestion:
    try:
        answer = read_answer(as_json(candidate.solve(_as_case(question))))
    except LitweaveError as error:
        return AnsweredQuestion(question, "failed", failure=f"{type(error).__name__}: {error}")
    quoted = library.quoted(answer)
    own = [quote for key in question.own for quote in quoted.get(key, [])]
    shown = any(shows(quote, gold) for quote in own for gold in question.gold)
    return AnsweredQuestion(question, _fate(question, answer, bool(own)), bool(own), shown, len(quoted))


def _fate(question: FieldQuestion, answer: AnswerDocument, own_shown: bool) -> Fate:
    """As the worst reading has it: claims under a refusal are an answer where there is none to give."""
    if answer.status == "failed":
        return "failed"
    if not answer.claims or (answer.status == "not_in_corpus" and question.answerable):
        return "refused"
    if answer.status == "uncertain":
        return "uncertain"
    return "wrong paper" if question.answerable and not own_shown else "answered"


def shows(quote: str, gold: str) -> bool:
    """Whether a quote shows a sentence that answers: holds it, or is a good part of it."""
    a, b = " ".join(quote.split()), " ".join(gold.split()).strip(" .")
    return bool(b) and (b in a or (a.strip(" .") in b and len(a) >= _PART_OF_GOLD * len(b)))


def _as_case(question: FieldQuestion) -> Case:
    """The question as solvers take it; which corpus it names is of no account to them."""
    return Case(
        id=question.text,
        corpus="listings",
        question=question.text,
        kind="factual" if question.answerable else "unanswerable",
        answerable="yes" if question.answerable else "no",
        gold=question.own if question.answerable else (),
        provenance="../shared/data",
    )


def fates(answered: Iterable[AnsweredQuestion]) -> dict[Fate, Rate]:
    """The share of each fate."""
    held = list(answered)
    every: tuple[Fate, ...] = ("answered", "wrong paper", "uncertain", "refused", "failed")
    return {fate: Rate(sum(a.fate == fate for a in held), len(held)) for fate in every}


def shown(answered: Iterable[AnsweredQuestion]) -> dict[str, Rate]:
    """Of all answerable questions: whether the right paper and the right sentence are shown."""
    held = [a for a in answered if a.question.answerable]
    return {
        "right paper shown": Rate(sum(a.own_shown for a in held), len(held)),
        "right sentence shown": Rate(sum(a.gold_shown for a in held), len(held)),
    }


def informedness(answered: Iterable[AnsweredQuestion]) -> float | None:
    """The share of answerable questions answered rightly less that of others answered anyway (Youden 1950).

    In [-1, 1], higher is better; 0 for whoever refuses, doubts or answers everything. `None` without both kinds.
    """
    held = list(answered)
    right = fates(a for a in held if a.question.answerable)["answered"].share
    anyway = fates(a for a in held if not a.question.answerable)["answered"].share
    return None if right is None or anyway is None else right - anyway


def groups(answered: Sequence[AnsweredQuestion]) -> dict[tuple[str, str], list[AnsweredQuestion]]:
    """By kind over all fields, then by kind and field."""
    kinds = list(dict.fromkeys(a.question.kind for a in answered))
    fields = list(dict.fromkeys(a.question.field for a in answered))
    made: dict[tuple[str, str], list[AnsweredQuestion]] = {
        (k, "all"): [a for a in answered if a.question.kind == k] for k in kinds
    }
    for k in kinds:
        for f in fields:
            held = [a for a in answered if (a.question.kind, a.question.field) == (k, f)]
            if held:
                made[k, f] = held
    return made


def as_document(answered: Sequence[AnsweredQuestion]) -> dict[str, Any]:
    """Everything measured, as JSON values."""
    return {
        "questions": len(answered),
        "informedness": informedness([a for a in answered if a.question.kind in ("answerable", "near miss")]),
        "groups": [
            {
                "kind": kind,
                "field": name,
                "fates": {fate: rate.as_document() for fate, rate in fates(held).items()},
                "shown": {what: rate.as_document() for what, rate in shown(held).items()},
                "papers_cited": sum(a.papers for a in held) / len(held),
            }
            for (kind, name), held in groups(answered).items()
        ],
        "failures": [
            f"{a.question.field}, {a.question.kind}: {a.question.text}: {a.failure}"
            for a in answered
            if a.failure is not None
        ],
    }
