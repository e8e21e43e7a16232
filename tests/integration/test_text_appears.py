"""On a terminal a written text appears as it is judged, and is printed once in the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from service.llm import Message
from tests.integration.bird_scripts import NO_LABELS, TOPIC, paragraph, planning, script
from tests.loopback_model import loopback_model
from tests.terminal import on_terminal

FIRST = str(NO_LABELS["text"])


def test_a_draft_appears_by_paragraph(fresh: Path, checkout: Path) -> None:
    """The first stands there while the model still writes the second."""

    def slowly(messages: Sequence[Message]) -> str:
        if "Write paragraph 2" in messages[1].text:
            time.sleep(3)  # the model's pace, several frames of the terminal
        return paragraph(messages)

    told = script(NO_LABELS, plan=planning, paragraph=slowly)
    with loopback_model(told) as model:
        command = ["draft", TOPIC, "--words", "200", "--library", str(fresh)]
        code, seen = on_terminal(command, cwd=checkout, environment=model.environment)
    assert code == 0, seen
    before, _, whole = seen.partition(f"\x1b[1m{TOPIC}")
    assert FIRST in before, seen
    assert " ".join(whole.split()).count(FIRST) == 1
