"""A disk that fills up under a running service, and has space again: it goes on without a restart. Real mounts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_unwritable import MANY, PAPERS, ROOT, UNSHARE

from service.cli import main

SERVE = """
import json, os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from served import served

disk, searched = Path(sys.argv[1]), sys.argv[2] == "searched"
told = []

def full():
    for name, block in (("fill", 65536), ("more", 64)):
        with open(disk / name, "wb", buffering=0) as file:
            try:
                while file.write(bytes(block)):
                    pass
            except OSError:
                pass

def empty():
    for name in ("fill", "more"):
        (disk / name).unlink()

with served(disk / "library") as running:
    client = running.client
    def search(query):
        reply = client.post("/v1/search", json={"query": query})
        told.append([reply.status_code, [hit["title"] for hit in reply.json().get("hits", ())]])
    def upload(text):
        told.append([client.post("/v1/papers", files={"file": ("papers.jsonl", text)}).status_code, []])
    if searched:
        search("kites")
    full()
    for query in ("kites", "kind 3", "kites"):
        search(query)
    upload(sys.stdin.read())
    told.append([client.get("/readyz").status_code, []])
    empty()
    for query in ("kites", "kind 3"):
        search(query)
    upload('{"title": "Gulls dive", "abstract": "Gulls dive for fish."}')
    search("gulls")
    told.append([client.get("/readyz").status_code, []])
    health = client.get("/healthz").json()
print(json.dumps({"told": told, "health": health, "log": running.log.read_text()}))
"""


@pytest.fixture(scope="module")
def kites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library, closed cleanly."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "kites.jsonl").write_text("\n".join(map(json.dumps, PAPERS)))
    assert main(["import", str(folder / "kites.jsonl"), "--library", str(folder / "library")]) == 0
    return folder / "library"


@pytest.mark.parametrize("searched", [True, False], ids=["searched before", "never searched"])
def test_a_service_goes_on_when_there_is_space_again(tmp_path: Path, kites: Path, searched: bool) -> None:
    """Searches are answered throughout, imports refused with 507 and taken afterwards, and nothing is damaged."""
    found = run(tmp_path, kites, SERVE, "searched" if searched else "not")
    told = found["told"][1:] if searched else found["told"]
    for status, titles in told[:3]:
        assert status == 200
        assert set(titles) == {paper["title"] for paper in PAPERS}
    assert [status for status, _ in told[3:5]] == [507, 503]
    for status, titles in told[5:7]:
        assert status == 200
        assert len(titles) == len(PAPERS)
    assert told[7][0] == 200
    assert told[8][1][0] == "Gulls dive"
    assert told[9][0] == 200
    assert found["health"]["problems"] == []
    assert found["health"]["indexed"] == found["health"]["vectors"] == len(PAPERS) + 1
    assert "request failed" not in found["log"]


def run(tmp_path: Path, library: Path, code: str, *arguments: str) -> dict[str, Any]:
    """What the code prints, over a copy of the library at tmp_path/disk/library, a file system of 8 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=8m tmpfs {disk} && cp -a {library} {disk}/library && exec "$0" -c "$@"'
    probe = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("nothing can be mounted here")
    command = [*UNSHARE, "sh", "-c", script, sys.executable, code, str(disk), *arguments, str(ROOT / "tests")]
    done = subprocess.run(command, cwd=ROOT, input=MANY, capture_output=True, text=True, check=False, timeout=250)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found
