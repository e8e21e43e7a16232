"""A user's text over a corpus -> what of it the corpus supports, contradicts, or does not hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service import limits
from service.annotate.names import mentioned_names
from service.errors import SourceError, SourceTooLarge
from service.manuscript import Entry, Manuscript, Mark, Statement
from service.records import Accounting, Citation, Paper
from service.review.checking.clauses import clauses_of
from service.review.checking.kinds import claims_nothing, leans
from service.review.checking.parts import Part, bare, parts_of, readable
from service.review.checking.records import Check, CheckedClaim, CitedWork, Suggestion, Verdict
from service.review.checking.shelf import Finder, Found, Shelf
from service.review.checking.verdict import Finding, findings, supporting
from service.review.checking.wording import reason_for
from service.review.old_evidence import find_system
from service.review.references import labelled, references

COMPOSER = "rules"
_SEARCHED = 8  # papers looked at for a suggestion
_SUGGESTED = 2
_LONGEST = 3_000  # characters; what goes on without a full stop for two pages is no sentence
_SHOWN_QUOTES = 4
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on a statement with its reason and quotes."""

    verdict: Verdict
    reason: str | None
    citations: tuple[Citation, ...]


def check(
    shelf: Shelf,
    manuscript: Manuscript,
    *,
    file: str,
    bibliography: Sequence[Entry] = (),
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], None] = lambda: None,
) -> Check:
    """The check of a text. `bibliography` are entries of its .bib files; `progress` hears (done, of).

    `stop` is called before each statement and may raise. Raises `SourceTooLarge` for too many statements, and
    `SourceError` for a text that cites nothing and of which the corpus knows nothing.
    """
    if len(manuscript.statements) > limits.STATEMENTS_MAX:
        raise SourceTooLarge(
            f"{file!r} has {len(manuscript.statements):,} sentences, the limit is {limits.STATEMENTS_MAX:,}; check it "
            "in parts"
        )
    started = time.monotonic()
    finder = Finder(shelf, (*manuscript.entries, *bibliography))
    checker = _Checker(shelf, finder)
    claims = []
    for done, statement in enumerate(manuscript.statements, start=1):
        stop()
        claim = checker.claim(statement)
        if claim is not None:
            claims.append(claim)
        if progress is not None:
            progress(done, len(manuscript.statements))
    if not claims and not any(s.marks for s in manuscript.statements):
        raise SourceError(
            f"{file!r} cites nothing, and the library supports none of its {len(manuscript.statements)} sentences: "
            "there is nothing to check"
        )
    papers = {p.paper_id: p for p in checker.papers}
    used = dict.fromkeys(c.paper_id for claim in claims for c in claim.citations)
    labels = references(papers[paper_id] for paper_id in used)
    told = [replace(c, citations=labelled(c.citations, labels)) for c in claims]
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return Check(
        file=file,
        form=manuscript.form,
        statements=len(manuscript.statements),
        claims=tuple(told),
        references=tuple(labels.values()),
        accounting=Accounting(COMPOSER, elapsed_ms=elapsed_ms),
        asides=manuscript.asides,
    )


class _Checker:
    """Goes through a text in order: what a sentence leans on was cited before it."""

    def __init__(self, shelf: Shelf, finder: Finder) -> None:
        self._shelf = shelf
        self._finder = finder
        self._block = -1
        self._before: tuple[Found, ...] = ()
        self.papers: list[Paper] = []

    def claim(self, statement: Statement) -> CheckedClaim | None:
        """The checked claim; `None` for a statement that is left unjudged."""
        if statement.block != self._block:
            self._block, self._before = statement.block, ()
        found = {mark: self._found(mark) for mark in statement.marks}
        works = tuple(dict.fromkeys(f.work for fs in found.values() for f in fs))
        if not works:
            return self._uncited(statement)
        here = tuple(f for fs in found.values() for f in fs if f.papers)
        self._before = here
        if len(statement.text) > _LONGEST or claims_nothing(bare(statement), cites=True):
            return self._only_keys(statement, works)
        judged = _together([self._judged(part) for part in parts_of(statement, found)])
        judged = replace(judged, reason=_with_keys(judged.reason, works))
        suggested = () if judged.verdict in ("supported", "partly") else self._suggested(statement, here)
        return _claim(statement, works, judged, suggested)

    def _found(self, mark: Mark) -> tuple[Found, ...]:
        """What a citation leads to; a footnote that leads nowhere is a footnote."""
        found = [(c, self._finder.find(c)) for c in mark.cited]
        return tuple(f for c, f in found if f.papers or c.kind != "note")

    def _only_keys(self, statement: Statement, works: tuple[CitedWork, ...]) -> CheckedClaim | None:
        """A sentence that claims nothing may still cite what nobody knows."""
        if not any(work.status == "unknown_key" for work in works):
            return None
        return _claim(statement, works, Judged("not_in_corpus", _with_keys(None, works), ()), ())

    def _judged(self, part: Part) -> Judged:
        """One part against all it cites, clause by clause where it is not supported as a whole."""
        whole = self._of_works(part)
        clauses = clauses_of(part.text)
        if whole.verdict == "supported" or len(clauses) < 2 or not part.papers:
            return whole
        split = _together([self._of_works(Part(clause, part.found)) for clause in clauses])
        return whole if split.verdict == whole.verdict else split

    def _of_works(self, part: Part) -> Judged:
        """Each work that is cited; where a key is ambiguous the paper that says most."""
        said: list[Finding] = []
        for found in part.found:
            if found.papers:
                said += sorted(self._findings(part.text, found.papers), key=_worth)[-1:]
        if not said:
            return Judged("not_in_corpus", None, ())
        judged = _of_all(said)
        return replace(judged, reason=reason_for(judged.reason, part.text, [q.quote for q in judged.citations]))

    def _findings(self, text: str, papers: Sequence[Paper]) -> list[Finding]:
        self.papers += papers
        return findings(self._shelf, text, papers)

    def _uncited(self, statement: Statement) -> CheckedClaim | None:
        """A sentence without a citation: it may go on about the last one, tell of a named system, or lack its own."""
        if len(statement.text) > _LONGEST:
            return None
        text = bare(statement)
        if claims_nothing(text, cites=False):
            return None
        if self._before and leans(text):
            judged = self._judged(Part(text, self._before))
            if judged.verdict in ("supported", "partly", "contradicted"):
                return _claim(statement, tuple(dict.fromkeys(f.work for f in self._before)), judged, ())
            return None
        named = [p for name in mentioned_names(text)[:_NAMED] for p in find_system(self._shelf, name, None).own[:1]]
        if named:
            known = {p.paper_id for f in self._before for p in f.papers}
            best = max(self._findings(text, named), key=_worth, default=None)
            if best is not None and best.verdict == "contradicted":
                return _claim(statement, (), Judged("contradicted", best.reason, best.citations()), ())
            if best is not None and best.verdict == "supported" and best.paper.paper_id in known:
                works = tuple(f.work for f in self._before if best.paper in f.papers)
                return _claim(statement, works, Judged("supported", None, best.citations()), ())
        suggested = self._suggested(statement, ())
        if not suggested:
            return None
        quotes = tuple(Citation("", s.paper_id, s.quote, s.start, s.end) for s in suggested)
        return _claim(statement, (), Judged("supported", "it has no citation", quotes), suggested)

    def _suggested(self, statement: Statement, cited: Sequence[Found]) -> tuple[Suggestion, ...]:
        """Papers, other than those cited, of which one sentence supports the whole statement; best first."""
        text = bare(statement)
        known = {p.paper_id for f in cited for p in f.papers}
        hits = self._shelf.search(text[:2000], k=_SEARCHED, filters=None).hits
        papers = [h.paper for h in hits if h.paper.paper_id not in known]
        self.papers += papers
        good = sorted(supporting(self._shelf, text, papers), key=lambda f: (-f.score, -f.near))
        return tuple(self._suggestion(f) for f in good[:_SUGGESTED])

    def _suggestion(self, finding: Finding) -> Suggestion:
        paper, quote = finding.paper, finding.citations()[0]
        return Suggestion(paper.paper_id, self._finder.key_of(paper), paper.title, quote.quote, quote.start, quote.end)


def _claim(
    statement: Statement, works: tuple[CitedWork, ...], judged: Judged, suggested: tuple[Suggestion, ...]
) -> CheckedClaim:
    return CheckedClaim(
        text=readable(statement),
        line=statement.line,
        start=statement.start,
        end=statement.end,
        cited=works,
        verdict=judged.verdict,
        reason=judged.reason,
        citations=judged.citations,
        suggested=suggested,
    )


def _worth(finding: Finding) -> tuple[int, float, float]:
    order: dict[Verdict, int] = {"supported": 3, "partly": 2, "contradicted": 1, "not_in_corpus": 0}
    return order[finding.verdict], finding.score, finding.near


def _of_all(said: Sequence[Finding]) -> Judged:
    """Several papers cited for one thing: all have to say it; what only some say is partly supported."""
    verdicts = {f.verdict for f in said}
    quotes = tuple(dict.fromkeys(q for f in said for q in f.citations()))[:_SHOWN_QUOTES]
    if verdicts == {"supported"}:
        return Judged("supported", None, quotes)
    if "supported" in verdicts:
        silent = [f for f in said if f.verdict != "supported"]
        names = " and ".join(f"“{f.paper.title}”" for f in silent)
        return Judged("partly", f"the abstract of {names} does not say it: {silent[0].reason}", quotes)
    best = max(said, key=_worth)
    return Judged(best.verdict, best.reason, best.citations() if len(said) == 1 else quotes)


def _together(parts: Sequence[Judged]) -> Judged:
    """The parts of one statement: a contradiction anywhere counts; what only some parts have is partly supported."""
    if len(parts) == 1:
        return parts[0]
    quotes = tuple(dict.fromkeys(q for p in parts for q in p.citations))
    verdicts = [p.verdict for p in parts]
    reason = next((p.reason for p in parts if p.verdict != "supported" and p.reason), None)
    if "contradicted" in verdicts:
        worst = parts[verdicts.index("contradicted")]
        return Judged("contradicted", worst.reason, worst.citations)
    if all(v == "supported" for v in verdicts):
        return Judged("supported", None, quotes)
    if any(v in ("supported", "partly") for v in verdicts):
        return Judged("partly", reason, quotes)
    return Judged("not_in_corpus", reason, quotes)


def _with_keys(reason: str | None, works: Sequence[CitedWork]) -> str | None:
    """The reason, with the keys that lead nowhere."""
    unknown = [w.key or "(empty)" for w in works if w.status == "unknown_key"]
    absent = [w.key for w in works if w.status == "not_in_library"]
    said = [f"no reference has the key {', '.join(unknown)}"] if unknown else []
    if absent:
        said.append(f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not in the library")
    return "; ".join(filter(None, (reason, *said))) or None
