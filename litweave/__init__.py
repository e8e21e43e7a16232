"""litweave in Python: `from litweave import Library; Library("dir").ask("…")`. Results show themselves in notebooks."""

from litweave.library import Library
from litweave.results import Result

__all__ = ["Library", "Result"]
