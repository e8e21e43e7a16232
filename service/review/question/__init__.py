"""A question as data: decomposed by rules or by a model."""

from service.review.question.model import ExpectedAnswer, Language, Query, SubQuestion

__all__ = ["ExpectedAnswer", "Language", "Query", "SubQuestion"]
