"""`litweave zotero pull` over a server that keeps a library as Zotero's API shows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from command_run import Run
from reply_server import Asked, Canned, ReplyServer, serving
from zotero_library import NOTE, heron, item, kite

from service.errors import ServiceUnavailable, SourceError
from service.settings import Settings
from service.sources.client import Client
from service.sources.zotero import open_library


class Zotero:
    """A library of items and collections behind the paths of the API."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = {one["key"]: one for one in items}
        self.collections = {"OUTER": ("Birds", False), "INNER": ("Small ones", "OUTER"), "EMPTY": ("Nothing", False)}
        self.version = 7

    def change(self, changed: dict[str, Any]) -> None:
        self.version += 1
        changed["version"] = self.version
        self.items[changed["key"]] = changed

    def _reply(self, document: object) -> Canned:
        return Canned(json.dumps(document).encode(), headers={"Last-Modified-Version": str(self.version)})

    def top(self, asked: Asked) -> Canned:
        assert asked.parameters["format"] == "versions"
        return self._reply({key: one["version"] for key, one in self.items.items()})

    def some(self, asked: Asked) -> Canned:
        keys = asked.parameters["itemKey"].split(",")
        assert len(keys) <= 50
        return self._reply([self.items[key] for key in keys if key in self.items])

    def all_collections(self, asked: Asked) -> Canned:
        names = [
            {"key": key, "data": {"key": key, "name": name, "parentCollection": parent}}
            for key, (name, parent) in self.collections.items()
        ]
        start = int(asked.parameters["start"])
        return self._reply(names[start : start + int(asked.parameters["limit"])])

    def answers(self, root: str, prefix: str) -> dict[str, list[Any]]:
        return {
            f"{root}/": [Canned(b"Nothing to see here.")],
            f"{root}/{prefix}/items/top": [self.top],
            f"{root}/{prefix}/items": [self.some],
            f"{root}/{prefix}/collections": [self.all_collections],
            f"{root}/keys/current": [self._reply({"userID": 4711, "username": "ada"})],
        }


@pytest.fixture
def zotero() -> Zotero:
    return Zotero(heron(), kite(), NOTE)


def local(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch, prefix: str = "users/0") -> ReplyServer:
    server = run.serve(zotero.answers("/api", prefix))
    monkeypatch.setenv("LITWEAVE_ZOTERO_ADDRESS", server.address)
    return server


def test_a_library_is_pulled_with_keys_and_collections(
    run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Papers are called by their citation keys; nested collections by their path; notes are no papers."""
    local(run, zotero, monkeypatch)
    code, document, _ = run("zotero", "pull", "--no-wait")
    assert (code, document["added"], document["total"]) == (0, 2, 2)
    assert document["collections"] == {
        "Birds": ["okonjo2023"],
        "Birds / Small ones": ["okonjo2023", "kite2024"],
        "Nothing": [],
    }
    assert document["citation_keys"] == {"okonjo2023": "okonjo2023", "kite2024": "kite2024"}
    assert document["source"] == {
        "name": "zotero",
        "library": "users/0",
        "version": 7,
        "papers": 2,
        "changed": 3,
        "removed": 0,
        "requests": 4,
        "stopped_because": "end",
    }
    assert run.titles() == ["Heron Without Labels", "KITE: Gentle Alignment"]


def test_a_person_reads_the_counts(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    local(run, zotero, monkeypatch)
    code, out, _ = run.plain("zotero", "pull", "--no-wait")
    assert code == 0
    assert out.splitlines() == [
        "2 records: 2 added, 0 duplicates, 0 rejected.",
        "Zotero users/0, version 7: 3 items read; 2 papers in all, 2 with a citation key.",
        "     1  Birds",
        "     2  Birds / Small ones",
        "     0  Nothing",
    ]


def test_only_what_changed_is_read_again(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also an item that was never synchronised (version 0); one that is gone is in no collection."""
    server = local(run, zotero, monkeypatch)
    run("zotero", "pull", "--no-wait")
    asked = len(server.asked)
    code, document, _ = run("zotero", "pull", "--no-wait")
    assert (code, document["total"], document["source"]["changed"]) == (0, 0, 0)
    assert [one.path for one in server.asked[asked:]] == ["/api/", "/api/users/0/items/top", "/api/users/0/collections"]
    assert document["collections"]["Birds / Small ones"] == ["okonjo2023", "kite2024"]

    zotero.change(kite(collections=["OUTER"]))
    zotero.items["TERN"] = item("TERN", 0, title="Terns", abstractNote="Terns dive.", extra="citation key: tern1")
    del zotero.items["HERON"]
    asked = len(server.asked)
    _, document, _ = run("zotero", "pull", "--no-wait")
    assert server.asked[asked + 2].parameters["itemKey"] == "KITE,TERN"
    assert (document["added"], document["duplicates"]) == (1, 1)
    assert (document["source"]["changed"], document["source"]["removed"], document["source"]["version"]) == (2, 1, 8)
    assert document["collections"] == {"Birds": ["kite2024"], "Birds / Small ones": [], "Nothing": []}
    assert run.titles() == ["Heron Without Labels", "KITE: Gentle Alignment", "Terns"]


def test_a_paper_that_the_library_has_keeps_its_id(
    run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """The citation key is told beside it."""
    path = tmp_path / "one.jsonl"
    known = {"id": "mine", "title": "Heron Without Labels", "abstract": "We train Heron without labels."}
    path.write_text(json.dumps(known | {"doi": "10.1234/heron"}) + "\n")
    run("import", str(path), "--no-wait")
    local(run, zotero, monkeypatch)
    _, document, _ = run("zotero", "pull", "--no-wait")
    assert (document["added"], document["duplicates"]) == (1, 1)
    assert document["citation_keys"]["mine"] == "okonjo2023"
    assert document["collections"]["Birds"] == ["mine"]


def test_a_stopped_pull_goes_on_behind_the_last_batch(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty items are two batches; the second fails, and only its items are asked for the next time."""
    zotero = Zotero(*(item(f"K{n:02d}", title=f"Paper Number {n}", abstractNote=f"Says {n}.") for n in range(60)))
    server = local(run, zotero, monkeypatch)
    server.answer("/api/users/0/items", zotero.some, Canned(status=500, headers={"Retry-After": "0"}))
    code, document, err = run("zotero", "pull", "--no-wait")
    assert (code, document["added"], document["source"]["stopped_because"]) == (1, 50, "failed")
    assert document["error"]["retryable"] is True
    assert "goes on from there" in err
    server.answer("/api/users/0/items", zotero.some)
    asked = len(server.asked)
    code, document, _ = run("zotero", "pull", "--no-wait")
    assert (code, document["added"]) == (0, 10)
    assert server.asked[asked + 2].parameters["itemKey"].count(",") == 9


def test_full_reads_everything_again(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    local(run, zotero, monkeypatch)
    run("zotero", "pull", "--no-wait")
    _, document, _ = run("zotero", "pull", "--no-wait", "--full")
    assert (document["added"], document["duplicates"], document["source"]["changed"]) == (0, 2, 3)


def test_over_the_web_with_a_key(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key says whose library it is; it is sent in a header and shown nowhere."""
    server = run.serve(zotero.answers("/api.zotero.org", "users/4711"))
    monkeypatch.setenv("LITWEAVE_ZOTERO_API_KEY", "k3y")
    code, document, err = run("zotero", "pull", "--web", "--no-wait")
    assert (code, document["added"], document["source"]["library"]) == (0, 2, "users/4711")
    assert {one.headers.get("zotero-api-key") for one in server.asked} == {"k3y"}
    assert {one.headers.get("zotero-api-version") for one in server.asked} == {"3"}
    assert "k3y" not in json.dumps(document) + err


def test_the_library_of_a_group(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    local(run, zotero, monkeypatch, "groups/12")
    code, document, _ = run("zotero", "pull", "--group", "12", "--no-wait")
    assert (code, document["source"]["library"]) == (0, "groups/12")


def test_the_web_without_a_key_is_refused(run: Run) -> None:
    code, document, _ = run("zotero", "pull", "--web")
    assert code == 2
    assert "LITWEAVE_ZOTERO_API_KEY" in document["error"]["message"]
    assert not run.library.exists()


@pytest.mark.parametrize("answer", [Canned(b"Local API is not enabled", 403), None], ids=["disabled", "not running"])
def test_where_zotero_cannot_be_asked_it_is_said_what_to_do(answer: Canned | None) -> None:
    with serving({} if answer is None else {"/api/": answer}) as server:
        settings = Settings(zotero_address=server.address)
        if answer is None:
            server.close()
        with Client(sleep=lambda _: None) as client, pytest.raises(SourceError, match="start Zotero 7 or later"):
            open_library(client, settings, web=False, group=None)


def test_zotero_must_be_on_this_machine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITWEAVE_ZOTERO_ADDRESS", "http://zotero.example:23119")
    code, document, _ = run("zotero", "pull")
    assert code == 2
    assert "LITWEAVE_ZOTERO_ADDRESS" in document["error"]["message"]


def test_an_empty_library_is_exit_code_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    local(run, Zotero(), monkeypatch)
    code, document, _ = run("zotero", "pull", "--no-wait")
    assert (code, document["total"]) == (3, 0)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"A": "x"}', b"<html>", b"{}"])
def test_a_malformed_list_of_versions_is_no_empty_library(body: bytes) -> None:
    """A list without the library's version is none either."""
    answers = {"/api/": Canned(), "/api/users/0/items/top": Canned(body)}
    with serving(answers) as server, Client(sleep=lambda _: None) as client:
        library = open_library(client, Settings(zotero_address=server.address), web=False, group=None)
        with pytest.raises(ServiceUnavailable, match="cannot be read"):
            library.versions()


def test_a_failed_pull_forgets_nothing(run: Run, zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    server = local(run, zotero, monkeypatch)
    run("zotero", "pull", "--no-wait")
    server.answer("/api/users/0/items/top", Canned(status=500, headers={"Retry-After": "0"}))
    code, document, _ = run("zotero", "pull", "--no-wait")
    assert (code, document["source"]["papers"], document["source"]["version"]) == (1, 2, 7)
