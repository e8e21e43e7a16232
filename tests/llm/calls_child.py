"""Calls a model and an embedding model at a server on loopback, each way that litweave has; run as a process.

Arguments: the server's address. Prints a line a call: its name, and "ok" or the error's name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from pydantic import SecretStr

from service.errors import LitweaveError
from service.index.embedding_litellm import LitellmEmbedder
from service.llm import Deadline, Message, Parameters
from service.llm.build import model_at
from service.llm.core.route import Route

KEY = SecretStr("sk-never-to-a-proxy")
ABSTRACT = [Message("system", "Be brief."), Message("user", "An abstract that stays on this machine.")]


def main(address: str) -> None:
    def route(name: str) -> Route:
        return Route(name, address, KEY, timeout_s=10)

    def whole(name: str) -> Callable[[], object]:
        model = model_at(route(name))
        return lambda: model.complete(ABSTRACT, parameters=Parameters(max_tokens=100), deadline=Deadline(20))

    def streamed(name: str) -> Callable[[], object]:
        model = model_at(route(name))
        return lambda: list(model.stream(ABSTRACT, parameters=Parameters(max_tokens=100), deadline=Deadline(20)))

    def embedded(name: str) -> Callable[[], object]:
        return lambda: LitellmEmbedder(route(name), dimension=3).embed(["a text of the library"])

    calls = {
        "openai": whole("openai/m"),
        "openai streamed": streamed("openai/m"),
        "vllm": whole("hosted_vllm/m"),
        "ollama": whole("ollama_chat/m"),
        "anthropic": whole("anthropic/m"),
        "openai embedding": embedded("openai/e"),
        "ollama embedding": embedded("ollama/e"),
    }
    for name, call in calls.items():
        try:
            call()
            sys.stdout.write(f"{name}: ok\n")
        except LitweaveError as error:
            sys.stdout.write(f"{name}: {type(error).__name__}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
