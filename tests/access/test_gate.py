"""The service asks for keys: 401, 403, 429; what a key spends is counted for it."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from scripted_review import ScriptedReview
from served import ROOT, served

from service.api import create_app, documents
from service.api.access.gate import Access
from service.api.access.keyring import Keyring
from service.api.access.keys import Scope
from service.api.operating import Operating
from service.errors import BudgetExceeded
from service.llm import Ledger, Payer, paying
from service.llm.core.payer import current_payer
from service.llm.policies.budget import DayBook, Limits, Spent
from service.llm.policies.store import FILE_NAME, ModelStore
from service.sample import papers_path

SECRET = "s3cret-" * 6
KEYS: dict[str, Scope] = {"ada": "read", "bea": "read", "cid": "write", "root": "admin"}
UPLOAD = {"files": ("p.jsonl", b'{"title": "One"}')}


def client_of(tmp_path: Path, review: ScriptedReview, *, required: bool = True) -> tuple[TestClient, Keyring]:
    keyring = Keyring(tmp_path)
    app = create_app(review, operating=Operating(Access(keyring, required, Ledger(tmp_path))))
    return TestClient(app, raise_server_exceptions=False), keyring


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def refused(reply: object, status: int, kind: str) -> documents.Failure:
    assert reply.status_code == status  # type: ignore[attr-defined]
    error = documents.ErrorDocument.model_validate_json(reply.content).error  # type: ignore[attr-defined]
    assert error.type == kind
    return error


def test_a_service_without_keys_takes_what_a_client_has_to_send(tmp_path: Path) -> None:
    """Chat clients send some key to every server."""
    client, _ = client_of(tmp_path, ScriptedReview(), required=False)
    assert client.get("/v1/jobs", headers=bearer("none")).status_code == 200


def test_without_a_key_only_pages_are_shown(tmp_path: Path) -> None:
    """401 says how to send a key; nothing of the review is touched."""
    review = ScriptedReview()
    client, _ = client_of(tmp_path, review)
    for path in ("/docs", "/openapi.json", "/readyz"):
        assert client.get(path).status_code == 200
    for reply in (
        client.post("/v1/ask", json={"question": "q"}),
        client.get("/v1/jobs"),
        client.get("/v1/evaluations"),
        client.get("/healthz"),
    ):
        error = refused(reply, 401, "KeyNeeded")
        assert "Bearer" in (error.next or "")
        assert reply.headers["www-authenticate"] == 'Bearer realm="litweave"'
    wrong = client.get("/v1/jobs", headers=bearer("lw_000000000000_" + "x" * 43))
    assert "invalid_token" in wrong.headers["www-authenticate"]
    assert {what for what, _ in review.calls} <= {"counts"}


def test_a_scope_covers_those_below_it(tmp_path: Path) -> None:
    """read asks, write imports, admin deletes; 403 names the scope that is needed."""
    client, keyring = client_of(tmp_path, ScriptedReview())
    tokens = {scope: keyring.create(scope, scope)[1] for scope in ("read", "write", "admin")}
    expected = {
        "read": (200, 403, 403),
        "write": (200, 200, 403),
        "admin": (200, 200, 404),  # no evaluations are installed in this one
    }
    for scope, token in tokens.items():
        replies = (
            client.post("/v1/ask", json={"question": "q"}, headers={"X-API-Key": token}),
            client.post("/v1/papers", files=UPLOAD, headers=bearer(token)),
            client.delete("/v1/evaluations/x", headers=bearer(token)),
        )
        assert tuple(reply.status_code for reply in replies) == expected[scope], scope
    error = refused(client.post("/v1/papers", files=UPLOAD, headers=bearer(tokens["read"])), 403, "ScopeNeeded")
    assert "'write'" in error.message


def test_a_line_break_behind_an_address_opens_nothing(tmp_path: Path) -> None:
    """`$` of the router's patterns also matches before a last line break: `/metrics%0A` is answered by `/metrics`."""
    client, keyring = client_of(tmp_path, ScriptedReview())
    tokens = {scope: keyring.create(scope, scope)[1] for scope in ("read", "write", "admin")}
    assert client.get("/metrics%0A").status_code == 401
    for path in ("/metrics%0A", "/v1/usage%0A", "/v1/evaluations%0A"):
        refused(client.get(path, headers=bearer(tokens["write"])), 403, "ScopeNeeded")
    for path in ("/v1/reindex%0A", "/v1/evaluations%0A", "/v1/reindex%0D%0A"):
        refused(client.post(path, json={}, headers=bearer(tokens["write"])), 403, "ScopeNeeded")
    assert client.get("/v1/usage%0A", headers=bearer(tokens["admin"])).status_code == 200


def test_where_no_key_is_needed_a_wrong_one_is_refused_all_the_same(tmp_path: Path) -> None:
    """A mistyped or revoked key is not silently taken for none."""
    client, keyring = client_of(tmp_path, ScriptedReview(), required=False)
    assert client.post("/v1/ask", json={"question": "q"}).status_code == 200
    _, token = keyring.create("ada", "read")
    assert client.post("/v1/ask", json={"question": "q"}, headers=bearer(token)).status_code == 200
    keyring.revoke("ada")
    refused(client.post("/v1/ask", json={"question": "q"}, headers=bearer(token)), 401, "KeyNeeded")


def test_a_key_sees_its_own_jobs_and_an_administrators_sees_all(tmp_path: Path) -> None:
    """A job holds a question or a manuscript: to another key it is as if it were not there."""
    client, keyring = client_of(tmp_path, ScriptedReview())
    tokens = {name: keyring.create(name, scope)[1] for name, scope in KEYS.items()}
    asked = {"question": "of ada"}
    job = client.post("/v1/ask", json=asked, headers={**bearer(tokens["ada"]), "Prefer": "respond-async"}).json()["job"]
    while not client.get(f"/v1/jobs/{job['id']}", headers=bearer(tokens["ada"])).json()["job"]["finished"]:
        pass
    address = f"/v1/jobs/{job['id']}"
    for name, status, there in (("ada", 200, 1), ("root", 200, 1), ("bea", 404, 0), ("cid", 404, 0)):
        own = bearer(tokens[name])
        assert len(client.get("/v1/jobs", headers=own).json()["jobs"]) == there
        replies = [client.get(address + part, headers=own) for part in ("", "/result", "/events")]
        replies += [client.delete(address, headers=own)] if name in ("root", "cid") else []
        assert {reply.status_code for reply in replies} == {status}, name
    absent = client.get("/v1/jobs/nonsense", headers=bearer(tokens["bea"])).json()
    hidden = client.get(address, headers=bearer(tokens["bea"])).json()
    assert hidden["error"]["message"].replace(job["id"], "nonsense") == absent["error"]["message"]


def test_a_key_may_send_so_many_requests_a_minute(tmp_path: Path) -> None:
    """429 with Retry-After; other keys are not held up."""
    client, keyring = client_of(tmp_path, ScriptedReview())
    _, slow = keyring.create("slow", "read", per_minute=2)
    _, other = keyring.create("other", "read")
    replies = [client.get("/v1/jobs", headers=bearer(slow)) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert refused(replies[-1], 429, "OverLimit").retryable
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 30
    assert client.get("/v1/jobs", headers=bearer(other)).status_code == 200


def test_a_key_that_has_spent_its_day_asks_no_more(tmp_path: Path) -> None:
    """What does not call a model is served on."""
    client, keyring = client_of(tmp_path, ScriptedReview())
    key, token = keyring.create("ada", "read", usd_per_day=1.0)
    assert client.post("/v1/ask", json={"question": "q"}, headers=bearer(token)).status_code == 200
    book = DayBook(ModelStore(tmp_path / FILE_NAME), Limits(), payer=Payer(key.id, 1.0))
    book.book(Spent(10, 0.9))
    with pytest.raises(BudgetExceeded, match="API key"):
        book.book(Spent(10, 0.2))
    book.book(Spent(5, 0.1))
    late = client.post("/v1/ask", json={"question": "q"}, headers=bearer(token))
    assert refused(late, 429, "OverLimit").retryable
    assert 1 <= int(late.headers["retry-after"]) <= 86_400
    assert client.get("/v1/jobs", headers=bearer(token)).status_code == 200
    [day] = Ledger(tmp_path).days(10)
    assert (day.tokens, day.payers) == (15, {key.id: (15, 1.0)})
    assert day.day == datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize("headers", [{}, {"Prefer": "respond-async"}, {"Accept": "text/event-stream"}])
def test_work_knows_whose_key_it_is_done_for(tmp_path: Path, headers: dict[str, str]) -> None:
    """In the request's thread, in a job's, behind a stream."""
    heard: list[Payer | None] = []

    class Listening(ScriptedReview):
        def ask(self, *arguments: object, **options: object) -> object:  # type: ignore[override]
            heard.append(current_payer())
            return super().ask(*arguments, **options)  # type: ignore[arg-type]

    client, keyring = client_of(tmp_path, Listening())
    key, token = keyring.create("ada", "read", usd_per_day=2.0)
    reply = client.post("/v1/ask", json={"question": "q"}, headers={**bearer(token), **headers})
    assert reply.status_code in (200, 202)
    if "Prefer" in headers:
        job = reply.json()["job"]["id"]
        while client.get(f"/v1/jobs/{job}", headers=bearer(token)).json()["job"]["state"] in ("queued", "running"):
            pass
    assert heard == [Payer(key.id, 2.0)]
    assert current_payer() is None


def test_a_payers_block_ends(tmp_path: Path) -> None:
    with paying(Payer("a")):
        assert current_payer() == Payer("a")
    assert current_payer() is None


def test_others_are_served_only_with_keys(tmp_path: Path) -> None:
    """A real process: it does not start on all addresses without one, and with one asks for it."""
    library = tmp_path / "library"
    command = [sys.executable, "-m", "service.cli", "serve", "--host", "0.0.0.0", "--port", "0"]
    done = subprocess.run(
        [*command, "--library", str(library)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 2
    assert "litweave keys create" in done.stderr
    assert not library.exists()
    with served(library, "--host", "0.0.0.0", environment={"LITWEAVE_SERVICE_KEY": SECRET}) as running:
        client = running.client
        assert client.get("/readyz").status_code == 200
        assert client.get("/healthz").status_code == 401
        assert client.post("/v1/search", json={"query": "kites"}).status_code == 401
        files = {"files": ("sample.jsonl", papers_path().read_bytes())}
        assert client.post("/v1/papers", files=files, headers=bearer(SECRET)).status_code == 200
        _, token = Keyring(library).create("ada", "read")
        assert client.post("/v1/search", json={"query": "adapters"}, headers=bearer(token)).status_code == 200
        assert client.post("/v1/papers", files=files, headers=bearer(token)).status_code == 403
        Keyring(library).revoke("ada")
        assert client.post("/v1/search", json={"query": "adapters"}, headers=bearer(token)).status_code == 401
    kept = b"".join(path.read_bytes() for path in library.rglob("*") if path.is_file())
    for secret in (SECRET, token):
        assert secret.encode() not in kept
        assert secret not in running.log.read_text()
    assert not re.search(r"Traceback", running.log.read_text())
