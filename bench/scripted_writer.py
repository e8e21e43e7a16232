"""A model on loopback that takes a fixed time over each call and quotes what it is shown."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.llm import Message

sys.path.extend(str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests/llm", "tests", "."))

import fault_server  # it lives with the tests
from scripted_models import cases_of, decomposing, kind_of, scoring

NAME = "openai/scripted"
QUOTED = 4
"""Sources of an answer, a sentence each: enough for the judge to have something to judge."""
_SOURCE = re.compile(r'<source id="(\w+)" mark="(\w+)">\n(.*?)</source>', re.DOTALL)
_ABOUT = re.compile(r"(?:Title|By|Year|Date|Listed|Venue|Called|For) - |\(\.\.\.\)")


def serving(delay_s: float) -> fault_server.FaultServer:
    """A server that answers every call after `delay_s`; enter it, and name its `api_base` to the service."""

    async def play(to: fault_server.Exchange) -> None:
        reply = replied([Message(m["role"], _text(m["content"])) for m in to.request.body["messages"]])
        await asyncio.sleep(delay_s)
        await fault_server.say(reply)(to)

    return fault_server.FaultServer([play])


def replied(messages: Sequence[Message]) -> str:
    """The JSON that the prompt asks for: quotes become sentences, word for word, and every one of them is supported."""
    kind = kind_of(messages)
    if kind == "decompose":
        return decomposing()(messages)
    if kind == "rerank":
        return scoring()(messages)
    if kind == "answer":
        return json.dumps({"sentences": _claims(messages[1].text), "missing": []})
    if kind == "support":
        verdicts = [{"id": i, "label": "supported", "part": None, "reason": None} for _, i in cases_of(messages)]
        return json.dumps({"verdicts": verdicts})
    raise ValueError(f"no reply to a prompt of the kind {kind!r}")


def _claims(prompt: str) -> list[dict[str, Any]]:
    claims: list[dict[str, Any]] = []
    for source, mark, block in _SOURCE.findall(prompt)[:QUOTED]:
        lines = [line.removeprefix(f"{mark}| ") for line in block.splitlines()]
        said = [line for line in lines if not _ABOUT.match(line)]
        if said:
            quotes = [{"source": source, "quote": said[0]}]
            claims.append({"n": len(claims) + 1, "kind": "claim", "text": said[0], "quotes": quotes})
    return claims


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
