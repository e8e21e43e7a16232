"""`collection`, `tag`, `note`, `status`, and the filter options of every command, over a real library."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scripted_review import ScriptedReview
from shelf_library import filled, review_over

from service.cli.filtering import years
from service.cli.main import main
from service.errors import UsageError
from service.records import Filters
from service.requests import SearchRequest

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return filled(tmp_path / "library").library


@pytest.fixture
def run(library: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line; its exit code and JSON document."""

    def ran(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main([*arguments, "--json", "--library", str(library)], build=review_over)
        return code, json.loads(capsys.readouterr().out)

    return ran


@pytest.fixture
def text(library: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs one command line that succeeds; what it prints for a person."""

    def ran(*arguments: str) -> str:
        assert main([*arguments, "--library", str(library)], build=review_over) == 0
        return capsys.readouterr().out

    return ran


def test_a_collection_from_its_making_to_its_end(run: Run) -> None:
    code, made = run("collection", "create", "Birds")
    assert (code, made["name"], made["count"]) == (0, "Birds", 0)
    assert run("collection", "add", "birds", "heron", "10.1234/KITE")[1]["changed"] == 2
    assert run("collection", "remove", "birds", "kite")[1]["collection"]["count"] == 1
    assert run("collection", "rename", "birds", "Waders")[1] == made | {"name": "Waders", "count": 1}
    shown = run("collection", "show", "waders")[1]
    assert [paper["paper_id"] for paper in shown["papers"]] == ["heron"]
    assert (shown["count"], shown["papers"][0]["collections"]) == (1, ["Waders"])
    assert run("collection", "list")[1] == {"collections": [made | {"name": "Waders", "count": 1}]}
    assert run("collection", "delete", "waders")[1]["deleted"]["count"] == 1
    assert run("papers", "list")[1]["total"] == 3


def test_papers_are_chosen_by_a_search_or_a_filter(run: Run) -> None:
    """A filter with a search restricts it; alone it takes all that pass."""
    run("collection", "create", "Birds")
    assert run("collection", "add", "birds", "--from-search", "steering kites", "--k", "1", "--year", "2024")[0] == 0
    assert run("tag", "add", "untied", "--collection", "birds")[1] == {"tag": "untied", "changed": 1}
    assert run("status", "set", "to_read", "--source", "birds")[1] == {"reading_status": "to_read", "changed": 2}
    listed = run("papers", "list", "--tag", "untied", "--status", "to_read")[1]
    assert [paper["paper_id"] for paper in listed["papers"]] == ["heron"]
    assert run("status", "set", "none", "heron")[1] == {"reading_status": None, "changed": 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("collection", "add", "birds"), "no paper is named"),
        (("collection", "add", "birds", "--year", "1901"), "no paper passes, so nothing was changed"),
        (("collection", "add", "brids", "kite"), "no collection 'brids'; there are 'birds'"),
        (("collection", "add", "birds", "heran"), "no paper 'heran' (nearest: 'heron')"),
        (("tag", "remove", "untied", "kite"), "no tag 'untied'; there are none yet"),
        (("tag", "add", "", "kite"), "is empty"),
        (("note", "add", "kite", " "), "the note is empty"),
        (("note", "edit", "7", "x"), "no note 7"),
        (("note", "list", "nobody"), "no paper 'nobody'"),
        (("search", "kites", "--collection", "brids"), "no collection 'brids'"),
        (("ask", "How many tethers does KITE need?", "--tag", "x"), "no tag 'x'"),
        (("compare", "KITE and Heron", "--source", "x"), "no source 'x'; there are 'birds.nbib', 'wind.bib'"),
        (("draft", "steering", "--collection", "x"), "no collection 'x'"),
        (("survey", "steering", "--collection", "x"), "no collection 'x'"),
        (("export", "--collection", "x"), "no collection 'x'"),
        (("search", "kites", "--year", "2024-2023"), "2024 is after 2023"),
        (("search", "kites", "--year", "2024", "--year-to", "2025"), "give one of them"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_a_usage_error_that_says_why(run: Run, arguments: tuple[str, ...], message: str) -> None:
    run("collection", "create", "birds")
    code, document = run(*arguments)
    assert (code, document["error"]["type"] in ("UsageError", "UnknownName", "UnknownPaper")) == (2, True)
    assert message in document["error"]["message"]


def test_notes_are_written_edited_listed_and_removed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run("note", "add", "kite", "Flies", "high")[1]
    assert (made["note_id"], made["paper_id"], made["text"]) == (1, "kite", "Flies high")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"Not in rain.\nAsk Ada.\n")))
    assert run("note", "edit", "1", "-")[1]["text"] == "Not in rain.\nAsk Ada."
    run("note", "add", "heron", "Wades")
    assert [note["paper_id"] for note in run("note", "list")[1]["notes"]] == ["kite", "heron"]
    assert len(run("note", "list", "heron")[1]["notes"]) == 1
    assert run("note", "remove", "1")[1]["removed"][0]["paper_id"] == "kite"


def test_what_a_person_reads(run: Run, text: Callable[..., str]) -> None:
    """Names, counts and numbers to go on with; nothing that acts on a terminal."""
    assert "no collections yet" in text("collection", "list")
    assert "No paper has a tag yet" in text("tag", "list")
    assert text("note", "list") == "There are no notes.\n"
    assert text("collection", "create", "Birds") == "Made the collection 'Birds'.\n"
    assert text("collection", "add", "birds", "heron") == "1 paper added to 'Birds', which has 1 paper now.\n"
    text("tag", "add", "untied", "heron", "stork")
    text("note", "add", "heron", "One\x1b[31m line.\nAnother.")
    assert text("tag", "list") == "untied  2 papers\n"
    shown = text("collection", "show", "birds")
    assert "- Heron: Steering Without Tethers (2024, heron)\n  tags: untied; in: Birds\n  note 1 on heron" in shown
    assert "One\ufffd[31m line.\n      Another.\n" in shown
    assert "(stork, no abstract)" in text("papers", "list", "--no-abstract")
    assert sum(line.startswith("- ") for line in text("papers", "list", "--limit", "2").splitlines()) == 2
    assert text("collection", "delete", "birds") == "Deleted 'Birds' (1 paper). No paper leaves the library.\n"


def test_an_import_puts_its_papers_on_shelves(run: Run, text: Callable[..., str], tmp_path: Path) -> None:
    """Known papers too; the collection is made."""
    exported = tmp_path / "papers.jsonl"
    text("export", "-o", str(exported), "--id", "kite")
    exported.write_text(exported.read_text() + json.dumps({"title": "Owl at Night", "abstract": "Owls fly."}) + "\n")
    printed = text("import", str(exported), "--collection", "Night", "--tag", "new", "--no-wait")
    assert "1 added, 1 duplicates" in printed
    assert "2 put in 'Night', tagged 'new'." in printed
    assert run("collection", "show", "night")[1]["count"] == 2
    assert run("import", str(exported), "--collection", "a/b")[0] == 2


EVERY_FILTER = (
    "--year 2023-2025 --collection Birds --collection Toys --tag a --source bib --has-abstract --status read "
    "--status none --publication-status corrected --no-retracted --min-upvotes 3 --id kite"
).split()
FILTERS = Filters(
    ("kite",), 2023, 2025, 3, ("Birds", "Toys"), ("a",), ("bib",), True, ("read", "none"), ("corrected",), True
)


@pytest.mark.parametrize("command", ["search", "ask", "compare", "draft", "survey", "export"])
def test_every_command_takes_every_filter(command: str) -> None:
    """As one record, the same for all."""
    review = ScriptedReview()
    words = [] if command == "export" else ["kites"]
    main([command, *words, *EVERY_FILTER], build=lambda settings, *, create, repair: review)
    assert FILTERS in [getattr(asked, "filters", asked) for _, asked in review.calls]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2023", (2023, 2023)),
        ("2023-2025", (2023, 2025)),
        ("2023 – 2025", (2023, 2025)),
        ("2023-", (2023, None)),
        ("-2023", (None, 2023)),
    ],
)
def test_years_are_one_or_a_range(text: str, bounds: tuple[int | None, int | None]) -> None:
    assert years(text) == bounds


@pytest.mark.parametrize("text", ["", "-", "soon", "2023-2024-2025", "20234", "2023 2024", "0", "2023-0", "--2023"])
def test_what_is_no_range_of_years_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write 2023, 2023-2025, 2023- or -2023"):
        years(text)


def test_a_range_may_begin_with_its_dash() -> None:
    """It is a value, no option."""
    review = ScriptedReview()
    main(["search", "kites", "--year", "-2023"], build=lambda settings, *, create, repair: review)
    assert review.calls[-1][1] == SearchRequest("kites", 10, Filters(year_to=2023))


@pytest.mark.parametrize("group", ["collection", "tag", "note", "status"])
def test_a_group_alone_shows_its_commands(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([group], build=review_over) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"Usage: litweave {group} [OPTIONS] COMMAND [ARGS]...\n")
    assert "\nCommands:\n" in printed.err
