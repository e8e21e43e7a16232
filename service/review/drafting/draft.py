"""What the library gave -> a related-work text: first a plan, then a paragraph a theme, every claim quoted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from service.judge import Judge
from service.llm import ModelRequest
from service.records import Accounting, Draft, Dropped, JudgeName, Sentence, Status
from service.review.drafting.extractive import extractive_paragraph
from service.review.drafting.kept_sections import KeptSections, key_of
from service.review.drafting.model import Paragraph, Planned, PreparedDraft
from service.review.drafting.model_plan import plan_by_model
from service.review.drafting.written import written_paragraph
from service.review.writing.references import cited_references, references, relabelled

EXTRACTIVE: Final = "extractive"
_AT_ONCE: Final = 4  # paragraphs; the provider's own limit may let fewer through


def planned(prepared: PreparedDraft, writer: ModelRequest | None) -> Planned:
    """The plan to follow: the user's own, or the model's, or the one without a model where the model's fails."""
    if writer is None or not prepared.planning or not prepared.papers:
        return Planned(prepared.outline, Accounting(EXTRACTIVE))
    return plan_by_model(prepared, writer)


def drafted(prepared: PreparedDraft, writer: ModelRequest | None, judge: Judge | None) -> Draft:
    """A related-work text of about so many words; `not_in_corpus` where the library does not speak of the topic.

    With a `writer` its model plans and writes; a paragraph that fails is extractive, and `dropped` says so.
    """
    started = time.monotonic()
    plan = planned(prepared, writer)
    paragraphs = list(composed(prepared, plan, writer, judge))
    text, judge_of_text = joined(paragraphs), judged_by(paragraphs)
    cited = dict.fromkeys(c.paper_id for p in text for s in p for c in s.citations)
    labels = references((plan.outline.papers[paper_id] for paper_id in cited), style=prepared.style)
    shown = tuple(relabelled(p, labels) for p in text)
    missing = plan.outline.missing if shown else (plan.outline.missing or (prepared.topic,))
    return Draft(
        topic=prepared.topic,
        status=status_of(bool(shown), missing, unsure=prepared.uncertain and judge_of_text is None),
        missing=missing,
        paragraphs=shown,
        matrix=None,
        references=cited_references(labels, [s for p in shown for s in p]),
        accounting=replace(accounted(plan, paragraphs, writer), elapsed_ms=round((time.monotonic() - started) * 1000)),
        dropped=(*plan.dropped, *(d for p in paragraphs for d in p.dropped), *remarks(writer)),
        own_work=prepared.own_work if shown else None,
        nearest=() if shown else prepared.nearest,
        judge=judge_of_text,
    )


def composed(
    prepared: PreparedDraft,
    plan: Planned,
    writer: ModelRequest | None,
    judge: Judge | None,
    kept: KeptSections | None = None,
) -> Iterator[Paragraph]:
    """A paragraph a theme, in the plan's order, by the model side by side or extractive. Raises `ModelCancelled`.

    One that is `kept` is taken from there; what a model failed to write is not kept.
    """

    def paragraph(number: int) -> Paragraph:
        key = _key(prepared, plan, number, writer)
        earlier = None if kept is None else kept.paragraph(key)
        if earlier is not None:
            return earlier
        if writer is None or not plan.reachable:
            made = extractive_paragraph(prepared, plan.outline, number, by_model=plan.by_model)
        else:
            made = written_paragraph(prepared, plan, number, writer, judge)
        if kept is not None and (writer is None or made.accounting is not None):
            kept.keep(key, made)
        return made

    with ThreadPoolExecutor(max_workers=1 if writer is None else _AT_ONCE) as pool:
        futures = [pool.submit(paragraph, number) for number in range(len(plan.outline.themes))]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _key(prepared: PreparedDraft, plan: Planned, number: int, writer: ModelRequest | None) -> str:
    """What a kept paragraph has to have in common with a new one: the model, the plan and the papers' text."""
    name = None if writer is None else writer.model.name
    return key_of(name, prepared.words, number, plan.outline.as_document(), texts_of(prepared))


def texts_of(prepared: PreparedDraft) -> list[list[str]]:
    return [[i, p.paper.title, p.paper.abstract] for i, p in prepared.papers.items()]


def joined(paragraphs: Sequence[Paragraph]) -> tuple[tuple[Sentence, ...], ...]:
    """The paragraphs that have sentences, `rests_on` counted from the first sentence of the whole text."""
    made: list[tuple[Sentence, ...]] = []
    at = 0
    for paragraph in (p for p in paragraphs if p.sentences):
        made.append(tuple(replace(s, rests_on=tuple(at + n for n in s.rests_on)) for s in paragraph.sentences))
        at += len(paragraph.sentences)
    return tuple(made)


def status_of(shown: bool, missing: Sequence[str], *, unsure: bool) -> Status:
    if not shown:
        return "not_in_corpus"
    return "uncertain" if unsure else ("partial" if missing else "answered")


def accounted(plan: Planned, paragraphs: Sequence[Paragraph], writer: ModelRequest | None) -> Accounting:
    """Who composed the text and all that the request spent, with every prompt that was used."""
    used = [p.accounting for p in paragraphs if p.accounting is not None]
    versions = {name: v for a in (plan.accounting, *used) for name, v in a.prompt_versions.items()}
    composer = next((a.composer for a in used if a.composer != EXTRACTIVE), EXTRACTIVE)
    if writer is None:
        return Accounting(composer, versions)
    usage, cost_usd = writer.book.usage, round(writer.book.spent.cost_usd, 6)
    return Accounting(composer, versions, usage.tokens_in, usage.tokens_out, cost_usd)


def judged_by(paragraphs: Sequence[Paragraph]) -> JudgeName | None:
    """Who judged what a model wrote; `None` where every sentence is verbatim."""
    return next((p.judge for p in paragraphs if p.judge is not None), None)


def remarks(writer: ModelRequest | None) -> tuple[Dropped, ...]:
    """What the model had to do without."""
    return () if writer is None else tuple(Dropped("kept replies", remark) for remark in writer.remarks)
