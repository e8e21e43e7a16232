"""What embedding costs is booked to the API key that a request was sent with, in a real service."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fault_server import FaultServer
from served import served
from test_embedding_litellm import vectors

from service.cli import main

PAPERS = "\n".join(
    json.dumps({"title": f"Kites {n}", "abstract": f"Kites of kind {n} glide in a steady wind."}) for n in range(4)
)


def key(library: Path, capsys: pytest.CaptureFixture[str], name: str, *options: str) -> dict[str, str]:
    """A key's header."""
    capsys.readouterr()
    assert main(["keys", "create", name, "--library", str(library), "--json", *options]) == 0
    return {"Authorization": f"Bearer {json.loads(capsys.readouterr().out)['key']}"}


def spent(client: httpx.Client, admin: dict[str, str]) -> dict[str, float]:
    """USD by the name of the key, and in all."""
    days = client.get("/v1/usage", headers=admin).json()["days"]
    found: dict[str, float] = {"all": days[0]["cost_usd"] if days else 0.0}
    return found | {used["name"]: used["cost_usd"] for day in days for used in day["keys"]}


def test_searches_and_imports_are_booked_to_their_key_and_count_for_its_limit(
    serve: Callable[..., FaultServer], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A call costs a dollar (one token at a million dollars a million). What the background embeds costs nobody."""
    library = tmp_path / "library"
    model = serve(vectors())
    environment: dict[str, str] = {
        "LITWEAVE_EMBEDDING": "openai/m",
        "LITWEAVE_EMBEDDING_API_BASE": model.api_base,
        "LITWEAVE_EMBEDDING_DIMENSION": "3",
        "LITWEAVE_EMBEDDING_PRICE": "1000000",
        "LITWEAVE_MODEL_REQUESTS": "loopback",
    }
    library.mkdir()
    admin = key(library, capsys, "root", "--scope", "admin")
    writer = key(library, capsys, "writer", "--scope", "write")
    reader = key(library, capsys, "reader", "--usd-per-day", "20")
    with served(library, "--require-key", environment=environment) as running:
        client = running.client
        reply = client.post("/v1/papers", files={"file": ("kites.jsonl", PAPERS)}, headers=writer)
        assert reply.status_code == 200, reply.text
        imported = spent(client, admin)
        assert imported["writer"] >= 1.0
        assert "reader" not in imported
        assert client.post("/v1/search", json={"query": "kites"}, headers=reader).status_code == 200
        assert spent(client, admin)["reader"] == 1.0
        assert client.post("/v1/search", json={"query": "kites"}, headers=reader).status_code == 200
        assert spent(client, admin)["reader"] == 1.0  # the question is remembered
        asked = [f"How do kites of kind {n} glide?" for n in range(30)]
        replies = [client.post("/v1/ask", json={"question": one}, headers=reader) for one in asked]
        over = [reply for reply in replies if reply.status_code == 429]
        assert all(reply.headers["retry-after"].isdigit() for reply in over)
        statuses = [reply.status_code for reply in replies]
        assert statuses[0] == 200
        assert statuses[-1] == 429
        assert set(statuses) == {200, 429}
        assert 1.0 < spent(client, admin)["reader"] <= 20.0
        assert spent(client, admin)["writer"] == imported["writer"]
        assert client.post("/v1/search", json={"query": "kites"}, headers=writer).status_code == 200
