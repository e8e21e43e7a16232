"""The core: question -> query -> evidence -> claims -> judgement -> answer, comparison, draft, survey or check."""

from service.review.review import Review

__all__ = ["Review"]
