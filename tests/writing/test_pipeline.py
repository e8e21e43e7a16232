"""What a model writes is judged, mended once where it is faulty, and shown only as far as it is borne out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from written_text import (
    HERON,
    KITE,
    SOURCES,
    TextForm,
    cases,
    judging,
    request,
    revising,
    said,
    source_ids,
    task,
)

from service.annotate import annotate
from service.errors import BudgetExceeded, ModelCancelled, ModelError, ModelUnavailable
from service.judge.by_model import ModelJudge
from service.llm import Reply, ScriptedModel
from service.llm.policies.cache import ReplyCache
from service.llm.policies.store import ModelStore, open_store
from service.llm.providers.scripted import Step
from service.review.writing.model import Source, Verified, WrittenSentence
from service.review.writing.pipeline import generate

NO_LABELS = {
    "text": "Heron is trained without any labels.",
    "quotes": [("heron", "We propose Heron, a model that is trained without labels.")],
}
PAIRS = {"text": "KITE requires 1,200 pairs.", "quotes": [("kite", "It needs 1,200 pairs.")]}
SCORE = {"text": "On GustBench, Heron scores 74.0%.", "quotes": [("heron", "Heron scores 74.0% on GustBench.")]}
WINS = {"text": "KITE wins because of its pairs.", "quotes": [("kite", "It needs 1,200 pairs.")]}
BOTH: dict[str, Any] = {"kind": "synthesis", "text": "Heron and KITE differ in what they need.", "rests_on": [1, 2]}


def run(
    *steps: Step, judge: list[Step] | None = None, cache: ReplyCache | None = None, **kwargs: object
) -> tuple[Verified[TextForm], ScriptedModel, ScriptedModel]:
    writer = ScriptedModel(steps, name="writer")
    judging_model = ScriptedModel(judge if judge is not None else [judging()], name="strict", forever=judge is None)
    asked = request(writer, cache=cache)
    by = ModelJudge(replace(asked, model=judging_model), "strict", True)
    return generate(task(), SOURCES, asked, by), writer, judging_model


def texts(verified: Verified[TextForm]) -> list[str]:
    return [sentence.text for sentence in verified.shown]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ModelStore]:
    opened = open_store(tmp_path / "model.sqlite")
    yield opened
    opened.close()


def test_a_text_without_fault_takes_one_call_to_write_and_one_to_judge() -> None:
    """Quotes at their offsets, the support of each, who judged, which prompts, what it cost."""
    verified, writer, judge = run(said(NO_LABELS, PAIRS, missing=["what training costs"]))
    assert texts(verified) == [NO_LABELS["text"], PAIRS["text"]]
    assert [(s.kind, s.support) for s in verified.shown] == [("claim", "supported")] * 2
    citation = verified.shown[1].citations[0]
    assert KITE.abstract[citation.start : citation.end] == citation.quote == "It needs 1,200 pairs."
    assert verified.dropped == ()
    assert verified.missing == ("what training costs",)
    assert (verified.judge.name, verified.judge.measured) == ("strict", True)
    assert verified.accounting.composer == "writer"
    assert set(verified.accounting.prompt_versions) == {"answer", "support"}
    assert (len(writer.calls), len(judge.calls)) == (1, 1)
    assert set(verified.papers.values()) == {"heron", "kite", "owl"}


def test_what_is_verbatim_is_exact_and_not_asked_about() -> None:
    """No judge is needed where the text is the whole quote."""
    verbatim = {"text": SCORE["quotes"][0][1], "quotes": SCORE["quotes"]}
    verified, _, judge = run(said(verbatim), judge=[])
    assert [s.support for s in verified.shown] == ["exact"]
    assert judge.calls == []


def test_only_the_faulty_sentences_are_sent_back_with_all_their_faults() -> None:
    """By number, the judge's part and reason, and the quote that stands nowhere; the good ones are not named."""
    wins = {**WINS, "quotes": [*WINS["quotes"], ("kite", "KITE wins by far.")]}
    verified, writer, judge = run(
        said(NO_LABELS, wins, SCORE),
        revising({"n": 2, "text": "KITE requires 1,200 pairs.", "quotes": PAIRS["quotes"]}),
        judge=[judging(KITE_wins=("partly", "because of its pairs", "No cause is named.")), judging()],
    )
    sent = writer.calls[1][-1].text
    assert '2. "KITE wins because of its pairs."' in sent
    assert "No cause is named." in sent
    assert "KITE wins by far." in sent
    assert "word for word" in sent
    assert "1. " not in sent
    assert "3. " not in sent
    assert texts(verified) == [NO_LABELS["text"], PAIRS["text"], SCORE["text"]]
    assert list(cases(judge.calls[1])) == [PAIRS["text"]]  # only the new wording is judged again
    assert set(verified.accounting.prompt_versions) == {"answer", "support", "revise"}


def test_a_mended_sentence_takes_its_own_number_and_no_other() -> None:
    """A number that was not sent back, or that does not exist, changes nothing."""
    verified, _, _ = run(
        said(NO_LABELS, WINS),
        revising({"n": 1, "text": "Heron is bad."}, {"n": 2, "text": PAIRS["text"]}, {"n": 9, "text": "Nine."}),
        judge=[judging(KITE_wins=("contradicted", None, "No.")), judging()],
    )
    assert texts(verified) == [NO_LABELS["text"], PAIRS["text"]]


@pytest.mark.parametrize(
    ("label", "part", "shown"),
    [
        ("contradicted", "wins", None),
        ("not_said", "wins", None),
        ("partly", None, None),
        ("partly", "words it does not hold", None),
        ("partly", "because of its pairs", "partial"),
        ("undecided", None, "undecided"),
        ("maybe", None, "undecided"),
    ],
)
def test_what_is_not_borne_out_after_one_repair_is_dropped(label: str, part: str | None, shown: str | None) -> None:
    """`partly` stays where the part can be named; what a judge cannot tell stays and says so; nothing turns green."""
    again = revising({"n": 1, "text": WINS["text"]})
    verdict = judging(KITE_wins=(label, part, "The quotes do not say it."))
    verified, _, _ = run(said(WINS, NO_LABELS), again, judge=[verdict, verdict])
    assert [s.support for s in verified.shown if s.text == WINS["text"]] == ([shown] if shown else [])
    dropped = [d for d in verified.dropped if d.text == WINS["text"]]
    assert [("do not say it" in d.reason) for d in dropped] == ([] if shown else [True])


def test_a_writer_may_take_a_sentence_back() -> None:
    """It is named with the fault it had."""
    verified, _, _ = run(
        said(WINS, NO_LABELS),
        revising({"n": 1, "drop": True}),
        judge=[judging(KITE_wins=("not_said", None, "Nobody wins."))],
    )
    assert texts(verified) == [NO_LABELS["text"]]
    assert "Nobody wins." in verified.dropped[0].reason


def test_without_a_judge_nothing_but_what_is_verbatim_is_green() -> None:
    """Never by default."""
    verbatim = {"text": SCORE["quotes"][0][1], "quotes": SCORE["quotes"]}
    writer = ScriptedModel([said(NO_LABELS, verbatim)])
    verified = generate(task(), SOURCES, request(writer), None)
    assert [s.support for s in verified.shown] == ["undecided", "exact"]
    assert (verified.judge.name, verified.judge.measured) == ("none", False)


@pytest.mark.parametrize(
    "broken", ["[]", "no json", '{"verdicts": "all fine"}', '{"verdicts": []}', ModelUnavailable("gone")],
    ids=["list", "prose", "wrong form", "no verdict", "no call"],
)  # fmt: skip
def test_a_judge_that_says_nothing_usable_leaves_all_undecided(broken: Step) -> None:
    """Nothing is green, nothing is lost, and nobody is asked to mend what was not judged."""
    verified, writer, _ = run(said(NO_LABELS, PAIRS), judge=[broken, broken])
    assert [s.support for s in verified.shown] == ["undecided", "undecided"]
    assert len(writer.calls) == 1
    failed = broken != '{"verdicts": []}'
    assert [d.text for d in verified.dropped] == (["the judge's verdicts"] if failed else [])


def test_a_caller_that_goes_away_during_the_judging_ends_it() -> None:
    """Not taken for a judge without an answer."""
    with pytest.raises(ModelCancelled):
        run(said(NO_LABELS), judge=[ModelCancelled("gone")])


def test_a_failed_repair_costs_the_faulty_sentence_alone() -> None:
    """The good ones stand, and the failure is named."""
    verified, _, _ = run(
        said(NO_LABELS, WINS),
        BudgetExceeded("over"),
        judge=[judging(KITE_wins=("contradicted", None, "No."))],
    )
    assert texts(verified) == [NO_LABELS["text"]]
    assert [d.text for d in verified.dropped] == [WINS["text"], "the model's repair"]


def test_a_writer_that_fails_is_the_callers_affair() -> None:
    """Its error is raised, for the caller to fall back."""
    with pytest.raises(ModelError):
        run(ModelUnavailable("down"))


# kinds of sentences


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


# sources, cache, threads


def test_the_writer_sees_the_sentences_asked_for_and_who_wrote_them() -> None:
    """Title, authors, date, venue, the paper's own name, what it is for; the rest of the abstract is left out."""
    heron = replace(HERON, title="Heron-X: No Labels")
    sources = (Source(annotate(heron), (0, 2), "how Heron is trained"), SOURCES[1])
    writer = ScriptedModel([said({"kind": "connective", "text": "Nothing."}), revising({"n": 1, "drop": True})])
    generate(task(), sources, request(writer), None)
    block = writer.calls[0][-1].text.split("</source")[0]
    lines = [line.partition("| ")[2] for line in block.split("\n") if "| " in line]
    assert lines == [
        "Title - Heron-X: No Labels",
        "Year - 2023",
        "By - Ada Okonjo, Bo Lind and 3 more",
        "Venue - ACL",
        "Called - Heron-X",
        "For - how Heron is trained",
        "We propose Heron, a model that is trained without labels.",
        "(...)",
        "Training takes four hours on one card.",
    ]


def test_the_schema_is_the_forms_with_this_requests_ids() -> None:
    """Declared once: no prompt repeats it."""
    _, writer, judge = run(said(NO_LABELS))
    schema: Any = writer.parameters[0].schema
    sentence = schema["properties"]["claims"]["items"]
    assert set(sentence["properties"]) == {"kind", "text", "quotes", "rests_on"}
    held = sentence["properties"]["quotes"]["items"]["properties"]["source"]
    assert held == {"type": "string", "enum": list(source_ids(writer.calls[0]).values())}
    schema = judge.parameters[0].schema
    verdict = schema["properties"]["verdicts"]["items"]
    assert verdict["properties"]["label"]["enum"][0] == "supported"


def test_the_same_request_after_a_repair_calls_nobody(store: ModelStore) -> None:
    """Also where one sentence stayed bad: each reply is kept by what was asked."""
    cache = ReplyCache(store, max_age_s=60, max_bytes=100_000)
    bad = judging(KITE_wins=("contradicted", None, "No."))
    again = revising({"n": 2, "text": "KITE wins by far."})
    first, _, _ = run(said(NO_LABELS, WINS), again, judge=[bad, bad], cache=cache)
    second, writer, judge = run(judge=[], cache=cache)
    assert (writer.calls, judge.calls) == ([], [])
    assert (second.sentences, second.dropped) == (first.sentences, first.dropped)
    assert texts(second) == [NO_LABELS["text"]]
    assert second.accounting.tokens_in == 0


def test_two_texts_are_written_at_once() -> None:
    """Neither waits for the other: both writers meet inside their call."""
    meeting = threading.Barrier(2, timeout=20)
    made: list[Verified[TextForm]] = []

    def write() -> None:
        def waiting(messages: object) -> str | Reply:
            meeting.wait()
            return said(NO_LABELS)(messages)  # type: ignore[arg-type]

        made.append(run(waiting)[0])

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [texts(m) for m in made] == [[NO_LABELS["text"]]] * 2


def test_a_reply_that_is_no_text_needs_no_judge() -> None:
    """A plan or an order of papers has no sentences to judge."""
    model = ScriptedModel([json.dumps({"claims": []})])
    assert generate(task(), SOURCES, request(model), None).sentences == ()
    assert HERON.title in model.calls[0][-1].text
