"""What tokens cost, from litellm's bundled table only: no price is ever looked up on the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.llm.core.model import Usage
from service.llm.core.network_policy import is_loopback
from service.llm.core.route import Route
from service.llm.providers.litellm_library import litellm


@dataclass(frozen=True, slots=True)
class Price:
    """USD a token. Discounts for cached input are left out, so a cost is rather too high."""

    usd_in: float
    usd_out: float

    def cost_usd(self, usage: Usage) -> float:
        return usage.tokens_in * self.usd_in + usage.tokens_out * self.usd_out


def price_of(route: Route) -> Price | None:
    """The stated price; nothing on this machine; the table's; `None` where none is known."""
    if route.price_in is not None or route.price_out is not None:
        return Price((route.price_in or 0.0) / 1e6, (route.price_out or 0.0) / 1e6)
    if is_loopback(route.api_base) or (route.provider.startswith("ollama") and route.api_base is None):
        return Price(0.0, 0.0)
    return listed_price(route.model, litellm().model_cost)


def listed_price(model: str, table: Mapping[str, Any]) -> Price | None:
    """The entry of that very name, or of the name without its provider where the entry names the same provider."""
    provider, _, bare = model.partition("/")
    entry = table.get(model)
    if entry is None and bare:
        entry = table.get(bare)
        if entry is not None and entry.get("litellm_provider") != provider:
            return None
    if entry is None or "input_cost_per_token" not in entry:
        return None
    return Price(float(entry["input_cost_per_token"] or 0), float(entry.get("output_cost_per_token") or 0))
