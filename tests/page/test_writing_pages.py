"""Compare, Draft and Check: tables and texts that can be changed, checked again and taken away."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document
from page_reader import Page

COMPARED = f"/compare?q={quote('TideWalk and SlackTide')}"
DRAFTED = f"/draft?topic={quote('adapting small language models with few parameters')}"
AUTHORS = "Ilse Marrowby and Tomas Quellan and Adaeze Brindlecombe"
BIB = """@article{tide,
  title = {TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models},
  author = {Ilse Marrowby and Some Body},
  year = {2024},
}
"""
TEXT = (
    "TideWalk lets the rank of every adapter climb during the first third of training and then ebb away "
    "[@tide]. Volcanoes erupt twice a day [@tide].\n\nThis cites nothing that exists [@nobody]."
)


def press(page: Page, text: str) -> None:
    """Click the button with this text."""
    found = "return [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === arguments[0])"
    page.until(lambda: page.run(found, text), f"the button {text!r}").click()


def cell(page: Page) -> str:
    return page.text("#result td")


def test_cells_are_edited_and_locked_and_the_rest_comes_back_the_same(page: Page) -> None:
    """A locked cell survives another run, an edited one does not; all other quotes are the same."""
    page.open(COMPARED)
    page.one("td button.cite")
    before = page.text("#result tbody")
    found = cell(page)
    page.one("td button.quiet").click()
    area = page.one("#editor textarea")
    area.clear()
    area.send_keys("rises, then ebbs")
    page.one("#editor button.main").click()
    page.says("#result td", "rises, then ebbs (edited)")
    press(page, "Run again")
    page.until(lambda: page.text("#result tbody") == before, "the table as it was")
    page.one("td button.quiet").click()
    area = page.one("#editor textarea")
    area.clear()
    area.send_keys("mine")
    page.one("#editor input").click()
    page.one("#editor button.main").click()
    page.says("#result td", "locked")
    press(page, "Run again")
    page.says("#result td", "mine (edited)")
    page.one("td button.quiet").click()
    page.one("#editor textarea").clear()
    page.one("#editor textarea").send_keys(found.split("\n")[0])
    page.press("\ue00c")
    assert "mine" in cell(page)


def test_a_table_is_sorted_and_says_why_a_cell_is_empty(page: Page) -> None:
    """By a column up and down, by keys too; `not reported` is not `not found`."""
    page.open(f"/compare?q={quote('How do TideWalk, R^2Tune and Gusset-4 differ?')}")
    heads = page.until(lambda: page.all("thead button"), "the table")
    rows = "return [...document.querySelectorAll('tbody tr')].map((r) => r.cells[0].innerText)"
    as_found = page.run(rows)
    heads[0].click()
    up = page.run(rows)
    heads[0].click()
    down = page.run(rows)
    assert sorted(as_found) == sorted(up) == sorted(down)
    assert up[0] != down[0]
    assert page.all("thead th")[0].get_attribute("aria-sort") == "descending"
    heads[0].click()
    assert page.run(rows) == as_found
    gaps = page.text("#result tbody")
    assert "not reported" in gaps or "not found" in gaps
    page.size(360, 740)
    page.run("document.querySelector('.scroll').scrollLeft = 200")
    left = "return document.querySelector(arguments[0]).getBoundingClientRect().left"
    assert page.run(left, ".scroll tbody th") - page.run(left, ".scroll") <= 1


@pytest.mark.parametrize("width", [1440, 360])
def test_a_draft_is_planned_written_edited_checked_and_exported(page: Page, width: int) -> None:
    """From a topic to a Word file with the changed sentence in it, at a desk and on a phone."""
    page.size(width)
    page.open("/draft")
    page.one("textarea[name=topic]").send_keys("adapting small language models with few parameters")
    page.one("#make-plan").click()
    plan = page.one("#plan")
    page.until(lambda: "theme:" in str(plan.get_attribute("value")), "a plan")
    first_theme = "theme:".join(str(plan.get_attribute("value")).split("theme:")[:2])
    page.run("arguments[0].value = arguments[1]", plan, "\n".join(first_theme.splitlines()[:9]))
    press(page, "Write")
    page.until(lambda: page.all("#result .sentence + button"), "the draft, all of it: only then it can be edited")
    assert len(page.all("#result .sentence button.cite")) <= 3
    page.run("document.querySelector('.sentence + button').click()")
    area = page.one("#editor textarea")
    area.clear()
    area.send_keys("Volcanoes erupt twice a day.")
    page.one("#editor button.main").click()
    page.says("#result", "edited, not checked")
    press(page, "Check 1 edited sentence")
    page.until(lambda: not page.all("#result .edited"), "the verdict")
    assert page.run("return document.querySelector('.sentence button.cite').className") != "cite exact"
    press(page, "Export")
    page.one('#exports [value="docx"]').click()
    words = "\n".join(p.text for p in Document(io.BytesIO(page.downloaded_like(".docx"))).paragraphs)
    assert "Volcanoes erupt twice a day" in words
    press(page, "Export")
    page.one('#exports [value="latex"]').click()
    with zipfile.ZipFile(io.BytesIO(page.downloaded_like(".zip"))) as archive:
        assert b"Volcanoes" in archive.read("text.tex")
    page.browser.refresh()
    page.says("#result", "Volcanoes erupt twice a day")


def change(page: Page, nth: int, text: str) -> None:
    """Edit the sentence at this place, as its pencil lets one."""
    page.run("document.querySelectorAll('.sentence + button')[arguments[0]].click()", nth)
    area = page.one("#editor textarea")
    area.clear()
    area.send_keys(text)
    page.one("#editor button.main").click()
    page.until(lambda: not page.all("#editor[open]"), "the dialog to go")


def test_edited_sentences_are_checked_in_one_request(page: Page) -> None:
    """Each gets its own verdict, by its place in the text; letters beyond the first plane are one place each."""
    page.open(DRAFTED)
    page.until(lambda: len(page.all("#result .sentence + button")) > 2, "the draft")
    quoted = page.run("return document.querySelectorAll('.sentence > [dir]')[2].innerText").split("“")[1].split("”")[0]
    change(page, 0, "Volcanoes erupt twice a day \N{OWL}\N{OWL}\N{OWL}.")
    change(page, 2, quoted)
    page.requested()
    press(page, "Check 2 edited sentences")
    page.until(lambda: not page.all("#result .edited"), "the verdicts")
    assert [url for method, url in page.requested() if url.endswith("/v1/checks")] == [f"{page.base}/v1/checks"]
    verdicts = [page.run("return document.querySelector(arguments[0]).className", f"#s{n} .cite") for n in (0, 2)]
    assert "supported" not in verdicts[0]
    assert "supported" in verdicts[1]


def test_an_edited_sentence_keeps_the_page_where_it_is(page: Page) -> None:
    """Its place on the screen, the focus, and the card that was open."""
    page.open(DRAFTED)
    last = page.until(lambda: page.all("#result .sentence + button"), "the draft")[-1]
    page.run("document.querySelectorAll('.sentence button.cite')[3].click()")
    quote = page.text("#card blockquote")
    page.run("arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus()", last)
    top = "return [...document.querySelectorAll('.sentence + button')].at(-1).getBoundingClientRect().top"
    before = page.run(top)
    change(page, len(page.all("#result .sentence + button")) - 1, "Shorter.")
    page.says("#result", "Check 1 edited sentence")
    focused = "return document.activeElement === [...document.querySelectorAll('.sentence + button')].at(-1)"
    assert page.run(focused)
    assert abs(page.run(top) - before) < 40, "the sentence itself became shorter"
    assert page.text("#card blockquote") == quote
    assert page.run(
        "return document.querySelectorAll('.sentence button.cite')[3] === document.querySelector('.cite.open')"
    )


@pytest.mark.parametrize(
    ("value", "suffix", "part"),
    [
        ("markdown", ".md", "## References"),
        ("ris", ".ris", "TY  -"),
        ("bibtex", ".bib", "@"),
        ("csl-json", ".json", "["),
    ],
)
def test_an_answer_is_taken_away(page: Page, value: str, suffix: str, part: str) -> None:
    """In every format, with its references."""
    page.open(f"/?q={quote('How do TideWalk and SlackTide differ?')}")
    press(page, "Export")
    page.one(f'#exports [value="{value}"]').click()
    assert part in page.downloaded_like(suffix).decode()


def test_a_text_is_checked_and_its_references_corrected(page: Page) -> None:
    """Verdicts by sentence, an unknown key, was and should be, and the .bib to take away."""
    page.open("/check")
    page.run("[document.querySelector('#text').value, document.querySelector('#bib').value] = arguments", TEXT, BIB)
    press(page, "Check")
    claims = page.until(lambda: page.all("#result .claim"), "verdicts")
    assert len(claims) == 3
    assert "verified" in claims[0].text
    assert "verified" not in claims[1].text
    page.says("#result", "nobody: no reference has this key")
    assert page.text("del") == "Ilse Marrowby and Some Body"
    assert page.text("ins") == AUTHORS
    page.one("label.check input").click()
    assert len([claim for claim in page.all(".claim") if claim.is_displayed()]) == 2
    press(page, "Save corrected .bib")
    assert page.downloaded_like(".bib").decode() == BIB.replace("Ilse Marrowby and Some Body", AUTHORS)
    page.open("/ask")
    page.browser.back()
    page.until(lambda: len(page.all("#result .claim")) == 3, "the check again")


def test_a_paper_is_cited_where_a_sentence_needs_one(page: Page) -> None:
    """Before the full stop, in code points; what comes behind keeps its place."""
    first = "🦉 TideWalk lets the rank of every adapter climb during the first third of training and then ebb away."
    page.open("/check")
    page.run("document.querySelector('#text').value = arguments[0]", f"{first} It ends here.")
    press(page, "Check")
    offered = page.until(lambda: page.all(".claim button.quiet"), "a paper to cite")
    page.run("arguments[0].click()", offered[0])
    text = str(page.all("#text")[0].get_attribute("value"))
    assert text.startswith(f"{first[:-1]} [@")
    assert text.endswith("]. It ends here.")


def test_files_of_ones_own_are_read(page: Page, tmp_path: Path) -> None:
    """A .docx becomes markdown, a .bib goes with the references."""
    written = Document()
    written.add_heading("Related work", 1)
    written.add_paragraph("TideWalk lets the rank of every adapter climb & ebb [@tide].")
    written.save(str(tmp_path / "mine.docx"))
    (tmp_path / "mine.bib").write_text(BIB)
    page.open("/check")
    page.all("#files")[0].send_keys(f"{tmp_path / 'mine.docx'}\n{tmp_path / 'mine.bib'}")
    page.says("#said", "Read mine.docx, mine.bib")
    text = str(page.all("#text")[0].get_attribute("value"))
    assert text == "# Related work\n\nTideWalk lets the rank of every adapter climb & ebb [@tide]."
    assert page.all("#bib")[0].get_attribute("value") == BIB
    (tmp_path / "broken.docx").write_bytes(b"no zip")
    page.all("#files")[0].send_keys(str(tmp_path / "broken.docx"))
    page.says("#said", "could not be read")
    assert json.loads(page.run("return JSON.stringify(document.querySelector('#bib').value)")) == BIB
