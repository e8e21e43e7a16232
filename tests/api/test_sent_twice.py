"""Requests that are sent twice: done once, answered twice, in a race and after a restart too."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from scripted_review import ScriptedReview
from served import served

from service.api import create_app, documents
from service.api.access.gate import Access
from service.api.access.keyring import Keyring
from service.api.etags import matches
from service.api.idempotency import _Digest
from service.api.operating import Operating
from service.errors import EmbeddingError, LibraryBusy, UsageError
from service.jobs.replies import KEPT_S, KeptReplies, KeptReply

ASKED = {"question": "q"}
KEY = {"Idempotency-Key": "5b2f0c1e"}


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


@pytest.fixture
def client(review: ScriptedReview) -> TestClient:
    return TestClient(create_app(review, max_upload_bytes=2_000_000), raise_server_exceptions=False)


def asked(review: ScriptedReview, what: str = "ask") -> int:
    return sum(called == what for called, _ in review.calls)


def test_a_request_sent_twice_is_done_once(client: TestClient, review: ScriptedReview) -> None:
    first = client.post("/v1/ask", json=ASKED, headers=KEY)
    second = client.post("/v1/ask", json=ASKED, headers=KEY)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["content-type"] == first.headers["content-type"]
    assert (first.headers.get("idempotency-replayed"), second.headers["idempotency-replayed"]) == (None, "true")
    assert asked(review) == 1
    assert client.post("/v1/ask", json=ASKED).headers.get("idempotency-replayed") is None
    assert asked(review) == 2


def test_a_name_for_another_request_is_refused(client: TestClient, review: ScriptedReview) -> None:
    """Another body, or a job instead of the document: 422. Another address is another request."""
    client.post("/v1/ask", json=ASKED, headers=KEY)
    for reply in (
        client.post("/v1/ask", json={"question": "r"}, headers=KEY),
        client.post("/v1/ask", json=ASKED, headers={**KEY, "Prefer": "respond-async"}),
    ):
        assert reply.status_code == 422
        error = documents.ErrorDocument.model_validate_json(reply.content).error
        assert (error.type, error.field) == ("KeyReused", "Idempotency-Key")
    assert client.post("/v1/drafts", json={"topic": "t"}, headers=KEY).status_code == 200
    assert asked(review) == 1


class Momentary(UsageError):
    """An error that the next try may not meet, whatever its status."""

    retryable = True


@pytest.mark.parametrize(
    ("error", "status"), [(LibraryBusy("b"), 503), (RuntimeError("fault"), 500), (Momentary("m"), 422)]
)
def test_what_failed_may_be_tried_again(
    client: TestClient, review: ScriptedReview, error: Exception, status: int
) -> None:
    review.raises = error
    assert client.post("/v1/ask", json=ASKED, headers=KEY).status_code == status
    review.raises = None
    reply = client.post("/v1/ask", json=ASKED, headers=KEY)
    assert (reply.status_code, reply.headers.get("idempotency-replayed")) == (200, None)


def test_what_makes_no_sense_is_answered_alike(client: TestClient) -> None:
    """A 422 of the request itself is a reply like any other."""
    first = client.post("/v1/ask", json={}, headers=KEY)
    second = client.post("/v1/ask", json={}, headers=KEY)
    assert (first.status_code, second.status_code, second.content) == (422, 422, first.content)
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "\x7f", "é"])
def test_a_name_has_to_be_one(client: TestClient, review: ScriptedReview, key: str) -> None:
    reply = client.post("/v1/ask", json=ASKED, headers={"Idempotency-Key": key.encode("latin-1")})  # type: ignore[dict-item]
    assert reply.status_code == 422
    assert documents.ErrorDocument.model_validate_json(reply.content).error.field == "Idempotency-Key"
    assert asked(review) == 0


def test_a_race_is_won_by_one(review: ScriptedReview) -> None:
    """The other is told to come back, and then gets the winner's reply."""
    held, entered = threading.Event(), threading.Event()

    class Slow(ScriptedReview):
        def ask(self, *arguments: object, **options: object) -> object:  # type: ignore[override]
            entered.set()
            assert held.wait(30)
            return super().ask(*arguments, **options)  # type: ignore[arg-type]

    slow = Slow()
    with TestClient(create_app(slow)) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/ask", json=ASKED, headers=KEY)
        assert entered.wait(30)
        early = client.post("/v1/ask", json=ASKED, headers=KEY)
        other = client.post("/v1/ask", json={"question": "r"}, headers=KEY)
        held.set()
        done = first.result(30)
        late = client.post("/v1/ask", json=ASKED, headers=KEY)
    assert (early.status_code, early.headers["retry-after"]) == (409, "1")
    assert documents.ErrorDocument.model_validate_json(early.content).error.retryable
    assert other.status_code == 422
    assert (late.content, late.headers["idempotency-replayed"]) == (done.content, "true")
    assert asked(slow) == 1


def test_an_upload_sent_twice_is_imported_once(client: TestClient, review: ScriptedReview) -> None:
    """The boundary of its parts is another each time; what it holds counts. Over a megabyte it is put on disk."""
    content = b"".join(b'{"title": "Kite %d"}\n' % n for n in range(60_000))
    assert len(content) > 1_000_000
    replies = [client.post("/v1/papers", files={"files": ("p.jsonl", content)}, headers=KEY) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json()["added"] == 60_000
    assert replies[1].content == replies[0].content
    assert replies[1].headers["idempotency-replayed"] == "true"
    assert asked(review, "import") == 1
    changed = client.post("/v1/papers", files={"files": ("p.jsonl", content + b"\n")}, headers=KEY)
    assert changed.status_code == 422
    over = client.post("/v1/papers", files={"files": ("p.jsonl", b"x" * 3_000_000)}, headers={"Idempotency-Key": "b"})
    assert over.status_code == 413


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_a_boundary_is_left_out_wherever_the_pieces_end(size: int) -> None:
    def digest(boundary: bytes) -> str:
        body = b"--" + boundary + b"\r\nKITE\r\n--" + boundary + b"--\r\n"
        made = _Digest(boundary)
        for at in range(0, len(body), size):
            made.update(body[at : at + size])
        return made.hexdigest()

    assert len({digest(b"aXbXc"), digest(b"----Form123"), digest(b"q")}) == 1


def test_a_stream_is_never_replayed(client: TestClient, review: ScriptedReview) -> None:
    for _ in range(2):
        reply = client.post("/v1/ask", json=ASKED, headers={**KEY, "Accept": "text/event-stream"})
        assert reply.headers["content-type"].startswith("text/event-stream")
    assert asked(review) == 2


def test_a_job_is_started_once(client: TestClient, review: ScriptedReview) -> None:
    headers = {**KEY, "Prefer": "respond-async"}
    first, second = (client.post("/v1/ask", json=ASKED, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json()["job"]["id"] == first.json()["job"]["id"]
    assert second.headers["location"] == first.headers["location"]


def test_keys_do_not_see_each_others_replies(tmp_path: Path, review: ScriptedReview) -> None:
    keyring = Keyring(tmp_path)
    client = TestClient(create_app(review, operating=Operating(Access(keyring, True))))
    for name in ("ada", "bob"):
        token = keyring.create(name, "read")[1]
        reply = client.post("/v1/ask", json=ASKED, headers={**KEY, "X-API-Key": token})
        assert (reply.status_code, reply.headers.get("idempotency-replayed")) == (200, None)
    assert asked(review) == 2


# where they are kept


def test_a_reply_is_kept_for_a_day(tmp_path: Path) -> None:
    now = [1_000.0]
    replies = KeptReplies(tmp_path / "jobs.sqlite3", clock=lambda: now[0])
    reply = KeptReply(200, (("content-type", "application/json"),), b"{}")
    assert replies.begin("a", "1") == "new"
    assert (replies.begin("a", "1"), replies.begin("a", "2")) == ("running", "other")
    replies.finish("a", reply)
    assert KeptReplies(tmp_path / "jobs.sqlite3", clock=lambda: now[0]).begin("a", "1") == reply
    now[0] += KEPT_S + 1
    assert replies.begin("a", "2") == "new"
    replies.abandon("a")
    assert replies.begin("a", "3") == "new"


def test_what_a_process_left_when_it_was_killed_is_begun_anew(tmp_path: Path) -> None:
    """Its claim names a process that is no more."""
    path = tmp_path / "jobs.sqlite3"
    child = os.fork()
    if child == 0:
        KeptReplies(path).begin("a", "1")
        os._exit(0)
    os.waitpid(child, 0)
    assert KeptReplies(path).begin("a", "1") == "new"


def test_a_claim_ends_with_its_process_whatever_the_next_ones_number(tmp_path: Path) -> None:
    """In a container each is the first: the number of the process that was killed is that of the one that comes."""
    path = tmp_path / "jobs.sqlite3"
    child = os.fork()
    if child == 0:
        os.getpid = os.getppid  # as its parent, which is the one that comes
        KeptReplies(path).begin("a", "1")
        os._exit(0)
    os.waitpid(child, 0)
    left = list(tmp_path.glob("*-owner-*"))
    replies = KeptReplies(path)
    assert replies.begin("a", "1") == "new"
    assert KeptReplies(path).begin("a", "1") == "running"
    replies.close()
    assert KeptReplies(path).begin("a", "1") == "new"
    assert not set(left) & set(tmp_path.iterdir()), "what a killed process leaves is tidied up"


def test_replies_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest stay; one that is being worked on is none yet."""
    monkeypatch.setattr("service.jobs.replies._MOST_BYTES", 1000)
    now = [0.0]
    replies = KeptReplies(tmp_path / "jobs.sqlite3", clock=lambda: now[0])
    assert replies.begin("going", "1") == "new"
    for number in range(6):
        now[0] += 1
        assert replies.begin(f"{number}", "1") == "new"
        replies.finish(f"{number}", KeptReply(200, (), bytes(400)))
    found = [replies.begin(f"{number}", "2") for number in range(6)]
    assert found == ["new"] * 4 + ["other"] * 2
    assert replies.begin("going", "1") == "running"


def test_many_threads_begin_one(tmp_path: Path) -> None:
    stores = [KeptReplies(tmp_path / "jobs.sqlite3") for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        begun = list(pool.map(lambda n: stores[n % 4].begin("a", "1"), range(64)))
    assert sorted(map(str, begun)) == ["new"] + ["running"] * 63


# tags


@pytest.mark.parametrize(
    ("wanted", "same"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False), ("a", False)],
)
def test_a_tag_is_compared_weakly(wanted: str, same: bool) -> None:
    assert matches(wanted, '"a"') is same


def test_what_a_client_has_already_is_not_sent_again(client: TestClient, review: ScriptedReview) -> None:
    first = client.get("/v1/jobs")
    again = client.get("/v1/jobs", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    client.post("/v1/ask", json=ASKED, headers={"Prefer": "respond-async"})
    changed = client.get("/v1/jobs", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
    review.raises = EmbeddingError("e")
    assert "etag" not in client.get("/healthz").headers
    assert "etag" not in client.post("/v1/search", json={"query": "k"}).headers


def test_a_retry_after_a_restart_gets_the_first_reply(tmp_path: Path) -> None:
    """A real process, ended and started again over the same library."""
    library = tmp_path / "library"

    def sent() -> tuple[int, bytes, str | None]:
        with served(library) as running:
            files = {"files": ("p.jsonl", b'{"title": "Kites", "abstract": "Kites glide."}')}
            reply = running.client.post("/v1/papers", files=files, headers=KEY)
            return reply.status_code, reply.content, reply.headers.get("idempotency-replayed")

    first, second = sent(), sent()
    assert first[0] == 200, first
    assert second == (*first[:2], "true")
