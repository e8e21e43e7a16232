"""The official client of OpenAI over a real library of the sample: answers, streams, places of citations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.api.access.gate import Access
from service.api.access.keyring import Keyring
from service.api.operating import Operating
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


FIRST = "How is the rank of an adapter chosen in TideWalk?"


def test_a_response_goes_on_from_an_earlier_one(client: openai.OpenAI) -> None:
    """What was asked before is remembered along the chain, whole or streamed."""
    first = client.responses.create(model="litweave-ask", input=FIRST)
    second = client.responses.create(model="litweave-ask", input="and in Gusset-4?", previous_response_id=first.id)
    read_as = "Read as: How is the rank of an adapter chosen in Gusset-4?"
    assert read_as in second.output_text
    assert second.previous_response_id == first.id
    *_, last = client.responses.create(
        model="litweave-ask", input="and in TideWalk?", previous_response_id=second.id, stream=True
    )
    assert "Read as: How is the rank of an adapter chosen in TideWalk?" in last.response.output_text  # type: ignore[union-attr]


def test_a_response_that_is_not_known_is_not_gone_on_from(client: openai.OpenAI) -> None:
    """Neither an invented one, nor one that was not to be stored, nor a chat's, nor a job of another kind."""
    unkept = client.responses.create(model="litweave-ask", input=FIRST, store=False).id
    chat = client.chat.completions.create(model="litweave-ask", messages=ASK).id
    known = client.responses.create(model="litweave-ask", input=FIRST).id
    jobs = (chat.replace("chatcmpl-", "resp_"), known.removeprefix("resp_"))
    for previous in ("resp_1", unkept, chat, *jobs):
        with pytest.raises(openai.NotFoundError, match="there is no response") as refused:
            client.responses.create(model="litweave-ask", input="and in Gusset-4?", previous_response_id=previous)
        assert refused.value.body["field"] == "previous_response_id"  # type: ignore[index]


def test_a_response_is_of_its_api_key(tmp_path: Path, sample_library: Callable[[Path], Path]) -> None:
    """Another key cannot go on from it."""
    keyring = Keyring(tmp_path)
    (_, one), (_, other) = (keyring.create(name, "read") for name in ("one", "other"))
    review = build(Settings(library=sample_library(tmp_path / "library")), create=True)
    operating = Operating(Access(keyring, required=True))
    with TestClient(create_app(review, hosts=None, operating=operating), base_url="http://localhost") as service:

        def answered(token: str, **asked: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            return service.post("/v1/responses", json={"model": "litweave-ask", **asked}, headers=headers)

        previous = answered(one, input=FIRST).json()["id"]
        asked = {"input": "and in Gusset-4?", "previous_response_id": previous}
        assert answered(other, **asked).status_code == 404
        assert answered(one, **asked).status_code == 200
    review.close()


@pytest.mark.parametrize(
    "asked",
    [
        {"n": 2},
        {"tools": [{"type": "function", "function": {"name": "search"}}]},
        {"functions": [{"name": "search"}]},
        {"response_format": {"type": "json_object"}},
        {"modalities": ["text", "audio"]},
        {"logprobs": True},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_a_completion_of_another_form_is_refused(client: openai.OpenAI, asked: dict[str, Any]) -> None:
    """The error names what was asked for and is not given."""
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        client.chat.completions.create(model="litweave-ask", messages=ASK, **asked)
    assert refused.value.body["field"] == next(iter(asked))  # type: ignore[index]


@pytest.mark.parametrize(
    "asked",
    [
        {"tools": [{"type": "web_search"}]},
        {"text": {"format": {"type": "json_schema", "name": "a", "schema": {}}}},
        {"background": True},
        {"conversation": "conv_1"},
        {"prompt": {"id": "pmpt_1"}},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_a_response_of_another_form_is_refused(client: openai.OpenAI, asked: dict[str, Any]) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        client.responses.create(model="litweave-ask", input=QUESTION, **asked)
    assert refused.value.body["field"] == next(iter(asked))  # type: ignore[index]


def test_what_only_tunes_or_asks_for_text_is_taken(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(
        model="litweave-ask",
        messages=ASK,
        n=1,
        tools=[],
        response_format={"type": "text"},
        modalities=["text"],
        logprobs=False,
        max_tokens=5,
        seed=1,
    )
    assert whole.choices[0].finish_reason == "stop"
    response = client.responses.create(
        model="litweave-ask", input=QUESTION, tools=[], text={"format": {"type": "text"}}, top_p=0.1
    )
    assert response.output_text == whole.choices[0].message.content


def test_a_stream_tells_its_usage_to_who_asks(client: openai.OpenAI) -> None:
    """A last piece without choices; no other has any, and without being asked for there is none."""
    options = {"include_usage": True}
    *chunks, last = client.chat.completions.create(
        model="litweave-ask", messages=ASK, stream=True, stream_options=options
    )
    whole = client.chat.completions.create(model="litweave-ask", messages=ASK)
    assert (last.choices, last.usage) == ([], whole.usage)
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)
    plain = list(client.chat.completions.create(model="litweave-ask", messages=ASK, stream=True))
    assert plain[-1].choices[0].finish_reason == "stop"


def test_a_model_is_told_of_by_its_name(client: openai.OpenAI) -> None:
    assert client.models.retrieve("litweave-draft").id == "litweave-draft"
    with pytest.raises(openai.NotFoundError, match="gpt-other"):
        client.models.retrieve("gpt-other")
