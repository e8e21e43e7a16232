"""Means over what was scored, and their intervals."""

from __future__ import annotations

import pytest

from eval.stats import Summary, summarise


def test_nothing_scored_has_no_mean() -> None:
    """Unscored is counted, and neither 0 nor 1."""
    assert summarise([]) == Summary(None, 0, 0)
    assert summarise([None, None]) == Summary(None, 0, 2)


def test_the_mean_is_over_the_scored_only() -> None:
    """(1 + 0) / 2, with two unscored."""
    found = summarise([1.0, None, 0.0, None])
    assert (found.mean, found.n, found.unscored) == (0.5, 2, 2)


def test_one_question_has_a_mean_and_no_interval() -> None:
    """One question says nothing of the spread."""
    assert summarise([0.3, None]) == Summary(0.3, 1, 1)


def test_the_interval_is_that_of_the_binomial() -> None:
    """20 ones of 40: mean .5, standard error sqrt(.25/40) = .079, so about .5 ± .155; steps of 1/40."""
    found = summarise([1.0, 0.0] * 20)
    assert found.low == pytest.approx(0.345, abs=0.03)
    assert found.high == pytest.approx(0.655, abs=0.03)


def test_equal_scores_have_an_interval_without_width() -> None:
    """All agree."""
    assert summarise([1.0] * 5) == Summary(1.0, 5, 0, 1.0, 1.0)


def test_the_interval_is_repeatable_and_depends_on_the_seed() -> None:
    """Same values and seed, same interval."""
    values = [i / 37 for i in range(37)]
    assert summarise(values) == summarise(values)
    assert summarise(values, seed=1) != summarise(values, seed=2)
