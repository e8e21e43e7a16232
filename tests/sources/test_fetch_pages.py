"""Every source page by page: what is asked, where a page goes on, and that the loop ends whatever the service does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from fetched_pages import PATHS, SEARCH, fetched, numbered, titles
from invented import (
    abstract,
    arxiv_feed,
    crossref_page,
    daily_list,
    openalex_page,
    pubmed_search,
    pubmed_set,
    semantic_scholar_page,
    title,
)
from reply_server import Answer, Asked, Canned, serving

from service.errors import ServiceRefused, ServiceUnavailable
from service.records import Paper, Rejection
from service.sources.arxiv import search_words
from service.sources.fetching import Place
from service.sources.source import Access


def test_arxiv_goes_on_by_offset() -> None:
    feeds = [Canned(arxiv_feed((0, 1), 3)), Canned(arxiv_feed((2,), 3))]
    with serving({PATHS["arxiv"]: feeds}) as server:
        found = fetched("arxiv", server, since=date(2024, 1, 2))
        asked = [request.parameters for request in server.asked]
    assert titles(found) == numbered(range(3))
    assert [page.stopped for page in found] == [None, "end"]
    assert found[-1].available == 3
    assert [(a["start"], a["max_results"]) for a in asked] == [("0", "2"), ("2", "2")]
    words = "(all:gentle AND all:models) AND submittedDate:[202401020000 TO 999912312359]"
    assert asked[0]["search_query"] == words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("small models", "all:small AND all:models"),
        ('"small models" safety', 'all:"small models" AND all:safety'),
        ("ti:alignment AND cat:cs.CL", "ti:alignment AND cat:cs.CL"),
    ],
)
def test_a_query_in_the_words_of_arxiv(text: str, asked: str) -> None:
    """Plain words are all asked for; arXiv's own language is left alone."""
    assert search_words(text) == asked


def test_openalex_goes_on_by_cursor() -> None:
    replies = [Canned(openalex_page((0, 1), "c2")), Canned(openalex_page((2,), "c3")), Canned(openalex_page((), None))]
    with serving({PATHS["openalex"]: replies}) as server:
        found = fetched("openalex", server, since=date(2024, 1, 2), access=Access("ada@example.org", "k3y"))
        asked = [request.parameters for request in server.asked]
    assert titles(found) == numbered(range(3))
    assert [a["cursor"] for a in asked] == ["*", "c2", "c3"]
    assert asked[0]["filter"] == "from_publication_date:2024-01-02"
    assert (asked[0]["mailto"], asked[0]["api_key"]) == ("ada@example.org", "k3y")
    paper = found[0].records[0]
    assert isinstance(paper, Paper)
    assert (paper.abstract, paper.doi, paper.venue) == (abstract(0), "10.1234/bird.0", "Journal of Birds")


def test_semantic_scholar_goes_on_by_token() -> None:
    replies = [Canned(semantic_scholar_page((0, 1), "t2")), Canned(semantic_scholar_page((2,), None))]
    with serving({PATHS["semantic-scholar"]: replies}) as server:
        found = fetched("semantic-scholar", server, since=date(2024, 1, 2), access=Access(None, "k3y"))
        first, second = server.asked
    assert titles(found) == numbered(range(3))
    assert first.parameters["publicationDateOrYear"] == "2024-01-02:"
    assert "abstract" in first.parameters["fields"].split(",")
    assert ("token" in first.parameters, second.parameters["token"]) == (False, "t2")
    assert first.headers["x-api-key"] == "k3y"


def test_crossref_goes_on_until_a_page_is_not_full() -> None:
    """It gives a next cursor for ever."""
    replies = [Canned(crossref_page((0, 1), "c2")), Canned(crossref_page((2,), "c3"))]
    with serving({PATHS["crossref"]: replies}) as server:
        found = fetched("crossref", server, since=date(2024, 1, 2), access=Access("ada@example.org"))
        asked = [request.parameters for request in server.asked]
    assert titles(found) == numbered(range(3))
    assert found[-1].stopped == "end"
    assert asked[0]["filter"] == "from-pub-date:2024-01-02"
    assert [(a["cursor"], a["rows"], a["mailto"]) for a in asked] == [
        ("*", "2", "ada@example.org"),
        ("c2", "2", "ada@example.org"),
    ]


def test_pubmed_searches_once_and_takes_articles_by_offset() -> None:
    sets = [Canned(pubmed_set((0, 1))), Canned(pubmed_set((2,)))]
    with serving({SEARCH: Canned(pubmed_search(3)), PATHS["pubmed"]: sets}) as server:
        found = fetched("pubmed", server, since=date(2024, 1, 2), access=Access("ada@example.org"))
        search, *articles = (request.parameters for request in server.asked)
    assert titles(found) == numbered(range(3))
    assert (search["mindate"], search["datetype"], search["usehistory"]) == ("2024/01/02", "pdat", "y")
    assert (search["tool"], search["email"]) == ("litweave", "ada@example.org")
    assert [(a["WebEnv"], a["query_key"], a["retstart"], a["retmax"]) for a in articles] == [
        ("MCID_1", "1", "0", "2"),
        ("MCID_1", "1", "2", "2"),
    ]


def test_pubmed_without_a_hit_asks_for_no_articles() -> None:
    with serving({SEARCH: Canned(pubmed_search(0))}) as server:
        found = fetched("pubmed", server)
        assert server.paths() == [SEARCH]
    assert (titles(found), found[-1].stopped) == ([], "end")


def test_daily_papers_are_read_day_by_day_and_kept_by_their_words() -> None:
    """From today back to the first day asked for; a day without papers is no end; a full page has a second."""
    by_day = {
        ("2024-03-10", "0"): daily_list((0, 1), said="About kites."),
        ("2024-03-10", "1"): daily_list((2,), said="On the kite."),
        ("2024-03-09", "0"): b"[]",
        ("2024-03-08", "0"): daily_list((3,)),
    }

    def answer(asked: Asked) -> Canned:
        return Canned(by_day[asked.parameters["date"], asked.parameters["p"]])

    with serving({PATHS["daily-papers"]: answer}) as server:
        found = fetched("daily-papers", server, text="the kites", since=date(2024, 3, 8))
    assert titles(found) == numbered(range(3))
    assert [page.left_out for page in found] == [0, 0, 0, 1]
    assert [page.stopped for page in found] == [None, None, None, "end"]


def test_daily_papers_of_a_week_without_a_query() -> None:
    with serving({PATHS["daily-papers"]: Canned(b"[]")}) as server:
        assert titles(fetched("daily-papers", server, text="")) == []
        days = [request.parameters["date"] for request in server.asked]
    assert days == [f"2024-03-{day:02d}" for day in range(10, 3, -1)]


def test_no_more_than_asked_for() -> None:
    with serving({PATHS["openalex"]: Canned(openalex_page((0, 1, 2, 3), "c2"))}) as server:
        found = fetched("openalex", server, most=3, size=4)
        assert len(server.asked) == 1
    assert titles(found) == numbered(range(3))
    assert found[-1].stopped == "max"


ENDLESS: dict[str, Callable[[range, int], bytes]] = {
    "openalex": lambda numbers, page: openalex_page(numbers, f"c{page}"),
    "semantic-scholar": lambda numbers, page: semantic_scholar_page(numbers, f"t{page}"),
    "crossref": lambda numbers, page: crossref_page(numbers, f"c{page}"),
    "arxiv": lambda numbers, _: arxiv_feed(numbers, 1_000_000),
}


def endless(key: str, numbers: Callable[[int], range]) -> Answer:
    page = count(1)

    def answer(_: Asked) -> Canned:
        number = next(page)
        return Canned(ENDLESS[key](numbers(number), number))

    return answer


@pytest.mark.parametrize("key", ENDLESS)
def test_a_service_that_goes_on_for_ever_is_left_at_the_maximum(key: str) -> None:
    with serving({PATHS[key]: endless(key, lambda page: range(2 * page, 2 * page + 2))}) as server:
        found = fetched(key, server, most=7)
        assert len(server.asked) == 4
    assert (len(titles(found)), found[-1].stopped) == (7, "max")


@pytest.mark.parametrize("key", ENDLESS)
def test_a_service_that_gives_the_same_page_for_ever_is_left(key: str) -> None:
    """Always with a new cursor; two pages without a new paper are enough, and their papers are not counted again."""
    with serving({PATHS[key]: endless(key, lambda _: range(2))}) as server:
        found = fetched(key, server)
        assert len(server.asked) == 3
    assert titles(found) == numbered(range(2))
    assert sum(page.repeated for page in found) == 4
    assert found[-1].stopped == "nothing_new"


def test_a_cursor_that_comes_again_ends_it() -> None:
    replies = [Canned(openalex_page((0, 1), "c2")), Canned(openalex_page((2, 3), "c2"))]
    with serving({PATHS["openalex"]: replies}) as server:
        found = fetched("openalex", server)
    assert (titles(found), found[-1].stopped) == (numbered(range(4)), "nothing_new")


def test_one_page_twice_does_not_end_it() -> None:
    replies = [(0, 1), (0, 1), (2,)]
    cursors = ["c2", "c3", None]
    canned = [Canned(openalex_page(n, c)) for n, c in zip(replies, cursors, strict=True)]
    with serving({PATHS["openalex"]: canned}) as server:
        found = fetched("openalex", server)
    assert (titles(found), found[-1].stopped) == (numbered(range(3)), "end")


MALFORMED = {
    "arxiv": [b"", b"<html>wait</html>", arxiv_feed((0,), 1)[:-20], b"Rate exceeded."],
    "openalex": [b"", b"<html>", b'{"meta": {}}', openalex_page((0,), None)[:-5], b"[]", b"null"],
    "semantic-scholar": [b"", b'{"message": "Internal"}', semantic_scholar_page((0,), None)[:-5]],
    "crossref": [b"", b'{"status": "ok"}', b'{"message": []}', crossref_page((0,), "c")[:-5]],
    "daily-papers": [b"", b'{"error": "x"}', daily_list((0,))[:-5], b'["x"]'],
}


@pytest.mark.parametrize(("key", "body"), [(key, body) for key, bodies in MALFORMED.items() for body in bodies])
def test_a_malformed_page_is_asked_for_again_and_then_an_error(key: str, body: bytes) -> None:
    """No record of it comes through."""
    with serving({PATHS[key]: Canned(body)}) as server:
        with pytest.raises(ServiceUnavailable, match="cannot be read"):
            fetched(key, server)
        assert len(server.asked) == 2


@pytest.mark.parametrize("body", [b"", b"{}", b'{"esearchresult": {"ERROR": "bad query"}}', pubmed_search(3)[:-4]])
def test_a_malformed_search_of_pubmed(body: bytes) -> None:
    with serving({SEARCH: Canned(body)}) as server, pytest.raises(ServiceUnavailable, match="cannot be read"):
        fetched("pubmed", server)


def test_a_malformed_set_of_pubmed() -> None:
    answers = {SEARCH: Canned(pubmed_search(3)), PATHS["pubmed"]: Canned(pubmed_set((0, 1))[:-25])}
    with serving(answers) as server, pytest.raises(ServiceUnavailable, match="no whole set of articles"):
        fetched("pubmed", server)


def test_a_bad_record_costs_itself() -> None:
    """It is a rejection of its page, and counts as a record."""
    body = openalex_page((0, 1), None).replace(title(0).encode(), b"")
    with serving({PATHS["openalex"]: Canned(body)}) as server:
        (page,) = fetched("openalex", server)
    rejected = [record for record in page.records if isinstance(record, Rejection)]
    assert [(r.source, r.line) for r in rejected] == [("openalex page 1", 1)]
    assert (titles([page]), page.after.taken) == ([title(1)], 2)


def test_a_fetch_goes_on_at_its_place() -> None:
    with serving({PATHS["openalex"]: Canned(openalex_page((4,), None))}) as server:
        (page,) = fetched("openalex", server, most=5, at=Place("c3", 3, 4))
        assert server.asked[0].parameters["cursor"] == "c3"
    assert (page.number, page.after.taken, page.stopped) == (3, 5, "max")


@pytest.mark.parametrize(
    ("key", "place"), [("crossref", Place("old", 3, 4)), ("pubmed", Place("MCID_0|1|4|9", 4, 4))], ids=lambda v: str(v)
)
def test_a_place_that_the_service_forgot_begins_again(key: str, place: Place) -> None:
    """Cursors of Crossref and searches of PubMed are kept for a while only."""
    forgot = Canned(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", 400)
    answers: dict[str, list[Answer]] = {
        "crossref": [forgot, Canned(crossref_page((0,), "c"))],
        "pubmed": [dataclasses.replace(forgot, status=200), Canned(pubmed_set((0,)))],
    }
    with serving({SEARCH: Canned(pubmed_search(1)), PATHS[key]: answers[key]}) as server:
        found = fetched(key, server, at=place)
    assert titles(found) == [title(0)]
    assert (found[0].begun_again, found[0].number) == (True, 1)


def test_a_refused_query_is_an_error() -> None:
    with serving({PATHS["crossref"]: Canned(b"bad filter", 400)}) as server:
        with pytest.raises(ServiceRefused, match="bad filter"):
            fetched("crossref", server)
        assert len(server.asked) == 1
