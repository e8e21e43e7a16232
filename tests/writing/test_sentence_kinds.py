"""Claims, syntheses, framing sentences and cells: what each has to rest on, and what follows when that falls."""

from __future__ import annotations

from dataclasses import replace

import pytest
from written_text import (
    BOTH,
    NO_LABELS,
    PAIRS,
    SCORE,
    SOURCES,
    TextForm,
    cases,
    judging,
    request,
    revising,
    run,
    said,
    task,
    texts,
)

from service.judge.by_model import ModelJudge
from service.llm import ScriptedModel
from service.llm.providers.scripted import Step
from service.review.writing.model import WrittenSentence
from service.review.writing.pipeline import generate


def test_a_synthesis_is_judged_against_the_quotes_of_what_it_sums_up() -> None:
    """It cites nothing itself, and names the sentences it rests on."""
    verified, _, judge = run(said(NO_LABELS, PAIRS, BOTH))
    assert [(s.kind, s.rests_on, s.citations) for s in verified.shown[2:]] == [("synthesis", (0, 1), ())]
    block = next(b for b in judge.calls[0][-1].text.split("</case") if BOTH["text"] in b)
    assert "without labels." in block
    assert "It needs 1,200 pairs." in block


def test_a_synthesis_falls_with_a_claim_that_it_rests_on() -> None:
    """Fewer than two remain, so there is nothing left to sum up."""
    bad = judging(KITE_requires=("contradicted", None, "It needs none."))
    verified, _, _ = run(said(NO_LABELS, PAIRS, BOTH), revising({"n": 2, "drop": True}), judge=[bad])
    assert texts(verified) == [NO_LABELS["text"]]
    assert "rests on" in next(d.reason for d in verified.dropped if d.text == BOTH["text"])


def test_a_synthesis_without_its_claims_can_be_given_them() -> None:
    """By their numbers, when it is sent back."""
    lonely = {**BOTH, "rests_on": [1, 9]}
    verified, _, _ = run(said(NO_LABELS, PAIRS, lonely), revising({"n": 3, "rests_on": [1, 2]}))
    assert [s.rests_on for s in verified.shown] == [(), (), (0, 1)]


def test_a_synthesis_that_loses_one_of_three_is_judged_again() -> None:
    """Over the quotes that are left; its places count among the sentences shown."""
    all_three = {**BOTH, "text": "They differ in labels, pairs and scores.", "rests_on": [1, 2, 3]}
    bad = judging(KITE_requires=("contradicted", None, "It needs none."))
    script: list[Step] = [bad, judging(They_differ=("undecided", None, None))]
    verified, _, judge = run(said(NO_LABELS, PAIRS, SCORE, all_three), revising({"n": 2, "drop": True}), judge=script)
    assert texts(verified) == [NO_LABELS["text"], SCORE["text"], all_three["text"]]
    assert verified.shown[2].rests_on == (0, 1)
    assert verified.shown[2].support == "undecided"
    assert list(cases(judge.calls[1])) == [all_three["text"]]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Three systems score 74% and more.", "figure"),
        ("Hawk-7B leads the field.", "Hawk-7B"),
    ],
)
def test_a_connective_claims_nothing(text: str, fault: str) -> None:
    """No figure, and no name that is in no sentence beside it."""
    verified, writer, _ = run(said({"kind": "connective", "text": text}, NO_LABELS), revising({"n": 1, "drop": True}))
    assert texts(verified) == [NO_LABELS["text"]]
    assert fault in writer.calls[1][-1].text


def test_a_framing_sentence_is_judged_against_what_stands_beside_it() -> None:
    """A "connective" that says more than its neighbours' quotes is no way round the judge."""
    framing = {"kind": "connective", "text": "Labels are known to do harm."}
    bad = judging(Labels_are=("not_said", None, "No quote says so."))
    verified, _, _ = run(said(framing, NO_LABELS), revising({"n": 1, "drop": True}), judge=[bad])
    assert texts(verified) == [NO_LABELS["text"]]


def test_a_claim_without_a_located_quote_is_not_judged_but_sent_back() -> None:
    """Under an unknown id, or in words that no source has."""
    invented = {"text": "Heron flies.", "quotes": [("zzz", "Heron flies."), ("heron", "Heron flies.")]}
    verified, writer, judge = run(said(invented, PAIRS), revising({"n": 1, "drop": True}))
    assert texts(verified) == [PAIRS["text"]]
    assert list(cases(judge.calls[0])) == [PAIRS["text"]]
    told = writer.calls[1][-1].text
    assert "is no source id" in told
    assert "does not stand word for word" in told


def test_nothing_is_said_twice() -> None:
    """The second is dropped; a synthesis that rests on it rests on the first."""
    both = {**BOTH, "rests_on": [2, 3]}
    verified, _, _ = run(said(NO_LABELS, PAIRS, {**NO_LABELS, "text": "Heron is trained without any labels"}, both))
    assert texts(verified) == [NO_LABELS["text"], PAIRS["text"], both["text"]]
    assert verified.shown[2].rests_on == (1, 0)


def test_what_rests_on_a_repetition_is_judged_over_what_is_left() -> None:
    """The repeated claim had another quote, which goes with it."""
    again = {**NO_LABELS, "quotes": [*NO_LABELS["quotes"], *SCORE["quotes"]]}
    framing = {"kind": "connective", "text": "First, the systems and their needs."}
    verified, _, judge = run(said(framing, NO_LABELS, PAIRS, again, {**BOTH, "rests_on": [3, 4]}))
    assert texts(verified) == [framing["text"], NO_LABELS["text"], PAIRS["text"], BOTH["text"]]
    assert verified.shown[3].rests_on == (2, 1)
    assert set(cases(judge.calls[1])) == {framing["text"], BOTH["text"]}


def test_cells_of_a_table_are_judged_with_their_column_and_shown_without() -> None:
    """Two papers may have one value; a mended cell may come back with its column; no word is touched."""
    cells = [("kite", "GustBench"), ("heron", "GustBench"), ("heron", "four days"), ("heron", "one card")]
    quotes = {"kite": "KITE scores 61.5% on GustBench.", "heron": "Heron scores 74.0% on GustBench."}

    def read(reply: TextForm) -> tuple[WrittenSentence, ...]:
        return tuple(replace(s, statement=f"needs: {s.text}") for s in task().read(reply))

    table = replace(task(), read=read)
    written = said(*({"text": value, "quotes": [(paper, quotes[paper])]} for paper, value in cells))
    hours = [("heron", "Training takes four hours on one card.")]
    revision = revising({"n": 3, "text": "needs: four hours", "quotes": hours}, {"n": 4, "drop": True})
    wrong = ("contradicted", None, "Hours.")
    writer = ScriptedModel([written, revision])
    judge = ScriptedModel([judging(needs_four=wrong, needs_one=wrong), judging()])
    verified = generate(table, SOURCES, request(writer), ModelJudge(request(judge), "strict", True))
    assert [s and s.text for s in verified.sentences] == ["GustBench", "GustBench", "four hours", None]
    assert list(cases(judge.calls[1])) == ["needs: four hours"]


# after a drop


def test_a_pronoun_left_without_its_sentence_becomes_the_papers_name() -> None:
    """ "It" would speak of Heron otherwise; a dangling "However," goes with it."""
    scores = [("kite", "KITE scores 61.5% on GustBench.")]
    it = {"text": "However, it scores 61.5% on GustBench.", "quotes": scores}
    bad = judging(KITE_requires=("not_said", None, "No."))
    verified, _, _ = run(said(NO_LABELS, PAIRS, it), revising({"n": 2, "drop": True}), judge=[bad])
    assert texts(verified) == [NO_LABELS["text"], "KITE scores 61.5% on GustBench."]
