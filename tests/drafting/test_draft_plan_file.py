"""Plans: printed, edited, read back; what is wrong is said with its line and what to do."""

from __future__ import annotations

import json

import pytest

from service.errors import UsageError
from service.records import Paper
from service.review.drafting import drafted, read_outline
from service.review.drafting.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from tests.drafting.related_papers import PAPERS, assert_sound, prepared

BY_ID = {p.paper_id: p for p in PAPERS}
ODD = Paper("Odd [Ids] # and signs", "We study odd ids.", "arxiv:1;2 [x]#%", year=2020)
PLAN = Outline(
    "alignment of small models",
    (
        PlannedTheme("small models", (PlannedSentence("approach", ("kite",)), PlannedSentence("result", ("kite",)))),
        PlannedTheme("", (PlannedSentence("how it is trained", ("heron", ODD.paper_id)),)),
    ),
    (LeftOut("beets", "beyond the length asked for"),),
    BY_ID | {ODD.paper_id: ODD},
    gap="all of them are tested on English only",
)


@pytest.mark.parametrize("form", [PLAN.as_text(), json.dumps(PLAN.as_document(), indent=1)], ids=["text", "JSON"])
def test_a_plan_reads_back_as_it_was_printed(form: str) -> None:
    """Themes, what is said, the gap, ids with brackets and semicolons, and what was left out."""
    back = read_outline(form, PLAN.papers.get, topic="else")
    assert (back.topic, back.themes, back.left_out, back.gap) == (PLAN.topic, PLAN.themes, PLAN.left_out, PLAN.gap)


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
        ('{"topic": "t",\n "themes": []}', "holds no theme"),
        ('{"topic": "t",\n "themes": 3}', "line 2: themes"),
        ('{"topic": "t",\n "themes": [{"title": "a", "sentences": []}]}', "line 2: theme 'a' has no sentence"),
        (
            '{"topic": "t", "themes": [\n{"title": "a", "sentences": [{"say": "x", "papers": ["no"]}]}]}',
            "line 2: the lib",
        ),
    ],
)
def test_a_plan_that_cannot_be_followed_names_its_line(text: str, said: str) -> None:
    """And what to do; it is a usage error."""
    with pytest.raises(UsageError) as raised:
        read_outline(text, BY_ID.get, topic="t", name="plan.txt")
    assert said in str(raised.value)


def test_an_edited_plan_is_followed_in_its_order_and_under_its_title() -> None:
    """A title of the user's own is taken as it is."""
    edited = read_outline("theme: birds as namesakes\n- result [heron]\n- approach [kite]\n", BY_ID.get, topic="birds")
    made = drafted(prepared(outline=edited), None, None)
    assert_sound(made)
    assert [c.paper_id for s in made.paragraphs[0] for c in s.citations] == ["heron", "kite"]
    assert made.paragraphs[0][0].text == "One line of work deals with birds as namesakes."
    assert "74.0%" in made.paragraphs[0][1].text


def test_words_of_a_plan_bring_the_sentence_nearest_to_them() -> None:
    """And what no sentence says is reported."""
    edited = read_outline(
        "theme: t\n- languages other than English [kite]\n- price of tea in Lisbon [heron]\n", BY_ID.get, topic="t"
    )
    made = drafted(prepared(outline=edited), None, None)
    quotes = [c.quote for s in made.paragraphs[0] for c in s.citations]
    assert quotes == ["a limitation remains: KITE cannot align models in languages other than English."]
    assert [d.text for d in made.dropped] == ["price of tea in Lisbon"]


def test_the_plan_that_is_printed_is_the_one_that_is_followed() -> None:
    """Without a model: the same text from the plan read back."""
    first = prepared()
    made = drafted(first, None, None)
    back = read_outline(first.outline.as_text(), BY_ID.get, topic=first.topic)
    again = drafted(prepared(outline=back), None, None)
    assert {p for t in first.outline.themes for p in t.papers} == {r.paper_id for r in made.references}
    assert [[s.citations for s in p if s.citations] for p in again.paragraphs] == [
        [s.citations for s in p if s.citations] for p in made.paragraphs
    ]
