"""Finished paragraphs of surveys and their plans on disk, so that a survey that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from service.records import Paper
from service.review.drafting.model import Paragraph
from service.review.drafting.outline import Outline
from service.review.drafting.outline_file import BadPlan, read_outline

_FORM = TypeAdapter(Paragraph)


class KeptSections:
    """One file a paragraph or plan, named by its key, under the library's directory."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        """Without `resume` nothing that was kept is used."""
        self._folder = folder
        self._resume = resume

    def paragraph(self, key: str) -> Paragraph | None:
        """The paragraph kept under a key, or `None`, also where its file is damaged."""
        try:
            text = self._read(key)
            return None if text is None else _FORM.validate_json(text)
        except ValidationError:
            return None

    def plan(self, key: str, papers: Mapping[str, Paper]) -> Outline | None:
        """The plan kept under a key, or `None`."""
        try:
            text = self._read(key)
            return None if text is None else read_outline(text, papers.get, topic="")
        except BadPlan:
            return None

    def keep(self, key: str, made: Paragraph | Outline) -> None:
        """Keep a paragraph or a plan; a process killed meanwhile leaves the old file or none."""
        text = json.dumps(made.as_document()) if isinstance(made, Outline) else _FORM.dump_json(made).decode()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / f"{key}.{os.getpid()}.new"
        new.write_text(text, encoding="utf-8")
        new.replace(self._folder / f"{key}.json")

    def _read(self, key: str) -> str | None:
        path = self._folder / f"{key}.json"
        return path.read_text(encoding="utf-8", errors="replace") if self._resume and path.is_file() else None


def key_of(*parts: object) -> str:
    """What something kept has to have in common with what is to be made anew, as one short name."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode("ascii")).hexdigest()[:32]
