"""A model on this machine is reached directly, whatever proxies are named; Ollama gets room for what is sent."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fault_model import model_of
from fault_server import REPLY, Exchange, FaultServer, completion, say

from service.llm import Deadline, Message, Parameters
from service.llm.core.model import estimated_tokens
from service.llm.core.network_policy import go_directly
from service.llm.core.route import Route
from service.llm.providers.concurrency import Lanes
from service.llm.providers.litellm_model import LitellmModel, context_window

HERE = Path(__file__).resolve().parent
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
Serve = Callable[..., FaultServer]


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a "proxy" that notes whatever arrives, and answers 502."""
    arrived: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.settimeout(5)
                    try:
                        arrived.append(client.recv(65_536))
                        client.sendall(b"HTTP/1.1 502 no\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    except OSError:
                        arrived.append(b"")

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", arrived
        listener.shutdown(socket.SHUT_RDWR)


async def any_provider(to: Exchange) -> None:
    """The reply in the form of whoever asks."""
    path = to.request.path
    if to.request.streams:
        await say(REPLY)(to)
        return
    if path.endswith("/embeddings"):
        document: dict[str, object] = {
            "object": "list",
            "model": "e",
            "data": [{"object": "embedding", "index": 0, "embedding": [0.0, 1.0, 0.0]}],
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
    elif path.endswith("/api/embed"):
        document = {"model": "e", "embeddings": [[0.0, 1.0, 0.0]], "prompt_eval_count": 1}
    elif path.endswith("/api/chat"):
        message = {"role": "assistant", "content": REPLY}
        document = {"model": "m", "message": message, "done": True, "done_reason": "stop", "eval_count": 5}
        document["prompt_eval_count"] = 7
    elif path.endswith("/messages"):
        document = {"id": "c", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn"}
        document |= {"content": [{"type": "text", "text": REPLY}], "usage": {"input_tokens": 7, "output_tokens": 5}}
    else:
        document = completion(REPLY)
    await to.whole(200, json.dumps(document).encode())


def test_nothing_reaches_a_proxy(serve: Serve) -> None:
    """Each way to a model or an embedding, in a process whose environment names a proxy for everything.

    Ollama's own address is asked about the model's abilities: that is this machine as well.
    """
    server = serve(any_provider)
    with proxy() as (address, arrived):
        environment = {**os.environ, **dict.fromkeys(PROXIES, address)}
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parents[1]), os.environ["PYTHONPATH"]])
        environment |= {"NO_PROXY": "intranet.example", "no_proxy": "intranet.example"}
        command = [sys.executable, str(HERE / "calls_child.py"), f"http://127.0.0.1:{server.port}"]
        done = subprocess.run(
            command, cwd=HERE.parents[1], env=environment, capture_output=True, text=True, check=False, timeout=250
        )
    calls = dict(line.split(": ") for line in done.stdout.splitlines())
    assert calls == dict.fromkeys(
        ["openai", "openai streamed", "vllm", "ollama", "anthropic", "openai embedding", "ollama embedding"], "ok"
    ), done.stderr[-2000:]
    assert arrived == []
    assert len([request for request in server.requests if request.path != "/api/show"]) == len(calls)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (None, None, "localhost,127.0.0.1,::1"),
        ("corp.example", None, "corp.example,localhost,127.0.0.1,::1"),
        (None, "corp.example, localhost", "corp.example,localhost,127.0.0.1,::1"),
        ("a.example", "b.example", "a.example,localhost,127.0.0.1,::1"),
        ("*", None, None),
    ],
)
def test_what_the_environment_says_already_is_kept(
    monkeypatch: pytest.MonkeyPatch, lower: str | None, upper: str | None, expected: str | None
) -> None:
    """The lower-case variable is the one that is read where both are set."""
    for name, value in (("no_proxy", lower), ("NO_PROXY", upper)):
        monkeypatch.setenv(name, value or "")
    go_directly()
    go_directly("http://example.org")
    assert os.environ["no_proxy"] == (expected or lower)
    go_directly("http://127.0.0.9:1/v1")
    if expected is not None:
        assert os.environ["NO_PROXY"] == f"{expected},127.0.0.9"


# room for what is sent


def test_ollama_has_room_for_what_is_sent(serve: Serve) -> None:
    """Its own default of 4,096 tokens would cut the system prompt off."""
    server = serve(any_provider)
    model = LitellmModel(Route("ollama_chat/m", f"http://127.0.0.1:{server.port}"), lanes=Lanes(at_once=1, waiting=1))
    long = "abstract " * 4_000
    messages = [Message("system", "Quote exactly."), Message("user", long)]
    model.complete(messages, parameters=Parameters(max_tokens=6_000), deadline=Deadline(60))
    [asked] = [request for request in server.requests if request.path == "/api/chat"]  # of abilities it is asked too
    options = asked.body["options"]
    assert options["num_predict"] == 6_000
    assert options["num_ctx"] == 32_768  # the least power of two over 12,000 tokens of text and 6,000 of reply
    assert options["num_ctx"] >= estimated_tokens(long) + 6_000


def test_other_providers_are_not_told_of_it(serve: Serve) -> None:
    server = serve("ok")
    model_of(server).complete([Message("user", "x" * 90_000)], parameters=Parameters(), deadline=Deadline(60))
    assert "num_ctx" not in json.dumps(server.requests[0].body)


@pytest.mark.parametrize(("chars", "reply", "window"), [(0, 10, 4096), (9_000, 1_088, 4096), (9_000, 1_089, 8192)])
def test_the_window_is_a_power_of_two(chars: int, reply: int, window: int) -> None:
    """A message counts 8 tokens and a third of its bytes: 9,000 characters are 3,008."""
    assert context_window([Message("user", "x" * chars)], reply) == window
