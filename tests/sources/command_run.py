"""A command line over one real library, with a server on loopback that stands for all services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reply_server import Answer, ReplyServer

from service.cli import main


class Run:
    """Runs commands on one library with one server that stands for all services."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.library, self._capsys, self._patch = folder / "library", capsys, patch
        self.servers: list[ReplyServer] = []

    def serve(self, answers: dict[str, list[Answer]]) -> ReplyServer:
        """From now on this server answers."""
        self.servers.append(ReplyServer(answers))
        self._patch.setenv("LITWEAVE_SOURCES_AT", self.servers[-1].address)
        return self.servers[-1]

    def __call__(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        """Exit code, JSON document and stderr."""
        self._capsys.readouterr()
        code = main(["--library", str(self.library), *arguments, "--json"])
        streams = self._capsys.readouterr()
        return code, json.loads(streams.out), streams.err

    def plain(self, *arguments: str) -> tuple[int, str, str]:
        """As a person sees it."""
        self._capsys.readouterr()
        code = main(["--library", str(self.library), *arguments])
        streams = self._capsys.readouterr()
        return code, streams.out, streams.err

    def titles(self) -> list[str]:
        """What the library holds."""
        export = self.plain("export", "--format", "csl-json")[1]
        return [item["title"] for item in json.loads(export)]

    def places(self) -> list[Path]:
        """The places that stopped fetches left."""
        return sorted(self.library.glob("fetches/*"))
