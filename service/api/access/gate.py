"""The ASGI layer that asks for a key: 401 without one, 403 beyond its scope, 429 over its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.access import scopes
from service.api.access.keyring import Keyring
from service.api.access.keys import ApiKey, token_of
from service.api.access.rates import Rates
from service.error_documents import error_document, failure, until_midnight_s
from service.errors import LibraryError
from service.llm import Ledger, Payer, paying

KEY: str = "litweave.key"
"""Where the ASGI scope holds the id of the request's key."""
_SCOPE: str = "litweave.scope"


def confined_to(scope: Scope) -> str | None:
    """The id of the only key whose jobs the request may see; `None`: it may see all, as an administrator's may."""
    return None if scope.get(_SCOPE) == "admin" else scope.get(KEY)


@dataclass(frozen=True, slots=True)
class Access:
    """`required`: no request but those for pages without a key. `ledger` knows what each key has spent today."""

    keyring: Keyring
    required: bool
    ledger: Ledger | None = None
    rates: Rates = field(default_factory=Rates)

    def payer_of(self, key_id: str) -> Payer | None:
        """Who pays for what that key asked for; `None` where it is no longer in force. Raises `LibraryError`."""
        found = next((key for key in self.keyring.in_force() if key.id == key_id), None)
        return None if found is None else Payer(found.id, found.usd_per_day)


class KeyGate:
    """Lets through what its key allows.

    One that is given has to be right, also where none is required; a service that never had keys takes whatever a
    client is made to send.
    """

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        token, needed = token_of(headers.get("authorization"), headers.get("x-api-key")), scopes.needed(method, path)
        try:
            free = needed is None or self._asks_for_none(token)
            key = None if free or token is None else self._access.keyring.opened_by(token)
        except LibraryError as error:
            await JSONResponse(error_document(error), 503)(scope, receive, send)
            return
        if needed is None or free:
            await self._app(scope, receive, send)
            return
        if key is None:
            await _unknown(given=token is not None)(scope, receive, send)
            return
        scope[KEY], scope[_SCOPE] = key.id, key.scope
        refusal = None if key.may(needed) else _beyond(key, needed)
        refusal = refusal or await self._over_its_limits(key, method, path)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        with paying(Payer(key.id, key.usd_per_day)):
            await self._app(scope, receive, send)

    def _asks_for_none(self, token: str | None) -> bool:
        return not self._access.required and (token is None or self._access.keyring.is_empty())

    async def _over_its_limits(self, key: ApiKey, method: str, path: str) -> JSONResponse | None:
        if key.per_minute is not None and (wait := self._access.rates.wait_s(key.id, key.per_minute)):
            return _later(f"the key {key.name!r} may send {key.per_minute} requests a minute", wait)
        ledger = self._access.ledger
        if key.usd_per_day is None or ledger is None or not scopes.may_spend(method, path):
            return None
        if await run_in_threadpool(_spent, ledger, key) < key.usd_per_day:
            return None
        told = f"the {key.usd_per_day} USD a day of the key {key.name!r} are spent; the day ends at midnight UTC"
        return _later(told, until_midnight_s())


def _spent(ledger: Ledger, key: ApiKey) -> float:
    try:
        return ledger.spent_today(key.id)
    except LibraryError:
        return 0.0  # each call of a model is booked again, and refused where that cannot be done


def _unknown(*, given: bool) -> JSONResponse:
    told = "the API key is not known, or no longer in force" if given else "this service asks for an API key"
    then = "send it as `Authorization: Bearer KEY`; `litweave keys create NAME` on the server makes one"
    challenge = 'Bearer realm="litweave"' + (', error="invalid_token"' if given else "")
    return JSONResponse(failure("KeyNeeded", told, then=then), 401, headers={"WWW-Authenticate": challenge})


def _beyond(key: ApiKey, needed: str) -> JSONResponse:
    told = f"this needs a key with the scope {needed!r}; that of {key.name!r} is {key.scope!r}"
    challenge = f'Bearer realm="litweave", error="insufficient_scope", scope="{needed}"'
    then = f"ask whoever runs the service for a key with --scope {needed}"
    return JSONResponse(failure("ScopeNeeded", told, then=then), 403, headers={"WWW-Authenticate": challenge})


def _later(told: str, wait_s: int) -> JSONResponse:
    then = f"send the request again in {wait_s} s"
    return JSONResponse(
        failure("OverLimit", told, retryable=True, then=then), 429, headers={"Retry-After": str(wait_s)}
    )
