"""Paired differences, exact tests, corrections, power and agreement: values worked by hand or cited."""

from __future__ import annotations

import pytest

from eval.stats import (
    agreement,
    cases_needed,
    cases_needed_binary,
    cohen_kappa,
    holm,
    krippendorff_alpha,
    mcnemar,
    paired_difference,
    sign_flip_p,
    smallest_difference,
)


def test_a_difference_is_over_questions_scored_in_both() -> None:
    """(0.5 - 0) and (1 - 1): mean .25; one question is scored only before, one only after."""
    found = paired_difference([0.0, 1.0, 1.0, None], [0.5, 1.0, None, 0.2])
    assert (found.mean, found.n, found.changed) == (0.25, 2, 1)
    assert (found.only_before, found.only_after) == (1, 1)


def test_equal_runs_differ_by_nothing() -> None:
    """No width and no doubt, also where floating point differs in the last digit."""
    found = paired_difference([0.1 + 0.2, 0.5], [0.3, 0.5])
    assert (found.mean, found.low, found.high, found.p, found.changed) == (0.0, 0.0, 0.0, 1.0, 0)


@pytest.mark.parametrize(("n", "mean"), [(0, None), (1, 0.5)])
def test_below_two_questions_there_is_no_interval(n: int, mean: float | None) -> None:
    """Nothing is known of the spread."""
    found = paired_difference([0.0] * n, [0.5] * n)
    assert (found.mean, found.low, found.high) == (mean, None, None)


def test_runs_over_different_questions_are_refused() -> None:
    """A missing case isn't a difference of zero."""
    with pytest.raises(ValueError, match="shorter"):
        paired_difference([1.0, 1.0], [1.0])


def test_five_gains_of_five_have_p_one_sixteenth() -> None:
    """Of 32 sign patterns two are as extreme: 2/32. Zeros take no part."""
    assert sign_flip_p([0.2, 0.2, 0.2, 0.2, 0.2]) == 2 / 32
    assert sign_flip_p([0.2, 0.0, 0.2, 0.2, 0.0, 0.2, 0.2]) == 2 / 32


def test_sign_flips_weigh_sizes() -> None:
    """Sums of +-3 +-1 +-1 as large as 3 + 1 - 1 = 3: +-5, +-3 (two ways each): 6 of 8."""
    assert sign_flip_p([3.0, 1.0, -1.0]) == 6 / 8


def test_many_differences_are_drawn_and_never_certain() -> None:
    """Forty gains: no draw is as extreme, and p is 1 / 20,001, not 0; balanced ones are luck."""
    assert sign_flip_p([0.1] * 40) == pytest.approx(1 / 20_001)
    assert sign_flip_p([0.1, -0.1] * 20) == 1.0


def test_the_bound_of_a_paired_interval_is_that_of_the_binomial() -> None:
    """Of 100 questions 20 gain 1: mean .2, standard error .04, so about .2 +- .078."""
    found = paired_difference([0.0] * 100, [1.0] * 20 + [0.0] * 80)
    assert found.low == pytest.approx(0.122, abs=0.02)
    assert found.high == pytest.approx(0.278, abs=0.02)


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [(0, 0, 1.0), (5, 0, 2 / 32), (0, 5, 2 / 32), (3, 3, 1.0), (8, 1, 2 * (1 + 9) / 512)],
)
def test_mcnemar_counts_only_what_changed(gained: int, lost: int, p: float) -> None:
    """Binomial tails by hand; thirty questions that stayed the same change nothing."""
    before = [False] * gained + [True] * lost + [True] * 30
    after = [True] * gained + [False] * lost + [True] * 30
    assert mcnemar(before, after) == pytest.approx(p)


def test_holm_steps_down() -> None:
    """Sorted .01 .02 .03 .04 times 4 3 2 1: .04 .06 .06 .06, in the order given."""
    assert holm([0.02, 0.01, 0.04, 0.03]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_power_is_that_of_the_textbook() -> None:
    """(1.95996 + 0.84162) * .3 / .1 squared is 70.6: 71 questions; which show .1 back again."""
    assert cases_needed(0.1, 0.3) == 71
    assert cases_needed(-0.1, 0.3) == 71
    assert smallest_difference(71, 0.3) == pytest.approx(0.0997, abs=1e-3)


def test_power_for_binary_scores_follows_connor() -> None:
    """d=.1, psi=.2: (1.95996*sqrt(.2) + .84162*sqrt(.19))^2 / .01 = 154.8: 155."""
    assert cases_needed_binary(0.1, 0.2) == 155


@pytest.mark.parametrize("args", [(0.0, 0.3), (0.1, -1.0)])
def test_power_without_a_question_is_refused(args: tuple[float, float]) -> None:
    """No number of questions shows a difference of nothing."""
    with pytest.raises(ValueError, match="needed"):
        cases_needed(*args)


def test_more_change_than_answers_is_refused() -> None:
    """The mean can't move further than answers flip."""
    with pytest.raises(ValueError, match="needed"):
        cases_needed_binary(0.3, 0.2)


FIRST = ["yes"] * 25 + ["no"] * 25
SECOND = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15


def test_kappa_of_the_textbook_table() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed .7, by chance .5, kappa .4."""
    assert cohen_kappa(FIRST, SECOND) == pytest.approx(0.4)


def test_alpha_of_krippendorffs_own_example() -> None:
    """Two observers, ten units, binary (Krippendorff 2011, "Computing alpha", section B): .095."""
    one = "0100000000"
    two = "1110010010"
    assert krippendorff_alpha(one, two) == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize("labels", [[], ["a", "a"]])
def test_agreement_on_one_label_only_says_nothing(labels: list[str]) -> None:
    """Chance agrees as well."""
    assert cohen_kappa(labels, labels) is None
    assert krippendorff_alpha(labels, labels) is None


def test_verdicts_that_are_missing_are_unscored() -> None:
    """Two of three pairs are compared; they agree."""
    found = agreement(["a", None, "b"], ["a", "a", "b"])
    assert (found.n, found.unscored, found.accuracy, found.kappa, found.alpha) == (2, 1, 1.0, 1.0, 1.0)


def test_the_interval_of_kappa_holds_it() -> None:
    """And has a width."""
    found = agreement(FIRST, SECOND)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4 < found.high
