"""A library whose vectors lie in a real Chroma server, and what a server can do to it: end, hang, lose, be shared."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chroma_process import ChromaProcess, chroma_server, clustered, free_port
from hash_embedder import HashEmbedder, invented
from numpy.typing import NDArray
from served import served

from service.cli import main
from service.errors import IndexUnavailable
from service.index import outage, vector_server
from service.index.vector_server import ChromaServer
from service.library import Library
from service.settings import Settings

NUMBER = 40
Rows = NDArray[np.float32]


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """One server for the tests that leave it running, as several libraries share one."""
    with chroma_server(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ChromaProcess]:
    """A server for a test that kills it."""
    with chroma_server(tmp_path) as server:
        yield server


@pytest.fixture(autouse=True)
def _asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "RETRY_S", 0.0)


def opened(directory: Path, address: str | None, *, embedder: HashEmbedder | None = None, **options: bool) -> Library:
    settings = Settings(library=directory, chroma_url=address, import_batch_papers=10, embed_batch_chunks=20)
    return Library.open(settings, create=True, embedder=embedder or HashEmbedder(), **options)


def ids(library: Library, query: str) -> list[str]:
    return [hit.paper.paper_id for hit in library.search(query, k=5).hits]


def sound(library: Library) -> bool:
    health = library.health()
    assert health.problems == ()
    return health.indexed == health.vectors > 0


def collections(address: str) -> list[str]:
    return list(ChromaServer(address).collections("litweave-"))


def test_a_library_over_a_server_answers_as_one_with_its_own_index(chroma: ChromaProcess, tmp_path: Path) -> None:
    """Nothing is kept of the vectors in the library's directory, and it opens again without filling anything."""
    with opened(tmp_path / "far", chroma.address) as far, opened(tmp_path / "near", None) as near:
        for library in (far, near):
            library.import_papers(invented(i) for i in range(NUMBER))
            assert sound(library)
        for query in ("wind7", "a tether31 holds", "kites"):
            assert ids(far, query) == ids(near, query)
    before = collections(chroma.address)
    with opened(tmp_path / "far", chroma.address) as again:
        assert len(ids(again, "wind7")) == 5
        assert sound(again)
    assert collections(chroma.address) == before
    assert not (tmp_path / "far" / "vectors").exists()


def test_only_ids_and_vectors_are_sent(own: ChromaProcess, tmp_path: Path) -> None:
    """Nothing of an abstract is in the server's files, where the same search does find an id (made of the title)."""
    with opened(tmp_path / "library", own.address) as library:
        library.import_papers(invented(i) for i in range(NUMBER))
        assert sound(library)
        (paper,) = library.search("wind7", k=1).hits
    held = b"".join(file.read_bytes() for file in own.directory.rglob("*") if file.is_file())
    assert f"{paper.paper.paper_id}:0".encode() in held
    for word in (b"tether7", b"Gust7", b"wind7", b"We study"):
        assert word not in held


# more than one library --------------------------------------------------------------------------------


def test_two_libraries_on_one_server_keep_apart(chroma: ChromaProcess, tmp_path: Path) -> None:
    """Also a copy of a library, which carries the same rows: its changes reach its own collection only."""
    with opened(tmp_path / "one", chroma.address) as one, opened(tmp_path / "two", chroma.address) as two:
        one.import_papers(invented(i) for i in range(20))
        two.import_papers(invented(i, topic="boats") for i in range(20, 30))
        assert sound(one)
        assert sound(two)
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    with opened(tmp_path / "copy", chroma.address) as copy, opened(tmp_path / "one", chroma.address) as one:
        copy.import_papers([invented(99)])
        assert sound(copy)
        assert sound(one)
        assert copy.health().indexed > one.health().indexed
    with opened(tmp_path / "one", chroma.address) as one:
        assert sound(one)


def test_what_a_deleted_library_left_is_listed_and_forgotten_by_name(
    own: ChromaProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is: not the library's own, not what is none of litweave's, and where one name is wrong none."""
    monkeypatch.setenv("LITWEAVE_CHROMA_URL", own.address)
    for name in ("gone", "stays", "mine"):
        main(["import", "--library", str(tmp_path / name), str(records(tmp_path))])
        assert main(["search", "kites", "--library", str(tmp_path / name)]) == 0
    shutil.rmtree(tmp_path / "gone")
    foreign = ChromaServer(own.address).create("somebody-elses", expected=1, about={"made_by": "somebody"})
    capsys.readouterr()

    def doctor(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main(["doctor", "--library", str(tmp_path / "mine"), "--json", *arguments])
        return code, json.loads(capsys.readouterr().out)

    code, found = doctor()
    by_folder = {other["library"]: other["name"] for other in found["other_collections"]}
    assert (code, sorted(by_folder)) == (0, ["gone", "stays"])
    (mine,) = set(collections(own.address)) - set(by_folder.values())
    for wrong in (mine, "somebody-elses", "litweave-nowhere"):
        code, refused = doctor("--forget", by_folder["gone"], "--forget", wrong)
        assert (code, refused["error"]["type"]) == (2, "UsageError")
        assert wrong in refused["error"]["message"]
    assert len(collections(own.address)) == 3
    code, left = doctor("--forget", by_folder["gone"])
    assert (code, [other["library"] for other in left["other_collections"]]) == (0, ["stays"])
    assert set(collections(own.address)) == {mine, by_folder["stays"]}
    assert foreign.count() == 0  # it is still there
    assert main(["doctor", "--library", str(tmp_path / "mine")]) == 0
    said = capsys.readouterr().out
    assert by_folder["stays"] in said
    assert "(stays)" in said


def records(folder: Path) -> Path:
    """A file of two papers."""
    path = folder / "papers.jsonl"
    path.write_text('{"title": "Kites", "abstract": "Kites glide."}\n{"title": "Herons", "abstract": "Herons wade."}\n')
    return path


def test_a_moved_library_keeps_its_collection(chroma: ChromaProcess, tmp_path: Path) -> None:
    """It is named by what the library is, not by where it lies."""
    with opened(tmp_path / "here", chroma.address) as library:
        library.import_papers(invented(i) for i in range(10))
    before = collections(chroma.address)
    (tmp_path / "here").rename(tmp_path / "there")
    with opened(tmp_path / "there", chroma.address) as library:
        assert sound(library)
    assert collections(chroma.address) == before


def test_vectors_of_another_model_are_not_used(own: ChromaProcess, tmp_path: Path) -> None:
    """Each fingerprint has a collection of its own; the replaced one goes at the next close."""
    with opened(tmp_path / "library", own.address) as library:
        library.import_papers(invented(i) for i in range(10))
    (before,) = collections(own.address)
    other = HashEmbedder("another", dimension=16)
    with opened(tmp_path / "library", own.address, embedder=other, repair=True) as library:
        library.health(rebuild=True)
        assert sound(library)
        assert len(ids(library, "wind7")) == 5
    (after,) = collections(own.address)
    assert before.rpartition("-g")[0] != after.rpartition("-g")[0]


# a server that is away, or comes back with less --------------------------------------------------------


def test_a_server_killed_in_the_middle_of_an_import_misses_nothing_in_the_end(
    own: ChromaProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The import ends as ever; papers are found; once the server is back it takes up what it has missed."""
    with opened(tmp_path / "library", own.address) as library:
        library.import_papers(invented(i) for i in range(20))
        assert sound(library)
        report = library.import_papers(
            (invented(i) for i in range(20, 60)), progress=lambda done: own.kill() if done == 20 else None
        )
        assert (report.added, library.count()) == (40, 60)
        counts = library.counts()
        assert counts.vectors_behind
        assert own.address in str(counts.vectors_away)
        assert ids(library, "wind55")
        assert library.search("wind55", k=1).hits[0].paper.title.startswith("Kite55")
        assert any(own.address in problem for problem in library.health().problems)
        own.start()
        ids(library, "wind55")
        assert sound(library)
        assert not library.counts().vectors_behind
        assert library.counts().vectors_away is None
    assert caplog.text.count("does not answer") == 1


def test_a_fill_that_was_killed_is_done_again(own: ChromaProcess, tmp_path: Path) -> None:
    """The first fill, of a library that had its own index so far: half of it is in the server when it is killed."""
    with opened(tmp_path / "library", None) as library:
        library.import_papers(invented(i) for i in range(NUMBER))
    server = ChromaServer(own.address)
    adding = vector_server.ServerIndex.add
    added: list[int] = []

    def killing(
        index: vector_server.ServerIndex, names: list[str], vectors: NDArray[np.float32], *, batch: int
    ) -> None:
        if not added:
            adding(index, names[: len(names) // 2], vectors[: len(names) // 2], batch=batch)
            added.append(index.count())
            own.kill()
        adding(index, names, vectors, batch=batch)

    with pytest.MonkeyPatch.context() as patch, opened(tmp_path / "library", own.address) as library:
        patch.setattr(vector_server.ServerIndex, "add", killing)
        assert len(ids(library, "wind7")) == 5
        assert added[0] > 0
        own.start()
        assert len(server.collections("litweave-")) == 1
        assert len(ids(library, "wind7")) == 5
        assert sound(library)


@pytest.mark.parametrize("running", [True, False], ids=["under a running library", "between two runs"])
def test_a_server_that_lost_everything_is_filled_anew(own: ChromaProcess, tmp_path: Path, running: bool) -> None:
    """Nothing is embedded again, and no search fails meanwhile."""
    embedder = HashEmbedder()
    library = opened(tmp_path / "library", own.address, embedder=embedder)
    library.import_papers(invented(i) for i in range(NUMBER))
    expected = ids(library, "wind7")
    if not running:
        library.close()
    own.kill()
    shutil.rmtree(own.directory)
    own.directory.mkdir()
    own.start()
    texts = len(embedder.texts)
    if not running:
        library = opened(tmp_path / "library", own.address, embedder=embedder)
    with library:
        assert ids(library, "wind7") == expected
        assert ids(library, "tether9")
        assert sound(library)
    assert len(set(embedder.texts[texts:])) <= 2  # the two questions


def test_a_server_that_comes_back_with_an_older_state_is_filled_anew(own: ChromaProcess, tmp_path: Path) -> None:
    """Its volume was restored from before the last import."""
    with opened(tmp_path / "library", own.address) as library:
        library.import_papers(invented(i) for i in range(20))
    own.kill()
    shutil.copytree(own.directory, tmp_path / "older")
    own.start()
    with opened(tmp_path / "library", own.address) as library:
        library.import_papers(invented(i) for i in range(20, 30))
        assert sound(library)
    own.kill()
    shutil.rmtree(own.directory)
    (tmp_path / "older").rename(own.directory)
    own.start()
    with opened(tmp_path / "library", own.address) as library:
        assert ids(library, "wind25")
        assert sound(library)


def test_right_in_number_but_wrong_in_content_is_found_out(chroma: ChromaProcess, tmp_path: Path) -> None:
    """As many vectors as there should be, under the right ids, but others."""
    with opened(tmp_path / "library", chroma.address) as library:
        library.import_papers(invented(i) for i in range(20))
        name = library._derived.vectors._collection.name
        held = library._derived.vectors._collection.get(include=[])["ids"]
    index = ChromaServer(chroma.address).create(name, expected=0, about={"made_by": "another"})
    index.add(held, clustered(len(held), 64))
    with opened(tmp_path / "library", chroma.address) as library:
        assert ids(library, "wind7")
        assert sound(library)
        assert library._derived.vectors._collection.name != name


def test_a_library_opens_and_answers_without_its_server(tmp_path: Path) -> None:
    """Nothing listens there. `rebuild` and the examination name the address and the setting."""
    address = f"http://127.0.0.1:{free_port()}"
    with opened(tmp_path / "library", address) as library:
        library.import_papers(invented(i) for i in range(NUMBER))
        assert library.search("wind7", k=1).hits[0].paper.title.startswith("Kite7")
        with pytest.raises(IndexUnavailable, match=rf"{address} does not answer.*LITWEAVE_CHROMA_URL") as caught:
            library.health(rebuild=True)
        assert caught.value.retryable
        (problem,) = library.health().problems
        assert address in problem
    with opened(tmp_path / "library", None) as library:
        assert sound(library)


def test_a_server_that_hangs_is_away(own: ChromaProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped, it takes connections and says nothing."""
    monkeypatch.setattr(vector_server, "_READING_S", 0.5)
    monkeypatch.setattr(vector_server, "_LOOK_S", 0.5)
    with opened(tmp_path / "library", own.address) as library:
        library.import_papers(invented(i) for i in range(NUMBER))
        expected = ids(library, "wind7")
        assert own.process is not None
        own.process.send_signal(signal.SIGSTOP)
        assert ids(library, "wind7") == expected
        assert library.counts().vectors_away is not None
        own.process.send_signal(signal.SIGCONT)
        assert ids(library, "wind7") == expected
        assert sound(library)


def test_a_running_service_says_that_its_server_is_away_and_finds_it_again(own: ChromaProcess, tmp_path: Path) -> None:
    """It answers throughout. `/readyz` names the error, `/healthz` the address."""
    (tmp_path / "kites.jsonl").write_text(
        "\n".join(f'{{"title": "Kite {n}", "abstract": "It glides."}}' for n in "abc")
    )
    assert main(["import", str(tmp_path / "kites.jsonl"), "--library", str(tmp_path / "library")]) == 0
    with served(tmp_path / "library", environment={"LITWEAVE_CHROMA_URL": own.address}) as running:
        client = running.client

        def found() -> int:
            reply = client.post("/v1/search", json={"query": "kite", "k": 2})
            assert reply.status_code == 200
            return len(reply.json()["hits"])

        assert found() == 2
        assert client.get("/readyz").json()["vectors"] is None
        own.kill()
        assert found() == 2
        reply = client.get("/readyz")
        assert (reply.status_code, reply.json()["vectors"]) == (200, "IndexUnavailable")
        reply = client.get("/healthz")
        assert reply.status_code == 503
        assert own.address in reply.json()["problems"][0]
        own.start()
        while client.get("/readyz").json()["vectors"] is not None:
            time.sleep(0.5)
        assert found() == 2
        assert client.get("/healthz").json()["ok"] is True


def test_the_identity_of_a_library_stands_in_its_catalog(tmp_path: Path) -> None:
    """The same at each open; in no collection's name is there anything of its path."""
    with opened(tmp_path / "kites", None) as library:
        name = library._catalog.identity.name()
        assert library._catalog.identity.name() == name
    with opened(tmp_path / "kites", None) as library:
        assert library._catalog.identity.name() == name
    with sqlite3.connect(tmp_path / "kites" / "catalog.sqlite3") as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone() == (name,)
