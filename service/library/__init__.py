"""A library on disk: one owning process, the catalog, its two indexes, and retrieval over them."""

from service.library.amending import Amendment
from service.library.library import Library

__all__ = ["Amendment", "Library"]
