"""The half of answering that needs no library: an answer written by a model and judged, or the extractive one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from service.errors import ModelCancelled, ModelError
from service.judge import Judge
from service.llm import ModelRequest, load_prompt
from service.records import Answer, Dropped, Sentence
from service.review.answering.extractive import (
    COMPOSER,
    composed,
    extractive,
    missing_parts,
    refused,
    unknown,
    unsure,
)
from service.review.answering.preparing import PreparedQuestion
from service.review.answering.reply import WrittenAnswer, numbered
from service.review.answering.sources import MOST_PAPERS, sources_for
from service.review.evidence.by_model import PROMPT as RERANK
from service.review.evidence.by_model import scored_by_model
from service.review.writing.model import Task, Verified
from service.review.writing.pipeline import generate, spent_by
from service.text.terms import STOP_TERMS, terms


def answered(prepared: PreparedQuestion, writer: ModelRequest | None, judge: Judge | None) -> Answer:
    """The answer, written where there is a writer (without a judge all is undecided); else, or if it fails, extractive.

    Then `dropped` says why. Raises `ModelCancelled` alone of a model's errors.
    """
    started = time.monotonic()
    if writer is None:
        answer = extractive(prepared)
    else:
        answer = _written(prepared, writer, judge)
        remarks = tuple(Dropped("kept replies", remark) for remark in writer.remarks)
        answer = replace(answer, dropped=(*answer.dropped, *remarks))
    elapsed_ms = round((prepared.elapsed_s + time.monotonic() - started) * 1000)
    return replace(answer, accounting=replace(answer.accounting, elapsed_ms=elapsed_ms))


def _written(prepared: PreparedQuestion, writer: ModelRequest, judge: Judge | None) -> Answer:
    """One call scores the papers, one writes, the judge's follow."""
    keep = writer.sources or MOST_PAPERS
    found = scored_by_model(writer, prepared.query, prepared.found, keep=keep)
    answer = _from_sources(replace(prepared, found=found), writer, judge, keep)
    if found.note is not None:
        return replace(answer, dropped=(*answer.dropped, Dropped("the model's scores", found.note)))
    if found is prepared.found:
        return answer
    versions = {**answer.accounting.prompt_versions, RERANK: str(load_prompt(RERANK).version)}
    return replace(answer, accounting=replace(answer.accounting, prompt_versions=versions))


def _from_sources(prepared: PreparedQuestion, writer: ModelRequest, judge: Judge | None, keep: int) -> Answer:
    """The answer from the best papers, or the extractive one with the reason."""
    sources = sources_for(prepared.query, prepared.found, most_papers=keep)
    if not sources:
        return replace(extractive(prepared), accounting=spent_by(writer))
    try:
        verified = generate(_task(prepared), sources, writer, judge)
    except ModelCancelled:
        raise  # nobody waits for an answer any more
    except ModelError as error:
        failed = Dropped("the model's answer", f"{error}; this is the extractive one")
        return replace(extractive(prepared), accounting=spent_by(writer), dropped=(failed,))
    return _from_verified(prepared, verified)


def _task(prepared: PreparedQuestion) -> Task[WrittenAnswer]:
    query = prepared.query
    parts = [part.text for part in query.parts] if len(query.parts) > 1 else []
    strange = [f"no source is about {name}: say so under missing" for name in prepared.found.unknown_names]
    variables = {
        "question": query.text,
        "plan": "; ".join((*parts, *strange)) or "the question",
        "max_claims": str(prepared.request.max_sentences),
    }
    return Task("answer", WrittenAnswer, variables, query.text, numbered)


def _from_verified(prepared: PreparedQuestion, verified: Verified[WrittenAnswer]) -> Answer:
    """What passed its judge; else the refusal that the writer and the evidence agree on; else the extractive answer.

    An abstract may have told the model to decline: where the evidence answers, it is shown all the same, as unsure.
    """
    shown = _at_most(prepared.request.max_sentences, verified.shown)
    if any(s.kind != "connective" for s in shown):
        answer = composed(prepared, shown, missing=_missing(prepared, verified, shown))
        return replace(answer, accounting=verified.accounting, dropped=verified.dropped, judge=verified.judge)
    declined = not verified.value.sentences
    if declined and prepared.found.status != "answered":
        answer = refused(prepared, verified.missing or missing_parts(prepared.found))
        why: tuple[Dropped, ...] = ()
    else:
        answer = unsure(prepared, verified.missing) if declined else extractive(prepared)
        reason = "it says that no source answers" if declined else "nothing that it wrote passed its judge"
        why = (Dropped("the model's answer", f"{reason}; this is the extractive one"),)
    accounting = replace(verified.accounting, composer=COMPOSER)
    return replace(answer, accounting=accounting, dropped=(*why, *verified.dropped))


def _at_most(most: int, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The first `most` sentences without those that rested on later ones alone; `rests_on` counted among them."""
    first = [replace(s, rests_on=tuple(place for place in s.rests_on if place < most)) for s in sentences[:most]]
    left = [i for i, s in enumerate(first) if s.kind != "synthesis" or s.rests_on or s.citations]
    places = {old: new for new, old in enumerate(left)}
    return [replace(first[i], rests_on=tuple(places[p] for p in first[i].rests_on if p in places)) for i in left]


def _missing(
    prepared: PreparedQuestion, verified: Verified[WrittenAnswer], shown: Sequence[Sentence]
) -> tuple[str, ...]:
    """The writer's notes but for one that repeats the whole question, and every named system without a source."""
    asked = set(terms(prepared.query.text)) - STOP_TERMS
    notes = tuple(note for note in verified.missing if not asked <= set(terms(note)))
    said = " ".join((*notes, *(s.text for s in shown))).casefold()
    return (*notes, *(unknown(name) for name in prepared.found.unknown_names if name.casefold() not in said))
