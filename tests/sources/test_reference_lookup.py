"""Single works by identifier or by the words of a reference: who is asked, in which order, and with what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from invented import arxiv_feed, crossref_page, crossref_single, openalex_page, openalex_work, pubmed_set, title
from reply_server import Answer, Canned, ReplyServer

from service.errors import ServiceRefused, ServiceUnavailable
from service.sources.client import Client
from service.sources.lookup import OnlineLookup
from service.sources.source import Access

OPENALEX = "/api.openalex.org/works"
ARXIV = "/export.arxiv.org/api/query"
CROSSREF = "/api.crossref.org/works"
PUBMED = "/eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi"
GONE = Canned(b"Resource not found.", 404)
CITATION = "Okonjo, M. Kite 0: Gentle Alignment of Models. Journal of Birds (2024)"
Ask = Callable[[dict[str, Answer]], tuple[OnlineLookup, ReplyServer]]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """A look-up at a server with these answers."""
    opened: list[tuple[Client, ReplyServer]] = []

    def make(answers: dict[str, Answer]) -> tuple[OnlineLookup, ReplyServer]:
        server = ReplyServer(answers)
        client = Client(at=server.address, sleep=lambda _: None)
        opened.append((client, server))
        return OnlineLookup(client, lambda _: Access("ada@example.org")), server

    yield make
    for client, server in opened:
        client.close()
        server.close()


def work(number: int) -> Canned:
    return Canned(json.dumps(openalex_work(number)).encode())


def test_a_doi_is_looked_up_at_crossref(ask: Ask) -> None:
    """In any form it is written in."""
    lookup, server = ask({f"{CROSSREF}/10.1234%2Fbird.0": Canned(crossref_single(0))})
    for written in ("10.1234/bird.0", "https://doi.org/10.1234/BIRD.0", "doi:10.1234/bird.0"):
        paper = lookup.by_doi(written)
        assert paper is not None
        assert (paper.title, paper.doi, paper.year) == (title(0), "10.1234/bird.0", 2024)
    assert server.asked[0].parameters == {"mailto": "ada@example.org"}


def test_a_doi_that_crossref_has_not_is_looked_up_at_openalex(ask: Ask) -> None:
    lookup, server = ask({f"{OPENALEX}/https://doi.org/10.5281/data.1": work(1)})
    paper = lookup.by_doi("10.5281/data.1")
    assert paper is not None
    assert paper.title == title(1)
    assert len(server.asked) == 2


@pytest.mark.parametrize("doi", ["10.1234/../../../../../works", "10.1234/./../../../../../works", "10.1234/a/../../x"])
def test_a_doi_leads_to_no_other_address(ask: Ask, doi: str) -> None:
    """One with dots between its slashes was folded into the address: the first of all works was then the one cited."""
    lookup, server = ask({OPENALEX: Canned(openalex_page((1, 2), None))})
    assert lookup.by_doi(doi) is None
    assert [path for path in server.paths() if not path.startswith(f"{OPENALEX}/https://doi.org/10.1234/")] == [
        f"{CROSSREF}/{quote(doi, safe='')}"
    ]


def test_a_doi_of_arxiv_is_looked_up_there(ask: Ask) -> None:
    lookup, server = ask({ARXIV: Canned(arxiv_feed((2,), 1))})
    paper = lookup.by_doi("10.48550/arXiv.2401.00002")
    assert paper is not None
    assert (paper.title, server.paths()) == (title(2), [ARXIV])


def test_what_nobody_has_is_none(ask: Ask) -> None:
    lookup, _ = ask({ARXIV: Canned(arxiv_feed((), 0)), PUBMED: Canned(b"<PubmedArticleSet></PubmedArticleSet>")})
    assert lookup.by_doi("10.1234/none") is None
    assert lookup.by_doi("not a DOI") is None
    assert lookup.by_arxiv("2401.00009") is None
    assert lookup.by_pmids(("99",)) == {}


@pytest.mark.parametrize(
    ("answer", "error"), [(Canned(status=503), ServiceUnavailable), (Canned(b"no", 403), ServiceRefused)]
)
def test_not_to_know_is_no_answer(ask: Ask, answer: Canned, error: type[Exception]) -> None:
    """A service that is down, or refuses, does not say that a work does not exist."""
    lookup, _ = ask({f"{CROSSREF}/10.1234%2Fbird.0": answer, ARXIV: answer, PUBMED: answer, CROSSREF: answer})
    for call in (
        lambda: lookup.by_doi("10.1234/bird.0"),
        lambda: lookup.by_arxiv("2401.00001"),
        lambda: lookup.by_pmids(("1",)),
        lambda: lookup.by_citation(CITATION),
    ):
        with pytest.raises(error):
            call()


def test_many_ids_are_one_request(ask: Ask) -> None:
    lookup, server = ask({ARXIV: Canned(arxiv_feed((3, 2), 2)), PUBMED: Canned(pubmed_set((5, 4)))})
    assert list(lookup.by_arxivs(("2401.00002", "2401.00003", "2401.00004"))) == ["2401.00002", "2401.00003"]
    assert list(lookup.by_pmids(("3004", "3005", "1"))) == ["3004", "3005"]
    assert len(server.asked) == 2


def test_a_citation_is_sent_alone_and_brings_works_of_both(ask: Ask) -> None:
    """In turns, the work that both have once; nothing but the text, its contact address and the number are sent."""
    lookup, server = ask({CROSSREF: Canned(crossref_page((0, 1), "c")), OPENALEX: Canned(openalex_page((0, 2), None))})
    found = lookup.by_citation(f"  {CITATION}\n", most=3)
    assert [paper.title for paper in found] == [title(0), title(1), title(2)]
    crossref, openalex = server.asked
    assert crossref.parameters == {"query.bibliographic": CITATION, "rows": "3", "mailto": "ada@example.org"}
    assert (openalex.parameters["search"], openalex.parameters["per-page"]) == (CITATION, "3")
    assert lookup.by_citation(" \n", most=3) == ()
    assert len(server.asked) == 2


def test_arxiv_is_asked_for_a_title_that_openalex_has_not(ask: Ask) -> None:
    lookup, server = ask({OPENALEX: Canned(openalex_page((1,), None)), ARXIV: Canned(arxiv_feed((0,), 1))})
    assert [paper.title for paper in lookup.by_title(title(0))] == [title(1), title(0)]
    assert server.asked[1].parameters["search_query"].startswith("ti:Kite AND ti:0 AND ti:Gentle")
    assert [paper.title for paper in lookup.by_title(title(1))] == [title(1)]


def test_signs_that_search_for_something_else_are_not_sent_to_openalex(ask: Ask) -> None:
    lookup, server = ask({OPENALEX: Canned(openalex_page((), None)), ARXIV: Canned(arxiv_feed((), 0))})
    assert lookup.by_title('Do Kites "Glide"? A* and Back') == ()
    assert server.asked[0].parameters["search"] == "Do Kites Glide A and Back"
