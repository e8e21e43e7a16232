"""Plans: printed, edited, read back; what is wrong is said with its line and what to do."""

from __future__ import annotations

import json

import pytest

from service.errors import UsageError
from service.records import Paper
from service.review.coverage import Coverage
from service.review.draft import DraftRequest, draft, plan_draft
from service.review.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from service.review.outline_file import read_outline
from tests.review.corpus import MemoryCorpus, assert_sound
from tests.review.test_ask import PAPERS

BY_ID = {p.paper_id: p for p in PAPERS}
ODD = Paper("Odd [Ids]", "We study odd ids.", "arxiv:1;2 [x]#%")
PLAN = Outline(
    "alignment of small models",
    (
        PlannedTheme("small models", (PlannedSentence("approach", ("kite",)), PlannedSentence("result", ("kite",)))),
        PlannedTheme("", (PlannedSentence("how it is trained", ("heron", ODD.paper_id)),)),
    ),
    (LeftOut("beets", "beyond the length asked for"),),
    BY_ID | {ODD.paper_id: ODD, "beets": Paper("Beets", "We grow beets.", "beets")},
)


def find(paper_id: str) -> Paper | None:
    return PLAN.papers.get(paper_id)


@pytest.mark.parametrize("form", [PLAN.as_text(), json.dumps(PLAN.as_document(), indent=1)], ids=["text", "JSON"])
def test_a_plan_reads_back_as_it_was_printed(form: str) -> None:
    """Themes, what is said, ids with brackets and semicolons, and what was left out."""
    back = read_outline(form, find, topic="else")
    assert (back.topic, back.themes, back.left_out) == (PLAN.topic, PLAN.themes, PLAN.left_out)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topic: t\n\ntheme: a\n- approach [nobody]", "line 4: the library holds no paper 'nobody'"),
        ("topic: t\n- approach [kite]", "line 2: a sentence before any theme"),
        ("theme: a\n\nstray words", "line 3: 'stray words' is no part of a plan"),
        ("theme: a\n- approach []", "line 2: no paper in the brackets"),
        ("theme: a\ntheme: b\n- approach [kite]", "line 1: theme 'a' has no sentence"),
        ("theme: a\n- approach [kite]\ntheme: b\n- result [kite]", "line 4: paper 'kite' stands under another theme"),
        ("# only a note\n", "holds no theme"),
        ('{"topic": "t",\n "themes": [}', "line 2: this is no JSON"),
        ('{"topic": "t",\n "themes": []}', "line 2: themes"),
        (
            '{"topic": "t", "themes": [\n{"title": "a", "sentences": [{"say": "x", "papers": ["no"]}]}]}',
            "line 2: the lib",
        ),
    ],
)
def test_a_plan_that_cannot_be_followed_names_its_line(text: str, said: str) -> None:
    """And what to do; it is a usage error."""
    with pytest.raises(UsageError) as raised:
        read_outline(text, find, topic="t", name="plan.txt")
    assert said in str(raised.value)


def test_an_edited_plan_is_followed_in_its_order() -> None:
    """Papers, paragraphs and titles as the user has them; words of the user's own find the nearest sentence."""
    corpus = MemoryCorpus(PAPERS)
    edited = read_outline(
        "theme: birds as namesakes\n- approach [heron]\n- approach [kite]\n", BY_ID.get, topic="alignment"
    )
    made = draft(corpus, Coverage(corpus), "alignment", words=100, outline=edited)
    assert_sound(made, {p.paper_id: p.abstract for p in PAPERS})
    assert [c.paper_id for s in made.paragraphs[0] for c in s.citations] == ["heron", "kite"]
    assert made.paragraphs[0][0].text == "Several papers concern birds as namesakes."


def test_what_no_sentence_says_is_reported() -> None:
    """Words that are near nothing in the abstract bring in no sentence."""
    corpus = MemoryCorpus(PAPERS)
    edited = read_outline("theme: t\n- approach [heron]\n- price of tea in Lisbon [heron]\n", BY_ID.get, topic="t")
    made = draft(corpus, Coverage(corpus), "t", words=100, outline=edited)
    assert [d.text for d in made.dropped] == ["price of tea in Lisbon"]


def test_a_plan_names_every_paper_of_its_draft_and_no_other() -> None:
    """Without a model the plan that is printed is the one that is followed."""
    corpus = MemoryCorpus(PAPERS)
    request = DraftRequest("alignment of small models", 200)
    outline = plan_draft(corpus, Coverage(corpus), request).outline
    made = draft(corpus, Coverage(corpus), request.topic, words=200)
    again = draft(corpus, Coverage(corpus), request.topic, words=200, outline=outline)
    assert {p for t in outline.themes for p in t.papers} == {r.paper_id for r in made.references}
    assert again.paragraphs == made.paragraphs


def test_a_topic_that_the_corpus_lacks_has_no_plan() -> None:
    """No theme, and the topic is what is missing."""
    corpus = MemoryCorpus(PAPERS)
    outline = plan_draft(corpus, Coverage(corpus), DraftRequest("eruptions of volcanoes", 200)).outline
    assert (outline.themes, outline.missing) == ((), ("eruptions of volcanoes",))
