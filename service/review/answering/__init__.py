"""Answers to one question: extractive without a model, written and judged with one, or a refusal with leads."""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.review.answering.answer import answered
    from service.review.answering.preparing import PreparedQuestion, prepare

__all__ = ["PreparedQuestion", "answered", "prepare"]

__getattr__ = names_from(
    __name__,
    {
        "answer": ["answered"],
        "preparing": ["PreparedQuestion", "prepare"],
    },
)
