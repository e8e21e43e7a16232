"""An abstract's "we" in the third person: what is told, how it reads, and what is refused."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.annotate.names import mentioned_names, name_key
from service.readers import read
from service.records import Paper
from service.review.first_person import AUTHOR_VERB, has_first_person
from service.review.references import short_name
from service.review.rewrite import dangles, third_person, without_item
from service.sample import papers_path
from service.text.normal import for_display
from service.text.sentences import sentence_texts

_NEGATION = re.compile(r"\b(?:not|no|never|without|neither|nor|cannot|none)\b|n['’]t\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ACL_ABSTRACTS = 1000


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("We propose a net.", "The authors of KITE propose a net."),
        ("In this paper, we propose a net.", "The authors of KITE propose a net."),
        ("In this work we train a net.", "The authors of KITE train a net."),
        ("In our work, we train a net.", "The authors of KITE train a net."),
        ("To address this gap, we train a net.", "The authors of KITE train a net."),
        ("To bridge this gap, here we present a net.", "The authors of KITE present a net."),
        ("We further show that it works.", "The authors of KITE further show that it works."),
        ("Thus we train a net.", "Thus the authors of KITE train a net."),
        ("Thus, we train a net.", "The authors of KITE train a net."),
        ("We propose KITE, a net for birds.", "KITE is a net for birds."),
        ("To this end, we present KITE: a net for birds.", "KITE is a net for birds."),
        ("We introduce the KITE, an open net.", "KITE is an open net."),
        ("We introduce mKite, a net.", "mKite is a net."),
        ("We propose KITE, a net, and test it on birds.", "The authors propose KITE, a net, and test it on birds."),
        ("We present KITE, a net, to show that it works.", "The authors present KITE, a net, to show that it works."),
        ("We propose KITE, which flies.", "KITE flies."),
        ("We propose KITE that aligns birds and is open.", "KITE aligns birds and is open."),
        ("We propose KITE, which we train.", "The authors propose KITE, which they train."),
        (
            "We propose KITE, which aligns birds, and test it.",
            "The authors propose KITE, which aligns birds, and test it.",
        ),
        ("We present KITE, which across nets is new.", "The authors present KITE, which across nets is new."),
        ("We introduce a net for birds, named KITE.", "KITE is a net for birds."),
        ("We introduce a net, called KITE, that flies.", "KITE is a net that flies."),
        ("We show that our KITE flies.", "The authors of KITE show that KITE flies."),
        ("Our proposed KITE flies.", "The proposed KITE flies."),
        ("(2) We train a net.", "The authors of KITE train a net."),
        ("(1) It flies.", "It flies."),
        ("For example, we train a net.", "The authors of KITE train a net."),
        ("Following this paradigm, we train a net.", "The authors of KITE train a net."),
        ("We also propose OwlY, which hoots.", "The authors of KITE also propose OwlY, which hoots."),
        ("Our method flies.", "The authors' method flies."),
        ("We show that our method flies.", "The authors of KITE show that their method flies."),
        ("This paper introduces KITE (we use a net).", "This paper introduces KITE (the authors use a net)."),
        ("Our results show that our method flies.", "The authors' results show that their method flies."),
        ("Our model beats ours.", None),
        (
            "Our models beat nets, and our code is open.",
            "The authors' models beat nets, and the authors' code is open.",
        ),
        (
            "Our method has steps: first we train a net.",
            "The authors' method has steps: first the authors train a net.",
        ),
        (
            "In addition to our system, we release code.",
            "In addition to their system, the authors of KITE release code.",
        ),
        ("We train it, then we test it.", "The authors of KITE train it, then they test it."),
        ("We ask users whether our tool helps.", "The authors of KITE ask users whether the authors' tool helps."),
        ("We show that they fly and we test it.", "The authors of KITE show that they fly and the authors test it."),
        ("We do not test it.", "The authors of KITE do not test it."),
        ("We were unable to confirm this.", "The authors of KITE were unable to confirm this."),
        ("METHODS: We analysed 12 nets.", "METHODS: The authors of KITE analysed 12 nets."),
        ("KITE flies.", "KITE flies."),
        ("However, it fails in the US.", "However, it fails in the US."),
        ("Type I errors fall.", "Type I errors fall."),
    ],
)
def test_told_of_its_authors(sentence: str, told: str | None) -> None:
    """Hand-made sentences of a paper called KITE that the reader has not met yet."""
    assert third_person(sentence, short="KITE", introduced=False) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("We propose a net.", "The authors propose a net."),
        ("We propose KITE, a net for birds.", "KITE is a net for birds."),
        ("mKite, which we train, flies.", "mKite, which the authors train, flies."),
        ("Here mKite flies.", "Here mKite flies."),
        ("In this paper, mKite is what we train.", None),
    ],
)
def test_told_of_authors_the_reader_knows(sentence: str, told: str | None) -> None:
    """An introduced paper is not named again, and a name that starts small keeps its small letter."""
    assert third_person(sentence, short="KITE", introduced=True) == told


@pytest.mark.parametrize(
    "sentence",
    [
        "We still lack an understanding of nets.",
        "We humans use language every day.",
        "As we know, nets fail.",
        "As we build larger nets, they fail.",
        "Nets change the way we build software.",
        "How should we evaluate nets?",
        "Can we train nets without labels?",
        "What we call intelligence is a net.",
        "Nets fail if we use few samples.",
        "The words we use shape nets.",
        "We are the first to train nets.",
        "We have much to learn.",
        "Our understanding of models is poor.",
        "Our solar system has eight planets and a model.",
        "Our visual system inspires this model.",
        "Our kites fly.",
        "Our users write little.",
        "This gives us a net.",
        "Let us train a net.",
        "We ask ourselves whether our method flies.",
        "This method of ours flies.",
        'A subject said "we use our model" aloud.',
        "A subject said “we use nets” aloud.",
        "It answers the question 'how do we train nets'.",
        "It builds on the Hear Our Study report.",
        "I argue that nets fly.",
        "In my view nets fly.",
        "We've trained nets.",
        "WE TRAIN NETS.",
    ],
)
def test_refused(sentence: str) -> None:
    """Everybody's "we", unknown belongings, quotes, titles, contractions and single authors are left alone."""
    assert third_person(sentence, short="KITE", introduced=True) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "To solve this 2-hop task, we train a net.",
        "To tackle this OwlY problem, we train a net.",
    ],
)
def test_an_opening_that_holds_a_figure_or_a_name_stays(sentence: str) -> None:
    """Only what carries nothing is left out."""
    told = third_person(sentence, short=None, introduced=True)
    assert told == sentence.replace("we train", "the authors train")


def test_a_title_that_says_our_is_not_reworded() -> None:
    """The paper's title stands within the subject; its own words stay."""
    told = third_person("We train a net on our data.", short="“How We Train Our Nets”", introduced=False)
    assert told == "The authors of “How We Train Our Nets” train a net on their data."


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("This scheme flies.", True),
        ("However, nets fail.", True),
        ("In particular, it fails.", True),
        ("KITE keeps them.", True),
        ("OwlY answers this with a net.", True),
        ("We present KITE, which does without them.", True),
        ("KITE flies this way.", False),
        ("Nets that guide birds over wide rivers and long valleys also feed them.", False),
        ("KITE flies.", False),
        ("In this paper, KITE flies.", False),
        ("", False),
    ],
)
def test_sentences_that_lean_on_the_one_before(sentence: str, leans: bool) -> None:
    """A pronoun or a contrast at the start, also behind an opening phrase."""
    assert dangles(sentence) is leans


def keeps_what_counts(sentence: str, short: str | None) -> bool:
    """Check one sentence both ways; whether it was told (and not refused)."""
    shown = without_item(for_display(sentence))
    for introduced in (False, True):
        told = third_person(sentence, short=short, introduced=introduced)
        if told is None:
            return False
        named = "" if short is None else short
        rest = told.replace(f"authors of {named}", "authors", 1) if named else told
        assert Counter(_NUMBER.findall(rest)) == Counter(_NUMBER.findall(shown)), told
        assert len(_NEGATION.findall(rest)) == len(_NEGATION.findall(shown)), told
        assert {name_key(n) for n in mentioned_names(rest)} == {name_key(n) for n in mentioned_names(shown)}, told
        assert not has_first_person(rest), told
    return True


def test_over_the_sample_nothing_that_counts_changes() -> None:
    """Numbers, names and negations of every sentence; most sentences with "we" can be told."""
    records = [json.loads(line) for line in papers_path().read_text(encoding="utf-8").splitlines()]
    assert told_share(Paper(r["title"], r["abstract"]) for r in records) > 0.6


def test_over_real_listings_nothing_that_counts_changes(shared_data: Path) -> None:
    """The same for the papers of the two listings."""
    files = sorted((shared_data / "daily_papers").glob("*.txt"))
    records = [r for f in files for r in read(f, max_record_bytes=1_000_000)]
    assert told_share(r for r in records if isinstance(r, Paper)) > 0.8


def test_over_acl_abstracts_nothing_that_counts_changes(shared_data: Path) -> None:
    """The same for a thousand abstracts of another field's habits."""
    assert told_share(acl_papers(shared_data)) > 0.8


def acl_papers(shared_data: Path) -> Iterator[Paper]:
    """The first thousand ACL Anthology papers that have an abstract."""
    found = 0
    with gzip.open(shared_data / "acl_anthology" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["abstract"]:
                yield Paper(record["title"], record["abstract"])
                found += 1
            if found == _ACL_ABSTRACTS:
                return


def told_share(papers: Iterator[Paper]) -> float:
    """The share of sentences in the first person that are told; every one of them is checked."""
    outcomes = [
        keeps_what_counts(sentence, short_name(paper))
        for paper in papers
        for sentence in sentence_texts(paper.abstract)
        if has_first_person(for_display(sentence))
    ]
    assert len(outcomes) > 50
    return sum(outcomes) / len(outcomes)


_WORDS = st.sampled_from(
    "we We our Our us they their not no without never 12 3.5% KITE OwlY mKite models users show train a net , . : "
    "In this paper, To address this, also which can how as method results data and to if \" ' “ ” ( ) we've My I".split(
        " "
    )
)


@given(st.lists(_WORDS, max_size=25).map(" ".join), st.sampled_from([None, "KITE", "“No Net of 3 We Own”"]))
def test_whatever_the_words_nothing_that_counts_changes(sentence: str, short: str | None) -> None:
    """Word salad from everything the rules look at."""
    keeps_what_counts(sentence, short)


@given(st.text(max_size=300))
def test_whatever_the_text_nothing_that_counts_changes(sentence: str) -> None:
    """Any string."""
    keeps_what_counts(sentence, "KITE")


def test_an_enormous_sentence_is_told_in_linear_time() -> None:
    """The test run's own limit would stop a rule that backtracks over 300,000 characters."""
    long = "We train a net, " + "we then test our method on users, and " * 4_000 + "we stop."
    told = third_person(long, short="KITE", introduced=True)
    assert told is None or " we " not in told
    assert third_person("our " * 80_000, short=None, introduced=True) is None


def test_every_author_verb_reads_as_a_word() -> None:
    """Inflection makes no "studyed" and no "useed"."""
    verbs = AUTHOR_VERB[3:-1].split("|")
    assert not [v for v in verbs if re.search(r"[^aeiou]yed$|eed$", v) and v not in ("proceed", "exceed", "feed")]
    assert {"studied", "used", "mapped", "surveyed", "showed", "re-examined"} <= set(verbs)
