"""What the API offers beside the core's documents: overview, timeline, plans, files of documents, corrections."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from fastapi.testclient import TestClient
from scripted_review import ANSWER, COMPARISON, DRAFT, JUDGED, LEADS, SURVEY, ScriptedReview, hostile_answer

from service.api import create_app
from service.api.overview import example_questions
from service.api.rendering import record_of
from service.records import Paper
from service.render.timeline import timeline_svg

JSON = {"Content-Type": "application/json"}
DOCUMENTS = [ANSWER, JUDGED, LEADS, COMPARISON, DRAFT, SURVEY]


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(ScriptedReview()), raise_server_exceptions=False)


def rendered(client: TestClient, document: dict[str, Any], form: str) -> Any:
    return client.post("/v1/render", content=json.dumps({"document": document, "format": form}), headers=JSON)


@pytest.mark.parametrize("record", DOCUMENTS, ids=lambda r: type(r).__name__)
def test_a_document_is_read_back(record: Any) -> None:
    """What was sent is what is rendered, to the key."""
    assert record_of(record.as_document()).as_document() == record.as_document()


def test_filters_of_a_text_do_not_hinder_it(client: TestClient) -> None:
    """Filters, the words that years were read in, and the page's own notes on a sentence."""
    document = {**ANSWER.as_document(), "filters": {"year_from": 2024, "years_said": "since 2024", "tags": ["a"]}}
    document["sentences"][0] |= {"verdict": "contradicted", "edited": True}
    assert rendered(client, document, "markdown").status_code == 200


@pytest.mark.parametrize("record", [*DOCUMENTS, hostile_answer()], ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("form", ["markdown", "latex", "docx", "ris", "bibtex", "csl-json"])
def test_every_document_becomes_every_file(client: TestClient, record: Any, form: str) -> None:
    """With a file name, and the heading or the first reference in it."""
    reply = rendered(client, record.as_document(), form)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-disposition"].startswith('attachment; filename="')
    if form == "latex":
        with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
            assert sorted(archive.namelist()) == ["references.bib", "text.tex"]
            assert r"\begin{document}" in archive.read("text.tex").decode()
    elif form == "docx":
        assert docx.Document(io.BytesIO(reply.content)).paragraphs
    elif record.references:
        assert reply.content.strip()


def test_a_reference_has_venue_and_kind_of_date_from_the_library(client: TestClient) -> None:
    """Neither is in the JSON of a reference; a listing date is no year of publication."""
    bib = rendered(client, ANSWER.as_document(), "bibtex").text
    assert "Workshop on Birds" in bib
    heron, kite = bib.partition("heron2023")[2], bib.partition("heron2023")[0]
    assert "year = {2023}" in heron
    assert "year = {2024}" not in kite


@pytest.mark.parametrize(
    "document",
    [{}, {"sentences": 3}, {**ANSWER.as_document(), "references": []}, {"paragraphs": [], "topic": ["x"]}],
    ids=["empty", "no list", "dangling", "misshapen"],
)
def test_what_is_no_document_is_refused(client: TestClient, document: dict[str, Any]) -> None:
    """422, and what to send instead."""
    reply = rendered(client, document, "markdown")
    assert reply.status_code == 422
    assert "returned" in reply.json()["error"]["message"]


def test_the_page_sends_the_questions_before_along(client: TestClient) -> None:
    """Escaped, for the follow-up to go on from them."""
    page = client.get("/", params={"q": 'and "why"?', "before": "Does it rain?"}).text
    assert '<input type="hidden" name="before" value="Does it rain?">' in page
    assert 'name="before" value="and &#34;why&#34;?">' in page
    assert 'name="before"' not in client.get("/").text


def test_the_overview_counts_and_suggests(client: TestClient) -> None:
    """The library's size and questions of its own papers."""
    overview = client.get("/v1/overview").json()
    assert overview["papers"] == 2
    assert overview["examples"][0] == "What does KITE show?"


def test_examples_come_from_the_titles() -> None:
    """Two named systems on one subject, a subject of several titles; nothing of papers without an abstract."""
    titles = ["Kestrel: Tide Forecasts on Paper", "Osprey: Cheap Tide Forecasts", "Why Kelp Grows", "Untitled: none"]
    papers = [Paper(title, "Text." if title[0] != "U" else "") for title in titles]
    assert example_questions(papers) == [
        "How do Kestrel and Osprey differ?",
        "What is known about tide forecasts?",
        "What does Kestrel show?",
    ]
    assert example_questions([]) == []
    assert example_questions([Paper("Interferons: A Primer on Their Signals", "Text.")]) == [
        "What is known about interferons: A Primer on Their Signals?"
    ]
    assert example_questions([Paper("Why Kelp Grows", "Text.")]) == ["What is known about why Kelp Grows?"]


def test_the_timeline_is_a_drawing_with_links(client: TestClient) -> None:
    """A bar a year, also of years without a paper, each leading to its papers."""
    reply = client.get("/v1/timeline.svg")
    assert reply.headers["content-type"] == "image/svg+xml"
    links = [a.get("href") for a in ElementTree.fromstring(reply.text).iter("{http://www.w3.org/2000/svg}a")]
    assert links == ["/library?year_from=2023&year_to=2023", "/library?year_from=2024&year_to=2024"]


def test_years_long_ago_share_a_bar() -> None:
    """Thirty bars at most and one for what was before; none without years."""
    drawn = timeline_svg({1931: 2, 1990: 1, 2024: 7})
    assert "≤1994: 3 papers" in drawn
    assert drawn.count('rx="2"') == 31
    assert 'rx="2"' not in timeline_svg({})


def test_a_plan_is_text_to_edit_and_a_draft_follows_it(client: TestClient) -> None:
    """An edited plan is read before anything is written; a bad one is refused with its line."""
    plan = client.post("/v1/plans", json={"topic": "small models"}).json()
    assert "[p-kite]" in plan["text"]
    assert plan["outline"]["themes"][0]["title"] == "small models"
    assert client.post("/v1/plans", json={"topic": "volcanoes"}).json()["text"] == ""
    assert client.post("/v1/drafts", json={"topic": "small models", "plan": plan["text"]}).status_code == 200
    refused = client.post("/v1/drafts", json={"topic": "small models", "plan": "theme: x\n- result [p-none]"})
    assert refused.status_code == 422
    assert "line 2" in refused.json()["error"]["message"]


def test_a_bib_is_corrected_where_it_was_found_wrong(client: TestClient) -> None:
    """Wrong fields as they should be, all else as it was; what has no known value is told."""
    bib = "@article{k,\n title = {Kite},\n year = {1999},\n}\n"
    fields = [
        {"field": "year", "was": "1999", "should_be": "2024"},
        {"field": "title", "was": "Kite", "should_be": None},
    ]
    entry = {
        "key": "k",
        "line": 1,
        "verdict": "wrong",
        "paper_id": "p-kite",
        "fields": fields,
        "file": None,
        "checked_against": "library",
    }
    reply = client.post("/v1/corrections", json={"bib": bib, "bibliography": [entry]}).json()
    assert reply == {"bib": bib.replace("1999", "2024"), "corrected": 1, "left": ["k: title"]}


def test_a_docx_is_read_and_anything_else_refused(client: TestClient) -> None:
    """Its words as markdown; 422 with what to do."""
    written, saved = docx.Document(), io.BytesIO()
    written.add_paragraph("A kite [@kite].")
    written.save(saved)
    assert client.post("/v1/texts", content=saved.getvalue()).json() == {"text": "A kite [@kite]."}
    refused = client.post("/v1/texts", content=b"%PDF")
    assert refused.status_code == 422
    assert "save it as one" in refused.json()["error"]["message"]
