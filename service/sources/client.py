"""One polite HTTP client for all sources: paced by host, with retries, caps of size and time, and checked redirects.

Only GET is sent. Each attempt runs under one deadline, from the name look-up to the last byte of the body, so that a
server that drips cannot hold it. Requests to this machine ignore proxy variables.
"""

from __future__ import annotations

import asyncio
import math
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from service.errors import ServiceRefused, ServiceUnavailable, SourceTooLarge
from service.llm.core.network_policy import is_this_machine
from service.llm.providers.redaction import scrubbed
from service.sources.addresses import checked_loopback, shown, why_not_allowed
from service.sources.source import MalformedReply, Request, Site

T = TypeVar("T")
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_LATER: Final = frozenset((408, 425, 429))
_KEYED: Final = frozenset((401, 403, 429))
_TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
_SECRET_HEADERS: Final = frozenset(("x-api-key", "zotero-api-key", "authorization"))
_SECRET_PARAMETER: Final = "api_key"
_TAG: Final = re.compile(r"<(?:style|script)\b.{0,2000}?</|<[^<>]{0,500}>", re.DOTALL | re.IGNORECASE)
_SAID_CHARS: Final = 200
_MOMENT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request: bytes of the unpacked body, seconds an attempt, attempts, seconds between two."""

    body_bytes: int = 50_000_000
    attempt_s: float = 90.0
    attempts: int = 4
    longest_wait_s: float = 120.0
    backoff_s: float = 1.0
    redirects: int = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply of status 200. Header names are in lower case."""

    body: bytes
    headers: Mapping[str, str]


class Client:
    """Asks sites for replies, one after the other. `requests` counts what was sent, repeats and redirects included."""

    def __init__(
        self,
        *,
        mailto: str | None = None,
        at: str | None = None,
        limits: Limits | None = None,
        waiting: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`at`: a server on this machine that stands for every site, each under a folder named as its host.

        `waiting` hears why and how long a request is about to be waited for, where that is more than a moment.
        """
        self.requests = 0
        self._at = None if at is None else checked_loopback(at, setting="LITWEAVE_SOURCES_AT")
        self._limits = limits or Limits()
        self._waiting, self._sleep, self._clock = waiting, sleep, clock
        self._headers = _contact(mailto)
        self._asked: dict[str, float] = {}
        self._runner = asyncio.Runner()
        self._clients: dict[bool, httpx.AsyncClient] = {}

    def get(self, site: Site, request: Request, read: Callable[[Reply], T]) -> T:
        """What `read` makes of the reply; where it raises `MalformedReply` the request is repeated, as after 429,
        5xx, a lost connection and a timeout.

        Raises `ServiceUnavailable` when it does not come, `ServiceRefused`, `SourceTooLarge`.
        """
        for attempt in self._retrying():
            with attempt:
                reply = self._followed(site, request)
                try:
                    return read(reply)
                except MalformedReply as error:
                    raise ServiceUnavailable(
                        f"{site.name} sent a reply that cannot be read: {error}: try again later"
                    ) from error
        raise AssertionError("tenacity returns or raises")

    def close(self) -> None:
        """Close all connections. Closing twice is harmless."""
        for client in self._clients.values():
            self._runner.run(client.aclose())
        self._clients.clear()
        self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _retrying(self) -> Retrying:
        limits = self._limits
        enough = stop_after_attempt(limits.attempts)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
            doubled = limits.backoff_s * 2 ** (state.attempt_number - 1)
            return float(doubled * random.uniform(0.5, 1.0) if asked is None else asked)

        return Retrying(
            retry=retry_if_exception_type(ServiceUnavailable),
            wait=wait,
            stop=lambda state: enough(state) or state.upcoming_sleep > limits.longest_wait_s,
            sleep=self._sleep,
            before_sleep=self._tell,
            reraise=True,
        )

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if state.upcoming_sleep >= _MOMENT_S:
            self._waiting(f"{error}. Waiting {state.upcoming_sleep:,.0f} s.")

    def _base(self, site: Site) -> str:
        if self._at is None or is_this_machine(urlsplit(site.base).hostname):
            return site.base
        parts = urlsplit(site.base)
        return f"{self._at}/{parts.hostname}{parts.path}"

    def _followed(self, site: Site, request: Request) -> Reply:
        """The reply behind at most `redirects` redirects, each of which must stay with the site."""
        base = self._base(site)
        url = httpx.URL(base + request.path)
        if request.parameters:
            url = url.copy_merge_params(dict(request.parameters))
        headers = {**self._headers, **request.headers}
        for _ in range(self._limits.redirects + 1):
            reason = why_not_allowed(str(url), site, base)
            if reason is not None:
                raise ServiceRefused(f"{site.name} leads to {shown(str(url))}, which is not followed: {reason}")
            self._pace(url.host, site)
            answer = self._sent(site, url, headers)
            if isinstance(answer, Reply):
                self._rest(url.host, site, answer)
                return answer
            if answer.host != url.host:
                headers = {name: value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}
            url = answer
        raise ServiceRefused(f"{site.name} redirects over and over: last to {shown(str(url))}")

    def _pace(self, host: str, site: Site) -> None:
        """Wait until the site's interval since the last request to the host is over; on this machine there is none."""
        if not is_this_machine(host):
            wait = self._asked.get(host, -site.interval_s) + site.interval_s - self._clock()
            if wait > 0:
                self._sleep(wait)
            self._asked[host] = self._clock()
        self.requests += 1

    def _rest(self, host: str, site: Site, reply: Reply) -> None:
        """Keep the longer pause that a good reply may ask for (Zotero's `Backoff`)."""
        asked = asked_wait_s(reply.headers.get("backoff"))
        if asked and not is_this_machine(host):
            self._asked[host] = self._clock() + min(asked, self._limits.longest_wait_s) - site.interval_s

    def _sent(self, site: Site, url: httpx.URL, headers: Mapping[str, str]) -> Reply | httpx.URL:
        """One request: its reply, or where it leads."""
        local = is_this_machine(url.host)
        if local not in self._clients:
            self._clients[local] = httpx.AsyncClient(timeout=_TIMEOUT, trust_env=not local, follow_redirects=False)
        try:
            return self._runner.run(self._exchange(self._clients[local], site, url, headers))
        except TimeoutError as error:
            raise ServiceUnavailable(
                f"{site.name} did not answer in full within {self._limits.attempt_s:g} s: try again later"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = str(error) or type(error).__name__
            raise ServiceUnavailable(f"{site.name} cannot be reached or broke off: {said[:_SAID_CHARS]}") from error

    async def _exchange(
        self, client: httpx.AsyncClient, site: Site, url: httpx.URL, headers: Mapping[str, str]
    ) -> Reply | httpx.URL:
        async with (
            asyncio.timeout(self._limits.attempt_s),
            client.stream("GET", url, headers=dict(headers)) as response,
        ):
            if response.status_code in _REDIRECTS:
                return url.join(response.headers.get("location", ""))
            body = await self._body(site, response)
        if response.status_code == httpx.codes.OK:
            return Reply(body, {name.lower(): value for name, value in response.headers.items()})
        raise _failure(site, response, body)

    async def _body(self, site: Site, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > self._limits.body_bytes:
                raise SourceTooLarge(
                    f"{site.name} sent more than {self._limits.body_bytes:,} bytes in one reply: it is not read"
                )
            parts.append(part)
        return b"".join(parts)


def _contact(mailto: str | None) -> dict[str, str]:
    try:
        name = f"litweave/{version('litweave')}"
    except PackageNotFoundError:
        name = "litweave"
    given = {} if mailto is None else {"From": mailto}
    return {"User-Agent": name if mailto is None else f"{name} (mailto:{mailto})", **given}


def _secrets(request: httpx.Request) -> list[str]:
    """The keys that were sent: a service may say them back (NCBI does), and errors are kept."""
    named = [value for name, value in request.headers.items() if name.lower() in _SECRET_HEADERS]
    return [*named, *request.url.params.get_list(_SECRET_PARAMETER)]


def _failure(site: Site, response: httpx.Response, body: bytes) -> ServiceUnavailable | ServiceRefused:
    """The error of a status other than 200, with what the service says itself."""
    status = response.status_code
    said = " ".join(_TAG.sub(" ", body[:2_000].decode("utf-8", "replace")).split())
    said = scrubbed(said, _secrets(response.request))[:_SAID_CHARS]
    told = f"{site.name} answered {status}{f' ({said})' if said else ''}"
    if site.key_setting is not None and status in _KEYED:
        told += f"; a key in {site.key_setting} raises its limits"
    if status in _LATER or status >= 500:
        wait = asked_wait_s(response.headers.get("retry-after"))
        again = "try again later" if wait is None else f"it asks to wait {wait:,.0f} s"
        return ServiceUnavailable(f"{told}: {again}", retry_after_s=wait)
    return ServiceRefused(f"{told}: check the query, or the key where one is set", status=status)


def asked_wait_s(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or an HTTP date (RFC 9110, section 10.2.3).

    0 for a date that is past; `None` where it is missing or neither.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
