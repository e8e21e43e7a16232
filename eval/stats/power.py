"""How many questions it takes to see a difference between two runs, and what a given number can show."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()


def cases_needed(difference: float, sd: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Questions for a two-sided paired test to see a mean difference.

    `sd`: standard deviation of the per-question differences. n = ((z(1-alpha/2) + z(power)) * sd / difference)^2,
    the normal approximation (Chow, Shao and Wang 2008, section 3.1). Raises `ValueError` for a difference of 0,
    a negative sd, or probabilities outside (0, 1).
    """
    if difference == 0 or sd < 0 or not (0 < power < 1 and 0 < alpha < 1):
        raise ValueError("a difference other than 0, sd >= 0, and power and alpha between 0 and 1 are needed")
    return max(2, ceil((_reach(power, alpha) * sd / difference) ** 2))


def cases_needed_binary(difference: float, changed: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Questions for McNemar's test when a share `changed` of the answers flips and the mean moves by `difference`.

    Connor's formula (Biometrics 43, 1987). Raises `ValueError` where |difference| > changed or changed > 1.
    """
    if not 0 < abs(difference) <= changed <= 1:
        raise ValueError("0 < |difference| <= changed <= 1 is needed")
    z_alpha, z_power = _NORMAL.inv_cdf(1 - alpha / 2), _NORMAL.inv_cdf(power)
    reach = z_alpha * sqrt(changed) + z_power * sqrt(changed - difference**2)
    return max(2, ceil((reach / difference) ** 2))


def smallest_difference(n: int, sd: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest mean difference that `n` questions show with this power. Raises `ValueError` below 1."""
    if n < 1:
        raise ValueError("at least one question is needed")
    return _reach(power, alpha) * sd / sqrt(n)


def _reach(power: float, alpha: float) -> float:
    return _NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)
