"""Related-work drafts and surveys: planned, then a paragraph a theme, by a model or in verbatim sentences.

`prepare` and `prepare_survey` need the library; `planned`, `drafted` and `surveyed` do not.
"""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.review.drafting.draft import KeptSections, drafted, planned
    from service.review.drafting.model import Planned, PreparedDraft, TextToWrite
    from service.review.drafting.outline import Outline, read_outline
    from service.review.drafting.preparing import prepare, prepare_survey
    from service.review.drafting.survey import surveyed

__all__ = [
    "KeptSections",
    "Outline",
    "Planned",
    "PreparedDraft",
    "TextToWrite",
    "drafted",
    "planned",
    "prepare",
    "prepare_survey",
    "read_outline",
    "surveyed",
]  # fmt: skip

__getattr__ = names_from(
    __name__,
    {
        "draft": ["KeptSections", "drafted", "planned"],
        "model": ["TextToWrite", "Planned", "PreparedDraft"],
        "outline": ["Outline", "read_outline"],
        "preparing": ["prepare", "prepare_survey"],
        "survey": ["surveyed"],
    },
)
