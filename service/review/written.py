"""Papers -> sentences that a language model wrote, each with quotes found in its abstract and past the gate.

The model sees sources under opaque ids and replies with claims and quotes. A reply with a fault (an id that was
never given out, a quote that stands nowhere, a number that is in no quote) is sent back once with what was wrong;
what still fails is dropped and named. Nothing the model writes is shown without passing `gate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from service.llm import (
    AnswerReply,
    DraftReply,
    Entailment,
    ModelRequest,
    Rendered,
    SourceSheet,
    Structured,
    complaint_about,
    load_prompt,
    render_sources,
    structured,
    with_source_ids,
)
from service.llm.replies.forms import ClaimReply
from service.records import Accounting, Citation, Dropped, Paper, Sentence, SentenceKind
from service.review.gate import graded, judged, unfounded
from service.review.judgement import Judgement
from service.review.untrusted import Untrusted
from service.text.normal import for_display, title_key

R = TypeVar("R", AnswerReply, DraftReply)
SHOWN_FAULTS = 4


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, past the gate, by paragraphs (an answer is one). `declined`: it said that nothing answers."""

    paragraphs: tuple[tuple[Sentence, ...], ...]
    missing: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    accounting: Accounting
    declined: bool = False

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(s for paragraph in self.paragraphs for s in paragraph)


def write_answer(
    request: ModelRequest, question: str, papers: Sequence[Paper], *, plan: str, max_claims: int
) -> Written:
    """At most `max_claims` claims that answer the question from the papers. Raises `ModelError`."""
    sheet = render_sources(papers, question=question, secret=request.secret)
    rendered = load_prompt("answer").render(
        question=question, plan=plan, sources=sheet.text, mark=sheet.mark, max_claims=str(max_claims)
    )
    doubts = Untrusted.of(question, papers)
    entailment = Entailment(request)
    reply = _asked(request, rendered, AnswerReply, sheet, doubts, entailment)
    shown, dropped = gated([(claim, "claim") for claim in reply.value.claims], sheet, doubts, entailment)
    missing, unasked = doubts.missing(reply.value.missing)
    return Written(
        paragraphs=(tuple(shown[:max_claims]),) if shown else (),
        missing=missing,
        dropped=(*dropped, *unasked),
        accounting=_accounting(request, rendered, reply, entailment),
        declined=not reply.value.claims and bool(reply.value.missing),
    )


def _asked(
    request: ModelRequest,
    rendered: Rendered,
    schema: type[R],
    sheet: SourceSheet,
    doubts: Untrusted,
    entailment: Entailment,
) -> Structured[R]:
    schema_sent = None if rendered.output is None else with_source_ids(rendered.output, tuple(sheet.by_id))
    return structured(
        request.model,
        rendered,
        schema,
        deadline=request.deadline,
        parameters=replace(request.parameters, schema=schema_sent),
        cache=request.cache,
        check=_checker(sheet, doubts, entailment),
        worth=lambda reply: len(gated(_parts(reply), sheet, doubts, entailment)[0]),
    )


def _checker(sheet: SourceSheet, doubts: Untrusted, entailment: Entailment) -> Callable[[R], str | None]:
    """What the one repair request says: unknown ids and absent quotes first, else what the gate would refuse."""

    def complaint(reply: R) -> str | None:
        about_quotes = complaint_about(reply, sheet)
        if about_quotes is not None:
            return about_quotes
        _, dropped = gated(_parts(reply), sheet, doubts, entailment)
        if not dropped:
            return None
        listed = "; ".join(f"{d.text[:120]!r}: {d.reason}" for d in dropped[:SHOWN_FAULTS])
        return f"{len(dropped)} sentences do not follow from their quotes: {listed}"

    return complaint


def _parts(reply: AnswerReply | DraftReply) -> list[tuple[ClaimReply, SentenceKind]]:
    if isinstance(reply, AnswerReply):
        return [(claim, "claim") for claim in reply.claims]
    return [(s, s.kind) for paragraph in reply.paragraphs for s in paragraph.sentences]


def gated(
    parts: Sequence[tuple[ClaimReply, SentenceKind]],
    sheet: SourceSheet,
    doubts: Untrusted,
    entailment: Entailment | None = None,
) -> tuple[list[Sentence], list[Dropped]]:
    """Sentences that may be shown, none twice, and those that may not; quotes that stand nowhere are counted.

    With `entailment` the model is asked about those of which the words alone do not tell.
    """
    papers = {source.paper.paper_id: source.paper for source in sheet.by_id.values()}
    sentences = [_sentence(claim, kind, sheet) for claim, kind in parts]
    judgements = {s: judged(s, papers) for s in sentences if s.kind == "claim" and unfounded(s, papers) is None}
    asked = [_pair(s) for s, judgement in judgements.items() if judgement.doubtful and doubts.fault(s) is None]
    entailed = {} if entailment is None else entailment.of(asked)
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    for sentence in sentences:
        reason = unfounded(sentence, papers)
        if reason is None and sentence in judgements:
            settled = _settled(judgements[sentence], entailed.get(_pair(sentence)))
            reason = settled.reason if settled.verdict in ("contradicted", "unsupported") else None
            sentence = graded(sentence, settled)
        reason = reason or doubts.fault(sentence)
        if reason is None and _repeats(sentence, shown):
            reason = "it repeats an earlier sentence"
        if reason is None:
            shown.append(sentence)
        else:
            dropped.append(doubts.dropped(sentence, reason))
    return shown, [*dropped, *_quotes_of_nowhere([claim for claim, _ in parts], sheet)]


def _pair(sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    return sentence.text, tuple(c.quote for c in sentence.citations)


def _settled(judgement: Judgement, entailed: bool | None) -> Judgement:
    """The judgement of a doubtful sentence, once a model has been asked; `None`: it was not."""
    if entailed is None or not judgement.doubtful:
        return judgement
    if not entailed:
        return replace(judgement, verdict="unsupported", reason="the model does not find that its quotes entail it")
    carried = judgement.verdict != "unsupported"
    return judgement if carried else replace(judgement, verdict="supported", reason=None)


def _quotes_of_nowhere(claims: Sequence[ClaimReply], sheet: SourceSheet) -> list[Dropped]:
    """One remark with how many quotes were not used because they stand in no source word for word."""
    lost = sum(sheet.locate(quote.source, quote.quote) is None for claim in claims for quote in claim.quotes)
    if not lost:
        return []
    what = "quote stands" if lost == 1 else "quotes stand"
    return [Dropped("the model's quotes", f"{lost} {what} in no source word for word and cannot be used")]


def _sentence(claim: ClaimReply, kind: SentenceKind, sheet: SourceSheet) -> Sentence:
    """A claim with those of its quotes that stand in their abstracts, at their true offsets, each once."""
    citations: list[Citation] = []
    for quote in claim.quotes:
        located = sheet.locate(quote.source, quote.quote)
        if located is not None:
            found = Citation("", located.paper.paper_id, located.quote, located.start, located.end)
            if found not in citations:
                citations.append(found)
    text = " ".join(for_display(claim.text).split())
    whole = len(citations) == 1 and text == for_display(citations[0].quote)
    return Sentence(text, kind, "exact" if whole else "supported", tuple(citations))


def _repeats(sentence: Sentence, shown: Sequence[Sentence]) -> bool:
    return any(title_key(sentence.text) == title_key(other.text) for other in shown)


def why_not_shown(written: Written, what: Literal["answer", "draft"]) -> tuple[Dropped, ...]:
    """Why the extractive text stands instead of what a model wrote, and then each sentence it lost."""
    if written.declined:
        reason = "it says that the papers do not answer, but they hold sentences that do"
    elif written.dropped:
        reason = "nothing that it wrote passed the gate"
    else:
        reason = "it wrote no sentence"
    return (Dropped(f"the model's {what}", f"{reason}; this is the extractive one"), *written.dropped)


def remarks(writer: ModelRequest | None) -> tuple[Dropped, ...]:
    """What a request had to go without."""
    return () if writer is None else tuple(Dropped("kept replies", remark) for remark in writer.remarks)


def spent_by(request: ModelRequest) -> Accounting:
    """What a request's calls used, for a text that its model did not get to write."""
    usage, spent = request.book.usage, request.book.spent
    return Accounting("extractive", {}, usage.tokens_in, usage.tokens_out, round(spent.cost_usd, 6))


def _accounting(request: ModelRequest, rendered: Rendered, reply: Structured[R], entailment: Entailment) -> Accounting:
    versions = {rendered.name: str(rendered.version)}
    if reply.repaired:
        versions["repair"] = str(load_prompt("repair").version)
    if entailment.calls:
        versions["entailment"] = str(load_prompt("entailment").version)
    return replace(spent_by(request), composer=reply.model, prompt_versions=versions)
