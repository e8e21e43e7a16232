"""Readers: litweave's own, and those that other packages register as entry points."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from service.readers import format_keys, formats, read
from service.readers.lines import open_text
from service.records import Paper

CHECKOUT = Path(__file__).parents[2]
REAL = CHECKOUT.parent / "shared" / "data" / "formats"
FOREIGN = """
from service.readers.raw import RawRecord

class Breadlist:
    key, name = "breadlist", "a list of breads"

    def recognises(self, head):
        return head.startswith("BREAD ")

    def records(self, file):
        for line in file.lines():
            yield RawRecord(line.number, title=line.text.removeprefix("BREAD "))

instance = Breadlist()
half = type("Half", (), {"key": "half", "name": "half a reader"})
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with four entry points in its metadata, of which one is whole, on the path."""
    (tmp_path / "breadlist_reader.py").write_text(FOREIGN)
    info = tmp_path / "breadlist_reader-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: breadlist-reader\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[litweave.readers]\nbreadlist = breadlist_reader:instance\nhalf = breadlist_reader:half\n"
        "gone = breadlist_reader:gone\nris = service.readers.ris:Ris\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    formats.readers.cache_clear()
    yield
    formats.readers.cache_clear()


def test_no_reader_comes_twice() -> None:
    keys = format_keys()
    assert len(keys) == len(set(keys))


@pytest.mark.usefixtures("installed")
def test_a_reader_of_another_package_reads(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "list.txt"
    path.write_text("BREAD Rye\nBREAD Spelt\n")
    with caplog.at_level(logging.WARNING):
        papers = list(read(path, max_record_bytes=1_000))
    assert [paper.title for paper in papers if isinstance(paper, Paper)] == ["Rye", "Spelt"]
    assert len(papers) == 2
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "the reader half of breadlist_reader:half is left out: it has no recognises and no records" in said
    assert "the reader gone" in said


@pytest.mark.usefixtures("installed")
def test_an_own_reader_that_is_registered_too_is_one() -> None:
    keys = format_keys()
    assert keys.count("ris") == 1
    assert keys[0] == "breadlist"


@pytest.mark.skipif(not REAL.is_dir(), reason="the files are not here")
def test_readers_of_one_rank_never_claim_the_same_file() -> None:
    """Otherwise the order among them, which is that of their keys, would decide."""
    files = [path for path in REAL.glob("*/*") if path.is_file()]
    assert len(files) > 70
    for path in files:
        head = open_text(path).head
        for rank, equals in groupby(formats.own_readers(), key=lambda reader: reader.rank):
            claiming = [reader.key for reader in equals if reader.recognises(head)]
            assert len(claiming) < 2, (path.name, rank, claiming)
