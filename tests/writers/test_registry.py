"""Writers: litweave's own, and those that other packages register as entry points."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint

import pytest
from scripted_review import KITE

from service.errors import UsageError
from service.writers import Selected, WriteOptions, registry, writer_for, writer_named, writers


class Titles:
    """A format of another package: one title a line."""

    key = "titles"
    name = "Titles"
    suffixes = (".titles",)
    media_type = "text/plain; charset=utf-8"
    kind = "text"

    def write(self, papers: Iterable[Selected], options: WriteOptions, /) -> Iterator[str]:
        for one in papers:
            yield f"{one.paper.title}\n"


class Nameless(Titles):
    name = ""


class Another(Titles):
    key = "ris"


class Folder(Titles):
    key = "folder"
    kind = "folder"


class Failing:
    def __init__(self) -> None:
        raise RuntimeError("no licence")


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of classes of this module that are registered by another package, beside the own ones."""
    names: list[str] = []

    def found(group: str) -> list[EntryPoint]:
        assert group == "litweave.writers"
        return [EntryPoint(name, f"{__name__}:{name}", group) for name in names]

    monkeypatch.setattr(registry, "entry_points", found)
    registry.writers.cache_clear()
    yield names
    registry.writers.cache_clear()


def test_own_writers_are_there_without_metadata(registered: list[str]) -> None:
    """They are found in their folder."""
    assert set(writers()) == {
        "bibtex", "biblatex", "csl-json", "csv", "jsonl", "obsidian", "ris", "tsv", "xlsx",
    }  # fmt: skip


def test_a_writer_of_another_package_is_used_as_an_own_one(registered: list[str]) -> None:
    """By its key and by its suffix."""
    registered.append("Titles")
    assert writer_for("All.TITLES") is writer_named("titles")
    assert list(writer_named("titles").write([Selected(KITE)], WriteOptions())) == [f"{KITE.title}\n"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Failing", "no licence"),
        ("Absent", "Absent"),
        ("Nameless", "its name is ''"),
        ("Another", "another for the format 'ris'"),
        ("Folder", "it has no files()"),
    ],
)
def test_a_broken_writer_is_left_out_with_a_warning(
    registered: list[str], caplog: pytest.LogCaptureFixture, name: str, why: str
) -> None:
    """The others stay."""
    registered += [name, "Titles"]
    with caplog.at_level(logging.WARNING):
        found = writers()
    assert len(found) == 10
    assert type(found["ris"]).__name__ == "Ris"
    (record,) = caplog.records
    assert f"{name} is left out" in record.getMessage()
    assert why in record.getMessage()


def test_an_unknown_format_names_those_there_are() -> None:
    """So that a typing error costs one look."""
    with pytest.raises(UsageError, match=r"'bibtx' is no format that is written: .*bibtex"):
        writer_named("bibtx")


def test_no_two_writers_claim_one_suffix() -> None:
    """Else a file's name would not say its format."""
    suffixes = [suffix for writer in writers().values() for suffix in writer.suffixes]
    assert len(set(suffixes)) == len(suffixes)
