"""The folder of notes: what each holds, how it is named, and that what a person wrote in it is never lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from exported_papers import exported_bytes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from odd_papers import LINES, TEXTS, odd_papers
from scripted_review import HERON, HOSTILE, KITE

from service.errors import UsageError
from service.records import Paper, Span
from service.render.plain import visible
from service.writers import Selected, WriteOptions
from service.writers.file_names import FreeNames, file_stem
from service.writers.folders import TextsThere, place
from service.writers.notes import END, merged, note_id
from service.writers.own.obsidian import OBSIDIAN

QUOTED = Selected(KITE, "kite2024", (Span(26, 79),))


def written(*papers: Paper | Selected, title: str = "Papers", there: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts of the folder by path."""
    selected = [one if isinstance(one, Selected) else Selected(one) for one in papers]
    return dict(OBSIDIAN.files(selected, WriteOptions(title), there or {}))


def properties(note: str) -> dict[str, Any]:
    """As a YAML parser reads them."""
    found = yaml.safe_load(note.split("---\n")[1])
    assert isinstance(found, dict)
    return found


def test_a_note_has_its_paper_and_its_quotes() -> None:
    """Properties, the abstract and each quote as blocks that another note can embed, and a list that links to both."""
    files = written(QUOTED, HERON, title="Search: kites")
    assert list(files) == ["@kite2024.md", "@heronwithout2023.md", "Search kites.md"]
    note = files["@kite2024.md"]
    assert properties(note) == {
        "litweave-id": "p-kite",
        "citekey": "kite2024",
        "title": "KITE: Gentle Alignment of Small Models",
        "aliases": ["KITE: Gentle Alignment of Small Models"],
        "listed": "2024-12-05",
    }
    assert "\n> It needs 1,200 pairs and reaches 78.2\\\\% on GustBench.\n\n^q26-79\n" in note
    assert "\n^abstract\n" in note
    index = files["Search kites.md"]
    assert "- [[@heronwithout2023]] Heron Without Labels (2023)" in index
    assert "[[@kite2024#^q26-79]]" in index


def test_a_published_paper_has_its_fields_as_properties() -> None:
    """Authors as a list; the year as a number."""
    note = written(HERON)["@heronwithout2023.md"]
    found = properties(note)
    assert found["authors"] == ["Mira Okonjo", "Ján Šťastný"]
    assert (found["year"], found["published"], found["doi"]) == (2023, "2023-05-01", "10.1234/heron_1")
    assert "[doi:10.1234/heron\\_1](<https://doi.org/10.1234/heron_1>)" in note


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(odd_papers(), st.text(max_size=30))
def test_no_paper_breaks_a_note(paper: Paper, title: str) -> None:
    """The properties are YAML, the marks stand once, the abstract is one block quote, and nothing acts."""
    files = written(paper, title=title)
    assert len(files) == 2
    for path, note in files.items():
        assert note_id(note) in (paper.paper_id, properties(note)["litweave-id"])
        assert len(re.findall("^%% litweave:", note, re.MULTILINE)) == 2
        body = note.split("---\n", 2)[2]
        assert body.count("%%") == 4
        assert "<%" not in body
        assert "::" not in body
        assert "![[" not in body
        assert not re.search(r"(?<!\\)\[\[(?!@|" + re.escape(Path([*files][1]).stem) + r")", body)
        assert "/" not in path
    note = next(iter(files.values()))
    html = MarkdownIt("commonmark").render(note.split("## Abstract\n", 1)[1]) if "\n## Abstract\n" in note else ""
    assert html.count("<blockquote>") == bool(html)
    for tag in ("<script", "<img", "<b>", "<h1", "<code", "<ul", "<ol"):
        assert tag not in html


def test_a_hostile_paper_shows_its_characters() -> None:
    """Markup, links, templates and comments of Obsidian in an abstract are text."""
    abstract = (
        "![[x]] [[y]] #tag %% hidden %% ==mark== key:: value <% tp.file %> `= 1` $x$ ^id\n%% litweave:end %%\n# No"
    )
    note = written(replace(HOSTILE, abstract=abstract, url="https://example.org/%%a"))["@inputetc.md"]
    html = MarkdownIt("commonmark").render(note.split("## Abstract\n")[1].split("^abstract")[0])
    shown = re.sub("<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split()
    assert shown == abstract.split()
    assert "example.org/%25%a" in note


def test_what_a_person_adds_stays() -> None:
    """Properties, text above and below the marks, and the quotes of an earlier export; litweave's part is renewed."""
    first = written(QUOTED, HERON)
    note = first["@kite2024.md"]
    note = note.replace('title: "KITE', 'title: "Renamed KITE').replace(
        "aliases:\n", "tags:\n  - to-read\n# my note\nstatus: reading\naliases:\n  - Kite\n"
    )
    mine = note.replace("---\n%%", "---\nAbove.\n%%") + "\n## Mine\n\nRead on [[2024-12-06]].\n"
    there = {**first, "@kite2024.md": mine}
    again = written(replace(KITE, status="retracted"), there=there)["@kite2024.md"]
    found = properties(again)
    assert found["title"] == "KITE: Gentle Alignment of Small Models"
    assert found["publication-status"] == "retracted"
    assert (found["tags"], found["status"]) == (["to-read"], "reading")
    assert found["aliases"] == ["Kite", "KITE: Gentle Alignment of Small Models"]
    assert "# my note\n" in again
    assert "---\nAbove.\n%%" in again
    assert again.endswith("\n## Mine\n\nRead on [[2024-12-06]].\n")
    assert "^q26-79" in again
    assert "RETRACTED" in again
    back = written(KITE, there={"@kite2024.md": again})["@kite2024.md"]
    assert "publication-status" not in properties(back)


def test_the_second_export_changes_nothing() -> None:
    """What is written again is the same, whatever line ends an editor gave it."""
    first = written(QUOTED, HERON)
    assert written(QUOTED, HERON, there=first) == first
    windows = {path: text.replace("\n", "\r\n") + "My words.\r\n" for path, text in first.items()}
    second = written(QUOTED, HERON, there=windows)
    assert all(text.endswith("My words.\r\n") and text.count(END) == 1 for text in second.values())
    assert written(QUOTED, HERON, there=second) == second


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, LINES)
def test_no_text_of_a_person_is_lost(above: str, below: str, comment: str) -> None:
    """Whatever stands outside the marks."""
    note = written(QUOTED)["@kite2024.md"]
    head, front, body = note.split("---\n", 2)
    mine = f"{head}---\n{front}my note: {comment!r}\n---\n{above}\n{body}{below}"
    again = merged(mine, note, owned=("title",))
    assert again.startswith(f"---\n{front}my note: {comment!r}\n---\n{above}\n%%")
    assert again.endswith(f"{END}\n{below}")


@pytest.mark.parametrize("damage", [END, "%% litweave:begin"], ids=["end", "begin"])
def test_a_note_without_its_marks_is_kept_whole(damage: str) -> None:
    """litweave's part is added once, below; the next export finds its marks again."""
    note = written(QUOTED)["@kite2024.md"].replace(damage, "removed") + "Mine.\n"
    again = written(QUOTED, there={"@kite2024.md": note})["@kite2024.md"]
    assert note.split("---\n", 2)[2].rstrip() in again
    assert again.count(END) + again.count("%% litweave:begin") == 3
    assert written(QUOTED, there={"@kite2024.md": again})["@kite2024.md"] == again


def test_a_note_is_found_by_its_id() -> None:
    """It may be renamed and moved; one of another paper, or of the user's own, is never overwritten."""
    first = written(QUOTED, HERON)
    there = {
        "read/Kites.md": first["@kite2024.md"].replace('"p-kite"', "p-kite"),
        "@HERONwithout2023.md": "My own note on herons.",
        "Papers.md": "My own list.",
    }
    second = written(KITE, HERON, there=there)
    assert list(second) == ["read/Kites.md", "@heronwithout2023 2.md", "Papers 2.md"]
    assert "- [[Kites]] KITE" in second["Papers 2.md"]


def test_quotes_that_stand_no_longer_are_dropped() -> None:
    """The abstract of the library is the one that counts."""
    first = written(QUOTED)
    changed = replace(KITE, abstract="Now " + KITE.abstract)
    assert "^q26-79" not in written(changed, there=first)["@kite2024.md"]


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("What? A/B: \\ tests * of \"loaves\" <1> |2| #3 ^4 [5] 100%", "What A B tests of loaves 1 2 3 4 5 100"),
        ("../../etc/passwd", "etc passwd"),
        ("CON", "CON_"),
        ("aux.txt", "aux.txt_"),
        ("COM1", "COM1_"),
        ("Contents", "Contents"),
        (" . ", "Papers"),
        ("", "Papers"),
        ("\u202egnp.exe", "gnp.exe"),
        ("é" * 200, "é" * 60),
    ],
)  # fmt: skip
def test_a_title_becomes_a_name_that_every_system_takes(text: str, stem: str) -> None:
    """Windows, macOS and Linux, and the links of Obsidian."""
    assert file_stem(text, otherwise="Papers") == stem


@given(st.text(max_size=300))
def test_no_title_leads_out_of_a_folder(text: str) -> None:
    """Nor is it longer than file systems take."""
    stem = file_stem(text, otherwise="Papers")
    assert stem
    assert not set(stem) & set('\\/:*?"<>|#^[]%\0')
    assert not stem.startswith(".")
    assert not stem.endswith((".", " "))
    assert len(f"{stem} 99.md".encode()) < 255
    assert stem == visible(stem)


def test_names_that_differ_in_case_alone_are_two() -> None:
    """On Windows and macOS they would be one file, as would é and e with an accent."""
    names = FreeNames(["Kite.md"])
    assert [names.free(stem, ".md") for stem in ("kite", "KITE", "é", "e\u0301")] == [
        "kite 2.md", "KITE 3.md", "é.md", "e\u0301 2.md",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["../a.md", "/etc/a.md", "a/../../b.md", "", "..\\a.md", "C:a.md"])
def test_no_writer_writes_outside_its_folder(path: str, tmp_path: Path) -> None:
    """One of another package may name any file."""
    with pytest.raises(UsageError, match="not in the folder"):
        place(tmp_path, path)


def test_the_texts_of_a_folder_are_its_notes(tmp_path: Path) -> None:
    """Hidden folders, other files and what links lead to are not looked at; a file that is no text is no note."""
    outside = tmp_path / "outside"
    vault = tmp_path / "vault"
    for folder in (outside, vault / ".obsidian", vault / "sub"):
        folder.mkdir(parents=True)
    (outside / "o.md").write_text("outside")
    (vault / "link").symlink_to(outside)
    (vault / ".obsidian" / "h.md").write_text("hidden")
    (vault / "sub" / "Ä.md").write_text("ä", encoding="utf-8")
    (vault / "a.MD").write_text("a")
    (vault / "b.txt").write_text("b")
    (vault / "c.md").write_bytes(b"\xff")
    there = TextsThere(vault)
    assert list(there) == ["a.MD", "c.md", "sub/Ä.md"]
    assert [there.get(path) for path in there] == ["a", None, "ä"]


def test_an_archive_holds_the_same_notes() -> None:
    """For a browser, which gets one file."""
    with zipfile.ZipFile(io.BytesIO(exported_bytes([QUOTED, HERON], "obsidian"))) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == written(QUOTED, HERON)
