"""What a call returns: the core's record, its JSON document, and how it shows itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from service.records.texts import Documented

if TYPE_CHECKING:
    from service.render.shown import Shown


R = TypeVar("R", bound=Documented, covariant=True)


@dataclass(frozen=True, slots=True, repr=False)
class Result(Generic[R]):
    """`record` is typed; `document` is what `--json`, the HTTP API and the agent's tools return for the same request.

    `str()` gives the text of the command; a notebook shows the page with its quotes, or Markdown.
    """

    record: R

    @property
    def document(self) -> dict[str, Any]:
        return self.record.as_document()

    def __str__(self) -> str:
        return self._shown().text

    def __repr__(self) -> str:
        return f"<litweave {type(self.record).__name__}>\n{self}"

    def _repr_markdown_(self) -> str:
        return self._shown().markdown

    def _repr_html_(self) -> str:
        return self._shown().html

    def _shown(self) -> Shown:
        from service.render.shown import shown

        return shown(self.record)
