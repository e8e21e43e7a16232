"""What a model is shown of untrusted text, and how its quotes are led back to it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poison import KINDS, Poisoned, poisoned

from service.llm import render_sources
from service.llm.prompting.readable import readable
from service.records import Paper
from service.text.neutral import neutralised
from service.text.normal import for_display

POISONED = poisoned()
CLEAN = Paper("Herons", "Herons wade in 3 cm of water. They wait.", "p-clean", year=2024)


def _outside(text: str, mark: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith(f"{mark}| ")]


def test_there_are_a_hundred_poisoned_abstracts_of_eight_kinds() -> None:
    """Fifteen of each, every canary its own."""
    assert len(POISONED) >= 100
    assert {kind: sum(p.kind == kind for p in POISONED) for kind in KINDS} == dict.fromkeys(KINDS, 15)
    assert len({p.canary for p in POISONED}) == len(POISONED)


STRUCTURE = re.compile(
    r"\[\s*\^?\d+\s*[\],;-]|\\\w*cite|\\bibitem|\b(?:source|document|paper|passage|reference)\s*(?:id)?\s*[:#]?\s*\d"
    r"|<\||\|>|\[/?INST\]|<</?SYS|</?s>|</?(?:system|sources?|context|document|img|a)\b|_of_turn>"
    r"|\b(?:system|user|assistant)\s*:|https?:|www\.|mailto:|javascript:|data:"
    r"|[=#`\"<>{}-]{3,}|!\[",
    re.IGNORECASE,
)


@pytest.mark.parametrize("bad", POISONED, ids=lambda p: f"{p.kind}-{p.canary[3:6]}")
def test_a_poisoned_abstract_stays_inside_its_marks(bad: Poisoned) -> None:
    """Every line of it begins with the mark, nothing in it looks like structure, nothing in it is invisible."""
    sheet = render_sources([Paper(bad.attack, bad.abstract, "p-bad"), CLEAN], question="Do kites glide?")
    first, second = sheet.by_id
    outside = _outside(sheet.text, sheet.mark)
    mark = f'mark="{sheet.mark}">'
    assert outside == [
        f'<source id="{first}" {mark}', f'</source id="{first}" {mark}',
        f'<source id="{second}" {mark}', f'</source id="{second}" {mark}',
    ]  # fmt: skip
    inside = [line.removeprefix(f"{sheet.mark}| ") for line in sheet.text.splitlines() if line not in outside]
    assert [STRUCTURE.findall(unicodedata.normalize("NFKC", line)) for line in inside if STRUCTURE.search(line)] == []
    assert not any(unicodedata.category(char) in ("Cf", "Cc", "Cs") for line in inside for char in line)
    assert not any(token in bad.abstract for token in (sheet.mark, first, second))


@pytest.mark.parametrize("bad", POISONED, ids=lambda p: f"{p.kind}-{p.canary[3:6]}")
def test_honest_sentences_around_an_attack_can_still_be_quoted(bad: Poisoned) -> None:
    """The quote that is located is the stored abstract's, character by character."""
    paper = Paper("Kites", bad.abstract, "p-bad")
    sheet = render_sources([paper])
    (source_id,) = sheet.by_id
    found = sheet.locate(source_id, bad.honest)
    assert found is not None
    assert (found.quote, found.end) == (bad.honest, len(bad.abstract))


def test_a_quote_across_something_neutralised_is_the_original(tmp_path: Path) -> None:
    """What the model saw as (ref) and (link) comes back as it is stored."""
    abstract = "Kites glide [3, 4] well. Code: https://kites.example/x is open."
    sheet = render_sources([Paper("Kites", abstract, "p")])
    (source_id,) = sheet.by_id
    shown = sheet.locate(source_id, "Kites glide (ref) well.")
    assert shown is not None
    assert (shown.quote, shown.paper.paper_id) == ("Kites glide [3, 4] well.", "p")
    code = sheet.locate(source_id, "Code: (link) is open.")
    assert code is not None
    assert code.quote == "Code: https://kites.example/x is open."


@pytest.mark.parametrize(
    "quote",
    ["Herons wade in 3 cm of water.", '"Herons wade in 3 cm of water."', "Herons  wade in\n3 cm of water. They wait.",
     "...wade in 3 cm...", "{mark}| Herons wade in 3 cm of water."],
    ids=["exact", "quoted", "white space", "dots", "with the mark"],
)  # fmt: skip
def test_small_slips_of_copying_are_forgiven(quote: str) -> None:
    """White space, quotation marks, dots, the mark."""
    sheet = render_sources([CLEAN])
    found = sheet.locate(next(iter(sheet.by_id)), quote.replace("{mark}", sheet.mark))
    assert found is not None
    assert CLEAN.abstract[found.start : found.end] == found.quote
    assert "3 cm" in found.quote


@pytest.mark.parametrize(
    "quote", ["Herons wade in 4 cm of water.", "herons wade", "Herons swim.", "", " ... ", "Herons"[::-1]]
)
def test_a_quote_that_does_not_stand_there_is_not_found(quote: str) -> None:
    """Every letter and digit counts; nothing is no quote."""
    sheet = render_sources([CLEAN])
    assert sheet.locate(next(iter(sheet.by_id)), quote) is None


def test_an_id_that_was_never_given_out_leads_nowhere() -> None:
    """Not a number, not a paper's own id, not another request's."""
    sheet, other = render_sources([CLEAN]), render_sources([CLEAN])
    for stranger in ("1", "p-clean", "", *other.by_id):
        assert (sheet.paper(stranger), sheet.locate(stranger, "They wait.")) == (None, None)


def test_marks_are_new_each_time_and_the_same_for_one_secret_and_request() -> None:
    """So that a kept reply is found; another secret, question or abstract changes all of them."""
    secret = b"s" * 32
    same = [render_sources([CLEAN], question="q", secret=secret).text for _ in range(2)]
    assert same[0] == same[1]
    others = [
        render_sources([CLEAN], question="q").text,
        render_sources([CLEAN], question="q").text,
        render_sources([CLEAN], question="r", secret=secret).text,
        render_sources([CLEAN], question="q", secret=b"t" * 32).text,
        render_sources([Paper("Herons", CLEAN.abstract + " ")], question="q", secret=secret).text,
    ]
    assert len({same[0], *others}) == 6


@pytest.mark.parametrize(
    ("paper", "line"),
    [
        (Paper("K", "It flies.", year=2024, date="2024-12-05", date_kind="published"), "Date - 2024-12-05"),
        (Paper("K", "It flies.", year=2024, date="2024-12-05", date_kind="listed"), "Listed - 2024-12-05"),
        (Paper("K", "It flies.", year=2024), "Year - 2024"),
    ],
    ids=["published", "listed", "year"],
)
def test_a_model_is_told_when_a_paper_appeared(paper: Paper, line: str) -> None:
    """As far as it is known, and a listing's day not as the day of publication."""
    sheet = render_sources([paper])
    assert f"\n{sheet.mark}| {line}\n" in sheet.text
    assert "Year" not in render_sources([Paper("K", "It flies.")]).text


TRICKY = st.text(alphabet=st.sampled_from("[]<>|{}#=-\\/:. 13sourcetymuan\u200b\u202eｓ［］\n\"'`$*_"), max_size=60)


@given(st.one_of(st.text(max_size=80), TRICKY))
def test_neutral_text_is_one_line_and_neutral_already(text: str) -> None:
    """For any text: neutralising twice is neutralising once, and offsets stay inside the original and in order."""
    once = neutralised(text)
    assert neutralised(once.text).text == once.text
    assert len(once.text.splitlines()) <= 1
    assert len(once.text) == len(once.starts) == len(once.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(once.starts, once.ends, strict=True))
    assert list(once.starts) == sorted(once.starts)


@given(st.text(alphabet="abcdefgh IJK.,;()?%0123456789", max_size=200))
def test_plain_prose_is_shown_as_it_stands(text: str) -> None:
    """Letters, figures and common punctuation are never touched."""
    assert neutralised(text).text == text


def test_a_huge_hostile_abstract_is_cut_and_done_in_time() -> None:
    """A million brackets: what is shown is bounded."""
    sheet = render_sources([Paper("x", "[" * 1_000_000 + "\\cite{" * 1000), Paper("y", "")])
    assert len(sheet.text) < 20_000


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (r"It scores 41.8\% on $n = 4$ tasks, up from 39.5\%.", "scores 41.8% on n = 4 tasks"),
        (r"We use $\lambda = 0.3$ and na\"ive rounding below 0 \textdegree C.", "λ = 0.3 and naïve rounding"),
        (r"Herons \textit{wade} far &amp; wide.", "wade far & wide."),
    ],
    ids=["percent", "math", "markup"],
)
def test_a_model_reads_what_a_person_reads_and_its_quotes_are_the_stored_characters(stored: str, shown: str) -> None:
    """LaTeX is resolved in the prompt: it is copied wrongly, and JSON knows no such escapes."""
    sheet = render_sources([Paper("Herons", stored, "p")])
    (source_id,) = sheet.by_id
    assert shown in sheet.text
    assert "\\" not in sheet.text
    for quote in (shown, stored):
        found = sheet.locate(source_id, quote)
        assert found is not None
        assert found.quote == stored[found.start : found.end]
        assert for_display(quote) in for_display(found.quote)
    assert sheet.locate(source_id, shown.replace("4", "5").replace("0.3", "0.4").replace("far", "near")) is None


@given(st.text(alphabet=st.sampled_from("ab \\%${}&;lt\"'\u200b\u0301\n[3]<>"), max_size=80))
def test_what_is_shown_leads_back_to_the_stored_text_whatever_it_holds(text: str) -> None:
    """One place in the original for each character shown, in order, and never outside."""
    shown = readable(text)
    assert len(shown.text) == len(shown.starts) == len(shown.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(shown.starts, shown.ends, strict=True))
    assert list(shown.starts) == sorted(shown.starts)
    assert len(shown.text.splitlines()) <= 1
