"""Scores that a language model judges, and how far its verdicts agree with people's.

A judge is asked through `service.llm`'s `Model`, so a scripted, recorded or real model serves alike. What is judged
stands behind marks that are drawn anew for each request; a verdict that can't be read is unscored, never 0.
"""

from __future__ import annotations

from eval.judges.asking import Judge, Verdict
from eval.judges.calibration import Calibration, calibrate
from eval.judges.lexical import LexicalModel
from eval.judges.scores import JUDGED, judge_answer

__all__ = ["JUDGED", "Calibration", "Judge", "LexicalModel", "Verdict", "calibrate", "judge_answer"]
