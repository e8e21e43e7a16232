"""Two sessions over one library: the second comes in through the door of the first, with real sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder, invented

from service.errors import FingerprintMismatch, LibraryBusy, LibraryError, MergeRefused, QueryError, UnknownPaper
from service.library import Library
from service.library.door import FILE
from service.library.remote import HolderGone, RemoteLibrary
from service.library.session import LibrarySession
from service.records import Filters, Rejection
from service.settings import Settings

PAPERS = [invented(number) for number in range(40)]


def session(directory: Path, *, resident: bool, embedding: str = "minilm") -> LibrarySession:
    settings = Settings(library=directory, import_batch_papers=5)
    return LibrarySession(
        lambda: Library.open(settings, create=True, embedder=HashEmbedder()),
        resident=resident,
        root=directory,
        embedding=embedding,
    )


@pytest.fixture
def host(tmp_path: Path):
    hosting = session(tmp_path, resident=True)
    with hosting.using() as library:
        library.import_papers(PAPERS[:20])
    yield hosting
    hosting.close()


@pytest.fixture
def guest(tmp_path: Path, host: LibrarySession):
    visiting = session(tmp_path, resident=False)
    yield visiting
    visiting.close()


def test_guest_sees_what_the_holder_sees(host: LibrarySession, guest: LibrarySession) -> None:
    filters = Filters(year_from=2000)
    with host.using() as owned, guest.using() as visited:
        assert type(owned) is Library
        assert type(visited) is not Library
        query = PAPERS[3].title
        assert visited.search(query, k=5, filters=filters) == owned.search(query, k=5, filters=filters)
        assert list(visited.papers()) == list(owned.papers())
        papers = list(owned.papers())[:3]
        assert visited.annotated(papers) == owned.annotated(papers)
        assert visited.count() == 20


def test_guest_imports_while_the_holder_imports(host: LibrarySession, guest: LibrarySession) -> None:
    arrived, may_go_on = threading.Event(), threading.Event()

    def slowly():
        for number, paper in enumerate(PAPERS[20:30]):
            if number == 6:
                arrived.set()
                assert may_go_on.wait(20)
            yield paper

    with host.using() as owned:
        running = threading.Thread(target=owned.import_papers, args=(slowly(),))
        running.start()
        assert arrived.wait(20)
        heard: list[int] = []
        with guest.using() as visited:
            records = [*PAPERS[30:], PAPERS[0], Rejection("file", 3, "no title")]
            report = visited.import_papers(records, progress=heard.append, embed=True)
            found = visited.search(PAPERS[35].title, k=1)
        may_go_on.set()
        running.join()
        assert (report.added, report.duplicates, report.total) == (10, 1, 12)
        assert heard == [12]
        assert found.hits[0].paper.title == PAPERS[35].title
        assert owned.count() == 40
        assert owned.health().ok


def test_guest_reaches_the_shelves_and_the_corrections(host: LibrarySession, guest: LibrarySession) -> None:
    with host.using() as owned, guest.using() as visited:
        paper = next(iter(visited.papers()))
        assert visited.shelves.tags.add("wind", [paper.paper_id]) == 1
        assert [tag.name for tag in owned.shelves.tags.all()] == ["wind"]
        assert visited.corrections.made(paper.paper_id) == owned.corrections.made(paper.paper_id)
        visited.corrections.delete([paper.paper_id])
        assert owned.count() == 19


def test_errors_and_progress_come_back(guest: LibrarySession) -> None:
    heard: list[tuple[int, int]] = []
    with guest.using() as visited:
        with pytest.raises(QueryError):
            visited.search("", k=3)
        with pytest.raises(UnknownPaper, match="no paper 'nowhere'"):
            visited.corrections.delete(["nowhere"])
        one, other, *_ = visited.papers()
        visited.corrections.distinguish(one.paper_id, other.paper_id)
        with pytest.raises(MergeRefused, match="told apart by hand"):
            visited.corrections.merge(one.paper_id, other.paper_id)
        visited.embed_waiting(progress=lambda done, total: heard.append((done, total)), sentences=True)
        assert visited.count() == 20


@pytest.mark.parametrize("method", ["close", "open", "_rebuild", "embed_in_background_"])
def test_what_is_the_holders_own_stays_so(host: LibrarySession, guest: LibrarySession, method: str) -> None:
    with guest.using() as visited:
        call = visited._call  # type: ignore[attr-defined]
        with pytest.raises(LibraryError):
            call(method, (), {})
    with host.using() as owned:
        assert owned.count() == 20


def test_a_guest_takes_over_when_the_holder_ends(tmp_path: Path, host: LibrarySession) -> None:
    staying = session(tmp_path, resident=True)
    opened: list[type] = []
    staying.whenever_opened(lambda library: opened.append(type(library)))
    host.close()
    with pytest.raises(HolderGone), staying.using() as library:
        library.count()
    with staying.using() as library:
        assert library.count() == 20
    assert opened[-1] is Library
    staying.close()
    assert not (tmp_path / FILE).exists()


def test_another_embedding_model_is_refused(tmp_path: Path, host: LibrarySession) -> None:
    other = session(tmp_path, resident=False, embedding="openai/other")
    with pytest.raises(FingerprintMismatch, match="LITWEAVE_EMBEDDING"), other.using():
        pass


def test_without_the_key_nobody_comes_in(tmp_path: Path, host: LibrarySession) -> None:
    door = tmp_path / FILE
    assert door.stat().st_mode & 0o077 == 0
    told = door.read_text()
    door.write_text(told.replace('"key": "', '"key": "00'))
    stranger = session(tmp_path, resident=False)
    with pytest.raises(LibraryBusy), stranger.using():
        pass
    door.write_text(told)
    with stranger.using() as library:
        assert library.count() == 20
    stranger.close()


def test_a_long_path_has_a_door_too(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    hosting = session(deep, resident=True)
    visiting = session(deep, resident=False)
    with visiting.using() as library:
        assert library.count() == 0
    visiting.close()
    hosting.close()


def test_a_killed_holder_leaves_a_library_that_opens(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\n"
        "from test_door import session, PAPERS\n"
        "held = session(Path(sys.argv[1]), resident=True)\n"
        "with held.using() as library: library.import_papers(PAPERS[:5])\n"
        "print('open', flush=True); sys.stdin.read()\n"
    )
    here = Path(__file__).resolve().parent
    path = os.pathsep.join([str(here.parent.parent), str(here.parent)])
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), str(here)],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    visiting = session(tmp_path, resident=False)
    with visiting.using() as library:
        assert library.count() == 5
        child.send_signal(signal.SIGKILL)
        child.wait()
        with pytest.raises(HolderGone, match="run the command again"):
            library.count()
    visiting.close()
    again = session(tmp_path, resident=True)
    with again.using() as library:
        assert library.count() == 5
        assert type(library) is Library
    again.close()


@pytest.mark.parametrize("how", ["readable", "linked", "of another user"])
def test_no_door_is_taken_that_another_user_may_have_made(
    tmp_path: Path, host: LibrarySession, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes out of it is unpickled: in a folder that others write to, key and socket may both be a stranger's."""
    door = tmp_path / FILE
    if how == "readable":
        door.chmod(0o640)
    elif how == "linked":
        door.rename(tmp_path / "elsewhere")
        door.symlink_to(tmp_path / "elsewhere")
    else:
        monkeypatch.setattr(os, "geteuid", lambda: door.stat().st_uid + 1)
    assert RemoteLibrary.at(tmp_path, embedding="minilm") is None
