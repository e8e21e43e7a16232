"""Papers side by side: columns, cells with their quotes, and where the papers agree."""

from service.review.comparison.comparing import compared, prepare
from service.review.comparison.model import Prepared
from service.review.comparison.table import table_for

__all__ = ["Prepared", "compared", "prepare", "table_for"]
