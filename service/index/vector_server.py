"""The meaning index in a Chroma server: the same collection as `service.index.vectors`, reached over HTTP.

Only ids and vectors are sent. Chroma's own client waits and reads without end and follows the proxy variables; here
every call has a limit of time and size, and a server on this machine is reached directly. Imported only where
`LITWEAVE_CHROMA_URL` is set.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx
from chromadb.api.fastapi import FastAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings, System
from chromadb.errors import NotFoundError, RateLimitError, error_types
from chromadb.types import Collection as CollectionModel

from service.errors import IndexDamaged, IndexRefused, IndexUnavailable, LibraryError
from service.index.vectors import BULK_BATCH, HNSW, Vectors, ef_search
from service.llm.core.network_policy import is_loopback
from service.llm.providers.redaction import scrubbed

_TIMEOUT: Final = httpx.Timeout(60.0, connect=3.0)
"""A batch of 5,000 vectors is inserted while its sender waits."""
_LOOK_S: Final = 2.0
_READING_S: Final = 20.0
"""The first question after a restart waits until the server has read its graph."""
_SYNC_THRESHOLD: Final = 2_000
"""Embedded it is 50,000, for a kill while the graph is persisted costs the index. A server is killed less often than a
command, and one that comes back inserts anew what it had not persisted: 22 s for 10,000 vectors, against 0.2 s."""
_MOST_BYTES: Final = 64_000_000
"""Of a reply. The largest that is asked for, some thousand ids with their distances, has less than one."""
_NAMED: Final = 200
_RETRYABLE: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_MAJOR: Final = "1."
"""What servers of this API call themselves: all say 1.0.0, whatever their release."""


class ServerIndex(Vectors):
    """One collection in a server."""

    def __init__(self, server: ChromaServer, model: CollectionModel, *, largest_batch: int) -> None:
        # Typed for `Client`; what it calls is all there in the API itself.
        super().__init__(Collection(client=server.api, model=model, embedding_function=None))
        self._server = server
        self.largest_batch = largest_batch

    def _failures(self) -> AbstractContextManager[None]:
        return self._server.failures()


class ChromaServer:
    """A connection to one server, made at the first call. Safe for many threads."""

    def __init__(self, address: str, *, token: str | None = None) -> None:
        """`address` is `http://host:port`; `token` is sent as a bearer token."""
        self.address = address
        self._token = token
        self._guard = threading.Lock()
        self._system: System | None = None
        self._api: FastAPI | None = None

    @property
    def api(self) -> FastAPI:
        """Chroma's own client of the server's API; asks the server nothing."""
        with self._guard:
            if self._api is None:
                self._system, self._api = self._built()
            return self._api

    def look(self) -> None:
        """Whether there is a server that can be used. Raises `IndexUnavailable`, `IndexRefused`; waits two seconds."""
        with self.failures():
            reply = self._session().get(f"{self.api.get_api_url()}/version", timeout=_LOOK_S)
        try:
            version: object = reply.json()
        except ValueError:
            raise self._no_chroma(reply.status_code) from None
        if not (isinstance(version, str) and version.startswith(_MAJOR)):
            said = self._scrubbed(version)[:40]
            raise IndexRefused(
                f"the Chroma server at {self.address} is of version {said!r}, litweave needs one of 1.x: "
                "start a server of the release that litweave is installed with, or unset LITWEAVE_CHROMA_URL"
            )

    def create(self, name: str, *, expected: int, about: dict[str, str]) -> ServerIndex:
        """A new, empty collection in place of one of that name. `about`: what is written on it for whoever looks.

        Raises `IndexUnavailable`.
        """
        self.look()
        self.delete(name)
        with self.failures():
            model = self.api.create_collection(
                name,
                configuration={"hnsw": {**HNSW, "sync_threshold": _SYNC_THRESHOLD, "ef_search": ef_search(expected)}},
                metadata=cast("dict[str, str | int | float | bool | None]", about),
            )
        return self._index(model)

    def open(self, name: str) -> ServerIndex:
        """The collection of that name. Raises `IndexDamaged` where there is none, `IndexUnavailable`."""
        self.look()
        with self.failures():
            model = self.api.get_collection(name)
        return self._index(model)

    def collections(self, prefix: str) -> dict[str, str | None]:
        """The collections whose names begin so, and the library that is written on each. Raises as `open`."""
        with self.failures():
            found = [model for model in self.api.list_collections() if model.name.startswith(prefix)]
            written = {model.name: (model.metadata or {}).get("library") for model in found}
        return {name: library[:_NAMED] if isinstance(library, str) else None for name, library in written.items()}

    def delete(self, name: str) -> None:
        """Delete a collection; one that is not there is passed over."""
        with self.failures():
            try:
                self.api.delete_collection(name)
            except NotFoundError:
                return

    def close(self) -> None:
        """Let go of the connections. Closing twice is harmless; the next call connects anew."""
        with self._guard:
            api, self._api, system, self._system = self._api, None, self._system, None
        if api is not None and system is not None:
            system.stop()
            api._session.close()

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Turn what Chroma and HTTP raise into errors that name the address and the next step."""
        try:
            yield
        except LibraryError:
            raise
        except httpx.HTTPError as error:
            raise self._away(self._scrubbed(error) or type(error).__name__) from error
        except RateLimitError as error:
            raise self._away(self._scrubbed(error)) from error
        except NotFoundError as error:
            said = f"the Chroma server at {self.address} has lost the vectors ({self._scrubbed(error)})"
            raise IndexDamaged(said) from error
        except Exception as error:  # its client raises whatever a reply of another form makes it fail with
            said = f"the Chroma server at {self.address} fails on its vectors ({self._scrubbed(error)})"
            raise IndexDamaged(said) from error

    def _scrubbed(self, said: object) -> str:
        """What a server says, without the token: it may say that back."""
        return scrubbed(str(said), () if self._token is None else (self._token,))

    def _away(self, why: str) -> IndexUnavailable:
        return IndexUnavailable(
            f"the Chroma server at {self.address} does not answer ({why}): start it, or see that LITWEAVE_CHROMA_URL "
            "is right; nothing is lost, and what it misses is sent when it is back"
        )

    def _no_chroma(self, status: int) -> IndexRefused:
        return IndexRefused(
            f"what answers at {self.address} is no Chroma server that litweave can use (HTTP {status}): correct "
            "LITWEAVE_CHROMA_URL, or unset it to keep the vectors inside litweave"
        )

    def _index(self, model: CollectionModel) -> ServerIndex:
        with self.failures():
            most = int(self.api.get_max_batch_size())
        return ServerIndex(self, model, largest_batch=min(most, BULK_BATCH) if most > 0 else BULK_BATCH)

    def _session(self) -> httpx.Client:
        return self.api._session

    def _built(self) -> tuple[System, FastAPI]:
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        system = System(
            Settings(
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=self.address,
                chroma_server_http_port=urlsplit(self.address).port or 8000,
                chroma_server_headers=headers,
                chroma_client_auth_provider=None,
                anonymized_telemetry=False,
            )
        )
        api = system.instance(FastAPI)
        # Its session has no time limit, and would hand vectors for this machine to a proxy.
        made, api._session = api._session, self._client(api)
        made.close()
        system.start()
        return system, api

    def _client(self, api: FastAPI) -> httpx.Client:
        return _Bounded(
            self,
            headers={**api._session.headers, "Accept-Encoding": "identity"},  # what unpacks has no bound of its own
            timeout=_TIMEOUT,
            limits=api.http_limits,
            trust_env=not is_loopback(self.address),
            follow_redirects=False,  # a redirect would take the token along
            event_hooks={"request": [_hurried]},
        )

    def whole(self, response: httpx.Response, *, until_s: float) -> httpx.Response:
        """A reply that has begun, once it has come; it is one of Chroma's own, whose errors its client reads.

        Raises `IndexRefused` where it is another's or has no end, `IndexUnavailable` where the clock passes `until_s`.
        """
        with closing(response):
            if response.headers.get("content-encoding", "identity") != "identity":
                raise self._no_chroma(response.status_code)
            parts, size = [], 0
            for part in response.iter_raw():
                parts.append(part)
                size += len(part)
                if size > _MOST_BYTES:
                    raise IndexRefused(
                        f"the Chroma server at {self.address} sends more than {_MOST_BYTES:,} bytes in one reply: see "
                        "that LITWEAVE_CHROMA_URL is right, and what runs there"
                    )
                if time.monotonic() > until_s:
                    raise self._away("its reply does not come to an end")
        whole = httpx.Response(
            response.status_code, headers=response.headers, content=b"".join(parts), request=response.request
        )
        self._refuse(whole)
        return whole

    def _refuse(self, response: httpx.Response) -> None:
        if response.is_success or _is_chromas(response):
            return
        status = response.status_code
        if status in (401, 403):
            raise IndexRefused(
                f"the Chroma server at {self.address} refuses the token (HTTP {status}): set LITWEAVE_CHROMA_TOKEN"
            )
        if status in _RETRYABLE:
            raise self._away(f"HTTP {status}")
        raise self._no_chroma(status)


class _Bounded(httpx.Client):
    """Reads no more and no longer than `ChromaServer.whole` does."""

    def __init__(self, server: ChromaServer, **options: Any) -> None:
        super().__init__(**options)
        self._server = server

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """As `httpx.Client.send`; the reply is always whole."""
        del stream
        response = super().send(request, stream=True, **options)
        return self._server.whole(response, until_s=time.monotonic() + request.extensions["timeout"]["read"])


def _hurried(request: httpx.Request) -> None:
    """Somebody waits for what is read; a batch that is added may take longer."""
    if request.url.path.endswith(("/query", "/count", "/get")):
        request.extensions["timeout"] = httpx.Timeout(_READING_S, connect=3.0).as_dict()


def _is_chromas(response: httpx.Response) -> bool:
    try:
        said = response.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error") in error_types
