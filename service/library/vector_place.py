"""Where the settings put the meaning index of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.catalog import Catalog, Fingerprint
from service.index.vector_places import OnServer, OwnDirectory, VectorPlace
from service.settings import Settings

if TYPE_CHECKING:
    from service.index.vector_server import ChromaServer


def vector_place(settings: Settings, catalog: Catalog, made_with: Fingerprint, *, lock: int | None) -> VectorPlace:
    """A Chroma server where one is named, else a directory of the library. Asks the server nothing as yet."""
    if settings.chroma_url is None:
        return OwnDirectory(settings.library, made_with.model, catalog, lock)
    folder = settings.library.resolve().name
    return OnServer(chroma_server(settings), catalog.identity.name(), folder, str(made_with), catalog)


def chroma_server(settings: Settings) -> ChromaServer:
    """The server that is named, not asked anything as yet."""
    from service.index.vector_server import ChromaServer  # costs seconds, and few need it

    assert settings.chroma_url is not None
    token = None if settings.chroma_token is None else settings.chroma_token.get_secret_value()
    return ChromaServer(settings.chroma_url, token=token)
