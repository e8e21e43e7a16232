"""No proxy for this machine: with `HTTP_PROXY` set, a client would hand abstracts and key of a local model to it.

Every client that litellm makes, whichever library it is of, reads `NO_PROXY`; so that is where it is said.
"""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from service.llm.core.network_policy import is_loopback

_HERE: Final = ("localhost", "127.0.0.1", "::1")
_VARIABLES: Final = ("no_proxy", "NO_PROXY")
"""Where both are set, the first is read."""


def go_directly(api_base: str | None = None) -> None:
    """From now on clients of this process reach this machine directly, by the name in `api_base` too."""
    host = urlsplit(api_base or "").hostname
    names = [*_HERE, host] if host is not None and is_loopback(api_base) else _HERE
    value = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    listed = [one.strip() for one in value.split(",") if one.strip()]
    if "*" not in listed:
        listed += [name for name in names if name not in listed]
        os.environ.update(dict.fromkeys(_VARIABLES, ",".join(listed)))
