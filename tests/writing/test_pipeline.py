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
    NO_LABELS,
    PAIRS,
    SCORE,
    SOURCES,
    WINS,
    TextForm,
    cases,
    judging,
    request,
    revising,
    run,
    said,
    source_ids,
    task,
    texts,
)

from service.annotate import annotate
from service.errors import BudgetExceeded, ModelCancelled, ModelError, ModelUnavailable
from service.llm import Reply, ScriptedModel
from service.llm.policies.cache import ReplyCache
from service.llm.policies.store import ModelStore, open_store
from service.llm.providers.scripted import Step
from service.review.writing.model import Source, Verified
from service.review.writing.pipeline import generate


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
