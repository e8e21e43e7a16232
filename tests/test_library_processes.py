"""Real processes: killed at every seam between catalog and indexes, and two that want the same library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder, invented

from service.errors import LibraryBusy
from service.library import Library
from service.settings import Settings

TESTS = Path(__file__).resolve().parent
CHILD = [sys.executable, str(TESTS / "library_child.py")]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS), os.environ.get("PYTHONPATH", "")])
}


def open_library(directory: Path, embedder: HashEmbedder | None = None) -> Library:
    settings = Settings(library=directory, import_batch_papers=5)
    return Library.open(settings, create=False, embedder=embedder or HashEmbedder())


@contextmanager
def holder(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the library open."""
    with subprocess.Popen(
        [*CHILD, "hold", str(directory)],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        try:
            yield child
        finally:
            child.kill()


@pytest.mark.parametrize(
    ("point", "papers", "vectors"),
    [
        ("inside the transaction", 10, 0),
        ("after the commit, before any index", 15, 0),
        ("after the words, before their watermark", 15, 0),
        ("while vectors are stored", 20, 10),
        ("after vectors are stored, before their index", 20, 15),
        ("before the vectors are added", 20, 15),
        ("after the vectors, before their watermark", 20, 15),
        ("while an index is filled anew", 20, 5),
        ("while sentences are stored", 20, 20),
    ],
)
def test_library_killed_at_any_point_opens_whole_and_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, point: str, papers: int, vectors: int
) -> None:
    """Whole batches of five are there and searchable, both indexes take up what was pending, the import goes on.

    What has its vector is not embedded again. No index is damaged by this, so none may be rebuilt: at a large
    library that would cost minutes.
    """
    child = subprocess.run([*CHILD, "kill", str(tmp_path), point], env=ENVIRONMENT, check=False)
    assert child.returncode == -9
    embedder = HashEmbedder()
    with open_library(tmp_path, embedder) as library:
        health = library.health()
        assert (health.papers, health.vectors, health.indexed) == (papers, vectors, vectors)
        assert health.problems == ()
        for number in (0, papers - 1):
            assert library.search(f"tether{number}", k=1).hits[0].paper.title.startswith(f"Kite{number}:")
        embedder.texts.clear()
        report = library.import_papers((invented(i) for i in range(20)), progress=None)
        assert (report.added, report.duplicates) == (20 - papers, papers)
        assert library.health().indexed == 20
        # A chunk of these papers is the whole abstract: three sentences.
        chunks = [text for text in embedder.texts if text.count("tether") and text.count("Gust")]
        assert len(chunks) == 20 - vectors
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("point", "done"),
    [
        ("inside the transaction", False),
        ("after the commit, before any index", True),
        ("after the words, before their watermark", True),
    ],
)
@pytest.mark.parametrize(("operation", "papers"), [("delete", 2), ("merge", 2), ("split", 4)])
def test_correction_killed_at_any_point_is_done_whole_or_not_at_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, operation: str, papers: int, point: str, done: bool
) -> None:
    """The indexes take up what was pending, nothing is rebuilt, and no record is lost but of a deleted paper."""
    whole = replace(invented(1), paper_id="made")
    records = [
        whole,
        replace(whole, paper_id="", abstract=whole.abstract + " Later work confirms it.", doi="10.1000/kite"),
        replace(invented(2), paper_id="other"),
        replace(invented(3), paper_id="third"),
    ]
    settings = Settings(library=tmp_path)
    with Library.open(settings, create=True, embedder=HashEmbedder()) as library:
        library.import_papers(records)
    child = subprocess.run([*CHILD, "correct", str(tmp_path), operation, point], env=ENVIRONMENT, check=False)
    assert child.returncode == -9
    with open_library(tmp_path) as library:
        library.vectors_follow(True)
        health = library.health()
        assert (health.problems, health.papers) == ((), papers if done else 3)
        assert health.chunks == health.vectors == health.indexed == health.papers
        made = [library.corrections.made(paper.paper_id) for paper in library.papers()]
        abstracts = {record.paper.abstract for one in made for record in one.records}
        assert len(abstracts) == (2 if operation == "delete" and done else 4)
        held = {hit.paper.paper_id for hit in library.search("tether1 frame1", k=5).hits}
        assert ("made" in held) == (not done or operation != "delete")
    assert caplog.text == ""


def test_second_process_hears_who_has_the_library(tmp_path: Path) -> None:
    """The process's number, its command, and what to do; the first one is not disturbed."""
    with holder(tmp_path) as child:
        with pytest.raises(LibraryBusy) as refused:
            open_library(tmp_path)
        message = str(refused.value)
        assert refused.value.retryable
        assert f"process {child.pid} (library_child.py hold, since" in message
        assert str(tmp_path) not in (tmp_path / "LOCK").read_text()
        assert "stop it" in message
        assert "--library" in message
        assert child.poll() is None


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["/usr/bin/litweave", "ask", "who has my disease?"], "litweave ask"),
        (["litweave", "--library", "some/secret", "ask", "q"], "litweave"),
        (["litweave", "Who?"], "litweave"),
        ([""], "python"),
    ],
    ids=["command", "option first", "no command", "nothing"],
)
def test_lock_says_the_command_and_not_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], shown: str
) -> None:
    """Questions are nobody else's business."""
    monkeypatch.setattr(sys, "argv", arguments)
    with Library.open(Settings(library=tmp_path), create=True, embedder=HashEmbedder()):
        owner = json.loads((tmp_path / "LOCK").read_bytes())
    assert (owner["command"], set(owner)) == (shown, {"pid", "command", "since"})


def test_catalog_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """All files of it, also in a directory that was open to others."""
    tmp_path.chmod(0o755)
    with Library.open(Settings(library=tmp_path), create=True, embedder=HashEmbedder()) as library:
        library.import_papers(iter([invented(1)]))
        files = [path for path in tmp_path.iterdir() if path.name.startswith("catalog")]
        assert len(files) > 1
        assert [path.name for path in files if path.stat().st_mode & 0o077] == []


def test_indexes_are_reached_by_their_owner_only(tmp_path: Path) -> None:
    """They hold words and vectors of the papers; what writes them would let others read them."""
    tmp_path.chmod(0o755)
    with Library.open(Settings(library=tmp_path), create=True, embedder=HashEmbedder()) as library:
        library.import_papers(iter([invented(1)]))
        folders = [path for path in tmp_path.iterdir() if path.is_dir()]
        assert {path.name for path in folders} == {"words", "vectors"}
        assert [path.name for path in folders if path.stat().st_mode & 0o077] == []


def test_killed_owner_leaves_no_lock_behind(tmp_path: Path) -> None:
    """The kernel lets go of it; the stale file names a dead process and stops no one."""
    with holder(tmp_path) as child:
        child.kill()
        child.wait()
        open_library(tmp_path).close()


def test_owner_that_closes_lets_the_next_one_in(tmp_path: Path) -> None:
    """Without waiting for the process to end: here it is the same one."""
    settings = Settings(library=tmp_path)
    first = Library.open(settings, create=True, embedder=HashEmbedder())
    with pytest.raises(LibraryBusy, match=f"process {os.getpid()} "):
        open_library(tmp_path)
    first.close()
    first.close()
    open_library(tmp_path).close()


def test_importing_the_library_package_loads_nothing_heavy() -> None:
    """`litweave --help` must not pay the seconds that the indexes and models take to import."""
    heavy = "chromadb", "openvino", "onnxruntime", "langchain_text_splitters", "tantivy", "litellm"
    code = f"import sys, service.library; print([m for m in {heavy!r} if m in sys.modules])"
    child = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert child.stdout == "[]\n"
