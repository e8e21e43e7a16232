"""Globs and standard input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from service.errors import SourceError, SourceTooLarge
from service.readers.paths import expanded, spooled_input


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def made(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def test_patterns_become_the_files_they_match_in_name_order(tmp_path: Path) -> None:
    """Hidden files left out, directories kept, ** through all of them."""
    made(tmp_path, "b.bib", "a.bib", ".c.bib", "d.ris", "in/e.bib")
    assert list(expanded([tmp_path / "*.bib"])) == [tmp_path / "a.bib", tmp_path / "b.bib"]
    assert list(expanded([tmp_path / "[bd].*"])) == [tmp_path / "b.bib", tmp_path / "d.ris"]
    assert list(expanded([tmp_path / "i?"])) == [tmp_path / "in"]
    assert list(expanded([tmp_path / "**" / "*.bib"])) == [
        tmp_path / "a.bib", tmp_path / "b.bib", tmp_path / "in" / "e.bib",
    ]  # fmt: skip


def test_a_path_that_exists_is_no_pattern(tmp_path: Path) -> None:
    """Brackets are common in names of downloads; what has none and is missing is left to its reader."""
    made(tmp_path, "export [1].bib", "export 1.bib")
    given = [tmp_path / "export [1].bib", tmp_path / "missing.bib", Path("-")]
    assert list(expanded(given)) == given


def test_a_pattern_without_a_match_is_an_error(tmp_path: Path) -> None:
    """It names the pattern."""
    with pytest.raises(SourceError, match=r"no file matches '.*\*\.bib': check the pattern"):
        list(expanded([tmp_path / "*.bib"]))


def test_a_name_that_no_file_can_have_is_passed_on() -> None:
    """Its reader says what is wrong."""
    for name in ("a\x00*", "*" + "x" * 5_000):
        assert list(expanded([Path(name)])) == [Path(name)]


def test_standard_input_is_a_file_until_it_has_been_read() -> None:
    """Bytes as they came."""
    with spooled_input(io.BytesIO(b"a\r\n\xff")) as path:
        assert (path.name, path.read_bytes()) == ("standard-input", b"a\r\n\xff")
    assert not path.exists()
    assert not path.parent.exists()


def test_standard_input_is_deleted_when_its_reader_fails() -> None:
    """Nothing stays behind."""
    seen: list[Path] = []

    def read() -> None:
        with spooled_input(io.BytesIO(b"x")) as path:
            seen.append(path)
            raise SourceError("no format")

    with pytest.raises(SourceError, match="no format"):
        read()
    assert not seen[0].parent.exists()


def test_standard_input_is_bounded() -> None:
    """An endless pipe ends."""
    with spooled_input(io.BytesIO(b"x" * 10), most_bytes=10) as path:
        assert path.stat().st_size == 10
    with pytest.raises(SourceTooLarge, match="longer than 9 bytes"), spooled_input(io.BytesIO(b"x" * 10), most_bytes=9):
        pass


def test_a_terminal_is_not_waited_for() -> None:
    """Who types "-" by mistake is told so."""
    with pytest.raises(SourceError, match="pipe a file into the command"), spooled_input(Terminal()):
        pass
