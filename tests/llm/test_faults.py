"""Every fault of a model's server on a real socket: what is sent, and what the caller is told."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable

import pytest
from fault_model import KEY, model_of
from fault_server import REPLY, FaultServer, status
from pydantic import SecretStr

from service.errors import (
    BadCompletion,
    ContentFiltered,
    ContextTooLong,
    ModelBusy,
    ModelCancelled,
    ModelError,
    ModelNotCalled,
    ModelRateLimited,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from service.llm.core.model import Completion, Deadline, Delta, Finished, Message, Model, Parameters
from service.llm.core.route import Route
from service.llm.policies.fallback import FallbackModel
from service.llm.providers.concurrency import Lanes
from service.llm.providers.litellm_model import LitellmModel

Serve = Callable[..., FaultServer]
NOBODY = "http://127.0.0.1:9/v1"  # the discard port: nothing listens there
ASKED = (Message("user", "How do kites glide?"),)


def _whole(model: Model, deadline: Deadline) -> Completion:
    return model.complete(ASKED, parameters=Parameters(), deadline=deadline)


def _streamed(model: Model, deadline: Deadline) -> Completion:
    *pieces, last = model.stream(ASKED, parameters=Parameters(), deadline=deadline)
    assert isinstance(last, Finished)
    assert "".join(piece.text for piece in pieces if isinstance(piece, Delta)) == last.completion.text
    return last.completion


WAYS = pytest.mark.parametrize("way", [_whole, _streamed], ids=["whole", "stream"])
Way = Callable[[Model, Deadline], Completion]


@WAYS
def test_a_good_reply_comes_with_its_usage_and_costs_nothing_here(serve: Serve, way: Way) -> None:
    """20 tokens in and 10 out are what the server says; a model on loopback is free."""
    completion = way(model_of(serve("ok")), Deadline(60))
    assert (completion.text, completion.finish, completion.requests) == (REPLY, "stop", 1)
    assert (completion.usage.tokens_in, completion.usage.tokens_out, completion.usage.estimated) == (20, 10, False)
    assert completion.cost_usd == 0.0


@WAYS
def test_missing_usage_is_estimated_and_marked_so(serve: Serve, way: Way) -> None:
    """19 bytes are 7 tokens, 8 are framing; the reply's 81 bytes are 27."""
    usage = way(model_of(serve("no usage")), Deadline(60)).usage
    assert (usage.tokens_in, usage.tokens_out, usage.estimated) == (15, -(-len(REPLY.encode()) // 3), True)


@WAYS
def test_characters_that_arrive_in_halves_are_put_together(serve: Serve, way: Way) -> None:
    """Every byte in a segment of its own; the reply holds two- and three-byte characters."""
    assert way(model_of(serve("split utf8")), Deadline(60)).text == REPLY


PASSING = [
    "later 429",
    "ms 429",
    "date 429",
    "absurd 429",
    "status:408",
    "status:500",
    "status:503",
    "html 502",
    "reset",
]


@WAYS
@pytest.mark.parametrize("fault", PASSING)
def test_what_can_pass_is_tried_again_and_no_more_than_needed(serve: Serve, way: Way, fault: str) -> None:
    """Two faults, then a reply: three requests, and the caller sees nothing of it."""
    server = serve(fault, fault, "ok")
    assert way(model_of(server), Deadline(60)).requests == 3
    assert len(server.requests) == 3


@WAYS
@pytest.mark.parametrize("fault", PASSING)
def test_three_requests_are_the_most(serve: Serve, way: Way, fault: str) -> None:
    """What does not pass fails with an error that may be tried again later."""
    server = serve(fault)
    with pytest.raises(ModelUnavailable) as caught:
        way(model_of(server), Deadline(60))
    assert (len(server.requests), caught.value.requests, caught.value.retryable) == (3, 3, True)


PERMANENT: list[tuple[str, type[ModelError], str]] = [
    ("context 400", ContextTooLong, "LITWEAVE_MODEL_SOURCES"),
    ("redirect 307", ModelRefused, "not followed"),
    ("bad request 400", ModelRefused, "LITWEAVE_MODEL"),
    ("filtered 400", ContentFiltered, "reword"),
    ("content filter", ContentFiltered, "reword"),
    ("echoed key 401", ModelRefused, "LITWEAVE_API_KEY"),
    ("status:403", ModelRefused, "may not use"),
    ("unknown model 404", ModelRefused, "LITWEAVE_MODEL"),
    ("quota 429", ModelRefused, "no credit"),
]


@WAYS
@pytest.mark.parametrize(("fault", "kind", "advice"), PERMANENT, ids=[row[0] for row in PERMANENT])
def test_what_cannot_pass_fails_once_and_says_what_to_change(
    serve: Serve, way: Way, fault: str, kind: type[ModelError], advice: str
) -> None:
    """One request, no second."""
    server = serve(fault)
    with pytest.raises(kind, match=advice) as caught:
        way(model_of(server), Deadline(60))
    assert (len(server.requests), caught.value.retryable) == (1, False)


@WAYS
@pytest.mark.parametrize("code", [301, 302, 307, 308])
@pytest.mark.parametrize("model", ["openai/m", "anthropic/m", "mistral/m", "hosted_vllm/m", "ollama_chat/m"])
def test_no_redirect_is_followed_by_any_provider(serve: Serve, way: Way, model: str, code: int) -> None:
    """Key, question and abstracts stay with the server that was named; the error holds no query of the other."""
    stranger = serve("ok")
    server = serve(status(code, location=f"{stranger.api_base}/chat/completions?key=secret"))
    named = LitellmModel(
        Route(model, server.api_base, SecretStr(KEY), timeout_s=60.0), lanes=Lanes(at_once=8, waiting=8)
    )
    with pytest.raises(ModelRefused, match="not followed") as caught:
        way(named, Deadline(60))
    assert (len(server.requests), stranger.requests) == (1, [])
    assert "secret" not in str(caught.value)


BAD = [("empty", "empty", "empty"), ("blank", "empty", "empty"), ("null text", "empty", "empty"),
       ("no choices", "no_choices", "empty"), ("html 200", "html", "empty"), ("garbage 200", "garbled", "empty"),
       ("bad utf8", "garbled", "garbled")]  # fmt: skip


@WAYS
@pytest.mark.parametrize(("fault", "whole", "streamed"), BAD, ids=[row[0] for row in BAD])
def test_a_reply_without_a_text_is_a_bad_completion(
    serve: Serve, way: Way, fault: str, whole: str, streamed: str
) -> None:
    """Status 200 means nothing; it is not sent again, because the server would say the same."""
    server = serve(fault)
    with pytest.raises(BadCompletion) as caught:
        way(model_of(server), Deadline(60))
    assert caught.value.outcome == (whole if way is _whole else streamed)
    assert len(server.requests) == 1


def test_a_stream_that_breaks_off_is_not_begun_again(serve: Serve) -> None:
    """What has been passed on cannot be taken back."""
    server = serve("torn", "ok")
    with pytest.raises(BadCompletion) as caught:
        _streamed(model_of(server), Deadline(60))
    assert (caught.value.outcome, len(server.requests)) == ("cut", 1)


def test_a_whole_reply_that_breaks_off_is_asked_for_again(serve: Serve) -> None:
    """Nothing was passed on, so a lost connection is a lost connection."""
    server = serve("torn", "ok")
    assert _whole(model_of(server), Deadline(60)).text == REPLY
    assert len(server.requests) == 2


@WAYS
@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_the_deadline_ends_a_call_that_never_stops_coming(serve: Serve, way: Way, fault: str) -> None:
    """A byte now and then keeps every read alive. A busy machine may not get the request out in .4 s: then in more."""
    server = serve("ok", fault)
    way(model_of(server), Deadline(60))  # what is imported on the first call is not what is tested
    for seconds in (0.4, 4, 40):
        with pytest.raises(ModelTimeout, match=r"LITWEAVE_MODEL_(DEADLINE|TIMEOUT)_S"):
            way(model_of(server), Deadline(seconds))
        if len(server.requests) > 1:
            break
    assert len(server.requests) == 2


def test_a_wait_that_would_end_after_the_deadline_is_not_begun(serve: Serve) -> None:
    """The server asks for half an hour, there are ten seconds: one request, and the wish is passed on."""
    server = serve("an hour 429")
    with pytest.raises(ModelRateLimited, match="1800 s") as caught:
        _whole(model_of(server), Deadline(10))
    assert (caught.value.retry_after_s, len(server.requests)) == (1800.0, 1)


def _eventually(happened: Callable[[], object]) -> bool:
    for _ in range(6_000):
        if happened():
            return True
        threading.Event().wait(0.01)
    return False


@WAYS
@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_caller_that_goes_away_ends_the_call_at_the_server(serve: Serve, way: Way, fault: str) -> None:
    """Cancelled from another thread once the request is there; the server then sees the connection close."""
    server = serve(fault)
    deadline = Deadline(60)

    def leave() -> None:
        _eventually(lambda: server.requests)
        deadline.cancel()

    threading.Thread(target=leave).start()
    with pytest.raises(ModelCancelled):
        way(model_of(server), deadline)
    assert _eventually(lambda: server.open_now == 0)
    assert len(server.requests) == 1


def test_a_stream_that_is_no_longer_read_is_closed(serve: Serve) -> None:
    """As when a page is closed: the generator is closed after its first piece."""
    server = serve("drip")
    stream = model_of(server).stream(ASKED, parameters=Parameters(), deadline=Deadline(60))
    assert isinstance(next(iter(stream)), Delta)
    stream.close()  # type: ignore[attr-defined]
    assert _eventually(lambda: server.open_now == 0)


def test_a_key_that_a_server_echoes_is_shown_nowhere(
    serve: Serve, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in the message, the whole traceback, the log, the output, or a repr."""
    caplog.set_level(logging.DEBUG)
    server = serve("echoed key 401")
    model = model_of(server)
    with pytest.raises(ModelRefused) as caught:
        _whole(model, Deadline(60))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + "".join(capfd.readouterr())
    assert KEY not in told + repr(model.__dict__)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_no_key_of_the_environment_goes_to_another_address(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server at a stated address gets the stated key or none."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = serve("ok")
    _whole(model_of(server, api_key=None), Deadline(60))
    assert KEY not in str(server.requests[0].headers)


def test_no_more_calls_than_allowed_go_out_at_once(serve: Serve) -> None:
    """Two at a time, one may wait: the fourth is told at once that it is too busy."""
    server = serve("hang")
    model = model_of(server, lanes=Lanes(at_once=2, waiting=1))
    deadline = Deadline(60)
    outcomes: list[type] = []

    def call() -> None:
        with pytest.raises(ModelError) as caught:
            _whole(model, deadline)
        outcomes.append(caught.type)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert _eventually(lambda: outcomes == [ModelBusy] and len(server.requests) == 2)
    deadline.cancel()
    for thread in threads:
        thread.join(10)
    assert outcomes == [ModelBusy, ModelCancelled, ModelCancelled, ModelCancelled]
    assert (len(server.requests), server.most_open) == (2, 2)


@WAYS
def test_the_next_model_is_asked_when_one_fails(serve: Serve, way: Way) -> None:
    """In the order given, each once; the reply says who gave it."""
    refusing, good, unused = serve("echoed key 401"), serve("ok"), serve("ok")
    model = FallbackModel([model_of(server) for server in (refusing, good, unused)])
    assert way(model, Deadline(60)).text == REPLY
    assert [len(server.requests) for server in (refusing, good, unused)] == [1, 1, 0]


@pytest.mark.parametrize("allowed", ["none", "loopback", "anything else"])
def test_no_test_can_call_a_real_provider(monkeypatch: pytest.MonkeyPatch, allowed: str) -> None:
    """Not by a name, not by an address; `none` and nonsense stop loopback too."""
    monkeypatch.setenv("LITWEAVE_MODEL_REQUESTS", allowed)
    here = NOBODY
    addresses = [None, "https://models.example/v1", "http://127.0.0.1.example/v1"]
    for address in addresses if allowed == "loopback" else [*addresses, here]:
        model = LitellmModel(Route("openai/gpt-4o", address), lanes=Lanes(at_once=1, waiting=1))
        with pytest.raises(ModelNotCalled, match="LITWEAVE_MODEL_REQUESTS"):
            _whole(model, Deadline(5))


def test_the_tests_run_with_models_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set in this test: the suite's own setting stops the call."""
    with pytest.raises(ModelNotCalled):
        _whole(LitellmModel(Route("openai/m", NOBODY), lanes=Lanes(at_once=1, waiting=1)), Deadline(5))


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (Route("nosuchprovider/m", NOBODY), "LITWEAVE_MODEL"),
        (Route("openai/m", NOBODY), "connection"),
    ],
    ids=["unknown provider", "nobody listens"],
)
def test_a_model_that_cannot_be_there_is_named(loopback: None, route: Route, words: str) -> None:
    """The message names what to check."""
    with pytest.raises(ModelError, match=words):
        LitellmModel(route, lanes=Lanes(at_once=1, waiting=1)).complete(
            ASKED, parameters=Parameters(), deadline=Deadline(2)
        )
