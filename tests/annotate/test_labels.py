"""Section labels stand outside the sentences, whichever way a journal sets them."""

from __future__ import annotations

import pytest

from service.annotate import annotate
from service.annotate.labels import label_at, section_of
from service.records import Paper
from service.text.sentences import split_sentences


@pytest.mark.parametrize(
    ("sentence", "label", "own"),
    [
        ("METHODS: Patients were asked.", "METHODS", "Patients were asked."),
        ("METHODS Patients were asked.", "METHODS", "Patients were asked."),
        ("Materials and methods: Rats ran.", "Materials and methods", "Rats ran."),
        ("DESIGN, SETTING, AND PARTICIPANTS A trial.", "DESIGN, SETTING, AND PARTICIPANTS", "A trial."),
        ("BACKGROUND & AIMS: We ask.", "BACKGROUND & AIMS", "We ask."),
        ("ABSTRACT.RESULTS:: No difference.", "RESULTS", "No difference."),
        ("[Purpose] To compare two.", "Purpose", "To compare two."),
        ("Results.", "Results", ""),
        ("RESULTS:", "RESULTS", ""),
        ("Background/Aims: We ask.", "Background/Aims", "We ask."),
        ("LEVEL OF EVIDENCE: Level II.", "LEVEL OF EVIDENCE", "Level II."),
        ("Abstract: We ask.", "Abstract", "We ask."),
        ("RESULTS IL-6 rose.", "RESULTS", "IL-6 rose."),
        ("RESULTS HIV infection fell.", "RESULTS", "HIV infection fell."),
        ("CONCLUSIONS 12 of 40 died.", "CONCLUSIONS", "12 of 40 died."),
    ],
)
def test_label_is_taken_off(sentence: str, label: str, own: str) -> None:
    length, said = label_at(sentence)
    assert (said, sentence[length:]) == (label, own)


@pytest.mark.parametrize(
    "sentence",
    [
        "Results of two trials agree.", "SHAM surgery was done.", "Methods for parsing differ.", "BERT: a model.",
        "We ask: is it so?", "HOMA:IR was high.", "DESIGN patterns help.", "In other words: no.", "", "A",
    ],
)  # fmt: skip
def test_a_sentence_that_only_looks_so_keeps_its_words(sentence: str) -> None:
    assert label_at(sentence) == (0, "")


def test_labels_in_title_case_without_colon_need_a_second_one() -> None:
    twice = annotate(Paper(title="t", abstract="Background Rats run. Results They ran fast."))
    once = annotate(Paper(title="t", abstract="Results They report are old. Rats run."))
    assert [twice.text(i) for i in range(2)] == ["Rats run.", "They ran fast."]
    assert once.text(0) == "Results They report are old."


def test_label_holds_until_the_next_and_sentences_keep_their_places() -> None:
    abstract = "BACKGROUND: Rats run. Mice too. RESULTS Rats won. FUNDING: The Fund."
    read = annotate(Paper(title="t", abstract=abstract))
    assert [s.label for s in read.sentences] == ["BACKGROUND", "BACKGROUND", "RESULTS", "FUNDING"]
    assert [s.no_evidence for s in read.sentences] == [None, None, None, "notice"]
    assert [s.end for s in read.sentences] == [span.end for span in split_sentences(abstract)]
    assert read.text(2) == "Rats won."


@pytest.mark.parametrize(
    ("label", "section"),
    [
        ("OBJECTIVE", "problem"), ("MAIN OUTCOME MEASURES", "approach"), ("PARTICIPANTS", "data"),
        ("METHODS AND RESULTS", None), ("RESULTS AND CONCLUSIONS", "result"), ("STRENGTHS AND LIMITATIONS", "limit"),
        ("TRIAL REGISTRATION", "notice"), ("Summary", None),
    ],
)  # fmt: skip
def test_a_label_names_its_section(label: str, section: str | None) -> None:
    assert section_of(label) == section
