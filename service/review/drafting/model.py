"""What drafts and surveys are asked for, and what they need of a library before any model is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.records import Accounting, CitationStyle, Dropped, Filters, JudgeName, Nearest, OwnWork, Sentence
from service.review.drafting.outline import Outline
from service.review.evidence.corpus import Vectors
from service.review.evidence.model import PaperEvidence


@dataclass(frozen=True, slots=True)
class TextToWrite:
    """A draft or survey as it is asked for, its plan read. `abstract` is the author's own, `outline` a plan to follow.

    It has at most `sections` themes (`None`: as papers fall).
    """

    topic: str
    words: int
    filters: Filters | None = None
    abstract: str | None = None
    outline: Outline | None = None
    style: CitationStyle = "numeric"
    sections: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PreparedDraft:
    """What the library gave: papers best first, by id, and the plan without a model, or the user's own.

    `wording`: the user's own words for planned sentences, embedded. `planning`: a model may make the plan, of at most
    `most_themes` themes. `titled`: a theme's title stands over its paragraph, as in a survey. `uncertain`: the papers
    may not speak of the topic; a model that writes of them is sure.
    """

    topic: str
    words: int
    style: CitationStyle
    papers: Mapping[str, PaperEvidence]
    outline: Outline
    planning: bool = True
    wording: Mapping[str, Vectors] = field(default_factory=dict)
    nearest: tuple[Nearest, ...] = ()
    own_work: OwnWork | None = None
    most_themes: int | None = None
    titled: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """The plan to follow and what making it cost. Not `reachable`: the model failed, and is asked for nothing else."""

    outline: Outline
    accounting: Accounting
    by_model: bool = False
    reachable: bool = True
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, its `rests_on` counted from its own first sentence, and what of its plan could not be shown.

    `accounting` and `judge` are there where a model wrote it.
    """

    sentences: tuple[Sentence, ...]
    dropped: tuple[Dropped, ...] = ()
    accounting: Accounting | None = None
    judge: JudgeName | None = None
