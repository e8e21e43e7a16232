"""A model may make an answer shorter; it may never make it false. Real corpus, scripted model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from service.errors import ModelUnavailable
from service.library import Library
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.readers import read
from service.review.ask import ask
from service.review.coverage import Coverage
from service.review.held import LibraryCorpus
from service.sample import papers_path
from service.settings import Settings

QUESTION = "How do TideWalk and Gusset-4 differ?"
TIDEWALK = "TideWalk lets the rank of every adapter climb during the first third of training and then ebb away"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    root: Path = tmp_path_factory.mktemp("written") / "library"
    with Library.open(Settings(library=root), create=True) as library:
        library.import_papers(read(papers_path(), max_record_bytes=1_000_000))
        yield LibraryCorpus(library)


def request(*steps: Step) -> tuple[ModelRequest, ScriptedModel]:
    model = ScriptedModel(steps)
    book = RequestBook(Limits(None, None))
    return ModelRequest(model, Parameters(), Deadline(60), book, None, b"secret"), model


def source_of(messages: Sequence[Message], title: str) -> str:
    """The opaque id under which the prompt shows the paper of that title."""
    shown = "\n".join(m.text for m in messages)
    found = re.search(rf'<source id="(\w+)" mark="\w+">\n\w+\| Title - {re.escape(title)}', shown)
    assert found, "the paper is not among the sources"
    return found[1]


def claim(text: str, source: str, quote: str) -> dict[str, object]:
    return {"text": text, "quotes": [{"source": source, "quote": quote}]}


def reply(*claims: dict[str, object], missing: Sequence[str] = ()) -> str:
    return json.dumps({"claims": claims, "missing": list(missing)})


def test_a_written_claim_carries_the_true_offsets_of_its_quote(corpus: LibraryCorpus) -> None:
    """The model gives words and an opaque id; offsets and paper id are ours."""

    def good(messages: Sequence[Message]) -> str:
        return reply(claim("TideWalk lets the rank of every adapter climb.", source_of(messages, "TideWalk"), TIDEWALK))

    writer, _ = request(good)
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=writer)
    assert answer.accounting.composer == "scripted"
    assert answer.accounting.prompt_versions == {"answer": "2"}
    assert [s.text for s in answer.sentences] == ["TideWalk lets the rank of every adapter climb."]
    citation = answer.sentences[0].citations[0]
    papers = {p.paper_id: p for hit in corpus.search("TideWalk", k=5, filters=None).hits for p in [hit.paper]}
    assert papers[citation.paper_id].abstract[citation.start : citation.end] == citation.quote == TIDEWALK


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        pytest.param("TideWalk reaches 99.9% accuracy.", TIDEWALK, id="number that is in no quote"),
        pytest.param("TideWalk beats GrandModel-7.", TIDEWALK, id="name that is in no quote"),
        pytest.param("TideWalk never lets the rank of an adapter climb.", TIDEWALK, id="negation"),
        pytest.param("TideWalk lets ranks climb.", "TideWalk climbs every mountain there is", id="fabricated quote"),
        pytest.param("Penguins live on ice shelves near colonies.", TIDEWALK, id="words of its own"),
    ],
)
def test_what_the_quotes_do_not_say_is_repaired_once_then_dropped(corpus: LibraryCorpus, text: str, quote: str) -> None:
    """Two calls at most; then the extractive answer stands, and `dropped` names the sentence."""

    def bad(messages: Sequence[Message]) -> str:
        return reply(claim(text, source_of(messages, "TideWalk"), quote))

    writer, model = request(bad, bad)
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=writer)
    assert len(model.calls) == 2
    assert answer.accounting.composer == "extractive"
    assert any(d.text == text for d in answer.dropped)
    assert all(text not in s.text for s in answer.sentences)
    assert answer.sentences


def test_an_id_that_was_never_given_out_is_not_cited(corpus: LibraryCorpus) -> None:
    """Citations outside what was retrieved are impossible, whatever the model writes."""
    forged = reply(claim("TideWalk lets the rank climb.", "zzzzz", TIDEWALK))
    writer, _ = request(forged, forged)
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=writer)
    assert answer.accounting.composer == "extractive"


def test_a_failing_model_leaves_the_extractive_answer_and_says_so(corpus: LibraryCorpus) -> None:
    """The answer is the same as with no model, but for the note."""
    plain = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6)
    writer, _ = request(ModelUnavailable("the server at 127.0.0.1 is down"))
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=writer)
    assert answer.sentences == plain.sentences
    assert any("is down" in d.reason for d in answer.dropped)


def test_a_model_that_declines_is_believed_where_nothing_else_was_found(corpus: LibraryCorpus) -> None:
    """No claims and something missing is a whole answer: the corpus does not say."""
    writer, _ = request(reply(missing=["who paid for it"]))
    answer = ask(corpus, Coverage(corpus), "Who paid for TideWalk and Gusset-4?", max_sentences=6, writer=writer)
    assert answer.status == "not_in_corpus"
    assert answer.missing == ("who paid for it",)


@pytest.mark.parametrize("missing", ["how they differ", "nothing in the corpus answers this"])
def test_a_model_talked_into_declining_does_not_hide_what_was_found(corpus: LibraryCorpus, missing: str) -> None:
    """An abstract can tell it to say so; sentences with enough support are shown, and the reply is reported."""
    plain = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6)
    writer, _ = request(reply(missing=[missing]))
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=writer)
    assert (answer.sentences, answer.status, answer.missing) == (plain.sentences, plain.status, plain.missing)
    assert answer.accounting.composer == "extractive"
    assert "says that the papers do not answer" in answer.dropped[0].reason


@pytest.mark.parametrize(
    ("written", "reason"),
    [(reply(), "it wrote no sentence"), (reply(claim("Kites glide.", "zzzzz", "Kites glide.")), "passed the gate")],
    ids=["nothing written", "nothing passed"],
)
def test_dropped_says_why_the_extractive_text_stands(corpus: LibraryCorpus, written: str, reason: str) -> None:
    """First the reason, then each sentence that was lost."""
    writer, _ = request(written, written)
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=writer)
    assert answer.dropped[0].text == "the model's answer"
    assert reason in answer.dropped[0].reason


def test_what_a_request_goes_without_is_said(corpus: LibraryCorpus) -> None:
    """A damaged cache does not fail an answer; the answer tells of it."""
    writer, _ = request(reply())
    answer = ask(corpus, Coverage(corpus), QUESTION, max_sentences=6, writer=replace(writer, remarks=("was damaged",)))
    assert answer.dropped[-1].reason == "was damaged"


def test_a_foreign_question_has_an_answer_without_claims(corpus: LibraryCorpus) -> None:
    """Whatever the model would say, nothing about tax rates can be quoted."""

    def invents(messages: Sequence[Message]) -> str:
        return reply(claim("The corporate tax rate in Portugal is 21%.", "aaaaa", "The rate is 21%."))

    writer, _ = request(invents, invents)
    answer = ask(
        corpus, Coverage(corpus), "What is the corporate tax rate in Portugal?", max_sentences=6, writer=writer
    )
    assert answer.status == "not_in_corpus"
    assert not answer.sentences


def test_an_aspect_that_the_abstract_does_not_speak_of_is_missing(corpus: LibraryCorpus) -> None:
    """A win rate is stated, what computing cost is not: the answer has the one and names the other."""
    question = "What win rate does PactTune reach on ParlorBench, and what did its compute cost?"
    answer = ask(corpus, Coverage(corpus), question, max_sentences=6)
    assert answer.status == "partial"
    assert any("58.3%" in s.text for s in answer.sentences)
    assert any("compute cost" in m for m in answer.missing)
