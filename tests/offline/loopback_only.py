"""An audit hook that stops this process from reaching any machine but itself.

An audit hook sees what a patched `socket.socket` misses: asyncio's own connects, name look-ups, and
libraries that kept a reference from before the patch. It cannot see sockets opened by compiled code
(Rust, C++); `OFFLINE_ENVIRONMENT` turns those off where the library has a switch.
"""

from __future__ import annotations

import ipaddress
import socket
import sys

OFFLINE_ENVIRONMENT = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "TRANSFORMERS_OFFLINE": "1",
}
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")

attempts: list[str] = []
"""What was stopped since the list was last cleared, oldest first; filled even when the error is swallowed."""

_installed = False


class NetworkBlocked(RuntimeError):
    """A test, or a process it started, tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether `host`, a literal address or `localhost`, is this machine. Any other name is not."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


def _target(event: str, arguments: tuple[object, ...]) -> object:
    """The host that an audited call would reach, or None when it reaches none."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        opened, address = arguments[0], arguments[1]
        inet = getattr(opened, "family", None) in (socket.AF_INET, socket.AF_INET6)
        return address[0] if inet and isinstance(address, tuple) else None
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        # Looking up a literal address asks nobody; only its connect, if any, is judged.
        host = arguments[0]
        return None if event != "socket.gethostbyaddr" and _is_address(host) else host
    return None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    host = _target(event, arguments)
    if is_loopback(host):
        return
    attempts.append(f"{event} {host!r}")
    raise NetworkBlocked(f"{event} to {host!r}: tests may reach 127.0.0.0/8, ::1 and localhost only")


def install() -> None:
    """Stop this process from now on; calling it again changes nothing. Audit hooks can't be removed."""
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)
