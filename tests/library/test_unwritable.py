"""A library on a read-only or a full file system: read as ever, changed by nobody, and told in words. Real mounts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli import main
from service.diskspace import unwritable
from service.errors import DiskFull, LibraryReadOnly

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [
    {"title": f"Kites of kind {n}", "abstract": f"Kites of kind {n} glide. They need {n} strings in a steady wind."}
    for n in range(2, 6)
]
MANY = "\n".join(json.dumps({"title": f"Gull {n}", "abstract": f"Gull {n} dives. " * 60}) for n in range(5_000))
UNSHARE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
RUN = """
import contextlib, io, json, sys
from service.cli import main
results = []
for line in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(line)
    results.append([int(code), out.getvalue(), err.getvalue()])
print(json.dumps(results))
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library, closed cleanly."""
    folder = tmp_path_factory.mktemp("made")
    papers = folder / "kites.jsonl"
    papers.write_text("\n".join(map(json.dumps, PAPERS)))
    assert main(["import", str(papers), "--library", str(folder / "library")]) == 0
    return folder / "library"


def mounted(tmp_path: Path, library: Path, prepare: str, commands: list[list[str]]) -> list[Done]:
    """Run commands over a copy of the library at tmp_path/disk/library, a file system of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    probe = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True, check=False)
    if shutil.which("unshare") is None or probe.returncode:
        pytest.skip("nothing can be mounted here")
    lines = [[*command, "--library", str(disk / "library")] for command in commands]
    script = f"""
set -e
mount -t tmpfs -o size=8m tmpfs {disk}
cp -a {library} {disk}/library
{prepare.format(disk=disk)}
exec "$0" -c "$1" "$2"
"""
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", script, sys.executable, RUN, json.dumps(lines)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    return [Done(*result) for result in json.loads(done.stdout.splitlines()[-1])]


READING = [
    ["search", "kites", "--json"],
    ["ask", "How many strings do kites of kind 3 need?"],
    ["export"],
    ["doctor"],
    ["survey", "kites of kind 3", "--words", "100"],
]


def check_read(done: list[Done]) -> None:
    search, ask, export, doctor, survey = done
    assert [one.code for one in (search, export, doctor)] == [0, 0, 0]
    assert len(json.loads(search.out)["hits"]) == len(PAPERS)
    assert "3 strings" in ask.out
    assert export.out.count("\n") == len(PAPERS)
    assert "All is well" in doctor.out
    assert survey.code in (0, 3)
    for one in done:
        assert "rebuild" not in one.out + one.err
        assert "Internal" not in one.err


def test_a_library_on_a_read_only_file_system_is_read(tmp_path: Path, library: Path) -> None:
    """Search, ask, export, doctor and survey; what changes it is refused, and says why and where."""
    many = tmp_path / "gulls.jsonl"
    many.write_text(MANY)
    changing = [
        ["import", str(many)],
        ["doctor", "--rebuild"],
        ["keys", "create", "ada"],
        ["collection", "create", "Kites"],
    ]
    done = mounted(tmp_path, library, "mount -o remount,ro {disk}", [*READING, *changing])
    check_read(done[: len(READING)])
    assert "read from a copy" in done[0].err
    for one in done[len(READING) :]:
        assert one.code == 1
        assert str(tmp_path / "disk" / "library") in one.err
        assert "cannot be written" in one.err
        assert "restore" not in one.err


def test_with_a_full_disk_reading_goes_on(tmp_path: Path, library: Path) -> None:
    """The message names the path, how much is free and what to free; never that what is whole should be rebuilt."""
    many = tmp_path / "gulls.jsonl"
    many.write_text(MANY)
    done = mounted(
        tmp_path,
        library,
        "dd if=/dev/zero of={disk}/fill bs=64k 2>/dev/null || dd if=/dev/zero of={disk}/more bs=1 2>/dev/null || true",
        [*READING, ["import", str(many)]],
    )
    check_read(done[: len(READING)])
    refused = done[-1]
    assert refused.code == 1
    assert "no space left to write" in refused.err
    assert str(tmp_path / "disk" / "library") in refused.err
    assert "0.0 MB free" in refused.err
    assert "rebuild" not in refused.err


def test_a_disk_that_fills_up_keeps_what_is_whole(tmp_path: Path, library: Path) -> None:
    """An import that runs out of space leaves whole batches, and they can be searched."""
    many = tmp_path / "gulls.jsonl"
    many.write_text(MANY)
    disk = tmp_path / "disk"
    done = mounted(
        tmp_path,
        library,
        "true",
        [["import", str(many), "--no-wait"], ["search", "kites", "--json"], ["export"]],
    )
    failed, search, export = done
    assert failed.code == 1
    assert "no space left to write" in failed.err
    assert "rebuild" not in failed.err + search.err
    assert str(disk / "library") in failed.err
    titles = [hit["title"] for hit in json.loads(search.out)["hits"]]
    assert {paper["title"] for paper in PAPERS} <= set(titles)
    assert export.out.count("\n") >= len(PAPERS)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(28, "No space left on device"), DiskFull),
        (OSError(122, "Disk quota exceeded"), DiskFull),
        (OSError(27, "File too large"), DiskFull),
        (OSError(30, "Read-only file system"), LibraryReadOnly),
        (PermissionError(13, "Permission denied"), LibraryReadOnly),
        (ValueError("Failed to open file for write: 'No space left on device (os error 28)'"), DiskFull),
        (RuntimeError("attempt to write a readonly database"), LibraryReadOnly),
        (ValueError("meta.json is not JSON"), None),
        (OSError(5, "Input/output error"), None),
    ],
)
def test_why_something_could_not_be_written(tmp_path: Path, error: Exception, kind: type | None) -> None:
    found = unwritable(tmp_path, error)
    assert (None if found is None else type(found)) is kind
    assert found is None or str(tmp_path) in str(found)


def test_what_may_be_deleted_is_named_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "surveys").mkdir()
    (tmp_path / "model.sqlite").write_bytes(b"x")
    told = str(unwritable(tmp_path / "catalog.sqlite3", OSError(28, "full")))
    assert "'model.sqlite'" in told
    assert "surveys" not in told
