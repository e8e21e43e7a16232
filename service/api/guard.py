"""The ASGI guard before every route: who may call, and how much they may send.

A service on loopback is reachable by every page in the user's browser. DNS rebinding points a public name
at 127.0.0.1: such a request carries that name in `Host`. A form on a foreign page posts without asking
first (CORS does not stop a "simple" request): such a request carries a foreign `Origin`, and in today's browsers
`Sec-Fetch-Site`, which says "same-site" of another port of this machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.bodies import SHORTER, limited, too_large
from service.error_documents import failure

_OWN_PAGES = frozenset({"same-origin", "none"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_WORKING = ("/v1/", "/healthz", "/metrics")
"""What another site's page may not even ask for: it could not read the answer, but have it made over and over."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Refuses foreign hosts and origins (400, 403) and bodies over the limit of their path (413).

    `hosts`: the only names and addresses to answer to. `None`: addresses and names without a dot
    (`localhost`, a container's name), which no public DNS can point here.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str] | None, body_limits: dict[str, int], body_limit: int
    ) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(host.lower() for host in hosts)
        self._body_limits = body_limits
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._body_limits.get(scope["path"], self._body_limit)
        refusal = self._refusal(scope["method"], scope["path"], headers, limit)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, limited(receive, limit), send)

    def _refusal(self, method: str, path: str, headers: Headers, limit: int) -> JSONResponse | None:
        host = headers.get("host", "")
        if not self._knows(host_name(host)):
            return _error(400, "UnknownHost", f"this service does not answer to the host {host[:200]!r}")
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site", "none").lower()
        foreign = origin is not None and _authority(origin) != host.lower()
        opens_a_page = method in _READING and not path.startswith(_WORKING)
        if foreign or (site not in _OWN_PAGES and not opens_a_page):
            return _error(403, "ForeignOrigin", "requests from pages of other sites are refused")
        length = headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and int(length) > limit:
            return JSONResponse(failure("SourceTooLarge", too_large(limit), field="body", then=SHORTER), 413)
        return None

    def _knows(self, name: str) -> bool:
        if self._hosts is not None:
            return name in self._hosts
        return bool(name) and ("." not in name or _is_address(name))


def host_name(host: str) -> str:
    """`localhost:8765` -> `localhost`, `[::1]:8765` -> `::1`; empty where it is no host."""
    return _authority(f"//{host}", port=False)


def _authority(url: str, *, port: bool = True) -> str:
    """Host and port (or the bare name) of a URL, in lower case; empty where there is none."""
    try:
        parts = urlsplit(url)
        if port:
            return parts.netloc.lower()
        if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            return ""
        return (parts.hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _error(status: int, kind: str, message: str) -> JSONResponse:
    return JSONResponse(failure(kind, message), status)
