"""The core: question -> plan -> evidence -> claims -> gate -> answer."""

from service.review.review import Review

__all__ = ["Review"]
