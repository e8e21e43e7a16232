"""While a model works the library is free for others, and what it replied is kept."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from service.errors import QueryError
from service.library import Library
from service.llm import Message
from service.requests import AskRequest, CheckRequest, CompareRequest, DraftRequest, Run, SearchRequest, SurveyRequest
from service.review import Review
from service.settings import Settings
from tests.integration.bird_papers import PAPERS
from tests.integration.bird_scripts import (
    COLUMNS,
    ENTRIES,
    NO_LABELS,
    QUESTION,
    TEXT,
    TOPIC,
    UNTRUE,
    paragraph,
    planning,
    script,
    table,
)  # fmt: skip
from tests.scripted_models import Reply, Script, judging, kind_of, review_over

CHILD = Path(__file__).with_name("asking_child.py")


def test_no_lock_is_held_while_a_model_is_called(fresh: Path) -> None:
    """Another process could open the library during each call of each request."""
    free: list[str] = []

    def guarded(told: Script) -> Reply:
        def reply(messages: Sequence[Message]) -> str:
            with (fresh / "LOCK").open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: paragraphs are written side by side
            said = told(messages)
            free.append(kind_of(messages))
            return said

        return reply

    told = script(
        NO_LABELS, UNTRUE, table=table, agreement='{"points": []}', plan=planning, paragraph=paragraph,
        revise='{"sentences": [{"n": 2, "drop": true}]}', support=judging(itself=("not_said", None, "No.")),
    )  # fmt: skip
    review, _ = review_over(fresh, guarded(told))
    try:
        review.ask(AskRequest(QUESTION), Run(use_cache=False))
        review.compare(CompareRequest(TOPIC, columns=("labels",)), Run(use_cache=False))
        review.draft(DraftRequest(TOPIC, words=200), Run(use_cache=False))
        review.survey(SurveyRequest(TOPIC, words=300), Run(use_cache=False))
        review.search(SearchRequest("labels", rerank=True))
        review.check(CheckRequest(TEXT, "markdown", "text.md", tuple(ENTRIES)))
    finally:
        review.close()
    assert sorted(free) == sorted(told.kinds)
    assert set(free) >= {
        "decompose",
        "rerank",
        "answer",
        "support",
        "revise",
        "table",
        "agreement",
        "plan",
        "paragraph",
    }


def test_a_question_that_is_refused_lets_go_of_the_library(root: Path) -> None:
    """A front end that stays can ask again, and so can another process."""
    review, _ = review_over(root, script())
    try:
        with pytest.raises(QueryError):
            review.ask(AskRequest("What does the second paper say?"), Run(use_cache=False))
        with Library.open(Settings(library=root), create=False) as library:
            assert library.count() == len(PAPERS)
    finally:
        review.close()


def test_two_processes_ask_one_library_at_once_and_both_are_answered(
    root: Path, tmp_path: Path, checkout: Path
) -> None:
    """Each one's model waits, in the middle of its answer, until the other's has been called as well."""
    command = [sys.executable, str(CHILD), "ask", str(root), str(tmp_path)]
    path = os.pathsep.join([str(checkout), str(checkout / "tests"), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path}
    children = [
        subprocess.Popen([*command, name], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("one", "other")
    ]
    try:
        outputs = [child.communicate(timeout=240) for child in children]
    finally:
        for child in children:
            child.kill()
    for child, (printed, errors) in zip(children, outputs, strict=True):
        assert child.returncode == 0, errors
        document = json.loads(printed)
        assert [s["text"] for s in document["sentences"]] == [NO_LABELS["text"]]


REQUESTS: dict[str, Callable[[Review], Any]] = {
    "ask": lambda review: review.ask(AskRequest(QUESTION)),
    "compare": lambda review: review.compare(CompareRequest(TOPIC, columns=tuple(COLUMNS))),
    "draft": lambda review: review.draft(DraftRequest(TOPIC, words=200)),
    "check": lambda review: review.check(CheckRequest(TEXT, "markdown", "text.md", tuple(ENTRIES))),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_request_again_calls_nobody(fresh: Path, name: str) -> None:
    """In another process, as it were: every reply, of judging and mending too, is found in the library's store."""
    told = script(
        NO_LABELS, UNTRUE, table=table, agreement='{"points": []}', plan=planning, paragraph=paragraph,
        revise='{"sentences": [{"n": 2, "text": "Heron\'s preference pairs come from a teacher."}]}',
        support=judging(itself=("contradicted", None, "They come from a teacher.")),
    )  # fmt: skip
    documents = []
    calls = []
    for _ in range(2):
        review, model = review_over(fresh, told)
        try:
            document = REQUESTS[name](review).as_document()
        finally:
            review.close()
        calls.append(len(model.calls))
        documents.append({k: v for k, v in document.items() if k not in ("accounting", "elapsed_ms")})
    assert calls[0] > 0
    assert calls[1] == 0
    assert documents[0] == documents[1]
