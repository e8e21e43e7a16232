"""What a request needs a key for: a scope by method and path, nothing by name of a handler."""

from __future__ import annotations

import re
from typing import Final

from service.api.access.keys import Scope

_READING_POSTS: Final = re.compile(
    r"/v1/(search|ask|comparisons|drafts|surveys|checks|render)(/.*)?|/v1/(plans|texts|corrections|responses|chat/completions)|/v1/papers/(find|lookup|export)"
)
_ADMIN: Final = re.compile(r"/metrics|/v1/(usage|keys|evaluations|reindex)(/.*)?")
_OF_WRITERS: Final = re.compile(r"/v1/jobs/[^/]+|/v1/collections/.+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def needed(method: str, path: str) -> Scope | None:
    """The scope that a request needs; `None`: no key at all.

    Pages and their files show nothing of the library: they ask for their content with a key. `/healthz` tells paths and
    addresses, and examines the whole library each time: whoever looks often asks `/readyz`. What is not known is a
    write, and a DELETE is the administrator's, but for jobs and collections, which whoever writes may end.
    So is an address with a line break: the router's `$` passes over one at the end, and would find the route before it.
    """
    if _ADMIN.fullmatch(path) or _CONTROL.search(path):
        return "admin"
    if method in _SAFE and path != "/healthz" and not path.startswith("/v1/"):
        return None
    if method in _SAFE or (method == "POST" and _READING_POSTS.fullmatch(path)):
        return "read"
    if method == "DELETE":
        return "write" if _OF_WRITERS.fullmatch(path) else "admin"
    return "write"


def may_spend(method: str, path: str) -> bool:
    """Whether a request may call a model."""
    return method == "POST" and not path.startswith("/v1/render")
