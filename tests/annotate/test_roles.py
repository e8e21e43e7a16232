"""The move a sentence makes in its abstract: cues, labels and position."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.annotate.roles import COLUMNS, Role, role_of, role_scores, roles_in

PROBLEM, APPROACH, DATA, RESULT, LIMIT, NOTE = Role


@pytest.mark.parametrize(
    ("position", "role", "sentence"),
    [
        (0.0, PROBLEM, "Adapters are widely used in small models."),
        (0.1, PROBLEM, "However, existing methods suffer from high memory use."),
        (0.2, PROBLEM, "The aim of this study was to determine whether kites rise."),
        (0.1, PROBLEM, "To assess whether kites rise after rain."),
        (0.3, APPROACH, "We propose KITE, a framework that learns to rise."),
        (0.3, APPROACH, "To address the lack of labels, we propose KITE."),
        (0.4, APPROACH, "The framework consists of an encoder and a wing module."),
        (0.4, APPROACH, "Wing loads were measured by two observers."),
        (0.3, APPROACH, "Retrospective review of all flights of a decade."),
        (0.5, DATA, "We collect 12,000 annotated flights in nine languages."),
        (0.4, DATA, "Patients were recruited from three clinics."),
        (0.8, RESULT, "KITE outperforms the baseline by 3.5% on GustBench."),
        (0.9, RESULT, "Experiments on GustBench show that KITE rises."),
        (0.6, RESULT, "Flights were significantly longer in the kite group (p<0.01)."),
        (0.7, RESULT, "Tether length was associated with height (OR 2.1, 95% CI 1.3-3.4)."),
        (0.9, LIMIT, "A limitation is that only calm days were flown."),
        (1.0, LIMIT, "However, the schedule adds 7% to wall-clock time."),
        (1.0, LIMIT, "We did not test kites above two metres."),
        (1.0, NOTE, "Code is available at https://example.org/kite."),
        (1.0, NOTE, "Our models and data will be released at example.org."),
    ],
)
def test_hand_labelled_sentences(position: float, role: Role, sentence: str) -> None:
    """Two annotators would agree on each; NLP and clinical habits both."""
    assert role_of(sentence, position) is role


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("BACKGROUND", PROBLEM), ("OBJECTIVE", PROBLEM), ("METHODS", APPROACH), ("Materials and methods", APPROACH),
        ("PARTICIPANTS", DATA), ("RESULTS", RESULT), ("CONCLUSIONS", RESULT), ("LIMITATIONS", LIMIT),
    ],
)  # fmt: skip
@pytest.mark.parametrize("position", [0.0, 0.5, 1.0])
def test_a_label_of_a_structured_abstract_settles_it(label: str, role: Role, position: float) -> None:
    """Wherever it stands and whatever the words suggest."""
    assert role_of(f"{label}: Kites rise in wind.", position) is role


def test_contrast_opens_a_problem_early_and_a_limit_late() -> None:
    """The same sentence, by its place."""
    sentence = "However, the tether breaks."
    assert role_of(sentence, 0.1) is PROBLEM
    assert role_of(sentence, 1.0) is LIMIT


def test_position_alone_decides_where_no_cue_speaks() -> None:
    """An abstract opens with its problem, tells its approach, and ends in its result."""
    assert [role_of("Kites rise.", at) for at in (0.0, 0.4, 1.0)] == [PROBLEM, APPROACH, RESULT]


def test_columns_are_the_roles_a_table_shows() -> None:
    """Housekeeping is never a column."""
    assert set(COLUMNS) == set(Role) - {NOTE}


@given(st.text(max_size=300), st.floats(0, 1))
def test_every_sentence_has_a_role_with_finite_points(sentence: str, position: float) -> None:
    """Total over every string; no role has negative points."""
    scores = role_scores(sentence, position)
    assert set(scores) == set(Role)
    assert all(0 <= points < 100 for points in scores.values())
    assert scores[role_of(sentence, position)] == max(scores.values())


def test_an_abstract_does_not_return_from_its_results_to_its_problem() -> None:
    """The last sentence alone reads like a problem; behind two results it is not one."""
    abstract = (
        "Existing kites suffer from drift.",
        "We propose KITE, a framework that steers them.",
        "KITE outperforms the baseline by 3.5% on GustBench.",
        "Results show that it achieves a longer flight.",
        "Drift is a challenge.",
    )
    assert role_of(abstract[0], 0.0) is PROBLEM
    assert roles_in(abstract)[:4] == (PROBLEM, APPROACH, RESULT, RESULT)
    assert roles_in(abstract)[4] is not PROBLEM


def test_an_empty_abstract_has_no_roles() -> None:
    """And a single sentence has one."""
    assert roles_in(()) == ()
    assert roles_in(("We propose KITE.",)) == (APPROACH,)
