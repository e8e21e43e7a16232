"""Checking a user's own text: each sentence judged by what it cites, or named as not judged, with why."""

from service.review.checking.judging import checked
from service.review.checking.preparing import CheckRequest, Prepared, prepare
from service.review.checking.reference_list import ReferenceList, read_reference_list

__all__ = ["CheckRequest", "Prepared", "ReferenceList", "checked", "prepare", "read_reference_list"]
