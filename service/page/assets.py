"""The page's own files, under an address that changes with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

_KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All files by name. `digest` covers every one of them: modules that import each other go together."""

    by_name: Mapping[str, Asset]
    digest: str

    @property
    def root(self) -> str:
        """The path under which the files are served."""
        return f"/static/{self.digest}"


def read_assets() -> Assets:
    """The files of `static/`."""
    found = {}
    for entry in sorted(files("service.page").joinpath("static").iterdir(), key=lambda e: e.name):
        kind = _KINDS.get(f".{entry.name.rpartition('.')[2]}")
        if kind is not None:
            found[entry.name] = Asset(entry.read_bytes(), kind)
    digest = hashlib.sha256()
    for name, asset in found.items():
        digest.update(f"{name}\0{len(asset.content)}\0".encode())
        digest.update(asset.content)
    return Assets(found, digest.hexdigest()[:16])
