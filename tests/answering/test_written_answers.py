"""Answers that a model writes: judged, mended or extractive; never hidden, never green unjudged."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from memory_corpus import MemoryCorpus

from service.errors import ModelCancelled, ModelUnavailable
from service.judge.alignment import AlignmentJudge
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.records import Answer, Paper
from service.requests import AskRequest
from service.review.answering import PreparedQuestion, answered, prepare
from service.review.answering.reply import WrittenAnswer, numbered
from service.review.answering.sources import sources_for
from service.review.question.words import query_from_words

KITE = Paper(
    "KITE: Gentle Alignment", "We propose KITE, which aligns small models. It needs 1,200 pairs. It is slow.", "kite"
)
HERON = Paper("Heron Without Labels", "We train Heron without labels. Heron scores 74.0% on GustBench.", "heron")
BEETS = Paper("Sugar Beets", "Sugar beets suffer in dry summers. The harvest rose by 11%.", "beets")
PAPERS = (KITE, HERON, BEETS)
QUESTION = "How do KITE and Heron differ?"
SCORED = {"KITE: Gentle Alignment": 9, "Heron Without Labels": 8, "Sugar Beets": 0}
HERON_CLAIM = ("Heron scores 74.0% on GustBench.", (("Heron Without Labels", "Heron scores 74.0% on GustBench."),))
KITE_CLAIM = ("KITE aligns small models.", (("KITE: Gentle Alignment", "We propose KITE, which aligns small models."),))


def sheet_ids(messages: Sequence[Message]) -> dict[str, str]:
    """Titles -> the opaque ids of a prompt."""
    shown = "\n".join(m.text for m in messages)
    return {title: i for i, title in re.findall(r'<source id="(\w+)" mark="\w+">\n\w+\| Title - (.+)', shown)}


def scores(messages: Sequence[Message]) -> str:
    ids = sheet_ids(messages)
    return json.dumps({"scores": [{"id": ids[t], "score": s} for t, s in SCORED.items() if t in ids]})


def writing(*claims: tuple[str, tuple[tuple[str, str], ...]], missing: Sequence[str] = (), **first: Any) -> Step:
    """A writer's reply of claims with (title, quote); `first`: a synthesis before them, by its keys."""

    def reply(messages: Sequence[Message]) -> str:
        ids = sheet_ids(messages)
        sentences = [{"n": 1, "kind": "synthesis", **first}] if first else []
        for text, quotes in claims:
            named = [{"source": ids.get(title, title), "quote": quote} for title, quote in quotes]
            sentences.append({"n": len(sentences) + 1, "kind": "claim", "text": text, "quotes": named})
        return json.dumps({"sentences": sentences, "missing": list(missing)})

    return reply


def request(*steps: Step) -> tuple[ModelRequest, ScriptedModel]:
    model = ScriptedModel(steps)
    return ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits()), None, b"secret" * 6), model


def prepared(question: str = QUESTION, *, most: int = 12) -> PreparedQuestion:
    corpus = MemoryCorpus(PAPERS)
    return prepare(corpus, AskRequest(question, most), query_from_words(question, corpus), for_model=True)


def written(*steps: Step, question: str = QUESTION, most: int = 12) -> Answer:
    writer, _ = request(scores, *steps)
    return answered(prepared(question, most=most), writer, AlignmentJudge())


def test_a_written_answer_is_judged_and_carries_true_quotes() -> None:
    """Two calls: one scores the papers, one writes. The document says who judged."""
    writer, model = request(scores, writing(KITE_CLAIM, HERON_CLAIM))
    answer = answered(prepared(), writer, AlignmentJudge())
    assert len(model.calls) == 2
    assert [s.text for s in answer.sentences] == [KITE_CLAIM[0], HERON_CLAIM[0]]
    assert answer.status == "answered"
    assert answer.judge is not None
    assert answer.judge.name == "alignment"
    assert answer.accounting.composer == "scripted"
    assert answer.accounting.prompt_versions["answer"] == "4"
    abstracts = {p.paper_id: p.abstract for p in PAPERS}
    assert all(c.quote == abstracts[c.paper_id][c.start : c.end] for s in answer.sentences for c in s.citations)
    assert [r.label for r in answer.references][:2] == ["1", "2"]


def test_a_synthesis_says_what_it_rests_on() -> None:
    """The short answer first, resting on the claims after it, by their places."""
    step = writing(KITE_CLAIM, HERON_CLAIM, text="Both align models.", rests_on=[2, 3])
    answer = written(step)
    assert answer.sentences[0].kind == "synthesis"
    assert answer.sentences[0].rests_on == (1, 2)
    assert answer.sentences[0].support in ("supported", "undecided")


def test_without_a_judge_nothing_is_supported() -> None:
    """What nobody judged is undecided, unless it is verbatim."""
    writer, _ = request(scores, writing(("Heron is a good bird.", HERON_CLAIM[1])))
    answer = answered(prepared(), writer, None)
    assert [s.support for s in answer.sentences] == ["undecided"]


def test_more_sentences_than_allowed_are_cut_and_nothing_rests_on_them() -> None:
    """A synthesis whose claims were all cut goes too."""
    answer = written(writing(KITE_CLAIM, HERON_CLAIM, text="Both align models.", rests_on=[2, 3]), most=1)
    assert all(place < len(answer.sentences) for s in answer.sentences for place in s.rests_on)
    assert len(answer.sentences) <= 1


@pytest.mark.parametrize(
    ("note", "missing"),
    [
        pytest.param("what either costs", ("what either costs",), id="kept in the writer's words"),
        pytest.param("how KITE and Heron differ", (), id="repeats the whole question"),
    ],
)
def test_a_note_makes_an_answer_partial_only_where_it_names_a_part(note: str, missing: tuple[str, ...]) -> None:
    """A full answer is not called partial because of a note that merely restates the question."""
    answer = written(writing(KITE_CLAIM, HERON_CLAIM, missing=[note]))
    assert answer.missing == missing
    assert answer.status == ("partial" if missing else "answered")


def test_a_system_without_a_source_is_named() -> None:
    """The writer kept silent about it; the answer does not."""
    answer = written(writing(KITE_CLAIM), question="How do KITE and OwlY-9 differ?")
    assert answer.missing == ("OwlY-9: no paper of the library speaks of it",)
    assert answer.status == "partial"


def test_a_writer_that_declines_does_not_hide_what_was_found() -> None:
    """An abstract may have told it to; the passages are shown as unsure, and `dropped` says so."""
    answer = written(writing(missing=["nothing in the sources answers this"]))
    assert answer.status == "uncertain"
    assert answer.sentences
    assert answer.nearest
    assert answer.accounting.composer == "extractive"
    assert "says that no source answers" in answer.dropped[0].reason


def test_where_the_evidence_does_not_answer_either_the_refusal_stands() -> None:
    """In the writer's words, with the nearest papers."""
    ready = prepared()
    ready = replace(ready, found=replace(ready.found, status="not_in_corpus", papers=ready.found.papers[:1]))
    writer, _ = request(writing(missing=["who paid for it"]))
    answer = answered(ready, writer, AlignmentJudge())
    assert (answer.status, answer.missing) == ("not_in_corpus", ("who paid for it",))
    assert answer.nearest


STRANGE = writing(("Kites glide.", (("zzzzz", "Kites glide."),)))
TAKEN_BACK = json.dumps({"sentences": [{"n": 1, "drop": True}]})


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        pytest.param((ModelUnavailable("down"),), "down", id="the model fails"),
        pytest.param((STRANGE, TAKEN_BACK), "nothing that it wrote passed its judge", id="nothing passes"),
    ],
)
def test_dropped_says_why_the_extractive_answer_stands(steps: tuple[Step, ...], reason: str) -> None:
    """The reason first, then each sentence that was lost."""
    answer = written(*steps)
    assert answer.accounting.composer == "extractive"
    assert answer.dropped[0].text == "the model's answer"
    assert reason in answer.dropped[0].reason
    assert answer.sentences


def test_a_cancelled_request_has_no_answer() -> None:
    """Nobody waits for the extractive one either."""
    with pytest.raises(ModelCancelled):
        written(ModelCancelled("gone"))


def test_what_a_request_goes_without_is_said() -> None:
    """A damaged cache does not fail an answer; the answer tells of it."""
    writer, _ = request(scores, writing(KITE_CLAIM))
    answer = answered(prepared(), replace(writer, remarks=("was damaged",)), AlignmentJudge())
    assert answer.dropped[-1].reason == "was damaged"


def test_sources_hold_only_sentences_that_bear_on_the_question_within_one_limit() -> None:
    """Thirty long abstracts do not make a long prompt; the paper of a named system is there for it."""
    filler = " ".join(f"Kites of kind {i} glide over the wide green fields of the north in summer." for i in range(40))
    wing = Paper("WingNet: Gliding over Fields", "We propose WingNet, which glides over fields.", "wing")
    papers = [Paper(f"Kites {i}", filler, f"k{i}") for i in range(30)] + [wing]
    corpus = MemoryCorpus(papers)
    query = query_from_words("How does WingNet glide over fields?", corpus)
    ready = prepare(corpus, AskRequest(query.text), query, for_model=True)
    sources = sources_for(query, ready.found)
    shown = sum(len(s.abstract.text(i)) for s in sources for i in s.sentences)
    assert 8 <= len(sources) <= 16
    assert shown <= 12_000
    assert [s.purpose for s in sources if s.abstract.paper.paper_id == "wing"] == ["WingNet"]


def test_numbers_of_other_sentences_become_places() -> None:
    """Unknown numbers and its own are left out."""
    reply = WrittenAnswer.model_validate(
        {"sentences": [
            {"n": 7, "kind": "synthesis", "text": "All.", "rests_on": [7, 9, 8, 3]},
            {"n": 8, "kind": "claim", "text": "One."}, {"n": 9, "kind": "claim", "text": "Two."},
        ]}
    )  # fmt: skip
    assert numbered(reply)[0].rests_on == (2, 1)
