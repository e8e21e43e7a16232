"""A model at a fault server, for the tests here."""

from __future__ import annotations

import random

from fault_server import FaultServer
from pydantic import SecretStr

from service.llm.core.route import Route
from service.llm.providers.concurrency import Lanes
from service.llm.providers.litellm_model import LitellmModel
from service.llm.providers.retry import Backoff

KEY = "sk-canary-4711-do-not-show"


def model_of(server: FaultServer, **route: object) -> LitellmModel:
    """A model at that server, with waits too short to notice."""
    settings: dict[str, object] = {"api_key": SecretStr(KEY), "timeout_s": 60.0} | route
    lanes = settings.pop("lanes", None) or Lanes(at_once=8, waiting=8)
    backoff = Backoff(base_s=0.01, cap_s=0.02, rng=random.Random(1))
    return LitellmModel(Route("openai/m", server.api_base, **settings), lanes=lanes, backoff=backoff)  # type: ignore[arg-type]
