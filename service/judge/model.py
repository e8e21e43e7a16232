"""What a judge takes and says. A judge never guesses: what it cannot decide is `undecided`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from service.annotate import AnnotatedAbstract
from service.records import Citation

Label: TypeAlias = Literal["supported", "partly", "contradicted", "not_said", "undecided"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to judge with the quotes it rests on. `rests_on`: for a synthesis, places of the claims it sums up."""

    text: str
    citations: tuple[Citation, ...]
    rests_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict. `score` in [0, 1], higher is likelier supported. `part`: the words that are not borne out.

    `reason` is one plain sentence that a writer can act on; both are `None` where the claim is supported.
    """

    label: Label
    score: float
    part: str | None = None
    reason: str | None = None


class Judge(Protocol):
    """Judges a text's claims at once. `measured`: its false accepts are known from data nobody tuned it on."""

    @property
    def name(self) -> str:
        """As documents show it: "alignment", or the model's name."""

    @property
    def measured(self) -> bool: ...

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        """One judgement a claim, in order. `abstracts` by paper id holds every paper that a claim quotes."""
