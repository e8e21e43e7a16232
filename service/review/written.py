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
from service.llm.replies import ClaimReply
from service.records import Accounting, Citation, Dropped, Paper, Sentence, SentenceKind
from service.review.gate import fault
from service.review.untrusted import Untrusted
from service.text.normal import for_display, title_key

R = TypeVar("R", AnswerReply, DraftReply)
_SHOWN_FAULTS = 4


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
    reply = _asked(request, rendered, AnswerReply, sheet, doubts)
    shown, dropped = _gated([(claim, "claim") for claim in reply.value.claims], sheet, doubts)
    missing, unasked = doubts.missing(reply.value.missing)
    return Written(
        paragraphs=(tuple(shown[:max_claims]),) if shown else (),
        missing=missing,
        dropped=(*dropped, *unasked),
        accounting=_accounting(request, rendered, reply),
        declined=not reply.value.claims and bool(reply.value.missing),
    )


def write_draft(request: ModelRequest, topic: str, papers: Sequence[Paper], *, plan: str, words: int) -> Written:
    """Related-work paragraphs of about `words` words from the papers. Raises `ModelError`."""
    sheet = render_sources(papers, question=topic, secret=request.secret)
    rendered = load_prompt("draft").render(
        topic=topic, plan=plan, sources=sheet.text, mark=sheet.mark, words=str(words)
    )
    doubts = Untrusted.of(topic, papers)
    reply = _asked(request, rendered, DraftReply, sheet, doubts)
    missing, unasked = doubts.missing(reply.value.missing)
    paragraphs: list[tuple[Sentence, ...]] = []
    dropped: list[Dropped] = []
    for paragraph in reply.value.paragraphs:
        shown, refused = _gated([(s, s.kind) for s in paragraph.sentences], sheet, doubts)
        dropped += refused
        if any(s.kind == "claim" for s in shown):
            paragraphs.append(tuple(shown))
    return Written(
        paragraphs=tuple(paragraphs),
        missing=missing,
        dropped=(*dropped, *unasked),
        accounting=_accounting(request, rendered, reply),
        declined=not reply.value.paragraphs and bool(reply.value.missing),
    )


def _asked(
    request: ModelRequest, rendered: Rendered, schema: type[R], sheet: SourceSheet, doubts: Untrusted
) -> Structured[R]:
    schema_sent = None if rendered.output is None else with_source_ids(rendered.output, tuple(sheet.by_id))
    return structured(
        request.model,
        rendered,
        schema,
        deadline=request.deadline,
        parameters=replace(request.parameters, schema=schema_sent),
        cache=request.cache,
        check=_checker(sheet, doubts),
        worth=lambda reply: len(_gated(_parts(reply), sheet, doubts)[0]),
    )


def _checker(sheet: SourceSheet, doubts: Untrusted) -> Callable[[R], str | None]:
    """What the one repair request says: unknown ids and absent quotes first, else what the gate would refuse."""

    def complaint(reply: R) -> str | None:
        about_quotes = complaint_about(reply, sheet)
        if about_quotes is not None:
            return about_quotes
        _, dropped = _gated(_parts(reply), sheet, doubts)
        if not dropped:
            return None
        listed = "; ".join(f"{d.text[:120]!r}: {d.reason}" for d in dropped[:_SHOWN_FAULTS])
        return f"{len(dropped)} sentences do not follow from their quotes: {listed}"

    return complaint


def _parts(reply: AnswerReply | DraftReply) -> list[tuple[ClaimReply, SentenceKind]]:
    if isinstance(reply, AnswerReply):
        return [(claim, "claim") for claim in reply.claims]
    return [(s, s.kind) for paragraph in reply.paragraphs for s in paragraph.sentences]


def _gated(
    parts: Sequence[tuple[ClaimReply, SentenceKind]], sheet: SourceSheet, doubts: Untrusted
) -> tuple[list[Sentence], list[Dropped]]:
    """Sentences that may be shown, none twice, and those that may not."""
    papers = {source.paper.paper_id: source.paper for source in sheet.by_id.values()}
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    for claim, kind in parts:
        sentence = _sentence(claim, kind, sheet)
        reason = fault(sentence, papers, written=True) or doubts.fault(sentence)
        if reason is None and _repeats(sentence, shown):
            reason = "it repeats an earlier sentence"
        if reason is None:
            shown.append(sentence)
        else:
            dropped.append(doubts.dropped(sentence, reason))
    return shown, dropped


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


def _accounting(request: ModelRequest, rendered: Rendered, reply: Structured[R]) -> Accounting:
    versions = {rendered.name: str(rendered.version)}
    if reply.repaired:
        versions["repair"] = str(load_prompt("repair").version)
    return replace(spent_by(request), composer=reply.model, prompt_versions=versions)
