"""Checking a user's own text: each sentence judged by what it cites, or named as not judged, with why."""

from service.records.checks import Check, CheckedClaim, CitedWork, Suggestion, Unjudged
from service.review.checking.judging import checked
from service.review.checking.preparing import CheckRequest, Prepared, prepare

__all__ = [
    "Check",
    "CheckRequest",
    "CheckedClaim",
    "CitedWork",
    "Prepared",
    "Suggestion",
    "Unjudged",
    "checked",
    "prepare",
]
