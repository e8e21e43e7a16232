"""Checking a user's own text: each sentence judged by what it cites, or named as not judged, with why."""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.review.checking.bibliography import further_checked
    from service.review.checking.judging import checked
    from service.review.checking.online import OnlineReferences, online_references
    from service.review.checking.preparing import Prepared, TextToCheck, known_references, prepare
    from service.review.checking.reference_list import ReferenceList, read_reference_list
    from service.review.checking.reference_sources import Candidates, ReferenceSource
    from service.review.checking.snapshot import Snapshot

__all__ = [
    "Candidates",
    "OnlineReferences",
    "Prepared",
    "ReferenceList",
    "ReferenceSource",
    "Snapshot",
    "TextToCheck",
    "checked",
    "further_checked",
    "known_references",
    "online_references",
    "prepare",
    "read_reference_list",
]

__getattr__ = names_from(
    __name__,
    {
        "bibliography": ["further_checked"],
        "judging": ["checked"],
        "online": ["OnlineReferences", "online_references"],
        "preparing": ["TextToCheck", "Prepared", "known_references", "prepare"],
        "reference_list": ["ReferenceList", "read_reference_list"],
        "reference_sources": ["Candidates", "ReferenceSource"],
        "snapshot": ["Snapshot"],
    },
)
