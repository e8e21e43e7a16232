"""Answers to one question: extractive without a model, written and judged with one, or a refusal with leads."""

from service.review.answering.answer import answered
from service.review.answering.prepare import PreparedQuestion, prepare

__all__ = ["PreparedQuestion", "answered", "prepare"]
