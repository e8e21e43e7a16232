"""Papers side by side: columns, cells with their quotes, and where the papers agree."""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.review.comparison.comparing import compared, prepare
    from service.review.comparison.model import Prepared
    from service.review.comparison.table import table_for

__all__ = ["Prepared", "compared", "prepare", "table_for"]

__getattr__ = names_from(
    __name__,
    {
        "comparing": ["compared", "prepare"],
        "model": ["Prepared"],
        "table": ["table_for"],
    },
)
