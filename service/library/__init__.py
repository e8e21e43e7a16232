"""A library on disk: one owning process, the catalog, its two indexes, and retrieval over them."""

from service.library.library import Library
from service.library.paper_reading import Amendment

__all__ = ["Amendment", "Library"]
