"""Whether quotes bear out a sentence: hard facts first, then meaning, by ordered alignment or by a model."""

from service.judge.model import Claim, Judge, Judgement, Label

__all__ = ["Claim", "Judge", "Judgement", "Label"]
