"""Where the settings put the meaning index of a library."""

from __future__ import annotations

from service.catalog import Catalog, Fingerprint
from service.index.vector_places import OnServer, OwnDirectory, VectorPlace
from service.settings import Settings


def vector_place(settings: Settings, catalog: Catalog, made_with: Fingerprint, *, lock: int | None) -> VectorPlace:
    """A Chroma server where one is named, else a directory of the library. Asks the server nothing as yet."""
    if settings.chroma_url is None:
        return OwnDirectory(settings.library, made_with.model, catalog, lock)
    from service.index.vector_server import ChromaServer  # costs seconds, and few need it

    token = None if settings.chroma_token is None else settings.chroma_token.get_secret_value()
    server = ChromaServer(settings.chroma_url, token=token)
    return OnServer(server, catalog.identity.name(), str(made_with), catalog)
