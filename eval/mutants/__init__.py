"""Seeded corruptions of recorded answers, to know what the scores can see: kill rate, and false alarms on controls."""

from __future__ import annotations

from eval.mutants.mutations import MUTATIONS, Mutation
from eval.mutants.run import Tally, mutate_run, tallies

__all__ = ["MUTATIONS", "Mutation", "Tally", "mutate_run", "tallies"]
