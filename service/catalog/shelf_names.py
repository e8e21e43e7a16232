"""Names of collections and tags: what they may be, and the key by which two of them are the same."""

from __future__ import annotations

import unicodedata

from service.errors import UsageError
from service.limits import NAME_CHARS


def name_key(name: str) -> str:
    """Names of one key are the same name: case, white space and the way an accent is written make no difference."""
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())


def valid_name(given: str, what: str) -> str:
    """The name of a collection or tag (`what`), white space folded. Raises `UsageError` for one that cannot be used.

    No slash and not dots alone: a name is a part of an address over HTTP.
    """
    name = unicodedata.normalize("NFC", " ".join(given.split()))
    if not name:
        raise UsageError(f"the name of a {what} is empty; give it at least one character", field="name")
    if len(name) > NAME_CHARS:
        raise UsageError(f"the name of a {what} has {len(name)} characters, the limit is {NAME_CHARS}: {name[:40]!r}…")
    if "/" in name or not name.isprintable() or not name.strip("."):
        raise UsageError(f"{name!r} cannot name a {what}: no slash, control characters or dots alone", field="name")
    return name
