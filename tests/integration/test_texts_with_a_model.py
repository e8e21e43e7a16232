"""Tables, drafts and checks through the facade with a model: one call each for a table, a plan, a check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from service.llm import Message
from service.records import Comparison
from service.records.checks import Check
from service.requests import CheckRequest, CompareRequest, DraftRequest, Run
from tests.integration.bird_scripts import (
    CELLS,
    COLUMNS,
    ENTRIES,
    PARAGRAPHS,
    TEXT,
    TOPIC,
    paragraph,
    planning,
    script,
    table,
    texts,
)  # fmt: skip
from tests.scripted_models import Script, judging, review_over, scoring


def compared(root: Path, told: Script, *, use_cache: bool = False) -> Comparison:
    review, _ = review_over(root, told)
    try:
        return review.compare(
            CompareRequest("alignment of small language models", columns=tuple(COLUMNS)), Run(use_cache=use_cache)
        )
    finally:
        review.close()


def test_a_table_is_filled_in_one_call_and_judged(root: Path) -> None:
    """The rows are scored first; the agreement of the papers is asked for beside the table."""
    told = script(rerank=scoring(), table=table, agreement='{"points": []}')
    made = compared(root, told)
    assert told.kinds[0] == "decompose"
    assert told.kinds[1] == "rerank"
    assert sorted(told.kinds[2:]) == ["agreement", "support", "table"]
    assert made.matrix is not None
    filled = {(r.paper_id, name): c.value for r in made.matrix.rows for name, c in r.cells.items() if c is not None}
    assert filled == {(p, name): value for p, cells in CELLS.items() for name, (value, _) in cells.items()}
    assert made.judge is not None
    assert made.judge.name == "scripted"
    assert {reason for row in made.matrix.rows for reason in row.empty.values()} == {"not_reported"}


def test_a_cell_that_the_judge_refuses_is_empty(root: Path) -> None:
    """Sent back once, and then left out, as not found rather than not reported."""
    refused = judging(no_labels=("contradicted", None, "It is another thing."))
    told = script(table=table, agreement='{"points": []}', support=refused, revise='{"sentences": []}')
    made = compared(root, told)
    assert told.calls("table") == 1
    assert made.matrix is not None
    row = next(r for r in made.matrix.rows if r.paper_id == "heron")
    assert row.cells["labels"] is None
    assert row.empty["labels"] == "not_found"


def test_a_draft_is_planned_in_one_call_and_each_paragraph_written_in_one(root: Path) -> None:
    """The plan's words reach the writer as they are; both paragraphs are judged."""
    seen: list[str] = []

    def noting(messages: Sequence[Message]) -> str:
        seen.append(messages[1].text)
        return paragraph(messages)

    told = script(plan=planning, paragraph=noting)
    review, _ = review_over(root, told)
    try:
        made = review.draft(DraftRequest(TOPIC, words=200), Run(use_cache=False))
    finally:
        review.close()
    assert told.kinds[:2] == ["decompose", "plan"]
    assert sorted(told.kinds[2:]) == ["paragraph", "paragraph", "support", "support"]
    assert any("line 1: needs no labels, unlike KITE" in text for text in seen)
    assert [texts(p) for p in made.paragraphs] == [[s["text"] for s in PARAGRAPHS[n]] for n in ("1", "2")]
    assert made.judge is not None
    assert {s.support for p in made.paragraphs for s in p} == {"supported"}


def test_a_plan_alone_takes_two_calls_and_can_be_followed(root: Path) -> None:
    """`plan` decomposes and plans; a draft with that plan does not plan again."""
    told = script(plan=planning, paragraph=paragraph)
    review, _ = review_over(root, told)
    try:
        outline = review.plan(DraftRequest(TOPIC, words=200), Run(use_cache=False))
        assert told.kinds == ["decompose", "plan"]
        made = review.draft(DraftRequest(TOPIC, words=200, plan=outline.as_text()), Run(use_cache=False))
    finally:
        review.close()
    assert [t.title for t in outline.themes] == ["labels", "retrieval"]
    assert told.calls("plan") == 1
    assert len(made.paragraphs) == 2


def checked(root: Path, told: Script) -> Check:
    review, _ = review_over(root, told)
    try:
        return review.check(CheckRequest(TEXT, form="markdown", file="text.md", bibliography=tuple(ENTRIES)))
    finally:
        review.close()


def test_a_text_is_checked_in_one_call(fresh: Path) -> None:
    """All its sentences together; what the judge calls contradicted is."""
    told = script(support=judging(forget=("contradicted", "forget", "Its quotes say that it halves their errors.")))
    made = checked(fresh, told)
    assert told.kinds == ["support"]
    assert [c.verdict for c in made.claims] == ["supported", "supported", "contradicted"]
    assert made.judge is not None
    assert made.judge.name == "scripted"
    assert made.accounting.prompt_versions.keys() == {"support"}
