"""Ask: the answer with its evidence, by mouse and by keys; refusals; what is remembered."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from page_reader import Page

QUESTION = "How do TideWalk, R^2Tune and Gusset-4 differ?"
ASKED = f"/?q={quote(QUESTION)}"


def ask(page: Page, question: str) -> None:
    field = page.one("textarea[name=q]")
    field.clear()
    field.send_keys(question, "\n")
    page.until(lambda: page.all("article.text .sentence, .notice"), "an answer")


def test_examples_of_the_library_are_answered(page: Page) -> None:
    """The first thing seen: a field, the size, three questions; each has an answer with citations."""
    page.open("/")
    page.says("#size", "67 papers")
    examples = [a.get_attribute("href") for a in page.until(lambda: page.all(".example a"), "examples")]
    assert len(examples) == 3
    for address in examples:
        page.browser.get(str(address))
        page.one("button.cite")
    assert page.problems() == []


def test_every_sentence_has_its_mark_and_its_evidence_beside(page: Page) -> None:
    """On a wide screen the first quote is open at once, marked in its abstract."""
    page.open("/")
    ask(page, QUESTION)
    page.one("#card mark")
    assert page.text("#card mark").strip() == page.text("#card blockquote").strip()
    unmarked = page.run(
        "return [...document.querySelectorAll('.sentence')].filter((s) => !s.querySelector('button.cite')).length"
    )
    assert unmarked == 0
    assert "exact" in page.text(".sentence button.cite")
    assert page.browser.title.startswith(QUESTION)


@pytest.mark.parametrize("width", [900, 360])
def test_a_citation_opens_by_hover_focus_and_click(page: Page, width: int) -> None:
    """The card can be pointed into, stays when pinned, and goes with Escape, the focus back where it was."""
    from selenium.webdriver import ActionChains

    page.size(width)
    page.open(ASKED)
    page.one(".reference")
    first = page.one("button.cite")
    opened = "return document.querySelector('#card').matches(':popover-open')"
    ActionChains(page.browser).move_to_element(first).perform()
    page.until(lambda: page.run(opened), "the card by hover")
    ActionChains(page.browser).move_to_element(page.one("#card blockquote")).pause(0.5).perform()
    assert page.run(opened)
    page.press("\ue00c")
    page.until(lambda: not page.run(opened), "the card to go")
    first.click()
    page.until(lambda: page.run(opened), "the card by click")
    assert page.run("return document.querySelector('#card').contains(document.activeElement)")
    page.press("\ue00c")
    page.until(lambda: not page.run(opened), "the card to go")
    assert page.run("return document.activeElement === arguments[0]", first)
    page.press("\ue004", "\ue004")  # past the link to the paper
    page.until(lambda: page.run(opened), "the card of the next by focus")


def test_keys_walk_through_sentences(page: Page) -> None:
    """j, k, o, c, / and ?; typing in a field triggers none; they can be turned off."""
    page.open(ASKED)
    page.one("button.cite")
    page.press("j")
    page.press("j")
    page.press("k")
    current = "return document.activeElement.id"
    assert page.run(current) == "s0"
    page.press("j")
    page.press("c")
    page.says("#said", "Copied")
    page.press("o")
    assert page.run("return document.querySelector('#s1 .cite.open') !== null")
    page.press("\ue00c")
    page.press("/")
    assert page.run("return document.activeElement.name") == "q"
    page.press("j")
    assert page.one("textarea[name=q]").get_attribute("value") == "j"
    page.run("document.activeElement.blur()")
    page.press("?")
    page.one("#help #keys").click()
    page.press("\ue00c")
    page.press("/")
    assert page.run("return document.activeElement.name") != "q"


def test_without_a_model_quotes_stand_under_their_papers(page: Page) -> None:
    """A short answer first, then each paper once, its quotes without its name before them, marks in shape."""
    page.open(ASKED)
    page.one(".quotes")
    assert len(page.all(".lead .sentence")) == 1
    titles = page.run("return [...document.querySelectorAll('.quotes .source a')].map((a) => a.innerText)")
    assert len(titles) == len(set(titles)) == 3
    said = page.run("return [...document.querySelectorAll('.quotes .sentence > [dir]')].map((s) => s.innerText)")
    assert all(quote.startswith("“") and "\\%" not in quote for quote in said)
    assert "5 exact" in page.text("article.text > p").replace("\n", " ")
    widths = page.run("return [...document.querySelectorAll('.sentence button.cite')].map((b) => b.offsetWidth)")
    assert max(widths) < 60


def test_a_refusal_names_the_nearest_papers(page: Page) -> None:
    """And shows their quotes."""
    page.open(f"/?q={quote('When do volcanoes erupt?')}")
    page.says(".notice", "does not hold an answer")
    assert "does not say" not in page.text("article.text"), "the question is not told back"
    assert not page.all("form.field [name=id]")


def test_a_follow_up_keeps_the_sources_and_back_returns_at_once(page: Page) -> None:
    """Nothing is asked anew on the way back."""
    page.open(ASKED)
    papers = {e.get_attribute("href") for e in page.until(lambda: page.all(".reference a"), "references")}
    page.one("input[name=q]").send_keys("Which accuracy is reached on AbacusGrove?", "\n")
    page.until(lambda: "AbacusGrove" in page.browser.title and page.all(".reference a, .notice"), "the follow-up")
    assert {e.get_attribute("href") for e in page.all(".reference a")} <= papers
    assert f"Only {len(papers)} chosen papers" in page.text("form")
    page.requested()
    page.browser.back()
    page.until(lambda: page.browser.title.startswith(QUESTION) and page.all(".reference a"), "the first answer")
    assert not [sent for sent in page.requested() if sent[0] == "POST"]


def test_a_quote_is_copied_with_its_reference(page: Page) -> None:
    """The words, the authors, the year, the title."""
    page.browser.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite"]})
    page.open(ASKED)
    page.one("#card mark")
    page.run("document.querySelector('#card > button').click()")
    page.says("#said", "Quote copied")
    copied = page.browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied.startswith(f"“{page.text('#card blockquote')}” (")
    assert "(2024). TideWalk: Rank Schedules" in copied


def test_places_count_code_points(page: Page) -> None:
    """Letters beyond the first plane are one place each; a quote that stands elsewhere is not marked at all."""
    page.open("/")
    root = page.run("return document.querySelector('script[type=module]').src.replace(/[^/]+$/, '')")
    split = """const [root, done] = [arguments[0], arguments[arguments.length - 1]];
        import(root + 'evidence.js').then((m) => done([
            m.split('𝒜𝓑 is 🦉. Owls 𝒸ount.', 'Owls 𝒸ount.', 9, 20),
            m.split('𝒜𝓑 is 🦉. Owls 𝒸ount.', 'Owls 𝒸ount.', 12, 23),
            m.split('plain', '', 2, 2),
            m.split('a\\ud800b', 'b', 2, 3).map((part) => part.length),
        ]))"""
    found = page.browser.execute_async_script(split, root)
    assert found[0] == ["𝒜𝓑 is 🦉. ", "Owls 𝒸ount.", ""]
    assert found[1:3] == [None, None]
    assert found[3] == [2, 1, 0]
