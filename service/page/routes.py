"""The routes of the page: a shell for each section, and the files that the shells name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import Response

from service.page.assets import Assets, read_assets
from service.page.shells import MISSING, PAPER, PLACES, SAFE, Place, Shells
from service.sample import papers_path

_A_YEAR: Final = "public, max-age=31536000, immutable"


def add_page(app: FastAPI) -> Callable[[Request], Response | None]:
    """Add the page to the app.

    Returns what answers a request for an address that is not there: a page where a browser goes to one, else `None`.
    """
    assets = read_assets()
    shells = Shells(assets)
    for place in (*PLACES, PAPER):
        _add_shell(app, place, shells)
    _add_files(app, assets)
    return lambda request: shells.shell(MISSING, request, 404) if _goes_to_a_page(request) else None


def _goes_to_a_page(request: Request) -> bool:
    shown = "text/html" in request.headers.get("accept", "")
    return shown and request.method == "GET" and request.url.path.split("/")[1] != "v1"


def _add_shell(app: FastAPI, place: Place, shells: Shells) -> None:
    def shell(request: Request) -> Response:
        return shells.shell(place, request)

    app.add_api_route(place.path, shell, methods=["GET"], include_in_schema=False)


def _add_files(app: FastAPI, assets: Assets) -> None:
    @app.get("/static/{digest}/{name}", include_in_schema=False)
    def file(digest: str, name: str) -> Response:
        asset = assets.by_name.get(name) if digest == assets.digest else None
        if asset is None:
            return Response(status_code=404, headers=SAFE)
        return Response(asset.content, media_type=asset.media_type, headers={**SAFE, "Cache-Control": _A_YEAR})

    @app.get("/sample.jsonl", include_in_schema=False)
    def sample() -> Response:
        headers = {**SAFE, "Cache-Control": "no-cache"}
        return Response(papers_path().read_bytes(), media_type="application/x-ndjson", headers=headers)
