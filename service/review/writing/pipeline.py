"""Sources and a task -> sentences that a model wrote and a judge judged: the one call with all its checks.

The writer sees sources under opaque ids. Quotes are located in their abstracts, every sentence is judged against them,
the faulty ones go back once, and what is still not borne out is dropped and named. Nothing is shown unjudged but as
`undecided`. Each call's reply is kept by itself, so the same request asked again calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from service.annotate import AnnotatedAbstract
from service.errors import ModelCancelled, ModelError
from service.judge import Claim, Judge, Judgement
from service.judge.by_model import ModelJudge, is_verbatim
from service.llm import ModelRequest, Rendered, SourceSheet, load_prompt
from service.records import Accounting, Dropped, JudgeName, Sentence, Support
from service.review.writing import revision
from service.review.writing.mending import mended
from service.review.writing.model import R, Source, Task, Verified, WrittenSentence
from service.review.writing.placing import Placed, placed
from service.review.writing.sheet import sheet_of
from service.review.writing.untrusted import Untrusted
from service.text.normal import title_key

NOBODY: Final = JudgeName("none", measured=False)
_UNASKED: Final = Judgement("undecided", 0.5)


def generate(task: Task[R], sources: Sequence[Source], request: ModelRequest, judge: Judge | None) -> Verified[R]:
    """The task's reply with its sentences judged. Raises `ModelError`; the caller then does without a model."""
    sheet = sheet_of(sources, question=task.question, secret=request.secret)
    rendered = _rendered(task, sheet)
    ids = tuple(sheet.by_id)
    reply = request.reply(rendered, task.reply, {"source": ids, "sources": ids})
    versions = {task.prompt: str(rendered.version)} | ({"repair": _repair_version()} if reply.repaired else {})
    text = _Text([source.abstract for source in sources], task.question, sheet, judge)
    written = task.read(reply.value)
    text.take(written)
    faults = text.faults()
    if faults:
        versions[revision.PROMPT] = revision.version()
        try:
            text.revise(revision.revised(request, rendered, reply.value, sheet, written, faults), frozenset(faults))
        except ModelCancelled:
            raise
        except ModelError as error:
            text.notes.append(Dropped("the model's repair", str(error)))
    sentences, dropped = text.finished()
    missing, tainted = text.doubts.missing(task.missing(reply.value))
    if isinstance(judge, ModelJudge):
        versions |= judge.prompt_versions
        unasked = () if judge.failure is None else (Dropped("the judge's verdicts", judge.failure),)
    else:
        unasked = ()
    return Verified(
        value=reply.value,
        sentences=sentences if any(s.statement for s in written) else mended(sentences, text.abstracts),
        dropped=(*dropped, *tainted, *unasked),
        missing=missing,
        judge=NOBODY if judge is None else JudgeName(judge.name, judge.measured),
        accounting=replace(spent_by(request), composer=reply.model, prompt_versions=versions),
        papers={source_id: source.paper.paper_id for source_id, source in sheet.by_id.items()},
    )


def spent_by(request: ModelRequest) -> Accounting:
    """What a request's calls used so far, for a text that no model wrote or several calls made."""
    usage, spent = request.book.usage, request.book.spent
    return Accounting("extractive", {}, usage.tokens_in, usage.tokens_out, round(spent.cost_usd, 6))


def _rendered(task: Task[R], sheet: SourceSheet) -> Rendered:
    prompt = load_prompt(task.prompt)
    shown = {"sources": sheet.text, "mark": sheet.mark}
    return prompt.render(**{k: v for k, v in shown.items() if k in prompt.declared.variables}, **task.variables)


def _repair_version() -> str:
    return str(load_prompt("repair").version)


class _Text:
    """One text on its way: its sentences as they stand, what the judge said of each wording, and what was dropped."""

    def __init__(
        self, abstracts: Sequence[AnnotatedAbstract], question: str, sheet: SourceSheet, judge: Judge | None
    ) -> None:
        self.abstracts: Mapping[str, AnnotatedAbstract] = {a.paper.paper_id: a for a in abstracts}
        self.doubts = Untrusted.of(question, abstracts)
        self.notes: list[Dropped] = []
        self._sheet = sheet
        self._judge = judge
        self._placed: list[Placed] = []
        self._gone: dict[int, str] = {}
        self._same: dict[int, int] = {}
        self._said: dict[Claim, Judgement] = {}

    def take(self, written: Sequence[WrittenSentence], returned: frozenset[int] = frozenset()) -> None:
        """Locate the quotes of the sentences as they are now, and have the new wordings judged in one go.

        What rests on sentences that were `returned` to their writer is judged also without those, as they may fall.
        """
        self._placed = placed(written, self._sheet, self.doubts)
        self._ask(returned)

    def faults(self) -> dict[int, list[str]]:
        """What is wrong with each sentence that cannot be shown, by place."""
        found = {at: self._faults(at) for at in range(len(self._placed))}
        return {at: [*told, *self._placed[at].lost] for at, told in found.items() if told}

    def revise(self, made: revision.Revision, returned: frozenset[int]) -> None:
        """Take the sentences as their writer mended those `returned` to it."""
        for at in made.withdrawn:
            self._gone[at] = f"its writer took it back: {'; '.join(self._faults(at))}"
        self.take(made.written, returned)

    def finished(self) -> tuple[tuple[Sentence | None, ...], tuple[Dropped, ...]]:
        """The sentences that may be shown, by place, and those that may not.

        Where a sentence falls, what rests on it is judged again over what is left of its basis.
        """
        self._drop_repeated()
        while True:
            self._ask()
            fallen = {at: "; ".join(told) for at in range(len(self._placed)) if (told := self._faults(at, last=True))}
            self._gone.update(fallen)
            if not fallen:
                break
        sentences = tuple(None if at in self._gone else self._shown(at) for at in range(len(self._placed)))
        dropped = [self.doubts.dropped(self._placed[at].text, self._gone[at]) for at in sorted(self._gone)]
        lost = sum(len(p.lost) for at, p in enumerate(self._placed) if at not in self._gone)
        if lost:
            what = "quote stands" if lost == 1 else "quotes stand"
            self.notes.append(Dropped("the model's quotes", f"{lost} {what} in no source word for word"))
        return sentences, (*dropped, *self.notes)

    def _drop_repeated(self) -> None:
        met: dict[tuple[str, frozenset[str]], int] = {}
        good = [at for at in range(len(self._placed)) if at not in self._gone and not self._faults(at, last=True)]
        for at in good:
            sentence = self._placed[at]
            # A cell of a table says of its own paper what another cell may say of another.
            of = frozenset(c.paper_id for c in sentence.citations) if sentence.statement else frozenset()
            first = met.setdefault((title_key(sentence.judged_as), of), at)
            if first != at:
                self._gone[at] = "it repeats an earlier sentence"
                if self._placed[first].kind == "claim":
                    self._same[at] = first

    def _ask(self, doubtful: frozenset[int] = frozenset()) -> None:
        claims = [self._claim(at, without) for at in range(len(self._placed)) for without in (frozenset(), doubtful)]
        new = [claim for claim in dict.fromkeys(claims) if claim is not None and claim not in self._said]
        if not new:
            return
        said = [_UNASKED] * len(new) if self._judge is None else self._judge.support(new, self.abstracts)
        for claim, judgement in zip(new, said, strict=True):
            exact = judgement.label == "undecided" and is_verbatim(claim)
            self._said[claim] = Judgement("supported", 1.0) if exact else judgement

    def _claim(self, at: int, without: frozenset[int] = frozenset()) -> Claim | None:
        """What is judged of a sentence: with the quotes of those it rests on, as far as they stand."""
        sentence = self._placed[at]
        if at in self._gone or sentence.faults or self._basis_lost(at, without):
            return None
        below = [c for i in self._basis(at, without) for c in self._placed[i].citations]
        return Claim(sentence.judged_as, tuple(dict.fromkeys([*sentence.citations, *below])))

    def _basis(self, at: int, without: frozenset[int] = frozenset()) -> tuple[int, ...]:
        """The places of what a sentence rests on, as far as it stands."""
        basis = dict.fromkeys(self._same.get(i, i) for i in self._placed[at].basis)
        return tuple(i for i in basis if i not in self._gone and i not in without and not self._placed[i].faults)

    def _basis_lost(self, at: int, without: frozenset[int] = frozenset()) -> str | None:
        sentence = self._placed[at]
        least = {"claim": 0, "connective": 1, "synthesis": 2 - bool(sentence.citations)}[sentence.kind]
        return "a sentence that it rests on cannot be shown" if len(self._basis(at, without)) < least else None

    def _faults(self, at: int, *, last: bool = False) -> list[str]:
        """All that keeps a sentence from being shown; none for one that is gone already.

        The `last` time, one that is borne out but for a part that can be named is shown as such.
        """
        if at in self._gone:
            return []
        sentence = self._placed[at]
        if sentence.faults:
            return list(sentence.faults)
        lost = self._basis_lost(at)
        if lost is not None:
            return [lost]
        claim = self._claim(at)
        if claim is None or (last and _in_part(self._said[claim], sentence)):
            return []
        return _told(self._said[claim], sentence)

    def _shown(self, at: int) -> Sentence:
        sentence, claim = self._placed[at], self._claim(at)
        assert claim is not None
        rests_on = self._basis(at) if sentence.kind == "synthesis" else ()
        support = _support(self._said[claim], sentence)
        return Sentence(sentence.text, sentence.kind, support, sentence.citations, rests_on)


def _in_part(judgement: Judgement, sentence: Placed) -> bool:
    return judgement.label == "partly" and judgement.part not in (None, sentence.judged_as)


def _told(judgement: Judgement, sentence: Placed) -> list[str]:
    """Why a judged sentence cannot be shown as it is, in words its writer can act on."""
    if judgement.label in ("supported", "undecided"):
        return []
    reason = judgement.reason or "its quotes do not bear it out"
    said = "its quotes say otherwise" if judgement.label == "contradicted" else "its quotes do not bear this out"
    part = judgement.part
    return [reason if part is None or part == sentence.judged_as else f"{said}: {part!r}. {reason}"]


def _support(judgement: Judgement, sentence: Placed) -> Support:
    if judgement.label == "undecided":
        return "undecided"
    if judgement.label == "partly":
        return "partial"
    exact = len(sentence.citations) == 1 and is_verbatim(Claim(sentence.text, sentence.citations))
    return "exact" if exact else "supported"
