"""`litweave fetch` over a real library and a server on loopback: what it prints, leaves behind, and goes on from."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pytest
from command_run import Run
from invented import arxiv_feed, crossref_page, openalex_page, semantic_scholar_page, title
from reply_server import Canned

OPENALEX = "/api.openalex.org/works"
ARXIV = "/export.arxiv.org/api/query"
CROSSREF = "/api.crossref.org/works"
DOWN = Canned(status=500, headers={"Retry-After": "0"})


def test_a_query_is_fetched_into_a_new_library(run: Run) -> None:
    """The document is the import's, with the source; the same again adds nothing."""
    run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2")), Canned(openalex_page((2,), None))]})
    code, document, err = run("fetch", "openalex", "gentle", "models", "--since", "2024", "--no-wait")
    assert code == 0
    assert {key: document[key] for key in ("added", "duplicates", "rejected", "total")} == {
        "added": 3,
        "duplicates": 0,
        "rejected": [],
        "total": 3,
    }
    assert document["source"] == {
        "name": "openalex",
        "query": "gentle models",
        "since": "2024-01-01",
        "pages": 2,
        "requests": 2,
        "stopped_because": "end",
        "available": 10,
        "repeated": 0,
        "left_out": 0,
        "resumed_at": None,
    }
    assert "LITWEAVE_MAILTO" in err
    assert run.places() == []
    run.serve({OPENALEX: [Canned(openalex_page((0, 1, 2), None))]})
    code, document, _ = run("fetch", "openalex", "gentle models", "--no-wait")
    assert (code, document["added"], document["duplicates"]) == (0, 0, 3)


def test_a_person_reads_the_counts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITWEAVE_MAILTO", "ada@example.org")
    server = run.serve({ARXIV: [Canned(arxiv_feed((0, 1), 2))]})
    code, out, err = run.plain("fetch", "arxiv", "models", "--no-wait", "--verbose")
    assert code == 0
    assert out.splitlines() == [
        f"added      {title(0)}",
        f"added      {title(1)}",
        "2 records: 2 added, 0 duplicates, 0 rejected.",
        "2 of 2 from arxiv in 1 request: that is all there is.",
    ]
    assert "MAILTO" not in err
    assert "ada@example.org" in server.asked[0].headers["user-agent"]


def test_nothing_found_is_exit_code_3(run: Run) -> None:
    run.serve({CROSSREF: [Canned(crossref_page((), "c", 0))]})
    code, document, _ = run("fetch", "crossref", "zzz")
    assert (code, document["total"], document["source"]["stopped_because"]) == (3, 0, "end")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere", "models"),
        ("arxiv",),
        ("arxiv", "  "),
        ("arxiv", "models", "--max", "0"),
        ("arxiv", "models", "--since", "yesterday"),
        ("arxiv", "models", "--since", "2024-02-30"),
        ("arxiv", "w" * 2001),
        ("ids",),
        ("ids", "some.txt", "--max", "3"),
    ],
    ids=lambda arguments: " ".join(arguments)[:30],
)
def test_what_makes_no_sense_is_refused_before_any_request(run: Run, arguments: tuple[str, ...]) -> None:
    """And leaves no library behind."""
    server = run.serve({})
    code, document, _ = run("fetch", *arguments)
    assert (code, server.asked) == (2, [])
    assert document["error"]["message"]
    assert not run.library.exists()


def test_a_stand_in_on_another_machine_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITWEAVE_SOURCES_AT", "http://birds.example")
    code, document, _ = run("fetch", "arxiv", "models")
    assert code == 2
    assert "LITWEAVE_SOURCES_AT" in document["error"]["message"]


def test_a_failure_keeps_the_pages_before_it_and_the_same_command_goes_on(run: Run) -> None:
    """Its document has the error beside what was imported, and says how to go on."""
    run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2")), DOWN]})
    code, document, err = run("fetch", "openalex", "models", "--no-wait")
    assert code == 1
    assert document["error"]["type"] == "ServiceUnavailable"
    assert document["error"]["retryable"] is True
    assert (document["added"], document["source"]["stopped_because"]) == (2, "failed")
    assert "The page before it is imported. The same command goes on" in err
    assert run.titles() == [title(0), title(1)]
    assert len(run.places()) == 1

    server = run.serve({OPENALEX: [Canned(openalex_page((2,), None))]})
    code, document, _ = run("fetch", "openalex", "models", "--no-wait")
    assert (code, document["added"], document["source"]["resumed_at"]) == (0, 1, 2)
    assert server.asked[0].parameters["cursor"] == "c2"
    assert run.titles() == [title(0), title(1), title(2)]
    assert run.places() == []


def test_another_query_or_restart_begins_at_the_first_page(run: Run) -> None:
    run.serve({OPENALEX: [Canned(openalex_page((0,), "c2")), DOWN]})
    run("fetch", "openalex", "models", "--no-wait")
    server = run.serve({OPENALEX: [Canned(openalex_page((1,), None))]})
    run("fetch", "openalex", "others", "--no-wait")
    code, document, _ = run("fetch", "openalex", "models", "--no-wait", "--restart")
    assert [asked.parameters["cursor"] for asked in server.asked] == ["*", "*"]
    assert (code, document["source"]["resumed_at"], run.places()) == (0, None, [])


def test_a_place_beyond_the_maximum_is_no_place(run: Run) -> None:
    """An earlier run that was asked for more came further than this one is to go."""
    run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2")), DOWN]})
    run("fetch", "openalex", "models", "--no-wait")
    server = run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2"))]})
    code, document, _ = run("fetch", "openalex", "models", "--no-wait", "--max", "2")
    assert (code, server.asked[0].parameters["cursor"]) == (0, "*")
    assert (document["duplicates"], document["source"]["stopped_because"]) == (2, "max")


def test_a_fetch_that_goes_on_to_an_empty_end_has_found_something(run: Run) -> None:
    run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2")), DOWN]})
    run("fetch", "openalex", "models", "--no-wait")
    run.serve({OPENALEX: [Canned(openalex_page((), None))]})
    code, document, _ = run("fetch", "openalex", "models", "--no-wait")
    assert (code, document["total"], document["source"]["resumed_at"]) == (0, 0, 2)


def test_a_damaged_place_is_no_place(run: Run) -> None:
    run.serve({OPENALEX: [Canned(openalex_page((0,), "c2")), DOWN]})
    run("fetch", "openalex", "models", "--no-wait")
    run.places()[0].write_text('{"cursor": ')
    server = run.serve({OPENALEX: [Canned(openalex_page((1,), None))]})
    code, _, _ = run("fetch", "openalex", "models", "--no-wait")
    assert (code, server.asked[0].parameters["cursor"]) == (0, "*")


def test_a_killed_fetch_goes_on_at_the_page_where_it_stood(run: Run) -> None:
    """SIGKILL while the second page is on its way: the first is in the library, and is not asked for again."""
    asked_again, never = threading.Event(), threading.Event()

    def second(_: object) -> Canned:
        asked_again.set()
        return Canned(waits_for=never)

    run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2")), second]})
    command = [sys.executable, "-m", "service.cli", "--library", str(run.library), "fetch", "openalex", "models"]
    with subprocess.Popen([*command, "--no-wait"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert asked_again.wait(120)
        process.kill()
    never.set()
    server = run.serve({OPENALEX: [Canned(openalex_page((2,), None))]})
    code, document, _ = run("fetch", "openalex", "models", "--no-wait")
    assert (code, document["added"], document["source"]["resumed_at"]) == (0, 1, 2)
    assert server.asked[0].parameters["cursor"] == "c2"
    assert run.titles() == [title(0), title(1), title(2)]


def test_the_library_is_free_between_pages(run: Run) -> None:
    """Another command gets in while the next page is on its way."""
    seen: list[int] = []

    def second(_: object) -> Canned:
        command = [sys.executable, "-m", "service.cli", "--library", str(run.library), "export", "--format", "csl-json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        seen.append(len(json.loads(done.stdout)))
        return Canned(openalex_page((2,), None))

    run.serve({OPENALEX: [Canned(openalex_page((0, 1), "c2")), second]})
    code, document, _ = run("fetch", "openalex", "models", "--no-wait")
    assert (code, document["added"], seen) == (0, 3, [2])


def test_one_paper_of_two_sources_is_one_paper(run: Run) -> None:
    run.serve(
        {
            OPENALEX: [Canned(openalex_page((0, 1), None))],
            "/api.semanticscholar.org/graph/v1/paper/search/bulk": [Canned(semantic_scholar_page((1, 2), None))],
        }
    )
    run("fetch", "openalex", "models", "--no-wait")
    _, document, _ = run("fetch", "semantic-scholar", "models", "--no-wait")
    assert (document["added"], document["duplicates"]) == (1, 1)
