"""Surveys over hand-made papers and the sample: sections, timeline, open problems, and going on after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.app import build
from service.records.surveys import Survey
from service.review import Review
from service.review.composing import composed as composed_anew
from service.sample import papers_path
from service.settings import Settings

TOPIC = "retrieval for small readers"


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    review = build(Settings(library=tmp_path_factory.mktemp("survey") / "library"), create=True)
    review.import_paths([papers_path()])
    yield review
    review.close()


def test_a_survey_quotes_exactly_and_refers_to_what_it_cites(review: Review) -> None:
    """Sections, tables, open problems: every quote stands in its abstract under a label that has its reference."""
    made = review.survey(TOPIC, words=600)
    abstracts = {p.paper_id: p.abstract for p in review.papers()}
    told = [s for section in made.sections for p in section.paragraphs for s in p] + list(made.open_problems)
    cells = [c for s in made.sections if s.matrix for row in s.matrix.rows for c in row.cells.values() if c]
    citations = [c for s in told for c in s.citations] + [c for cell in cells for c in cell.citations]
    labels = {r.label: r.paper_id for r in made.references}
    assert made.status == "answered"
    assert len(made.sections) >= 2
    assert citations
    for citation in citations:
        assert abstracts[citation.paper_id][citation.start : citation.end] == citation.quote
        assert labels[citation.label] == citation.paper_id


def test_no_paper_stands_in_two_sections(review: Review) -> None:
    """Each is described once."""
    made = review.survey(TOPIC, words=600)
    homes = [{c.paper_id for p in s.paragraphs for x in p for c in x.citations} for s in made.sections]
    assert sum(map(len, homes)) == len(set().union(*homes))


def test_the_timeline_goes_by_date_and_open_problems_are_told_nowhere_else(review: Review) -> None:
    """Oldest first; each sentence stands in the survey once."""
    made = review.survey(TOPIC, words=600)
    dates = [d.date or str(d.year) for d in made.timeline]
    assert dates
    assert dates == sorted(dates)
    told = {c for section in made.sections for p in section.paragraphs for s in p for c in s.citations}
    assert made.open_problems
    assert not told & {c for s in made.open_problems for c in s.citations}


@pytest.mark.parametrize("sections", [1, 2, 3])
def test_there_are_no_more_sections_than_asked_for(review: Review, sections: int) -> None:
    """Papers of no section of their own share the last one."""
    assert 1 <= len(review.survey(TOPIC, words=600, sections=sections).sections) <= max(sections, 2)


def test_a_topic_that_the_corpus_lacks_gives_no_survey(review: Review) -> None:
    """Nothing is written from memory."""
    made = review.survey("eruptions of volcanoes", words=600)
    assert (made.status, made.sections, made.timeline, made.open_problems) == ("not_in_corpus", (), (), ())
    assert made.missing


class Stopped(Exception):
    """The process was killed."""


def timeless(made: Survey) -> Survey:
    return replace(made, accounting=replace(made.accounting, elapsed_ms=0))


def test_a_survey_that_was_stopped_goes_on_where_it_was(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    """The finished section is not composed again, and the whole is the same as without a stop."""
    topic, composed = TOPIC, list[str]()

    def counting(corpus: object, outline: object, candidates: object, *, trusted: bool) -> object:
        composed.append("section")
        return composed_anew(corpus, outline, candidates, trusted=trusted)  # type: ignore[arg-type]

    monkeypatch.setattr("service.review.survey.composed", counting)
    whole = review.survey(topic, words=550)
    sections = len(composed)
    assert sections >= 2
    composed.clear()

    def stop_before_second(done: int, of: int, title: str) -> None:
        if done == 1:
            raise Stopped

    with pytest.raises(Stopped):
        review.survey(topic, words=550, progress=stop_before_second)
    composed.clear()
    assert timeless(review.survey(topic, words=550, resume=True)) == timeless(whole)
    assert len(composed) == 0  # the first whole run left every section
    for file in sorted((review._settings.library / "surveys").glob("*.json"))[1:]:
        file.unlink()
    assert timeless(review.survey(topic, words=550, resume=True)) == timeless(whole)
    assert len(composed) > 0


def test_a_damaged_kept_section_is_composed_again(review: Review) -> None:
    """What cannot be read counts as not there."""
    whole = review.survey(TOPIC, words=600)
    folder: Path = review._settings.library / "surveys"
    for file in folder.glob("*.json"):
        file.write_text('{"paragraphs": 1', encoding="utf-8")
    assert timeless(review.survey(TOPIC, words=600, resume=True)) == timeless(whole)
