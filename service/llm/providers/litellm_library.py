"""litellm, imported late and with everything off that talks: telemetry, downloads, `.env` files, logs, callbacks."""

from __future__ import annotations

import functools
import logging
import os
import threading
from typing import Any, Final

from service.llm.core.network_policy import go_directly
from service.llm.providers.redirects import refuse_redirects

# Before the import: else it fetches a price list, reads a `.env` of the working directory, and asks a hub.
_ENVIRONMENT: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "HF_HUB_OFFLINE": "1",
    "LITELLM_LOG": "ERROR",
}
_OFF: Final = {
    "suppress_debug_info": True,
    "turn_off_message_logging": True,
    "cache": None,
    # Embeddings read `max_retries=0` as "not given" (litellm 1.106) and would send each of our requests three times.
    "DEFAULT_MAX_RETRIES": 0,
}
_CALLBACKS: Final = ("callbacks", "input_callback", "success_callback", "failure_callback", "service_callback")
# httpx logs each URL, which for some providers holds the key.
_LOGGERS: Final = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "httpcore", "openai")
_importing = threading.Lock()


def litellm() -> Any:
    """The module. The first call takes seconds."""
    with _importing:
        return _imported()


@functools.cache
def _imported() -> Any:
    os.environ.update(_ENVIRONMENT)
    go_directly()
    import litellm as module

    for name, value in _OFF.items():
        setattr(module, name, value)
    for name in _CALLBACKS:
        setattr(module, name, [])
    refuse_redirects()
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL if name.startswith("LiteLLM") else logging.WARNING)
    return module
