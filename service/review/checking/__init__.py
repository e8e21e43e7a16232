"""Checking a user's own text: each sentence judged by what it cites, or named as not judged, with why."""

from service.review.checking.judging import checked
from service.review.checking.preparing import CheckRequest, Prepared, prepare

__all__ = ["CheckRequest", "Prepared", "checked", "prepare"]
