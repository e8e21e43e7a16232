"""Gold papers, nuggets, refusals, partial answers, numbers, redundancy and length, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from eval.documents.reading import FAILED
from eval.scorers import SCORERS, Score, Submission
from eval.scorers.redundancy import near_identical
from tests.eval.worked import (
    COMPARATIVE,
    CRANE,
    HALF,
    HERON,
    PAPERS,
    STORK,
    UNANSWERABLE,
    citation,
    claim,
    correct,
    edited,
    empty,
    scores,
    value,
    with_citation,
)

HERON_SCORES = citation(HERON, "Heron reaches 33.25 points on MarshBench.", "1")
STORK_SCORES = citation(STORK, "It scores 31.4% with 1,200 examples.", "2")


def answer(*sentences: dict[str, Any], status: str = "answered", missing: tuple[str, ...] = ()) -> dict[str, Any]:
    return edited(sentences=list(sentences), status=status, missing=list(missing))


# Silence


@pytest.mark.parametrize("status", ["answered", "partial", "not_in_corpus"])
def test_silence_on_an_answerable_question_is_never_rewarded(status: str) -> None:
    """Nothing recalled, a false refusal whatever the status says, all the rest unscored."""
    found = {n: s.value for n, s in scores(empty(status)).items()}
    worst = {"gold_recall": 0.0, "nugget_recall": 0.0, "nugget_recall_vital": 0.0, "false_refusals": 1.0}
    assert found == {name: worst.get(name) for name in found}


def test_a_failed_run_is_scored_as_silence() -> None:
    """A crash is a miss on an answerable question and no refusal on an unanswerable one."""
    by_name = {s.name: s for s in SCORERS}
    crashed = Submission(COMPARATIVE, FAILED, PAPERS)
    assert by_name["nugget_recall"].measure(crashed).value == 0.0
    assert by_name["false_refusals"].measure(crashed).value == 1.0
    assert by_name["refusal_recall"].measure(Submission(UNANSWERABLE, FAILED, PAPERS)).value == 0.0


def test_connectives_alone_are_silence() -> None:
    """An answer of connectives, even one that names the nuggets, has answered nothing."""
    document = correct()
    for sentence in document["sentences"]:
        sentence["kind"] = "connective"
    found = scores(document)
    assert (found["nugget_recall"].value, found["gold_recall"].value) == (0.0, 0.0)
    assert found["false_refusals"].value == 1.0


# Gold papers


def test_gold_recall_and_precision_count_distinct_papers() -> None:
    """Heron (gold) twice and Crane (not gold): recall 1 of 2, precision 1 of 2."""
    document = answer(claim("a", HERON_SCORES, citation(CRANE, "nothing", "3")), claim("b", HERON_SCORES))
    assert value("gold_recall", document) == 0.5
    assert value("gold_precision", document) == 0.5


def test_an_unknown_id_counts_against_precision_and_recalls_nothing() -> None:
    """Stork and an invented paper: recall 1 of 2, precision 1 of 2."""
    assert value("gold_recall", with_citation(paper_id="p99")) == 0.5
    assert value("gold_precision", with_citation(paper_id="p99")) == 0.5


def test_gold_titles_match_apart_from_case_and_punctuation() -> None:
    """The case's title may differ in case, LaTeX and punctuation from the stored one."""
    case = COMPARATIVE.model_copy(update={"gold": ("HERON - Wading {Through} Noise",)})
    assert value("gold_recall", correct(), case) == 1.0
    assert value("gold_precision", correct(), case) == 0.5


def test_without_gold_both_are_unscored() -> None:
    """Nothing expected, nothing to score."""
    found = scores(correct(), UNANSWERABLE)
    assert (found["gold_recall"].value, found["gold_precision"].value) == (None, None)


# Nuggets


def test_nuggets_weigh_one_when_vital_and_a_half_otherwise() -> None:
    """Both vital ones are there, "no labels" isn't: strict 1, weighted (1 + 1) / 2.5."""
    assert value("nugget_recall_vital", correct()) == 1.0
    assert value("nugget_recall", correct()) == pytest.approx(0.8)


def test_an_alternative_wording_recalls_a_nugget() -> None:
    """ "31.4 percent" stands for "31.4%": 1 of 2 vital."""
    assert value("nugget_recall_vital", answer(claim("It has 31.4 percent."))) == 0.5


def test_a_longer_number_does_not_recall_a_nugget() -> None:
    """133.25 and 33.257 aren't 33.25."""
    assert value("nugget_recall_vital", answer(claim("133.25 and 33.257 points"))) == 0.0


def test_a_nugget_does_not_span_two_sentences() -> None:
    """ "… no" and "labels …" aren't "no labels"."""
    assert value("nugget_recall", answer(claim("There is no"), claim("labels are"))) == 0.0


# Refusals


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(empty("not_in_corpus"), 1.0, id="refused"),
        pytest.param(empty("answered"), 0.0, id="empty but called an answer"),
        pytest.param(correct(), 0.0, id="answered"),
        pytest.param(edited(status="partial"), 0.0, id="partial"),
        pytest.param(edited(status="not_in_corpus"), 0.0, id="refused, then answered all the same"),
    ],
)
def test_refusal_recall(document: dict[str, Any], expected: float) -> None:
    """Only a refusal without claims refuses."""
    assert value("refusal_recall", document, UNANSWERABLE) == expected
    assert value("false_refusals", document, UNANSWERABLE) is None


def test_a_refusal_in_status_alone_is_a_false_refusal() -> None:
    """The reader is told that there is nothing, whatever the sentences say."""
    assert value("false_refusals", edited(status="not_in_corpus")) == 1.0
    assert value("false_refusals", correct()) == 0.0
    assert value("refusal_recall", correct()) is None


def test_doubt_hides_neither_behind_refusals_nor_behind_answers() -> None:
    """Nearest passages shown as such are no refusal of what is unanswerable and no refusal of what is not."""
    doubtful = edited(status="uncertain")
    assert value("refusal_recall", doubtful, UNANSWERABLE) == value("answered_anyway", doubtful, UNANSWERABLE) == 0.0
    assert value("answered_anyway", correct(), UNANSWERABLE) == 1.0
    assert value("false_refusals", doubtful) == 0.0
    assert value("left_uncertain", doubtful) == 1.0
    assert value("left_uncertain", correct()) == 0.0


def test_a_synthesis_is_covered_by_the_claims_it_rests_on_and_undecided_sentences_are_counted() -> None:
    """It may cite nothing itself; resting on nothing it has no citation at all."""
    sum_up = {"text": "Both are scored.", "kind": "synthesis", "support": "undecided", "citations": []}
    told = [claim("Heron reaches 33.25 points on MarshBench.", HERON_SCORES)]
    resting = answer(*told, sum_up | {"rests_on": [0]})
    assert value("claim_coverage", resting) == 1.0
    assert value("undecided_claims", resting) == 0.5
    assert value("claim_coverage", answer(*told, sum_up | {"rests_on": [1]})) == 0.5


# Partial answers

HALF_CLAIM = claim("Heron reaches 33.25 points on MarshBench.", HERON_SCORES)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(answer(HALF_CLAIM, status="partial", missing=("training memory",)), 1.0, id="named"),
        pytest.param(answer(HALF_CLAIM, status="partial", missing=("Memory",)), 1.0, id="half its key words"),
        pytest.param(answer(HALF_CLAIM, status="partial"), 0.0, id="partial, nothing named"),
        pytest.param(answer(HALF_CLAIM, status="partial", missing=("its price",)), 0.0, id="other thing named"),
        pytest.param(answer(HALF_CLAIM, missing=("training memory",)), 0.0, id="named but called answered"),
        pytest.param(answer(HALF_CLAIM, status="partial", missing=(HALF.question,)), 0.0, id="question echoed"),
        pytest.param(answer(HALF_CLAIM, status="partial", missing=("of the",)), 0.0, id="small words"),
        pytest.param({**empty("partial"), "missing": ["training memory"]}, 0.0, id="partial without a claim"),
        pytest.param(empty("not_in_corpus"), 0.0, id="refused"),
    ],
)
def test_partial_detection(document: dict[str, Any], expected: float) -> None:
    """Partial with the missing thing named by key words, and nothing less."""
    assert value("partial_detection", document, HALF) == expected


def test_one_of_two_missing_things_named_is_half() -> None:
    """Memory is named, the price isn't."""
    case = HALF.model_copy(update={"missing": ("memory of training", "purchase price")})
    document = answer(HALF_CLAIM, status="partial", missing=("memory of training",))
    assert value("partial_detection", document, case) == 0.5


def test_calling_every_answer_partial_costs_false_partials() -> None:
    """An answerable question called partial is a false partial; a half-answerable one isn't."""
    assert value("false_partials", edited(status="partial", missing=["x"])) == 1.0
    assert value("false_partials", correct()) == 0.0
    assert value("false_partials", edited(status="partial"), HALF) is None


# Numbers


def test_numbers_of_the_correct_answer_are_kept() -> None:
    """33.25; and 31.4%, 1,200, with the name Stork-2 from the title."""
    assert value("numbers_kept", correct()) == 1.0


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("Stork-2 scores 31.5% with 1,200 examples.", False, id="digit changed"),
        pytest.param("Stork-2 scores 31.4 with 1,200 examples.", False, id="unit lost"),
        pytest.param("Stork-2 scores -31.4% with 1,200 examples.", False, id="sign added"),
        pytest.param("Stork-2 scores 31.4% with 1,20 examples.", False, id="digit lost"),
        pytest.param("Stork-2 scores 31.4\\% with 1200 examples.", True, id="LaTeX and separator"),
        pytest.param("Stork-3 scores 31.4% with 1,200 examples.", False, id="name changed"),
        pytest.param("Stork-2 (2023) scores 31.4%.", True, id="its year in brackets"),
        pytest.param("Stork-2 (2024) scores 31.4%.", False, id="another year"),
        pytest.param("Stork-2 scores 31.4% [2].", True, id="label"),
        pytest.param("It scores 2.", False, id="number of the title, not of the quote"),
    ],
)
def test_numbers_kept(text: str, kept: bool) -> None:
    """One claim on Stork's quote: all its numbers are in the quote, or it is caught."""
    assert value("numbers_kept", answer(claim(text, STORK_SCORES))) == float(kept)


def test_a_number_in_a_fabricated_quote_is_not_kept() -> None:
    """The quote agrees with the claim, but the abstract doesn't say it."""
    fabricated = {**STORK_SCORES, "quote": "It scores 99.9% with 1,200 examples."}
    assert value("numbers_kept", answer(claim("It scores 99.9%.", fabricated))) == 0.0


def test_claims_without_numbers_leave_it_unscored() -> None:
    """There is nothing to keep."""
    assert value("numbers_kept", answer(claim("Heron needs no labels."))) is None


def test_a_claim_with_numbers_and_no_citation_keeps_none() -> None:
    """One claim of two keeps its number."""
    document = answer(claim("Heron reaches 33.25 points.", HERON_SCORES), claim("It reaches 33.25 points."))
    assert value("numbers_kept", document) == 0.5


# Redundancy and length


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param("Heron needs no labels.", "heron  needs no labels", True, id="case and spaces"),
        pytest.param("Heron scores 33.2 there.", "Heron scores 33.3 there.", False, id="another number"),
        pytest.param("Heron needs no labels.", "Stork carries more.", False, id="other words"),
        pytest.param("a b c d e f g h i j k l", "a b c d e f g h i j k l m", True, id="12 of 15 pairs shared"),
        pytest.param("a b c d e f g h i j k", "a b c d e f g h i j k l", False, id="11 of 14 pairs shared"),
        pytest.param("Yes.", "No.", False, id="one word"),
    ],
)
def test_near_identical(a: str, b: str, expected: bool) -> None:
    """Jaccard of word pairs, edges included, of at least 0.8, and equal numbers."""
    assert near_identical(a, b) is expected


def test_redundancy_is_the_share_of_repeats() -> None:
    """One of three claims repeats an earlier one; one claim alone is unscored."""
    document = answer(claim("Heron needs no labels."), claim("Stork flies."), claim("Heron needs no labels!"))
    assert value("redundancy", document) == pytest.approx(1 / 3)
    assert value("redundancy", answer(claim("Stork flies."))) is None


def test_length_counts_words_and_the_limit_counts_claims() -> None:
    """3 + 6 + 6 words; two claims exceed a limit of one and keep the default of twelve."""
    assert value("length_words", correct()) == 15.0
    assert value("within_limit", correct()) == 1.0
    assert value("within_limit", correct(), COMPARATIVE.model_copy(update={"max_sentences": 1})) == 0.0
    assert value("within_limit", answer(*[claim("x")] * 13)) == 0.0


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_score_is_never_nan_or_infinite(bad: float) -> None:
    """A mean with a NaN in it would be NaN: refused where it arises."""
    with pytest.raises(ValueError, match="finite"):
        Score(bad)


def test_a_huge_answer_is_scored() -> None:
    """A thousand claims of one citation each: all valid, 999 repeats of the first."""
    found = scores(answer(*[claim("Heron reaches 33.25 points on MarshBench.", HERON_SCORES)] * 1000))
    assert found["citation_validity"].value == 1.0
    assert found["redundancy"].value == pytest.approx(0.999)
    assert found["within_limit"].value == 0.0
