"""Where words alone do not settle it, the model is asked; what is said too strongly is shown as partly supported."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.records import Paper
from service.review.written import Written, write_answer

QUOTE = "KITE reduces latency on phones by 12 ms and may help robots in narrow corridors."
KITE = Paper("KITE: Light Nets", f"Nets are heavy. {QUOTE}", "kite")
PLAIN = "KITE reduces latency on phones by 12 ms."
LOOSE = "KITE reduces waiting times of handsets by 12 ms on phones."  # .6 of its words are carried: a model decides


def written(*steps: Step) -> tuple[Written, ScriptedModel]:
    model = ScriptedModel(steps)
    request = ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits(None, None)), None, b"secret")
    return write_answer(request, "How fast is KITE?", [KITE], plan="", max_claims=6), model


def claims(*texts: str, quotes: Sequence[str] = (QUOTE,)) -> Step:
    def reply(messages: Sequence[Message]) -> str:
        (source,) = re.findall(r'^<source id="(\w+)"', messages[1].text, re.MULTILINE)
        cited = [{"source": source, "quote": quote} for quote in quotes]
        return json.dumps({"claims": [{"text": text, "quotes": cited} for text in texts], "missing": []})

    return reply


def says(verdict: str) -> Step:
    def reply(messages: Sequence[Message]) -> str:
        ids = re.findall(r'^<pair id="(\w+)"', messages[-1].text, re.MULTILINE)
        return json.dumps({"verdicts": [{"id": i, "entailed": verdict} for i in ids]})

    return reply


def test_a_doubtful_sentence_that_the_model_finds_entailed_is_shown() -> None:
    """One more call, whose prompt's version is recorded; a sentence beyond doubt is not asked about."""
    made, model = written(claims(PLAIN, LOOSE), says("yes"))
    assert [s.text for s in made.sentences] == [PLAIN, LOOSE]
    assert [s.support for s in made.sentences] == ["supported", "supported"]
    assert made.accounting.prompt_versions.keys() == {"answer", "entailment"}
    assert PLAIN not in model.calls[1][-1].text


def test_a_doubtful_sentence_that_is_not_entailed_is_repaired_once_and_dropped() -> None:
    """The verdict is remembered: answer, verdict, repair, and no second verdict on the same words."""
    made, model = written(claims(PLAIN, LOOSE), says("no"), claims(PLAIN, LOOSE))
    assert [s.text for s in made.sentences] == [PLAIN]
    assert [(d.text, "entail" in d.reason) for d in made.dropped] == [(LOOSE, True)]
    assert len(model.calls) == 3


def test_what_loses_its_reserve_is_shown_as_partly_supported() -> None:
    """The quote says "may help"."""
    made, _ = written(claims(PLAIN, "KITE helps robots in narrow corridors."))
    assert [s.support for s in made.sentences] == ["supported", "partial"]


def test_quotes_that_stand_nowhere_are_counted() -> None:
    """The sentence stands on its good quote; that another was made up is reported."""
    step = claims(PLAIN, quotes=(QUOTE, "KITE is the fastest net of all."))
    made, _ = written(step, step)
    assert [len(s.citations) for s in made.sentences] == [1]
    assert [d.reason for d in made.dropped] == ["1 quote stands in no source word for word and cannot be used"]
