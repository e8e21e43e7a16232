"""One tokeniser for index, query and evidence: words are stemmed, names survive."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.terms import STOP_TERMS, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UniME-V2", {"unime-v2", "unime", "v2"}),
        ("D^2O", {"d2o"}),
        ("D$^2$O", {"d2o"}),
        ("LiPO-λ", {"lipo-λ", "lipo", "λ", "lambda", "lipo-lambda"}),
        (r"LiPO-{\lambda}", {"lipo-λ", "lipo", "λ", "lambda", "lipo-lambda"}),
        ("NF-κB", {"nf", "nf-kappab"}),
        ("GPT-4", {"gpt-4", "gpt", "4", "gpt4"}),
        ("LLMs", {"llm"}),
        ("llms", {"llm"}),
        ("GPUs", {"gpu"}),
        ("AIDS", {"aids"}),
        (r"1.74\%", {"1.74"}),
        ("5,183", {"5183"}),
        ("Qwen-1.5 72B", {"qwen-1.5", "qwen", "1.5", "72b"}),
        ("CD4+", {"cd4+", "cd4"}),
        ("C++", {"c++"}),
        ("10^3", {"10^3"}),
        ("the model's", {"model"}),
        ("aligning alignment aligned", {"align"}),
        ("方法很好", {"方法", "法很", "很好"}),
    ],
)
def test_terms_of_worked_examples(text: str, expected: set[str]) -> None:
    """Each spelling gives at least these terms."""
    assert expected <= set(terms(text))


def test_d2o_is_not_taken_apart() -> None:
    """A caret joins: "d" and "2o" would match anything."""
    assert terms("D^2O") == ["d2o"]


@pytest.mark.parametrize("text", ["fine-tuning", "Fine-Tuning", "fine tuning"])
def test_a_plain_compound_gives_its_parts(text: str) -> None:
    """However it is written, and never a rare word of its own."""
    assert terms(text) == ["fine", "tune"]


def test_acronym_plural_gives_the_singular_only() -> None:
    assert terms("LLMs") == ["llm"]


def test_a_gas_is_not_a_plural() -> None:
    """Short lower-case words that end in s keep it."""
    assert terms("gas bias dns") == ["gas", "bias", "dns"]


@pytest.mark.parametrize("pair", [("GPT4", "GPT-4"), ("alignments", "align"), ("aids", "AIDS"), ("λ", "lambda")])
def test_two_spellings_share_a_term(pair: tuple[str, str]) -> None:
    """What a person types finds what an author wrote."""
    assert set(terms(pair[0])) & set(terms(pair[1]))


def test_a_term_is_repeated_as_often_as_its_word() -> None:
    """BM25 needs frequencies."""
    assert terms("reward, Reward; rewards") == ["reward"] * 3


@pytest.mark.parametrize("text", ["", "  ", "?!., -- ()", "\u200b"])
def test_no_words_no_terms(text: str) -> None:
    assert terms(text) == []


def test_stop_words_are_given_and_known_as_such() -> None:
    """`terms` keeps them; whoever weighs leaves them out."""
    assert terms("the who is not here")
    assert set(terms("the who is not here")) <= STOP_TERMS
    assert not {"llm", "align", "cell", "model", "2"} & STOP_TERMS


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["a" * 1_000_000, "a-" * 500_000, "1," * 500_000, "方" * 1_000_000, "'" * 1_000_000])
def test_hostile_texts_end(text: str) -> None:
    """Megabytes of one character neither hang nor make over-long terms."""
    assert all(len(term) <= 60 for term in terms(text))


@given(st.text())
def test_any_text_gives_short_terms_without_spaces(text: str) -> None:
    """Terms are joined by spaces in the word index, so none may hold one."""
    for term in terms(text):
        assert term
        assert len(term) <= 120
        assert term.split() == [term]


def test_threads_get_the_terms_of_their_own_text() -> None:
    """The stemmer is shared; a race would return another word's stem."""
    words = [f"run{'ning' * n}" for n in range(200)]
    alone = [terms(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, words * 20)) == alone * 20
