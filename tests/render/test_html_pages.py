"""A page shows every quote without a script, loads nothing, and lets nothing of an abstract act."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_review import ANSWER, DRAFT, KITE_NEEDS, REFERENCES, REFUSAL, hostile_answer

from service.records import Answer, Draft, Dropped, Matrix, Sentence
from service.render import as_html
from service.render.entry import Run
from service.render.html import content_policy

PAGES = {"answer": ANSWER, "draft": DRAFT, "refusal": REFUSAL, "hostile": hostile_answer()}
SHOWN_TAGS = frozenset(
    "html head meta title style body main header footer section nav p h1 h2 h3 bdi a span sup sub i b u ol ul li div "
    "table thead tbody tr th td".split()
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40) | st.text(
    st.sampled_from(list("<>&\"'/!-=` a]\\")), min_size=1, max_size=30
)


def parsed(document: Answer | Draft) -> Element:
    """The page as a browser builds it; a fault in the markup is an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(as_html(document))
    return root


def texts(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_a_page_is_valid_and_self_contained(document: Answer | Draft) -> None:
    """A strict parser takes it; there is no script, no handler, no style attribute and nothing to load."""
    root = parsed(document)
    assert {element.tag for element in root.iter()} <= SHOWN_TAGS
    for element in root.iter():
        assert not {name for name in element.attrib if name.startswith("on") or name in ("style", "src", "srcdoc")}
        address = element.get("href", "#")
        assert address.startswith(("#", "https://", "http://"))


@pytest.mark.parametrize("document", PAGES.values(), ids=PAGES)
def test_every_anchor_leads_somewhere_and_ids_are_unique(document: Answer | Draft) -> None:
    """Marks lead to their reference, quotes back to their marks, cards belong to their mark."""
    root = parsed(document)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        target = element.get("href", "")
        if target.startswith("#"):
            assert target[1:] in ids
        if described := element.get("aria-describedby"):
            assert described in ids


def test_a_mark_opens_its_quote_by_pointer_and_by_keyboard() -> None:
    """The mark is a link, so Tab reaches it; its card, beside it, holds the exact quote and its place."""
    root = parsed(ANSWER)
    cards = {element.get("id"): element for element in root.iter("span") if element.get("role") == "tooltip"}
    marks = [element for element in root.iter("a") if element.get("aria-describedby")]
    shown = [texts(cards[mark.get("aria-describedby")]) for mark in marks]
    assert [texts(mark) for mark in marks][:2] == ["[1]", "[2]a"]
    assert shown[0] == f"Verbatim from KITE, characters 26 to 79“{KITE_NEEDS.quote}”"
    assert shown[1].startswith("Rewritten from Heron Without Labels, characters 0 to 30")
    assert ":focus-within > .card" in as_html(ANSWER)
    assert ":hover > .card" in as_html(ANSWER)


def test_on_paper_the_quotes_stand_below_their_reference() -> None:
    """Each cited quote once a reference, with its place; the letter is that of the mark."""
    root = parsed(ANSWER)
    lists = [element for element in root.iter("ol") if element.get("class") == "quotes"]
    assert [[texts(item) for item in of_one.iter("li")] for of_one in lists] == [
        [f"“{KITE_NEEDS.quote}” characters 26 to 79 ↩ ↩ ↩"],
        [
            "a“We train Heron without labels.” characters 0 to 30 ↩",
            "b“Heron scores 74.0% on GustBench.” characters 31 to 63 ↩",
        ],
    ]


def test_a_mark_names_the_quote_where_a_reference_has_several() -> None:
    """Heron has two quotes: its mark in the text says a, the one in the table b."""
    marks = [texts(e) for e in parsed(ANSWER).iter("a") if e.get("aria-describedby")]
    assert marks.count("[2]a") == 1
    assert marks.count("[2]b") == 1


def test_what_is_partly_supported_missing_and_dropped_is_marked() -> None:
    """In words, not by colour alone."""
    partial = Sentence("KITE needs few pairs.", "claim", "partial", (KITE_NEEDS,))
    page = parsed(replace(ANSWER, sentences=(partial,), matrix=None, dropped=(Dropped("It flies.", "no quote"),)))
    found = {element.get("class"): texts(element) for element in page.iter()}
    assert found["partial"].endswith("partly supported")
    assert "Partly supported by KITE" in found["partial"]
    assert found["status partial"] == "Partly answered: the corpus does not hold all of it."
    assert "what either costs to run" in found["panel"]
    assert "It flies. (no quote)" in found["dropped"]


def test_a_gap_in_a_table_is_said_to_those_who_cannot_see_it() -> None:
    """The dash is for the eye, the words for a screen reader."""
    gaps = [texts(e) for e in parsed(ANSWER).iter("td") if e.get("class") == "gap"]
    assert gaps == ["–not found"]


def test_only_web_addresses_are_links() -> None:
    """DOI and http(s); the hostile paper's javascript: is none, however it is written."""
    links = [e.get("href") for e in parsed(ANSWER).iter("a") if not e.get("href", "").startswith("#")]
    assert links == ["https://doi.org/10.1234/heron_1", "https://example.org/heron?a=1&b=2"]
    assert [e for e in parsed(hostile_answer()).iter("a") if not e.get("href", "").startswith("#")] == []


def test_a_styled_entry_without_an_address_still_leads_to_the_paper() -> None:
    """Some styles print no DOI; the page then adds a link."""
    page = as_html(
        ANSWER, entries={"1": (Run("KITE."),), "2": (Run("Heron", italic=True), Run(".", small_capitals=True))}
    )
    assert '<i>Heron</i><span class="small-capitals">.</span> <a href="https://doi.org/10.1234/heron_1"' in page


def test_the_policy_allows_the_one_style_sheet_and_nothing_else() -> None:
    """A browser refuses any style but the one whose sum the policy names: that of the text between the tags."""
    policy, page = content_policy(), as_html(ANSWER)
    between = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(between.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy in page.replace("&#x27;", "'")


@settings(max_examples=60)
@given(ANY_TEXT)
def test_any_text_anywhere_is_only_text(text: str) -> None:
    """The page keeps its elements, whatever heading, sentence, term, title, reason and composer hold."""
    reference = replace(REFERENCES[0], title=text, venue=text, authors=(text,), url=text, doi=text)
    citation = replace(KITE_NEEDS, quote=text)
    document = replace(
        ANSWER,
        question=text,
        missing=(text,),
        sentences=(Sentence(text, "claim", "partial", (citation,)),),
        matrix=Matrix((text,), ()),
        references=(reference,),
        dropped=(Dropped(text, text),),
    )
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(as_html(document))
    assert {element.tag for element in root.iter()} <= SHOWN_TAGS
    assert not [e for e in root.iter() if any(name.startswith("on") for name in e.attrib)]
    assert len([e for e in root.iter("a") if e.get("class") == "mark"]) == 1


def test_the_same_document_is_the_same_page() -> None:
    """Nothing of the day or the machine is in it."""
    assert as_html(ANSWER) == as_html(replace(ANSWER))
    assert not re.search(r"20\d\d-\d\d-\d\dT", as_html(ANSWER))
