"""What each fault of a model's server leads to: requests sent, outcome, time against the deadline.

    python bench/model_faults.py [--deadline 2.0]

A loopback server answers every request with the fault; each is tried whole and streamed. Outcomes and counts
of requests are also asserted in tests/llm; the times are only measured here.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from service.errors import ModelError
from service.llm import Deadline, Message, Model, Parameters, Rendered, structured
from service.llm.build import model_at
from service.llm.core.model import Completion, Delta, Event, Finished
from service.llm.core.route import Route

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "llm"))

import fault_server  # it lives with the tests

MORE = ["status:403", "status:408", "status:500", "status:503"]
MESSAGES = (Message("user", "How do kites glide?"),)


class Streamed:
    """A model that is always read as a stream."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.pieces = 0
        self._model = model

    def complete(self, messages: tuple[Message, ...], *, parameters: Parameters, deadline: Deadline) -> Completion:
        for event in self._model.stream(messages, parameters=parameters, deadline=deadline):
            self.pieces += isinstance(event, Delta)
            if isinstance(event, Finished):
                return event.completion
        raise AssertionError("a stream without an end")

    def stream(self, messages: tuple[Message, ...], *, parameters: Parameters, deadline: Deadline) -> Event:
        raise NotImplementedError


def tried(name: str, *, streamed: bool, deadline_s: float) -> tuple[int, str, float]:
    """Requests sent, outcome in words, seconds. The whole path: call, retry, reading, one repair."""
    with fault_server.FaultServer([name]) as server:
        model = model_at(Route("openai/m", server.api_base, timeout_s=60))
        asked = Rendered("bench", 1, MESSAGES)
        started = time.monotonic()
        try:
            chosen = Streamed(model) if streamed else model
            result = structured(chosen, asked, fault_server.KiteReply, deadline=Deadline(deadline_s))  # type: ignore[arg-type]
            estimated = ", usage estimated" if result.usage.estimated else ""
            outcome = f"answer{estimated}"
        except ModelError as error:
            kind = getattr(error, "outcome", None)
            outcome = f"{type(error).__name__}{f' ({kind})' if kind else ''}"
        return len(server.requests), outcome, time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadline", type=float, default=2.0)
    options = parser.parse_args()
    os.environ["LITWEAVE_MODEL_REQUESTS"] = "loopback"
    for streamed in (False, True):  # the first call and the first error of each kind import for seconds
        for name in ("ok", "html 200"):
            tried(name, streamed=streamed, deadline_s=60)
    print(f"deadline {options.deadline:.1f} s; requests include the one repair; s = seconds until the caller knows")
    print(f"{'fault':20} {'whole: requests, outcome':42} {'s':>5}  {'stream: requests, outcome':42} {'s':>5}")
    for name in [*fault_server.FAULTS, *MORE]:
        cells = []
        for streamed in (False, True):
            requests, outcome, seconds = tried(name, streamed=streamed, deadline_s=options.deadline)
            cells.append(f"{requests} {outcome:40} {seconds:5.2f}")
        print(f"{name:20} {'  '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
