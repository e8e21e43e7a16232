"""A Zotero library: over the API of the program on this machine, or over that of zotero.org with a key.

Both speak version 3 (https://www.zotero.org/support/dev/web_api/v3/basics). Which items changed is told by the version
of each: an item that was made on this machine and not synchronised yet has version 0, so that asking for all since the
last pull would miss it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.errors import ServiceRefused, ServiceUnavailable, UsageError
from service.readers.json_fields import mapping, text
from service.settings import Settings
from service.sources.addresses import checked_loopback
from service.sources.client import Client, Reply
from service.sources.source import MalformedReply, Request, Site, parsed_json, parsed_object
from service.sources.zotero_items import ZoteroItem, item_of

ITEMS_MAX: Final = 50
"""Of one request by keys."""
_COLLECTIONS: Final = 100
_COLLECTION_PAGES: Final = 200
_DEEPEST: Final = 50
_WEB: Final = Site("zotero", "Zotero", "https://api.zotero.org", interval_s=0.2)
_HEADERS: Final = {"Zotero-API-Version": "3"}
_START_IT: Final = (
    "start Zotero 7 or later and allow other applications to communicate with it (Settings, Advanced), "
    "or use --web with LITWEAVE_ZOTERO_API_KEY"
)


@dataclass(frozen=True, slots=True)
class ZoteroLibrary:
    """One library behind the API. `prefix`: "users/0" on this machine, "users/ID" or "groups/ID"."""

    client: Client
    site: Site
    prefix: str
    headers: Mapping[str, str]

    def versions(self) -> tuple[dict[str, int], int]:
        """The version of every item by its key, and that of the library. Items below others are left out."""

        def read(reply: Reply) -> tuple[dict[str, int], int]:
            found = parsed_object(reply.body)
            versions = {key: version for key, version in found.items() if isinstance(version, int)}
            if len(versions) < len(found):
                raise MalformedReply("it gives an item a version that is no number")
            return versions, _number(reply.headers.get("last-modified-version"))

        return self.client.get(self.site, self._request("items/top", {"format": "versions"}), read)

    def items(self, keys: Sequence[str]) -> list[ZoteroItem]:
        """Up to `ITEMS_MAX` items by their keys; those that are gone by now are left out."""
        wanted = set(keys)

        def read(reply: Reply) -> list[ZoteroItem]:
            found = parsed_json(reply.body)
            if not isinstance(found, list):
                raise MalformedReply("it is no list of items")
            return [item for item in (item_of(parsed, "zotero") for parsed in found) if item.key in wanted]

        parameters = {"itemKey": ",".join(keys), "include": "data", "limit": str(len(keys))}
        return self.client.get(self.site, self._request("items", parameters), read)

    def collections(self) -> dict[str, str]:
        """The name of every collection by its key; one below another as "Outer / Inner"."""
        names: dict[str, tuple[str, str | None]] = {}
        for page in range(_COLLECTION_PAGES):
            parameters = {"limit": str(_COLLECTIONS), "start": str(page * _COLLECTIONS)}
            found = self.client.get(self.site, self._request("collections", parameters), _collections)
            is_new = found.keys() - names.keys()
            names |= found
            if len(found) < _COLLECTIONS or not is_new:
                break
        return {key: _path(key, names) for key in names}

    def _request(self, path: str, parameters: Mapping[str, str]) -> Request:
        return Request(f"/{self.prefix}/{path}", parameters, self.headers)


def open_library(client: Client, settings: Settings, *, web: bool, group: int | None) -> ZoteroLibrary:
    """The library of the user, or of a group. Raises `UsageError` where a key is missing; else as `Client.get`, with
    what to do where Zotero does not run."""
    if web:
        return _web_library(client, settings, group)
    base = checked_loopback(settings.zotero_address, setting="LITWEAVE_ZOTERO_ADDRESS") + "/api"
    site = Site("zotero", "Zotero on this machine", base)
    try:
        client.get(site, Request("/", headers=_HEADERS), lambda _: None)
    except ServiceUnavailable as error:
        raise ServiceUnavailable(f"{error}: {_START_IT}") from error
    except ServiceRefused as error:
        raise ServiceRefused(f"{error}: {_START_IT}", status=error.status) from error
    return ZoteroLibrary(client, site, "users/0" if group is None else f"groups/{group}", _HEADERS)


def _web_library(client: Client, settings: Settings, group: int | None) -> ZoteroLibrary:
    if settings.zotero_api_key is None:
        raise UsageError("--web needs a key: make one at zotero.org/settings/keys and set LITWEAVE_ZOTERO_API_KEY")
    headers = {**_HEADERS, "Zotero-API-Key": settings.zotero_api_key.get_secret_value()}
    if group is not None:
        return ZoteroLibrary(client, _WEB, f"groups/{group}", headers)

    def read(reply: Reply) -> int:
        return _number(str(parsed_object(reply.body).get("userID")))

    return ZoteroLibrary(
        client, _WEB, f"users/{client.get(_WEB, Request('/keys/current', headers=headers), read)}", headers
    )


def _number(value: str | None) -> int:
    if value is None or not value.isdigit():
        raise MalformedReply("a number is missing")
    return int(value)


def _collections(reply: Reply) -> dict[str, tuple[str, str | None]]:
    """Name and parent of each collection by its key."""
    found = parsed_json(reply.body)
    if not isinstance(found, list):
        raise MalformedReply("it is no list of collections")
    names: dict[str, tuple[str, str | None]] = {}
    for parsed in found:
        given = mapping(mapping(parsed).get("data"))
        key, name = text(given.get("key")), text(given.get("name"))
        if key is not None and name is not None:
            names[key] = (name, text(given.get("parentCollection")))
    return names


def _path(key: str, names: Mapping[str, tuple[str, str | None]]) -> str:
    parts: list[str] = []
    at: str | None = key
    while at is not None and at in names and len(parts) < _DEEPEST:
        name, at = names[at]
        parts.append(name)
    return " / ".join(reversed(parts))
