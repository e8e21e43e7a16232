"""Judged scores of one answer: citation recall and precision after ALCE, faithfulness, nuggets.

Gao, Yen, Yu and Chen, "Enabling Large Language Models to Generate Text with Citations" (EMNLP 2023), section 3:
- a statement has citation recall 1 when it has a citation and all its cited passages together support it in full;
- a citation is irrelevant when (a) it alone doesn't support the statement and (b) taking it away doesn't change
  that the rest does (leave-one-out). It has precision 1 when its statement has recall 1 and it isn't irrelevant.
Recall is the mean over statements, precision that over citations. A passage here is a quote with its paper's title;
faithfulness asks the same of the whole cited abstracts. What the judge left unreadable takes its statement out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval.datasets.cases import Case
from eval.documents.reading import AnswerDocument, CitationDocument, SentenceDocument
from eval.judges.asking import Judge
from eval.scorers import UNSCORED, Score, StoredPaper, Submission
from eval.scorers.citations import fault_of_quote
from eval.scorers.score import clip

JUDGED = (
    "judged_citation_recall",
    "judged_citation_precision",
    "judged_faithfulness",
    "judged_nuggets_vital",
    "judged_nuggets",
)
_POINTS: Mapping[str, float] = {"full": 1.0, "partial": 0.5, "none": 0.0}
_WEIGHT_OF_OTHERS = 0.5


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim judged: `recall` and, for each citation in order, whether it is precise. `None`: unreadable."""

    text: str
    recall: bool | None
    precise: tuple[bool | None, ...]


def judge_answer(
    judge: Judge, case: Case, answer: AnswerDocument, papers: Mapping[str, StoredPaper]
) -> dict[str, Score]:
    """Every judged score of one answer, by name."""
    submission = Submission(case, answer, papers)
    statements = [judge_statement(judge, s, submission) for s in answer.claims]
    recalled = [s for s in statements if s.recall is not None]
    missed = tuple(f"not supported: {clip(s.text)!r}" for s in recalled if not s.recall)
    precise = [p for s in statements for p in s.precise if p is not None]
    stray = [(s.precise.count(False), s.text) for s in recalled if False in s.precise]
    vague = tuple(f"{n} citations not needed or not supporting: {clip(text)!r}" for n, text in stray)
    return {
        "judged_citation_recall": _mean([float(bool(s.recall)) for s in recalled], missed),
        "judged_citation_precision": _mean([float(p) for p in precise], vague),
        "judged_faithfulness": _faithfulness(judge, submission),
        "judged_nuggets_vital": _nuggets(judge, submission, lambda vital: 1.0 if vital else 0.0),
        "judged_nuggets": _nuggets(judge, submission, lambda vital: 1.0 if vital else _WEIGHT_OF_OTHERS),
    }


def judge_statement(judge: Judge, sentence: SentenceDocument, submission: Submission) -> Statement:
    """ALCE's recall of a statement and precision of each of its citations. A broken citation supports nothing."""
    passages = [_passage(c, submission.papers) for c in sentence.citations]
    there = tuple(p for p in passages if p is not None)
    if not there:
        return Statement(sentence.text, False, (False,) * len(passages))
    recall = _full(judge, sentence.text, there)
    if recall is None or not recall:
        return Statement(sentence.text, recall, (recall,) * len(passages))
    precise = tuple(False if p is None else _precise(judge, sentence.text, p, there) for p in passages)
    return Statement(sentence.text, True, precise)


def prefer(judge: Judge, question: str, one: str, other: str) -> float | None:
    """1 where `one` is better, 0 where `other` is, 0.5 for a tie or where the orders disagree. `None`: unreadable."""
    first, second = judge.prefers(question, one, other), judge.prefers(question, other, one)
    if first is None or second is None:
        return None
    points = {"first": 1.0, "tie": 0.5, "second": 0.0}
    mean = (points[first] + 1.0 - points[second]) / 2
    return mean if mean in (0.0, 1.0) else 0.5


def as_text(answer: AnswerDocument) -> str:
    """The answer as a judge reads it: sentences, then what is missing. Labels are left out."""
    lines = [s.text for s in answer.body] + [f"Missing: {m}" for m in answer.missing]
    return "\n".join(lines) or f"(no answer: {answer.status})"


def _precise(judge: Judge, claim: str, passage: str, passages: tuple[str, ...]) -> bool | None:
    if len(passages) == 1:
        return True
    alone = _full(judge, claim, (passage,))
    if alone is None or alone:
        return alone
    left = list(passages)
    left.remove(passage)
    rest = _full(judge, claim, tuple(left))
    return None if rest is None else not rest


def _full(judge: Judge, claim: str, passages: tuple[str, ...]) -> bool | None:
    verdict = judge.support(claim, passages)
    return None if verdict is None else verdict == "full"


def _passage(citation: CitationDocument, papers: Mapping[str, StoredPaper]) -> str | None:
    if fault_of_quote(citation, papers) is not None:
        return None
    return f"{papers[citation.paper_id or ''].title}: {citation.quote}"


def _faithfulness(judge: Judge, submission: Submission) -> Score:
    judged: list[tuple[SentenceDocument, bool]] = []
    for sentence in submission.answer.claims:
        ids = dict.fromkeys(c.paper_id or "" for c in sentence.citations)
        cited = tuple(f"{p.title}\n{p.abstract}" for p in (submission.papers.get(i) for i in ids) if p)
        verdict = _full(judge, sentence.text, cited) if cited else False
        if verdict is not None:
            judged.append((sentence, verdict))
    reasons = tuple(f"not in the abstracts: {clip(s.text)!r}" for s, held in judged if not held)
    return _mean([float(held) for _, held in judged], reasons)


def _nuggets(judge: Judge, submission: Submission, weight: Callable[[bool], float]) -> Score:
    claims = "\n".join(s.text for s in submission.answer.claims)
    points = total = 0.0
    missed = []
    for nugget in submission.case.nuggets:
        verdict = judge.states(claims, " / ".join(nugget.alternatives)) if claims else "none"
        if verdict is None or not weight(nugget.vital):
            continue
        total += weight(nugget.vital)
        points += weight(nugget.vital) * _POINTS[verdict]
        if verdict != "full":
            missed.append(f"{verdict}: {nugget.alternatives[0]!r}")
    return Score(points / total, tuple(missed)) if total else UNSCORED


def _mean(values: list[float], reasons: tuple[str, ...]) -> Score:
    return Score(sum(values) / len(values), reasons) if values else UNSCORED
