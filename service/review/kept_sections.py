"""Finished sections of surveys on disk, so that one that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from service.records import Dropped, Sentence


@dataclass(frozen=True, slots=True)
class SectionDone:
    """A finished section: its paragraphs before labels, what was left out, and who composed it."""

    paragraphs: tuple[tuple[Sentence, ...], ...]
    dropped: tuple[Dropped, ...]
    composer: str


_FORM = TypeAdapter(SectionDone)


class KeptSections:
    """One file a section, named by its key, under the library's directory."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        """Without `resume` nothing that was kept is used."""
        self._folder = folder
        self._resume = resume

    def get(self, key: str) -> SectionDone | None:
        """The section kept under a key, or `None`, also where its file is damaged."""
        path = self._folder / f"{key}.json"
        if not self._resume or not path.is_file():
            return None
        try:
            return _FORM.validate_json(path.read_bytes())
        except ValidationError:
            return None

    def put(self, key: str, done: SectionDone) -> None:
        """Keep a section; a process killed meanwhile leaves the old file or none."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        new = self._folder / f"{key}.{os.getpid()}.new"
        new.write_text(json.dumps(asdict(done)), encoding="utf-8")
        new.replace(self._folder / f"{key}.json")
