"""API keys as records. A key is shown once; what is kept is the SHA-256 of its 32 random bytes' text.

A fast hash will do: unlike a password, 256 random bits cannot be guessed, whatever a guess costs.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias, get_args

from service.errors import UsageError

Scope: TypeAlias = Literal["read", "write", "admin"]
"""Each may do what those before it may."""
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
BOOTSTRAP: Final = "environment"
"""The id of the key that LITWEAVE_SERVICE_KEY holds."""
BOOTSTRAP_MIN_CHARS: Final = 32
_TOKEN: Final = re.compile(r"lw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NAME: Final = re.compile(r"[\w.@+-][\w .@+-]{0,59}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the service. Times are ISO 8601 in UTC. `per_minute`, `usd_per_day`: `None`: no limit.

    `expires`: from when on it no longer holds; set by a revocation, or by a rotation that lets the old one go on.
    """

    id: str
    name: str
    scope: Scope
    digest: str = field(repr=False)
    created: str
    per_minute: int | None = None
    usd_per_day: float | None = None
    expires: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the key is in force at that time."""
        return self.expires is None or now < datetime.fromisoformat(self.expires)

    def may(self, needed: Scope) -> bool:
        """Whether its scope covers the needed one."""
        return SCOPES.index(self.scope) >= SCOPES.index(needed)

    def opens(self, token: str) -> bool:
        """Whether the token is this key's; takes as long for a wrong one as for the right one."""
        return hmac.compare_digest(digest_of(token), self.digest)

    def as_document(self) -> dict[str, Any]:
        """What may be shown of it: everything but the digest."""
        return {
            "id": self.id,
            "name": self.name,
            "scope": self.scope,
            "created": self.created,
            "per_minute": self.per_minute,
            "usd_per_day": self.usd_per_day,
            "expires": self.expires,
        }


def new_key(
    name: str, scope: Scope, *, per_minute: int | None = None, usd_per_day: float | None = None
) -> tuple[ApiKey, str]:
    """A key and its token, which nothing else holds. Raises `UsageError` for a name that is none."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a key: up to 60 letters, digits, spaces and . _ @ + - will do")
    key_id = secrets.token_hex(6)
    token = f"lw_{key_id}_{secrets.token_urlsafe(32)}"
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return ApiKey(key_id, name, scope, digest_of(token), created, per_minute, usd_per_day), token


def bootstrap_key(token: str) -> ApiKey:
    """The administrator's key of the environment. Raises `UsageError` for one that could be guessed."""
    if len(token) < BOOTSTRAP_MIN_CHARS or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            f"LITWEAVE_SERVICE_KEY has to be at least {BOOTSTRAP_MIN_CHARS} characters of ASCII without spaces, "
            "e.g. from `openssl rand -hex 32`"
        )
    return ApiKey(BOOTSTRAP, "LITWEAVE_SERVICE_KEY", "admin", digest_of(token), "")


def key_id_of(token: str) -> str | None:
    """The public part of a token; `None` where it has not the form of one."""
    match = _TOKEN.fullmatch(token)
    return None if match is None else match[1]


def token_of(authorization: str | None, x_api_key: str | None) -> str | None:
    """The token of a request's headers, `Authorization: Bearer` before `X-API-Key`; `None` where it has none."""
    scheme, _, rest = (authorization or "").strip().partition(" ")
    if scheme.lower() == "bearer" and rest.strip():
        return rest.strip()
    return (x_api_key or "").strip() or None


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
