"""Zip archives of files."""

from __future__ import annotations

import io
import stat
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.containers import Member, is_archive, members
from service.records import Rejection


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "papers.zip"
    path.write_bytes(data)
    return path


def found(path: Path, *, most_bytes: int = 2_000_000_000, most_entries: int = 10_000) -> list[tuple[str, bytes] | str]:
    """Name and content of each member, reason of each rejection."""
    every = members(path, most_bytes=most_bytes, most_entries=most_entries)
    return [m.reason if isinstance(m, Rejection) else (m.name, m.path.read_bytes()) for m in every]


def test_files_come_one_at_a_time_and_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, under their names in the archive; directories, hidden entries and those of macOS are none of them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    files = {
        "b/": b"",
        "b/one.bib": b"1",
        "__MACOSX/b/._one.bib": b"x",
        ".DS_Store": b"x",
        "b/.git/x": b"x",
        "two": b"",
    }
    seen: list[Path] = []
    for member in members(saved(tmp_path, packed(files))):
        assert isinstance(member, Member)
        assert not any(path.read_bytes() == b"1" for path in seen)
        seen.append(member.path)
        assert len(list((tmp_path / "temporary").rglob("*"))) == 2
    assert not list((tmp_path / "temporary").rglob("*"))
    assert found(tmp_path / "papers.zip") == [("papers.zip/b/one.bib", b"1"), ("papers.zip/two", b"")]


def test_a_stopped_reader_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the iterator is closed half-way."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    iterator = members(saved(tmp_path, packed({"a": b"1", "b": b"2"})))
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert not list((tmp_path / "temporary").rglob("*"))


NAMES = {
    "parent": "../evil.bib", "parent inside": "a/../../evil.bib", "backslashes": "..\\evil.bib",
    "absolute": "/etc/evil.bib", "drive": "C:\\evil.bib", "share": "\\\\host\\evil.bib",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_traversing_name_costs_that_member(tmp_path: Path, name: str) -> None:
    """It is named in the reason, the next one is read, and nothing is written outside."""
    before = set(tmp_path.parent.iterdir())
    refused, good = found(saved(tmp_path, packed({name: b"x", "good.bib": b"y"})))
    assert isinstance(refused, str)
    assert "evil.bib" in refused
    assert "pack the archive anew" in refused
    assert good == ("papers.zip/good.bib", b"y")
    assert set(tmp_path.parent.iterdir()) == before


def test_encrypted_linked_and_strangely_packed_members_are_refused(tmp_path: Path) -> None:
    """Each by itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("bzipped", b"x" * 100, zipfile.ZIP_BZIP2)
        archive.writestr("locked", b"x")
        archive.writestr("good", b"y")
    data = bytearray(out.getvalue())
    at = data.rindex(b"locked") - 46  # in the table of contents
    data[at + 8] |= 1
    link_reason, method_reason, locked_reason, good = found(saved(tmp_path, bytes(data)))
    assert "it is a link" in str(link_reason)
    assert "pack it as ordinary zip" in str(method_reason)
    assert "papers.zip/locked: it is encrypted" in str(locked_reason)
    assert good == ("papers.zip/good", b"y")


def test_a_damaged_member_does_not_lose_the_others(tmp_path: Path) -> None:
    """A checksum that is wrong."""
    data = packed({"bad": b"first words", "good": b"y"}, zipfile.ZIP_STORED).replace(b"first", b"FIRST")
    bad, good = found(saved(tmp_path, data))
    assert "papers.zip/bad: it is damaged" in str(bad)
    assert good == ("papers.zip/good", b"y")


def test_archives_are_opened_in_archives_once(tmp_path: Path) -> None:
    """The second inner one is refused by name; a workbook is no archive."""
    inmost = packed({"deep.bib": b"x"})
    book = packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""})
    inner = packed({"in.bib": b"1", "more.zip": inmost, "book.xlsx": book})
    first, refused, workbook, last = found(saved(tmp_path, packed({"in.zip": inner, "out.bib": b"2"})))
    assert first == ("papers.zip/in.zip/in.bib", b"1")
    assert refused == (
        "papers.zip/in.zip/more.zip: it is an archive in an archive in an archive: unpack it and import the files"
    )
    assert workbook == ("papers.zip/in.zip/book.xlsx", book)
    assert last == ("papers.zip/out.bib", b"2")


def test_a_damaged_inner_archive_costs_itself(tmp_path: Path) -> None:
    """What begins as an archive and is none."""
    refused, good = found(saved(tmp_path, packed({"in.zip": b"PK\x03\x04 cut", "out.bib": b"2"})))
    assert "papers.zip/in.zip is a damaged zip archive" in str(refused)
    assert good == ("papers.zip/out.bib", b"2")


def test_a_bomb_is_refused_and_the_rest_read(tmp_path: Path) -> None:
    """By what comes out, whatever the archive says of sizes."""
    data = bytearray(packed({"bomb": bytes(101_000_000), "good": b"y"}))
    at = data.rindex(b"bomb") - 46
    data[at + 24 : at + 28] = struct.pack("<I", 101_000_000)
    refused, good = found(saved(tmp_path, bytes(data)))
    assert "papers.zip/bomb: it grows over 200-fold" in str(refused)
    assert good == ("papers.zip/good", b"y")


def test_the_bound_holds_for_all_members_together(tmp_path: Path) -> None:
    """Also for those of archives in the archive."""
    text = bytes(range(250)) * 4
    inner = packed({"x": text}, zipfile.ZIP_STORED)
    path = saved(tmp_path, packed({"a": text, "in.zip": inner, "b": text[:10]}, zipfile.ZIP_STORED))
    a, refused, b = found(path, most_bytes=2_500)
    assert (a, b) == (("papers.zip/a", text), ("papers.zip/b", text[:10]))
    assert refused == ("papers.zip/in.zip/x: the archive holds more than 2,500 bytes: unpack it and import the files")


def test_members_beyond_the_bound_are_counted(tmp_path: Path) -> None:
    """The first ones are read."""
    made = found(saved(tmp_path, packed({f"{n}": b"x" for n in range(5)})), most_entries=3)
    assert [m for m in made if isinstance(m, str)] == [
        "papers.zip holds 5 entries, of which the first 3 are read: split it"
    ]
    assert len(made) == 4


def test_an_endless_table_of_contents_is_not_listed(tmp_path: Path) -> None:
    """A million entries would take a gigabyte to list."""
    with pytest.raises(SourceError, match="holds too many entries"):
        found(saved(tmp_path, packed({f"{n}": b"" for n in range(100)})), most_entries=3)


def test_an_archive_in_the_larger_form_is_read(tmp_path: Path) -> None:
    """Of more than 65,535 entries, whose table of contents is told elsewhere."""
    path = saved(tmp_path, packed({f"{n}": b"" for n in range(66_000)}))
    with pytest.raises(SourceError, match="holds too many entries"):
        found(path, most_entries=4_000)
    with closing(members(path)) as every:  # type: ignore[type-var]
        assert isinstance(next(every), Member)


BROKEN = {
    "cut": packed({"a": b"x" * 1000})[:-30],
    "empty": packed({}),
    "only hidden": packed({".a": b"x", "b/": b""}),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_an_archive_with_nothing_to_read_says_so(tmp_path: Path, data: bytes) -> None:
    """It is an archive all the same."""
    path = saved(tmp_path, data)
    assert is_archive(path)
    with pytest.raises(SourceError, match=r"papers\.zip"):
        found(path)


def test_documents_and_texts_are_no_archives(tmp_path: Path) -> None:
    """By content, not by suffix."""
    for data in (b"", b"PK", b"title,year\n", packed({"mimetype": b"application/epub+zip"})):
        assert not is_archive(saved(tmp_path, data))
    assert not is_archive(tmp_path / "missing")
    assert not is_archive(tmp_path)
