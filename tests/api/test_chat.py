"""The official client of OpenAI over a real library of the sample: answers, streams, places of citations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openai
import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.app import build
from service.settings import Settings

QUESTION = "How do TideWalk and Gusset-4 differ?"
ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def client(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    review = build(Settings(library=sample_library(tmp_path_factory.mktemp("chat") / "library")), create=True)
    with TestClient(create_app(review, hosts=None), base_url="http://localhost") as service:
        yield openai.OpenAI(base_url="http://localhost/v1", api_key="none", http_client=service, max_retries=0)
    review.close()


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["litweave-ask", "litweave-draft"]


def test_an_answer_and_its_citations(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(model="litweave-ask", messages=ASK, temperature=0.3)
    message = reply.choices[0].message
    assert message.content is not None
    assert "41.8% accuracy" in message.content
    assert message.annotations
    for annotation in message.annotations:
        cited = annotation.url_citation
        assert message.content[cited.start_index : cited.end_index] in ("[1]", "[2]")
        assert cited.title.startswith(("TideWalk", "Gusset-4"))
        assert cited.url.startswith("http")
    assert reply.choices[0].finish_reason == "stop"


def test_a_follow_up_goes_on_from_the_messages_before(client: openai.OpenAI) -> None:
    asked = "How is the rank of an adapter chosen in TideWalk?"
    said = [{"role": "user", "content": asked}, {"role": "assistant", "content": "By a walk."}]
    reply = client.chat.completions.create(
        model="litweave-ask", messages=[*said, {"role": "user", "content": "and in Gusset-4?"}]
    )
    assert "Read as: How is the rank of an adapter chosen in Gusset-4?" in (reply.choices[0].message.content or "")


def test_a_stream_says_the_same(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="litweave-ask", messages=ASK)
    chunks = list(client.chat.completions.create(model="litweave-ask", messages=ASK, stream=True))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert said == whole.choices[0].message.content
    assert len(chunks) > 4
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_responses_whole_and_streamed(client: openai.OpenAI) -> None:
    reply = client.responses.create(model="litweave-ask", input=QUESTION)
    (output,) = reply.output
    (part,) = output.content  # type: ignore[union-attr]
    assert reply.output_text == part.text  # type: ignore[union-attr]
    places = {part.text[a.start_index : a.end_index] for a in part.annotations}  # type: ignore[union-attr]
    assert places == {"[1]", "[2]"}
    events = list(client.responses.create(model="litweave-ask", input=ASK, stream=True))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == reply.output_text
    assert events[-1].type == "response.completed"
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_a_draft_and_what_the_corpus_does_not_say(client: openai.OpenAI) -> None:
    draft = client.chat.completions.create(
        model="litweave-draft", messages=[{"role": "user", "content": "adapters for small language models"}]
    )
    assert "Sources" in (draft.choices[0].message.content or "")
    asked = [{"role": "user", "content": [{"type": "text", "text": "What is the corporate tax rate in Portugal?"}]}]
    absent = client.chat.completions.create(model="litweave-ask", messages=asked)
    assert "The corpus does not hold an answer" in (absent.choices[0].message.content or "")


def test_what_cannot_be_asked_is_an_error_of_the_client(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="role user"):
        client.chat.completions.create(model="litweave-ask", messages=ASK[:1])
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="gpt-other", messages=ASK)
    with pytest.raises(openai.UnprocessableEntityError, match="without naming it"):
        client.chat.completions.create(
            model="litweave-ask", messages=[{"role": "user", "content": "What does it cost them?"}]
        )
