"""The only vetoes, before meaning is asked: quotes that stand, and figures, units and names that the quotes hold."""

from __future__ import annotations

from collections.abc import Mapping

from service.annotate import AnnotatedAbstract
from service.judge.model import Claim, Judgement


def hard_fact(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> Judgement | None:
    """The judgement that a hard fact forces on a claim, or `None` where meaning has to be asked."""
    return None
