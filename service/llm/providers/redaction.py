"""Provider texts without secrets: an error may echo the key it was sent."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Final

_MAX_CHARS: Final = 300
_LEAST_SECRET: Final = 6
_SHAPES = re.compile(
    r"(?i)\bbearer\s+\S+"
    r"|\b(?:sk|pk|rk|gsk|xai|key|hf|r8|AIza)[-_][A-Za-z0-9_\-*.]{6,}"
    r"|\bAIza[A-Za-z0-9_\-]{10,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|(?<=[?&]key=)[^&\s]+|(?<=api[_-]key=)[^&\s]+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def scrubbed(text: str, secrets: Iterable[str] = ()) -> str:
    """At most 300 characters of a provider's text, on one line, with everything that looks like a key as `***`.

    `secrets` are removed wherever they stand, and so is the value of every environment variable named like one.
    """
    named = [v for n, v in os.environ.items() if n.upper().endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD"))]
    for secret in sorted({*secrets, *named}, key=len, reverse=True):
        if len(secret) >= _LEAST_SECRET:
            text = text.replace(secret, "***")
    text = _CONTROL.sub(" ", _SHAPES.sub("***", text)).strip()
    return text if len(text) <= _MAX_CHARS else text[: _MAX_CHARS - 1] + "…"
