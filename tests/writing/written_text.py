"""A small text for the writing pipeline: three papers, a form, and models that say what they are told to say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.annotate import annotate
from service.judge.by_model import ModelJudge
from service.llm import (
    Deadline,
    Message,
    Model,
    ModelRequest,
    Parameters,
    QuoteReply,
    ReplyForm,
    ScriptedModel,
    Text,
    load_prompt,
)
from service.llm.policies.budget import Limits, RequestBook
from service.llm.policies.cache import ReplyCache
from service.llm.providers.scripted import Step
from service.records import Paper, SentenceKind
from service.review.writing.model import Source, Task, Verified, WrittenSentence
from service.review.writing.pipeline import generate

HERON = Paper(
    "Heron Without Labels",
    "We propose Heron, a model that is trained without labels. Heron scores 74.0% on GustBench. "
    "Training takes four hours on one card.",
    "heron",
    authors=("Ada Okonjo", "Bo Lind"),
    author_count=5,
    year=2023,
    venue="ACL",
)
KITE = Paper(
    "KITE: Gentle Alignment",
    "We propose KITE, which aligns small models. It needs 1,200 pairs. KITE scores 61.5% on GustBench.",
    "kite",
    year=2022,
)
OWL = Paper("Owls at Night", "Owls hunt at dusk in open fields. Their catch fell by half in wet years.", "owl")
SOURCES = tuple(Source(annotate(paper)) for paper in (HERON, KITE, OWL))
QUESTION = "How do KITE and Heron differ?"


class SentenceForm(ReplyForm):
    kind: SentenceKind = "claim"
    text: Text
    quotes: tuple[QuoteReply, ...] = ()
    rests_on: tuple[int, ...] = ()


class TextForm(ReplyForm):
    claims: tuple[SentenceForm, ...]
    missing: tuple[str, ...] = ()


def task(question: str = QUESTION, *, prompt: str = "answer") -> Task[TextForm]:
    declared = load_prompt(prompt).declared.variables
    variables = {name: question for name in declared if name not in ("sources", "mark")}
    return Task(prompt, TextForm, variables, question, _read)


def _read(reply: TextForm) -> tuple[WrittenSentence, ...]:
    return tuple(
        WrittenSentence(s.text, s.kind, tuple((q.source, q.quote) for q in s.quotes), tuple(n - 1 for n in s.rests_on))
        for s in reply.claims
    )


def request(model: Model, *, cache: ReplyCache | None = None, judge: Model | None = None) -> ModelRequest:
    book = RequestBook(Limits())
    return ModelRequest(model, Parameters(), Deadline(60), book, cache, b"secret" * 6, judge=judge)


def said(*sentences: Mapping[str, Any], missing: Sequence[str] = ()) -> Callable[[Sequence[Message]], str]:
    """A writer's reply; quotes name their papers by id ("heron"), as no model could."""

    def reply(messages: Sequence[Message]) -> str:
        ids = source_ids(messages)
        named = [
            {**s, "quotes": [{"source": ids.get(p, p), "quote": q} for p, q in s.get("quotes", ())]} for s in sentences
        ]
        return json.dumps({"claims": named, "missing": list(missing)})

    return reply


def revising(*sentences: Mapping[str, Any]) -> Callable[[Sequence[Message]], str]:
    """A reply to prompts/revise.md, quotes as in `said`."""

    def reply(messages: Sequence[Message]) -> str:
        ids = source_ids(messages)
        named = [
            {**s, "quotes": [{"source": ids.get(p, p), "quote": q} for p, q in s["quotes"]]} if "quotes" in s else s
            for s in sentences
        ]
        return json.dumps({"sentences": named})

    return reply


def source_ids(messages: Sequence[Message]) -> dict[str, str]:
    """Paper ids -> the opaque ids of a prompt, by title."""
    text = "\n".join(m.text for m in messages)
    shown = dict(re.findall(r'<source id="(\w+)" mark="\w+">\n\w+\| Title - (.+)', text))
    return {p.paper_id: i for i, title in shown.items() for p in (HERON, KITE, OWL) if p.title == title}


def cases(messages: Sequence[Message]) -> dict[str, str]:
    """Statement -> case id, of a judge's prompt."""
    found = re.findall(r'<case id="(\w+)" mark="\w+">\n\w+\| Statement - (.+)', messages[-1].text)
    return {statement: case_id for case_id, statement in found}


def judging(**labels: tuple[str, str | None, str | None]) -> Callable[[Sequence[Message]], str]:
    """A judge that supports all but statements that begin with a key (spaces as _): (label, part, reason)."""

    def reply(messages: Sequence[Message]) -> str:
        verdicts = []
        for statement, case_id in cases(messages).items():
            label, part, reason = next(
                (v for k, v in labels.items() if statement.replace(":", "").startswith(k.replace("_", " "))),
                ("supported", None, None),
            )
            verdicts.append({"id": case_id, "label": label, "part": part, "reason": reason})
        return json.dumps({"verdicts": verdicts})

    return reply


NO_LABELS = {
    "text": "Heron is trained without any labels.",
    "quotes": [("heron", "We propose Heron, a model that is trained without labels.")],
}
PAIRS = {"text": "KITE requires 1,200 pairs.", "quotes": [("kite", "It needs 1,200 pairs.")]}
SCORE = {"text": "On GustBench, Heron scores 74.0%.", "quotes": [("heron", "Heron scores 74.0% on GustBench.")]}
WINS = {"text": "KITE wins because of its pairs.", "quotes": [("kite", "It needs 1,200 pairs.")]}
BOTH: dict[str, Any] = {"kind": "synthesis", "text": "Heron and KITE differ in what they need.", "rests_on": [1, 2]}


def run(
    *steps: Step, judge: list[Step] | None = None, cache: ReplyCache | None = None, **kwargs: object
) -> tuple[Verified[TextForm], ScriptedModel, ScriptedModel]:
    writer = ScriptedModel(steps, name="writer")
    judging_model = ScriptedModel(judge if judge is not None else [judging()], name="strict", forever=judge is None)
    asked = request(writer, cache=cache)
    by = ModelJudge(replace(asked, model=judging_model), "strict", True)
    return generate(task(), SOURCES, asked, by), writer, judging_model


def texts(verified: Verified[TextForm]) -> list[str]:
    return [sentence.text for sentence in verified.shown]
