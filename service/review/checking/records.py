"""The records of a check: `service.records.checks`."""

from service.records.checks import Check, CheckedClaim, CitedWork, Suggestion, Verdict
from service.records.checks import Resolved as Standing

__all__ = ["Check", "CheckedClaim", "CitedWork", "Standing", "Suggestion", "Verdict"]
