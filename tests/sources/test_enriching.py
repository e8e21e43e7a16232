"""What a listing left out, looked up: which record counts as the same work, which fields it fills, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_run import Run
from invented import abstract, arxiv_feed, crossref_single, openalex_work, pubmed_set, title
from reply_server import Canned

from service.records import Paper
from service.sources.enriching import filled, lacking

OPENALEX = "/api.openalex.org/works"
ARXIV = "/export.arxiv.org/api/query"
LISTED = Paper(title(0), abstract(0), "p0", author_count=1, year=2024, date="2024-12-05", date_kind="listed", upvotes=7)
FOUND = Paper(
    title(0),
    abstract(0),
    authors=("Mira Okonjo",),
    author_count=1,
    year=2023,
    date="2023-05-01",
    date_kind="published",
    doi="10.1234/bird.0",
    venue="Journal of Birds",
)


def test_what_a_listing_left_out() -> None:
    """A date of listing is no date of publication."""
    assert lacking(LISTED) == ("authors", "year", "doi", "venue")
    assert lacking(FOUND) == ()
    assert lacking(replace(FOUND, venue=None)) == ("venue",)


def test_only_what_is_missing_is_filled() -> None:
    assert filled(LISTED, FOUND) == replace(FOUND, paper_id="p0", upvotes=7)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"authors": ("M. O.",)}, {"authors": ("M. O.",), "venue": "Journal of Birds"}),
        ({"venue": "ICBird"}, {"venue": "ICBird", "doi": "10.1234/bird.0"}),
        ({"doi": "10.9/own"}, {"doi": "10.9/own", "venue": "Journal of Birds"}),
        ({"author_count": 9}, {"author_count": 9}),
    ],
    ids=["authors", "venue", "doi", "count"],
)
def test_a_field_that_a_source_gave_is_kept(given: dict[str, Any], expected: dict[str, Any]) -> None:
    new = filled(replace(LISTED, **given), FOUND)
    assert {name: getattr(new, name) for name in expected} == expected


def test_doi_and_venue_do_not_come_from_another_year() -> None:
    """The year of publication is kept, so that the record's DOI, of a year later, is not taken."""
    own = replace(LISTED, year=2022, date=None, date_kind="published")
    new = filled(own, FOUND)
    assert (new.authors, new.year, new.doi, new.venue) == (FOUND.authors, 2022, None, None)


@pytest.fixture
def listing(run: Run, tmp_path: Path) -> Run:
    """A library of four papers of a listing: by title, by arXiv id, by DOI, by PMID."""
    listed = {"author_count": 1, "date": "2024-12-05", "date_kind": "listed"}
    papers: list[dict[str, object]] = [
        {"id": "by-title", "title": title(0), "abstract": abstract(0), **listed},
        {"id": "by-arxiv", "title": title(1), "abstract": abstract(1), "url": "https://arxiv.org/abs/2401.00001"},
        {"id": "by-doi", "title": title(2), "abstract": abstract(2), "doi": "10.1234/bird.2", "venue": "My Own Name"},
        {"id": "by-pmid", "title": title(3), "abstract": abstract(3), "url": "https://pubmed.ncbi.nlm.nih.gov/3003/"},
    ]
    path = tmp_path / "listing.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    assert run("import", str(path), "--no-wait")[0] == 0
    return run


def page(*works: dict[str, object]) -> Canned:
    return Canned(json.dumps({"meta": {"count": len(works)}, "results": list(works)}).encode())


def everything(run: Run) -> Any:
    return run.serve(
        {
            OPENALEX: [page(openalex_work(0))],
            ARXIV: [Canned(arxiv_feed((1,), 1))],
            "/api.crossref.org/works/10.1234%2Fbird.2": [Canned(crossref_single(2))],
            "/eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi": [Canned(pubmed_set((3,)))],
        }
    )


def papers_of(run: Run) -> dict[str, dict[str, Any]]:
    items = json.loads(run.plain("export", "--format", "csl-json")[1])
    return {item["title"]: item for item in items}


def test_the_difference_is_shown_and_nothing_changed(listing: Run) -> None:
    server = everything(listing)
    before = papers_of(listing)
    code, out, _ = listing.plain("enrich")
    assert code == 0
    assert out.splitlines() == [
        f"by-title  {title(0)}  (openalex)",
        "  + authors  Mira Okonjo",
        "  - year     2024 (listed)",
        "  + year     2024",
        "  + doi      10.1234/bird.0",
        "  + venue    Journal of Birds",
        f"by-arxiv  {title(1)}  (arxiv)",
        "  + authors  Mira Okonjo",
        "  + year     2024",
        f"by-doi  {title(2)}  (crossref)",
        "  + authors  Okonjo, Mira",
        "  + year     2024",
        "4 papers lack a field, 4 were looked up: 3 can be filled in, with --apply.",
        "     1  who has it knows no more, or another year",
    ]
    assert papers_of(listing) == before
    assert server.asked[0].parameters["id_list"] == "2401.00001"


def test_what_was_shown_is_filled_in_with_apply(listing: Run) -> None:
    """What the source gave stays; afterwards there is less to look up, and the found DOI leads to the paper."""
    everything(listing)
    code, document, _ = listing("enrich", "--apply")
    assert (code, document["applied"]) == (0, 3)
    assert [change["paper_id"] for change in document["changes"]] == ["by-title", "by-arxiv", "by-doi"]
    assert document["changes"][0]["fields"][1] == {"field": "year", "was": "2024 (listed)", "now": "2024"}
    assert [(u["paper_id"], u["lacks"]) for u in document["unchanged"]] == [
        ("by-pmid", ["authors", "year", "doi", "venue"])
    ]
    papers = papers_of(listing)
    assert papers[title(0)]["DOI"] == "10.1234/bird.0"
    assert papers[title(0)]["container-title"] == "Journal of Birds"
    assert papers[title(2)]["container-title"] == "My Own Name"
    assert papers[title(2)]["author"] == [{"family": "Okonjo", "given": "Mira"}]
    code, document, _ = listing("enrich", "--id", "by-title")
    assert (code, document["changes"], document["unchanged"]) == (0, [], [])


def test_listing_imported_again_takes_nothing_away(listing: Run, tmp_path: Path) -> None:
    everything(listing)
    listing("enrich", "--apply")
    enriched = papers_of(listing)
    assert listing("import", str(tmp_path / "listing.jsonl"), "--no-wait")[1]["duplicates"] == 4
    assert papers_of(listing) == enriched


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "Kite 0: Another Work of Other Models"}, "certainly the same"),
        (
            {"abstract_inverted_index": {"Entirely": [0], "other": [1], "words": [2]}},
            "certainly the same",
        ),
    ],
    ids=["title", "abstract"],
)
def test_another_work_fills_nothing(listing: Run, change: dict[str, object], reason: str) -> None:
    """Neither one of another title nor one of the same title with another abstract."""
    listing.serve({OPENALEX: [page(openalex_work(0) | change)], ARXIV: [Canned(arxiv_feed((), 0))]})
    code, document, _ = listing("enrich", "--id", "by-title", "--apply")
    assert (code, document["changes"], document["applied"]) == (3, [], 0)
    assert reason in document["unchanged"][0]["reason"]


def test_a_title_of_two_works_is_left_alone(run: Run, tmp_path: Path) -> None:
    """Without an abstract the title alone does not tell."""
    path = tmp_path / "listing.jsonl"
    path.write_text(json.dumps({"id": "bare", "title": title(0)}) + "\n")
    run("import", str(path), "--no-wait")
    other = openalex_work(0) | {"doi": None, "authorships": [{"author": {"display_name": "Ján Šťastný"}}]}
    run.serve({OPENALEX: [page(openalex_work(0), other)]})
    _, document, _ = run("enrich", "--apply")
    assert "several authors" in document["unchanged"][0]["reason"]


def test_a_work_that_the_library_has_already_is_named(listing: Run) -> None:
    listing.serve({OPENALEX: [page(openalex_work(0) | {"doi": "https://doi.org/10.1234/bird.2"})]})
    _, document, _ = listing("enrich", "--id", "by-title", "--apply")
    assert document["unchanged"][0]["reason"] == "the library has the work of 10.1234/bird.2 already, as 'by-doi'"


def test_what_was_found_before_a_failure_is_kept(listing: Run) -> None:
    """The document has the error beside it; the exit code is that of a failure."""
    server = everything(listing)
    server.answer("/api.crossref.org/works/10.1234%2Fbird.2", Canned(status=500, headers={"Retry-After": "0"}))
    code, document, err = listing("enrich", "--apply")
    assert (code, document["applied"], document["error"]["retryable"]) == (1, 2, True)
    assert "2 papers were not looked up" in err


def test_nothing_lacks(run: Run, tmp_path: Path) -> None:
    """Then nobody is asked."""
    path = tmp_path / "whole.jsonl"
    whole = {"title": title(0), "authors": ["A B"], "year": 2020, "doi": "10.1234/x", "venue": "V", "abstract": "A."}
    path.write_text(json.dumps(whole) + "\n")
    run("import", str(path), "--no-wait")
    server = run.serve({})
    code, out, _ = run.plain("enrich")
    assert (code, out, server.asked) == (0, "Every paper has authors, year, DOI and venue.\n", [])


def test_an_id_that_is_not_there_is_refused(listing: Run) -> None:
    code, document, _ = listing("enrich", "--id", "nobody")
    assert code == 2
    assert "'nobody'" in document["error"]["message"]
