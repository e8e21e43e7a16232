"""Surveys: sections with tables, a timeline, open problems, and going on after a stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from service.llm import Message, ScriptedModel
from service.records.surveys import Survey
from service.review.drafting import KeptSections, PreparedDraft, TextToWrite, prepare_survey, surveyed
from service.review.drafting.outline import PlannedSentence
from service.review.question.words import query_from_words
from tests.drafting.related_papers import PAPERS, TOPIC, request
from tests.drafting.test_drafts_by_model import PLAN, RETRIEVAL, SUPERVISION, writing
from tests.memory_corpus import MemoryCorpus


def prepared(topic: str = TOPIC, *, words: int = 600, sections: int | None = None) -> PreparedDraft:
    corpus = MemoryCorpus(PAPERS)
    return prepare_survey(corpus, TextToWrite(topic, words, sections=sections), query_from_words(topic, corpus))


def without_model(tmp_path: Path, topic: str = TOPIC, *, sections: int | None = None) -> Survey:
    kept = KeptSections(tmp_path / "surveys", resume=False)
    return surveyed(prepared(topic, sections=sections), None, None, kept=kept)


def by_model(tmp_path: Path, model: ScriptedModel, *, resume: bool = False) -> Survey:
    return surveyed(prepared(), request(model), None, kept=KeptSections(tmp_path / "surveys", resume=resume))


def same(one: Survey, other: Survey) -> bool:
    def text(made: Survey) -> Survey:
        return replace(
            made, accounting=replace(made.accounting, elapsed_ms=0, tokens_in=0, tokens_out=0, prompt_versions={})
        )

    return text(one) == text(other)


def test_a_survey_quotes_exactly_and_refers_to_what_it_cites(tmp_path: Path) -> None:
    """Sections, tables, open problems: every quote stands in its abstract under a label that has its reference."""
    made = without_model(tmp_path)
    abstracts = {p.paper_id: p.abstract for p in PAPERS}
    text = [s for section in made.sections for p in section.paragraphs for s in p] + list(made.open_problems)
    cells = [c for s in made.sections if s.matrix for row in s.matrix.rows for c in row.cells.values() if c]
    citations = [c for s in text for c in s.citations] + [c for cell in cells for c in cell.citations]
    labels = {r.label: r.paper_id for r in made.references}
    assert made.status == "answered"
    assert cells
    for citation in citations:
        assert abstracts[citation.paper_id][citation.start : citation.end] == citation.quote
        assert labels[citation.label] == citation.paper_id


def test_no_paper_stands_in_two_sections(tmp_path: Path) -> None:
    """Each is described once."""
    made = without_model(tmp_path)
    homes = [{c.paper_id for p in s.paragraphs for x in p for c in x.citations} for s in made.sections]
    assert len(homes) >= 2
    assert sum(map(len, homes)) == len(set().union(*homes))


def test_the_timeline_goes_by_date_and_open_problems_are_told_nowhere_else(tmp_path: Path) -> None:
    """Oldest first; an open problem is a sentence on a limit, verbatim."""
    made = without_model(tmp_path)
    years = [d.year for d in made.timeline]
    assert years == sorted(years, key=lambda y: y or 0)
    assert years[0] == 2020
    assert "a limitation remains: KITE cannot align models in languages other than English." in {
        c.quote for s in made.open_problems for c in s.citations
    }
    told = {c for section in made.sections for p in section.paragraphs for s in p for c in s.citations}
    assert not told & {c for s in made.open_problems for c in s.citations}


@pytest.mark.parametrize("sections", [1, 2])
def test_there_are_no_more_sections_than_asked_for(tmp_path: Path, sections: int) -> None:
    """Papers of no section of their own share the last one."""
    assert 1 <= len(without_model(tmp_path, sections=sections).sections) <= sections


def test_a_topic_that_the_library_lacks_gives_no_survey(tmp_path: Path) -> None:
    """Nothing is written from memory; leads are given."""
    made = without_model(tmp_path, "eruptions of volcanoes")
    assert (made.status, made.sections, made.timeline, made.open_problems) == ("not_in_corpus", (), (), ())
    assert made.missing
    assert made.nearest


def test_a_model_writes_a_section_a_theme_and_the_judge_is_named(tmp_path: Path) -> None:
    """Its titles head the sections; sentences are counted over the whole text."""
    made = by_model(tmp_path, ScriptedModel([writing()], forever=True))
    assert [s.title for s in made.sections] == ["Supervision", "Retrieval at answer time"]
    text = [s.text for section in made.sections for p in section.paragraphs for s in p]
    assert text == [s["text"] for s in (*SUPERVISION, *RETRIEVAL)]
    assert made.sections[1].paragraphs[0][3].rests_on == (3, 4, 5)
    assert made.judge is not None
    assert made.accounting.composer == "scripted"


class Stopped(Exception):
    """The process was killed."""


def test_a_survey_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    """Neither its plan nor a finished section is asked for again, and the whole is the same as without a stop."""
    whole = by_model(tmp_path / "other", ScriptedModel([writing()], forever=True))

    def stop(done: int, of: int, title: str) -> None:
        if done == of:
            raise Stopped

    with pytest.raises(Stopped):
        surveyed(
            prepared(),
            request(ScriptedModel([writing()], forever=True)),
            None,
            kept=KeptSections(tmp_path / "surveys", resume=False),
            progress=stop,
        )
    silent = ScriptedModel([])
    assert same(by_model(tmp_path, silent, resume=True), whole)
    assert silent.calls == []


def test_without_resume_nothing_that_was_kept_is_used(tmp_path: Path) -> None:
    """The model is asked anew."""
    by_model(tmp_path, ScriptedModel([writing()], forever=True))
    again = ScriptedModel([writing()], forever=True)
    by_model(tmp_path, again)
    assert len(again.calls) == 3


def test_what_a_model_failed_to_write_is_tried_again(tmp_path: Path) -> None:
    """An extractive stand-in is not kept."""

    def plan_only(messages: Sequence[Message]) -> str:
        return PLAN(messages) if "You plan" in messages[0].text else "nothing"

    by_model(tmp_path, ScriptedModel([plan_only], forever=True))
    made = by_model(tmp_path, ScriptedModel([writing()], forever=True), resume=True)
    assert made.sections[0].paragraphs[0][0].text == SUPERVISION[0]["text"]


def test_a_damaged_kept_section_is_made_again(tmp_path: Path) -> None:
    """What cannot be read counts as not there."""
    whole = by_model(tmp_path, ScriptedModel([writing()], forever=True))
    for file in (tmp_path / "surveys").glob("*.json"):
        file.write_text('{"sentences": 1', encoding="utf-8")
    assert same(by_model(tmp_path, ScriptedModel([writing()], forever=True), resume=True), whole)


def test_a_section_does_not_say_again_what_its_title_says(tmp_path: Path) -> None:
    """A draft opens a paragraph with what its papers speak of; "the next papers" means nothing under a title."""
    plan = prepared(sections=2)
    themes = tuple(replace(theme, title="annotation") for theme in plan.outline.themes)
    drawn = replace(plan, planning=False, outline=replace(plan.outline, themes=themes))
    made = surveyed(drawn, None, None, kept=KeptSections(tmp_path / "surveys", resume=False))
    text = [s.text for section in made.sections for p in section.paragraphs for s in p]
    assert "Annotation" in {section.title for section in made.sections}
    assert not [t for t in text if "papers that follow" in t or "next papers" in t or "line of work" in t]


@pytest.mark.parametrize(
    ("title", "shown"), [("dense retrieval", "Dense retrieval"), ("β cells", "β cells"), ("mRNA decay", "mRNA decay")]
)
def test_a_section_begins_with_a_capital_where_a_word_can(tmp_path: Path, title: str, shown: str) -> None:
    """A symbol is not turned into another letter."""
    plan = prepared()
    drawn = replace(plan, outline=replace(plan.outline, themes=(replace(plan.outline.themes[0], title=title),)))
    made = surveyed(drawn, None, None, kept=KeptSections(tmp_path / "surveys", resume=False))
    assert [section.title for section in made.sections] == [shown]


def test_paragraphs_of_one_title_are_one_section(tmp_path: Path) -> None:
    """A theme of more papers than a paragraph takes has several."""
    plan = prepared()
    papers = [p for theme in plan.outline.themes for p in theme.papers]
    halves = [papers[: len(papers) // 2], papers[len(papers) // 2 :]]
    themes = tuple(
        replace(
            plan.outline.themes[0], title="alignment", sentences=tuple(PlannedSentence("approach", (i,)) for i in half)
        )
        for half in halves
    )
    drawn = replace(plan, outline=replace(plan.outline, themes=themes))
    (section,) = surveyed(drawn, None, None, kept=KeptSections(tmp_path / "surveys", resume=False)).sections
    assert (section.title, len(section.paragraphs)) == ("Alignment", 2)
