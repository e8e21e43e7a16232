"""Checking a user's own text: each sentence against what it cites, and what the corpus has for it."""

from service.review.checking.check import check
from service.review.checking.records import Check, CheckedClaim, CitedWork, Suggestion

__all__ = ["Check", "CheckedClaim", "CitedWork", "Suggestion", "check"]
