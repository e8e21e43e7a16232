"""By what papers are compared: columns given, asked for in a question, proposed from the papers."""

from __future__ import annotations

import pytest

from service import limits
from service.annotate import annotate
from service.errors import UsageError
from service.records import Paper
from service.review.comparison.columns import asked, columns, kind_of
from service.review.comparison.table import propose

TRIAL = (
    "Does saline help? METHODS: In this randomized controlled trial, 60 patients with dry eyes received saline. "
    "RESULTS: Symptoms fell by 12.5% in the saline group."
)
FIELD = "We tracked birds in Kenya between 1998 and 2004. Birds were ringed at dawn. Numbers fell by 3.2% a year."


@pytest.mark.parametrize(
    ("question", "topic", "names"),
    [
        ("Compare KITE and OwlY by licence and data", "Compare KITE and OwlY", ["licence", "data"]),
        ("Compare KITE and Heron in terms of wing span, cost and limits.", "Compare KITE and Heron",
         ["wing span", "cost", "limits"]),
        ("Compare the trials in sample size and outcome.", "Compare the trials", ["sample size", "outcome"]),
        ("Compare KITE and Heron on GustBench.", "Compare KITE and Heron on GustBench.", []),
        ("How are models aligned by averaging weights?", "How are models aligned by averaging weights?", []),
        ("preference optimisation", "preference optimisation", []),
    ],
)  # fmt: skip
def test_aspects_stand_behind_by(question: str, topic: str, names: list[str]) -> None:
    """Behind "in" or "on" only kinds of columns count; a benchmark or a method is none."""
    found, listed = asked(question)
    assert (found, [column.name for column in listed]) == (topic, names)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Sample size", "n"), ("countries", "place"), ("Methods", "approach"), ("findings", "result"), ("size", None),
     ("wing span", None)],
)  # fmt: skip
def test_a_column_by_any_usual_name_is_known(name: str, kind: str | None) -> None:
    """The heading stays as it was written; "size" alone is no number of subjects."""
    (column,) = columns([name])
    assert (column.name, column.asked) == (name, True)
    found = kind_of(name)
    assert (found.name if found else None) == kind


@pytest.mark.parametrize(
    "names", [[], ["-"], [""], ["x" * 61], ["a\x1b[31m"], [f"c{n}" for n in range(limits.COLUMNS_MAX + 1)]]
)
def test_what_is_no_column_is_refused(names: list[str]) -> None:
    """With what to give instead."""
    with pytest.raises(UsageError, match="column"):
        columns(names)


def test_a_column_named_twice_stands_once() -> None:
    """Case does not tell columns apart."""
    assert [column.name for column in columns(["Data", "data"])] == ["Data"]


def test_columns_are_proposed_by_the_field_at_hand() -> None:
    """Trials get design and n, field work place and period; neither gets the other's."""
    trials = {c.name for c in propose([annotate(Paper("Saline", TRIAL, i)) for i in "ab"])}
    fields = {c.name for c in propose([annotate(Paper("Birds", FIELD, i)) for i in "ab"])}
    assert {"design", "population", "n"} <= trials
    assert {"place", "period"} <= fields
    assert not {"place", "period"} & trials
    assert not {"design", "n"} & fields
