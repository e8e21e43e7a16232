"""What a request tells while it is worked on: true steps, the evidence kept, sentences once they are judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from service.records.results import sentence_document
from service.records.texts import Nearest, Sentence

StepName: TypeAlias = Literal["decomposed", "searched", "kept", "judged"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has been done, with the numbers that the text names."""

    step: StepName
    text: str
    counts: dict[str, int]

    def as_document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class EvidenceKept:
    """The passages that the answer will be made from, best first."""

    passages: tuple[Nearest, ...]

    def as_document(self) -> dict[str, Any]:
        return {"passages": [asdict(passage) for passage in self.passages]}


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """A sentence of the finished text. `section`: its title, in a survey; `paragraph` counts from 0 in its section."""

    section: str | None
    paragraph: int
    sentence: Sentence

    def as_document(self) -> dict[str, Any]:
        return {"section": self.section, "paragraph": self.paragraph, "sentence": sentence_document(self.sentence)}


Told: TypeAlias = Step | EvidenceKept | SentenceShown
Observer: TypeAlias = Callable[[Told], None]


def nobody(_told: Told) -> None:
    """An observer that does not listen."""


def judged(shown: int, dropped: int) -> Step:
    """ "9 of 11 sentences stood" """
    of = shown + dropped
    text = f"{shown} of {of} sentences stand" if dropped else f"{shown} sentence{'' if shown == 1 else 's'} stand"
    return Step("judged", text, {"shown": shown, "of": of})
