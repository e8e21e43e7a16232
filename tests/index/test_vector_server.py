"""The meaning index in a real Chroma server on loopback: the same answers, and what else may answer there."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
import pytest
from chroma_process import ChromaProcess, chroma_server, clustered, free_port
from chromadb.types import Collection as CollectionModel

from service.errors import IndexDamaged, IndexRefused, IndexUnavailable
from service.index.vector_server import ChromaServer, ServerIndex
from service.index.vectors import VectorIndex

ABOUT = {"made_with": "a test"}


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """One server for the tests that leave it running, as several libraries share one."""
    with chroma_server(tmp_path_factory.mktemp("shared")) as server:
        yield server


def test_a_server_finds_what_the_embedded_index_finds(chroma: ChromaProcess, tmp_path: Path) -> None:
    """The same ids in the same order, with the same cosines, for thirty questions; also in one call."""
    vectors, names = clustered(1_200), [f"p{i}:0" for i in range(1_200)]
    far = ChromaServer(chroma.address).create("litweave-same", expected=1_200, about=ABOUT)
    near = VectorIndex.create(tmp_path / "near", "model", expected=1_200)
    for index in (far, near):
        index.add(names, vectors, batch=500)
    assert far.count() == near.count() == 1_200
    asked = clustered(1_230)[1_200:]
    found = far.query_each(asked, 10)
    for vector, one in zip(asked, found, strict=True):
        expected = near.query(vector, 10)
        assert [i for i, _ in one] == [i for i, _ in expected] == [i for i, _ in far.query(vector, 10)]
        assert np.allclose([c for _, c in one], [c for _, c in expected], atol=1e-5)
    near.close()


def test_dropped_chunks_are_gone_and_added_ones_are_found(chroma: ChromaProcess) -> None:
    vectors = clustered(60)
    index = ChromaServer(chroma.address).create("litweave-drop", expected=60, about=ABOUT)
    index.add([f"p:{i}" for i in range(60)], vectors, batch=7)
    index.drop(["p:0", "p:1", "nowhere:0"])
    assert index.count() == 58
    assert index.query(vectors[0], 1)[0][0] != "p:0"
    index.add(["p:0"], vectors[:1])
    assert index.query(vectors[0], 1)[0][0] == "p:0"


# what else may answer there ----------------------------------------------------------------------------


@contextmanager
def answering(status: int, body: bytes = b"") -> Iterator[tuple[str, list[str | None]]]:
    """A server that answers everything alike; the `Authorization` headers it was sent."""
    heard: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            heard.append(self.headers["Authorization"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


def test_a_token_that_is_said_back_is_in_no_error() -> None:
    """Nor what a terminal would act on."""
    said = b'{"error": "InvalidArgumentError", "message": "\\u001b[31m Bearer secret-token is not valid"}'
    with answering(400, said) as (address, _), pytest.raises(IndexDamaged, match="not valid") as caught:
        ChromaServer(address, token="secret-token").collections("litweave-")
    with answering(200, b'"secret-token"') as (address, _), pytest.raises(IndexRefused, match="version") as looked:
        ChromaServer(address, token="secret-token").look()
    for error in (caught.value, looked.value):
        assert "secret-token" not in str(error)
        assert "\x1b" not in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (404, b"<html>not here</html>", IndexRefused, "no Chroma server"),
        (200, b"<html>welcome</html>", IndexRefused, "no Chroma server"),
        (200, b'"0.5.20"', IndexRefused, "version '0.5.20'"),
        (401, b"{}", IndexRefused, "LITWEAVE_CHROMA_TOKEN"),
        (503, b"", IndexUnavailable, "HTTP 503"),
        (307, b"", IndexRefused, "no Chroma server"),
    ],
    ids=["another service", "a page", "an old version", "a token is wanted", "overloaded", "a redirect"],
)
def test_what_is_no_usable_server_is_told_apart(
    status: int, body: bytes, kind: type[IndexUnavailable], says: str
) -> None:
    with answering(status, body) as (address, heard):
        with pytest.raises(kind, match=says) as caught:
            ChromaServer(address, token="secret-token").look()
        assert type(caught.value) is kind
        assert caught.value.retryable is (kind is IndexUnavailable)
        assert address in str(caught.value)
        assert "secret-token" not in str(caught.value)
        assert heard == ["Bearer secret-token"]


@contextmanager
def endless(*, head: bytes, part: bytes, every_s: float) -> Iterator[str]:
    """A server whose reply to anything goes on until it is hung up on."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
                while not over.wait(every_s):
                    connection.sendall(part)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(30)


@pytest.mark.parametrize("head", [b"", b"Content-Length: 99999999999\r\n"], ids=["no length", "a length"])
def test_a_reply_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr("service.index.vector_server._MOST_BYTES", 1_000_000)
    with endless(head=head, part=b"x" * 65_536, every_s=0) as address:
        for call in (lambda: ChromaServer(address).look(), lambda: ChromaServer(address).collections("litweave-")):
            with pytest.raises(IndexRefused, match="more than 1,000,000 bytes") as caught:
                call()
            assert address in str(caught.value)


def test_a_reply_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time; all together never do."""
    monkeypatch.setattr("service.index.vector_server._LOOK_S", 0.2)
    monkeypatch.setattr("service.index.vector_server._TIMEOUT", httpx.Timeout(0.2))
    with endless(head=b"", part=b" ", every_s=0.02) as address:
        for call in (lambda: ChromaServer(address).look(), lambda: ChromaServer(address).collections("litweave-")):
            with pytest.raises(IndexUnavailable, match="does not come to an end") as caught:
                call()
            assert address in str(caught.value)


def test_a_packed_reply_is_not_unpacked() -> None:
    """It was not asked for; a kilobyte may hold a gigabyte."""
    packed = gzip.compress(b'"1.0.0"')
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(packed)
    with endless(head=head, part=packed, every_s=0.01) as address, pytest.raises(IndexRefused, match="no Chroma"):
        ChromaServer(address).look()


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b'{"ids": [], "distances": []}',
        b'{"ids": [["a"]], "distances": null}',
        b'{"ids": [["a"]], "distances": [[null]]}',
        b'{"ids": [["a", "b"]], "distances": [[0.5]]}',
        b'"%s"' % (b"x" * 9_999),
        b"[" * 9_000,
        b"\xff",
    ],
)
def test_a_reply_of_another_form_is_the_servers_fault(body: bytes) -> None:
    """Whatever it is, the error names the server, and is short."""
    with answering(200, body) as (address, _):
        server = ChromaServer(address)
        for call in (
            lambda: index_at(server).query(clustered(1)[0], 3),
            lambda: server.collections("litweave-") or server.open("x"),
        ):
            with pytest.raises((IndexDamaged, IndexRefused)) as caught:
                call()
            assert address in str(caught.value)
            assert len(str(caught.value)) < 600


def test_no_more_is_taken_from_a_reply_than_was_asked_for() -> None:
    body = b'{"ids": [["a", "b", "c", "d"]], "distances": [[0.1, 0.2, 0.3, 0.4]]}'
    with answering(200, body) as (address, _):
        assert [i for i, _ in index_at(ChromaServer(address), held=4).query(clustered(1)[0], 2)] == ["a", "b"]


def index_at(server: ChromaServer, *, held: int | None = None) -> ServerIndex:
    """The index of a collection that the server is taken to have."""
    index = ServerIndex(server, CollectionModel(uuid4(), "c", {}, None, None, 3, "t", "d"), largest_batch=1)
    index._held = held
    return index


def test_no_proxy_variable_is_followed_on_this_machine(chroma: ChromaProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    server = ChromaServer(chroma.address)
    server.look()
    assert server.create("litweave-direct", expected=0, about=ABOUT).count() == 0


def test_a_missing_collection_is_damage_and_is_not_made_in_silence(chroma: ChromaProcess) -> None:
    server = ChromaServer(chroma.address)
    with pytest.raises(IndexDamaged, match="has lost the vectors"):
        server.open("litweave-nowhere")
    assert server.collections("litweave-nowhere") == {}


def test_a_batch_is_no_larger_than_the_server_takes(chroma: ChromaProcess) -> None:
    """Ids are unique a call: 12,000 of them are sent in three."""
    index = ChromaServer(chroma.address).create("litweave-batches", expected=12_000, about=ABOUT)
    assert 0 < index.largest_batch <= 5_461
    index.largest_batch = 5_000
    index.add([f"p:{i}" for i in range(12_000)], clustered(12_000, 4), batch=20_000)
    assert index.count() == 12_000
