"""Prepared sentences and a judge -> verdicts. Holds no library, so that a model may take its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from service.annotate import AnnotatedAbstract
from service.errors import NothingToCheck
from service.judge.alignment import AlignmentJudge, nearest, support_in
from service.judge.model import Claim, Judge, Judgement
from service.records import Accounting, Citation, JudgeName, Paper
from service.records.checks import Check, CheckedClaim, CitedWork, Suggestion, Unjudged, Verdict
from service.review.checking.citation_resolver import Resolution
from service.review.checking.parts import Part, readable
from service.review.checking.preparing import Pair, Prepared, PreparedSentence
from service.review.checking.sentence_kinds import GOES_ON, UNCITED
from service.review.writing.references import labelled, references
from service.text.normal import title_key

_COMPOSER: Final = "rules"
_READ_QUOTES: Final = 4  # of a paper, for a model; an abstract has about nine sentences
_SHOWN_QUOTES: Final = 4
_SUGGESTED: Final = 2
_REASONS: Final[dict[Verdict, str]] = {
    "not_in_corpus": "the abstract does not say it",
    "undecided": "whether the abstract says it was not decided",
}
_BY_WORTH: Final[tuple[Verdict, ...]] = ("not_in_corpus", "contradicted", "undecided", "partly", "supported")


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reason, the words that are not borne out, and the quotes to read; `title` of one paper."""

    verdict: Verdict
    reason: str | None = None
    part: str | None = None
    citations: tuple[Citation, ...] = ()
    score: float = 0.0
    title: str = ""

    @property
    def worth(self) -> tuple[int, float]:
        """How much the paper says of the text; higher is more."""
        return _BY_WORTH.index(self.verdict), self.score


Findings: TypeAlias = dict[Pair, Finding]
Progress: TypeAlias = Callable[[int, int], None]


def checked(
    prepared: Prepared,
    judge: Judge,
    *,
    progress: Progress | None = None,
    stop: Callable[[], None] = lambda: None,
) -> Check:
    """The check of a text: every sentence with a verdict, or with why it has none.

    `progress` hears (pairs of text and paper judged, of); `stop` is called before each and may raise. A judge that
    is a model is called once, for all of them. Raises `NothingToCheck` for a text that cites nothing, has no
    references, names no system of the library's papers, and of which the library knows nothing.
    """
    started = time.monotonic()
    file, text = prepared.request.file, prepared.request.manuscript
    findings = _judged(prepared, judge, progress, stop)
    outcomes = []
    for sentence in prepared.sentences:
        stop()
        outcomes.append(_Sentence(prepared, sentence, findings).outcome())
    claims = [o for o in outcomes if isinstance(o, CheckedClaim)]
    named = any(s.about == "named" for s in prepared.sentences)
    if not (claims or prepared.bibliography or named or any(s.marks for s in text.statements)):
        what = f"cites nothing, and the library supports none of its {len(text.statements)} sentences"
        raise NothingToCheck(f"{file!r} {what}: there is nothing to check")
    used = dict.fromkeys(c.paper_id for claim in claims for c in claim.citations)
    labels = references(prepared.abstracts[paper_id].paper for paper_id in used)
    return Check(
        file=file,
        form=text.form,
        statements=len(text.statements),
        claims=tuple(replace(c, citations=labelled(c.citations, labels)) for c in claims),
        references=tuple(labels.values()),
        accounting=Accounting(_COMPOSER, elapsed_ms=prepared.elapsed_ms + round((time.monotonic() - started) * 1000)),
        asides=text.asides,
        unjudged=tuple(o for o in outcomes if isinstance(o, Unjudged)),
        judge=JudgeName(judge.name, judge.measured),
        bibliography=prepared.bibliography,
    )


def _judged(prepared: Prepared, judge: Judge, progress: Progress | None, stop: Callable[[], None]) -> Findings:
    """A finding for each pair of text and paper; without a model by every sentence of the abstract."""
    by_model = not isinstance(judge, AlignmentJudge)
    pairs = [pair for pair, order in prepared.order.items() if order]
    claims = [Claim(pair[0], _quotes(prepared, pair, _READ_QUOTES if by_model else None)) for pair in pairs]
    step = len(claims) if by_model else 1
    judgements: list[Judgement] = []
    while len(judgements) < len(claims):
        stop()
        at = len(judgements)
        judgements += judge.support(claims[at : at + step], prepared.abstracts)
        if progress is not None:
            progress(len(judgements), len(claims))
    found = {pair: _finding(prepared, pair, j) for pair, j in zip(pairs, judgements, strict=True)}
    return found | {pair: _unread(prepared, pair) for pair in prepared.order if pair not in found}


def _unread(prepared: Prepared, pair: Pair) -> Finding:
    """Of a paper without a sentence to be judged by nothing is known, for or against."""
    abstract = prepared.abstracts[pair[1]]
    lacks = "no sentence that may be quoted" if abstract.sentences else "no abstract in the library"
    return Finding(
        "undecided", f"{abstract.paper.title!r} has {lacks}: look in the paper itself", title=abstract.paper.title
    )


def _finding(prepared: Prepared, pair: Pair, judgement: Judgement) -> Finding:
    """The judgement with the quotes to read, nearest first: by words, and before it, where that does not support, by
    words and meaning.
    """
    verdict: Verdict = "not_in_corpus" if judgement.label == "not_said" else judgement.label
    quotes = _quotes(prepared, pair, 0 if verdict == "supported" else 1)
    reason = judgement.reason or _REASONS.get(verdict)
    title = prepared.abstracts[pair[1]].paper.title
    return Finding(verdict, reason, judgement.part, quotes, judgement.score, title)


def _quotes(prepared: Prepared, pair: Pair, most: int | None) -> tuple[Citation, ...]:
    """The `most` sentences of the paper nearest to the text (`None`: all), then the one that has most of its words."""
    text, abstract = pair[0], prepared.abstracts[pair[1]]
    chosen = dict.fromkeys(i for i in (*prepared.order[pair][:most], nearest(text, abstract)) if i is not None)
    return tuple(_citation(abstract, i) for i in chosen)


def _citation(abstract: AnnotatedAbstract, index: int) -> Citation:
    sentence = abstract.sentences[index]
    return Citation("", abstract.paper.paper_id, abstract.text(index), sentence.start, sentence.end)


def _together(found: Sequence[Finding]) -> Finding:
    """Of papers or parts that all have to bear a text out: a contradiction anywhere counts, and what only some bear
    out is partly supported; undecided where one is, unless part of it is already known not to be borne out.
    """
    contradicted = next((f for f in found if f.verdict == "contradicted"), None)
    if contradicted is not None or len(found) < 2:
        return contradicted or next(iter(found), Finding("not_in_corpus"))
    verdicts = {f.verdict for f in found}
    verdict: Verdict = "not_in_corpus"
    if verdicts == {"supported"}:
        verdict = "supported"
    elif "undecided" in verdicts and "partly" not in verdicts:
        verdict = "undecided"
    elif verdicts & {"supported", "partly"}:
        verdict = "partly"
    short = [f for f in found if f.verdict != "supported" and (verdict != "undecided" or f.verdict == "undecided")]
    return Finding(
        verdict,
        next((f.reason for f in short if f.reason), None),
        next((f.part for f in short if f.part), None),
        tuple(dict.fromkeys(c for f in (*short, *found) for c in f.citations))[:_SHOWN_QUOTES],
    )


def _with_keys(reason: str | None, works: Sequence[CitedWork]) -> str | None:
    """The reason, with the keys that lead nowhere."""
    unknown = [w.key or "(empty)" for w in works if w.status == "unknown_key"]
    absent = [w.key for w in works if w.status == "not_in_library"]
    said = [f"no reference has the key {', '.join(unknown)}"] if unknown else []
    if absent:
        said.append(f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not in the library")
    return "; ".join(filter(None, (reason and reason.rstrip("."), *said))) or None


def _leads_to(resolution: Resolution, paper_id: str) -> bool:
    return any(a.paper.paper_id == paper_id for a in resolution.abstracts)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence with all that was found."""

    prepared: Prepared
    sentence: PreparedSentence
    findings: Findings

    def outcome(self) -> CheckedClaim | Unjudged:
        sentence = self.sentence
        if sentence.unjudged is not None:
            unknown = any(work.status == "unknown_key" for work in sentence.works)
            return self._claim(Finding("not_in_corpus")) if unknown else self._unjudged(sentence.unjudged)
        judged = _together([self._of_part(part) for part in sentence.parts])
        if sentence.about == "cited" or judged.verdict == "contradicted":
            return self._claim(judged)
        if sentence.about == "cited_before":
            return self._claim(judged) if judged.verdict in ("supported", "partly") else self._unjudged(GOES_ON)
        quotes = tuple(Citation("", s.paper_id, s.quote, s.start, s.end) for s in self._other_papers()[0])
        return self._uncited(quotes) if quotes else self._unjudged(UNCITED)

    def _uncited(self, quotes: Sequence[Citation]) -> CheckedClaim:
        """A sentence without a citation that papers bear out; where the paragraph cites one of them, that is enough."""
        around = self.sentence.around
        own = tuple(q for q in quotes if any(_leads_to(r, q.paper_id) for r in around))
        if not own:
            return self._claim(Finding("supported", "it has no citation", None, tuple(quotes)))
        works = dict.fromkeys(r.work for r in around for q in own if _leads_to(r, q.paper_id))
        cited = replace(self, sentence=replace(self.sentence, works=tuple(works)))
        return cited._claim(Finding("supported", None, None, own))

    def _of_part(self, part: Part) -> Finding:
        """A part against all that it cites; of several papers that one citation may mean, by the one that says most."""
        said = []
        for resolution in part.resolved:
            found = [f for a in resolution.abstracts if (f := self.findings.get((part.text, a.paper.paper_id)))]
            said += sorted(found, key=lambda f: f.worth)[-1:]
        if len({f.title for f in said}) > 1:
            said = [replace(f, reason=f.reason and f"“{f.title}”: {f.reason}") for f in said]
        return _together(said)

    def _claim(self, finding: Finding) -> CheckedClaim:
        statement, works = self.sentence.statement, self.sentence.works
        unsure = finding.verdict not in ("supported", "partly") or not works
        suggested, near = self._other_papers() if unsure else ((), ())
        return CheckedClaim(
            text=readable(statement),
            line=statement.line,
            start=statement.start,
            end=statement.end,
            cited=works,
            verdict=finding.verdict,
            reason=_with_keys(finding.reason, works),
            citations=finding.citations,
            suggested=suggested,
            part=finding.part,
            near=near if finding.verdict in ("not_in_corpus", "undecided") else (),
        )

    def _unjudged(self, reason: str) -> Unjudged:
        statement = self.sentence.statement
        near = sum(self._other_papers(), ())
        return Unjudged(readable(statement), statement.line, statement.start, statement.end, reason, near)

    def _other_papers(self) -> tuple[tuple[Suggestion, ...], tuple[Suggestion, ...]]:
        """Papers that it does not cite: those that bear it out, by alignment; else the one that comes nearest."""
        text = self.sentence.text
        papers = [(a, i) for a, i in self.sentence.elsewhere if not self._cites(a.paper)]
        good = [a for a, _ in papers if support_in(text, a).label == "supported"][:_SUGGESTED]
        if good:
            return tuple(self._suggestion(a, nearest(text, a) or 0) for a in good), ()
        return (), tuple(self._suggestion(a, i) for a, i in papers[:1])

    def _cites(self, paper: Paper) -> bool:
        """Whether the sentence cites the paper, or a work of its key or title, which a library may have twice."""
        works, key, title = self.sentence.works, self.prepared.entries.key_of(paper), title_key(paper.title)
        return any(w.key.casefold() == key.casefold() or title_key(w.title or "") == title for w in works)

    def _suggestion(self, abstract: AnnotatedAbstract, index: int) -> Suggestion:
        paper, quote = abstract.paper, _citation(abstract, index)
        key = self.prepared.entries.key_of(paper)
        return Suggestion(paper.paper_id, key, paper.title, quote.quote, quote.start, quote.end)
