"""What every format holds of a library's papers, and what in it stays inert."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import get_args

import pytest
import rispy
from exported_papers import TEXTS, exported, exported_bytes
from python_calamine import CalamineWorkbook
from scripted_review import HERON, HOSTILE, KITE

from service.records import Paper, PublicationStatus, Span
from service.render.reference import afterwards
from service.writers import Selected, WriteOptions, writer_named, writers
from service.writers.own.xlsx import fitted


def sheet(content: bytes) -> list[list[object]]:
    """The cells of a workbook's first sheet, as an independent reader sees them."""
    return list(CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0).to_python())


def texts(content: bytes) -> list[str]:
    """The text of a file, or of each file of an archive."""
    if not content.startswith(b"PK"):
        return [content.decode("utf-8")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name).decode("utf-8") for name in archive.namelist()]


def test_papers_are_exported_one_at_a_time() -> None:
    """The first piece is there before the second paper is asked for, in every text format."""
    for form in TEXTS:
        asked: list[int] = []

        def papers(asked: list[int] = asked) -> Iterator[Selected]:
            for number in range(100_000):
                asked.append(number)
                yield Selected(replace(KITE, paper_id=f"p{number}"))

        pieces = list(islice(writer_named(form).write(papers(), WriteOptions()), 3))
        assert len(pieces) == 3
        assert len(asked) <= 3


def test_keys_are_unique_however_many_papers_share_one() -> None:
    """Three papers named alike, in each format that has keys."""
    papers = [replace(HERON, paper_id=f"p{n}") for n in range(3)]
    keys = [record["id"] for record in rispy.loads(exported(papers, "ris"))]
    assert len(set(keys)) == 3
    assert [item["id"] for item in json.loads(exported(papers, "csl-json"))] == keys
    for form in ("bibtex", "biblatex"):
        bib = exported(papers, form)
        assert [bib.count(f"@inproceedings{{{key},") for key in keys] == [1, 1, 1]
    assert [row["key"] for row in csv.DictReader(io.StringIO(exported(papers, "csv"), newline=""))] == keys
    with zipfile.ZipFile(io.BytesIO(exported_bytes(papers, "obsidian"))) as archive:
        assert archive.namelist() == [*(f"@{key}.md" for key in keys), "Papers.md"]


def test_given_keys_are_kept_and_made_plain() -> None:
    """An answer's keys stand in its text, so the export has the same."""
    papers = [Selected(KITE, "kites:2024"), Selected(HERON, "Kites:2024"), Selected(HERON, "a}b,\\c")]
    assert [r["id"] for r in rispy.loads(exported(papers, "ris"))] == ["kites:2024", "Kites:2024-2", "abc"]


COUNTS: dict[str, Callable[[bytes], int]] = {
    "jsonl": lambda content: len(content.splitlines()),
    "csl-json": lambda content: len(json.loads(content)),
    "ris": lambda content: len(rispy.loads(content.decode())),
    "bibtex": lambda content: content.count(b"\n@misc{") + content.startswith(b"@misc{"),
    "biblatex": lambda content: content.count(b"\n@misc{") + content.startswith(b"@misc{"),
    "csv": lambda content: len(list(csv.reader(io.StringIO(content.decode(), newline="")))) - 1,
    "tsv": lambda content: len(list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter="\t"))) - 1,
    "xlsx": lambda content: len(sheet(content)) - 1,
    "obsidian": lambda content: len(zipfile.ZipFile(io.BytesIO(content)).namelist()) - 1,
}


@pytest.mark.parametrize("form", writers())
def test_hostile_papers_are_exported_whole(form: str) -> None:
    """One record each, and nothing that acts on a terminal."""
    hostile = replace(HOSTILE, abstract="a\x1b[31m\nER  - \nTY  - JOUR\n@misc{x,\n\u202egnp")
    content = exported_bytes([hostile, KITE], form, abstracts=True)
    assert COUNTS[form](content) == 2
    for text in texts(content):
        assert "\x1b" not in text
        assert "\u202e" not in text


@pytest.mark.parametrize("form", writers())
def test_no_papers_are_a_file_without_any(form: str) -> None:
    """Still well-formed."""
    assert COUNTS[form](exported_bytes([], form)) == 0


@pytest.mark.parametrize("form", writers())
def test_equal_papers_make_equal_bytes(form: str) -> None:
    """So that a file under version control changes only where its papers do."""
    assert exported_bytes([KITE, HERON], form) == exported_bytes([KITE, HERON], form)


@pytest.mark.parametrize("status", get_args(PublicationStatus))
@pytest.mark.parametrize("form", writers())
def test_every_format_says_what_became_of_a_paper(form: str, status: PublicationStatus) -> None:
    """A retraction is seen wherever the paper goes."""
    content = exported_bytes([replace(HERON, status=status)], form)
    if form == "xlsx":
        assert status in sheet(content)[1]
        return
    if form == "obsidian":
        archive = zipfile.ZipFile(io.BytesIO(content))
        note, index = (archive.read(name).decode() for name in archive.namelist())
        assert f"> [!warning] {afterwards(status)}" in note
        assert f"**{afterwards(status)}**" in index
        return
    shown = status if form in ("jsonl", "csv", "tsv") else afterwards(status)
    assert shown in content.decode()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@cmd", "'@cmd"),
        ("\uff1dA1", "'\uff1dA1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    """A table of separated values marks it with an apostrophe; a workbook holds texts, which are none."""
    paper = Paper(title=text, abstract=text, authors=(text,), venue=text, paper_id="p")
    (row,) = csv.DictReader(io.StringIO(exported([paper], "csv"), newline=""))
    assert [row[name] for name in ("title", "abstract", "authors", "venue")] == [cell] * 4
    (row,) = csv.DictReader(io.StringIO(exported([paper], "tsv"), newline=""), delimiter="\t")
    assert row["title"] == cell
    content = exported_bytes([paper], "xlsx")
    assert sheet(content)[1].count(text) == 4
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_workbook_makes_no_links_and_no_numbers_of_texts() -> None:
    """An address stays text: clicking on a cell opens nothing."""
    paper = replace(HERON, title="1e5", url="https://example.org/" + "a" * 3_000)
    content = exported_bytes([paper], "xlsx")
    assert "1e5" in sheet(content)[1]
    assert not any("rels" in name and "worksheets" in name for name in zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_a_cell_that_is_too_long_says_that_it_was_cut() -> None:
    """Excel holds 32,767 UTF-16 units; a character is never halved."""
    cut = fitted("😀" * 20_000)
    assert cut.endswith("[cut here: a cell holds no more; the JSONL export has all of it]")
    assert len(cut.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert fitted("😀" * 16_383) == "😀" * 16_383


def test_quotes_come_with_their_places() -> None:
    """A search's best sentence stands in its own column; without quotes there is no such column."""
    papers = [Selected(KITE, quotes=(Span(26, 79),)), Selected(HERON)]
    first, second = csv.DictReader(io.StringIO(exported(papers, "csv", has_quotes=True), newline=""))
    assert first["quotes"] == f"[26:79] {KITE.abstract[26:79]}"
    assert second["quotes"] == ""
    assert "quotes" not in exported(papers, "csv").splitlines()[0]


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_abstracts_are_in_a_bib_file_if_asked_for(form: str) -> None:
    """Their paragraphs apart."""
    paper = replace(HERON, abstract="One {loaf}.\nTwo loaves at 5%.")
    assert "abstract" not in exported([paper], form)
    text = exported([paper], form, abstracts=True)
    assert "  abstract = {One loaf.\n\nTwo loaves at 5\\%.},\n" in text


def test_a_listing_date_is_no_date_of_publication() -> None:
    """In BibLaTeX too it stands in a note."""
    assert "note = {Listed 2024-12-05; 9 authors}" in exported([KITE], "biblatex")
    assert "  date =" not in exported([KITE], "biblatex")
    assert "  date = {2023-05-01}," in exported([HERON], "biblatex")


def test_a_preprint_is_found_by_its_number() -> None:
    """biber prints it, Zotero and arXiv's own tools look for it."""
    paper = Paper(title="Crusts", abstract="We bake.", paper_id="arxiv:2412.06673", doi="10.48550/arXiv.2412.06673")
    text = exported([paper], "biblatex")
    assert text.startswith("@online{")
    assert "  eprint = {2412.06673},\n  eprinttype = {arXiv},\n" in text
    text = exported([paper], "bibtex")
    assert text.startswith("@misc{")
    assert "  eprint = {2412.06673},\n  archiveprefix = {arXiv},\n" in text
