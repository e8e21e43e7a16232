"""A server whose core prints, writes to descriptor 1 and runs a program that prints, on every call."""

from __future__ import annotations

import os
import subprocess
import sys

from scripted_review import ScriptedReview

from service.mcp.server import build_server
from service.mcp.transports import serve_stdio
from service.records import SearchResult
from service.requests import SearchRequest


class Noisy(ScriptedReview):
    def search(self, request: SearchRequest) -> SearchResult:
        sys.stdout.write("printed, not flushed\n")
        os.write(1, b"written\n")
        subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)
        return super().search(request)

    def release(self) -> None:
        sys.stdout.write("released\n")


serve_stdio(build_server(lambda _create: Noisy(), allow_import=False))
