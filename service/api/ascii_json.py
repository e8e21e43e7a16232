"""The JSON that the API answers with."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import Response


class AsciiJSON(Response):
    """JSON in ASCII: a lone surrogate in a paper's text is then still a valid response."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")
