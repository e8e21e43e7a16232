"""Where a model is: its litellm name, its address, its key, and how long one call may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Route:
    """One model at one address. The key is a `SecretStr`, so no repr shows it."""

    model: str
    api_base: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float = 60.0
    json: Literal["auto", "schema", "off"] = "auto"
    price_in: float | None = None
    price_out: float | None = None

    @property
    def provider(self) -> str:
        """`openai` of `openai/gpt-…`; litellm takes a bare name for one of OpenAI's."""
        return self.model.partition("/")[0] if "/" in self.model else "openai"

    @property
    def lane(self) -> str:
        """What shares one limit on calls at once."""
        return f"{self.provider} {self.api_base or ''}".strip()

    def key_to_send(self) -> str | None:
        """The key for the request; `None` lets litellm take the provider's own variable.

        A server at a stated address is never sent a key that was meant for the provider's usual one.
        """
        if self.api_key is not None:
            return self.api_key.get_secret_value()
        return "none" if self.api_base is not None else None

    def secrets(self) -> tuple[str, ...]:
        """What must not appear in any message."""
        return (self.api_key.get_secret_value(),) if self.api_key is not None else ()


def routes(settings: Settings) -> tuple[Route, ...]:
    """The model of the settings and its fallbacks, in order; empty where none is set.

    Address, key and prices belong to the first model's provider: a fallback of another provider is called at
    its usual address with its own variable (`ANTHROPIC_API_KEY`, …), so no key reaches a stranger.
    """
    if not settings.model:
        return ()
    first = _first(settings, settings.model)
    return (first, *(_beside(first, name, settings) for name in settings.model_fallbacks))


def judge_route(settings: Settings) -> Route | None:
    """The model that judges, where the settings name one: reached as a fallback, or as the model where none writes."""
    if not settings.judge_model:
        return None
    if not settings.model:
        return _first(settings, settings.judge_model)
    return _beside(_first(settings, settings.model), settings.judge_model, settings)


def _first(settings: Settings, name: str) -> Route:
    return Route(
        name,
        settings.api_base,
        settings.api_key,
        settings.model_timeout_s,
        settings.model_json,
        settings.model_price_in,
        settings.model_price_out,
    )


def _beside(first: Route, name: str, settings: Settings) -> Route:
    """Another model: at the first one's address with its key only where the provider is the same."""
    if name == first.model:
        return first
    other = Route(name, timeout_s=settings.model_timeout_s, json=settings.model_json)
    same = other.provider == first.provider
    return Route(name, first.api_base, first.api_key, first.timeout_s, first.json) if same else other
