"""What the scorers take for the same text, and what not."""

from __future__ import annotations

import pytest

from eval.documents.folding import fold, numbers, occurs, title_identity, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("  A\n\tB ", "a b", id="white space and case"),
        pytest.param(r"78.2\%", "78.2%", id="escaped percent"),
        pytest.param("78.2 %", "78.2%", id="space before percent"),
        pytest.param(r"LiPO-{\lambda}", "lipo-λ", id="Greek command"),
        pytest.param('Nystr\\"om', "nystrom", id="LaTeX accent"),
        pytest.param(r"Nystr{\"o}m and Erd\H{o}s", "nystrom and erdos", id="LaTeX accents in braces"),
        pytest.param("Nyström", "nystrom", id="accent"),
        pytest.param("samplesx2013less", "samples-less", id="listing artefact"),
        pytest.param("“It’s” — 3−2", '"it\'s" - 3-2', id="quotes and dashes"),
        pytest.param(r"2.5$\times$", "2.5x", id="times"),
        pytest.param("2.5×", "2.5x", id="times sign"),
        pytest.param(r"\textbf{bold} move", "bold move", id="styling command"),
        pytest.param("<HYBNEXT> &amp; D^2O", "<hybnext> & d^2o", id="symbols"),
        pytest.param("ﬁne", "fine", id="ligature"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    """Differences of writing go, differences of meaning stay."""
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        pytest.param("33.25", "It scores 33.25.", True, id="number at the end of a sentence"),
        pytest.param("33.25", "33.25, then 4", True, id="number before a comma"),
        pytest.param("33.2", "33.25", False, id="shorter number"),
        pytest.param("33", "33.25", False, id="whole part"),
        pytest.param("25", "33.25", False, id="fraction part"),
        pytest.param("12", "1,200", False, id="thousands"),
        pytest.param("200", "1,200", False, id="last thousands group"),
        pytest.param("1,240", "1,240 turns", True, id="number with separator"),
        pytest.param("7", "7B parameters", True, id="number with unit attached"),
        pytest.param("2", "V2", False, id="digit of a name"),
        pytest.param("art", "article", False, id="start of a word"),
        pytest.param("art", "smart", False, id="end of a word"),
        pytest.param("label", "no labels", True, id="plural"),
        pytest.param("multi modal", "multi-modal", True, id="hyphen for space"),
        pytest.param("multi-modal", "Multi modal", True, id="space for hyphen"),
        pytest.param(r"78.2\%", "of 78.2%.", True, id="LaTeX"),
        pytest.param("", "anything", False, id="empty phrase"),
        pytest.param("-", "a - b", False, id="a dash alone"),
        pytest.param("(a+)+$", "aaaa", False, id="a pattern isn't one"),
        pytest.param("C++", "in C++ code", True, id="symbols at the edge"),
    ],
)
def test_occurs(phrase: str, text: str, expected: bool) -> None:
    """Whole words and whole numbers only."""
    assert occurs(phrase, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("none", [], id="none"),
        pytest.param("31.4\\% of 1,200 in 2.5x", ["31.4%", "1200", "2.5"], id="percent, thousands, factor"),
        pytest.param("1,2 and 3", ["1", "2", "3"], id="a list isn't a thousands separator"),
        pytest.param("from -0.1 to 3-5", ["-0.1", "3", "5"], id="sign and range"),
        pytest.param("1,234,567", ["1234567"], id="millions"),
    ],
)
def test_numbers(text: str, expected: list[str]) -> None:
    """As written, with sign and percent."""
    assert numbers(text) == expected


def test_title_identity_ignores_punctuation_and_latex() -> None:
    """One paper listed in two ways is one paper."""
    assert title_identity(r"LiPO-{\lambda}: It’s Nystr\"om!") == title_identity("lipo λ its nyström")
    assert title_identity("UniME-V2") != title_identity("UniME")


def test_words_keep_hyphens_and_decimals_together() -> None:
    """A name and a number are one word each."""
    assert words("UniME-V2 scores 33.2, D^2O less.") == ["unime-v2", "scores", "33.2", "d^2o", "less"]


def test_fold_of_a_huge_text_is_linear_enough() -> None:
    """A megabyte of hostile punctuation comes back."""
    assert fold("\\{" * 500_000) == ""
