"""What a comparison is asked by, and what its columns mean."""

from __future__ import annotations

import pytest

from service.errors import UsageError
from service.records import Span
from service.review.aspects import MOST_COLUMNS, Kind, asked_in, columns
from service.review.clauses import phrase, saying, segments


@pytest.mark.parametrize(
    ("question", "topic", "names"),
    [
        ("Compare KITE and OwlY by supervision and data", "Compare KITE and OwlY", ["supervision", "data"]),
        ("Compare KITE and Heron in terms of memory footprint, licence and limits.", "Compare KITE and Heron",
         ["memory footprint", "licence", "limits"]),
        ("Compare KITE and OwlY in accuracy and running time.", "Compare KITE and OwlY", ["accuracy", "running time"]),
        ("KITE and Heron with respect to their data", "KITE and Heron", ["data"]),
        ("Compare KITE and Heron on GustBench.", "Compare KITE and Heron on GustBench.", []),
        ("How are models aligned by averaging weights?", "How are models aligned by averaging weights?", []),
        ("Which methods align models with few labels?", "Which methods align models with few labels?", []),
        ("preference optimisation", "preference optimisation", []),
    ],
)  # fmt: skip
def test_aspects_stand_behind_by(question: str, topic: str, names: list[str]) -> None:
    """Behind "in" or "on" only known aspects count; a benchmark or a method is none."""
    asked = asked_in(question)
    assert (asked.topic, [a.name for a in asked.aspects]) == (topic, names)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Training data", Kind.DATA),
        ("training time", Kind.TIME),
        ("human feedback", Kind.SUPERVISION),
        ("weaknesses", Kind.LIMIT),
        ("evaluation metric", Kind.METRIC),
        ("model size", Kind.SIZE),
        ("licence", Kind.WORDS),
        ("wing span", Kind.WORDS),
    ],
)
def test_a_column_by_any_usual_name_is_known(name: str, kind: Kind) -> None:
    """The heading stays as it was written."""
    (aspect,) = columns([name])
    assert (aspect.name, aspect.kind, aspect.asked) == (name, kind, True)


@pytest.mark.parametrize(
    "names", [[], ["-"], [""], ["x" * 61], ["a\x1b[31m"], [f"c{n}" for n in range(MOST_COLUMNS + 1)]]
)
def test_what_is_no_column_is_refused(names: list[str]) -> None:
    """With what to give instead."""
    with pytest.raises(UsageError, match="column"):
        columns(names)


def test_a_column_named_twice_stands_once() -> None:
    """Case does not tell columns apart."""
    assert [a.name for a in columns(["Data", "data"])] == ["Data"]


def test_a_clause_is_cut_only_where_it_stands_alone() -> None:
    """A list is no clause; a condition stays with what it conditions."""
    listed = "It predicts the chance of harm, the chance of error, and the cost of saying no."
    assert [listed[s.start : s.end] for s in segments(listed)] == [listed[:-1]]
    two = "However, the model is small and fast; when it rains, it cannot be used."
    assert [two[s.start : s.end] for s in segments(two)] == [
        "the model is small and fast; when it rains, it cannot be used"
    ]
    plain = "The wing is long and thin; the tail has no use."
    assert [plain[s.start : s.end] for s in segments(plain)] == ["The wing is long and thin", "the tail has no use"]


def test_a_short_sentence_stays_whole() -> None:
    """What fits a cell is not cut."""
    text = "The wing is long; the tail has no use."
    assert saying(text, lambda part: "tail" in part) == Span(0, len(text) - 1)


def test_a_phrase_ends_at_commas_but_not_inside_a_list() -> None:
    """Fifteen words or fewer are a phrase already; the list of tongues stays whole."""
    text = (
        "Trained on 12,000 pairs in Malay, English and Tamil, which were collected by hand over many years, a model "
        "obtains the highest win rate of all on the bench."
    )
    at = text.index("12,000")
    part = phrase(text, Span(at, at + 6))
    assert text[part.start : part.end] == "Trained on 12,000 pairs in Malay, English and Tamil"
