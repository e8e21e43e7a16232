"""The id of a paper in an address: it may hold slashes, as a DOI does, and is none of the addresses beside it."""

from __future__ import annotations

from typing import Final

from starlette.convertors import Convertor, register_url_convertor

PAPER_ID: Final = "{paper_id:paper}"


class PaperId(Convertor[str]):
    """Everything but what is an address of its own under /v1/papers."""

    regex = r"(?!(?:export|merge|merges|merges/possible)$)(?!.*/split$).+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("paper", PaperId())
