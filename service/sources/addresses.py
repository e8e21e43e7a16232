"""Which addresses a site may be asked at: its own over https, or this machine where the site is set to be there."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

from service.errors import UsageError
from service.llm.core.network_policy import is_this_machine
from service.sources.source import Site

_HTTPS_PORTS: Final = (None, 443)


def checked_loopback(address: str, *, setting: str) -> str:
    """The address without a trailing slash. Raises `UsageError` for one that is not on this machine."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or not is_this_machine(parts.hostname):
        raise UsageError(
            f"{setting} must be an address on this machine, such as http://127.0.0.1:8000; not {address!r}"
        )
    return address.rstrip("/")


def why_not_allowed(url: str, site: Site, base: str) -> str | None:
    """Why `url` may not be asked for in the name of a site at `base`; `None` where it may.

    At a base on this machine only that server is asked. Elsewhere only the hosts of the site, over https.
    """
    parts, own = _split(url), _split(base)
    if parts is None or own is None or parts.hostname is None:
        return "it is no web address"
    if parts.username is not None or parts.password is not None:
        return "it holds a user name"
    if is_this_machine(own.hostname):
        same = (parts.scheme, parts.hostname, parts.port) == (own.scheme, own.hostname, own.port)
        return None if same else "it is another server than the one that is set"
    if parts.scheme != "https":
        return "it is not https"
    if parts.hostname not in (own.hostname, *site.hosts) or parts.port not in _HTTPS_PORTS:
        return f"it is no host of {site.name}"
    return None


def shown(url: str) -> str:
    """An address as messages show it: without parameters, which may hold a key."""
    parts = _split(url)
    return url.partition("?")[0][:200] if parts is None else f"{parts.scheme}://{parts.netloc}{parts.path}"[:200]


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for a port that is no number
    except ValueError:
        return None
    return parts
