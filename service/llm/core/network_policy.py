"""One environment variable decides how far models may be called: everywhere, on this machine only, or not at all.

`LITWEAVE_MODEL_REQUESTS=none` is what the tests set, in one line that also reaches child processes. It is
read at each call, so no object built earlier escapes it.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Final
from urllib.parse import urlsplit

from service.errors import ModelNotCalled

VARIABLE: Final = "LITWEAVE_MODEL_REQUESTS"


def check_allowed(model: str, api_base: str | None) -> None:
    """Raises `ModelNotCalled` where the switch forbids a request to `api_base` (`None`: the provider's own)."""
    allowed = os.environ.get(VARIABLE, "any")
    if allowed == "any" or (allowed == "loopback" and is_loopback(api_base)):
        return
    raise ModelNotCalled(
        f"{VARIABLE}={allowed!r} keeps {model!r} from being called; unset it, or set it to 'any' "
        "('loopback' lets through an LITWEAVE_API_BASE on this machine)"
    )


def is_loopback(api_base: str | None) -> bool:
    """Whether an address is this machine: 127.0.0.0/8, ::1 or localhost."""
    host = urlsplit(api_base or "").hostname
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
