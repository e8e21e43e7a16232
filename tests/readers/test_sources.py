"""Whole files that cannot be read: an error before the first record, which names the file and what to do."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from service.errors import SourceError, UnknownFormat
from service.readers import read

FILES = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n\t\n" * 50_000, "is empty"),
    "mark only": (b"\xef\xbb\xbf", "is empty"),
    "utf-16 mark only": (b"\xff\xfe", "is empty"),
    "packed nothing": (gzip.compress(b""), "is empty"),
    "zeros": (b"\x00" * 5_000, "binary"),
    "pdf": (b"%PDF-1.7\nA Title\n\nAn abstract.\n", "binary"),
    "zip": (b"PK\x03\x04" + b"text" * 100, "damaged zip archive"),
    "noise": (bytes(range(256)) * 20, "binary"),
    "utf-16 without mark": (("A Title of a Paper\n\nText.\n" * 20).encode("utf-16-le"), "byte order mark"),
    "utf-32": ("Title\n".encode("utf-32"), "UTF-32"),
    "packed blank bomb": (gzip.compress(b"\n" * 101_000_000, 9), "is blank and grows"),
    "gzip damage": (gzip.compress(b"x")[:6] + b"\xff" * 20, "damaged gzip"),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_text_raises_at_once(tmp_path: Path, content: bytes, reason: str) -> None:
    """The call raises, not the first step of the iteration."""
    path = tmp_path / "odd.file"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=rf"odd\.file.*{reason}") as raised:
        read(path, max_record_bytes=1_000)
    assert not isinstance(raised.value, UnknownFormat)


def test_paths_that_are_no_files_raise(tmp_path: Path) -> None:
    """Missing, a directory, a pipe (which would block), and a name with a NUL."""
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (
        ("gone", "does not exist"),
        (".", "is a directory"),
        ("pipe", "regular"),
        ("a\x00b", "cannot be read"),
    ):
        with pytest.raises(SourceError, match=reason):
            read(tmp_path / name, max_record_bytes=1_000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_raises(tmp_path: Path) -> None:
    """Permission denied is said in words."""
    path = tmp_path / "locked.jsonl"
    path.write_text("{}")
    path.chmod(0)
    with pytest.raises(SourceError, match="permission denied"):
        read(path, max_record_bytes=1_000)


def test_an_unknown_format_names_what_is_known(tmp_path: Path) -> None:
    """The suffix does not make it JSONL."""
    path = tmp_path / "notes.jsonl"
    path.write_text("just some words\n")
    with pytest.raises(UnknownFormat, match=r"notes\.jsonl.*JSONL.*Daily Papers"):
        read(path, max_record_bytes=1_000)
    path.write_text("<!doctype html><p>Crusts</p>")
    with pytest.raises(UnknownFormat, match="seems to be a web page"):
        read(path, max_record_bytes=1_000)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_position_is_told_in_bytes_of_the_file(tmp_path: Path, packed: bool) -> None:
    """It grows, never beyond the file's size, so that a bar over it needs no second reading."""
    path = tmp_path / "papers.jsonl"
    content = b'{"title": "Kite", "abstract": "A tether holds the frame."}\n' * 1_000
    path.write_bytes(gzip.compress(content) if packed else content)
    heard: list[int] = []
    assert len(list(read(path, max_record_bytes=1_000, position=heard.append))) == 1_000
    assert len(heard) == 5
    assert heard == sorted(heard)
    assert 0 < heard[0] <= heard[-1] <= path.stat().st_size
