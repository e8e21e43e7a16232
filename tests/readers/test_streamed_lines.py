"""Lines of a file that is not held as a whole."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_formats import WRITERS, Written

from service.errors import SourceError
from service.readers import read
from service.readers.lines import open_text
from service.readers.opened import text_lines
from service.records import Paper, Rejection

STREAMED = ("jsonl", "ris", "enw", "wos", "nbib", "refworks", "numbered-text")


def lines(path: Path, most: int = 1_000_000) -> Iterator[str]:
    return text_lines(open_text(path), most_chars=most)


@given(parts=st.lists(st.sampled_from(["a", "é\u2028", "\n", "\r", "\r\n", "\ufeff", " b", "\t", "x" * 40_000])))
def test_they_are_those_of_the_whole_text(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    """Whatever ends them, and wherever a piece of the file ends; a blank line is empty."""
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes(("a" + "".join(parts)).encode())
    whole = open_text(path).whole().split("\n")
    expected = ["" if line.isspace() else line for line in (whole if whole[-1] else whole[:-1])]
    assert list(lines(path)) == expected


def test_a_long_line_is_cut_where_it_is_known_to_be_too_long(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"ab\n" + b"x" * 200_000 + b"\nc\n" + b" " * 200_000 + b"d\n")
    assert [line.strip() for line in lines(path, most=10_000)] == ["ab", "x" * 10_001, "c", "d"]


def test_bytes_of_another_encoding_stay_to_be_reported(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes(b"caf\xe9\nb\n")
    assert list(lines(path)) == ["caf\udce9", "b"]
    path.write_bytes("café\r\nb".encode("utf-16"))
    assert list(lines(path)) == ["café", "b"]


@pytest.mark.parametrize("key", STREAMED)
def test_the_position_grows_while_records_come(tmp_path: Path, key: str) -> None:
    path = tmp_path / "many"
    path.write_text(WRITERS[key]([Written(f"Crust {n}") for n in range(3_000)]), encoding="utf-8")
    told: list[int] = []
    records = read(path, max_record_bytes=1_000_000, position=told.append)
    for _ in range(100):
        next(records)
    early = list(told)
    assert sum(isinstance(record, Paper) for record in records) == 2_900
    assert len(early) < len(told)
    assert told == sorted(told)
    assert told[-1] <= path.stat().st_size


@pytest.mark.parametrize("key", STREAMED)
def test_what_comes_before_damage_is_kept(tmp_path: Path, key: str) -> None:
    """Gzip data that breaks off: the records before it, then one rejection that says so."""
    path = tmp_path / "cut.gz"
    packed = gzip.compress(WRITERS[key]([Written(f"Crust {n}", f"We bake {n * n}.") for n in range(9_000)]).encode())
    path.write_bytes(packed[: len(packed) // 2])
    found = list(read(path, max_record_bytes=1_000_000))
    assert sum(isinstance(record, Paper) for record in found) > 1_000
    [rejection] = [record for record in found if isinstance(record, Rejection)][-1:]
    assert "damaged" in rejection.reason


def test_a_large_file_that_is_needed_whole_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """By its size on disk: 300 MB of a format whose parser takes all of it at once."""
    path = tmp_path / "vast.bib"
    with path.open("wb") as stream:
        stream.write(b"@article{k, title = {Crust}}\n" * 3_000)
        stream.truncate(400_000_000)
    with pytest.raises(SourceError, match="split it into several files"):
        list(read(path, max_record_bytes=1_000_000, format_="bibtex"))
