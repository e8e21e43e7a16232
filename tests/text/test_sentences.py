"""Sentences are found with exact offsets, and quotes are whole sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.sentences import sentence_texts, split_sentences

SCIFACT = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "scifact" / "corpus.jsonl"

CASES = {
    "two plain sentences": ["We ask a question.", "We answer it."],
    "abbreviations inside a sentence": [
        "Rewards (e.g. those of Fig. 3, cf. Eq. 2) differ, i.e. vary, vs. the approx. norm of Dr. Lee."
    ],
    "et al. before a bracket, a name and a new sentence": [
        "Zhou et al. (2023) and Li et al. Transformers agree with Kim et al.",
        "We do not.",
    ],
    "U.S. inside and at the end": ["The U.S. Census is used in the U.S.", "We use it."],
    "decimals and versions": ["Qwen-1.5 72B gains 2.85 in v2.0 of LC 2.0.", "Scores of 1.74% follow."],
    "a sentence that ends in a number": ["Pairwise accuracy reaches 30.", "Other methods reach 20."],
    "a URL keeps its dots": [
        "Code is at https://anonymous.4open.science/r/I-SHEEP.",
        "Models are at www.example.org/v1.2/x.html.",
    ],
    "initials": ["The idea of J. R. Smith helps.", "It scales."],
    "a vitamin is not an initial": ["Children lack vitamin D.", "Patients do not."],
    "enumerated parts": ["Three aspects follow.", "(1) Data collection: how.", "(2) Training: why."],
    "a numbered list": ["1. Collect pairs.", "2. Train on them."],
    "ellipsis inside and at the end": ["It goes on ... and on...", "Then we stop."],
    "a missing space": ["We use the I-SHEEP Paradigm.", "This human-like way works."],
    "a missing space before a common noun": ["We have three stages.", "Alignment comes last."],
    "identifiers are not missing spaces": ["We use nn.Linear, node.js and Scikit.Learn."],
    "closing quotes and brackets": ['It is "superficial."', "(This is known.)", "`Safer.'", "We agree."],
    "question and exclamation": ["Is it so?", "Yes!", "Really?!", "It is."],
    "a question that goes on": ["We ask why? and how."],
    "a structured abstract": ["METHODS: We train.", "RESULTS We gain 3%.", "CONCLUSIONS: It works."],
    "a sentence inside brackets stays whole": ["Cells (from mice. See methods) grew.", "They died."],
    "species": ["E. coli and S. aureus grow.", "They divide."],
    "LaTeX": [r"Harm falls from 33.25\% to 1.74\%.", r"$\lambda$ is fixed."],
    "names that begin in lower case": ["Levels fell.", "mRNA rose.", "p53 did not."],
    "CJK full stops": ["我们提出一种方法。", "效果很好！", "真的吗？"],
}


@pytest.mark.parametrize("expected", CASES.values(), ids=CASES.keys())
def test_sentences_of_worked_examples(expected: list[str]) -> None:
    """Joined by a space (none where it is missing in the original) the parts are found again."""
    glued = {"We use the I-SHEEP Paradigm.", "We have three stages.", "我们提出一种方法。", "效果很好！"}
    text = "".join(part + ("" if part in glued else " ") for part in expected)
    assert list(sentence_texts(text)) == expected


def test_a_lone_carriage_of_line_is_white_space_and_a_blank_line_is_a_boundary() -> None:
    assert list(sentence_texts("We train\non pairs\n\nIt works")) == ["We train\non pairs", "It works"]


def test_list_items_on_lines_of_their_own_are_sentences() -> None:
    assert list(sentence_texts("We show\n- gains\n- losses")) == ["We show", "- gains", "- losses"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u00a0"])
def test_no_text_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == ()


@given(st.text() | st.text(alphabet="aA. !?()[]\"'\n…1。"))
def test_spans_are_trimmed_ordered_and_leave_only_white_space_out(text: str) -> None:
    """Whatever the input: nothing but white space lies outside the sentences."""
    spans = split_sentences(text)
    previous_end = 0
    for span in spans:
        assert text[previous_end : span.start].strip() == ""
        quote = text[span.start : span.end]
        assert quote
        assert quote == quote.strip()
        previous_end = span.end
    assert text[previous_end:].strip() == ""


@pytest.mark.parametrize(
    "text",
    ["." * 1_000_000, ". " * 500_000, "(" * 1_000_000, "a" + " " * 1_000_000 + "b", ".\n" + " " * 1_000_000],
    ids=["stops", "spaced stops", "brackets", "spaces", "spaces at the end"],
)
@pytest.mark.timeout(30)
def test_hostile_texts_end(text: str) -> None:
    """A quadratic pattern would take hours on these."""
    assert len(split_sentences(text)) <= 2


@pytest.mark.skipif(not SCIFACT.exists(), reason="SciFact is not there")
def test_boundaries_agree_with_published_splits() -> None:
    """SciFact's own sentence splits, 500 abstracts: precision and recall of inner boundaries over .95."""
    right = ours = theirs = 0
    for line in SCIFACT.read_text().splitlines()[:500]:
        record = json.loads(line)
        gold, end = set(), 0
        for sentence in record["sentences"]:
            end = record["abstract"].index(sentence.strip(), end) + len(sentence.strip())
            gold.add(end)
        found = {span.end for span in split_sentences(record["abstract"])[:-1]}
        gold.discard(end)
        right, ours, theirs = right + len(found & gold), ours + len(found), theirs + len(gold)
    assert right / ours > 0.98
    assert right / theirs > 0.95
