"""One environment variable decides how far models may be called: everywhere, on this machine only, or not at all.

And no proxy for this machine: with `HTTP_PROXY` set, a client would hand abstracts and key of a local model to it.
Every client that litellm makes, whichever library it is of, reads `NO_PROXY`; so that is where it is said.

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
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_VARIABLES: Final = ("no_proxy", "NO_PROXY")
"""Where both are set, the first is read."""


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
    """Whether an address is on this machine."""
    return is_this_machine(urlsplit(api_base or "").hostname)


def is_this_machine(host: str | None) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1 or localhost."""
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def go_directly(api_base: str | None = None) -> None:
    """From now on clients of this process reach this machine directly, by the name in `api_base` too."""
    host = urlsplit(api_base or "").hostname
    names = [*_HERE, host] if host is not None and is_loopback(api_base) else _HERE
    value = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    listed = [one.strip() for one in value.split(",") if one.strip()]
    if "*" not in listed:
        listed += [name for name in names if name not in listed]
        os.environ.update(dict.fromkeys(_VARIABLES, ",".join(listed)))
