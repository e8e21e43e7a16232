"""Where a fetch stood when it was stopped: a small file for each, in the library's directory."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from service.diskspace import write_atomically
from service.sources.fetching import Place

FOLDER: Final = "fetches"
KEPT: Final = timedelta(days=7)
"""A place that is older is forgotten: what a query finds has changed by then."""


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """The place of one fetch, named by what is asked: the same command finds it again."""

    library: Path
    asked: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file, which need not be there."""
        name = hashlib.sha256(json.dumps(self.asked).encode()).hexdigest()[:16]
        return self.library / FOLDER / f"{name}.json"

    def load(self, now: datetime) -> Place | None:
        """The place, unless there is none, it is damaged, or too old."""
        try:
            stored = json.loads(self.path.read_bytes())
            saved = datetime.fromisoformat(stored["saved"])
            place = Place(str(stored["cursor"]), int(stored["page"]), int(stored["taken"]))
            return place if stored["asked"] == list(self.asked) and now - saved < KEPT else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, place: Place, now: datetime) -> None:
        """Replace the file at once."""
        document = {"asked": list(self.asked), "saved": now.isoformat(), **asdict(place)}
        write_atomically(self.path, json.dumps(document))

    def forget(self) -> None:
        """Remove the file, if there is one."""
        self.path.unlink(missing_ok=True)
