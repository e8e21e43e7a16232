"""Sentences of a draft or survey are told as their section is finished, as the document then has them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from service.llm import Message
from service.records import CitationStyle, Sentence
from service.records.steps import SentenceShown, Step, Told
from service.requests import DraftRequest, Run, SurveyRequest
from tests.integration.bird_scripts import NO_LABELS, TOPIC, paragraph, planning, script
from tests.scripted_models import review_over

Shown = list[tuple[str | None, int, Sentence]]


def shown(told: list[Told]) -> Shown:
    return [(t.section, t.paragraph, t.sentence) for t in told if isinstance(t, SentenceShown)]


@pytest.mark.parametrize("style", ["numeric", "title-key"])
def test_a_draft_is_told_by_paragraph(fresh: Path, style: CitationStyle) -> None:
    """The first while the second is still being written, and what is told is the document's own."""
    heard: list[Told] = []
    first_told = threading.Event()

    def hear(told: Told) -> None:
        heard.append(told)
        if isinstance(told, SentenceShown):
            first_told.set()

    def in_turn(messages: Sequence[Message]) -> str:
        if "Write paragraph 2" in messages[1].text:
            assert first_told.wait(30)
        return paragraph(messages)

    review, _ = review_over(fresh, script(NO_LABELS, plan=planning, paragraph=in_turn))
    try:
        draft = review.draft(DraftRequest(TOPIC, 200, style=style), Run(use_cache=False, observe=hear))
    finally:
        review.close()
    assert shown(heard) == [(None, n, s) for n, p in enumerate(draft.paragraphs) for s in p]
    assert len(draft.paragraphs) == 2
    assert isinstance(heard[-1], Step)
    assert heard[-1].step == "judged"


def test_a_survey_is_told_by_section(fresh: Path) -> None:
    """Under the titles and labels that the document has, those without a title last."""
    heard: list[Told] = []
    review, _ = review_over(fresh, script(NO_LABELS, plan=planning, paragraph=paragraph))
    try:
        survey = review.survey(SurveyRequest(TOPIC, 300), Run(use_cache=False, observe=heard.append))
    finally:
        review.close()
    assert survey.sections
    assert shown(heard) == [
        (section.title, number, sentence)
        for section in survey.sections
        for number, told in enumerate(section.paragraphs)
        for sentence in told
    ]


def test_whoever_listens_may_end_the_work(fresh: Path) -> None:
    """As a client that leaves: what it raises comes through, and no further section is told."""

    class Left(Exception):
        pass

    def leave(told: Told) -> None:
        if isinstance(told, SentenceShown):
            raise Left

    review, _ = review_over(fresh, script(NO_LABELS, plan=planning, paragraph=paragraph))
    listen: Callable[[Told], None] = leave
    try:
        with pytest.raises(Left):
            review.draft(DraftRequest(TOPIC, 200), Run(use_cache=False, observe=listen))
    finally:
        review.close()
