"""Finished paragraphs of surveys and their plans on disk, so that a survey that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from service.review.drafting.model import Paragraph
from service.review.drafting.outline import Outline

T = TypeVar("T", Paragraph, Outline)


class KeptSections:
    """One file a paragraph or plan, named by its key, under the library's directory."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        """Without `resume` nothing that was kept is used."""
        self._folder = folder
        self._resume = resume

    def get(self, key: str, form: type[T]) -> T | None:
        """What is kept under a key, or `None`, also where its file is damaged."""
        path = self._folder / f"{key}.json"
        if not self._resume or not path.is_file():
            return None
        try:
            return TypeAdapter(form).validate_json(path.read_bytes())
        except ValidationError:
            return None

    def keep(self, key: str, made: Paragraph | Outline) -> None:
        """Keep a paragraph or a plan; a process killed meanwhile leaves the old file or none."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / f"{key}.{os.getpid()}.new"
        new.write_bytes(TypeAdapter(type(made)).dump_json(made))
        new.replace(self._folder / f"{key}.json")


def key_of(*parts: object) -> str:
    """What something kept has to have in common with what is to be made anew, as one short name."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode("ascii")).hexdigest()[:32]
